"""The mailboxes of the demo's brands: one each, which sends by the mail server of the demo."""

from dataclasses import replace
from datetime import datetime

from visavis.domain.intake.models import Mailbox
from visavis.domain.intake.operations import MailboxSettings, add_mailbox, change_mailbox, settings_of
from visavis.domain.people.models import Adviser, Brand

from .brands import BRANDS
from .people import DOMAIN
from .writing import HOST

PORT = 2525
# What the mail server of the demo says of senders is believed (see post_office.py).
AUTHSERV_ID = f"mail.{DOMAIN}"


def stand(*, port: int, at: datetime) -> None:
    """Each brand has its mailbox, which sends by that port; one that a visitor set otherwise stays so."""
    by = Adviser.objects.get(email=f"amelie@{DOMAIN}")
    there = {row.address: row for row in Mailbox.objects.all()}
    brands = {row.slug: row for row in Brand.objects.all()}
    for plan in BRANDS:
        mailbox = there.get(plan.address)
        if mailbox is None and plan.slug in brands:
            add_mailbox(brands[plan.slug], by=by, at=at, settings=_settings(plan.address, plan.name, port))
        elif mailbox is not None and mailbox.smtp_host == HOST and mailbox.smtp_port != port:
            change_mailbox(mailbox, by=by, at=at, settings=replace(settings_of(mailbox), smtp_port=port))


def _settings(address: str, name: str, port: int) -> MailboxSettings:
    return MailboxSettings(
        address=address,
        name=name,
        authserv_id=AUTHSERV_ID,
        smtp_host=HOST,
        smtp_port=port,
        smtp_security="none",
    )
