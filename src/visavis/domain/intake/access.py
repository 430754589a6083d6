"""Who may lift a block, see a mailbox, read the ledger."""

import hmac
from hashlib import sha256

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from visavis.domain.conversations.models import Scan
from visavis.domain.errors import NotFound, Refused
from visavis.domain.files.models import StoredFile
from visavis.domain.files.scanning import is_configured
from visavis.domain.people.access import Rights, found_or_not, must_administer

from .models import Arrival, BlockedSender, Mailbox, SigningKey


def block_for(rights: Rights, block_id: int) -> BlockedSender:
    """Return the block when its brand is theirs; one query."""
    brand_ids = rights.brand_ids if rights.treats_contents else frozenset()
    return found_or_not(
        BlockedSender.objects.select_related("brand").filter(pk=block_id, brand_id__in=brand_ids).first()
    )


def mailboxes_of(rights: Rights) -> list[Mailbox]:
    """Return the mailboxes of their brands, to who leads or administers; one query."""
    if not rights.leads:
        raise NotFound
    rows = Mailbox.objects.filter(brand_id__in=rights.brand_ids).select_related("brand")
    return list(rows.order_by("brand__name", "address"))


def mailbox_for(rights: Rights, mailbox_id: int) -> Mailbox:
    """Return a mailbox of their brands, to who leads; one query. Changing it is for administrators."""
    rows = Mailbox.objects.filter(brand_id__in=rights.brand_ids if rights.leads else frozenset())
    return found_or_not(rows.select_related("brand").filter(pk=mailbox_id).first())


def mailbox_to_change(rights: Rights, mailbox_id: int) -> Mailbox:
    """Return a mailbox, to administrators; one query."""
    must_administer(rights)
    return mailbox_for(rights, mailbox_id)


def signing_key_to_change(rights: Rights, mailbox_id: int) -> tuple[Mailbox, SigningKey | None]:
    """Return a mailbox and the key of its domain, if it has one, to administrators; two queries."""
    mailbox = mailbox_to_change(rights, mailbox_id)
    return mailbox, SigningKey.objects.filter(domain=mailbox.sending_domain).first()


def mailbox_token(mailbox: Mailbox) -> str:
    """Return the secret by which a program brings mail to this mailbox over HTTP."""
    key = settings.SECRET_KEY.encode()
    return f"{mailbox.pk}-{hmac.new(key, f'mailbox:{mailbox.pk}'.encode(), sha256).hexdigest()[:40]}"


def mailbox_of_token(token: str) -> Mailbox:
    """Return the active mailbox whose secret is held; one query."""
    number = token.partition("-")[0]
    found = None
    if number.isascii() and number.isdigit() and len(number) < 19:
        found = Mailbox.objects.select_related("brand").filter(pk=int(number), is_active=True).first()
    if found is None or not hmac.compare_digest(mailbox_token(found).encode(), token.encode()):
        raise NotFound
    return found


def arrivals_seen(rights: Rights) -> QuerySet[Arrival]:
    """Return the mails of the brands of who leads; NotFound for others."""
    if not (rights.leads and rights.treats_contents):
        raise NotFound
    return Arrival.objects.filter(mailbox__brand_id__in=rights.brand_ids)


def arrival_for(rights: Rights, arrival_id: int) -> Arrival:
    """Return a mail of the ledger, with its mailbox, brand, raw file, message and twin; one query."""
    rows = arrivals_seen(rights).select_related("mailbox__brand", "raw", "message", "twin", "accepted_by")
    return found_or_not(rows.filter(pk=arrival_id).first())


def raw_to_save(arrival: Arrival) -> StoredFile:
    """Return the bytes of a mail, to be saved. NotFound once erased. Refused: a virus, or a doubt."""
    if arrival.raw is None:
        raise NotFound
    if arrival.scanned == Scan.INFECTED:
        sentence = _("A virus was found in this mail: its original is not given out. Read it here, as text.")
        raise Refused("file_infected", sentence)
    if arrival.scanned == Scan.WAITING and is_configured():
        sentence = _(
            "This mail was not searched for viruses yet: the search does not answer. Try again soon."
        )
        raise Refused("file_not_scanned", sentence)
    return arrival.raw
