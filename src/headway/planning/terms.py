"""What a line adds up, and which of its optional terms a plan means."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from headway.core.diagnostics import Diagnostic, did_you_mean
from headway.core.plan import ModelText, Plan
from headway.core.positions import Piece
from headway.model import CheckedModel
from headway.model.checked import CheckedLine
from headway.model.mistakes import UNKNOWN_NAME
from headway.model.tree import Arithmetic, Node, Opposite, Previous, Read, children, reads

Terms = tuple[tuple[str, int], ...]


def terms(formula: Node, sign: int = 1) -> Terms:
    """The names a formula adds and subtracts at its top; none where it is anything but a sum of names."""
    match formula:
        case Read():
            return ((formula.name, sign),)
        case Opposite():
            return terms(formula.operand, -sign)
        case Arithmetic(sign="+" | "-"):
            left, right = terms(formula.left, sign), terms(formula.right, sign if formula.sign == "+" else -sign)
            return (*left, *right) if left and right else ()
        case _:
            return ()


def check_optional(model: CheckedModel) -> tuple[Diagnostic, ...]:
    """Every optional name that is no term of its line."""
    found: list[Diagnostic] = []
    for line in model.lines.values():
        names = [name for name, _ in terms(line.formula)]
        for strange in (name for name in line.text.optional if name not in names):
            message = f"'{strange}' is optional in {line.name}, but no term of its sum"
            found.append(UNKNOWN_NAME.at(line.text.location, message, remedy=did_you_mean(strange, names)))
    return tuple(found)


def without_unmeant(text: ModelText, model: CheckedModel, plan: Plan, known: Collection[str]) -> ModelText:
    """The text with only those optional terms a plan means; where it means none of all, one is asked for: the first
    for which something is assumed already, else the first.

    `known` are the inputs that have values. A term is meant where everything it needs is there, or where the plan
    assumes something nothing else reads: then the rest of it is asked for.
    """
    told = _told(model, plan, known)
    readers = _readers(model)
    lines = dict(text.lines)
    for name, line in model.lines.items():
        if not line.text.optional or name in plan.assumptions:
            continue
        every = terms(line.formula)
        kept = [
            (term, sign)
            for term, sign in every
            if term not in line.text.optional or told[term] or _own(term, model, plan, readers)
        ]
        lines[name] = replace(lines[name], formula=Piece.of(_written(kept or [_begun(every, model, plan)])))
    return replace(text, lines=lines)


def _told(model: CheckedModel, plan: Plan, known: Collection[str]) -> dict[str, bool]:
    """For every input and line, whether the plan assumes all it stands on; lines in a ring hold each other up."""
    told = dict.fromkeys((*model.lines, *model.inputs), True) | {name: name in known for name in model.inputs}
    while True:
        now = {name: name in plan.assumptions or _stands(line, told) for name, line in model.lines.items()}
        if all(told[name] == here for name, here in now.items()):
            return told
        told |= now


def _stands(line: CheckedLine, told: Mapping[str, bool]) -> bool:
    before = [read.name for read in reads(line.before)] if line.before is not None else []
    needed = [read.name for read in reads(line.formula)]
    if line.text.optional:
        ways = [told[name] for name in needed if name in line.text.optional]
        needed = [name for name in needed if name not in line.text.optional]
        if not needed and not any(ways):
            return False
    return all(told[name] for name in (*before, *needed))


def _readers(model: CheckedModel) -> Mapping[str, set[str]]:
    readers: dict[str, set[str]] = {}
    for name, line in model.lines.items():
        for read in reads(line.formula):
            readers.setdefault(read.name, set()).add(name)
    return readers


def _own(term: str, model: CheckedModel, plan: Plan, readers: Mapping[str, set[str]]) -> bool:
    """Whether the plan assumes something that this term alone reads."""
    if term not in model.lines:
        return False
    read = {one.name for one in reads(model.lines[term].formula)} & plan.assumptions.keys()
    return any(readers[name] == {term} for name in read)


def _begun(every: Terms, model: CheckedModel, plan: Plan) -> tuple[str, int]:
    """The term to ask for: the first that stands, in its own month, on something the plan assumes."""
    begun = (term for term in every if _stands_on(term[0], model) & plan.assumptions.keys())
    return next(begun, every[0])


def _stands_on(name: str, model: CheckedModel) -> set[str]:
    """Every input and line a line reads in the same month, through others too."""
    found, waiting = set[str](), [name]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting += _same_month(model.lines[current].formula) if current in model.lines else ()
    return found


def _same_month(node: Node) -> Iterator[str]:
    if isinstance(node, Read):
        yield node.name
    for part in children(node) if not isinstance(node, Previous) else ():
        yield from _same_month(part)


def _written(kept: list[tuple[str, int]]) -> str:
    return " ".join(_pieces(kept)).removeprefix("+ ")


def _pieces(kept: list[tuple[str, int]]) -> Iterator[str]:
    for place, (name, sign) in enumerate(kept):
        yield f"{'+' if sign > 0 else '-'} {name}" if place or sign > 0 else f"-{name}"
