"""Make an administrator: e-mail, name, and a password typed here (or from VISAVIS_PASSWORD)."""

import argparse
import getpass
import os

import django


def run(arguments: list[str]) -> int:
    """Make the account, or say why it cannot be made."""
    options = parser().parse_args(arguments)
    django.setup(set_prefix=False)
    email = options.email or input("E-mail: ").strip()
    name = options.name or input("Name, as customers will see it: ").strip()
    password = os.environ.get("VISAVIS_PASSWORD") or asked_password()
    if password is None:
        print("The two passwords differ. Nothing was made.")
        return 1
    if refusal := make(email, name, password):
        print(refusal)
        return 1
    print(f"{email} can sign in and change everything.")
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    made = argparse.ArgumentParser(prog="visavis create-admin", description=__doc__)
    made.add_argument("--email", default="", help="the address with which they sign in")
    made.add_argument("--name", default="", help="the name that others see")
    return made


def asked_password() -> str | None:
    """Return the password typed twice, or None when the two differ."""
    first = getpass.getpass("Password (10 characters or more): ")
    return first if getpass.getpass("Once more: ") == first else None


def make(email: str, name: str, password: str) -> str:
    """Make the account; return a sentence when it is refused."""
    # These need Django to be set up.
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.utils import timezone, translation

    from visavis.domain.errors import Refused
    from visavis.domain.people.operations import make_account

    try:
        with translation.override("en"):
            validate_email(email)
            make_account(
                email=email,
                displayed_name=name,
                role="administrator",
                team=None,
                password=password,
                at=timezone.now(),
            )
    except ValidationError as error:
        return " ".join(error.messages)
    except Refused as refused:
        return refused.sentence or refused.code
    return ""
