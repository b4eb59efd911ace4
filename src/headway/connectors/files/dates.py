"""How a column writes its dates: one form for the whole column, found over every value, or the evidence against it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from headway.connectors.files.landed import ROW
from headway.connectors.files.profiling import Profile, whole
from headway.connectors.files.vocabulary import NOTHING
from headway.connectors.mistakes import DATES_AMBIGUOUS, DATES_IN_TWO_ORDERS, DATES_UNREADABLE, STRAY_DATES
from headway.core.diagnostics import Diagnostic
from headway.core.formatting import plural
from headway.core.positions import Location
from headway.tables.engine import Engine, literal, quoted

DateOrder = Literal["day-first", "month-first"]

SEPARATOR = " | "
EPOCHS = {"epoch_ms": 13, "epoch_s": 10}

_MOST_SHAPES = 2000
_FEW = 5
_MONTHS = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DAYS: tuple[tuple[str, re.Pattern[str], str, str], ...] = (
    ("year first", re.compile(r"\d{4}-\d{1,2}-\d{1,2}"), "%Y-%m-%d", ""),
    ("year first", re.compile(r"\d{4}/\d{1,2}/\d{1,2}"), "%Y/%m/%d", ""),
    ("year first", re.compile(r"\d{4}\.\d{1,2}\.\d{1,2}"), "%Y.%m.%d", ""),
    ("year first", re.compile(r"(19|20)\d{6}"), "%Y%m%d", ""),
    ("slashes", re.compile(r"\d{1,2}/\d{1,2}/\d{4}"), "%d/%m/%Y", "%m/%d/%Y"),
    ("slashes", re.compile(r"\d{1,2}/\d{1,2}/\d{2}"), "%d/%m/%y", "%m/%d/%y"),
    ("dashes", re.compile(r"\d{1,2}-\d{1,2}-\d{4}"), "%d-%m-%Y", "%m-%d-%Y"),
    ("dashes", re.compile(r"\d{1,2}-\d{1,2}-\d{2}"), "%d-%m-%y", "%m-%d-%y"),
    ("dots", re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}"), "%d.%m.%Y", "%m.%d.%Y"),
    ("dots", re.compile(r"\d{1,2}\.\d{1,2}\.\d{2}"), "%d.%m.%y", "%m.%d.%y"),
    ("month names", re.compile(rf"\d{{1,2}}-{_MONTHS}-\d{{4}}", re.I), "%d-%b-%Y", ""),
    ("month names", re.compile(rf"\d{{1,2}}-{_MONTHS}-\d{{2}}", re.I), "%d-%b-%y", ""),
    ("month names", re.compile(rf"\d{{1,2}} {_MONTHS},? \d{{4}}", re.I), "%d %b %Y", ""),
    ("month names", re.compile(rf"\d{{1,2}} {_MONTHS} \d{{2}}", re.I), "%d %b %y", ""),
    ("month names", re.compile(rf"\d{{1,2}}/{_MONTHS}/\d{{4}}", re.I), "%d/%b/%Y", ""),
    ("month names", re.compile(rf"{_MONTHS} \d{{1,2}}, \d{{4}}", re.I), "%b %d, %Y", ""),
    ("month names", re.compile(rf"{_MONTHS} \d{{1,2}} \d{{4}}", re.I), "%b %d %Y", ""),
)
_TIME = re.compile(
    r"(?P<gap>T|, | at |\s+)(?P<clock>\d{1,2}:\d{2})(?P<seconds>:\d{2})?(?P<part>\.\d{1,9})?"
    r"(?P<half>\s?[AaPp]\.?[Mm]\.?)?(?P<zone>\s?Z|\s?UTC|\s?GMT|\s?[+-]\d{2}:?\d{2}|\s?[+-]\d{2})?"
)


@dataclass(frozen=True)
class _Shape:
    """Values alike but for their digits: an example, how many rows, and rows that settle day first or month first."""

    example: str
    row: int
    count: int
    day_first: tuple[str, int] | None
    month_first: tuple[str, int] | None
    twins: bool

    @property
    def form(self) -> tuple[str, str, str] | None:
        return date_form(self.example)


@dataclass(frozen=True)
class DateReading:
    """How a column is read: its pattern (None where it cannot be), what to say about it, and cells that mean nothing."""

    column: str
    pattern: str | None
    words: str
    diagnostics: tuple[Diagnostic, ...] = ()
    nothing: tuple[str, ...] = ()
    order: DateOrder | None = None


def date_form(value: str) -> tuple[str, str, str] | None:
    """The family a date belongs to, and its strptime pattern read day first and month first ("" where that is settled)."""
    if re.fullmatch(r"1\d{12}", value):
        return "epoch", "epoch_ms", ""
    if re.fullmatch(r"1\d{9}", value):
        return "epoch", "epoch_s", ""
    for family, pattern, first, second in _DAYS:
        found = pattern.match(value)
        if found and found.end() == len(value):
            return family, _full_month(first, value), second
        time = _TIME.fullmatch(value, found.end()) if found else None
        if time:
            clock = _clock(time)
            return family, _full_month(first, value) + clock, second + clock if second else ""
    return None


def _full_month(pattern: str, value: str) -> str:
    word = re.search(r"[A-Za-z]{3,}", value)
    comma = pattern.replace(" %Y", ", %Y") if "%b %Y" in pattern and "," in value else pattern
    return comma.replace("%b", "%B") if word and len(word[0]) > 3 else comma


def _clock(time: re.Match[str]) -> str:
    hours = "%I:%M" if time["half"] else "%H:%M"
    half = re.sub(r"[AaPp]\.?[Mm]\.?", "%p", time["half"] or "")
    zone = time["zone"] or ""
    if re.fullmatch(r"\s?[+-]\d{2}(:?\d{2})?", zone) and zone.strip(" +-:0"):
        zone = "%z"
    return time["gap"] + hours + (":%S" if time["seconds"] else "") + (".%f" if time["part"] else "") + half + zone


def read_dates(
    profiled: Profile,
    columns: Sequence[str],
    engine: Engine,
    chosen: DateOrder | None = None,
    siblings: Sequence[str] = (),
) -> dict[str, DateReading]:
    """How each date column of a file is read; one whose order cannot be told borrows it from the others, or siblings."""
    shapes = {name: _shapes(profiled, name, engine) for name in (*columns, *siblings)}
    orders: dict[str, DateOrder] = {}
    for name in shapes:
        own = _own_order(shapes[name])
        if own:
            orders[name] = own
    sibling = Counter(orders.values())
    borrowed = next(iter(sibling)) if len(sibling) == 1 else None
    return {
        name: _reading(profiled, name, shapes[name], orders, chosen or borrowed, chosen, engine) for name in columns
    }


def _shapes(profiled: Profile, name: str, engine: Engine) -> list[_Shape]:
    """All values of a column grouped by shape; what day and month can be is looked at in every one of them."""
    first, second = (f"try_cast(regexp_extract(v, '^(\\d+)[-/.](\\d+)[-/.]', {part}) AS INTEGER)" for part in (1, 2))
    records = engine.run(
        f"WITH found AS (SELECT {quoted(name)} AS v, count(*) AS n, min({ROW}) AS r FROM {profiled.relation} "
        f"WHERE {quoted(name)} IS NOT NULL GROUP BY ALL), "
        f"parts AS (SELECT *, {first} AS a, {second} AS b FROM found) "
        "SELECT regexp_replace(regexp_replace(v, '[0-9]', '9', 'g'), '[A-Za-z]', 'a', 'g') AS shape, "
        "arg_min(v, r), min(r), sum(n)::BIGINT, "
        "arg_min(v, r) FILTER (a > 12 AND b <= 12), min(r) FILTER (a > 12 AND b <= 12), "
        "arg_min(v, r) FILTER (b > 12 AND a <= 12), min(r) FILTER (b > 12 AND a <= 12), "
        "coalesce(bool_and(a = b), false) "
        f"FROM parts GROUP BY shape ORDER BY 4 DESC, shape LIMIT {_MOST_SHAPES}"
    )
    return [
        _Shape(
            example=str(example),
            row=whole(row),
            count=whole(count),
            day_first=(str(day), whole(day_row)) if day is not None else None,
            month_first=(str(month), whole(month_row)) if month is not None else None,
            twins=bool(twins),
        )
        for _, example, row, count, day, day_row, month, month_row, twins in records
    ]


def _own_order(shapes: Iterable[_Shape]) -> DateOrder | None:
    """What the column itself proves; dots are day first by custom."""
    open_to_both = [shape for shape in shapes if shape.form and shape.form[2]]
    day = any(shape.day_first for shape in open_to_both)
    month = any(shape.month_first for shape in open_to_both)
    if day != month:
        return "day-first" if day else "month-first"
    if not day and open_to_both and all(shape.form and shape.form[0] == "dots" for shape in open_to_both):
        return "day-first"
    return None


def _reading(
    profiled: Profile,
    name: str,
    shapes: list[_Shape],
    orders: Mapping[str, DateOrder],
    order: DateOrder | None,
    chosen: DateOrder | None,
    engine: Engine,
) -> DateReading:
    nothing = tuple(sorted({s.example for s in shapes if s.example.casefold() in NOTHING}))
    filled = [s for s in shapes if s.example.casefold() not in NOTHING]
    total = sum(s.count for s in filled)
    if not total:
        return DateReading(name, None, "holds no dates yet", (), nothing)
    families = Counter[str]()
    for shape in filled:
        if shape.form:
            families[shape.form[0]] += shape.count
    known = sum(families.values())
    if known < 0.8 * total:
        return DateReading(name, None, "is no date", (_unreadable(profiled, name, filled, total - known),), nothing)
    main = families.most_common(1)[0][0]
    others = total - families[main]
    if known > families[main] and (known - families[main] > _FEW or (known - families[main]) > 0.01 * total):
        return DateReading(name, None, "is written in two forms", (_two_forms(profiled, name, filled, main),), nothing)
    in_main = [s for s in filled if s.form and s.form[0] == main]
    conflict = _conflict(profiled, name, in_main)
    if conflict:
        return DateReading(name, None, "is written in two orders", (conflict,), nothing)
    settled, why = _settle(name, in_main, orders, order, chosen)
    if why == "ambiguous":
        return DateReading(name, None, "could be either order", (_ambiguous(profiled, name, in_main),), nothing)
    pattern = SEPARATOR.join(_patterns(in_main, settled))
    strays = _strays(profiled, name, pattern, engine)
    words = f"{total - (others if strays else 0):,} dates such as '{in_main[0].example}' read as {pattern}{why}"
    return DateReading(name, pattern, words, strays, nothing, settled)


def _settle(
    name: str,
    shapes: list[_Shape],
    orders: Mapping[str, DateOrder],
    order: DateOrder | None,
    chosen: DateOrder | None,
) -> tuple[DateOrder | None, str]:
    """Day first or month first, and how we know; 'ambiguous' where nothing tells."""
    if not any(s.form and s.form[2] for s in shapes):
        return None, ""
    own = orders.get(name)
    if own:
        proof = next((s.day_first or s.month_first for s in shapes if s.day_first or s.month_first), None)
        return own, f", {own}: '{proof[0]}' on row {proof[1]} settles it" if proof else f", {own} by custom"
    if chosen:
        return chosen, f", {chosen} as chosen"
    if order:
        sibling = next(other for other, found in orders.items() if found == order)
        return order, f", {order} as in '{sibling}'"
    if all(s.twins for s in shapes if s.form and s.form[2]):
        return "day-first", ", day and month being the same number"
    return None, "ambiguous"


def _patterns(shapes: Iterable[_Shape], order: DateOrder | None) -> list[str]:
    found: list[str] = []
    for shape in shapes:
        if shape.form:
            _, first, second = shape.form
            found.append(second if second and order == "month-first" else first)
    whole_days = {re.split(r"[ T]", pattern)[0] for pattern in found if "%H" in pattern or "%I" in pattern}
    kept = [pattern for pattern in dict.fromkeys(found) if pattern not in whole_days]
    return kept or list(dict.fromkeys(found))


def _readings(pattern: str) -> list[str]:
    """The patterns to try: each one, and its day alone, because a time of day is often left out."""
    every = pattern.split(SEPARATOR)
    days = [re.split(r"[ T,]+%[HI]|T%H", part)[0] for part in every if "%z" not in part]
    return list(dict.fromkeys([*every, *days]))


def parsed(column: str, pattern: str) -> str:
    """The SQL that reads a text column by a pattern of a mapping; NULL where it cannot."""
    if pattern in EPOCHS:
        scale = 1000 if pattern == "epoch_s" else 1
        return f"try_cast(epoch_ms(try_cast({quoted(column)} AS BIGINT) * {scale}) AS DATE)"
    patterns = ", ".join(literal(part) for part in _readings(pattern))
    return f"try_cast(try_strptime({quoted(column)}, [{patterns}]) AS DATE)"


def _strays(profiled: Profile, name: str, pattern: str, engine: Engine) -> tuple[Diagnostic, ...]:
    """Values the pattern cannot read, such as a 31st of February."""
    words = ", ".join(literal(word) for word in sorted(NOTHING))
    records = engine.run(
        f"SELECT {quoted(name)}, min({ROW}) AS r, count(*) FROM {profiled.relation} WHERE {quoted(name)} IS NOT NULL "
        f"AND {parsed(name, pattern)} IS NULL AND lower({quoted(name)}) NOT IN ({words}) GROUP BY ALL ORDER BY r"
    )
    if not records:
        return ()
    count = sum(whole(record[2]) for record in records)
    listed = "; ".join(f"row {row}: '{value}'" for value, row, _ in records[:_FEW])
    place = Location(str(profiled.landed.path), whole(records[0][1]))
    many = "is no date; its row" if count == 1 else "are no dates; their rows"
    message = f"{profiled.landed.title}: {plural(count, 'value')} of '{name}' {many} will be rejected and listed"
    remedy = "mend them in the system and export again, or let those rows go"
    return (STRAY_DATES.at(place, message, detail=listed, remedy=remedy, severity="warning"),)


def _unreadable(profiled: Profile, name: str, shapes: Sequence[_Shape], count: int) -> Diagnostic:
    odd = [s for s in shapes if not s.form][:3]
    detail = "; ".join(f"row {s.row}: '{s.example}'" for s in odd)
    message = f"{profiled.landed.title}: {count:,} values of '{name}' cannot be read as dates"
    remedy = "export them as year-month-day, or leave the column out in the mapping"
    return DATES_UNREADABLE.at(Location(str(profiled.landed.path), odd[0].row), message, detail=detail, remedy=remedy)


def _two_forms(profiled: Profile, name: str, shapes: Sequence[_Shape], main: str) -> Diagnostic:
    first = next(s for s in shapes if s.form and s.form[0] == main)
    other = next(s for s in shapes if s.form and s.form[0] != main)
    return _in_two(profiled, name, "two forms", (first.example, first.row), (other.example, other.row))


def _conflict(profiled: Profile, name: str, shapes: Sequence[_Shape]) -> Diagnostic | None:
    day = next((s.day_first for s in shapes if s.day_first and s.form and s.form[2]), None)
    month = next((s.month_first for s in shapes if s.month_first and s.form and s.form[2]), None)
    if day is None or month is None:
        return None
    return _in_two(profiled, name, "two orders", day, month, (" can only be day first", " can only be month first"))


def _in_two(
    profiled: Profile,
    name: str,
    what: str,
    one: tuple[str, int],
    other: tuple[str, int],
    means: tuple[str, str] = ("", ""),
) -> Diagnostic:
    detail = f"row {one[1]}: '{one[0]}'{means[0]}\nrow {other[1]}: '{other[0]}'{means[1]}"
    message = f"{profiled.landed.title}: the dates of '{name}' are written in {what}"
    remedy = "export it again under one locale, or import the two parts as files of their own"
    place = Location(str(profiled.landed.path), other[1])
    return DATES_IN_TWO_ORDERS.at(place, message, detail=detail, remedy=remedy)


def _ambiguous(profiled: Profile, name: str, shapes: Sequence[_Shape]) -> Diagnostic:
    shape = next(s for s in shapes if s.form and s.form[2])
    return DATES_AMBIGUOUS.at(
        Location(str(profiled.landed.path), shape.row),
        f"{profiled.landed.title}: '{shape.example}' in '{name}' could be day first or month first",
        detail="no value of this column, or of another date column in the file, settles it",
        remedy="say which: --dates day-first or --dates month-first",
    )
