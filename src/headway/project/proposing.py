"""A plan from history's own rates: what the metrics measured in the past becomes what the plan assumes."""

from __future__ import annotations

from dataclasses import replace

from headway.core.answers import PlanAnswer
from headway.core.errors import UserMistake, sound
from headway.core.history import Breakdown
from headway.core.reading import UNREADABLE_OPTION
from headway.core.settings import Settings
from headway.metrics import measured_drivers, measured_history
from headway.planning import MODELS, NO_JUDGEMENT, Judgement, aimed_at, left_after
from headway.planning import propose as proposed
from headway.project.documents import definitions
from headway.project.intent import show
from headway.project.measuring import parameters
from headway.tables import Store
from headway.text import read_model, save, write_plan

MODEL = "saas"


def propose(
    settings: Settings,
    history: str,
    year: str,
    target: str | None,
    name: str | None,
    replacing: bool,
    asked: Breakdown,
    judgement: Judgement = NO_JUDGEMENT,
) -> PlanAnswer:
    """Measure the history as it was known at its end, propose a plan for the rest of the year, write it as text."""
    past, whole = settings.period(history), settings.period(year)
    if past is None or whole is None:
        raise UserMistake([UNREADABLE_OPTION.at(None, "a plan needs --history and --year")])
    horizon, given = left_after(past, whole), parameters(settings)
    with Store.of(settings).as_of(past.last_day, asked.scope) as facts:
        known = definitions(settings)
        evidence = measured_history(known, facts, past, horizon, settings.currency, given)
        found = measured_drivers(known, facts, past, given, asked.by)
        evidence = replace(evidence, members=found.members, measured=found.measured, volume=found.volume)
    model = sound(read_model(MODELS / f"{MODEL}.yaml"))
    plan = proposed(evidence, model, name or f"{whole.label.lower()}-from-{horizon.start}", judgement=judgement)
    plan = replace(plan, scope=asked.scope)
    if target is not None:
        plan = aimed_at(plan, target)
    files = save(settings.folder / "plans" / plan.name, write_plan(plan), replace=replacing)
    return replace(show(settings, plan.name), files=tuple(f"plans/{plan.name}/{file}" for file in files))
