"""The answer in words: where we stand, why, and what to look at this week."""

from __future__ import annotations

from collections.abc import Sequence

from headway.core.finding import Finding
from headway.core.formatting import count, day, money, plural, quantity, relative
from headway.core.review import IF_SO, Cause, Milestone, Verdict
from headway.core.titles import capital, title
from headway.tracking.milestones import CASES, Context, opening_of, too_early
from headway.tracking.pace import SMALL_SAMPLE

_DONE = {
    "won_value": "won {}",
    "won_deals": "won {} deals",
    "opportunities_created": "created {} opportunities",
    "pipeline_created": "created {} of pipeline",
    "new_arr": "won {} of new ARR",
    "renewed_arr": "renewed {} of ARR",
    "arr": "reached {} of ARR",
}
"""How an amount reads as something done; anything else reads as its title and the amount."""

MAIN = 0.5
"""Causes are named until they make up this share of all that pull the same way."""

MOST_NAMED = 2


def headline(aim: Milestone | None, verdict: Verdict, context: Context) -> str:
    """Verdict, amount, day, plan, difference: one finding with its numbers."""
    word = capital(verdict)
    if not context.elapsed:
        return (
            f"{word}: the plan starts on {day(context.weeks[0].start)}"
            if context.weeks
            else f"{word}: no weeks to tell"
        )
    if aim is None:
        return f"{word}: {title(context.metric)} is neither planned nor measured by {day(context.as_of)}"
    if aim.actual_to_date is None:
        planned = "" if aim.plan_to_date is None else f"; {_amount(aim, aim.plan_to_date, context)} was planned"
        return f"{word}: {title(aim.metric)} is not measured by {day(context.as_of)}{planned}"
    done = f"{_done(aim, aim.actual_to_date, context)} by {day(context.as_of)}"
    if aim.plan_to_date is None:
        return f"{word}: {done}, and the plan says nothing about it"
    return f"{word}: {done} against {_against(aim, context)}{_few(aim, verdict, context)}"


def lead(because: str, look_at: Sequence[Finding], begun: bool = True) -> str:
    """The cause, and the next step."""
    parts = [part for part in (because, _look(look_at, because)) if part]
    if not parts:
        return "Nothing that can be told is behind its pace." if begun else ""
    return capital("; ".join(parts)) + "."


def lead_with_bets(because: str, behind: Sequence[Finding], failing: Sequence[Finding], currency: str | None) -> str:
    """The cause, the milestone behind its pace, and the assumption that does not hold."""
    first, look = failing[0], _look(behind, because)
    more = f"; {len(failing) - 1} more {'does' if len(failing) == 2 else 'do'} not hold" if failing[1:] else ""
    begin = f"and at {first.what}" if look else f"look at {first.what} this week"
    worth = f", {money(first.price, currency, signed=True)} {IF_SO}" if first.price else ""
    parts = [part for part in (because, look, f"{begin}: {first.evidence}{worth}{more}") if part]
    return capital("; ".join(parts)) + "."


def look_at(found: Sequence[Milestone], context: Context) -> tuple[Finding, ...]:
    """What needs attention: milestones behind their pace, earliest in the journey first, then costly causes beside them."""
    behind = [one for one in found if one.standing in ("watch", "worse")]
    early = [one for one in behind if one.metric != context.metric and CASES.get(context.metric) != one.metric]
    prices = {cause.driver: cause.amount for cause in context.causes}
    findings = [_finding(one, prices, context) for one in early or behind]
    named = {one.metric for one in found}
    beside = [c for c in context.causes[:-1] if c.driver not in named and c.amount < 0 and _weighs(c, context)]
    return (*findings, *(Finding(title(c.driver), c.driver, c.words, c.amount) for c in beside))


def _done(aim: Milestone, value: float, context: Context) -> str:
    phrase = _DONE.get(aim.metric)
    amount = _amount(aim, value, context)
    return phrase.format(amount) if phrase else f"{title(aim.metric)} {amount}"


def _against(aim: Milestone, context: Context) -> str:
    if not aim.plan_to_date:
        return "nothing planned by then"
    planned = _amount(aim, aim.plan_to_date, context)
    return f"{planned} planned ({relative(aim.actual_to_date, aim.plan_to_date)}{_added(aim, context)})"


def _added(aim: Milestone, context: Context) -> str:
    """Of a level, what was added to where the plan starts: a year's work is small beside what was there."""
    if aim.plan_to_date is None or aim.actual_to_date is None:
        return ""
    opening = opening_of(aim.metric, aim.plan_to_date, context)
    if not opening:
        return ""
    actual, planned = aim.actual_to_date - opening, aim.plan_to_date - opening
    shown = [_amount(aim, value, context) for value in (actual, planned)]
    return f"; {shown[0]} added against {shown[1]}, {relative(actual, planned)}"


def _few(aim: Milestone, verdict: Verdict, context: Context) -> str:
    if verdict != "cannot tell yet":
        return ""
    if aim.n is not None and aim.n < SMALL_SAMPLE:
        return f", from {plural(aim.n, 'case')} only"
    early = too_early(aim.metric, aim.plan, aim.plan_to_date, context)
    return f", {early}" if early else f"; {aim.note}" if aim.note else ""


def _amount(one: Milestone, value: float | None, context: Context) -> str:
    unit = one.plan.header.unit or one.actual.header.unit
    return quantity(value, unit, context.currency)


def because_of(verdict: Verdict, context: Context) -> str:
    """The causes that pull the way the verdict says, heaviest first, until most of the pull is named."""
    if verdict not in ("behind", "ahead"):
        return ""
    pulling = [c for c in context.causes if (c.amount < 0) == (verdict == "behind") and c.amount]
    pulling.sort(key=lambda c: -abs(c.amount))
    whole = sum(abs(c.amount) for c in pulling)
    named: list[Cause] = []
    for cause in pulling[:MOST_NAMED]:
        if sum(abs(c.amount) for c in named) < MAIN * whole:
            named.append(cause)
    named = [
        cause for cause in named if cause is not context.causes[-1]
    ] or named  # the rest explains nothing beside others
    if not named:
        return ""
    return "mainly because of " + " and ".join(_priced(c.words, _price(c.amount, context)) for c in named)


def _priced(words: str, price: str) -> str:
    """A cause with what it is worth, in the brackets it ends with or in its own."""
    return f"{words[:-1]}, {price})" if words.endswith(")") else f"{words} ({price})"


def _look(found: Sequence[Finding], told: str) -> str:
    """The first thing to look at; its figures stay away where the sentence has just told them."""
    if not found:
        return ""
    figures = found[0].evidence.partition(", ")[0]
    return f"look at {found[0].what} this week" + ("" if figures in told else f": {found[0].evidence}")


def _finding(one: Milestone, prices: dict[str, float], context: Context) -> Finding:
    planned, actual = (_amount(one, value, context) for value in (one.plan_to_date, one.actual_to_date))
    pace = ""
    if one.slack_weeks is not None and abs(one.slack_weeks) >= 0.05:
        pace = f", {abs(one.slack_weeks):.1f} weeks {'behind' if one.slack_weeks < 0 else 'ahead of'} pace"
    cases = f", n = {count(one.n)}" if one.n is not None and one.plan.header.adds_up == "ratio" else ""
    evidence = f"{actual} against {planned} planned{cases}{pace}"
    return Finding(title(one.metric), one.metric, evidence, prices.get(one.metric))


def _price(amount: float, context: Context) -> str:
    in_money = context.metric in ("won_value", "new_arr", "pipeline_created") or context.metric.endswith("arr")
    return money(amount, context.currency, signed=True) if in_money else count(amount, signed=True)


def _weighs(cause: Cause, context: Context) -> bool:
    """Whether a cause is worth a line of its own: a tenth of everything that pulls down."""
    down = sum(c.amount for c in context.causes if c.amount < 0)
    return cause.amount <= 0.1 * down
