"""Amounts in one currency: all at one rate, so that no rate ever looks like business, or each at the rate of its day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal

from headway.metrics.facts import Facts, quoted

CURRENCY = "currency"
OWN_CURRENCY = "own_currency"
"""The column that keeps the currency a record itself is in, once its amounts are converted."""

_MONEY = "DECIMAL(18,4)"
_RATE = "DECIMAL(18,8)"
_WIDE = "DECIMAL(20,4)"
"""Money on its way through a rate: two decimals of 18 digits are multiplied in 18, which ten millions would overflow."""
_CENTS, _RATE_STEP = Decimal("0.0001"), Decimal("0.00000001")
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Rate:
    """How many units of the company's currency one unit of another is, and the day the rate is of."""

    currency: str
    rate: Decimal
    day: date

    @property
    def words(self) -> str:
        """The rate as it is told."""
        return f"{self.currency} at {self.rate.normalize():f} of {self.day}"

    def of(self, amount: Decimal) -> Decimal:
        """An amount at this rate, exactly as queries convert it: rate to eight decimals, product to four."""
        rate = self.rate.quantize(_RATE_STEP, context=_EXACT)
        return _EXACT.multiply(amount, rate).quantize(_CENTS, context=_EXACT)


@dataclass(frozen=True)
class Converted:
    """Records of a thing with their amounts in the company's currency, as a relation for SQL, and how that was done."""

    relation: str
    note: str = ""


def rates(facts: Facts, base: str) -> dict[str, Rate]:
    """The last rate of each currency against the company's known on the facts' day."""
    found = facts.run(
        "SELECT currency, arg_max(rate, date), max(date) FROM fx_rate WHERE date <= ? AND rate > 0 GROUP BY 1",
        [facts.day],
    )
    return {
        str(code): Rate(str(code), rate, day)
        for code, rate, day in found
        if code != base and isinstance(rate, Decimal) and isinstance(day, date)
    }


def in_one_currency(
    thing: str, facts: Facts, schema: Mapping[str, str], base: str | None, asked: Sequence[str], booked: str = ""
) -> Converted:
    """The records of a thing, those in a currency with a known rate converted into `base`.

    Where a question is by currency, or no base is known, they stay as they are; so do currencies without a rate.
    booked: the column of the day whose rate each record takes; without one, all take the last one known.
    """
    if base is None or CURRENCY in asked or CURRENCY not in schema:
        return Converted(thing)
    foreign = {str(code) for (code,) in facts.run(f"SELECT DISTINCT currency FROM {thing}") if code not in (None, base)}
    known = rates(facts, base) if foreign else {}
    used = [known[code] for code in sorted(foreign & known.keys())]
    if not used:
        return Converted(thing)
    if booked:
        words = f"each at the rate of its {booked.replace('_', ' ')}"
        return Converted(_converted(thing, schema, base, _rate_of_its_day(facts, booked)), f"in {base}: {words}")
    table = ", ".join(f"('{rate.currency}', CAST({rate.rate} AS {_RATE}))" for rate in used)
    relation = _converted(thing, schema, base, f"LEFT JOIN (VALUES {table}) x(code, rate) ON x.code = r.currency")
    return Converted(relation, f"in {base}: {', '.join(rate.words for rate in used)}, one rate for all days")


def _rate_of_its_day(facts: Facts, booked: str) -> str:
    """The join to the last rate up to a record's day; up to the facts' day where it has none, or a later one."""
    known = f"DATE '{facts.day.isoformat()}'"
    rates = (
        f"SELECT currency AS code, date AS day, CAST(max(rate) AS {_RATE}) AS rate FROM fx_rate "
        f"WHERE date <= {known} AND rate > 0 GROUP BY ALL"
    )
    day = f"least(coalesce(CAST(r.{quoted(booked)} AS DATE), {known}), {known})"
    return f"ASOF LEFT JOIN ({rates}) x ON x.code = r.currency AND {day} >= x.day"


def _converted(thing: str, schema: Mapping[str, str], base: str, join: str) -> str:
    """The records with every amount at the rate joined to them as `x`; as they are where there is none."""
    amounts = [
        f"CASE WHEN x.rate IS NULL THEN r.{quoted(name)} ELSE CAST(CAST(r.{quoted(name)} AS {_WIDE}) * x.rate AS {kind}) END "
        f"AS {quoted(name)}"
        for name, kind in schema.items()
        if kind == _MONEY
    ]
    replaced = ", ".join([*amounts, f"CASE WHEN x.rate IS NULL THEN r.currency ELSE '{base}' END AS currency"])
    return f"(SELECT r.* REPLACE ({replaced}), r.currency AS {OWN_CURRENCY} FROM {thing} r {join})"
