"""The made-up company's base: what runs and moved month by month, what is kept, and what comes up for renewal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from headway.core.answers import Measured, Together
from headway.core.ask import Ask
from headway.core.calendar import FiscalCalendar, Period, months
from headway.core.diagnostics import USAGE_MISTAKE, Diagnostic, Mistake
from headway.core.readiness import Readiness, Repair, Standing
from headway.core.reconciliation import Difference, Evidence, Pair, Reconciliation, Tolerances, Unmatched
from headway.core.rows import Cell, Column, Rows

AS_OF = date(2027, 9, 30)
NASTY = """<script>alert("x")</script> & 'Söhne'"""
NO_DIMENSION = Mistake("sample-dimension", "No such dimension", "The sample knows segments.", USAGE_MISTAKE)
FIRST, FLOWS = 9_000_000, {"new_arr": 150_000, "expansion_arr": 40_000, "reactivated_arr": 0}
LOSSES = {"contraction_arr": 10_000, "churned_arr": 60_000}
SEGMENTS = {"mid": (1.08, 1.02, 1.13, 90), NASTY: (0.93, 0.88, 0.97, 120), "ent": (1.2, 0.7, 1.7, 7)}
RATES = {"nrr": 0.0, "grr": -0.12, "logo_retention": -0.15}
SMALL = "n = 7: cannot tell yet"
COHORTS = {"2026-Q1": 40, "2026-Q2": 7, "2026-Q3": 44}


def together(asks: Sequence[Ask], as_of: date | None, ahead: int, *, empty: bool = False) -> Together:
    """Each question answered from what grows evenly; nothing where no contract is loaded."""
    day = as_of or AS_OF
    answers = tuple(_answer(ask, day, empty=empty) for ask in asks)
    due = Rows((), ()) if empty else contracts(day, ahead)
    return Together(day, answers, ("industry", "segment"), due, (), "2027-10-01.1")


def _answer(ask: Ask, day: date, *, empty: bool) -> Measured | tuple[Diagnostic, ...]:
    unknown = [name for name in ask.by if name not in ("month", "segment", "cohort_quarter", "age_quarter")]
    if unknown:
        return (NO_DIMENSION.at(None, f"'{unknown[0]}' is not a dimension of customers"),)
    columns = [*(Column(name, "dimension") for name in ask.by), Column("value", "number"), Column("currency")]
    columns += [Column("n", "integer"), Column("low", "number"), Column("high", "number"), Column("note")]
    return Measured(day, Rows.of(columns, () if empty else _records(ask)), ())


def _records(ask: Ask) -> list[tuple[Cell, ...]]:
    if ask.by == ("month",):
        return [(one.label, *_in_month(ask.metric, one)) for one in months(_span(ask.period))]
    if ask.metric == "arr":
        return [(one, Decimal(1_000_000 + 500 * n), "EUR", n, None, None, "") for one, (*_, n) in SEGMENTS.items()]
    if len(ask.by) == 2:
        return [
            (name, str(age), 1.0 + (0.05 - 0.01 * i) * age, "EUR", n, 0.9, 1.2, SMALL if n < 20 else "")
            for i, (name, n) in enumerate(COHORTS.items())
            for age in range(6 - i)
        ]
    lower = RATES[ask.metric]
    groups = SEGMENTS if ask.by else {"": (1.04, 1.01, 1.07, 217)}
    return [
        (*([name] if ask.by else []), v + lower, "EUR", n, low + lower, high + lower, SMALL if n < 20 else "")
        for name, (v, low, high, n) in groups.items()
    ]


def _span(text: str | None) -> Period:
    span = FiscalCalendar().parse(text or "")
    assert isinstance(span, Period)
    return span


def _in_month(metric: str, one: Period) -> tuple[Cell, ...]:
    since = (one.start.year - 2024) * 12 + one.start.month
    net = sum(FLOWS.values()) - sum(LOSSES.values())
    amounts = {"arr": FIRST + net * since, "arr_up_for_renewal": 700_000, **FLOWS, **LOSSES}
    return Decimal(amounts[metric]), "EUR", 217 if metric == "arr" else 3, None, None, ""


def contracts(day: date, ahead: int) -> Rows:
    """Twelve contracts with something against them, the largest of a customer whose name must be escaped; two without."""
    texts = [Column(name) for name in ("deal", "owner", "against")]
    columns = [Column("customer"), Column("due_on", "date"), Column("currency"), Column("due", "money")]
    columns += [Column("goes_on", "money"), Column("reasons", "integer"), *texts]
    reasons = "known to end; renewal deal lost on 1 Sep 2027"
    rows = [
        (
            *(f"Customer {i}" if i else NASTY, day + timedelta(days=5 * i + 1), "EUR", Decimal(50_000 - i * 1_000)),
            *(Decimal(0), 2, "lost on 1 Sep 2027", "CSM North 1", reasons),
        )
        for i in range(12)
    ]
    rows += [
        (f"Customer 9{i}", day + timedelta(days=d), "EUR", Decimal(80_000), Decimal(80_000), 0, "", "", "")
        for i, d in enumerate((30, 200))
    ]
    return Rows.of(columns, [row for row in rows if (row[1] - day).days <= ahead])


def reconcile(day: date) -> Reconciliation:
    """One pair that ties by what is explained, one with a difference nobody has explained, and something unmatched."""
    deal = Evidence("left", "deal", "d-1", date(2027, 8, 1), Decimal(12_000))
    missing = Difference(NASTY, "missing_subscription", Decimal(-12_000), "won, and nothing began", (deal,), "k1")
    timing, scope = (Difference("Customer 2", kind, Decimal(5_000), "", (), "k2") for kind in ("timing", "scope"))
    won = Pair("won", "CRM won", "billing ARR added", Decimal(90_000), Decimal(83_000), (missing, timing))
    books = Pair("books", "invoices", "recurring revenue", Decimal(70_000), Decimal(75_000), (scope,))
    apart = (Unmatched("won by nobody known in billing", Decimal(9_000), 1, "Customer 3 (9,000.00)"),)
    return Reconciliation(
        day, "2026-10-01..2027-09-30", "EUR", Tolerances(), (won, books), apart, (), ("one rate",), "r"
    )


def readiness(day: date) -> Readiness:
    """Two metrics that stand, one to be read with care, one without a value, and what to mend."""
    standings = (
        Standing("arr", "ARR", "A"),
        Standing("nrr", "NRR", "B", "n = 30: few"),
        Standing("open_pipeline", "Open pipeline", "C", f"33% not trusted, {NASTY}"),
        Standing("cac", "CAC", "", "undefined: no costs are loaded"),
    )
    repairs = (
        Repair("no costs are loaded", "import spend", ("cac",)),
        Repair("stale deals", "mend", (), ("open_pipeline",)),
    )
    return Readiness(day, standings, repairs)
