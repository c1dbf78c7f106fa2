"""Bots over HTTP, for those who look after them: facilitators for their room, admins for all."""

from __future__ import annotations

import msgspec

from accounts.bot_links import addressed, check_kinds
from accounts.bots import Secrets
from chat import webhooks
from chat.routes.base import Call, Reply, Route
from chat.slack.sending import check
from protocol import bots as wire
from protocol.accounts import Nothing
from rooms.cards import rfc3339
from storage.accounts import bot_jobs, secret
from storage.queries import bot_owners, bots

_NOT = ("not_allowed", "not_found")


async def listed(call: Call) -> Reply:
    """The bots that the reader may look after; with `?room=` those of that room."""
    room = call.query.get("room")
    return Reply(await call.app.database.ask(bots.managed, call.who.person, room))


async def create(call: Call) -> Reply:
    """A bot; its token is told this once."""
    made = secret.make(secret.TOKEN)
    secrets = Secrets(token_hash=made.hash, signing_secret=secret.signing())
    outcome = await call.app.run(bot_jobs.create(call.who, call.body, secrets))
    return Reply(
        wire.BotMade(
            person=outcome.result["person"],
            token=made.secret,
            signing_secret=secrets.signing_secret,
            base_url=call.app.public_url,
        )
    )


async def one(call: Call) -> Reply:
    """A bot with its tokens, addresses and failed deliveries."""
    found = await call.app.database.ask(bots.one, call.who.person, call.path["bot"])
    return Reply(msgspec.structs.replace(found, base_url=call.app.public_url))


async def owners(call: Call) -> Reply:
    """Who may be its owner."""
    return Reply(await call.app.database.ask(bot_owners.owners, call.who.person, call.path["bot"]))


async def change(call: Call) -> Reply:
    """Another name, owner, rate, other scopes or rooms."""
    await call.app.run(bot_jobs.change(call.who, call.path["bot"], call.body))
    return await one(call)


async def delete(call: Call) -> Reply:
    """The bot ends, and what it wrote goes."""
    await call.app.run(bot_jobs.delete(call.who, call.path["bot"]))
    call.app.erasure.begin(call.path["bot"])
    return Reply(Nothing())


async def new_token(call: Call) -> Reply:
    """Another token, told this once; `replaces` end with the same commit."""
    made = secret.make(secret.TOKEN)
    await call.app.run(bot_jobs.rotate(call.who, call.path["bot"], call.body, made.hash))
    return Reply(wire.BotToken(token=made.secret))


async def revoke_token(call: Call) -> Reply:
    """A token ends, and its connections with it."""
    await call.app.run(bot_jobs.revoke(call.who, call.path["bot"], call.path["token"]))
    return Reply(Nothing())


async def signing_secret(call: Call) -> Reply:
    """What requests to the bot are signed with."""
    found = await call.app.database.ask(bots.signing_secret, call.who.person, call.path["bot"])
    return Reply(wire.SigningSecret(signing_secret=found))


async def sign_anew(call: Call) -> Reply:
    """Another signing secret."""
    made = secret.signing()
    await call.app.run(bot_jobs.sign_anew(call.who, call.path["bot"], made))
    return Reply(wire.SigningSecret(signing_secret=made))


# --- ways in and out ------------------------------------------------------------------------------


async def new_webhook(call: Call) -> Reply:
    """An address that posts into one of the bot's rooms; it is told this once."""
    bot, made = call.path["bot"], secret.make(webhooks.PREFIX)
    outcome = await call.app.run(bot_jobs.hook(call.who, bot, call.body, made.hash))
    url = f"{call.app.public_url}{webhooks.PATH.format(hook=made.secret)}"
    now = rfc3339(call.app.now())
    hook = wire.Webhook(
        id=outcome.result["webhook"],
        room=call.body.room,
        created_at=now,
        last_used_at=None,
        url=url,
    )
    return Reply(hook)


async def end_webhook(call: Call) -> Reply:
    """An incoming address ends."""
    await call.app.run(bot_jobs.unhook(call.who, call.path["bot"], call.path["webhook"]))
    return Reply(Nothing())


async def set_commands(call: Call) -> Reply:
    """The commands that the bot offers, in place of those before; where they have addresses of
    their own, those have to lie outside."""
    app, bot = call.app, call.path["bot"]
    if urls := addressed(call.body.commands):
        await app.database.ask(bots.may_name_addresses, call.who.person, bot)
        await check(app.outgoing, urls)
    await app.run(bot_jobs.offer(call.who, bot, call.body))
    return await one(call)


async def set_outgoing(call: Call) -> Reply:
    """Where the bot is told of events; the address is asked first whether it means to be."""
    app, bot = call.app, call.path["bot"]
    check_kinds(call.body.kinds)
    if call.body.url:
        secret_ = await app.database.ask(bots.signing_secret, call.who.person, bot)
        await app.deliveries.verify(call.body.url, secret_)
        await app.run(bot_jobs.tell(call.who, bot, call.body))
    else:
        await app.run(bot_jobs.hush(call.who, bot))
    await app.deliveries.changed()
    return await one(call)


async def resume_outgoing(call: Call) -> Reply:
    """Tell it again, from now on."""
    await call.app.run(bot_jobs.resume(call.who, call.path["bot"]))
    await call.app.deliveries.changed()
    return await one(call)


async def redeliver(call: Call) -> Reply:
    """Send once more what could not be delivered."""
    app, bot = call.app, call.path["bot"]
    await app.run(bot_jobs.redeliver(call.who, bot))
    await app.deliveries.changed()
    await app.deliveries.at_once(bot)
    return await one(call)


async def let_go(call: Call) -> Reply:
    """What could not be delivered is not wanted any more."""
    await call.app.run(bot_jobs.let_go(call.who, call.path["bot"]))
    return await one(call)


ROWS = (
    Route("GET", "/bots", listed, reply=wire.Bots, scope="admin", cost=0.5, codes=_NOT),
    Route(
        "POST", "/bots", create, body=wire.CreateBot, reply=wire.BotMade, scope="admin", cost=1.0,
        codes=(*_NOT, "name_taken", "too_many", "too_few"),
    ),
    Route("GET", "/bots/{bot}", one, reply=wire.Bot, scope="admin", cost=0.5, codes=_NOT),
    Route(
        "GET", "/bots/{bot}/owners", owners, reply=wire.BotOwners, scope="admin", cost=0.5,
        codes=_NOT,
    ),
    Route(
        "PATCH", "/bots/{bot}", change, body=wire.ChangeBot, reply=wire.Bot, scope="admin",
        cost=1.0, codes=(*_NOT, "too_few", "too_many"),
    ),
    Route(
        "DELETE", "/bots/{bot}", delete, reply=Nothing, scope="admin", cost=1.0, codes=_NOT,
    ),
    Route(
        "POST", "/bots/{bot}/tokens", new_token, body=wire.NewBotToken, reply=wire.BotToken,
        scope="admin", cost=1.0, codes=(*_NOT, "too_many"),
    ),
    Route(
        "DELETE", "/bots/{bot}/tokens/{token}", revoke_token, reply=Nothing, scope="admin",
        cost=1.0, codes=_NOT,
    ),
    Route(
        "GET", "/bots/{bot}/signing-secret", signing_secret, reply=wire.SigningSecret,
        scope="admin", cost=0.5, codes=_NOT,
    ),
    Route(
        "POST", "/bots/{bot}/signing-secret", sign_anew, reply=wire.SigningSecret, scope="admin",
        cost=1.0, codes=_NOT,
    ),
    Route(
        "POST", "/bots/{bot}/webhooks", new_webhook, body=wire.NewWebhook, reply=wire.Webhook,
        scope="admin", cost=1.0, codes=(*_NOT, "not_a_member", "too_many"),
    ),
    Route(
        "DELETE", "/bots/{bot}/webhooks/{webhook}", end_webhook, reply=Nothing, scope="admin",
        cost=1.0, codes=_NOT,
    ),
    Route(
        "PUT", "/bots/{bot}/commands", set_commands, body=wire.SetCommands, reply=wire.Bot,
        scope="admin", cost=1.0, codes=(*_NOT, "not_a_member", "too_many", "url_not_verified"),
    ),
    Route(
        "PUT", "/bots/{bot}/outgoing", set_outgoing, body=wire.SetOutgoing, reply=wire.Bot,
        scope="admin", cost=5.0, codes=(*_NOT, "url_not_verified"),
    ),
    Route(
        "POST", "/bots/{bot}/outgoing/resume", resume_outgoing, reply=wire.Bot, scope="admin",
        cost=1.0, codes=_NOT,
    ),
    Route(
        "POST", "/bots/{bot}/outgoing/letters", redeliver, reply=wire.Bot, scope="admin", cost=5.0,
        codes=_NOT,
    ),
    Route(
        "DELETE", "/bots/{bot}/outgoing/letters", let_go, reply=wire.Bot, scope="admin", cost=1.0,
        codes=_NOT,
    ),
)  # fmt: skip
