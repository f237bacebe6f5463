"""Whose request is this: the client's address behind trusted proxies, and the key it is limited by (CONTRACT 2)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
LOCAL = "local"
"""The address of a peer on a unix socket, which has none."""


@lru_cache(4096)
def _parse(text: str) -> IPv4Address | IPv6Address | None:
    """Return an address from `1.2.3.4`, `1.2.3.4:80`, `::1` or `[::1]:80`; IPv4 inside IPv6 is unwrapped."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def forwarded_address(peer: str | None, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """Return the address of the client: the peer's, unless it is a trusted proxy; then the right-most untrusted hop.

    Args:
        peer: the address of the other end of the connection; None or empty on a unix socket.
        forwarded_for: all `X-Forwarded-For` values joined by commas, in the order they came; may be empty.
        trusted: networks of `TRUSTED_PROXIES`.

    A hop that is not an address ends the walk: what stands left of it was written by nobody we trust.
    """
    if not peer:
        return LOCAL
    address = _parse(peer)
    if address is None:
        return peer
    if forwarded_for and trusted:
        for hop in reversed(forwarded_for.split(",")):
            if not any(address in network for network in trusted):
                break
            next_address = _parse(hop)
            if next_address is None:
                break
            address = next_address
    return str(address)


@lru_cache(4096)
def address_key(address: str) -> str:
    """Return what an address is limited by: itself, or for IPv6 its /64, which one customer owns whole."""
    parsed = _parse(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, 64), strict=False))
    return address
