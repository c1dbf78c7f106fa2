"""Bots over HTTP: bodies and answers of those who look after them, and what members see of them.

Making and changing a bot is no command: it hands out secrets, which stand in no stream.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from protocol.accounts import Body, Token
from protocol.views import Person, View

BotScope = Literal["read", "write"]
"""`read`: what is said in its rooms, and who is there. `write`: posting and all else."""
OutgoingState = Literal["unverified", "on", "failing", "paused"]
Shape = Literal["tertulia", "slack"]


class CreateBot(Body, frozen=True, kw_only=True):
    """A bot. With `room` it belongs to that room and works nowhere else; its facilitators may make
    it. Without, those who run the community do, and `rooms` (null: wherever it is invited) are
    the rooms it is kept to."""

    username: str
    name: str
    room: str | None = None
    rooms: tuple[str, ...] | None = None
    scopes: tuple[BotScope, ...] = ("read", "write")
    rate: int | None = None
    """Requests a minute, 1 to 1,200; null: as many as a person."""


class ChangeBot(Body, frozen=True, kw_only=True):
    """What is not given stays as it is. `rooms` may only be given for a bot of the community."""

    name: str | None = None
    scopes: tuple[BotScope, ...] | None = None
    rooms: tuple[str, ...] | Literal["any"] | None = None
    """`"any"`: wherever it is invited."""
    rate: int | None = None
    """0: as many as a person."""
    owner: str | None = None


class NewBotToken(Body, frozen=True, kw_only=True):
    """Another token. With `replaces`, tokens that end in the same moment: rotation."""

    name: str = ""
    replaces: tuple[str, ...] = ()


class NewWebhook(Body, frozen=True, kw_only=True):
    """An address for one of the bot's rooms; with `replaces`, in place of another."""

    room: str
    replaces: str | None = None


class SetOutgoing(Body, frozen=True, kw_only=True):
    """Where the bot is told of events. An empty `url` ends it."""

    url: str
    kinds: tuple[str, ...] = ()
    """Kinds of events, such as `message.posted`; empty: all that it may read."""
    shape: Shape = "tertulia"


class Slash(msgspec.Struct, frozen=True, kw_only=True):
    """A command that a bot offers: `/name hint`."""

    name: str
    hint: str = ""
    help: str = ""


class Offered(Slash, frozen=True, kw_only=True):
    """A command as those who look after its bot see and set it."""

    url: str | None = None
    """The command's own address; empty: it has none. Null: as it is where the bot offers one of
    this name already."""


class SetCommands(Body, frozen=True, kw_only=True):
    """The commands that a bot offers, in place of those before; without `room`, in all rooms that
    it is in."""

    commands: tuple[Offered, ...]
    room: str | None = None


# --- answers --------------------------------------------------------------------------------------


class Webhook(View, frozen=True, kw_only=True):
    """An incoming address; `url` only when it was just made."""

    id: str
    room: str
    created_at: str
    last_used_at: str | None
    url: str = ""


class DeadLetter(View, frozen=True, kw_only=True):
    """An event that could not be delivered."""

    stream: str
    seq: int
    kind: str
    attempts: int
    why: str
    """`timed_out`, `unreachable`, `no_address`, `refused_address`, `bad_answer`, `too_much`,
    `status`."""
    status: int | None
    at: str
    again: bool = False
    """It is about to be sent once more."""


class Outgoing(View, frozen=True, kw_only=True):
    """How telling the bot goes."""

    url: str
    """Empty where it is told nowhere: the letters are those of commands at their own addresses."""
    kinds: tuple[str, ...]
    shape: Shape
    state: OutgoingState
    why: str
    tried_at: str | None
    dead_letters: tuple[DeadLetter, ...]


class RoomNamed(View, frozen=True, kw_only=True):
    """A room by id and name."""

    id: str
    name: str


class BotCommands(View, frozen=True, kw_only=True):
    """The commands that a bot offers in one room or, where that is null, in all of its rooms."""

    room: RoomNamed | None
    commands: tuple[Offered, ...]


class Bot(View, frozen=True, kw_only=True):
    """A bot, for those who look after it."""

    person: Person
    owner: Person | None
    room: RoomNamed | None
    """The room it belongs to; null: the community."""
    rooms: tuple[RoomNamed, ...] | None
    """The rooms it is kept to; null: wherever it is invited."""
    scopes: tuple[BotScope, ...]
    rate: int | None
    created_at: str
    tokens: tuple[Token, ...]
    webhooks: tuple[Webhook, ...] = ()
    outgoing: Outgoing | None = None
    commands: tuple[BotCommands, ...] = ()
    base_url: str = ""
    """Where a program finds us; left out of lists."""


class BotOwners(View, frozen=True, kw_only=True):
    """Who may look after a bot, and so may be named as its owner, by name."""

    people: tuple[Person, ...]


class Bots(View, frozen=True, kw_only=True):
    """Those that the reader may look after."""

    bots: tuple[Bot, ...]


class BotMade(View, frozen=True, kw_only=True):
    """A bot with its secrets, told this once (the signing secret can be asked for again)."""

    person: Person
    token: str
    signing_secret: str
    base_url: str


class BotToken(View, frozen=True, kw_only=True):
    """A new token, told this once."""

    token: str


class SigningSecret(View, frozen=True, kw_only=True):
    """What requests to the bot are signed with."""

    signing_secret: str


class RoomBot(View, frozen=True, kw_only=True):
    """A bot, for everybody in a room with it."""

    person: Person
    owner: Person | None
    reads: bool
    """Whether it may read what is said here."""
    writes: bool
    sends_out: bool
    """Whether what it reads here is sent to an address outside."""
    commands: tuple[Slash, ...]
    house: bool = False
    """One that the house brings along: it is told only what is said to it, asked of it, or its
    business."""


class RoomBots(View, frozen=True, kw_only=True):
    """The bots of a room."""

    bots: tuple[RoomBot, ...]
