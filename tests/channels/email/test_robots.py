"""What no person wrote is told from what one did."""

from __future__ import annotations

import pytest
from tests.channels.email.making import HEADER, TEXT, mail, multipart

from visavis.channels.email.parse import parse

FIELDS = [
    ("Auto-Submitted: auto-replied\n", "auto_reply", "auto_submitted"),
    ("Auto-Submitted: auto-replied (vacation)\n", "auto_reply", "auto_submitted"),
    ("X-Autoreply: yes\n", "auto_reply", "precedence"),
    ("Precedence: auto_reply\n", "auto_reply", "precedence"),
    ("X-Autorespond: Ma commande\n", "auto_reply", "x-autorespond"),
    ("Auto-Submitted: auto-generated\n", "automatic", "auto_submitted"),
    ("Auto-Submitted: no\n", "ordinary", ""),
    ("Return-Path: <>\n", "automatic", "null_return_path"),
    ("List-Id: <amis.example>\n", "list", "list_id"),
    ("Precedence: bulk\n", "list", "bulk"),
    ("List-Unsubscribe: <https://x.example>\n", "list", "bulk"),
    ("X-Visavis-Mark: netnet 12\n", "loop", "own_mark"),
    ("X-Visavis-Mark: autre-maison 12\n", "ordinary", ""),
    ("Received: from a by b\n" * 60, "loop", "too_many_hops"),
    (
        "X-Auto-Response-Suppress: All\n",
        "ordinary",
        "",
    ),  # asks that nobody answers by itself; people's mail has it too
    ("Precedence: first-class\n", "ordinary", ""),
]


@pytest.mark.parametrize(("fields", "kind", "why"), FIELDS)
def test_fields_tell_who_wrote(fields: str, kind: str, why: str) -> None:
    read = parse(mail(header=fields + HEADER), house="netnet")

    assert (read.kind, read.why) == (kind, why)


SUBJECTS = [
    "Réponse automatique : Ma commande",
    "Réponse automatique: absente jusqu’au 12",
    "Absence du bureau : Ma commande",
    "Message d'absence",
    "Absente du bureau jusqu’au 12 novembre",
    "Automatic reply: Ma commande",
    "Auto: Out of Office",
    "Out of Office: Ma commande",
    "Out of the office until Monday",
    "Automatische Antwort: Bestellung",
    "Risposta automatica: ordine",
    "[Netnet] Réponse automatique : x",
]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_subject_of_an_absence_is_known(subject: str) -> None:
    read = parse(mail(header=HEADER.replace("Ma commande", subject)))

    assert (read.kind, read.why) == ("auto_reply", "subject")


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Absence de réponse",
        "Je suis absente lundi pour la livraison",
        "Réponse",
        "Mon absence de remboursement",
    ],
)
def test_a_person_may_speak_of_absence(subject: str) -> None:
    assert parse(mail(header=HEADER.replace("Ma commande", subject))).kind == "ordinary"


def test_receipts_and_complaints_are_told() -> None:
    report = "Content-Type: message/disposition-notification\n\nDisposition: manual-action/MDN-sent-manually; displayed\n"

    def of(sort: str) -> bytes:
        return multipart(TEXT, report, kind=f"report; report-type={sort}")

    assert parse(of("disposition-notification")).kind == "receipt"
    assert parse(of("feedback-report")).kind == "complaint"
