"""The address of the house, and that of its first day."""

from django.urls import path

from . import views

app_name = "home"
urlpatterns = [
    path("", views.home, name="home"),
    path("bienvenue/", views.welcome, name="welcome"),
]
