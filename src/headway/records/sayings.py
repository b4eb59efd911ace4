"""What people say: a comment, an acknowledgement."""

from __future__ import annotations

from datetime import datetime

from headway.core.errors import UserMistake
from headway.core.reading import UNREADABLE_OPTION
from headway.core.record import ACKNOWLEDGEMENT, COMMENT, Record

LONGEST_SUBJECT, LONGEST_TEXT = 500, 20_000


def comment(subject: str, text: str, actor: str, time: datetime, seen: str = "") -> Record:
    """A remark about a subject."""
    return _said(COMMENT, subject, text, actor, time, seen)


def acknowledgement(subject: str, text: str, actor: str, time: datetime, seen: str) -> Record:
    """That somebody has seen a finding as it stood, by its hash, and what they mean to do about it."""
    return _said(ACKNOWLEDGEMENT, subject, text, actor, time, seen)


def _said(kind: str, subject: str, text: str, actor: str, time: datetime, seen: str) -> Record:
    """The record, if it says something about something; raises with everything that is missing."""
    wrong: list[str] = []
    if not subject.strip() or not subject.isprintable() or len(subject) > LONGEST_SUBJECT:
        wrong.append(f"a subject is one row of 1 to {LONGEST_SUBJECT} characters")
    if (kind == COMMENT and not text.strip()) or len(text) > LONGEST_TEXT:
        wrong.append(f"a comment is 1 to {LONGEST_TEXT:,} characters")
    if len(seen) > LONGEST_SUBJECT or not seen.isprintable():
        wrong.append("what was seen is named by its hash")
    if text.encode("utf-8", "replace").decode() != text:
        wrong.append("a comment holds something that is no character")
    if not actor.strip() or not actor.isprintable():
        wrong.append("a record needs somebody who says it")
    if wrong:
        remedy = "write it like: headway note win_rate.eventual 'two new partners since May' --by vp-sales"
        raise UserMistake([UNREADABLE_OPTION.at(None, words, remedy=remedy) for words in wrong])
    return Record(kind, subject.strip(), seen, actor.strip(), time, {"text": text})
