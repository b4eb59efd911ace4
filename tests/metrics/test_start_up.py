"""Compiled queries are kept, so that asking again loads no compiler; the catalogue never does."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

from headway.core.definition import Definition
from headway.metrics import Parameters, catalogue, explain, measure, resolve
from tests.metrics.handmade import facts_of, read_text

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 3, 31)
DEALS = [
    {"status": "won", "created_date": date(2026, 1, 5), "closed_date": date(2026, 2, 3), "segment": "mid"},
    {"status": "lost", "created_date": date(2026, 1, 5), "closed_date": date(2026, 2, 9), "segment": "ent"},
]

PROGRAM = """
import sys
from datetime import date
from pathlib import Path
from tests.metrics.test_start_up import ask
ask(Path(sys.argv[1]))
print(sorted({"ibis", "sqlglot", "pandas", "pyarrow"} & set(sys.modules)))
"""


def ask(cache: Path) -> None:
    """The metrics listed, and one of each way of measuring measured and explained."""
    from headway.metrics import shipped
    from headway.text.documents import read_mapping_of

    facts = facts_of(DEALS, TODAY)
    definitions = {name: d for file in shipped() for name, d in read_mapping_of(file, Definition)[0].items()}
    assert len(catalogue(definitions)) == len(definitions)
    for name in ("won_deals", "win_rate.closed_value", "win_rate.eventual", "sales_cycle.won_p25", "stage_conversion"):
        definition = definitions[name]
        measure(definition, facts, by=["segment"], parameters=Parameters(cache=cache))
        explain(definition, facts, parameters=Parameters(cache=cache))


def loaded(cache: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(cache)], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout.strip()


def test_asking_again_loads_no_compiler(tmp_path: Path) -> None:
    assert "ibis" in loaded(tmp_path / "queries")
    assert loaded(tmp_path / "queries") == "[]"


def test_kept_queries_give_the_same_and_other_definitions_are_not_mixed_up(
    tmp_path: Path, definitions: dict[str, Definition]
) -> None:
    kept = Parameters(cache=tmp_path / "queries")
    facts = facts_of(DEALS, TODAY)
    first = {name: measure(definition, facts, parameters=kept) for name, definition in definitions.items()}
    for name, definition in definitions.items():
        assert measure(definition, facts, parameters=kept) == first[name]
    assert measure(definitions["win_rate.closed_count"], facts) == first["win_rate.closed_count"]
    other = read_text(
        tmp_path,
        "won_deals: {title: T, words: W., shape: count, unit: deal, date: closed_date, of: {status: [lost, won]}}",
    )
    found = measure(other["won_deals"], facts_of(DEALS, TODAY), parameters=kept)
    assert not isinstance(found, tuple)
    assert found.column("value") == (2,)


def test_a_cache_that_cannot_be_written_is_no_harm(tmp_path: Path, definitions: dict[str, Definition]) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    found = measure(definitions["won_deals"], facts_of(DEALS, TODAY), parameters=Parameters(cache=blocked / "deep"))
    assert not isinstance(found, tuple)
    assert found.column("value") == (1,)


def test_a_bare_name_answers_with_its_variants(definitions: dict[str, Definition]) -> None:
    variants = resolve("win_rate", definitions)
    assert isinstance(variants, tuple)
    assert [d.name.partition(".")[2] for d in variants] == [
        "eventual",
        "closed_count",
        "closed_value",
        "created_cohort",
    ]
    exact = resolve("win_rate.eventual", definitions)
    assert isinstance(exact, tuple)
    assert [d.name for d in exact] == ["win_rate.eventual"]
