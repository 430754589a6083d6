"""Addresses of the door for mail, under /courriel/."""

from django.urls import path

from . import views

app_name = "email"
urlpatterns = [path("<str:token>", views.bring, name="bring")]
