"""Mails that carry a link; the link is shown on screen in any case, since mail may not be set up."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


def can_mail() -> bool:
    """Say whether mail is set up."""
    return bool(settings.EMAIL_HOST) or not settings.EMAIL_BACKEND.endswith("filebased.EmailBackend")


def mail_invitation(email: str, *, link: str, inviter: str) -> bool:
    """Send the link of an invitation; say whether it left."""
    words = {"name": inviter, "link": link}
    body = _(
        "Hello,\n\n%(name)s invites you to work with Vis-à-vis."
        " Make your account here, within seven days:\n\n%(link)s\n"
    )
    return _send(_("%(name)s invites you to Vis-à-vis") % words, body % words, email)


def mail_password_link(email: str, *, link: str) -> bool:
    """Send the link of a new password; say whether it left."""
    words = {"link": link}
    body = _(
        "Hello,\n\nAn administrator made a link for you to choose a new password."
        " It is valid for a day:\n\n%(link)s\n"
    )
    return _send(_("Choose a new password for Vis-à-vis"), body % words, email)


def _send(subject: str, body: str, to: str) -> bool:
    if not can_mail():
        return False
    try:
        return bool(send_mail(subject, body, None, [to]))
    except (SMTPException, OSError):
        # The link stays on screen: nothing is lost. Who operates must know that mail fails.
        logger.exception("a mail with a link did not leave")
        return False
