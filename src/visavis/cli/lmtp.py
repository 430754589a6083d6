"""Listen for the mail that a mail server hands over (LMTP)."""

import argparse
from pathlib import Path

import django


def run(arguments: list[str]) -> int:
    """Listen at a file or at a port of this machine until told to stop."""
    parser = argparse.ArgumentParser(prog="visavis lmtp", description=__doc__)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--socket", type=Path, help="file to listen at, for instance /run/visavis/lmtp")
    where.add_argument("--port", type=int, help="port to listen at")
    parser.add_argument("--host", default="127.0.0.1", help="whoever reaches it may bring mail (127.0.0.1)")
    parser.add_argument(
        "--mode",
        type=lambda given: int(given, 8),
        default=0o660,
        help="who may open the file, in octal (660)",
    )
    given = parser.parse_args(arguments)
    django.setup(set_prefix=False)
    from visavis.workers import lmtp

    lmtp.listen(file=given.socket, port=given.port or 0, host=given.host, mode=given.mode)
    return 0
