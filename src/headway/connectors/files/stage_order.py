"""The order of the way: which stage comes before which, by the days deals first entered each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from headway.connectors.files.names import counted
from headway.connectors.files.profiling import whole
from headway.connectors.files.proposal import Draft
from headway.connectors.files.stages import status_of
from headway.core.mapping import Connector, Status, stage_named
from headway.tables import cells
from headway.tables.engine import Engine, literal

_MOST_LABELS = 60
_MOST_ROWS = 1_000_000
_SURE = 0.75
_RANK: Mapping[Status, int] = {"open": 0, "won": 1, "lost": 2}

Before = Mapping[tuple[str, str], int]
"""For two stages, how many deals entered the first on an earlier day than the second."""


@dataclass(frozen=True)
class _Way:
    """What dated entries tell: how many deals entered each stage, and which of two they entered first."""

    deals: Mapping[str, int]
    before: Before


def order_stages(drafts: Sequence[Draft], known: Iterable[Connector], engine: Engine) -> None:
    """List the stages of each file in the order deals go through them, as far as dated entries tell.

    Stages known to a mapping keep their places; a new one is put where its entries say. Won and lost come last.
    """
    statuses = _statuses(drafts, known)
    ways = {id(draft): way for draft in drafts if (way := _way(draft, engine))}
    for draft in drafts:
        way = ways.get(id(draft))
        if way:
            there = {label.casefold() for label in draft.stages}
            for label in way.deals:
                if label.casefold() not in there:
                    draft.stages[label] = statuses.get(label.casefold()) or status_of(label) or "open"
            _put(draft, way)
    by_title = sorted(drafts, key=lambda draft: draft.title)
    histories = [ways[id(one)] for one in by_title if one.thing == "stage_history" and id(one) in ways]
    for draft in drafts:
        if draft.thing == "opportunity" and id(draft) not in ways and histories:
            _put(draft, histories[0])


def in_order(settled: Sequence[str], labels: Sequence[str], before: Before) -> tuple[str, ...]:
    """The labels so that as few pairs of entries as possible stand against it; settled ones keep their order.

    Labels are put in one after the other, each where it contradicts least, and moved again until nothing gets better.
    """
    order = list(settled)
    for label in labels:
        _insert(order, label, before)
    moved = True
    while moved:
        moved = False
        for label in labels:
            against = disagreeing(order, before)
            tried = [one for one in order if one != label]
            _insert(tried, label, before)
            if disagreeing(tried, before) < against:
                order, moved = tried, True
    return tuple(order)


def disagreeing(order: Sequence[str], before: Before) -> int:
    """How many pairs of entries came the other way round."""
    return sum(before.get((later, earlier), 0) for n, earlier in enumerate(order) for later in order[n + 1 :])


def _insert(order: list[str], label: str, before: Before) -> None:
    costs = [
        sum(before.get((label, other), 0) for other in order[:place])
        + sum(before.get((other, label), 0) for other in order[place:])
        for place in range(len(order) + 1)
    ]
    order.insert(max(place for place, cost in enumerate(costs) if cost == min(costs)), label)


def _put(draft: Draft, way: _Way) -> None:
    """Bring the stages of a draft into order, and say by what evidence."""
    spelt = {label.casefold(): label for label in way.deals}
    settled = [label for label in draft.stages if label in draft.settled_stages]
    seen = [label for label in draft.stages if label.casefold() in spelt and label not in settled]
    rest = [label for label in draft.stages if label not in settled and label not in seen]
    if not seen:
        return
    own = {label: spelt[label.casefold()] for label in (*settled, *seen) if label.casefold() in spelt}
    before = {(a, b): way.before.get((x, y), 0) for a, x in own.items() for b, y in own.items()}
    seen.sort(key=lambda label: (-way.deals[own[label]], label))
    order = [*in_order(settled, seen, before), *rest]
    ranked = order if settled else sorted(order, key=lambda label: _RANK[draft.stages[label]])
    draft.stages = {label: draft.stages[label] for label in ranked}
    open_ones = [label for label in ranked if draft.stages[label] == "open" and label in own]
    told = sum(before[a, b] for a in open_ones for b in open_ones)
    agreeing = told - disagreeing(open_ones, before)
    untold = [f"'{a}' and '{b}'" for a, b in pairwise(open_ones) if not before[a, b]]
    words = f"{', '.join(open_ones)}: {agreeing:,} of {counted(told, 'pair')} of first entries came in this order"
    words += f"; nothing tells {untold[0]} apart" if untold else ""
    draft.conclude("stage order", draft.column("stage"), words, sure=not untold and agreeing >= _SURE * told)


def _statuses(drafts: Iterable[Draft], known: Iterable[Connector]) -> dict[str, Status]:
    """What is known of stage labels, in lower case, from the deals of this import and from earlier ones."""
    earlier = (file.stages for connector in known for file in connector.files)
    listed = (*earlier, *(draft.stages for draft in drafts))
    return {label.casefold(): status for stages in listed for label, status in stages.items()}


def _way(draft: Draft, engine: Engine) -> _Way | None:
    """The first entries of a file, from its history rows or from its columns of entry dates."""
    entries = _history(draft) if draft.thing == "stage_history" else _columns(draft)
    if not entries:
        return None
    first = (
        f"first AS (SELECT deal, stage, min(CAST(moment AS DATE)) AS day FROM ({entries}) "
        f"WHERE deal IS NOT NULL AND stage IS NOT NULL AND moment IS NOT NULL GROUP BY deal, stage)"
    )
    counts = engine.run(f"WITH {first} SELECT stage, count(*) AS n FROM first GROUP BY stage ORDER BY n DESC, stage")
    if not counts or len(counts) > _MOST_LABELS:
        return None
    pairs = engine.run(
        f"WITH {first} SELECT a.stage, b.stage, count(*) FROM first a JOIN first b ON a.deal = b.deal AND a.day < b.day "
        f"GROUP BY ALL"
    )
    before = {(str(a), str(b)): whole(n) for a, b, n in pairs}
    return _Way({str(stage): whole(n) for stage, n in counts}, before)


def _history(draft: Draft) -> str:
    deal, stage = draft.column("opportunity_id", "opportunity"), draft.column("stage")
    entered = draft.column("entered_at")
    if not (deal and stage and entered):
        return ""
    return _entries(draft, cells.text(deal), cells.text(stage, draft.repairs.get(stage)), entered)


def _columns(draft: Draft) -> str:
    there = {label: name for label, name in draft.stage_entries.items() if name in draft.profiled.columns}
    return " UNION ALL ".join(
        _entries(draft, "_row", literal(stage_named(label, draft.stages)), name) for label, name in there.items()
    )


def _entries(draft: Draft, deal: str, stage: str, entered: str) -> str:
    moment = cells.moment(cells.text(entered, draft.repairs.get(entered)), draft.dates.get(entered, ""))
    return (
        f"SELECT {deal} AS deal, {stage} AS stage, {moment} AS moment FROM {draft.profiled.relation} "
        f"WHERE _row <= {_MOST_ROWS}"
    )
