"""What a rule looks at, and what it gives back: a query for the records that are wrong, or why it could not judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from headway.core.hygiene import Rule
from headway.core.mapping import Connector
from headway.metrics.facts import Facts, literal, once
from headway.metrics.hygiene.conditions import RECORD, all_hold, is_empty

_NOT_HELD = "canceled cancelled noshow scheduled rescheduled planned notstarted open missed"
"""Outcomes of an activity that did not take place, run together in lower case."""

_HELD = (
    "regexp_replace(lower(coalesce(a.outcome, '')), '[^a-z]', '', 'g') NOT IN "
    f"({', '.join(literal(word) for word in _NOT_HELD.split())})"
)


@dataclass(frozen=True)
class Look:
    """The records of one thing on a day: their relation in one currency, its columns, and the way deals go through stages."""

    facts: Facts
    relation: str
    schema: Mapping[str, str]
    way: tuple[str, ...] = ()
    first_month: int = 1

    @property
    def today(self) -> str:
        """The day as SQL."""
        return f"DATE '{self.facts.day.isoformat()}'"

    def among(self, rule: Rule) -> str:
        """The records a rule looks at, as a FROM clause with its condition."""
        return f"FROM {self.relation} {RECORD} WHERE {all_hold(rule.among, self.facts.day)}"

    def column(self, name: str) -> str:
        """A column of the record, or NULL where there is none."""
        return f"{RECORD}.{name}" if name in self.schema else "NULL"

    def carried(self, name: str) -> bool:
        """Whether any record at all has a value in a column; a field no export carries says nothing about a record."""
        key = ("carried", self.relation, name)
        sql = f"SELECT count(*) FROM {self.relation} {RECORD} WHERE NOT ({is_empty(name)})"
        return name in self.schema and once(self.facts, key, int, lambda: _count(self.facts, sql)) > 0

    def ranks(self) -> str:
        """The open stages with their place on the way, as a relation (stage, rank)."""
        rows = ", ".join(f"({literal(stage)}, {place})" for place, stage in enumerate(self.way, start=1))
        return f"(VALUES {rows}) AS way(stage, rank)" if rows else "(SELECT '' AS stage, 0 AS rank WHERE FALSE) way"

    @property
    def activities(self) -> str:
        """Every activity with the deal it belongs to, as a relation (deal, day, outcome, held)."""
        return laid(
            self.facts,
            "deal_activity",
            f"SELECT k.b_id AS deal, a.occurred_date AS day, a.outcome, {_HELD} AS held FROM activity a JOIN entity_link k "
            "ON k.a_thing = 'activity' AND k.a_id = a.id AND k.b_thing = 'opportunity'",
        )

    @property
    def spans(self) -> str:
        """Every stay of a deal in a stage, as `stage_span` has them."""
        return "stage_span"

    @property
    def has_activities(self) -> bool:
        """Whether any activity belongs to a deal."""
        sql = f"SELECT count(*) FROM {self.activities}"
        return once(self.facts, ("activities",), int, lambda: _count(self.facts, sql)) > 0


def laid(facts: Facts, name: str, sql: str) -> str:
    """A relation that many rules read, worked out once for as long as the facts are open; gives its name."""

    def lay() -> str:
        facts.run(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")
        return name

    return once(facts, ("laid", name), str, lay)


@dataclass(frozen=True)
class Seen:
    """The records that are wrong, as a query for `id` and `why`, and what to know about how they were found."""

    sql: str
    note: str = ""


@dataclass(frozen=True)
class Unjudged:
    """Why a rule could say nothing."""

    why: str


Answer = Seen | Unjudged


def way_of(connectors: Sequence[Connector]) -> tuple[str, ...]:
    """The open stages in the order of the way, as the mappings of deals list them."""
    files = (file for one in connectors for file in one.files if file.thing == "opportunity")
    return tuple(dict.fromkeys(stage for file in files for stage, status in file.stages.items() if status == "open"))


def source_id(key: str) -> str:
    """A record's own number in its system, as SQL, from its key."""
    return f"regexp_replace({key}, '^[^:]*:[^:]*:[^:]*:', '')"


def words(column: str) -> str:
    """A column as people say it."""
    return column.replace("_", " ")


def _count(facts: Facts, sql: str) -> int:
    found = facts.run(sql)[0][0]
    return found if isinstance(found, int) else 0
