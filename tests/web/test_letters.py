"""Letters on the desk: heads, folded words, layouts, what came back, strangers, people in copy, spam."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.domain.letters import add_letter, delivery_of, replied, sending_mailbox
from tests.domain.letters import written as a_letter
from tests.domain.posted import comes, mail, mailbox_of, taken
from tests.domain.written import chat
from tests.web.test_desk import post, signed_in, told

from visavis.domain.conversations import operations
from visavis.domain.conversations.models import Attachment, Conversation, Letter, Message, Participant
from visavis.domain.intake.models import Arrival
from visavis.domain.intake.operations import set_aside as end_aside
from visavis.domain.intake.queries import block_of_conversation
from visavis.web.desk.letter_events import when_told
from visavis.web.desk.letter_told import pieces_of
from visavis.web.desk.paper import written
from visavis.web.desk.templatetags.letters import with_links

if TYPE_CHECKING:
    from django.test import Client
    from tests.domain.people_made import House

    from visavis.domain.intake.models import Mailbox

pytestmark = pytest.mark.django_db
SPACES = str.maketrans({"\u202f": " ", "\u00a0": " ", "\u2060": ""})
STRANGER = ("Claire Petit", "claire@ailleurs.example")
HTML = (
    '<p>Bonjour <a href="https://piege.example/x">www.banque.example</a></p><img src="cid:logo@x" alt="Logo">'
    '<img data-remote="http://suivi.example/p.gif" alt="Suivi"><img data-remote="https://testserver/sortir/">'
    '<details class="quoted"><blockquote>Avant</blockquote></details>'
)


@pytest.fixture
def alice(house: House) -> Client:
    """Alice at her desk."""
    return signed_in(house.alice)


def page(client: Client, conversation: Conversation) -> str:
    """The conversation as it is shown, with plain spaces."""
    response = client.get(reverse("desk:conversation", args=[conversation.pk]))
    assert response.status_code == 200
    return response.content.decode().translate(SPACES)


def letter_of(message: Message, **fields: Any) -> Message:
    """The letter of a message has these fields."""
    Letter.objects.filter(message=message).update(**fields)
    return message


# --- The head -----------------------------------------------------------------------------------------------


def test_head_says_who_wrote_to_whom_and_whether_one_may_believe_it(house: House, alice: Client) -> None:
    message = a_letter(
        house, cc=[("Claire Petit", "claire@example.fr")], dmarc="pass", spf="pass", dkim="fail"
    )

    shown = page(alice, message.conversation)

    assert "<bdi>David Morel</bdi>" in shown
    assert "david.morel@example.fr" in shown
    assert "à bonjour@netnet.example, copie à Claire Petit" in " ".join(shown.split())
    assert "Expéditeur vérifié" in shown
    assert "SPF : réussi" in shown
    assert "DKIM : échoué" in shown


def test_what_nobody_checked_is_told_as_such(house: House, alice: Client) -> None:
    shown = page(alice, a_letter(house).conversation)

    assert "Non vérifié" in shown
    assert "DMARC : non vérifié" in shown


def test_a_sender_whom_their_domain_disowns_is_warned_of_above_the_words(house: House, alice: Client) -> None:
    shown = page(alice, a_letter(house, dmarc="fail").conversation)

    assert "notice notice-urg" in shown
    assert shown.index("l’expéditeur est peut-être usurpé") < shown.index("ma box clignote")


def test_a_subject_is_told_when_it_changes_only(house: House, alice: Client) -> None:
    first = a_letter(house)
    at = timezone.now()
    add_letter(first.conversation, "Toujours pareil.", at=at, subject="Re: Ma box clignote")
    add_letter(first.conversation, "Autre chose.", at=at, subject="RE : Ma facture")

    shown = page(alice, first.conversation)

    assert "« Ma box clignote »" not in shown
    assert shown.count("« Ma facture »") == 1


def test_names_are_escaped(house: House, alice: Client) -> None:
    message = a_letter(
        house, "<b>Bonjour</b>", sender=("<script>alert(1)</script>", "david.morel@example.fr")
    )

    shown = page(alice, message.conversation)

    assert "<script>alert" not in shown
    assert "<b>Bonjour" not in shown


# --- The words ----------------------------------------------------------------------------------------------


def test_what_is_quoted_or_signed_is_folded_and_never_deleted(house: House, alice: Client) -> None:
    message = a_letter(house)
    pieces = [["said", "Oui.\n\n"], ["quoted", "Le 3 mai :\n> Alors ?\n"], ["signature", "-- \nDavid"]]
    letter_of(message, pieces=pieces)

    shown = page(alice, message.conversation)

    assert shown.count('<details class="letter-folded"') == 2
    assert "Historique cité, 2 lignes" in shown
    assert "&gt; Alors ?" in shown
    assert "-- \nDavid" in shown


def test_a_letter_that_only_quotes_is_unfolded(house: House) -> None:
    message = a_letter(house)
    pieces = pieces_of(message, Letter(pieces=[["quoted", "> tout"]]))

    assert [(piece.kind, piece.is_open) for piece in pieces] == [("quoted", True)]


def test_a_long_history_is_begun_in_the_thread_and_fetched_when_it_is_unfolded(
    house: House, alice: Client
) -> None:
    message = a_letter(house)
    quoted = "> loin\n" * 1_500 + "> plus loin\n" + "> loin\n" * 4_000 + "> la fin de tout"
    letter_of(message, pieces=[["said", "Oui."], ["quoted", quoted]])
    for number in range(20):  # each quotes all the others
        row = add_letter(message.conversation, f"Encore {number}", at=timezone.now())
        letter_of(row, pieces=[["said", f"Encore {number}"], ["quoted", quoted]])

    shown = page(alice, message.conversation)
    address = reverse("desk:piece", args=[message.pk, 1])
    fetched = alice.get(address).content.decode()
    alone = alice.get(reverse("desk:letter", args=[message.pk])).content.decode()

    assert len(shown) < 200_000
    assert (address in shown, "plus loin" in shown) == (True, False)
    assert "plus loin" in fetched
    assert "la fin de tout" not in fetched
    assert reverse("desk:letter", args=[message.pk]) in fetched
    assert "la fin de tout" in alone
    assert address not in alone
    assert alice.get(reverse("desk:piece", args=[message.pk, 2])).status_code == 404
    assert signed_in(house.eve).get(address).status_code == 404


def test_addresses_in_a_text_become_links_and_nothing_else_does() -> None:
    said = with_links("Voir https://example.fr/a?b=1&c. Et <b> javascript:alert(1)")

    link = '<a href="https://example.fr/a?b=1&amp;c" target="_blank" rel="noopener noreferrer nofollow">'
    assert said == f"Voir {link}https://example.fr/a?b=1&amp;c</a>. Et &lt;b&gt; javascript:alert(1)"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"automatic_why": "subject", "extras": {"kind": "auto_reply"}}, "Réponse automatique"),
        ({"automatic_why": "challenge", "extras": {"kind": "auto_reply"}}, "Demande de confirmation"),
        ({"extras": {"kind": "list"}}, "Envoyé à une liste"),
        ({"extras": {"sealed": ["pgp_encrypted"]}}, "Chiffré (PGP)"),
        ({"extras": {"sealed": ["smime_signed"]}}, "Signé (S/MIME)"),
        ({"oddities": ["text_cut"]}, "Le texte est très long"),
        ({"oddities": ["charset_wrong", "charset_broken"]}, "certains peuvent être faux"),
    ],
)
def test_what_a_letter_is_stands_in_words(
    house: House, alice: Client, fields: dict[str, Any], sentence: str
) -> None:
    message = letter_of(a_letter(house), **fields)

    assert page(alice, message.conversation).count(sentence) == 1


def test_what_passed_for_a_robot_can_be_a_person(house: House, alice: Client) -> None:
    message = letter_of(a_letter(house), automatic_why="subject", extras={"kind": "auto_reply"})
    before = operations.resolve_conversation(message.conversation, by=house.alice)

    assert "Une personne l’a écrit" in page(alice, message.conversation)
    undo = told(post(alice, "heed", message.pk))["toast"]["undo"]

    shown = page(alice, message.conversation)
    assert "Réponse automatique" not in shown
    heeded = Conversation.objects.get(pk=before.pk)
    assert (heeded.state, heeded.waiting_since is None) == ("reopened", False)
    undone = alice.post(undo, headers={"HX-Request": "true"})
    assert told(undone)["toast"]["text"] == "Il compte de nouveau comme la parole d’un robot."
    assert "Réponse automatique" in page(alice, message.conversation)
    again = Conversation.objects.get(pk=before.pk)
    assert (again.state, again.waiting_since, again.resolved_at) == ("resolved", None, before.resolved_at)
    assert alice.post(undo, headers={"HX-Request": "true"}).status_code == 422


def test_what_came_of_a_person_s_words_is_not_undone(house: House, alice: Client) -> None:
    message = letter_of(a_letter(house), automatic_why="subject", extras={"kind": "auto_reply"})
    undo = told(post(alice, "heed", message.pk))["toast"]["undo"]
    operations.resolve_conversation(message.conversation, by=house.bob)

    assert alice.post(undo, headers={"HX-Request": "true"}).status_code == 422

    assert Conversation.objects.get(pk=message.conversation_id).state == "resolved"
    assert not Letter.objects.get(message=message).is_automatic


# --- Calendars ----------------------------------------------------------------------------------------------


def test_an_invitation_is_read_without_its_file(house: House, alice: Client) -> None:
    event = {
        "method": "REQUEST",
        "summary": "Passage du technicien",
        "starts": "2026-11-24T09:00:00+01:00",
        "ends": "2026-11-24T10:30:00+01:00",
        "place": "12 rue des Lilas",
        "repeats": "FREQ=WEEKLY",
    }
    message = letter_of(a_letter(house), extras={"invitations": [event]})

    shown = page(alice, message.conversation)

    assert "<strong>Invitation</strong>" in shown
    assert "mardi 24 novembre, 9 h à 10 h 30, toutes les semaines" in " ".join(shown.split())
    assert "12 rue des Lilas" in shown


@pytest.mark.parametrize(
    ("starts", "ends", "told_as"),
    [
        ("2026-11-24", "2026-11-25", "mardi 24 novembre"),
        ("2026-11-24", "2026-11-26", "mardi 24 novembre à mercredi 25 novembre"),
        ("2026-11-24T09:00:00", "", "mardi 24 novembre, 9 h"),
        ("", "", ""),
        ("2026-99-99", "x", ""),
    ],
)
def test_hours_of_a_calendar_are_told(starts: str, ends: str, told_as: str) -> None:
    assert when_told(starts, ends).translate(SPACES) == told_as


# --- The layout ---------------------------------------------------------------------------------------------


@pytest.fixture
def laid_out(house: House) -> Message:
    """David wrote with a picture of his own, two from afar, a link that lies."""
    message = a_letter(house, html=HTML)
    links = [["www.banque.example", "https://piege.example/x", True]]
    letter_of(message, extras={"remote_images": 2, "links": links})
    file = operations.keep_attachment([b"\x89PNG\r\n\x1a\n"], name="logo.png", by=house.alice)
    Attachment.objects.filter(pk=file.pk).update(message=message, content_id="<logo@x>", is_inline=True)
    return message


def paper(client: Client, message: Message, asked: str = "") -> Any:
    """The answer to the frame."""
    return client.get(reverse("desk:paper", args=[message.pk]) + asked)


def test_a_layout_loads_nothing_from_afar(alice: Client, laid_out: Message) -> None:
    response = paper(alice, laid_out)

    shown = response.content.decode()
    assert ' src="http' not in shown
    assert 'data-remote="http://suivi.example/p.gif"' in shown
    assert f' src="/poste/fichiers/{laid_out.attachments.get().pk}/"' in shown
    assert response.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self'; form-action 'none'; "
        "base-uri 'none'; frame-ancestors 'self'; "
        "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
    )
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_images_come_when_asked_over_tls_and_never_from_our_own_addresses(
    alice: Client, laid_out: Message
) -> None:
    response = paper(alice, laid_out, "?images=1")

    shown = response.content.decode()
    assert ' src="https://suivi.example/p.gif"' in shown
    assert 'data-remote="https://testserver/sortir/"' in shown
    assert "img-src 'self' https:;" in response.headers["Content-Security-Policy"]
    assert "https:" not in paper(alice, laid_out).headers["Content-Security-Policy"]


def test_a_link_that_lies_says_where_it_leads(alice: Client, laid_out: Message) -> None:
    assert "⚠ mène à piege.example</strong>" in paper(alice, laid_out).content.decode()

    shown = page(alice, laid_out.conversation)
    assert "www.banque.example" in shown
    assert "<strong>piege.example</strong>" in shown


def test_the_frame_runs_nothing(alice: Client, laid_out: Message) -> None:
    shown = page(alice, laid_out.conversation)

    assert 'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"' in shown
    assert "allow-scripts" not in shown
    assert "2 images distantes ne sont pas chargées" in shown


def test_history_of_a_layout_has_its_name(alice: Client, laid_out: Message) -> None:
    assert (
        '<details class="quoted"><summary>Historique cité</summary>'
        in paper(alice, laid_out).content.decode()
    )


def test_a_picture_that_is_not_there_asks_for_nothing() -> None:
    html = '<p> src="cid:a" </p><img src="cid:a%40x" alt="A"><img src="cid:b" alt="B">'

    shown = written(html, pictures={"a@x": "/f/1/"}, with_remote=False, our_host="x")

    assert shown == '<p> src="cid:a" </p><img src="/f/1/" alt="A"><img data-missing="" alt="B">'


def test_a_letter_without_layout_has_no_frame(house: House, alice: Client) -> None:
    message = a_letter(house)

    assert "<iframe" not in page(alice, message.conversation)
    assert paper(alice, message).status_code == 404


def test_eve_finds_no_letter(house: House, laid_out: Message) -> None:
    eve = signed_in(house.eve)

    answers = [eve.get(reverse(f"desk:{name}", args=[laid_out.pk])) for name in ("letter", "paper")]
    answers.append(eve.get(f"/poste/fichiers/{laid_out.attachments.get().pk}/"))

    assert [answer.status_code for answer in answers] == [404, 404, 404]


@pytest.mark.parametrize(
    ("scanned", "link", "sentence"),
    [("clean", 1, ""), ("infected", 0, "Virus trouvé"), ("large", 1, "Trop gros"), ("", 1, "")],
)
def test_what_the_search_for_viruses_says_stands_with_the_file(
    alice: Client, laid_out: Message, scanned: str, link: int, sentence: str
) -> None:
    file = laid_out.attachments.get()
    Attachment.objects.filter(pk=file.pk).update(scanned=scanned)

    shown = page(alice, laid_out.conversation)

    assert shown.count(f'href="/poste/fichiers/{file.pk}/"') == link
    assert sentence in shown


# --- What came back -----------------------------------------------------------------------------------------


def test_a_bounce_stands_under_our_message_and_says_what_to_do(house: House, alice: Client) -> None:
    sending_mailbox(house)
    ours = replied(house, a_letter(house).conversation)
    given = {"is_permanent": True, "status": "5.1.1", "diagnostic": "550 <no> such user"}
    operations.note_bounce(ours, address="david.morel@example.fr", at=timezone.now(), **given)  # type: ignore[arg-type] # fields by name

    shown = page(alice, ours.conversation)

    assert "Non remis." in shown
    assert "david.morel@example.fr n’existe pas" in shown
    assert "550 &lt;no&gt; such user" in shown
    assert shown.index(f'id="message-{ours.pk}"') < shown.index("Non remis.")


def test_a_delay_is_no_failure(house: House, alice: Client) -> None:
    sending_mailbox(house)
    ours = replied(house, a_letter(house).conversation)
    given = {"is_permanent": False, "status": "4.4.1", "diagnostic": ""}
    operations.note_bounce(ours, address="david.morel@example.fr", at=timezone.now(), **given)  # type: ignore[arg-type] # fields by name

    shown = page(alice, ours.conversation)

    assert "Pas encore remis." in shown
    assert "Non remis." not in shown


def test_our_own_letter_tells_to_whom_it_goes(house: House, alice: Client) -> None:
    sending_mailbox(house)
    ours = replied(house, a_letter(house).conversation, bcc=["chef@netnet.example"])

    shown = page(alice, ours.conversation)

    assert delivery_of(ours).state == "waiting"
    assert "Copie cachée" in shown
    assert "chef@netnet.example" in shown


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("receipt", "Un programme de la personne dit que cet e-mail a été ouvert"),
        ("complaint", "La personne a signalé cet e-mail comme indésirable"),
    ],
)
def test_what_programs_say_of_our_letter_stands_under_it(
    house: House, alice: Client, reason: str, sentence: str
) -> None:
    box = sending_mailbox(house)
    ours = replied(house, a_letter(house).conversation)
    end_aside(taken(box), reason, at=timezone.now(), message=ours)

    assert sentence in page(alice, ours.conversation)


# --- Strangers and people in copy ---------------------------------------------------------------------------


@pytest.fixture
def box(house: House) -> Mailbox:
    """Where Netnet is written to."""
    return mailbox_of(house.netnet, house.ada)


@pytest.fixture
def beside(box: Mailbox) -> tuple[Conversation, Conversation]:
    """Claire, whom nobody knows, answered David's letter."""
    first = comes(box, mail("Ma box affiche T12", header_id="<un@example.fr>")).conversation
    answer = mail("Je suis sa voisine.", sender=STRANGER, subject="Re: Panne", answers=["<un@example.fr>"])
    second = comes(box, answer).conversation
    assert first is not None
    assert second is not None
    assert second.beside_id == first.pk
    return first, second


def test_both_conversations_say_that_a_stranger_answered(
    alice: Client, beside: tuple[Conversation, Conversation]
) -> None:
    first, second = beside

    assert "<strong>Claire Petit</strong> a répondu ici sans participer" in page(alice, first)
    there = page(alice, second)
    assert "a répondu dans une conversation de quelqu’un d’autre" in there
    assert f'href="/poste/{first.pk}/"' in there


def test_a_stranger_is_joined_and_that_is_undone(
    alice: Client, beside: tuple[Conversation, Conversation]
) -> None:
    first, second = beside

    answer = post(alice, "join", second.pk, de=first.pk, participant="1")

    shown = page(alice, first)
    assert "Je suis sa voisine." in shown
    assert "Participent aussi" in shown
    alice.post(told(answer)["toast"]["undo"], headers={"HX-Request": "true"})
    assert "Je suis sa voisine." not in page(alice, first).partition('id="messages"')[2].partition("held-")[0]
    assert "a répondu ici sans participer" in page(alice, first)


def test_whoever_joins_from_the_stranger_s_side_goes_where_it_goes_on(
    alice: Client, beside: tuple[Conversation, Conversation]
) -> None:
    first, second = beside

    answer = post(alice, "join", second.pk, de=second.pk, participant="1")

    assert answer.headers["HX-Redirect"] == f"/poste/{first.pk}/"


def test_a_stranger_is_kept_apart(
    house: House, alice: Client, beside: tuple[Conversation, Conversation]
) -> None:
    first, second = beside

    undo = told(post(alice, "apart", second.pk, de=first.pk))["toast"]["undo"]

    assert "sans participer" not in page(alice, first)
    assert "a répondu dans une conversation" not in page(alice, second)
    assert post(alice, "apart", second.pk).status_code == 422
    assert signed_in(house.eve).post(undo).status_code == 404
    assert alice.post(undo, headers={"HX-Request": "true"}).status_code == 204
    assert "sans participer" in page(alice, first)
    assert "a répondu dans une conversation" in page(alice, second)
    assert alice.post(undo, headers={"HX-Request": "true"}).status_code == 422


@pytest.fixture
def in_copy(box: Mailbox) -> Participant:
    """David wrote with Claire in copy."""
    settled = comes(box, mail("Ma box", to=[("", "bonjour@netnet.example")], cc=[STRANGER]))
    assert settled.conversation is not None
    return Participant.objects.get(conversation=settled.conversation)


def test_who_was_in_copy_is_proposed_then_takes_part(alice: Client, in_copy: Participant) -> None:
    assert "<strong>Claire Petit</strong> était en copie" in page(alice, in_copy.conversation)

    answer = post(alice, "take_part", in_copy.pk, prend_part="oui")

    shown = page(alice, in_copy.conversation)
    assert "était en copie" not in shown
    assert "Participent aussi" in shown
    alice.post(told(answer)["toast"]["undo"], headers={"HX-Request": "true"})
    in_copy.refresh_from_db()
    assert in_copy.agreed_at is None


def test_who_is_declined_is_not_proposed_again(alice: Client, in_copy: Participant) -> None:
    answer = post(alice, "take_part", in_copy.pk, prend_part="non")

    shown = page(alice, in_copy.conversation)
    assert "était en copie" not in shown
    assert "Participent aussi" not in shown
    alice.post(told(answer)["toast"]["undo"], headers={"HX-Request": "true"})
    assert "Participent aussi" in page(alice, in_copy.conversation)


def test_eve_decides_nothing(
    house: House, beside: tuple[Conversation, Conversation], in_copy: Participant
) -> None:
    eve = signed_in(house.eve)
    first, second = beside

    answers = [
        post(eve, "join", second.pk),
        post(eve, "apart", second.pk),
        post(eve, "take_part", in_copy.pk, prend_part="oui"),
        post(eve, "spam", first.pk),
        post(eve, "no_spam", first.pk),
        post(eve, "heed", first.messages.get().pk),
    ]

    assert {answer.status_code for answer in answers} == {404}
    in_copy.refresh_from_db()
    assert in_copy.agreed_at is None
    assert Conversation.objects.get(pk=second.pk).beside_id == first.pk


def test_the_same_letter_in_another_brand_is_told_to_who_may_see_both(house: House, alice: Client) -> None:
    ours = comes(mailbox_of(house.netnet, house.ada), mail("Bonjour", header_id="<deux@example.fr>"))
    there = comes(
        mailbox_of(house.locacar, house.ada, "agence@locacar.example"),
        mail("Bonjour", header_id="<deux@example.fr>"),
    )
    assert ours.conversation is not None
    assert there.conversation is not None

    assert f'href="/poste/{there.conversation.pk}/"' in page(signed_in(house.ada), ours.conversation)
    assert "Écrit aussi" not in page(alice, ours.conversation)


# --- Spam ---------------------------------------------------------------------------------------------------


@pytest.fixture
def mailed(box: Mailbox) -> Conversation:
    """David's mail opened a conversation."""
    settled = comes(box, mail("Gagnez un vélo"))
    assert settled.conversation is not None
    return settled.conversation


def test_spam_is_set_aside_and_brought_back(alice: Client, mailed: Conversation) -> None:
    assert 'data-dialog="spam"' in page(alice, mailed)

    answer = post(alice, "spam", mailed.pk, block="1")

    shown = page(alice, mailed)
    assert "écartée comme indésirable" in shown
    assert 'data-dialog="spam"' not in shown
    assert Arrival.objects.get().reason == "spam"
    assert block_of_conversation(mailed.pk) is not None
    assert told(answer)["toast"]["undo"] == f"/poste/{mailed.pk}/pas-indesirable/"

    post(alice, "no_spam", mailed.pk)

    assert Arrival.objects.get().state == "accepted"
    assert block_of_conversation(mailed.pk) is None
    assert Conversation.objects.get(pk=mailed.pk).state == "reopened"


def test_a_sender_is_blocked_only_when_that_is_asked(alice: Client, mailed: Conversation) -> None:
    post(alice, "spam", mailed.pk)

    assert block_of_conversation(mailed.pk) is None


# --- As many queries for thirty as for one ------------------------------------------------------------------


def queries_of_thread(client: Client, conversation: Conversation) -> int:
    """How many the thread asks, once it was seen."""
    address = reverse("desk:thread", args=[conversation.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as made:
        assert client.get(address).status_code == 200
    return len(made)


def test_a_thread_of_letters_asks_as_much_for_twenty_as_for_one(house: House, alice: Client) -> None:
    sending_mailbox(house)
    first = a_letter(house)
    replied(house, first.conversation)
    few = queries_of_thread(alice, first.conversation)

    start = datetime(2026, 1, 1, tzinfo=UTC)
    for place in range(20):
        add_letter(first.conversation, f"Lettre {place}", at=start + timedelta(days=place))
        ours = replied(house, first.conversation, f"Réponse {place}")
        operations.note_bounce(
            ours, address="x@y.example", is_permanent=True, status="5.1.1", diagnostic="", at=start
        )

    assert queries_of_thread(alice, first.conversation) == few
    assert few == (8 if connection.vendor == "postgresql" else 13)  # to a server, journeys


def test_a_chat_asks_nothing_about_letters(house: House, alice: Client) -> None:
    conversation = chat(house).conversation
    address = reverse("desk:thread", args=[conversation.pk])
    alice.get(address)

    with CaptureQueriesContext(connection) as made:
        alice.get(address)

    tables = ("domain_bounce", "domain_participant", "domain_arrival", "domain_delivery")
    assert [row["sql"] for row in made if any(table in row["sql"] for table in tables)] == []
