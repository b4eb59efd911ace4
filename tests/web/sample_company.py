"""A made-up company for the pages: a review of nine weeks against a half-year plan, built from the real shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import sample_pipeline
import sample_revenue

from headway.core.answers import Measured, Together
from headway.core.ask import Ask
from headway.core.belief import Register
from headway.core.calendar import FiscalCalendar, Period, months, weeks
from headway.core.changes import PipelineChanges, PipelineScope
from headway.core.diagnostics import DATA_PROBLEM, USAGE_MISTAKE, Diagnostic, Mistake
from headway.core.errors import UserMistake
from headway.core.explanation import Explanation, Step
from headway.core.finding import Finding
from headway.core.holdings import Holdings
from headway.core.hygiene import Quality
from headway.core.mapping import ColumnMapping, Connector, FileMapping
from headway.core.plan import Assumption, Estimate, Horizon, Plan, Target
from headway.core.positions import Location
from headway.core.readiness import Readiness
from headway.core.reconciliation import Reconciliation
from headway.core.record import ACKNOWLEDGEMENT, Record
from headway.core.review import Cause, Milestone, Review, Standing
from headway.core.rows import Column, Rows
from headway.core.series import AddsUp, Axis, Header, Series
from headway.core.sheet import Sheet
from headway.core.weekly import TO_DATE
from headway.planning import bind, effects, sensitivity, sheet
from headway.records import acknowledgement, comment
from headway.tracking import Times, beliefs, ordered, to_price, with_bets
from tests.plans import shipped_saas

NASTY = """<script>alert("x")</script> & 'Söhne'"""
AS_OF = date(2027, 9, 30)
UNKNOWN_METRIC = Mistake("sample-metric", "No such number", "The sample knows a few numbers.", USAGE_MISTAKE)
NO_DATA = Mistake("sample-data", "No data", "The sample has no data.", DATA_PROBLEM)
BROKEN_TEXT = Mistake("sample-text", "A plan that cannot be read", "The sample's plan is broken.")


def horizon() -> Period:
    period = FiscalCalendar().parse("2027-07..2027-12")
    assert isinstance(period, Period)
    return period


def milestone(
    metric: str,
    title: str,
    unit: str,
    plan: float | None,
    actual: float | None,
    standing: Standing,
    adds_up: AddsUp = "flow",
    currency: str | None = "EUR",
    as_of: date = AS_OF,
    **more: object,
) -> Milestone:
    """A milestone whose plan and actual grow evenly (flows), or stay (the rest), up to the numbers given."""
    spans = weeks(horizon())
    past = np.array([span.start <= as_of for span in spans])
    pace = np.cumsum([span.days * (1 + 0.6 * (i % 13 > 9)) for i, span in enumerate(spans)])
    done = pace / pace[past][-1]
    header = Header(metric, "actual", unit, adds_up, f"{metric}@1", as_of, currency=currency, run="2027-10-01.1")
    if adds_up == "flow":
        header = replace(header, adds_up="stock", note=TO_DATE)
    labels = tuple(span.label for span in spans)
    shape = done if adds_up == "flow" else np.ones(len(spans))
    planned = np.full(len(spans), np.nan) if plan is None else plan * shape
    uneven = np.minimum(shape, 1.0) ** (1.0 if adds_up != "flow" else 1.35)
    came = ((np.nan if actual is None else actual) * uneven)[past]
    sides = (Axis("period", labels),), (Axis("period", labels[: len(came)]),)
    series = Series(replace(header, kind="plan"), sides[0], planned), Series(header, sides[1], came)
    return Milestone(metric, title, *series, plan, actual, standing, **more)  # type: ignore[arg-type]


def milestones(currency: str | None = "EUR") -> tuple[Milestone, ...]:
    money = {"currency": currency}
    few, many = {"n": 7, "note": "n = 7: cannot tell yet"}, {"n": 131, "low": 0.176, "high": 0.274}
    cycle = {"n": 29, "low": 55.0, "high": 66.0, "lower_is_better": True}
    opportunities, pipeline, slack = "opportunities_created", "pipeline_created", "slack_weeks"
    return (
        milestone(opportunities, "Opportunities created", "opportunity", 168.4, 149.0, "worse", **{slack: -2.1}),
        milestone(pipeline, "Pipeline created", "currency", 5.88e6, 5_245_310.0, "worse", **{slack: -2.0}, **money),
        milestone("open_pipeline", "Open pipeline", "currency", None, 3.11e6, "unknown", "stock", **money),
        milestone("won_value", "Won value", "currency", 924_000.0, 880_250.0, "watch", **{slack: -0.8}, **money),
        milestone("win_rate.closed_count", "Win rate", "deal/opportunity", 0.22, 0.221, "holding", "ratio", **many),
        milestone("sales_cycle.won_mean", "Sales cycle, won deals", "day", 68.0, 61.0, "better", "ratio", **cycle),
        milestone("deal_size.mean", "Deal size", "currency/deal", 31e3, 30_353.4, "unknown", "ratio", **few, **money),
    )


def journey(found: tuple[Milestone, ...]) -> Rows:
    """The week-by-week table up to the as-of day: one pair of columns for each milestone."""
    columns = [Column("week"), Column("until", "date")]
    for one in found:
        columns += [Column(f"{one.metric}.plan", "number"), Column(f"{one.metric}.actual", "number")]
    records = [
        [
            span.label,
            min(span.last_day, AS_OF),
            *(_cell(series.values[i]) for one in found for series in (one.plan, one.actual)),
        ]
        for i, span in enumerate(weeks(horizon()))
        if span.start <= AS_OF
    ]
    return Rows.of(columns, records)


def _cell(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def review(currency: str | None = "EUR", **changes: object) -> Review:
    found = milestones(currency)
    mark = "€" if currency else ""
    made = Review(
        as_of=AS_OF,
        plan="base",
        verdict="behind",
        headline=f"Behind: won {mark}880k by 30 Sep 2027 against {mark}924k planned (−4.7%).",
        lead="Too few opportunities were created, 149 where the plan expects 168, at a win rate of 22.1%. "
        f"Look at {NASTY} first.",
        currency=currency,
        milestones=found,
        causes=(
            Cause("opportunities_created", -61_400.0, "149 created where the plan expects 168."),
            Cause("win_rate.closed_count", 4_100.0, "22.1% where the plan expects 22.0%."),
            Cause("deal_size.mean", -18_700.0, "Smaller deals than planned."),
            Cause("timing and the rest", 32_250.0, "Deals closed earlier than the plan's cycle."),
        ),
        look_at=(
            Finding(
                "Opportunities created are 2.1 weeks behind",
                "opportunities_created",
                "149 against 168",
                -61_400.0,
                "VP Sales",
            ),
            Finding(f"Deal {NASTY} has not moved", "open_pipeline", "Open for 214 days", None),
        ),
        journey=journey(found),
        notes=("The past is reconstructed from each deal's own dates.",),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def explanation(metric: str, kind: str = "measured") -> Explanation:
    deals = Rows.of(
        [Column("deal"), Column("closed", "date"), Column("value", "money", "EUR")],
        [[f"Deal {i}", date(2027, 8, 1 + i % 28), 1000.5 * i] for i in range(2, 50)]
        + [[NASTY, None, 5.0], ['=HYPERLINK("http://x")', None, 7.0]],
    )
    return Explanation(
        metric,
        f"{metric.replace('_', ' ').capitalize()}, {kind}",
        f"{metric}@1",
        "22.1%",
        "deal/opportunity",
        "29 won deals, divided by 131 that were decided in the period.",
        ("A deal counts on the day it closed.", "Reopened deals count once."),
        (
            Step("Won", "29"),
            Step("of them in September", "11", 1, "nine of them in the last week"),
            Step("Decided", "131"),
        ),
        (("Numerator: won deals", deals), ("Denominator", Rows.of(["deal"], []))),
        f"{metric}@1 · as of 2027-09-30 · company · 2027-07-01..2027-09-30 · EUR · n = 131 · run 2027-10-01.1",
        ("Three rows of the export were rejected.",),
    )


def assumption(name: str, unit: str, values: Mapping[str, float], by: tuple[str, ...], **more: object) -> Assumption:
    """One assumption with a range of a tenth to both sides, by the members named `a/b`."""
    made = {
        tuple(key.split("/")) if key else (): Estimate(Decimal(str(v)), Decimal(str(v * 0.9)), Decimal(str(v * 1.1)))
        for key, v in values.items()
    }
    return Assumption(name, unit, made, by, "history", f"measured in 2026, {NASTY}", 131, "VP Sales", **more)  # type: ignore[arg-type]


def made_plan() -> Plan:
    """Two sources over half a year; the outbound win rate is the one that will not hold."""
    by, parts = ("source",), {"inbound": 0.2, "outbound": 0.25}
    lags = {f"{s}/{i}": part for s in parts for i, part in enumerate((0.1, 0.3, 0.4, 0.2))}
    found = (
        assumption("opportunities_created", "opportunity/month", {"inbound": 32.0, "outbound": 24.0}, by),
        assumption("opportunity_value", "currency/opportunity", {"": 28_000.0}, ()),
        assumption("win_rate.eventual", "deal/opportunity", parts, by, review_by=date(2027, 12, 1)),
        Assumption(
            "close_lag",
            "share",
            {tuple(k.split("/")): Estimate(Decimal(str(v))) for k, v in lags.items()},
            ("source", "lag"),
        ),
        assumption("deal_size.mean", "currency/deal", {"inbound": 30_000.0, "outbound": 36_000.0}, by),
        Assumption(
            "won_from_open",
            "deal",
            {(s, m.label): Estimate(Decimal(1)) for s in parts for m in months(horizon())},
            ("source", "month"),
        ),
        Assumption(
            "sales_cycle.won_median",
            "day",
            {("inbound",): Estimate(Decimal(68)), ("outbound",): Estimate(Decimal(96))},
            by,
            "judgement",
        ),
    )
    first = months(horizon())[0]
    target = Target("won_value", months(horizon())[-1], Decimal(2_400_000), "EUR")
    return Plan(
        "base",
        NASTY,
        Horizon(first, 6),
        "saas",
        {one.name: one for one in found},
        target,
        "EUR",
        {"source": ("inbound", "outbound")},
        as_of=date(2027, 6, 30),
    )


def laid_out(tried: Mapping[str, Decimal]) -> Sheet | tuple[Diagnostic, ...]:
    """The plan through the real engine."""
    model = shipped_saas()
    bound, found = bind(made_plan(), model)
    assert bound is not None, found
    return sheet(bound, FiscalCalendar(), tried)


def measured(metric: str, span: Period, by: object) -> Rows | None:
    """What a metric came to in any span: outbound deals are won less often than planned, inbound hardly known."""
    known = {
        "opportunities_created": ("opportunity", {"inbound": 31.0, "outbound": 25.0}),
        "win_rate.eventual": ("deal/opportunity", {"inbound": 0.19, "outbound": 0.14}),
        "deal_size.mean": ("currency/deal", {"inbound": 29_500.0}),
    }
    if metric not in known:
        return None
    unit, values = known[metric]
    flow = unit == "opportunity"
    columns = [Column("source"), Column("value"), Column("unit"), Column("n"), Column("low"), Column("high")]
    records = []
    for source, value in values.items():
        n = 7 if metric == "deal_size.mean" else 50
        came = round(value * span.days / 30.5) if flow else value
        ends = (None, None) if flow else (value * 0.9, value * 1.1)
        records.append((source, float(came), unit, came if flow else n, *ends))
    return Rows.of(columns, records)


def register(as_of: date = AS_OF) -> Register:
    """The plan's beliefs through the real tracking."""
    plan = made_plan()
    found = beliefs(plan, Times(months(horizon()), as_of, 365), measured)
    bound = bind(plan, shipped_saas())[0]
    assert bound is not None
    risk, prices = sensitivity(bound), effects(bound, to_price(found))
    return Register(plan.name, as_of, "EUR", ordered(found, prices, risk), "2027-10-01.1", risk, prices)


def holdings() -> Holdings:
    """Two loads, one of which had rows that could not be read, and records with two sorts of faults."""
    names = (
        "run",
        "exported_on",
        "loaded_at",
        "connector",
        "mapping",
        "thing",
        "file",
        "rows",
        "loaded",
        "rejected",
        "listed",
        "sha256",
    )
    runs = Rows.of(
        names,
        [
            (
                "2027-09-01.1",
                date(2027, 9, 1),
                None,
                "hubspot",
                "deals",
                "opportunity",
                "deals.csv",
                812,
                812,
                0,
                0,
                "a",
            ),
            ("2027-10-01.1", date(2027, 10, 1), None, "hubspot", "deals", "opportunity", NASTY, 840, 838, 2, 0, "b"),
        ],
    )
    rejected = Rows.of(
        ("run", "file", "row", "reason", "text"), [("2027-10-01.1", "deals.csv", i, "no id", NASTY) for i in (7, 9)]
    )
    columns = (
        ColumnMapping("id", "Record ID", "every value differs"),
        ColumnMapping("amount", "Amount", "amounts in euros"),
    )
    mapped = FileMapping(
        "deals",
        "opportunity",
        ("Record ID", "Amount", "Notes"),
        columns,
        ("Record ID",),
        ignored=("Notes",),
        stages={"Won": "won"},
    )
    deals = Rows.of(
        [Column("name"), Column("close_date", "date"), Column("value", "money")],
        [(NASTY, date(2027, 8, 1), Decimal("4000"))],
    )
    checks = (
        Quality("past-close", "Past their close date", "open deals", "They cannot close then.", 1, 40, 4000.0, deals),
        Quality(
            "without-owner",
            "Without an owner",
            "open deals",
            "Nobody answers for them.",
            0,
            40,
            None,
            Rows.of(["name"], []),
        ),
    )
    words = Rows.of(
        ("metric", "definition", "title", "unit", "words", "policy"),
        [
            ("won_value", "won_value@1", "Won value", "currency", "What was won.", "a deal counts once"),
            ("nrr", "nrr@1", "NRR", "share", "What is left.", f"won back counts as kept, {NASTY}"),
        ],
    )
    return Holdings(
        AS_OF,
        "2027-10-01.1",
        runs,
        rejected,
        (Connector("hubspot", "hubspot", "main", (mapped,)),),
        checks,
        words,
        "EUR",
    )


class Locked:
    """A project whose own text cannot be read: every question about it raises the user's mistake."""

    def __getattr__(self, name: str) -> object:
        raise UserMistake([BROKEN_TEXT.at(Location("headway.yaml", 2, 1, 4, "name"), "'name' has no value")])

    def review(self, as_of: date | None, plan: str | None) -> Review:
        raise UserMistake([BROKEN_TEXT.at(Location("headway.yaml", 2, 1, 4, "name"), "'name' has no value")])


@dataclass
class Sample:
    """The hall's stand-in: values that are handed over as they are, with a memory of what was asked."""

    answer: Review | tuple[Diagnostic, ...]
    title: str = "Tarnbrook"
    currency: str | None = "EUR"
    plans: tuple[str, ...] = ("base", "brave & bold")
    as_of_days: tuple[date, ...] = (date(2027, 1, 4), date(2027, 10, 1))
    last_load: date | None = date(2027, 10, 1)
    day_now: date = date(2027, 10, 2)
    clock_stands: date | None = None
    bills: bool = True
    asked: list[tuple[object, ...]] = field(default_factory=list)
    kept: list[Record] = field(default_factory=list)

    def records_of(self, subject: str) -> tuple[Record, ...]:
        return tuple(one for one in self.kept if one.subject == subject)

    def acknowledged(self) -> Mapping[str, Record]:
        return {one.subject: one for one in self.kept if one.kind == ACKNOWLEDGEMENT}

    def comment(self, subject: str, text: str, actor: str, seen: str) -> Record | tuple[Diagnostic, ...]:
        return self._keep(comment, subject, text, actor, seen)

    def acknowledge(self, subject: str, text: str, actor: str, seen: str) -> Record | tuple[Diagnostic, ...]:
        return self._keep(acknowledgement, subject, text, actor, seen)

    def _keep(self, say: Callable[..., Record], subject: str, text: str, actor: str, seen: str) -> Record:
        made = say(subject, text, actor, datetime(2027, 10, 2, 9, tzinfo=UTC), seen)
        self.kept.append(replace(made, number=len(self.kept) + 1))
        return self.kept[-1]

    def stand_still(self) -> None:
        """Nothing lies on a disk here."""

    def review(self, as_of: date | None, plan: str | None) -> Review | tuple[Diagnostic, ...]:
        self.asked.append(("review", as_of, plan))
        if plan == "broken":
            place = Location("plans/broken/plan.yaml", 3, 8, 5, "start: <b>soon")
            return (
                BROKEN_TEXT.at(
                    place, "'<b>soon' is not a month", detail="A plan starts in a month.", remedy="write 2027-07"
                ),
            )
        if plan == "bets" and isinstance(self.answer, Review):
            return with_bets(self.answer, register())
        if plan == "fault":
            raise RuntimeError("the sample's own fault, with a secret inside")
        return self.answer

    def explain(
        self, metric: str, period: str | None, where: Mapping[str, str], as_of: date | None, plan: str | None
    ) -> Explanation | tuple[Diagnostic, ...]:
        self.asked.append(("explain", metric, period, dict(where), as_of))
        if metric == "winrate":
            return (UNKNOWN_METRIC.at(None, "'winrate' is not a metric", remedy="did you mean 'win_rate'?"),)
        return explanation(metric)

    def explain_planned(
        self, metric: str, period: str | None, plan: str | None
    ) -> Explanation | tuple[Diagnostic, ...]:
        self.asked.append(("explain_planned", metric, period, plan))
        if metric in ("win_rate.closed_count", "winrate"):
            return (UNKNOWN_METRIC.at(None, f"the model has no line '{metric}'"),)
        return explanation(metric, "planned")

    def sheet(self, plan: str | None, tried: Mapping[str, Decimal]) -> Sheet | tuple[Diagnostic, ...]:
        self.asked.append(("sheet", plan, dict(tried)))
        return laid_out(tried) if isinstance(self.answer, Review) else self.answer

    def register(self, as_of: date | None, plan: str | None) -> Register | tuple[Diagnostic, ...]:
        self.asked.append(("register", as_of, plan))
        return register(as_of or AS_OF) if isinstance(self.answer, Review) else self.answer

    def holdings(self, as_of: date | None, plan: str | None = None) -> Holdings | tuple[Diagnostic, ...]:
        self.asked.append(("holdings", as_of, plan))
        if not isinstance(self.answer, Review):
            return self.answer
        return replace(holdings(), hygiene=sample_pipeline.hygiene(covered=plan is not None and bool(self.plans)))

    @property
    def fiscal(self) -> FiscalCalendar:
        return FiscalCalendar()

    def measure(self, ask: Ask) -> Measured | tuple[Diagnostic, ...]:
        return sample_pipeline.measured(ask)

    def together(self, asks: Sequence[Ask], as_of: date | None, ahead: int) -> Together | tuple[Diagnostic, ...]:
        self.asked.append(("together", tuple(asks), as_of, ahead))
        return sample_revenue.together(asks, as_of or self.last_load or AS_OF, ahead, empty=not self.bills)

    def reconcile(self, as_of: date | None) -> Reconciliation | tuple[Diagnostic, ...]:
        if not self.bills:
            return (NO_DATA.at(None, "no subscriptions and no invoices are loaded"),)
        return sample_revenue.reconcile(as_of or AS_OF)

    def readiness(self, as_of: date | None) -> Readiness | tuple[Diagnostic, ...]:
        return sample_revenue.readiness(as_of or AS_OF)

    def curve(self, ask: Ask) -> Measured | tuple[Diagnostic, ...]:
        if ask.by and ask.by[0] not in ("source", "segment"):
            return (UNKNOWN_METRIC.at(None, f"no deal has a '{ask.by[0]}'"),)
        return sample_pipeline.curve(ask)

    def changes(
        self, since: date, until: date | None, closing: Period | None
    ) -> PipelineChanges | tuple[Diagnostic, ...]:
        self.asked.append(("changes", since, until, closing))
        if since > (until or AS_OF):
            return (UNKNOWN_METRIC.at(None, f"{since} is after {until}"),)
        return sample_pipeline.changes(since, until, PipelineScope(closing=closing))
