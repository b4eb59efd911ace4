"""What the tables hold, written beside them: the columns of each thing, and the names users know them by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headway.core.mapping import FileMapping
from headway.tables.engine import Engine
from headway.tables.schema import VERSIONED, kept_columns, snake_case, table_columns


@dataclass(frozen=True)
class Described:
    """One column of a thing: whether any mapping fills it, and what the source calls it where that differs."""

    thing: str
    name: str
    kind: str
    mapped: bool
    aliases: tuple[str, ...] = ()


def record(engine: Engine, mappings: Sequence[FileMapping]) -> None:
    """Write the catalogue of all things into the tables."""
    engine.run("CREATE TABLE catalogue (place INTEGER, thing VARCHAR, name VARCHAR, kind VARCHAR, mapped BOOLEAN)")
    engine.run("CREATE TABLE alias (thing VARCHAR, name VARCHAR, alias VARCHAR)")
    for thing in VERSIONED:
        kept = [k for m in mappings if m.thing == thing for k in kept_columns(m)]
        filled = {k.name for k in kept}
        columns = enumerate(table_columns(thing, mappings).items())
        engine.insert("catalogue", [(place, thing, name, kind, name in filled) for place, (name, kind) in columns])
        aliases = {(k.name, snake_case(k.column)) for k in kept if k.canonical and k.kind == "text"}
        labels = sorted((n, a) for n, a in aliases if n != "name" and not n.endswith("_id"))
        engine.insert("alias", [(thing, name, alias) for name, alias in labels if alias not in filled])


def described(engine: Engine) -> dict[str, list[Described]]:
    """The columns of each thing, in order."""
    aliases: dict[tuple[str, str], list[str]] = {}
    for thing, name, alias in engine.run("SELECT thing, name, alias FROM alias ORDER BY thing, name, alias"):
        aliases.setdefault((str(thing), str(name)), []).append(str(alias))
    things: dict[str, list[Described]] = {}
    for thing, name, kind, mapped in engine.run(
        "SELECT thing, name, kind, mapped FROM catalogue ORDER BY thing, place"
    ):
        also = tuple(aliases.get((str(thing), str(name)), ()))
        things.setdefault(str(thing), []).append(Described(str(thing), str(name), str(kind), bool(mapped), also))
    return things
