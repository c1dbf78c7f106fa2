"""Sealing and signing, against the RFCs' own numbers; how a service's answers are taken."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from chat.outgoing import NotAllowedError, OutgoingError
from chat.push.courier import Courier, How
from chat.push.crypto import LONGEST, RECORD, seal
from chat.push.vapid import Vapid, contact, unb64
from storage.queries.push import Addressee
from tests.contract.push_kit import Answer, Phone, Service

# RFC 8291, appendix A.
PLAIN = b"When I grow up, I want to be a watermelon"
OURS = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
THEIRS = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH, SALT = "BTBZMqHH6r4Tts7J_aSIgg", "DGv6ra1nlYgDCS1FRnbzlw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
    "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu"
    "lcy4a-fN"
)


def test_the_rfcs_example_seals_to_the_same_bytes() -> None:
    ours = ec.derive_private_key(int.from_bytes(unb64(OURS), "big"), ec.SECP256R1())
    body = seal(PLAIN, unb64(THEIRS), unb64(AUTH), ours, unb64(SALT), pad=False)
    assert body == unb64(SEALED)


def test_only_whose_it_is_can_open_it() -> None:
    phone, other = Phone("https://push.example/1"), Phone("https://push.example/2")
    point, auth = (unb64(phone.keys[name]) for name in ("p256dh", "auth"))
    body = seal(b'{"title":"Ana"}', point, auth)
    assert phone.open(body) == {"title": "Ana"}
    with pytest.raises(InvalidTag):
        other.open(body)
    assert seal(b"{}", point, auth) != seal(b"{}", point, auth), "new keys each time"


def test_lengths_tell_nothing_and_fit() -> None:
    phone = Phone("https://push.example/1")
    point, auth = (unb64(phone.keys[name]) for name in ("p256dh", "auth"))
    sizes = {len(seal(b"x" * n, point, auth)) for n in (1, 500, 1024)}
    assert len(sizes) == 1
    assert len(seal(b"x" * LONGEST, point, auth)) == RECORD
    with pytest.raises(ValueError, match="too long"):
        seal(b"x" * (LONGEST + 1), point, auth)


def test_who_sends_is_signed_for_each_service() -> None:
    now = [1_790_000_000_000_000]
    vapid = Vapid(b"\x07" * 32, contact("https://talk.example.org"), lambda: now[0])
    first = vapid.authorization("https://push.example/abc?x=1")
    assert first == vapid.authorization("https://push.example/other"), "not signed anew"
    assert first != vapid.authorization("https://updates.example:444/x")
    scheme, token, key = first.replace(",", "").split(" ")
    assert scheme == "vapid"
    assert key == f"k={vapid.public}"
    head, claims, signature = token.removeprefix("t=").split(".")
    assert json.loads(unb64(head)) == {"typ": "JWT", "alg": "ES256"}
    said = json.loads(unb64(claims))
    assert said["aud"] == "https://push.example"
    assert said["sub"] == "https://talk.example.org"
    assert 0 < said["exp"] - now[0] // 1_000_000 <= 24 * 3600
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(vapid.public))
    r, s = (int.from_bytes(unb64(signature)[half], "big") for half in (slice(32), slice(32, 64)))
    public.verify(encode_dss_signature(r, s), f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    now[0] += 13 * 3600 * 1_000_000
    later = vapid.authorization("https://push.example/abc")
    assert later != first
    # A clock that was ahead is set right: what it made would be refused by every service.
    now[0] -= 40 * 24 * 3600 * 1_000_000
    assert vapid.authorization("https://push.example/abc") != later
    assert contact("http://127.0.0.1:8000") == "mailto:operator@127.0.0.1"


HOW = How(ttl=60, urgent=True, topic="t")


class Sending:
    def __init__(self) -> None:
        self.time = 0.0
        self.service = Service()
        vapid = Vapid(b"\x07" * 32, "mailto:a@b", lambda: 0)
        self.courier = Courier(self.service.post, vapid, lambda: self.time)

    async def send(self, phone: Phone) -> Any:
        device = Addressee("s", "p", phone.endpoint, **phone.keys, failures=0)
        return await self.courier.send(device, b"{}", HOW)


@pytest.mark.parametrize(
    ("answer", "state", "wait"),
    [
        (Answer(201), "sent", 0), (Answer(404), "gone", 0), (Answer(410), "gone", 0),
        (Answer(403), "refused", 0), (Answer(413), "refused", 0), (Answer(307), "refused", 0),
        (Answer(429, {"retry-after": "120"}), "failed", 120),
        (Answer(429, {"retry-after": "9" * 30}), "failed", 3600),
        (Answer(503, {"retry-after": "soon"}), "failed", 0),
        (OutgoingError("timed_out"), "failed", 0), (NotAllowedError(), "gone", 0),
    ],
)  # fmt: skip
async def test_what_a_service_says(answer: Any, state: str, wait: float) -> None:
    sending, phone = Sending(), Phone("https://push.example/1")
    sending.service.answers[phone.endpoint] = answer
    assert await sending.send(phone) == (state, wait)
    assert sending.courier.counts[state] == 1


async def test_the_headers_of_a_notification() -> None:
    sending, phone = Sending(), Phone("https://push.example/1")
    await sending.send(phone)
    ((_, body, headers),) = sending.service.got
    assert phone.open(body) == {}
    assert headers["TTL"] == "60"
    assert headers["Urgency"] == "high"
    assert headers["Content-Encoding"] == "aes128gcm"
    assert headers["Topic"] == "t"


@pytest.mark.promise_p6
async def test_a_silent_service_is_left_alone_for_a_while() -> None:
    sending = Sending()
    slow = [Phone(f"https://slow.example/{n}") for n in range(8)]
    asked: list[str] = []
    sending.service.before = asked.append
    for phone in slow:
        sending.service.answers[phone.endpoint] = OutgoingError("timed_out")
    assert {(await sending.send(phone)).state for phone in slow} == {"failed"}
    assert len(asked) == 3, "nobody waits for what will not come"
    assert (await sending.send(Phone("https://push.example/1"))).state == "sent"
    sending.time += 61
    sending.service.answers.clear()
    assert (await sending.send(slow[0])).state == "sent"
    assert (await sending.send(slow[1])).state == "sent"


async def test_a_point_on_no_curve_is_nobodys() -> None:
    sending, phone = Sending(), Phone("https://push.example/1")
    phone.keys["p256dh"] = "BA" + "A" * 85
    assert (await sending.send(phone)).state == "gone"
