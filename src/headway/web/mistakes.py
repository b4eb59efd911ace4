"""What can be wrong with an address typed into the browser."""

from __future__ import annotations

from headway.core.diagnostics import CONFLICT, USAGE_MISTAKE, Mistake

UNKNOWN_PAGE = Mistake(
    "unknown-page",
    "A page that does not exist",
    "The address names a page or a file that Headway does not serve. Only what a page offers can be sent to it.",
    USAGE_MISTAKE,
)
UNREADABLE_ADDRESS = Mistake(
    "unreadable-address",
    "A page address that cannot be read",
    "The part of an address behind the question mark holds the day, the plan and, for one number, its period, kind and "
    "conditions. A word in it that is unknown, given twice or not readable is refused: left out silently, it would show "
    "a number you did not ask for.",
    USAGE_MISTAKE,
)
CHANGED_SUBJECT = Mistake(
    "changed-subject",
    "Something said about what has changed",
    "What a record is about, or what others said about it, has changed since its page was opened. A record is bound to "
    "what its author saw and stays for good, so it is not kept before they have seen what is new.",
    CONFLICT,
)
FOREIGN_WRITE = Mistake(
    "foreign-write",
    "Something sent from another page",
    "Only Headway's own pages may send something to Headway. A request from another origin may come from a foreign page "
    "that tries to change your plan through your browser.",
    USAGE_MISTAKE,
)
REFUSED_HOST = Mistake(
    "refused-host",
    "A request for another machine",
    "The pages answer only to this machine's own names. A request under another name may come from a foreign page "
    "that tries to read your numbers through your browser.",
    USAGE_MISTAKE,
)
