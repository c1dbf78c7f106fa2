"""Arguments of a call, from JSON, a form or the address; unknown ones are ignored.

slack_sdk sends the same method in any of these ways, numbers and flags as text, and structures as
JSON inside of a form. An `application/json` request may have an empty body.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from bots.slack import ids
from bots.slack.errors import SlackError

_TRUE = {"1", "true", "yes", True}
MOST = 200
"""Arguments of one call."""
_MISSING = {
    "channel": "channel_not_found",
    "user": "user_not_found",
    "text": "no_text",
    "timestamp": "no_item_specified",
}
_BAD_TIMES = {
    "timestamp": "bad_timestamp",
    "oldest": "invalid_ts_oldest",
    "latest": "invalid_ts_latest",
}


def parsed(query: Mapping[str, str], content_type: str, raw: bytes) -> dict[str, Any]:
    """All arguments; the body's over the address's. Raises `SlackError`."""
    given: dict[str, Any] = dict(query)
    kind = content_type.partition(";")[0].strip().lower()
    if not raw.strip():
        return given
    if kind == "application/json":
        try:
            body = msgspec.json.decode(raw)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise SlackError("invalid_json") from error
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return given | body
    if kind in ("application/x-www-form-urlencoded", ""):
        try:
            pairs = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MOST)
        except (UnicodeDecodeError, ValueError) as error:
            raise SlackError("invalid_form_data") from error
        return given | dict(pairs)
    raise SlackError("invalid_post_type")


class Arguments:
    """Arguments by name, as what they are meant to be. Everything raises `SlackError`."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given

    def text(self, name: str, otherwise: str | None = None) -> str:
        """Text; without `otherwise` it has to be there."""
        value = self._given.get(name)
        if value is None or value == "":
            if otherwise is None:
                raise _missing(name)
            return otherwise
        if not isinstance(value, str | int | float) or "\x00" in str(value):
            raise _wrong(name, "must be text")
        return str(value)

    def number(self, name: str, otherwise: int, most: int) -> int:
        """A whole number from 1; larger ones count as `most`."""
        value = self._given.get(name)
        if value in (None, ""):
            return otherwise
        try:
            found = int(str(value))
        except ValueError as error:
            raise _wrong(name, "must be a number") from error
        if found < 1:
            raise SlackError("invalid_limit" if name == "limit" else "invalid_arguments")
        return min(found, most)

    def flag(self, name: str, otherwise: bool = False) -> bool:
        """Yes or no."""
        value = self._given.get(name)
        if value in (None, ""):
            return otherwise
        return (value.lower() if isinstance(value, str) else value) in _TRUE

    def listed(self, name: str) -> list[Any]:
        """A list: JSON's, or JSON as text; empty where it is not given."""
        value = self.structure(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise SlackError("invalid_blocks" if name == "blocks" else "invalid_arguments")
        return value

    def structure(self, name: str) -> Any:
        """Anything that JSON can say; None where it is not given."""
        value = self._given.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return msgspec.json.decode(value.encode())
        except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
            raise SlackError(
                "invalid_blocks_format" if name == "blocks" else "invalid_arguments"
            ) from error

    def names(self, name: str) -> list[str]:
        """Ids with commas between, or a list of them."""
        value = self._given.get(name)
        found = value if isinstance(value, list) else str(value or "").split(",")
        return [str(one).strip() for one in found if str(one).strip()]

    def time(self, name: str, otherwise: int | None = None) -> int:
        """A `ts` in microseconds since 1970; without `otherwise` it has to be there."""
        said = self.text(name, "" if otherwise is not None else None)
        if not said and otherwise is not None:
            return otherwise
        at = ids.at(said)
        if at is None:
            raise SlackError(_BAD_TIMES.get(name, "invalid_ts"))
        return at

    def has(self, name: str) -> bool:
        """Whether something is given."""
        return self._given.get(name) not in (None, "")


def _missing(name: str) -> SlackError:
    message = f"[ERROR] missing required field: {name}"
    error = _MISSING.get(name, "invalid_arguments")
    return SlackError(error, response_metadata={"messages": [message]})


def _wrong(name: str, problem: str) -> SlackError:
    return SlackError(
        "invalid_arguments", response_metadata={"messages": [f"[ERROR] {name} {problem}"]}
    )
