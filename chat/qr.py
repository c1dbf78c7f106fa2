"""Links as QR codes: SVG text to put into a page or onto paper."""

from __future__ import annotations

import segno


def svg(url: str) -> str:
    """An SVG element, black on white, with the quiet zone that scanners need (ISO/IEC 18004)."""
    code = segno.make(url, error="m", micro=False)
    return code.svg_inline(scale=4, border=4, dark="#000", light="#fff")
