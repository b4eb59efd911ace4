"""Column names in one spelling: `Opportunity.External_Id__c`, `Deal - Owner` and `property_closedate` as plain words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from headway.core.currencies import CURRENCIES
from headway.core.things import RECORDS

_CURRENCY_NAMES = {
    **dict.fromkeys(("usdollar", "usdollars", "unitedstatesdollar", "americandollar", "dollar", "dollars"), "USD"),
    **dict.fromkeys(("euro", "euros"), "EUR"),
    **dict.fromkeys(("poundsterling", "britishpound", "britishpounds", "ukpound", "ukpoundsterling"), "GBP"),
    **dict.fromkeys(("swissfranc", "swissfrancs", "schweizerfranken", "frankenschweiz"), "CHF"),
    **{"canadiandollar": "CAD", "australiandollar": "AUD", "newzealanddollar": "NZD", "singaporedollar": "SGD"},
    **{"hongkongdollar": "HKD", "japaneseyen": "JPY", "yen": "JPY", "indianrupee": "INR", "chineseyuan": "CNY"},
    **{"yuanrenminbi": "CNY", "chineseyuanrenminbi": "CNY", "brazilianreal": "BRL", "mexicanpeso": "MXN"},
    **{"swedishkrona": "SEK", "norwegiankrone": "NOK", "danishkrone": "DKK", "polishzloty": "PLN", "zloty": "PLN"},
    **{"czechkoruna": "CZK", "hungarianforint": "HUF", "southafricanrand": "ZAR", "israelinewshekel": "ILS"},
    **{"uaedirham": "AED", "unitedarabemiratesdirham": "AED", "saudiriyal": "SAR", "turkishlira": "TRY"},
    **{"southkoreanwon": "KRW", "koreanwon": "KRW", "thaibaht": "THB"},
}
"""Currencies as systems name them where they show no code, run together in lower case."""

_SIGNS = {"€": "EUR", "£": "GBP", "₹": "INR"}
_SCALES = {
    **dict.fromkeys(("k", "thousand", "thousands", "tsd"), "thousands"),
    **dict.fromkeys(("m", "mn", "mm", "mio", "million", "millions"), "millions"),
}
_SCALED_CODES = {
    f"{sign}{code.lower()}": (code, scale)
    for code in CURRENCIES
    for sign, scale in (("k", "thousands"), ("t", "thousands"), ("m", "millions"), ("mio", "millions"))
}
_OWN_WORDS: dict[str, tuple[str, ...]] = {
    "opportunity": ("deal", "deals", "opportunity", "opportunities", "opp", "crm"),
    "account": ("account", "accounts", "company", "companies", "organization", "organisation", "customer", "client"),
    "user": ("user", "users", "owner", "employee", "sales"),
    "product": ("product", "products", "item"),
    **{thing: record.own_words for thing, record in RECORDS.items()},
}
_PREFIX = re.compile(r"^(propert(y|ies)[._ ]|hs_v2_|hs_)", re.IGNORECASE)
_LOADERS = re.compile(r"^_?(fivetran|airbyte|dlt|sdc|stitch)_", re.IGNORECASE)


def words(header: str) -> tuple[str, ...]:
    """The plain lower-case words of a column name, without the marks systems add to it."""
    text = unicodedata.normalize("NFKD", header)
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    text = re.sub(r"(^|\.)External_Id__c$", " id", text, flags=re.IGNORECASE)
    text = _PREFIX.sub("", _PREFIX.sub("", text))
    text = re.sub(r"(__[cr]|_c)$", "", text.strip(), flags=re.IGNORECASE)
    text = text.replace("%", " percent ").replace("#", " number ")
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    return tuple(re.findall(r"[^\W_]+", text.casefold()))


def spellings(header: str, thing: str = "") -> tuple[str, ...]:
    """The ways a name may be looked up, run together: as it is, without the thing's own word, without a unit."""
    whole = words(header)
    forms = [whole]
    own = _OWN_WORDS.get(thing, ())
    rest = whole
    while len(rest) > 1 and rest[0] in own:
        rest = rest[1:]
        forms.append(rest)
    forms += [form[: len(form) - len(_unit(form))] for form in forms]
    return tuple(dict.fromkeys("".join(form) for form in forms))


def _unit(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The words at the end of a name that say what its amounts are counted in: `in EUR`, `(USD m)`, `in thousands`."""
    start = len(parts)
    while start > 1 and (
        parts[start - 1].upper() in CURRENCIES or parts[start - 1] in {"in", *_SCALES, *_SCALED_CODES}
    ):
        start -= 1
    return parts[start:]


def currency_in(header: str) -> str | None:
    """A currency at the end of a column name, such as `Amount (EUR)` or `Value [k€]`."""
    for word in _unit(words(header)):
        if word.upper() in CURRENCIES or word in _SCALED_CODES:
            return _SCALED_CODES[word][0] if word in _SCALED_CODES else word.upper()
    return next((code for sign, code in _SIGNS.items() if sign in header), None)


def currency_named(value: str) -> str:
    """The code of a currency that a cell names in words (`US Dollar`) or with its code (`USD - U.S. Dollar`), else ""."""
    codes = CURRENCIES & set(re.findall(r"\b[A-Z]{3}\b", value.upper()))
    return next(iter(codes)) if len(codes) == 1 else _CURRENCY_NAMES.get(fold(value), "")


def scale_in(header: str) -> str:
    """What a column name says its amounts are counted in: thousands, millions, or nothing of the kind ("")."""
    found = (_SCALES.get(word) or _SCALED_CODES.get(word, ("", ""))[1] for word in _unit(words(header)))
    return next(filter(None, found), "")


def snake(header: str) -> str:
    """The name a column has as a dimension."""
    return "_".join(words(header)) or "column"


def is_loaders_own(header: str) -> bool:
    """Whether a column was added by the tool that copied the data."""
    return bool(_LOADERS.match(header))


def fold(value: str) -> str:
    """A value without case, blanks, accents and punctuation, to see whether two spellings mean the same."""
    text = unicodedata.normalize("NFKD", value)
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def counted(count: int, what: str) -> str:
    """A count and its noun: 1 row, 1,200 rows."""
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def listed(values: Iterable[str], most: int = 4) -> str:
    """Some values in quotes, and how many more there are."""
    every = list(values)
    shown = ", ".join(f"'{value}'" for value in every[:most])
    return shown + (f" and {len(every) - most:,} more" if len(every) > most else "")
