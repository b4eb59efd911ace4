"""Whom a deal refers to: accounts, owners and products matched by id or by name, never by guess."""

from __future__ import annotations

from dataclasses import dataclass

from headway.core.mapping import Thing
from headway.tables.engine import Engine


@dataclass(frozen=True)
class Reference:
    """A thing that deals refer to, the deal's column that names it, and the prefix of clashing names."""

    thing: Thing
    label: str
    alias: str

    @property
    def id_column(self) -> str:
        """The deal's column that holds the id of the thing."""
        return f"{self.label}_id"


REFERENCES = (
    Reference("account", "account", "a"),
    Reference("user", "owner", "u"),
    Reference("product", "product", "p"),
)


def lay_matches(engine: Engine) -> None:
    """Temporary tables `match_<thing>`: the record that each pair of id and label of a deal stands for.

    An id counts within its own connector; a name counts where only one record bears it.
    """
    for reference in REFERENCES:
        engine.run(
            f"CREATE TEMP TABLE lookup_{reference.thing} AS SELECT word, any_value(id) AS id FROM ("
            f"SELECT concat('id:', connector, ':', source_id) AS word, id FROM base_{reference.thing} "
            f"UNION ALL SELECT concat('name:', lower(name)), id FROM base_{reference.thing} WHERE name IS NOT NULL) "
            f"GROUP BY word HAVING count(DISTINCT id) = 1"
        )
        there = engine.count(f"SELECT count(*) FROM lookup_{reference.thing}") > 0
        engine.run(f"CREATE TEMP TABLE match_{reference.thing} AS {_matches(reference)} {'' if there else 'LIMIT 0'}")


def _matches(reference: Reference) -> str:
    words = {
        "i": "concat('id:', o.connector, ':', o.ref)",
        "j": "concat('id:', o.connector, ':', o.label)",
        "n": "concat('name:', lower(o.label))",
        "m": "concat('name:', lower(o.ref))",
    }
    joins = " ".join(f"LEFT JOIN lookup_{reference.thing} {k} ON {k}.word = {word}" for k, word in words.items())
    return (
        f"SELECT o.*, coalesce(i.id, j.id, n.id, m.id) AS id, i.id IS NULL AND j.id IS NOT NULL AS label_is_id "
        f"FROM (SELECT DISTINCT connector, {reference.id_column} AS ref, {reference.label} AS label "
        f"FROM base_opportunity WHERE {reference.id_column} IS NOT NULL OR {reference.label} IS NOT NULL) o {joins}"
    )


def joins() -> str:
    """The joins from deals `o` to their references (`a`, `u`, `p`) by way of the matches (`ma`, `mu`, `mp`)."""
    return " ".join(
        f"LEFT JOIN match_{r.thing} m{r.alias} ON m{r.alias}.connector = o.connector "
        f"AND m{r.alias}.ref IS NOT DISTINCT FROM o.{r.id_column} "
        f"AND m{r.alias}.label IS NOT DISTINCT FROM o.{r.label} "
        f"LEFT JOIN base_{r.thing} {r.alias} ON {r.alias}.id = m{r.alias}.id"
        for r in REFERENCES
    )


def label_sql(reference: Reference) -> str:
    """What a deal's reference is called: its own label, the record's name where the deal only holds an id."""
    match, name = f"m{reference.alias}", f"{reference.alias}.name"
    own = f"o.{reference.label}"
    return f"coalesce(CASE WHEN {match}.label_is_id THEN {name} END, {own}, {name}, o.{reference.id_column})"


def id_sql(reference: Reference) -> str:
    """The source id of what a deal refers to: its own, else that of the record it was matched to."""
    return f"coalesce(o.{reference.id_column}, {reference.alias}.source_id)"
