"""A drawing as a picture file: the page's own SVG with the page's own colours, as it looks on paper."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

import resvg_py
from markupsafe import Markup

STATIC = Path(__file__).parent / "static"
SHARPNESS = 2
"""Pixels of the picture for each of the drawing: enough for print and for dense screens."""

_RULE = re.compile(r"^(\.viz[^{]*)\{([^}]*)\}", re.MULTILINE)
_TOKEN = re.compile(r"var\((--[\w-]+)\)")
_SHEETS = ("style.css", "pages.css")


@lru_cache(maxsize=64)
def as_png(drawn: Markup) -> bytes:
    """The drawing on white. The same drawing is rendered once."""
    style = f"<style>svg{{font-family:sans-serif}}{_style()}</style>"
    opened = re.sub(
        r"(<svg[^>]*>)", rf'\1{style}<rect width="100%" height="100%" fill="#ffffff"/>', str(drawn), count=1
    )
    opened = opened.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return bytes(resvg_py.svg_to_bytes(svg_string=opened, zoom=SHARPNESS))


@cache
def _style() -> str:
    """The rules for drawings, every token by its light value, for a renderer that knows no variables."""
    tokens = dict(re.findall(r"(--[\w-]+):([^;}]+)", _light()))
    text = "\n".join((STATIC / name).read_text("utf-8").split("@media")[0] for name in _SHEETS)
    rules = (f"{selector}{{{body}}}" for selector, body in _RULE.findall(text) if "display" not in body)
    return _TOKEN.sub(lambda found: tokens.get(found[1], "#000000").strip(), "".join(rules))


def _light() -> str:
    return (STATIC / "tokens.css").read_text("utf-8").split("@media")[0]
