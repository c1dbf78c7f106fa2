"""Reading accounts: who holds a secret, and the lists of sessions, tokens, invitations and
people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, String, literal_column, select

from accounts import names, sign_up
from accounts import people as rules
from accounts.model import SESSION_SCOPES
from protocol import accounts as wire
from protocol.views import Person
from rooms.cards import rfc3339
from rooms.model import Actor
from storage import codec
from storage.accounts.facts import asking
from storage.accounts.writers import PASSWORD
from storage.bulk import Statement
from storage.facts.rights import AFTERWARDS
from storage.tables import (
    API_TOKEN,
    COMMUNITY,
    CREDENTIAL,
    INVITATION,
    ONE_TIME_LINK,
    PERSON,
    ROOM,
    SESSION,
)

_CARD = (
    PERSON.c.id, PERSON.c.username, PERSON.c.name, PERSON.c.role, PERSON.c.pronouns,
    PERSON.c.bio, PERSON.c.time_zone, PERSON.c.status,
)  # fmt: skip


def card(row: Row[*tuple[Any, ...]]) -> Person:
    """A row of the columns of a card, as a card."""
    return Person(
        id=row.id, username=row.username, name=row.name, role=row.role, pronouns=row.pronouns,
        bio=row.bio, time_zone=row.time_zone, status=row.status,
    )  # fmt: skip


def check(connection: Connection, actor: Actor, verb: str, now: int) -> None:
    """Whether somebody may do this in the community, for lists; raises `Refusal`."""
    rules.allowed(asking(connection, now), actor, verb)


def door(connection: Connection, command: wire.SignUp, now: int) -> bool:
    """Whether a newcomer would have to wait; raises where they cannot come in."""
    return sign_up.door(asking(connection, now), command)


def _status(person: str, now: str) -> str:
    """SQL: a person's status at a time. Suspensions lift and guest passes end by themselves."""
    over = " ".join(
        f"WHEN {person}.status = '{was}' AND {person}.status_until <= {now} THEN '{then}'"
        for was, then in AFTERWARDS.items()
    )
    return f"CASE {over} ELSE {person}.status END"


def status(now: int) -> ColumnElement[str]:
    """A person's status at a time, where `PERSON` is asked under its own name."""
    return literal_column(_status("person", str(int(now))), String)


class Holder(NamedTuple):
    """Who holds a secret that is valid now."""

    person: str
    session: str
    """The session's or token's id."""
    scopes: frozenset[str]
    status: str
    seen_at: int
    """Microseconds since 1970; 0 for a token never used."""
    ends_at: int = 0
    """When a guest pass ends; 0 for everybody else."""
    rate: int = 0
    """Of a bot: requests a minute; 0 for as many as a person."""


_STATUS = _status("p", ":?")
"""With a parameter for each line of `AFTERWARDS`."""
_SESSION = Statement(
    f"SELECT s.id, s.person_id, s.last_seen_at, p.status_until, {_STATUS} AS status "  # noqa: S608
    "FROM session s JOIN person p ON p.id = s.person_id "
    "WHERE s.secret_hash = :? AND s.ended_at IS NULL AND s.expires_at > :?"
)
_TOKEN = Statement(
    "SELECT t.id, t.person_id, t.scopes, t.last_used_at, p.status_until, b.rate, "  # noqa: S608
    f"{_STATUS} AS status "
    "FROM api_token t JOIN person p ON p.id = t.person_id "
    "LEFT JOIN bot b ON b.person_id = t.person_id "
    "WHERE t.secret_hash = :? AND t.revoked_at IS NULL"
)


def session_holder(connection: Connection, secret_hash: str, now: int) -> Holder | None:
    """Whose session this is, unless it has ended."""
    row = _SESSION.first(connection, (*[now] * len(AFTERWARDS), secret_hash, now))
    if row is None:
        return None
    return Holder(
        row.person_id, row.id, SESSION_SCOPES, row.status, row.last_seen_at, _ends_at(row)
    )


def _ends_at(row: Any) -> int:
    return row.status_until or 0 if row.status == "active" else 0


def token_holder(connection: Connection, secret_hash: str, now: int) -> Holder | None:
    """Whose token this is, unless it was revoked."""
    row = _TOKEN.first(connection, (*[now] * len(AFTERWARDS), secret_hash))
    if row is None:
        return None
    scopes = frozenset(row.scopes.split())
    seen_at, rate = row.last_used_at or 0, row.rate or 0
    return Holder(row.person_id, row.id, scopes, row.status, seen_at, _ends_at(row), rate)


def admins(connection: Connection) -> list[str]:
    """Owners and admins: who is told how the installation fares."""
    query = select(PERSON.c.id).where(
        PERSON.c.role.in_(("owner", "admin")), PERSON.c.status == "active"
    )
    return list(connection.execute(query).scalars())


_SESSIONS_ALIVE = Statement(
    "SELECT s.id FROM :each AS k JOIN session s ON s.id = k.value "  # noqa: S608
    "JOIN person p ON p.id = s.person_id "
    f"WHERE s.ended_at IS NULL AND s.expires_at > :? AND {_STATUS} = 'active'"
)
_TOKENS_ALIVE = Statement(
    "SELECT t.id FROM :each AS k JOIN api_token t ON t.id = k.value "  # noqa: S608
    f"JOIN person p ON p.id = t.person_id WHERE t.revoked_at IS NULL AND {_STATUS} = 'active'"
)


def ended(connection: Connection, ids: Iterable[str], now: int) -> set[str]:
    """Those sessions and tokens that may go on no longer: ended, expired, revoked, or of somebody
    who is not active. What a node asks of all its connections, in case a signal was lost (P7).
    """
    wanted = set(ids)
    given, then = codec.dump(sorted(wanted)), [now] * len(AFTERWARDS)
    alive = _SESSIONS_ALIVE.all(connection, (given, now, *then))
    alive = [*alive, *_TOKENS_ALIVE.all(connection, (given, *then))]
    return wanted - {row.id for row in alive}


class Credential(NamedTuple):
    """What a sign-in is checked against."""

    person: str
    hash: str


def credential(connection: Connection, username: str) -> Credential | None:
    """The password of whoever has this username; None also where there is no password."""
    query = (
        select(PERSON.c.id, CREDENTIAL.c.secret)
        .join(CREDENTIAL, CREDENTIAL.c.person_id == PERSON.c.id)
        .where(
            PERSON.c.username_folded == names.folded(username),
            CREDENTIAL.c.provider == PASSWORD,
            CREDENTIAL.c.secret.is_not(None),
        )
    )
    row = connection.execute(query).first()
    return None if row is None else Credential(row.id, row.secret)


def credential_of(connection: Connection, person: str) -> Credential | None:
    """The password of a person."""
    query = select(CREDENTIAL.c.secret).where(
        CREDENTIAL.c.provider == PASSWORD, CREDENTIAL.c.subject == person
    )
    secret = connection.execute(query).scalar_one_or_none()
    return None if secret is None else Credential(person, secret)


def person(connection: Connection, id_: str) -> Person | None:
    """Somebody's card."""
    row = connection.execute(select(*_CARD).where(PERSON.c.id == id_)).first()
    return None if row is None else card(row)


def by_username(connection: Connection, username: str) -> Person | None:
    """Somebody's card, by username."""
    query = select(*_CARD).where(PERSON.c.username_folded == names.folded(username))
    row = connection.execute(query).first()
    return None if row is None else card(row)


def people(connection: Connection, *states: str) -> tuple[Person, ...]:
    """People in these states, by name."""
    query = select(*_CARD).where(PERSON.c.status.in_(states)).order_by(PERSON.c.name_folded)
    return tuple(card(row) for row in connection.execute(query))


def community_face(connection: Connection) -> wire.CommunityFace | None:
    """What may be known before signing in; None before set-up."""
    query = select(COMMUNITY.c.name, COMMUNITY.c.language, COMMUNITY.c.sign_up, COMMUNITY.c.minors)
    row = connection.execute(query).first()
    return None if row is None else wire.CommunityFace(**row._asdict())


def sessions_of(
    connection: Connection, person: str, current: str, now: int
) -> tuple[wire.SessionLine, ...]:
    """Open sessions, the one seen last first."""
    query = (
        select(SESSION.c.id, SESSION.c.device, SESSION.c.created_at, SESSION.c.last_seen_at)
        .where(
            SESSION.c.person_id == person,
            SESSION.c.ended_at.is_(None),
            SESSION.c.expires_at > now,
        )
        .order_by(SESSION.c.last_seen_at.desc(), SESSION.c.id)
    )
    return tuple(
        wire.SessionLine(
            id=row.id, device=row.device, created_at=rfc3339(row.created_at),
            last_seen_at=rfc3339(row.last_seen_at), current=row.id == current,
        )
        for row in connection.execute(query)
    )  # fmt: skip


def tokens_of(connection: Connection, person: str) -> tuple[wire.Token, ...]:
    """Tokens that were not revoked, the newest first."""
    query = (
        select(
            API_TOKEN.c.id, API_TOKEN.c.name, API_TOKEN.c.scopes, API_TOKEN.c.created_at,
            API_TOKEN.c.last_used_at,
        )
        .where(API_TOKEN.c.person_id == person, API_TOKEN.c.revoked_at.is_(None))
        .order_by(API_TOKEN.c.created_at.desc(), API_TOKEN.c.id.desc())
    )  # fmt: skip
    return tuple(
        wire.Token(
            id=row.id, name=row.name, scopes=tuple(row.scopes.split()),
            created_at=rfc3339(row.created_at),
            last_used_at=None if row.last_used_at is None else rfc3339(row.last_used_at),
        )
        for row in connection.execute(query)
    )  # fmt: skip


_INVITATIONS = select(
    INVITATION.c.id, INVITATION.c.code, INVITATION.c.role, INVITATION.c.room_id,
    ROOM.c.name.label("room_name"), INVITATION.c.uses, INVITATION.c.max_uses,
    INVITATION.c.expires_at, INVITATION.c.revoked_at, INVITATION.c.created_by,
).join(ROOM, ROOM.c.id == INVITATION.c.room_id, isouter=True)  # fmt: skip


def _invitation(row: Row[*tuple[Any, ...]]) -> wire.Invitation:
    """Without `url` and `qr`, which depend on the public address."""
    return wire.Invitation(
        id=row.id, url="", qr="", code=row.code, role=row.role,
        room=wire.RoomName(id=row.room_id, name=row.room_name) if row.room_id else None,
        uses=row.uses, max_uses=row.max_uses, expires_at=rfc3339(row.expires_at),
        revoked=row.revoked_at is not None, created_by=row.created_by,
    )  # fmt: skip


def invitations(connection: Connection, most: int = 200) -> tuple[wire.Invitation, ...]:
    """The newest invitations, ended ones included; guest passes are their rooms' own affair."""
    query = _INVITATIONS.where(INVITATION.c.pass_seconds.is_(None)).order_by(
        INVITATION.c.created_at.desc(), INVITATION.c.id.desc()
    )
    return tuple(_invitation(row) for row in connection.execute(query.limit(most)))


def invitation(connection: Connection, id_: str) -> wire.Invitation:
    """One invitation."""
    return _invitation(connection.execute(_INVITATIONS.where(INVITATION.c.id == id_)).one())


def invitation_face(connection: Connection, code: str, now: int) -> wire.InvitationFace | None:
    """What somebody sees who holds the code, or None where it does not work."""
    query: Select[*tuple[Any, ...]] = (
        select(
            INVITATION.c.role, INVITATION.c.room_id, INVITATION.c.pass_seconds,
            ROOM.c.name.label("room_name"), ROOM.c.purpose, ROOM.c.archived,
            PERSON.c.name.label("by_name"), COMMUNITY.c.name,
        )
        .select_from(INVITATION)
        .join(COMMUNITY, COMMUNITY.c.id == 1)
        .join(ROOM, ROOM.c.id == INVITATION.c.room_id, isouter=True)
        .join(PERSON, PERSON.c.id == INVITATION.c.created_by, isouter=True)
        .where(
            INVITATION.c.code == code,
            INVITATION.c.revoked_at.is_(None),
            INVITATION.c.expires_at > now,
            INVITATION.c.uses < INVITATION.c.max_uses,
        )
    )  # fmt: skip
    row = connection.execute(query).first()
    if row is None or (row.room_id and (row.room_name is None or row.archived)):
        return None
    room = wire.InvitedRoom(name=row.room_name, purpose=row.purpose) if row.room_id else None
    return wire.InvitationFace(
        community=row.name, invited_by=row.by_name or row.name, role=row.role,
        guest=row.role == "guest", room=room, visit=row.pass_seconds,
    )  # fmt: skip


def link_face(connection: Connection, secret_hash: str, now: int) -> wire.LinkFace | None:
    """What somebody sees who holds a link, or None where it does not work."""
    query = (
        select(ONE_TIME_LINK.c.kind, PERSON.c.username, PERSON.c.name, PERSON.c.status)
        .join(PERSON, PERSON.c.id == ONE_TIME_LINK.c.person_id, isouter=True)
        .where(
            ONE_TIME_LINK.c.secret_hash == secret_hash,
            ONE_TIME_LINK.c.used_at.is_(None),
            ONE_TIME_LINK.c.expires_at > now,
        )
    )
    row = connection.execute(query).first()
    if row is None or row.status == "deleted":
        return None
    whom = wire.LinkPerson(username=row.username, name=row.name) if row.username else None
    return wire.LinkFace(kind=row.kind, person=whom)
