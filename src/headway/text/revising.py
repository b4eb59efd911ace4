"""Editing an assumption of a plan: found in its file, spliced, read again, shown as a difference, then written."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from headway.core.diagnostics import CONFLICT, Diagnostic, Mistake, did_you_mean, errors
from headway.core.errors import UserMistake
from headway.core.plan import Assumption
from headway.core.positions import Location
from headway.core.reading import UNREADABLE_OPTION
from headway.core.revision import Change, Revision
from headway.core.settings import Settings
from headway.text.editing import Edit, KeyPath, edit, path_to
from headway.text.folder import plans_asked_for
from headway.text.nodes import MapNode, Node
from headway.text.plans import assumption_files, read_plan
from headway.text.saving import alone_in, save
from headway.text.source import Source, blot, decoded, load, read_nodes, shown
from headway.text.writing import Tree

CHANGED_MEANWHILE = Mistake(
    "changed-meanwhile",
    "A file that has changed since it was read",
    "An edit names the state of the file it was made for. Somebody has saved the file since, so nothing is written.",
    CONFLICT,
)
NO_SUCH_ASSUMPTION = Mistake(
    "no-such-assumption",
    "An assumption the plan does not have",
    "An edit names an assumption that stands in none of the files under the plan's assumptions/.",
)

Check = Callable[[Mapping[Path, str]], Sequence[Diagnostic]]
"""What is wrong with the project if these texts stood in these files."""

_BOM = "\ufeff"


@dataclass(frozen=True)
class _Opened:
    """A file of assumptions as it stands now: its bytes, text and tree."""

    path: Path
    raw: bytes
    source: Source
    node: MapNode


def content_hash(raw: bytes) -> str:
    """What names the state of a file, for the caller to say which one an edit is made for."""
    return hashlib.sha256(raw).hexdigest()


def revise(
    settings: Settings, plan: str, change: Change, check: Check, seen: str | None = None, *, write: bool = True
) -> Revision:
    """Write a change into the plan's text, if the file still is as `seen` and the project is no worse for it.

    Raises with every mistake there is, and then nothing is written; nor is anything without `write`.
    """
    plans_asked_for(settings.folder, plan)
    folder = settings.folder / "plans" / plan
    with alone_in(folder):
        opened = _opened(folder, settings.folder, change.assumption)
        before = content_hash(opened.raw)
        if seen is not None and seen != before:
            raise UserMistake([_changed(opened, f"its content hash is {before} now, not {seen}")])
        assumption = _known(settings, plan, change.assumption)
        done = edit(opened.source, _edits(change, opened.node, assumption))
        if isinstance(done, tuple):
            raise UserMistake(done)
        noticed = _noticed(check, {opened.path: done.text})
        text = _BOM + done.text if opened.raw.startswith(_BOM.encode()) else done.text
        changed = write and bool(done.splices)
        if changed:
            if opened.path.read_bytes() != opened.raw:
                raise UserMistake([_changed(opened, "somebody saved it while the edit was being checked")])
            save(opened.path.parent, {opened.path.name: text}, replace=True)
    diff = _diff(opened.source, done.text)
    return Revision(opened.source.file, before, content_hash(text.encode()), diff, changed, noticed)


def _changed(opened: _Opened, detail: str) -> Diagnostic:
    file, remedy = opened.source.file, "read it again, and decide again; nothing has been changed"
    words = f"'{file}' has changed since it was read"
    return CHANGED_MEANWHILE.at(Location(file, 1), words, detail=detail, remedy=remedy)


def _opened(folder: Path, root: Path, name: str) -> _Opened:
    """The file the assumption stands in; raises if there is none, with what keeps the others from being read."""
    known: list[str] = []
    unread: list[Diagnostic] = []
    for path in assumption_files(folder):
        raw, source = _read(path, root)
        node, found = read_nodes(source) if isinstance(source, Source) else (None, (source,))
        unread += found
        if isinstance(node, MapNode) and isinstance(source, Source):
            if node.entry(name) and not found:
                return _Opened(path, raw, source, node)
            known += [entry.key.text for entry in node.entries]
    if unread:
        raise UserMistake(unread)
    words = f"the plan '{folder.name}' has no assumption '{name}'"
    raise UserMistake([NO_SUCH_ASSUMPTION.at(None, words, remedy=did_you_mean(name, known))])


def _read(path: Path, root: Path) -> tuple[bytes, Source | Diagnostic]:
    """The bytes of a file and the very text they hold; the hash of the one must be that of the other."""
    source = load(path, root)
    if isinstance(source, Diagnostic):
        return b"", source
    raw = path.read_bytes()
    return raw, decoded(shown(path, root), raw)


def _known(settings: Settings, plan: str, name: str) -> Assumption | None:
    """The assumption as it reads now, if it can be read."""
    read, _ = read_plan(settings.folder / "plans" / plan, settings.fiscal, settings.folder)
    return read.assumptions.get(name) if read else None


def _edits(change: Change, node: MapNode, assumption: Assumption | None) -> list[Edit]:
    edits: list[Edit] = []
    if change.value is not None or change.range is not None:
        edits.append(_value_edit(change, node, assumption))
    entry = node.entry(change.assumption)
    written = entry.value if entry else node
    for key, told in change.told.items():
        if told is not None or (isinstance(written, MapNode) and written.entry(key)):
            edits.append(Edit((change.assumption, key), told))
    return edits


def _value_edit(change: Change, node: MapNode, assumption: Assumption | None) -> Edit:
    by = assumption.by if assumption else change.at
    if len(by) != len(change.at):
        said = f"'{change.assumption}' is by {', '.join(by)}" if by else f"'{change.assumption}' is one value"
        example = ",".join(next(iter(assumption.values), by)) if assumption else ""
        remedy = f"say which value is meant, such as --at {example}" if by else "leave out --at"
        raise UserMistake([UNREADABLE_OPTION.at(None, f"{said}, so --at names {len(by)} of them", remedy=remedy)])
    path, stands_in_mapping = _place_of(change, node, assumption)
    tree: dict[str, Tree] = {} if change.value is None else {"value": change.value}
    if change.range is not None:
        tree["range"] = change.range
    if change.value is None and not stands_in_mapping:
        words = f"'{change.assumption}' has no range yet, and one stands beside its value"
        raise UserMistake([UNREADABLE_OPTION.at(None, words, remedy="give the value too")])
    return Edit(path, tree if stands_in_mapping or change.range is not None else change.value)


def _place_of(change: Change, node: MapNode, assumption: Assumption | None) -> tuple[KeyPath, bool]:
    """The keys that lead to the value, and whether they lead to {value: ..., range: ...}; a new one follows its keys."""
    estimate = assumption.values.get(change.at) if assumption else None
    found = path_to(node, estimate.location) if estimate and estimate.location else None
    if found is None:
        return _written_place(change, node)
    plain_depth = 2 + len(change.at)
    if len(found) > plain_depth or found[1:] == ("value",):
        return found[:-1], True
    return found, False


def _written_place(change: Change, node: MapNode) -> tuple[KeyPath, bool]:
    """Where a value stands that is new, or that cannot be read as it is."""
    entry = node.entry(change.assumption)
    whole = entry.value if entry else node
    if not change.at and isinstance(whole, MapNode) and whole.entry("value"):
        return (change.assumption,), True
    here: Node | None = whole
    for key in ("values", *change.at):
        below = here.entry(key) if isinstance(here, MapNode) else None
        here = below.value if below else None
    return (change.assumption, "values", *change.at), isinstance(here, MapNode) and here.entry("value") is not None


def _noticed(check: Check, texts: Mapping[Path, str]) -> tuple[Diagnostic, ...]:
    """What is to be noticed about the files once they are edited; raises with the mistakes that were not there before."""
    found = check(texts)
    if errors(found):
        old = {(one.mistake.code, one.message) for one in check({})}
        new = [one for one in errors(found) if (one.mistake.code, one.message) not in old]
        if new:
            raise UserMistake(new)
    return tuple(found)


def _diff(source: Source, text: str) -> str:
    """The difference in unified form; passwords inside URLs are blotted out."""
    old, new = (re.findall(r"[^\n]*\n|[^\n]+", blot(one)) for one in (source.text, text))
    rows = list(unified_diff(old, new, source.file, source.file))
    return "".join(row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n" for row in rows)
