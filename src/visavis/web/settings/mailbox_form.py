"""The form of a mailbox: where its mail comes from, by whom it leaves; passwords go in and never come out."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from visavis.domain.intake.operations import MailboxSettings
from visavis.web.settings.forms import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from visavis.domain.intake.models import Mailbox
    from visavis.domain.people.models import Brand

SECURITIES = (
    ("tls", _("TLS from the start")),
    ("starttls", _("STARTTLS: encrypted after the first words")),
    ("none", _("None: only on a server of the house")),
)
WAYS = (
    ("password", _("User and password")),
    ("microsoft", _("Microsoft 365 account")),
    ("google", _("Google account")),
)
AFTER_STORING = (
    ("leave", _("Leave it as it is on its server")),
    ("move", _("Move it to a folder of its server")),
)
SECRETS = {"secret": "forget_secret", "smtp_secret": "forget_smtp_secret"}
PLAIN = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}


def line(**given: Any) -> forms.CharField:
    """A name that a machine reads: no spelling, no capital, nothing remembered by the browser."""
    return forms.CharField(max_length=254, required=False, widget=forms.TextInput(attrs=PLAIN), **given)


def port(**given: Any) -> forms.IntegerField:
    """A port of a server."""
    return forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, **given)


def password(**given: Any) -> forms.CharField:
    """A secret: typed, sealed, and shown to nobody again."""
    widget = forms.PasswordInput(attrs={**PLAIN, "autocomplete": "new-password"})
    return forms.CharField(max_length=4000, required=False, strip=False, widget=widget, **given)


class MailboxForm(Settings):
    """A mailbox as an administrator types it."""

    address = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The one to which customers write, and from which they are answered."),
        widget=forms.EmailInput(attrs=PLAIN),
    )
    name = forms.CharField(
        label=_("Name shown beside the address"),
        help_text=_("Empty: the name of the brand."),
        max_length=80,
        required=False,
    )
    is_active = forms.BooleanField(label=_("The mailbox is in use"), required=False, initial=True)

    imap_host = line(
        label=_("Incoming server (IMAP)"),
        help_text=_("For example: imap.example.fr. Empty: your mail server brings the mail to us."),
    )
    imap_port = port(initial=993)
    imap_security = forms.ChoiceField(label=_("Encryption"), choices=SECURITIES)
    way = forms.ChoiceField(
        label=_("How we sign in"), choices=WAYS, widget=forms.RadioSelect, initial="password"
    )
    user = line(label=_("User"), help_text=_("Empty: the address itself."))
    secret = password(label=_("Password"))
    forget_secret = forms.BooleanField(label=_("Forget the password that is kept"), required=False)
    folder = forms.CharField(label=_("Folder that is read"), max_length=254, initial="INBOX")
    history_before = forms.DateField(
        label=_("Answer the mail received since"),
        help_text=_(
            "What is older stays as history: found in the ledger, never answered, no acknowledgement."
        ),
        error_messages={
            "required": _("Say since when mail is to be answered: what is older stays as history.")
        },
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    after_storing = forms.ChoiceField(
        label=_("Once a mail is stored here"),
        choices=AFTER_STORING,
        widget=forms.RadioSelect,
        initial="leave",
        help_text=_("Nothing is ever deleted on the server, nor marked as read."),
    )
    move_to = line(label=_("Folder to which it is moved"))
    authserv_id = line(
        label=_("Server whose checks of senders are believed"),
        help_text=_(
            "The first word of the Authentication-Results header that your mail server writes "
            "(authserv-id). Empty: every sender is shown as not verified."
        ),
    )
    believes_spam_marks = forms.BooleanField(
        label=_("Set aside what this server marks as spam"),
        help_text=_("It stays in the ledger, and can be brought back."),
        required=False,
    )
    spam_header = line(
        label=_("Header in which it marks spam"),
        help_text=_(
            "For example: X-Spam-Flag, if your server removes it from what it receives. "
            "Empty: only what stands above the first Received, where no sender can write."
        ),
        validators=[RegexValidator(r"^[A-Za-z0-9-]{1,60}$", _("Only letters, digits and dashes."))],
    )

    smtp_host = line(
        label=_("Outgoing server (SMTP)"),
        help_text=_("For example: smtp.example.fr. Empty: answers leave by the server of the installation."),
    )
    smtp_port = port(initial=587)
    smtp_security = forms.ChoiceField(label=_("Encryption"), choices=SECURITIES, initial="starttls")
    smtp_user = line(label=_("User"), help_text=_("Empty: as for the incoming server."))
    smtp_secret = password(label=_("Password"), help_text=_("Empty: as for the incoming server."))
    forget_smtp_secret = forms.BooleanField(label=_("Forget the password that is kept"), required=False)
    looks_in_sent = forms.BooleanField(
        label=_("Look among the sent mail for a letter of which nobody knows whether it left"),
        help_text=_("Only then is that folder asked, over IMAP. It is opened to be read only."),
        required=False,
        initial=True,
    )
    keeps_sent = forms.BooleanField(
        label=_("Put what we send among the sent mail too"),
        help_text=_(
            "Most providers do so by themselves: tick it when answers are missing there. Never twice."
        ),
        required=False,
    )
    sent_folder = line(
        label=_("Folder of sent mail"), help_text=_("Empty: the one that the incoming server names.")
    )

    def __init__(
        self,
        *args: Any,
        brands: Iterable[Brand] = (),
        kept: Mailbox | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kept = kept
        self.brands = {str(brand.pk): brand for brand in brands}
        self.order_fields(["brand"])
        if kept is None:
            choices = [(key, brand.name) for key, brand in self.brands.items()]
            self.fields["brand"] = forms.ChoiceField(label=pgettext_lazy("mailbox", "Brand"), choices=choices)
        if self.is_bound and not self.data.get("imap_host"):
            self.fields["history_before"].required = False  # what is brought to us is new
        for secret, forget in SECRETS.items():
            if kept is not None and getattr(kept, secret):
                self.fields[secret].help_text = _("One is kept. Type another to replace it.")
            else:
                del self.fields[forget]

    def clean(self) -> dict[str, Any]:
        """A folder of its own to move to: moving into the one that is read would bring the mail again."""
        given = super().clean() or {}
        if given.get("after_storing") == "move" and given.get("move_to") == given.get("folder"):
            self.add_error("move_to", _("This is the folder that is read. Name another one."))
        return given

    def settings(self) -> MailboxSettings:
        """Return what was typed, in the units of the table."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "brand"}
        for secret, forget in SECRETS.items():
            is_forgotten = given.pop(forget, False)
            given[secret] = given[secret] or ("" if is_forgotten else None)
        given["history_before"] = self._since(given["history_before"])
        return MailboxSettings(**given)

    def _since(self, day: date | None) -> datetime | None:
        """Return the instant at which the day begins; the one that is kept when its day did not change."""
        if day is None:
            return None
        kept = self.kept.history_before if self.kept else None
        if kept and timezone.localdate(kept) == day:
            return kept
        return timezone.make_aware(datetime.combine(day, time.min))


def present(mailbox: Mailbox) -> dict[str, object]:
    """Return the mailbox as the form shows it: without its secrets."""
    names = [name for name in MailboxForm.base_fields if name not in {*SECRETS, *SECRETS.values()}]
    told = {name: getattr(mailbox, name) for name in names}
    since = mailbox.history_before
    return told | {"history_before": timezone.localdate(since) if since else None}
