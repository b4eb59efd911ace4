"""Agreements kept for good: one append-only table that people's comments and acknowledgements are written into."""

from headway.records.book import Book, book_of
from headway.records.health import records_check
from headway.records.sayings import acknowledgement, comment

__all__ = ["Book", "acknowledgement", "book_of", "comment", "records_check"]
