"""Addresses of the customer's page."""

from django.urls import path

from . import views

app_name = "request"
urlpatterns = [
    path("l/<str:token>/", views.open_link, name="open"),
    path("<int:number>/", views.page, name="page"),
    path("<int:number>/suite/", views.live, name="live"),
    path("<int:number>/message/", views.write, name="write"),
    path("<int:number>/personne/", views.person, name="person"),
    path("<int:number>/lien/", views.link, name="link"),
    path("<int:number>/billet/", views.ticket, name="ticket"),
    path("<int:number>/dit/<int:statement_id>/", views.erase_said, name="erase_said"),
    path("<int:number>/historique/", views.history, name="history"),
    path("<int:number>/historique/fichier/", views.history_file, name="history_file"),
    path("<int:number>/effacer/", views.erase, name="erase"),
    path("certificat/<uuid:key>/", views.certificate, name="certificate"),
    path("certificat/<uuid:key>/fichier/", views.certificate_file, name="certificate_file"),
    path("<int:number>/fichiers/<int:attachment_id>/", views.read_file, name="file"),
]
