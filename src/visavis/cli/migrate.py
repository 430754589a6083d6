"""Bring the database up to date: tables, and the shared cache."""

import argparse

import django
from django.core.management import call_command


def run(arguments: list[str]) -> int:
    """Bring the database up to date; running it twice changes nothing."""
    argparse.ArgumentParser(prog="visavis migrate", description=__doc__).parse_args(arguments)
    bring_up_to_date(verbosity=1)
    return 0


def bring_up_to_date(*, verbosity: int) -> None:
    """Apply the migrations that are missing and make the table of the cache."""
    django.setup(set_prefix=False)
    call_command("migrate", interactive=False, verbosity=verbosity)
    call_command("createcachetable", verbosity=verbosity)
