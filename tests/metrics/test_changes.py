"""What changed between two days: each line by an example, and the bridge as a property over thousands of made-up deals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

import pytest
from handmade import HandMade, facts_of
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.core.calendar import FiscalCalendar, Period
from headway.core.changes import END, LINES, START, WHOLE_PIPELINE, PipelineChanges, PipelineScope
from headway.core.definition import Definition
from headway.core.diagnostics import Diagnostic
from headway.core.rows import Rows
from headway.metrics import Parameters, changes, measure
from headway.metrics.changes.deals import Deal, Rates
from headway.metrics.changes.walk import Move, View, Walk
from headway.metrics.currencies import Rate

SINCE, UNTIL = date(2026, 9, 1), date(2026, 10, 1)
EUR = Parameters(base="EUR")
Q4 = PipelineScope(closing=Period(date(2026, 10, 1), date(2027, 1, 1), "2026-Q4", "quarter"))


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def opened(number: int, worth: int | None = 100, **told: Any) -> dict[str, object]:
    """A deal that is open, with an amount unless it is None."""
    amount = None if worth is None else Decimal(worth)
    basis = "unknown" if worth is None else "amount"
    known = {"id": number, "key": f"d{number}", "name": f"Deal {number}", "owner": "AE North 1", "status": "open"}
    known |= {"amount": amount, "value": amount, "value_basis": basis, "created_date": day("08-01"), "currency": "EUR"}
    return known | told


def closed(number: int, status: str, on: str, worth: int | None = 100, **told: Any) -> dict[str, object]:
    return opened(number, worth, status=status, closed_date=day(on), stage=f"Closed {status}", **told)


def facts(deals: list[dict[str, object]], known: date, rates: Mapping[str, str] | None = None) -> HandMade:
    made = facts_of(deals, known)
    for code, rate in (rates or {}).items():
        made.engine.run(
            "INSERT INTO fx_rate BY NAME SELECT ?::DATE AS date, ? AS currency, ?::DECIMAL(28,10) AS rate",
            [known, code, Decimal(rate)],
        )
    return made


def told(before: HandMade, after: HandMade, scope: PipelineScope, given: Parameters = EUR) -> PipelineChanges:
    answer, wrong = changes(before, after, scope, given)
    assert answer is not None, wrong
    return answer


def lines(
    before: list[dict[str, object]], after: list[dict[str, object]], scope: PipelineScope = WHOLE_PIPELINE
) -> dict[str, int]:
    """The lines of the bridge between two days, each with what it adds; start and end where they hold anything."""
    answer = told(facts(before, SINCE), facts(after, UNTIL), scope)
    return {str(row["line"]): int(str(row["value"]).split(".")[0]) for row in answer.lines if row["n"]}


OCTOBER, AUGUST, JANUARY = {"close_date": day("10-31")}, {"close_date": day("08-31")}, {"close_date": date(2027, 1, 15)}
NORTH, SOUTH = {"owner": "AE North 1"}, {"owner": "AE South 1"}
IN_NORTH, BY_STAGE = PipelineScope(where=NORTH), PipelineScope(where={"stage": "Offer"})
OFFER = {"stage": "Offer"}
CASES = {
    "nothing changed": ([opened(1)], [opened(1)], PipelineScope(), {"start": 100, "end": 100}),
    "created": ([], [opened(1, created_date=day("09-10"))], PipelineScope(), {"created": 100, "end": 100}),
    "first seen, without a date": ([], [opened(1, created_date=None)], PipelineScope(), {"created": 100, "end": 100}),
    "created and won": (
        [],
        [closed(1, "won", "09-20", created_date=day("09-10"))],
        PipelineScope(),
        {"created": 100, "won": -100},
    ),
    "created and lost, amount gone, list price known": (
        [],
        [closed(1, "lost", "09-20", 0, list_price=Decimal(80), created_date=day("09-10"))],
        PipelineScope(),
        {"created": 80, "lost": -80},
    ),
    "won for more": (
        [opened(1)],
        [closed(1, "won", "09-20", 120)],
        PipelineScope(),
        {"start": 100, "increased": 20, "won": -120},
    ),
    "lost, amount set to nothing": (
        [opened(1)],
        [closed(1, "lost", "09-20", 0)],
        PipelineScope(),
        {"start": 100, "lost": -100},
    ),
    "deleted": ([opened(1)], [], PipelineScope(), {"start": 100, "deleted": -100}),
    "reopened": (
        [closed(1, "lost", "08-20", 90)],
        [opened(1)],
        PipelineScope(),
        {"reopened": 100, "end": 100},
    ),
    "back after it was deleted": ([], [opened(1)], PipelineScope(), {"reopened": 100, "end": 100}),
    "reopened and won": (
        [closed(1, "lost", "08-20", 90)],
        [closed(1, "won", "09-20", 70)],
        PipelineScope(),
        {"reopened": 70, "won": -70},
    ),
    "closed all along": ([closed(1, "won", "08-20")], [closed(1, "won", "08-20")], PipelineScope(), {}),
    "decreased": ([opened(1)], [opened(1, 40)], PipelineScope(), {"start": 100, "decreased": -60, "end": 40}),
    "worth became known": ([opened(1, None)], [opened(1)], PipelineScope(), {"start": 0, "valued": 100, "end": 100}),
    "worth became known on winning": (
        [opened(1, None)],
        [closed(1, "won", "09-20")],
        PipelineScope(),
        {"start": 0, "valued": 100, "won": -100},
    ),
    "an amount in place of a list price": (
        [opened(1, None, value=Decimal(80), value_basis="list_price", list_price=Decimal(80))],
        [opened(1, 100)],
        PipelineScope(),
        {"start": 80, "valued": 20, "end": 100},
    ),
    "another owner": (
        [opened(1, **NORTH)],
        [opened(1, 130, **SOUTH)],
        IN_NORTH,
        {"start": 100, "moved_out": -100},
    ),
    "from another owner": (
        [opened(1, **SOUTH)],
        [opened(1, 130, **NORTH)],
        IN_NORTH,
        {"moved_in": 100, "increased": 30, "end": 130},
    ),
    "won by another owner": (
        [opened(1, **SOUTH)],
        [closed(1, "won", "09-20", 130, **NORTH)],
        IN_NORTH,
        {"moved_in": 100, "increased": 30, "won": -130},
    ),
    "closing moves no deal out of its stage": (
        [opened(1, **OFFER)],
        [closed(1, "won", "09-20")],
        BY_STAGE,
        {"start": 100, "won": -100},
    ),
    "on to another stage": ([opened(1, **OFFER)], [opened(1)], BY_STAGE, {"start": 100, "moved_out": -100}),
    "pushed out": ([opened(1, **OCTOBER)], [opened(1, **JANUARY)], Q4, {"start": 100, "pushed_out": -100}),
    "pulled out": ([opened(1, **OCTOBER)], [opened(1, **AUGUST)], Q4, {"start": 100, "pulled_out": -100}),
    "pulled in": (
        [opened(1, **JANUARY)],
        [opened(1, 90, **OCTOBER)],
        Q4,
        {"pulled_in": 100, "decreased": -10, "end": 90},
    ),
    "pushed in": ([opened(1, **AUGUST)], [opened(1, **OCTOBER)], Q4, {"pushed_in": 100, "end": 100}),
    "dated for the first time": ([opened(1)], [opened(1, **OCTOBER)], Q4, {"pulled_in": 100, "end": 100}),
    "no date any more": ([opened(1, **OCTOBER)], [opened(1)], Q4, {"start": 100, "pushed_out": -100}),
    "won before the period": (
        [opened(1, **OCTOBER)],
        [closed(1, "won", "09-20")],
        Q4,
        {"start": 100, "pulled_out": -100},
    ),
    "won in the period, expected later": (
        [opened(1, **JANUARY)],
        [closed(1, "won", "10-01", 110)],
        Q4,
        {"pulled_in": 100, "increased": 10, "won": -110},
    ),
    "lost before the period": (
        [opened(1, **OCTOBER)],
        [closed(1, "lost", "09-20")],
        Q4,
        {"start": 100, "lost": -100},
    ),
    "several causes of one deal": (
        [opened(1, **OCTOBER, **SOUTH)],
        [closed(1, "won", "10-01", 70, **NORTH)],
        replace(Q4, where=NORTH),
        {"moved_in": 100, "decreased": -30, "won": -70},
    ),
}


@pytest.mark.parametrize(("before", "after", "scope", "expected"), CASES.values(), ids=CASES.keys())
def test_each_change_has_its_line(
    before: list[dict[str, object]], after: list[dict[str, object]], scope: PipelineScope, expected: dict[str, int]
) -> None:
    assert lines(before, after, scope) == expected


def test_a_deal_that_becomes_a_renewal_moves_out_and_is_not_deleted() -> None:
    before, after = facts([opened(1)], SINCE), facts([opened(1)], UNTIL)
    after.engine.run("INSERT INTO renewal SELECT * FROM opportunity")
    after.engine.run("DELETE FROM opportunity")
    rows = told(before, after, PipelineScope()).lines
    assert [(row["line"], row["value"]) for row in rows] == [("start", 100), ("moved_out", -100), ("end", 0)]


def test_between_groups_what_moves_out_of_one_moves_into_another() -> None:
    before = facts([opened(1, **NORTH), opened(2, **SOUTH)], SINCE)
    after = facts([opened(1, 130, **SOUTH), opened(2, **SOUTH)], UNTIL)
    rows = told(before, after, PipelineScope(by=("owner",))).lines
    assert [(row["owner"], row["line"], row["value"], row["n"]) for row in rows] == [
        ("AE North 1", "start", 100, 1),
        ("AE North 1", "moved_out", -100, 1),
        ("AE North 1", "end", 0, 0),
        ("AE South 1", "start", 100, 1),
        ("AE South 1", "moved_in", 100, 1),
        ("AE South 1", "increased", 30, 1),
        ("AE South 1", "end", 230, 2),
    ]


def test_a_rate_that_moved_is_a_line_of_its_own_and_comes_after_the_amount() -> None:
    before = facts([opened(1, 100, currency="GBP")], SINCE, {"GBP": "1.10"})
    after = facts([opened(1, 200, currency="GBP")], UNTIL, {"GBP": "1.20"})
    answer = told(before, after, PipelineScope())
    assert [(row["line"], row["value"], row["currency"]) for row in answer.lines] == [
        ("start", 110, "EUR"),
        ("increased", 110, "EUR"),
        ("revalued", 20, "EUR"),
        ("end", 240, "EUR"),
    ]
    assert "in EUR: GBP at 1.1 of 2026-09-01, then GBP at 1.2 of 2026-10-01" in answer.notes
    apart = told(before, after, PipelineScope(by=("currency",))).lines
    assert [(row["line"], row["value"]) for row in apart] == [("start", 100), ("increased", 100), ("end", 200)]


def test_a_currency_without_a_rate_stays_apart_until_it_has_one() -> None:
    before = facts([opened(1, 100, currency="GBP"), opened(2)], SINCE)
    after = facts([opened(1, 100, currency="GBP"), opened(2)], UNTIL, {"GBP": "1.20"})
    rows = told(before, after, PipelineScope()).lines
    assert [(row["currency"], row["line"], row["value"]) for row in rows] == [
        ("EUR", "start", 100),
        ("EUR", "revalued", 120),
        ("EUR", "end", 220),
        ("GBP", "start", 100),
        ("GBP", "revalued", -100),
        ("GBP", "end", 0),
    ]


def test_the_deals_behind_a_line_say_what_they_were_before_and_after() -> None:
    before = facts([opened(1, **JANUARY), opened(2, 50, **OCTOBER), closed(3, "lost", "08-20")], SINCE)
    after = facts([closed(1, "won", "10-01", 110), opened(2, 60, **OCTOBER, **SOUTH), opened(3, **OCTOBER)], UNTIL)
    answer = told(before, after, replace(Q4, by=("owner",)))
    said = [(row["line"], row["owner"], row["key"], row["value"], row["before"], row["after"]) for row in answer.deals]
    assert said == [
        ("start", "AE North 1", "d2", 50, "", "to close 2026-10-31"),
        ("reopened", "AE North 1", "d3", 100, "lost 2026-08-20", "open"),
        ("pulled_in", "AE North 1", "d1", 100, "to close 2027-01-15", "won 2026-10-01"),
        ("moved_in", "AE South 1", "d2", 50, "owner AE North 1", "owner AE South 1"),
        ("increased", "AE North 1", "d1", 10, "€100", "€110"),
        ("increased", "AE South 1", "d2", 10, "€50", "€60"),
        ("moved_out", "AE North 1", "d2", -50, "owner AE North 1", "owner AE South 1"),
        ("won", "AE North 1", "d1", -110, "open", "won 2026-10-01"),
        ("end", "AE North 1", "d3", 100, "", "to close 2026-10-31"),
        ("end", "AE South 1", "d2", 60, "", "to close 2026-10-31"),
    ]
    worths = {row["key"]: (row["worth_before"], row["worth_after"]) for row in answer.deals}
    assert worths == {"d1": (100, 110), "d2": (50, 60), "d3": (100, 100)}


def test_what_is_not_known_is_counted_and_said() -> None:
    before, after = facts([opened(1, None), opened(2)], SINCE), facts([opened(1, None, **OCTOBER), opened(2)], UNTIL)
    answer = told(before, after, PipelineScope())
    assert [(row["line"], row["value"], row["n"], row["unvalued"]) for row in answer.lines] == [
        ("start", 100, 2, 1),
        ("end", 100, 2, 1),
    ]
    assert "1 deal open on 2026-09-01 of unknown worth: nothing is added for them" in answer.notes
    assert "2 deals open on 2026-09-01 without an expected close date: in no period" in told(before, after, Q4).notes


def test_a_sentence_names_the_end_the_difference_and_what_moved_it_most() -> None:
    before = [opened(1, 500_000), opened(2, 100_000), opened(3, 20_000)]
    after = [opened(1, 400_000), closed(3, "won", "09-20", 20_000), opened(4, 300_000, created_date=day("09-02"))]
    answer = told(facts(before, SINCE), facts(after, UNTIL), PipelineScope())
    assert answer.headline == (
        "Open pipeline rose by €80.0k to €700k from 1 Sep to 1 Oct 2026: "
        "created +€300k, decreased −€100k, deleted −€100k."
    )
    assert told(facts([], SINCE), facts([], UNTIL), Q4).headline == (
        "Open pipeline expected to close in 2026-Q4 stayed at €0 from 1 Sep to 1 Oct 2026."
    )


def test_the_sentence_counts_no_moves_between_groups() -> None:
    before, after = facts([opened(1, 500, **NORTH)], SINCE), facts([opened(1, 700, **SOUTH)], UNTIL)
    answer = told(before, after, PipelineScope(by=("owner",)))
    assert answer.headline == "Open pipeline rose by €200 to €700 from 1 Sep to 1 Oct 2026: increased +€200."


def wrong(scope: PipelineScope, since: date = SINCE, until: date = UNTIL) -> tuple[Diagnostic, ...]:
    known = [opened(1, segment="mid")]
    answer, found = changes(facts(known, since), facts(known, until), scope, EUR)
    assert answer is None
    return found


def test_a_question_that_cannot_be_answered_says_why() -> None:
    (unknown,) = wrong(PipelineScope(by=("segmnt",)))
    assert (unknown.mistake.code, unknown.remedy) == ("unknown-dimension", "did you mean 'segment'?")
    (member,) = wrong(PipelineScope(where={"segment": "Mid"}))
    assert (member.mistake.code, member.remedy) == ("unknown-filter-value", "did you mean 'mid'?")
    (grain,) = wrong(PipelineScope(by=("month",)))
    assert grain.mistake.code == "no-deciding-date"
    (turned,) = wrong(PipelineScope(), UNTIL, SINCE)
    assert (turned.mistake.code, turned.mistake.exit_code) == ("since-after-until", 2)
    assert turned.remedy == "name a day before 2026-09-01 with --since"


def test_a_member_known_on_one_of_the_days_will_do() -> None:
    assert lines([opened(1, **SOUTH)], [opened(1, **NORTH)], PipelineScope(where=SOUTH)) == {
        "start": 100,
        "moved_out": -100,
    }


# Thousands of made-up deals: whatever happens to them, every bridge adds up, and so do its parts.

COLUMNS = ("owner", "stage", "currency")
Story = list[tuple[Deal | None, Deal | None]]


def some_day(dice: Random) -> date:
    return date(2026, 7, 1) + timedelta(days=dice.randrange(150))


def deal_on(dice: Random, number: int, known: date, created: date) -> Deal | None:
    """A deal as it may have been known on a day: there or not, open or closed, with or without a worth."""
    if created > known or dice.random() < 0.1:
        return None
    ended = some_day(dice)
    status = dice.choice(["open", "won", "lost"]) if ended <= known else "open"
    worth = None if dice.random() < 0.1 else Decimal(dice.choice([0, 1, 10**6, dice.randrange(10**13)])) / 10_000
    basis = "unknown" if worth is None else dice.choice(["amount", "amount", "list_price"])
    stage = dice.choice(["Talk", "Offer"]) if status == "open" else f"Closed {status}"
    owner = dice.choice(["AE North 1", "AE South 1", "(none)"])
    currency = dice.choice(["EUR", "GBP", "USD", None])
    due = None if dice.random() < 0.2 else some_day(dice)
    members = (owner, stage, currency or "(none)")
    return Deal(
        *(number, f"d{number}", f"Deal {number}", owner, status, worth, basis, currency, due),
        *(ended if status != "open" else None, created, members, dice.random() < 0.1),
    )


def story_of(seed: int) -> Story:
    """Up to a dozen deals on two days, half of them unchanged in what they are worth."""
    dice, made = Random(seed), Story()
    for number in range(dice.randint(1, 12)):
        created = some_day(dice)
        before, after = deal_on(dice, number, SINCE, created), deal_on(dice, number, UNTIL, created)
        if before and after and dice.random() < 0.5:
            after = replace(after, worth=before.worth, basis=before.basis, currency=before.currency)
            after = replace(after, members=(*after.members[:2], after.currency or "(none)"))
        if before and dice.random() < 0.1:
            after = before
        made.append((before, after))
    return made


def rates_from(seed: int) -> dict[str, Decimal]:
    dice = Random(seed)
    return {code: Decimal(dice.randrange(1, 3 * 10**8)) / 10**8 for code in ("GBP", "USD") if dice.random() < 0.6}


STORIES = st.integers(0, 2**40).map(story_of)
RATES = st.tuples(st.integers(0, 2**40), st.integers(0, 2**40), st.booleans()).map(
    lambda drawn: [rates_from(drawn[0]), rates_from(drawn[0] if drawn[2] else drawn[1])]
)
SCOPES = st.builds(
    PipelineScope,
    by=st.sampled_from([(), ("owner",), ("stage",), ("currency",), ("owner", "stage")]),
    where=st.sampled_from([{}, {"owner": "AE North 1"}, {"stage": "Offer"}, {"currency": "GBP"}]),
    closing=st.sampled_from([None, *(FiscalCalendar().parse(text) for text in ("2026-Q4", "2026-09", "2026"))]),
)


def rates_of(known: Mapping[str, Decimal], on: date, scope: PipelineScope) -> Rates:
    by_currency = "currency" in (*scope.by, *scope.where)
    return Rates("EUR", {} if by_currency else {code: Rate(code, rate, on) for code, rate in known.items()})


def walked(scope: PipelineScope, story: Story, rates: list[Mapping[str, Decimal]]) -> list[Move]:
    view = View(scope, COLUMNS, frozenset({"stage"}))
    walk = Walk(view, SINCE, UNTIL, *(rates_of(r, d, scope) for r, d in zip(rates, (SINCE, UNTIL), strict=True)))
    return [move for pair in story for move in walk.moves(*pair)]


def stock(
    scope: PipelineScope, known: list[Deal | None], rates: Mapping[str, Decimal]
) -> dict[Any, tuple[Decimal, int]]:
    """The open pipeline of a scope added up by hand, under each member and currency, with how many deals it is."""
    found: dict[Any, tuple[Decimal, int]] = {}
    by_currency = "currency" in (*scope.by, *scope.where)
    for deal in known:
        if deal is None or deal.status != "open" or deal.renews:
            continue
        own = dict(zip(COLUMNS, deal.members, strict=True))
        dated = scope.closing is None or (deal.close_date is not None and scope.closing.holds(deal.close_date))
        if not dated or any(own[name] != member for name, member in scope.where.items()):
            continue
        worth, currency = deal.worth or Decimal(), deal.currency
        if currency in rates and not by_currency:
            worth = (worth * rates[currency]).quantize(Decimal("0.0001"), ROUND_HALF_UP)
            currency = "EUR"
        at = tuple(own[name] for name in scope.by), currency
        value, count = found.get(at, (Decimal(), 0))
        found[at] = value + worth, count + 1
    return found


@settings(max_examples=3000)
@given(story=STORIES, scope=SCOPES, rates=RATES)
def test_every_bridge_adds_up_in_money_and_in_deals(
    story: Story, scope: PipelineScope, rates: list[Mapping[str, Decimal]]
) -> None:
    by_hand = [stock(scope, [pair[side] for pair in story], rates[side]) for side in (0, 1)]
    value: dict[Any, Decimal] = defaultdict(Decimal)
    count: dict[Any, int] = defaultdict(int)
    at: dict[str, dict[Any, tuple[Decimal, int]]] = {START: {}, END: {}}
    for move in walked(scope, story, rates):
        if move.line == END:
            known, n = at[END].get(move.place, (Decimal(), 0))
            at[END][move.place] = known + move.value, n + 1
            continue
        if move.line == START:
            known, n = at[START].get(move.place, (Decimal(), 0))
            at[START][move.place] = known + move.value, n + 1
        value[move.place] += move.value
        count[move.place] += move.deals
        assert move.line in LINES
    assert [at[START], at[END]] == by_hand
    for place in value.keys() | by_hand[1].keys():
        assert (value[place], count[place]) == by_hand[1].get(place, (Decimal(), 0))


IN, OUT = {"created", "reopened", "pulled_in", "pushed_in", "moved_in"}, {"won", "lost", "deleted"}
GONE = OUT | {"pushed_out", "pulled_out", "moved_out"}


@settings(max_examples=1000)
@given(story=STORIES, scope=SCOPES, rates=RATES)
def test_each_line_goes_its_own_way_and_names_each_deal_once(
    story: Story, scope: PipelineScope, rates: list[Mapping[str, Decimal]]
) -> None:
    for pair in story:
        moves = walked(scope, [pair], rates)
        for move in moves:
            if move.line in IN:
                assert move.value >= 0 and move.deals == 1
            elif move.line in GONE:
                assert move.value <= 0 and move.deals == -1
            elif move.line in ("increased", "decreased"):
                assert (move.value > 0) == (move.line == "increased") and move.value and not move.deals
        whole = [(move.place, move.line) for move in moves if not move.line.startswith(("moved", "revalued"))]
        assert len(whole) == len(set(whole))
        if scope.closing is None:
            assert not {move.line for move in moves} & {"pulled_in", "pulled_out", "pushed_in", "pushed_out"}
        before, after = pair
        if before is not None and before == after and rates[0] == rates[1]:
            assert {move.line for move in moves} <= {START, END}


@settings(max_examples=1000)
@given(story=STORIES, scope=SCOPES, rates=RATES)
def test_owners_add_up_to_the_whole_line_by_line(
    story: Story, scope: PipelineScope, rates: list[Mapping[str, Decimal]]
) -> None:
    def totals(by: tuple[str, ...]) -> dict[tuple[str, str | None], Decimal]:
        found: dict[tuple[str, str | None], Decimal] = defaultdict(Decimal)
        for move in walked(replace(scope, by=by), story, rates):
            line = "moved" if move.line.startswith("moved") else move.line
            found[line, move.place[1]] += move.value
        return {key: value for key, value in found.items() if value}

    assert totals(("owner",)) == totals(())


@pytest.mark.parametrize("seed", range(4))
def test_start_and_end_are_the_open_pipeline_of_their_days(definitions: dict[str, Definition], seed: int) -> None:
    """Read through SQL, start and end are what `open_pipeline` itself says of either day, and the lines lie between."""
    made: list[HandMade] = []
    story = [replace_id(pair, n) for n, pair in enumerate(p for more in range(5) for p in story_of(seed * 5 + more))]
    rates = [rates_from(seed), rates_from(seed + 100)]
    for side, known in ((0, SINCE), (1, UNTIL)):
        there = [deal for pair in story if (deal := pair[side]) is not None and not deal.renews]
        told = {code: str(rate) for code, rate in rates[side].items()}
        made.append(facts([_record(deal) for deal in there], known, told))
    for by in ((), ("owner",), ("currency",)):
        answer, found = changes(made[0], made[1], PipelineScope(by=by), EUR)
        assert answer is not None, found
        for side, line in ((0, START), (1, END)):
            stock_of_day = measure(definitions["open_pipeline"], made[side], None, by, {}, EUR)
            assert isinstance(stock_of_day, Rows)
            assert _values(answer.lines, by, line) == _values(stock_of_day, by, "")
        others = [row for row in answer.lines if row["line"] not in (START, END)]
        moved = sum((Decimal(str(row["value"])) for row in others), Decimal())
        ends = [sum(_values(answer.lines, by, line).values(), Decimal()) for line in (START, END)]
        assert ends[0] + moved == ends[1]


def replace_id(pair: tuple[Deal | None, Deal | None], number: int) -> tuple[Deal | None, Deal | None]:
    before, after = (deal and replace(deal, id=number, key=f"d{number}") for deal in pair)
    return before, after


def _values(rows: Rows, by: tuple[str, ...], line: str) -> dict[tuple[Any, ...], Decimal]:
    chosen = [row for row in rows if not line or row["line"] == line]
    values = {(*(row[name] for name in by), row["currency"]): Decimal(str(row["value"] or 0)) for row in chosen}
    return {key: value for key, value in values.items() if value}


def _record(deal: Deal) -> dict[str, object]:
    by_amount = deal.basis == "amount"
    record: dict[str, object] = {"id": deal.id, "key": deal.key, "name": deal.name, "status": deal.status}
    record |= {"owner": None if deal.owner == "(none)" else deal.owner, "stage": deal.members[1], "value": deal.worth}
    record |= {"amount": deal.worth if by_amount else None, "list_price": None if by_amount else deal.worth}
    record |= {"value_basis": deal.basis, "currency": deal.currency, "close_date": deal.close_date}
    return record | {"closed_date": deal.closed_date, "created_date": deal.created_date}
