"""A tried value written into the plan's text: the difference shown first, the file as it was seen or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response

from headway.core import formatting
from headway.core.diagnostics import CONFLICT
from headway.core.revision import Change, Revision
from headway.core.sheet import Dial, Sheet
from headway.core.titles import capital, title
from headway.web import dials, pages, plan
from headway.web.desk import Desk
from headway.web.mistakes import UNREADABLE_ADDRESS
from headway.web.query import PLAN_WORDS, TRIED, Asked, read_query
from headway.web.source import Trouble

LONGEST = 20_000
"""Bytes of a form: a value, a range and a reason are far shorter."""


@dataclass(frozen=True)
class Draft:
    """One value about to be saved: what it is called, what it was, what it would be, and its range as the form has it."""

    label: str
    was: str
    after: str
    name: str
    text: str
    low: str
    high: str
    unit: str


class SaveDesk:
    """Answers requests to save one tried value."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def show(self, request: Request) -> Response:
        """What saving would change in the text, before it is changed."""
        asked = self._desk.asked(request, PLAN_WORDS)
        if not isinstance(asked, Asked):
            return self._desk.mistaken(asked)
        found = self._one(asked)
        if isinstance(found, tuple):
            return self._desk.mistaken(found)
        sheet, dial = found.sheet, found.dial
        draft = draft_of(dial, asked.tried[dial.key], sheet)
        change = _change(dial, draft.text, (draft.low, draft.high), "")
        revision = self._desk.ask(lambda: self._desk.source.revise(sheet.plan.name, change, None, False))
        if not isinstance(revision, Revision):
            return self._desk.mistaken(revision)
        return HTMLResponse(self._page(draft, revision, sheet, asked))

    async def save(self, request: Request) -> Response:
        """The value written, if the file still is as it was seen."""
        body = await request.body()
        return await run_in_threadpool(self._save, body[:LONGEST].decode("utf-8", "replace"), request)

    def _save(self, body: str, request: Request) -> Response:
        sent = dict(parse_qsl(body, keep_blank_values=True))
        words = {"plan", *(name for name in sent if name.startswith(TRIED))}
        asked = read_query([(name, value) for name, value in sent.items() if name in words], PLAN_WORDS)
        seen = request.headers.get("if-match", sent.get("if_match", "")).strip('"')
        why = sent.get("why", "").strip()
        if not isinstance(asked, Asked):
            return self._desk.mistaken(asked)
        missing = [words for words, given in (("which state of the file was seen", seen), ("why", why)) if not given]
        if missing:
            message = f"nothing says {formatting.listed(missing)}"
            remedy = "open the value's page again, give the reason, and save from there"
            return self._desk.mistaken([UNREADABLE_ADDRESS.at(None, message, remedy=remedy)])
        found = self._one(asked)
        if isinstance(found, tuple):
            return self._desk.mistaken(found)
        draft = draft_of(found.dial, asked.tried[found.dial.key], found.sheet)
        change = _change(found.dial, draft.text, (sent.get("low", "").strip(), sent.get("high", "").strip()), why)
        revision = self._desk.ask(lambda: self._desk.source.revise(found.sheet.plan.name, change, seen, True))
        if not isinstance(revision, Revision):
            conflict = any(one.mistake.exit_code == CONFLICT for one in revision)
            return HTMLResponse(pages.mistake_page(revision, self._desk.source), 412 if conflict else 400)
        return HTMLResponse(self._page(draft, revision, found.sheet, asked))

    def _page(self, draft: Draft, revision: Revision, sheet: Sheet, asked: Asked) -> str:
        asking = f"Save {draft.after} as {draft.label[:1].lower()}{draft.label[1:]}?"
        title_of = f"{draft.label} is {draft.after} now." if revision.written else asking
        return pages.render(
            "save.html",
            pages.frame(self._desk.source, Asked(asked.as_of, sheet.plan.name), title_of),
            title=title_of,
            draft=draft,
            revision=revision,
            plan_name=sheet.plan.name,
            back=Asked(asked.as_of, sheet.plan.name).plan_page({} if revision.written else asked.tried),
        )

    def _one(self, asked: Asked) -> _Found | Trouble:
        """The one value to be saved; or what is wrong with asking so."""
        sheet = self._desk.ask(lambda: self._desk.source.sheet(asked.plan, {}))
        if not isinstance(sheet, Sheet):
            return sheet
        tried = plan.read_tried(sheet, asked.tried)
        if isinstance(tried, tuple):
            return tried
        if len(tried) != 1:
            message = f"{formatting.plural(len(tried), 'value')} to save, and they are saved one by one"
            remedy = "follow the link beside one changed input of the Plan page"
            return (UNREADABLE_ADDRESS.at(None, message, remedy=remedy),)
        key = next(iter(tried))
        return _Found(sheet, next(dial for dial in sheet.dials if dial.key == key))


@dataclass(frozen=True)
class _Found:
    sheet: Sheet
    dial: Dial


def draft_of(dial: Dial, text: str, sheet: Sheet) -> Draft:
    """What is about to be saved; a range the value leaves moves along with it."""
    one, currency = dial.assumption, sheet.plan.currency
    value = dials.from_shown(Decimal(text), dial)
    low, high = dial.planned.low, dial.planned.high
    ends = ("", "")
    if low is not None and high is not None:
        moved = value - dial.planned.value if not low <= value <= high else Decimal(0)
        ends = dials.shown_text(max(low + moved, Decimal(0)), one.unit), dials.shown_text(high + moved, one.unit)
    label = f"{title(one.name)}, {', '.join(dial.members)}" if dial.members else title(one.name)
    now = formatting.quantity(value, one.unit, currency)
    was = formatting.quantity(dial.planned.value, one.unit, currency)
    return Draft(capital(label), was, now, f"{TRIED}{dial.key}", text, *ends, "%" if dials.in_percent(one.unit) else "")


def _change(dial: Dial, text: str, ends: tuple[str, str], why: str) -> Change:
    unit = "%" if dials.in_percent(dial.assumption.unit) else ""
    span = (f"{ends[0]}{unit}", f"{ends[1]}{unit}") if all(ends) else None
    told: Mapping[str, str | None] = Change.because(why) if why else {}
    return Change(dial.assumption.name, f"{text}{unit}", dial.members, span, told)
