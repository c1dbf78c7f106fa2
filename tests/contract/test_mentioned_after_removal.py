"""Whoever was removed is mentioned where they no longer are: nothing of it reaches them by any way,
and once they are invited back they see what newcomers see."""

from __future__ import annotations

from typing import Any

import pytest

from protocol import commands as c
from protocol.ids import facilitators_stream
from rooms.errors import Refusal
from storage.streams import events_after, states
from tests.contract.push_kit import Post, say

pytestmark = pytest.mark.attack
CANARY = "Quetzalcoatl"


class Gone:
    """Ana's private room, which Ben was removed from; he has said something there and owns a
    thread, his phone is on and wants to hear of everything."""

    def __init__(self, post: Post, history: str) -> None:
        self.post, self.world = post, post.world
        self.ana, self.ben, self.cleo = (self.world.person(n) for n in ("Ana", "Ben", "Cleo"))
        self.room = self.world.room(self.ana, access="invite", history=history)
        self.let_in(self.ben)
        self.let_in(self.cleo)
        self.his = say(post, self.ben, self.room, "A question")
        self.hers = say(post, self.cleo, self.room, f"As <@{self.ben}> says")
        post.do(self.ben, c.NotifyRoom(room=self.room, level="all"))
        post.do(self.ben, c.NotifyThread(thread=self.his, level="all"))
        post.do(self.ben, c.FollowThread(thread=self.hers))
        post.do(self.ana, c.RemoveMember(room=self.room, person=self.ben))

    def let_in(self, who: str) -> None:
        """Invited, and come."""
        self.post.do(self.ana, c.InviteToRoom(room=self.room, people=[who]))
        self.post.do(who, c.JoinRoom(room=self.room))

    def mention(self) -> None:
        """By id, by name, with everybody, in threads, by an edit, by a tool."""
        say_, room = self.say, self.room
        say_(f"{CANARY}, <@{self.ben}>")
        say_(f"@Ben @ben {CANARY}")
        say_(f"<@room> <@facilitators> {CANARY}")
        for thread in (self.his, self.hers):
            say_(f"{CANARY}, <@{self.ben}> <@room>", thread=thread)
        self.post.do(self.cleo, c.EditMessage(message=self.hers, body=f"{CANARY} <@{self.ben}>"))
        self.post.do(self.ana, c.PinMessage(message=self.hers))
        words = f"tomorrow at 9:00 to tell <@{self.ben}> of {CANARY}"
        self.post.do(self.ana, c.SetReminder(words=words, room=room, whom="room"))

    def say(self, body: str, **more: Any) -> str:
        return say(self.post, self.ana, self.room, body, **more)

    def streams(self) -> dict[str, int]:
        """What stands in the streams of Ben's own."""
        with self.world.database.read() as connection:
            found = states(connection, [self.ben])
            assert CANARY not in repr(events_after(connection, self.ben, 0))
            return {one.id: one.head_seq for one in found.values()}

    def refused(self) -> None:
        """No question of Ben's is answered from the room."""
        for query in (
            c.GetRoom(room=self.room),
            c.GetHistory(room=self.room),
            c.GetThread(thread=self.his),
            c.GetMessage(message=self.hers),
            c.GetEvents(stream=self.room),
            c.GetEvents(stream=facilitators_stream(self.room)),
            c.ListPlanned(room=self.room),
        ):
            with pytest.raises(Refusal):
                self.world.ask(self.ben, query)
        assert self.world.ask(self.ben, c.FindMessages(q=CANARY)).results == ()

    def overview(self, *follows: str) -> Any:
        """Ben's entry for the room on his first screen, which names nothing that was said."""
        found = self.world.ask(self.ben, c.GetOverview())
        assert CANARY not in repr(found)
        assert tuple(one.thread for one in found.followed) == follows
        return next((one for one in found.rooms if one.room.id == self.room), None)


@pytest.mark.parametrize("history", ["all", "joining"])
async def test_a_mention_after_a_removal_reaches_nobody(post: Post, history: str) -> None:
    gone = Gone(post, history)
    phone = await post.phone(gone.ben)
    await post.later()
    before = gone.streams()
    gone.mention()
    assert await post.later(40) == []
    assert gone.streams() == before
    assert gone.overview() is None
    gone.refused()

    # Invited back, and not yet come: of the room there is the card.
    gone.post.do(gone.ana, c.InviteToRoom(room=gone.room, people=[gone.ben]))
    gone.mention()
    assert await post.later(40) == []
    entry = gone.overview()
    assert (entry.me.state, entry.head_no, entry.mentions) == ("invited", 0, 0)
    gone.refused()

    post.do(gone.ben, c.JoinRoom(room=gone.room))
    assert await post.later(40) == [], "what was said before is no news"
    # A thread of one's own is followed by whoever may read it.
    follows = (gone.his,) if history == "all" else ()
    entry = gone.overview(*follows)
    assert (entry.mentions, entry.me.read_no) == (0, entry.head_no)
    seen = gone.world.ask(gone.ben, c.GetHistory(room=gone.room)).messages
    assert (CANARY in repr(seen)) == (history == "all")
    found = gone.world.ask(gone.ben, c.FindMessages(q=CANARY)).results
    assert bool(found) == (history == "all")

    # The same to a member, so that the silence above means something.
    gone.say(f"Good that you are back, <@{gone.ben}>")
    assert {one["for"] for one in await post.later(40)} == {phone}
    assert gone.overview(*follows).mentions == 1
