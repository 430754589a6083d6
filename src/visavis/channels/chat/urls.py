"""Addresses of the chat, under /clavardage/."""

from django.urls import path

from . import views

app_name = "chat"
urlpatterns = [
    path("<slug:brand>/settings", views.settings_, name="settings"),
    path("<slug:brand>/session", views.session, name="session"),
    path("<slug:brand>/messages", views.messages, name="messages"),
    path("<slug:brand>/files", views.files, name="files"),
    path("<slug:brand>/files/<int:number>", views.file, name="file"),
    path("<slug:brand>/typing", views.typing, name="typing"),
    path("<slug:brand>/read", views.read, name="read"),
    path("<slug:brand>/ticket", views.ticket, name="ticket"),
    path("<slug:brand>/link", views.link, name="link"),
]
