"""Which inner hosts may be allowed from a browser: how one is written, and where it may lead.

Only machines of the local network. This machine itself, link-local addresses (where clouds keep
their secrets) and all else that lies inside are the operator's alone to allow, in the settings.
"""

from __future__ import annotations

from collections.abc import Sequence

from chat.outgoing.addresses import lan, outside
from chat.outgoing.guard import NotAllowedError, parts_of
from rooms.errors import Refusal


def written(text: str) -> tuple[str, str, int]:
    """How a host is kept (`name` or `name:port`), its name and a port; raises `Refusal`."""
    host = text.strip().lower()
    try:
        _, name, port, path = parts_of(f"https://{host}")
    except NotAllowedError:
        name, port, path = "", 0, ""
    if not name or path != "/" or any(sign in host for sign in "/?#@"):
        raise Refusal("invalid", field="host", problem="a name or an address, as bots.school.lan")
    known = f"[{name}]" if ":" in name else name
    ported = host.removesuffix(f":{port}") != host
    return (f"{known}:{port}" if ported else known), name, port


def check(addresses: Sequence[str]) -> None:
    """Refuse addresses that nobody needs to allow, and those that nobody may allow from here."""
    inner = [address for address in addresses if not outside(address)]
    if not inner:
        raise Refusal("host_refused", why="outside")
    if not all(lan(address) for address in inner):
        raise Refusal("host_refused", why="never")
