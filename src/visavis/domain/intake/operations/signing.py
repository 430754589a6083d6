"""The keys by which letters are signed: made, put to use, forgotten."""

from base64 import b64encode
from datetime import datetime

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.utils.translation import gettext as _

from visavis.domain.errors import Refused
from visavis.domain.intake.facts import SigningKeyForgotten, SigningKeyMade, SigningTurned
from visavis.domain.intake.models import Mailbox, SigningKey
from visavis.domain.intake.sealing import seal
from visavis.domain.journal.record import operation, record
from visavis.domain.people.models import Adviser

# What every verifier knows, and what a TXT record holds without trouble.
BITS = 2048


@operation
def make_signing_key(mailbox: Mailbox, *, by: Adviser, at: datetime) -> SigningKey:
    """The domain of the mailbox has a key, which signs nothing yet. Refused when it has one."""
    domain = mailbox.sending_domain
    if SigningKey.objects.filter(domain=domain).exists():
        raise Refused("key_there", _("This domain has a key already. Reload the page."))
    secret, public = _pair()
    key = SigningKey.objects.create(
        domain=domain,
        selector=f"visavis-{at:%Y%m%d}",
        secret=seal(secret),
        public=public,
        made_at=at,
        made_by=by,
    )
    record(SigningKeyMade(brand_id=mailbox.brand_id, adviser_id=by.pk, key_id=key.pk), at=at)
    return key


@operation
def turn_signing(key: SigningKey, *, is_on: bool, by: Adviser, at: datetime) -> None:
    """The letters of this domain are signed from now on, or not."""
    SigningKey.objects.filter(pk=key.pk).update(is_signing=is_on)
    record(SigningTurned(adviser_id=by.pk, key_id=key.pk, is_on=is_on), at=at)


@operation
def forget_signing_key(key: SigningKey, *, by: Adviser, at: datetime) -> None:
    """The key is gone: nothing is signed for its domain until another is made."""
    number = key.pk
    SigningKey.objects.filter(pk=number).delete()
    record(SigningKeyForgotten(adviser_id=by.pk, key_id=number), at=at)


def _pair() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return secret.decode("ascii"), b64encode(public).decode("ascii")
