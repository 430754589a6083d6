"""The picture kept with each offer: a few bytes from which the same decision can be taken again."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from .columns import Context, Numbers, read_rows, read_words, write_rows, write_words
from .decisions import decide, score_table
from .instants import instant, seconds
from .policy import Policy, Weights
from .reasons import RULES
from .table import Bools, Scores
from .values import Contact, Decision, Desk, Snapshot

FORMAT = 1
LARGEST = 2_048  # bytes, for one offer


class UnreadablePicture(ValueError):
    """These bytes are not a picture, or one of rules that this program does not have."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything a decision was taken from."""

    snapshot: Snapshot
    policy: Policy
    now: datetime

    def decide(self) -> list[Decision]:
        """Take the decisions again."""
        return decide(self.snapshot, self.policy, self.now)


def picture(snapshot: Snapshot, policy: Policy, now: datetime, decision: Decision | None = None) -> bytes:
    """The bytes to keep.  `now` is kept in whole seconds, which is all that decides.

    With a decision: a whole picture of more than LARGEST bytes is cut down, step by step, to what bears on
    that decision, until it fits and decides the same, runner-up included; if it never did, the whole is kept.
    """
    whole = _packed(snapshot, policy, now)
    if decision is None or len(whole) <= LARGEST:
        return whole
    bytes_a_row = len(whole) / (len(snapshot.contacts) + len(snapshot.desks))
    for smaller in _smaller(snapshot, policy, now, decision):
        rows = len(smaller.contacts) + len(smaller.desks)
        if rows * bytes_a_row > 2 * LARGEST:
            continue  # packing and deciding again take longer than seeing that it cannot fit
        kept = _packed(smaller, policy, now)
        if len(kept) <= LARGEST and decision in decide(smaller, policy, now):
            return kept
    return whole


def reopen(kept: bytes) -> Picture:
    """The picture these bytes hold; UnreadablePicture if they do not."""
    if kept[:2] != bytes((FORMAT, RULES)):
        raise UnreadablePicture("not a picture of these rules")
    try:
        return _unpacked(Numbers.of(zlib.decompress(kept[2:])))
    except (zlib.error, ValueError, IndexError, OverflowError, TypeError) as reason:
        raise UnreadablePicture("the picture is damaged") from reason


def _packed(snapshot: Snapshot, policy: Policy, now: datetime) -> bytes:
    context = Context(seconds(now), _words(snapshot))
    numbers = Numbers(
        (context.at, policy.version, policy.rest_seconds, policy.unpromised_seconds, *policy.weights)
    )
    write_words(numbers, context.words)
    write_rows(numbers, snapshot.contacts, context)
    write_rows(numbers, snapshot.desks, context)
    return bytes((FORMAT, RULES)) + zlib.compress(numbers.as_bytes(), 9)


def _unpacked(numbers: Numbers) -> Picture:
    at, version, rest_seconds, unpromised_seconds = (numbers.take() for _ in range(4))
    weights = Weights(*(numbers.take() for _ in Weights._fields))
    context = Context(at, read_words(numbers))
    contacts = read_rows(numbers, Contact, context)
    desks = read_rows(numbers, Desk, context)
    policy = Policy(
        version=version, weights=weights, rest_seconds=rest_seconds, unpromised_seconds=unpromised_seconds
    )
    return Picture(Snapshot(contacts, desks), policy, instant(at))


def _words(snapshot: Snapshot) -> list[str]:
    """The channels and languages of the picture."""
    of_contacts = {word for contact in snapshot.contacts for word in (contact.channel, contact.language)}
    return sorted(of_contacts.union(*(desk.channels | desk.languages for desk in snapshot.desks)))


def _smaller(snapshot: Snapshot, policy: Policy, now: datetime, decision: Decision) -> Iterator[Snapshot]:
    """Ever smaller parts of the picture around a decision, from the most telling to the least.

    Those linked to it by who can take whom; then without the desks that nobody might have been given; without
    the contacts that still wait, which changes nothing for others; without the desks left free; the pair.
    """
    scores = score_table(snapshot, policy, seconds(now))
    here = [contact.id for contact in snapshot.contacts].index(decision.contact_id)
    contacts, desks = _linked(scores > 0, here)
    yield _part(snapshot, contacts, desks)
    in_view = desks & _in_view(scores, contacts)
    yield _part(snapshot, contacts, in_view)
    decisions = decide(snapshot, policy, now)
    served = contacts & _is_one_of([one.contact_id for one in decisions], snapshot.contacts)
    yield _part(snapshot, served, in_view)
    given = [one.adviser_id for one in decisions]
    yield _part(snapshot, served, desks & _is_one_of([*given, decision.runner_up_id], snapshot.desks))
    yield _part(
        snapshot,
        _is_one_of([decision.contact_id], snapshot.contacts),
        _is_one_of([decision.adviser_id, decision.runner_up_id], snapshot.desks),
    )


def _linked(able: Bools, contact: int) -> tuple[Bools, Bools]:
    """The contacts and desks that a chain of "could take" joins to this contact."""
    contacts = np.arange(able.shape[0]) == contact
    while True:
        desks = able[contacts].any(axis=0)
        wider = able[:, desks].any(axis=1)
        if (wider == contacts).all():
            return contacts, desks
        contacts = wider


def _in_view(scores: Scores, contacts: Bools) -> Bools:
    """The desks that one of these contacts might be given.

    With n contacts, each is given one of its n best desks, and one more may be the runner-up.
    """
    place = max(scores.shape[1] - int(contacts.sum()) - 1, 0)
    least = np.partition(scores, place, axis=1)[:, [place]]
    is_among_best: Bools = scores >= np.maximum(least, 1)
    in_view: Bools = is_among_best[contacts].sum(axis=0) > 0
    return in_view


def _is_one_of(ids: Sequence[int | None], among: Sequence[Contact] | Sequence[Desk]) -> Bools:
    return np.array([one.id in ids for one in among], np.bool_)


def _part(snapshot: Snapshot, contacts: Bools, desks: Bools) -> Snapshot:
    return Snapshot(
        tuple(contact for contact, is_in in zip(snapshot.contacts, contacts, strict=True) if is_in),
        tuple(desk for desk, is_in in zip(snapshot.desks, desks, strict=True) if is_in),
    )
