"""Run everything on this machine: pages, live screens and workers (Ctrl-C stops)."""

import argparse

import django

from visavis.workers.web import PortTaken, listen

from . import answering, migrate


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
    answering.announce(options.host, options.port)
    from visavis.workers.supervisor import supervise

    return supervise(host=options.host, port=options.port)


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    made = argparse.ArgumentParser(prog="visavis run", description=__doc__)
    made.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on (127.0.0.1: this machine only)"
    )
    made.add_argument("--port", type=int, default=8000, help="the port to listen on")
    made.add_argument("--no-migrate", action="store_true", help="leave the database as it is")
    return made
