"""headway.yaml: read with every mistake at once, and written so that a person can go on from there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from headway.core.calendar import FiscalCalendar
from headway.core.diagnostics import Diagnostic
from headway.core.reconciliation import Tolerances
from headway.core.settings import FORMAT, FUNCTIONS, Settings
from headway.text import mistakes
from headway.text.binding import Gathered, Shape, Unread, bind_shape, read_as, reject_unknown, wrong_sort
from headway.text.documents import read_document
from headway.text.links import read_links
from headway.text.nodes import ListNode, MapNode, Node, Scalar
from headway.text.scalars import Wrong, currency
from headway.text.source import Source, holds_secret, load
from headway.text.writing import Tree, block

_HOLDS = "at least a name, such as\n  name: Acme\n  currency: EUR"


def read_settings(path: Path, root: Path | None = None) -> tuple[Settings | None, tuple[Diagnostic, ...]]:
    """The settings of the project whose headway.yaml this is, with what its links/ say."""
    gathered = Gathered()
    source = load(path, root or path.parent)
    node = read_document(source, gathered, _HOLDS)
    if node is None or not _understood(node, gathered):
        return None, gathered.in_order()
    if isinstance(source, Source):
        _refuse_passwords(source, gathered)
    readers = {"currency": read_currency, "time_zone": _time_zone, "fiscal": _fiscal}
    readers |= {"accounts": _accounts, "reconciliation": _tolerances}
    links, wrong = read_links(sorted((path.parent / "links").glob("*.yaml")), root or path.parent)
    gathered.found.extend(wrong)
    given = {"folder": path.parent, "links": links}
    settings = bind_shape(node, Shape(Settings, read=readers, given=given), gathered)
    sound = isinstance(settings, Settings) and not gathered.spoiled_since(0)
    return (settings if sound and isinstance(settings, Settings) else None), gathered.in_order()


def write_settings(settings: Settings) -> str:
    """headway.yaml for these settings."""
    default = FiscalCalendar()
    tree: dict[str, Tree] = {"format": str(settings.format), "name": settings.name}
    if settings.currency:
        tree["currency"] = settings.currency
    if settings.fiscal != default:
        tree["fiscal"] = {"first_month": str(settings.fiscal.first_month), "label": settings.fiscal.label}
    tree["time_zone"] = settings.time_zone
    if settings.reconciliation != Tolerances():
        told = settings.reconciliation
        tree["reconciliation"] = {"amount": f"{told.amount:f}", "share": f"{told.share:f}", "days": str(told.days)}
    if settings.observed_from:
        tree["observed_from"] = settings.observed_from.isoformat()
    if settings.today:
        tree["today"] = settings.today.isoformat()
    if settings.accounts:
        tree["accounts"] = {function: list(named) for function, named in settings.accounts.items()}
    if settings.records:
        tree["records"] = settings.records
    return "# The company: see the reference on files for every key.\n" + block(tree)


def read_currency(node: Node, gathered: Gathered) -> object:
    """A currency code, or nothing."""
    if not isinstance(node, Scalar):
        return wrong_sort(node, "a currency", gathered)
    if node.is_empty:
        return None
    read = currency(node)
    return (
        gathered.wrong(read.mistake, node.place, read.message, remedy=read.remedy) if isinstance(read, Wrong) else read
    )


def _understood(node: MapNode, gathered: Gathered) -> bool:
    """Whether this Headway knows the format; a newer file is not read further, so that nothing in it is misjudged."""
    entry = node.entry("format")
    if entry is None or not isinstance(entry.value, Scalar) or not re.fullmatch(r"\d{1,9}", entry.value.text):
        return True
    if int(entry.value.text) <= FORMAT:
        return True
    words = f"this project is written in format {entry.value.text}; this Headway reads up to {FORMAT}"
    remedy = "install a newer Headway; nothing has been changed"
    gathered.wrong(mistakes.NEWER_FORMAT, entry.value.place, words, remedy=remedy)
    return False


def _refuse_passwords(source: Source, gathered: Gathered) -> None:
    for number, line in enumerate(source.text.splitlines()):
        secret = holds_secret(line)
        if secret:
            place = source.place(number, secret.start("secret"), len(secret["secret"]))
            remedy = "take it out; give it in the environment, in a *_FILE, or in the system keyring"
            gathered.wrong(mistakes.PASSWORD_IN_TEXT, place, "this URL carries a password", remedy=remedy)


def _fiscal(node: Node, gathered: Gathered) -> object:
    read = bind_shape(node, Shape(FiscalCalendar), gathered)
    if isinstance(read, FiscalCalendar) and not 1 <= read.first_month <= 12:
        words = f"'{read.first_month}' is not a month"
        return gathered.wrong(mistakes.WRONG_TYPE, node.place, words, remedy="write first_month as 1 to 12")
    return read


def _accounts(node: Node, gathered: Gathered) -> object:
    read = read_as(node, Mapping[str, tuple[str, ...]], gathered)
    if isinstance(read, Unread) or not isinstance(node, MapNode):
        return read
    reject_unknown(node, FUNCTIONS, gathered)
    owners: dict[str, str] = {}
    for entry in node.entries:
        for item in entry.value.items if isinstance(entry.value, ListNode) else ():
            account = item.text.casefold() if isinstance(item, Scalar) else ""
            if owners.setdefault(account, entry.key.text) != entry.key.text:
                words = f"account '{account}' is of {owners[account]} already"
                gathered.wrong(mistakes.ACCOUNT_TWICE, item.place, words, remedy="keep it in one of the two")
    return read


def _tolerances(node: Node, gathered: Gathered) -> object:
    read = bind_shape(node, Shape(Tolerances), gathered)
    if isinstance(read, Tolerances) and min(read.amount, read.share, read.days) < 0:
        words = "a tolerance below nothing lets nothing be the same"
        return gathered.wrong(mistakes.WRONG_TYPE, node.place, words, remedy="write 0 or more")
    return read


def _time_zone(node: Node, gathered: Gathered) -> object:
    read = read_as(node, str, gathered)
    if isinstance(read, str) and not _zone_exists(read):
        remedy = "write a region and city such as Europe/Berlin, or UTC"
        return gathered.wrong(mistakes.UNKNOWN_TIME_ZONE, node.place, f"'{read}' is not a time zone", remedy=remedy)
    return read


def _zone_exists(name: str) -> bool:
    """Whether the zone is known; where the machine has no list of zones, whether it is written like one."""
    if name == "UTC":
        return True
    if not re.fullmatch(r"[A-Za-z][\w+-]*(/[A-Za-z][\w+-]*)*", name, re.ASCII):
        return False
    return _loads(name) or not _loads("Europe/London")


def _loads(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
