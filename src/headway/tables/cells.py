"""How one cell of raw text is read: dates by pattern, amounts by decimal mark, shares, flags. All of it SQL text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from headway.tables.engine import literal, quoted

_NOTHING = (
    *("", "-", "--", "---", "—", "–", "?", "n/a", "na", "#n/a", "none", "null", "nil", "nan", "nat", "tbd", "tba"),
    *("unknown", "not set", "not available", "(none)", "(blank)", "blank", "no value", "(no value)"),
    *("0000-00-00", "00/00/0000"),
)
_YES = ("true", "t", "yes", "y", "1", "1.0", "x", "won", "closed", "ja", "oui", "wahr", "vrai")
_NO = ("false", "f", "no", "n", "0", "0.0", "", "open", "nein", "non", "falsch", "faux")
_SCALE = {
    **{"k": 1_000, "tsd": 1_000, "m": 1_000_000, "mn": 1_000_000, "mm": 1_000_000, "mio": 1_000_000},
    **{"b": 1_000_000_000, "bn": 1_000_000_000, "mrd": 1_000_000_000},
}
_NO_MINOR = (
    "BIF",
    "CLP",
    "DJF",
    "GNF",
    "JPY",
    "KMF",
    "KRW",
    "MGA",
    "PYG",
    "RWF",
    "UGX",
    "VND",
    "VUV",
    "XAF",
    "XOF",
    "XPF",
)
_THOUSANDTHS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_COUNTED_IN = {"thousands": 1_000, "millions": 1_000_000}
_SCALE_WORD = "|".join(sorted(_SCALE, key=lambda word: (-len(word), word)))
_DIGITS = r"[0-9.,][0-9.,'’\s\x{a0}\x{202f}]*"
_UNIT = r"\pL{0,3}\.?\p{Sc}?"
_SCALED = rf"[0-9][.,]?\s*((?i:{_SCALE_WORD}))(?:\b|[A-Z]{{3}}|\p{{Sc}})"
_AMOUNT = (
    rf"[-+−(]*\s*{_UNIT}\s*[-+−]?\s*{_DIGITS}\s*(?:(?i:{_SCALE_WORD})(?:\b\.?|[A-Z]{{3}}|\p{{Sc}}))?\s*{_UNIT}\s*[-−)]?"
)
_COUNTED = ("epoch_s", "epoch_ms")
_SEPARATOR = " | "
_SIGNS = {
    **{"AU$": "AUD", "CA$": "CAD", "HK$": "HKD", "NZ$": "NZD", "US$": "USD", "A$": "AUD", "C$": "CAD", "R$": "BRL"},
    **{"S$": "SGD", "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₽": "RUB", "zł": "PLN"},
}
_SHARED_SIGNS = {"¥": "JPY", "kr": "SEK", "$": "USD"}
_DIRECTIVES = frozenset("YymbBdjHIMSfgpzZaAT%")


def text(column: str, repairs: Mapping[str, str] | None = None) -> str:
    """The cell as text: outer spaces gone, empty as NULL, a mended spelling in place of the one found."""
    trimmed = f"nullif(trim({quoted(column)}, {literal(' ' + chr(9) + chr(10) + chr(13) + chr(160))}), '')"
    if not repairs:
        return trimmed
    cases = " ".join(f"WHEN {literal(found)} THEN {literal(meant)}" for found, meant in sorted(repairs.items()))
    return f"nullif(CASE {trimmed} {cases} ELSE {trimmed} END, '')"


def short_id(cell: str) -> str:
    """A record id by its first 15 characters: reports give 15, the interface 18, and the rest is a check on them."""
    return f"(CASE WHEN regexp_full_match({cell}, '[A-Za-z0-9]{{15}}[A-Z0-5]{{3}}') THEN {cell}[:15] ELSE {cell} END)"


def first_of_list(cell: str) -> str:
    """The first of several values joined by semicolons."""
    return f"nullif(trim(split_part({cell}, ';', 1)), '')"


def currency_sign(cell: str, default: str | None) -> str:
    """The currency an amount names by its code or sign; a sign several currencies use gives way to the default."""
    shared = {sign: default or code for sign, code in _SHARED_SIGNS.items()}
    signs = " ".join(
        f"WHEN contains({cell}, {literal(sign)}) THEN {literal(code)}" for sign, code in (_SIGNS | shared).items()
    )
    code = f"nullif(regexp_extract({cell}, '\\b([A-Z]{{3}})\\b', 1), '')"
    return f"coalesce({code}, CASE {signs} END)"


def filled(cell: str) -> str:
    """Whether a typed cell holds something to be read at all; spellings of nothing do not count."""
    return f"(lower(coalesce({cell}, '')) NOT IN ({', '.join(literal(word) for word in _NOTHING)}))"


def good_pattern(pattern: str) -> bool:
    """Whether each alternative of a date pattern names a year, a month and a day in known directives."""
    return all(part in _COUNTED or _whole_date(part) for part in pattern.split(_SEPARATOR))


def _whole_date(pattern: str) -> bool:
    found = set(re.findall(r"%-?(.)", pattern))
    day = "j" in found or (bool({"m", "b", "B"} & found) and "d" in found)
    return not found - _DIRECTIVES and bool({"Y", "y"} & found) and day


def moment(cell: str, pattern: str) -> str:
    """The cell as a point in time by its pattern, alternatives in order; NULL where none fits or the year is absurd.

    Without a pattern the forms of ISO 8601 are read.
    """
    counted = {"epoch_s": 1_000_000, "epoch_ms": 1_000}
    parts = pattern.split(_SEPARATOR) if pattern else []
    reads = [
        f"make_timestamp(try_cast(try_cast({cell} AS DOUBLE) * {counted[part]} AS BIGINT))"
        for part in parts
        if part in counted
    ]
    written = [part.replace("%-", "%") for part in parts if part not in counted]
    zoned = [part for part in written if "%z" in part]
    plain = [part for part in written if part not in zoned]
    if plain:
        reads.append(f"try_strptime({cell}, [{', '.join(literal(part) for part in plain)}])")
    reads += [f"CAST(try_strptime({cell}, {literal(part)}) AS TIMESTAMP)" for part in zoned]
    read = f"coalesce({', '.join(reads)})" if reads else f"try_cast({cell} AS TIMESTAMP)"
    return f"(CASE WHEN year({read}) BETWEEN 1900 AND 2199 THEN {read} END)"


def day(cell: str, pattern: str) -> str:
    """The cell as a civil date."""
    return f"CAST({moment(cell, pattern)} AS DATE)"


def money(cell: str, decimal: str, counted_in: str = "") -> str:
    """The cell as an exact amount; NULL where it is none.

    Currency signs and codes, thousands separators by the decimal mark, k, m and bn, a minus before or after and
    parentheses for negatives are understood; a number grouped in another way is not guessed at. Where a column is
    `counted_in` thousands or millions, so is each amount that does not say otherwise.
    """
    unit = _COUNTED_IN.get(counted_in, 1)
    digits = f"rtrim(regexp_extract({cell}, {literal(_DIGITS)}))"
    whole = f"CASE WHEN regexp_full_match({digits}, {literal(_grouped(decimal))}) THEN {_plain(digits, decimal)} END"
    sizes = " ".join(f"WHEN {literal(word)} THEN {size}" for word, size in _SCALE.items())
    scale = f"CASE lower(regexp_extract({cell}, {literal(_SCALED)}, 1)) {sizes} ELSE {unit} END"
    sign = f"CASE WHEN regexp_matches({cell}, '[-−(]') THEN -1 ELSE 1 END"
    value = f"try_cast({whole} AS DECIMAL(28,10)) * CAST(({scale}) * ({sign}) AS DECIMAL(10,0))"
    written = f"CASE WHEN regexp_full_match({cell}, {literal(_AMOUNT)}) THEN try_cast({value} AS DECIMAL(18,4)) END"
    bare = cell if decimal == "." else f"CASE WHEN NOT contains({cell}, '.') THEN replace({cell}, ',', '.') END"
    number = f"try_cast({bare} AS DECIMAL(18,4))"
    if unit != 1:
        number = f"try_cast(try_cast({bare} AS DECIMAL(28,10)) * CAST({unit} AS DECIMAL(10,0)) AS DECIMAL(18,4))"
    return f"coalesce({number}, {written})"


def minor(cell: str, decimal: str, currency: str) -> str:
    """The cell as an amount that is counted in the smallest unit of its currency: hundredths of most, whole yen."""
    code = f"upper({currency})"
    part = f"CASE WHEN {code} IN {_NO_MINOR} THEN 1.000 WHEN {code} IN {_THOUSANDTHS} THEN 0.001 ELSE 0.010 END"
    bare = cell if decimal == "." else f"replace({cell}, ',', '.')"
    return f"try_cast(try_cast({bare} AS DECIMAL(28,10)) * CAST({part} AS DECIMAL(4,3)) AS DECIMAL(18,4))"


def _grouped(decimal: str) -> str:
    mark, separator = (r"\.", r"[,'’\s\x{a0}\x{202f}]") if decimal == "." else (",", r"[.'’\s\x{a0}\x{202f}]")
    whole = rf"(?:[0-9]+|[0-9]{{1,3}}(?:{separator}[0-9]{{2,3}})*{separator}[0-9]{{3}})"
    return rf"(?:{whole}(?:{mark}[0-9]*)?|{mark}[0-9]+)"


def _plain(digits: str, decimal: str) -> str:
    bare = rf"regexp_replace({digits}, '[^0-9{'.' if decimal == '.' else ','}]', '', 'g')"
    return bare if decimal == "." else f"replace({bare}, ',', '.')"


def number(cell: str, decimal: str) -> str:
    """The cell as an exact number such as a quantity or a rate; NULL where it is none."""
    written = f"regexp_full_match({cell}, {literal('[-+−]?' + _grouped(decimal))})"
    sign = f"CASE WHEN regexp_matches({cell}, '^[-−]') THEN '-' ELSE '' END"
    return f"(CASE WHEN {written} THEN try_cast(concat({sign}, {_plain(cell, decimal)}) AS DECIMAL(28,10)) END)"


def percent(cell: str, decimal: str) -> str:
    """The cell as an exact number of percent, with its sign or without: `12.5 %` and `12.5` are the same."""
    return number(f"rtrim({cell}, '% ')", decimal)


def share(cell: str, decimal: str, in_percent: str) -> str:
    """The cell as a share of one; `in_percent` is the SQL that says whether the whole column counts to a hundred."""
    number = f"try_cast(replace(rtrim({cell}, '% '), {literal(decimal)}, '.') AS DOUBLE)"
    scaled = f"(CASE WHEN {cell} LIKE '%\\%' ESCAPE '\\' OR {in_percent} THEN {number} / 100 ELSE {number} END)"
    return f"(CASE WHEN {scaled} BETWEEN 0 AND 1 THEN {scaled} END)"


def share_number(cell: str, decimal: str) -> str:
    """The bare number of a share, for telling whether a column counts to a hundred."""
    return f"try_cast(replace(rtrim({cell}, '% '), {literal(decimal)}, '.') AS DOUBLE)"


def flag(cell: str) -> str:
    """The cell as yes or no; NULL where it is neither."""
    word = f"lower(coalesce({cell}, ''))"
    yes, no = (", ".join(literal(word) for word in words) for words in (_YES, _NO))
    return f"(CASE WHEN {word} IN ({yes}) THEN TRUE WHEN {word} IN ({no}) THEN FALSE END)"
