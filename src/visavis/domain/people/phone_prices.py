"""What calling a number costs the caller; a brand's number is never premium (rule 5 of the charter)."""

import re

import phonenumbers
from django.utils.translation import gettext as _
from phonenumbers import PhoneNumberType

from visavis.domain.errors import Refused

from .identity_values import normal_phone
from .models import PriceClass

# Code de la consommation, L121-16: 081, 082 and 089 are surcharged (phonenumbers says "shared cost" of the
# first two); so may be the short numbers 10xx, 3xxx and 118xxx, save 30xx and 31xx, which are free.
PREMIUM_TYPES = {PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST}
FRENCH_SHORT = re.compile(r"(?P<free>3[01]\d\d)|10\d\d|3\d{3}|118\d{3}")


def checked_number(number: str, *, region: str = "FR") -> tuple[str, PriceClass]:
    """Return a brand's number as it is kept, with its price; a premium one is refused, none is empty."""
    digits = re.sub(r"[\s.\-]", "", number)
    if not digits:
        return "", PriceClass.NORMAL
    short = FRENCH_SHORT.fullmatch(digits) if region == "FR" else None
    if short:
        if not short["free"]:
            raise _premium()
        return digits, PriceClass.FREE
    normal = normal_phone(number, region=region)
    kind = phonenumbers.number_type(phonenumbers.parse(normal))
    if kind in PREMIUM_TYPES:
        raise _premium()
    return normal, PriceClass.FREE if kind == PhoneNumberType.TOLL_FREE else PriceClass.NORMAL


def _premium() -> Refused:
    return Refused(
        "number_premium",
        _("Calling this number costs more than an ordinary call. Customers are never sent to such a number."),
    )
