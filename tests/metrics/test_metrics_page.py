"""The reference page says what the definitions say. To write it anew:

python -c "from tests.metrics.test_metrics_page import write; write()"
"""

from __future__ import annotations

from pathlib import Path

from headway.core.definition import Definition
from headway.metrics import shipped
from headway.metrics.reference import reference
from headway.text.documents import read_mapping_of

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "metrics.md"


def test_the_page_is_current(definitions: dict[str, Definition]) -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(definitions)


def test_every_metric_and_every_policy_sentence_is_on_it(definitions: dict[str, Definition]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for definition in definitions.values():
        assert f"## {definition.name}\n" in page
        assert all(sentence in page for sentence in definition.policy)


def write() -> None:
    merged: dict[str, Definition] = {}
    for file in shipped():
        merged.update(read_mapping_of(file, Definition)[0])
    PAGE.write_text(reference(merged), encoding="utf-8")
