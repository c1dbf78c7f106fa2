"""Throttles of what strangers may try: sign-in failures, sign-ups, guesses at links. Pure; clock
passed in.

A whole class shares one address, so failures count per account first and per address, far more
generously, second. A try is counted *before* it is made and given back when it was right: a
thousand tries at once are a thousand tries. Whether an account exists makes no difference here.

Each key holds one number (the generic cell rate algorithm, ITU-T I.371): a burst, then a steady
drip.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from typing import NamedTuple

from rooms.errors import Refusal


class Allowance(NamedTuple):
    """`burst` tries at once, then one every `drip` seconds."""

    burst: int
    drip: float


ALLOWANCES: dict[str, Allowance] = {
    # An owner whose account is under attack still gets a try every half minute.
    "sign_in.account": Allowance(10, 30.0),
    "sign_in.address": Allowance(300, 2.0),
    # Those who come by an invitation are given back: it has a count of its own.
    "sign_up.address": Allowance(100, 60.0),
    "link.address": Allowance(100, 5.0),
    "password.person": Allowance(10, 30.0),
}
KEYS = 20_000
"""Keys remembered at most, of all allowances; the one not used for longest is forgotten first."""


class Throttle:
    """Tries by (allowance, key). Times in seconds of a clock that never goes back."""

    def __init__(self, most: int = KEYS) -> None:
        self._most = most
        self._due: OrderedDict[tuple[str, str], float] = OrderedDict()
        """When all tries so far will have dripped away."""

    def take(self, now: float, *keys: tuple[str, str]) -> None:
        """Count a try under every `(allowance, key)`, or raise `rate_limited` and count none."""
        wait = max(self._wait(now, *key) for key in keys)
        if wait > 0:
            raise Refusal("rate_limited", retry_after=round(wait, 3))
        for key in keys:
            due = max(self._due.get(key, now), now) + ALLOWANCES[key[0]].drip
            self._due[key] = due
            self._due.move_to_end(key)
        while len(self._due) > self._most:
            self._due.popitem(last=False)

    def _wait(self, now: float, allowance: str, key: str) -> float:
        burst, drip = ALLOWANCES[allowance]
        due = max(self._due.get((allowance, key), now), now) + drip
        return due - now - burst * drip

    def give_back(self, *keys: tuple[str, str]) -> None:
        """Those tries were right: they do not count."""
        for key in keys:
            if key in self._due:
                self._due[key] -= ALLOWANCES[key[0]].drip

    def forget(self, *keys: tuple[str, str]) -> None:
        """Start anew: somebody proved to be who they are."""
        for key in keys:
            self._due.pop(key, None)

    def __len__(self) -> int:
        return len(self._due)


def address_key(address: str) -> str:
    """An address as failures are counted by: of IPv6 the /64, which one customer has whole."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
