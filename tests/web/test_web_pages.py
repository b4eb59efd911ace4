"""Every page and every action once, wide and on a phone: drawer, what-if, filters, by keyboard, and to axe's liking."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sample_company import Sample, review

from tests.browsing import SHOTS

PAGES = {
    "track": "/",
    "track-bets": "/?plan=bets",
    "plan": "/plan",
    "plan-tried": "/plan?set.win_rate.eventual%5Boutbound%5D=14",
    "pipeline": "/pipeline",
    "pipeline-line": "/pipeline?line=lost&by=source&since=2027-08-31",
    "revenue": "/revenue",
    "revenue-span": "/revenue?span=24&by=segment",
    "reconciliation": "/revenue/reconciliation",
    "assumptions": "/assumptions",
    "assumptions-broken": "/assumptions?show=broken",
    "data": "/data?find=nrr",
    "readiness": "/data/readiness",
    "why": "/why/won_value?as_of=2027-09-30",
    "mistake": "/?asof=1",
}
WIDTHS = {1440: 900, 390: 844}


@pytest.fixture(params=list(WIDTHS))
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": request.param, "height": WIDTHS[request.param]})
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    opened.on("request", lambda asked: None if "127.0.0.1" in asked.url else wrong.append(asked.url))
    yield opened
    context.close()
    assert [one for one in wrong if "status of 4" not in one] == []


SCHEMES = {"light": None, "dark": {"runOnly": ["color-contrast"]}}
"""What axe looks at in each scheme: between them only colours change."""


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_the_page_is_kept_as_a_picture(page: Page, site: str, name: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(site + PAGES[name])
    for part in page.locator("[data-later]").all():
        part.locator("[data-part]").wait_for()
    SHOTS.mkdir(exist_ok=True)
    width = (page.viewport_size or {})["width"]
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.screenshot(path=SHOTS / f"{name}-{width}-{scheme}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("main details").evaluate_all("all => all.forEach(one => { one.open = true })")
    for scheme, looked_at in SCHEMES.items():
        if "-" in name and looked_at:
            continue  # another state of a page whose colours were looked at
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = Axe().run(page, options=looked_at)
        assert found.violations_count == 0, found.generate_report()


def test_a_number_opens_in_a_drawer_and_everything_returns(page: Page, site: str) -> None:
    page.goto(f"{site}/?as_of=2027-09-30")
    before = page.url
    link = page.locator("main a.tile").first
    link.focus()
    page.keyboard.press("Enter")
    drawer = page.locator("dialog.drawer")
    expect(drawer.get_by_text("Provenance")).to_be_visible()
    assert "/why/" in page.url, "the address is the number's own"
    assert drawer.locator("h1").count() == 0
    for _ in range(40):
        page.keyboard.press("Tab")
        inside = page.evaluate(
            "!document.activeElement || document.activeElement === document.body "
            "|| Boolean(document.activeElement.closest('dialog'))"
        )
        assert inside, "focus stays in the drawer"
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    assert page.url == before
    assert page.evaluate("document.activeElement.classList.contains('tile')"), "focus returns to the link"


def test_back_and_forward_close_and_open_the_drawer(page: Page, site: str) -> None:
    page.goto(site)
    page.locator("main a.tile").first.click()
    drawer = page.locator("dialog.drawer")
    expect(drawer.get_by_text("Provenance")).to_be_visible()
    drawer.locator("a.num").first.click()
    expect(drawer.get_by_text("planned", exact=False).first).to_be_visible()
    page.go_back()
    expect(drawer.get_by_text("Against the plan")).to_be_visible()
    page.go_back()
    expect(drawer).to_be_hidden()
    page.go_forward()
    expect(drawer.get_by_text("Provenance")).to_be_visible()
    drawer.get_by_role("button", name="Close").click()
    expect(drawer).to_be_hidden()
    assert page.url == f"{site}/"


def test_the_open_drawer_pleases_axe(page: Page, site: str) -> None:
    page.goto(site)
    page.locator("main a.tile").first.click()
    expect(page.locator("dialog.drawer").get_by_text("Provenance")).to_be_visible()
    page.screenshot(path=SHOTS / f"drawer-{(page.viewport_size or {})['width']}-light.png")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_changed_input_repaints_the_page_and_the_address_holds_it(page: Page, site: str) -> None:
    page.goto(f"{site}/plan")
    was = page.locator("h1").inner_text()
    field = page.get_by_role("spinbutton", name="outbound: Win rate")
    field.fill("14")
    expect(page.locator("h1")).not_to_have_text(was)
    expect(page.locator("#live-head .sub")).to_contain_text("1 value tried otherwise")
    said = page.locator(".input.changed .said")
    expect(said).to_contain_text("was 25.0%")
    expect(said).to_contain_text("−€")
    assert page.url == f"{site}/plan?plan=base&set.win_rate.eventual%5Boutbound%5D=14"
    tried = page.locator("h1").inner_text()
    page.reload()
    assert page.locator("h1").inner_text() == tried, "a link shows the same plan"
    page.get_by_role("link", name="Reset all").click()
    expect(page.locator("h1")).to_have_text(was)
    assert page.locator(".input.changed").count() == 0


def test_a_slider_moves_the_plan_by_keyboard(page: Page, site: str) -> None:
    page.goto(f"{site}/plan")
    was = page.locator("h1").inner_text()
    slider = page.get_by_role("slider", name="Opportunities created").first
    slider.focus()
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("h1")).not_to_have_text(was)
    expect(page.locator("#live-bridge svg.wide, #live-bridge svg.narrow").first).to_be_attached()
    assert page.locator(".input.changed").count() == 1


def test_a_value_that_cannot_be_is_refused_in_words_and_nothing_is_painted(page: Page, site: str) -> None:
    page.goto(f"{site}/plan")
    was = page.locator("h1").inner_text()
    page.get_by_role("spinbutton", name="outbound: Win rate").fill("140")
    expect(page.get_by_role("alert")).to_contain_text("a share lies between 0% and 100%")
    assert page.locator("h1").inner_text() == was


def test_without_script_the_inputs_are_a_form(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/plan")
    assert page.locator("input[type=range]:visible").count() == 0
    page.get_by_role("spinbutton", name="outbound: Win rate").fill("14")
    page.get_by_role("button", name="Recompute").click()
    expect(page.locator("main")).to_contain_text("1 value tried otherwise")
    context.close()


def test_the_register_is_narrowed_by_its_chips(page: Page, site: str) -> None:
    page.goto(f"{site}/assumptions")
    assert "has broken" in page.locator("h1").inner_text()
    page.get_by_role("link", name="Broken").click()
    rows = page.locator(".reg tbody tr")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("Win rate, outbound")
    assert page.url.endswith("show=broken")
    page.get_by_role("link", name=re.compile("Use 14.0%, measured in")).click()
    expect(page.locator("h1")).to_contain_text("is unexplained")
    assert "set.win_rate.eventual%5Boutbound%5D=14" in page.url
    page.go_back()
    page.get_by_role("link", name="All").click()
    expect(page.locator(".reg")).to_contain_text("n = 7: cannot tell yet")
    expect(rows.nth(5)).to_be_attached()


def test_the_lead_names_the_bet_that_fails_and_leads_to_its_row(page: Page, site: str) -> None:
    page.goto(f"{site}/?plan=bets")
    page.locator("p.sub").get_by_role("link", name="win rate (outbound)").click()
    row = page.locator("tr:target")
    expect(row).to_contain_text("Win rate, outbound")
    expect(row).to_be_in_viewport()
    assert page.url.endswith(
        "/assumptions?as_of=2027-09-30&plan=base#win_rate.eventual%5Boutbound%5D".replace("%", ":")
    )
    page.go_back()
    look = page.locator(".look tbody tr").first
    assert "Win rate (outbound)" in look.inner_text() and "if the whole plan ran so" in look.inner_text()
    assert "VP Sales" in look.inner_text()


def test_the_data_page_shows_what_was_not_loaded_and_what_is_wrong(page: Page, site: str) -> None:
    page.goto(f"{site}/data")
    assert page.locator("h1").inner_text() == "Past their close date: 1 of 40 open deals, worth €4,000."
    assert "No id" in page.locator("main").inner_text()
    with page.expect_download() as kept:
        page.get_by_role("link", name=re.compile("every row not loaded")).click()
    assert "no id" in kept.value.path().read_text()
    page.locator("details.ground summary").first.click()
    expect(page.get_by_text("every value differs")).to_be_visible()


def test_pages_are_reached_by_keyboard_alone(page: Page, site: str) -> None:
    page.goto(site)
    for name in ("Plan", "Assumptions", "Data", "Track"):
        link = page.get_by_role("navigation").get_by_role("link", name=name)
        link.focus()
        assert page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2
        page.keyboard.press("Enter")
        page.wait_for_load_state()
        assert page.get_by_role("navigation").locator("[aria-current]").inner_text() == name


@pytest.mark.parametrize("path", ["/plan/bridge.png", "/plan/calendar.png", "/data/pace.png"])
def test_each_chart_is_a_picture(site: str, path: str) -> None:
    answer = httpx.get(site + path, timeout=30)
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG") and len(answer.content) > 2000
    assert httpx.get(site + path, timeout=30).content == answer.content


@pytest.mark.parametrize("name", ["bridge", "quarters", "required", "calendar"])
def test_each_table_of_the_plan_is_a_file(site: str, name: str) -> None:
    rows = httpx.get(f"{site}/plan/{name}.csv").text.splitlines()
    assert len(rows) > 3 and len(rows[0].split(",")) > 3
    assert httpx.get(f"{site}/plan/nothing.csv").status_code == 404


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("set.win_rate.eventual[inbund]=3", "Did you mean &#39;win_rate.eventual[inbound]"),
        ("set.opportunity_value=many", "&#39;many&#39; is not a number"),
        ("set.opportunity_value=NaN", "is not a number"),
        ("try.opportunity_value=3", "knows nothing called"),
        ("set.win_rate.eventual[inbound]=140", "a share lies between 0% and 100%"),
    ],
)
def test_what_cannot_be_tried_is_said(site: str, query: str, words: str) -> None:
    answer = httpx.get(f"{site}/plan?{query}")
    assert answer.status_code == 400 and words in answer.text


def test_a_stale_load_is_said_on_top(serve) -> None:
    from datetime import date

    with serve(Sample(review(), day_now=date(2027, 12, 24))) as site:
        body = httpx.get(site).text
        assert "The data are 84 days old." in body
        assert "The data are" not in httpx.get(f"{site}/?as_of=2027-08-31").text, "a chosen day is no surprise"


def test_a_clock_that_stands_is_said_on_every_page(serve) -> None:
    from datetime import date

    with serve(Sample(review(), day_now=date(2027, 10, 1), clock_stands=date(2027, 10, 1))) as site:
        for path in ("/", "/plan", "/assumptions", "/data"):
            assert "the clock stands at 1 Oct 2027" in httpx.get(f"{site}{path}").text
    with serve(Sample(review())) as site:
        assert "the clock stands" not in httpx.get(site).text


def test_what_was_measured_from_old_data_is_grey_and_says_its_age(browser: Browser, serve) -> None:
    from datetime import date

    context = browser.new_context()
    page = context.new_page()

    def ink(where: str) -> str:
        return page.eval_on_selector(where, "one => getComputedStyle(one).color")

    with serve(Sample(review(), day_now=date(2027, 12, 24))) as site:
        page.goto(site)
        tile = page.locator(".tile").first
        expect(tile).to_contain_text("84 days old")
        expect(tile).to_contain_text("149")
        expect(tile).to_contain_text("As of 1 Oct 2027, the last good value")
        assert page.locator(".tile .st:not(.none)").count() == 0, "no verdict from old data"
        assert ink(".tile .v") == ink(".tile .ref") != ink("h1")
        assert Axe().run(page).violations_count == 0
        page.screenshot(path=SHOTS / "track-stale.png", full_page=True)
        for path in ("/plan", "/pipeline", "/assumptions", "/data", "/why/won_value?as_of=2027-10-01"):
            page.goto(site + path)
            expect(page.get_by_role("status")).to_contain_text("The data are 84 days old.")
        expect(page.locator(".panel .age")).to_contain_text("As of 1 Oct 2027, 84 days old: the last good value.")
        page.goto(f"{site}/assumptions")
        assert ink(".reg td.seen b") != ink(".reg th b")
        page.goto(f"{site}/?as_of=2027-08-31")
        assert page.get_by_role("status").count() == 0 and page.locator("main.old").count() == 0
    context.close()


def test_fresh_data_are_not_grey(site: str) -> None:
    for path in ("/", "/plan", "/pipeline", "/assumptions", "/data", "/why/won_value?as_of=2027-10-01"):
        body = httpx.get(site + path).text
        assert 'class="old"' not in body and "days old" not in body, path


def test_an_empty_project_says_what_to_type_on_every_page(serve) -> None:
    from sample_company import NO_DATA

    empty = Sample((NO_DATA.at(None, "no data"),), plans=(), last_load=None, as_of_days=())
    with serve(empty) as site:
        for path in ("/", "/plan", "/pipeline", "/assumptions"):
            body = httpx.get(site + path).text
            assert "headway import" in body and "headway plan propose" in body and "headway demo" in body, path


def test_every_standing_has_its_own_mark() -> None:
    from headway.core.belief import Holds
    from headway.web.assumptions import MARKS
    from headway.web.query import STATES

    assert set(get_args(Holds)) == set(MARKS) == set(STATES)
    assert len({(mark.shape, mark.word, mark.tone) for mark in MARKS.values()}) == len(MARKS)
