"""Tokens are told once and kept as a digest."""

import secrets
from hashlib import sha256


def new_token() -> str:
    """Return 256 bits that nobody can guess."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """Return what is kept of a token; it is random enough to need no key."""
    return sha256(token.encode()).hexdigest()
