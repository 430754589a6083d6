"""Delivery reports are read whoever writes them; mails of people are not taken for reports."""

from __future__ import annotations

import csv
from itertools import product
from typing import TYPE_CHECKING

import pytest
from tests.channels.email.making import HEADER, TEXT, mail, multipart

from visavis.channels.email.mail import Failed
from visavis.channels.email.parse import parse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAEMON = (
    "Return-Path: <>\nFrom: MAILER-DAEMON@mx.client.example (Mail Delivery System)\nTo: service@netnet.example\n"
    "Subject: Undelivered Mail Returned to Sender\nDate: Mon, 3 Nov 2025 11:02:00 +0100\nMessage-ID: <b1@mx.client.example>\n"
)
RETURNED = "Content-Type: text/rfc822-headers\n\nFrom: service@netnet.example\nMessage-ID: <sent-1@netnet.example>\nSubject: x\n"


def report(recipient: str) -> bytes:
    status = f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.client.example\n\n{recipient}"
    return multipart(TEXT, status, RETURNED, kind="report; report-type=delivery-status", header=DAEMON)


def test_a_report_of_the_standard_is_read() -> None:
    read = parse(
        report(
            "Final-Recipient: rfc822; david@client.example\nAction: failed\nStatus: 5.1.1\n"
            "Diagnostic-Code: smtp; 550 5.1.1 <david@client.example>:\n  User unknown\n"
        )
    )

    assert (read.kind, read.why) == ("bounce", "delivery_report")
    assert read.bounce is not None
    assert read.bounce.is_permanent
    assert read.bounce.original_message_id == "sent-1@netnet.example"
    assert read.bounce.failed == (
        Failed(
            address="david@client.example",
            is_permanent=True,
            status="5.1.1",
            diagnostic="550 5.1.1 <david@client.example>: User unknown",
        ),
    )


def test_a_delay_is_temporary_and_a_success_is_no_bounce() -> None:
    late = parse(report("Final-Recipient: rfc822; d@client.example\nAction: delayed\nStatus: 4.4.1\n"))
    done = parse(report("Final-Recipient: rfc822; d@client.example\nAction: delivered\nStatus: 2.0.0\n"))

    assert late.bounce is not None
    assert not late.bounce.is_permanent
    assert (done.kind, done.bounce) == ("receipt", None)


def test_several_recipients_are_told_apart_and_the_one_it_was_sent_to_is_named() -> None:
    read = parse(
        report(
            "Original-Recipient: rfc822;a@client.example\nFinal-Recipient: rfc822;a2@interne.example\nAction: failed\nStatus: 5.2.2\n\n"
            "Final-Recipient: rfc822;b@client.example\nAction: delayed\nStatus: 4.2.0\n"
        )
    )

    assert read.bounce is not None
    assert [(one.address, one.is_permanent) for one in read.bounce.failed] == [
        ("a@client.example", True),
        ("b@client.example", False),
    ]
    assert not read.bounce.is_permanent


FREE = [
    ("Undelivered Mail Returned to Sender", "<david@client.example>: user unknown\n", True),
    ("Mail delivery failed: returning message to sender", "A message that you sent could not be delivered:\n\n  david@client.example\n    No such user here\n", True),
    ("Message non distribué", "Votre message n'a pas pu être remis à david@client.example car l'adresse est introuvable.\n", True),
    ("Non remis : Ma commande", "Échec de la remise à ces destinataires :\ndavid@client.example\nLa boîte de réception est pleine.\n", True),
    ("Notification d’échec", "Impossible de délivrer le message à <david@client.example> : utilisateur inconnu\n", True),
    ("Avis de non-remise", "Le destinataire david@client.example n’existe pas.\n", True),
    ("Remise différée", "Votre message à david@client.example n'a pas encore été remis. Nouvelle tentative dans 4 heures. La remise est retardée : boîte pleine\n", False),
    ("Warning: message delayed", "david@client.example\nDelivery has been delayed. It will be retried; mailbox full.\n", False),
]  # fmt: skip


@pytest.mark.parametrize(("subject", "body", "is_permanent"), FREE)
def test_a_free_form_is_read(subject: str, body: str, is_permanent: bool) -> None:
    back = "\n--- Message d'origine ---\nMessage-ID: <sent-2@netnet.example>\nFrom: service@netnet.example\nTo: autre@client.example\n"
    header = DAEMON.replace("Undelivered Mail Returned to Sender", subject)

    read = parse(mail(body + back, header=header))

    assert read.bounce is not None
    assert [(one.address, one.is_permanent) for one in read.bounce.failed] == [
        ("david@client.example", is_permanent)
    ]
    assert read.bounce.original_message_id == "sent-2@netnet.example"


def test_the_recall_on_reports_of_many_servers(
    shared: Path, record_property: Callable[[str, object], None]
) -> None:
    folder = shared / "mail" / "bounces"
    with (folder / "expected.tsv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t") if row["addresses"]]
    found = agreed = 0
    for row in rows:
        read = parse((folder / row["file"]).read_bytes())
        failed = read.bounce.failed if read.bounce else ()
        found += bool(failed)
        addresses = {one.address.lower() for one in failed}
        is_temporary = any(not one.is_permanent for one in failed)
        agreed += addresses == set(row["addresses"].lower().split(",")) and is_temporary == (
            row["temporary"] == "yes"
        )

    record_property(
        "bounces_recall", f"{found}/{len(rows)}, {agreed} with the same people and the same duration"
    )
    assert len(rows) > 100
    assert found == len(rows)
    assert agreed >= len(rows) - 2


# --- Mails of people --------------------------------------------------------------------------------------------

SUBJECTS = [
    "Problème de livraison",
    "Retard de livraison",
    "Colis non livré",
    "Re: Undelivered Mail Returned to Sender",
    "Non distribué par La Poste",
    "Mon adresse est inconnue ?",
    "Échec de paiement",
    "Message d’erreur",
    "Delivery problem",
    "Retour de ma commande",
]
BODIES = [
    "Mon colis n'a pas été livré à mon adresse david@client.example.\n",
    "Le livreur a écrit : adresse inconnue. Écrivez-moi à david@client.example\n",
    "J'ai reçu : « 550 5.1.1 <service@netnet.example>: User unknown ». Pourquoi ?\n",
    "Mon compte david@client.example est suspendu, impossible de me connecter.\n",
    "My parcel could not be delivered. Contact david@client.example\n",
    "La boîte est pleine, le message n'a pas pu être envoyé, david@client.example\n",
    "Votre mail n'est pas arrivé, voici mon adresse : david@client.example\n",
    "-----Message d'origine-----\nDe : MAILER-DAEMON@x.example\nObjet : failure notice\n<a@b.example>: no such user\n",
    "Je n'ai pas pu joindre service@netnet.example, quota dépassé d'après le serveur.\n",
    "Bonjour, merci.\n",
]


@pytest.mark.parametrize(("subject", "body"), list(product(SUBJECTS, BODIES)))
def test_the_mail_of_a_person_is_no_report(subject: str, body: str) -> None:
    header = HEADER.replace("Ma commande", subject)
    if subject.startswith("Re:"):
        header += "In-Reply-To: <b1@mx.client.example>\n"

    read = parse(mail(body, header=header))

    assert (read.kind, read.why, read.bounce) == ("ordinary", "", None)


OF_PEOPLE = [
    (
        "Colis non livré",
        "Bonjour, mon colis non livré est indiqué comme remis. Adresse : david@client.example\n",
    ),
    ("Retour à l’expéditeur", "Le suivi dit « retour à l’expéditeur », pourquoi ?\n"),
    ("NPAI", "Ma lettre est revenue NPAI, pli non distribuable. Mon mail : d@client.example\n"),
    ("Message non remis en main propre", "Le livreur a laissé le paquet chez le voisin.\n"),
    ("Avis de passage", "Avis de passage reçu, mais personne n’est venu. Échec de livraison n° 550.\n"),
    ("Boîte aux lettres pleine", "Ma boîte aux lettres est pleine de vos publicités, merci d’arrêter.\n"),
    ("Boîte pleine", "Ma boîte mail david@client.example est pleine, je n’ai pas eu la facture.\n"),
    ("Adresse inconnue", "Votre site refuse mon adresse : « adresse inconnue ». david@client.example\n"),
    ("Erreur 550", "J’ai l’erreur 550 5.7.1 quand j’écris à compta@netnet.example.\n"),
    ("Mail bloqué", "Vos mails arrivent dans mes indésirables, david@client.example est-elle bloquée ?\n"),
    ("Compte introuvable", "Le site dit « compte introuvable » pour david@client.example\n"),
    ("Compte désactivé", "Pourquoi mon compte david@client.example est-il désactivé ?\n"),
    ("Remise non appliquée", "La remise de 10 % n’a pas été appliquée à ma commande.\n"),
    ("Remise différée ?", "Vous m’aviez promis une remise, elle est différée ?\n"),
    ("Échec de la remise des clés", "Je n’ai pas pu venir chercher les clés hier.\n"),
    ("Retard", "Le train a du retard, je serai à l’agence à 15 h.\n"),
    ("Notification de retard", "J’ai reçu votre notification de retard, merci de préciser la date.\n"),
    ("Undelivered parcel", "My parcel was undelivered, please call me back.\n"),
    ("Where is my order?", "It could not be delivered, says the driver. a@client.example\n"),
    ("Failed payment", "My payment failed twice with code 5.1.1.\n"),
    ("Returned item", "I returned the item, the following address was rejected: 12 High Street.\n"),
    ("TR: Message non distribué", "Je vous transfère ceci, que faire ?\n\n> <a@b.example>: user unknown\n"),
    ("RE: Undeliverable: devis", "Voici de nouveau mon devis, le premier vous est-il arrivé ?\n"),
    (
        "Réclamation",
        "Vous n’avez pas répondu. Le destinataire a écrit : utilisateur inconnu à bob@client.example\n",
    ),
    ("Facture", "Merci d’envoyer la facture à compta@client.example, l’ancienne adresse n’existe plus.\n"),
    ("Changement d’adresse", "Mon ancienne adresse a@client.example est fermée, notez b@client.example\n"),
    ("Quota dépassé", "Mon forfait affiche « quota dépassé » depuis lundi.\n"),
    ("Livraison temporairement suspendue", "Est-ce à cause de la grève ?\n"),
    ("Postmaster", "Bonjour, je suis le postmaster de client.example, pouvez-vous m’appeler ?\n"),
    ("Délai", "Nouvelle tentative de livraison demain ? david@client.example\n"),
    ("SAV", "Le lave-linge n’a pas pu être livré : porte trop étroite. 06 00 00 00 00\n"),
    ("Suivi 5.2.2", "La version 5.2.2 de votre application plante, a@client.example\n"),
    ("Non reçu", "Je n’ai rien reçu, ni mail ni SMS. david@client.example\n"),
    ("Désabonnement", "Je veux me désabonner, le lien renvoie une erreur permanente.\n"),
    ("Rejet de prélèvement", "Ma banque a rejeté le prélèvement, rejected: insufficient funds.\n"),
    ("Spam", "Votre message a été considéré comme spam par ma messagerie.\n"),
]


@pytest.mark.parametrize(("subject", "body"), OF_PEOPLE)
def test_what_people_write_about_parcels_and_boxes_is_no_report(subject: str, body: str) -> None:
    header = HEADER.replace("Ma commande", subject)
    if subject.lower().startswith("re:"):
        header += "In-Reply-To: <b1@mx.client.example>\n"

    read = parse(mail(body, header=header))

    assert (read.kind, read.bounce) == ("ordinary", None)


def test_the_ordinary_mails_of_the_corpus_are_no_reports(shared: Path) -> None:
    names = [f"mail_test_{number}" for number in range(1, 20)] + ["mail_malformed_1", "mail_malformed_3"]

    assert [name for name in names if parse((shared / "mail" / "messages" / name).read_bytes()).bounce] == []
