"""Asking the DNS whether the public half of a key is published as it should be."""

from __future__ import annotations

import re
from typing import Literal

from django.conf import settings
from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

Answer = Literal["published", "absent", "other", "away"]
SECONDS = 4.0


def ask(name: str, record: str) -> Answer:
    """Say whether this TXT record stands under this name; `away`: nobody answered."""
    try:
        answers = _resolver().resolve(name, "TXT", lifetime=SECONDS, search=False)
    except (NXDOMAIN, NoAnswer):
        return "absent"
    except (DNSException, OSError, ValueError):
        return "away"
    told = {_bare(b"".join(row.strings).decode("ascii", "replace")) for row in answers}
    return "published" if _bare(record) in told else "other"


def _resolver() -> Resolver:
    """The resolver of this machine, or the one that the installation names."""
    if not settings.DNS:
        return Resolver()
    host, _colon, port = settings.DNS.partition(":")
    resolver = Resolver(configure=False)
    resolver.nameservers, resolver.port = [host], int(port or 53)
    return resolver


def _bare(record: str) -> str:
    return re.sub(r"\s", "", record).rstrip(";")
