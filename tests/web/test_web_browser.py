"""The pages as people meet them: in a real browser, wide and narrow, light, dark and on paper, by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import urljoin

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from sample_company import NO_DATA, Sample, review

PATHS = (
    "/",
    "/plan",
    "/pipeline?by=source",
    "/assumptions",
    "/data",
    "/notes?subject=won_value",
    "/why/win_rate.closed_count?as_of=2027-09-30",
    "/?plan=broken",
    "/?asof=1",
    "/nowhere",
)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("width", [320, 390, 820, 1440])
@pytest.mark.parametrize("path", PATHS)
def test_no_page_is_wider_than_its_screen(page: Page, site: str, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.route("**/*.js", lambda route: route.abort())
    page.goto(site + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "before its script has run"
    page.unroute("**/*.js")
    page.goto(site + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", ["/", "/plan", "/pipeline", "/assumptions", "/data", "/why/won_value"])
def test_the_browser_has_nothing_to_complain_about(page: Page, site: str, path: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(request.url))
    page.on("response", lambda answer: said.append(answer.url) if answer.status >= 400 else None)
    page.goto(site + path)
    page.wait_for_load_state("networkidle")
    assert said == []
    assert page.locator("script:not([src^='/static/']), [style], style, [onclick]").count() == 0


def test_nothing_is_asked_from_elsewhere(page: Page, site: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site)
    assert asked and all(url.startswith(site) for url in asked)


def test_every_number_leads_to_a_page_with_its_provenance(page: Page, site: str) -> None:
    page.goto(site)
    found = page.eval_on_selector_all("main a.num, main a.tile", "links => links.map(l => l.getAttribute('href'))")
    assert len(found) > 150
    with httpx.Client(timeout=20) as client:
        for address in sorted(set(found))[::4]:
            answer = client.get(urljoin(site, address))
            assert answer.status_code == 200
            assert "Provenance" in answer.text
            assert re.search(r'class="tag">[^<]+ · as of 2027-09-30', answer.text), address


def test_without_script_a_tile_opens_a_page_and_track_is_one_step_back(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/?as_of=2027-09-30")
    page.get_by_role("link", name="Win rate").first.click()
    expect(page.locator("h1")).to_have_text(re.compile("^Win rate"))
    assert page.get_by_text("Against the plan").is_visible()
    page.get_by_role("link", name="← Track").click()
    expect(page).to_have_url(f"{site}/?as_of=2027-09-30&plan=base")
    context.close()


def test_every_number_in_the_journey_is_a_link(page: Page, site: str) -> None:
    page.goto(site)
    cells = page.locator(".rail td.ac, .rail td.q, .weeks tbody td")
    bare = {text for text in cells.filter(has_not=page.locator("a")).all_inner_texts() if text.strip()}
    assert {text for text in bare if not re.fullmatch(r"\d+ [A-Z][a-z]{2}", text)} == {"no plan"}


def test_the_keyboard_reaches_the_content_first(page: Page, site: str) -> None:
    page.goto(site)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    assert page.locator(".skip").bounding_box()["y"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_focus_is_always_visible(page: Page, site: str) -> None:
    page.goto(site)
    for _ in range(12):
        page.keyboard.press("Tab")
        width = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
        assert width >= 2


@pytest.mark.parametrize("path", PATHS)
def test_headings_go_down_one_level_at_a_time(page: Page, site: str, path: str) -> None:
    page.goto(site + path)
    levels = page.eval_on_selector_all("h1,h2,h3,h4", "found => found.map(h => Number(h.tagName[1]))")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_each_drawing_says_what_it_shows_and_has_a_table(page: Page, site: str) -> None:
    page.goto(site)
    for drawn in page.locator("svg").all():
        assert drawn.get_attribute("aria-hidden") == "true" or drawn.get_attribute("aria-label")
    assert page.locator("figure").first.locator(".take").inner_text() == "Won value is €43.8k behind the plan's pace."
    twin = page.locator("figure details table")
    assert not twin.is_visible()
    page.locator("figure details summary").click()
    expect(twin).to_be_visible()
    assert twin.locator("tbody tr").count() == 27
    assert "880" in twin.inner_text()


@pytest.mark.parametrize(("width", "shown", "hidden"), [(1440, "wide", "narrow"), (390, "narrow", "wide")])
def test_wide_and_narrow_pages_have_their_own_drawing(
    page: Page, site: str, width: int, shown: str, hidden: str
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(site)
    assert page.locator(f"svg.{shown}").is_visible()
    assert not page.locator(f"svg.{hidden}").is_visible()


def test_no_label_leaves_its_drawing(page: Page, site: str) -> None:
    for width, name in ((1440, "wide"), (390, "narrow")):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(site)
        box = page.locator(f"svg.{name}").bounding_box()
        assert box is not None
        for text in page.locator(f"svg.{name} text").all():
            place = text.bounding_box()
            assert place is not None
            assert place["x"] >= box["x"] - 6 and place["x"] + place["width"] <= box["x"] + box["width"] + 6


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(page: Page, site: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(site)
    tokens = page.evaluate(
        "names => { const s = getComputedStyle(document.documentElement);"
        " return Object.fromEntries(names.map(n => [n, s.getPropertyValue('--' + n).trim()])) }",
        [
            "bg",
            "bg-2",
            "ink",
            "ink-2",
            "ink-3",
            "accent",
            "good",
            "warn",
            "bad",
            "bad-bg",
            "c-ac",
            "c-mark",
            "accent-bg",
        ],
    )
    for text in ("ink", "ink-2", "ink-3", "accent", "good", "warn", "bad"):
        assert contrast(tokens[text], tokens["bg"]) >= 4.5, (scheme, text)
    for text, behind in (("bad", "bad-bg"), ("ink-3", "bad-bg"), ("ink-3", "bg-2"), ("ink", "accent-bg")):
        assert contrast(tokens[text], tokens[behind]) >= 4.5, (scheme, text, behind)
    for mark in ("c-ac", "c-mark"):
        assert contrast(tokens[mark], tokens["bg"]) >= 3, (scheme, mark)


def test_the_dark_page_is_dark_down_to_its_drawings(page: Page, site: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(site)
    assert luminance(color(page, "body", "backgroundColor")) < 0.05
    assert luminance(color(page, "svg.wide .actual", "stroke")) > 0.5
    assert luminance(color(page, "h1", "color")) > 0.7


def test_paper_has_no_controls_and_is_always_light(page: Page, site: str) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(site)
    for part in (".nav", ".context", ".tools >> nth=0"):
        assert not page.locator(part).is_visible()
    assert page.locator("footer").is_visible() and page.locator("svg.wide").is_visible()
    assert luminance(color(page, "body", "backgroundColor")) > 0.9
    paper = page.pdf(prefer_css_page_size=True)
    assert paper.startswith(b"%PDF") and paper.count(b"/Type /Page\n") <= 6


def test_the_register_and_its_chart_go_to_paper_without_controls(page: Page, site: str) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(f"{site}/assumptions")
    for part in (".nav", ".filter", ".tools >> nth=0", "a.act >> nth=0"):
        assert not page.locator(part).is_visible(), part
    assert page.locator("svg.wide").is_visible() and not page.locator("svg.narrow").is_visible()
    assert luminance(color(page, "body", "backgroundColor")) > 0.9
    assert luminance(color(page, "svg.wide text.name", "fill")) < 0.2
    page.goto(f"{site}/notes?subject=won_value")
    assert not page.locator("form.save").is_visible() and page.locator("h1").is_visible()


def test_targets_are_large_enough_for_a_thumb(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(site)
    for link in page.locator(
        "main .tools a, main summary, .weeks tbody a, .context a, .context input, .context button, .tile"
    ).all()[:60]:
        box = link.bounding_box()
        assert box is not None and box["height"] >= 24, link.inner_text()


def test_the_day_is_changed_by_a_plain_form(page: Page, site: str) -> None:
    page.goto(site)
    page.fill("#as-of", "2027-08-31")
    page.select_option("#plan", "brave & bold")
    page.get_by_role("button", name="Show").click()
    assert page.url == f"{site}/?as_of=2027-08-31&plan=brave+%26+bold"


def test_only_pages_that_exist_are_offered(page: Page, site: str) -> None:
    page.goto(site)
    pages = ["Track", "Plan", "Pipeline", "Revenue", "Assumptions", "Data"]
    assert page.locator("nav a").all_inner_texts() == ["Headway", *pages]
    named = "l.pathname === '/notes' ? l.pathname + l.search : l.pathname"  # notes are about something, always
    for address in page.eval_on_selector_all("a[href^='/']", f"links => [...new Set(links.map(l => {named}))]"):
        assert httpx.get(urljoin(site, address)).status_code == 200


def test_the_empty_page_fits_a_phone(page: Page, serve) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    empty = Sample((NO_DATA.at(None, "no data"),), plans=(), last_load=None, as_of_days=())
    with serve(empty) as site:
        page.goto(site)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert "No data yet" in page.locator(".fresh").inner_text()
        assert page.locator("form").count() == 0


def test_a_long_unbroken_name_breaks_instead_of_widening_the_page(page: Page, serve) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    long = "W" * 120
    with serve(Sample(review(headline=f"Behind: {long}", plan=long, notes=(long,)), title=long)) as site:
        page.goto(site)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def color(page: Page, where: str, what: str) -> str:
    return page.eval_on_selector(where, f"found => getComputedStyle(found).{what}")


def luminance(text: str) -> float:
    """Relative luminance of a colour written #rrggbb or rgb(r, g, b)."""
    if text.startswith("#"):
        parts = [int(text[i : i + 2], 16) for i in (1, 3, 5)]
    else:
        parts = [int(float(part)) for part in text[text.index("(") + 1 : -1].split(",")[:3]]
    linear = [p / 255 / 12.92 if p / 255 <= 0.04045 else ((p / 255 + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
