"""Carrying the bots of the house: `bots/house/` are programs on the SDK, and this is their way in.

A durable job is the delivery, written in the transaction of what it tells of; whichever node takes
it hands the event to the bot and carries its commands out, through the same dispatch as all others.
Made again after a power cut, a delivery does everything once: its commands bear names made of it.
The only package of the server that knows the SDK, which it loads when a bot first has something to
hear.
"""

from __future__ import annotations

from chat.house.deliveries import asked, came, gather, hear

__all__ = ["asked", "came", "gather", "hear"]
