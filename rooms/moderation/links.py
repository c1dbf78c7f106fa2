"""Links by domain. What a reader takes for an address counts, marked up or not."""

from __future__ import annotations

import re2

from protocol.moderation import Links
from rooms.moderation import folding
from rooms.moderation.draft import Check, Draft

_COMMON = (
    "com org net edu gov info biz io co me tv ly gg to app dev xyz top site online shop store link "
    "club live news blog eu uk de es fr it nl pt pl ru ua cn jp in br us ca au ch at be se no dk "
    "fi ie gr cz hu ro mx ar cl pe"
)
_ENDINGS = frozenset(_COMMON.split())
"""What makes an address of a name without a scheme: `main.py` is a file, `main.com` a link."""
_LINK = re2.compile(r"(?:[a-z][a-z0-9+.\-]{1,20}://|\bwww\.)[^\s/?#<>()\[\]{}\"'`\\|,;]+")
_BARE = re2.compile(r"[\pL\pN_@\-]+(?:\.[\pL\pN_@\-]+)+")
_DOTS = str.maketrans("\u3002\uff0e\uff61", "...")
"""Full stops of other scripts, which browsers read as one (IDNA, RFC 3490 section 3.1)."""


def hosts(draft: Draft) -> list[str]:
    """The hosts a text links to, in small letters."""
    text = folding.plain(draft.body).translate(_DOTS)
    found = [_host(link[0].partition("://")[2] or link[0]) for link in _LINK.finditer(text)]
    found += [name[0] for name in _BARE.finditer(text) if _leads_somewhere(name[0])]
    return list(dict.fromkeys(host for host in found if host))


def _leads_somewhere(name: str) -> bool:
    # With an @ it is an address of mail.
    return "@" not in name and name.rpartition(".")[2] in _ENDINGS


def _host(place: str) -> str:
    # https://good.example@bad.example leads to the second.
    return place.rpartition("@")[2].partition(":")[0].strip(".")


def made(when: Links) -> Check:
    """Without domains and with `others`, every link."""
    domains = tuple(folding.plain(one).strip().strip(".") for one in when.domains)

    def check(draft: Draft) -> str | None:
        for host in hosts(draft):
            listed = any(host == one or host.endswith("." + one) for one in domains)
            if listed is not when.others:
                return host
        return None

    return check
