"""The shipped company is what its generator writes, and its life keeps to the rules of a real one."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.connectors.synthetic import LARKFIELD, SEED, World, exports, simulate
from headway.connectors.synthetic.__main__ import main
from headway.connectors.synthetic.life import LOST, WON

SHIPPED = Path(__file__).parents[2] / "examples" / "larkfield"
SHORT = replace(LARKFIELD, start=date(2025, 11, 3), first_day=date(2026, 1, 1), last_day=date(2026, 4, 15))


@pytest.fixture(scope="module")
def world() -> World:
    return simulate(LARKFIELD, np.random.default_rng(SEED))


def test_the_shipped_files_are_what_the_generator_writes(tmp_path: Path) -> None:
    main(tmp_path)
    made = sorted(tmp_path.iterdir())
    assert [file.name for file in made] == sorted(file.name for file in SHIPPED.glob("*.csv"))
    for file in made:
        assert file.read_bytes() == (SHIPPED / file.name).read_bytes(), file.name


def test_another_seed_is_another_company() -> None:
    rng = np.random.default_rng(SEED + 1)
    assert exports(SHORT, simulate(SHORT, rng), rng)["deals.csv"] != (SHIPPED / "deals.csv").read_text("utf-8")


def test_every_reference_in_the_deals_is_in_its_table() -> None:
    def column(file: str, name: str) -> list[str]:
        return [record[name] for record in csv.DictReader(io.StringIO((SHIPPED / file).read_text("utf-8")))]

    ids, names = column("companies.csv", "Record ID"), column("companies.csv", "Company name")
    assert len(set(ids)) == len(ids) and len(set(names)) == len(names)
    assert set(column("deals.csv", "Associated Company IDs")) <= set(ids)
    assert set(column("deals.csv", "Deal owner")) <= set(column("owners.csv", "Owner"))
    assert len(set(column("deals.csv", "Record ID"))) == len(column("deals.csv", "Record ID"))
    unmatched = set(column("deals.csv", "Product")) - set(column("products.csv", "Product name"))
    assert unmatched and len(unmatched) <= len(LARKFIELD.products)


def test_the_last_quarter_is_worse_for_one_source_only(world: World) -> None:
    broken = LARKFIELD.breaks[0]

    def rate(of_broken: bool, first: date, last: date) -> float:
        closed = [
            deal
            for deal in world.deals
            if deal.closed and first <= deal.closed.date() <= last and (deal.source.name == broken.source) is of_broken
        ]
        return sum(deal.stage == WON for deal in closed) / len(closed)

    before, after = (LARKFIELD.first_day, date(2026, 3, 31)), (broken.since, LARKFIELD.last_day)
    assert rate(True, *after) < 0.5 * rate(True, *before)
    assert rate(False, *after) == pytest.approx(rate(False, *before), abs=0.03)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_every_deal_lives_forward_and_ends_once(seed: int) -> None:
    world = simulate(SHORT, np.random.default_rng(seed))
    order = [*(stage.name for stage in SHORT.stages), WON, LOST]
    for deal in world.deals:
        stages, moments = zip(*deal.entered, strict=True)
        assert moments[0] == deal.created and list(moments) == sorted(moments)
        assert [order.index(stage) for stage in stages] == sorted(order.index(stage) for stage in stages)
        assert not {WON, LOST} & set(stages[:-1])
        assert moments[-1] <= deal.moved and deal.moved.date() <= SHORT.last_day
        assert deal.closed is None or deal.closed.date() >= SHORT.first_day
        assert deal.stage != WON or (deal.amount is not None and deal.amount > 0)
    assert [deal.id for deal in world.deals] == list(range(1, len(world.deals) + 1))
