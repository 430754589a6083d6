"""Writes the letters that leave: headers, a text, the same in HTML with the brand's look, the files. Pure."""

from __future__ import annotations

import contextlib
import quopri
import re
from base64 import b64encode
from email.header import Header
from email.utils import format_datetime, formataddr
from hashlib import sha256
from html import escape
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from . import forwarding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from visavis.domain.flows.outbound_email import Joined, Outgoing, Quoted

IN_MEMORY = 1 << 20
BASE64_PIECE = 57 * 1024  # a multiple of 57: each piece ends at the end of a line
CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
# An encoded word has 75 characters at most, a folded line 78.
LONGEST_LINE = 76
CHARSET = "utf-8''"
ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}»]")


def compose(letter: Outgoing) -> IO[bytes]:
    """Return the letter as it goes over the wire, from its start: lines end with CRLF and are short.

    In bounded memory: what is large stands on disk. People of `bcc` are not named in it.
    """
    made: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 -- whoever sends it closes it
    for piece in _pieces(letter):
        made.write(piece)
    made.seek(0)
    return made


def _pieces(letter: Outgoing) -> Iterator[bytes]:
    for name, value in _headers(letter):
        yield f"{name}: {value}\r\n".encode("ascii")
    seed = sha256(letter.header_id.encode()).hexdigest()[:24]
    if not letter.files:
        yield from _words(letter, f"=_words_{seed}")
        return
    boundary = f"=_files_{seed}"
    yield f'Content-Type: multipart/mixed;\r\n boundary="{boundary}"\r\n\r\n'.encode()
    yield f"--{boundary}\r\n".encode()
    yield from _words(letter, f"=_words_{seed}")
    for file in letter.files:
        yield f"--{boundary}\r\n".encode()
        yield from _file(file)
    yield f"--{boundary}--\r\n".encode()


# --- Headers --------------------------------------------------------------------------------------------


def _headers(letter: Outgoing) -> Iterator[tuple[str, str]]:
    yield "Date", format_datetime(letter.at)
    yield "From", people([letter.sender])
    yield "Reply-To", people([(letter.brand_name, letter.reply_to)])
    yield "To", people(letter.to)
    if letter.cc:
        yield "Cc", people(letter.cc)
    yield "Subject", words(letter.subject, "Subject")
    yield "Message-ID", f"<{letter.header_id}>"
    if letter.in_reply_to:
        yield "In-Reply-To", f"<{_identifier(letter.in_reply_to)}>"
    if letter.references:
        yield "References", "\r\n ".join(f"<{_identifier(value)}>" for value in _few(letter.references))
    yield "Content-Language", letter.language
    if letter.is_automatic:
        # The first for those who follow the standard, the second for Exchange: no absence message comes back.
        yield "Auto-Submitted", "auto-replied"
        yield "X-Auto-Response-Suppress", "All"
    yield "X-Visavis-Mark", letter.mark
    yield "MIME-Version", "1.0"


def words(value: str, name: str) -> str:
    """Return a free text as the value of a header: encoded where it must be, folded, without controls."""
    clean = CONTROLS.sub(" ", value).strip()
    if clean.isascii() and len(clean) + len(name) + 2 <= LONGEST_LINE:
        return clean
    charset = "us-ascii" if clean.isascii() and max(map(len, clean.split()), default=0) < 60 else "utf-8"
    return Header(clean, charset, header_name=name, maxlinelen=LONGEST_LINE).encode(linesep="\r\n")


def people(found: Iterable[tuple[str, str]]) -> str:
    """Return people as the value of a header, one a line."""
    return ",\r\n ".join(_person(name, address) for name, address in found)


def _person(name: str, address: str) -> str:
    """An address with other letters than ASCII has its domain in IDNA; a name is quoted or encoded whole."""
    local, _at, domain = CONTROLS.sub("", address).rpartition("@")
    with contextlib.suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    written = f"{local}@{domain}".encode("ascii", "replace").decode("ascii")
    name = CONTROLS.sub(" ", name).strip()
    if not name:
        return written
    if name.isascii() and len(name) < 60:
        return formataddr((name, written))
    return f"{Header(name, 'utf-8', maxlinelen=60).encode(linesep=chr(13) + chr(10))} <{written}>"


def _identifier(value: str) -> str:
    return re.sub(r"[\s<>]|[^\x21-\x7e]", "", value)[:900]


def _few(references: Sequence[str]) -> list[str]:
    """The first and the last ones: some servers refuse a header of many kilobytes."""
    return [*references[:1], *references[1:][-20:]]


# --- Words ----------------------------------------------------------------------------------------------


def _words(letter: Outgoing, boundary: str) -> Iterator[bytes]:
    yield f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n'.encode()
    with translation.override(letter.language):
        bodies = (("plain", as_text(letter)), ("html", as_html(letter)))
    for kind, body in bodies:
        yield f"--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n".encode()
        yield b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        yield _quoted_printable(body)
        yield b"\r\n"
    yield f"--{boundary}--\r\n".encode()


def _quoted_printable(body: str) -> bytes:
    lines = body.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    return quopri.encodestring(lines.encode("utf-8", "replace")).replace(b"\n", b"\r\n")


def as_text(letter: Outgoing) -> str:
    """Return the letter as a plain text: words, link, signature behind its dashes, then what it answers."""
    parts = [letter.text.strip()]
    if letter.link:
        parts.append(_("Follow your request, or add to it: %(link)s") % {"link": letter.link})
    if letter.forwarded:  # no dashes: what stands below them is not shown by many programs
        parts = [part for part in (*parts, letter.signature) if part]
        return "\n\n".join([*parts, forwarding.as_text(letter.forwarded)])
    parts.append(f"-- \n{letter.signature}")
    if letter.quoted:
        quoted = "\n".join(f"> {line}".rstrip() for line in letter.quoted.text.strip().splitlines())
        parts.append(f"{_attribution(letter.quoted)}\n{quoted}")
    return "\n\n".join(parts)


def as_html(letter: Outgoing) -> str:
    """Return the letter as HTML: nothing that loads, the colour of the brand, what it answers folded."""
    colour = letter.colour if re.fullmatch(r"#[0-9A-Fa-f]{6}", letter.colour) else "#555555"
    parts = [
        f'<!DOCTYPE html><html lang="{escape(letter.language)}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">',
        f"<title>{escape(letter.subject)}</title></head>",
        '<body style="margin:0;padding:16px;font:16px/1.5 system-ui,sans-serif">',
        f'<div style="border-top:4px solid {colour};padding-top:16px;max-width:40em">',
        _paragraphs(letter.text) if letter.text.strip() else "",
    ]
    if letter.link:
        label = escape(_("Follow your request, or add to it"))
        parts.append(f'<p><a href="{escape(letter.link)}">{label}</a></p>')
    signature = "<br>".join(map(escape, letter.signature.splitlines()))
    parts.append(f'<p class="signature" style="opacity:.8">{signature}</p></div>')
    if letter.forwarded:
        parts.append(forwarding.as_html(letter.forwarded, paragraphs=_paragraphs))
    if letter.quoted:
        # The class by which Gmail, and others after it, fold what is quoted.
        parts.append(
            f'<div class="gmail_quote"><p>{escape(_attribution(letter.quoted))}</p>'
            '<blockquote type="cite" class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px solid #888;'
            f'padding-left:1ex">{_paragraphs(letter.quoted.text)}</blockquote></div>'
        )
    return "\n".join([*parts, "</body></html>"])


def _attribution(quoted: Quoted) -> str:
    # Translators: formats of Django, then of a sentence that mail programs know: it must stay on one line.
    day = date_format(quoted.at, _(r"D, j M Y"))
    return _("On %(day)s at %(time)s, %(name)s wrote:") % {
        "day": day,
        "time": date_format(quoted.at, "H:i"),
        "name": CONTROLS.sub(" ", quoted.name) or "?",
    }


def _paragraphs(text: str) -> str:
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return "\n".join(
        f"<p>{'<br>'.join(_linked(line) for line in block.splitlines())}</p>" for block in blocks
    )


def _linked(line: str) -> str:
    out, end = [], 0
    for found in ADDRESS.finditer(line):
        out.append(escape(line[end : found.start()]))
        out.append(f'<a href="{escape(found[0])}">{escape(found[0])}</a>')
        end = found.end()
    return "".join([*out, escape(line[end:])])


# --- Files ----------------------------------------------------------------------------------------------


def _file(file: Joined) -> Iterator[bytes]:
    """One part in base64; its name in RFC 2231, which keeps accents, and with the type in ASCII for the old.

    Never both as `filename`: several programs, Python's among them, would then show the poorer one.
    """
    media_type = file.media_type if re.fullmatch(r"[\w.+-]+/[\w.+-]+", file.media_type) else ""
    name = CONTROLS.sub(" ", file.name)
    plain = re.sub(r'[^\x20-\x7e]|["\\]', "_", name)[:60]
    coded = _continued(quote(name.encode("utf-8", "replace"), safe=""))
    given = media_type or "application/octet-stream"
    yield f'Content-Type: {given};\r\n name="{plain}"\r\n'.encode("ascii", "replace")
    named = f';\r\n filename="{name}"' if name == plain else coded
    yield f"Content-Disposition: attachment{named}\r\n".encode()
    yield b"Content-Transfer-Encoding: base64\r\n\r\n"
    held = b""
    for piece in file.file():
        held += piece
        whole = len(held) // BASE64_PIECE * BASE64_PIECE
        yield _base64(held[:whole])
        held = held[whole:]
    yield _base64(held)


def _continued(coded: str) -> str:
    """Return `filename*` in pieces that fit on a line; none is cut inside a byte."""
    if len(coded) <= 50:
        return f";\r\n filename*={CHARSET}{coded}"
    pieces = re.findall(r"(?:%..|[^%]){1,18}", coded)
    return "".join(
        f";\r\n filename*{number}*={piece if number else CHARSET + piece}"
        for number, piece in enumerate(pieces)
    )


def _base64(content: bytes) -> bytes:
    coded = b64encode(content)
    return b"".join(coded[start : start + 76] + b"\r\n" for start in range(0, len(coded), 76))
