"""The made-up company's pipeline: what is open, what it covers, what moved, what is won, and what is wrong with it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from headway.core.answers import Measured
from headway.core.ask import Ask
from headway.core.changes import LINES, PipelineChanges, PipelineScope
from headway.core.hygiene import Hygiene, Pipeline, Quality
from headway.core.rows import Cell, Column, Rows

AS_OF = date(2027, 9, 30)
NASTY = """<script>alert("x")</script> & 'Söhne'"""
MOVED = {
    "start": (2_900_000, 96),
    "created": (1_240_000, 41),
    "pulled_in": (120_000, 3),
    "increased": (86_000, 6),
    "decreased": (-64_000, 4),
    "pushed_out": (-195_000, 5),
    "won": (-374_000, 12),
    "lost": (-603_000, 22),
    "end": (3_110_000, 99),
}
REQUIRED = {"2027-Q4": (3.0, 2.4, 3.6), "2028-Q1": (1.1, 0.9, 1.3)}
RAW = {"2027-Q4": 3.8, "2028-Q1": 2.2}
SMALL = "n = 7: cannot tell yet"
CURVE = ((30, 0.01, 0.0, 0.03), (60, 0.12, 0.09, 0.15), (120, 0.2, 0.17, 0.24), (365, 0.221, 0.18, 0.27))


def hygiene(covered: bool = True) -> Hygiene:
    """57 of 99 open deals are not trusted; the dearest has a name that must be escaped."""
    texts = [Column(name) for name in ("record", "name", "account", "owner", "stage")]
    columns = [*texts, Column("close_date", "date"), Column("value", "money"), Column("currency")]
    columns += [Column("severe", "integer"), Column("findings", "integer"), Column("why")]
    queue = [
        ((str(i), f"Deal {i}" if i else NASTY, "An account", f"AE North {i % 4 + 1}", "Proposal"), i) for i in range(12)
    ]
    rows = Rows.of(
        columns,
        [
            (*cells, date(2027, 8, 1 + i), Decimal(70_000 - 4_000 * i), "EUR", 1 if i < 8 else 0, 2, "close date past")
            for cells, i in queue
        ],
    )
    fixes = Rows.of(
        ("owner", "record", "name", "value", "currency", "severe", "rule", "title", "why", "fix"),
        [
            ("AE North 1", "0", NASTY, Decimal(70_000), "EUR", True, rule, rule, "", f"fix {rule}")
            for rule in ("past-close", "stale", "no-amount", "no-source")
        ],
    )
    none = Rows.of([], [])
    numbers = ("open_deals", "value", "with_findings", "distrusted", "value_distrusted", "score")
    owners = Rows.of(("owner", *numbers), [("AE North 1", 12, Decimal(300_000), 4, 3, Decimal(90_000), 0.75)])
    waived = ("past-close", "stale", "VP Sales", f"agreed with {NASTY}", date(2027, 12, 1), 2, "holds")
    waivers = Rows.of(("waiver", "rule", "by", "reason", "until", "waived", "standing"), [waived])
    stale = Quality("stale", "Untouched for 30 days", "open deals", "", 40, 99, 9e5, none, at_risk=9e5, severe=True)
    inside = Pipeline(99, 3_110_000.0, 57, 1_555_000.0, "base", 1_519_750.0)
    whole = Pipeline(99, 3_110_000.0, 57, 1_555_000.0)
    parts = (rows, fixes, owners, waivers, none)
    return Hygiene(AS_OF, "2027-10-01.1", "EUR", (stale,), whole, inside if covered else None, *parts)


def measured(ask: Ask) -> Measured:
    """Coverage of the quarters the sample knows, and what they need."""
    columns = [Column("metric"), *(Column(name, "number") for name in ("value", "low", "high")), Column("note")]
    label = ask.period or ""
    ends: tuple[float | None, ...] = REQUIRED.get(label, (None, None, None))
    cells: tuple[Cell, ...] = (RAW.get(label), None, None) if ask.metric == "coverage.all_open" else ends
    return Measured(AS_OF, Rows.of(columns, [(ask.metric, *cells, "" if cells[0] else "not known")]), ())


def curve(ask: Ask) -> Measured:
    """The win rate by age, of all deals or of two sources."""
    by = list(ask.by)
    names = ("lost", "open", "of_won", "at_risk", "n", "note")
    columns = [*(Column(name, "dimension") for name in by), Column("age", "integer")]
    columns += [Column(name, "number") for name in ("value", "low", "high", *names)]
    groups = (("inbound", 1.0, 131), (NASTY, 0.5, 7)) if by else ((None, 1.0, 131),)
    records = [
        (
            *([name] if by else []),
            age,
            won * part,
            low * part,
            high * part,
            0.5,
            0.2,
            won / 0.221,
            9,
            n,
            SMALL * (n < 20),
        )
        for name, part, n in groups
        for age, won, low, high in CURVE
    ]
    return Measured(AS_OF, Rows.of(columns, records), ())


def changes(since: date, until: date | None, scope: PipelineScope) -> PipelineChanges:
    """A bridge that adds up, with a deal behind each line."""
    lines = [("open_pipeline", one, Decimal(value), "currency", "EUR", n, 0) for one, (value, n) in MOVED.items()]
    columns = [Column("metric"), Column("line"), Column("value", "money"), Column("unit"), Column("currency")]
    columns += [Column("n", "integer"), Column("unvalued", "integer")]
    deals = [
        (one, f"key {one}", NASTY, "AE North 1", Decimal(value), "EUR", "was", "is", None, None)
        for one, (value, _) in MOVED.items()
        if one in LINES
    ]
    names = ("line", "key", "name", "owner", "value", "currency", "before", "after", "worth_before", "worth_after")
    said = "Open pipeline rose by €210k to €3.11m."
    notes = ("one deal is of unknown worth",)
    return PipelineChanges(since, until or AS_OF, scope, Rows.of(columns, lines), Rows.of(names, deals), said, notes)
