"""Whether the data can support each number, as a page: grades, what speaks against each, and what to mend first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from headway.core import formatting
from headway.core.readiness import UNDEFINED, Readiness, Standing
from headway.core.rows import Rows
from headway.core.titles import capital
from headway.web import pages
from headway.web.query import Asked
from headway.web.source import Source
from headway.web.track import Linked

GRADES = (
    ("A", "can be committed to"),
    ("B", "can be committed to"),
    ("C", "with care"),
    ("D", "with care"),
    ("", "no value"),
)
"""Every grade with what it allows."""

TABLES = ("readiness", "repairs")

NAMED = 6
"""How many metrics a repair names."""


@dataclass(frozen=True)
class Grade:
    """One grade: how many metrics have it, and what that allows."""

    grade: str
    n: int
    words: str


@dataclass(frozen=True)
class Weak:
    """One metric that something speaks against."""

    metric: Linked
    title: str
    grade: str
    because: str


@dataclass(frozen=True)
class ToMend:
    """One thing to mend, and the metrics it is for."""

    what: str
    remedy: str
    without: str
    lowered: str
    names: str


def page(found: Readiness, asked: Asked, source: Source) -> str:
    """Readiness as a page of its own; the Data page shows its part."""
    ranked = sorted(found.standings, key=_rank)
    return pages.render(
        "readiness.html",
        pages.frame(source, asked, found.sentence, "", found.as_of, asked.as_of is not None),
        found=found,
        grades=tuple(
            Grade(grade or "none", n, words)
            for grade, words in GRADES
            if (n := sum(one.grade == grade for one in found.standings))
        ),
        weak=tuple(_weak(one, asked) for one in ranked if one.grade != "A"),
        strong=tuple(one.metric for one in ranked if one.grade == "A"),
        repairs=tuple(
            ToMend(
                capital(one.what),
                capital(one.remedy),
                formatting.count(len(one.without)),
                formatting.count(len(one.lowered)),
                _some((*one.without, *one.lowered)),
            )
            for one in found.repairs
        ),
    )


def tables(found: Readiness) -> Mapping[str, Rows]:
    """Every metric, and every repair."""
    return dict(zip(TABLES, (found.metrics, found.to_mend), strict=True))


def _weak(one: Standing, asked: Asked) -> Weak:
    return Weak(Linked(one.metric, asked.why(one.metric)), one.title, one.grade or "none", one.because)


def _some(names: tuple[str, ...]) -> str:
    """The first of some metrics, and how many more; the file holds all."""
    more = len(names) - NAMED
    return formatting.listed([*names[:NAMED], f"{more} more"]) if more > 0 else ", ".join(names)


def _rank(one: Standing) -> tuple[bool, int, str]:
    return one.grade != UNDEFINED, -ord(one.grade or "Z"), one.metric
