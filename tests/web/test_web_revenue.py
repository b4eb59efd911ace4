"""The Revenue page: the snowball adds up, retention with its doubt, cohorts, renewals with what speaks against them, ties."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from html import unescape
from itertools import pairwise

import httpx
import pytest
from playwright.sync_api import Browser, expect
from sample_company import NO_DATA, Sample, review
from sample_revenue import NASTY

from headway.core.ask import Ask
from headway.web.source import Source

Serve = Callable[[Source], AbstractContextManager[str]]


def text_of(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("<main", 1)[1])))


def table(site: str, path: str) -> list[dict[str, str]]:
    answer = httpx.get(site + path)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_the_sentence_says_whether_the_base_grows_by_itself_and_what_is_due(site: str) -> None:
    said = text_of(httpx.get(f"{site}/revenue").text)
    assert "The base grows by itself: NRR 104.0%. ARR is €14.52m." in said, "46 months of €120k on €9m"
    assert "€1.80m new and €480k by expansion; less €120k given up and €720k churned" in said
    assert "€614k is up for renewal in the next 90 days; €534k of it in 12 contracts has something against it." in said


def test_the_snowball_closes_to_the_cent_in_every_month_and_span(site: str) -> None:
    for span in ("", "?span=24", "?span=36"):
        rows = table(site, f"/revenue/snowball.csv{span}")
        assert len(rows) == int(span[-2:] or 12)
        for before, row in pairwise(rows):
            moves = sum(Decimal(row[one]) for one in row if one.endswith("_arr"))
            assert Decimal(row["opening"]) + moves == Decimal(row["closing"]), row["month"]
            assert row["opening"] == before["closing"] and Decimal(row["unexplained"]) == 0
    assert "Unexplained: €0" in text_of(httpx.get(f"{site}/revenue").text)


def test_groups_of_too_few_customers_are_shown_with_doubt_and_not_compared(site: str) -> None:
    body = httpx.get(f"{site}/revenue").text
    assert NASTY not in body
    said = text_of(body)
    assert f"NRR is 108.0% in mid, 93.0% in {NASTY}; more than chance." in said, "ent, with 7, is left out"
    assert "70.0% to 170.0%, cannot tell yet" in said
    where = unescape(re.search(r'href="(/why/nrr\?[^"]*where=segment%3Dent[^"]*)"', body)[1])  # type: ignore[index]
    assert "as_of=2027-10-01" in where, "every number leads to its explanation, on the day shown"


def test_cohorts_print_every_value_and_bracket_what_cannot_be_told(site: str) -> None:
    heat = httpx.get(f"{site}/revenue").text.split('class="heat"')[1].split("</table>")[0]
    rows = [re.findall(r'<td class="r t-(\w+)">([^<]+)', row) for row in heat.split("<tr>")[2:]]
    assert [len(row) for row in rows] == [5, 4, 3]
    assert rows[0][0] == ("g1", "105") and rows[0][1] == ("g2", "110")
    assert {tint for tint, _ in rows[1]} == {"none"} and rows[1][0][1] == "(104)"


def test_contracts_due_soon_stand_with_what_speaks_against_them(site: str) -> None:
    body = httpx.get(f"{site}/revenue").text
    queue = body.split('class="cards queue"')[1].split("</table>")[0]
    assert queue.count("<tr><th") == 10 + 1, "ten contracts under one heading"
    said = unescape(queue)
    assert "CSM North 1" in said and "Known to end" in said and "Renewal deal lost on 1 Sep 2027" in said
    assert "Customer 90" not in said, "nothing speaks against it"
    assert re.search(r'href="/why/arr\?as_of=2027-10-01&amp;period=2026-10-02\.\.2027-10-01&amp;where=customer', queue)
    every = table(site, "/revenue/contracts.csv")
    assert len(every) == 14 and len(table(site, "/revenue/renewals.csv")) == 13, "the rest of October and a year"


def test_the_page_asks_once_for_everything_of_its_day(serve: Serve) -> None:
    sample = Sample(review())
    with serve(sample) as site:
        httpx.get(f"{site}/revenue?as_of=2027-08-15&by=segment&span=24")
    ((_, asks, day, ahead),) = [one for one in sample.asked if one[0] == "together"]
    assert str(day) == "2027-08-15" and ahead == 382
    assert Ask("arr", "2025-08..2027-08", ("month",)) in asks and Ask("grr", None, ("segment",)) in asks  # type: ignore[operator]
    assert Ask("arr_up_for_renewal", "2027-08-16..2028-08-31", ("month",)) in asks  # type: ignore[operator]


@pytest.mark.parametrize(("query", "words"), [("span=7", "no span of this page"), ("by=colour", "is not a dimension")])
def test_an_address_that_asks_for_what_there_is_not_is_refused_in_words(site: str, query: str, words: str) -> None:
    answer = httpx.get(f"{site}/revenue?{query}")
    assert answer.status_code == 400 and words in unescape(answer.text)


@pytest.mark.parametrize("name", ["snowball", "months", "retention", "renewals"])
def test_every_chart_of_the_base_is_there_as_a_picture(site: str, name: str) -> None:
    assert httpx.get(f"{site}/revenue/{name}.png").content.startswith(b"\x89PNG")
    assert httpx.get(f"{site}/revenue/nothing.png").status_code == 404
    assert httpx.get(f"{site}/revenue/nothing.csv").status_code == 404


def test_what_is_not_explained_is_told_in_money_with_its_causes(site: str) -> None:
    said = text_of(httpx.get(f"{site}/revenue/reconciliation").text)
    assert "€12.0k between CRM won and billing ARR added is not explained." in said
    assert "1 of 2 pairs tie or differ by what is explained; 1 difference to settle." in said
    assert "deal d-1 2027-08-01: 12,000.00" in said and "Won by nobody known in billing: €9,000" in said
    rows = table(site, "/revenue/differences.csv")
    assert [row["class"] for row in rows] == ["missing_subscription", "scope", "timing"]
    for name in ("reconciliation", "classes", "unmatched"):
        assert table(site, f"/revenue/{name}.csv")


def test_without_contracts_or_billing_the_page_says_what_to_export(serve: Serve) -> None:
    with serve(Sample(review(), bills=False)) as site:
        said = text_of(httpx.get(f"{site}/revenue").text)
        assert "No recurring revenue is loaded yet." in said and "headway import customers.csv" in said
        assert len(table(site, "/revenue/sample.csv")) == 3
        answer = httpx.get(f"{site}/revenue/reconciliation")
        assert answer.status_code == 409 and "no subscriptions and no invoices are loaded" in answer.text.lower()
    with serve(Sample((NO_DATA.at(None, "no data"),), plans=(), last_load=None, as_of_days=())) as site:
        assert "headway import" in httpx.get(f"{site}/revenue").text


@pytest.mark.parametrize("width", [390, 1440])
def test_the_strip_comes_after_the_page_and_a_span_is_chosen_by_keyboard(
    browser: Browser, site: str, width: int
) -> None:
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    page.goto(f"{site}/revenue")
    expect(page.locator("#tie")).to_contain_text("1 difference to settle")
    name = "wide" if width > 900 else "narrow"
    for text in page.locator(f"svg.{name} text").all():
        box, place = text.locator("xpath=ancestor::*[name()='svg']").bounding_box(), text.bounding_box()
        assert box and place and place["x"] >= box["x"] - 6, text.text_content()
        assert place["x"] + place["width"] <= box["x"] + box["width"] + 6, text.text_content()
    page.get_by_role("link", name="24 months").focus()
    page.keyboard.press("Enter")
    expect(page.locator('#h-moves >> xpath=../.. >> a[aria-current="true"]')).to_have_text("24 months")
    assert "span=24" in page.url
    page.locator("a.tile").first.click()
    expect(page.locator("dialog.drawer")).to_be_visible()
    page.context.close()


def test_without_scripts_the_strip_is_one_link_away(browser: Browser, site: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{site}/revenue")
    page.get_by_role("link", name="Hold CRM, billing and the books against each other").click()
    expect(page.locator("h1")).to_contain_text("is not explained")
    page.context.close()
