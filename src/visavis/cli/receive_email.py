"""Take one mail from a mail server's pipe: `visavis receive-email --to address < mail`.

The exit codes are those of sysexits.h, which every mail server reads. 0 is said when the mail stands in the
ledger, never before; whatever we did not foresee is 75, try again later: a mail server bounces at any other.
"""

import argparse
import os
import sys

NO_SUCH_MAILBOX = 67  # EX_NOUSER
NOT_A_MAIL = 65  # EX_DATAERR
WRONG_USE = 64  # EX_USAGE
LATER = 75  # EX_TEMPFAIL
PIECE = 65_536


def run(arguments: list[str]) -> int:
    """Keep what comes from the standard input; 0 only when it is kept."""
    parser = argparse.ArgumentParser(prog="visavis receive-email", description=__doc__, exit_on_error=False)
    parser.add_argument("--to", required=True, help="address at which it came")
    parser.add_argument("--from", dest="sender", default="", help="sender of the envelope")
    try:
        given = parser.parse_args(arguments)
    except (argparse.ArgumentError, SystemExit) as wrong:
        if isinstance(wrong, SystemExit) and not wrong.code:
            return 0  # --help
        print(wrong, file=sys.stderr)
        return WRONG_USE
    try:
        return take(given.to, given.sender)
    except BaseException as error:
        # The name alone: a message may hold an address, and mail servers send it back to the sender.
        print(f"This mail is not kept yet ({type(error).__name__}). Try again later.", file=sys.stderr)
        return LATER


def take(address: str, sender: str) -> int:
    """Keep the mail; the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visavis.project.settings")
    import django

    django.setup(set_prefix=False)
    from visavis.domain.errors import TooMany
    from visavis.domain.intake.operations import take_mail
    from visavis.domain.intake.queries import mailbox_of_address

    mailbox = mailbox_of_address(address)
    if mailbox is None:
        print("Nobody is written to at this address here.", file=sys.stderr)
        return NO_SUCH_MAILBOX
    pieces = iter(lambda: sys.stdin.buffer.read(PIECE), b"")
    try:
        take_mail(mailbox, pieces, door="pipe", envelope_from=sender, envelope_to=address)
    except TooMany:
        print("This mail is too large.", file=sys.stderr)
        return NOT_A_MAIL
    return 0
