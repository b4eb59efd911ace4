"""The figures of the demo company: what its page says is what the files give, and a finance lead would believe it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest
from conftest import Demo, Row
from test_demo_money import arr, live

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "demo.md"
POUND = Decimal("1.155")
DAYS = ("2023-11-13", "2024-11-13", "2025-11-13", "2026-11-13")
YEARS = (("2024-01-01", "2024-12-31"), ("2025-01-01", "2025-12-31"), ("2026-01-01", "2026-10-31"))
SEGMENTS = ("smb", "mid", "ent")


def euros(row: Row, column: str = "Amount", currency: str = "Currency") -> Decimal:
    return Decimal(row[column]) * (POUND if row[currency] == "GBP" else 1)


class Figures:
    """Computed from the exports, and for what became of opportunities from the hidden table."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        self.held = [self._held(day) for day in DAYS]

    def _held(self, day: str) -> dict[str, Decimal]:
        customer = {row["id"]: row["customer"] for row in self.demo.rows("subscriptions.csv")}
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for item in self.demo.rows("subscription_items.csv"):
            if live(item, day):
                sums[customer[item["subscription"]]] += arr(item) * (POUND if item["currency"] == "GBP" else 1)
        return sums

    def retention(self) -> list[tuple[Decimal, Decimal]]:
        """Net and gross, of each year's opening customers."""
        made: list[tuple[Decimal, Decimal]] = []
        for before, after in pairwise(self.held):
            stayed = [(value, after.get(customer, Decimal())) for customer, value in before.items()]
            opening = sum(before.values())
            made.append((sum(now for _, now in stayed) / opening, sum(min(pair) for pair in stayed) / opening))
        return made

    @cache  # noqa: B019 - one object for the whole session
    def money(self, year: tuple[str, str]) -> dict[str, Decimal]:
        """Revenue, sales and marketing, cost of revenue and won new business of a year."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for row in self.demo.rows("ledger.csv"):
            if year[0] <= row["Date"] <= year[1]:
                code = row["Account Code"]
                kind = "revenue" if row["Kind"] == "revenue" else "s&m" if "60" <= code[:2] < "65" else code[:1]
                sums[kind] += euros(row)
        for deal in self.demo.rows("deals.csv"):
            won = deal["Deal Stage"] == "Closed Won" and deal["Deal Type"] == "New Business"
            if won and year[0] <= deal["Close Date"] <= year[1]:
                sums["new"] += euros(deal)
        return sums

    def payback(self, year: tuple[str, str]) -> Decimal:
        """Months of gross margin on the new business of a year that pay for all its sales and marketing."""
        sums = self.money(year)
        margin = 1 - sums["5"] / sums["revenue"]
        return sums["s&m"] / (sums["new"] * margin / 12)

    def opportunities(self, segment: str = "") -> list[Row]:
        """New business old enough to have ended, duplicates left out."""
        return [
            row
            for row in self.demo.truth("true_deals.csv")
            if row["Motion"] == "new" and "2023-11-13" <= row["Created"] < "2026-04" and segment in ("", row["Segment"])
        ]


def win_rate(rows: Iterable[Row]) -> float:
    ends = [row["Stage"] == "Closed Won" for row in rows]
    return sum(ends) / len(ends)


def cycle(rows: Iterable[Row]) -> float:
    return median(
        (date.fromisoformat(row["Closed"][:10]) - date.fromisoformat(row["Created"][:10])).days
        for row in rows
        if row["Stage"] == "Closed Won"
    )


@pytest.fixture(scope="module")
def figures(demo: Demo) -> Figures:
    return Figures(demo)


def line(words: str, cells: Iterable[str]) -> str:
    return f"| {words} | {' | '.join(cells)} |"


def test_the_page_says_what_the_files_give(figures: Figures) -> None:
    retention = figures.retention()
    said = [
        line("recurring revenue at the end", (f"€ {sum(h.values()) / 1_000_000:.1f}m" for h in figures.held[1:])),
        line("customers at the end", (str(len(held)) for held in figures.held[1:])),
        line("net retention (NRR)", (f"{net:.0%}".replace("%", " %") for net, _ in retention)),
        line("gross retention (GRR)", (f"{gross:.0%}".replace("%", " %") for _, gross in retention)),
        line(
            "sales and marketing, of revenue",
            (f"{100 * figures.money(y)['s&m'] / figures.money(y)['revenue']:.0f} %" for y in YEARS),
        ),
        line("months until new business has paid for it", (f"{figures.payback(year):.0f}" for year in YEARS)),
        line("opportunities won", (f"{100 * win_rate(figures.opportunities(s)):.0f} %" for s in SEGMENTS)),
        line("days to a win, median", (f"{cycle(figures.opportunities(s)):.0f}" for s in SEGMENTS)),
    ]
    page = PAGE.read_text("utf-8")
    assert [each for each in said if each not in page] == []
    assert f"€ {sum(figures.held[0].values()) / 1_000_000:.1f}m" in page


def test_a_finance_lead_would_believe_it(figures: Figures) -> None:
    opening, *_, closing = (sum(held.values()) for held in figures.held)
    assert 6_000_000 <= opening <= 7_000_000 and 13_000_000 <= closing <= 16_000_000
    for net, gross in figures.retention():
        assert 0.99 <= net <= 1.12 and 0.85 <= gross <= 0.92
    for year in YEARS:
        assert 0.35 <= figures.money(year)["s&m"] / figures.money(year)["revenue"] <= 0.50
        assert 12 <= figures.payback(year) <= 24
    assert 0.18 <= win_rate(figures.opportunities()) <= 0.28
    assert all(40 <= cycle(figures.opportunities(segment)) <= 80 for segment in SEGMENTS)


def test_the_current_quarter_does_not_give_the_break_away_in_bookings(demo: Demo) -> None:
    """The days since October brought as much new business as those of the year before, within its usual ups and downs."""

    def won(first: str, last: str) -> Decimal:
        return sum(
            (
                euros(deal)
                for deal in demo.rows("deals.csv")
                if deal["Deal Type"] == "New Business"
                and deal["Deal Stage"] == "Closed Won"
                and first <= deal["Close Date"] <= last
            ),
            Decimal(),
        )

    assert won("2026-10-01", "2026-11-15") > Decimal("0.75") * won("2025-10-01", "2025-11-15")
