"""The tornado: sorted by what is lost, drawn to scale to its own side, the same numbers in drawing, table and file."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_company import register

from headway.core.rows import Column, Rows
from headway.web.tornado import swings, tornado

EFFECT = st.one_of(st.none(), st.floats(-1e7, 1e7, allow_nan=False))


def with_risk(*effects: tuple[float | None, ...]):
    names = ("less", "more", "at_low", "at_high")
    columns = (Column("assumption"), *(Column(name, "number", "currency") for name in names))
    records = [(f"rate_{i}", *each) for i, each in enumerate(effects)]
    return replace(register(), risk=Rows.of(columns, records))


@given(st.lists(st.tuples(EFFECT, EFFECT, EFFECT, EFFECT), max_size=14))
def test_every_bar_is_on_its_own_side_and_to_scale(effects: list[tuple[float | None, ...]]) -> None:
    known = with_risk(*effects)
    found, drawn = swings(known), tornado(known)
    assert [one.worst for one in found] == sorted(one.worst for one in found)
    assert all(one.worst <= 0 <= one.best for one in found)
    assert (drawn is None) == (not found)
    if drawn is None:
        return
    assert len(drawn.rows) + drawn.left_out == len(found)
    zero = float(re.findall(r'class="zero" x1="([\d.]+)"', drawn.wide)[0])
    bars = re.findall(r'class="box (loss|spare)" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', drawn.wide)
    most = max(max(-one.worst, one.best) for one in found[:10])
    values = [v for one in found[:10] for v in (one.worst, one.best) if v]
    assert len(bars) == len(values)
    for (kind, x, width), value in zip(bars, values, strict=True):
        edge = float(x) + float(width) if kind == "loss" else float(x)
        assert edge == pytest.approx(zero, abs=0.02) and (kind == "loss") == (value < 0)
        assert float(width) == pytest.approx(max(abs(value) / most * 323, 1.0), abs=0.02)


def test_a_range_is_used_where_there_is_one_and_a_tenth_says_so() -> None:
    one, other = swings(with_risk((-10.0, 10.0, -400_000.0, 90.0), (-250_000.0, 250_000.0, None, None)))
    assert (one.worst, one.best, one.moved) == (-400_000.0, 90.0, "over its 80% range")
    assert (other.worst, other.moved) == (-250_000.0, "by a tenth")
    drawn = tornado(with_risk((-10.0, 10.0, -400_000.0, 90.0)))
    assert drawn is not None
    assert drawn.take == "Rate 0 matters most: at the unfavourable end of its range it costs the plan €400k."


def test_drawing_table_and_file_hold_the_same(site: str) -> None:
    page = httpx.get(f"{site}/assumptions").text
    first = swings(register())[0]
    take = re.search(r'class="take">([^<]+)<', page)
    assert take is not None and take[1].startswith(f"{first.label} matters most")
    rows = list(csv.DictReader(io.StringIO(httpx.get(f"{site}/assumptions/tornado.csv").text)))
    assert len(rows) == len(register().risk)
    assert min(float(row[end] or 0) for row in rows for end in ("at_low", "at_high")) == pytest.approx(first.worst)
    picture = httpx.get(f"{site}/assumptions/tornado.png", timeout=30)
    assert picture.headers["content-type"] == "image/png" and len(picture.content) > 2000


def test_nothing_that_moves_the_figure_is_no_chart(serve) -> None:
    assert tornado(with_risk((0.0, 0.0, None, None), (None, None, None, None))) is None
