"""Our refusals as Slack's errors: `snake_case` words that its programs branch on."""

from __future__ import annotations

from typing import Any

from rooms.errors import Refusal

_WORDS = {
    "sign_in_needed": "not_authed",
    "token_invalid": "invalid_auth",
    "session_ended": "token_revoked",
    "account_suspended": "account_inactive",
    "account_waiting": "account_inactive",
    "pass_ended": "token_expired",
    "scope_missing": "missing_scope",
    "not_a_member": "not_in_channel",
    "room_archived": "is_archived",
    "read_only": "restricted_action_read_only_channel",
    "room_locked": "restricted_action",
    "muted": "restricted_action",
    "observer": "restricted_action",
    "not_allowed": "restricted_action",
    "not_your_turn": "restricted_action",
    "direct_not_allowed": "cannot_dm_user",
    "blocked_by_rule": "message_blocked_by_rule",
    "already_member": "already_in_channel",
    "not_invited": "method_not_supported_for_channel_type",
    "last_facilitator": "last_member",
    "already_deleted": "message_not_found",
    "not_waiting": "message_not_found",
    "name_taken": "name_taken",
    "rate_limited": "ratelimited",
    "slow_mode": "ratelimited",
    "too_many_in_flight": "ratelimited",
    "busy": "service_unavailable",
    "unavailable": "service_unavailable",
    "shutting_down": "service_unavailable",
    "internal": "internal_error",
    "frame_too_large": "request_too_large",
    "client_id_reused": "duplicate_client_msg_id",
    "bad_json": "invalid_json",
    "bad_utf8": "invalid_charset",
}
_MISSING = {
    "room": "channel_not_found",
    "stream": "channel_not_found",
    "message": "message_not_found",
    "thread": "thread_not_found",
    "person": "user_not_found",
    "person in this room": "user_not_in_channel",
}
_TOO_LONG = {
    "body": "msg_too_long",
    "name": "invalid_name_maxlength",
    "emoji": "invalid_name",
    "purpose": "too_long",
}
_TOO_MANY = {
    "pins": "too_many_pins",
    "different reactions": "too_many_reactions",
    "reminders": "restricted_too_many",
}
_OF_METHODS = {
    ("chat.update", "restricted_action"): "cant_update_message",
    ("chat.delete", "restricted_action"): "cant_delete_message",
    ("conversations.kick", "user_not_in_channel"): "not_in_channel",
    ("conversations.replies", "message_not_found"): "thread_not_found",
}
"""What some methods call by another word than the rest."""


class SlackError(Exception):
    """A refusal in Slack's words; `more` stands beside it in the answer."""

    def __init__(self, error: str, **more: Any) -> None:
        self.error = error
        self.more = more
        super().__init__(error)


def said(refusal: Refusal, method: str = "") -> SlackError:
    """A refusal of ours in Slack's words; what Slack has no word for keeps ours."""
    found = _said(refusal)
    found.error = _OF_METHODS.get((method, found.error), found.error)
    return found


def _said(refusal: Refusal) -> SlackError:
    params = refusal.params
    code = refusal.code
    if code == "not_found":
        return SlackError(_MISSING.get(str(params.get("what")), "not_found"))
    if code == "too_long":
        return SlackError(_TOO_LONG.get(str(params.get("field")), "invalid_arguments"))
    if code == "too_short" and params.get("field") == "body":
        return SlackError("no_text")
    if code == "scope_missing":
        return SlackError("missing_scope", needed=params.get("scope"), provided="")
    if code == "too_many" and params.get("what") in _TOO_MANY:
        return SlackError(_TOO_MANY[str(params["what"])])
    if code == "invalid" and params.get("field") == "after":
        return SlackError("invalid_cursor")
    if code in ("invalid", "too_short", "too_many", "too_few", "missing_field"):
        return SlackError("invalid_arguments", response_metadata={"messages": [refusal.message]})
    return SlackError(_WORDS.get(code, code))
