"""Addresses of the design system: its page of components, and the colours of the brands."""

from django.urls import path

from . import views

app_name = "design"
urlpatterns = [
    path("", views.components, name="components"),
    path("marques.css", views.brand_colours, name="brands"),
]
