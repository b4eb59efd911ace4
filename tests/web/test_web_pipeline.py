"""The Pipeline page: raw beside trusted, what moved and the deals behind it, what is won, and what to inspect first."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal
from html import unescape

import httpx
import pytest
from playwright.sync_api import Browser, expect
from sample_company import NO_DATA, Sample, review
from sample_pipeline import MOVED, NASTY
from test_web_project import folder, made, own  # noqa: F401 - the fixtures

from headway.core.calendar import FiscalCalendar


def text_of(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("<main", 1)[1])))


def table(site: str, path: str) -> list[dict[str, str]]:
    answer = httpx.get(site + path)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_the_sentence_holds_raw_against_trusted_and_what_it_takes(site: str) -> None:
    said = text_of(httpx.get(f"{site}/pipeline").text)
    assert "On paper 2027-Q4 is covered 3.8×, on deals that can be trusted 1.9×; it takes 3.0×." in said
    assert "57 of 99 open deals, worth €1.56m, cannot be trusted (€900k of it: untouched for 30 days)." in said
    assert "2027-Q4 is short once deals that cannot be trusted are taken out." in said, "2028-Q1 is enough"


def test_without_a_plan_there_is_no_coverage_and_the_page_says_what_to_type(serve) -> None:
    with serve(Sample(review(), plans=())) as site:
        said = text_of(httpx.get(f"{site}/pipeline").text)
        assert "€1.56m of €3.11m open pipeline can be trusted." in said
        assert "headway plan propose" in said and "covered" not in said
        assert httpx.get(f"{site}/pipeline/coverage.png").status_code == 404


def test_the_bridge_adds_up_in_its_file_and_says_that_nothing_is_unexplained(site: str) -> None:
    rows = table(site, "/pipeline/changes.csv")
    values = [Decimal(row["value"]) for row in rows]
    assert sum(values[:-1]) == values[-1] and [row["line"] for row in rows] == list(MOVED)
    assert "Unexplained: 0" in text_of(httpx.get(f"{site}/pipeline").text)


def test_what_moved_is_told_since_the_quarter_began_unless_the_address_says_otherwise(serve) -> None:
    sample = Sample(review())
    with serve(sample) as site:
        httpx.get(f"{site}/pipeline")
        httpx.get(f"{site}/pipeline?since=2027-08-31&until=2027-09-15&closing=2027-Q4")
    asked = [one for one in sample.asked if one[0] == "changes"]
    quarter = FiscalCalendar().parse("2027-Q4")
    first, second = ("changes", date(2027, 6, 30), date(2027, 9, 30), None), (date(2027, 8, 31), date(2027, 9, 15))
    assert asked == [first, ("changes", *second, quarter)]


def test_the_deals_behind_a_line_are_those_of_the_line_chosen(site: str) -> None:
    body = httpx.get(f"{site}/pipeline?line=lost").text
    assert NASTY not in body and "−€603,000" in body and "+€1,240,000" in body
    chosen = re.findall(r'<a class="chip" href="([^"]+)" aria-current="true">', body)
    assert unescape(chosen[0]) == "/pipeline?as_of=2027-09-30&plan=base&line=lost#deals"
    assert [row["line"] for row in table(site, "/pipeline/deals.csv?line=lost")] == ["lost"]
    assert len(table(site, "/pipeline/deals.csv")) == len(MOVED)


def test_a_choice_keeps_the_rest_of_the_address(site: str) -> None:
    body = httpx.get(f"{site}/pipeline?since=2027-08-31&closing=2027-Q4&by=source").text
    assert "since=2027-08-31&amp;closing=2027-Q4&amp;line=won&amp;by=source#deals" in body
    assert '<input type="hidden" name="by" value="source">' in body


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("line=gone", "is no line of the bridge"),
        ("since=soon", "soon"),
        ("closing=someday", "someday"),
        ("since=2027-10-02", "is after"),
        ("by=colour", "no deal has a"),
    ],
)
def test_an_address_that_cannot_be_read_is_refused_in_words(site: str, query: str, words: str) -> None:
    answer = httpx.get(f"{site}/pipeline?{query}")
    assert answer.status_code == 400 and words.lower() in unescape(answer.text).lower()


def test_the_queue_shows_ten_with_owner_and_the_first_things_to_do(site: str) -> None:
    body = httpx.get(f"{site}/pipeline").text
    queue = body.split('class="cards queue"')[1].split("</table>")[0]
    assert queue.count("<tr><th") == 10 + 1, "ten deals under one heading"
    assert queue.count("not trusted") == 8
    said = unescape(queue)
    assert (
        "AE North 1, Proposal" in said and "Fix past-close." in said and "2 more things to do in the fix list." in said
    )
    assert len(table(site, "/pipeline/queue.csv")) == 12 and len(table(site, "/pipeline/fixes.csv")) == 4


def test_groups_of_too_few_deals_are_not_compared(site: str) -> None:
    said = text_of(httpx.get(f"{site}/pipeline?by=source").text)
    assert "Too little is known to compare the win rate by source." in said and "cannot tell yet" in said
    assert "Of the deals created, 22.1% are won in the end; nine in ten of those within 120 days." in text_of(
        httpx.get(f"{site}/pipeline").text
    )


@pytest.mark.parametrize("name", ["coverage", "changes", "win-rate"])
def test_every_chart_is_there_as_a_picture_and_as_a_table(site: str, name: str) -> None:
    assert httpx.get(f"{site}/pipeline/{name}.png").content.startswith(b"\x89PNG")
    assert table(site, f"/pipeline/{name}.csv")
    assert httpx.get(f"{site}/pipeline/nothing.png").status_code == 404
    assert httpx.get(f"{site}/pipeline/nothing.csv").status_code == 404


def test_an_empty_project_says_what_to_type(serve) -> None:
    with serve(Sample((NO_DATA.at(None, "no data"),), plans=(), last_load=None, as_of_days=())) as site:
        assert "headway import" in httpx.get(f"{site}/pipeline").text


@pytest.mark.parametrize("width", [390, 1440])
def test_a_line_is_chosen_by_keyboard_and_numbers_open_in_the_drawer(browser: Browser, site: str, width: int) -> None:
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    page.goto(f"{site}/pipeline")
    name = "wide" if width > 900 else "narrow"
    assert page.locator(f"svg.{name}").count() == 3 and page.locator(f"svg.{name}").nth(1).is_visible()
    for text in page.locator(f"svg.{name} text").all():
        box, place = text.locator("xpath=ancestor::*[name()='svg']").bounding_box(), text.bounding_box()
        assert box and place and place["x"] >= box["x"] - 6, text.text_content()
        assert place["x"] + place["width"] <= box["x"] + box["width"] + 6, text.text_content()
    page.locator("#deals a.chip", has_text="Lost").focus()
    page.keyboard.press("Enter")
    expect(page.locator('#deals a[aria-current="true"]')).to_contain_text("Lost")
    expect(page.locator("#deals")).to_be_in_viewport()
    page.locator("a.tile").first.click()
    expect(page.locator("dialog.drawer")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.drawer")).not_to_be_visible()
    page.context.close()


def test_a_real_company_s_page_shows_what_why_tells(own: httpx.Client) -> None:  # noqa: F811
    body = own.get("/pipeline").text
    for metric in ("open_pipeline", "coverage.all_open", "win_rate.eventual"):
        address = re.search(
            rf'class="tile" href="(/why/{re.escape(metric)}[^"]*)".*?class="v"><span>(.*?)</span><small', body
        )
        assert address is not None, metric
        shown = re.sub(r"<[^>]+>", "", address[2])
        told = own.get(unescape(address[1])).text
        big = re.search(r'class="big"[^>]*>(.*?)</', told, re.DOTALL)
        assert big is not None
        if shown.endswith("×"):  # one decimal here, two where it is taken apart
            assert abs(float(shown[:-1]) - float(big[1])) <= 0.051
        else:
            assert shown in big[1], (metric, shown, big[1])
