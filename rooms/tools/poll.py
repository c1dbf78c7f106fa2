"""Polls: a question, a few answers, an end; with names, or so that nobody can tell who said what.

A named vote is a change that everybody reads, and can be changed until the end. An anonymous one
is no event at all: under the room's lock a counter is moved and the voter's own mark says that they
have voted, not what; nothing goes into stream, ring or bus, and the counters are shown when the
poll is closed, if enough have voted. So it cannot be changed: nobody knows which is whose.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from rooms import text
from rooms.errors import Refusal
from rooms.records import Ballot
from rooms.tools.base import Action, Asked, Change, Document, Happened, Step, Tool

MOST_POLLS = 20
MOST_VOTERS = 500
"""Who vote by name in one poll: the document holds every vote."""
FEWEST = 3
"""Anonymous votes that are shown: fewer would say who."""
OPTIONS = 10
QUESTION = 200
OPTION = 100
LONGEST = 90 * 24 * 3600
"""Seconds that a poll may be open."""
_SECOND = 1_000_000


class Poll(msgspec.Struct, frozen=True, kw_only=True):
    """A poll. `until`: microseconds since 1970. `votes`: of named ones, who chose what; `counts`:
    once it is closed, votes for each option. `question` and `options` are gone with their author's
    account; `size` is how many options there were."""

    id: int
    by: str
    question: str | None
    options: tuple[str, ...]
    size: int
    body_seq: int
    anonymous: bool = False
    many: bool = False
    until: int | None = None
    closed: bool = False
    votes: dict[str, tuple[int, ...]] = {}
    counts: tuple[int, ...] | None = None
    voters: int = 0
    """Once it is closed: how many voted."""


class Polls(Document, frozen=True):
    """The polls in order of opening; `last` is the newest's id, dropped ones counted."""

    polls: tuple[Poll, ...] = ()
    last: int = 0


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """One's own: the anonymous polls in which one has voted."""

    voted: tuple[int, ...] = ()


# --- what may be asked --------------------------------------------------------------------------


class Open(Action, frozen=True, tag="open"):
    """Ask the room something. `many`: one may choose several; `seconds`: until it ends."""

    question: str
    options: tuple[str, ...]
    anonymous: bool = False
    many: bool = False
    seconds: int | None = None


class Vote(Action, frozen=True, tag="vote"):
    """Choose, by place from 0. By name again is instead; nothing chosen takes it back."""

    id: int
    options: tuple[int, ...]


class Close(Action, frozen=True, tag="close"):
    """End it: who asked or a facilitator; anybody once its time is over."""

    id: int


class Drop(Action, frozen=True, tag="drop"):
    """Take it off the list: who asked, or a facilitator."""

    id: int


Actions = Open | Vote | Close | Drop


# --- what happens -------------------------------------------------------------------------------


class Opened(Change, frozen=True, tag="opened"):
    """A poll; the event's body has the question and the options, a line each."""

    id: int
    size: int
    anonymous: bool = False
    many: bool = False
    until: int | None = None


class Voted(Change, frozen=True, tag="voted"):
    """Somebody chose, by name."""

    id: int
    options: tuple[int, ...] = ()


class Closed(Change, frozen=True, tag="closed"):
    """Over. `counts` is null where too few voted anonymously to be shown."""

    id: int
    voters: int
    counts: tuple[int, ...] | None = None


class Dropped(Change, frozen=True, tag="dropped"):
    """Off the list, its words are gone."""

    id: int


Changes = Opened | Voted | Closed | Dropped


# --- deciding -----------------------------------------------------------------------------------


def decide(asked: Asked, action: Actions) -> list[Step]:
    """What an action does."""
    return _DECIDE[type(action)](asked, action)


def _open(asked: Asked, action: Open) -> list[Step]:
    if not 2 <= len(action.options) <= OPTIONS:
        many = len(action.options) > OPTIONS
        bound = {"max": OPTIONS} if many else {"min": 2}
        actual = len(action.options)
        code = "too_many" if many else "too_few"
        raise Refusal(code, what="answers to choose from", actual=actual, **bound)
    if len(asked.state.polls) >= MOST_POLLS:
        raise Refusal("too_many", what="polls", max=MOST_POLLS, actual=MOST_POLLS + 1)
    if action.seconds is not None and not 60 <= action.seconds <= LONGEST:
        raise Refusal("invalid", field="action.seconds", problem="a minute to 90 days")
    lines = [text.line("question", action.question, QUESTION, 1)]
    lines += [text.line("options", one, OPTION, 1) for one in action.options]
    until = None if action.seconds is None else asked.now + action.seconds * _SECOND
    opened = Opened(
        id=asked.state.last + 1,
        size=len(action.options),
        anonymous=action.anonymous,
        many=action.many,
        until=until,
    )
    return [Step(opened, body="\n".join(lines))]


def _found(asked: Asked, id_: int) -> Poll:
    for poll in asked.state.polls:
        if poll.id == id_:
            found: Poll = poll
            return found
    raise Refusal("not_found", what="poll")


def _is_over(poll: Poll, now: int) -> bool:
    return poll.closed or (poll.until is not None and now >= poll.until)


def _vote(asked: Asked, action: Vote) -> list[Step]:
    poll = _found(asked, action.id)
    if _is_over(poll, asked.now):
        raise Refusal("poll_over")
    chosen = tuple(sorted(set(action.options)))
    if any(not 0 <= one < poll.size for one in chosen) or (len(chosen) > 1 and not poll.many):
        raise Refusal("invalid", field="action.options", problem="of those that there are")
    if poll.anonymous:
        return _secretly(asked, poll, chosen)
    if poll.votes.get(asked.me, ()) == chosen:
        return []
    if chosen and asked.me not in poll.votes and len(poll.votes) >= MOST_VOTERS:
        raise Refusal("too_many", what="votes by name", max=MOST_VOTERS, actual=MOST_VOTERS + 1)
    return [Step(Voted(id=poll.id, options=chosen))]


def _secretly(asked: Asked, poll: Poll, chosen: tuple[int, ...]) -> list[Step]:
    """No event: a counter, and that one has voted."""
    room = asked.standing.room.id
    kept = asked.facts.tool_mark(room, TOOL.name, asked.me)
    mark = Mark() if kept is None else msgspec.json.decode(kept, type=Mark)
    if poll.id in mark.voted:
        raise Refusal("voted_already")
    if not chosen:
        raise Refusal("too_few", what="answers", min=1, actual=0)
    ballots = tuple(Ballot(room=room, poll=poll.id, option=one) for one in (-1, *chosen))
    there = {one.id for one in asked.state.polls}
    voted = (*(one for one in mark.voted if one in there), poll.id)
    return [Step(None, mark=Mark(voted=voted), records=ballots)]


def _close(asked: Asked, action: Close) -> list[Step]:
    poll = _found(asked, action.id)
    if poll.closed:
        return []
    if not _is_over(poll, asked.now) and poll.by != asked.me:
        asked.facilitator()
    if not poll.anonymous:
        counts = [0] * poll.size
        for chosen in poll.votes.values():
            for one in chosen:
                counts[one] += 1
        return [Step(Closed(id=poll.id, voters=len(poll.votes), counts=tuple(counts)))]
    ballots = asked.facts.ballots(asked.standing.room.id, poll.id)
    voters = ballots.get(-1, 0)
    shown = tuple(ballots.get(one, 0) for one in range(poll.size)) if voters >= FEWEST else None
    return [Step(Closed(id=poll.id, voters=voters, counts=shown))]


def _drop(asked: Asked, action: Drop) -> list[Step]:
    poll = _found(asked, action.id)
    if poll.by != asked.me:
        asked.facilitator()
    return [Step(Dropped(id=poll.id), redacts=(poll.body_seq,))]


_DECIDE: dict[type[Action], Callable[[Asked, Any], list[Step]]] = {
    Open: _open, Vote: _vote, Close: _close, Drop: _drop,
}  # fmt: skip


# --- folding ------------------------------------------------------------------------------------


def fold(state: Polls, change: Changes, happened: Happened) -> Polls:
    """The document after a change; the browser client has the same in `web/src/tools/poll.ts`."""
    match change:
        case Opened():
            lines = happened.body.split("\n") if happened.body else []
            poll = Poll(
                id=change.id,
                by=happened.actor,
                question=lines[0] if lines else None,
                options=tuple(lines[1:]),
                size=change.size,
                body_seq=happened.seq,
                anonymous=change.anonymous,
                many=change.many,
                until=change.until,
            )
            return Polls(polls=(*state.polls, poll), last=change.id)
        case Voted():
            return _changed(state, change.id, lambda one: _with_vote(one, change, happened))
        case Closed():
            return _changed(
                state,
                change.id,
                lambda one: msgspec.structs.replace(
                    one, closed=True, voters=change.voters, counts=change.counts
                ),
            )
        case _:
            left = tuple(one for one in state.polls if one.id != change.id)
            return msgspec.structs.replace(state, polls=left)


def _with_vote(poll: Poll, change: Voted, happened: Happened) -> Poll:
    votes = {who: chosen for who, chosen in poll.votes.items() if who != happened.actor}
    if change.options:
        votes[happened.actor] = change.options
    return msgspec.structs.replace(poll, votes=votes)


def _changed(state: Polls, id_: int, how: Callable[[Poll], Poll]) -> Polls:
    polls = tuple(how(one) if one.id == id_ else one for one in state.polls)
    return msgspec.structs.replace(state, polls=polls)


def forgets(state: Polls, person: str) -> list[Step]:
    """What somebody asked goes with their account."""
    return [
        Step(Dropped(id=one.id), redacts=(one.body_seq,)) for one in state.polls if one.by == person
    ]


def expires(state: Polls, upto: int) -> list[Step]:
    """What was asked so long ago goes, with its answers."""
    return [Step(Dropped(id=one.id)) for one in state.polls if one.body_seq <= upto]


TOOL = Tool(
    name="poll",
    state=Polls,
    actions=Actions,
    changes=Changes,
    decide=decide,
    fold=fold,
    forgets=forgets,
    expires=expires,
)
