"""Links as QR codes: SVG text to put into a page or onto paper."""

from __future__ import annotations

from functools import lru_cache

import segno


def svg(url: str) -> str:
    """An SVG element, black on white, with the quiet zone that scanners need (ISO/IEC 18004)."""
    # Any mask can be read; looking for the prettiest of eight takes three times as long.
    code = segno.make(url, error="m", micro=False, boost_error=False, mask=2)
    return code.svg_inline(scale=4, border=4, dark="#000", light="#fff")


@lru_cache(maxsize=512)
def remembered(url: str) -> str:
    """The same for addresses that are listed again and again; never for links that work once."""
    return svg(url)
