"""How a file writes its amounts: decimal mark, currency, signs, scale; found over every value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from headway.connectors.files.landed import ROW
from headway.connectors.files.names import CURRENCIES
from headway.connectors.files.profiling import Profile, whole
from headway.connectors.files.vocabulary import NOTHING
from headway.connectors.mistakes import AMOUNTS_IN_TWO_STYLES, NEGATIVE_AMOUNTS, STRAY_AMOUNTS
from headway.core.diagnostics import Diagnostic
from headway.core.formatting import plural
from headway.core.positions import Location
from headway.tables.engine import Engine, quoted

SYMBOLS = {
    **{"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₽": "RUB", "zł": "PLN", "kr": "SEK", "$": "USD"},
    **{
        "US$": "USD",
        "A$": "AUD",
        "AU$": "AUD",
        "C$": "CAD",
        "CA$": "CAD",
        "NZ$": "NZD",
        "HK$": "HKD",
        "R$": "BRL",
        "S$": "SGD",
    },
}
SHARED_SYMBOLS = frozenset(("$", "¥", "kr"))
"""Signs more than one currency uses."""

_MOST_SHAPES = 5000
_FEW = 5
_SCALE = re.compile(r"^(k|tsd|mio|mrd|mn|mm|m|bn|b)\.?(?=$|[A-Z]{3}$|[^\w\s]+$)", re.IGNORECASE)
_AMOUNT = re.compile(
    r"(?P<sign>[-+(−]*)(?P<before>[^\d\s().,'’+−-]*\.?)(?P<sign2>[-+(−]*)(?P<core>\d[\d.,'’]*)"
    r"(?P<percent>%)?(?P<after>[^\d\s().,'’+−%-]*\.?[^\d\s().,'’+−%-]*)(?P<tail>[-)−]*)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Written:
    """One amount taken apart: the decimal mark it proves ("" where it could be either), its currency, its sign."""

    mark: str
    currency: str
    negative: bool
    percent: bool
    doubtful: bool = False


@dataclass(frozen=True)
class _Shape:
    example: str
    row: int
    count: int

    @property
    def written(self) -> Written | None:
        return take_apart(self.example)


@dataclass(frozen=True)
class AmountReading:
    """How the amounts of a file are read, what to say about them, and cells that mean nothing, per column."""

    decimal: str
    sure: bool
    words: str
    currencies: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    nothing: tuple[tuple[str, str], ...] = ()


def take_apart(value: str) -> Written | None:
    """What an amount proves about how it is written; None if it is none."""
    found = _AMOUNT.fullmatch(re.sub(r"[\s\u00a0\u202f]", "", value))
    if not found:
        return None
    signs = found["sign"] + found["sign2"] + found["tail"]
    after = found["after"] if _code(found["after"]) else _SCALE.sub("", found["after"])
    currency = found["before"] or after
    if (found["before"] and after) or (currency and not _code(currency)):
        return None
    mark, doubtful = _mark(found["core"].rstrip(".,"))
    if mark == "?":
        return None
    negative = any(sign in signs for sign in "-−(")
    return Written(mark, _code(currency), negative, bool(found["percent"]), doubtful)


def _code(text: str) -> str:
    """The currency a sign or code stands for; "" where it is none we know."""
    bare = text.rstrip(".")
    return SYMBOLS.get(bare) or SYMBOLS.get(bare.casefold()) or (bare.upper() if bare.upper() in CURRENCIES else "")


def _mark(core: str) -> tuple[str, bool]:
    """The decimal mark a number proves; "" and whether it is one group of three behind a single mark; "?" if broken."""
    digits = re.sub(r"['’]", "", core)
    marks = [sign for sign in digits if sign in ".,"]
    if not marks:
        return "", False
    last = marks[-1]
    other = "," if last == "." else "."
    if len(set(marks)) == 2:
        whole_part, _, rest = digits.rpartition(last)
        return (last if rest.isdigit() and last not in whole_part and _grouped(whole_part, other) else "?"), False
    if len(marks) > 1:
        return (other if _grouped(digits, last) else "?"), False
    before, _, after = digits.partition(last)
    if len(after) == 3 and 1 <= len(before) <= 3 and before != "0":
        return "", True
    return last, False


def _grouped(digits: str, mark: str) -> bool:
    """Whether a mark stands between groups of three (or, as in India, of two) digits."""
    return bool(re.fullmatch(rf"\d{{1,3}}(\{mark}\d{{2,3}})*\{mark}\d{{3}}|\d+", digits))


def read_amounts(profiled: Profile, columns: Sequence[str], engine: Engine, chosen: str | None = None) -> AmountReading:
    """How all amount columns of a file are read: one decimal mark for the file."""
    shapes = {name: _shapes(profiled, name, engine) for name in columns}
    every = [(name, shape) for name in columns for shape in shapes[name]]
    proofs = {mark: _first(every, mark) for mark in (".", ",")}
    diagnostics: list[Diagnostic] = []
    if proofs["."] and proofs[","]:
        diagnostics.append(_two_styles(profiled, proofs["."], proofs[","]))
    decimal, sure, words = _decide(every, proofs, chosen)
    for name in columns:
        diagnostics += _odd(profiled, name, shapes[name])
    currencies = {w.currency for _, shape in every if (w := shape.written) and w.currency}
    nothing = tuple((name, s.example) for name, s in every if s.example.casefold() in NOTHING)
    return AmountReading(decimal, sure, words, tuple(sorted(currencies)), tuple(diagnostics), nothing)


def _shapes(profiled: Profile, name: str, engine: Engine) -> list[_Shape]:
    records = engine.run(
        f"SELECT regexp_replace({quoted(name)}, '[0-9]', '9', 'g') AS shape, arg_min({quoted(name)}, {ROW}), min({ROW}), "
        f"count(*) FROM {profiled.relation} WHERE {quoted(name)} IS NOT NULL GROUP BY shape "
        f"ORDER BY 4 DESC, shape LIMIT {_MOST_SHAPES}"
    )
    return [_Shape(str(example), whole(row), whole(count)) for _, example, row, count in records]


def _first(every: Iterable[tuple[str, _Shape]], mark: str) -> tuple[str, _Shape] | None:
    return next(((name, s) for name, s in every if (w := s.written) and w.mark == mark), None)


def _decide(
    every: Sequence[tuple[str, _Shape]], proofs: dict[str, tuple[str, _Shape] | None], chosen: str | None
) -> tuple[str, bool, str]:
    for mark, name in ((".", "point"), (",", "comma")):
        proof = proofs[mark]
        if proof:
            return mark, True, f"decimal {name}: '{proof[1].example}' on row {proof[1].row} settles it"
    doubtful = [s for _, s in every if (w := s.written) and w.doubtful]
    if chosen:
        return chosen, True, "decimal mark as chosen"
    if not doubtful:
        return ".", True, "whole numbers"
    if "," in doubtful[0].example:
        return ".", True, f"'{doubtful[0].example}' taken for thousands"
    example = doubtful[0].example
    return ",", False, f"'{example}' taken for thousands, because every point stands before three digits"


def _odd(profiled: Profile, name: str, shapes: Sequence[_Shape]) -> list[Diagnostic]:
    """Values that are no amounts, and amounts below zero."""
    strays = [s for s in shapes if s.written is None and s.example.casefold() not in NOTHING]
    negative = [s for s in shapes if (w := s.written) and w.negative]
    path, title = str(profiled.landed.path), profiled.landed.title
    found: list[Diagnostic] = []
    if strays:
        count = sum(s.count for s in strays)
        many = "is no amount; its row" if count == 1 else "are no amounts; their rows"
        message = f"{title}: {plural(count, 'value')} of '{name}' {many} will be rejected and listed"
        remedy = "mend them in the system and export again, or let those rows go"
        where = Location(path, min(s.row for s in strays))
        found.append(STRAY_AMOUNTS.at(where, message, detail=_rows(strays), remedy=remedy, severity="warning"))
    if negative:
        count = sum(s.count for s in negative)
        message = f"{title}: {count:,} amounts in '{name}' are below zero; they are kept as they are"
        remedy = "check that they are meant: they lower every total"
        where = Location(path, min(s.row for s in negative))
        found.append(NEGATIVE_AMOUNTS.at(where, message, detail=_rows(negative), remedy=remedy, severity="warning"))
    return found


def _rows(shapes: Sequence[_Shape]) -> str:
    return "; ".join(f"row {s.row}: '{s.example}'" for s in sorted(shapes, key=lambda s: s.row)[:_FEW])


def _two_styles(profiled: Profile, point: tuple[str, _Shape], comma: tuple[str, _Shape]) -> Diagnostic:
    rows = [
        f"row {s.row}: '{s.example}' in '{name}' has a decimal {what}"
        for (name, s), what in ((point, "point"), (comma, "comma"))
    ]
    return AMOUNTS_IN_TWO_STYLES.at(
        Location(str(profiled.landed.path), comma[1].row),
        f"{profiled.landed.title} writes amounts with decimal points and with decimal commas",
        detail="\n".join(rows),
        remedy="export it again under one locale, or import the two parts as files of their own",
    )
