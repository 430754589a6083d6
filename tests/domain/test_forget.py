"""A person asks to be forgotten: nothing of them is left anywhere, and what must be counted is counted."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from tests.domain.folding import of_journal, of_tables
from tests.domain.people_made import make_house
from tests.domain.planted import MARK, holds_secret, left_in_tables, plant
from tests.domain.written import chat, fresh, letter

from visavis.domain.conversations import operations
from visavis.domain.conversations.access import pass_for
from visavis.domain.conversations.models import Attachment, Conversation, Message, Pass
from visavis.domain.conversations.queries import thread_messages
from visavis.domain.errors import NotFound
from visavis.domain.files.models import FileChunk, StoredFile
from visavis.domain.flows.forget import forget
from visavis.domain.journal.models import Entry
from visavis.domain.people.models import Customer, Identity
from visavis.domain.people.operations import add_identity
from visavis.domain.privacy.access import reach_of
from visavis.domain.privacy.models import Erasure
from visavis.domain.privacy.queries import counted
from visavis.domain.promises.models import Promise
from visavis.domain.promises.operations import make_promise
from visavis.domain.search.models import SearchDocument
from visavis.domain.sentences import facts_told
from visavis.live.events import events_of

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from tests.domain.people_made import House
    from tests.live_site import NewSite

KILLED = """
import os, uuid
from tests.domain.people_made import make_house
from tests.domain.planted import left_in_tables, plant
from visavis.domain.conversations.models import Pass
house = make_house()
planted = plant(house)
print(planted.link.pk)
"""
FORGET = """
import uuid
from django.utils import timezone
from visavis.domain.conversations.models import Pass
from visavis.domain.flows.forget import forget
erasure = forget(Pass.objects.get(pk={pass_id}), key=uuid.UUID("{key}"), at=timezone.now())
print(erasure.pk)
"""
LEFT = "from tests.domain.planted import left_in_tables\nprint(sorted(set(left_in_tables())))"


@pytest.fixture
def house(new_house: House) -> House:
    """A house for each test, some of which commit."""
    return new_house


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_in_any_table() -> None:
    planted = plant(make_house())
    where = set(left_in_tables())

    forget(planted.link, key=uuid.uuid4(), at=timezone.now())

    # Enough was planted for this test to mean something.
    assert len(where) > 25, sorted(where)
    assert sorted(set(left_in_tables())) == []
    assert (Attachment.objects.count(), StoredFile.objects.count(), FileChunk.objects.count()) == (0, 0, 0)
    assert (Pass.objects.count(), SearchDocument.objects.filter(kind="message").count()) == (0, 0)


@pytest.mark.slow
def test_nothing_is_left_in_the_folder_even_when_it_is_killed(new_site: NewSite) -> None:
    site = new_site()
    number, key = site.execute(KILLED).split()[-1], uuid.uuid4()
    code = FORGET.format(pass_id=number, key=key)
    site.environment["VISAVIS_CRASH_AT"] = "forget.erased"
    with pytest.raises(AssertionError, match="-9"):
        site.execute(code)
    del site.environment["VISAVIS_CRASH_AT"]

    assert "domain_message.text" in site.execute(LEFT)
    site.execute(code)

    assert site.execute(LEFT).strip() == "[]"
    files = [path for path in site.folder.rglob("*") if path.is_file()]
    assert files
    assert [path.name for path in files if holds_secret(path.read_bytes())] == []


@pytest.mark.django_db
def test_what_is_counted_stays_and_the_journal_says_the_same(house: House) -> None:
    planted = plant(house)
    before = of_tables()

    erasure = forget(planted.link, key=uuid.uuid4(), at=timezone.now())

    now = of_tables()
    assert (now.received, now.left) == (before.received, before.left)
    assert Counter(state for state, _, _ in now.promises.values()) == {"moved": 2, "missed": 2}
    assert now == of_journal(Entry.objects.order_by("pk"))
    first = fresh(planted.first)
    assert (first.state, first.channel, first.brand, first.opened_at) == (
        "resolved",
        "email",
        house.netnet,
        planted.first.opened_at,
    )
    assert erasure.counts == {
        "conversations": 2,
        "messages": 8,
        "notes": 2,
        "files": 7,
        "promises": 6,
        "steps": 2,
        "statements": 1,
        "identities": 6,
        "contract_facts": 1,
    }


@pytest.mark.django_db
def test_advisers_see_in_place_that_it_was_erased_and_the_desk_is_told(house: House) -> None:
    planted = plant(house)

    forget(planted.link, key=uuid.uuid4(), at=timezone.now())

    first = fresh(planted.first)
    assert thread_messages(first) == []
    assert first.subject == "Historique effacé à la demande de la personne"
    told = [line.sentence for line in facts_told(first, reader_id=house.alice.pk)]
    assert told[-1] == "Historique effacé à la demande de la personne."
    assert not [line for line in told if line.startswith("Résolue")]
    [entry] = Entry.objects.filter(verb="history.erased", conversation_id=first.pk)
    event = events_of(entry)[0]
    assert (event.type, event.number, event.ends_customer_of) == ("conversation", first.pk, first.pk)
    assert entry.facts == {"files": 4, "messages": 5}


@pytest.mark.django_db
def test_asked_twice_it_is_one_certificate(house: House) -> None:
    planted, key = plant(house), uuid.uuid4()

    first = forget(planted.link, key=key, at=timezone.now())
    second = forget(planted.link, key=key, at=timezone.now())

    assert first == second
    assert Erasure.objects.count() == 1
    assert Entry.objects.filter(verb="history.erased").count() == 2
    assert not holds_secret(first.counts)
    with pytest.raises(NotFound):
        pass_for("link", planted.link_token)


@pytest.mark.django_db
def test_a_pass_that_no_adviser_gave_reaches_its_conversation_only(house: House) -> None:
    planted = plant(house)
    cookie, _token = operations.make_pass("cookie", brand=house.netnet, conversation=planted.second)

    reach = reach_of(cookie)
    forget(cookie, key=uuid.uuid4(), at=timezone.now())

    assert (reach.numbers, reach.people, reach.is_whole) == ([planted.second.pk], (), False)
    assert fresh(planted.first).subject == f"{MARK}subject one"
    assert Message.objects.filter(conversation=planted.first, text="").count() == 0
    assert Customer.objects.get(pk=planted.first.customer_id).name == f"{MARK}name one"
    assert Identity.objects.filter(verified_at__isnull=False).exists()
    # The bytes of the answer were joined to both conversations: they stay with the other one.
    assert b"".join(bytes(row.content) for row in FileChunk.objects.all()).count(b"answer") == 1


@pytest.mark.django_db
def test_an_advisers_link_without_a_verified_identity_reaches_its_conversation_only(house: House) -> None:
    first = letter(house).conversation
    other = letter(house).conversation
    Conversation.objects.filter(pk=other.pk).update(customer=first.customer)
    link, _token = operations.make_link(first, by=house.alice)
    own_link, _token = operations.make_link(first, by=None)

    assert (reach_of(link).numbers, reach_of(link).is_whole) == ([first.pk], False)
    add_identity(first.customer, "email", "david@example.fr", verified=True)
    assert reach_of(link).numbers == [first.pk, other.pk]
    assert reach_of(operations.exchange_pass(link, "cookie")[0]).is_whole
    assert not reach_of(operations.exchange_pass(own_link, "cookie")[0]).is_whole


@pytest.mark.django_db
def test_conversations_merged_into_it_go_with_it(house: House) -> None:
    held, _token = operations.make_pass("chat", brand=house.netnet)
    first = chat(house, f"{MARK}first", held=held).conversation
    other = chat(house, f"{MARK}other").conversation
    Conversation.objects.filter(pk=other.pk).update(customer=first.customer)
    operations.merge_conversations(first, fresh(other), by=house.alice)

    held.refresh_from_db()
    assert counted(reach_of(held))["conversations"] == 1
    forget(held, key=uuid.uuid4(), at=timezone.now())

    assert not [row for row in Conversation.objects.all() if holds_secret(vars(row))]
    assert not Message.objects.exclude(text="").exists()


@pytest.mark.django_db
def test_what_is_still_owed_is_owed_no_more(house: House) -> None:
    held, _token = operations.make_pass("chat", brand=house.netnet)
    first = chat(house, held=held).conversation
    make_promise(first, by=house.alice, what="Rappeler", due_at=timezone.now() + timedelta(hours=1))
    held.refresh_from_db()

    forget(held, key=uuid.uuid4(), at=timezone.now())

    assert not Promise.objects.exists()
    assert of_tables() == of_journal(Entry.objects.order_by("pk"))


@pytest.mark.django_db
def test_letters_that_wait_in_a_folder_go_too(house: House, settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = tmp_path
    planted = plant(house)
    (tmp_path / "theirs.log").write_text(f"To: {MARK}ONE@example.fr", encoding="utf-8")
    (tmp_path / "another.log").write_text("To: david@example.fr", encoding="utf-8")

    forget(planted.link, key=uuid.uuid4(), at=timezone.now())

    assert [path.name for path in tmp_path.iterdir()] == ["another.log"]
