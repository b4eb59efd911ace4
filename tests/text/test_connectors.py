from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headway.core.mapping import ColumnMapping, Connector, FileMapping
from headway.text import read_connector, write_connector

DEALS = FileMapping(
    "deals",
    "opportunity",
    ("Deal ID", "Create Date", "Close, date", "Owner", "Region", "Notes"),
    (
        ColumnMapping("id", "Deal ID", "unique in 8,800 of 8,800 rows"),
        ColumnMapping(
            "created_date", "Create Date", "precedes 'Close, date' in 6,711 of 6,711 closed rows: " + "x" * 60
        ),
        ColumnMapping("close_date", "Close, date"),
    ),
    ("Deal ID",),
    dimensions=("Region",),
    ignored=("Notes",),
    dates={"Create Date": "%Y-%m-%d"},
    stages={"Closed Won": "won", "No": "lost"},
    repairs={"Region": {"Emea ": "EMEA"}},
)
TEXT = """\
system: files
instance: default
files:
  deals:
    object: opportunity
    key: [Deal ID]
    columns:
      id: {from: Deal ID, evidence: "unique in 8,800 of 8,800 rows"}
      created_date:
        from: Create Date
        evidence: "precedes 'Close, date' in 6,711 of 6,711 closed rows: %s"
      close_date: Close, date
    dimensions: [Region]
    ignore: [Notes]
    dates:
      Create Date: "%%Y-%%m-%%d"
    stages:
      Closed Won: won
      "No": lost
    repairs:
      Region: {"Emea ": EMEA}
    headers: [Deal ID, Create Date, "Close, date", Owner, Region, Notes]
""" % ("x" * 60)


def written(root: Path, text: str) -> Path:
    file = root / "connectors" / "crm.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def read(root: Path, text: str) -> Connector:
    connector, found = read_connector(written(root, text))
    assert connector is not None and not found, [one.render() for one in found]
    return connector


def deals(root: Path, text: str) -> FileMapping:
    return replace(read(root, text).files[0], location=None)


def test_a_connector_as_it_is_written(tmp_path: Path):
    connector = Connector("crm", "files", "default", (DEALS,))
    text = write_connector(connector)
    assert text[text.index("system:") :] == TEXT
    assert text.startswith("# How Headway reads")
    assert deals(tmp_path, text) == DEALS
    one = read(tmp_path, text)
    assert (one.name, one.system, one.instance) == ("crm", "files", "default")
    assert str(one.files[0].location) == "connectors/crm.yaml:7:3"


def test_columns_are_found_whatever_their_case(tmp_path: Path):
    changed = deals(tmp_path, TEXT.replace("from: Create Date", "from: create date"))
    assert changed.columns[1].column == "create date"


def test_deleting_a_row_refuses_an_inference(tmp_path: Path):
    changed = deals(tmp_path, TEXT.replace("      close_date: Close, date\n", ""))
    assert [column.field for column in changed.columns] == ["id", "created_date"]


def test_ignoring_a_column_refuses_it_wherever_it_stands(tmp_path: Path):
    changed = deals(tmp_path, TEXT.replace("ignore: [Notes]", 'ignore: [Notes, Region, "Close, date"]'))
    assert [column.field for column in changed.columns] == ["id", "created_date"]
    assert changed.dimensions == ()
    assert changed.ignored == ("Notes", "Region", "Close, date")


@pytest.mark.parametrize(
    ("old", "new", "code", "at"),
    [
        ("from: Create Date", "from: Created Date", "column-not-in-headers", "10:15"),
        ("close_date: Close, date", "close_date: Close date", "column-not-in-headers", "12:19"),
        ("key: [Deal ID]", "key: [DealID]", "column-not-in-headers", "6:11"),
        ("object: opportunity", "object: oportunity", "not-a-choice", "5:13"),
        ("Closed Won: won", "Closed Won: victory", "not-a-choice", "18:19"),
        ("dimensions:", "dimensons:", "unknown-key", "13:5"),
        ("from: Create Date", "frm: Create Date", "unknown-key", "10:9"),
        ("instance: default\n", "", "missing-key", "1:1"),
        ("    key: [Deal ID]\n", "    key: [Deal ID]\n    currency: Euro\n", "not-a-currency", "7:15"),
    ],
)
def test_a_slip_of_the_pen_says_where(tmp_path: Path, old: str, new: str, code: str, at: str):
    connector, found = read_connector(written(tmp_path, TEXT.replace(old, new)))
    assert connector is None
    assert [(one.mistake.code, str(one.location)) for one in found] == [(code, f"connectors/crm.yaml:{at}")]


NASTY = st.text(max_size=20) | st.sampled_from(
    ["no", "~", "", "a: b", "x #y", " z", "- q", "Close, date", "[a]", "é\n"]
)
WORDS = NASTY.filter(bool)


@st.composite
def mappings(draw: st.DrawFn, name: str) -> FileMapping:
    headers = tuple(draw(st.lists(WORDS, min_size=1, max_size=6, unique=True)))
    cut = draw(st.integers(0, len(headers)))
    read_ones, ignored = headers[:cut], headers[cut:]
    some = st.lists(st.sampled_from(headers), max_size=2, unique=True).map(tuple)
    fields = draw(st.lists(WORDS, max_size=len(read_ones), unique=True))
    columns = (ColumnMapping(f, c, draw(NASTY), draw(NASTY)) for f, c in zip(fields, read_ones, strict=False))
    texts = st.dictionaries(WORDS, NASTY.filter(bool), max_size=2)
    return FileMapping(
        name, draw(st.sampled_from(["opportunity", "account", "other"])), headers, tuple(columns), draw(some),
        made_key=draw(st.booleans()), dimensions=read_ones[: draw(st.integers(0, cut))],
        ignored=ignored, dates=draw(texts), decimal=draw(st.sampled_from([".", ","])),
        currency=draw(st.sampled_from([None, "EUR"])), repairs=draw(st.dictionaries(WORDS, texts, max_size=2)),
        stages=draw(st.dictionaries(WORDS, st.sampled_from(["open", "won", "lost"]), max_size=3)),
        stage_entries=draw(texts), coverage=draw(st.sampled_from(["full", "partial"])), notes=draw(texts),
    )  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_written_connector_reads_back_as_itself(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject):
    names = data.draw(st.lists(WORDS, max_size=2, unique=True))
    files = tuple(data.draw(mappings(name)) for name in names)
    one = Connector("crm", data.draw(WORDS), data.draw(WORDS), files)
    text = write_connector(one)
    again = read(tmp_path_factory.mktemp("acme"), text)
    assert replace(again, location=None, files=tuple(replace(f, location=None) for f in again.files)) == one
    assert write_connector(again) == text


def test_comments_stay_with_their_entries_when_the_file_is_written_anew(tmp_path: Path):
    text = write_connector(Connector("crm", "files", "default", (DEALS,)))
    assert write_connector(Connector("crm", "files", "default", (DEALS,)), before=text) == text
    edited = "# ours\n" + text.replace("    columns:", "    # the columns, it's all here\n    columns: # yes")
    edited += "# the end\n"
    again = write_connector(read(tmp_path, edited), before=edited)
    assert again.count("How Headway reads") == 1
    assert "# ours\nsystem:" in again and again.endswith("# the end\n")
    assert "    # the columns, it's all here\n    columns:  # yes\n" in again
    gone = write_connector(Connector("crm", "files", "default", ()), before=edited)
    for comment in ("# ours", "# the columns, it's all here", "# yes", "# the end"):
        assert comment in gone.splitlines()
