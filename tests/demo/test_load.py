"""The demo in the database: tables and journal agree, and it slides to today without losing that."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from tests.domain.folding import of_journal, of_tables

from visavis.demo import anchor, crowd, kept_out, opening, people
from visavis.demo.load import load_demo
from visavis.domain.conversations.models import Conversation, Letter, Message
from visavis.domain.conversations.operations import message_as_found
from visavis.domain.conversations.queries import inbox
from visavis.domain.dispatch.models import Offer
from visavis.domain.flows.silence import watch_silence
from visavis.domain.intake.models import Arrival, ArrivalState
from visavis.domain.journal.models import Entry
from visavis.domain.journal.queries import entries_after
from visavis.domain.people.access import rights
from visavis.domain.people.models import Adviser, Customer
from visavis.domain.presence.models import Presence
from visavis.domain.promises.models import Promise
from visavis.domain.search.models import SearchDocument
from visavis.domain.search.operations import index_many

if TYPE_CHECKING:
    from pathlib import Path

COUNT = 120
MOST = 100_000
pytestmark = pytest.mark.django_db


def quiet(_what: str, _share: float) -> None:
    """Nobody watches the progress here."""


@pytest.fixture(scope="module")
def now() -> datetime:
    """The demo is loaded at this instant."""
    return timezone.now()


@pytest.fixture(scope="module")
def loaded(kept_for_the_module: None, now: datetime) -> None:
    """A smaller demo is in the database."""
    load_demo(now=now, told=quiet, count=COUNT)


@pytest.mark.usefixtures("loaded")
def test_the_journal_told_again_gives_the_tables() -> None:
    assert of_journal(entries_after(0, limit=MOST)) == of_tables()


@pytest.mark.usefixtures("loaded")
def test_everything_loaded_is_numbered_and_can_be_found() -> None:
    found = Counter(SearchDocument.objects.values_list("kind", flat=True))

    assert not Entry.objects.filter(position__isnull=True).exists()
    assert found == {"person": 400, "conversation": COUNT, "message": Message.objects.count()}
    assert Customer.objects.count() == 400


@pytest.mark.usefixtures("loaded")
def test_each_conversation_on_a_desk_says_why() -> None:
    on_a_desk = Conversation.objects.filter(adviser__isnull=False)

    explained = Offer.objects.filter(conversation__in=on_a_desk).exclude(explanation={})

    assert explained.count() == on_a_desk.count()


@pytest.mark.usefixtures("loaded")
def test_kader_finds_the_people_of_the_screens() -> None:
    kader = Adviser.objects.get(email=f"kader@{people.DOMAIN}")

    names = [row.customer.name for row in inbox(rights(kader), "mine").rows]

    assert {"Odile Perrin", "Thomas Weber", "Lucie Marchand", "Farid Haddad", "Karim Aït-Saïd"} <= set(names)
    assert kader.check_password(people.PASSWORD)


@pytest.mark.usefixtures("loaded")
def test_what_is_going_on_slides_to_the_minute_and_the_past_by_days(now: datetime) -> None:
    before = dict(Conversation.objects.values_list("pk", "last_message_at"))
    states = dict(Conversation.objects.values_list("pk", "state"))
    later = now + timedelta(days=9, hours=5, minutes=20, seconds=30)

    days = anchor.slide(anchor.Anchor(anchored_at=now, alive_at=now + timedelta(minutes=1)), now=later)

    after = dict(Conversation.objects.values_list("pk", "last_message_at"))
    moved = {number: after[number] - before[number] for number in before}
    assert days == timedelta(days=9)
    assert {moved[n] for n in moved if states[n] == "resolved"} == {timedelta(days=9)}
    assert {moved[n] for n in moved if states[n] != "resolved"} == {timedelta(days=9, hours=5, minutes=20)}


@pytest.mark.usefixtures("loaded")
def test_the_journal_still_agrees_after_a_slide(now: datetime) -> None:
    later = now + timedelta(days=3, hours=2)
    anchor.slide(anchor.Anchor(anchored_at=now, alive_at=now), now=later)

    assert of_journal(entries_after(0, limit=MOST)) == of_tables()
    made = Entry.objects.filter(verb="promise.made")
    dues = {entry.facts["promise_id"]: datetime.fromisoformat(entry.facts["due_at"]) for entry in made}
    assert dues == dict(Promise.objects.filter(pk__in=dues).values_list("pk", "due_at"))
    assert not Message.objects.filter(written_at__gt=later).exists()


@pytest.mark.usefixtures("loaded")
def test_what_was_told_with_another_hour_is_found_as_it_reads(now: datetime) -> None:
    before = dict(Message.objects.values_list("pk", "text"))

    anchor.slide(anchor.Anchor(anchored_at=now, alive_at=now), now=now + timedelta(days=3, hours=2))

    retold = [row for row in Message.objects.select_related("conversation") if row.text != before[row.pk]]
    assert retold
    found = written(retold)
    index_many([message_as_found(row) for row in retold])
    assert found == written(retold)


def written(messages: list[Message]) -> list[tuple[object, ...]]:
    """What search holds of these messages."""
    rows = SearchDocument.objects.filter(kind="message", object_id__in=[row.pk for row in messages])
    return sorted(rows.values_list("object_id", "at", "body_terms"))


def test_the_words_of_a_promise_follow_its_hour() -> None:
    former = datetime(2026, 11, 20, 12, tzinfo=UTC)  # 13 h in Paris
    told = "Réponse demain avant 13\u00a0h, pas à 13\u00a0h 30."

    retold = anchor.told_hour(former).sub(anchor.hour_in_words(former + timedelta(hours=5, minutes=20)), told)

    assert retold == "Réponse demain avant 18\u00a0h\u00a020, pas à 13\u00a0h 30."
    assert anchor.hour_in_words(former - timedelta(hours=1)) == "midi"


@pytest.mark.usefixtures("loaded")
def test_a_demo_started_again_at_once_does_not_slide(now: datetime) -> None:
    assert anchor.slide(
        anchor.Anchor(anchored_at=now, alive_at=now), now=now + timedelta(minutes=2)
    ) == timedelta(0)


@pytest.mark.usefixtures("loaded")
def test_the_others_are_there_with_their_hands_full_and_who_is_played_is_away(now: datetime) -> None:
    there = crowd.come_in(now=now, is_live=False)
    crowd.beat(there, now=now + timedelta(seconds=12))
    crowd.swap(there, now=now + timedelta(seconds=13), rng=random.Random(1))

    states = Counter(Presence.objects.values_list("state", flat=True))
    assert len(there) == 27
    assert states["available"] >= 15
    assert states["away"] == len(Presence.objects.all()) - 27
    assert watch_silence(now + timedelta(seconds=14)) == 0


@pytest.mark.usefixtures("loaded")
def test_the_second_start_keeps_what_the_first_one_made(tmp_path: Path) -> None:
    first = Message.objects.count()

    link = opening.make_ready(tmp_path, told=quiet, is_live=False)

    assert Message.objects.count() == first
    assert link.startswith("/demande/l/")
    assert anchor.read(tmp_path) is not None


@pytest.mark.usefixtures("loaded")
def test_the_ledger_of_the_demo_holds_what_came_in_the_order_of_time() -> None:
    states = Counter(Arrival.objects.values_list("state", flat=True))
    reasons = Counter(Arrival.objects.exclude(state=ArrivalState.ACCEPTED).values_list("reason", flat=True))
    came = Letter.objects.filter(message__direction="in")
    taken = list(Arrival.objects.order_by("pk").values_list("taken_at", flat=True))
    assert reasons == Counter(mail["reason"] for mail in kept_out.mails())
    assert states[ArrivalState.ACCEPTED] == came.count() > 20
    assert states[ArrivalState.QUARANTINED] == 3
    assert taken == sorted(taken)


@pytest.mark.usefixtures("loaded")
def test_each_letter_of_the_demo_answers_the_one_before(now: datetime) -> None:
    threads: dict[int, list[Letter]] = {}
    rows = Letter.objects.exclude(message__direction="note").order_by("message__written_at", "message_id")
    for row in rows.select_related("message"):
        threads.setdefault(row.message.conversation_id, []).append(row)
    for letters in threads.values():
        known: list[str] = []
        for letter in letters:
            assert letter.references == known
            assert letter.in_reply_to == (known[-1] if known else "")
            assert letter.subject
            known.append(letter.header_id)
    assert max(map(len, threads.values())) >= 4
    assert not Arrival.objects.filter(taken_at__gt=now + timedelta(seconds=1)).exists()
