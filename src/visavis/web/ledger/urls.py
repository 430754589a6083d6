"""Addresses of /courrier/."""

from django.urls import path

from . import alert, arrivals, views

app_name = "ledger"
urlpatterns = [
    path("", views.ledger, name="ledger"),
    path("avancement/", views.progress, name="progress"),
    path("alerte/", alert.late, name="late"),
    path("tout-relire/", views.all_again, name="all_again"),
    path("boites/<int:mailbox_id>/interruption/", views.outage, name="outage"),
    path("<int:arrival_id>/", arrivals.arrival, name="arrival"),
    path("<int:arrival_id>/original/", arrivals.original, name="original"),
    path("<int:arrival_id>/original/fichier/", arrivals.original_file, name="original_file"),
    path("<int:arrival_id>/accepter/", arrivals.accept, name="accept"),
    path("<int:arrival_id>/relire/", arrivals.again, name="again"),
    path("<int:arrival_id>/indesirable/", arrivals.spam, name="spam"),
    path("<int:arrival_id>/ramener/", arrivals.back, name="back"),
]
