"""`python -m tools.codes` writes docs/codes.md, the protocol's appendix, from protocol/codes.py.

A test compares the two, so the page is never behind.
"""

from pathlib import Path

from protocol.codes import CLOSES, CODES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "codes.md"


def page() -> str:
    """The page as it should be."""
    errors = "\n".join(f"| `{name}` | {it.status} | {it.message} |" for name, it in CODES.items())
    closes = "\n".join(
        f"| {number} | `{it.name}` | {'yes' if it.reconnect else 'no'} |"
        for number, it in CLOSES.items()
    )
    return f"""# Codes

The appendix of [protocol.md](protocol.md), written by `python -m tools.codes` from
`protocol/codes.py`. Codes are never renamed; one that fell out of use stays listed.

## Errors

The same on WebSocket (`error` frames) and HTTP (`application/problem+json`, with this status).
`params` fill the braces. The text is for logs and for clients without a catalogue.

| code | status | text |
|---|---|---|
{errors}

## Close codes

RFC 6455 section 7.4.1 below 4000; ours above. *Come back* by itself: with full jitter, 0.5 to 30 s.

| code | name | come back |
|---|---|---|
{closes}
"""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
