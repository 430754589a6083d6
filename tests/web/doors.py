"""The table of all doors: every address and every stream, and who may open it.

A new address fails `test_doors.py` until it has its line here. `to` says who finds something there; for everybody else
there is nothing: 404, 401, or the way to sign in. Arguments of the address come from the world of `make_world`, where
everything belongs to Netnet: Eve, who advises for Locacar, finds none of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone
from tests.domain.people_made import House, make_house
from tests.domain.posted import mailbox_of, taken

from visavis.domain.conversations import operations as conversations
from visavis.domain.conversations.models import Conversation
from visavis.domain.flows.inbound import Inbound, Received, receive
from visavis.domain.flows.merge_customers import merge_customers
from visavis.domain.flows.reply import Answer, answer
from visavis.domain.intake.operations import block_sender, quarantine
from visavis.domain.people.operations import (
    add_identity,
    add_statement,
    give_brand_token,
    give_password_link,
    invite,
    know_customer,
    proof_token,
)
from visavis.domain.promises.operations import make_promise

# --- Who knocks ---------------------------------------------------------------------------------------------

ANONYMOUS = frozenset({"anonymous"})
CUSTOMER = frozenset({"customer"})  # holds the pass of the conversation of the world, and no account
ADVISERS = frozenset({"alice"})
LEADERS = frozenset({"chloe"})
OPERATIONS = frozenset({"oscar"})
PLANNERS = frozenset({"paul"})
ADMINISTRATORS = frozenset({"ada"})
STRANGER = frozenset({"eve"})  # advises for another brand

TREATING = (
    ADVISERS | LEADERS | OPERATIONS | ADMINISTRATORS
)  # those who may read the conversation of the world
ACCOUNTS = TREATING | PLANNERS | STRANGER
EVERYONE = ACCOUNTS | ANONYMOUS | CUSTOMER
LOOKING_AFTER = LEADERS | ADMINISTRATORS
LEADING = LEADERS | OPERATIONS | ADMINISTRATORS
NOBODY: frozenset[str] = frozenset()  # something more is asked: a token in a header, a link in the address

# What stands in the conversation of the world: whoever finds nothing must not read a word of it.
SECRETS = ("Zébulon Secret", "coffre bleu", "zebulon@example.fr")
SECRET_MAIL = "From: Zébulon Secret <zebulon@example.fr>\r\nSubject: Le coffre bleu\r\n\r\nBonjour".encode()
SECRET_LETTER = conversations.LetterFields(
    sender=("Zébulon Secret", "zebulon@example.fr"),
    subject="Le coffre bleu",
    html="<p>Le coffre bleu ne tourne pas.</p>",
    automatic_why="subject",
)


@dataclass(frozen=True, kw_only=True)
class World:
    """One conversation with all that may hang on it."""

    house: House
    conversation: Conversation
    other: Conversation
    message_id: int
    reply_id: int
    promise_id: int
    identity_id: int
    merge_id: int
    proof_token: str
    statement_id: int
    invitation_id: int
    invitation_token: str
    password_token: str
    block_id: int
    token_id: int
    brand_token: str
    customer_link: str
    mailbox_id: int
    arrival_id: int
    participant_id: int


def make_world() -> World:
    """Zébulon, a customer of Netnet, wrote twice, and by a mail that is kept out; Alice has the first on her desk,
    is answering, and promised.
    """
    house = make_house()
    now = timezone.now()
    first, second = (written(house, subject) for subject in ("Le coffre bleu", "Encore le coffre bleu"))
    conversation = first.conversation
    reply = answer(conversation, Answer(key=uuid4(), text="Je regarde le coffre bleu."), by=house.alice)
    promise = make_promise(conversation, by=house.alice, what="Rappeler", due_at=now + timedelta(hours=3))
    invitation = invite(email="fatou@example.fr", role="adviser", team=house.team, by=house.ada, at=now)
    token = give_brand_token(house.netnet, label="Contrats", by=house.ada, at=now)
    _held, link = conversations.make_link(conversation, by=house.alice)
    conversation.refresh_from_db()
    address = add_identity(conversation.customer, "email", "z@example.fr", verified=False, at=now)
    twin = know_customer(house.netnet.pk, name="Zébulon Secret", language="fr", at=now)
    mailbox = mailbox_of(house.netnet, house.ada)
    arrival = taken(mailbox, SECRET_MAIL)
    quarantine(arrival, "unforeseen", at=now)
    conversations.write_letter(first.message, SECRET_LETTER)
    conversations.propose_participants(conversation, [("Zoé Secret", "zoe@example.fr")], at=now)
    Conversation.objects.filter(pk=second.conversation.pk).update(beside=conversation)
    return World(
        house=house,
        conversation=conversation,
        other=second.conversation,
        message_id=first.message.pk,
        reply_id=reply.pk,
        promise_id=promise.pk,
        identity_id=address.pk,
        merge_id=merge_customers(conversation.customer, twin, by=house.alice, at=now).pk,
        proof_token=proof_token(address),
        statement_id=add_statement(conversation.customer, text="aime le bleu", by=house.alice, at=now).pk,
        invitation_id=invitation.invitation.pk,
        invitation_token=invitation.token,
        password_token=give_password_link(house.bob, by=house.ada, at=now).token,
        block_id=block_sender(house.netnet.pk, source="x" * 64, by=house.alice, at=now).pk,
        token_id=token.row.pk,
        brand_token=token.secret,
        customer_link=link,
        mailbox_id=mailbox.pk,
        arrival_id=arrival.pk,
        participant_id=conversation.participants.get().pk,
    )


def written(house: House, subject: str) -> Received:
    """Zébulon writes through the form."""
    return receive(
        Inbound(
            brand=house.netnet,
            channel="form",
            is_live=False,
            effort=1,
            key=uuid4(),
            text="La clé du coffre bleu ne tourne pas.",
            at=timezone.now(),
            subject=subject,
            name="Zébulon Secret",
            email="zebulon@example.fr",
        )
    )


# --- The table ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Door:
    """One address: how it is knocked at, by whom it opens."""

    to: frozenset[str]
    methods: tuple[str, ...] = ("GET",)
    with_: Callable[[World], dict[str, Any]] = lambda _world: {}
    body: str = ""
    given: Callable[[World], dict[str, Any]] = lambda _world: {}  # fields of the form, when some are needed
    takes: str = "application/x-www-form-urlencoded"


def number(world: World) -> dict[str, Any]:
    """The number of the conversation."""
    return {"number": world.conversation.pk}


def brand(world: World) -> dict[str, Any]:
    """The brand by its slug, under the name that public doors give it."""
    return {"brand": world.house.netnet.slug}


def slug(world: World) -> dict[str, Any]:
    """The brand by its slug, in the settings."""
    return {"slug": world.house.netnet.slug}


def bob(world: World) -> dict[str, Any]:
    """A team-mate, to look after."""
    return {"adviser_id": world.house.bob.pk}


def message(world: World) -> dict[str, Any]:
    """The customer's message."""
    return {"message_id": world.message_id}


def first_piece(world: World) -> dict[str, Any]:
    """What the customer's letter says first."""
    return {"message_id": world.message_id, "place": 0}


def customer(world: World) -> dict[str, Any]:
    """Zébulon."""
    return {"customer_id": world.conversation.customer_id}


def identity(world: World) -> dict[str, Any]:
    """Zébulon’s address, which nobody proved."""
    return {"identity_id": world.identity_id}


def own_reply(world: World) -> dict[str, Any]:
    """What Alice wrote and may still take back."""
    return {"message_id": world.reply_id}


def arrival(world: World) -> dict[str, Any]:
    """Zébulon’s mail in the ledger, which could not be read."""
    return {"arrival_id": world.arrival_id}


def mailbox(world: World) -> dict[str, Any]:
    """The mailbox of Netnet."""
    return {"mailbox_id": world.mailbox_id}


def in_copy(world: World) -> dict[str, Any]:
    """Zoé, who was in copy."""
    return {"participant_id": world.participant_id}


def held(world: World) -> dict[str, Any]:
    """The other conversation, held beside the first."""
    return {"number": world.other.pk}


def another(world: World) -> dict[str, Any]:
    """The other conversation."""
    return {"other": world.other.pk}


def promise(world: World) -> dict[str, Any]:
    """The promise."""
    return {"promise_id": world.promise_id}


def post(
    to: frozenset[str],
    with_: Callable[[World], dict[str, Any]] = lambda _world: {},
    given: Callable[[World], dict[str, Any]] = lambda _world: {},
) -> Door:
    """A door where something is done."""
    return Door(to=to, methods=("POST",), with_=with_, given=given)


def both(to: frozenset[str], with_: Callable[[World], dict[str, Any]] = lambda _world: {}) -> Door:
    """A door with a form."""
    return Door(to=to, methods=("GET", "POST"), with_=with_)


def said(to: frozenset[str], *methods: str) -> Door:
    """A door of the chat, which reads JSON."""
    return Door(to=to, methods=methods or ("POST",), with_=brand, body="{}", takes="application/json")


def see(to: frozenset[str], with_: Callable[[World], dict[str, Any]] = lambda _world: {}) -> Door:
    """A door where something is read."""
    return Door(to=to, with_=with_)


HOME = {
    "home:home": see(EVERYONE),
    "home:welcome": both(NOBODY),  # since accounts exist
}
ACCOUNT = {
    "account_login": both(EVERYONE),
    "account_logout": see(EVERYONE),
    "account_inactive": see(EVERYONE),
    "account_reauthenticate": see(ACCOUNTS),
    "account_change_password": both(ACCOUNTS),
    "account_reset_password": see(EVERYONE),
    "account_reset_password_done": see(EVERYONE),
    "account_reset_password_from_key_done": see(EVERYONE),
    "account_reset_password_from_key": Door(
        to=EVERYONE, with_=lambda _world: {"uidb36": "1", "key": "made-up"}
    ),  # says that the link has ended
    "account_set_password": see(EVERYONE),
    "account:own": see(ACCOUNTS),
    "account:name": post(ACCOUNTS),
    "account:preferences": post(ACCOUNTS),
    "account:end_others": post(ACCOUNTS),
    "account:end_session": post(ACCOUNTS, lambda _world: {"session_id": 1}),  # only one’s own is ever ended
    "account:invitation": see(EVERYONE, lambda world: {"token": world.invitation_token}),
    "account:password_link": see(EVERYONE, lambda world: {"token": world.password_token}),
}
DESK = {
    "desk:desk": see(TREATING | STRANGER),
    "desk:list": see(TREATING | STRANGER),
    "desk:give_file": post(TREATING | STRANGER),
    "desk:file": see(NOBODY, lambda _world: {"attachment_id": 1}),  # no file in the world; see test_desk
    "desk:take_back": post(ADVISERS, own_reply),
    "desk:forward": see(TREATING, number),
    "desk:send_forward": post(TREATING, number, lambda _world: {"key": uuid4(), "to": "expert@example.org"}),
    "desk:decide_doubt": post(TREATING, own_reply, lambda _world: {"has_left": "1"}),
    "desk:resend": post(TREATING, own_reply),
    "desk:stop_sending": post(TREATING, own_reply),
    "desk:plan_anew": post(TREATING, own_reply, lambda _world: {"when": "now"}),
    "desk:correct": post(TREATING, message),
    "desk:keep_promise": post(TREATING, promise),
    "desk:move_promise": post(TREATING, promise),
    "desk:entrust_promise": post(TREATING, promise, lambda world: {"to": world.house.bob.pk}),
    "desk:undo_promise": post(TREATING, promise),
    "desk:conversation": see(TREATING, number),
    "desk:head": see(TREATING, number),
    "desk:thread": see(TREATING, number),
    "desk:gather": see(TREATING, number),
    "desk:person": see(TREATING, number),
    "desk:why": see(TREATING, number),
    "desk:look": post(TREATING, number),
    "desk:reply": post(TREATING, number, lambda _world: {"key": uuid4(), "text": "Bonjour"}),
    "desk:addresses": see(TREATING, number),
    "desk:later": see(TREATING, number),
    "desk:note": post(TREATING, number),
    "desk:draft": post(TREATING, number),
    "desk:promise": post(TREATING, number),
    "desk:when": see(TREATING, number),
    "desk:take": post(TREATING, number),
    "desk:not_for_me": post(ADVISERS, number),
    "desk:transfer": post(
        TREATING, number, lambda world: {"to": f"adviser:{world.house.alice.pk}", "context": "Le coffre bleu"}
    ),
    "desk:resolve": post(TREATING, number),
    "desk:reopen": post(TREATING, number),
    "desk:snooze": post(TREATING, number, lambda _world: {"until": "monday"}),
    "desk:wake": post(TREATING, number),
    "desk:unread": post(TREATING, number),
    "desk:subject": post(TREATING, number),
    "desk:tags": post(TREATING, number),
    "desk:explained": post(TREATING, number),
    "desk:statement": post(TREATING, number),
    "desk:headline": post(TREATING, number),
    "desk:steps": post(TREATING, number),
    "desk:link": post(TREATING, number),
    "desk:relate": post(TREATING, number, another),
    "desk:merge": post(TREATING, number, another),
    "desk:split": post(TREATING, number),
    "desk:block": post(TREATING, number),
    "desk:letter": see(TREATING, message),
    "desk:piece": see(TREATING, first_piece),
    "desk:paper": see(TREATING, message),
    "desk:heed": post(TREATING, message),
    "desk:take_part": post(TREATING, in_copy),
    "desk:join": post(TREATING, held),
    "desk:apart": post(TREATING, held),
    "desk:spam": post(TREATING, number),
    "desk:no_spam": post(TREATING, number),
    "presence:choose": post(ACCOUNTS),
    "presence:beat": post(ACCOUNTS),
    "search:search": see(ACCOUNTS),
}
FLOOR = {
    "floor:floor": see(LEADERS | OPERATIONS | PLANNERS | ADMINISTRATORS),
    "floor:live": see(LEADERS | OPERATIONS | PLANNERS | ADMINISTRATORS),
    "promises:mine": see(TREATING | STRANGER),
    "promises:change": see(TREATING, promise),
}
LEDGER = {
    "ledger:ledger": see(LEADING),
    "ledger:progress": see(LEADING),
    "ledger:late": see(ACCOUNTS),  # each is told of the mailboxes of their own brands
    "ledger:all_again": both(LEADING),
    "ledger:outage": both(LEADING, mailbox),
    "ledger:arrival": see(LEADING, arrival),
    "ledger:original": see(LEADING, arrival),
    "ledger:original_file": see(LEADING, arrival),
    "ledger:accept": post(LEADING, arrival),
    "ledger:again": post(LEADING, arrival),
    "ledger:spam": post(LEADING, arrival),
    "ledger:back": post(LEADING, arrival),
}
CUSTOMERS = {
    "customers:customer": see(TREATING, customer),
    "customers:correct": post(TREATING, customer),
    "customers:add": post(TREATING, customer),
    "customers:send": post(TREATING, identity),
    "customers:code": post(TREATING, identity),
    "customers:by_hand": post(TREATING, identity),
    "customers:undo_by_hand": post(TREATING, identity),
    "customers:remove": both(TREATING, identity),
    "customers:merge": post(TREATING, customer, lambda world: {"other": world.other.customer_id}),
    "customers:undo": post(TREATING, lambda world: {"merge_id": world.merge_id}),
    # Whoever holds the link read it in their own mail; strangers do not hold it.
    "customers:confirm": see(EVERYONE, lambda world: {"token": world.proof_token}),
}
SETTINGS = {
    "settings:signing": both(ADMINISTRATORS, mailbox),
    "settings:overview": see(LOOKING_AFTER),
    "settings:people": see(LOOKING_AFTER),
    "settings:invite": both(LOOKING_AFTER),
    "settings:person": see(LOOKING_AFTER, bob),
    "settings:work": post(LOOKING_AFTER, bob),
    "settings:person_skills": post(LOOKING_AFTER, bob),
    "settings:place": post(ADMINISTRATORS, bob),
    "settings:password_link": post(ADMINISTRATORS, bob),
    "settings:close": both(ADMINISTRATORS, bob),
    "settings:reopen": post(ADMINISTRATORS, bob),
    "settings:withdraw": both(LOOKING_AFTER, lambda world: {"invitation_id": world.invitation_id}),
    "settings:invite_again": post(LOOKING_AFTER, lambda world: {"invitation_id": world.invitation_id}),
    "settings:brands": see(ADMINISTRATORS),
    "settings:new_brand": both(ADMINISTRATORS),
    "settings:brand": both(ADMINISTRATORS, slug),
    "settings:hours": both(ADMINISTRATORS, slug),
    "settings:tokens": both(ADMINISTRATORS, slug),
    "settings:revoke_token": both(ADMINISTRATORS, lambda world: slug(world) | {"token_id": world.token_id}),
    "settings:teams": see(ADMINISTRATORS),
    "settings:new_team": both(ADMINISTRATORS),
    "settings:team": both(ADMINISTRATORS, lambda world: {"team_id": world.house.team.pk}),
    "settings:new_site": both(ADMINISTRATORS),
    "settings:site": both(ADMINISTRATORS, lambda world: {"site_id": world.house.tours.pk}),
    "settings:skills": see(LOOKING_AFTER),
    "settings:new_skill": both(LOOKING_AFTER),
    "settings:skill": both(LOOKING_AFTER, lambda world: {"skill_id": world.house.skill.pk}),
    "settings:mailboxes": see(ADMINISTRATORS),
    "settings:new_mailbox": both(ADMINISTRATORS),
    "settings:mailbox": both(ADMINISTRATORS, mailbox),
    "settings:connect": see(ADMINISTRATORS, mailbox),
    "settings:connected": see(ADMINISTRATORS),
    "settings:senders": see(LOOKING_AFTER),
    "settings:lift": post(LOOKING_AFTER, lambda world: {"block_id": world.block_id}),
}
# The customer's side. What the chat asks beyond the address is a token in a header, which nobody holds here.
PUBLIC = {
    "chat:settings": see(EVERYONE, brand),
    "chat:session": said(EVERYONE),
    "chat:messages": said(NOBODY, "GET", "POST"),
    "chat:files": Door(
        to=NOBODY, methods=("POST",), with_=brand, body="--x--\r\n", takes="multipart/form-data; boundary=x"
    ),
    "chat:file": see(NOBODY, lambda world: brand(world) | {"number": 1}),
    "chat:typing": said(NOBODY),
    "chat:read": said(NOBODY),
    "chat:ticket": said(NOBODY),
    "chat:link": said(NOBODY),
    "form:write": both(EVERYONE, brand),
    # The token of a mailbox stands in the address, and nobody holds it here; see test_bring.
    "email:bring": Door(
        to=NOBODY, methods=("POST",), with_=lambda _world: {"token": "1-0"}, body="x", takes="message/rfc822"
    ),
    "storefront:page": see(EVERYONE, brand),
    "widget:script": see(EVERYONE),
    "design:components": see(EVERYONE),
    "design:brands": see(EVERYONE),
    "request:open": see(EVERYONE, lambda world: {"token": world.customer_link}),
    "request:page": see(CUSTOMER, number),
    "request:live": see(CUSTOMER, number),
    "request:write": post(CUSTOMER, number),
    "request:person": post(CUSTOMER, number),
    "request:link": post(CUSTOMER, number),
    "request:ticket": post(CUSTOMER, number),
    "request:erase_said": post(CUSTOMER, lambda world: number(world) | {"statement_id": world.statement_id}),
    "request:history": see(CUSTOMER, number),
    "request:history_file": see(CUSTOMER, number),
    "request:erase": Door(
        to=CUSTOMER, methods=("GET", "POST"), with_=number, given=lambda _world: {"key": uuid4()}
    ),
    # A certificate has no person in it; whoever has its address reads it. None was given in the world.
    "request:certificate": see(NOBODY, lambda _world: {"key": uuid4()}),
    "request:certificate_file": see(NOBODY, lambda _world: {"key": uuid4()}),
    "request:file": see(NOBODY, lambda world: number(world) | {"attachment_id": 1}),  # no file in the world
}
API = {
    "api:facts": Door(
        to=NOBODY, methods=("PUT",), with_=lambda world: slug(world) | {"reference": "NN-1"}
    ),  # a brand’s token is asked; see tests/api
}
DOORS: dict[str, Door] = HOME | ACCOUNT | DESK | FLOOR | LEDGER | CUSTOMERS | SETTINGS | PUBLIC | API

# Streams: paths outside of Django's addresses, with who may listen.
STREAMS = {"/direct/flux": ACCOUNTS, "/direct/client": NOBODY}  # a customer comes with a one-minute ticket
