"""What was called for a period on a day before its end, and what came of it, for each owner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from headway.core.calendar import FiscalCalendar, Period, months
from headway.core.definition import Calling
from headway.core.formatting import plural
from headway.core.rows import Cell
from headway.metrics.currencies import in_one_currency
from headway.metrics.facts import Facts
from headway.metrics.question import Parameters
from headway.metrics.selling.quotas import MONTHS, span_of
from headway.metrics.selling.sellers import Sellers, sellers

ZERO = Fraction(0)
_SURER: Mapping[str, frozenset[str]] = {
    "commit": frozenset(["commit", "closed"]),
    "best_case": frozenset(["commit", "closed", "bestcase", "mostlikely", "upside"]),
    "pipeline": frozenset(["commit", "closed", "bestcase", "mostlikely", "upside", "pipeline"]),
}
_MOST = 12
"""So many periods are worked out from the deals at most, the newest: each asks for the facts of another day."""

NO_CALLS = "undefined: no forecasts are loaded, and no deal carries a forecast category to work them out from"


@dataclass(frozen=True)
class Call:
    """One owner's forecast for a period as it stood on a day, its range where there is one, and what came."""

    who: str
    name: str
    span: Period
    locked: date
    currency: str | None
    called: Fraction = ZERO
    low: Fraction | None = None
    high: Fraction | None = None
    came: Fraction = ZERO
    missing: bool = False

    @property
    def error(self) -> Fraction:
        """How far the call was too high; below zero, too low."""
        return self.called - self.came


@dataclass(frozen=True)
class Calls:
    """The calls a question is about, and what is to be known of them; `why` there is none."""

    calls: Sequence[Call]
    people: Sellers
    notes: tuple[str, ...] = ()
    why: str = ""


def calls(facts: Facts, policy: Calling, window: Period | None, parameters: Parameters) -> Calls:
    """Every owner's call for the periods that lie in a window and are over, as it stood at the horizon."""
    people = sellers(facts)
    locked = policy.read != "deals" and bool(facts.run("SELECT 1 FROM forecast LIMIT 1"))
    if not locked and (policy.read == "locked" or policy.take == "coverage"):
        return Calls(
            (), people, (), "undefined: no forecasts are loaded; import what was called for which period, and when"
        )
    read = _locked(facts, people, policy, window, parameters) if locked else None
    made, how = read or _worked_out(facts, people, policy, window, parameters)
    if not made:
        why = "undefined: no period that was called lies in it and is over" if locked else NO_CALLS
        return Calls((), people, (), why)
    spans = sorted({one.span for one in made})
    held = [one for span in spans for one in _against(facts, people, [c for c in made if c.span == span], parameters)]
    silent = sum(one.missing for one in held)
    notes = [f"as called {policy.horizon} days before the end of {plural(len(spans), 'period')}, {how}"]
    notes += [f"{plural(silent, 'owner')} sold without a call, which counts as nothing called"] if silent else []
    return Calls([one for one in held if parameters.currency in (None, one.currency)], people, tuple(notes))


def _locked(
    facts: Facts, people: Sellers, policy: Calling, window: Period | None, parameters: Parameters
) -> tuple[list[Call], str]:
    """The calls that were loaded: of each owner and period the newest by the horizon."""
    read_from = in_one_currency("forecast", facts, facts.schema("forecast"), parameters.base, ())
    found = facts.run(
        f"SELECT owner_id, owner, period, start_date, end_date, as_of, category, amount, low, high, currency "
        f"FROM {read_from.relation} WHERE as_of IS NOT NULL AND amount IS NOT NULL ORDER BY as_of, key"
    )
    newest = dict[tuple[str, Period, str | None], Call]()
    for owner_id, owner, period, start, end, as_of, category, amount, low, high, currency in found:
        span = span_of(period, start, end, MONTHS[policy.lasts])
        if span is None or not isinstance(as_of, date) or not _over(span, window, facts.day):
            continue
        word = _folded(category)
        if as_of > span.last_day - timedelta(days=policy.horizon) or (word and word != _folded(policy.calls)):
            continue
        span = Period(span.start, span.end, "", "range")
        code = str(currency) if currency is not None else parameters.base
        who = people.key(owner_id, owner)
        label = people.label(who, owner if owner is not None else owner_id) or "(none)"
        before = newest.get((who, span, code))
        if before is None or before.locked < as_of:
            before = Call(who, label, span, as_of, code)
        newest[who, span, code] = replace(
            before,
            called=before.called + Fraction(str(amount)),
            low=_sum(before.low, low),
            high=_sum(before.high, high),
        )
    return list(newest.values()), "; ".join(filter(None, ("as it was locked", read_from.note)))


def _worked_out(
    facts: Facts, people: Sellers, policy: Calling, window: Period | None, parameters: Parameters
) -> tuple[list[Call], str]:
    """What the deals came to at the horizon: won by then, and open ones of the categories due in the period."""
    first = facts.run("SELECT min(created_date) FROM opportunity")[0][0]
    if not isinstance(first, date):
        return [], ""
    made, chosen = list[Call](), sorted(_SURER[policy.calls])
    marks = ", ".join("?" for _ in chosen)
    for span in _spans(policy, window, first, facts.day):
        lock = span.last_day - timedelta(days=policy.horizon)
        then = parameters.facts_at(lock) if parameters.facts_at else facts
        schema = then.schema("opportunity")
        read_from = in_one_currency("opportunity", then, schema, parameters.base, ())
        owner_id = "owner_id" if "owner_id" in schema else "NULL"
        word = "regexp_replace(lower(forecast_category), '[^a-z]', '', 'g')"
        if "forecast_category" not in schema or not then.run(
            f"SELECT 1 FROM opportunity WHERE status = 'open' AND {word} IN ({marks}, 'pipeline') LIMIT 1", chosen
        ):
            continue
        found = then.run(
            f"SELECT {owner_id} AS owner_id, owner, currency, sum(amount) FROM {read_from.relation} "
            f"WHERE (status = 'won' AND closed_date >= ? AND closed_date < ?) "
            f"OR (status = 'open' AND close_date >= ? AND close_date < ? AND {word} IN ({marks})) GROUP BY ALL ORDER BY ALL",
            [span.start, span.end, span.start, span.end, *chosen],
        )
        for id_, owner, currency, amount in found:
            who = people.key(id_, owner)
            code = str(currency) if currency is not None else parameters.base
            label = people.label(who, owner if owner is not None else id_) or "(none)"
            made.append(Call(who, label, span, lock, code, Fraction(str(amount or 0))))
    return _together(
        made
    ), f"worked out from the deals as known then: won, and {policy.calls.replace('_', ' ')} due in it"


def _against(facts: Facts, people: Sellers, of_span: Sequence[Call], parameters: Parameters) -> Iterator[Call]:
    """The calls of one period with what came, and those who sold without one."""
    span = of_span[0].span
    schema = facts.schema("opportunity")
    read_from = in_one_currency("opportunity", facts, schema, parameters.base, ())
    owner_id = "owner_id" if "owner_id" in schema else "NULL"
    found = facts.run(
        f"SELECT {owner_id} AS owner_id, owner, currency, sum(amount) FROM {read_from.relation} "
        f"WHERE status = 'won' AND closed_date >= ? AND closed_date < ? GROUP BY ALL ORDER BY ALL",
        [span.start, span.end],
    )
    came, names = dict[tuple[str, str | None], Fraction](), dict[str, str]()
    for id_, owner, currency, amount in found:
        who = people.key(id_, owner)
        key = (who, str(currency) if currency is not None else parameters.base)
        came[key] = came.get(key, ZERO) + Fraction(str(amount or 0))
        names[who] = people.label(who, owner if owner is not None else id_) or "(none)"
    for one in of_span:
        yield replace(one, came=came.pop((one.who, one.currency), ZERO))
    lock = max(one.locked for one in of_span)
    for (who, code), amount in came.items():
        if amount:
            yield Call(who, names[who], span, lock, code, came=amount, missing=True)


def _spans(policy: Calling, window: Period | None, first: date, day: date) -> list[Period]:
    """The months or quarters that are over and lie whole in a window, and after the first day that is known."""
    calendar = FiscalCalendar()
    whole = window or Period(first, day + timedelta(days=1), "all time", "range")
    found = dict[Period, None]()
    for part in months(whole):
        span = part if policy.lasts == "month" else calendar.quarter_of(part.start)
        if whole.start <= span.start and _over(span, whole, day) and span.start >= first.replace(day=1):
            found[Period(span.start, span.end, "", "range")] = None
    return list(found)[-_MOST:]


def _over(span: Period, window: Period | None, day: date) -> bool:
    inside = window is None or (window.start <= span.start and span.end <= window.end)
    return inside and span.last_day <= day


def _together(made: Sequence[Call]) -> list[Call]:
    """One call for each owner, period and currency."""
    found = dict[tuple[str, Period, str | None], Call]()
    for one in made:
        before = found.get((one.who, one.span, one.currency))
        found[one.who, one.span, one.currency] = replace(before, called=before.called + one.called) if before else one
    return list(found.values())


def _sum(before: Fraction | None, cell: Cell) -> Fraction | None:
    return before if cell is None else (before or ZERO) + Fraction(str(cell))


def _folded(word: Cell) -> str:
    return "".join(sign for sign in str(word or "").casefold() if sign.isalpha())
