"""Pages as text: templates filled with values, everything escaped, every missing value an error of ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from headway import __version__
from headway.core import formatting
from headway.core.diagnostics import Diagnostic
from headway.core.errors import UserMistake
from headway.core.explanation import Explanation
from headway.core.record import Record
from headway.core.review import Review
from headway.core.titles import capital
from headway.web import bridge, track, weeks, why
from headway.web.query import Asked
from headway.web.source import Source

T = TypeVar("T")

FRESH_DAYS = 7
"""A load older than this no longer tells of the week."""

FONT = Path(__file__).parent / "static" / "inter.woff2"
"""There where the build fetched the design's font; without it the reader's own stands in."""


def track_page(review: Review, asked: Asked, source: Source, acknowledged: Mapping[str, Record]) -> str:
    """The Track page of a review; what it links to is pinned to the day and the plan it shows."""
    chosen = asked.as_of is not None
    asked = replace(asked, as_of=review.as_of, plan=review.plan)
    return render(
        "track.html",
        frame(source, asked, review.headline, "/", review.as_of, chosen),
        review=review,
        headline=track.linked(review.headline, review, asked),
        lead=track.linked(review.lead, review, asked),
        way=track.way(review),
        tiles=track.tiles(review, asked),
        stages=track.stages(review, asked),
        weeks=weeks.weeks(review, asked),
        points=track.look_at(review, asked, acknowledged),
        bridge=bridge.bridge(review, asked),
        footer=track.footer(review),
    )


def why_page(told: Explanation, review: Review | None, asked: Asked, source: Source) -> str:
    """The page that takes one number apart; the review adds how it stands against the plan."""
    return render(
        "why.html",
        frame(source, asked, told.title, chosen=asked.as_of is not None),
        told=told,
        against=why.against(told.metric, review) if review and asked.kind == "actual" else None,
        records=why.records(told, asked),
        review=review,
    )


def empty_page(asked: Asked, source: Source, found: Sequence[Diagnostic], here: str = "track") -> str:
    """The page of a project without data, or without a plan: what to type next."""
    title = "Nothing to track yet" if source.last_load is None else "No plan to track yet"
    has_data = source.last_load is not None
    return render("empty.html", frame(source, asked, title), found=found, has_data=has_data, place=here)


def no_revenue_page(asked: Asked, source: Source, day: date) -> str:
    """The Revenue page of a project without billing or contracts: what to export, and how it is read."""
    title = "No recurring revenue is loaded yet."
    return render(
        "no_revenue.html", frame(source, asked, title, "/revenue", day, asked.as_of is not None), title=title, day=day
    )


def track_drawing(review: Review) -> Markup | None:
    """The Track page's chart, wide."""
    found = track.way(review)
    return None if found is None else found.wide


def mistake_page(found: Sequence[Diagnostic], source: Source) -> str:
    """The page that says what has to be mended, all of it."""
    ordered = sorted(found, key=lambda diagnostic: not diagnostic.is_error)
    title = _sentence(ordered[0].message) if len(ordered) == 1 else f"{len(ordered)} things need mending."
    return render("mistake.html", frame(source, Asked(), title), found=ordered, title=title)


def fault_page(source: Source) -> str:
    """The page for a mistake of ours: nothing of the inside is shown."""
    return render("fault.html", frame(source, Asked(), "This page failed"))


def frame(
    source: Source, asked: Asked, page: str, own_address: str = "", shown: date | None = None, chosen: bool = False
) -> Mapping[str, object]:
    """What stands around every page: where one can go, which plan and day is shown, how old the data are."""
    days = told(lambda: source.as_of_days, ())
    last_load = told(lambda: source.last_load, None)
    age = told(lambda: age_of(last_load, source.day_now), Age("none", "", False))
    return {
        "page": page,
        "company": told(lambda: source.title, "This project"),
        "version": __version__,
        "asked": asked,
        "places": (
            ("track", "Track", asked.track()),
            ("plan", "Plan", asked.plan_page()),
            ("pipeline", "Pipeline", replace(asked, since=None, until=None, closing=None, line="", by="").pipeline()),
            ("revenue", "Revenue", replace(asked, by="", span="").revenue()),
            ("assumptions", "Assumptions", asked.assumptions()),
            ("data", "Data", asked.data_page()),
        ),
        "own_address": own_address,
        "shown_day": shown,
        "chosen_day": chosen,
        "plans": told(lambda: source.plans, ()),
        "first_day": min(days) if days else None,
        "last_day": max(days) if days else None,
        "last_load": last_load,
        "clock_stands": told(lambda: source.clock_stands, None),
        "age": age,
        "old": age.words if age.stale and not (chosen and (shown or asked.as_of) != last_load) else "",
        "has_font": FONT.is_file(),
    }


@dataclass(frozen=True)
class Age:
    """How old the newest load is: its light, its words, and whether the week can no longer be told from it."""

    tone: str
    words: str
    stale: bool


def age_of(last_load: date | None, today: date) -> Age:
    """The freshness of the newest load on a day."""
    if last_load is None:
        return Age("none", "", False)
    days = (today - last_load).days
    if days <= FRESH_DAYS:
        return Age("good", "", False)
    return Age("warn", f"{formatting.days(days)} old", True)


def told(read: Callable[[], T], otherwise: T) -> T:
    """A part of the frame; where the project's own text stands in its way, the page below says so."""
    try:
        return read()
    except UserMistake:
        return otherwise


def render(template: str, around: Mapping[str, object], **values: object) -> str:
    """A template filled with the frame and its own values."""
    return _templates().get_template(template).render(**around, **values)


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("headway.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["day"] = _day
    made.filters["sentence"] = _sentence
    made.filters["count"] = formatting.count
    made.filters["place"] = _place
    made.filters["heading"] = _heading
    return made


def _day(value: date) -> str:
    return formatting.day(value)


def _place(found: Diagnostic) -> str:
    """Where a mistake stands, with its excerpt and caret; the page gives detail and remedy room of their own."""
    return replace(found, detail="", remedy="").render()


def _sentence(text: str) -> str:
    """A message as a sentence of its own: stop last, capital first unless it begins with a name."""
    stop = "" if text.endswith((".", "?", "!")) else "."
    return f"{_heading(text)}{stop}"


def _heading(text: str) -> str:
    """Capital first, unless the text begins with a name of the model's, which stays as it is written."""
    named = any(sign in text.split(" ", 1)[0] for sign in "_.[") or text.startswith("n = ")
    return text if named else capital(text)
