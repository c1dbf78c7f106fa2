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
    Person,
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
        who = asked.in_their_name
        blocks = await opened(who, asked.room, asked.text, asked.person, named=True)
    except RefusedError as no:
        await asked.answer(wrong(no))
    else:
        await (asked.say(blocks=blocks) if blocks else asked.answer(HELP))


@bot.listen(r"^\s*(<@p_poll>|@poll\b|!poll\b)[\s,:]*(?P<words>[\s\S]*)$")
async def said(message: Incoming) -> None:
    try:
        words, who = message.match["words"], message.in_their_name
        blocks = await opened(who, message.room, words, message.author)
    except RefusedError as no:
        await message.reply(wrong(no))
    else:
        await (message.reply(blocks=blocks) if blocks else message.reply(HELP))


async def opened(
    who: Verbs, room: str, words: str, by: Person, *, named: bool = False
) -> list[Block]:
    """Ask it, and lay it out; nothing where there was no question."""
    wanted = read(words)
    if wanted is None:
        return []
    ends = await who.understand(wanted.ends) if wanted.ends else None
    asks = {"question": wanted.question, "options": wanted.options}
    flags = {"anonymous": wanted.anonymous, "many": wanted.many}
    until = {"seconds": seconds(ends["next"][0])} if ends else {}
    await who.use_tool(room, "poll", "open", **asks, **flags, **until)
    polls = (await who.room(room, limit=1)).tool("poll")["polls"]
    mine = [one for one in polls if one["by"] == by.id]
    said = [f"**{wanted.question}**"]
    said += [f"{by.name} asks."] if named else []
    said += [f"Until {ends['said']}."] if ends else []
    return [Section("\n\n".join(said)), *answered(mine[-1])]


def seconds(at: str) -> int:
    """From now until then; a minute at least."""
    then = datetime.fromisoformat(at)
    return max(60, round((then - datetime.now(then.tzinfo)).total_seconds()))


def answered(poll: dict[str, Any]) -> list[Block]:
    """How one answers it, in the talk."""
    if poll["anonymous"]:
        listed = "\n".join(f"- {option}" for option in poll["options"])
        how = "Vote under *Polls*: nobody can see who said what, so no button here asks you."
        return [Section(listed), Context(how)]
    labels = [option if len(option) <= 75 else f"{option[:74]}…" for option in poll["options"]]
    votes = [
        Button(id=f"vote{n}", label=one, value=f"{poll['id']}") for n, one in enumerate(labels)
    ]
    how = "Choose as many as you like." if poll["many"] else "Choose one; you may change it."
    return [Buttons(tuple(votes)), Context(f"{how} Who said what stands under *Polls*.")]


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
