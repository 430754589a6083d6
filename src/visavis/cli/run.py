"""Run everything on this machine: pages, live screens and workers (Ctrl-C stops)."""

import argparse

import django

from visavis.workers.supervisor import supervise
from visavis.workers.web import PortTaken, listen

from . import migrate


def run(arguments: list[str]) -> int:
    """Bring the database up to date, then run until told to stop."""
    options = parser().parse_args(arguments)
    try:
        listen(options.host, options.port).close()
    except PortTaken:
        print(f"Port {options.port} is taken by another program. Choose another: --port {options.port + 1}")
        return 1
    if not options.no_migrate:
        migrate.bring_up_to_date(verbosity=0)
    django.setup(set_prefix=False)
    print(f"Vis-à-vis answers on http://{options.host}:{options.port}/ (Ctrl-C stops it)", flush=True)
    tell_first_code(options.host)
    return supervise(host=options.host, port=options.port)


def tell_first_code(host: str) -> None:
    """Print the code of the first page, when it can be reached from elsewhere and nobody has an account."""
    from django.db import connections  # Django must be set up first

    from visavis.web.home.first_code import code_to_print  # same

    if code := code_to_print(host):
        print(f"Nobody has an account yet. The page /bienvenue/ will ask for this code: {code}", flush=True)
    connections.close_all()  # the children open their own


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    made = argparse.ArgumentParser(prog="visavis run", description=__doc__)
    made.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on (127.0.0.1: this machine only)"
    )
    made.add_argument("--port", type=int, default=8000, help="the port to listen on")
    made.add_argument("--no-migrate", action="store_true", help="leave the database as it is")
    return made
