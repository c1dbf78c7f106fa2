"""Phones and a push service that tests look into: the browser's side of RFC 8291, and answers.

The phone opens what it gets with its own private key, by the receiver's half of the RFC, written
here apart from the sender's.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import struct
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select

from accounts.model import DAY, NewSession
from accounts.push import NewDevice
from chat.outgoing import OutgoingError
from chat.push import Courier, Pushing, Vapid
from chat.push import pushing as pushed
from jobs import Kind, Runner
from protocol.commands import OpenDirectRoom, PostMessage
from protocol.ids import new_id
from storage.tables import PUSH_DEVICE
from tests.contract.jobs_kit import Node, node, settled
from tests.world import World

SECOND = 1_000_000
HOUR = 3600


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Phone:
    """A browser's subscription, with the private key that never leaves it."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.session = new_id("s")
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._auth = os.urandom(16)
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.point = point
        self.keys = {"p256dh": b64(point), "auth": b64(self._auth)}

    def open(self, body: bytes) -> dict[str, Any]:
        """What the service worker would be given; raises `InvalidTag` for anybody else's."""
        salt, (size, length) = body[:16], struct.unpack("!IB", body[16:21])
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self._key.exchange(ec.ECDH(), theirs)
        info = b"WebPush: info\0" + self.point + sender
        secret = HKDF(SHA256(), 32, self._auth, info).derive(shared)
        key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
        plain = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0")
        assert plain[-1:] == b"\x02", "the last record"
        said: dict[str, Any] = json.loads(plain[:-1])
        return said


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Service:
    """What was posted, and what is answered to it."""

    got: list[tuple[str, bytes, Mapping[str, str]]] = field(default_factory=list)
    answers: dict[str, Answer | OutgoingError] = field(default_factory=dict)
    """By endpoint; 201 for others."""
    before: Any = None
    """Called with each endpoint before it is answered."""

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        if self.before is not None:
            self.before(url)
        answer = self.answers.get(url, Answer(201))
        if isinstance(answer, OutgoingError):
            raise answer
        if answer.status < 300:
            self.got.append((url, body, headers))
        return answer


class Post:
    """A world whose people have phones, and one node that tells them. Its clock stands still."""

    def __init__(self, world: World, on: Node) -> None:
        self.world = world
        self.node = on
        self.service = Service()
        self.phones: list[Phone] = []
        vapid = Vapid(b"\x07" * 32, "mailto:operator@localhost", on.now)
        self.time = 0.0
        courier = Courier(self.service.post, vapid, lambda: self.time)
        self.pushing = Pushing(world.database, self._run, on.now, courier, b"key")
        kinds = {
            pushed.TALK: Kind(self.pushing.talk),
            pushed.REPORT: Kind(self.pushing.report),
            pushed.REMINDER: Kind(self.pushing.reminder),
            pushed.SAMPLE: Kind(self.pushing.sample, attempts=1),
            pushed.SWEEP: Kind(self.pushing.sweep),
        }
        self.runner = Runner(on.store, on.now, kinds)

    async def _run(self, job: Any) -> Any:
        return await self.node.run(job)

    async def phone(self, person: str, name: str = "") -> Phone:
        """A signed-in device of somebody that is notified from now on."""
        made = Phone(f"https://push.example/{name or len(self.phones)}")
        self.phones.append(made)
        self.node.time = max(self.node.time, self.world.now)
        session = NewSession(
            id=made.session, person=person, secret_hash=made.session, device="Phone",
            expires_at=self.node.time + 90 * DAY,
        )  # fmt: skip
        await self.node.write(session, self.device(made, person))
        return made

    def device(self, phone: Phone, person: str) -> NewDevice:
        return NewDevice(
            session=phone.session,
            person=person,
            endpoint=phone.endpoint,
            p256dh=phone.keys["p256dh"],
            auth=phone.keys["auth"],
        )

    def do(self, person: str, command: Any) -> Any:
        """A command, and what was committed is seen as on a node; its result."""
        outcome = self.world.do(person, command)
        self.pushing.saw(outcome.events)
        return outcome.result

    async def later(self, seconds: float = pushed.DELAY / SECOND) -> list[dict[str, Any]]:
        """So much later everything that is due is done; what arrived since the last time."""
        self.node.time = max(self.node.time, self.world.now)
        await self.pushing.flush()
        self.node.time += int(seconds * SECOND)
        self.world.now = max(self.world.now, self.node.time)
        await settled(self.runner)
        return self.arrived()

    def arrived(self) -> list[dict[str, Any]]:
        """What arrived since the last time, opened by whose it is."""
        phones = {phone.endpoint: phone for phone in self.phones}
        got, self.service.got = self.service.got, []
        return [{**phones[url].open(body), "for": phones[url]} for url, body, _ in got]

    def failed(self) -> int:
        return self.runner.counters.failed


@contextlib.asynccontextmanager
async def posting(world: World) -> AsyncIterator[Post]:
    """A node that tells, over this world's database."""
    async with node(world.database) as on:
        yield Post(world, on)
        await asyncio.sleep(0)


def say(post: Post, person: str, room: str, body: str = "Hello", **more: Any) -> str:
    """A message; its id."""
    message: str = post.do(person, PostMessage(room=room, body=body, **more))["message"]
    return message


def direct(post: Post, *people: str) -> str:
    """A direct room; its id."""
    room: str = post.do(people[0], OpenDirectRoom(people=list(people[1:])))["room"]
    return room


def shown(got: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What stands on the screens."""
    return sorted((one["title"], one["body"]) for one in got)


async def sessions(post: Post) -> set[str]:
    """Those whose devices are notified."""
    with post.world.database.read() as connection:
        return set(connection.execute(select(PUSH_DEVICE.c.session_id)).scalars())
