"""A review is computed once for each day and plan, until the project's text or its tables change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from headway.core.review import Review
from headway.project.hall import Project
from headway.web.hall import HallSource
from headway.web.kept import MOST, Kept

DAY = date(2026, 5, 31)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "headway.yaml").write_text("name: Acme\n")
    inside = tmp_path / "plans" / "fy27" / "assumptions"
    inside.mkdir(parents=True)
    (tmp_path / "plans" / "fy27" / "plan.yaml").write_text("why: growth\n")
    (inside / "drivers.yaml").write_text("a: 1\n")
    (tmp_path / ".headway").mkdir()
    (tmp_path / ".headway" / "current").write_text("tables-1\n")
    return tmp_path


CHANGES = [
    ("headway.yaml", "name: Acne\n"),
    ("plans/fy27/plan.yaml", "why: growht\n"),
    ("plans/fy27/assumptions/drivers.yaml", "a: 2\n"),
    ("plans/fy27/assumptions/more.yml", "b: 1\n"),
    ("plans/fy28/plan.yaml", "why: more\n"),
    ("metrics/own.yaml", "{}\n"),
    ("models/own.yaml", "{}\n"),
    ("connectors/crm.yaml", "{}\n"),
    (".headway/current", "tables-2\n"),
]


@pytest.mark.parametrize(("file", "text"), CHANGES, ids=[file for file, _ in CHANGES])
def test_a_change_of_text_or_tables_asks_again(file: str, text: str, folder: Path) -> None:
    asked: list[int] = []
    kept = Kept[int](folder)

    def ask() -> int:
        return kept.answer((DAY, None), lambda: asked.append(1) or len(asked))

    assert [ask(), ask(), ask()] == [1, 1, 1]
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(text)
    assert [ask(), ask()] == [2, 2]


def test_other_days_and_plans_are_other_questions_and_few_are_kept(folder: Path) -> None:
    asked: list[int] = []
    kept = Kept[int](folder)
    for day in range(1, MOST + 3):
        kept.answer((date(2026, 1, day), None), lambda: asked.append(1) or 0)
    assert len(asked) == MOST + 2
    kept.answer((date(2026, 1, MOST + 2), None), lambda: asked.append(1) or 0)
    assert len(asked) == MOST + 2
    kept.answer((date(2026, 1, 1), None), lambda: asked.append(1) or 0)
    assert len(asked) == MOST + 3


def test_an_answer_found_while_the_text_changed_is_not_kept(folder: Path) -> None:
    kept = Kept[str](folder)

    def while_changing() -> str:
        (folder / "plans" / "fy27" / "plan.yaml").write_text("why: another\n")
        return "old"

    assert kept.answer("q", while_changing) == "old"
    assert kept.answer("q", lambda: "new") == "new"


def test_pages_of_one_day_share_one_review(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(Project, "review", lambda self, as_of, plan: asked.append((as_of, plan)) or _review())
    source = HallSource(Project(folder, lambda: datetime(2026, 6, 1, tzinfo=UTC)))
    assert source.review(DAY, None) is source.review(DAY, None)
    source.review(DAY, "fy27")
    assert asked == [(DAY, None), (DAY, "fy27")]


def _review() -> Review:
    from sample_company import review

    return review()
