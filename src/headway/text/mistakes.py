"""What can be wrong with the user's text, before anybody asks what it means."""

from __future__ import annotations

from headway.core.diagnostics import Mistake

UNREADABLE_TEXT = Mistake(
    "text-unreadable",
    "A file that cannot be opened",
    "The file is missing, is a folder, or may not be read by this user.",
)
NOT_UTF8 = Mistake(
    "text-not-utf8",
    "A file in another encoding",
    "Headway's text files are UTF-8. Editors on Windows sometimes save UTF-16 or a local code page instead.",
)
EMPTY_TEXT = Mistake(
    "text-empty",
    "A file that says nothing",
    "The file is empty or holds comments only, where settings, a plan, a model or a connector was expected.",
)
TOO_LARGE = Mistake(
    "text-too-large",
    "A text file too large or too deep",
    "Text files are written by people: above 4 MB, or nested deeper than 40 levels, something else is in the file.",
)
SYNTAX = Mistake(
    "yaml-syntax",
    "Text that is not YAML",
    "A bracket or quote is not closed, a row stands at the wrong depth, a ':' is missing or one too many.",
)
TAB = Mistake("yaml-tab", "A tab used for indentation", "YAML counts spaces; a tab at the start of a row has no width.")
ALIAS = Mistake(
    "yaml-alias",
    "Anchors, aliases, merge keys and tags",
    "Headway reads plain YAML only: no '&name', '*name', '<<' or '!tag', and one document a file. What is written "
    "stands where it is written, so that every number has one place.",
)
DUPLICATE_KEY = Mistake(
    "duplicate-key",
    "A key written twice",
    "A second entry of the same name would silently replace the first.",
)
ACCOUNT_TWICE = Mistake(
    "account-twice",
    "An account of two functions",
    "Each account of the ledger is the cost of one function, so that no cost counts twice.",
)
UNKNOWN_KEY = Mistake("unknown-key", "A key nobody reads", "The key is not one of those that may stand here.")
MISSING_KEY = Mistake("missing-key", "A key that is needed", "An entry lacks a key, or its value, that has no default.")
WRONG_TYPE = Mistake(
    "wrong-type",
    "A value of another sort",
    "A list stands where a single value is expected, a word where a number is, or the like.",
)
NOT_A_CHOICE = Mistake("not-a-choice", "A word that is none of the choices", "Only the words listed may stand here.")
BAD_PERIOD = Mistake(
    "text-period",
    "A period in a file that cannot be read",
    "Periods are written 2027-03, 2027-Q2, FY27 and so on; where a month is asked for, only a month will do.",
)
BAD_DATE = Mistake("text-date", "A date in a file that cannot be read", "Dates are written year-month-day: 2027-03-31.")
NOT_A_UNIT = Mistake(
    "not-a-unit",
    "A unit that cannot be read",
    "Units are words joined by '*' and '/', such as deal/opportunity, currency/year or share/month.",
)
NOT_A_CURRENCY = Mistake(
    "not-a-currency",
    "A currency that is no code",
    "Currencies are written by their three capital letters, such as EUR.",
)
MIXED_CURRENCIES = Mistake(
    "mixed-currencies",
    "Amounts in another currency than the plan's",
    "A plan is in one currency; an amount that carries another is never converted silently.",
)
SPLIT_BY_COMMA = Mistake(
    "split-by-comma",
    "A value cut at its comma",
    "Inside { } a comma ends a value, so a formula such as spread(a, b) falls into two pieces.",
)
NEWER_FORMAT = Mistake(
    "newer-format",
    "Text written for a newer Headway",
    "The project's `format` is above the one this Headway knows, so it may say things that would be misread.",
)
PASSWORD_IN_TEXT = Mistake(
    "password-in-text",
    "A password in a text file",
    "Text is kept under git and read by many; secrets belong in the environment, a *_FILE or the system keyring.",
)
UNKNOWN_TIME_ZONE = Mistake(
    "unknown-time-zone",
    "A time zone that does not exist",
    "Time zones are written by their region and city, such as Europe/Berlin, or UTC.",
)
VALUES_SHAPE = Mistake(
    "values-shape",
    "Values that do not follow their dimensions",
    "The values of an assumption are nested in the order of its `by`: one level for each dimension, then the number.",
)
RANGE_ORDER = Mistake(
    "range-order",
    "A range that does not hold its value",
    "A range is [low, high], the P10 and the P90; low stands first and the value should lie between them.",
)
UNKNOWN_MEMBER = Mistake(
    "unknown-member",
    "A member its dimension does not have",
    "The name is not among those the plan or the model lists for this dimension.",
)
REPEATED_ASSUMPTION = Mistake(
    "repeated-assumption",
    "An assumption given twice",
    "Two entries, often in two files, give the same assumption; only one can hold.",
)
REPEATED_ITEM = Mistake("repeated-item", "A list that names something twice", "Each member or column is listed once.")
COLUMN_NOT_IN_FILE = Mistake(
    "column-not-in-headers",
    "A column the export does not have",
    "The mapping reads a column that is not among the `headers` of its file.",
)
CONTRADICTING_LINK = Mistake(
    "contradicting-link",
    "A link confirmed and refused",
    "An entry under links/ names the same account under `accounts` and under `not`.",
)
