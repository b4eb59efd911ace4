"""What runs when, under a ledger's policy: the query that gives it, and the same one record at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from headway.core.definition import Ledger
from headway.core.rows import Cell
from headway.metrics.currencies import Rate, rates
from headway.metrics.facts import Facts, once
from headway.metrics.recurring.billed import Billed, billed, written_ends
from headway.metrics.recurring.customers import laid_attributes
from headway.metrics.recurring.movements import Span
from headway.metrics.recurring.worth import LARGEST, PLACES, UNITS, charged, problem, rounded, short, worth

_RATE_PLACES = 10
_BEYOND = "amount beyond all bounds"
_OWNERS = (
    "CREATE OR REPLACE TEMP TABLE customer_owner AS SELECT c.id AS customer, any_value(k.b_id) AS account FROM customer c "
    "JOIN entity_link k ON k.a_thing = 'customer' AND k.a_id = c.id AND k.b_thing = 'account' "
    "JOIN account_version a ON a.id = k.b_id GROUP BY 1"
)


@dataclass(frozen=True)
class Running:
    """What runs when under a policy: how it was read, and how many records could not be valued, by reason.

    `codes` are the currencies it is in, by their number in `sql`, the query of who, code, starts, ends and arr, in whole
    ten-thousandths, and of the `row` in the table of `records` each was read from.
    """

    sql: str
    records: Billed
    codes: tuple[str | None, ...]
    ends: str
    left_out: Mapping[str, int]
    is_empty: bool
    note: str = ""

    @property
    def source(self) -> str:
        """What it was read from."""
        return self.records.source

    @property
    def unnamed(self) -> str:
        """The table of those who are billed without being a customer the export knows."""
        return self.records.unnamed


def running(facts: Facts, ledger: Ledger, currency: str | None = None, total_in: str | None = None) -> Running:
    """What runs under a policy: of one currency where it is named, and all in one where a total is asked for."""
    records = billed(facts, ledger)
    ends = written_ends(facts, records) if ledger.ends == "auto" else ledger.ends
    valued = once(
        facts,
        ("valued", records.table, ends, _choices(ledger)),
        _Valued,
        lambda: _lay(facts, records, ledger, ends),
    )
    there = f"{valued.table} WHERE arr IS NOT NULL{f' AND currency = {_literal(currency)}' if currency else ''}"
    codes, converted, note = _currencies(facts, records, there, currency, total_in if ledger.fx == "constant" else None)
    sql = f"SELECT row, who, {converted.code} AS code, starts, ends, {converted.arr} AS arr FROM {there}"
    is_empty = not facts.run(f"SELECT 1 FROM {there} LIMIT 1")
    return Running(sql, records, codes, ends, valued.left_out, is_empty, note)


@dataclass(frozen=True)
class _Valued:
    """The table of the records that are live, each with its days and its worth, or the problem it has."""

    table: str
    left_out: Mapping[str, int]


def _choices(ledger: Ledger) -> tuple[object, ...]:
    """The policies that decide what each record is worth, and when it runs."""
    return ledger.churn_on, ledger.grain, ledger.trials, ledger.minimum_months, ledger.ramp, ledger.usage


def _lay(facts: Facts, records: Billed, ledger: Ledger, ends: str) -> _Valued:
    owners, who = "", "r.who"
    if ledger.grain == "account":
        once(facts, "owners of customers", list, lambda: facts.run(_OWNERS))
        owners, who = "LEFT JOIN customer_owner o ON o.customer = r.who", "coalesce(o.account, r.who)"
    end = "ends + 1" if ends == "last_day" else "ends"
    if ledger.churn_on == "notice":
        end = f"least({end}, notice)"
    start, there = "CASE WHEN starts IS NOT NULL THEN greatest(starts, trial_end) END", "counts AND NOT tries"
    if ledger.trials == "as_paid":
        start, there = "starts", "counts"
    by_use = f", {charged(ledger.usage)}" if records.metered else ""
    dated = (
        f"SELECT r.* REPLACE ({who} AS who, CAST({start} AS DATE) AS starts, CAST({end} AS DATE) AS ends{by_use}), "
        f"r.rowid AS row FROM {records.table} r {owners} WHERE {there}"
    )
    term_end = "term_end + 1" if ends == "last_day" else "term_end"
    above, below = worth(records.source, ledger.ramp if records.valued else "", term_end)
    divided = f", {below} AS below" if below else ""
    told = [problem(records.source, records.valued, term_end)]
    told += [short(records.source, ledger.minimum_months, term_end)] if ledger.minimum_months else []
    worths = f"SELECT *, {above} AS above{divided}, coalesce({', '.join(told)}) AS told FROM ({dated})"
    value = rounded("above", "below") if below else "above"
    within = f"SELECT *, CASE WHEN told IS NULL THEN {value} END AS value FROM ({worths})"
    table = f"{records.table}_{ends}_{'_'.join(str(choice) for choice in _choices(ledger))}"
    facts.run(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT row, who, currency, starts, ends, "
        f"CASE WHEN abs(value) <= {LARGEST * UNITS} THEN CAST(value AS BIGINT) END AS arr, "
        f"coalesce(told, CASE WHEN value IS NULL OR abs(value) > {LARGEST * UNITS} THEN '{_BEYOND}' END) AS problem "
        f"FROM ({within})"
    )
    found = facts.run(f"SELECT problem, count(*) FROM {table} WHERE problem IS NOT NULL GROUP BY 1 ORDER BY 1")
    return _Valued(table, {str(why): int(str(count)) for why, count in found})


@dataclass(frozen=True)
class _Converted:
    """The code and the amount of a span in the currencies asked for, as SQL."""

    code: str
    arr: str


def _currencies(
    facts: Facts, records: Billed, spans: str, currency: str | None, base: str | None
) -> tuple[tuple[str | None, ...], _Converted, str]:
    """The currencies spans are in, at one rate for each so that no rate moves ARR; as they are where one is missing."""
    codes = (currency,) if currency else records.currencies
    if len(codes) > 1:
        found = facts.run(f"SELECT DISTINCT currency FROM {spans} ORDER BY 1")
        codes = tuple(None if code is None else str(code) for (code,) in found)
    apart = _Converted(_numbered(codes), "arr")
    foreign = sorted({code or base for code in codes} - {base}, key=str) if base else []
    if base is None or len({code or base for code in codes}) < 2:
        return codes, apart, ""
    known = rates(facts, base)
    if missing := [str(code) for code in foreign if code not in known]:
        return codes, apart, f"no total in {base}: no rate for {', '.join(missing)}"
    used = [known[str(code)] for code in foreign]
    words = f"in {base}: {', '.join(rate.words for rate in used)}, one rate for all days"
    return (base,), _Converted("CAST(0 AS TINYINT)", _in_base(used)), words


def _in_base(used: Sequence[Rate]) -> str:
    places = 10**_RATE_PLACES
    cases = " ".join(
        f"WHEN {_literal(one.currency)} THEN {rounded(f'(CAST(arr AS HUGEINT) * {int(one.rate * places)})', str(places))}"
        for one in used
    )
    return f"CAST(CASE currency {cases} ELSE arr END AS BIGINT)"


def _numbered(codes: Sequence[str | None]) -> str:
    if len(codes) < 2:
        return "CAST(0 AS TINYINT)"
    told = ["IS NULL" if code is None else f"= {_literal(code)}" for code in codes]
    cases = " ".join(f"WHEN currency {one} THEN {place}" for place, one in enumerate(told))
    return f"CAST(CASE {cases} END AS TINYINT)"


def spans_of(facts: Facts, read: Running) -> tuple[Span, ...]:
    """Every span by itself, with what it is for and the contract it stands under."""
    given = {"items": "b.quantity, b.unit_amount, b.discount_percent"}.get(read.source, "NULL, NULL, NULL")
    who = laid_attributes(facts, facts.day)
    found = facts.run(
        f"SELECT coalesce(a.key, b.named), s.code, s.starts, s.ends, s.arr, b.source_id, b.plan, {given}, b.contract, "
        f"b.term_start, b.term_end FROM ({read.sql}) s JOIN {read.records.table} b ON b.rowid = s.row "
        f"LEFT JOIN {who} a ON a.who = s.who ORDER BY 1, s.starts, b.source_id"
    )
    return tuple(_span(record, read) for record in found)


def _span(record: Sequence[Cell], read: Running) -> Span:
    key, code, start, end, arr, source_id, plan, quantity, price, discount, contract, term_start, term_end = record
    if not isinstance(start, date):
        raise TypeError("a span without a start is none")
    return Span(
        str(key),
        read.codes[int(str(code))] if read.codes else None,
        start,
        _day(end),
        amount_of(arr),
        str(source_id),
        str(plan or ""),
        _number(quantity),
        _number(price),
        _number(discount),
        str(contract or ""),
        _day(term_start),
        _term_end(term_end, read.ends),
    )


def amount_of(cell: Cell) -> Decimal:
    """An amount of the ledger's whole numbers, in units of the currency."""
    return Decimal(int(str(cell or 0))).scaleb(-PLACES)


def _term_end(cell: Cell, ends: str) -> date | None:
    end = _day(cell)
    return date.fromordinal(end.toordinal() + 1) if end is not None and ends == "last_day" else end


def _day(cell: Cell) -> date | None:
    return cell if isinstance(cell, date) else None


def _number(cell: Cell) -> Decimal | None:
    return cell if isinstance(cell, Decimal) else None


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
