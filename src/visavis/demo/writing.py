"""E-mails as a customer of the demo writes them, and hands them to its mail server. No Django here."""

import smtplib
from email.message import EmailMessage
from email.utils import formataddr, formatdate, make_msgid

from .letterbox import TO

HOST = "127.0.0.1"
SECONDS = 60


def new_letter(*, sender: str, to: str, subject: str, text: str, name: str = "") -> EmailMessage:
    """An e-mail that answers none."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = formataddr((name, sender)), to, subject
    letter["Date"] = formatdate(localtime=True)
    letter["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or "example.net")
    letter.set_content(text)
    return letter


def answer_to(
    answered: EmailMessage, *, text: str, sender: str = "", subject: str = "", name: str = ""
) -> EmailMessage:
    """An answer, with the headers by which mail programs keep a thread; `sender`: the one it went to."""
    former = str(answered["Subject"])
    letter = new_letter(
        sender=sender or str(answered[TO]).split(",")[0].strip(),
        to=str(answered["Reply-To"] or answered["From"]),
        subject=subject or (former if former.lower().startswith("re:") else f"Re: {former}"),
        text=text,
        name=name,
    )
    letter["In-Reply-To"] = answered["Message-ID"]
    letter["References"] = " ".join(filter(None, [answered["References"], answered["Message-ID"]]))
    return letter


def send(letter: EmailMessage, *, port: int) -> None:
    """The mail server of the demo has it: what is for a brand stands in the ledger. SMTPException, OSError."""
    with smtplib.SMTP(HOST, port, timeout=SECONDS) as server:
        server.send_message(letter)
