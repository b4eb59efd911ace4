"""What is kept between requests is never older than what lies on disk, and a moving hand does not drive out the rest."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import httpx
import pytest
from test_web_project import DRIVERS, LARKFIELD, made  # noqa: F401 - the fixture

from headway.core.reading import Reading
from headway.project.hall import Project
from headway.web.hall import TRIED, HallSource
from headway.web.kept import Kept


class Counting(HallSource):
    """The hall, with a count of how often the disk was looked at."""

    looks = 0

    def _look(self) -> None:
        self.looks += 1
        super()._look()


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:  # noqa: F811
    shutil.copytree(made, tmp_path / "own")
    return tmp_path / "own"


@pytest.fixture
def source(folder: Path) -> Counting:
    return Counting(Project.find(folder, lambda: datetime(2026, 7, 1, 9)))


@pytest.fixture
def own(serve, source: Counting) -> Iterator[httpx.Client]:
    with serve(source) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def test_newer_data_are_on_every_page_at_the_next_request(own: httpx.Client, folder: Path, tmp_path: Path) -> None:
    before = {path: own.get(path).text for path in ("/", "/plan", "/pipeline", "/assumptions", "/data")}
    assert all("30 Jun 2026" in page for page in before.values())
    with (LARKFIELD / "deals.csv").open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    for row in rows:
        if row[head.index("Deal Stage")] == "Closed Lost":
            row[head.index("Deal Stage")] = "Closed Won"
    later = tmp_path / "deals.csv"
    with later.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows])
    project = Project.find(folder, lambda: datetime(2026, 7, 8, 9))
    project.import_files([later], Reading(exported_on=date(2026, 7, 7)), lambda _: True)
    for path, page in before.items():
        now = own.get(path).text
        assert now != page and "7 Jul 2026" in now, path


def test_changed_text_is_on_every_page_at_the_next_request(own: httpx.Client, folder: Path) -> None:
    tried = "/plan/what-if?set.deal_size.mean=30000"
    before = {path: own.get(path).text for path in ("/plan", tried, "/assumptions", "/")}
    drivers = folder / DRIVERS
    drivers.write_text(drivers.read_text("utf-8").replace("values: 64.42", "values: 80"), "utf-8")
    assert [path for path in ("/plan", tried, "/assumptions", "/") if own.get(path).text == before[path]] == []
    settings = folder / "headway.yaml"
    settings.write_text(settings.read_text("utf-8").replace("Larkfield", "Larkfield Two"), "utf-8")
    assert [path for path in before if path != tried and "Larkfield Two" not in own.get(path).text] == []


def test_one_request_looks_at_the_disk_once(own: httpx.Client, source: Counting) -> None:
    for path in ("/", "/plan", "/plan/what-if?set.win_rate.eventual=30", "/pipeline", "/assumptions", "/data"):
        own.get(path)
        before = source.looks
        assert own.get(path).status_code == 200
        assert source.looks - before == 1, path


def test_outside_a_request_every_question_looks(source: Counting, folder: Path) -> None:
    assert source.title == "Larkfield"
    settings = folder / "headway.yaml"
    settings.write_text(settings.read_text("utf-8").replace("Larkfield", "Larkfield Two"), "utf-8")
    assert source.title == "Larkfield Two"


def test_what_is_tried_does_not_drive_out_what_was_measured(own: httpx.Client, source: Counting) -> None:
    own.get("/")
    review = source.review(None, None)
    for number in range(TRIED + 8):
        assert own.get(f"/plan/what-if?set.win_rate.eventual={20 + number / 4}").status_code == 200
    assert source.review(None, None) is review


def test_what_nobody_asked_for_longest_goes_first() -> None:
    asked: list[str] = []

    def ask(name: str) -> str:
        asked.append(name)
        return name

    kept = Kept(2)
    for name in ("a", "b", "a", "c", "a", "b"):
        assert kept.once(name, lambda name=name: ask(name)) == name
    assert asked == ["a", "b", "c", "b"]
