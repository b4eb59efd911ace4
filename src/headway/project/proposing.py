"""A plan from history's own rates: what the metrics measured in the past becomes what the plan assumes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from headway.core.calendar import Period, add_months, month, months
from headway.core.diagnostics import Diagnostic
from headway.core.errors import UserMistake
from headway.core.plan import Horizon, Plan, Target
from headway.core.quantity import Quantity
from headway.core.rows import Cell, Rows
from headway.core.settings import Settings
from headway.metrics import measure, win_curve
from headway.metrics.outlook import expected_wins
from headway.planning import Amounts, History, Rate
from headway.planning import propose as proposed
from headway.project.documents import read_definitions, shipped_model
from headway.project.intent import PlanAnswer, show
from headway.project.measuring import parameters, period_of
from headway.project.mistakes import ALREADY_THERE, NO_HISTORY, UNREADABLE_OPTION
from headway.statistics.survival import lag_kernel
from headway.tables import Facts, Store
from headway.text import write_plan

MODEL = "saas"


def propose(
    settings: Settings, history: str, year: str, target: str | None, name: str | None, replacing: bool
) -> PlanAnswer:
    """Measure the history as it was known at its end, propose a plan for the rest of the year, write it as text."""
    past, whole = period_of(settings, history), period_of(settings, year)
    if past is None or whole is None:
        raise UserMistake([UNREADABLE_OPTION.at(None, "a plan needs --history and --year")])
    horizon = _horizon(past, whole)
    named = name or f"{whole.label.lower()}-from-{horizon.start.label}"
    folder = settings.folder / "plans" / named
    if folder.exists() and not replacing:
        remedy = "name another with --name, or write over it with --replace"
        raise UserMistake([ALREADY_THERE.at(None, f"there is a plan '{named}' already", remedy=remedy)])
    with Store.open(settings.folder).as_of(past.last_day) as facts:
        evidence = _evidence(settings, facts, past, horizon)
    plan = proposed(evidence, shipped_model(MODEL), named, None)
    if target is not None:
        plan = replace(plan, target=_target(target, plan))
    files = _write(folder, plan)
    return replace(show(settings, named), files=files)


def _horizon(past: Period, whole: Period) -> Horizon:
    """What is left of the year after the history, in whole months."""
    first = month(max(past.end, whole.start))
    left = months(Period(first.start, whole.end, whole.label, "range")) if first.start < whole.end else ()
    if not left:
        remedy = "choose a later --year, or a history that ends earlier"
        message = f"nothing of {whole} is left to plan after the history {past}"
        raise UserMistake([UNREADABLE_OPTION.at(None, message, remedy=remedy)])
    return Horizon(first, len(left))


def _evidence(settings: Settings, facts: Facts, past: Period, horizon: Horizon) -> History:
    definitions, given = read_definitions(settings), parameters(settings)

    def ask(metric: str, by: tuple[str, ...] = ()) -> Rows:
        return _answered(measure(definitions[metric], facts, past, by, {}, given))

    curve = win_curve(facts, past, given)
    kernel = lag_kernel(curve) if curve else None
    ahead = [month(add_months(horizon.start.start, i)) for i in range(horizon.months)]
    if curve is None or kernel is None:
        message = f"no deal was won in {past}, as known on {past.last_day}"
        raise UserMistake([NO_HISTORY.at(None, message, remedy="choose a longer --history")])
    open_deals = expected_wins(facts, curve, ahead)
    created = {str(row["month"]): int(str(row["value"])) for row in ask("opportunities_created", ("month",))}
    return History(
        past,
        past.last_day,
        horizon,
        settings.currency or _currency(ask("won_value")),
        {m.label: created.get(m.label, 0) for m in months(past)},
        _rate(_only(ask("win_rate.eventual"))),
        tuple(float(share) for share in kernel),
        _amounts(_only(ask("deal_size.mean")), _only(ask("deal_size.median"))),
        _amounts(_only(ask("opportunity_value.mean")), _only(ask("opportunity_value.median"))),
        _amounts(_only(ask("sales_cycle.won_mean")), _only(ask("sales_cycle.won_median"))),
        open_deals.wins,
        open_deals.count,
    )


def _answered(answer: Rows | tuple[Diagnostic, ...]) -> Rows:
    if not isinstance(answer, Rows):
        raise UserMistake(answer)
    return answer


def _only(rows: Rows) -> Mapping[str, Cell]:
    """The one row of an answer without a breakdown; several are several currencies, which no plan can add up."""
    if len(rows) != 1:
        found = ", ".join(sorted(str(c or "unknown") for c in rows.column("currency")))
        message = f"amounts are in several currencies: {found}"
        raise UserMistake(
            [NO_HISTORY.at(None, message, remedy="load one currency, or convert amounts before the import")]
        )
    return next(iter(rows))


def _currency(rows: Rows) -> str | None:
    named = {str(c) for c in rows.column("currency") if c}
    return named.pop() if len(named) == 1 else None


def _rate(row: Mapping[str, Cell]) -> Rate:
    low, high = (None if row[end] is None else float(str(row[end])) for end in ("low", "high"))
    method = f"Aalen-Johansen on {row['n']:,} deals followed, {row['note']}" if row["note"] else "Aalen-Johansen"
    return Rate(float(str(row["value"] or 0)), low, high, int(str(row["n"])), method)


def _amounts(mean: Mapping[str, Cell], median: Mapping[str, Cell]) -> Amounts:
    ends = [None if mean[end] is None else float(str(mean[end])) for end in ("low", "high")]
    return Amounts(
        float(str(mean["value"] or 0)), float(str(median["value"] or 0)), ends[0], ends[1], int(str(mean["n"]))
    )


def _target(text: str, plan: Plan) -> Target:
    amount = Quantity.parse(text)
    if amount is None or plan.target is None:
        remedy = "write it like 3.2m, 3200000, or 3.2m EUR"
        raise UserMistake([UNREADABLE_OPTION.at(None, f"'{text}' is not an amount", remedy=remedy)])
    return replace(plan.target, value=amount.value, currency=amount.currency or plan.currency, proposed=False)


def _write(folder: Path, plan: Plan) -> tuple[str, ...]:
    written: list[str] = []
    for name, text in write_plan(plan).items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        written.append(str(file))
    return tuple(written)
