"""One mailbox, one talk with its server: what is there and not in the ledger is taken, in ascending order.

The ledger is the truth, not the marks on the server (someone may have read the mail already), nor a cursor
alone: at the beginning of each talk, and now and then, all UIDs of the folder are compared with the ledger.
"""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.utils import timezone

from visavis.domain.intake.operations import mailbox_failed, mailbox_worked, take_mail
from visavis.domain.intake.queries import uids_taken

from .faults import CUT, MOVE_TO, UNFETCHABLE, Fault
from .imap import AT_ONCE, BYTES_AT_ONCE, LISTED_AT_ONCE, PIECE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from visavis.domain.intake.models import Mailbox

    from .imap import Found, Session

TELL_SECONDS = 30.0
HISTORY_AT_ONCE = 200
LAST_AFTER_CUTS = 3
MOST_CUTS = 4
PATIENCE_SECONDS = 3600.0
logger = logging.getLogger(__name__)


class Doubts:
    """Mails at which a talk was cut, kept from one talk to the next.

    Some servers hang up rather than say that they cannot read a mail (Dovecot, on a fault of its disk). Such
    a mail must not cut every talk before the next ones are taken: it is asked for alone, then after all
    others, and when it cuts again, once an hour. What a poor line cut once keeps its place: an answer that
    came before the letter it answers would open another conversation.
    """

    def __init__(self) -> None:
        self._cuts: dict[tuple[int, int], int] = {}
        self._not_before: dict[tuple[int, int], float] = {}

    def fall_on(self, validity: int, uids: Sequence[int]) -> None:
        """The talk was cut while these were asked for; among several nobody knows at which."""
        for uid in uids:
            key = (validity, uid)
            self._cuts[key] = self._cuts.get(key, 0) + int(len(uids) == 1)
            if self._cuts[key] >= MOST_CUTS:
                self._not_before[key] = time.monotonic() + PATIENCE_SECONDS

    def want_alone(self, validity: int, uid: int) -> bool:
        """True when it is asked for in no company."""
        return (validity, uid) in self._cuts

    def are_on(self, validity: int, uid: int) -> bool:
        """True when it is asked for after all others."""
        return self._cuts.get((validity, uid), 0) >= LAST_AFTER_CUTS

    def forbid(self, validity: int, uid: int) -> bool:
        """True when it is not asked for now."""
        return time.monotonic() < self._not_before.get((validity, uid), 0.0)


class Watch:
    """Since when this process has not heard a server, by a clock that nobody sets; it outlives the talks.

    The clock of the day may leap by days while we fetch all the time. This one goes on while the machine
    sleeps: nobody fetches then.
    """

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._clock = clock or _seconds_since_start
        self._heard_at: float | None = None

    def unheard_seconds(self) -> float | None:
        """Return how long ago it was heard, None when it never was."""
        return None if self._heard_at is None else self._clock() - self._heard_at

    def hear(self) -> None:
        """The server answered, and it is written down: a database that is away is an outage as well."""
        self._heard_at = self._clock()


def _seconds_since_start() -> float:
    """Of the machine, its sleep included where the system counts it (Linux)."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Withdrawn(Exception):
    """The mailbox is deleted, switched off or another account since the talk began."""


class Fetching:
    """What one talk has seen so far."""

    def __init__(
        self,
        mailbox: Mailbox,
        session: Session,
        *,
        stopping: Callable[[], bool],
        doubts: Doubts | None = None,
        watch: Watch | None = None,
    ) -> None:
        self.mailbox = mailbox
        self.session = session
        self.stopping = stopping
        self.doubts = doubts or Doubts()
        self.watch = watch or Watch()
        self._last = 0
        self._waiting: dict[int, Found] = {}  # fresh mails that are there and not yet taken
        self._left: list[Found] = []  # those that the server does not give
        self._fault = ""
        self._told_at = 0.0
        self.has_taken = False

    def begin(self) -> None:
        """Open the folder, say that the server answers, and take all that the ledger lacks."""
        self.session.select()
        self._tell()
        self.compare()

    def compare(self) -> None:
        """Take every mail of the folder that the ledger lacks; move those that were left behind."""
        self._fault, self._left = "", []
        there = self.session.uids()
        known = uids_taken(self.mailbox, folder=self.mailbox.folder, uid_validity=self.session.uid_validity)
        self._last = max(there, default=self._last)
        self._move([uid for uid in there if uid in known])
        self._take([uid for uid in there if uid not in known])
        self._tell()

    def look(self) -> None:
        """Take what came since the last look; the server's own numbering says what is new."""
        self._take(self._new())
        self._tell()

    def _new(self) -> list[int]:
        there = self.session.uids_after(self._last)
        self._last = max(there, default=self._last)
        return there

    # --- Taking --------------------------------------------------------------------------------------------

    def _take(self, uids: Sequence[int]) -> None:
        """Fresh mail first; history, which opens nothing, between two looks at what comes; doubts last."""
        validity = self.session.uid_validity
        sure = [uid for uid in uids if not self.doubts.are_on(validity, uid)]
        history = self._take_fresh(sure)
        while history and not self.stopping():
            self._take_these(history[:HISTORY_AT_ONCE])
            history = history[HISTORY_AT_ONCE:] + self._take_fresh(self._new())
        for uid in uids:
            if self.doubts.forbid(validity, uid):
                self._fault = UNFETCHABLE
            elif self.doubts.are_on(validity, uid) and not self.stopping():
                self._take_these(self._take_fresh([uid]))

    def _take_fresh(self, uids: Sequence[int]) -> list[Found]:
        """Take those that are to be answered; return the others, which are history."""
        history: list[Found] = []
        for some in self._apart(uids):
            with self._asking(some):
                listed = list(self.session.listed(some))
            history += filter(self._is_history, listed)
            self._waiting |= {mail.uid: mail for mail in listed if not self._is_history(mail)}
        self._take_these([self._waiting[uid] for uid in sorted(self._waiting)])
        return history

    def _apart(self, uids: Sequence[int]) -> Iterator[list[int]]:
        """Give them so many at a time, in their order; those that want to be alone, alone."""
        some: list[int] = []
        for uid in uids:
            is_alone = self.doubts.want_alone(self.session.uid_validity, uid)
            if some and (is_alone or len(some) == LISTED_AT_ONCE):
                yield some
                some = []
            some.append(uid)
            if is_alone:
                yield some
                some = []
        if some:
            yield some

    def _is_history(self, mail: Found) -> bool:
        before = self.mailbox.history_before
        return bool(before and mail.received_at and mail.received_at < before)

    def _take_these(self, mails: Sequence[Found]) -> None:
        validity = self.session.uid_validity
        for some in _together(mails, is_alone=lambda mail: self.doubts.want_alone(validity, mail.uid)):
            if self.stopping():
                return
            self._move(self._take_some(some))
            for mail in some:
                self._waiting.pop(mail.uid, None)
            if time.monotonic() - self._told_at > TELL_SECONDS:
                self._tell()

    def _take_some(self, mails: Sequence[Found]) -> list[int]:
        """Take a few mails whose beginnings come in one answer; return the UIDs that are stored."""
        try:
            with self._asking([mail.uid for mail in mails]):
                beginnings = self.session.beginnings(mails)
        except Fault as fault:
            if fault.code != UNFETCHABLE:
                raise
            if len(mails) == 1:
                self._left_out(mails[0])
                return []
            # One of them is not given: ask for each alone, so that it blocks no other.
            return [uid for mail in mails for uid in self._take_some([mail])]
        # Those that are not in the answer went meanwhile: whoever reads this mailbox did that.
        return [mail.uid for mail in mails if mail.uid in beginnings and self._take_one(mail, beginnings)]

    def _take_one(self, mail: Found, beginnings: dict[int, bytes]) -> bool:
        beginning = beginnings[mail.uid]
        if mail.size and not beginning:
            # Nothing is no mail: it went in this very instant, or the server could not read it.
            self._left_out(mail)
            return False
        try:
            with self._asking([mail.uid]):
                take_mail(
                    self.mailbox,
                    self.session.rest(mail, beginning),
                    door="imap",
                    received_at=mail.received_at,
                    uid=mail.uid,
                    uid_validity=self.session.uid_validity,
                    folder=self.mailbox.folder,
                )
        except Fault as fault:
            if fault.code != UNFETCHABLE:
                raise
            self._left_out(mail)
            return False
        self.has_taken = True
        return True

    def _left_out(self, mail: Found) -> None:
        """It blocks no other; the next comparison asks for it again, if it is still there."""
        if mail.uid not in self.session.uids_after(mail.uid - 1):
            return
        self._fault = UNFETCHABLE
        self._left += [mail] if mail.uid in self._waiting else []
        logger.warning("Mailbox %d: its server does not give mail %d", self.mailbox.pk, mail.uid)

    @contextmanager
    def _asking(self, uids: Sequence[int]) -> Iterator[None]:
        try:
            yield
        except Fault as fault:
            if fault.code == CUT:
                self.doubts.fall_on(self.session.uid_validity, uids)
            raise

    # --- Afterwards ----------------------------------------------------------------------------------------

    def _move(self, uids: Sequence[int]) -> None:
        """Where the brand wants it, what is stored goes to its folder; a move that fails loses nothing."""
        if not uids or self.mailbox.after_storing != "move":
            return
        try:
            self.session.move(uids, self.mailbox.move_to)
        except Fault as fault:
            if fault.code == CUT:
                raise
            self._fault = MOVE_TO

    def _tell(self) -> None:
        """How this mailbox is doing: it answers, the oldest mail that waits is so old. Raises Withdrawn."""
        now, self._told_at = timezone.now(), time.monotonic()
        waiting = [*self._waiting.values(), *self._left]
        oldest = min((mail.received_at for mail in waiting if mail.received_at), default=now)
        lag, unheard = int((now - oldest).total_seconds()), self.watch.unheard_seconds()
        if not mailbox_worked(self.mailbox, at=now, lag_seconds=lag, unheard_seconds=unheard):
            raise Withdrawn
        self.watch.hear()
        if self._fault:
            mailbox_failed(self.mailbox, at=now, fault=self._fault)


def _together(mails: Sequence[Found], *, is_alone: Callable[[Found], bool]) -> Iterator[list[Found]]:
    """Group small mails, so that a far server is not asked once for each; a large one comes alone."""
    group: list[Found] = []
    size = 0
    for mail in mails:
        weight = BYTES_AT_ONCE if is_alone(mail) else min(mail.size, PIECE)
        if group and (len(group) == AT_ONCE or size + weight > BYTES_AT_ONCE):
            yield group
            group, size = [], 0
        group.append(mail)
        size += weight
    if group:
        yield group
