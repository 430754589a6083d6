"""E-mails of the demo that opened nothing: bounces, absences, what could not be read. The real reader settles them."""

import tomllib
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from importlib import resources
from string import Template
from typing import Any

from visavis.domain.conversations.models import Bounce, Letter
from visavis.domain.intake.models import Arrival, Mailbox
from visavis.domain.intake.operations import block_sender, take_mail
from visavis.domain.intake.sources import source_of_identity
from visavis.domain.journal.models import Entry
from visavis.domain.journal.record import cause
from visavis.domain.people.models import Adviser
from visavis.workers.read_email import read_one

from .brands import brand
from .ledger import Ledger
from .letters import Came, arrive
from .people import DOMAIN

BLOCKED = ("credit-plus", "offre@rachat-express.example")


def load(came: Sequence[Came], ledger: Ledger, *, now: datetime) -> None:
    """All that came stands in the mail ledger in the order of time: the letters, and what was kept out."""
    _block(at=now - timedelta(days=6))
    rest = deque(came)
    for mail in sorted(mails(), key=lambda one: -one["hours"]):
        at = now - timedelta(hours=mail["hours"])
        arrive([rest.popleft() for _ in range(sum(one.at < at for one in rest))], ledger)
        _take(mail, at=at)
    arrive(rest, ledger)


def _block(*, at: datetime) -> None:
    sofia = Adviser.objects.get(email=f"sofia@{DOMAIN}")
    slug, address = BLOCKED
    mailbox = Mailbox.objects.get(address=brand(slug).address)
    block_sender(mailbox.brand_id, source=source_of_identity("email", address), by=sofia, at=at)


def mails() -> list[Mapping[str, Any]]:
    """What is written in kept_out.toml."""
    page = resources.files("visavis.demo").joinpath("kept_out.toml").read_text("utf-8")
    found: list[Mapping[str, Any]] = tomllib.loads(page)["mail"]
    return found


def _take(mail: Mapping[str, Any], *, at: datetime) -> None:
    mailbox = Mailbox.objects.get(address=brand(mail["brand"]).address)
    raw = bytes_of(mail, ours=_lately_left(mailbox, at))
    with cause() as here:
        taken = take_mail(mailbox, [raw], door="lmtp", received_at=at, envelope_to=mailbox.address)
        read_one(Arrival.objects.select_related("mailbox__brand", "raw").get(pk=taken.pk))
    Arrival.objects.filter(pk=taken.pk).update(taken_at=at, settled_at=at, tried_at=at)
    Entry.objects.filter(cause=here).update(at=at)


def _lately_left(mailbox: Mailbox, at: datetime) -> Letter | None:
    """A letter of ours that had left by then, and did not come back yet."""
    left = Letter.objects.filter(from_address=mailbox.address, message__left_at__lt=at)
    left = left.exclude(message__in=Bounce.objects.values("message"))
    return left.order_by("-message__left_at", "-pk").first()


def bytes_of(mail: Mapping[str, Any], *, ours: Letter | None) -> bytes:
    """The mail as it came over the wire."""
    named = {"ours": ours.header_id, "recipient": ours.to[0][1]} if ours else {}
    text = Template(mail["raw"].lstrip("\n")).safe_substitute(named)
    if depth := mail.get("nested"):
        text += "".join(
            f'Content-Type: multipart/mixed; boundary="{level}"\n\n--{level}\n' for level in range(depth)
        )
    return text.replace("\n", "\r\n").encode()
