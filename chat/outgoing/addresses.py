"""Which IP addresses lie outside: pure, on numbers, so that no spelling gets past it.

Python's `is_global` is not asked: on 3.11 it calls several special blocks global, and it does not
look into addresses that carry another inside (NAT64, 6to4, IPv4-mapped). The blocks are those of
IANA's special-purpose registries (RFC 6890 and its updates); of IPv6 only what is handed out as
global unicast (2000::/3) is outside at all.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_INSIDE_4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network: Linux dials itself
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by carriers; some clouds put their metadata there
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local: the metadata of clouds
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments, 192.0.0.192 among them
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_GLOBAL_6 = IPv6Network("2000::/3")
_INSIDE_6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking
        "2001:db8::/32",
        "2002::/16",  # 6to4: carries an IPv4 address of anybody's choice
        "2620:4f:8000::/48",
        "3fff::/20",
        "3ffe::/16",
    )
)


def outside(text: str) -> bool:
    """Whether an address (as `getaddrinfo` gives it) may be dialled for a stranger.

    NAT64 (64:ff9b::/96), IPv4-mapped and IPv4-compatible addresses are not: who means an IPv4
    address can say so.
    """
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in block for block in _INSIDE_4)
    return _outside_6(address)


def _outside_6(address: IPv6Address) -> bool:
    return address in _GLOBAL_6 and not any(address in block for block in _INSIDE_6)


_LAN: tuple[IPv4Network | IPv6Network, ...] = (
    IPv4Network("10.0.0.0/8"),
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.168.0.0/16"),
    IPv6Network("fc00::/7"),
)
_CLOUDS = (
    IPv6Network("fd00:ec2::/32"),  # where Amazon's cloud keeps its metadata
    IPv6Network("fd20:ce::/32"),  # and Google's
)


def lan(text: str) -> bool:
    """Whether an address (as `getaddrinfo` gives it) is a machine of the local network: private
    (RFC 1918) or unique local (RFC 4193), and not where a cloud keeps its secrets."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if any(address in block for block in _CLOUDS):
        return False
    return any(address in block for block in _LAN)
