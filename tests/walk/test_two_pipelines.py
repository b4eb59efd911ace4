"""An export with two pipelines that have stages of the same names: every column of entry dates is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]

STAGES = ("Qualify", "Propose", "Closed Won", "Closed Lost")
PIPELINES = ("Sales Pipeline", "Partner Pipeline")
DEALS = (
    ("Sales Pipeline", "Closed Won", ("2026-01-02", "2026-01-20", "2026-02-01", "")),
    ("Sales Pipeline", "Closed Lost", ("2026-01-03", "2026-01-21", "", "2026-02-02")),
    ("Partner Pipeline", "Closed Won", ("2026-01-04", "2026-01-22", "2026-02-03", "")),
    ("Partner Pipeline", "Closed Lost", ("2026-01-05", "", "", "2026-02-04")),
    ("Partner Pipeline", "Qualify", ("2026-01-06", "", "", "")),
)


def hubspot() -> str:
    header = ["Record ID", "Deal Name", "Pipeline", "Deal Stage", "Amount", "Create Date", "Close Date"]
    header += [f'"Date entered ""{stage} ({pipeline})"""' for pipeline in PIPELINES for stage in STAGES]
    lines = [",".join(header)]
    for number, (pipeline, stage, days) in enumerate(DEALS, 1):
        entered = [day if pipeline == own else "" for own in PIPELINES for day in days]
        start, end = days[0], max(days)
        lines.append(",".join((str(number), f"Deal {number}", pipeline, stage, "100", start, end, *entered)))
    return "\n".join(lines) + "\n"


def test_stages_of_the_same_name_in_two_pipelines_count_together_and_apart(headway: Run, tmp_path: Path) -> None:
    acme, export = tmp_path / "acme", tmp_path / "deals.csv"
    export.write_text(hubspot(), encoding="utf-8")
    assert headway("init", acme).code == 0
    assert headway("-C", acme, "import", export, "--yes").code == 0

    def shown(*where: str) -> list[tuple[str, int, float]]:
        rows = headway("-C", acme, "metrics", "show", "stage_conversion", *where, "--json").rows
        return [(row["dimensions"]["stage"], row["n"], row["value"]) for row in rows]

    assert shown() == [("Qualify", 5, 3 / 5), ("Propose", 3, 2 / 3)]
    assert shown("--where", "pipeline=Sales Pipeline") == [("Qualify", 2, 1.0), ("Propose", 2, 1 / 2)]
    assert shown("--where", "pipeline=Partner Pipeline") == [("Qualify", 3, 1 / 3), ("Propose", 1, 1.0)]
    mapping = acme / "connectors" / "hubspot.yaml"
    before = mapping.read_text()
    export.write_text(hubspot().replace("Deal 5", "Deal 5b"), encoding="utf-8")
    assert headway("-C", acme, "import", export, "--yes").code == 0
    assert mapping.read_text() == before, "a later export finds nothing new in it"
