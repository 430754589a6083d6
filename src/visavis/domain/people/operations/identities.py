"""Identities of customers: claimed, then verified by a one-time code, or by an adviser who answers for it."""

import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from visavis.domain.errors import NotFound, Refused, TooMany
from visavis.domain.journal.record import operation, record, upkeep
from visavis.domain.people.facts import (
    CodeSent,
    HandVerificationUndone,
    IdentityAdded,
    IdentityRemoved,
    IdentityVerified,
    IdentityVerifiedByHand,
)
from visavis.domain.people.identity_values import normal_value
from visavis.domain.people.models import Adviser, Customer, HandMeans, Identity, IdentityKind
from visavis.domain.people.queries import region_of_brand

from .findable import keep_findable

CODE_MINUTES = 10
CODE_ATTEMPTS = 5
LINK_SECONDS = 24 * 3600
LINK_SALT = "visavis.identity"


@operation
def add_identity(
    customer: Customer, kind: str, value: str, *, verified: bool, at: datetime | None = None
) -> Identity:
    """The customer may be known by `value`; unverified, it opens nothing. Verified elsewhere, it is refused.

    Added twice it is one row; verified once it stays so.
    """
    at = at or timezone.now()
    normal = normal_value(kind, value, region=region_of_brand(customer.brand))
    if verified:
        _refuse_when_another_has_it(customer, kind, normal)
    identity, is_new = Identity.objects.get_or_create(
        customer=customer,
        brand=customer.brand,
        kind=kind,
        value=normal,
        defaults={"verified_at": at if verified else None},
    )
    if verified and not is_new and identity.verified_at is None:
        identity.verified_at = at
        identity.save(update_fields=["verified_at"])
    keep_findable(customer)
    record(
        IdentityAdded(
            brand_id=customer.brand_id,
            customer_id=customer.pk,
            identity_id=identity.pk,
            kind=kind,
            is_verified=identity.verified_at is not None,
        ),
        at=at,
    )
    return identity


@operation
def remove_identity(identity: Identity, *, by: Adviser | None, at: datetime) -> None:
    """The customer is no longer known by it."""
    fact = IdentityRemoved(
        adviser_id=by.pk if by else None,
        brand_id=identity.brand_id,
        customer_id=identity.customer_id,
        kind=identity.kind,
    )
    identity.delete()
    keep_findable(identity.customer)
    record(fact, at=at)


@operation
def send_code(identity: Identity, *, at: datetime, link: str = "", by: Adviser | None = None) -> str:
    """A new code of six digits replaces the former one and leaves by mail after the commit, with `link`.

    The code is returned so that a person may give it by another way; it is kept as a keyed digest only.
    """
    if identity.verified_at is not None:
        raise Refused("already_verified", _("This is already confirmed."))
    code = f"{secrets.randbelow(1_000_000):06d}"
    identity.code_sha256 = _digest(identity, code)
    identity.code_expires_at = at + timedelta(minutes=CODE_MINUTES)
    identity.code_attempts = 0
    identity.save(update_fields=["code_sha256", "code_expires_at", "code_attempts"])
    record(
        CodeSent(
            adviser_id=by.pk if by else None,
            brand_id=identity.brand_id,
            customer_id=identity.customer_id,
            identity_id=identity.pk,
        ),
        at=at,
    )
    if identity.kind == IdentityKind.EMAIL:
        transaction.on_commit(lambda: _mail_code(identity, code, link))
    return code


def check_code(identity: Identity, code: str, *, at: datetime) -> None:
    """Return when the code is right, in time, within five attempts; refused otherwise, and counted.

    The count is a transaction of its own: it must stay although the attempt is refused.
    """
    if not _spend_attempt(identity, at=at):
        raise TooMany("code_ended", _("This code has ended. Ask for another one."), retry_seconds=1)
    identity.refresh_from_db()
    if not hmac.compare_digest(identity.code_sha256, _digest(identity, code)):
        raise Refused("code_wrong", _("This is not the code we sent. Check the six digits."))


def verify_by_code(identity: Identity, code: str, *, at: datetime) -> None:
    """The identity is the customer's when the code is right, in time, within five attempts."""
    check_code(identity, code, at=at)
    verify_identity(identity, at=at)


def proof_token(identity: Identity) -> str:
    """Return the token of a link that proves the identity; it is signed, so that none is kept."""
    return signing.dumps([identity.pk, _mark(identity)], salt=LINK_SALT)


def identity_of_proof(token: str) -> Identity:
    """Return the identity that the token proves; NotFound when it is forged, older than a day, or spent."""
    try:
        number, mark = signing.loads(token, salt=LINK_SALT, max_age=LINK_SECONDS)
    except (signing.BadSignature, ValueError):
        number, mark = 0, ""
    found = Identity.objects.select_related("customer__brand", "brand").filter(pk=number).first()
    if (
        found is None
        or _mark(found) != mark
        or found.verified_at is not None
        or found.customer.merged_into_id is not None
    ):
        raise NotFound("link_ended", _("This link was used already, or has ended. Ask for another one."))
    return found


@operation
def verify_identity(identity: Identity, *, at: datetime) -> None:
    """The identity is the customer's, by a code or a link that they received."""
    _refuse_when_another_has_it(identity.customer, identity.kind, identity.value)
    _settle(identity, verified_at=at, how="", by=None)
    record(
        IdentityVerified(
            brand_id=identity.brand_id, customer_id=identity.customer_id, identity_id=identity.pk
        ),
        at=at,
    )


@operation
def verify_by_hand(identity: Identity, *, means: str, by: Adviser, at: datetime) -> None:
    """The identity is the customer's: an adviser made sure of it by one of HandMeans, and answers for it.

    Refused: unknown means, verified already, or verified by another customer of the brand.
    """
    if means not in HandMeans.values:
        raise Refused("means_unknown", _("Choose how you made sure of it."))
    identity = _locked(identity)
    if identity.verified_at is not None:
        raise Refused("already_verified", _("This is already confirmed."))
    _refuse_when_another_has_it(identity.customer, identity.kind, identity.value)
    _settle(identity, verified_at=at, how=means, by=by)
    record(
        IdentityVerifiedByHand(
            adviser_id=by.pk,
            brand_id=identity.brand_id,
            customer_id=identity.customer_id,
            identity_id=identity.pk,
            means=means,
        ),
        at=at,
    )


@operation
def undo_hand_verification(identity: Identity, *, by: Adviser, at: datetime) -> None:
    """It is a claim again, which opens nothing. Refused when no adviser answers for it."""
    identity = _locked(identity)
    if not identity.verified_how:
        raise Refused(
            "not_by_hand",
            _("No adviser answers for it. If it is not theirs, take it off the record."),
        )
    _settle(identity, verified_at=None, how="", by=None)
    record(
        HandVerificationUndone(
            adviser_id=by.pk,
            brand_id=identity.brand_id,
            customer_id=identity.customer_id,
            identity_id=identity.pk,
        ),
        at=at,
    )


def _locked(identity: Identity) -> Identity:
    """The identity as it is now: two advisers may answer for it at once."""
    return Identity.objects.select_for_update(no_key=True).get(pk=identity.pk)


def _settle(identity: Identity, *, verified_at: datetime | None, how: str, by: Adviser | None) -> None:
    """Write who proved it, and end the code that was waiting."""
    identity.verified_at, identity.verified_how, identity.verified_by = verified_at, how, by
    identity.code_sha256, identity.code_expires_at = "", None
    identity.save(
        update_fields=["verified_at", "verified_how", "verified_by", "code_sha256", "code_expires_at"]
    )


@upkeep
def _spend_attempt(identity: Identity, *, at: datetime) -> bool:
    """Count one attempt; False when the code is spent, expired or was never sent. Safe under concurrency."""
    return bool(
        Identity.objects.filter(pk=identity.pk, code_attempts__lt=CODE_ATTEMPTS, code_expires_at__gt=at)
        .exclude(code_sha256="")
        .update(code_attempts=F("code_attempts") + 1)
    )


def _refuse_when_another_has_it(customer: Customer, kind: str, value: str) -> None:
    others = Identity.objects.filter(
        brand_id=customer.brand_id, kind=kind, value=value, verified_at__isnull=False
    )
    if others.exclude(customer=customer).exists():
        raise Refused(
            "identity_of_another",
            _(
                "Another customer of this brand is already known by it."
                " If it is the same person, merge the two."
            ),
        )


def _digest(identity: Identity, code: str) -> str:
    """Keyed, because six digits are guessed at once from a plain digest."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"identity:{identity.pk}:{code.strip()}".encode(), sha256).hexdigest()


def _mark(identity: Identity) -> str:
    """Stand for the value in a link, so that no address is read in a log or over a shoulder."""
    return _digest(identity, f"value:{identity.value}")[:16]


def _mail_code(identity: Identity, code: str, link: str) -> None:
    customer = identity.customer
    words = {"brand": identity.brand.name, "code": code, "minutes": CODE_MINUTES, "link": link}
    with translation.override(customer.language):
        told = _("Hello,\n\nYour code is %(code)s. It is valid for %(minutes)d minutes.\n")
        if link:
            told += _("Or confirm this address by opening this link, valid for a day:\n%(link)s\n")
        told += _("If you did not ask for it, you have nothing to do.\n\n%(brand)s\n")
        send_mail(_("%(brand)s: your code is %(code)s") % words, told % words, None, [identity.value])
