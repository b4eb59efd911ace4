"""What people say on the pages: kept once, bound to what they saw, never over somebody else's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sample_company import NASTY, Sample, register, review

from headway.tracking import with_bets
from tests.browsing import SHOTS

BET = "win_rate.eventual[outbound]"


@pytest.fixture
def sample() -> Sample:
    return Sample(with_bets(review(), register()))


@pytest.fixture
def desk(sample: Sample, serve) -> Iterator[httpx.Client]:
    with serve(sample) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.fixture(params=[1440, 390])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": request.param, "height": 900})
    yield context.new_page()
    context.close()


def form_of(page: str) -> dict[str, str]:
    """What the page's form would send, as it stands."""
    fields = re.findall(r'<input [^>]*name="([^"]+)"[^>]*value="([^"]*)"', page.split('action="/notes"')[1])
    return dict(fields)


def said(client: httpx.Client, **words: str) -> httpx.Response:
    sent = form_of(client.get("/notes", params={"subject": BET}).text) | {"by": "head of sales", "text": "hm"} | words
    return client.post("/notes", data=sent, headers={"Origin": str(client.base_url)})


def test_a_finding_is_taken_in_hand_by_keyboard_alone(page: Page, sample: Sample, serve) -> None:
    with serve(sample) as site:
        page.goto(f"{site}/")
        page.get_by_role("link", name=re.compile(r"^Take in hand, or note.*Win rate \(outbound\)")).focus()
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Win rate (outbound)")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        page.get_by_label("Your role or name").focus()
        page.keyboard.type("head of sales")
        page.keyboard.press("Tab")
        page.keyboard.type(f"asked the team about {NASTY}")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Take it in hand"
        page.keyboard.press("Enter")
        expect(page.locator(".said-list li")).to_have_count(1)
        expect(page.locator(".said-list")).to_contain_text(f"asked the team about {NASTY}")
        width = (page.viewport_size or {})["width"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=SHOTS / f"notes-{width}.png", full_page=True)
        page.goto(f"{site}/")
        expect(page.locator(".look tbody tr").first).to_contain_text("In hand: head of sales, 2 Oct")
        assert Axe().run(page).violations_count == 0


def test_a_record_holds_what_was_seen(desk: httpx.Client, sample: Sample) -> None:
    assert said(desk, kind="acknowledgement").status_code == 303
    (kept,) = sample.kept
    assert (kept.kind, kept.subject, kept.actor) == ("acknowledgement", BET, "head of sales")
    assert re.fullmatch("[0-9a-f]{64}", kept.subject_hash)
    assert "In hand: head of sales, 2 Oct: hm" in desk.get("/").text
    assert isinstance(sample.answer, type(review()))
    worse = tuple(replace(one, evidence="broken, 9.0%") for one in sample.answer.failing)
    sample.answer = replace(sample.answer, failing=worse)
    assert "In hand: head of sales, 2 Oct, as it stood then: hm" in desk.get("/").text


def test_nothing_is_kept_over_words_that_were_not_read(desk: httpx.Client, sample: Sample) -> None:
    early = form_of(desk.get("/notes", params={"subject": BET}).text) | {"by": "cfo", "text": "mine, first"}
    said(desk, text="somebody else's")
    late = desk.post("/notes", data=early, headers={"Origin": str(desk.base_url)})
    assert (
        late.status_code == 412 and "this has changed since you looked" in late.text and "changed-subject" in late.text
    )
    assert "somebody else&#39;s" in late.text and ">mine, first</textarea>" in late.text, "what was written comes back"
    assert [one.text for one in sample.kept] == ["somebody else's"]
    again = form_of(late.text) | {"text": "mine, after reading"}
    assert desk.post("/notes", data=again, headers={"Origin": str(desk.base_url)}).status_code == 303
    assert [one.text for one in sample.kept] == ["somebody else's", "mine, after reading"]
    assert [one.actor for one in sample.kept] == ["head of sales", "cfo"]


def test_what_is_acknowledged_is_a_finding_and_a_number_takes_notes_only(desk: httpx.Client, sample: Sample) -> None:
    body = desk.get("/notes", params={"subject": "deal_size.mean"}).text
    assert "Take it in hand" not in body and "Keep as a note" in body
    sent = form_of(body) | {"by": "cfo", "text": "x", "kind": "acknowledgement"}
    assert desk.post("/notes", data=sent, headers={"Origin": str(desk.base_url)}).status_code == 303
    assert sample.kept[0].kind == "comment"


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        ({"by": ""}, 400, "somebody who says it"),
        ({"text": ""}, 400, "1 to 20,000 characters"),
        ({"if_match": ""}, 400, "says what was seen"),
        ({"if_match": "0" * 64}, 412, "changed since you looked"),
        ({"subject": ""}, 400, "names no subject"),
        ({"as_of": "soon"}, 400, "soon"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(
    desk: httpx.Client, sample: Sample, words: dict[str, str], status: int, told: str
) -> None:
    answer = said(desk, **words)
    assert answer.status_code == status and told in answer.text
    assert sample.kept == []


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://evil.example"}, {"Origin": "null"}])
def test_a_foreign_page_says_nothing(desk: httpx.Client, sample: Sample, headers: dict[str, str]) -> None:
    sent = form_of(desk.get("/notes", params={"subject": BET}).text) | {"by": "x", "text": "y"}
    assert desk.post("/notes", data=sent, headers=headers).status_code == 403
    assert desk.post("/notes", data=sent, headers=headers | {"Host": "evil.example"}).status_code == 421
    assert sample.kept == []


def test_what_was_said_is_in_the_projects_own_book(serve, tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from headway.project.hall import Project
    from headway.web.hall import HallSource

    Project.create(tmp_path / "own", "Own", "EUR", 1)
    project = Project.find(tmp_path / "own", lambda: datetime(2026, 7, 1, 9, tzinfo=UTC))
    with serve(HallSource(project)) as address, httpx.Client(base_url=address, timeout=60) as client:
        sent = form_of(client.get("/notes?subject=win_rate.eventual").text) | {"by": "cfo", "text": "two new partners"}
        assert client.post("/notes", data=sent, headers={"Origin": address}).status_code == 303
        assert "two new partners" in client.get("/notes?subject=win_rate.eventual").text
    (kept,) = project.records_of()
    assert (kept.kind, kept.subject, kept.actor, kept.text) == (
        "comment", "win_rate.eventual", "cfo", "two new partners"
    )  # fmt: skip
