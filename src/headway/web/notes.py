"""What people say about a number, an assumption or a finding: read, and added to for good, from the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from headway.core import formatting
from headway.core.finding import Finding
from headway.core.record import ACKNOWLEDGEMENT, Record
from headway.core.review import Review
from headway.core.titles import capital, title
from headway.web import pages
from headway.web.desk import Desk
from headway.web.in_hand import hashed, seen_of
from headway.web.mistakes import CHANGED_SUBJECT, UNREADABLE_ADDRESS
from headway.web.query import NOTE_WORDS, Asked, read_query

LONGEST = 100_000
"""Bytes of a form: a text of 20,000 characters, written in full."""


@dataclass(frozen=True)
class Said:
    """One record, written out."""

    number: int
    day: str
    actor: str
    kind: str
    text: str


@dataclass(frozen=True)
class Draft:
    """What somebody was about to say; it comes back to them where it could not be kept."""

    actor: str = ""
    text: str = ""


@dataclass(frozen=True)
class _Shown:
    """The subject as the page shows it: its finding, where it has one, and what was said. `state` is the hash of both."""

    asked: Asked
    finding: Finding | None
    records: tuple[Record, ...]

    @property
    def state(self) -> str:
        last = self.records[-1].number if self.records else 0
        return hashed(f"{self.asked.subject}\n{seen_of(self.finding)}\n{last}")


class NotesDesk:
    """Answers requests about what was said, and keeps what is said."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def show(self, request: Request) -> Response:
        """What was said about a subject, and the form to say more."""
        asked = self._desk.asked(request, NOTE_WORDS)
        return self._shown(asked, Draft()) if isinstance(asked, Asked) else self._desk.mistaken(asked)

    async def keep(self, request: Request) -> Response:
        """One thing said, kept for good, if the subject still is as it was seen."""
        body = await request.body()
        return await run_in_threadpool(self._keep, body[:LONGEST].decode("utf-8", "replace"), request)

    def _keep(self, body: str, request: Request) -> Response:
        sent = dict(parse_qsl(body, keep_blank_values=True))
        asked = read_query([(name, sent[name]) for name in NOTE_WORDS if name in sent], NOTE_WORDS)
        if not isinstance(asked, Asked):
            return self._desk.mistaken(asked)
        found = self._subject(asked)
        if not isinstance(found, _Shown):
            return found
        seen = request.headers.get("if-match", sent.get("if_match", "")).strip('"')
        if not seen:
            remedy = "open the subject's page again and write it there"
            return self._desk.mistaken([UNREADABLE_ADDRESS.at(None, "nothing says what was seen", remedy=remedy)])
        draft = Draft(sent.get("by", "").strip(), sent.get("text", "").strip())
        if seen != found.state:
            return self._shown(asked, draft, 412)
        acknowledging, source = sent.get("kind") == ACKNOWLEDGEMENT and found.finding is not None, self._desk.source
        say = source.acknowledge if acknowledging else source.comment
        kept = self._desk.ask(lambda: say(asked.subject, draft.text, draft.actor, seen_of(found.finding)))
        if not isinstance(kept, Record):
            return self._desk.mistaken(kept)
        return RedirectResponse(asked.notes(asked.subject), 303)

    def _shown(self, asked: Asked, draft: Draft, status: int = 200) -> Response:
        found = self._subject(asked)
        if not isinstance(found, _Shown):
            return found
        heading = capital(found.finding.what) if found.finding else subject_title(asked.subject)
        page = pages.render(
            "notes.html",
            pages.frame(self._desk.source, replace(asked, subject=""), f"What was said: {heading}"),
            heading=heading,
            subject=asked.subject,
            finding=found.finding,
            said=said(found.records),
            state=found.state,
            draft=draft,
            changed=CHANGED_SUBJECT if status == 412 else None,
        )
        return HTMLResponse(page, status)

    def _subject(self, asked: Asked) -> _Shown | Response:
        if not asked.subject:
            remedy = "follow the link beside a finding, an assumption or a number"
            return self._desk.mistaken([UNREADABLE_ADDRESS.at(None, "the address names no subject", remedy=remedy)])
        answer = self._desk.ask(lambda: self._desk.source.records_of(asked.subject))
        records = tuple(one for one in answer if isinstance(one, Record))
        if len(records) < len(answer):
            return self._desk.mistaken([one for one in answer if not isinstance(one, Record)])
        review = self._desk.review(asked)
        found = (*review.failing, *review.look_at) if isinstance(review, Review) else ()
        finding = next((one for one in found if one.where == asked.subject), None)
        return _Shown(asked, finding, records)


def said(records: Sequence[Record]) -> tuple[Said, ...]:
    """Records written out, the oldest first."""
    kinds = {ACKNOWLEDGEMENT: "takes it in hand"}
    return tuple(
        Said(one.number, formatting.day(one.time.date()), one.actor, kinds.get(one.kind, ""), one.text)
        for one in records
    )


def subject_title(subject: str) -> str:
    """A subject by its name: a metric's or an assumption's as words, with its members in brackets."""
    name, _, members = subject.partition("[")
    return capital(title(name)) + (f" ({members.rstrip(']').replace(',', ', ')})" if members else "")
