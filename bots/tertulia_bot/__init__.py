"""The SDK of Tertulia: `Bot` for those who answer, `Client` for all the rest.

Rests on docs/protocol.md alone and imports nothing of the server. docs/bots.md shows how it is
used.
"""

from tertulia_bot.bot import Bot
from tertulia_bot.client import Client, Options
from tertulia_bot.errors import (
    AccountDeletedError,
    AccountSuspendedError,
    ClosedError,
    ConnectionFailedError,
    FloodingError,
    ForeignOriginError,
    RefusedError,
    SessionEndedError,
    SignInNeededError,
    StoppedError,
    TertuliaError,
    UnansweredError,
    UnsupportedSubprotocolError,
)
from tertulia_bot.http import Http
from tertulia_bot.incoming import Incoming
from tertulia_bot.models import (
    Answer,
    Cursor,
    Dropped,
    Event,
    Found,
    FoundMessage,
    Item,
    Members,
    Message,
    Overview,
    Page,
    Person,
    Posted,
    Renewed,
    Room,
    RoomSnapshot,
    Signal,
    ThreadSnapshot,
    Topics,
    Welcome,
)

__all__ = [
    "AccountDeletedError",
    "AccountSuspendedError",
    "Answer",
    "Bot",
    "Client",
    "ClosedError",
    "ConnectionFailedError",
    "Cursor",
    "Dropped",
    "Event",
    "FloodingError",
    "ForeignOriginError",
    "Found",
    "FoundMessage",
    "Http",
    "Incoming",
    "Item",
    "Members",
    "Message",
    "Options",
    "Overview",
    "Page",
    "Person",
    "Posted",
    "RefusedError",
    "Renewed",
    "Room",
    "RoomSnapshot",
    "SessionEndedError",
    "SignInNeededError",
    "Signal",
    "StoppedError",
    "TertuliaError",
    "ThreadSnapshot",
    "Topics",
    "UnansweredError",
    "UnsupportedSubprotocolError",
    "Welcome",
]
