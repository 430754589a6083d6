"""Invented people and things for the page of components; dates are placed around the reader's now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms


@dataclass(frozen=True)
class Brand:
    """A brand as the tags read it; its colour comes from the sheet of the real ones, when they exist."""

    name: str
    slug: str
    letter: str


NETNET = Brand("Netnet", "netnet", "N")
CREDIT_PLUS = Brand("Crédit Plus", "credit-plus", "C")
LOCACAR = Brand("Locacar", "locacar", "L")


class GestureForm(forms.Form):
    """One field of each kind, one of them with an error."""

    amount = forms.DecimalField(
        label="Montant du geste, en euros",
        max_value=40,
        error_messages={"max_value": "Vous pouvez accorder jusqu’à 40 €. Au-delà, demandez à Sofia."},
    )
    reason = forms.CharField(label="Pour quelle raison ?", widget=forms.Textarea, required=False)
    reason.help_text = "La personne lira cette phrase."
    answer = forms.ChoiceField(
        label="Comment voulez-vous la réponse ?",
        choices=[("email", "E-mail"), ("phone", "Téléphone"), ("sms", "SMS")],
        widget=forms.RadioSelect,
        initial="email",
    )
    brand = forms.ChoiceField(label="Marque", choices=[("", "Toutes"), ("netnet", "Netnet")], required=False)
    copy = forms.BooleanField(
        label="Envoyer ce résumé à M. Haddad, relu avec lui", initial=True, required=False
    )


def everything(now: datetime) -> dict[str, Any]:
    """What components.html reads."""
    form = GestureForm({"amount": "55", "answer": "email", "copy": "on"})
    form.is_valid()
    return {
        "now": now,
        "soon": now + timedelta(minutes=78),
        "later": now + timedelta(hours=5),
        "moved": SimpleNamespace(due_at=now + timedelta(days=1)),
        "late": now - timedelta(minutes=12),
        "minute_ago": now - timedelta(seconds=70),
        "hour_ago": now - timedelta(minutes=52),
        "days_ago": now - timedelta(days=2, hours=3),
        "form": form,
        "netnet": NETNET,
        "credit_plus": CREDIT_PLUS,
        "locacar": LOCACAR,
        "colours": (
            "canvas",
            "surface",
            "fill",
            "ink",
            "cli",
            "cli-soft",
            "adv",
            "adv-soft",
            "ok",
            "att",
            "urg",
            "focus",
        ),
        "presences": (
            "available",
            "in_conversation",
            "wrap_up",
            "recovery",
            "pause",
            "help",
            "training",
            "away",
        ),
    }
