"""Mailboxes: added, changed, and how each is doing."""

from copy import copy
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from visavis.domain.errors import Refused
from visavis.domain.intake.facts import MailboxAdded, MailboxChanged
from visavis.domain.intake.models import AfterStoring, Mailbox, Security, Way
from visavis.domain.intake.sealing import seal
from visavis.domain.journal.record import operation, record, upkeep
from visavis.domain.people.identity_values import normal_email
from visavis.domain.people.models import Adviser, Brand

# Nobody fetched for so long: what comes at once then opens nothing until a leader says so.
OUTAGE = timedelta(days=1)
SECRETS = ("secret", "smtp_secret")


@dataclass(frozen=True, kw_only=True)
class MailboxSettings:
    """What an administrator says of a mailbox; the tables of `Mailbox` say what each means.

    `secret` and `smtp_secret` are as typed; None keeps what there is, the empty text forgets it.
    """

    address: str
    name: str = ""
    is_active: bool = True
    imap_host: str = ""
    imap_port: int = 993
    imap_security: str = Security.TLS
    user: str = ""
    way: str = Way.PASSWORD
    secret: str | None = None
    folder: str = "INBOX"
    after_storing: str = AfterStoring.LEAVE
    move_to: str = ""
    authserv_id: str = ""
    believes_spam_marks: bool = False
    spam_header: str = ""
    history_before: datetime | None = None
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: str = Security.STARTTLS
    smtp_user: str = ""
    smtp_secret: str | None = None
    looks_in_sent: bool = True
    keeps_sent: bool = False
    sent_folder: str = ""


@operation
def add_mailbox(brand: Brand, *, by: Adviser, at: datetime, settings: MailboxSettings) -> Mailbox:
    """The brand is written to at this address. Refused: see `_checked`."""
    mailbox = Mailbox(brand=brand)
    _apply(mailbox, _checked(settings, mailbox))
    mailbox.save()
    record(MailboxAdded(brand_id=brand.pk, adviser_id=by.pk, mailbox_id=mailbox.pk), at=at)
    return mailbox


@operation
def change_mailbox(mailbox: Mailbox, *, by: Adviser, at: datetime, settings: MailboxSettings) -> Mailbox:
    """Its settings are these. Another account or folder begins an era, and is fetched from its first mail."""
    mailbox = Mailbox.objects.select_for_update(no_key=True).get(pk=mailbox.pk)
    account = _account(mailbox)
    changed = _apply(mailbox, _checked(settings, mailbox))
    if _account(mailbox) != account:
        mailbox.era += 1
        mailbox.uid_validity, mailbox.last_uid = None, 0
    mailbox.save()
    record(
        MailboxChanged(brand_id=mailbox.brand_id, adviser_id=by.pk, mailbox_id=mailbox.pk, fields=changed),
        at=at,
    )
    return mailbox


def mailbox_as_typed(settings: MailboxSettings, *, kept: Mailbox | None = None) -> Mailbox:
    """Return the mailbox that these settings would make, written nowhere: for trying them out.

    kept: the one they would change, whose secrets serve where none was typed.
    """
    mailbox = copy(kept) if kept else Mailbox()
    _apply(mailbox, settings)
    return mailbox


def settings_of(mailbox: Mailbox) -> MailboxSettings:
    """Return the settings as they are; the secrets are not told."""
    told = {field.name: getattr(mailbox, field.name) for field in fields(MailboxSettings)}
    return MailboxSettings(**told | dict.fromkeys(SECRETS))


@upkeep
def keep_secret(mailbox: Mailbox, secret: str, *, outgoing: bool = False) -> None:
    """A token that renews itself replaces the one there was."""
    name = "smtp_secret" if outgoing else "secret"
    Mailbox.objects.filter(pk=mailbox.pk).update(**{name: seal(secret)})


@upkeep
def mailbox_worked(
    mailbox: Mailbox, *, at: datetime, lag_seconds: int = 0, unheard_seconds: float | None = None
) -> bool:
    """Its server answered. Said before the first mail of a session is taken: a long outage shows here.

    lag_seconds: age of the oldest mail that is on the server and not yet taken. unheard_seconds: since when
    this process had not heard the server, by a clock that nobody sets; None when it never had. False, and
    nothing is written, when the mailbox is deleted, switched off or another account by now.
    """
    row = _still(mailbox).select_for_update(no_key=True).first()
    if row is None:
        return False
    _note_outage(row, at, unheard_seconds)
    row.tried_at = row.succeeded_at = at
    row.fault, row.lag_seconds = "", max(0, lag_seconds)
    row.save(
        update_fields=["outage_from", "outage_until", "tried_at", "succeeded_at", "fault", "lag_seconds"]
    )
    return True


def _note_outage(row: Mailbox, at: datetime, unheard_seconds: float | None) -> None:
    """Nobody fetched for over a day, by the clock of the day and by our own.

    The clock of the day may leap while we fetch all the time, and then nobody was away. It decides alone only
    when this process never heard the server: when it has just begun.
    """
    if row.outage_from and row.outage_until and at < row.outage_until:
        # The clock was set back: what comes from now on came after the outage.
        row.outage_from, row.outage_until = min(row.outage_from, at), at
    if row.succeeded_at is None or at - row.succeeded_at <= OUTAGE:
        return
    if unheard_seconds is None or unheard_seconds > OUTAGE.total_seconds():
        row.outage_from = min(row.outage_from or row.succeeded_at, row.succeeded_at)
        row.outage_until = at


@upkeep
def mailbox_failed(mailbox: Mailbox, *, at: datetime, fault: str) -> None:
    """Its server could not be asked, for this reason (a code that sentences tell)."""
    _still(mailbox).update(tried_at=at, fault=fault[:40])


def _still(mailbox: Mailbox) -> QuerySet[Mailbox]:
    """The mailbox, unless it is deleted, switched off or another account since this row was read."""
    return Mailbox.objects.filter(pk=mailbox.pk, era=mailbox.era, is_active=True)


def _account(mailbox: Mailbox) -> tuple[str, str, str]:
    """Another account or folder numbers its mails anew."""
    return mailbox.imap_host, mailbox.user or mailbox.address, mailbox.folder


def _checked(settings: MailboxSettings, mailbox: Mailbox) -> MailboxSettings:
    """Return the settings when they can be. Refused otherwise, with what to do."""
    normal_email(settings.address)
    taken = Mailbox.objects.filter(address=normal_email(settings.address)).exclude(pk=mailbox.pk)
    if taken.exists():
        raise Refused("address_taken", _("This address is that of a mailbox already. Choose another one."))
    if settings.imap_host and settings.history_before is None:
        sentence = _("Say since when mail is to be answered: what is older stays as history.")
        raise Refused("history_unsaid", sentence)
    if settings.after_storing == AfterStoring.MOVE and not settings.move_to:
        raise Refused("move_nowhere", _("Say to which folder mail is moved, or choose to leave it."))
    return settings


def _apply(mailbox: Mailbox, settings: MailboxSettings) -> list[str]:
    """Write the settings on the row; return the names of those that changed."""
    changed = []
    for field in fields(settings):
        value = getattr(settings, field.name)
        if field.name in SECRETS:
            if value is None:
                continue
            value = seal(value)
        elif field.name == "address":
            value = normal_email(value)
        if getattr(mailbox, field.name) != value:
            setattr(mailbox, field.name, value)
            changed.append(field.name)
    return changed
