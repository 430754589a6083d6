"""How an address, a telephone number or a reference is written, so that the same one is found again."""

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from visavis.domain.errors import Refused

from .models import IdentityKind

LONGEST_REFERENCE = 64


def normal_value(kind: str, value: str, *, region: str = "FR") -> str:
    """Return `value` as it is kept; what is no address, number or reference is refused with a sentence."""
    match kind:
        case IdentityKind.EMAIL:
            return normal_email(value)
        case IdentityKind.PHONE:
            return normal_phone(value, region=region)
        case IdentityKind.REFERENCE:
            return normal_reference(value)
        case _:
            raise Refused("identity_kind_unknown", _("We know people by e-mail, telephone or reference."))


def normal_email(value: str) -> str:
    """Return the address in lower case, its domain as the network writes it (é → xn--…)."""
    local, at, domain = value.strip().lower().rpartition("@")
    try:
        address = f"{local}{at}{domain.encode('idna').decode('ascii')}"
        validate_email(address)
    except (UnicodeError, ValidationError):
        raise Refused(
            "email_unreadable", _("This is not an e-mail address. Expected form: name@example.fr")
        ) from None
    return address


def normal_phone(value: str, *, region: str = "FR") -> str:
    """Return the number in E.164 (+33…), read as dialled from `region`."""
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise Refused("phone_unreadable", _("This is not a telephone number. Expected form: 06 12 34 56 78"))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normal_reference(value: str) -> str:
    """Return the reference in capitals, without spaces."""
    reference = "".join(value.split()).upper()
    if not reference or len(reference) > LONGEST_REFERENCE or not reference.isprintable():
        raise Refused("reference_unreadable", _("A reference has 1 to 64 letters, digits or signs."))
    return reference
