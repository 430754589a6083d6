"""Read the e-mails that the demo wrote: `demo-mail` lists them, `demo-mail 3` shows one."""

import argparse
import sys
from email.message import EmailMessage

from visavis.demo.letterbox import TO, Letterbox, is_automatic, text_of

from .demo import folder_of_demo

SHOWN = 20
HEADERS = ("From", "To", "Cc", "Reply-To", "Date", "Subject", "Message-ID", "In-Reply-To", "References")


def run(arguments: list[str]) -> int:
    """Print the list, or one letter; 1 when there is none."""
    given = parser().parse_args(arguments)
    box = Letterbox(folder_of_demo())
    if given.number is not None:
        return _show(box, given.number, as_it_is=given.raw)
    found = [(n, letter) for n, letter in box.letters() if not given.to or given.to in _to(letter)]
    if not found:
        print("No e-mail yet. One leaves ten seconds after its adviser sent it.")
        return 1
    for number, letter in found[-given.last :]:
        what = "  (automatic)" if is_automatic(letter) else ""
        print(f"{number:>5}  {_to(letter):<32}  {letter['Subject']}{what}")
    print("\n./visavis demo-mail NUMBER shows one; ./visavis write-email --answer NUMBER “…” answers it.")
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    made = argparse.ArgumentParser(prog="visavis demo-mail", description=__doc__)
    made.add_argument("number", type=int, nargs="?", help="the letter to show")
    made.add_argument("--to", default="", help="only the letters to this address")
    made.add_argument("--last", type=int, default=SHOWN, help=f"how many to list ({SHOWN})")
    made.add_argument("--raw", action="store_true", help="show the letter as it went, headers and all")
    return made


def _show(box: Letterbox, number: int, *, as_it_is: bool) -> int:
    letter = box.letter(number)
    if letter is None:
        print(f"There is no letter {number}. ./visavis demo-mail lists them.", file=sys.stderr)
        return 1
    if as_it_is:
        sys.stdout.buffer.write(box.raw(number))
        return 0
    lines = [f"{name}: {letter[name]}" for name in HEADERS if letter[name]]
    files = [f"[{part.get_filename()}]" for part in letter.iter_attachments()]
    print("\n".join([*lines, "", text_of(letter), *files]))
    return 0


def _to(letter: EmailMessage) -> str:
    return str(letter[TO])
