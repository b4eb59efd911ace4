"""The Data page: what can be committed to, who mends what, what is waived, how fresh it is, and what every metric means."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import httpx
import pytest
from playwright.sync_api import Browser, expect
from sample_company import NASTY


def text_of(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("<main", 1)[1])))


def test_the_page_says_who_mends_what_and_what_is_waived(site: str) -> None:
    body = httpx.get(f"{site}/data").text
    said = text_of(body)
    assert "Who mends what" in said and "AE North 1" in said and "75%" in said
    assert f"Agreed with {NASTY}." in said and "VP Sales" in said and "1 Dec 2027" in said
    assert 'href="/pipeline#h-queue"' in body and NASTY not in body


def test_each_owner_s_list_is_a_file_of_their_own(site: str) -> None:
    address = unescape(re.search(r'href="(/data/fixes\.csv\?owner=[^"]+)"', httpx.get(f"{site}/data").text)[1])  # type: ignore[index]
    own = list(csv.DictReader(io.StringIO(httpx.get(site + address).text)))
    assert {row["owner"] for row in own} == {"AE North 1"} and len(own) == 4
    nobody = httpx.get(f"{site}/data/fixes.csv?owner=nobody").text
    assert len(nobody.splitlines()) == 1, "the heading alone"


def test_old_exports_are_pointed_out_by_what_they_hold(site: str) -> None:
    fresh = httpx.get(f"{site}/data").text.split('class="fresh-list"')[1].split("</ul>")[0]
    assert "Opportunity" in fresh and "29 days before" in text_of(f"<main>{fresh}") and "st warn" in fresh


@pytest.mark.parametrize(("find", "found"), [("", 2), ("?find=COUNTS+as+kept", 1), ("?find=nothing+says+this", 0)])
def test_definitions_are_found_by_any_of_their_words_their_policy_too(site: str, find: str, found: int) -> None:
    body = httpx.get(f"{site}/data{find}").text.split('aria-labelledby="h-definitions"', 1)[1]
    assert len(re.findall(r'href="/why/[a-z_]+"', body)) == found
    if find:
        assert f"{found} of 2 say" in body


def test_readiness_grades_every_metric_and_orders_the_repairs(site: str) -> None:
    said = text_of(httpx.get(f"{site}/data/readiness").text)
    assert "Of 4 metrics, 2 can be committed to, 1 with care, 1 not at all. First: import spend." in said
    assert said.index("Import spend.") < said.index("Mend.") and "n = 30: few" in said
    for name, n in (("readiness", 4), ("repairs", 2)):
        assert len(list(csv.DictReader(io.StringIO(httpx.get(f"{site}/data/{name}.csv").text)))) == n


def test_what_takes_longer_is_shown_once_it_is_there(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}/data")
    expect(page.locator("#ready")).to_contain_text("2 can be committed to")
    expect(page.locator("#tie")).to_contain_text("1 difference to settle")
    expect(page.locator("#ready h1, #tie h1")).to_have_count(0)
    page.close()
