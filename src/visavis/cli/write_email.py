"""Write an e-mail to a brand of the demo, as a customer would."""

import argparse
import mimetypes
import smtplib
import sys
from email.message import EmailMessage
from pathlib import Path

from visavis.demo.letterbox import Letterbox
from visavis.demo.writing import answer_to, new_letter, send

from .demo import MAIL_PORT, folder_of_demo


def run(arguments: list[str]) -> int:
    """Hand the e-mail to the mail server of the demo; 0 when it is taken, and stands in the ledger."""
    given = parser().parse_args(arguments)
    try:
        letter = _letter(given)
        for name in given.join:
            _join(letter, Path(name))
        send(letter, port=given.port)
    except ValueError as wrong:
        print(wrong, file=sys.stderr)
        return 2
    except smtplib.SMTPException as refused:
        print(f"The e-mail was not taken: {refused}", file=sys.stderr)
        return 1
    except ConnectionRefusedError:
        print(
            f"Nobody takes e-mail at port {given.port}. Start the demo first: ./visavis demo", file=sys.stderr
        )
        return 1
    except OSError as wrong:
        print(f"The e-mail was not taken: {wrong}", file=sys.stderr)
        return 1
    print(f"Taken: from {letter['From']} to {letter['To']}, “{letter['Subject']}”.")
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    made = argparse.ArgumentParser(prog="visavis write-email", description=__doc__)
    made.add_argument("text", nargs="?", help="what is said; read from the standard input when missing")
    made.add_argument("--to", default="", help="the brand, for instance contact@netnet.example")
    made.add_argument("--from", dest="sender", default="", help="you (vous@example.net)")
    made.add_argument("--subject", default="", help="the subject")
    made.add_argument(
        "--answer", type=int, metavar="NUMBER", help="answer this letter of ./visavis demo-mail"
    )
    made.add_argument("--join", action="append", default=[], metavar="FILE", help="a file that goes with it")
    made.add_argument(
        "--port", type=int, default=MAIL_PORT, help=f"where the demo takes e-mail ({MAIL_PORT})"
    )
    return made


def _letter(given: argparse.Namespace) -> EmailMessage:
    text = given.text if given.text is not None else sys.stdin.read()
    if given.answer is None:
        if not given.to:
            raise ValueError("Say to whom: --to contact@netnet.example")
        sender = given.sender or "vous@example.net"
        return new_letter(sender=sender, to=given.to, subject=given.subject, text=text)
    answered = Letterbox(folder_of_demo()).letter(given.answer)
    if answered is None:
        raise ValueError(f"There is no letter {given.answer}. ./visavis demo-mail lists them.")
    return answer_to(answered, text=text, sender=given.sender, subject=given.subject)


def _join(letter: EmailMessage, path: Path) -> None:
    kind = (mimetypes.guess_type(path.name)[0] or "application/octet-stream").split("/")
    letter.add_attachment(path.read_bytes(), maintype=kind[0], subtype=kind[1], filename=path.name)
