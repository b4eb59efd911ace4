"""The bridge from the open pipeline of one day to that of another: it adds up exactly, in any scope and currency."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from headway.core import formatting
from headway.core.changes import END, LINES, START, WHOLE_PIPELINE, PipelineChanges, PipelineScope
from headway.core.definition import Definition, Part
from headway.core.diagnostics import Diagnostic
from headway.core.errors import Fault
from headway.core.rows import Cell, Column, Rows
from headway.metrics.changes.deals import Deal, Rates, outcome_columns, pairs
from headway.metrics.changes.told import headline
from headway.metrics.changes.walk import Move, Place, View, Walk
from headway.metrics.facts import Facts
from headway.metrics.mistakes import NO_DECIDING_DATE, SINCE_AFTER_UNTIL, UNKNOWN_FILTER_VALUE
from headway.metrics.question import GRAINS, NONE, Parameters, Question, asked, check

METRIC = "open_pipeline"
_ABOUT = Definition(
    METRIC, "Open pipeline", "", "sum", "currency", adds_up="stock", of=Part(status=("open",), value="value")
)
_DEFAULT = Parameters()
_Line = tuple[Place, str]


@dataclass(frozen=True)
class _Told:
    """One line that a deal is in, with the deal as it was known on the two days."""

    move: Move
    before: Deal | None
    after: Deal | None


def changes(
    since: Facts, until: Facts, pipeline: PipelineScope = WHOLE_PIPELINE, parameters: Parameters = _DEFAULT
) -> tuple[PipelineChanges | None, tuple[Diagnostic, ...]]:
    """The bridge between the open pipelines known on two days, or everything that is wrong with the question."""
    question = asked(_ABOUT, until, None, pipeline.by, pipeline.where)
    found = _wrong(question, since, until)
    if found:
        return None, found
    columns = tuple(dict.fromkeys((*question.by, *question.where)))
    pipeline = replace(pipeline, by=question.by, where=question.where)
    rates, rates_then = (Rates.on(facts, parameters.base, columns) for facts in (since, until))
    view = View(pipeline, columns, outcome_columns(until, columns))
    walk = Walk(view, since.day, until.day, rates, rates if rates == rates_then else rates_then)
    both = pairs(since, until, columns)
    told = [_Told(move, before, after) for before, after in both for move in walk.moves(before, after)]
    _balanced([one.move for one in told])
    lines = _lines(told, pipeline.by, parameters.base)
    notes = (*_unknown(told, walk), *walk.undated(both), *_notes(told, walk, since, until))
    words = headline(lines, since.day, until.day, pipeline)
    return PipelineChanges(since.day, until.day, pipeline, lines, _deals(told, walk), words, notes), ()


def _wrong(question: Question, since: Facts, until: Facts) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a question; a member known on either day will do."""
    found: list[Diagnostic] = []
    if since.day > until.day:
        message = f"the changes since {since.day} are asked up to {until.day}, a day before it"
        found.append(SINCE_AFTER_UNTIL.at(None, message, remedy=f"name a day before {until.day} with --since"))
    grains = [name for name in question.by if name in GRAINS]
    if grains:
        message = f"what changed between two days belongs to no {grains[0]} by itself"
        remedy = "ask for other days with --since and --until"
        return (*found, NO_DECIDING_DATE.at(None, message, remedy=remedy))
    wrong = check(question, until)
    if all(one.mistake is UNKNOWN_FILTER_VALUE for one in wrong) and not check(question, since):
        wrong = ()
    return (*found, *wrong)


def _balanced(moves: Iterable[Move]) -> None:
    """Start and every line add up to the end, in money and in deals, under each member and currency; else we are wrong."""
    value, deals = defaultdict[Place, Decimal](Decimal), Counter[Place]()
    for move in moves:
        sign = -1 if move.line == END else 1
        value[move.place] += sign * move.value
        deals[move.place] += sign * move.deals
    if any(value.values()) or any(deals.values()):
        raise Fault("the changes of the open pipeline do not add up")


def _lines(told: Iterable[_Told], by: Sequence[str], base: str | None) -> Rows:
    """One row for each group and line that occurs, start and end always."""
    value, n, unvalued = defaultdict[_Line, Decimal](Decimal), Counter[_Line](), Counter[_Line]()
    for one in told:
        line = one.move.place, one.move.line
        value[line] += one.move.value
        n[line] += 1
        unvalued[line] += not one.move.known
    places = {place for place, _ in n} or ({((), base)} if not by else set[Place]())
    columns = [
        Column("metric"),
        *(Column(name, "dimension") for name in by),
        Column("line"),
        Column("value", "money"),
    ]
    columns += [Column("unit"), Column("currency"), Column("n", "integer"), Column("unvalued", "integer")]
    records: list[tuple[Cell, ...]] = [
        (METRIC, *at[0], line, value[at, line], "currency", at[1], n[at, line], unvalued[at, line])
        for at in sorted(places, key=_order)
        for line in LINES
        if (at, line) in n or line in (START, END)
    ]
    return Rows.of(columns, records)


def _deals(told: Iterable[_Told], walk: Walk) -> Rows:
    """One row for each deal and line it is in, by line and then by size."""
    by = walk.view.pipeline.by
    columns = [Column("line"), *(Column(name, "dimension") for name in by), Column("key"), Column("name")]
    columns += [*([] if "owner" in by else [Column("owner")]), Column("value", "money"), Column("currency")]
    columns += [Column("before"), Column("after"), Column("worth_before", "money"), Column("worth_after", "money")]
    order = {line: place for place, line in enumerate(LINES)}
    ranked = sorted(told, key=lambda one: (order[one.move.line], -abs(one.move.value), _latest(one).key))
    return Rows.of(columns, [_deal(one, walk) for one in ranked])


def _deal(one: _Told, walk: Walk) -> tuple[Cell, ...]:
    deal, move, by = _latest(one), one.move, walk.view.pipeline.by
    owner = () if "owner" in by else (deal.owner,)
    worths = (_worth(one.before, walk.rates), _worth(one.after, walk.rates_then))
    value = move.value if move.known else None
    members, currency = move.place
    return (move.line, *members, deal.key, deal.name, *owner, value, currency, move.before, move.after, *worths)


def _latest(one: _Told) -> Deal:
    """The deal as it is known last."""
    found = one.after or one.before
    if found is None:
        raise Fault("a line of the bridge without a deal")
    return found


def _worth(deal: Deal | None, rates: Rates) -> Decimal | None:
    return None if deal is None or deal.worth is None else rates.amount(deal.worth, deal.currency)


def _unknown(told: Iterable[_Told], walk: Walk) -> Iterator[str]:
    """How many deals add nothing because their worth is not known."""
    unknown = Counter(one.move.line for one in told if not one.move.known)
    for line, day in ((START, walk.since), (END, walk.until)):
        if unknown[line]:
            yield f"{formatting.plural(unknown[line], 'deal')} open on {day} of unknown worth: nothing is added for them"


def _notes(told: Iterable[_Told], walk: Walk, since: Facts, until: Facts) -> Iterator[str]:
    """The rates amounts are counted at, and what the facts of either day say of themselves."""
    used = {deal.currency for one in told for deal in (one.before, one.after) if deal and deal.currency}
    for currency in sorted(used):
        rates = (walk.rates, walk.rates_then)
        if words := [one.words(currency) for one in rates if currency in one.known]:
            yield f"in {walk.rates.base}: {', then '.join(dict.fromkeys(words))}"
    for facts in (since, until):
        yield from (note if str(facts.day) in note else f"on {facts.day}: {note}" for note in facts.notes)


def _order(place: Place) -> tuple[tuple[bool, str], ...]:
    return tuple((label == NONE, label) for label in (*place[0], place[1] or ""))
