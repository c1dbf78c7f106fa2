"""The audit is whole: what is done at a desk, above rooms and between them has its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chat.verbs import VERBS
from protocol import commands as c
from protocol.moderation import Holds, Rule, Words
from rooms.errors import Refusal
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
TEXTS, ACCOUNTS = ROOT / "web" / "src" / "texts", ROOT / "accounts"


def acts(world: World, person: str, room: str | None = None) -> list[tuple[str, str]]:
    """What the log says, the newest first: act and note."""
    return [(one.act, one.note) for one in world.ask(person, c.GetLog(room=room)).entries]


def test_what_is_decided_at_the_desk(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    rules = [
        Rule(name="No cabbage", when=Words(words=("cabbage",))),
        Rule(name="No leek", when=Words(words=("leek",)), on=False),
    ]
    world.do(ana, c.ChangeModeration(room=room, holds=Holds(everyone=True), rules=rules))
    one, two = (world.do(ben, c.PostMessage(room=room, body="Hm")).result["held"] for _ in range(2))
    world.do(ana, c.ReleaseHeld(held=one))
    world.do(ana, c.DeclineHeld(held=two, reason="Not so"))
    report = c.MakeReport(category="other", message=world.post(ana, room))
    about_ben = c.MakeReport(category="other", room=room, person=ben)
    made = world.do(ana, about_ben).result["report"]
    world.do(ana, c.AssignReport(report=made))
    world.do(ana, c.ResolveReport(report=made, outcome="talked"))
    assert acts(world, ana, room) == [
        ("report.resolve", ""),
        ("report.assign", ""),
        ("held.decline", ""),
        ("held.release", ""),
        ("moderation.change", "rules 2, on 1, holds everyone"),
    ]
    assert report


def test_what_is_decided_above_rooms(world: World) -> None:
    olga, ana, ben = world.person("Olga", "owner"), world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    about_ana = c.MakeReport(category="unkind", room=room, person=ana)
    made = world.do(ben, about_ana).result["report"]
    world.do(olga, c.AssignReport(report=made))
    world.do(olga, c.ResolveReport(report=made, outcome="talked"))
    rules = [Rule(name="No cabbage", when=Words(words=("cabbage",)))]
    world.do(olga, c.ChangeCommunityRules(rules=rules))
    world.do(olga, c.ChangeCommunityRules(rules=world.ask(olga, c.GetAdminDesk()).moderation.rules))
    given = world.do(olga, c.SuspendPerson(person=ben)).result["sanction"]
    world.do(olga, c.LiftSanction(sanction=given))
    assert acts(world, olga) == [
        ("sanction.lift", ""),
        ("person.suspend", ""),
        ("community.rules", "rules 1, on 1"),
        ("report.resolve", ""),
        ("report.assign", ""),
    ]


def test_a_moved_thread_is_in_the_log_of_both_rooms(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    left, right = world.room(ana, ben), world.room(ana)
    root = world.post(ben, left, "Off the subject")
    world.do(ana, c.MoveThread(thread=root, room=right))
    assert acts(world, ana, left) == [("thread.move", "out")]
    assert acts(world, ana, right) == [("thread.move", "in")]


@pytest.mark.parametrize("after", ["² a", "1" * 19 + " a", "a", ""])
def test_a_cursor_that_is_none_is_refused(world: World, after: str) -> None:
    olga = world.person("Olga", "owner")
    with pytest.raises(Refusal, match="invalid"):
        world.ask(olga, c.GetLog(after=after))


def test_every_act_has_its_words_on_the_screen() -> None:
    """The log and its filter say every act in words; a new one must not show its code."""
    known = "".join(path.read_text() for path in TEXTS.rglob("en.*.ts"))
    # Whatever a wrapper of `chat.verbs` writes down, and what accounts write themselves.
    down = [kind for kind, verb in VERBS.items() if verb.action.__name__ == "acting"]
    tags = {str(kind.__struct_config__.tag) for kind in down} - {"room.leave"}
    tags |= {
        "community.change", "community.set_up", "invitation.create", "invitation.revoke",
        "person.class_list", "person.approve", "person.decline", "person.role", "person.suspend",
        "link.reset", "link.sign_in", "bot.create", "token.create", "token.revoke",
        "account.closed", "account.erased",
    }  # fmt: skip
    # What is done to bots stands in the log of their room.
    lines = re.compile(r'(?:written|audit)\([^()]*?"(bot\.\w+)"')
    of_bots = {act for path in ACCOUNTS.glob("bot*.py") for act in lines.findall(path.read_text())}
    assert len(of_bots) > 6
    tags |= of_bots
    missing = [tag for tag in sorted(tags) if f'"act.{tag.replace(".", "_", 1)}"' not in known]
    assert missing == []


@pytest.mark.parametrize("tag", ["report.resolve", "community.rules"])
def test_what_changed_nothing_is_no_act(world: World, tag: str) -> None:
    olga = world.person("Olga", "owner")
    if tag == "community.rules":
        world.do(olga, c.ChangeCommunityRules(rules=[]))
    assert tag not in [act for act, _ in acts(world, olga)]
