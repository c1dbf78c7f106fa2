"""The welcome: greets who came in the same minute together, and says what the room is for."""

from __future__ import annotations

from tertulia_bot import Bot, Event

bot = Bot()
NAMED = 10
"""So many are greeted by name."""


def listed(people: list[str]) -> str:
    names = [f"<@{person}>" for person in people[:NAMED]]
    if left := len(people) - len(names):
        names.append(f"{left} others" if left > 1 else "one other")
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


@bot.gather("member.joined", seconds=60)
async def greet(came: list[Event]) -> None:
    here = await bot.client.room(came[0].stream, limit=1)
    purpose = f"This room is for: {here.room.purpose}" if here.room.purpose else ""
    besides = here.tool("welcome").get("body") or ""
    hello = f"Welcome, {listed([event.data['person']['id'] for event in came])}!"
    body = "\n\n".join(part for part in (hello, purpose, besides) if part)
    title = "Welcome" if here.room.kind == "forum" else None
    await bot.post(here.room.id, body, title=title)
