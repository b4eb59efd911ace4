"""What is wrong with the records: how many, and what they are worth where their worth is known."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from headway.core.holdings import Quality
from headway.core.rows import Cell, Column, Rows
from headway.metrics.currencies import in_one_currency
from headway.metrics.facts import Facts

LISTED = 500
"""How many records of each sort are listed, the most valuable first."""

_OPEN = "status = 'open'"
_AGE = "date_diff('day', created_date, DATE '{day}')"


@dataclass(frozen=True)
class Check:
    """One thing that can be wrong: what it is, of which records, and what it means."""

    name: str
    title: str
    subject: str
    meaning: str
    wrong: str
    among: str = _OPEN


CHECKS = (
    Check(
        "without-amount",
        "Without an amount",
        "open deals",
        "They count in no pipeline and in no coverage. Their worth is not known.",
        "value IS NULL",
    ),
    Check(
        "past-close",
        "Past their close date",
        "open deals",
        "They cannot close on the day they say, so nothing says when they will.",
        "close_date < DATE '{day}'",
    ),
    Check(
        "stale",
        "Older than nine in ten deals were when won",
        "open deals",
        "They are more likely forgotten than won.",
        f"{_AGE} > (SELECT quantile_cont(date_diff('day', created_date, closed_date), 0.9) FROM opportunity "
        "WHERE status = 'won' AND closed_date >= created_date)",
    ),
    Check(
        "without-source",
        "Without a source",
        "deals",
        "They are missing in every breakdown by source.",
        "coalesce(trim(source_channel), '') = ''",
        "TRUE",
    ),
    Check(
        "without-owner",
        "Without an owner",
        "open deals",
        "Nobody answers for them.",
        "coalesce(trim(owner), '') = ''",
    ),
    Check(
        "duplicates",
        "Alike another one in account and name",
        "open deals",
        "One of them may count twice.",
        "(lower(trim(name)), coalesce(account_id, account)) IN (SELECT (lower(trim(name)), coalesce(account_id, "
        "account)) FROM opportunity WHERE status = 'open' AND name IS NOT NULL AND coalesce(account_id, account) "
        "IS NOT NULL GROUP BY ALL HAVING count(*) > 1)",
    ),
    Check(
        "won-before-lead",
        "Won before their lead came in",
        "won deals with a lead",
        "One of the two dates is wrong; they are in no time from lead to win.",
        "closed_date < lead_date",
        "status = 'won' AND closed_date IS NOT NULL AND lead_date IS NOT NULL",
    ),
    Check(
        "closed-undated",
        "Without the day they closed",
        "closed deals",
        "They belong to no period, so no period counts them.",
        "status <> 'open' AND closed_date IS NULL",
        "status <> 'open'",
    ),
)

_SHOWN = ("name", "account", "owner", "stage", "created_date", "close_date", "value", "currency")
_TYPES = {"created_date": "date", "close_date": "date", "value": "money"}


def quality(facts: Facts, currency: str | None) -> tuple[Quality, ...]:
    """Every check on the facts as known on their day, those that found nothing included; worth in one currency where
    its rates are known."""
    deals = in_one_currency("opportunity", facts, facts.schema("opportunity"), currency, ()).relation
    return tuple(_checked(check, facts, deals) for check in CHECKS)


def _checked(check: Check, facts: Facts, deals: str) -> Quality:
    wrong = f"({check.among}) AND ({check.wrong})".replace("{day}", facts.day.isoformat())
    counted = facts.run(
        f"SELECT count(*) FILTER ({check.among}), count(*) FILTER ({wrong}), sum(value) FILTER ({wrong}), "
        f"count(DISTINCT currency) FILTER ({wrong} AND value IS NOT NULL) FROM {deals} AS one"
    )[0]
    of, count, worth, currencies = counted
    columns = ", ".join(f'"{name}"' for name in _SHOWN)
    found = facts.run(
        f"SELECT {columns} FROM opportunity WHERE {wrong} ORDER BY value DESC NULLS LAST, name LIMIT {LISTED}"
    )
    records = Rows.of([Column(name, _TYPES.get(name, "text")) for name in _SHOWN], found)
    known = _amount(worth) if currencies in (0, 1) else None
    return Quality(check.name, check.title, check.subject, check.meaning, _count(count), _count(of), known, records)


def _amount(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, Decimal | float | int) else None


def _count(cell: Cell) -> int:
    return int(cell) if isinstance(cell, int) else 0
