"""A plan's folder: plan.yaml and its assumptions, read with every mistake at once, and written to be read by people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path

from headway.core.calendar import FiscalCalendar, Period, month
from headway.core.diagnostics import Diagnostic
from headway.core.plan import Assumption, Gaps, Horizon, Input, Line, Plan, Target
from headway.core.positions import Location
from headway.core.quantity import Quantity
from headway.text import mistakes
from headway.text.assumptions import Currencies, Frame, assumption_tree, read_assumption, read_month
from headway.text.binding import Gathered, Shape, Unread, bind_shape, places_of, wrong_sort
from headway.text.documents import read_document
from headway.text.gaps import entry_meant, gaps_of
from headway.text.models import members, read_inputs, read_lines
from headway.text.nodes import Entry, MapNode, Node, sort_of
from headway.text.settings import read_currency
from headway.text.source import load
from headway.text.writing import Tree, block, plain

ASSUMPTIONS_FILE = "assumptions/drivers.yaml"
LONGEST = 600
_HOLDS = "what the plan is, such as\n  why: double mid-market\n  horizon: {start: 2027-01, months: 12}\n  model: saas"
_SHORT = {"segments": "segment", "sources": "source"}


@dataclass(frozen=True)
class _Written:
    """plan.yaml as its keys say it."""

    why: str
    horizon: Horizon
    model: str
    target: _WrittenTarget | None = None
    currency: str | None = None
    segments: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    dimensions: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    history: str = ""
    as_of: date | None = None
    scope: Mapping[str, str] = field(default_factory=dict[str, str])
    inputs: Mapping[str, Input] = field(default_factory=dict[str, Input])
    lines: Mapping[str, Line] = field(default_factory=dict[str, Line])
    location: Location | None = None


@dataclass(frozen=True)
class _WrittenTarget:
    metric: str
    at: Period
    value: Quantity
    proposed: bool = False
    currency: str | None = None
    location: Location | None = None


def read_plan(
    folder: Path,
    fiscal: FiscalCalendar | None = None,
    root: Path | None = None,
    instead: Mapping[Path, str] | None = None,
) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    """The plan of a folder plans/<name>; files are named from the project folder, two above, unless `root` is given.

    Beside mistakes the plan holds what could be read: it lacks the assumptions, or the target, they are in, and `gaps`
    says which of its names are missing. `instead` holds texts that are to be read as if they stood in their files already.
    """
    gathered = Gathered(fiscal or FiscalCalendar())
    base = root or folder.parent.parent
    node = read_document(load(folder / "plan.yaml", base, instead), gathered, _HOLDS)
    written = bind_shape(node, _SHAPE, gathered) if node else None
    plan_written = written if isinstance(written, _Written) else None
    dimensions = _dimensions(plan_written, node, gathered)
    currencies = Currencies(plan_written.currency if plan_written else None)
    dated = plan_written is not None and node is not None and not _is_unread("horizon", node.entry("horizon"))
    frame = Frame(plan_written.horizon if plan_written and dated else None, dimensions, currencies)
    assumptions = _read_assumptions(assumption_files(folder), base, frame, gathered, instead)
    if plan_written is None or node is None:
        return None, gathered.in_order()
    plan = _assembled(folder.name, plan_written, node, frame, assumptions, gathered)
    return (_with_gaps(plan, node) if gathered.spoiled_since(0) else plan), gathered.in_order()


def write_plan(plan: Plan) -> dict[str, str]:
    """The plan's files, by their path inside its folder."""
    tree: dict[str, Tree] = {"why": plan.why}
    tree["horizon"] = {"start": plan.horizon.start.label, "months": str(plan.horizon.months)}
    if plan.target:
        tree["target"] = _target_tree(plan.target)
    tree["model"] = plan.model
    told = {"currency": plan.currency, "history": plan.history, "as_of": plan.as_of}
    tree |= {key: str(value) for key, value in told.items() if value}
    if plan.scope:
        tree["scope"] = dict(plan.scope)
    short = {key: plan.dimensions[name] for key, name in _SHORT.items() if plan.dimensions.get(name)}
    tree |= short
    others = {n: m for n, m in plan.dimensions.items() if n not in [_SHORT[key] for key in short]}
    if others:
        tree["dimensions"] = others
    if plan.own_inputs:
        tree["inputs"] = {name: _input_tree(one) for name, one in plan.own_inputs.items()}
    if plan.own_lines:
        tree["lines"] = {name: _line_tree(one) for name, one in plan.own_lines.items()}
    files = {"plan.yaml": block(tree)}
    if plan.assumptions:
        files[ASSUMPTIONS_FILE] = _assumptions_text(plan)
    return files


def _assumptions_text(plan: Plan) -> str:
    entries = {name: assumption_tree(one, plan.dimensions) for name, one in plan.assumptions.items()}
    return "\n".join(block({name: tree}, opened=2) for name, tree in entries.items())


def _target(node: Node, gathered: Gathered) -> object:
    return bind_shape(node, Shape(_WrittenTarget, read={"at": read_month, "currency": read_currency}), gathered)


def _horizon(node: Node, gathered: Gathered) -> object:
    read = bind_shape(node, Shape(Horizon, read={"start": read_month}), gathered)
    if isinstance(read, Horizon) and not 1 <= read.months <= LONGEST:
        words = f"a plan covers 1 to {LONGEST} months, not {read.months}"
        return gathered.wrong(mistakes.WRONG_TYPE, node.place, words, remedy="mend `months`")
    return read


def _members_by_name(node: Node, gathered: Gathered) -> object:
    if not isinstance(node, MapNode):
        return wrong_sort(node, "a mapping of dimensions", gathered)
    read = {entry.key.text: members(entry.value, gathered) for entry in node.entries}
    return {name: names for name, names in read.items() if not isinstance(names, Unread)}


_SHAPE = Shape(
    _Written,
    read={
        "horizon": _horizon,
        "target": _target,
        "currency": read_currency,
        "segments": members,
        "sources": members,
        "dimensions": _members_by_name,
        "inputs": read_inputs,
        "lines": read_lines,
    },
    loose={
        "why": "",
        "horizon": Horizon(month(date(2000, 1, 1)), 1),  # nothing is checked against it
        **dict.fromkeys(("target", "currency", "segments", "sources", "dimensions", "history", "as_of", "scope")),
        **dict.fromkeys(("inputs", "lines")),
    },
)
_KEYS = tuple(one.name for one in fields(_Written) if one.name != "location")


def _dimensions(written: _Written | None, node: MapNode | None, gathered: Gathered) -> dict[str, tuple[str, ...]]:
    if written is None or node is None:
        return {}
    dimensions = dict(written.dimensions)
    for key, name in _SHORT.items():
        named = written.segments if key == "segments" else written.sources
        entry = node.entry(key)
        if entry is not None and name in dimensions:
            remedy = f"keep `{key}`, or `dimensions.{name}`"
            words = f"'{key}' and 'dimensions.{name}' say the same thing"
            gathered.wrong(mistakes.DUPLICATE_KEY, entry.key.place, words, remedy=remedy)
        elif named:
            dimensions[name] = named
    return dimensions


def assumption_files(folder: Path) -> Sequence[Path]:
    """The files a plan's assumptions stand in."""
    inside = folder / "assumptions"
    return sorted(file for pattern in ("*.yaml", "*.yml") for file in inside.glob(pattern))


def _read_assumptions(
    files: Iterable[Path], base: Path, frame: Frame, gathered: Gathered, instead: Mapping[Path, str] | None
) -> Mapping[str, Assumption]:
    read: dict[str, Assumption] = {}
    places: dict[str, Location] = {}
    for file in files:
        node = read_document(load(file, base, instead), gathered)
        for entry in node.entries if node else ():
            name, place = entry.key.text, entry.key.place
            if name in places:
                remedy = f"keep one of the two: the first is at {places[name].file}:{places[name].line}"
                gathered.wrong(mistakes.REPEATED_ASSUMPTION, place, f"'{name}' is given twice", remedy=remedy)
                continue
            places[name] = place
            assumption = read_assumption(entry, frame, gathered)
            if assumption is not None:
                read[name] = assumption
    return read


def _assembled(
    name: str, w: _Written, node: MapNode, frame: Frame, assumptions: Mapping[str, Assumption], gathered: Gathered
) -> Plan:
    """The plan of its parts. Where it names no currency, it is in the one its amounts carry."""
    target, seen = w.target, list(frame.currencies.seen)
    written_at = places_of(entry.value) if (entry := node.entry("target")) else {}
    if target is not None:
        carried = [one for one in (target.value.currency, target.currency) if one]
        seen = [(one, written_at.get("value", node.place)) for one in carried] + seen
    currency = w.currency or _usual(one for one, _ in seen)
    for carried_currency, place in seen:
        if carried_currency != currency:
            words = f"this amount is in {carried_currency}, the plan in {currency}"
            remedy = f"convert it to {currency}, or mend its currency"
            gathered.wrong(mistakes.MIXED_CURRENCIES, place, words, remedy=remedy)
    made = None
    if target is not None:
        own = target.value.currency or target.currency
        made = Target(target.metric, target.at, target.value.value, own, target.proposed, target.location, written_at)
    horizon, dimensions = w.horizon, frame.dimensions
    plan = Plan(name, w.why, horizon, w.model, assumptions, made, currency, dimensions, w.inputs, w.lines)
    return replace(plan, history=w.history, as_of=w.as_of, scope=w.scope, location=w.location, places=places_of(node))


def _with_gaps(plan: Plan, node: MapNode) -> Plan:
    """A plan with mistakes: the formulas of its own that could be read in spite of them, and what could not."""
    gaps = Gaps()
    written = {key: entry_meant(node, key, _KEYS) for key in ("inputs", "lines")}
    nodes = {key: e.value for key, e in written.items() if e is not None and sort_of(e.value) != "nothing"}
    inputs = read_inputs(nodes["inputs"], Gathered()) if "inputs" in nodes else {}
    lines = read_lines(nodes["lines"], Gathered()) if "lines" in nodes else {}
    for key, part in nodes.items():
        gaps |= gaps_of(part, inputs if key == "inputs" else lines)
    for key in ("horizon", "dimensions", *_SHORT):
        entry = entry_meant(node, key, _KEYS)
        if _is_unread(key, entry):
            gaps |= Gaps(frozenset((_SHORT.get(key, key),)))
    return replace(plan, own_inputs=inputs, own_lines=lines, gaps=gaps)


def _is_unread(key: str, entry: Entry | None) -> bool:
    """Whether a key that others are judged by is missing where it must not be, misspelt, or says what cannot be read."""
    if entry is None or entry.key.text != key:
        return entry is not None or key == "horizon"
    again = Gathered()
    _SHAPE.read[key](entry.value, again)
    return again.spoiled_since(0)


def _usual(currencies: Iterable[str]) -> str | None:
    """The one most amounts are in; of several, the one that comes first."""
    counted = Counter(currencies)
    return counted.most_common(1)[0][0] if counted else None


def _target_tree(target: Target) -> Tree:
    amount = f"{plain(target.value)} {target.currency or ''}".rstrip()
    tree: dict[str, Tree] = {"metric": target.metric, "at": target.at.label, "value": amount}
    return tree | {"proposed": True} if target.proposed else tree


def _input_tree(one: Input) -> Tree:
    tree: dict[str, Tree] = {"by": one.by} if one.by else {}
    tree["unit"] = one.unit
    told = {"before": one.before, "default": None if one.default is None else plain(one.default)}
    return tree | {key: value for key, value in told.items() if value is not None}


def _line_tree(line: Line) -> Tree:
    rest = {"before": line.before, "by": line.by, "unit": line.unit, "kind": line.kind}
    rest |= {"optional": line.optional or None}
    told: dict[str, Tree] = {key: value for key, value in rest.items() if value is not None}
    return {"formula": line.formula} | told if told else line.formula
