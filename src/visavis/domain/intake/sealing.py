"""Secrets of mailboxes, kept so that who reads the database alone cannot use them."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.translation import gettext as _

from visavis.domain.errors import Refused


def seal(secret: str) -> str:
    """Return the secret sealed by the secret key of the installation; the empty one stays empty."""
    return _seal().encrypt(secret.encode()).decode("ascii") if secret else ""


def unseal(sealed: str) -> str:
    """Return what was sealed. Refused when the secret key of the installation is not the same any more."""
    if not sealed:
        return ""
    try:
        return _seal().decrypt(sealed.encode("ascii")).decode()
    except InvalidToken:
        raise Refused(
            "sealed_by_another_key",
            _("The password of this mailbox was kept with another secret key. Type it again."),
        ) from None


def _seal() -> Fernet:
    digest = sha256(b"mailbox:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(urlsafe_b64encode(digest))
