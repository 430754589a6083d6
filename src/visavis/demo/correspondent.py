"""Invented customers who write by e-mail: to the mail server of the demo, where they also find the answers."""

import smtplib
from dataclasses import dataclass, field
from email.message import EmailMessage

from visavis.domain.conversations.models import Letter

from .doors import Closed
from .letterbox import TO, Letterbox, is_automatic
from .writing import answer_to, new_letter, send


@dataclass
class Correspondent:
    """Someone who writes to one brand, and reads what comes back."""

    name: str
    address: str
    port: int
    box: Letterbox
    written: list[EmailMessage] = field(default_factory=list)
    last: EmailMessage | None = None
    seen: int = 0

    def write(self, *, to: str, subject: str, text: str) -> None:
        """A first e-mail is on its way."""
        self.seen = self.box.last()
        letter = new_letter(sender=self.address, name=self.name, to=to, subject=subject, text=text)
        self._send(letter)

    def number(self) -> int:
        """The number of the conversation that it opened; 0 while nobody has read it."""
        known = str(self.written[0]["Message-ID"]).strip("<>")
        found = Letter.objects.filter(header_id=known).values_list("message__conversation_id", flat=True)
        return found.first() or 0

    def heard(self) -> bool:
        """True when a person answered since the last time."""
        ours = {str(letter["Message-ID"]) for letter in self.written}
        found = None
        for number, letter in self.box.letters(after=self.seen):
            self.seen = number
            answered = {*str(letter["References"]).split(), str(letter["In-Reply-To"])}
            if self.address in str(letter[TO]) and ours & answered and not is_automatic(letter):
                found = letter
        self.last = found or self.last
        return found is not None

    def add(self, text: str) -> None:
        """One more e-mail in the thread: an answer to what they wrote, or to one's own first e-mail."""
        if self.last is not None:
            self._send(answer_to(self.last, text=text, sender=self.address, name=self.name))
            return
        first = self.written[0]
        again = answer_to(first, text=text, sender=self.address, name=self.name)
        again.replace_header("To", first["To"])
        self._send(again)

    def _send(self, letter: EmailMessage) -> None:
        try:
            send(letter, port=self.port)
        except (smtplib.SMTPException, OSError) as error:
            raise Closed(f"the mail server: {type(error).__name__}") from error
        self.written.append(letter)
