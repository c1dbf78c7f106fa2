"""What all event data have in common."""

from __future__ import annotations

import msgspec


class EventData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of all event data. Its kind is in `protocol.events.KIND_OF`."""
