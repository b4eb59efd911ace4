"""Which columns point at another file of the import, how many values find their row there, and spellings to mend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from headway.connectors.files.columns import id_form
from headway.connectors.files.keys import short_id
from headway.connectors.files.names import counted, fold
from headway.connectors.files.profiling import FEW, counts_of
from headway.connectors.files.proposal import Draft
from headway.core.mapping import FIELDS, Thing
from headway.core.things import record_of
from headway.tables.engine import Engine

_MOST_NAMES = 5000
_MOST_VALUES = 20_000
_ENOUGH = 0.9
_ENOUGH_TO_SWAP = 0.3
_LONG_ENOUGH = 5
_POINTS_AT: Mapping[str, Thing] = {"account": "account", "owner": "user", "product": "product", "lead": "lead"}


@dataclass(frozen=True)
class _Match:
    """How the values of a column fare against one column of a reference table."""

    column: str
    target: str
    values: Mapping[str, int]
    known: frozenset[str]

    @property
    def found(self) -> int:
        if self.target == "id":
            return sum(1 for value in self.values if short_id(value) in self.known)
        return sum(1 for value in self.values if value in self.known)

    @property
    def share(self) -> float:
        return self.found / len(self.values) if self.values else 0.0


def join_references(drafts: Sequence[Draft], engine: Engine) -> None:
    """For each file, say which of the things its rows refer to are found in the other files."""
    for draft in drafts:
        for field, thing in _pointing(draft):
            targets = [other for other in drafts if other.thing == thing]
            if targets:
                _join(draft, field, targets, engine)


def _pointing(draft: Draft) -> list[tuple[str, Thing]]:
    """The fields by which such rows refer to another thing, whether they hold its name or, with `_id`, its id."""
    if draft.thing == "opportunity":
        return list(_POINTS_AT.items())
    record = record_of(draft.thing)
    fields = set(record.fields) if record else set[str]()
    things: list[Thing] = [link.to for link in (record.links if record else ())]
    words: list[tuple[str, Thing]] = [("owner" if thing == "user" else thing, thing) for thing in things]
    return [(word, thing) for word, thing in words if {word, f"{word}_id"} & fields]


def _join(draft: Draft, field: str, targets: Sequence[Draft], engine: Engine) -> None:
    known = {part: _known(targets, part, engine) for part in ("name", "id")}
    mapped = [(field, draft.column(field)), (f"{field}_id", draft.column(f"{field}_id"))]
    for role, column in mapped:
        if column:
            _confirm(draft, field, role, column, known, targets, engine)
    if not any(column for _, column in mapped):
        _by_values(draft, field, known, targets, engine)


def _known(targets: Iterable[Draft], part: str, engine: Engine) -> frozenset[str]:
    found: set[str] = set()
    for target in targets:
        column = target.column(part)
        if column:
            values = counts_of(engine, target.profiled, column, _MOST_VALUES)
            found |= {short_id(value) if part == "id" else value for value in values}
    return frozenset(found)


def _confirm(
    draft: Draft,
    field: str,
    role: str,
    column: str,
    known: Mapping[str, frozenset[str]],
    targets: Sequence[Draft],
    engine: Engine,
) -> None:
    """Check a column mapped by name; where its values are ids and it was taken for a label, or the reverse, swap it."""
    values = _values(draft, role, column, engine)
    by_name, by_id = (_Match(column, part, values, known[part]) for part in ("name", "id"))
    better = by_id if by_id.share > by_name.share else by_name
    meant = f"{field}_id" if better is by_id and better.found else field if better.found else role
    title = targets[0].title
    words = f"{better.found:,} of {len(values):,} values are {better.target}s in {title}"
    idle = len(better.known) - better.found if field == "owner" else 0
    words += f"; {idle:,} of its {len(better.known):,} are on no row" if better.found and idle > 0 else ""
    settled = column in draft.settled
    free = meant in FIELDS[draft.thing] and meant not in draft.matches
    if meant != role and free and not settled and better.share >= _ENOUGH_TO_SWAP:
        del draft.matches[role]
        draft.match(meant, column, words, form=id_form(meant, draft.profiled.columns[column]))
    elif not better.found:
        draft.conclude(role, column, f"none of {len(values):,} values is found in {title}", sure=False)
        return
    else:
        if not settled:
            draft.matches[role] = replace(draft.matches[role], evidence=f"{draft.matches[role].evidence}; {words}")
        draft.conclude(role, column, words)
    if better is by_name:
        _mend(draft, column, values, known["name"], targets)


def _values(draft: Draft, role: str, column: str, engine: Engine) -> Mapping[str, int]:
    """The values with their counts; of lists the first part, of Salesforce ids the part both lengths share."""
    counts = counts_of(engine, draft.profiled, column, _MOST_VALUES)
    if role in draft.matches and draft.matches[role].format == "first":
        return {value.split(";")[0].strip(): count for value, count in counts.items()}
    return counts


def _by_values(
    draft: Draft, field: str, known: Mapping[str, frozenset[str]], targets: Sequence[Draft], engine: Engine
) -> None:
    """A column without a telling name whose values are those of the reference table."""
    found: list[_Match] = []
    for name, column in draft.profiled.columns.items():
        if draft.is_free(name) and column.kind in ("text", "email") and column.distinct > 1:
            counts = counts_of(engine, draft.profiled, name, FEW)
            found += [_Match(name, part, counts, known[part]) for part in ("name", "id")]
    best = max(found, key=lambda match: (match.share, match.found), default=None)
    role = field if best and best.target == "name" else f"{field}_id"
    if best and best.share >= _ENOUGH and best.found >= 2 and role in FIELDS[draft.thing]:
        words = f"{best.found:,} of {len(best.values):,} values are {best.target}s in {targets[0].title}"
        form = id_form(role, draft.profiled.columns[best.column])
        draft.match(role, best.column, words, sure=False, form=form)
        if best.target == "name":
            _mend(draft, best.column, best.values, known["name"], targets)


def _mend(
    draft: Draft, column: str, values: Mapping[str, int], names: frozenset[str], targets: Sequence[Draft]
) -> None:
    """Propose the reference table's spelling for values that differ from one of its names by little.

    Where both sides were mapped before, a repair that is not there may have been refused: it is only pointed out.
    """
    if len(names) > _MOST_NAMES:
        return
    seen_before = column in draft.settled and all(target.settled for target in targets)
    mended = draft.repairs.get(column, {})
    for value, count in values.items():
        if value in names or value in mended:
            continue
        meant, by_sign = nearest(value, names)
        if meant:
            how = "but for blanks, case and signs" if by_sign else "by its nearest spelling"
            words = f"'{value}' on {counted(count, 'row')} is '{meant}' in {targets[0].title} {how}"
            if seen_before:
                words += "; left as it is, mend it under `repairs` if that is right"
            else:
                draft.repairs.setdefault(column, {})[value] = meant
            draft.conclude("spelling", column, words, sure=by_sign and not seen_before)


def nearest(value: str, names: Iterable[str]) -> tuple[str, bool]:
    """The one name a value can mean, and whether only blanks, case or signs differ; "" where none or several qualify."""
    folded = fold(value)
    every = sorted(names)
    same = [name for name in every if fold(name) == folded]
    if folded and len(same) == 1:
        return same[0], True
    if same or len(folded) < _LONG_ENOUGH:
        return "", False
    digits = [sign for sign in folded if sign.isdigit()]
    allowed = 2 if len(folded) >= 2 * _LONG_ENOUGH else 1
    near = [
        (distance, name)
        for name in every
        if [sign for sign in fold(name) if sign.isdigit()] == digits
        and (distance := _distance(folded, fold(name), allowed)) <= allowed
    ]
    best = min((distance for distance, _ in near), default=0)
    closest = [name for distance, name in near if distance == best]
    return (closest[0] if len(closest) == 1 else ""), False


def _distance(one: str, other: str, most: int) -> int:
    """How many letters must be put in, left out or changed; anything above `most` is as far as that plus one."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, right in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (left != right))
        if min(row) > most:
            return most + 1
    return row[-1]
