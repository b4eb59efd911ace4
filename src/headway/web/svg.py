"""Drawings as markup: elements with escaped attributes; colours come from the style sheet by class."""

from __future__ import annotations

from markupsafe import Markup, escape

Attribute = str | float | None

_CAMEL = {
    "viewbox": "viewBox",
    "preserveaspectratio": "preserveAspectRatio",
    "patternunits": "patternUnits",
    "patterntransform": "patternTransform",
}


def element(name: str, *children: str, **attributes: Attribute) -> Markup:
    """One element; `class_` is written class, underscores become hyphens, None is left out, text is escaped."""
    pairs = ((word.rstrip("_").replace("_", "-"), value) for word, value in attributes.items() if value is not None)
    written = "".join(f' {_camel(word)}="{escape(_plain(value))}"' for word, value in pairs)
    inside = "".join(escape(child) for child in children)
    # names come from our own code; every value and child above is escaped
    return Markup(f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>")  # noqa: S704


def drawing(width: float, height: float, *children: str, label: str | None, **attributes: Attribute) -> Markup:
    """A drawing of a size; with a label it is an image to a screen reader, without one it is hidden from it."""
    spoken: dict[str, Attribute] = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    box = f"0 0 {_plain(width)} {_plain(height)}"
    return element("svg", *children, width=width, height=height, viewbox=box, focusable="false", **spoken, **attributes)


def path(points: list[tuple[float, float]], class_: str) -> Markup:
    """A line through points."""
    return element("path", class_=class_, d="M" + "L".join(f"{_plain(x)},{_plain(y)}" for x, y in points))


def _camel(word: str) -> str:
    return _CAMEL.get(word, word)


def _plain(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
