"""Error codes and close codes: the stable names that clients branch on.

One table each. `message` is English for logs and for clients without a catalogue; a client draws
its own text from `code` and `params`. Codes are never renamed; a code that fell out of use stays
listed.
"""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """An error: its HTTP status and what it says (a `str.format` template over its params)."""

    status: int
    message: str


CODES: dict[str, Code] = {
    # What was sent could not be understood.
    "bad_json": Code(400, "That is not JSON we can read: {problem}."),
    "bad_utf8": Code(400, "Text must be UTF-8."),
    "unknown_type": Code(400, "There is no command of type {type}."),
    "unknown_field": Code(400, "{type} has no field {field}."),
    "missing_field": Code(400, "{type} needs the field {field}."),
    "invalid": Code(400, "{field} is not valid: {problem}."),
    "too_long": Code(400, "{field} may be {max} long; this is {actual}."),
    "too_short": Code(400, "{field} must be at least {min} long; this is {actual}."),
    "too_many": Code(400, "At most {max} {what}; this is {actual}."),
    "too_few": Code(400, "At least {min} {what}; this is {actual}."),
    "frame_too_large": Code(413, "A frame or request may be {max} bytes."),
    "unsupported_media_type": Code(415, "Send JSON with Content-Type application/json."),
    "method_not_allowed": Code(405, "{method} is not possible here."),
    # Who you are.
    "sign_in_needed": Code(401, "Please sign in first."),
    "bad_credentials": Code(401, "The name or the password is not right."),
    "session_ended": Code(401, "This session has ended; please sign in again."),
    "token_invalid": Code(401, "This token is not valid, or no longer."),
    "foreign_origin": Code(403, "This page may not talk to this server."),
    "account_waiting": Code(403, "An admin has yet to say yes to this account."),
    "pass_ended": Code(403, "This guest pass has ended."),
    "account_suspended": Code(403, "This account is suspended."),
    "scope_missing": Code(403, "This token lacks the scope {scope}."),
    # What you may do.
    "not_allowed": Code(403, "You may not do that here."),
    "not_found": Code(404, "There is no such {what}, or it is not yours to see."),
    "not_a_member": Code(403, "Join the room first."),
    "room_archived": Code(409, "This room is archived: it can be read, not changed."),
    "read_only": Code(403, "Only facilitators post here; reactions and replies are welcome."),
    "muted": Code(403, "You can read but not write here until {until}."),
    "room_locked": Code(409, "This room is locked for now: it can be read, not written in."),
    "slow_mode": Code(429, "This room goes slowly: your next post may come in {retry_after} s."),
    "same_rank": Code(
        403, "{person} has at least as much say here as you: ask those who run this place."
    ),
    "banned": Code(409, "{person} is banned from this room: lift the ban first."),
    "suspended_already": Code(409, "{person} is suspended already: lift that first."),
    "not_in_force": Code(409, "That is over already."),
    "already_appealed": Code(409, "You asked for it to be looked at already."),
    "observer": Code(403, "You are an observer here: you can read along."),
    "direct_not_allowed": Code(403, "Direct conversations are not open to you here."),
    "last_facilitator": Code(409, "A room needs a facilitator: hand over first, or archive it."),
    "tool_off": Code(409, "That is not switched on in this room."),
    "not_your_turn": Code(403, "There is a go-round, and it is somebody else's turn."),
    "round_running": Code(409, "There is a go-round already."),
    "no_round": Code(409, "There is no go-round just now."),
    "poll_over": Code(409, "That poll is over."),
    "voted_already": Code(409, "You have voted; nobody can tell which vote is yours."),
    "too_early": Code(409, "Their time is not over yet."),
    "kind_decides": Code(409, "In a room of this kind, {field} is always {value}."),
    "stays_here": Code(403, "What is said in that room stays there: it is quoted nowhere else."),
    "answer_first": Code(403, "Answer first, then you see what others wrote."),
    "answers_kept": Code(409, "Answers to this topic were kept back: it stays in its room."),
    "watch_room_first": Code(409, "Watch the stream {stream} first."),
    "bot_gone": Code(409, "The bot that could answer is no longer in this room."),
    "no_such_command": Code(404, "Nobody here knows the command /{name}."),
    "url_not_verified": Code(409, "That address did not answer as it should ({why})."),
    "host_refused": Code(409, "That host cannot be allowed here ({why})."),
    "bot_elsewhere": Code(403, "{name} is a bot of other rooms."),
    "no_guests_here": Code(403, "Guests cannot come into a room of this kind."),
    "last_owner": Code(409, "The community needs an owner: make somebody else one first."),
    "already_deleted": Code(409, "That message is gone."),
    "already_member": Code(409, "{person} is in this room already."),
    "not_invited": Code(403, "This room is by invitation."),
    "name_taken": Code(409, "{field} {value} is taken."),
    "invitation_invalid": Code(404, "This invitation does not exist, has ended or is used up."),
    "link_invalid": Code(404, "This link has been used or has ended; ask for a new one."),
    "set_up_done": Code(409, "This community is set up already."),
    "set_up_needed": Code(409, "This community is not set up yet."),
    "sign_up_closed": Code(403, "You need an invitation to join this community."),
    "blocked_by_rule": Code(403, "{message}"),
    "nobody_above": Code(409, "Nobody here stands above {name}: speak with somebody you trust."),
    "already_resolved": Code(409, "Somebody has settled that already."),
    "not_waiting": Code(409, "That waits no longer."),
    "author_may_not_post": Code(409, "{name} may not post there now."),
    "not_understood": Code(400, "When is that? Say it like one of these: {examples}"),
    "in_the_past": Code(400, "That time is over already."),
    "facilitator_first": Code(
        403, "Here facilitators look at such words first: ask one of them to set this reminder."
    ),
    "too_late": Code(409, "Its time was over before it could be posted."),
    "unit_gone": Code(409, "The room does not read the chapter any more that it speaks of."),
    # How it went.
    "client_id_reused": Code(409, "This client_id was used for another command."),
    "conflict": Code(409, "That changed while you were doing it; please look and try again."),
    "rate_limited": Code(429, "That was a little fast; try again in {retry_after} s."),
    "too_many_in_flight": Code(429, "Wait for answers before you send more."),
    "busy": Code(503, "The server is busy; try again shortly."),
    "unavailable": Code(503, "The database does not answer just now; try again in a moment."),
    "shutting_down": Code(503, "The server is restarting; try again in a moment."),
    "internal": Code(500, "Something went wrong on our side; it is noted (reference {reference})."),
}


class Close(NamedTuple):
    """A WebSocket close code: its name, and whether the client should come back by itself."""

    name: str
    reconnect: bool


CLOSES: dict[int, Close] = {
    1000: Close("normal", False),
    1001: Close("going_away", True),
    1002: Close("protocol_error", False),
    1003: Close("binary_refused", False),
    1007: Close("bad_utf8", False),
    1009: Close("frame_too_large", False),
    1011: Close("internal", True),
    1012: Close("restart", True),
    4000: Close("lagging", True),
    4001: Close("keepalive_lost", True),
    4002: Close("sign_in_timeout", True),
    4003: Close("busy", True),
    4100: Close("sign_in_needed", False),
    4101: Close("session_ended", False),
    4102: Close("account_suspended", False),
    4103: Close("account_deleted", False),
    4104: Close("foreign_origin", False),
    4105: Close("unsupported_subprotocol", False),
    4106: Close("flooding", False),
    4107: Close("pass_ended", False),
}
"""RFC 6455 section 7.4.1 below 4000; ours: 4000-4099 reconnect, 4100-4199 do not."""
