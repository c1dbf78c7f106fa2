"""The one exception that rules raise: a refusal, with a code of `protocol.codes`.

Its params fill the code's text and are sent to the client: never put into them what the actor may
not know.
"""

from __future__ import annotations

from protocol.codes import CODES


class Refusal(Exception):  # noqa: N818 - a refusal is no error of ours
    """A request that was understood and is refused.

    `code` is a key of `CODES`; `retry_after` is in seconds, where trying again later can help.
    """

    def __init__(self, code: str, *, retry_after: float | None = None, **params: object) -> None:
        if retry_after is not None:
            params["retry_after"] = retry_after
        self.code = code
        self.params = params
        self.retry_after = retry_after
        super().__init__(code)

    @property
    def status(self) -> int:
        """The HTTP status that goes with the code."""
        return CODES[self.code].status

    @property
    def message(self) -> str:
        """The English text, for logs and clients without a catalogue."""
        return CODES[self.code].message.format_map(_Lenient(self.params))

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class _Lenient(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"
