"""A plan made from history: every assumption a measured rate, with its period, its n, its interval and its method."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from headway.core.calendar import Period, month, months
from headway.core.diagnostics import Diagnostic
from headway.core.dimensions import MONTH, MONTH_OF_YEAR
from headway.core.errors import UserMistake
from headway.core.formatting import day, exact_money, interval, percent, plural
from headway.core.history import Amounts, History
from headway.core.plan import Assumption, Estimate, Horizon, Input, ModelText, Plan, Target
from headway.core.positions import Piece
from headway.core.quantity import Quantity
from headway.core.reading import UNREADABLE_OPTION
from headway.planning import mistakes
from headway.planning.binding import bind
from headway.planning.bound import USUAL_TARGET
from headway.planning.evaluation import by_month, evaluate, reached
from headway.planning.measured import SMALL, estimate, figure, measured_assumption, season, seasonal

CREATED, MIX, OPEN, SOURCE, SEGMENT = "opportunities_created", "mix", "won_from_open", "source", "segment"

FROM_LEADS = ({"leads_per_month", "lead_to_opportunity"}, {"visits_per_month", "visit_to_lead", "lead_to_opportunity"})
"""What a plan needs to begin with leads, or with visits."""

SEASON = "season"

COUNTED = {
    "opportunities_created": "opportunity",
    "visits": "visit",
    "leads": "lead",
    "qualified_leads": "qualified_lead",
    "meetings": "meeting",
    "signups": "signup",
    "won_deals": "deal",
    "spend": "currency",
}
"""What lines count that may be assumed in the place of their formula."""


@dataclass(frozen=True)
class Judgement:
    """What people add to what history shows: assumptions it cannot give, who answers for each family, and until when.

    An assumption of a name that history measures is not used.
    """

    assumptions: Sequence[Assumption] = ()
    owners: Mapping[str, str] = field(default_factory=dict[str, str])
    review_by: date | None = None


NO_JUDGEMENT = Judgement()


def propose(
    evidence: History,
    model: ModelText,
    name: str = "baseline",
    target: Target | None = None,
    why: str = "",
    judgement: Judgement = NO_JUDGEMENT,
) -> Plan:
    """A plan that goes on as the history went. Its target is what its rates yield, unless one is given.

    What history measured of more drivers than the usual ones, and by source and segment, is assumed as far as the
    model has a place for it; what it does not show is left to judgement, and else not assumed at all.
    """
    problems = tuple(_too_thin(evidence))
    if problems:
        raise UserMistake(problems)
    members = _members_told(evidence)
    assumptions = {a.name: a for a in (*_assumptions(evidence), *_measured(evidence, model, members))}
    assumptions |= _split(evidence, assumptions, members)
    if any(assumptions.keys() >= needed for needed in FROM_LEADS):  # volume is planned where it begins
        del assumptions[CREATED]
        assumptions |= _season(evidence, model)
    assumptions |= {a.name: a for a in judgement.assumptions if a.name not in assumptions}
    assumptions = {one.name: _owned(one, model, judgement) for one in assumptions.values()}
    reason = why or f"what the rates of {evidence.period} yield, if nothing changes"
    plan = Plan(
        name,
        reason,
        evidence.horizon,
        model.name,
        assumptions,
        target,
        evidence.currency,
        members,
        history=evidence.period.label,
        as_of=evidence.as_of,
    )
    return plan if target is not None else replace(plan, target=_yielded(plan, model))


def left_after(past: Period, whole: Period) -> Horizon:
    """What is left of a year after the history, in whole months."""
    first = month(max(past.end, whole.start))
    left = months(Period(first.start, whole.end, whole.label, "range")) if first.start < whole.end else ()
    if not left:
        remedy = "choose a later --year, or a history that ends earlier"
        message = f"nothing of {whole} is left to plan after the history {past}"
        raise UserMistake([UNREADABLE_OPTION.at(None, message, remedy=remedy)])
    return Horizon(first, len(left))


def aimed_at(plan: Plan, amount: str) -> Plan:
    """The plan with an amount to commit to, as the user wrote it, in place of what its rates yield."""
    read = Quantity.parse(amount)
    if read is None or plan.target is None:
        remedy = "write it like 3.2m, 3200000, or 3.2m EUR"
        raise UserMistake([UNREADABLE_OPTION.at(None, f"'{amount}' is not an amount", remedy=remedy)])
    target = replace(plan.target, value=read.value, currency=read.currency or plan.currency, proposed=False)
    return replace(plan, target=target)


def _yielded(plan: Plan, model: ModelText) -> Target:
    """What the plan's own assumptions come to by its last month, to the cent."""
    bound, found = bind(plan, model)
    if bound is None:
        raise UserMistake(found)
    aim = "arr" if bound.can("arr") else USUAL_TARGET
    monthly = by_month(evaluate(bound, [aim])[aim])
    value = Decimal(repr(float(reached(bound, aim, monthly))))
    return Target(aim, bound.months[-1], _cents(value), plan.currency, proposed=True)


def _too_thin(evidence: History) -> Iterator[Diagnostic]:
    remedy = "choose a longer --history"
    if not sum(evidence.created.values()):
        message = f"no opportunity was created in {evidence.period}, so there is no volume to plan with"
        yield mistakes.HISTORY_TOO_THIN.at(None, message, remedy=remedy)
    if not evidence.deal_size.n:
        message = f"no deal with an amount was won in {evidence.period}, so there is no deal size to plan with"
        yield mistakes.HISTORY_TOO_THIN.at(None, message, remedy=remedy)
    if not evidence.win_rate.n or not sum(evidence.close_lag) > 0:
        message = f"no deal was followed to a win in {evidence.period}, so there is no win rate to plan with"
        yield mistakes.HISTORY_TOO_THIN.at(None, message, remedy=remedy)


def _members_told(evidence: History) -> dict[str, tuple[str, ...]]:
    """The members to plan by: sources if creation was counted by them, segments if its split over them is known too."""
    created, mix = (evidence.measured.get(name) for name in (CREATED, MIX))
    told: dict[str, tuple[str, ...]] = {}
    if created is not None and created.parts:
        told[SOURCE] = evidence.members.get(SOURCE, ())
    if mix is not None and mix.parts:
        told[SEGMENT] = evidence.members.get(SEGMENT, ())
    return {name: members for name, members in told.items() if len(members) > 1}


def _measured(evidence: History, model: ModelText, members: Mapping[str, tuple[str, ...]]) -> Iterator[Assumption]:
    """What was measured beside the usual drivers, or finer than they are."""
    known = {name: one.members for name, one in model.dimensions.items() if len(one) > 1 and not one.months}
    ahead = [one.label for one in evidence.horizon.each]
    for name, found in evidence.measured.items():
        meant = _place_for(name, model)
        if found is None or meant is None:
            continue
        labels = {name: () for name, one in model.dimensions.items() if one.months}
        made = measured_assumption(name, meant, found, {**labels, **known, **members, MONTH: ahead})
        shares = season(evidence.volume or {label: float(count) for label, count in evidence.created.items()})
        if made is not None:
            yield seasonal(made, shares) if name == CREATED and shares and MONTH not in made.by else made


def _season(evidence: History, model: ModelText) -> dict[str, Assumption]:
    """How the months of a year differ in what comes in, where whole years tell it and the model has a place for it."""
    shares = season(evidence.volume)
    if not shares or SEASON not in model.inputs:
        return {}
    first, last = min(evidence.volume), max(evidence.volume)
    values = {(str(number),): Estimate(figure(share)) for number, share in shares.items()}
    told = f"each month of {first}..{last} against the mean of its year"
    n = round(sum(evidence.volume.values()))
    return {SEASON: _assumption(SEASON, model.inputs[SEASON].unit.value, values, told, n, (MONTH_OF_YEAR,))}


def _place_for(name: str, model: ModelText) -> Input | None:
    """The input an assumption fills; of a line, one that is by month and in its unit, or counted as its name says."""
    line = model.lines.get(name)
    if line is None:
        return model.inputs.get(name)
    return Input(name, line.unit or Piece.of(COUNTED.get(name, "currency")), (MONTH,))


def _split(
    evidence: History, made: Mapping[str, Assumption], members: Mapping[str, tuple[str, ...]]
) -> dict[str, Assumption]:
    """Wins of the deals already open, over the plan's members as what was created: a total cannot be repeated."""
    whole = made[OPEN]
    if not members or whole.by != (MONTH,):
        return {}
    shares = _shares(evidence, members)
    values = {
        (*key, *when): Estimate(figure(float(e.value) * share))
        for key, share in shares.items()
        for when, e in whole.values.items()
    }
    told = f"{whole.evidence}; split over {' and '.join(members)} as what was created"
    return {OPEN: replace(whole, values=values, by=(*members, MONTH), evidence=told)}


def _shares(evidence: History, members: Mapping[str, tuple[str, ...]]) -> dict[tuple[str, ...], float]:
    created, mix = evidence.measured.get(CREATED), evidence.measured.get(MIX)
    counts = {key: part.value for key, part in created.parts.items()} if created and SOURCE in members else {(): 1.0}
    total = sum(counts.values()) or 1.0
    if SEGMENT not in members or mix is None:
        return {key: count / total for key, count in counts.items()}
    by_source = SOURCE in mix.by and SOURCE in members
    return {
        (*key, segment): count / total * mix.parts[(*key, segment) if by_source else (segment,)].value
        for key, count in counts.items()
        for segment in members[SEGMENT]
    }


def _owned(one: Assumption, model: ModelText, judgement: Judgement) -> Assumption:
    """An assumption with who answers for it and when it is looked at again, where that is said and it has none."""
    family = next((name for name, names in model.families.items() if one.name in names), "")
    owner, review_by = one.owner or judgement.owners.get(family, ""), one.review_by or judgement.review_by
    return replace(one, owner=owner, review_by=review_by)


def _assumptions(evidence: History) -> Iterator[Assumption]:
    yield _created(evidence)
    if evidence.created_value.n:
        yield _mean(
            "opportunity_value",
            "currency/opportunity",
            "opportunities created",
            evidence.created_value,
            evidence,
        )
    yield _win_rate(evidence)
    yield _close_lag(evidence)
    yield _mean("deal_size.mean", "currency/deal", "won deals", evidence.deal_size, evidence)
    yield _won_from_open(evidence)
    if evidence.cycle.n:
        yield _cycle(evidence)


def _created(evidence: History) -> Assumption:
    counted, lasting = sum(evidence.created.values()), len(evidence.created)
    monthly = [Decimal(count) for count in evidence.created.values()]
    mean = Decimal(counted) / lasting
    low, high = min(monthly), max(monthly)
    told = (
        f"{counted:,} created in {evidence.period}, {plural(lasting, 'month')}: {_cents(mean)} a month; "
        f"the least {low:,}, the most {high:,} in a month"
    )
    estimate = Estimate(_cents(mean))
    return _assumption("opportunities_created", "opportunity/month", {(): estimate}, told, counted)


def _win_rate(evidence: History) -> Assumption:
    rate = evidence.win_rate
    known = rate.low is not None and rate.high is not None
    ends = f", P10 to P90 {interval(rate.low, rate.high)}" if known else ""
    told = f"{rate.method}, {evidence.period}: {percent(rate.value)}{ends}"
    values = {(): estimate(rate.value, rate.low, rate.high)}
    return _assumption("win_rate.eventual", "deal/opportunity", values, told, rate.n)


def _close_lag(evidence: History) -> Assumption:
    shares = _whole_shares(evidence.close_lag)
    told = f"months from creation to win, {evidence.lag_method}, {evidence.period}; entry spread evenly over its month"
    values = {(str(lag),): Estimate(share) for lag, share in enumerate(shares)}
    return _assumption("close_lag", "share", values, told, evidence.win_rate.n, ("lag",))


def _mean(name: str, unit: str, what: str, amounts: Amounts, evidence: History) -> Assumption:
    median = exact_money(amounts.median, evidence.currency)
    told = f"mean of {amounts.n:,} {what}, {evidence.period}; median {median}"
    if amounts.low is not None and amounts.high is not None:
        told += "; P10 to P90 of the mean, normal interval"
    return _assumption(name, unit, {(): estimate(amounts.mean, amounts.low, amounts.high)}, told, amounts.n)


def _won_from_open(evidence: History) -> Assumption:
    ahead = [one.label for one in evidence.horizon.each]
    expected = [*evidence.won_from_open, *(0.0 for _ in ahead)][: len(ahead)]
    values = {(label,): Estimate(figure(wins)) for label, wins in zip(ahead, expected, strict=True)}
    told = f"{plural(evidence.open_deals, 'deal')} open on {day(evidence.as_of)}: {evidence.open_method}"
    return _assumption("won_from_open", "deal", values, told, evidence.open_deals, ("month",))


def _cycle(evidence: History) -> Assumption:
    told = f"median of {evidence.cycle.n:,} won deals, created to won, {evidence.period}; mean {evidence.cycle.mean:.1f} days"
    estimate = Estimate(figure(evidence.cycle.median))
    return _assumption("sales_cycle.won_median", "day", {(): estimate}, told, evidence.cycle.n)


def _assumption(
    name: str, unit: str, values: Mapping[tuple[str, ...], Estimate], evidence: str, n: int, by: tuple[str, ...] = ()
) -> Assumption:
    told = evidence if n >= SMALL else f"{evidence}; only n = {n}: take it with care"
    return Assumption(name, unit, values, by, "history", told, n)


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _whole_shares(shares: Sequence[float]) -> list[Decimal]:
    """Shares to six places that still add up to what they did; empty months at the end fall away."""
    last = max(i for i, share in enumerate(shares) if share > 0)
    kept = [Decimal(repr(float(share))) for share in shares[: last + 1]]
    whole = min(Decimal(1), sum(kept, Decimal(0)).quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP))
    rounded = [share.quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP) for share in kept]
    largest = max(range(len(rounded)), key=lambda i: rounded[i])
    rounded[largest] += whole - sum(rounded, Decimal(0))
    return rounded
