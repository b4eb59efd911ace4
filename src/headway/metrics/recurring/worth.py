"""What a record is worth a year, in whole ten-thousandths, rounded half to even: exact, where the amounts are written."""

from __future__ import annotations

from collections.abc import Mapping

from headway.metrics.recurring.billed import Source

PLACES = 4
UNITS = 10**PLACES
"""So many units of the ledger's whole numbers make one unit of the currency."""

LARGEST = 10**13
"""An amount beyond this is none: sums of many still fit into 64 bits."""

_PER_YEAR: Mapping[int, tuple[str, ...]] = {
    365: ("day", "days", "daily"),
    52: ("week", "weeks", "weekly"),
    12: ("month", "months", "monthly", "m"),
    4: ("quarter", "quarters", "quarterly"),
    2: ("half-year", "semiannual", "semi-annual", "biannual", "half-yearly"),
    1: ("year", "years", "yearly", "annual", "annually", "y"),
}
_TIMES = " ".join(f"WHEN interval IN {words} THEN {times}" for times, words in _PER_YEAR.items())


def whole(column: str, places: int) -> str:
    """A decimal column as a whole number of its last places."""
    return f"CAST({column} * CAST({10**places} AS DECIMAL(12,0)) AS HUGEINT)"


def worth(source: Source, ramp: str = "", term_end: str = "") -> tuple[str, str]:
    """The yearly value of a record in the ledger's units, as one whole number over another, a positive one.

    `ramp`, where contracts say what they are worth in all: whether a year's own value, or that `average`, comes first.
    """
    if source == "subscriptions":
        return _contract(ramp, term_end) if ramp else _subscription()
    return _item() if source == "items" else _line()


def charged(usage: str) -> str:
    """What replaces price and quantity of items charged by use: the least agreed, or the use where that is more."""
    least = "coalesce(minimum_amount, 0)"
    by_use = "metered" if usage == "committed" else f"metered AND unit_amount * coalesce(quantity, 1) < {least}"
    return (
        f"CASE WHEN {by_use} THEN {least} ELSE unit_amount END AS unit_amount, "
        f"CASE WHEN {by_use} THEN 1 ELSE quantity END AS quantity"
    )


def short(source: Source, months: int, term_end: str) -> str:
    """Why a record is in no ARR where contracts must have so many months; NULL where it has them, or none are known."""
    term = f"date_diff('month', term_start, {term_end})"
    if source == "items":
        term = f"coalesce({term}, 12.0 * coalesce(nullif(interval_count, 0), 1) / {_times()})"
    return f"CASE WHEN {term} < {months:d} THEN 'a term of less than {months:d} months' END"


def rounded(above: str, below: str) -> str:
    """One whole number divided by another, a positive one, rounded to the nearest, and to the even one where two are."""
    part, rest = f"({above} // {below})", f"2 * abs({above} % {below})"
    up = f"{rest} > {below} OR ({rest} = {below} AND {part} % 2 <> 0)"
    return f"({part} + CASE WHEN {up} THEN sign({above}) ELSE 0 END)"


def problem(source: Source, valued: bool = False, term_end: str = "") -> str:
    """Why a record that is live cannot be valued; NULL where it can."""
    no_term = f" AND (contract_value IS NULL OR {_spread(term_end)[1]} IS NULL)" if valued else ""
    told = {
        "items": f"WHEN unit_amount IS NULL THEN 'no amount' WHEN {_times()} IS NULL THEN 'interval not known'",
        "subscriptions": f"WHEN yearly IS NULL AND monthly IS NULL{no_term} THEN 'no amount'",
        "invoice_lines": (
            "WHEN amount IS NULL THEN 'no amount' WHEN ends IS NULL OR ends <= starts THEN 'no service period'"
        ),
    }[source]
    return f"CASE WHEN starts IS NULL THEN 'no start' {told} END"


def _subscription() -> tuple[str, str]:
    return f"CAST(coalesce(yearly, monthly * 12) * {UNITS} AS HUGEINT)", ""


def _contract(ramp: str, term_end: str) -> tuple[str, str]:
    """The value of the year that runs, or that of the whole contract spread over its term; the other where one lacks."""
    own, (times, parts) = "coalesce(yearly, monthly * 12)", _spread(term_end)
    spread = f"contract_value IS NOT NULL AND {parts} IS NOT NULL"
    by_value = spread if ramp == "average" else f"{spread} AND {own} IS NULL"
    return (
        f"CASE WHEN {by_value} THEN CAST(contract_value * {UNITS} AS HUGEINT) * {times} "
        f"ELSE CAST({own} * {UNITS} AS HUGEINT) END",
        f"CASE WHEN {by_value} THEN CAST({parts} AS HUGEINT) ELSE 1 END",
    )


def _spread(term_end: str) -> tuple[str, str]:
    """How a contract's value is brought to a year: times so many, over so many; nothing where no term is known."""
    first, last = "CAST(coalesce(term_start, starts) AS DATE)", f"CAST(coalesce({term_end}, ends) AS DATE)"
    months = f"((year({last}) - year({first})) * 12 + month({last}) - month({first}))"
    in_months = f"{months} > 0 AND day({last}) = day({first})"
    parts = f"CASE WHEN {in_months} THEN {months} WHEN {last} > {first} THEN {last} - {first} END"
    return f"(CASE WHEN {in_months} THEN 12 ELSE 365 END)", f"({parts})"


def _times() -> str:
    return f"(CASE {_TIMES} END)"


def _item() -> tuple[str, str]:
    """Price times quantity, less percent and amount off, as often as it is charged in a year.

    Whole numbers hold it to the last place up to a thousand million a charge; beyond that, and where it is charged every
    so many and a half months, sixteen digits do.
    """
    many, count = "coalesce(quantity, 1)", "coalesce(nullif(interval_count, 0), 1)"
    off, less, scale = "coalesce(discount_percent, 0)", "coalesce(discount_amount, 0)", f"CAST(1{'0' * 22} AS HUGEINT)"
    kept = f"({100 * 10**10} - {whole(off, 10)})"
    exact = f"({whole('unit_amount', 4)} * {whole(many, 10)} * {kept} - {whole(less, 4)} * {scale}) * {_times()}"
    charge = f"unit_amount::DOUBLE * {many}::DOUBLE"
    yearly = f"({charge} * (1 - {off}::DOUBLE / 100) - {less}::DOUBLE) * {_times()} / {count}::DOUBLE"
    small = f"abs({charge}) < 1e9 AND abs({off}) <= 100 AND abs({less}) < 1e9 AND {count} = floor({count}) AND {count} < 1e6"
    return (
        f"CASE WHEN {small} THEN {exact} ELSE CAST(round({yearly} * {UNITS}) AS HUGEINT) END",
        f"CASE WHEN {small} THEN {scale} * CAST({count} AS HUGEINT) ELSE 1 END",
    )


def _line() -> tuple[str, str]:
    """A line spread over its service period: whole months by months, anything else by days."""
    months = "((year(ends) - year(starts)) * 12 + month(ends) - month(starts))"
    whole_months = f"{months} > 0 AND day(ends) = day(starts)"
    times, parts = (
        f"CASE WHEN {whole_months} THEN {a} ELSE {b} END" for a, b in (("12", "365"), (months, "ends - starts"))
    )
    return f"CASE WHEN ends > starts THEN {whole('amount', 4)} * ({times}) END", f"greatest(1, {parts})"
