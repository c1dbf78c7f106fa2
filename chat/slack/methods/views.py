"""`views.open` and `views.update`: a form before somebody's eyes."""

from __future__ import annotations

from bots.slack import blocks as words
from bots.slack import interactions
from bots.slack.errors import SlackError
from chat.slack import views
from chat.slack.base import Call, Methods, Struct
from protocol import commands as c
from rooms.errors import Refusal
from storage.slack import views as rows
from storage.slack.views import Opened


def _given(call: Call) -> Struct:
    view = call.args.structure("view")
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments")
    return view


def _shown(call: Call, view: Struct, whisper: str) -> Struct:
    return {"view": interactions.view_shown(view, whisper, {"team": call.team, "me": call.me})}


async def opening(call: Call) -> Struct:
    """views.open"""
    view, trigger = _given(call), call.args.text("trigger_id")
    blocks = interactions.view_blocks(view)
    asker = await call.look(rows.asker, trigger)
    if asker is None:
        raise SlackError("expired_trigger_id")
    command = c.AnswerInteraction(
        interaction=trigger, show="dialog", body=words.text(view.get("title")), blocks=blocks
    )
    try:
        outcome = await call.do(command)
    except Refusal as error:
        if error.code in ("not_found", "too_many"):
            raise SlackError("expired_trigger_id") from error
        raise
    whisper = outcome.result["whisper"]
    person, room = asker
    await views.keep(call.app, Opened(whisper, call.me, room, person), view)
    return _shown(call, view, whisper)


async def update(call: Call) -> Struct:
    """views.update"""
    view = _given(call)
    whisper = interactions.dialog(call.args.text("view_id"))
    found = await views.opened(call.app, call.me, whisper)
    if found is None:
        raise SlackError("not_found")
    before, _ = found
    command = c.ShowWhisper(
        room=before.room,
        person=before.person,
        body=words.text(view.get("title")),
        blocks=interactions.view_blocks(view),
        whisper=whisper,
        dialog=True,
    )
    try:
        await call.do(command)
    except Refusal as error:
        if error.code == "not_found":
            raise SlackError("not_found") from error
        raise
    await views.change(call.app, whisper, view)
    return _shown(call, view, whisper)


METHODS: Methods = {"views.open": opening, "views.update": update}
