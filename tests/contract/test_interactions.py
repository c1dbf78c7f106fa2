"""Buttons, forms, slash commands and whispers, on both databases."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from protocol.blocks import (
    Button,
    Buttons,
    Context,
    Divider,
    Form,
    Header,
    Option,
    Section,
    SelectInput,
    TextInput,
)
from protocol.bots import Slash
from protocol.commands import (
    AnswerInteraction,
    ChangeModeration,
    DeleteMessage,
    DismissWhisper,
    EditMessage,
    GetHistory,
    GetOverview,
    Interact,
    JoinRoom,
    ListRoomBots,
    Mute,
    PostMessage,
    RemoveMember,
    RunSlash,
    SetSlash,
    ShowWhisper,
)
from protocol.ids import facilitators_stream
from protocol.moderation import Rule, Words
from rooms.actions import bots
from rooms.errors import Refusal
from storage.tables import EVENT, JOB
from storage.transaction import Job, Locks
from storage.writer import carry_out_now
from tests.world import World

FORM = (
    Header(text="Chapter five"),
    Section(text="How **far** are you?", button=Button(id="done", label="Done", value="5")),
    Divider(),
    Form(
        id="ask",
        inputs=(
            TextInput(id="why", label="Why?", max=20),
            SelectInput(
                id="who", label="Who?", options=(Option(value="a", label="Ana"),), required=False
            ),
        ),
    ),
    Buttons(buttons=(Button(id="site", label="Site", url="https://example.org/"),)),
    Context(text="Thursday at 16:00"),
)


class Scene:
    """A room with a facilitator, a member and a bot."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.guide, self.ana = world.person("Gina"), world.person("Ana")
        self.bot = world.person("Helper", "bot")
        self.room = world.room(self.guide, self.ana, self.bot, access="open")

    def refused(self, person: str, command: Any) -> str:
        with pytest.raises(Refusal) as refused:
            self.world.do(person, command)
        return refused.value.code

    def say(self, asked: str, **more: Any) -> Any:
        return self.world.do(self.bot, AnswerInteraction(interaction=asked, **more)).result

    def drawn(self, **more: Any) -> str:
        return self.world.post(self.bot, self.room, "", blocks=FORM, **more)

    def pressed(self, **more: Any) -> str:
        command = Interact(message=self.drawn(), action="done", **more)
        return str(self.world.do(self.ana, command).result["interaction"])

    def events(self, stream: str) -> list[tuple[str, dict[str, Any]]]:
        query = select(EVENT.c.kind, EVENT.c.data).where(EVENT.c.stream_id == stream)
        with self.world.database.read() as connection:
            return [
                (r.kind, json.loads(r.data))
                for r in connection.execute(query.order_by(EVENT.c.seq))
            ]

    def as_system(self, act: Any, *write: str) -> None:
        self.world.now += 1_000_000
        carry_out_now(
            self.world.database, [Job("system", lambda _: Locks(write, ()), act)], self.world.now
        )

    def everything(self) -> str:
        with self.world.database.read() as connection:
            return "".join(connection.execute(select(EVENT.c.data)).scalars())


@pytest.fixture
def scene(world: World) -> Scene:
    return Scene(world)


def test_blocks_stand_in_the_message_and_their_words_in_its_body(scene: Scene) -> None:
    message = scene.drawn()
    [found] = scene.world.ask(scene.ana, GetHistory(room=scene.room)).messages
    assert [block["type"] for block in found.blocks] == [
        "header", "section", "divider", "form", "buttons", "context",
    ]  # fmt: skip
    assert found.body == (
        "Chapter five\nHow **far** are you?\n[Done]\nWhy?: …\nWho?: …\n[Site]\nThursday at 16:00"
    )
    [(_, posted)] = [e for e in scene.events(scene.room) if e[0] == "message.posted"]
    assert posted["blocks"] == list(found.blocks)
    scene.world.do(scene.bot, EditMessage(message=message, body="Other words"))
    [found] = scene.world.ask(scene.ana, GetHistory(room=scene.room)).messages
    assert (found.body, len(found.blocks)) == ("Other words", 6)
    scene.world.do(scene.bot, EditMessage(message=message, body="Plain", blocks=()))
    [found] = scene.world.ask(scene.ana, GetHistory(room=scene.room)).messages
    assert (found.body, found.blocks) == ("Plain", None)


@pytest.mark.promise_p8
def test_blocks_are_gone_with_the_message_and_with_an_edit(scene: Scene) -> None:
    message = scene.drawn()
    scene.world.do(scene.bot, EditMessage(message=message, body="x", blocks=(Header(text="New"),)))
    assert "Thursday at 16:00" not in "".join(
        json.dumps(data) for kind, data in scene.events(scene.room)
    )
    scene.world.do(scene.bot, DeleteMessage(message=message))
    assert "New" not in scene.everything()
    assert scene.refused(scene.ana, Interact(message=message, action="done")) == "already_deleted"


@pytest.mark.attack
def test_people_draw_nothing(scene: Scene) -> None:
    post = PostMessage(room=scene.room, body="x", blocks=FORM)
    assert scene.refused(scene.ana, post) == "invalid"
    own = scene.world.post(scene.ana, scene.room)
    assert scene.refused(scene.ana, EditMessage(message=own, body="y", blocks=FORM)) == "invalid"


def test_rules_look_at_blocks_as_well(scene: Scene) -> None:
    rule = Rule(
        id="", name="No", when=Words(words=("forbidden",)), action="block", message="No.",
        exempt=(),
    )  # fmt: skip
    scene.world.do(scene.guide, ChangeModeration(room=scene.room, rules=[rule]))
    post = PostMessage(room=scene.room, body="fine", blocks=(Section(text="forbidden"),))
    assert scene.refused(scene.bot, post) in ("blocked_by_rule", "ok")


@pytest.mark.promise_p3
def test_a_button_reaches_the_bot_alone_and_once(scene: Scene) -> None:
    message = scene.drawn()
    press = Interact(message=message, action="done", client_id="c1")
    first = scene.world.do(scene.ana, press)
    again = scene.world.do(scene.ana, press)
    assert again.duplicate
    assert again.result == first.result
    [(kind, made)] = [e for e in scene.events(scene.bot) if e[0].startswith("interaction")]
    assert kind == "interaction.made"
    assert (made["what"], made["name"], made["value"]) == ("button", "done", "5")
    assert (made["person"], made["message"], made["room"]) == (scene.ana, message, scene.room)
    others = [kind for stream in (scene.room, scene.ana) for kind, _ in scene.events(stream)]
    assert not [kind for kind in others if kind.startswith("interaction")]


def test_what_cannot_be_pressed(scene: Scene) -> None:
    message = scene.drawn()
    for action in ("nothing", "site", "why"):
        assert scene.refused(scene.ana, Interact(message=message, action=action)) == "not_found"
    full = Interact(message=message, action="done", values={"why": "x"})
    assert scene.refused(scene.ana, full) == "invalid"
    plain = scene.world.post(scene.ana, scene.room)
    assert scene.refused(scene.ana, Interact(message=plain, action="done")) == "not_found"
    stranger = scene.world.person("Sten")
    assert scene.refused(stranger, Interact(message=message, action="done")) == "not_a_member"
    scene.world.do(scene.guide, Mute(room=scene.room, person=scene.ana, seconds=60, reason="x"))
    assert scene.refused(scene.ana, Interact(message=message, action="done")) == "muted"
    scene.world.do(scene.guide, RemoveMember(room=scene.room, person=scene.bot))
    assert scene.refused(scene.guide, Interact(message=message, action="done")) == "bot_gone"


@pytest.mark.promise_p8
def test_a_form_is_checked_answered_and_forgotten(scene: Scene) -> None:
    message = scene.drawn()

    def fill(**values: str) -> Interact:
        return Interact(message=message, action="ask", values=values)

    assert scene.refused(scene.ana, fill()) == "too_short"
    assert scene.refused(scene.ana, fill(why="x" * 21)) == "too_long"
    assert scene.refused(scene.ana, fill(why="x", who="b")) == "invalid"
    assert scene.refused(scene.ana, fill(why="x", more="b")) == "invalid"
    asked = scene.world.do(scene.ana, fill(why="a secret", who="a")).result["interaction"]
    [(_, made)] = [e for e in scene.events(scene.bot) if e[0] == "interaction.made"]
    assert made["values"] == {"why": "a secret", "who": "a"}
    with scene.world.database.read() as connection:
        jobs = connection.execute(select(JOB.c.kind, JOB.c.due_at).where(JOB.c.key == asked)).all()
    assert [job.kind for job in jobs] == [bots.EXPIRE]
    scene.world.now = jobs[0].due_at
    scene.as_system(lambda facts: bots.expire(facts, asked), scene.bot)
    assert "a secret" not in scene.everything()
    assert scene.events(scene.bot)[-1][0] == "interaction.expired"
    answer = AnswerInteraction(interaction=asked, body="late")
    assert scene.refused(scene.bot, answer) == "not_found"


def test_a_bot_answers_in_every_way(scene: Scene) -> None:
    asked = scene.pressed()
    whisper = scene.say(asked, body="Noted")["whisper"]
    [shown] = scene.world.ask(scene.ana, GetOverview()).whispers
    assert (shown.id, shown.body, shown.bot, shown.room) == (
        whisper, "Noted", scene.bot, scene.room,
    )  # fmt: skip
    assert scene.world.ask(scene.guide, GetOverview()).whispers == ()
    posted = scene.say(asked, show="room", body="Ana is done")["message"]
    scene.say(asked, show="edit", blocks=(Section(text="Thanks"),))
    first, second = scene.world.ask(scene.ana, GetHistory(room=scene.room)).messages
    assert (first.body, second.id, second.author) == ("Thanks", posted, scene.bot)
    scene.say(asked, show="gone")
    scene.say(asked, show="done")
    assert scene.world.ask(scene.ana, GetHistory(room=scene.room)).messages[0].body is None
    assert [k for k, _ in scene.events(scene.ana)].count("interaction.answered") == 5
    answer = AnswerInteraction(interaction=asked, body="six")
    assert scene.refused(scene.bot, answer) == "too_many"


@pytest.mark.attack
def test_only_the_bot_that_was_asked_answers_and_only_where_it_may(scene: Scene) -> None:
    other = scene.world.person("Other", "bot")
    scene.world.do(other, JoinRoom(room=scene.room))
    asked = scene.pressed()
    answer = AnswerInteraction(interaction=asked, body="x", show="room")
    assert scene.refused(other, answer) == "not_found"
    assert scene.refused(scene.ana, answer) == "not_found"
    scene.world.do(scene.guide, Mute(room=scene.room, person=scene.bot, seconds=60, reason="x"))
    assert scene.refused(scene.bot, answer) == "muted"
    whisper = AnswerInteraction(interaction=asked, body="x")
    assert scene.refused(scene.bot, whisper) == "muted"
    assert scene.events(facilitators_stream(scene.room))


def test_a_whisper_holds_a_form_and_is_replaced_and_dismissed(scene: Scene) -> None:
    show = ShowWhisper(room=scene.room, person=scene.ana, blocks=FORM, dialog=True)
    whisper = scene.world.do(scene.bot, show).result["whisper"]
    fill = Interact(message=whisper, action="ask", values={"why": "so"})
    assert scene.refused(scene.guide, fill) == "not_found"
    asked = scene.world.do(scene.ana, fill).result["interaction"]
    scene.world.do(scene.bot, AnswerInteraction(interaction=asked, show="edit", body="Thank you"))
    [shown] = scene.world.ask(scene.ana, GetOverview()).whispers
    assert (shown.id, shown.body, shown.blocks, shown.dialog) == (whisper, "Thank you", None, True)
    assert "Chapter five" not in json.dumps(scene.events(scene.ana))
    assert scene.refused(scene.guide, DismissWhisper(whisper=whisper)) == "not_found"
    scene.world.do(scene.ana, DismissWhisper(whisper=whisper))
    assert scene.world.ask(scene.ana, GetOverview()).whispers == ()
    assert "Thank you" not in scene.everything()


@pytest.mark.attack
def test_people_do_not_whisper_nor_bots_to_who_is_not_there(scene: Scene) -> None:
    whisper = ShowWhisper(room=scene.room, person=scene.guide, body="psst")
    assert scene.refused(scene.ana, whisper) == "not_allowed"
    away = scene.world.person("Away")
    assert scene.refused(
        scene.bot, ShowWhisper(room=scene.room, person=away, body="psst")
    ) == "not_found"  # fmt: skip


@pytest.mark.promise_p8
def test_a_whisper_fades_after_a_day(scene: Scene) -> None:
    show = ShowWhisper(room=scene.room, person=scene.ana, body="soon gone")
    whisper = scene.world.do(scene.bot, show).result["whisper"]
    scene.as_system(lambda facts: bots.fade(facts, whisper), scene.ana)
    assert "soon gone" not in scene.everything()
    scene.as_system(lambda facts: bots.fade(facts, whisper), scene.ana)


def test_slash_commands_are_offered_and_run(scene: Scene) -> None:
    offer = SetSlash(
        commands=(Slash(name="remind", hint="when what", help="Reminds"), Slash(name="list")),
        room=scene.room,
    )
    scene.world.do(scene.bot, offer)
    [seen] = scene.world.ask(scene.ana, ListRoomBots(room=scene.room)).bots
    assert [(one.name, one.hint) for one in seen.commands] == [
        ("remind", "when what"),
        ("list", ""),
    ]
    run = RunSlash(room=scene.room, name="/Remind", text="tomorrow read")
    asked = scene.world.do(scene.ana, run).result["interaction"]
    [(_, made)] = [e for e in scene.events(scene.bot) if e[0] == "interaction.made"]
    assert (made["what"], made["name"], made["body"]) == ("command", "remind", "tomorrow read")
    scene.world.do(scene.bot, AnswerInteraction(interaction=asked, show="room", body="I will."))
    wrong = AnswerInteraction(interaction=asked, show="edit", body="x")
    assert scene.refused(scene.bot, wrong) == "invalid"
    scene.world.do(scene.bot, SetSlash(commands=(), room=scene.room))
    assert scene.refused(scene.ana, run) == "no_such_command"


@pytest.mark.attack
def test_who_offers_commands_and_which(scene: Scene) -> None:
    assert scene.refused(scene.ana, SetSlash(commands=(Slash(name="x"),))) == "not_allowed"
    for name in ("X", "", "a b", "a" * 33, "/x"):
        assert scene.refused(scene.bot, SetSlash(commands=(Slash(name=name),))) == "invalid"
    twice = SetSlash(commands=(Slash(name="a"), Slash(name="a")))
    assert scene.refused(scene.bot, twice) == "invalid"
    many = SetSlash(commands=tuple(Slash(name=f"a{n}") for n in range(26)))
    assert scene.refused(scene.bot, many) == "too_many"
    elsewhere = scene.world.room(scene.guide, name="Elsewhere", access="invite")
    command = SetSlash(commands=(Slash(name="a"),), room=elsewhere)
    assert scene.refused(scene.bot, command) == "not_found"


WRONG = (
    (Header(text=" "),),
    (Header(text="x" * 3_001),),
    (Buttons(buttons=()),),
    (Buttons(buttons=(Button(id="a", label="A"), Button(id="a", label="B"))),),
    (Buttons(buttons=(Button(id="", label="A"),)),),
    (Buttons(buttons=(Button(id="a", label=""),)),),
    (Buttons(buttons=(Button(id="a", label="A", url="javascript:alert(1)"),)),),
    (Buttons(buttons=tuple(Button(id=str(n), label="A") for n in range(11))),),
    (Form(id="f", inputs=()),),
    (Form(id="f", inputs=(TextInput(id="a", label="A"), TextInput(id="a", label="A"))),),
    (Form(id="f", inputs=(SelectInput(id="a", label="A", options=()),)),),
    (Form(id="f", inputs=(TextInput(id="a", label="A", max=3_001),)),),
    tuple(Divider() for _ in range(31)),
    tuple(Section(text="x" * 3_000) for _ in range(6)),
)


@pytest.mark.parametrize("blocks", WRONG)
def test_blocks_have_bounds(scene: Scene, blocks: Any) -> None:
    code = scene.refused(scene.bot, PostMessage(room=scene.room, body="x", blocks=blocks))
    assert code in ("invalid", "too_many", "too_few", "too_long", "too_short")
