"""WebSocket and HTTP refuse alike: the same code, params and words, and the server goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec
import pytest

from chat.routes.rooms import ROWS, Ask, Carry
from protocol import commands as c
from protocol import limits
from protocol.codes import CODES
from protocol.commands import ArchiveRoom, SetRoomRole
from protocol.moderation import Holds
from tests.e2e.town import Place, Town
from tests.e2e.wire import Wire, api, enter

Fields = dict[str, Any]
TAGS = {
    row.handler.kind.__struct_config__.tag: row
    for row in ROWS
    if isinstance(row.handler, Carry | Ask)
}


async def over_http(http: httpx.AsyncClient, tag: str, fields: Fields) -> httpx.Response:
    """A frame's request, as its row of the HTTP API wants it."""
    row = TAGS[str(tag)]
    rest = dict(fields)
    path = row.path
    for name in row.path.replace("}", "{").split("{")[1::2]:
        path = path.replace("{" + name + "}", str(rest.pop(name)))
    headers = {}
    if "client_id" in rest:
        headers["idempotency-key"] = rest.pop("client_id")
    if row.method == "GET":
        return await http.get(path, params=rest, headers=headers)
    # As JSON of ours, so that what httpx would not write is sent as well.
    headers["content-type"] = "application/json"
    return await http.request(row.method, path, content=json.dumps(rest), headers=headers)


@dataclass
class Stage:
    """People and rooms for every case; nothing in here is changed by what is refused."""

    url: str
    town: Town
    ana: str
    ben: str
    vera: str
    room: str
    private: str
    archived: str
    announcements: str
    observed: str
    message: str
    bens: str
    hidden: str
    deleted: str
    reply: str
    direct: str
    me: str
    muted: str
    locked: str
    warning: str
    banned: str
    keys: dict[str, str]


_stages: dict[str, Stage] = {}


@pytest.fixture
def stage(place: Place) -> Stage:
    """Ana runs rooms that Ben is in; Vera is a guest in one. Once for each database."""
    if place.url not in _stages:
        _stages[place.url] = _set(place)
    return _stages[place.url]


def _set(place: Place) -> Stage:
    town = place.town
    ana, ben, vera = town.person("Ana"), town.person("Ben"), town.person("Vera", "guest")
    room = town.room(ana, ben, name="Open")
    private = town.room(ana, name="Private", access="invite")
    archived = town.room(ana, ben, name="Archived")
    announcements = town.room(ana, ben, name="News", posting="facilitators")
    observed = town.room(ana, ben, name="Watched")
    deleted = town.post(ben, room, "gone")
    town.do(ben, c.DeleteMessage(message=deleted))
    message, bens = town.post(ana, room, "root"), town.post(ben, room, "mine")
    town.do(ben, c.EditMessage(message=bens, body="mine, changed"))
    reply = town.post(ana, room, "reply", thread=message)
    hidden = town.post(ana, private, "secret")
    town.do(ana, SetRoomRole(room=observed, person=ben, role="observer"))
    town.do(ana, ArchiveRoom(room=archived))
    direct = town.do(ana, c.OpenDirectRoom(people=[ben])).result["room"]
    muted, locked = town.room(ana, ben, name="Muted"), town.room(ana, ben, name="Locked")
    town.do(ana, c.Mute(room=muted, person=ben, seconds=limits.SANCTION_SECONDS))
    town.do(ana, c.LockRoom(room=locked, reason="A pause"))
    warned = c.Warn(room=muted, person=ben, reason="Kinder, please")
    warning = town.do(ana, warned).result["sanction"]
    town.do(ben, c.AppealSanction(sanction=warning, text="I was kind"))
    banned = town.person("Bad")
    town.do(ana, c.Ban(room=room, person=banned))
    people = (("ana", ana), ("ben", ben), ("vera", vera))
    keys = {name: town.key(who) for name, who in people}
    keys["reader"] = town.key(ben, "read")
    town.do(ben, c.PostMessage(room=room, body="used", client_id="used"))
    return Stage(
        url=place.url, town=town, ana=ana, ben=ben, vera=vera, room=room, private=private,
        archived=archived, announcements=announcements, observed=observed, message=message,
        bens=bens, hidden=hidden, deleted=deleted, reply=reply, direct=direct, me=ben,
        muted=muted, locked=locked,
        warning=warning, banned=banned, keys=keys,
    )  # fmt: skip


Case = tuple[str, str, str, Callable[[Stage], Fields]]


def case(code: str, tag: str, who: str = "ben", /, **fields: Any) -> Any:
    """A request that is refused. A value `$name` is the stage's."""

    def of(stage: Stage) -> Fields:
        def value(given: Any) -> Any:
            if isinstance(given, list):
                return [value(one) for one in given]
            if isinstance(given, str) and given.startswith("$"):
                return getattr(stage, given[1:])
            return given

        return {name: value(given) for name, given in fields.items()}

    return pytest.param(code, tag, who, of, id=f"{code}-{tag}")


POST: Fields = {"room": "$room", "body": "hello"}
CASES = [
    case("unknown_field", "message.post", **POST, colour="red"),
    case("unknown_field", "room.snapshot", room="$room", colour="red"),
    case("missing_field", "message.post", room="$room"),
    case("missing_field", "room.invite", room="$room"),
    case("invalid", "message.post", room="$room", body=5),
    case("invalid", "message.post", room="$room", body=None),
    case("invalid", "message.post", room="$room", body=["x"]),
    case("invalid", "message.post", **POST, thread=7),
    case("invalid", "message.post", **POST, thread="$reply"),
    case("invalid", "read.mark", room="$room", no=-1),
    case("invalid", "read.mark", room="$room", no="1"),
    case("invalid", "read.mark", room="$room", no=True),
    case("invalid", "read.mark", room="$room", no=1.5),
    case("invalid", "read.mark", room="$room", no=2**53),
    case("invalid", "read.mark", room="$room", no=10**40),
    case("invalid", "room.invite", room="$room", people="$ana"),
    case("invalid", "room.open", name="x", access="secret"),
    case("invalid", "room.open", name="x", kind="castle"),
    case("invalid", "room.role", room="$room", person="$ana", role="owner"),
    case("invalid", "history.page", room="$room", limit=0),
    case("invalid", "history.page", room="$room", limit=-5),
    case("invalid", "history.page", room="$room", before=2**63),
    case("invalid", "directory.people", after="no cursor"),
    case("invalid", "message.post", room="$room", body="a\x00b"),
    case("invalid", "room.open", name="a\x00b"),
    case("invalid", "room.direct", people=["a\x00b"]),
    case("invalid", "reaction.add", message="$message", emoji="<b>"),
    case("invalid", "message.post", **POST, client_id="tab\tin it"),
    case("too_long", "message.post", room="$room", body="x" * (limits.BODY + 1)),
    case("too_long", "message.post", **POST, client_id="x" * (limits.CLIENT_ID + 1)),
    case("too_long", "room.open", name="x" * (limits.ROOM_NAME + 1)),
    case("too_long", "directory.rooms", q="x" * (limits.SEARCH + 1)),
    case("too_short", "message.post", room="$room", body=""),
    case("too_short", "message.post", room="$room", body=" \n\t "),
    case("too_short", "room.open", name="\u200b"),
    case("too_many", "room.direct", people=[f"p_{n}" for n in range(limits.DIRECT_PEOPLE_MAX)]),
    case("too_few", "room.direct", people=[]),
    case("too_few", "room.direct", people=["$me"]),
    case("not_found", "message.post", room="r_nowhere", body="hello"),
    case("not_found", "message.post", room="$private", body="hello"),
    case("not_found", "message.post", **POST, quote="$hidden"),
    case("not_found", "message.post", **POST, thread="$hidden"),
    case("not_found", "message.get", message="$hidden"),
    case("not_found", "thread.snapshot", thread="$hidden"),
    case("not_found", "events.page", stream="$private"),
    case("not_found", "events.page", stream="$ana"),
    case("not_found", "room.snapshot", room="$private"),
    case("not_found", "room.direct", people=["p_nobody"]),
    case("not_allowed", "message.edit", message="$message", body="mine now"),
    case("not_allowed", "message.delete", message="$message"),
    case("not_allowed", "message.pin", message="$message"),
    case("not_allowed", "room.change", room="$room", name="Mine"),
    case("not_allowed", "room.role", room="$room", person="$me", role="facilitator"),
    case("not_allowed", "room.remove", room="$room", person="$ana"),
    case("not_allowed", "room.leave", room="$direct"),
    case("not_allowed", "community.change", name="Mine"),
    case("not_allowed", "person.role", person="$me", role="owner"),
    case("not_allowed", "person.approve", person="$ana"),
    case("not_allowed", "room.desk", room="$room"),
    case("not_allowed", "events.page", "vera", stream="community", after_seq=0),
    case("not_allowed", "directory.people", "vera"),
    case("not_allowed", "room.open", "vera", name="Mine"),
    case("not_found", "message.post", "vera", room="$room", body="hello"),
    case("room_archived", "message.post", room="$archived", body="hello"),
    case("read_only", "message.post", room="$announcements", body="hello"),
    case("observer", "message.post", room="$observed", body="hello"),
    case("already_deleted", "message.edit", message="$deleted", body="back"),
    case("already_deleted", "reaction.add", message="$deleted", emoji="👍"),
    case("already_deleted", "message.delete", message="$deleted"),
    case("conflict", "message.edit", message="$bens", body="later", rev=1),
    case("muted", "message.post", room="$muted", body="hello"),
    case("room_locked", "message.post", room="$locked", body="hello"),
    case("banned", "room.invite", "ana", room="$room", people=["$banned"]),
    case("not_in_force", "sanction.lift", "ana", sanction="$warning"),
    case("already_appealed", "sanction.appeal", sanction="$warning", text="again"),
    case("not_found", "sanction.lift", sanction="sn_none"),
    case("not_found", "sanction.answer", "vera", sanction="$warning", verdict="upheld"),
    case("not_allowed", "sanction.mute", room="$room", person="$ana", seconds=60),
    case("invalid", "sanction.mute", "ana", room="$room", person="$ana", seconds=60),
    case("invalid", "sanction.mute", "ana", room="$room", person="$ben", seconds=0),
    case("too_short", "sanction.warn", "ana", room="$room", person="$ben", reason=""),
    case("not_allowed", "room.lock", room="$room"),
    case("client_id_reused", "message.post", room="$room", body="other", client_id="used"),
    case("scope_missing", "message.post", "reader", room="$room", body="hello"),
    case("scope_missing", "community.change", "reader", name="Mine"),
]


@pytest.mark.attack
@pytest.mark.parametrize(("code", "tag", "who", "fields"), CASES)
async def test_refused_alike(
    stage: Stage, code: str, tag: str, who: str, fields: Callable[[Stage], Fields]
) -> None:
    given = fields(stage)
    async with (
        await enter(stage.url, stage.keys[who]) as socket,
        api(stage.url, stage.keys[who]) as http,
    ):
        frame = await socket.ask(tag, **given)
        assert frame["type"] == "error", frame
        assert frame["code"] == code
        assert (await socket.ask("overview"))["type"] == "ok"
        if given.get("client_id", "").isprintable():
            answer = await over_http(http, tag, given)
            _same(answer, frame, tag)
            assert (await http.get("/overview")).status_code == 200


def _same(answer: httpx.Response, frame: dict[str, Any], tag: str) -> None:
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code == problem["status"] == CODES[frame["code"]].status
    assert problem["code"] == frame["code"], problem
    assert problem["message"] == frame["message"]
    # Over HTTP a path or query string names what a frame's field does.
    assert problem["params"] == frame.get("params", {}), tag


def test_every_request_has_its_row() -> None:
    """What can be asked over a WebSocket can be asked over HTTP, signals apart."""
    kinds = {kind.__struct_config__.tag for kind in (*c.COMMANDS, *c.QUERIES)}
    assert set(TAGS) == kinds


ELSEWHERE = {
    "test_rudeness": "bad_json bad_utf8 unknown_type frame_too_large unsupported_media_type "
    "method_not_allowed foreign_origin sign_in_needed token_invalid",
    "test_leaving": "session_ended",
    "test_intrusion": "not_a_member not_invited direct_not_allowed account_waiting",
    "test_limits_met": "rate_limited",
    "contract/test_writer_races": "last_facilitator last_owner invitation_invalid",
    "contract/test_contended": "busy",
    "contract/test_writer": "shutting_down",
    "contract/test_accounts_*": "bad_credentials name_taken link_invalid set_up_done "
    "set_up_needed sign_up_closed",
    "test_erasure": "internal",
    "contract/test_review": "author_may_not_post not_waiting blocked_by_rule",
    "contract/test_kinds": "kind_decides no_guests_here stays_here",
    "contract/test_tools": "not_your_turn no_round round_running tool_off too_early"
    " poll_over voted_already",
    "contract/test_planned": "not_understood in_the_past facilitator_first too_late",
    "contract/test_planned_units": "unit_gone",
    "contract/test_bots": "bot_elsewhere",
    "contract/test_deliveries": "url_not_verified",
    "contract/test_hosts": "host_refused",
    "contract/test_interactions": "bot_gone no_such_command",
    "contract/test_reports": "already_resolved nobody_above",
    "contract/test_forum_withheld": "answer_first answers_kept",
    "test_forum_live": "watch_room_first",
    "test_database_away": "unavailable",
    "contract/test_sanctions": "slow_mode same_rank suspended_already account_suspended",
    "contract/test_passes": "pass_ended",
    "nowhere: joining twice is no error, and reading stops instead": "already_member "
    "too_many_in_flight",
}


def test_every_code_is_met_somewhere() -> None:
    met = {param.values[0] for param in CASES}
    for codes in ELSEWHERE.values():
        met |= set(codes.split())
    assert met == set(CODES)


# --- anything at all in any field --------------------------------------------------------------

HOSTILE = [
    r'"\u0000"', r'"r_\u0000"', r'"\ud800"', r'"a\udc00b"', '"' + "x" * 60_000 + '"', '""',
    r'"\u202e\u2066"', "1" + "0" * 40, "-1", str(2**53), str(2**63), "1e999", "-0.0", "true",
    "null", "[]", "{}", "[" * 20_000 + "]" * 20_000, r'[["x"]]', r'["\u0000"]', r'["\ud800"]',
    "[1]", '{"a":' * 9_000 + "1" + "}" * 9_000,
]  # fmt: skip
RULE = {"name": "Rule", "when": {"is": "words", "words": ["snow"]}}
_SIGNALS = {kind.__struct_config__.tag for kind in c.SIGNALS}


@pytest.mark.attack
@pytest.mark.parametrize(
    "kind",
    [*c.COMMANDS, *c.QUERIES, *c.SIGNALS, c.Subscribe, c.Unsubscribe],
    ids=lambda kind: kind.__struct_config__.tag,
)
async def test_no_value_in_any_field_is_an_internal_error(
    place: Place, kind: type[msgspec.Struct]
) -> None:
    town = place.town
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    message = town.post(ana, room)
    warning = c.Warn(room=room, person=ben, reason="So")
    sanction = town.do(ana, warning).result["sanction"]
    about = c.MakeReport(category="other", message=town.post(ben, room))
    report = town.do(ana, about).result["report"]
    town.do(ana, c.ChangeModeration(room=room, holds=Holds(everyone=True)))
    held = town.do(ben, c.PostMessage(room=room, body="hello")).result["held"]
    town.do(ana, c.ChangeModeration(room=room, holds=Holds()))
    invitation = town.do(ana, c.MakePass(room=room)).result["invitation"]
    remind = c.SetReminder(words="every day at 9:00 to read", room=room)
    planned = town.do(ana, remind).result["planned"]
    valid = {
        "room": room, "message": message, "thread": message, "topic": message, "person": ben,
        "people": [ben], "body": "hello", "emoji": "👍", "no": 1, "name": "Name", "role": "member",
        "stream": room,
        "cursors": [{"stream": room}], "streams": [room], "seconds": 60, "reason": "So",
        "sanction": sanction, "text": "hello", "verdict": "upheld", "held": held, "report": report,
        "category": "other", "outcome": "nothing", "rules": [RULE], "rule": RULE, "q": "hello",
        "invitation": invitation,
        "planned": planned, "words": "tomorrow at 9:00",
        "tool": "hands", "action": {"do": "raise"}, "mark": {"book": 1, "no": 1},
        "interaction": "x_1", "whisper": "w_1", "commands": [{"name": "remind"}],
    }  # fmt: skip
    tag = kind.__struct_config__.tag
    fields = msgspec.structs.fields(kind)
    frames: list[str] = []
    for field in fields:
        if field.name == "ref":
            continue
        rest = {f.name: json.dumps(valid[f.name]) for f in fields if f.required} | {
            "type": f'"{tag}"'
        }
        for value in HOSTILE:
            marks = {"type": f'"{tag}"', "ref": f'"h{len(frames)}"'}
            written = rest | marks | {field.name: value}
            frames.append("{" + ",".join(f'"{k}":{v}' for k, v in written.items()) + "}")
    key = town.key(ana)
    # A connection that sends too much rubbish is cut: few on each.
    for start in range(0, len(frames), 50):
        async with await enter(place.url, key) as socket:
            for number, frame in enumerate(frames[start : start + 50], start):
                await socket.socket.send(frame)
                answer = await _answered(socket, f"h{number}", signal=tag in _SIGNALS)
                assert answer not in ("internal", "busy"), frame[:200]


async def _answered(socket: Wire, ref: str, *, signal: bool) -> str:
    """The code that came: a frame whose ref cannot be read is answered under the empty one."""
    if signal:
        await socket.ask("overview")

    def answers() -> list[dict[str, Any]]:
        wanted = [f for f in socket.frames if f["type"] in ("ok", "error")]
        return [f for f in wanted if f.get("ref", "") in ("", ref)]

    found = answers() if signal else await socket.until(answers)
    socket.frames.clear()
    return str(found[0].get("code", "ok")) if found else "ok"
