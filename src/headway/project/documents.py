"""The project's text, read: connectors, metrics, plans; every mistake gathered."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from headway.core.calendar import Period
from headway.core.definition import Definition
from headway.core.diagnostics import Diagnostic, did_you_mean, errors, in_order
from headway.core.errors import UserMistake
from headway.core.mapping import Connector
from headway.core.plan import ModelText, Plan
from headway.core.settings import Settings
from headway.metrics import check_definitions, shipped
from headway.model import compile_model
from headway.planning import MODELS, BoundPlan, bind
from headway.planning.mistakes import MISSING_ASSUMPTION
from headway.project.mistakes import NO_MODEL, NO_PLAN
from headway.text import read_connector, read_mappings_of, read_model, read_plan, read_settings

T = TypeVar("T")
Found = tuple[Diagnostic, ...]


def read_connectors(folder: Path) -> tuple[Connector, ...]:
    """How each connected system is read; raises with every mistake there is."""
    return _sound(_connectors(folder))


def read_definitions(settings: Settings) -> dict[str, Definition]:
    """The shipped metrics, overlaid with the project's own; raises with every mistake there is."""
    return _sound(_definitions(settings))


def plan_names(folder: Path) -> tuple[str, ...]:
    """The plans in the folder, by name."""
    return tuple(sorted(file.parent.name for file in (folder / "plans").glob("*/plan.yaml")))


def bound_plan(settings: Settings, name: str) -> BoundPlan:
    """A plan bound to its model; raises with every mistake there is."""
    names = plan_names(settings.folder)
    if name not in names:
        remedy = did_you_mean(name, names) or "propose one: headway plan propose --history 2026-01..2026-06 --year 2026"
        raise UserMistake([NO_PLAN.at(None, f"there is no plan '{name}'", remedy=remedy)])
    bound, found = _bound(settings, name)
    if bound is None:
        raise UserMistake(errors(found))
    return bound


def model_of(settings: Settings, plan: Plan) -> tuple[ModelText | None, Found]:
    """The model a plan names: the project's own under models/, or a shipped one."""
    own, shipped_one = settings.folder / "models" / f"{plan.model}.yaml", MODELS / f"{plan.model}.yaml"
    if own.is_file():
        return read_model(own, settings.folder)
    if not shipped_one.is_file():
        known = [file.stem for file in (*MODELS.glob("*.yaml"), *own.parent.glob("*.yaml"))]
        message = f"there is no model '{plan.model}'"
        return None, (NO_MODEL.at(plan.place("model"), message, remedy=did_you_mean(plan.model, known)),)
    return read_model(shipped_one)


def shipped_model(name: str) -> ModelText:
    """A model that is known to be there."""
    model, found = read_model(MODELS / f"{name}.yaml")
    if model is None:
        raise UserMistake(found)
    return model


def settings_of(folder: Path) -> Settings:
    """What headway.yaml says; raises with every mistake there is."""
    settings, found = read_settings(folder / "headway.yaml")
    if settings is None:
        raise UserMistake(errors(found))
    return settings


def period_of(settings: Settings, text: str | None) -> Period | None:
    """A period as the user wrote it, by the company's calendar."""
    if text is None:
        return None
    period = settings.fiscal.parse(text)
    if isinstance(period, Diagnostic):
        raise UserMistake([period])
    return period


def check(folder: Path) -> tuple[Found, tuple[str, ...]]:
    """Every mistake in the project's text, in the order of the files; and the files that were read."""
    read, mistaken = read_settings(folder / "headway.yaml")
    settings = read or Settings(folder.name, folder)
    texts = [folder / "headway.yaml", *sorted((folder / "connectors").glob("*.yaml"))]
    texts += [*sorted((folder / "metrics").glob("*.yaml")), *sorted((folder / "models").glob("*.yaml"))]
    found = [*mistaken, *_connectors(folder)[1], *_definitions(settings)[1], *_models(folder)]
    for name in plan_names(folder):
        texts += sorted((folder / "plans" / name).rglob("*.yaml"))
        found += _bound(settings, name)[1]
    return tuple(dict.fromkeys(found)), tuple(str(file.relative_to(folder)) for file in texts)


def _connectors(folder: Path) -> tuple[tuple[Connector, ...], Found]:
    read = [read_connector(file, folder) for file in sorted((folder / "connectors").glob("*.yaml"))]
    return tuple(c for c, _ in read if c is not None), tuple(d for _, found in read for d in found)


def _models(folder: Path) -> Found:
    """What is wrong with the project's own models, each by itself; how a plan fits its model is seen with the plan."""
    read = [read_model(file, folder) for file in sorted((folder / "models").glob("*.yaml"))]
    return tuple(d for model, found in read for d in (*found, *(errors(compile_model(model)[1]) if model else ())))


def _definitions(settings: Settings) -> tuple[dict[str, Definition], Found]:
    files = sorted((settings.folder / "metrics").glob("*.yaml"))
    given, found = read_mappings_of(shipped(), Definition, settings.fiscal, settings.folder)
    own, wrong = read_mappings_of(files, Definition, settings.fiscal, settings.folder)
    definitions = given | own
    return definitions, (*found, *wrong, *check_definitions(definitions))


def _bound(settings: Settings, name: str) -> tuple[BoundPlan | None, Found]:
    plan, found = read_plan(settings.folder / "plans" / name, settings.fiscal, settings.folder)
    if plan is None:
        return None, found
    model, wrong = model_of(settings, plan)
    if model is None:
        return None, (*found, *wrong)
    bound, more = bind(plan, model)
    if errors(found):  # what could not be read is not missing
        return None, in_order((*found, *wrong, *(one for one in more if one.mistake != MISSING_ASSUMPTION)))
    return bound, in_order((*found, *wrong, *more))


def _sound(read: tuple[T, Found]) -> T:
    value, found = read
    if errors(found):
        raise UserMistake(errors(found))
    return value
