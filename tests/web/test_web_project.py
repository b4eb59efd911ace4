"""The pages over a real project: the shipped company imported, planned, shown, and its plan changed from the page."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import httpx
import pytest

from headway.core.reading import Reading
from headway.project.hall import Project
from headway.web.hall import HallSource

LARKFIELD = Path(__file__).parents[2] / "examples" / "larkfield"
DRIVERS = Path("plans/fy26/assumptions/drivers.yaml")
KEY = "set.win_rate.eventual=29.3"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages") / "larkfield"
    Project.create(folder, "Larkfield", "EUR", 1)
    project = Project.find(folder, lambda: datetime(2026, 7, 1, 9))
    files = sorted(LARKFIELD.glob("*.csv"))
    project.import_files(files, Reading(exported_on=date(2026, 6, 30)), lambda _: True)
    project.intent.propose("2025-01..2025-12", "2026", None, "fy26", False)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "own")
    drivers = tmp_path / "own" / DRIVERS
    drivers.write_text("# ours: the board saw these\n" + drivers.read_text("utf-8"), "utf-8")
    return tmp_path / "own"


@pytest.fixture
def own(serve, folder: Path) -> Iterator[httpx.Client]:
    project = Project.find(folder, lambda: datetime(2026, 7, 1, 9))
    with serve(HallSource(project)) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def test_every_page_of_a_real_company_answers_and_shows_the_same_numbers(own: httpx.Client) -> None:
    track, register = own.get("/").text, own.get("/assumptions").text
    for path in ("/plan", "/data", "/assumptions/register.csv", "/data/past-close.csv", "/plan/bridge.png"):
        assert own.get(path).status_code == 200, path
    tile = re.search(r"Win rate</span>.*?class=\"v\"><span>([\d.]+)<", track, re.DOTALL)
    assert tile is not None
    assert f">{tile[1]}%</a></b>" in register, "the register's win rate is Track's"
    address = re.search(r'href="(/why/win_rate\.eventual[^"]*period=[^"]*)"', register)
    assert address is not None
    assert f"{tile[1]}%" in own.get(address[1].replace("&amp;", "&")).text


def test_a_project_just_made_says_on_every_page_what_to_do_first(serve, tmp_path: Path) -> None:
    Project.create(tmp_path / "new", "New", "EUR", 1)
    project = Project.find(tmp_path / "new", lambda: datetime(2026, 7, 1, 9))
    with serve(HallSource(project)) as address, httpx.Client(base_url=address, timeout=60) as client:
        for path in ("/", "/plan", "/pipeline", "/assumptions", "/data"):
            answer = client.get(path)
            assert answer.status_code == 200 and "headway import" in answer.text, path
            assert "No data yet" in answer.text and 'class="old"' not in answer.text


def test_a_company_that_stands_still_never_grows_old(own: httpx.Client, folder: Path) -> None:
    settings = folder / "headway.yaml"
    text = settings.read_text("utf-8")
    settings.write_text(text + "today: 2026-12-01\n", "utf-8")
    assert "The data are 154 days old." in own.get("/plan").text
    settings.write_text(text + "today: 2026-06-30\n", "utf-8")
    assert "days old" not in own.get("/plan").text


def test_a_second_look_is_answered_from_memory_until_the_text_changes(own: httpx.Client, folder: Path) -> None:
    first = own.get("/plan").text
    start = time.perf_counter()
    assert own.get("/plan").text == first
    assert time.perf_counter() - start < 2
    drivers = folder / DRIVERS
    drivers.write_text(drivers.read_text("utf-8").replace("values: 64.42", "values: 80"), "utf-8")
    assert 'value="80"' in own.get("/plan").text


def test_a_value_is_saved_with_its_reason_and_the_file_keeps_its_comments(own: httpx.Client, folder: Path) -> None:
    shown = own.get(f"/plan/save?{KEY}").text
    assert "-  values: {value: 32.2185%" in shown and "+  values: {value: 29.3%" in shown
    assert "29.3" not in (folder / DRIVERS).read_text("utf-8"), "looking changes nothing"
    sent = form_of(shown) | {"why": "two quarters of outbound say so"}
    answer = own.post("/plan/save", data=sent, headers={"Origin": str(own.base_url)})
    assert answer.status_code == 200 and "Win rate is 29.3% now." in answer.text
    text = (folder / DRIVERS).read_text("utf-8")
    assert text.startswith("# ours: the board saw these\n")
    assert "value: 29.3%" in text and "two quarters of outbound say so" in text and "basis: judgement" in text
    assert "is unexplained" in own.get("/plan").text, "the year moved"


def test_a_file_that_changed_meanwhile_is_not_overwritten(own: httpx.Client, folder: Path) -> None:
    sent = form_of(own.get(f"/plan/save?{KEY}").text) | {"why": "because"}
    drivers = folder / DRIVERS
    drivers.write_text(drivers.read_text("utf-8") + "# somebody else\n", "utf-8")
    answer = own.post("/plan/save", data=sent, headers={"Origin": str(own.base_url)})
    assert answer.status_code == 412 and "has changed since it was read" in answer.text
    assert "29.3%" not in drivers.read_text("utf-8")
    again = own.post("/plan/save", data=sent | {"if_match": "0" * 64}, headers={"Origin": str(own.base_url)})
    assert again.status_code == 412


@pytest.mark.parametrize(("left_out", "words"), [("why", "why"), ("if_match", "which state of the file was seen")])
def test_nothing_is_saved_without_a_reason_and_a_state(
    own: httpx.Client, folder: Path, left_out: str, words: str
) -> None:
    sent = form_of(own.get(f"/plan/save?{KEY}").text) | {"why": "because"}
    del sent[left_out]
    answer = own.post("/plan/save", data=sent, headers={"Origin": str(own.base_url)})
    assert answer.status_code == 400 and words in answer.text
    assert "29.3%" not in (folder / DRIVERS).read_text("utf-8")


def test_a_foreign_page_saves_nothing(own: httpx.Client, folder: Path) -> None:
    sent = form_of(own.get(f"/plan/save?{KEY}").text) | {"why": "because"}
    assert own.post("/plan/save", data=sent, headers={"Origin": "http://evil.example"}).status_code == 403
    assert own.post("/plan/save", data=sent).status_code == 403
    assert "29.3%" not in (folder / DRIVERS).read_text("utf-8")


@pytest.mark.parametrize("query", ["", "set.win_rate.eventual=29.3&set.deal_size.mean=30000", "set.nothing=3"])
def test_values_are_saved_one_by_one(own: httpx.Client, query: str) -> None:
    assert own.get(f"/plan/save?{query}").status_code == 400


def form_of(page: str) -> dict[str, str]:
    """What the page's form would send, as it stands."""
    fields = re.findall(r'<input [^>]*name="([^"]+)"[^>]*value="([^"]*)"', page.split('action="/plan/save"')[1])
    return dict(fields)


def test_a_real_company_without_billing_is_told_what_to_export_and_the_file_offered_can_be_loaded(
    own: httpx.Client, folder: Path, tmp_path: Path
) -> None:
    assert "No recurring revenue is loaded yet." in own.get("/revenue").text
    offered = tmp_path / "contracts.csv"
    offered.write_text(own.get("/revenue/sample.csv").text, "utf-8")
    project = Project.find(folder, lambda: datetime(2026, 7, 1, 9))
    project.import_files([offered], Reading(exported_on=date(2026, 6, 30)), lambda _: True)
    body = own.get("/revenue").text
    assert "ARR is \u20ac6,240; retention cannot be told yet (n = 1)." in body, (
        "400 and 120 a month; a year ago only the one of 250 ran"
    )
    assert "no renewal deal" not in body.lower(), "this CRM tells of no renewals"
