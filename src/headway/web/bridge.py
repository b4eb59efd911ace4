"""The causes of a difference as a bridge: from what was planned, cause by cause, to what came."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup

from headway.core import formatting
from headway.core.review import Cause, Review
from headway.core.series import Header
from headway.core.titles import beside
from headway.web import bars, figures
from headway.web.figures import Scale
from headway.web.pace import headline_milestone
from headway.web.query import Asked
from headway.web.track import named, why_address


@dataclass(frozen=True)
class Step:
    """One row of the causes bridge."""

    label: str
    words: str
    value: str
    tone: str
    drawing: Markup
    total: bool = False
    address: str = ""


@dataclass(frozen=True)
class Bridge:
    """From plan to actual, cause by cause."""

    take: str
    measure: str
    steps: tuple[Step, ...]


def bridge(review: Review, asked: Asked) -> Bridge | None:
    """The causes of the difference, from plan to actual; none where there is no difference to explain."""
    milestone = headline_milestone(review)
    if not review.causes or milestone is None:
        return None
    planned, actual = milestone.plan_to_date, milestone.actual_to_date
    if planned is None or actual is None:
        return None
    header = milestone.actual.header
    titled = [
        replace(cause, driver=heading, words=beside(heading, cause.words))
        for cause, heading in ((cause, named(cause.driver, review)) for cause in review.causes)
    ]
    causes = [*titled, *_remainder(review.causes, actual - planned)]
    levels = [planned]
    for cause in causes:
        levels.append(levels[-1] + cause.amount)
    span, scale = bars.bridge_range(levels), figures.scale_of(max(abs(planned), abs(actual)), header)
    first = _total("Plan to date", planned, span, scale, header, True, why_address(asked, review, milestone, "plan"))
    last = _total("Actual to date", actual, span, scale, header, False, why_address(asked, review, milestone, "actual"))
    between = [
        _cause(cause, levels[i], levels[i + 1], span, scale, header, milestone.lower_is_better)
        for i, cause in enumerate(causes)
    ]
    cut = f"; the scale starts at {figures.written(span.low, header)}" if span.low > 0 else ""
    unit = f", {scale.long}" if scale.long else ""
    measure = f"{milestone.title} to {formatting.day(review.as_of)}{unit}; the causes add up to the difference{cut}"
    return Bridge(_largest(causes, header), measure, (first, *between, last))


def _remainder(causes: tuple[Cause, ...], difference: float) -> list[Cause]:
    """What the causes leave unexplained, said aloud rather than hidden in the drawing."""
    rest = difference - sum(cause.amount for cause in causes)
    if abs(rest) <= 1e-6 * max(1.0, abs(difference)):
        return []
    return [Cause("Not explained", rest, "What the causes above leave open.")]


def _cause(
    cause: Cause, start: float, end: float, span: bars.Range, scale: Scale, header: Header, lower_is_better: bool
) -> Step:
    helps = (cause.amount < 0) == lower_is_better
    tone = "none" if cause.amount == 0 else "good" if helps else "bad"
    value = formatting.whole(cause.amount / scale.divisor, signed=True)
    value = value if figures.is_money(header) else figures.signed(cause.amount, header)
    return Step(cause.driver, cause.words, value, tone, bars.bridge_row(start, end, span, tone, True))


def _total(
    label: str, value: float, span: bars.Range, scale: Scale, header: Header, following: bool, address: str
) -> Step:
    drawing = bars.bridge_row(span.low, value, span, "planned" if following else "ac", following)
    return Step(label, "", figures.cell(value, header, scale), "none", drawing, True, address)


def _largest(causes: list[Cause], header: Header) -> str:
    whole = sum(cause.amount for cause in causes)
    pulling = [cause for cause in causes if cause.amount * whole > 0] or causes
    largest = max(pulling, key=lambda cause: abs(cause.amount))
    amount = figures.signed(largest.amount, header)
    return f"The largest cause is {largest.driver[:1].lower()}{largest.driver[1:]}: {amount}."
