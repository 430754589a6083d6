"""Addresses of the floor."""

from django.urls import path

from . import views

app_name = "floor"
urlpatterns = [
    path("", views.floor, name="floor"),
    path("direct/", views.live, name="live"),
]
