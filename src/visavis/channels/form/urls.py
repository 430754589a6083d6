"""Addresses of the form."""

from django.urls import path

from . import views

app_name = "form"
urlpatterns = [path("<slug:brand>/", views.write, name="write")]
