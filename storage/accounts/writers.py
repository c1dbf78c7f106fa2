"""Writing the records of accounts: a function for each type."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, delete, insert, select, update

from accounts import model, names
from protocol.ids import COMMUNITY
from rooms.model import PersonFacts, Record
from storage import codec
from storage.accounts.bots import BOT_WRITERS, forget_bot
from storage.accounts.hosts import HOST_WRITERS
from storage.tables import (
    API_TOKEN,
    AUDIT,
    CREDENTIAL,
    EVENT,
    HELD,
    INVITATION,
    NOTIFY,
    NOTIFY_CHOICE,
    ONE_TIME_LINK,
    PERSON,
    PUSH_DEVICE,
    PUSH_MARK,
    QUIET,
    REPORT,
    ROOM,
    SANCTION,
    SESSION,
    TOOL_MARK,
    VISIT,
)
from storage.upsert import put

PASSWORD = "password"  # noqa: S105 - the name of a way to sign in


def _set(
    connection: Connection, table: Table, where: ColumnElement[bool], **values: object
) -> None:
    connection.execute(update(table).where(where).values(**values))


def _new_session(connection: Connection, new: model.NewSession, now: int) -> None:
    connection.execute(
        insert(SESSION),
        {
            "id": new.id, "person_id": new.person, "secret_hash": new.secret_hash,
            "device": new.device, "created_at": now, "last_seen_at": now,
            "expires_at": new.expires_at, "ended_at": None,
        },
    )  # fmt: skip


def _session_seen(connection: Connection, seen: model.SessionSeen, now: int) -> None:
    where = (SESSION.c.id == seen.id) & SESSION.c.ended_at.is_(None)
    _set(connection, SESSION, where, last_seen_at=now, expires_at=seen.expires_at)


def _end_sessions(connection: Connection, end: model.EndSessions, now: int) -> None:
    where = (SESSION.c.person_id == end.person) & SESSION.c.ended_at.is_(None)
    if end.ids is not None:
        where &= SESSION.c.id.in_(end.ids)
    _set(connection, SESSION, where, ended_at=now)
    # A device that is signed out is notified of nothing more.
    _drop_devices(connection, end.person, end.ids)


def _drop_devices(
    connection: Connection, person: str, sessions: Collection[str] | None = None
) -> None:
    where = PUSH_DEVICE.c.person_id == person
    if sessions is not None:
        where &= PUSH_DEVICE.c.session_id.in_(sessions)
    gone = list(connection.execute(select(PUSH_DEVICE.c.session_id).where(where)).scalars())
    if gone:
        for column in (PUSH_MARK.c.session_id, PUSH_DEVICE.c.session_id):
            connection.execute(delete(column.table).where(column.in_(gone)))


def _new_password(connection: Connection, new: model.NewPassword, now: int) -> None:
    row = {
        "provider": PASSWORD, "subject": new.person, "person_id": new.person,
        "secret": new.hash, "created_at": now,
    }  # fmt: skip
    put(connection, CREDENTIAL, row)


def _new_email(connection: Connection, new: model.NewEmail, _: int) -> None:
    _set(connection, PERSON, PERSON.c.id == new.person, email=new.email)


def _new_token(connection: Connection, new: model.NewToken, now: int) -> None:
    connection.execute(
        insert(API_TOKEN),
        {
            "id": new.id, "person_id": new.person, "name": new.name,
            "scopes": " ".join(new.scopes), "secret_hash": new.secret_hash, "created_at": now,
            "last_used_at": None, "revoked_at": None,
        },
    )  # fmt: skip


def _token_seen(connection: Connection, seen: model.TokenSeen, now: int) -> None:
    _set(connection, API_TOKEN, API_TOKEN.c.id == seen.id, last_used_at=now)


def _revoke_token(connection: Connection, revoke: model.RevokeToken, now: int) -> None:
    _set(connection, API_TOKEN, API_TOKEN.c.id == revoke.id, revoked_at=now)


def _new_invitation(connection: Connection, new: model.NewInvitation, now: int) -> None:
    connection.execute(
        insert(INVITATION),
        {
            "id": new.id, "code": new.code, "room_id": new.room, "role": new.role, "uses": 0,
            "max_uses": new.max_uses, "expires_at": new.expires_at, "revoked_at": None,
            "created_by": new.created_by, "created_at": now, "pass_seconds": new.pass_seconds,
        },
    )  # fmt: skip


def _use_invitation(connection: Connection, use: model.UseInvitation, _: int) -> None:
    _set(connection, INVITATION, INVITATION.c.id == use.id, uses=INVITATION.c.uses + 1)


def _revoke_invitation(connection: Connection, revoke: model.RevokeInvitation, now: int) -> None:
    _set(connection, INVITATION, INVITATION.c.id == revoke.id, revoked_at=now)


def _new_link(connection: Connection, new: model.NewLink, now: int) -> None:
    connection.execute(
        insert(ONE_TIME_LINK),
        {
            "id": new.id, "kind": new.kind, "person_id": new.person,
            "secret_hash": new.secret_hash, "created_by": new.created_by, "created_at": now,
            "expires_at": new.expires_at, "used_at": None,
        },
    )  # fmt: skip


def _use_link(connection: Connection, use: model.UseLink, now: int) -> None:
    _set(connection, ONE_TIME_LINK, ONE_TIME_LINK.c.id == use.id, used_at=now)


def _void_links(connection: Connection, void: model.VoidLinks, now: int) -> None:
    where = ONE_TIME_LINK.c.person_id.is_not_distinct_from(void.person)
    where &= ONE_TIME_LINK.c.kind.in_(void.kinds) & ONE_TIME_LINK.c.used_at.is_(None)
    _set(connection, ONE_TIME_LINK, where, used_at=now)


def _waiting(connection: Connection, waiting: model.Waiting, now: int) -> None:
    _new_person(connection, waiting.person, now)


def _new_person(connection: Connection, person: PersonFacts, now: int) -> None:
    connection.execute(
        insert(PERSON),
        {
            **msgspec.structs.asdict(person), "bounds": None,
            "username_folded": names.folded(person.username),
            "name_folded": codec.folded(person.name), "email": None, "created_at": now,
        },
    )  # fmt: skip


def _new_visit(connection: Connection, new: model.NewVisit, now: int) -> None:
    _new_person(connection, new.person, now)
    row = {
        "person_id": new.person.id, "invitation_id": new.invitation, "room_id": new.room,
        "began_at": now, "ended_at": None,
    }  # fmt: skip
    connection.execute(insert(VISIT), row)


def _visit_over(connection: Connection, over: model.VisitOver, now: int) -> None:
    # Their sessions stay and are refused: so they are told why.
    _set(connection, PERSON, PERSON.c.id == over.person, status="ended", status_until=None)
    _set(connection, VISIT, VISIT.c.person_id == over.person, ended_at=now)
    _set(connection, API_TOKEN, API_TOKEN.c.person_id == over.person, revoked_at=now)


def _visit_forgotten(connection: Connection, gone: model.VisitForgotten, now: int) -> None:
    _set(connection, PERSON, PERSON.c.id == gone.person, status_until=None)
    _set(connection, VISIT, VISIT.c.person_id == gone.person, ended_at=now)


def _declined(connection: Connection, declined: model.Declined, _: int) -> None:
    _forget(connection, declined.person)
    connection.execute(delete(PERSON).where(PERSON.c.id == declined.person))


def _forget_account(connection: Connection, forget: model.ForgetAccount, _: int) -> None:
    person = forget.person
    _forget(connection, person)
    forget_bot(connection, person)
    _set(connection, PERSON, PERSON.c.id == person, email=None)
    _set(connection, SANCTION, SANCTION.c.person_id == person, appeal=None)
    _set(connection, SANCTION, SANCTION.c.by_id == person, reason="")
    _set(connection, SANCTION, SANCTION.c.answered_by == person, answer="")
    _set(connection, HELD, HELD.c.settled_by == person, reason="")
    _set(connection, REPORT, REPORT.c.resolved_by == person, answer="")


def _forget(connection: Connection, person: str) -> None:
    _drop_devices(connection, person)
    own = (CREDENTIAL, SESSION, API_TOKEN, ONE_TIME_LINK, TOOL_MARK, NOTIFY, NOTIFY_CHOICE)
    for table in own:
        connection.execute(delete(table).where(table.c.person_id == person))
    connection.execute(
        delete(QUIET).where((QUIET.c.person_id == person) | (QUIET.c.target_id == person))
    )


def _erase_cards(connection: Connection, erase: model.EraseCards, _: int) -> None:
    query = select(PERSON.c.id, PERSON.c.username, PERSON.c.name, PERSON.c.role, PERSON.c.status)
    card = connection.execute(query.where(PERSON.c.id == erase.person)).one()._asdict()
    for stream, seq in erase.places:
        where = (EVENT.c.stream_id == stream) & (EVENT.c.seq == seq)
        text = connection.execute(select(EVENT.c.data).where(where)).scalar_one_or_none()
        if text is None:
            continue
        data = msgspec.json.decode(text)
        person = data.get("person")
        if isinstance(person, dict) and person.get("id") == erase.person:
            data["person"] = {**card, "pronouns": "", "bio": "", "time_zone": ""}
        _without_words(data)
        reason = _without_lock(data)
        connection.execute(update(EVENT).where(where).values(data=codec.dump(data)))
        if reason:
            _forget_lock(connection, data["room"]["id"], reason)


def _without_lock(data: dict[str, Any], reason: str | None = None) -> str:
    """Take out why a room is locked (with `reason`, only if it is that); what it said."""
    room = data.get("room")
    lock = room.get("locked") if isinstance(room, dict) else None
    said: str = lock["reason"] if lock else ""
    if lock and reason in (None, said):
        lock["reason"] = ""
    return said


def _forget_lock(connection: Connection, room: str, reason: str) -> None:
    """Whoever changed the room while it was locked carried the words along."""
    where = (ROOM.c.id == room) & (ROOM.c.lock_reason == reason)
    _set(connection, ROOM, where, lock_reason="")
    cards = EVENT.c.stream_id.in_((room, COMMUNITY)) & EVENT.c.kind.in_(
        ("room.changed", "room.listed")
    )
    query = select(EVENT.c.stream_id, EVENT.c.seq, EVENT.c.data).where(
        cards, EVENT.c.data.contains(codec.dump(reason), autoescape=True)
    )
    for row in connection.execute(query).all():
        data = msgspec.json.decode(row.data)
        if data["room"]["id"] == room and _without_lock(data, reason) == reason:
            this = (EVENT.c.stream_id == row.stream_id) & (EVENT.c.seq == row.seq)
            connection.execute(update(EVENT).where(this).values(data=codec.dump(data)))


def _without_words(data: dict[str, Any]) -> None:
    """Take out what somebody said in words of their own: why they did it, what they asked."""
    for word in ("reason", "note", "answer"):
        data.pop(word, None)
    if "text" in data:
        data["text"] = None
    if isinstance(data.get("sanction"), dict):
        data["sanction"]["reason"] = ""


def _audit(connection: Connection, line: model.Audit, now: int) -> None:
    connection.execute(insert(AUDIT), {**_row(line), "at": now})


def _row(line: model.Audit) -> dict[str, Any]:
    return {
        "id": line.id, "actor_id": line.actor, "act": line.act, "target": line.target,
        "note": line.note,
    }  # fmt: skip


WRITERS: dict[type[Record], Callable[[Connection, Any, int], None]] = {
    model.NewSession: _new_session,
    model.SessionSeen: _session_seen,
    model.EndSessions: _end_sessions,
    model.NewPassword: _new_password,
    model.NewEmail: _new_email,
    model.NewToken: _new_token,
    model.TokenSeen: _token_seen,
    model.RevokeToken: _revoke_token,
    model.NewInvitation: _new_invitation,
    model.UseInvitation: _use_invitation,
    model.RevokeInvitation: _revoke_invitation,
    model.NewVisit: _new_visit,
    model.VisitOver: _visit_over,
    model.VisitForgotten: _visit_forgotten,
    model.NewLink: _new_link,
    model.UseLink: _use_link,
    model.VoidLinks: _void_links,
    model.Waiting: _waiting,
    model.Declined: _declined,
    model.ForgetAccount: _forget_account,
    model.EraseCards: _erase_cards,
    model.Audit: _audit,
    **BOT_WRITERS,
    **HOST_WRITERS,
}
