"""Tokens of Microsoft and Google for mailboxes: asked for, renewed, kept in memory until they end.

Renewing a token is one HTTP form posted to one address: the libraries of the two providers (msal,
google-auth) bring their own HTTP stacks, caches and browsers for it.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

from visavis.domain.errors import Refused
from visavis.domain.intake.operations import keep_secret
from visavis.domain.intake.sealing import seal, unseal

from .faults import SEALED, TOKEN, TOKEN_SERVER, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from visavis.domain.intake.models import Mailbox

SECONDS = 20
EARLY_SECONDS = 120
# A mailbox used by a program without a person (Microsoft calls it app-only).
WITHOUT_A_PERSON = "https://outlook.office365.com/.default"


@dataclass(frozen=True)
class Token:
    """What is shown to a mail server, until it ends (seconds of the monotonic clock)."""

    value: str
    ends_at: float


_kept: dict[tuple[str, str, str], Token] = {}
_lock = threading.Lock()


def access_token(mailbox: Mailbox, *, outgoing: bool = False) -> str:
    """Return a token that opens this mailbox now; asks its provider when the last one ends.

    The secret of the mailbox is a renewal token; when the provider turns it, the new one is kept. Without
    one, Microsoft is asked in the name of the application alone. Raises Fault: token, token_server, sealed.
    """
    sealed = (mailbox.smtp_secret if outgoing else "") or mailbox.secret
    try:
        secret = unseal(sealed)
    except Refused:
        raise Fault(SEALED) from None
    key = (mailbox.way, mailbox.user, secret)
    with _lock:  # two threads must not spend the same renewal token
        kept = _kept.get(key)
        if kept and kept.ends_at > time.monotonic():
            return kept.value
        told = _ask(mailbox.way, _renewal(mailbox.way, secret))
        token, renewed = _token(told), told.get("refresh_token") or secret
        if renewed != secret:
            _keep(mailbox, renewed, outgoing=outgoing and bool(mailbox.smtp_secret))
        _kept[(mailbox.way, mailbox.user, renewed)] = token
        _kept.pop(key, None) if renewed != secret else None
        return token.value


def forget_token(mailbox: Mailbox) -> None:
    """A server did not take the token: the next one is asked anew."""
    with _lock:
        for key in [key for key in _kept if key[:2] == (mailbox.way, mailbox.user)]:
            del _kept[key]


def consent_address(way: str, *, state: str, back_to: str) -> str:
    """Return where an administrator signs in to give us a mailbox; `back_to` gets a code."""
    provider = settings.MAIL_SIGN_IN[way]
    asked = {
        "client_id": provider["client_id"],
        "response_type": "code",
        "redirect_uri": back_to,
        "scope": provider["scope"],
        "state": state,
        "access_type": "offline",  # Google's word for: with a renewal token
        "prompt": "consent",
    }
    return f"{provider['authorize']}?{urllib.parse.urlencode(asked)}"


def renewal_token(way: str, *, code: str, back_to: str) -> str:
    """Return the renewal token that a code of `consent_address` is worth; it is the secret of the mailbox."""
    told = _ask(way, {"grant_type": "authorization_code", "code": code, "redirect_uri": back_to})
    if not told.get("refresh_token"):
        raise Fault(TOKEN, "no renewal token was given")
    return str(told["refresh_token"])


def is_configured(way: str) -> bool:
    """Say whether this installation is known to the provider."""
    return bool(settings.MAIL_SIGN_IN.get(way, {}).get("client_id"))


def _renewal(way: str, secret: str) -> dict[str, str]:
    if secret:
        return {"grant_type": "refresh_token", "refresh_token": secret}
    if way != "microsoft":
        raise Fault(TOKEN, "nobody signed in")
    return {"grant_type": "client_credentials", "scope": WITHOUT_A_PERSON}


def _ask(way: str, fields: Mapping[str, str]) -> dict[str, Any]:
    """Post the form; the provider's refusal is `token`, its absence `token_server`."""
    provider = settings.MAIL_SIGN_IN.get(way)
    if not provider or not provider["client_id"]:
        raise Fault(TOKEN, f"this installation is not known to {way}")
    form = {"client_id": provider["client_id"], "client_secret": provider["client_secret"], **fields}
    request = urllib.request.Request(  # noqa: S310 -- the address is that of the settings
        provider["token"], data=urllib.parse.urlencode(form).encode(), headers={"Accept": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 -- as above
            told = json.loads(answer.read(100_000))
    except urllib.error.HTTPError as error:
        code = TOKEN if 400 <= error.code < 500 and error.code != 429 else TOKEN_SERVER
        raise Fault(code, f"{error.code} {_why(error)}") from None
    except (OSError, ValueError) as error:
        raise Fault(TOKEN_SERVER, error) from error
    return told if isinstance(told, dict) else {}


def _why(error: urllib.error.HTTPError) -> str:
    """The provider's own code, never its whole answer: it may name people."""
    try:
        return str(json.loads(error.read(10_000)).get("error", ""))[:60]
    except (OSError, ValueError, AttributeError):
        return ""


def _token(told: Mapping[str, Any]) -> Token:
    value = told.get("access_token")
    if not value:
        raise Fault(TOKEN, "no token was given")
    try:
        seconds = float(told.get("expires_in", 3600))
    except (TypeError, ValueError):
        seconds = 3600.0
    return Token(str(value), time.monotonic() + max(0.0, seconds - EARLY_SECONDS))


def _keep(mailbox: Mailbox, renewed: str, *, outgoing: bool) -> None:
    """In the row, and in the object that the caller goes on with; a mailbox that is only tried has no row."""
    if mailbox.pk:
        keep_secret(mailbox, renewed, outgoing=outgoing)
    if outgoing:
        mailbox.smtp_secret = seal(renewed)
    else:
        mailbox.secret = seal(renewed)
