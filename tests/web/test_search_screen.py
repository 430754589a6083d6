"""The search screen: who finds what, in how many queries, with which words in evidence."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client
from tests.domain.people_made import NOW, House, make_house

from visavis.domain.conversations.models import Conversation
from visavis.domain.flows.inbound import Inbound, receive
from visavis.domain.people.access import rights
from visavis.domain.people.models import Adviser, Brand
from visavis.web.search.reading import results

Counted = Callable[[int], AbstractContextManager[object]]
pytestmark = pytest.mark.django_db


@dataclass(frozen=True, kw_only=True)
class Written:
    """The house, and a client signed in as each of its people."""

    house: House

    def client(self, adviser: Adviser) -> Client:
        client = Client()
        client.force_login(adviser)
        return client


def write(
    brand: Brand, text: str, *, subject: str = "", name: str = "", email: str = "", minutes: int = 0
) -> Conversation:
    """A customer writes, through the same door as a real one."""
    return receive(
        Inbound(
            brand=brand,
            channel="form",
            is_live=False,
            effort=1,
            key=uuid.uuid4(),
            text=text,
            at=NOW + timedelta(minutes=minutes),
            subject=subject,
            name=name,
            email=email,
        )
    ).conversation


@pytest.fixture
def written() -> Written:
    return Written(house=make_house())


def page(written: Written, query: str, **asked: str) -> str:
    answer = written.client(written.house.alice).get("/recherche/", {"q": query, **asked})
    assert answer.status_code == 200
    return answer.content.decode()


def test_one_word_finds_people_conversations_and_messages(written: Written) -> None:
    house = written.house
    found = write(
        house.netnet,
        "Ma box est en panne.",
        subject="Panne de la box",
        name="Odile Lapanne",
        email="odile.panne@exemple.fr",
    )

    html = page(written, "panne")

    assert "<mark>Panne</mark> de la box" in html
    assert "Ma box est en <mark>panne</mark>." in html
    assert "odile.<mark>panne</mark>@exemple.fr" in html
    assert f'href="/poste/{found.pk}/"' in html
    assert f'href="/poste/{found.pk}/#message-{found.messages.get().pk}"' in html


def test_what_a_customer_wrote_is_never_markup(written: Written) -> None:
    write(written.house.netnet, "<script>alert('panne')</script>", subject="<b>panne</b>", name="<i>panne")

    html = page(written, "panne")

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(&#x27;<mark>panne</mark>" in html
    assert "&lt;b&gt;<mark>panne</mark>" in html


def test_the_question_is_never_markup(written: Written) -> None:
    assert "<script>x" not in page(written, '"><script>x')


def test_a_brand_that_is_not_ours_is_not_searched(written: Written) -> None:
    write(written.house.locacar, "Une rayure sur l’aile.", subject="Rayure", name="Rayure Dupont")

    html = page(written, "rayure")

    assert "<mark>" not in html
    assert "Rien ne répond à" in html


@pytest.mark.parametrize(("who", "status"), [("eve", 0), ("paul", 0), ("bob", 1), ("oscar", 1)])
def test_each_finds_what_their_rights_show(written: Written, who: str, status: int) -> None:
    write(written.house.netnet, "La box est en panne.")

    html = written.client(getattr(written.house, who)).get("/recherche/", {"q": "panne"}).content.decode()

    assert ("<mark>panne</mark>" in html) == bool(status)


def test_a_visitor_is_sent_to_sign_in() -> None:
    answer = Client().get("/recherche/", {"q": "panne"})

    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/connexion/")


def test_nothing_is_written_through_the_search(written: Written) -> None:
    assert written.client(written.house.alice).post("/recherche/", {"q": "panne"}).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_a_search_takes_the_same_queries_whatever_it_finds(
    written: Written, count: int, django_assert_num_queries: Counted
) -> None:
    for number in range(count):
        write(
            written.house.netnet,
            "panne",
            subject="panne",
            name="Panne",
            email=f"panne{number}@exemple.fr",
            minutes=number,
        )
    alice = rights(written.house.alice)

    # a search for each kind; then people and their identities, conversations, messages
    with django_assert_num_queries(7):
        groups = results(alice, text="panne", kind="", before=None)["groups"]

    assert [len(group.lines) for group in groups] == [count, count, count]  # type: ignore[attr-defined] # a context holds anything


def test_a_script_gets_the_results_alone(written: Written) -> None:
    html = written.client(written.house.alice).get("/recherche/", {"q": "x"}, headers={"HX-Request": "true"})

    assert "<html" not in html.content.decode()


def test_pages_follow_each_other_without_loss_or_repeat(written: Written) -> None:
    numbers = [write(written.house.netnet, "panne", minutes=minute).pk for minute in range(35)]
    client = written.client(written.house.alice)

    first = client.get("/recherche/", {"q": "panne", "type": "message"})
    second = client.get(first.context["groups"][0].next_url)

    shown = [line.url for answer in (first, second) for line in answer.context["groups"][0].lines]
    assert [int(url.split("/")[2]) for url in shown] == numbers[::-1]
    assert second.context["groups"][0].next_url == ""


@pytest.mark.parametrize("before", ["x", "-", "9" * 40, "", "-5", "٣"])
def test_a_page_that_does_not_exist_is_no_error(written: Written, before: str) -> None:
    assert page(written, "panne", type="message", avant=before)


@pytest.mark.parametrize(
    "query",
    [
        "\x00",
        "((",
        '"',
        "*",
        "👍",
        "a" * 5000,
        "%s",
        "' OR 1=1 --",
        "\ud800".encode("utf-8", "replace").decode(),
    ],
)
def test_any_question_gets_a_page(written: Written, query: str) -> None:
    assert "Chercher" in page(written, query)


def test_an_empty_search_says_what_can_be_found(written: Written) -> None:
    assert "Ce que l’on peut trouver" in page(written, "")


def test_who_treats_no_contents_is_told_so(written: Written) -> None:
    html = written.client(written.house.paul).get("/recherche/", {"q": "panne"}).content.decode()

    assert "Votre rôle ne lit pas les conversations" in html


def test_a_merged_conversation_is_not_shown_twice(written: Written) -> None:
    first, second = (
        write(written.house.netnet, "bonjour", subject="panne", minutes=minute) for minute in (0, 1)
    )
    Conversation.objects.filter(pk=second.pk).update(merged_into=first)

    html = page(written, "panne", type="conversation")

    assert f"/poste/{first.pk}/" in html
    assert f"/poste/{second.pk}/" not in html
