"""By when one promises: what is offered, in which words, and what is said of an hour when nobody works."""

from __future__ import annotations

import html
import json
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from tests.domain.written import chat

from visavis.domain.people.models import Brand
from visavis.domain.promises.operations import make_promise
from visavis.domain.promises.queries import promises_in
from visavis.web.promises.when import choices, clock_there, outside_told, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test.client import _MonkeyPatchedWSGIResponse as Answer
    from tests.domain.people_made import House

    from visavis.domain.conversations.models import Conversation

PARIS, COTONOU = ZoneInfo("Europe/Paris"), ZoneInfo("Africa/Porto-Novo")
WEEK = [[[540, 1080]]] * 5 + [[], []]
MONDAY = datetime(2026, 11, 16, 14, 25, tzinfo=PARIS)
SCRIPT = {"HX-Request": "true"}
SPACES = {0xA0: " ", 0x202F: " "}
SUNDAY = "2099-01-04T15:00"


@pytest.fixture(params=["fr", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each language, on a clock of Paris."""
    with translation.override(request.param), timezone.override(PARIS):
        yield request.param


@pytest.fixture
def conversation(house: House) -> Conversation:
    """David wrote to Netnet, which works from Monday to Friday."""
    house.netnet.hours = WEEK
    house.netnet.save(update_fields=["hours"])
    return chat(house).conversation


@pytest.fixture
def alice(house: House) -> Client:
    """Alice at her desk."""
    client = Client()
    client.force_login(house.alice, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def netnet(zone: ZoneInfo = PARIS) -> Brand:
    """A brand that works from Monday to Friday, and not on the holidays of France."""
    return Brand(name="Netnet", hours=WEEK, time_zone=zone.key, holiday_region="FR")


def plain(answer: Answer) -> str:
    """The words of a page or of a part of it, their spaces made plain."""
    return html.unescape(" ".join(answer.content.decode().translate(SPACES).split()))


def toast(answer: Answer) -> str:
    """The sentence that the page shows."""
    return str(json.loads(answer.headers["HX-Trigger"])["toast"]["text"]).translate(SPACES)


# --- Words --------------------------------------------------------------------------------------------------


def test_choices_say_working_time_and_when_it_falls(language: str) -> None:
    wanted = {
        "fr": [
            "Dans 2 h ouvrées aujourd’hui 16 h 30",
            "Dans 4 h ouvrées demain 9 h 30",
            "Demain 10 h",
            "Dans 1 jour ouvré demain 14 h 30",
            "Dans 3 jours ouvrés jeudi 14 h 30",
        ],
        "en": [
            "In 2 working hours today 16:30",
            "In 4 working hours tomorrow 9:30",
            "Tomorrow 10:00",
            "In 1 working day tomorrow 14:30",
            "In 3 working days Thursday 14:30",
        ],
    }

    found = [f"{one.name} {one.when}".strip().translate(SPACES) for one in choices(netnet(), now=MONDAY)]

    assert found == wanted[language]


@pytest.mark.parametrize(
    ("at", "french", "english"),
    [
        (
            "2026-11-22T15:00",
            "C’est un dimanche : personne ne travaille. Premier moment ouvré : 23 novembre 9 h.",
            "It is a Sunday: nobody works. First working moment: 23 November 9:00.",
        ),
        (
            "2026-11-17T06:00",
            "C’est en dehors des heures de Netnet : personne ne travaille. Premier moment ouvré : demain 9 h.",
            "It is outside the hours of Netnet: nobody works then. First working moment: tomorrow 9:00.",
        ),
        (
            "2026-12-25T10:00",
            "C’est un jour férié : personne ne travaille. Premier moment ouvré : 28 décembre 9 h.",
            "It is a public holiday: nobody works. First working moment: 28 December 9:00.",
        ),
        ("2026-11-17T10:00", "", ""),
    ],
)
def test_an_hour_when_nobody_works_says_so(language: str, at: str, french: str, english: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=PARIS)

    sentence = outside_told(netnet(), moment, now=MONDAY).translate(SPACES)

    assert sentence == {"fr": french, "en": english}[language]


def test_a_clock_that_is_not_the_reader_s_is_told() -> None:
    summer = datetime(2026, 7, 15, 10, 0, tzinfo=PARIS)

    with translation.override("fr"), timezone.override(COTONOU):
        there = clock_there(netnet(), now=summer).translate(SPACES)
        first = said(datetime.fromisoformat(choices(netnet(), now=summer)[0].value), now=summer)

    assert (there, first.translate(SPACES)) == ("10 h", "aujourd’hui 11 h")
    with timezone.override(COTONOU):
        assert clock_there(netnet(), now=MONDAY) == ""  # in winter both clocks show the same


# --- Screens ------------------------------------------------------------------------------------------------


def test_what_is_offered_is_promised_as_it_was_read(alice: Client, conversation: Conversation) -> None:
    page = plain(alice.get(reverse("desk:conversation", args=[conversation.pk])))
    first = re.search(r'name="when" value="(\d{4}[^"]+)"', page)
    assert first

    answer = alice.post(
        reverse("desk:promise", args=[conversation.pk]),
        {"what": "Rappeler", "when": first[1], "due_at": SUNDAY},
        headers=SCRIPT,
    )

    [promise] = promises_in(conversation)
    assert promise.due_at == datetime.fromisoformat(first[1])
    assert "personne ne travaille" not in toast(answer)


@pytest.mark.parametrize("when", [{"when": "other"}, {}])
@pytest.mark.parametrize("script", [True, False])
def test_a_sunday_is_accepted_and_says_so(
    alice: Client, conversation: Conversation, *, when: dict[str, str], script: bool
) -> None:
    url = reverse("desk:promise", args=[conversation.pk])
    sentence = "C’est un dimanche : personne ne travaille. Premier moment ouvré : 5 janvier 2099."

    answer = alice.post(url, {"what": "Rappeler", "due_at": SUNDAY, **when}, headers=SCRIPT if script else {})

    assert sentence in (toast(answer) if script else plain(alice.get(answer.headers["Location"])))
    assert [promise.due_at for promise in promises_in(conversation)] == [
        datetime.fromisoformat(SUNDAY).replace(tzinfo=PARIS)
    ]


def test_a_promise_moved_to_a_sunday_says_so(house: House, alice: Client, conversation: Conversation) -> None:
    due_at = timezone.now() + timedelta(hours=3)
    promise = make_promise(conversation, by=house.alice, what="Rappeler", due_at=due_at)

    answer = alice.post(
        reverse("desk:move_promise", args=[promise.pk]),
        {"when": "other", "due_at": SUNDAY, "reason": "La pièce manque"},
        headers=SCRIPT,
    )

    assert toast(answer).startswith("Promesse reportée. La personne voit la raison. C’est un dimanche :")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (SUNDAY, "C’est un dimanche : personne ne travaille. Premier moment ouvré : 5 janvier 2099."),
        ("2020-01-01T10:00", "Cette heure est passée. Choisissez-en une plus tard."),
        ("2099-01-05T10:00", ""),
        ("", ""),
        ("demain", ""),
        ("2099-13-45T10:00", ""),
    ],
)
def test_what_is_typed_is_answered_while_one_types(
    alice: Client, conversation: Conversation, *, typed: str, sentence: str
) -> None:
    answer = alice.get(reverse("desk:when", args=[conversation.pk]), {"due_at": typed}, headers=SCRIPT)

    assert plain(answer) == sentence


def test_the_panel_reads_its_hours_again_when_it_opens(alice: Client, conversation: Conversation) -> None:
    answer = plain(alice.get(reverse("desk:when", args=[conversation.pk]), headers=SCRIPT))

    assert answer.startswith("<fieldset")
    assert "Dans 2 h ouvrées" in answer


def test_a_brand_without_hours_asks_for_a_day_and_an_hour(
    house: House, alice: Client, conversation: Conversation
) -> None:
    house.netnet.hours = [[] for _day in range(7)]
    house.netnet.save(update_fields=["hours"])

    answer = plain(alice.get(reverse("desk:when", args=[conversation.pk]), headers=SCRIPT))

    assert 'name="due_at"' in answer
    assert 'name="when"' not in answer


@pytest.mark.parametrize("when", ["", "demain", "2099-13-45T10:00:00+01:00", "a" * 400])
def test_an_hour_that_says_nothing_is_refused(
    alice: Client, conversation: Conversation, *, when: str
) -> None:
    url = reverse("desk:promise", args=[conversation.pk])

    answer = alice.post(url, {"what": "Rappeler", "when": when}, headers=SCRIPT)

    assert answer.status_code == 422
    assert promises_in(conversation) == []
