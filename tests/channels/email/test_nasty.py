"""Mails that go wrong in real life are read as their authors meant them."""

from __future__ import annotations

import pytest
from tests.channels.email.nasty import NASTY

from visavis.channels.email.parse import parse


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_mail_is_read_as_it_was_meant(name: str) -> None:
    meant = NASTY[name]

    mail = parse(meant.raw)

    found = {
        "subject": mail.subject,
        "people": [(one.name, one.address) for one in mail.from_],
        "to": [(one.name, one.address) for one in mail.to],
        "reply_to": [(one.name, one.address) for one in mail.reply_to],
        "text": mail.text.strip(),
        "files": [(file.name, file.media_type) for file in mail.attachments],
        "sealed": mail.sealed,
    }
    wanted = {field: value for field in found if (value := getattr(meant, field)) is not None}
    assert {field: found[field] for field in wanted} == wanted
    assert mail.kind == meant.kind
    seen = {
        "count": len(mail.attachments),
        "suffix": mail.attachments[0].name[-4:] if mail.attachments else "",
        "has": "Voilà" if "Voilà" in mail.text else "",
        "begins": mail.text[: len(str(meant.more.get("begins", "")))],
        "event": mail.invitations[0].summary if mail.invitations else "",
    }
    assert {field: seen[field] for field in meant.more} == meant.more
