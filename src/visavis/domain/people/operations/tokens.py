"""Tokens of a brand's own software: given, revoked."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from visavis.domain.errors import Refused
from visavis.domain.journal.record import operation, record
from visavis.domain.people.facts import TokenGiven, TokenRevoked
from visavis.domain.people.models import Adviser, Brand, BrandToken
from visavis.domain.people.secret_tokens import new_token, token_digest


@dataclass(frozen=True, kw_only=True)
class BrandTokenTold:
    """A token with its secret, which is told once."""

    row: BrandToken
    secret: str


@operation
def give_brand_token(brand: Brand, *, label: str, by: Adviser | None, at: datetime) -> BrandTokenTold:
    """A program of the brand, named by `label`, holds a token; it is shown once and kept as a digest."""
    words = " ".join(label.split())[:80]
    if not words:
        raise Refused("label_needed", _("Say which program will hold this token."))
    secret = f"vv_{new_token()}"
    row = BrandToken.objects.create(
        brand=brand, label=words, token_sha256=token_digest(secret), made_at=at, made_by=by
    )
    record(TokenGiven(adviser_id=by.pk if by else None, brand_id=brand.pk, token_id=row.pk), at=at)
    return BrandTokenTold(row=row, secret=secret)


@operation
def revoke_brand_token(token: BrandToken, *, by: Adviser | None, at: datetime) -> None:
    """The token opens nothing any more."""
    if token.revoked_at is not None:
        raise Refused("token_revoked", _("This token was already ended."))
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    record(TokenRevoked(adviser_id=by.pk if by else None, brand_id=token.brand_id, token_id=token.pk), at=at)
