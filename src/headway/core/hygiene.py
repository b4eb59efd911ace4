"""Hygiene as data: rules about records, waivers of them, and what the rules found, priced and with its owners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Literal, TypeAlias

from headway.core.formatting import count, money, multiple, plural
from headway.core.positions import Location
from headway.core.rows import Column, Rows

Conditions: TypeAlias = "Mapping[str, str | tuple[str, ...]]"
"""Columns and what each must be: a value, a list of values, or words such as `empty` and `before today`."""


@dataclass(frozen=True)
class Untouched:
    """No activity and no move to another stage within so many days."""

    days: int


@dataclass(frozen=True)
class Older:
    """Older than this share of won deals were when they were won."""

    than: Decimal


@dataclass(frozen=True)
class Pushed:
    """The close date was moved out at least so often."""

    times: int


@dataclass(frozen=True)
class Clustered:
    """Close dates on the last `days` days of a month or quarter, where more fall than wins do."""

    at: Literal["month", "quarter"] = "quarter"
    days: int = 1


@dataclass(frozen=True)
class Evidence:
    """What a deal must show when it enters or leaves a stage: fields filled, activities held by that day.

    `stages` are those meant; without them `after` says beyond which of the way, counted from 1. `late` days after the move
    still count.
    """

    at: Literal["entry", "exit"]
    stages: tuple[str, ...] = ()
    after: int = 0
    fields: tuple[str, ...] = ()
    activities: int = 0
    outcomes: tuple[str, ...] = ()
    late: int = 0


@dataclass(frozen=True)
class Category:
    """Forecast categories an open deal may not be in: closed ones, or `sure` ones below a chance to win by history.

    `allowed` names, for a category, the only stages it may be in.
    """

    closed: tuple[str, ...] = ()
    sure: tuple[str, ...] = ()
    at_least: Decimal = Decimal("0.5")
    allowed: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


@dataclass(frozen=True)
class WrongUnit:
    """Amounts that only make sense in another unit: a `factors` multiple of what deals of the same peers come to."""

    peers: tuple[str, ...] = ()
    factors: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])
    beyond: Decimal = Decimal("3.5")


@dataclass(frozen=True)
class Near:
    """How far apart two records that are alike may be and still be the same: entered within so many days of each other, their
    amounts apart by no more than this share of the larger one. An amount that is not known contradicts nothing."""

    days: int = 30
    amount: Decimal = Decimal("0.2")


@dataclass(frozen=True)
class Outlier:
    """Owners who use a stage otherwise than all others: how many deals they pass on, how long those stay, what they skip."""

    of: tuple[Literal["passed_on", "time_in_stage", "skipped"], ...]
    within_days: int = 365
    chance: Decimal = Decimal("0.05")
    enough: int = 10


@dataclass(frozen=True)
class Rule:
    """One thing that can be wrong with records: whose, how it is seen, what it means and what to do.

    `among` says which records are looked at. Exactly one of the keys from `missing` on says how a record is seen to be
    wrong; `near` says more of `alike`. The deals a `severe` rule names are not trusted as pipeline. `off` turns a rule off.
    """

    name: str
    title: str = ""
    meaning: str = ""
    records: str = "opportunity"
    subject: str = ""
    among: Conditions = field(default_factory=dict[str, "str | tuple[str, ...]"])
    fix: str = ""
    severe: bool | None = None
    off: bool = False
    missing: tuple[str, ...] = ()
    when: Conditions = field(default_factory=dict[str, "str | tuple[str, ...]"])
    untouched: Untouched | None = None
    older: Older | None = None
    pushed: Pushed | None = None
    clustered: Clustered | None = None
    moves: Literal["skipped", "back", "reopened", "late_start"] | None = None
    entered_late: int | None = None
    evidence: Evidence | None = None
    required: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    category: Category | None = None
    alike: tuple[tuple[str, ...], ...] = ()
    near: Near | None = None
    wrong_unit: WrongUnit | None = None
    outlier: Outlier | None = None
    location: Location | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The keys that say how a record is seen to be wrong."""
        return tuple(name for name in KINDS if getattr(self, name) not in (None, (), {}))

    def over(self, shipped: Rule) -> Rule:
        """The shipped rule of the same name with what this one says put in its place; the rest stays."""
        kept = {f.name for f in fields(self) if getattr(self, f.name) in (None, "", (), {})}
        kept |= {"records"} if self.records == "opportunity" else set()
        kept -= {*KINDS} if self.kinds else set()
        return replace(self, **{name: getattr(shipped, name) for name in kept})


KINDS = (
    *("missing", "when", "untouched", "older", "pushed", "clustered", "moves", "entered_late", "evidence", "required"),
    *("category", "alike", "wrong_unit", "outlier"),
)
"""How records can be seen to be wrong: the keys of a rule of which it has exactly one."""


@dataclass(frozen=True)
class Waiver:
    """A rule that does not count for some records until a day: why, and who says so. It may name `records`, or an `owner`."""

    name: str
    rule: str
    reason: str
    until: date
    by: str
    records: tuple[str, ...] = ()
    owner: str = ""
    location: Location | None = None

    def covers(self, record: str, owner: str, day: date) -> bool:
        """Whether it still holds for a record on a day."""
        named = (not self.records or record in self.records) and (not self.owner or owner == self.owner)
        return named and day <= self.until


@dataclass(frozen=True)
class Fit:
    """One thing that speaks for an account: what must hold of it, and how much that weighs. Without one that it `must` have,
    an account does not qualify."""

    name: str
    when: Conditions
    weight: Decimal = Decimal(1)
    must: bool = False
    location: Location | None = None


@dataclass(frozen=True)
class Quality:
    """What one rule found: how many of how many records, and what they are worth where that is known.

    `at_risk` is the part of the worth that stands in the open pipeline, `owners` how many people answer for the records,
    `waived` how many more are waived. `note` says what else to know, or why nothing could be judged (`judged`).
    """

    name: str
    title: str
    subject: str
    meaning: str
    count: int
    of: int
    worth: float | None
    records: Rows
    at_risk: float | None = None
    owners: int = 0
    waived: int = 0
    severe: bool = False
    fix: str = ""
    note: str = ""
    judged: bool = True


@dataclass(frozen=True)
class Pipeline:
    """Open pipeline raw, and trusted: without the deals that severe rules name. Against a target, coverage of both."""

    deals: int
    raw: float
    distrusted: int
    trusted: float
    plan: str = ""
    remaining: float | None = None

    @property
    def coverage(self) -> float | None:
        """Raw pipeline for each unit of what is still missing; undefined where nothing is."""
        return self.raw / self.remaining if self.remaining and self.remaining > 0 else None

    @property
    def trusted_coverage(self) -> float | None:
        """The same of the trusted pipeline."""
        return self.trusted / self.remaining if self.remaining and self.remaining > 0 else None


_NO_ROWS = Rows.of([], [])
_SUMMARY = (
    *(Column("rule"), Column("title"), Column("severe", "flag"), Column("records", "integer"), Column("of", "integer")),
    *(Column("owners", "integer"), Column("at_risk", "money"), Column("share_of_open", "number")),
    *(Column("worth", "money"), Column("currency"), Column("waived", "integer"), Column("note")),
)


def _note(one: Quality) -> str:
    return one.note if one.judged else f"not judged: {one.note}"


@dataclass(frozen=True)
class Hygiene:
    """What every rule found on a day: in money, by owner, as a queue to inspect; the waivers; the stages' probabilities."""

    as_of: date
    run: str
    currency: str | None
    found: tuple[Quality, ...]
    pipeline: Pipeline
    covered: Pipeline | None
    queue: Rows
    fixes: Rows
    owners: Rows
    waivers: Rows
    stages: Rows
    distrusted: frozenset[int] = frozenset()
    fit: Rows = _NO_ROWS
    accounts: Rows = _NO_ROWS
    notes: tuple[str, ...] = ()
    named: frozenset[int] = frozenset()

    @property
    def summary(self) -> Rows:
        """A row for each rule: how many records of how many, whose, and the open value at risk."""
        raw = self.pipeline.raw
        return Rows.of(
            _SUMMARY,
            [
                (
                    *(one.name, one.title, one.severe, one.count, one.of, one.owners, one.at_risk),
                    None if one.at_risk is None or not raw else one.at_risk / raw,
                    *(one.worth, self.currency, one.waived, _note(one)),
                )
                for one in self.found
            ],
        )

    @property
    def headline(self) -> str:
        """How much of the open pipeline can be trusted, and what that makes of coverage."""
        line, told = self.pipeline, partial(money, currency=self.currency)
        words = f"{told(line.trusted)} of {told(line.raw)} open pipeline can be trusted"
        if not line.deals:
            return "Nothing is open."
        words += f": severe rules name {plural(line.distrusted, 'deal')} of {count(line.deals)}"
        inside = self.covered
        if inside and inside.coverage is not None:
            words += f". Coverage {multiple(inside.coverage)} raw, {multiple(inside.trusted_coverage)} trusted, of "
            words += f"{told(inside.remaining)} still missing in {inside.plan}"
        elif inside and inside.remaining is not None:
            words += f". {inside.plan} has won what it asks, so no coverage is needed"
        return f"{words}."

    def of_rule(self, name: str) -> Quality | None:
        """What one rule found."""
        return next((one for one in self.found if one.name == name), None)
