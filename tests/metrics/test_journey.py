"""The measured side of a plan: what is known of every amount, and what is not."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from headway.core.calendar import Period, weeks
from headway.core.definition import Definition
from headway.metrics import Parameters, measured_journey
from tests.metrics.handmade import facts_of

START = date(2026, 2, 2)
WEEKS = weeks(Period(START, date(2026, 3, 2), "2026-02", "range"))
NAMES = ("opportunities_created", "pipeline_created", "won_value")


def test_amounts_whose_deals_are_not_all_of_known_worth_say_so(definitions: dict[str, Definition]) -> None:
    """Deals whose amount was not known yet on the day add nothing to the pipeline, which is then too small."""
    worth = [Decimal(100), None, None, Decimal(50)]
    deals = [
        {"status": "open", "created_date": START + timedelta(days=7 * i), "created_value": value}
        for i, value in enumerate(worth)
    ]
    facts = facts_of(deals, WEEKS[-1].last_day)
    found = measured_journey(definitions, NAMES, facts, lambda _: facts, WEEKS, 28, Parameters())
    assert list(found.series["pipeline_created"].values) == [100, 0, 0, 50]
    assert list(found.partial) == ["pipeline_created"]
    partial = found.partial["pipeline_created"]
    assert (partial.n, partial.excluded, partial.notes) == (2, 2, ("2 left out: no created value",))
