"""Tables on screens of any width: nothing is lost, numbers stay whole, no line is wider than the screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.cli import terminal
from headway.core.rows import Column, Rows

WORDS = st.text("abcdefgh ", min_size=1, max_size=60).map(str.strip).filter(bool)
COLUMNS = [Column("metric"), Column("unit"), Column("value", "number"), Column("n", "integer"), Column("note", "text")]
RECORDS = st.lists(
    st.tuples(WORDS, st.sampled_from(["deal", "share"]), st.floats(0, 1e6), st.integers(0, 9999), WORDS), max_size=5
)


@given(RECORDS, st.integers(20, 200))
def test_every_column_is_in_one_place(records: list[tuple[object, ...]], width: int) -> None:
    rows = Rows.of(COLUMNS, records)
    above, across, below = terminal.narrowed(rows, width)
    shared = [i for i in range(len(COLUMNS)) if i not in (*across, *below)]
    assert sorted((*shared, *across, *below)) == list(range(len(COLUMNS)))
    assert all(len({record[i] for record in records}) == 1 for i in shared)
    assert all(f"{COLUMNS[i].name} " in above for i in shared)


def test_a_wide_table_is_read_on_a_narrow_screen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "dumb")  # eighty signs wide
    note = "from eight earlier periods at the same point, of which four are told of elsewhere"
    columns = [Column(name) for name in ("metric", "definition", "period", "as_of")]
    columns += [Column("value", "number"), Column("low", "number"), Column("high", "number"), Column("note", "text")]
    records = [
        (f"coverage.{name}", f"coverage.{name}@1", "2026-Q3", "2026-07-14", 1.25, 1.0, 1.5, note) for name in "ab"
    ]
    terminal.table(Rows.of(columns, records))
    said = capsys.readouterr().out
    assert max(map(len, said.splitlines())) <= 80
    assert [line.split() for line in said.splitlines() if line.startswith("coverage.")] == [
        ["coverage.a", "coverage.a@1", "1.2500", "1.0000", "1.5000"],
        ["coverage.b", "coverage.b@1", "1.2500", "1.0000", "1.5000"],
    ]
    assert "period 2026-Q3, as_of 2026-07-14" in said and f"note {note}" in " ".join(said.split())
