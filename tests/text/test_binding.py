"""Any frozen dataclass from its type hints: right values, and every mistake at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.core.calendar import FiscalCalendar, Period
from headway.core.definition import Definition
from headway.core.errors import Fault
from headway.core.positions import Location, Piece
from headway.core.quantity import Quantity
from headway.core.units import Unit
from headway.text import Shape, bind, read_entries, read_mapping_of
from headway.text.nodes import Node
from headway.text.source import Source, read_nodes


@dataclass(frozen=True)
class Inner:
    low: Decimal
    high: Decimal | None = None


@dataclass(frozen=True)
class Everything:
    name: str
    kind: Literal["flow", "stock"]
    count: int = 1
    share: Decimal = Decimal(0)
    weight: float = 0.0
    on: bool = False
    day: date | None = None
    period: Period | None = None
    amount: Quantity | None = None
    unit: Unit | None = None
    formula: Piece | None = None
    by: tuple[str, ...] = ()
    pair: tuple[int, int] = (0, 0)
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    inner: Inner | None = None
    parts: Mapping[str, Inner] = field(default_factory=dict[str, Inner])
    many: tuple[Inner, ...] = ()
    either: int | str = 0
    location: Location | None = None


def node(text: str) -> Node:
    read, found = read_nodes(Source.of("f.yaml", text))
    assert read is not None and not found
    return read


def codes(text: str, made: type = Everything) -> list[str]:
    value, found = bind(node(text), made)
    assert value is None
    return [one.mistake.code for one in found]


FULL = """\
name: x
kind: stock
count: 1,200
share: 24%
weight: 0.5
on: yes
day: 2027-03-31
period: FY27-Q1
amount: 16.0m EUR
unit: deal/opportunity
formula: a + b
by: [source, 'a, b']
pair: [1, 2]
labels: {a: 1, b: two}
inner: {low: 1.10, high: ~}
parts:
  one: {low: 1}
many: [{low: 1}, {low: 2, high: 3}]
either: word
"""


def test_every_type_a_value_may_have():
    value, found = bind(node(FULL), Everything, FiscalCalendar(4))
    assert not found and value is not None
    assert (value.count, value.share, value.weight, value.on) == (1200, Decimal("0.24"), 0.5, True)
    assert value.day == date(2027, 3, 31)
    assert value.period is not None and value.period.start == date(2026, 4, 1)
    assert value.amount == Quantity(Decimal(16_000_000), "EUR")
    assert str(value.unit) == "deal/opportunity"
    assert value.formula is not None and str(value.formula.location) == "f.yaml:11:10"
    assert (value.by, value.pair, value.labels) == (("source", "a, b"), (1, 2), {"a": "1", "b": "two"})
    assert value.inner == Inner(Decimal("1.10"))
    assert value.parts == {"one": Inner(Decimal(1))}
    assert value.many == (Inner(Decimal(1)), Inner(Decimal(2), Decimal(3)))
    assert value.either == "word"
    assert value.location is not None and value.location.line == 1


def test_empty_values_are_the_defaults():
    value, found = bind(node("name: x\nkind: flow\ncount:\nby: ~\ninner:\n"), Everything)
    assert not found and value is not None
    assert (value.count, value.by, value.inner) == (1, (), None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("name: [x]", "wrong-type"),
        ("name:", "missing-key"),
        ("count: 1.5", "wrong-type"),
        ("count: many", "wrong-type"),
        ("share: 12_000.50", "wrong-type"),
        ("share: 5 EUR", "wrong-type"),
        ("on: maybe", "not-a-choice"),
        ("day: 31.03.2027", "text-date"),
        ("period: spring", "text-period"),
        ("amount: lots", "wrong-type"),
        ("unit: a b", "not-a-unit"),
        ("formula: {a: 1}", "wrong-type"),
        ("by: source", "wrong-type"),
        ("by: [[a]]", "wrong-type"),
        ("by: [~]", "wrong-type"),
        ("pair: [1, 2, 3]", "wrong-type"),
        ("labels: [a]", "wrong-type"),
        ("labels: {a: [1]}", "wrong-type"),
        ("inner: {high: 1}", "missing-key"),
        ("inner: 3", "wrong-type"),
        ("parts: {one: {lo: 1}}", "unknown-key"),
        ("many: [{low: x}]", "wrong-type"),
        ("either: [1]", "wrong-type"),
        ("stranger: 1", "unknown-key"),
    ],
)
def test_each_wrong_value_is_told(text: str, code: str):
    key = text.split(":")[0]
    rest = "".join(f"{k}: {v}\n" for k, v in {"name": "x", "kind": "flow"}.items() if k != key)
    assert code in codes(rest + text + "\n")


def test_everything_wrong_is_gathered_in_the_order_of_the_file():
    text = "nam: x\nkind: flo\ncount: x\nby: y\nday: z\n"
    assert codes(text) == ["unknown-key", "not-a-choice", "wrong-type", "wrong-type", "text-date"]


@pytest.mark.parametrize("text", ["word", "[a]", "~"])
def test_a_value_that_is_no_mapping(text: str):
    assert codes(text) == ["wrong-type"]


def test_a_type_that_cannot_be_bound_is_our_mistake():
    @dataclass(frozen=True)
    class Odd:
        thing: object

    with pytest.raises(Fault):
        bind(node("thing: 1"), Odd)


@given(st.dictionaries(st.sampled_from(["name", "kind", "count", "by", "inner", "x"]), st.sampled_from(
    ["flow", "1", "[a]", "{low: 1}", "~", "''", "[{a: b}]"])))  # fmt: skip
def test_a_value_comes_back_exactly_when_nothing_is_wrong(entries: dict[str, str]):
    text = "{" + ", ".join(f"{key}: {value}" for key, value in entries.items()) + "}"
    value, found = bind(node(text), Everything)
    assert (value is None) == bool(found)
    assert all(one.location is not None and one.message for one in found)


METRICS = """\
win_rate.closed_count:
  title: Win rate
  words: won among closed
  shape: ratio
  unit: deal/opportunity
  date: closed_date
  numerator: {status: [won]}
  denominator: {status: [won, lost]}
  policy: [closed in the period]
deals.broken:
  title: Broken
  shape: heap
"""


def test_a_file_of_named_entries_gives_the_sound_ones_and_the_mistakes_of_the_others(tmp_path: Path):
    file = tmp_path / "metrics.yaml"
    file.write_text(METRICS)
    read, found = read_mapping_of(file, Definition, root=tmp_path)
    assert list(read) == ["win_rate.closed_count"]
    one = read["win_rate.closed_count"]
    assert (one.name, one.label) == ("win_rate.closed_count", "win_rate.closed_count@1")
    assert one.denominator is not None and one.denominator.status == ("won", "lost")
    assert str(one.location) == "metrics.yaml:1:1"
    assert [(one.mistake.code, str(one.location)) for one in found] == [
        ("missing-key", "metrics.yaml:10:1"),
        ("missing-key", "metrics.yaml:10:1"),
        ("not-a-choice", "metrics.yaml:12:10"),
    ]


def test_an_empty_file_of_entries_holds_none(tmp_path: Path):
    file = tmp_path / "metrics.yaml"
    file.write_text("# none yet\n")
    assert read_mapping_of(file, Definition) == ({}, ())


def test_a_shape_spells_keys_and_reads_bare_values(tmp_path: Path):
    file = tmp_path / "f.yaml"
    file.write_text("a: {from: 1}\nb: 2\nc:\n")
    read, found = read_entries(file, Shape(Inner, spelt={"low": "from"}, alone="low"), root=tmp_path)
    assert read == {"a": Inner(Decimal(1)), "b": Inner(Decimal(2))}
    assert [(one.mistake.code, str(one.location)) for one in found] == [("missing-key", "f.yaml:3:1")]


def test_a_file_that_is_a_list_is_told_so(tmp_path: Path):
    file = tmp_path / "f.yaml"
    file.write_text("- a\n- b\n")
    read, found = read_mapping_of(file, Definition, root=tmp_path)
    assert not read and [one.mistake.code for one in found] == ["wrong-type"]
