"""Addresses of one's promises."""

from django.urls import path

from . import views

app_name = "promises"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("<int:promise_id>/", views.change, name="change"),
]
