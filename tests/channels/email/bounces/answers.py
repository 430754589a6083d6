"""What servers answer to letters that they do not want, by who answers so: their own words, from memory of their logs."""

from __future__ import annotations

# Name: the answer to RCPT; those of AFTER_THE_LETTER come after its last dot. 4xx is told as a delay, then given up.
ANSWERS: dict[str, str] = {
    "orange_unknown": "550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR204_416 [416]",
    "orange_full": "552 5.2.2 Boite du destinataire pleine. Recipient overquota. OFR204_417 [417]",
    "orange_refused": "550 5.7.1 Mail rejete. Mail rejected. OFR_506 [506]",
    "orange_blocked": "554 5.7.1 Service refuse. Veuillez essayer plus tard. service refused, please try later. OFR004_102 [102]",
    "orange_later": "421 4.7.0 Service refuse. Veuillez essayer plus tard. Service refused, please try later. OFR006_104 [104]",
    "wanadoo_inactive": "550 5.2.1 Boite inactive. Mailbox inactive. OFR_418 [418]",
    "free_unknown": "550 5.1.1 <inconnu@free.example>: Recipient address rejected: User unknown in virtual mailbox table",
    "free_blocked": "550 5.2.1 This mailbox has been blocked due to inactivity",
    "free_spam": "550 5.7.1 spam detected, voir http://postmaster.free.example/",
    "free_too_many": "451 4.7.1 too many errors from your ip, please visit http://postmaster.free.example/",
    "free_full": "452 4.2.2 Le compte de ce destinataire depasse son quota",
    "laposte_unknown": "550 5.1.1 Destinataire inconnu. Unknown recipient. LPN007_401",
    "laposte_full": "552 5.2.2 Boite aux lettres pleine. Mailbox full. LPN007_402",
    "laposte_connections": "421 4.7.0 Trop de connexions, veuillez verifier votre configuration. Too many connections, slow down. LPN105_405",
    "laposte_reputation": "550 5.7.0 Blocage de votre adresse IP pour mauvaise reputation. LPN007_510",
    "sfr_unknown": "550 5.1.1 Mailbox not found",
    "sfr_content": "550 5.7.1 Message refuse : contenu juge indesirable",
    "sfr_full": "552 5.2.2 La boite de ce client est pleine",
    "bouygues_unknown": "550 5.1.1 Adresse e-mail inconnue chez Bouygues Telecom",
    "gmail_unknown": "550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking",
    "gmail_full": "552 5.2.2 The email account that you tried to reach is over quota",
    "gmail_rate": "421 4.7.28 Our system has detected an unusual rate of unsolicited mail originating from your IP address",
    "gmail_unauthenticated": "550 5.7.26 This mail has been blocked because the sender is unauthenticated",
    "outlook_unavailable": "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)",
    "outlook_blocklist": "550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your provider (S3140)",
    "outlook_denied": "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)",
    "yahoo_no_account": "554 delivery error: dd This user doesn't have a yahoo.example account",
    "yahoo_deferred": "451 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume",
    "greylisted": "450 4.2.0 <david@client.example>: Recipient address rejected: Greylisted, see http://postgrey.example/help",
    "greylisted_no_code": "451 Greylisting in action, please come back later",
    "relay_denied": "554 5.7.1 Relay access denied",
    "relay_not_permitted": "550 relay not permitted",
    "spamhaus": "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.example",
    "spf": "550 5.7.23 The message was rejected because of Sender Policy Framework violation",
    "no_code": "550 User unknown",
    "syntax": "501 5.1.3 Bad recipient address syntax",
    "null_mx": "556 5.1.10 Recipient address has null MX",
    "quota_exim": "452 4.2.2 mailbox is full: retry timeout not reached",
    "moved": "551 5.1.6 User has moved; please try another address",
    "too_large": "552 5.3.4 Message size exceeds fixed limit",
    "virus": "554 5.6.0 Message rejected: virus Eicar-Test-Signature found",
    "spam_score": "554 5.7.1 Message refuse, score de spam trop eleve (9.8)",
    "policy": "550 5.7.1 Message content rejected due to policy",
}
AFTER_THE_LETTER = ("too_large", "virus", "spam_score", "policy")
# Nobody answers: no machine has this name.
NO_SUCH_DOMAIN = "no_such_domain"
NAMES = (*ANSWERS, NO_SUCH_DOMAIN)


def address_of(name: str) -> str:
    """To whom the letter of this name went."""
    return f"david@{name.replace('_', '-')}.invalid" if name == NO_SUCH_DOMAIN else f"{name}@client.example"


def header_id_of(name: str) -> str:
    """Its Message-ID."""
    return f"{name}@netnet.example"


def is_for_now(name: str) -> bool:
    """True for those that are tried again: told as a delay first."""
    return ANSWERS.get(name, "5").startswith("4")


def reports() -> list[tuple[str, str, bool]]:
    """Name of the report, name of the letter, whether it says that the letter will never arrive."""
    final = [(name, name, True) for name in NAMES if not is_for_now(name)]
    late = [
        (f"{name}_{what}", name, what == "given_up")
        for name in NAMES
        if is_for_now(name)
        for what in ("delayed", "given_up")
    ]
    return final + late
