"""The rival: the reference plan written out by hand in NumPy, for many draws side by side, the draw axis last.

It knows its model by heart: every line is where its author put it. It is what a good analyst would write instead of
a formula language, and it says nothing about units, names or where a number comes from.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Values = Mapping[str, Array]

LAGS, TEAMS, SALES_LED = 6, 3, 3
AE, SDR, CSM = 0, 1, 2
OUTBOUND = 1
OUTPUTS = (
    "end_arr_m12", "end_arr_m24", "new_arr_y2", "revenue_y2", "cac_y2", "payback_y2", "nrr12_m24", "contribution_y2",
)  # fmt: skip


def plan(values: Values, months: int = 24) -> dict[str, Array]:
    """The eight headline outputs; every value has a trailing draw axis, of length one where it is the same for all."""
    heads, productive = capacity(values, months)
    leads, opportunities = demand(values, productive, months)
    booked, new_accounts = bookings(values, opportunities, productive, months)
    new_arr, accounts = np.einsum("tkd,ksd->tsd", booked, _wide(values["mix"], booked)), new_accounts.sum(axis=1)
    arr, moved = retention(values, new_arr, productive, months)
    return headlines(values, heads, leads, booked, new_arr, accounts, arr, moved)


def capacity(values: Values, months: int) -> tuple[Array, Array]:
    """Heads and productive heads by month and team."""
    keep, ramp, hires = 1 - values["attrition"], values["ramp"], values["hires"]
    tenured, joined = values["heads_at_start"], np.zeros((LAGS, TEAMS, 1))
    heads, productive = [], []
    for t in range(months):
        tenured = (tenured + joined[-1]) * keep
        joined = np.concatenate([hires[None, :, t], joined[:-1] * keep])
        heads.append(tenured + joined.sum(axis=0))
        productive.append(tenured + (joined * np.moveaxis(ramp, 1, 0)).sum(axis=0))
    return np.stack(heads), np.stack(productive)


def demand(values: Values, productive: Array, months: int) -> tuple[Array, Array]:
    """Leads in the plan's months, and opportunities with the months of lag before them."""
    t = np.arange(1 - LAGS, months)
    season = values["season"][t % 12][:, None]
    leads = values["leads_at_start"] * (1 + values["lead_growth"]) ** t[:, None, None] * season
    limit = productive[:, SDR] * values["leads_per_sdr"]
    leads[LAGS - 1 :, OUTBOUND] = np.minimum(leads[LAGS - 1 :, OUTBOUND], limit)
    return leads[LAGS - 1 :], leads * values["lead_to_opportunity"]


def bookings(values: Values, opportunities: Array, productive: Array, months: int) -> tuple[Array, Array]:
    """Booked value and new customers by month and source, sellers being the limit where people sell."""
    lag = values["close_lag"]
    arrived = sum(opportunities[LAGS - 1 - j : LAGS - 1 - j + months] * lag[:, j] for j in range(LAGS))
    size = values["deal_size"] * (1 + values["deal_uplift"]) ** (np.arange(months) // 12)[:, None, None]
    wanted = arrived * np.minimum(values["win_rate"], values["win_rate_cap"]) * size
    led = wanted[:, :SALES_LED].sum(axis=1)
    room = productive[:, AE] * values["quota_per_ae"]
    backlog: Array = np.zeros(1)
    booked = wanted.copy()
    for t in range(months):
        queue = led[t] + values["backlog_carry"] * backlog
        taken = np.minimum(queue, room[t])
        backlog = queue - taken
        booked[t, :SALES_LED] = taken * wanted[t, :SALES_LED] / led[t]
    return booked, booked / size


def retention(values: Values, new_arr: Array, productive: Array, months: int) -> tuple[Array, Array]:
    """ARR by month and segment, opening month first; and the net movement of the base as a share of it."""
    arr = [values["arr_at_start"]]
    moved = []
    for t in range(months):
        opening = arr[-1]
        covered = np.minimum(1, productive[t, CSM] * values["arr_per_csm"] / opening.sum(axis=0))
        churn = opening * values["churn_rate"] * (1 + values["coverage_penalty"] * (1 - covered))
        net = opening * values["expansion_rate"] - opening * values["contraction_rate"] - churn
        arr.append(opening + new_arr[t] + net)
        moved.append(net.sum(axis=0) / opening.sum(axis=0))
    total = [segments.sum(axis=0) for segments in arr]
    return np.stack(np.broadcast_arrays(*total)), np.stack(np.broadcast_arrays(*moved))


def headlines(
    values: Values, heads: Array, leads: Array, booked: Array, new_arr: Array, accounts: Array, arr: Array, moved: Array
) -> dict[str, Array]:
    """The eight outputs; the second year is the last twelve months."""
    cost, margin = values["cost_per_head"], values["gross_margin"]
    revenue = (arr[:-1] + arr[1:]) / 24
    spent = (leads * values["cost_per_lead"]).sum(axis=1) + (heads[:, :CSM] * cost[:CSM]).sum(axis=1)
    spent = spent + values["commission"] * booked.sum(axis=1)
    contribution = revenue * margin - spent - heads[:, CSM] * cost[CSM]
    second = slice(12, 24)
    new, spent_y2 = new_arr[second].sum(axis=(0, 1)), spent[second].sum(axis=0)
    answers = (
        arr[12], arr[24], new, revenue[second].sum(axis=0), spent_y2 / accounts[second].sum(axis=0),
        spent_y2 / (new / 12 * margin), (1 + moved[second]).prod(axis=0), contribution[second].sum(axis=0),
    )  # fmt: skip
    return dict(zip(OUTPUTS, answers, strict=True))


def _wide(array: Array, like: Array) -> Array:
    return np.broadcast_to(array, (*array.shape[:-1], like.shape[-1]))
