"""Which parts of a mail are read, and which are attached."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote

from visavis.channels.email import headers, html
from visavis.channels.email.charsets import decode, printable
from visavis.channels.email.flowed import unflow
from visavis.channels.email.invitations import LONGEST as LONGEST_CALENDAR
from visavis.channels.email.invitations import invitations, lines
from visavis.channels.email.mail import Invitation, Link, Part
from visavis.channels.email.opened import Tnef, tnef, uudecoded

if TYPE_CHECKING:
    from visavis.channels.email.split import Entity

LONGEST_TEXT = 1 << 20  # bytes of a body that are read; a longer one is an attachment too
MOST_BODIES = 100
MOST_ATTACHMENTS = 1000
# What some programs put as text when they only made the HTML.
EMPTY_TALK = re.compile(r"(?i)\bhtml\b")


class Bodies:
    """Walks over the parts once; then holds texts, attachments, invitations, and codes of what was odd."""

    def __init__(self, oddities: list[str]) -> None:
        self.attachments: list[Part] = []
        self.invitations: list[Invitation] = []
        self.oddities = oddities
        self.links: tuple[Link, ...] = ()
        self.remote_images = 0
        self._bodies: list[tuple[str, str]] = []  # (text, html), of which one may be empty

    # --- The walk ---

    def visit(self, entity: Entity, *, is_root: bool = False) -> None:
        """Read one part and those inside."""
        if entity.is_broken:
            self.oddities.append("transfer_broken")
        if entity.children:
            self._inside(entity)
        elif entity.media_type.startswith("multipart/"):
            pass  # without a part there is nothing to read
        elif entity.media_type == "text/calendar":
            self._calendar(entity)
        elif _is_tnef(entity):
            self._winmail(entity)
        elif _is_body(entity, is_root=is_root) and len(self._bodies) < MOST_BODIES:
            self._bodies.append(self._read(entity))
        else:
            self._attach(entity)

    def _inside(self, entity: Entity) -> None:
        """Read the children, each kind of multipart in its way."""
        if entity.media_type == "multipart/alternative":
            self._alternative(entity)
        elif entity.media_type == "multipart/encrypted":
            for child in entity.children:
                self._attach(child)
        else:
            for child in entity.children:
                self.visit(child)

    def _alternative(self, entity: Entity) -> None:
        """Several writings of one thing: the first text and the last HTML are one body, the attachments are
        all kept.
        """
        around, self._bodies = self._bodies, []
        for child in entity.children:
            self.visit(child)
        text = next((text for text, _html in self._bodies if text.strip()), "")
        source = next((source for _text, source in reversed(self._bodies) if source.strip()), "")
        self._bodies = [*around, (text, source)] if self._bodies else around

    # --- Leaves ---

    def _read(self, entity: Entity) -> tuple[str, str]:
        """Read one body: (text, "") or ("", HTML)."""
        is_html = entity.media_type == "text/html"
        data = entity.content.read(LONGEST_TEXT)
        if entity.content.size > LONGEST_TEXT:
            self.oddities.append("html_cut" if is_html else "text_cut")
            self._attach(entity)
        charset = entity.kind.get("charset") or (html_charset(data) if is_html else "")
        decoded, code = decode(data, charset)
        self.oddities += [code] if code else []
        if "\0" in decoded:
            self.oddities.append("nul_characters")
        plain = printable(decoded.replace("\r\n", "\n").replace("\r", "\n"))
        if is_html:
            return "", plain
        if entity.kind.get("format").lower() == "flowed":
            plain = unflow(plain, delsp=entity.kind.get("delsp").lower() == "yes")
        plain, files = uudecoded(html.without_marks(plain), entity.content.spool)
        self.attachments += files
        return plain, ""

    def _attach(self, entity: Entity) -> None:
        """Keep a part as an attachment."""
        if len(self.attachments) >= MOST_ATTACHMENTS:
            self.oddities.append("too_many_attachments")
            return
        self.attachments.append(
            Part(
                name=name_of(entity),
                media_type=entity.media_type,
                content_id=headers.text(entity.get("content-id")).strip("<> "),
                is_inline=False,
                content=entity.content,
            )
        )

    def _calendar(self, entity: Entity) -> None:
        """Read an invitation; it stays as a file too."""
        events = invitations(
            entity.content.read(LONGEST_CALENDAR),
            charset=entity.kind.get("charset"),
            method=entity.kind.get("method"),
        )
        if events is None:
            self.oddities.append("calendar_broken")
        self.invitations += [event for event in events or () if event not in self.invitations]
        self._attach(entity)

    def _winmail(self, entity: Entity) -> None:
        """Open a winmail.dat: its texts when the mail has none, its files; what cannot be opened is kept."""
        opened = tnef(entity.content)
        if opened is None or opened.is_broken:
            self.oddities.append("tnef_broken")
            self._attach(entity)
        if opened is None:
            return
        self.attachments += opened.attachments
        self._take(opened)

    def _take(self, opened: Tnef) -> None:
        if not any(text.strip() or source.strip() for text, source in self._bodies):
            self._bodies.append((html.without_marks(opened.text), opened.html))

    # --- The result ---

    def texts(self) -> tuple[str, str]:
        """Return (the text, with marks of folding where HTML said so; the HTML made harmless)."""
        kept = [(text, source) for text, source in self._bodies if text.strip() or source.strip()]
        source = ""
        if any(source for _text, source in kept):
            source = "\n".join(source or html.from_text(text) for text, source in kept)
        cleaned = html.clean(source)
        self.oddities += [cleaned.code] if cleaned.code else []
        self.links, self.remote_images = cleaned.links, cleaned.remote_images
        if len(kept) == 1 and source and _says_nothing(kept[0][0]):
            text = html.to_text(source, cleaned.html)
        else:
            text = "\n".join(text if text.strip() else _to_text(source) for text, source in kept)
        if not text.strip() and self.invitations:
            text = "\n\n".join(map(lines, self.invitations))
        self._mark_inline(cleaned.html)
        return printable(text), cleaned.html

    def _mark_inline(self, cleaned: str) -> None:
        """Tell the attachments that the HTML shows."""
        shown = {unquote(unescape(name)) for name in re.findall(r'src="cid:([^"]*)"', cleaned)}
        self.attachments = [
            replace(part, is_inline=True)
            if part.content_id and part.content_id in shown
            else replace(part, is_inline=False)
            for part in self.attachments
        ]


def _to_text(source: str) -> str:
    """Read one HTML of several as a text."""
    return html.to_text(source, html.clean(source).html)


def _says_nothing(text: str) -> bool:
    """True for no text, and for the few words that only tell to look at the HTML."""
    return not text.strip() or (len(text) < 200 and bool(EMPTY_TALK.search(text)))


# --- One part -----------------------------------------------------------------------------------------------


def _is_body(entity: Entity, *, is_root: bool) -> bool:
    """True for a text or an HTML that is there to be read."""
    if entity.media_type not in {"text/plain", "text/html"}:
        return False
    disposition = headers.parameters(entity.get("content-disposition"))
    if disposition.value == "attachment":
        return False
    return is_root or not (disposition.get("filename") or entity.kind.get("name"))


def _is_tnef(entity: Entity) -> bool:
    """True for what Outlook wraps for itself."""
    if entity.media_type in {"application/ms-tnef", "application/vnd.ms-tnef"}:
        return True
    return entity.media_type == "application/octet-stream" and name_of(entity).lower() == "winmail.dat"


EXTENSIONS = {
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt",
    "message/rfc822-headers": ".txt",
    "message/disposition-notification": ".txt",
    "text/calendar": ".ics",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/csv": ".csv",
    "text/vcard": ".vcf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "application/pdf": ".pdf",
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
}


def name_of(entity: Entity) -> str:
    """Return the name of a file as its sender gave it, without folders; one is made up where there is
    none.
    """
    disposition = headers.parameters(entity.get("content-disposition"))
    given = disposition.get("filename") or entity.kind.get("name")
    given = re.split(r"[/\\]", given)[-1].strip().strip(".") if given else ""
    if not given:
        extension = EXTENSIONS.get(entity.media_type, "")
        subject = _subject_inside(entity) if entity.media_type == "message/rfc822" else ""
        given = (subject or entity.media_type.split("/")[0]) + extension
    return _shortened(given)


def _subject_inside(entity: Entity) -> str:
    """Return the subject of a forwarded mail, fit for the name of a file."""
    found = re.search(
        rb"(?im)^subject:[ \t]*((?:[^\r\n]*)(?:\r?\n[ \t]+[^\r\n]*){0,5})", entity.content.read(16_384)
    )
    return re.sub(r'[/\\:*?"<>|]+', " ", headers.text(found[1])).strip() if found else ""


def _shortened(name: str) -> str:
    """Cut a name of more than 200 characters, and keep its extension."""
    if len(name) <= 200:
        return name
    stem, dot, extension = name.rpartition(".")
    return f"{stem[:180]}.{extension}" if dot and len(extension) < 12 else name[:200]


def html_charset(data: bytes) -> str:
    """Return the charset that an HTML says of itself."""
    found = re.search(rb"(?i)<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", data[:4096])
    return found[1].decode("ascii") if found else ""
