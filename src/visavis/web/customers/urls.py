"""Addresses of a customer's record."""

from django.urls import path

from . import views

app_name = "customers"
urlpatterns = [
    path("<int:customer_id>/", views.customer, name="customer"),
    path("<int:customer_id>/corriger/", views.correct, name="correct"),
    path("<int:customer_id>/connu-par/", views.add, name="add"),
    path("connu-par/<int:identity_id>/envoyer/", views.send, name="send"),
    path("connu-par/<int:identity_id>/code/", views.code, name="code"),
    path("connu-par/<int:identity_id>/verifier/", views.by_hand, name="by_hand"),
    path("connu-par/<int:identity_id>/ne-plus-verifier/", views.undo_by_hand, name="undo_by_hand"),
    path("connu-par/<int:identity_id>/retirer/", views.remove, name="remove"),
    path("<int:customer_id>/fusionner/", views.merge, name="merge"),
    path("fusions/<int:merge_id>/annuler/", views.undo, name="undo"),
    path("confirmer/<str:token>/", views.confirm, name="confirm"),
]
