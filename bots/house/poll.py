"""The poll: `/poll "Which day?" Monday | Tuesday --anonymous --ends 18:00`, or that after "@poll".

It opens the room's own poll in the name of whoever asks, as one does in the panel, and lays the
answers out as buttons. An anonymous vote is no button: a press would say who pressed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tertulia_bot import (
    Asked,
    Block,
    Bot,
    Button,
    Buttons,
    Context,
    Incoming,
    RefusedError,
    Section,
    Verbs,
)

from bots.house.questions import read

bot = Bot()
OPTIONS = 10
HELP = """Ask the room like this:

- `/poll "Which day?" Monday | Tuesday | Friday`
- `/poll Shall we read on?` asks for yes or no
- `/poll How was it? Good | Long --anonymous --ends tomorrow at 18:00`

With `--many` one may choose several. The same goes after `@poll`."""


@bot.slash(
    "poll", hint='"Which day?" Monday | Tuesday', help="Asks the room, by name or anonymously"
)
async def slash(asked: Asked) -> None:
    try:
        blocks = await opened(asked.in_their_name, asked.room, asked.text, asked.person.id)
    except RefusedError as no:
        await asked.answer(wrong(no))
    else:
        await (asked.say(blocks=blocks) if blocks else asked.answer(HELP))


@bot.listen(r"^\s*(<@p_poll>|@poll\b|!poll\b)[\s,:]*(?P<words>[\s\S]*)$")
async def said(message: Incoming) -> None:
    try:
        words, by = message.match["words"], message.author.id
        blocks = await opened(message.in_their_name, message.room, words, by)
    except RefusedError as no:
        await message.reply(wrong(no))
    else:
        await (message.reply(blocks=blocks) if blocks else message.reply(HELP))


async def opened(who: Verbs, room: str, words: str, by: str) -> list[Block]:
    """Ask it, and lay it out; nothing where there was no question."""
    wanted = read(words)
    if wanted is None:
        return []
    more: dict[str, Any] = {"seconds": await seconds(who, wanted.ends)} if wanted.ends else {}
    flags = {"anonymous": wanted.anonymous, "many": wanted.many}
    asks = {"question": wanted.question, "options": wanted.options}
    await who.use_tool(room, "poll", "open", **asks, **flags, **more)
    polls = (await who.room(room, limit=1)).tool("poll")["polls"]
    mine = [one for one in polls if one["by"] == by]
    return drawn(mine[-1], by) if mine else [Context("It is open under *Polls*.")]


async def seconds(who: Verbs, words: str) -> int:
    """From now to when the words say."""
    found = await who.understand(words)
    at = datetime.fromisoformat(found["next"][0])
    return max(60, round((at - datetime.now(at.tzinfo)).total_seconds()))


def drawn(poll: dict[str, Any], by: str) -> list[Block]:
    """A poll as it stands in the talk."""
    asks = Section(f"**{poll['question']}**\n\n<@{by}> asks.")
    if poll["anonymous"]:
        listed = "\n".join(f"- {option}" for option in poll["options"])
        how = (
            "Vote under *Polls*: nobody can see who said what, so it is not done by a button here."
        )
        return [asks, Section(listed), Context(how)]
    labels = [option if len(option) <= 75 else f"{option[:74]}…" for option in poll["options"]]
    buttons = [
        Button(id=f"vote{n}", label=label, value=f"{poll['id']}") for n, label in enumerate(labels)
    ]
    how = "Choose as many as you like." if poll["many"] else "Choose one; you may change it."
    return [asks, Buttons(tuple(buttons)), Context(f"{how} Who said what stands under *Polls*.")]


async def vote(asked: Asked) -> None:
    """A button is a vote by name; of several, a second press takes one back."""
    who, id_, place = asked.in_their_name, int(asked.value), int(asked.name.removeprefix("vote"))
    try:
        polls = (await who.room(asked.room, limit=1)).tool("poll").get("polls", [])
        poll = next((one for one in polls if one["id"] == id_), None)
        if poll is None:
            await asked.answer("That poll is not there any more.")
            return
        before = set(poll["votes"].get(asked.person.id, ())) if poll["many"] else set()
        chosen = sorted(before ^ {place})
        await who.use_tool(asked.room, "poll", "vote", id=id_, options=chosen)
    except RefusedError as no:
        await asked.answer(no.message)
    else:
        # Not in the words of whoever asked: those go with their account, a whisper stays a day.
        more = "press another to change it" if not poll["many"] else "press again to take one back"
        await asked.answer(f"Your vote is in; {more}." if chosen else "Taken back.")


for n in range(OPTIONS):
    bot.press(f"vote{n}")(vote)


def wrong(no: RefusedError) -> str:
    when = "When does it end? Say “18:00”, “tomorrow at 18:00” or “in 2 hours”."
    return f"{when if no.code == 'not_understood' else no.message}\n\n{HELP}"
