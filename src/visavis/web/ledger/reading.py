"""What the ledger shows: its rows as they were asked for, its counts, and what is still to be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from visavis.domain.files.scanning import is_configured
from visavis.domain.intake.access import mailboxes_of
from visavis.domain.intake.queries import arrivals_of, is_away, tallies
from visavis.domain.intake.sentences import reason_told

from .health import health_of
from .words import ASIDE, DOORS, KEPT_OUT, QUARANTINE, STATES, Mark, mark_of, state_of_reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import QueryDict

    from visavis.domain.intake.models import Arrival, Mailbox
    from visavis.domain.intake.queries import Tally
    from visavis.domain.people.access import Rights

MOST_WORDS = 200


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is looked for, as the address says it; what we did not write there is looked for by nobody."""

    state: str = ""
    reason: str = ""
    mailbox_id: int | None = None
    words: str = ""
    after: str = ""

    @property
    def is_narrowed(self) -> bool:
        """True when something is looked for."""
        return bool(self.state or self.reason or self.mailbox_id or self.words)

    @property
    def kept_out(self) -> str:
        """The state whose mails may all be tried again: asked for itself, or by a reason; else empty."""
        state = self.state or (state_of_reason(self.reason) if self.reason else "")
        return state if state in KEPT_OUT and not (self.mailbox_id or self.words) else ""

    def address(self, **other: object) -> str:
        """This search with something else in it, as the end of an address."""
        asked = {
            "etat": self.state,
            "motif": self.reason,
            "boite": self.mailbox_id,
            "q": self.words,
            **other,
        }
        return "?" + urlencode({key: value for key, value in asked.items() if value})


def asked_in(given: QueryDict) -> Asked:
    """Read what is looked for in the address."""
    state, reason, mailbox, after = (given.get(key, "") for key in ("etat", "motif", "boite", "apres"))
    return Asked(
        state=state if state in STATES else "",
        reason=reason if reason in ASIDE | QUARANTINE else "",
        mailbox_id=int(mailbox) if is_number(mailbox) else None,
        words=given.get("q", "").replace("\x00", "").strip()[:MOST_WORDS],
        after=after if is_number(after) else "",
    )


def is_number(text: str) -> bool:
    """True for digits that a database takes as a number."""
    return text.isascii() and text.isdigit() and len(text) < 19


# --- Rows ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Row:
    """One mail as the list shows it."""

    arrival: Arrival
    mark: Mark
    sentence: str
    sender: str
    subject: str


def row_of(arrival: Arrival, *, subject: str = "") -> Row:
    """Tell one mail; who sent it and about what may be unknown.

    subject: as our reader finds it now, for a mail that came to no end where it was written down.
    """
    return Row(
        arrival=arrival,
        mark=mark_of(arrival.state),
        sentence=reason_told(arrival),
        sender=arrival.sender or arrival.envelope_from or _("Unknown sender"),
        subject=arrival.subject or subject or _("No subject"),
    )


# --- Counts -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Counted:
    """One mailbox, one door: how many mails, and where they are."""

    mailbox: Mailbox
    door: str
    tally: Tally


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One state, how many mails are in it, and the way there."""

    word: str
    url: str
    count: int
    is_current: bool


def tabs(asked: Asked, counts: Iterable[Tally]) -> list[Tab]:
    """Return all mails, then each state; counted in the mailbox that is looked at."""
    seen = [row for row in counts if asked.mailbox_id in {None, row.mailbox_id}]
    every = Tab(
        word=_("All the mails"),
        url=asked.address(etat="", motif=""),
        count=sum(row.total for row in seen),
        is_current=not asked.state,
    )
    return [
        every,
        *(
            Tab(
                word=str(word),
                url=asked.address(etat=state, motif=""),
                count=sum(getattr(row, state) for row in seen),
                is_current=asked.state == state,
            )
            for state, word in STATES.items()
        ),
    ]


def antivirus_told() -> str:
    """Return what ails the search for viruses; empty when it is there."""
    if not is_configured():
        return _("No antivirus: the files of what comes are not searched for viruses.")
    if is_away():
        return _("The antivirus does not answer: files that come wait for it, and nobody opens them.")
    return ""


def page_of(rights: Rights, asked: Asked) -> dict[str, Any]:
    """Return all that the page shows, in as many queries whatever it holds."""
    mailboxes = mailboxes_of(rights)
    by_number = {row.pk: row for row in mailboxes}
    counts = tallies(rights)
    found = arrivals_of(
        rights,
        state=asked.state,
        reason=asked.reason,
        mailbox_id=asked.mailbox_id,
        words=asked.words,
        after=asked.after,
    )
    return {
        "asked": asked,
        "rows": [row_of(row) for row in found.rows],
        "next_url": asked.address(apres=found.after) if found.after else "",
        "first_url": asked.address(),
        "tabs": tabs(asked, counts),
        "mailboxes": mailboxes,
        "healths": health_of(mailboxes),
        "counted": [
            Counted(mailbox=by_number[row.mailbox_id], door=str(DOORS.get(row.door, row.door)), tally=row)
            for row in counts
        ],
        "reasons": ((_("Set aside"), ASIDE.items()), (_("In quarantine"), QUARANTINE.items())),
        "counts": counts,
        "antivirus": antivirus_told(),
    }
