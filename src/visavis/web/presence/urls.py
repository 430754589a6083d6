"""Addresses of presence."""

from django.urls import path

from . import views

app_name = "presence"
urlpatterns = [
    path("", views.choose, name="choose"),
    path("battement/", views.beat, name="beat"),
]
