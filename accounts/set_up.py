"""Set-up: the community, its owner, a first room and a first invitation, in one decision."""

from __future__ import annotations

from accounts import invitations, links, names, sessions
from accounts.model import SECOND, Newcomer, NewPassword, UseLink, VoidLinks
from accounts.people import arriving, audit, direct_rooms_default, newcomer, settings
from accounts.ports import AccountFacts
from protocol import limits
from protocol.accounts import CreateInvitation, NewCommunity, SetUp
from protocol.events import RoomListed
from protocol.ids import ADMINS, COMMUNITY, new_id
from rooms import text
from rooms.actions.rooms import opening
from rooms.cards import person_card, room_card
from rooms.errors import Refusal
from rooms.model import Actor, CommunityFacts, Decision, NewEvent, NewStream, RoomFacts


def community(given: NewCommunity) -> CommunityFacts:
    """The first settings; who may open direct rooms follows from whether there are children."""
    return CommunityFacts(
        name=text.line("name", given.name, limits.COMMUNITY_NAME, 1),
        language=names.language(given.language),
        time_zone=names.time_zone(given.time_zone),
        minors=given.minors,
        who_opens_rooms=given.who_opens_rooms,
        direct_rooms=direct_rooms_default(minors=given.minors),
        sign_up="invitation",
    )


def checked(command: SetUp) -> str:
    """The password as it will be hashed; refuses what can be refused without asking anything."""
    community(command.community)
    _room(command, 0)
    names.display_name(command.owner.name)
    return names.password(command.owner.password, names.username(command.owner.username))


def _room(command: SetUp, now: int) -> RoomFacts:
    return RoomFacts(
        id=new_id("r", now // 1000),
        kind="conversation",
        name=text.line("name", command.room.name, limits.ROOM_NAME, 1),
        purpose=text.paragraph("purpose", command.room.purpose, limits.PURPOSE),
        access="open",
        posting="everyone",
        history="all",
        archived=False,
        created_at=now,
        member_count=0,
    )


def set_up(
    facts: AccountFacts, command: SetUp, link_hash: str, arrival: Newcomer, code: str
) -> Decision:
    """Everything at once, by a set-up link. `code` is that of the first invitation."""
    if facts.is_set_up():
        raise Refusal("set_up_done")
    link = links.usable(facts, link_hash, "set_up")
    if arrival.password_hash is None:
        raise Refusal("missing_field", type="set-up", field="password")
    owner = newcomer(facts, command.owner.username, command.owner.name, "owner")
    room = _room(command, facts.now)
    decision = opening(room, [(owner, "facilitator")])
    arrived = arriving(owner)
    listed = RoomListed(room=room_card(room, member_count=1))
    decision.streams = [
        NewStream(COMMUNITY, "community"),
        NewStream(ADMINS, "admins"),
        *arrived.streams,
        *decision.streams,
    ]
    decision.events = [
        settings(community(command.community)),
        *arrived.events,
        *decision.events,
        NewEvent(stream=COMMUNITY, data=listed),
    ]
    terms = CreateInvitation(
        uses=invitations.FIRST_USES, expires_in=invitations.FIRST_LASTS // SECOND
    )
    invitation = invitations.making(facts, code, room.id, owner.id, terms)
    id_, session = sessions.signing_in(facts, owner.id, arrival)
    by = Actor(owner.id, id_, frozenset())
    decision.records = [
        NewPassword(person=owner.id, hash=arrival.password_hash),
        UseLink(id=link.id),
        VoidLinks(person=None, kinds=("set_up",)),
        invitation,
        audit(facts, by, "community.set_up", COMMUNITY),
        session,
    ]
    decision.result = {
        "person": person_card(owner),
        "room": room.id,
        "session": id_,
        "invitation": invitation.id,
    }
    return decision
