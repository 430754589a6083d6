"""Letters that leave a site whose worker dies, by a server that counts what it took."""

from __future__ import annotations

import atexit
import contextlib
import functools
import uuid
from typing import TYPE_CHECKING

from tests.smtp_server import Peer, peer_running
from tests.workers.comparing import rows, wait_for

if TYPE_CHECKING:
    from tests.live_site import LiveSite
    from tests.smtp_server import Delivered

# A letter of a customer of Netnet, answered by Alice; all that is needed is made once.
ANSWER_LETTER = """
import uuid
from datetime import timedelta
from django.utils import timezone
from visavis.domain.conversations.models import Conversation
from visavis.domain.conversations.operations import LetterFields, open_conversation, receive_message, write_letter
from visavis.domain.deliveries.models import Delivery
from visavis.domain.flows.reply import Answer, answer
from visavis.domain.intake.models import Mailbox
from visavis.domain.people.models import Adviser, Brand
from visavis.domain.people.operations import know_customer
brand, alice, at = Brand.objects.get(slug="netnet"), Adviser.objects.get(email="alice@example.fr"), timezone.now()
Mailbox.objects.update_or_create(
    address="sortie@netnet.example",
    defaults={{"brand": brand, "smtp_host": "localhost", "smtp_port": {port}, "smtp_security": "none"}},
)
conversation = Conversation.objects.filter(subject="{subject}").first()
if conversation is None:
    customer = know_customer(brand.pk, name="David", language="fr", at=at)
    conversation = open_conversation(
        brand=brand, customer=customer, channel="email", is_live=False, effort=1, subject="{subject}", language="fr", at=at
    )
    message = receive_message(
        conversation, key=uuid.uuid4(), channel="email", is_live=False, effort=1, text="Bonjour", at=at
    )
    write_letter(message, LetterFields(
        header_id=f"{{message.key.hex}}@client.example", sender=("David", "{address}"), subject="{subject}"
    ))
for key in {keys}:
    answer(conversation, Answer(key=uuid.UUID(key), text="Voici " + key), by=alice)
    conversation.refresh_from_db()
Delivery.objects.filter(message__key__in={keys}).update(due_at=timezone.now())
"""
LATER = """
from datetime import timedelta
from django.utils import timezone
from visavis.domain.deliveries.operations import give_back
from visavis.domain.flows.outbound_email import doubt_silent
give_back(timezone.now() + timedelta(minutes=30))
doubt_silent(timezone.now() + timedelta(minutes=30))
"""
SETTLE = """
from django.utils import timezone
from visavis.domain.deliveries.models import Delivery
from visavis.domain.flows.outbound_email import known_to_have_left, settle
from visavis.domain.people.models import Adviser
known_to_have_left({seen}, how="sent_folder", now=timezone.now())
alice = Adviser.objects.get(email="alice@example.fr")
for delivery in Delivery.objects.filter(state="uncertain").select_related("message__conversation__brand"):
    settle(delivery, has_left=False, by=alice, now=timezone.now())
"""


@functools.cache
def counting_server() -> Peer:
    """One server for the whole run of tests, stopped with it."""
    held = contextlib.ExitStack()
    atexit.register(held.close)
    return held.enter_context(peer_running())


def answer_letter(site: LiveSite, keys: list[str], *, subject: str, address: str, port: int) -> None:
    """Alice answers a letter, once for each key; it is due at once."""
    site.execute(ANSWER_LETTER.format(port=port, subject=subject, address=address, keys=keys))


def states(site: LiveSite, keys: list[str]) -> list[str]:
    """Return the states of their deliveries, in the order in which they were written."""
    is_postgres = site.environment["VISAVIS_DATABASE_URL"].startswith("postgres")
    quoted = ", ".join(f"'{key if is_postgres else uuid.UUID(key).hex}'" for key in keys)
    query = (
        "SELECT d.state FROM domain_delivery d JOIN domain_message m ON m.id = d.message_id "  # noqa: S608 -- ours
        f"WHERE m.key IN ({quoted}) ORDER BY d.id"
    )
    return [state for (state,) in rows(site, query)]


def taken_with(peer: Peer, keys: list[str]) -> list[Delivered]:
    """Return what the server took of these replies, in its order."""
    wanted = {uuid.UUID(key).hex for key in keys}
    return [taken for taken in peer.taken if taken.header_id.partition("@")[0] in wanted]


def settle_all(site: LiveSite, peer: Peer) -> None:
    """Settle doubts as they are in life: what the server shows has left, a person says that the rest did not."""
    site.execute(SETTLE.format(seen=[taken.header_id for taken in list(peer.taken)]))


def is_over(site: LiveSite, keys: list[str]) -> bool:
    """True when each has left, failed, or is in doubt."""
    return not {"waiting", "taken", "told"} & set(states(site, keys))


def wait_until_over(site: LiveSite, keys: list[str], seconds: float = 40) -> None:
    """Wait for it, as if half an hour had passed since a worker died."""

    def over() -> bool:
        site.execute(LATER)
        return is_over(site, keys)

    wait_for(over, seconds)
