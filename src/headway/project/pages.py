"""What the pages ask beyond a review: a plan laid out, what it assumes against what came, and what is loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial

from headway.core.belief import Register
from headway.core.calendar import Period
from headway.core.diagnostics import Diagnostic
from headway.core.errors import sound
from headway.core.holdings import Holdings
from headway.core.rows import Rows
from headway.core.settings import Settings
from headway.core.sheet import Sheet
from headway.metrics import catalogue
from headway.metrics import measure as measured
from headway.metrics.hygiene import against_target
from headway.planning import effects, sensitivity, sheet
from headway.project.documents import definitions
from headway.project.following import A_YEAR
from headway.project.intent import chosen_plan
from headway.project.measuring import checked, parameters, remaining
from headway.tables import Store
from headway.text import plan_names, read_connectors
from headway.tracking import Times, beliefs, day_to_follow, ordered, to_price


def trial(settings: Settings, name: str | None) -> Callable[[Mapping[str, Decimal]], Sheet | tuple[Diagnostic, ...]]:
    """A plan read once, to be laid out with some of its values tried otherwise, again and again."""
    return partial(sheet, chosen_plan(settings, name, None), settings.fiscal)


def register(settings: Settings, as_of: date | None, name: str | None) -> Register:
    """What a plan assumes against what was measured, as known on the day it is followed to."""
    store, bound = Store.of(settings), chosen_plan(settings, name, as_of)
    day, known = day_to_follow(bound.plan.name, bound.horizon, as_of, store.last_load)[0], definitions(settings)
    history, given = settings.period(bound.plan.history or None), parameters(settings)
    with store.as_of(day, bound.plan.scope) as facts:

        def observe(metric: str, span: Period, by: Sequence[str]) -> Rows | None:
            found = measured(known[metric], facts, span, by, {}, given) if metric in known else None
            return found if isinstance(found, Rows) else None

        times = Times(bound.months, day, history.days if history else A_YEAR)
        found = beliefs(bound.plan, times, observe)
        risk, prices = sensitivity(bound), effects(bound, to_price(found))
        about = (bound.plan.name, day, bound.plan.currency)
        return Register(*about, ordered(found, prices, risk), facts.provenance, risk, prices)


def holdings(settings: Settings, as_of: date | None, plan: str | None) -> Holdings:
    """Every load, how exports are read, what is wrong with the records, and what every metric means."""
    store, known = Store.of(settings), catalogue(definitions(settings))
    connectors, rows = sound(read_connectors(settings.folder)), (store.runs(), store.rejected())
    if store.is_empty and plan is None:
        return Holdings(None, "", *rows, connectors, (), known, settings.currency)
    with store.as_of(as_of or store.last_load) as facts:
        made = checked(settings, facts)
    if plan is not None and plan_names(settings.folder):
        bound = chosen_plan(settings, plan or None, made.as_of)
        with store.as_of(made.as_of, bound.plan.scope) as facts:
            made = against_target(made, facts, bound.plan.name, remaining(settings, bound, facts, None))
    return Holdings(made.as_of, made.run, *rows, connectors, made.found, known, settings.currency, made.notes, made)
