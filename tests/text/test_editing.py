"""The comment-preserving editor: a value changes, and nothing around it does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headway.text import source as source_module
from headway.text.editing import Edit, Edited, edit, path_to
from headway.text.nodes import ListNode, MapNode, Node, Scalar
from headway.text.source import Source, read_nodes
from headway.text.writing import Tree

FILE = """\
# Drivers, agreed in January
win_rate.eventual:   # by source and segment
  by: [source, segment]
  unit: deal/opportunity
  values:
    inbound:  {smb: 24%, mid: {value: 21%, range: [17%, 25%]}}    # range is P10 to P90
    outbound: {smb: '18%', mid: "12%"}
  basis: history
  evidence: >-   # how we know
    time-to-event curve,
    trailing 12 months

  owner:   # to be named

# the one about money
deal_size.mean:
  unit: currency/deal
  value: 12,000 EUR
"""


def edited(text: str, *edits: Edit) -> str:
    done = edit(Source.of("drivers.yaml", text), edits)
    assert isinstance(done, Edited), [d.render() for d in done]
    return done.text


def refused(text: str, *edits: Edit) -> str:
    done = edit(Source.of("drivers.yaml", text), edits)
    assert not isinstance(done, Edited)
    assert {d.mistake.code for d in done} == {"cannot-edit"}
    return "\n".join(d.render() for d in done)


@pytest.mark.parametrize(
    ("path", "value", "before", "after"),
    [
        ("win_rate.eventual/values/inbound/smb", "26%", "{smb: 24%, mid", "{smb: 26%, mid"),
        ("win_rate.eventual/values/inbound/mid/value", "22%", "{value: 21%,", "{value: 22%,"),
        ("win_rate.eventual/values/inbound/mid/range/1", "30%", "[17%, 25%]", "[17%, 30%]"),
        ("win_rate.eventual/values/outbound/smb", "17%", "'18%'", "'17%'"),
        ("win_rate.eventual/values/outbound/mid", "11%", '"12%"', '"11%"'),
        ("win_rate.eventual/owner", "vp-sales", "  owner:   # to", "  owner: vp-sales   # to"),
        ("win_rate.eventual/owner", "yes", "  owner:   # to", '  owner: "yes"   # to'),
        ("deal_size.mean/value", "13,000 EUR", "12,000 EUR", "13,000 EUR"),
        ("deal_size.mean/owner", "cfo", "12,000 EUR\n", "12,000 EUR\n  owner: cfo\n"),
        ("win_rate.eventual/review_by", "2027-04-01", "# to be named\n", "# to be named\n  review_by: 2027-04-01\n"),
        ("win_rate.eventual/values/inbound/ent", "9%", "25%]}}    # range", "25%]}, ent: 9%}    # range"),
        ("win_rate.eventual/values/partner/smb", "9%", '"12%"}\n', '"12%"}\n    partner: {smb: 9%}\n'),
        ("churn_rate/value", "1%", "12,000 EUR\n", "12,000 EUR\nchurn_rate: {value: 1%}\n"),
        (
            "win_rate.eventual/evidence",
            "asked: #1 says so",
            ">-   # how we know\n    time-to-event curve,\n    trailing 12 months\n",
            '"asked: #1 says so"   # how we know\n',
        ),
    ],
)
def test_one_value_changes_and_nothing_else(path: str, value: str, before: str, after: str) -> None:
    assert FILE.count(before) == 1
    assert edited(FILE, Edit(tuple(path.split("/")), value)) == FILE.replace(before, after)


def test_a_value_gets_a_range_where_it_stands() -> None:
    tree: Tree = {"value": "25%", "range": ["20%", "30%"]}
    done = edited(FILE, Edit(("win_rate.eventual", "values", "inbound", "smb"), tree))
    assert done == FILE.replace("{smb: 24%,", "{smb: {value: 25%, range: [20%, 30%]},")
    again = edited(done, Edit(("win_rate.eventual", "values", "inbound", "smb"), {"value": "26%"}))
    assert again == done.replace("value: 25%", "value: 26%")


def test_several_edits_are_one_text() -> None:
    name = "deal_size.mean"
    done = edited(FILE, Edit((name, "value"), "1 EUR"), Edit((name, "owner"), "cfo"), Edit((name, "n"), None))
    assert done == FILE.replace("12,000 EUR\n", "1 EUR\n  owner: cfo\n  n: ~\n")


def test_the_same_value_is_no_edit() -> None:
    assert edited(FILE, Edit(("deal_size.mean", "value"), "12,000 EUR")) == FILE


def test_line_ends_and_a_missing_last_one_stay() -> None:
    text = "a:\r\n  value: 3%  # x\r\nb: 1"
    assert edited(text, Edit(("a", "owner"), "cfo")) == "a:\r\n  value: 3%  # x\r\n  owner: cfo\r\nb: 1"
    assert edited(text, Edit(("c",), "2")) == text + "\r\nc: 2"


def test_entries_of_a_list_keep_their_depth() -> None:
    text = "values:\n  -   a: 1\n      b: 2\n  - c: 3\n"
    assert edited(text, Edit(("values", "0", "d"), "4")) == text.replace("b: 2\n", "b: 2\n      d: 4\n")


def test_an_empty_file_gets_its_first_entry() -> None:
    assert edited("# nothing yet\n", Edit(("churn_rate", "value"), "2%")) == "# nothing yet\nchurn_rate: {value: 2%}\n"


def test_what_would_touch_more_is_refused() -> None:
    assert "several rows" in refused(FILE, Edit(("win_rate.eventual", "values"), "24%"))
    assert "no place 5" in refused(FILE, Edit(("win_rate.eventual", "by", "5"), "owner"))
    assert "several rows" in refused("a: [1, # one\n  2]\n", Edit(("a",), "3"))
    assert "around it" in refused("? a\n: 1\n", Edit(("b",), "2"))


def test_a_text_that_cannot_be_read_is_not_edited() -> None:
    for text, code in (
        ("a: &x 1\nb: *x\n", "yaml-alias"),
        ("a: [1\n", "yaml-syntax"),
        ("a: 1\na: 2\n", "duplicate-key"),
    ):
        done = edit(Source.of("drivers.yaml", text), [Edit(("a",), "3")])
        assert not isinstance(done, Edited)
        assert {d.mistake.code for d in done} == {code}


def test_a_place_leads_to_its_keys() -> None:
    node, _ = read_nodes(Source.of("drivers.yaml", FILE))
    assert isinstance(node, MapNode)
    for path, scalar in leaves(node):
        if scalar.text:
            assert path_to(node, scalar.place) == path


# Any file of the assumption form: comments everywhere, every way to write a value, edits anywhere.

WORDS = st.sampled_from(
    ["24%", "12,000 EUR", "n = 214", "it's", "a: b", "-", "~", "", "no", "é 漢", "x #y", "[z]", "0.5"]
)
VALUES = st.one_of(WORDS, st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
KEYS = [f"k{i}" for i in range(6)]


@dataclass
class Written:
    """A text being made, with the comments in it."""

    draw: st.DrawFn
    rows: list[str] = field(default_factory=list)
    remarks: int = 0

    def some(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def remark(self) -> str:
        self.remarks += 1
        return f"# remark {self.remarks}."

    def behind(self) -> str:
        return self.some("", "", " ", f"  {self.remark()}")

    def between(self, margin: str) -> None:
        for _ in range(self.draw(st.integers(0, 1))):
            self.rows.append(self.some("", f"{margin}{self.remark()}", self.remark()))

    def inline(self) -> str:
        return self.some("24%", "12.5", "'it''s'", '"a\\tb"', "~", "'# no'", '""', "vp-sales")

    def flow(self, depth: int) -> str:
        kind = self.some("leaf", "leaf", "map", "list") if depth else "leaf"
        if kind == "leaf":
            return self.inline()
        items = [self.flow(depth - 1) for _ in range(self.draw(st.integers(0, 3)))]
        if kind == "list":
            return f"[{self.some(', ', ',').join(items)}]"
        return "{" + ", ".join(f"{key}: {item}" for key, item in zip(KEYS, items, strict=False)) + "}"

    def entries(self, margin: str, depth: int, first: str = "") -> None:
        for key in KEYS[: self.draw(st.integers(1, 3))]:
            if not first:
                self.between(margin)
            self.entry(first or margin, f"{key}:", margin, depth)
            first = ""

    def entry(self, before: str, key: str, margin: str, depth: int) -> None:
        kinds = ["empty", "inline", "flow", "rows", "folded", "literal", "quoted"]
        kind = self.some(*kinds, *(["map", "map", "list"] if depth else []))
        deeper = margin + self.some("  ", "    ")
        if kind == "empty":
            self.rows.append(f"{before}{key}{self.behind()}")
        elif kind in ("inline", "flow"):
            value = self.inline() if kind == "inline" else self.flow(2)
            self.rows.append(f"{before}{key}{self.some(' ', '   ')}{value}{self.behind()}")
        elif kind == "rows":
            self.rows += [f"{before}{key} plain words", f"{deeper}go on{self.behind()}"]
        elif kind == "quoted":
            self.rows += [f'{before}{key} "words', f'{deeper}go on"{self.behind()}']
        elif kind in ("folded", "literal"):
            sign = self.some("|", "|-", "|+") if kind == "literal" else self.some(">", ">-", ">+")
            self.rows += [f"{before}{key} {sign}{self.behind()}", f"{deeper}first # no remark", f"{deeper}last"]
        else:
            self.rows.append(f"{before}{key}{self.behind()}")
            if kind == "map":
                self.entries(deeper, depth - 1)
            else:
                for _ in range(self.draw(st.integers(1, 2))):
                    self.entries(deeper + "  ", depth - 1, f"{deeper}- ")


@st.composite
def files(draw: st.DrawFn) -> str:
    written = Written(draw)
    written.entries("", 3)
    written.between("")
    line_end = draw(st.sampled_from(["\n", "\r\n"]))
    open_block = written.rows[-1].endswith("last")  # a row below it would give its text a line end
    last = line_end if open_block else draw(st.sampled_from(["", line_end]))
    return line_end.join(written.rows) + last


def leaves(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Scalar]]:
    if isinstance(node, Scalar):
        yield path, node
    elif isinstance(node, MapNode):
        for entry in node.entries:
            yield from leaves(entry.value, (*path, entry.key.text))
    else:
        for i, item in enumerate(node.items):
            yield from leaves(item, (*path, str(i)))


def mappings(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(node, MapNode):
        yield path
        for entry in node.entries:
            yield from mappings(entry.value, (*path, entry.key.text))
    elif isinstance(node, ListNode):
        for i, item in enumerate(node.items):
            yield from mappings(item, (*path, str(i)))


def meanings(text: str) -> dict[tuple[str, ...], str | None]:
    node, found = read_nodes(Source.of("drivers.yaml", text))
    assert node is not None and not found, [d.render() for d in found]
    return {path: None if one.is_empty else one.text for path, one in leaves(node)}


@contextmanager
def composed_by(name: str) -> Iterator[None]:
    """The YAML library has two composers; the slower one serves where the other is not built."""
    usual = source_module._LOADER
    source_module._LOADER = getattr(yaml, name)
    try:
        yield
    finally:
        source_module._LOADER = usual


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(files(), st.sampled_from(["CSafeLoader", "CSafeLoader", "SafeLoader"]), st.data())
def test_outside_the_value_nothing_changes_and_it_reads_back(text: str, composer: str, data: st.DataObject) -> None:
    with composed_by(composer):
        edit_anywhere(text, data)


def edit_anywhere(text: str, data: st.DataObject) -> None:
    node, found = read_nodes(Source.of("drivers.yaml", text))
    assert node is not None and not found
    before = meanings(text)
    added = [(*path, "added") for path in mappings(node)]
    paths = data.draw(st.lists(st.sampled_from([*before, *added]), min_size=1, max_size=3, unique=True))
    values = {path: data.draw(VALUES) for path in paths}
    done = edit(Source.of("drivers.yaml", text), [Edit(path, value) for path, value in values.items()])
    assert isinstance(done, Edited), [d.render() for d in done]
    assert meanings(done.text) == {**before, **values}
    kept_before, kept_after, reached, moved = [], [], 0, 0
    for one in done.splices:
        kept_before.append(text[reached : one.start])
        start = reached + moved
        kept_after.append(done.text[start : one.start + moved])
        moved += len(one.text) - (one.end - one.start)
        reached = one.end
        assert "# remark" not in text[one.start : one.end]
    kept_before.append(text[reached:])
    kept_after.append(done.text[reached + moved :])
    assert kept_after == kept_before
    unchanged = edit(Source.of("drivers.yaml", text), [])
    assert isinstance(unchanged, Edited) and unchanged.text == text


def test_what_no_text_file_can_hold_is_refused() -> None:
    """A command line hands over bytes that are not UTF-8 as half a character."""
    for text in ("a: x\n", "a: 'x'\n", 'a: "x"\n'):
        assert "around it" in refused(text, Edit(("a",), "\udc80"))
