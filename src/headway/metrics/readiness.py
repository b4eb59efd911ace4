"""Can this data support a number: every metric measured over the last twelve months, graded, and what holds it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from headway.core.calendar import trailing_year
from headway.core.definition import Definition
from headway.core.diagnostics import Diagnostic
from headway.core.hygiene import Hygiene
from headway.core.readiness import UNDEFINED, Readiness, Repair, Standing
from headway.core.rows import Cell, Rows
from headway.metrics.confidence import GRADES, graded
from headway.metrics.facts import Facts
from headway.metrics.measure import measure
from headway.metrics.question import Parameters, many

_BILLING = ("subscription_item", "subscription", "invoice_line")


@dataclass
class _Held:
    """The metrics that one cause holds back."""

    remedy: str
    without: list[str] = field(default_factory=list[str])
    lowered: list[str] = field(default_factory=list[str])


def readiness(
    definitions: Mapping[str, Definition],
    facts: Facts,
    last_load: date | None,
    hygiene: Callable[[], Hygiene],
    parameters: Parameters,
) -> Readiness:
    """Every metric that stands on records alone, graded over twelve months, and the repairs in the order they pay.

    Coverage needs a plan's target, so it is not among them.
    """
    year = trailing_year(facts.day)
    standings, held = dict[str, Standing](), dict[str, _Held]()
    for d in sorted(definitions.values(), key=_depth):  # what a formula names comes before it
        if _needs_a_plan(d):
            continue
        answer = graded(measure(_as_loaded(d), facts, year, parameters=parameters), d, facts, last_load, hygiene)
        grade, reasons = _standing(answer)
        weakest = max((standings[name] for name in d.others if name in standings), key=_rank, default=None)
        if weakest and grade != UNDEFINED and _rank(weakest) > GRADES.index(grade):
            grade, reasons = weakest.grade, (*reasons, f"rests on {weakest.metric}")
        standings[d.name] = Standing(d.name, d.title, grade, "; ".join(reasons))
        for what, remedy in _causes(d, facts, answer, reasons):
            one = held.setdefault(what, _Held(remedy))
            (one.without if grade == UNDEFINED else one.lowered).append(d.name)
    repairs = [Repair(what, one.remedy, tuple(one.without), tuple(one.lowered)) for what, one in held.items()]
    return Readiness(facts.day, tuple(standings.values()), tuple(sorted(repairs, key=lambda one: one.order)))


def _as_loaded(d: Definition) -> Definition:
    """A metric of forecasts by those that are loaded: to work them out asks for the facts of many days."""
    return replace(d, calling=replace(d.calling, read="locked")) if d.calling else d


def _depth(d: Definition) -> int:
    return 1 + max(map(_depth, d.others.values()), default=0)


def _rank(one: Standing) -> int:
    """How weak a metric stands; one without a value is no reason against a formula, which then has none itself."""
    return GRADES.index(one.grade) if one.grade else -1


def _needs_a_plan(d: Definition) -> bool:
    return (
        d.shape == "required" or any(part.parameter for part in d.parts) or any(map(_needs_a_plan, d.others.values()))
    )


def _standing(answer: Rows | tuple[Diagnostic, ...]) -> tuple[str, tuple[str, ...]]:
    """The lowest grade among the rows of a metric, with why; none where no row has a value."""
    if not isinstance(answer, Rows):
        return UNDEFINED, tuple(found.message for found in answer)
    valued = [row for row in answer if row["value"] is not None]
    if not valued or _counts_nothing(valued):
        notes = [note for row in answer for note in str(row["note"]).split("; ") if note.startswith("undefined")]
        return UNDEFINED, tuple(dict.fromkeys(note.removeprefix("undefined: ") for note in notes)) or (
            "nothing is recorded",
        )
    worst = max((str(row["confidence"]) for row in valued), key=GRADES.index)
    reasons = [reason for row in valued for reason in str(row["because"]).split("; ") if reason]
    return worst, tuple(dict.fromkeys(reasons))


def _counts_nothing(valued: list[Mapping[str, Cell]]) -> bool:
    return all(not row["n"] and not row["value"] for row in valued)


def _causes(
    d: Definition, facts: Facts, answer: Rows | tuple[Diagnostic, ...], reasons: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """What holds a metric back, each with what to do about it."""
    missing = [thing for thing in dict.fromkeys(_things(d)) if not _loaded(thing, facts)]
    if missing:
        for thing in missing:
            yield f"no {_named(thing)} are loaded", f"export {_named(thing)} and import them"
        return
    for function in dict.fromkeys(_functions(d)):
        if not facts.run("SELECT count(*) FROM ledger_line WHERE function = ?", [function])[0][0]:
            yield (
                f"no ledger account is said to be {function}",
                f"name its accounts under accounts: {function} in headway.yaml",
            )
            return
    if not isinstance(answer, Rows):
        for found in answer:
            yield found.message, found.remedy or "map the column in connectors/*.yaml"
        return
    left_out = dict[str, None]()
    for row in answer:
        for note in str(row["note"]).split("; "):
            if "left out: " in note:
                left_out[note.split("left out: ", 1)[1]] = None
    for why in left_out if any("left out" in reason for reason in reasons) else ():
        yield f"{_named(next(_things(d)))} with {why}", f"fill in what {_named(next(_things(d)))} lack ({why})"
    for reason in reasons:
        if "not trusted" in reason:
            yield "open deals that severe hygiene rules name", "work through headway hygiene --queue"
        elif reason.startswith("nothing is loaded"):
            yield reason, "import a new export"


def _things(d: Definition) -> Iterator[str]:
    """What a metric is taken of."""
    if d.shape == "movements":
        yield "billing"
    elif d.selling is not None:
        people = d.selling.take in ("productivity", "time_to_productive", "per_rep") or d.selling.among != "all"
        yield from ("employee_position",) if people else ()
        yield from ("quota",) if d.selling.take != "per_rep" and d.selling.against == "quota" else ()
    elif d.calling is not None:
        yield "forecast"
    elif d.shape == "formula":
        for other in d.others.values():
            yield from _things(other)
    else:
        yield from (part.records or d.records for part in d.parts)
        if not d.parts:
            yield d.records


def _functions(d: Definition) -> Iterator[str]:
    yield from (part.where["function"] for part in d.parts if "function" in part.where)
    for other in d.others.values():
        yield from _functions(other)


def _loaded(thing: str, facts: Facts) -> bool:
    tables = _BILLING if thing == "billing" else (thing,)
    return any(facts.run(f"SELECT 1 FROM {table} LIMIT 1") for table in tables)


def _named(thing: str) -> str:
    if thing == "billing":
        return "subscriptions or invoices"
    if thing == "employee_position":
        return "people"
    return many("deal" if thing == "opportunity" else thing)
