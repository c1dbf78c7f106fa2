"""Requests to addresses that users gave: webhooks, push endpoints. One guarded way out.

`addresses` says which IP addresses are outside, `guard` resolves a URL and checks what is dialled,
`post` makes one bounded request. Whoever sends to an address that somebody typed in goes through
`post` and nothing else.
"""

from __future__ import annotations

from chat.outgoing.guard import Guard, NotAllowedError, OutgoingError, Target
from chat.outgoing.post import Answer, Bounds, post

__all__ = ["Answer", "Bounds", "Guard", "NotAllowedError", "OutgoingError", "Target", "post"]
