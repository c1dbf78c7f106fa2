"""What is looked at in a room, or in the whole community: holds and rules.

Settings are checked as they are sent: whole, within bounds, and compiled once, so that what is kept
can be used.
"""

from __future__ import annotations

import msgspec

from protocol import limits
from protocol.commands import ChangeCommunityRules, ChangeModeration
from protocol.events import ModerationChanged
from protocol.ids import ADMINS, COMMUNITY, facilitators_stream, new_id
from protocol.moderation import Holds, Links, Moderation, Repeats, Rule, Words
from rooms import policy, text
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Actor, Decision, NewEvent, NewStream
from rooms.moderation import Moderator, words


def change(facts: Facts, actor: Actor, command: ChangeModeration) -> Decision:
    """A room's holds, rules or both."""
    policy.check(facts.standing(command.room, actor.person), "moderate")
    before = facts.moderation(command.room)
    holds = before.holds if command.holds is None else _holds(command.holds)
    rules = before.rules
    if command.rules is not None:
        rules = _signed(checked(facts, command.rules), before.rules, actor)
    after = Moderation(holds=holds, rules=rules)
    if after == before:
        return Decision(result={"moderation": after})
    event = NewEvent(
        stream=facilitators_stream(command.room), data=ModerationChanged(moderation=after)
    )
    return Decision(events=[event], tightens=(command.room,), result={"moderation": after})


def change_community(facts: Facts, actor: Actor, command: ChangeCommunityRules) -> Decision:
    """The rules of every room but direct ones."""
    policy.check_community(facts.person(actor.person), facts.community(), "community.rules")
    before = facts.moderation(COMMUNITY)
    after = Moderation(rules=_signed(checked(facts, command.rules), before.rules, actor))
    if after == before:
        return Decision(result={"moderation": after})
    return Decision(
        streams=admins_opened(facts),
        events=[NewEvent(stream=ADMINS, data=ModerationChanged(moderation=after))],
        tightens=(COMMUNITY,),
        result={"moderation": after},
    )


def _signed(rules: tuple[Rule, ...], before: tuple[Rule, ...], actor: Actor) -> tuple[Rule, ...]:
    """Rules with who answers for each; one that stays as it was stays whose it was."""
    known = {msgspec.structs.replace(one, by=""): one for one in before}
    return tuple(
        known.get(rule) or msgspec.structs.replace(rule, by=actor.person) for rule in rules
    )


def admins_opened(facts: Facts) -> list[NewStream]:
    """The admins' stream, where it is not open yet: it opens with the first event."""
    return [] if facts.is_open(ADMINS) else [NewStream(ADMINS, "admins")]


def _holds(holds: Holds) -> Holds:
    _between("newcomers", holds.newcomers, 0, limits.NEWCOMER_POSTS)
    return holds


def checked(facts: Facts, rules: list[Rule]) -> tuple[Rule, ...]:
    """Rules that can be kept; raises `Refusal` for the first that cannot."""
    _few("rules", len(rules), limits.RULES_PER_PLACE)
    found = tuple(_rule(facts, rule) for rule in rules)
    _cheap(found)
    # Compiles all that is on, and all that is off as well.
    Moderator(
        Moderation(rules=tuple(msgspec.structs.replace(one, on=True) for one in found)),
        Moderation(),
    )
    return found


def _cheap(rules: tuple[Rule, ...]) -> None:
    """Linear in the text is not yet cheap: a pattern may cost its whole length a character, on the
    one thread that everybody's posts wait for."""
    patterns = [one for rule in rules if isinstance(rule.when, Words) for one in rule.when.patterns]
    steps = sum(words.steps(one) for one in patterns)
    if steps > limits.PATTERN_STEPS:
        problem = f"too much work: {steps} steps a character, at most {limits.PATTERN_STEPS}"
        raise Refusal("invalid", field="patterns", problem=problem)


def _rule(facts: Facts, rule: Rule) -> Rule:
    _between("minutes", rule.minutes, 1, limits.TIMEOUT_MINUTES)
    return msgspec.structs.replace(
        rule,
        id=rule.id if rule.id.startswith("ru_") else new_id("ru", facts.now // 1000),
        name=text.line("name", rule.name, limits.RULE_NAME, 1),
        message=text.line("message", rule.message, limits.RULE_MESSAGE),
        when=_trigger(rule.when),
        by="",
    )


def _trigger(when: Words | Links | Repeats) -> Words | Links | Repeats:
    if isinstance(when, Words):
        _few("words", len(when.words), limits.WORDS_PER_RULE)
        _few("patterns", len(when.patterns), limits.PATTERNS_PER_RULE)
        wanted = [text.line("words", one, limits.WORD, 1) for one in when.words]
        for pattern in when.patterns:
            text.sized("patterns", pattern, limits.PATTERN, 1)
        if not wanted and not when.patterns:
            raise Refusal("too_few", what="words or patterns", min=1, actual=0)
        return Words(words=tuple(dict.fromkeys(wanted)), patterns=when.patterns)
    if isinstance(when, Links):
        _few("domains", len(when.domains), limits.DOMAINS_PER_RULE)
        domains = [text.line("domains", one, 253, 1) for one in when.domains]
        if not domains and not when.others:
            raise Refusal("too_few", what="domains", min=1, actual=0)
        return Links(domains=tuple(dict.fromkeys(domains)), others=when.others)
    _between("times", when.times, 2, limits.REPEATS_TIMES)
    _between("seconds", when.seconds, 10, limits.REPEATS_SECONDS)
    return when


def _few(what: str, count: int, most: int) -> None:
    if count > most:
        raise Refusal("too_many", what=what, max=most, actual=count)


def _between(field: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise Refusal("invalid", field=field, problem=f"{least} to {most}")
