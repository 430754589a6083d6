"""The fields of a request, and of a message added to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visavis.domain.errors import Refused
from visavis.domain.people.identity_values import normal_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files.uploadedfile import UploadedFile

LONGEST = 20_000
MOST_FILES = 5


class SeveralFiles(forms.FileInput):
    """An input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A few files, none of them too large; what is refused is named, so that only it is chosen again."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Any:  # Django's own signature
        """Return the files that hold something."""
        files = [file for file in _listed(data) if file]
        if len(files) > MOST_FILES:
            raise ValidationError(
                _("Five files at most at a time. Choose five of them, send the others afterwards.")
            )
        for file in files:
            _refuse_wrong(file)
        return files


def _listed(given: Any) -> Sequence[UploadedFile[bytes]]:
    if not given:
        return []
    return given if isinstance(given, list) else [given]


def _refuse_wrong(file: UploadedFile[bytes]) -> None:
    told = {"name": file.name, "size": _size(file.size or 0), "most": _size(settings.MAX_FILE_BYTES)}
    if not file.size:
        raise ValidationError(_("“%(name)s” is empty. Choose another file.") % told)
    if file.size > settings.MAX_FILE_BYTES:
        raise ValidationError(
            _("“%(name)s” weighs %(size)s, over the %(most)s that we can receive. Choose a smaller one.")
            % told
        )


def _size(octets: int) -> str:
    """Megabytes as people count them: 15 MB is 15,000,000 bytes."""
    return _("%(count)s MB") % {"count": max(1, -(-octets // 1_000_000))}


class Words(forms.CharField):
    """A text without NUL, which some keyboards send and no database keeps."""

    def to_python(self, value: Any) -> Any:  # Django's own signature
        """Return the text cleaned."""
        return super().to_python(value.replace("\x00", "") if isinstance(value, str) else value)


class MessageForm(forms.Form):
    """A message or files, added to a request."""

    text = Words(
        label=gettext_lazy("Your message"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": gettext_lazy("There is nothing to send yet. Write your message first."),
            "max_length": gettext_lazy(
                "This is over 20,000 characters. Send it in several times, or as a file."
            ),
        },
    )
    file = FilesField(label=gettext_lazy("Photos or papers"), required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def full_clean(self) -> None:
        """A file says enough by itself: then no word is required."""
        self.fields["text"].required = not (self.is_bound and self.files.getlist("file"))
        super().full_clean()


class RequestForm(forms.Form):
    """What someone writes to a brand; only the message is required."""

    text = Words(
        label=gettext_lazy("Your message"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": gettext_lazy("Write your message: a few words are enough."),
            "max_length": gettext_lazy(
                "This is over 20,000 characters. Send it in several times, or as a file."
            ),
        },
    )
    subject = forms.CharField(
        label=gettext_lazy("In a few words"),
        help_text=gettext_lazy("For instance: “Box stopped, code T12”."),
        max_length=200,
        required=False,
    )
    file = FilesField(label=gettext_lazy("Photos or papers"), required=False)
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.CharField(
        label=gettext_lazy("Your e-mail"),
        help_text=gettext_lazy("For instance: odile@example.fr."),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Your telephone"),
        help_text=gettext_lazy("For instance: 06 12 34 56 78."),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )
    reference = forms.CharField(
        label=gettext_lazy("Your customer or file number"),
        help_text=gettext_lazy("It stands on your invoices and letters."),
        max_length=64,
        required=False,
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def clean_email(self) -> str:
        """Return the address. Refused with a sentence when it is none."""
        return self._identity("email")

    def clean_phone(self) -> str:
        """Return the number. Refused with a sentence when it is none."""
        return self._identity("phone")

    def _identity(self, kind: str) -> str:
        value = str(self.cleaned_data.get(kind, "")).strip()
        if not value:
            return ""
        try:
            return normal_value(kind, value, region="FR")
        except Refused as refused:
            raise ValidationError(refused.sentence) from None
