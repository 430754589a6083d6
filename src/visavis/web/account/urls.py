"""Addresses of /connexion/. Allauth looks its own views up by these names: they have no namespace."""

from allauth.account import views as allauth
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from . import forms, views

own = (
    [
        path("compte/", views.own, name="own"),
        path("compte/nom/", views.own_name, name="name"),
        path("compte/preferences/", views.own_preferences, name="preferences"),
        path("compte/ailleurs/", views.end_other_sessions, name="end_others"),
        path("compte/session/<int:session_id>/", views.end_session, name="end_session"),
        path("invitation/<str:token>/", views.invitation, name="invitation"),
        path("nouveau/<str:token>/", views.password_link, name="password_link"),
    ],
    "account",
)

urlpatterns = [
    path("", allauth.LoginView.as_view(form_class=forms.SignIn), name="account_login"),
    path("quitter/", allauth.logout, name="account_logout"),
    path("fermee/", allauth.account_inactive, name="account_inactive"),
    path(
        "confirmer/",
        allauth.ReauthenticateView.as_view(form_class=forms.Confirm),
        name="account_reauthenticate",
    ),
    path(
        "mot-de-passe/",
        allauth.PasswordChangeView.as_view(form_class=forms.ChangePassword),
        name="account_change_password",
    ),
    path(
        "oublie/",
        allauth.PasswordResetView.as_view(form_class=forms.AskForPassword),
        name="account_reset_password",
    ),
    path("oublie/envoye/", allauth.password_reset_done, name="account_reset_password_done"),
    path("oublie/fait/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^oublie/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.PasswordResetFromKeyView.as_view(form_class=forms.NewPassword),
        name="account_reset_password_from_key",
    ),
    # Every account here has a password: whoever has an unusable one receives a link.
    path(
        "sans-mot-de-passe/",
        RedirectView.as_view(pattern_name="account_reset_password"),
        name="account_set_password",
    ),
    path("", include(own)),
]
