"""Run one web process: pages and live screens."""

import argparse

import django

from visavis.workers import web

from . import answering


def run(arguments: list[str]) -> int:
    """Answer until told to stop; says where."""
    parser = argparse.ArgumentParser(prog="visavis web", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on")
    options = parser.parse_args(arguments)
    try:
        web.listen(options.host, options.port).close()
        django.setup(set_prefix=False)
        answering.announce(options.host, options.port)
        web.serve(host=options.host, port=options.port)
    except web.PortTaken:
        print(f"Port {options.port} is taken by another program. Choose another: --port {options.port + 1}")
        return 1
    return 0
