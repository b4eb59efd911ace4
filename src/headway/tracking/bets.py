"""The bets of a plan that fail: which come first, what they cost, and the review's sentence with the first of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from headway.core.belief import Belief, Holds, Register
from headway.core.finding import Finding
from headway.core.formatting import count, quantity
from headway.core.review import Review
from headway.core.rows import Rows
from headway.core.titles import title
from headway.tracking.sentence import lead_with_bets

_WORST_FIRST: Sequence[Holds] = ("broken", "drifting", "holding", "unknown")


def to_price(beliefs: Sequence[Belief]) -> dict[str, float]:
    """What was seen of each rate that does not hold, by its key; what adds up over its span is no value of the plan."""
    seen = ((b.key, b.outside) for b in beliefs if not b.assumption.unit.endswith("/month"))
    return {key: one.value for key, one in seen if one is not None and one.value is not None}


def ordered(beliefs: Sequence[Belief], prices: Mapping[str, float], risk: Rows) -> tuple[Belief, ...]:
    """Beliefs by how much they need an answer: what fails for the worse, by its price; what fails for the better; then
    by what their assumption puts at risk."""
    stakes = {str(one["assumption"]): _stake(one) for one in risk}

    def place(belief: Belief) -> tuple[int, bool, float, float, str, tuple[str, ...]]:
        name = belief.assumption.name
        price = prices.get(belief.key, 0.0)
        return _WORST_FIRST.index(belief.holds), _is_good(belief), price, -stakes.get(name, 0.0), name, belief.members

    return tuple(sorted(beliefs, key=place))


def with_bets(review: Review, register: Register) -> Review:
    """The review with what the plan assumes and what does not hold; its lead names the first of them.

    A value that only drifts, and for the better, needs nobody's answer.
    """
    failing = [b for b in register.beliefs if b.outside and (b.holds == "broken" or not _is_good(b))]
    if not failing:
        return review
    failing.sort(key=_is_good)
    found = tuple(_finding(belief, register) for belief in failing)
    metrics = {one.metric for one in review.milestones}
    behind = [one for one in review.look_at if one.where in metrics]
    return replace(review, lead=lead_with_bets(review.because, behind, found, register.currency), failing=found)


def _finding(belief: Belief, register: Register) -> Finding:
    one, seen, price = belief.assumption, belief.outside, register.prices.get(belief.key)
    monthly = one.unit.endswith("/month") and not one.unit.startswith(("share", "rate"))
    unit = one.unit.removesuffix("/month") if monthly else one.unit
    planned, actual = (
        quantity(value, unit, register.currency) for value in (belief.against, seen.value if seen else None)
    )
    when = f" in {seen.label}" if seen and seen.label else ""
    cases = f" (n = {count(seen.n)})" if seen and seen.n is not None else ""
    evidence = f"{belief.holds}, {actual}{when}{cases} where {planned} is assumed"
    what = title(one.name) + (f" ({', '.join(belief.members)})" if belief.members else "")
    return Finding(what, belief.key, evidence, price, one.owner)


def _is_good(belief: Belief) -> bool:
    return belief.better is True


def _stake(one: Mapping[str, object]) -> float:
    """The most the plan's figure can lose: over the range, or for a tenth where no range is known."""

    def worst(*names: str) -> float:
        known = [float(cell) for cell in (one[name] for name in names) if isinstance(cell, float | int)]
        return -min([*known, 0.0])

    return worst("at_low", "at_high") or worst("less", "more")
