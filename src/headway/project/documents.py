"""The project's text given its meaning: metrics, plans bound to their models, every mistake gathered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from headway.core.definition import Definition
from headway.core.diagnostics import Diagnostic, errors
from headway.core.errors import sound
from headway.core.settings import Settings
from headway.metrics import check_columns, check_definitions, linked, shipped
from headway.metrics.hygiene import check_rules, shipped_rules
from headway.model import compile_model
from headway.planning import MODELS, BoundPlan, bind_as_read, newest_covering
from headway.text import (
    plan_names,
    plans_asked_for,
    read_connectors,
    read_definitions,
    read_models,
    read_plan_and_model,
    read_rules,
    read_settings,
    text_files,
)

Found = tuple[Diagnostic, ...]


def definitions(settings: Settings) -> dict[str, Definition]:
    """The metrics there are; raises with every mistake there is."""
    return sound(_definitions(settings))


def bound_plan(settings: Settings, name: str) -> BoundPlan:
    """A plan bound to its model; raises with every mistake there is."""
    return sound(bind(settings, name))


def bind(settings: Settings, name: str, texts: Mapping[Path, str] | None = None) -> tuple[BoundPlan | None, Found]:
    """A plan bound to its model, with every mistake there is; `texts` stand for what lies on disk."""
    return bind_as_read(*read_plan_and_model(settings, name, MODELS, texts))


def chosen_plan(settings: Settings, name: str | None, day: date | None) -> BoundPlan:
    """The plan of that name; without one, the only one, or of those that cover the day the one that starts last."""
    names = plans_asked_for(settings.folder, name)
    return newest_covering([bound_plan(settings, one) for one in names], day)


def check(folder: Path, data: bool = False) -> tuple[Found, tuple[str, ...]]:
    """Every mistake in the project's text, in the order of the files; and the files read. With `data`, against the tables."""
    read, mistaken = read_settings(folder / "headway.yaml")
    settings = read or Settings(folder.name, folder)
    own, wrong = _definitions(settings)
    found = [*mistaken, *read_connectors(folder)[1], *wrong, *(check_columns(own, folder) if data else ())]
    found += read_rules(shipped_rules(), settings, check_rules)[1]
    for model, wrong in read_models(folder):  # each by itself; how a plan fits its model is seen with the plan
        found += [*wrong, *(errors(compile_model(model)[1]) if model else ())]
    for name in plan_names(folder):
        found += bind(settings, name)[1]
    return tuple(dict.fromkeys(found)), text_files(folder)


def _definitions(settings: Settings) -> tuple[dict[str, Definition], Found]:
    read, found = read_definitions(shipped(), settings)
    return linked(read), (*found, *check_definitions(read))
