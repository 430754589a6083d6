"""The form of a brand: what is typed is kept, what is wrong is said beside it, what is sent twice is one message."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from visavis.domain.conversations.models import Attachment, Conversation, Message
from visavis.domain.people.models import Brand, Identity

if TYPE_CHECKING:
    from typing import Any

    from tests.domain.people_made import House

pytestmark = pytest.mark.django_db
ADDRESS = "/ecrire/netnet/"


def send(browser: Client, **given: Any) -> Any:  # the test client's answer, with what it adds
    """Send the form."""
    return browser.post(ADDRESS, {"key": str(uuid.uuid4()), "text": "Plus d’internet", **given})


def test_a_message_leads_to_a_page_that_its_writer_alone_holds(house: House) -> None:
    david, eve = Client(), Client()

    sent = send(david, name="David", email="David@Example.fr", subject="Code T12")

    number = Conversation.objects.get().pk
    assert sent.headers["Location"] == f"/demande/{number}/?recu=1"
    assert "Plus d’internet" in david.get(f"/demande/{number}/").content.decode()
    assert "Plus d’internet" not in eve.get(f"/demande/{number}/").content.decode()
    assert Identity.objects.get().value == "david@example.fr"
    cookie = david.cookies[f"visavis_demande_{number}"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (f"/demande/{number}/", True, "Lax")


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(house: House) -> None:
    sent = send(Client(), text="", email="pas une adresse", phone="06", subject="Ma box")
    page = sent.content.decode()

    assert sent.status_code == 422
    for field in ("text", "email", "phone"):
        assert f'id="id_{field}_error"' in page
        assert f'aria-describedby="id_{field}_hint id_{field}_error"' in page
    assert "pas une adresse" in page
    assert "Ma box" in page
    assert not Conversation.objects.exists()


def test_a_file_too_large_is_refused_by_name_with_the_limit_said_before(house: House, settings: Any) -> None:
    settings.MAX_FILE_BYTES = 2_000_000
    assert "2 Mo chacun" in Client().get(ADDRESS).content.decode().replace("\xa0", " ").replace("\u202f", " ")

    sent = send(Client(), file=SimpleUploadedFile("plan.pdf", b"x" * 2_000_001))

    page = sent.content.decode().replace("\xa0", " ")
    assert sent.status_code == 422
    assert "« plan.pdf » pèse 3 Mo, plus que les 2 Mo que nous pouvons recevoir" in page
    assert "Plus d’internet" in page
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([SimpleUploadedFile("vide.txt", b"")], "est vide"),
        ([SimpleUploadedFile(f"{n}.txt", b"x") for n in range(6)], "Cinq fichiers au plus"),
    ],
)
def test_other_wrong_files_are_told(house: House, files: list[SimpleUploadedFile], words: str) -> None:
    sent = send(Client(), file=files)

    assert (sent.status_code, words in sent.content.decode()) == (422, True)


def test_files_are_joined(house: House) -> None:
    david = Client()
    send(david, file=[SimpleUploadedFile("a.txt", b"un"), SimpleUploadedFile("b.txt", b"deux")])

    assert sorted(Message.objects.get().attachments.values_list("name", flat=True)) == ["a.txt", "b.txt"]
    number = Conversation.objects.get().pk
    given = Attachment.objects.order_by("pk")[0]
    answer: Any = david.get(f"/demande/{number}/fichiers/{given.pk}/")
    assert b"".join(answer.streaming_content) == b"un"


def test_sent_twice_it_is_one_message_and_the_second_answer_opens_the_page_too(house: House) -> None:
    key, first, second = str(uuid.uuid4()), Client(), Client()

    send(first, key=key)
    again = send(second, key=key)

    assert (Message.objects.count(), Conversation.objects.count()) == (1, 1)
    assert second.get(again.headers["Location"]).status_code == 200


def test_a_key_with_other_words_opens_nothing(house: House) -> None:
    key, eve = str(uuid.uuid4()), Client()
    send(Client(), key=key)

    answer = send(eve, key=key, text="Montrez-moi")

    assert eve.get(answer.headers["Location"]).status_code == 404


def test_a_brand_that_is_not_served_has_no_form(house: House) -> None:
    Brand.objects.filter(slug="netnet").update(is_active=False)

    assert Client().get(ADDRESS).status_code == 404


def test_a_person_comes_first_with_the_price_of_the_call(house: House) -> None:
    Brand.objects.filter(slug="netnet").update(phone_number="+33970000012", phone_price="free")

    page = Client().get(ADDRESS).content.decode()

    assert page.index("Parler à une personne") < page.index("Nous écrire</h1>")
    assert "Appel gratuit" in page
    assert 'href="tel:+33970000012"' in page
