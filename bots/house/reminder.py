"""The reminder: "remind us every Thursday 16:00 to read chapter 5", and in the thread what becomes
of it.

What words mean, the server knows. All is done in the name of whoever speaks, by their rights.
"""

from __future__ import annotations

import re
from typing import Any

from tertulia_bot import Asked, Block, Bot, Incoming, RefusedError, Section, Verbs, buttons

bot = Bot()
Changes = dict[str, Any]

ACTS: dict[str, tuple[str, str, Changes | None]] = {
    "skip": (r"(skip|not)( (it|the next( (one|time))?))?", "Not the next time.",
             {"skip_next": True}),
    "pause": (r"pause( it)?", "Paused. Say “go on” when it is to come again.", {"paused": True}),
    "go_on": (r"go on|resume|continue", "It goes on.", {"paused": False}),
    "stop": (r"(stop|cancel|delete|never ?mind|no more)( it)?", "It will not come any more.", None),
}  # fmt: skip
"""What a button or some words in the thread do, and what is said then; None: it is over."""
BUTTONS = buttons(skip="Not the next time", pause="Pause", stop="Stop")
PAUSED = buttons(go_on="Go on")
HOW = "Answer here with another time, or “say: …”, to change that."


@bot.listen(r"^\s*(?P<called>(<@p_reminder>|@reminder\b)[\s,:]*)?(?P<words>[\s\S]*)$")
async def hear(message: Incoming) -> None:
    called, words = message.match["called"], " ".join(message.match["words"].split())
    try:
        if message.thread:
            await change(message, words)
        else:
            await begin(message, words)
    except RefusedError as no:
        # People talk in threads: there only what was said to it is answered.
        if called or not message.thread or no.code != "not_understood":
            await message.reply(no.message)


async def begin(message: Incoming, words: str) -> None:
    if not re.match(r"(please\s+)?remind\b", words, re.IGNORECASE):
        words = f"remind us {words}"
    made = await message.in_their_name.remind(words, room=message.room, asked=message.id)
    whom = "you" if made["whom"] == "me" else "everybody here"
    body = f"I will remind {whom}. {shown(made)}\n\n{HOW}"
    await message.reply(body, blocks=[Section(body), BUTTONS])


async def change(message: Incoming, words: str) -> None:
    who, planned = message.in_their_name, named_after(message.thread)
    for name, (pattern, answer, changes) in ACTS.items():
        if re.fullmatch(rf"({pattern})[.!]*", words, re.IGNORECASE):
            said = await act(who, planned, answer, changes)
            await message.reply(said, blocks=offered(name, said))
            return
    if say := re.fullmatch(r"(?:say|words?)\s*[:,]?\s+(.+)", words, re.IGNORECASE | re.DOTALL):
        await who.change_planned(planned, body=say[1])
        await message.reply("I will say that.")
    elif made := await who.change_planned(planned, words=words):
        await message.reply(shown(made))


async def act(who: Verbs, planned: str, answer: str, changes: Changes | None) -> str:
    if changes is None:
        await who.drop_planned(planned)
        return answer
    made = await who.change_planned(planned, **changes)
    if not made:
        return "It is so already."
    return answer if changes.get("paused") else f"{answer}\n\n{shown(made)}"


async def pressed(asked: Asked) -> None:
    _, answer, changes = ACTS[asked.name]
    try:
        said = await act(asked.in_their_name, named_after(asked.thread), answer, changes)
    except RefusedError as no:
        await asked.answer(no.message)
    else:
        await asked.say(said, blocks=offered(asked.name, said))


def offered(name: str, said: str) -> list[Block]:
    """What is paused can be gone on with from there."""
    return [Section(said), PAUSED] if name == "pause" else []


for name in ACTS:
    bot.press(name)(pressed)


def named_after(thread: str | None) -> str:
    """A reminder bears the name of the message that asked for it."""
    return f"q{(thread or '')[1:]}"


def shown(made: dict[str, Any]) -> str:
    """What was understood, and the next dates of it, a line each."""
    dates = made["coming"].rpartition(" (")[0].split("; ")
    lines = "".join(f"\n- {date}" for date in dates if date)
    return f"**{made['said']}**" + (f"\n\nNext:{lines}" if lines else "")
