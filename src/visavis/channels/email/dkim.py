"""Signing a letter for the domain that it comes from (DKIM, RFC 6376), in bounded memory.

Canonicalization `relaxed/simple`: our own lines are short and leave as they are. Written here rather than
with dkimpy, which holds the whole letter several times and does RSA in Python; the tests verify with dkimpy.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

IN_MEMORY = 1 << 20
PIECE = 1 << 16
# Those that there are; and `from`, `subject`, `date` once more than there are: nobody adds another one.
SIGNED = (
    "from", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references",
    "content-type", "content-language", "mime-version", "auto-submitted", "list-unsubscribe",
)  # fmt: skip
TWICE = ("from", "subject", "date")
WIDTH = 70


@dataclass(frozen=True)
class Signer:
    """Who signs: the domain, the name of its key in the DNS, and the key."""

    domain: str
    selector: str
    pem: str = field(repr=False)


def signed(letter: IO[bytes], signer: Signer, *, at: datetime) -> IO[bytes]:
    """Return the letter with its signature on top, from its start; the one given is closed."""
    with letter:
        letter.seek(0)
        fields = _fields(letter)
        body = _body_digest(letter)
        made: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 -- whoever sends it closes it
        made.write(signature(fields, body, signer, at=at))
        letter.seek(0)
        for piece in _pieces(letter):
            made.write(piece)
    made.seek(0)
    return made


def signature(fields: Sequence[tuple[str, bytes]], body: bytes, signer: Signer, *, at: datetime) -> bytes:
    """Return the header field that signs these fields and this digest of a body."""
    there = {name for name, _value in fields}
    names = [name for name in SIGNED if name in there] + [name for name in TWICE if name in there]
    tags = (
        f"v=1; a=rsa-sha256; c=relaxed/simple; d={signer.domain}; s={signer.selector};\r\n"
        f" t={int(at.timestamp())}; h={_named(names)};\r\n"
        f" bh={b64encode(body).decode('ascii')};\r\n b="
    )
    unsigned = f"DKIM-Signature: {tags}"
    last = dict(reversed(fields))
    # A name that stands twice in h= has no second field here: it is left out, and nobody may add one.
    told = [_relaxed(name, last[name]) for name in SIGNED if name in there]
    told.append(_relaxed("dkim-signature", tags.encode("ascii")).removesuffix(b"\r\n"))
    key = serialization.load_pem_private_key(signer.pem.encode("ascii"), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the key that signs is not of RSA")
    value = b64encode(key.sign(b"".join(told), padding.PKCS1v15(), hashes.SHA256())).decode("ascii")
    return f"{unsigned}{_folded(value)}\r\n".encode("ascii")


def _fields(letter: IO[bytes]) -> list[tuple[str, bytes]]:
    """Read the header, up to its empty line: (name in small letters, value with its folds)."""
    found: list[tuple[str, bytes]] = []
    for line in iter(letter.readline, b""):
        if line == b"\r\n":
            break
        if line[:1] in b" \t" and found:
            found[-1] = (found[-1][0], found[-1][1] + line)
        else:
            name, _colon, value = line.partition(b":")
            found.append((name.decode("ascii").strip().lower(), value))
    return found


def _relaxed(name: str, value: bytes) -> bytes:
    """Return one field as `relaxed` says: unfolded, blanks made one, none at the ends."""
    return name.encode("ascii") + b":" + re.sub(rb"[ \t\r\n]+", b" ", value).strip() + b"\r\n"


def _body_digest(letter: IO[bytes]) -> bytes:
    """Digest what is left of the letter as `simple` says: the empty lines at the end are one line end."""
    digest, empty, is_begun = sha256(), 0, False
    for line in iter(letter.readline, b""):
        if line == b"\r\n":
            empty += 1
            continue
        digest.update(b"\r\n" * empty + line)
        empty, is_begun = 0, line.endswith(b"\r\n")
    if not is_begun:
        digest.update(b"\r\n")
    return digest.digest()


def _named(names: Sequence[str]) -> str:
    """Return the names of the fields, a few a line: a name is never cut."""
    return ":\r\n ".join(":".join(names[start : start + 4]) for start in range(0, len(names), 4))


def _folded(value: str) -> str:
    return "\r\n ".join(value[start : start + WIDTH] for start in range(0, len(value), WIDTH))


def _pieces(letter: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: letter.read(PIECE), b"")
