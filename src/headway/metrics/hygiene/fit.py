"""How well accounts fit whom the company wants to sell to, and what became of opportunities by how well they fit."""

from __future__ import annotations

from collections.abc import Mapping

from headway.core.hygiene import Fit
from headway.core.rows import Cell, Column, Rows
from headway.metrics.facts import literal, quoted
from headway.metrics.hygiene.conditions import RECORD, all_hold, columns_of, unknown
from headway.metrics.hygiene.seen import Look, laid, words
from headway.metrics.hygiene.stages import ENOUGH, curve_of
from headway.statistics.survival import eventual_interval

DEAL_FIT = "deal_fit"
"""The relation of every deal with its fit, where there are rules of it."""

_BANDS = ("good", "fair", "poor", "not qualified")
"""Two thirds of the weight and more; one third and more; less; and those that lack what they must have."""

_BY_FIT = (
    *(
        Column("fit"),
        Column("accounts", "integer"),
        Column("opportunities", "integer"),
        Column("open_deals", "integer"),
    ),
    *(Column("open_value", "money"), Column("win_rate", "number"), Column("low", "number"), Column("high", "number")),
    *(Column("n", "integer"), Column("note")),
)
_ACCOUNTS = (
    *(Column("account"), Column("fit"), Column("score", "number"), Column("lacks"), Column("opportunities", "integer")),
    *(Column("open_deals", "integer"), Column("open_value", "money")),
)


def fit_tables(look: Look, fits: Mapping[str, Fit]) -> tuple[Rows, Rows, tuple[str, ...]]:
    """Opportunities by fit with their win rate; every account with its score; what could not be looked at.

    A score is the weight of the rules an account meets, of all weight there is; it is 0 where one that must hold does not.
    """
    known = {name: one for name, one in fits.items() if not unknown(columns_of(one.when), look.schema)}
    lacking = [f"{name} is no part of fit: there is no column '{unknown(columns_of(one.when), look.schema)[0]}'"
               for name, one in fits.items() if name not in known]  # fmt: skip
    if not known:
        return Rows.of(_BY_FIT, []), Rows.of(_ACCOUNTS, []), tuple(lacking)
    scored = _scored(look, known)
    laid(look.facts, DEAL_FIT, f"SELECT id, band AS fit FROM {scored}")
    return _by_fit(look, scored), _accounts(look, scored), tuple(lacking)


def _scored(look: Look, fits: Mapping[str, Fit]) -> str:
    """Every opportunity with its score, band and what its account lacks, as a relation."""
    whole = float(sum(one.weight for one in fits.values())) or 1.0
    held = {name: f"({all_hold(one.when, look.facts.day)})" for name, one in fits.items()}
    met = " + ".join(f"CASE WHEN {held[name]} THEN {float(one.weight)!r} ELSE 0 END" for name, one in fits.items())
    must = " AND ".join(held[name] for name, one in fits.items() if one.must) or "TRUE"
    lacks = ", ".join(f"CASE WHEN NOT {held[name]} THEN {literal(words(name))} END" for name in fits)
    score = f"CASE WHEN {must} THEN ({met}) / {whole!r} ELSE 0 END"
    band = (
        f"CASE WHEN NOT ({must}) THEN 'not qualified' WHEN {score} >= 2.0 / 3 THEN 'good' "
        f"WHEN {score} >= 1.0 / 3 THEN 'fair' ELSE 'poor' END"
    )
    columns = ", ".join(
        f"{RECORD}.{quoted(name)}" for name in ("id", "account", "status", "created_date", "closed_date", "value")
    )
    told = f"{columns}, {score} AS score, {band} AS band, concat_ws(', ', {lacks}) AS lacks"
    return f"(SELECT {told} FROM {look.relation} {RECORD})"


def _by_fit(look: Look, scored: str) -> Rows:
    told = {
        str(band): cells
        for band, *cells in look.facts.run(
            f"SELECT band, count(DISTINCT account), count(*), count(*) FILTER (status = 'open'), "
            f"sum(value) FILTER (status = 'open') FROM {scored} GROUP BY 1"
        )
    }
    ages = look.facts.run(
        f"SELECT band, date_diff('day', created_date, coalesce(closed_date, {look.today})) AS age, status, count(*) "
        f"FROM {scored} WHERE created_date IS NOT NULL AND coalesce(closed_date, {look.today}) >= created_date GROUP BY ALL"
    )
    records = list[tuple[Cell, ...]]()
    for band in _BANDS:
        if band not in told:
            continue
        made = curve_of([(int(str(age)), str(status), int(str(n))) for name, age, status, n in ages if name == band])
        low, high = (eventual_interval(made) if made else None) or (None, None)
        n = made.decided if made else 0
        note = "" if n >= ENOUGH else f"n = {n}: cannot tell yet"
        records.append((band, *told[band], made.eventual if made else None, low, high, n, note))
    return Rows.of(_BY_FIT, records)


def _accounts(look: Look, scored: str) -> Rows:
    found = look.facts.run(
        f"SELECT account, arg_max(band, score), max(score), arg_max(lacks, score), count(*), "
        f"count(*) FILTER (status = 'open') AS there, sum(value) FILTER (status = 'open') AS worth FROM {scored} "
        f"WHERE account IS NOT NULL GROUP BY 1 ORDER BY worth DESC NULLS LAST, there DESC, account"
    )
    return Rows.of(_ACCOUNTS, found)
