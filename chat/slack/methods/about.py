"""`auth.test`, `team.info`, `emoji.list`: who asks, and where."""

from __future__ import annotations

from bots.slack import ids, objects
from chat.slack.base import Call, Methods, Struct


async def auth(call: Call) -> Struct:
    """auth.test"""
    overview = await call.overview()
    found: Struct = {
        "url": call.app.public_url + "/",
        "team": overview.community.name,
        "team_id": call.team,
        "user": overview.me.username,
        "user_id": ids.user(call.me),
        "is_enterprise_install": False,
    }
    if overview.me.role == "bot":
        # Without it slack_bolt does not know its own messages, and answers itself.
        found |= {
            "bot_id": ids.bot(call.me),
            "app_id": ids.app(call.me),
            "app_name": overview.me.name,
        }
    return found


async def team(call: Call) -> Struct:
    """team.info"""
    overview = await call.overview()
    return {"team": objects.team(overview.community, call.team, call.app.public_url + "/")}


async def emoji(call: Call) -> Struct:  # noqa: ARG001
    """emoji.list"""
    # Emoji of one's own there are none; those of Unicode are not listed by Slack either.
    return {"emoji": {}, "cache_ts": "0"}


METHODS: Methods = {
    "auth.test": auth,
    "team.info": team,
    "emoji.list": emoji,
}
