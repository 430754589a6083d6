"""Address of the widget's script."""

from django.urls import path

from . import views

app_name = "widget"
urlpatterns = [path("widget.js", views.script, name="script")]
