"""Pages as text: templates filled with values, everything escaped, every missing value an error of ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined

from headway import __version__
from headway.core import formatting
from headway.core.diagnostics import Diagnostic
from headway.core.errors import UserMistake
from headway.core.explanation import Explanation
from headway.core.review import Review
from headway.core.titles import capital
from headway.web import bridge, track, weeks, why
from headway.web.query import Asked
from headway.web.source import TrackSource

T = TypeVar("T")


def track_page(review: Review, asked: Asked, source: TrackSource) -> str:
    """The Track page of a review; what it links to is pinned to the day and the plan it shows."""
    asked = replace(asked, as_of=review.as_of, plan=review.plan)
    return _render(
        "track.html",
        _frame(source, asked, review.headline),
        review=review,
        headline=track.linked(review.headline, review, asked),
        lead=track.linked(review.lead, review, asked),
        way=track.way(review),
        tiles=track.tiles(review, asked),
        stages=track.stages(review, asked),
        weeks=weeks.weeks(review, asked),
        points=track.look_at(review),
        bridge=bridge.bridge(review, asked),
        footer=track.footer(review),
    )


def why_page(told: Explanation, review: Review | None, asked: Asked, source: TrackSource) -> str:
    """The page that takes one number apart; the review adds how it stands against the plan."""
    return _render(
        "why.html",
        _frame(source, asked, told.title),
        told=told,
        against=why.against(told.metric, review) if review and asked.kind == "actual" else None,
        records=why.records(told, asked),
        review=review,
    )


def empty_page(asked: Asked, source: TrackSource, found: Sequence[Diagnostic]) -> str:
    """The page of a project without data, or without a plan: what to type next."""
    title = "Nothing to track yet" if source.last_load is None else "No plan to track yet"
    return _render("empty.html", _frame(source, asked, title), found=found, has_data=source.last_load is not None)


def mistake_page(found: Sequence[Diagnostic], source: TrackSource) -> str:
    """The page that says what has to be mended, all of it."""
    ordered = sorted(found, key=lambda diagnostic: not diagnostic.is_error)
    title = _sentence(ordered[0].message) if len(ordered) == 1 else f"{len(ordered)} things need mending."
    return _render("mistake.html", _frame(source, Asked(), title), found=ordered, title=title)


def fault_page(source: TrackSource) -> str:
    """The page for a mistake of ours: nothing of the inside is shown."""
    return _render("fault.html", _frame(source, Asked(), "This page failed"))


def _frame(source: TrackSource, asked: Asked, page: str) -> Mapping[str, object]:
    days = _told(lambda: source.as_of_days, ())
    return {
        "page": page,
        "company": _told(lambda: source.title, "This project"),
        "version": __version__,
        "asked": asked,
        "plans": _told(lambda: source.plans, ()),
        "first_day": min(days) if days else None,
        "last_day": max(days) if days else None,
        "last_load": _told(lambda: source.last_load, None),
    }


def _told(read: Callable[[], T], otherwise: T) -> T:
    """A part of the frame; where the project's own text stands in its way, the page below says so."""
    try:
        return read()
    except UserMistake:
        return otherwise


def _render(template: str, frame: Mapping[str, object], **values: object) -> str:
    return _templates().get_template(template).render(**frame, **values)


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
    named = any(sign in text.split(" ", 1)[0] for sign in "_.[")
    return text if named else capital(text)
