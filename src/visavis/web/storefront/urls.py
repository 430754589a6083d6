"""Addresses of the demo sites."""

from django.urls import path

from . import views

app_name = "storefront"
urlpatterns = [path("<slug:brand>/", views.page, name="page")]
