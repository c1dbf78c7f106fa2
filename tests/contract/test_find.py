"""Finding messages, on both databases: what is found, in what order, and what never is."""

from __future__ import annotations

import pytest

from protocol import limits
from protocol.commands import (
    ArchiveRoom,
    ChangeRoom,
    DeleteMessage,
    EditMessage,
    FindMessages,
    JoinRoom,
    LeaveRoom,
    OpenDirectRoom,
    RemoveMember,
)
from protocol.listings import Found
from rooms.errors import Refusal
from tests.world import World


def find(world: World, person: str, q: str, **more: object) -> Found:
    found: Found = world.ask(person, FindMessages(q=q, **more))  # type: ignore[arg-type]
    return found


def bodies(world: World, person: str, q: str) -> list[str]:
    return [f.excerpt for f in find(world, person, q).results]


class TestWords:
    """What counts as the same."""

    @pytest.mark.parametrize(
        ("body", "typed"),
        [
            ("We met Müller in the Straße", "MULLER strasse"),
            ("¿Qué año? Mañana, señor", "que ano manana"),
            ("İstanbul'da \u0131l\u0131k bir akşam", "istanbul ilik aksam"),
            ("Ærø, Łódź and Đà Nẵng", "aero lodz da nang"),
            ("Οδυσσεύς", "οδυσσευσ"),
            ("明日は東京タワーに行きます", "東京タワー"),
            ("明日は東京タワーに行きます", "京"),
            ("我们读红楼梦", "红楼"),
            ("สวัสดีครับ", "ดีคร"),
            ("한국어 수업", "한국"),
            ("مُعَلِّم", "معلم"),
            ("She won't re-read it", "won't re-read"),
            ("a decomposed cafe\u0301", "café"),
            ("read https://example.org/page_two", "example.org page_two"),
        ],
    )
    def test_folded_alike(self, world: World, body: str, typed: str) -> None:
        ana = world.person("Ana")
        world.post(ana, world.room(ana), body)
        assert bodies(world, ana, typed) == [body]

    def test_only_the_last_word_goes_on(self, world: World) -> None:
        ana = world.person("Ana")
        world.post(ana, world.room(ana), "whether the letter was opened")
        assert bodies(world, ana, "letter open")
        assert not bodies(world, ana, "letter open ")
        assert not bodies(world, ana, "lett opened")
        assert not bodies(world, ana, '"letter was open"')
        assert bodies(world, ana, '"letter was open')

    def test_phrases_and_order(self, world: World) -> None:
        ana = world.person("Ana")
        room = world.room(ana)
        world.post(ana, room, "the old letter and the new")
        world.post(ana, room, "the new letter and the old")
        assert bodies(world, ana, "old letter ") == [
            "the new letter and the old",
            "the old letter and the new",
        ]
        assert bodies(world, ana, '"old letter"') == ["the old letter and the new"]
        assert find(world, ana, '"old letter"').results[0].marks == ((4, 14),)

    @pytest.mark.attack
    @pytest.mark.parametrize(
        "typed",
        [
            '"', '""', "'", "\\", "%", "_", "*", "a* OR b*", "NEAR(a b)", "words:a", "-a", "^a",
            "a & b", "a | !b", "a <-> b", "'a':*", "a:*", "') OR 1=1 --", "{a}", "(", "AND",
            "from:", "in:", "before:never",
            'in:"', "#r_", "@p_", "1_a", "\ud800", "🙂", "a\u200bb", "x" * 290,
        ],
    )  # fmt: skip
    def test_no_syntax_is_an_error(self, world: World, typed: str) -> None:
        ana = world.person("Ana")
        world.post(ana, world.room(ana), "quite another thing")
        assert not find(world, ana, typed + " zzz ").results
        assert not find(world, ana, typed + " zzz").results
        find(world, ana, typed[: limits.FIND])

    def test_nothing_to_look_for(self, world: World) -> None:
        ana = world.person("Ana")
        world.post(ana, world.room(ana), "something")
        assert not find(world, ana, "").asked
        assert not find(world, ana, ' "" ?! ').asked
        with pytest.raises(Refusal, match="too_long"):
            find(world, ana, "x" * (limits.FIND + 1))


class TestFilters:
    """Who, where, when."""

    def test_from_and_in(self, world: World) -> None:
        ana, ben = world.person("Ana"), world.person("Ben")
        club, circle = world.room(ana, ben, name="Book Club"), world.room(ana, ben, name="Círculo")
        world.post(ana, club, "a letter")
        world.post(ben, club, "another letter")
        world.post(ben, circle, "no letter here")
        assert bodies(world, ana, "letter from:ben") == ["no letter here", "another letter"]
        assert bodies(world, ana, "letter from:me") == ["a letter"]
        assert bodies(world, ana, "from:BEN in:circulo") == ["no letter here"]
        assert bodies(world, ana, 'in:"book club" letter') == ["another letter", "a letter"]
        assert bodies(world, ana, "in:club from:ana from:ben") == ["another letter", "a letter"]
        assert bodies(world, ana, f"in:{club} letter from:@ana") == ["a letter"]
        assert not bodies(world, ana, "letter from:nobody")
        assert not bodies(world, ana, "letter in:nowhere")

    def test_before_and_after(self, world: World) -> None:
        ana = world.person("Ana")
        room = world.room(ana)
        world.post(ana, room, "an old letter")
        world.now += 3 * 24 * 3600 * 1_000_000
        world.post(ana, room, "a new letter")
        # The clock of the tests begins on 21 September 2026.
        assert bodies(world, ana, "letter before:2026-09-23") == ["an old letter"]
        assert bodies(world, ana, "letter after:2026-09-23") == ["a new letter"]
        assert bodies(world, ana, "after:2026-09 before:2026-10 letter") == [
            "a new letter",
            "an old letter",
        ]
        assert not bodies(world, ana, "letter before:2026")
        assert not bodies(world, ana, "letter before:2026-13"), "no month: words"

    def test_pages_are_whole_and_without_doubles(self, world: World) -> None:
        ana = world.person("Ana")
        room = world.room(ana)
        ids = [world.post(ana, room, f"letter {n}") for n in range(23)]
        seen: list[str] = []
        after = None
        while True:
            page = find(world, ana, "letter", after=after, limit=5)
            seen += [f.message for f in page.results]
            if len(seen) == 10:
                world.do(ana, DeleteMessage(message=seen[-1]))
            after = page.next
            if after is None:
                break
        assert seen == ids[::-1]


@pytest.mark.attack
class TestPolicy:
    """What one may not read is not found."""

    def test_rooms_of_others(self, world: World) -> None:
        ana, ben, gus = world.person("Ana"), world.person("Ben"), world.person("Gus", "guest")
        closed = world.room(ana, access="invite")
        world.post(ana, closed, "a secret letter")
        direct = world.do(ana, OpenDirectRoom(people=[world.person("Eva")])).result["room"]
        world.post(ana, direct, "a private letter")
        opened = world.room(ana, access="open", name="Commons")
        world.post(ana, opened, "a public letter")
        assert len(bodies(world, ana, "letter")) == 3
        assert bodies(world, ben, "letter") == ["a public letter"]
        assert bodies(world, gus, "letter") == []
        for q in (f"in:{closed}", f"letter in:{direct}", "from:ana secret", "in:reading"):
            found = find(world, ben, q)
            assert (found.results, found.rooms, found.next) == ((), (), None), q

    def test_after_leaving_removal_and_deletion(self, world: World) -> None:
        ana, ben, eva = world.person("Ana"), world.person("Ben"), world.person("Eva")
        room = world.room(ana, ben, eva, access="open")
        first = world.post(ana, room, "an old letter")
        world.post(ben, room, "a reply letter", thread=first)
        world.do(ana, ChangeRoom(room=room, access="invite"))
        assert len(bodies(world, ben, "letter")) == 2
        world.do(ben, LeaveRoom(room=room))
        world.do(ana, RemoveMember(room=room, person=eva))
        assert bodies(world, ben, "letter") == bodies(world, eva, "letter") == []
        world.do(ana, DeleteMessage(message=first))
        assert bodies(world, ana, "letter") == ["a reply letter"]
        world.do(ana, ArchiveRoom(room=room))
        assert bodies(world, ana, "letter") == ["a reply letter"]

    def test_an_edit_is_found_by_its_new_text_alone(self, world: World) -> None:
        ana = world.person("Ana")
        message = world.post(ana, world.room(ana), "a letter")
        for body in ("a postcard", "a telegram"):
            world.do(ana, EditMessage(message=message, body=body))
        assert bodies(world, ana, "letter") == bodies(world, ana, "postcard") == []
        assert bodies(world, ana, "telegram") == ["a telegram"]

    def test_history_before_joining(self, world: World) -> None:
        ana, ben = world.person("Ana"), world.person("Ben")
        room = world.room(ana, access="open", history="joining")
        first = world.post(ana, room, "an early letter")
        world.do(ben, JoinRoom(room=room))
        assert bodies(world, ben, "letter") == []
        world.post(ana, room, "a late letter")
        world.post(ana, room, "a letter in the old thread", thread=first)
        assert bodies(world, ben, "early") == []
        assert "a late letter" in bodies(world, ben, "letter")
        assert len(bodies(world, ana, "letter")) == 3
