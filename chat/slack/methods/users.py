"""`users.*` and `bots.info`: people and bots."""

from __future__ import annotations

from bots.slack import objects
from bots.slack.errors import SlackError
from chat.slack.base import Call, Methods, Struct
from chat.slack.methods.conversations import PAGE, kinds, mine, paged, unwrapped
from protocol import commands as c
from protocol import limits
from protocol.listings import PeopleListing
from storage.queries import times


async def listing(call: Call) -> Struct:
    """users.list"""
    place = unwrapped(call)
    limit = call.args.number("limit", PAGE, PAGE)
    found: list[Struct] = []
    while True:
        left = min(limit - len(found), limits.PAGE)
        page: PeopleListing = await call.ask(c.ListPeople(after=place or None, limit=left))
        found += map(call.user, page.people)
        place = page.next or ""
        if not place or len(found) >= limit:
            break
    return paged("members", found, place) | {"cache_ts": call.app.now() // 1_000_000}


async def info(call: Call) -> Struct:
    """users.info"""
    return {"user": call.user(await call.person(call.person_id()))}


async def profile(call: Call) -> Struct:
    """users.profile.get"""
    person = call.person_id() if call.args.has("user") else call.me
    return {"profile": objects.profile(await call.person(person), call.team)}


async def conversations(call: Call) -> Struct:
    """users.conversations"""
    wanted, archived = kinds(call), not call.args.flag("exclude_archived")
    overview = await call.overview()
    rooms = [entry.room for entry in overview.rooms if mine(entry)]
    person = call.person_id() if call.args.has("user") else call.me
    if person != call.me:
        shared = await call.look(times.shared_rooms, person)
        rooms = [room for room in rooms if room.id in shared]
    fitting = [
        room
        for room in rooms
        if objects.channel_type(room) in wanted and (archived or not room.archived)
    ]
    return paged("channels", [call.channel(room, is_member=True) for room in fitting], "")


async def presence(call: Call) -> Struct:
    """users.getPresence"""
    person = call.person_id() if call.args.has("user") else call.me
    if person == call.me:
        return {"presence": "active", "online": True}
    # Who is here is told in rooms: those that both are in.
    for room in sorted(await call.look(times.shared_rooms, person)):
        seen = (await call.app.dispatch.online(room)).get(person)
        if seen is not None:
            return {"presence": "active" if seen == "online" else "away"}
    return {"presence": "away"}


async def bot(call: Call) -> Struct:
    """bots.info"""
    person = call.person_id("bot") if call.args.has("bot") else call.me
    card = await call.person(person)
    if card.role != "bot":
        raise SlackError("bot_not_found")
    return {"bot": objects.bot(card)}


METHODS: Methods = {
    "users.list": listing,
    "users.info": info,
    "users.profile.get": profile,
    "users.conversations": conversations,
    "users.getPresence": presence,
    "bots.info": bot,
}
