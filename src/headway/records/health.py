"""Whether the records are what was written, from the first to the last."""

from __future__ import annotations

from headway.core.checkup import Check
from headway.core.errors import UserMistake
from headway.core.finding import Finding
from headway.core.formatting import plural
from headway.core.settings import Settings
from headway.records.book import book_of
from headway.records.opening import waits


def records_check(settings: Settings, address: str = "") -> Check:
    """Follows the chain of the records at an address; an older form is only noted, so that nothing is changed."""
    try:
        book = book_of(settings, address)
        if waits(book.path, book.scripts):
            words = f"'{book.path.name}' has the form of an older Headway"
            evidence = "a copy is kept before it is brought to the new form"
            found = Finding(words, str(book.path), evidence, severity="note", remedy="headway log")
            return Check("records", "", (found,))
        return Check("records", f"{plural(len(book.everything()), 'record')}, as they were written")
    except UserMistake as mistake:
        found = tuple(
            Finding(one.message, str(one.location or ""), one.detail, severity=one.severity, remedy=one.remedy)
            for one in mistake.diagnostics
        )
        return Check("records", "", found, mistake.exit_code)
