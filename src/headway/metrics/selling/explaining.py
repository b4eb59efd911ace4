"""A number about sellers taken apart: the people behind it, what each booked and carried, and the deals credited."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from headway.core import formatting
from headway.core.explanation import Step
from headway.core.rows import Cell, Column, Rows
from headway.metrics.currencies import in_one_currency
from headway.metrics.facts import Facts
from headway.metrics.question import Parameters, Question
from headway.metrics.selling.capacity import Learned, expected, learned
from headway.metrics.selling.measures import exact, lacking, months_of, peer_rates, policy_of, sides, worked
from headway.metrics.selling.months import ZERO, Laid, SellerMonth
from headway.metrics.selling.productive import hires

Named = tuple[str, Rows]


def selling_records(
    question: Question, facts: Facts, limit: int, parameters: Parameters
) -> tuple[list[Named], tuple[Step, ...]]:
    """The people and the deals behind a number, and the steps of its arithmetic."""
    policy = policy_of(question.definition)
    kept, chosen = months_of(question, facts, parameters)
    if lacking(question, kept):
        return [], ()
    if policy.take == "time_to_productive":
        return _hired(question, facts, limit, parameters)
    known = learned(question, facts, parameters) if policy.take == "capacity" else None
    people = _people(chosen, kept, question, known, facts)
    deals = _deals(question, facts, {one.who for one in chosen if one.has_quota or one.carries}, kept, parameters)
    steps = [*_sums(chosen, kept, question)]
    if known:
        steps += [
            Step("attainment gone by", f"{float(known.everyone.value):.1%}", 0, known.words),
            Step("of ramped people", f"{float(known.ramped.value):.1%}", 1),
            Step("of ramping people", f"{float(known.ramping.value):.1%}", 1),
            Step("share leaving in a month", f"{float(known.leaving):.2%}"),
        ]
    shown = f"the first {limit:,} of {len(deals):,} are listed" if len(deals) > limit else ""
    steps.append(Step("deals credited", formatting.count(len(deals)), 0, shown))
    return [("sellers", _cut(people, limit)), ("deals", _cut(deals, limit))], tuple(steps)


def _sums(chosen: Sequence[SellerMonth], kept: Laid, question: Question) -> list[Step]:
    policy, steps = policy_of(question.definition), list[Step]()
    credited = [one for one in chosen if one.has_quota or (policy.take == "per_rep" and one.carries)]
    for code in sorted({one.currency for one in credited}, key=str):
        own = [one for one in credited if one.currency == code]
        for name, amounts in (
            ("credited bookings", [one.booked for one in own]),
            ("quota as set", [one.full for one in own]),
            ("quota in force", [one.quota for one in own]),
        ):
            total = exact(sum(amounts, ZERO))
            if total or name == "credited bookings":
                steps.append(Step(name, formatting.exact_money(total, code)))
    if policy.take == "per_rep":
        time = sum((side.against for side in sides(policy, credited, kept)), ZERO)
        steps.append(Step("months worked, ramping ones for their share", f"{float(time):,.2f}"))
    return steps


def _people(chosen: Sequence[SellerMonth], kept: Laid, question: Question, known: Learned | None, facts: Facts) -> Rows:
    """Each person with what was booked, set and in force, the most booked first."""
    policy, by_person = policy_of(question.definition), dict[tuple[str, str | None], list[SellerMonth]]()
    for one in chosen:
        if one.has_quota or one.carries:
            by_person.setdefault((one.who, one.currency), []).append(one)
    columns = [Column("seller"), Column("role"), Column("booked", "money"), Column("quota_as_set", "money")]
    columns += [Column("quota_in_force", "money"), Column("attainment", "number", "share"), Column("deals", "integer")]
    columns += [Column("months", "number"), Column("month_in_role", "integer"), Column("currency")]
    columns += [Column("expected", "money")] if known else []
    peers = peer_rates(kept) if policy.against == "peers" else {}
    columns += [Column("full_pace", "money")] if peers else []
    records = list[tuple[Cell, ...]]()
    for (_, code), own in by_person.items():
        booked, full, quota = (sum((getattr(m, n) for m in own), ZERO) for n in ("booked", "full", "quota"))
        last = max(own, key=lambda m: m.span.start)
        time = float(sum((worked(m) for m in own), ZERO))
        cells: list[Cell] = [last.name, last.traits.get("role"), exact(booked), exact(full), exact(quota)]
        cells += [float(booked / quota) if quota else None, sum(m.deals for m in own), time, last.in_role, code]
        if known:
            cells.append(exact(sum((expected(m, known, facts.day) for m in own), ZERO)))
        if peers:
            cells.append(exact(sum((_pace(m, peers) for m in own), ZERO)))
        records.append(tuple(cells))
    return Rows.of(columns, sorted(records, key=lambda r: (-float(str(r[2])), str(r[0]))))


def _pace(one: SellerMonth, peers: dict[tuple[str, str | None], Fraction]) -> Fraction:
    role = one.traits.get("role", "(none)")
    rate = next((rate for (of, _), rate in peers.items() if of == role), ZERO)
    return rate * worked(one) if one.carries else ZERO


def _deals(question: Question, facts: Facts, who: set[str], kept: Laid, parameters: Parameters) -> Rows:
    """The deals credited to these people, the largest first."""
    columns = [Column("key"), Column("name"), Column("closed_date", "date"), Column("seller")]
    columns += [Column("amount", "money"), Column("currency")]
    records = list[tuple[Cell, ...]]()
    both = policy_of(question.definition).renewals == "count"
    for relation in (("opportunity", "renewal") if both else ("opportunity",)) if kept.window else ():
        schema = facts.schema(relation)
        read_from = in_one_currency(relation, facts, schema, parameters.base, ())
        owner_id = "owner_id" if "owner_id" in schema else "NULL"
        found = facts.run(
            f"SELECT {owner_id} AS owner_id, owner, key, name, closed_date, amount, currency FROM {read_from.relation} "
            f"WHERE status = 'won' AND closed_date >= ? AND closed_date < ? ORDER BY amount DESC NULLS LAST, key",
            [kept.window.start, kept.window.end] if kept.window else [],
        )
        for id_, owner, key, name, day, amount, currency in found:
            person = kept.people.key(id_, owner)
            if person in who and parameters.currency in (None, currency):
                records.append((key, name, day, kept.people.label(person, owner), amount, currency))
    return Rows.of(columns, records)


def _hired(
    question: Question, facts: Facts, limit: int, parameters: Parameters
) -> tuple[list[Named], tuple[Step, ...]]:
    """Everybody who joined, from when they were seen, and what became of them."""
    found = hires(question, facts, parameters)
    if found.why:
        return [], ()
    columns = [Column("seller"), Column("joined", "date"), Column("seen_from_month", "integer")]
    columns += [Column("until_month", "integer"), Column("outcome")]
    people = sorted(found.people, key=lambda hire: (hire.joined, hire.name))
    records = [(hire.name, hire.joined, hire.entry, hire.exit, hire.outcome) for hire in people]
    words = ("productive", "left", "still ramping")
    steps = [Step(word, formatting.count(sum(hire.outcome == word for hire in people))) for word in words]
    return [("people", _cut(Rows.of(columns, records), limit))], tuple(steps)


def _cut(rows: Rows, limit: int) -> Rows:
    return Rows(rows.columns, tuple(rows.records[:limit]))
