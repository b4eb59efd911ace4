"""The plan of the demonstration company: history where it was measured, stated judgement for the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from headway.core.history import Key
from headway.core.plan import Assumption, Estimate
from headway.planning.proposal import Judgement

OWNERS: Mapping[str, str] = {
    "retention": "head of customer success",
    "expansion": "head of customer success",
    "volume": "head of marketing",
    "conversion": "head of sales",
    "deal size": "head of sales",
    "cycle": "sales operations",
    "capacity and cost": "finance",
}
"""Who answers for what, by family: roles, not people."""

ROLES = ("ae", "sdr", "csm")

RAMP: Mapping[str, tuple[str, ...]] = {
    "ae": ("0", "0.25", "0.5", "0.75", "0.9"),
    "sdr": ("0.25", "0.75", "1", "1", "1"),
    "csm": ("0.25", "0.75", "1", "1", "1"),
}
"""What a new person does of a full share, month by month after the start."""


def judgement(sources: Sequence[str], review_by: date) -> Judgement:
    """What the demonstration company's people say of what its systems do not show, who answers for it, until when.

    Rates and rules only: what can be counted (people, ARR, customers, spend) is counted, or not assumed.
    """
    return Judgement((*_money(), *_people(sources)), OWNERS, review_by)


def _money() -> Iterator[Assumption]:
    yield _one("contract_term", "year", "1", "contracts are sold for a year at a time")
    yield _one("gross_margin", "percent", "0.78", "as in the budget", "0.75", "0.8")
    yield _one("commission", "percent", "0.1", "the commission plan: a tenth of the first year")
    onboarding = {(str(place),): share for place, share in enumerate(("0.3", "0.5", "0.2"))}
    yield _made("onboarding_lag", "share", ("onboarding",), onboarding, "most customers see first value in a month")


def _people(sources: Sequence[str]) -> Iterator[Assumption]:
    ramp = {(role, str(place)): share for role in ROLES for place, share in enumerate(RAMP[role])}
    yield _made("ramp", "share", ("role", "tenure"), ramp, "how recent joiners came up, as their managers remember it")
    yield _one("attainment", "percent", "0.8", "ramped sellers bring four fifths of their quota", "0.7", "0.9")
    yield _one("ramping_attainment", "percent", "0.7", "joiners bring less of theirs than the ramp alone says")
    cost = {("ae",): "11500", ("sdr",): "6500", ("csm",): "7500"}
    yield _made("cost_per_head", "currency/head/month", ("role",), cost, "salary, benefits and a desk, from the budget")
    if len(sources) > 1:
        each = (Decimal(1) / len(sources)).quantize(Decimal("0.0001"))
        rest = Decimal(1) - each * (len(sources) - 1)
        split = {(name,): str(each if place else rest) for place, name in enumerate(sources)}
        yield _made(
            "people_cost_split", "share", ("source",), split, "nobody keeps hours: an equal share for each source"
        )


def _one(name: str, unit: str, value: str, why: str, low: str | None = None, high: str | None = None) -> Assumption:
    ends = [None if end is None else Decimal(end) for end in (low, high)]
    known = {(): Estimate(Decimal(value), ends[0], ends[1])}
    return Assumption(name, unit, known, evidence=f"management judgement: {why}")


def _made(name: str, unit: str, by: Key, values: Mapping[Key, str], why: str) -> Assumption:
    estimates = {key: Estimate(Decimal(value)) for key, value in values.items()}
    return Assumption(name, unit, estimates, by, evidence=f"management judgement: {why}")
