"""Streams of the real program: who is told what, what is resumed, and what ends them."""

from __future__ import annotations

import http.client
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest
from tests.live.speaking import Customer, Listener, adviser_listens, everyone_leaves, make_house

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.live_site import LiveSite


@pytest.fixture(scope="module")
def house(live_site: LiveSite) -> dict[str, Any]:
    """The house of the tests, in the site of this module."""
    return make_house(live_site)


@pytest.fixture(autouse=True)
def streams_end_with_the_test() -> Iterator[None]:
    """No test hears what happens in another."""
    yield
    everyone_leaves()


@pytest.fixture
def alice(live_site: LiveSite, house: dict[str, Any]) -> Listener:
    """Alice, listening."""
    return adviser_listens(live_site, house["alice"]["session"])


def conversation_of(listener: Listener) -> int:
    """The number of the last conversation that this listener was told of."""
    assert listener.told("conversation")
    return [number for kind, number, _ in listener.events if kind == "conversation"][-1]


def test_message_is_told_to_its_brand_and_to_nobody_else(
    live_site: LiveSite, house: dict[str, Any], alice: Listener
) -> None:
    eve = adviser_listens(live_site, house["eve"]["session"])
    paul = adviser_listens(live_site, house["paul"]["session"])

    status, _ = Customer(live_site.port).open().say("Bonjour, ma box ne marche plus.")

    assert status == 201
    assert alice.told("conversation")
    time.sleep(0.5)
    # That their accounts were made ("you", "people") may reach them late; the message never does.
    made_late = {"you", "people"}
    assert [event for event in eve.events if event[0] not in made_late] == []
    assert [event for event in paul.events if event[0] not in made_late] == []


def test_events_carry_a_type_and_numbers_only(live_site: LiveSite, alice: Listener) -> None:
    Customer(live_site.port).open().say("Un secret que le flux ne dit pas.")

    assert alice.told("conversation")
    assert {type(value) for event in alice.events for value in event[1:]} == {int}


def test_stream_says_not_to_be_kept(alice: Listener) -> None:
    assert alice.answer_headers["cache-control"] == "no-store"
    assert alice.answer_headers["x-accel-buffering"] == "no"
    assert alice.answer_headers["content-type"].startswith("text/event-stream")


def test_stream_without_a_session_is_refused(live_site: LiveSite) -> None:
    nobody = Listener(live_site.port, "/direct/flux").open()
    forged = adviser_listens(live_site, "forged")
    elsewhere = Listener(live_site.port, "/direct/autre").open()

    assert (nobody.status, forged.status, elsewhere.status) == (401, 401, 404)


def test_customer_hears_of_their_conversation_alone(live_site: LiveSite, alice: Listener) -> None:
    david = Customer(live_site.port).open()
    david.say("Bonjour")
    number = conversation_of(alice)
    other = Customer(live_site.port).open()
    other.say("Autre chose")
    listener = Listener(live_site.port, f"/direct/client?ticket={david.ticket()}").open()

    other.say("Encore autre chose")
    david.say("Je reviens")

    assert listener.told("conversation", number)
    assert {event[1] for event in listener.events} == {number}


def test_ticket_opens_one_stream(live_site: LiveSite) -> None:
    david = Customer(live_site.port).open()
    david.say("Bonjour")
    ticket = david.ticket()

    first = Listener(live_site.port, f"/direct/client?ticket={ticket}").open()
    second = Listener(live_site.port, f"/direct/client?ticket={ticket}").open()

    assert (first.status, second.status) == (200, 401)


def test_customer_stream_answers_pages_of_the_brand_only(live_site: LiveSite) -> None:
    live_site.execute(
        "from visavis.domain.people.models import Brand\n"
        "Brand.objects.filter(slug='netnet').update(allowed_origins=['https://netnet.example'])"
    )
    david = Customer(live_site.port).open()
    david.say("Bonjour")

    known = Listener(
        live_site.port, f"/direct/client?ticket={david.ticket()}", {"Origin": "https://netnet.example"}
    ).open()
    unknown = Listener(
        live_site.port, f"/direct/client?ticket={david.ticket()}", {"Origin": "https://eve.example"}
    ).open()

    assert known.answer_headers["access-control-allow-origin"] == "https://netnet.example"
    assert unknown.status == 403


def test_what_was_missed_is_told_on_return(
    live_site: LiveSite, house: dict[str, Any], alice: Listener
) -> None:
    david = Customer(live_site.port).open()
    david.say("Première")
    number = conversation_of(alice)
    alice.wait_for(lambda: int(alice.last_id) >= alice.events[-1][2])
    seen = int(alice.last_id)
    alice.close()
    bob = adviser_listens(live_site, house["bob"]["session"])
    david.say("Pendant l’absence")
    assert bob.told("conversation", number)

    back = adviser_listens(live_site, house["alice"]["session"], after=seen)

    assert back.told("conversation", number, seconds=2)
    assert all(position > seen for _, _, position in back.events)


def test_too_far_behind_is_told_to_reload(live_site: LiveSite, house: dict[str, Any]) -> None:
    live_site.execute(
        "from visavis.domain.journal.facts import Fact\n"
        "from visavis.domain.journal.models import Entry\n"
        "from visavis.domain.journal.sequencer import number_all\n"
        "from django.utils import timezone\nimport uuid\n"
        "Entry.objects.bulk_create([Entry(at=timezone.now(), verb='test.made', cause=uuid.uuid4())"
        " for _ in range(600)])\nnumber_all()"
    )
    eve = adviser_listens(live_site, house["eve"]["session"])
    assert eve.wait_for(lambda: int(eve.last_id) > 600, seconds=30)

    back = adviser_listens(live_site, house["eve"]["session"], after=1)

    assert back.told("reload", seconds=2)


def test_losing_the_account_ends_the_stream(live_site: LiveSite, house: dict[str, Any]) -> None:
    bob = adviser_listens(live_site, house["bob"]["session"])

    live_site.execute(
        "from visavis.domain.people.models import Adviser\n"
        "from visavis.domain.people.operations import deactivate\nfrom django.utils import timezone\n"
        f"deactivate(Adviser.objects.get(pk={house['bob']['id']}), by=None, at=timezone.now())"
    )

    assert bob.told("gone")
    assert bob.has_ended.wait(5)


def test_losing_a_brand_is_told_and_its_events_stop(live_site: LiveSite, house: dict[str, Any]) -> None:
    chloe = adviser_listens(live_site, house["chloe"]["session"])

    live_site.execute(
        "from visavis.domain.people.models import Adviser, Team\n"
        "from visavis.domain.people.operations import move_to_team\nfrom django.utils import timezone\n"
        f"move_to_team(Adviser.objects.get(pk={house['chloe']['id']}),"
        " team=Team.objects.get(name='Cher'), by=None, at=timezone.now())"
    )
    assert chloe.told("gone")
    chloe.events.clear()
    Customer(live_site.port).open().say("Chloé ne doit plus le savoir.")
    time.sleep(1)

    assert [event for event in chloe.events if event[0] == "conversation"] == []


def test_ninth_page_loads_with_eight_streams_open(live_site: LiveSite, house: dict[str, Any]) -> None:
    streams = [adviser_listens(live_site, house["alice"]["session"]) for _ in range(8)]

    connection = http.client.HTTPConnection("127.0.0.1", live_site.port, timeout=5)
    connection.request("GET", "/connexion/")

    assert connection.getresponse().status == 200
    connection.close()
    assert [stream.status for stream in streams] == [200] * 8


def test_token_and_ticket_never_reach_the_log(live_site: LiveSite) -> None:
    david = Customer(live_site.port).open()
    david.say("Bonjour")
    ticket = david.ticket()
    Listener(live_site.port, f"/direct/client?ticket={ticket}").open().close()
    Listener(live_site.port, f"/direct/client?ticket={ticket}").open()
    connection = http.client.HTTPConnection("127.0.0.1", live_site.port, timeout=5)
    connection.request("GET", "/demande/a-secret-link-of-david/")
    connection.getresponse().read()
    connection.request("GET", "/nulle-part/a-secret-link-of-david/?q=a-secret-link-of-david")
    connection.getresponse().read()
    connection.close()
    time.sleep(0.3)

    assert david.token not in live_site.log
    assert ticket not in live_site.log
    assert "a-secret-link-of-david" not in live_site.log


def test_server_stops_within_five_seconds_with_streams_open(
    live_site: LiveSite, house: dict[str, Any]
) -> None:
    streams = [adviser_listens(live_site, house["alice"]["session"]) for _ in range(5)]
    assert live_site.process is not None

    started = time.monotonic()
    live_site.process.send_signal(signal.SIGTERM)
    code = live_site.process.wait(15)

    assert time.monotonic() - started < 5
    assert code == 0
    assert all(stream.has_ended.wait(1) for stream in streams)
