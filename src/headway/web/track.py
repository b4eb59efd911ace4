"""The Track page as values: sentence, way so far, tiles, journey, what to look at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from headway.core import formatting
from headway.core.finding import Finding
from headway.core.record import Record
from headway.core.review import IF_SO, Milestone, Review
from headway.core.series import Header
from headway.core.titles import capital, title
from headway.web import bars, charts, figures
from headway.web.figures import Figure, Mark, Scale
from headway.web.in_hand import in_hand
from headway.web.pace import Pace, headline_milestone, horizon_of, pace_of
from headway.web.query import Asked, Kind
from headway.web.svg import element

_LEAST_SLACK = 4.0
"""The slack scale reaches at least a month to both sides, so that a few days never look like a landslide."""

_SHORT = 48
"""A longer note stands in the journey's row only: a tile is for a glance."""


@dataclass(frozen=True)
class Linked:
    """A number as text, with the address of its explanation."""

    text: str
    address: str


@dataclass(frozen=True)
class Tile:
    """One milestone at a glance."""

    title: str
    mark: Mark
    figure: Figure
    difference: str
    tone: str
    drawing: Markup
    ends: tuple[str, str, str]
    note: str
    address: str


@dataclass(frozen=True)
class Stage:
    """One row of the journey table."""

    title: str
    unit: str
    actual: Linked
    plan: Linked
    difference: str
    tone: str
    drawing: Markup
    slack: str
    unpaced: str
    mark: Mark
    note: str


@dataclass(frozen=True)
class Way:
    """The chart of the milestone the page is about, with everything it says."""

    take: str
    measure: str
    wide: Markup
    phone: Markup
    pace: Pace
    unit: str
    rows: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True)
class Point:
    """Something to look at this week, its price written out, with what the price supposes."""

    what: Linked
    evidence: str
    price: str
    supposes: str
    owner: str
    notes: str
    in_hand: str


def tiles(review: Review, asked: Asked) -> tuple[Tile, ...]:
    """Every milestone as a tile."""
    return tuple(_tile(milestone, review, asked) for milestone in review.milestones)


def stages(review: Review, asked: Asked) -> tuple[Stage, ...]:
    """Every milestone as a row of the journey."""
    known = [abs(m.slack_weeks) for m in review.milestones if m.slack_weeks is not None]
    most = max([_LEAST_SLACK, *known])
    return tuple(_stage(milestone, review, asked, most) for milestone in review.milestones)


def way(review: Review) -> Way | None:
    """The chart of the milestone the page is about; none where nothing on the journey adds up."""
    milestone = headline_milestone(review)
    if milestone is None:
        return None
    pace = pace_of(milestone, review)
    unit = charts.axis_unit(pace)[1]
    scale = figures.scale_of(pace.highest, pace.header)
    span = f"{formatting.day(pace.horizon.start)} to {formatting.day(pace.horizon.last_day)}"
    scope = "" if pace.header.scope == "company" else f" {pace.header.scope},"
    floor = charts.marks_of(pace)[0]
    how = "counted from the plan's first day" if pace.from_zero else "as it stood at each week's end"
    measure = f"{pace.title}, {unit or 'amounts'},{scope} {how}; {span}"
    measure += f". The scale starts at {figures.written(floor, pace.header)}" if floor else ""
    phone, wide = charts.draw_pace(pace, charts.PHONE), charts.draw_pace(pace, charts.WIDE)
    heading = scale.short or pace.header.unit
    return Way(_take(milestone, review.as_of), measure, wide, phone, pace, heading, _twin(pace, scale))


def look_at(review: Review, asked: Asked, acknowledged: Mapping[str, Record]) -> tuple[Point, ...]:
    """What to look at this week, in the order given: bets that fail, which lead to the register, then milestones; who
    has taken each in hand."""
    found = (*((one, asked.bet(one.where)) for one in review.failing), *((one, "") for one in review.look_at))
    return tuple(
        _point(one, review, address, asked, in_hand(one, acknowledged, review.as_of)) for one, address in found
    )


def linked(text: str, review: Review, asked: Asked) -> Markup:
    """A sentence whose numbers lead to their explanations, as far as they are the journey's own, and whose failing
    assumptions lead to the register."""
    addresses: dict[str, set[str]] = {}
    for milestone in review.milestones:
        numbers: tuple[tuple[float | None, Kind], ...] = (
            (milestone.actual_to_date, "actual"),
            (milestone.plan_to_date, "plan"),
        )
        for value, kind in numbers:
            shown = figures.written(value, milestone.actual.header)
            if re.search(r"[^\d.,\s]|\d{3}", shown) and re.search(r"\d", shown):
                addresses.setdefault(shown, set()).add(why_address(asked, review, milestone, kind))
    bets = {finding.what: asked.bet(finding.where) for finding in review.failing}
    addresses |= {what: {address} for what, address in bets.items()}
    certain = {shown: next(iter(found)) for shown, found in addresses.items() if len(found) == 1}
    if not certain:
        return _unbroken(text)
    longest = sorted(certain, key=len, reverse=True)
    pattern = rf"(?<![\w.,±+{formatting.MINUS}])({'|'.join(map(re.escape, longest))})(?![\w%]|[.,]\d)"
    parts = re.split(pattern, text)
    return Markup("").join(
        element("a", part, class_="link" if part in bets else "num", href=certain[part]) if i % 2 else _unbroken(part)
        for i, part in enumerate(parts)
    )


def _unbroken(text: str) -> Markup:
    """Plain text in which a sign stays on one line with its currency."""
    return escape(re.sub(rf"([+{formatting.MINUS}])(?=[^\s\w.])", "\\1\u2060", text))


def why_address(asked: Asked, review: Review, milestone: Milestone, kind: Kind) -> str:
    """The address that explains a milestone's number on the as-of day."""
    period = period_to(review, milestone, kind, review.as_of)
    return asked.of(kind, period).why(milestone.metric)


def named(metric: str, review: Review) -> str:
    """A metric by the title its milestone has; any other name as words."""
    given = next((m.title for m in review.milestones if m.metric == metric), None)
    return capital(given or title(metric))


def period_to(review: Review, milestone: Milestone, kind: Kind, day: date) -> str | None:
    """The period a milestone's number on a day stands for, so that its explanation opens on the same number."""
    horizon = horizon_of(review)
    if horizon is None:
        return None
    return f"{horizon.start}..{day}" if kind == "plan" else milestone.measured_over(horizon.start, day)


def _tile(milestone: Milestone, review: Review, asked: Asked) -> Tile:
    header = milestone.actual.header
    rate = header.adds_up == "ratio"
    drawing, ends = _dot(milestone) if rate else _bullet(milestone)
    return Tile(
        milestone.title,
        figures.mark(milestone),
        figures.figure(milestone.actual_to_date, header),
        figures.signed(milestone.variance, header),
        figures.tone(milestone.standing),
        drawing,
        ends,
        milestone.note if len(milestone.note) <= _SHORT else "",
        why_address(asked, review, milestone, "actual") if milestone.actual_to_date is not None else "",
    )


def _bullet(milestone: Milestone) -> tuple[Markup, tuple[str, str, str]]:
    header, pace = milestone.actual.header, milestone.plan_to_date
    planned = [float(value) for value in milestone.plan.values if value == value]
    full = planned[-1] if planned and milestone.is_to_date else None
    scale = bars.amount_range(milestone.actual_to_date, pace, full)
    pace_text = f"pace {figures.written(pace, header)}" if pace is not None else "no plan"
    end = (
        f"full plan {figures.written(full, header)}"
        if full is not None
        else f"to {figures.written(scale.high, header)}"
    )
    return bars.bullet(milestone.actual_to_date, pace, scale), ("0", pace_text, end)


def _dot(milestone: Milestone) -> tuple[Markup, tuple[str, str, str]]:
    header, planned = milestone.actual.header, milestone.plan_to_date
    known = milestone.low is not None and milestone.high is not None
    interval = (milestone.low, milestone.high) if milestone.low is not None and milestone.high is not None else None
    scale = bars.rate_range(milestone.actual_to_date, planned, milestone.low, milestone.high)
    plan_text = f"plan {figures.written(planned, header)}" if planned is not None else "no plan"
    counted = milestone.n is not None and "n =" not in milestone.note
    last = f"n = {formatting.count(milestone.n)}" if counted else figures.written(scale.high, header)
    drawing = bars.dot(milestone.actual_to_date, planned, interval if known else None, scale)
    return drawing, (figures.written(scale.low, header), plan_text, last)


def _stage(milestone: Milestone, review: Review, asked: Asked, most: float) -> Stage:
    header = milestone.actual.header
    scale = figures.scale_of(max(abs(milestone.actual_to_date or 0.0), abs(milestone.plan_to_date or 0.0)), header)
    actual, plan = milestone.actual_to_date, milestone.plan_to_date
    tone = figures.tone(milestone.standing)
    return Stage(
        milestone.title,
        scale.short,
        _linked(actual, header, scale, why_address(asked, review, milestone, "actual"), "not measured"),
        _linked(plan, header, scale, why_address(asked, review, milestone, "plan"), "no plan"),
        figures.variance(milestone),
        tone,
        bars.slack(milestone.slack_weeks, most, tone),
        formatting.weeks(milestone.slack_weeks, signed=True) if milestone.slack_weeks is not None else "",
        _unpaced(milestone),
        figures.mark(milestone),
        _counted(milestone),
    )


def _linked(value: float | None, header: Header, scale: Scale, address: str, missing: str) -> Linked:
    return Linked(missing, "") if value is None else Linked(figures.cell(value, header, scale), address)


def _unpaced(milestone: Milestone) -> str:
    """Why a milestone has no slack."""
    if milestone.plan_to_date is None:
        return "no plan"
    return "not counted in weeks" if milestone.actual.header.adds_up == "ratio" else "cannot tell"


def _counted(milestone: Milestone) -> str:
    header = milestone.actual.header
    parts: list[str] = []
    if milestone.n is not None and header.adds_up == "ratio" and "n =" not in milestone.note:
        parts.append(f"n = {formatting.count(milestone.n)}")
    if milestone.low is not None and milestone.high is not None:
        low, high = figures.written(milestone.low, header), figures.written(milestone.high, header)
        parts.append(f"interval {low} to {high}")
    return "; ".join([*parts, milestone.note] if milestone.note else parts)


def _take(milestone: Milestone, as_of: date) -> str:
    """The finding of the chart: how far from pace the way is."""
    header, gap = milestone.actual.header, milestone.variance
    now = figures.written(milestone.actual_to_date, header)
    if gap is None:
        return f"{milestone.title} stands at {now} on {formatting.day(as_of)}."
    planned = figures.written(milestone.plan_to_date, header)
    distance = figures.written(abs(gap), header)
    if milestone.standing in ("holding", "unknown") or gap == 0:
        return f"{milestone.title} stands at {now} where the plan expects {planned}."
    return f"{milestone.title} is {distance} {'ahead of' if gap > 0 else 'behind'} the plan's pace."


def _twin(pace: Pace, scale: Scale) -> tuple[tuple[str, str, str, str], ...]:
    """The chart as a table: week, its last day, actual and plan to date."""
    came = {point.label: point for point in pace.actual}
    planned = {point.label: point for point in pace.plan}
    days = {label: point.day for label, point in (*came.items(), *planned.items())}
    return tuple(
        (
            label,
            formatting.day(days[label], pace.horizon.start.year),
            figures.cell(came[label].value, pace.header, scale) if label in came else "",
            figures.cell(planned[label].value, pace.header, scale) if label in planned else "no plan",
        )
        for label in sorted(days, key=lambda name: days[name])
    )


def _point(finding: Finding, review: Review, address: str, asked: Asked, taken: str) -> Point:
    priced = finding.price is not None
    price = formatting.money(finding.price, review.currency, signed=True) if priced else "not priced"
    supposes = IF_SO if address and priced else ""
    return Point(
        Linked(capital(finding.what), address),
        finding.evidence,
        price,
        supposes,
        finding.owner,
        asked.notes(finding.where),
        taken,
    )


def footer(review: Review) -> tuple[str, ...]:
    """Where the page's numbers come from: day, scope, plan, unit and data run."""
    headers = [milestone.actual.header for milestone in review.milestones]
    scopes, runs = sorted({h.scope for h in headers if h.scope}), sorted({h.run for h in headers if h.run})
    currency = f"Amounts in {review.currency}" if review.currency else "Amounts without a currency: none is declared"
    return (
        f"As of {formatting.day(review.as_of)}",
        *([f"Scope: {formatting.listed(scopes)}"] if scopes else []),
        f"Plan {review.plan}",
        f"{currency}; column headings state thousands or millions",
        *([f"Data run {formatting.listed(runs)}"] if runs else []),
    )
