"""The part of an address that holds the state: which day, which plan, which number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal
from urllib.parse import quote, urlencode

from headway.core.calendar import parse_day
from headway.core.changes import LINES
from headway.core.diagnostics import Diagnostic, did_you_mean
from headway.web.mistakes import UNREADABLE_ADDRESS

Kind = Literal["actual", "plan"]

TRACK_WORDS = ("as_of", "plan")
WHY_WORDS = ("as_of", "kind", "period", "plan", "where")
ASSUMPTIONS_WORDS = ("as_of", "plan", "show")
DATA_WORDS = ("as_of", "find", "plan")
DATA_FILE_WORDS = ("as_of", "owner", "plan")
PIPELINE_WORDS = ("as_of", "by", "closing", "line", "plan", "since", "until")
REVENUE_WORDS = ("as_of", "by", "plan", "span")
NOTE_WORDS = ("as_of", "plan", "subject")
TRIED = "set."
"""How the address names a value that is tried: set. and the assumption's name, with its members in brackets."""

PLAN_WORDS = ("as_of", "plan", TRIED)

DAYS = ("as_of", "since", "until")
"""The words of an address that are days."""

SPANS = ("12", "24", "36")
"""How many months back the Revenue page may look."""

STATES = ("broken", "drifting", "holding", "unknown")
"""What the register can be narrowed to."""


@dataclass(frozen=True)
class Asked:
    """What an address asks for; nothing given means the latest day, the plan that covers it, the measured number."""

    as_of: date | None = None
    plan: str | None = None
    period: str | None = None
    kind: Kind = "actual"
    where: Mapping[str, str] = field(default_factory=dict[str, str])
    show: str = ""
    tried: Mapping[str, str] = field(default_factory=dict[str, str])
    subject: str = ""
    since: date | None = None
    until: date | None = None
    closing: str | None = None
    line: str = ""
    by: str = ""
    span: str = ""
    find: str = ""
    owner: str = ""

    def of(self, kind: Kind, period: str | None) -> Asked:
        """The same day and plan, for the measured or the planned number of a period."""
        return replace(self, kind=kind, period=period)

    def track(self) -> str:
        """The address of the Track page in this state."""
        return _address("/", self._day_and_plan())

    def data(self, name: str) -> str:
        """The address of a table of the Track page as a file."""
        return _address(f"/data/{name}.csv", self._day_and_plan())

    def plan_page(self, tried: Mapping[str, str] | None = None, path: str = "/plan") -> str:
        """The address of the Plan page with these values tried; without them, with none."""
        return _address(
            path, [*self._day_and_plan(), *((f"{TRIED}{key}", text) for key, text in (tried or {}).items())]
        )

    def assumptions(self, show: str = "") -> str:
        """The address of the register, narrowed to one standing or whole."""
        return _address("/assumptions", [*self._day_and_plan(), *([("show", show)] if show else [])])

    def bet(self, key: str) -> str:
        """The address of one assumed value in the register."""
        return f"{self.assumptions()}#{row_of(key)}"

    def notes(self, subject: str) -> str:
        """The address of what was said about a subject."""
        return _address("/notes", [*self._day_and_plan(), ("subject", subject)])

    def pipeline(self, path: str = "/pipeline", **changed: object) -> str:
        """The address of the Pipeline page, or of a file of it, in this state but for what is changed."""
        one = replace(self, **changed)  # type: ignore[arg-type]
        days = [("since", one.since), ("until", one.until)]
        words = [("closing", one.closing), ("line", one.line), ("by", one.by)]
        told = [
            *((word, day.isoformat() if day else "") for word, day in days),
            *((word, text) for word, text in words),
        ]
        return _address(path, [*one._day_and_plan(), *((word, text) for word, text in told if text)])

    def revenue(self, path: str = "/revenue", **changed: str) -> str:
        """The address of the Revenue page, or of a file of it, in this state but for what is changed."""
        words = {"by": self.by, "span": self.span, **changed}
        return _address(path, [*self._day_and_plan(), *((word, text) for word, text in words.items() if text)])

    def data_page(self) -> str:
        """The address of the Data page."""
        return _address("/data", self._day_and_plan())

    def fixes(self, owner: str) -> str:
        """The address of one owner's fix list as a file."""
        return _address("/data/fixes.csv", [*self._day_and_plan(), ("owner", owner)])

    def file(self, path: str) -> str:
        """The address of a file in this state."""
        return _address(path, self._day_and_plan())

    def why(self, metric: str) -> str:
        """The address of a number's explanation."""
        return _address(f"/why/{quote(metric, safe='')}", self._all())

    def records(self, metric: str, part: int) -> str:
        """The address of the records behind a number as a file."""
        return _address(f"/why/{quote(metric, safe='')}/{part}.csv", self._all())

    def _day_and_plan(self) -> list[tuple[str, str]]:
        pairs = [("as_of", self.as_of.isoformat() if self.as_of else ""), ("plan", self.plan or "")]
        return [(word, value) for word, value in pairs if value]

    def _all(self) -> list[tuple[str, str]]:
        kind = [("kind", "plan")] if self.kind == "plan" else []
        period = [("period", self.period)] if self.period else []
        where = [("where", f"{name}={value}") for name, value in sorted(self.where.items())]
        return [*self._day_and_plan(), *kind, *period, *where]


def read_query(pairs: Sequence[tuple[str, str]], words: Sequence[str]) -> Asked | tuple[Diagnostic, ...]:
    """What the pairs behind the question mark ask for, or everything that is wrong with them."""
    found = [*_unknown(pairs, words), *_repeated(pairs)]
    given = {word: value.strip() for word, value in pairs if value.strip() and word in words}
    days = {word: parse_day(given[word]) for word in DAYS if word in given}
    kind = given.get("kind", "actual")
    where = [value for word, value in pairs if word == "where" and word in words]
    show = given.get("show", "")
    if show and show not in STATES:
        found.append(_refuse(f"'{show}' is no standing of an assumption", did_you_mean(show, STATES)))
    found += [day for day in days.values() if isinstance(day, Diagnostic)]
    line = given.get("line", "")
    if line and line not in LINES:
        found.append(_refuse(f"'{line}' is no line of the bridge", did_you_mean(line, tuple(LINES))))
    span = given.get("span", "")
    if span and span not in SPANS:
        found.append(_refuse(f"'{span}' is no span of this page", f"write span= one of {', '.join(SPANS)} months"))
    if kind not in ("actual", "plan"):
        found.append(_refuse(f"'{kind}' is no kind of number", "write kind=actual or kind=plan"))
    found += [
        _refuse(f"'{text}' is not a condition", "write where=dimension=value") for text in where if _is_bare(text)
    ]
    if found:
        return tuple(found)
    known = {word: day for word, day in days.items() if not isinstance(day, Diagnostic)}
    conditions = {name: value for name, _, value in (text.partition("=") for text in where)}
    tried = {
        word.removeprefix(TRIED): value.strip() for word, value in pairs if word.startswith(TRIED) and value.strip()
    }
    planned: Kind = "plan" if kind == "plan" else "actual"
    return Asked(
        plan=given.get("plan"),
        period=given.get("period"),
        kind=planned,
        where=conditions,
        show=show,
        tried=tried,
        subject=given.get("subject", ""),
        closing=given.get("closing"),
        line=line,
        by=given.get("by", ""),
        span=span,
        find=given.get("find", ""),
        owner=given.get("owner", ""),
        **known,
    )


def _unknown(pairs: Sequence[tuple[str, str]], words: Sequence[str]) -> list[Diagnostic]:
    unknown = sorted({w for w, _ in pairs if w not in words and not (TRIED in words and w.startswith(TRIED))})
    return [_refuse(f"this page knows nothing called '{word}'", did_you_mean(word, words)) for word in unknown]


def _repeated(pairs: Sequence[tuple[str, str]]) -> list[Diagnostic]:
    given = [word for word, _ in pairs if word != "where"]
    repeated = sorted({word for word in given if given.count(word) > 1})
    return [_refuse(f"'{word}' is given twice", f"keep one {word}=") for word in repeated]


def _is_bare(condition: str) -> bool:
    name, sign, _ = condition.partition("=")
    return not (name and sign)


def _refuse(message: str, remedy: str) -> Diagnostic:
    return UNREADABLE_ADDRESS.at(None, message, remedy=remedy)


def row_of(key: str) -> str:
    """The id of an assumed value's row: its key, without what an id cannot hold."""
    return quote(key, safe="").replace("%", ":")


def _address(path: str, pairs: Sequence[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(pairs)}" if pairs else path
