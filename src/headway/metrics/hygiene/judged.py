"""What hygiene and fit say of each deal, as columns that metrics can count by: `well_kept` and `fit`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from headway.core.ask import Ask
from headway.core.definition import Definition
from headway.core.hygiene import Hygiene
from headway.metrics.facts import Facts, once
from headway.metrics.hygiene.fit import DEAL_FIT

JUDGED: Mapping[str, str] = {"well_kept": "VARCHAR", "fit": "VARCHAR"}
"""The columns opportunities have once they are judged, with their types."""


def asks_for_judgement(definitions: Iterable[Definition], ask: Ask) -> bool:
    """Whether an answer needs the columns that judging lays."""
    named = {name.casefold() for name in (*ask.by, *ask.where)}
    return bool(named & JUDGED.keys()) or any(_reads_judgement(one) for one in definitions)


def lay_judgement(facts: Facts, made: Hygiene) -> None:
    """Give opportunities the columns that hygiene and the rules of fit say of them: `fit` only where there are such rules."""
    once(facts, "judged", list, lambda: _laid(facts, made))


def _reads_judgement(definition: Definition) -> bool:
    return bool(JUDGED.keys() & set(definition.columns)) or any(map(_reads_judgement, definition.others.values()))


def _laid(facts: Facts, made: Hygiene) -> list[str]:
    facts.run("CREATE OR REPLACE TEMP TABLE badly_kept (id BIGINT)")
    if made.named:
        facts.run(f"INSERT INTO badly_kept VALUES {', '.join(f'({one:d})' for one in sorted(made.named))}")
    fitting = bool(made.fit.records)
    fit, joined = (", f.fit AS fit", f"LEFT JOIN {DEAL_FIT} f ON f.id = o.id") if fitting else ("", "")
    facts.run("ALTER VIEW opportunity RENAME TO unjudged_opportunity")
    facts.run(
        f"CREATE TEMP VIEW opportunity AS SELECT o.*, CASE WHEN b.id IS NULL THEN 'yes' ELSE 'no' END AS well_kept{fit} "
        f"FROM unjudged_opportunity o LEFT JOIN badly_kept b ON b.id = o.id {joined}"
    )
    return [*JUDGED]
