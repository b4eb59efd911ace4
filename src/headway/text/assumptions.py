"""Assumptions: one driver each, its values nested by its dimensions, with range, evidence and owner."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from headway.core.calendar import Period, add_months, month
from headway.core.diagnostics import did_you_mean
from headway.core.dimensions import MONTH, MONTH_OF_YEAR
from headway.core.errors import Fault
from headway.core.plan import Assumption, Basis, Estimate, Horizon
from headway.core.positions import Location
from headway.core.quantity import Quantity
from headway.core.units import PLAIN, Unit
from headway.text import mistakes
from headway.text.binding import (
    UNREAD,
    Gathered,
    Shape,
    Unread,
    bind_shape,
    cut_off,
    places_of,
    read_as,
    reject_unknown,
    wrong_sort,
)
from headway.text.nodes import Entry, ListNode, MapNode, Node, Scalar, sort_of
from headway.text.writing import Tree, as_share, plain

Key = tuple[str, ...]


@dataclass(frozen=True)
class Currencies:
    """The currency of the plan and every amount that carried one, so that none is dropped without a word."""

    declared: str | None = None
    seen: list[tuple[str, Location]] = field(default_factory=list[tuple[str, Location]])


@dataclass(frozen=True)
class Frame:
    """What the values of an assumption hang on: the plan's months, its named dimensions, its currency."""

    horizon: Horizon | None
    dimensions: Mapping[str, tuple[str, ...]]
    currencies: Currencies


@dataclass(frozen=True)
class _Written:
    """An assumption as its keys say it, the values still nodes."""

    name: str
    unit: str
    values: Node | None = None
    value: Node | None = None
    range: Node | None = None
    by: tuple[str, ...] = ()
    basis: Basis = "judgement"
    evidence: str = ""
    n: int | None = None
    owner: str = ""
    review_by: date | None = None
    location: Location | None = None


def read_assumption(entry: Entry, frame: Frame, gathered: Gathered) -> Assumption | None:
    """One `name: {...}` entry; None, with what was found wrong, where it cannot be read."""
    before = len(gathered.found)
    written = bind_shape(entry.value, _SHAPE, gathered, entry)
    if not isinstance(written, _Written):
        return None
    values = dict(_values(written, entry, frame, gathered))
    if gathered.spoiled_since(before):
        return None
    w = written
    told = (w.basis, w.evidence, w.n, w.owner, w.review_by)
    return Assumption(w.name, w.unit, values, w.by, *told, w.location, places_of(entry.value))


def assumption_tree(assumption: Assumption, named: Collection[str]) -> Tree:
    """An assumption as it is written; `named` are the dimensions whose members have names, so are no month counts."""
    tree: dict[str, Tree] = {}
    if assumption.by:
        tree["by"] = assumption.by
    tree["unit"] = assumption.unit
    shares = _reads_as_share(assumption.unit) and all(abs(e.value) <= 1 for e in assumption.values.values())
    tree["values"] = _values_tree(assumption.values, assumption.by, named, shares)
    tree["basis"] = assumption.basis
    told = {"evidence": assumption.evidence, "n": assumption.n, "owner": assumption.owner}
    tree |= {key: str(value) for key, value in told.items() if value not in ("", None)}
    if assumption.review_by:
        tree["review_by"] = assumption.review_by.isoformat()
    return tree


def _keep(node: Node, _: Gathered) -> object:
    return None if isinstance(node, Scalar) and node.is_empty else node


def _unit(node: Node, gathered: Gathered) -> object:
    read = read_as(node, Unit, gathered)
    return node.text if isinstance(node, Scalar) and isinstance(read, Unit) else read


_SHAPE = Shape(_Written, read={"values": _keep, "value": _keep, "range": _keep, "unit": _unit})


def _values(written: _Written, entry: Entry, frame: Frame, gathered: Gathered) -> Iterator[tuple[Key, Estimate]]:
    place = entry.key.place
    if written.values is not None and written.value is None and written.range is None:
        yield from _level(written.values, written.by, (), frame, gathered)
    elif written.values is not None:
        remedy = "keep `values`, and put a range inside: {value: 21%, range: [17%, 25%]}"
        words = f"'{written.name}' has `values` beside `value` or `range`"
        gathered.wrong(mistakes.VALUES_SHAPE, place, words, remedy=remedy)
    elif written.value is None:
        gathered.wrong(mistakes.MISSING_KEY, place, f"'{written.name}' lacks 'values'", remedy="add 'values: ...'")
    elif written.by:
        remedy = f"write `values:` with one level for each of {', '.join(written.by)}"
        words = f"'{written.name}' is by {', '.join(written.by)}, so one value is not enough"
        gathered.wrong(mistakes.VALUES_SHAPE, place, words, remedy=remedy)
    else:
        estimate = _estimate(written.value, written.range, frame, gathered)
        if estimate:
            yield (), estimate


def _level(node: Node, by: Key, key: Key, frame: Frame, gathered: Gathered) -> Iterator[tuple[Key, Estimate]]:
    """The values below one member: a level for each dimension that is left, then the number."""
    if not by:
        estimate = _written_estimate(node, frame, gathered)
        if estimate:
            yield key, estimate
        return
    for member, value in _members(node, by[0], frame, gathered):
        yield from _level(value, by[1:], (*key, member), frame, gathered)


def _members(node: Node, dimension: str, frame: Frame, gathered: Gathered) -> Iterator[tuple[str, Node]]:
    if isinstance(node, ListNode):
        yield from _listed(node, dimension, frame, gathered)
    elif isinstance(node, MapNode):
        for entry in node.entries:
            member = None if cut_off(node, entry, gathered) else _member(entry.key, dimension, frame, gathered)
            if member is not None:
                yield member, entry.value
    else:
        remedy = f"write one value for each {dimension}, such as {{first: {_example(node)}, second: ...}}"
        words = f"values by {dimension} are expected here, not {sort_of(node)}"
        gathered.wrong(mistakes.VALUES_SHAPE, node.place, words, remedy=remedy)


def _listed(node: ListNode, dimension: str, frame: Frame, gathered: Gathered) -> Iterator[tuple[str, Node]]:
    """A list stands for months: of the plan, of the year, or counted from 0."""
    count = len(node.items)
    if dimension in frame.dimensions:
        remedy = f"write member: value for each of {', '.join(frame.dimensions[dimension])}"
        words = f"a list does not say which {dimension} a value belongs to"
        gathered.wrong(mistakes.VALUES_SHAPE, node.place, words, remedy=remedy)
        return
    if dimension == MONTH and frame.horizon:
        wanted = frame.horizon.months
        labels = [str(month(add_months(frame.horizon.start.start, i))) for i in range(wanted)]
    else:
        labels = _labels(dimension, count)
    if count != len(labels):
        words = f"{len(labels)} values by {dimension} are expected here, not {count}"
        gathered.wrong(mistakes.VALUES_SHAPE, node.place, words, remedy="write one for each month, in order")
        return
    yield from zip(labels, node.items, strict=True)


def _labels(dimension: str, count: int) -> list[str]:
    """The members a list stands for: the months of a year from 1, any other count from 0."""
    return [str(i) for i in (range(1, 13) if dimension == MONTH_OF_YEAR else range(count))]


def _member(key: Scalar, dimension: str, frame: Frame, gathered: Gathered) -> str | None:
    known = frame.dimensions.get(dimension)
    if known and key.text not in known:
        words = f"'{key.text}' is no {dimension} of this plan"
        gathered.wrong(mistakes.UNKNOWN_MEMBER, key.place, words, remedy=did_you_mean(key.text, known))
        return None
    if dimension == MONTH:
        read = read_month(key, gathered)
        return None if isinstance(read, Unread) else read.label
    if dimension == MONTH_OF_YEAR and key.text not in [str(i) for i in range(1, 13)]:
        words = f"'{key.text}' is no month of the year"
        gathered.wrong(mistakes.UNKNOWN_MEMBER, key.place, words, remedy="write 1 to 12")
        return None
    return key.text


def _written_estimate(node: Node, frame: Frame, gathered: Gathered) -> Estimate | None:
    if not isinstance(node, MapNode):
        return _estimate(node, None, frame, gathered)
    value, spread = node.entry("value"), node.entry("range")
    if value is None:
        words = "a number, or {value: ..., range: [low, high]}, is expected here, not more members"
        remedy = "check `by`: it names one dimension for each level"
        gathered.wrong(mistakes.VALUES_SHAPE, node.place, words, remedy=remedy)
        return None
    reject_unknown(node, ("value", "range"), gathered)
    return _estimate(value.value, spread.value if spread else None, frame, gathered)


def _estimate(value: Node, spread: Node | None, frame: Frame, gathered: Gathered) -> Estimate | None:
    middle = _amount(value, frame, gathered)
    if spread is None or (isinstance(spread, Scalar) and spread.is_empty):
        return None if middle is None else Estimate(middle, location=value.place)
    if not isinstance(spread, ListNode) or len(spread.items) != 2:
        wrong_sort(spread, "a range [low, high]", gathered)
        return None
    low, high = (_bound(item, frame, gathered) for item in spread.items)
    if low is not None and high is not None and low > high:
        words = f"the range begins at {plain(low)} and ends at {plain(high)}"
        gathered.wrong(mistakes.RANGE_ORDER, spread.place, words, remedy="write the lower end first: [low, high]")
        return None
    if middle is None:
        return None
    if (low is not None and middle < low) or (high is not None and middle > high):
        words = f"the value {plain(middle)} lies outside its range"
        found = mistakes.RANGE_ORDER.at(spread.place, words, remedy="mend one of the two", severity="warning")
        gathered.found.append(found)
    return Estimate(middle, low, high, value.place)


def _bound(node: Node, frame: Frame, gathered: Gathered) -> Decimal | None:
    """One end of a range; `~` leaves it open."""
    return None if isinstance(node, Scalar) and node.is_empty else _amount(node, frame, gathered)


def _amount(node: Node, frame: Frame, gathered: Gathered) -> Decimal | None:
    read = read_as(node, Quantity, gathered)
    if not isinstance(read, Quantity):
        return None
    if read.currency:
        frame.currencies.seen.append((read.currency, node.place))
    return read.value


def read_month(node: Node, gathered: Gathered) -> Period | Unread:
    """A period that is one month."""
    read = read_as(node, Period, gathered)
    if not isinstance(read, Period):
        return UNREAD
    if read.grain != "month":
        remedy = f"write one month, from {month(read.start)} to {month(read.last_day)}"
        return gathered.wrong(mistakes.BAD_PERIOD, node.place, f"'{read}' is not a month", remedy=remedy)
    return read


def _example(node: Node) -> str:
    return node.text if isinstance(node, Scalar) and not node.is_empty else "24%"


def _reads_as_share(unit: str) -> bool:
    """Whether people say it in percent: a share of something, whether or not it is a rate over time."""
    parsed = Unit.parse(unit)
    if parsed is None or "currency" in parsed.names:
        return False
    above = [name for name, power in parsed.powers if power > 0]
    below = [name for name, power in parsed.powers if power < 0]
    return (not above and unit != "number") or (bool(above) and bool(below)) or unit in PLAIN


def _values_tree(values: Mapping[Key, Estimate], by: Key, named: Collection[str], shares: bool) -> Tree:
    if not by:
        if list(values) != [()]:
            raise Fault(f"an assumption has values for {sorted(values)}, which do not follow its dimensions")
        return _estimate_tree(values[()], shares)
    first = list(dict.fromkeys(key[0] for key in values))
    parts = {m: {k[1:]: v for k, v in values.items() if k[0] == m} for m in first}
    below = {member: _values_tree(part, by[1:], named, shares) for member, part in parts.items()}
    listed = by[0] not in (MONTH, *named) and first and first == _labels(by[0], len(first))
    return list(below.values()) if listed else below


def _estimate_tree(estimate: Estimate, shares: bool) -> Tree:
    value = _number(estimate.value, shares)
    if estimate.low is None and estimate.high is None:
        return value
    ends = [None if end is None else _number(end, shares) for end in (estimate.low, estimate.high)]
    return {"value": value, "range": ends}


def _number(value: Decimal, shares: bool) -> str:
    return as_share(value) if shares else plain(value)
