"""Who sells: one person behind a deal's owner, a quota's owner and a position, and the position held in a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from headway.core.calendar import Period
from headway.core.definition import Selling
from headway.core.rows import Cell
from headway.metrics.facts import Facts, once, quoted
from headway.metrics.selling.ramps import Schedule, schedule

_POSITION = ("employee", "start_date", "end_date", "fte", "quota_carrying", "ramp_profile")
_NOT_TOLD_APART_BY = frozenset(
    [
        *("id", "key", "source_id", "connector", "name", "employee", "currency", "ramp_profile", "email"),
        *("first_name", "last_name", "run", "mapping", "owner"),
    ]
)


@dataclass(frozen=True)
class Position:
    """A job somebody holds from a day on, to a last day where it is over."""

    start: date
    end: date | None
    fte: Fraction
    carries: bool
    ramp: Schedule | None
    profile: str
    traits: Mapping[str, str]

    def worked(self, span: Period) -> Fraction:
        """The share of a span's days in the job, for the time that is worked of a full one."""
        last = min(self.end, span.last_day) if self.end else span.last_day
        days = (last - max(self.start, span.start)).days + 1
        return Fraction(max(0, days), span.days) * self.fte

    def month_in_role(self, month: date, policy: Selling) -> int | None:
        """Which month in role a calendar month is, from 1; none before the first."""
        first = policy.first_month == "joining" or self.start.day == 1
        number = (month.year - self.start.year) * 12 + month.month - self.start.month + (1 if first else 0)
        return number if number > 0 else 1 if month.replace(day=1) == self.start.replace(day=1) else None


@dataclass(frozen=True)
class Sellers:
    """The people: what each is called, their positions from the oldest, and what else is known of them."""

    names: Mapping[str, str]
    positions: Mapping[str, Sequence[Position]]
    traits: Mapping[str, Mapping[str, str]]
    known: Mapping[str, str] = field(default_factory=dict[str, str])

    def key(self, id_: Cell, name: Cell) -> str:
        """Who is meant by an id, or by a name where there is none; a name counts where one person alone bears it."""
        for word in (id_, name):
            if word is not None and (found := self.known.get(str(word).casefold())):
                return found
        return str(id_ if id_ is not None else name if name is not None else "").casefold()

    def label(self, key: str, otherwise: Cell = None) -> str:
        """What somebody is called."""
        return self.names.get(key) or (str(otherwise) if otherwise is not None else key)

    def held(self, key: str, month: Period) -> Position | None:
        """The newest position held in a month."""
        there = [
            p for p in self.positions.get(key, ()) if p.start < month.end and (p.end is None or p.end >= month.start)
        ]
        return there[-1] if there else None

    @property
    def unread(self) -> tuple[str, ...]:
        """The ramp profiles that say neither shares nor a length."""
        every = (p for held in self.positions.values() for p in held)
        return tuple(sorted({p.profile for p in every if p.profile and p.ramp is None}))


def sellers(facts: Facts) -> Sellers:
    """The people known on the facts' day."""
    return once(facts, "sellers", Sellers, lambda: _sellers(facts))


def traits(facts: Facts) -> tuple[str, ...]:
    """What is known of people that numbers can be broken down by."""
    found = dict.fromkeys(("role", "team", "manager", "region"))
    for relation in ("employee_position", "base_user"):
        found |= dict.fromkeys(_texts(facts, relation))
    return tuple(found)


def _texts(facts: Facts, relation: str) -> list[str]:
    schema = facts.schema(relation)
    return [name for name, kind in schema.items() if kind == "VARCHAR" and name not in _NOT_TOLD_APART_BY]


def _sellers(facts: Facts) -> Sellers:
    names, bearers = dict[str, str](), dict[str, set[str]]()

    def meet(key: str, *words: Cell) -> None:
        for word in words:
            if word is not None and str(word).strip():
                bearers.setdefault(str(word).casefold(), set()).add(key)

    columns, users = _texts(facts, "base_user"), dict[str, dict[str, str]]()
    email = "email" if "email" in facts.schema("base_user") else "NULL"
    chosen = "".join(f", {quoted(name)}" for name in columns)
    for source_id, name, mail, *cells in facts.run(
        f"SELECT source_id, name, {email}{chosen} FROM base_user ORDER BY id"
    ):
        key = str(source_id if source_id is not None else name).casefold()
        names[key] = str(name if name is not None else source_id)
        users[key] = {c: str(cell) for c, cell in zip(columns, cells, strict=True) if cell is not None}
        meet(key, source_id, name, mail)
    owner_id = "owner_id" if "owner_id" in facts.schema("opportunity") else "NULL"
    for id_, name in facts.run(f"SELECT DISTINCT {owner_id}, owner FROM opportunity ORDER BY ALL"):
        key = str(id_ if id_ is not None else name if name is not None else "").casefold()
        if key and id_ is not None:
            names.setdefault(key, str(name if name is not None else id_))
            meet(key, id_, name)
    known = {word: next(iter(keys)) for word, keys in bearers.items() if len(keys) == 1}
    some = Sellers(names, {}, users, known)
    positions = dict[str, list[Position]]()
    for employee, position in _positions(facts):
        key = some.key(employee, None)
        positions.setdefault(key, []).append(position)
        names.setdefault(key, employee)
    return Sellers(names, positions, users, known)


def _positions(facts: Facts) -> list[tuple[str, Position]]:
    columns, made = _texts(facts, "employee_position"), list[tuple[str, Position]]()
    chosen = ", ".join((*_POSITION, *(quoted(name) for name in columns)))
    found = facts.run(f"SELECT {chosen} FROM employee_position WHERE start_date IS NOT NULL ORDER BY start_date, key")
    for employee, start, end, fte, carries, profile, *cells in found:
        if employee is None or not isinstance(start, date):
            continue
        told = {c: str(cell) for c, cell in zip(columns, cells, strict=True) if cell is not None}
        last = end if isinstance(end, date) else None
        words = str(profile) if profile is not None else ""
        share = Fraction(str(fte)) if fte is not None else Fraction(1)
        position = Position(start, last, share, carries is True, schedule(words), words, told)
        made.append((str(employee), position))
    return made
