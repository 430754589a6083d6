"""Who knocks at a public door: a keyed digest of an address or an identity, never the thing itself."""

import hmac
from hashlib import sha256
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_address

from django.conf import settings

NOWHERE = "nowhere"


def client_address(remote: str, forwarded_for: str = "") -> str:
    """Return the address of the client: that of the connection, or what our own proxies say of it.

    Each trusted proxy appends the address it saw to X-Forwarded-For, so the client stands as many places from
    the right as there are proxies; what stands further left was written by the client and proves nothing.
    """
    if settings.TRUSTED_PROXIES <= 0:
        return remote
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
    return hops[-settings.TRUSTED_PROXIES] if len(hops) >= settings.TRUSTED_PROXIES else remote


def source_of_address(address: str) -> str:
    """Return the source that stands for an address; in IPv6 the /64, which is one subscriber."""
    return _digest("address", _network(address))


def source_of_identity(kind: str, value: str) -> str:
    """Return the source that stands for an identity already in its normal form."""
    return _digest(kind, value)


def _network(address: str) -> str:
    try:
        found = ip_address(address.strip("[]").split("%")[0])
    except (AddressValueError, ValueError):
        return NOWHERE
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(found) if isinstance(found, IPv4Address) else str(IPv6Address(int(found) >> 64 << 64))


def _digest(kind: str, value: str) -> str:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"source:{kind}:{value}".encode(), sha256).hexdigest()
