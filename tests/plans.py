"""Plans made by hand, for tests of planning and tracking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from headway.core.calendar import Period, month
from headway.core.plan import Assumption, Estimate, Horizon, ModelText, Plan, Target
from headway.planning import MODELS, BoundPlan, bind
from headway.text import read_model

Number = float | int | str
Values = Number | Sequence[Number] | Mapping[str, Number]


def exact(value: Number) -> Decimal:
    return Decimal(str(value))


def assume(name: str, unit: str, values: Values, by: tuple[str, ...] = ()) -> Assumption:
    """One assumption: a number, a list over the single dimension of `by`, or a mapping by its members."""
    if isinstance(values, Mapping):
        return Assumption(name, unit, {(str(k),): Estimate(exact(v)) for k, v in values.items()}, by)
    if isinstance(values, str | int | float):
        return Assumption(name, unit, {(): Estimate(exact(values))}, by)
    return Assumption(name, unit, {(str(i),): Estimate(exact(v)) for i, v in enumerate(values)}, by)


def months_of(start: str, count: int) -> list[Period]:
    year, number = (int(part) for part in start.split("-"))
    return [month(date(year + (number - 1 + i) // 12, (number - 1 + i) % 12 + 1, 1)) for i in range(count)]


def plan(
    *assumptions: Assumption,
    start: str = "2027-01",
    months: int = 12,
    target: tuple[str, str, Number] | None = None,
    proposed: bool = False,
    currency: str | None = "EUR",
    **more: object,
) -> Plan:
    first = months_of(start, 1)[0]
    aim = None
    if target:
        metric, at, value = target
        aim = Target(metric, months_of(at, 1)[0], exact(value), currency, proposed)
    named = {a.name: a for a in assumptions}
    return Plan("fy27", "to see", Horizon(first, months), "saas", named, aim, currency, **more)  # type: ignore[arg-type]


def sales(
    opportunities: Number = 160,
    win_rate: Number = "0.25",
    deal_size: Number = 25_000,
    lag: Sequence[Number] = (1,),
    open_wins: Number = 0,
) -> tuple[Assumption, ...]:
    """From opportunities to won value."""
    return (
        assume("opportunities_created", "opportunity/month", opportunities),
        assume("win_rate.eventual", "deal/opportunity", win_rate),
        assume("close_lag", "share", lag, ("lag",)),
        assume("deal_size.mean", "currency/deal", deal_size),
        assume("opportunity_value", "currency/opportunity", deal_size),
        assume("won_from_open", "deal", open_wins),
    )


def recurring(
    base: Number = 4_000_000, churn: Number = 0, contraction: Number = 0, expansion: Number = 0, term: Number = 1
) -> tuple[Assumption, ...]:
    """From won value to ARR."""
    return (
        assume("contract_term", "year", term),
        assume("arr_at_start", "currency/year", base),
        assume("churn_rate", "share/month", churn),
        assume("contraction_rate", "share/month", contraction),
        assume("expansion_rate", "share/month", expansion),
    )


def bound(made: Plan, model: ModelText) -> BoundPlan:
    ready, found = bind(made, model)
    assert ready is not None, "\n".join(d.render() for d in found)
    return ready


def shipped_saas() -> ModelText:
    """The shipped subscription model."""
    model, found = read_model(MODELS / "saas.yaml")
    assert model is not None, [d.render() for d in found]
    return model
