"""Each mistake of this room is provoked by its file, and says what to do."""

from __future__ import annotations

import csv
import shlex
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from headway.core.calendar import FiscalCalendar, Period, weeks
from headway.core.definition import Definition
from headway.core.diagnostics import Diagnostic
from headway.core.explanation import Explanation
from headway.core.rows import Rows
from headway.metrics import Parameters, check_definitions, explain, measure, resolve, weekly
from headway.text.documents import read_mapping_of
from tests.metrics.handmade import HandMade, facts_of

ERRORS = Path(__file__).parents[1] / "errors"
TODAY = date(2026, 3, 31)
Definitions = dict[str, Definition]


@pytest.fixture
def facts() -> HandMade:
    won = {"status": "won", "created_date": date(2026, 1, 5), "closed_date": date(2026, 2, 3), "segment": "mid"}
    won |= {"source_channel": "partner"}
    return facts_of([won], TODAY)


def asked(code: str, definitions: Definitions, facts: HandMade) -> tuple[Diagnostic, ...]:
    """The command line of an example, asked of the room."""
    words = shlex.split((ERRORS / f"{code}.txt").read_text(encoding="utf-8"))
    options = dict(zip(words[4::2], words[5::2], strict=True))
    found = resolve(words[3], definitions)
    if isinstance(found, Diagnostic):
        return (found,)
    where = dict([options["--where"].split("=")]) if "--where" in options else {}
    answers = [f(found[0], facts, by=options.get("--by", "").split(), where=where) for f in (measure, explain)]
    assert answers[0] == answers[1], "measuring and explaining check alike"
    assert isinstance(answers[0], tuple)
    return answers[0]


@pytest.mark.parametrize(
    ("code", "messages", "remedy"),
    [
        ("unknown-metric", ["there is no metric 'win_rat'"], "did you mean 'win_rate'?"),
        (
            "unknown-dimension",
            ["'segmnt' is not a dimension of opportunities", "'ownr' is not a dimension of opportunities"],
            "did you mean 'segment'?",
        ),
        ("unknown-filter-value", ["no opportunity known on 2026-03-31 has segment 'Mid'"], "did you mean 'mid'?"),
        (
            "no-deciding-date",
            ["open_pipeline has no date that puts each record into a month"],
            "ask for another as-of day (--as-of) or another period (--period)",
        ),
    ],
)
def test_questions(code: str, messages: list[str], remedy: str, definitions: Definitions, facts: HandMade) -> None:
    found = asked(code, definitions, facts)
    assert [d.message for d in found] == messages
    assert {d.mistake.code for d in found} == {code}
    assert found[0].remedy == remedy
    assert found[0].mistake.exit_code == 2


def test_missing_column(facts: HandMade) -> None:
    definitions, diagnostics = read_mapping_of(ERRORS / "missing-column.yaml", Definition)
    assert not diagnostics
    found = measure(definitions["discount.mean"], facts)
    assert isinstance(found, tuple)
    assert [(d.mistake.code, d.message) for d in found] == [
        ("missing-column", "discount.mean needs the column 'discount_percent', which opportunities do not have"),
        ("missing-column", "discount.mean takes 'segment' for a date, which it is not"),
    ]
    assert found[0].location is not None
    assert found[0].location.line == 1
    assert "created_date" in found[1].remedy


def test_incomplete_metric() -> None:
    definitions, diagnostics = read_mapping_of(ERRORS / "incomplete-metric.yaml", Definition)
    assert not diagnostics
    found = check_definitions(definitions)
    assert {d.mistake.code for d in found} == {"incomplete-metric"}
    assert [d.message for d in found] == [
        "won_share: a ratio without a denominator",
        "size: a sum of nothing",
        "size: a flow without a date",
        "size: 'signed' is not a status",
        "size: 'per deal' is not a unit",
        "slow: days need both ends",
        "slow: the percentile 100 is outside 1 to 99",
        "nothing: it stands on parameters alone",
        "counted: a count says nothing about what it is taken of",
    ]
    assert all(d.remedy and d.location for d in found)


def test_shipped_metrics_are_complete(definitions: Definitions) -> None:
    assert check_definitions(definitions) == ()


def test_currencies_are_kept_apart(definitions: Definitions) -> None:
    records = list(csv.DictReader((ERRORS / "currencies-apart.csv").open()))
    facts = facts_of([{**r, "amount": Decimal(r["amount"])} for r in records], TODAY)
    quarter = FiscalCalendar().parse("2026-Q1")
    assert isinstance(quarter, Period)
    found = weekly(definitions["won_value"], lambda _: facts, quarter, weeks(quarter))
    assert isinstance(found, tuple)
    assert [(d.mistake.code, d.message) for d in found] == [("currencies-apart", "won_value is in EUR and USD")]
    euro = weekly(
        definitions["won_value"], lambda _: facts, quarter, weeks(quarter), parameters=Parameters(currency="EUR")
    )
    assert not isinstance(euro, tuple)
    assert (euro.total("period").scalar(), euro.header.currency) == (1000, "EUR")


def test_a_curve_has_no_month_and_stages_have_no_week(definitions: Definitions, facts: HandMade) -> None:
    found = measure(definitions["win_rate.eventual"], facts, by=["month"])
    assert isinstance(found, tuple)
    assert found[0].mistake.code == "no-deciding-date"
    twice = measure(definitions["won_deals"], facts, by=["month", "week"])
    assert isinstance(twice, tuple)
    assert twice[0].message == "won_deals is asked by month and week at once"
    quarter = FiscalCalendar().parse("2026-Q1")
    assert isinstance(quarter, Period)
    stages = weekly(definitions["stage_conversion"], lambda _: facts, quarter, weeks(quarter))
    assert isinstance(stages, tuple)
    assert stages[0].mistake.code == "no-deciding-date"


@pytest.mark.parametrize("written", ["SOURCE_CHANNEL", "Source Channel", "source-channel", "SourceChannel"])
def test_a_column_may_be_named_as_the_export_names_it(written: str, definitions: Definitions, facts: HandMade) -> None:
    won = definitions["won_deals"]
    plain = measure(won, facts, by=("source_channel",))
    assert isinstance(plain, Rows)
    assert "source_channel" in plain.names
    assert measure(won, facts, by=(written,)) == plain
    member = str(plain.records[0][4])
    kept = measure(won, facts, where={"source_channel": member})
    assert isinstance(kept, Rows)
    assert measure(won, facts, where={written: member}) == kept
    told = explain(won, facts, where={written: member})
    assert isinstance(told, Explanation) and told.origin.dimensions == {"source_channel": member}


def test_a_column_named_almost_right_is_still_asked_back(definitions: Definitions, facts: HandMade) -> None:
    found = measure(definitions["won_deals"], facts, by=("Source Chanel",))
    assert not isinstance(found, Rows)
    assert [(d.mistake.code, d.remedy) for d in found] == [("unknown-dimension", "did you mean 'source_channel'?")]
