"""Addresses of the interface."""

from django.urls import path

from . import facts

app_name = "api"
urlpatterns = [path("brands/<slug:slug>/customers/<str:reference>/facts", facts.facts, name="facts")]
