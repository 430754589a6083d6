"""Replies as programs of France write them, each with what its author said: by hand, from how these programs write."""

from __future__ import annotations

HEAD = (
    "From: Martine Dupré <martine.dupre@client.example>\n"
    "To: service@netnet.example\nSubject: =?utf-8?Q?Re=C2=A0: votre facture?=\n"
    "Date: Tue, 3 Nov 2026 11:02:00 +0100\nMessage-ID: <r@client.example>\n"
    "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
)
SAID = "Bonjour,\n\nJe n’ai toujours rien reçu.\n\nMartine"
QUOTE = "> Bonjour Madame,\n>\n> Votre facture est jointe.\n"
BARE = "Bonjour Madame,\n\nVotre facture est jointe.\n"

# What comes after what Martine said, as her program writes it.
AFTER: dict[str, str] = {
    "gmail_mobile_two_lines": "\nLe lun. 3 nov. 2026 à 10:12, Service client <service@netnet.example> a\nécrit :\n\n"
    + QUOTE,
    "gmail_mobile_three_lines": (
        "\nLe lun. 3 nov. 2026 à 10:12, Service client de la maison Netnet\n<service@netnet.example>\na écrit :\n\n"
        + QUOTE
    ),
    "gmail_narrow_spaces": "\nLe lun. 3 nov. 2026 à 10:12, Service client <service@netnet.example> a écrit :\n\n"
    + QUOTE,
    "apple_mail": "\nLe 3 nov. 2026 à 10:12, Service client <service@netnet.example> a écrit :\n\n" + QUOTE,
    "apple_mail_no_address": "\n> Le 3 nov. 2026 à 10:12, Service client a écrit :\n> \n> Bonjour Madame,\n",
    "iphone_signature_then_quote": (
        "\nEnvoyé de mon iPhone\n\n> Le 3 nov. 2026 à 10:12, Service client <service@netnet.example> a écrit :\n> \n"
        "> Bonjour Madame,\n> \n> Votre facture est jointe.\n"
    ),
    "ipad_signature": "\nEnvoyé de mon iPad\n",
    "outlook_french_header": (
        "\n\nDe : Service client <service@netnet.example>\nEnvoyé : lundi 2 novembre 2026 10:12\n"
        "À : Martine Dupré <martine.dupre@client.example>\nObjet : votre facture\n\n" + BARE
    ),
    "outlook_no_space_before_colon": (
        "\n\nDe: Service client <service@netnet.example>\nEnvoyé: lundi 2 novembre 2026 10:12\n"
        "À: Martine Dupré <martine.dupre@client.example>\nCc: compta@netnet.example\nObjet: votre facture\n\n"
        + BARE
    ),
    "outlook_bar": (
        "\n________________________________\nDe : Service client <service@netnet.example>\n"
        "Envoyé : lundi 2 novembre 2026 10:12\nÀ : Martine Dupré\nObjet : votre facture\n\n" + BARE
    ),
    "outlook_importance": (
        "\n-----Message d'origine-----\nDe : Service client [mailto:service@netnet.example] \n"
        "Envoyé : lundi 2 novembre 2026 10:12\nÀ : Martine Dupré\nObjet : votre facture\nImportance : Haute\n\n"
        + BARE
    ),
    "outlook_android": (
        "\nTélécharger Outlook pour Android<https://aka.ms/AAb9ysg>\n________________________________\n"
        "From: Service client <service@netnet.example>\nSent: Monday, November 2, 2026 10:12:33 AM\n"
        "To: Martine Dupré <martine.dupre@client.example>\nSubject: votre facture\n\n" + BARE
    ),
    "orange": (
        '\n\n\n> Message du 02/11/26 10:12\n> De : "Service client" <service@netnet.example>\n'
        "> A : martine.dupre@client.example\n> Copie à : \n> Objet : votre facture\n> \n> Bonjour Madame,\n"
    ),
    "laposte": (
        '\n\n> Message du 02/11/26 à 10:12\n> De : service@netnet.example\n> A : "Martine" <martine.dupre@client.example>\n'
        "> Objet : votre facture\n>\n>  Bonjour Madame,\n"
    ),
    "free_zimbra": (
        '\n\n----- Mail original -----\nDe: "Service client" <service@netnet.example>\n'
        'À: "Martine Dupré" <martine.dupre@client.example>\nEnvoyé: Lundi 2 Novembre 2026 10:12:45\n'
        "Objet: votre facture\n\n" + BARE
    ),
    "sfr": (
        '\n\n========================================\n\nMessage du : 02/11/2026\nDe : "Service client " <service@netnet.example>\n'
        "A : martine.dupre@client.example\nCopie à : \nSujet : votre facture\n\n" + BARE
    ),
    "bouygues_roundcube": "\n\nLe 2026-11-02 10:12, Service client a écrit :\n\n" + QUOTE,
    "thunderbird": "\n\nLe 02/11/2026 à 10:12, Service client a écrit :\n" + QUOTE,
    "yahoo": (
        "\n\n    Le lundi 2 novembre 2026 à 10:12:33 UTC+1, Service client <service@netnet.example> a écrit :  \n \n "
        "Bonjour Madame,\n\nVotre facture est jointe.\n"
    ),
    "samsung": (
        "\n\n\nEnvoyé depuis mon appareil Galaxy\n\n\n-------- Message d'origine --------\n"
        "De : Service client <service@netnet.example> \nDate : 02/11/2026  10:12  (GMT+01:00) \n"
        "À : martine.dupre@client.example \nObjet : votre facture \n\n" + BARE
    ),
    "k9": "\n\nLe 2 novembre 2026 10:12:33 GMT+01:00, Service client <service@netnet.example> a écrit :\n"
    + BARE,
    "proton": "\n\nLe lundi 2 novembre 2026 à 10:12, Service client <service@netnet.example> a écrit :\n\n"
    + QUOTE,
    "english_gmail_cut": (
        "\nOn Mon, Nov 2, 2026 at 10:12 AM Service client de la maison Netnet <\nservice@netnet.example> wrote:\n\n"
        + QUOTE
    ),
    "forward_block_below": (
        "\n---------- Forwarded message ---------\nDe : Service client <service@netnet.example>\n"
        "Date: lun. 2 nov. 2026 à 10:12\nSubject: votre facture\nTo: <martine.dupre@client.example>\n\n\n"
        + BARE
    ),
    "delimiter_of_helpdesks": "\n\n##- Veuillez répondre au-dessus de cette ligne -##\n\n" + BARE,
}

# Whole texts in which people write below or among what they quote: what they said, line by line.
AMONG: dict[str, tuple[str, str]] = {
    "below": (
        "Le 2 nov. 2026 à 10:12, Service client a écrit :\n> Bonjour,\n> Quel est votre numéro ?\n\nC’est le 4512.\n\nMartine\n",
        "C’est le 4512.\n\nMartine",
    ),
    "among": (
        (
            "Le 2 nov. 2026 à 10:12, Service client a écrit :\n> Quel est votre numéro ?\nLe 4512.\n"
            "> Et votre adresse ?\n12 rue des Lilas.\n"
        ),
        "Le 4512.\n12 rue des Lilas.",
    ),
    "sentence_that_looks_like_one": (
        "Bonjour,\nLe 2 novembre, votre collègue m’a écrit : « tout est réglé ».\nOr rien ne l’est.\nMartine\n",
        "Bonjour,\nLe 2 novembre, votre collègue m’a écrit : « tout est réglé ».\nOr rien ne l’est.\nMartine",
    ),
    "list_that_looks_like_headers": (
        "Bonjour,\nVoici mon trajet.\nDe : Lyon\nÀ : Nantes\nDate : 12 novembre\nMerci !\n",
        "Bonjour,\nVoici mon trajet.\nDe : Lyon\nÀ : Nantes\nDate : 12 novembre\nMerci !",
    ),
    "nothing_but_a_quote": ("> Bonjour Madame,\n> Votre facture est jointe.\n", ""),
    "signature_of_two_dashes": ("Merci.\n\n-- \nMartine Dupré\n06 00 00 00 00\n", "Merci."),
}
