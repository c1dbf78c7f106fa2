"""A bot in twenty lines: `!hello name` greets, good mornings get a sun, new members a welcome.

TERTULIA_URL=http://127.0.0.1:8000 TERTULIA_TOKEN=... .venv/bin/python bots/examples/hello.py
"""

from tertulia_bot import Bot, Event, Incoming

bot = Bot()


@bot.command("hello", help="greets you, or whom you name")
async def hello(message: Incoming, *, name: str = "") -> None:
    await message.answer(f"Hello, {name or message.author.name}!")


@bot.listen(r"\bgood morning\b")
async def morning(message: Incoming) -> None:
    await message.react("☀️")


@bot.on("member.joined")
async def joined(event: Event) -> None:
    await bot.post(event.stream, f"Welcome, {event.data['person']['name']}!")


bot.run()
