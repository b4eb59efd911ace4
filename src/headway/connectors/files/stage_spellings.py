"""One spelling for each stage: labels that differ only in case, blanks or signs are one stage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from headway.connectors.files.names import counted, fold
from headway.connectors.files.profiling import counts_of
from headway.connectors.files.proposal import Draft
from headway.core.mapping import Connector
from headway.tables.engine import Engine

MOST_LABELS = 400


def spell_alike(draft: Draft, engine: Engine, first: Iterable[str] = ()) -> None:
    """Propose one spelling per stage of a file: that of `first`, else of its own mapping, else the most frequent.

    Labels a mapping already lists stay as they are: a repair that is not there may have been refused.
    """
    column = draft.column("stage")
    if not column:
        return
    counts = counts_of(engine, draft.profiled, column, MOST_LABELS)
    mended = draft.repairs.get(column, {})
    meant: dict[str, str] = {}
    for label in (*first, *draft.stages, *(one for one in counts if one not in mended)):
        meant.setdefault(fold(label), label)
    for label, count in counts.items():
        right = meant.get(fold(label), label)
        if fold(label) and label != right and label not in mended and label not in draft.settled_stages:
            draft.repairs.setdefault(column, {})[label] = right
            words = f"'{label}' on {counted(count, 'row')} is '{right}' but for blanks, case and signs"
            draft.conclude("spelling", column, words)


def spell_histories_alike(drafts: Sequence[Draft], known: Iterable[Connector], engine: Engine) -> None:
    """Give the stages of a history the spelling they have on the deals, of this import or of earlier ones."""
    earlier = [file.stages for connector in known for file in connector.files if file.thing == "opportunity"]
    of_deals = [draft.stages for draft in drafts if draft.thing == "opportunity"]
    labels = [label for stages in (*of_deals, *earlier) for label in stages]
    for draft in drafts:
        if draft.thing == "stage_history":
            spell_alike(draft, engine, labels)
