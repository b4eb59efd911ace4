"""What the server answers: addresses, refusals, headers, files. Asked over a real connection."""

from __future__ import annotations

import csv
import http.client
import io
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from sample_company import NASTY, NO_DATA, Locked, Sample, journey, milestones, review

from headway.core.rows import Rows
from headway.web import mistakes, track, weeks
from headway.web.guard import LOCAL_NAMES, refuse_host
from headway.web.query import Asked
from headway.web.source import Source

ERRORS = Path(__file__).parents[1] / "errors"
EMPTY = (NO_DATA.at(None, "there are no data yet", remedy="run headway import"),)


def raw(site: str, method: str, path: str, hosts: list[str]) -> tuple[int, str, dict[str, str]]:
    """One request with exactly these host headers."""
    place = urlsplit(site)
    connection = http.client.HTTPConnection(place.hostname or "", place.port or 0, timeout=20)
    connection.putrequest(method, path, skip_host=True)
    for host in hosts:
        connection.putheader("Host", host)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, answer.read().decode(), {name.lower(): value for name, value in answer.getheaders()}


@pytest.mark.parametrize(
    ("mistake", "status"),
    [
        (mistakes.UNKNOWN_PAGE, 404),
        (mistakes.UNREADABLE_ADDRESS, 400),
        (mistakes.REFUSED_HOST, 421),
        (mistakes.FOREIGN_WRITE, 403),
    ],
)
def test_each_mistake_is_provoked_and_says_what_to_do(site: str, mistake, status: int) -> None:
    request, host = (ERRORS / f"{mistake.code}.http").read_text().splitlines()
    method, path, _ = request.split()
    got, body, _ = raw(site, method, path, [host.partition(": ")[2]])
    assert got == status
    assert mistake.code in body


def test_everything_wrong_in_an_address_is_said_at_once(site: str) -> None:
    body = httpx.get(f"{site}/?asof=1&as_of=x&plan=a&plan=b").text
    assert "3 things need mending" in body
    for words in (
        "asof",
        "Did you mean &#39;as_of&#39;?",
        "&#39;x&#39; is not a date",
        "&#39;plan&#39; is given twice",
    ):
        assert words in body


@pytest.mark.parametrize("query", ["kind=guess", "where=emea", "where==x", "unknown=1"])
def test_an_unreadable_question_about_a_number_is_refused(site: str, query: str) -> None:
    answer = httpx.get(f"{site}/why/won_value?{query}")
    assert answer.status_code == 400
    assert "unreadable-address" in answer.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8642", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8642"])
def test_this_machine_is_served(site: str, host: str) -> None:
    assert raw(site, "GET", "/healthz", [host])[0] == 200


@pytest.mark.parametrize(
    "hosts",
    [
        [],
        ["example.com"],
        ["localhost.example.com"],
        ["127.0.0.1.example.com"],
        ["localhost:8642:1"],
        ["localhost@evil.example"],
        ["evil.example:localhost"],
        ["::1"],
    ],
)
def test_any_other_host_is_refused(site: str, hosts: list[str]) -> None:
    status, _, headers = raw(site, "GET", "/", hosts)
    assert status in (400, 421)  # the server itself refuses a request without any host
    if status == 421:
        assert headers["x-content-type-options"] == "nosniff"


def test_two_hosts_or_none_are_refused() -> None:
    assert refuse_host(["localhost", "localhost"], LOCAL_NAMES)
    assert refuse_host([], LOCAL_NAMES)
    assert refuse_host(["localhost"], LOCAL_NAMES) is None
    assert refuse_host(["plan.example:80"], ["plan.example"]) is None


@pytest.mark.parametrize(
    "path",
    ["/", "/why/won_value", "/data/pace.csv", "/static/style.css", "/healthz", "/nowhere", "/?x=1", "/?plan=fault"],
)
def test_every_answer_carries_the_safe_headers(site: str, path: str) -> None:
    headers = httpx.get(site + path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/", "/why/won_value", "/data/pace.csv", "/static/style.css"])
def test_nothing_can_be_sent(site: str, method: str, path: str) -> None:
    assert httpx.request(method, site + path).status_code == 403  # from no page of ours
    assert httpx.request(method, site + path, headers={"Origin": site}).status_code == 405


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {},
    ],
)
def test_a_foreign_page_cannot_write(site: str, headers: dict[str, str]) -> None:
    own = {} if "Origin" in headers or not headers else {"Origin": site}
    answer = httpx.post(f"{site}/plan", headers={**own, **headers})
    assert answer.status_code == 403 and "foreign-write" in answer.text


def test_a_fault_shows_nothing_of_the_inside(site: str) -> None:
    answer = httpx.get(f"{site}/?plan=fault")
    assert answer.status_code == 500
    assert "mistake is ours" in answer.text
    assert "secret" not in answer.text and "Traceback" not in answer.text


def test_a_mistake_in_the_text_shows_its_place(site: str) -> None:
    answer = httpx.get(f"{site}/?plan=broken")
    assert answer.status_code == 409
    assert "plans/broken/plan.yaml:3:8" in answer.text and "^^^^^" in answer.text
    assert "<b>soon" not in answer.text


def test_an_unknown_metric_is_a_wrong_question(site: str) -> None:
    answer = httpx.get(f"{site}/why/winrate")
    assert answer.status_code == 400
    assert "Did you mean &#39;win_rate&#39;?" in answer.text


def test_a_planned_rate_the_model_cannot_take_apart_is_shown_from_the_plan(site: str) -> None:
    answer = httpx.get(f"{site}/why/win_rate.closed_count?kind=plan&plan=base")
    assert answer.status_code == 200
    for words in ("Win rate, planned", "22.0%", "2027-W39", "The model has no line", "company · as of 2027-09-30"):
        assert words in answer.text
    assert httpx.get(f"{site}/why/winrate?kind=plan").status_code == 400


def test_a_planned_amount_inside_a_month_is_told_by_its_weeks(site: str) -> None:
    found = weeks.weeks(review(), Asked(plan="base"))
    assert found is not None
    place = next(i for i, cell in enumerate(found.lines[6].cells) if cell.address.startswith("/why/won_value?"))
    planned = found.lines[6].cells[place]  # €k; the explanation says it with its own unit
    page = httpx.get(f"{site}{planned.address}").text
    assert planned.address.endswith("2027-07-01..2027-08-15")
    assert f'<p class="big">€{planned.text}k</p>' in page
    assert "2027-W26, by 4 Jul 2027" in page and "by 15 Aug 2027" in page and "by 22 Aug" not in page
    assert "A deal counts on the day it closed." in page  # what the model's own explanation says it rests on


def test_a_trailing_rate_opens_on_the_days_it_is_measured_over() -> None:
    found = tuple(
        replace(m, actual=m.actual.with_header(trailing=90)) if m.metric == "win_rate.closed_count" else m
        for m in milestones()
    )
    told = review(milestones=found)
    tile = next(one for one in track.tiles(told, Asked()) if one.title == "Win rate")
    assert tile.address == "/why/win_rate.closed_count?period=2027-07-03..2027-09-30"
    week = weeks.weeks(told, Asked())
    assert week is not None
    addresses = {cell.address for cell in week.lines[6].cells}
    assert "/why/win_rate.closed_count?period=2027-05-18..2027-08-15" in addresses
    assert "/why/win_rate.closed_count?kind=plan&period=2027-07-01..2027-08-15" in addresses


def test_a_project_whose_text_cannot_be_read_still_gets_its_page(serve) -> None:
    with serve(Locked()) as site:
        answer = httpx.get(site)
    assert answer.status_code == 409
    assert "headway.yaml:2:1" in answer.text and "no value" in answer.text


def test_the_address_holds_the_state(serve) -> None:
    source = Sample(review())
    with serve(source) as site:
        httpx.get(f"{site}/?as_of=2027-08-31&plan=brave+%26+bold")
        httpx.get(f"{site}/why/won_value?as_of=2027-08-31&period=2027-07&where=region=EMEA&where=source=a%3Db")
        httpx.get(f"{site}/why/won_value?kind=plan&plan=base&period=2027-07")
    day = review().as_of.replace(month=8, day=31)
    assert ("review", day, "brave & bold") in source.asked
    assert ("explain", "won_value", "2027-07", {"region": "EMEA", "source": "a=b"}, day) in source.asked
    assert ("explain_planned", "won_value", "2027-07", "base") in source.asked


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (Sample(EMPTY, plans=(), last_load=None, as_of_days=()), ["Nothing to track yet. Two steps", "headway import"]),
        (
            Sample(EMPTY, plans=()),
            ["No plan to track yet. One step", "Done: data of 1 Oct 2027", "headway plan propose"],
        ),
    ],
)
def test_an_empty_project_says_what_to_type(serve, source: Source, words: list[str]) -> None:
    with serve(source) as site:
        answer = httpx.get(site)
    assert answer.status_code == 200
    for text in words:
        assert text in answer.text


def test_a_day_without_data_is_a_mistake_not_an_empty_project(serve) -> None:
    with serve(Sample(EMPTY)) as site:
        assert httpx.get(f"{site}/?as_of=2001-01-01").status_code == 409


def test_no_page_is_heavy(site: str) -> None:
    shared = ("style.css", "tokens.css", "pages.css", "headway.js")
    once = sum(len(httpx.get(f"{site}/static/{name}").content) for name in shared)
    for path in ("/", "/plan", "/pipeline", "/assumptions", "/data"):
        assert once + len(httpx.get(site + path).content) < 200_000, path


def test_names_from_the_data_are_text_everywhere(site: str) -> None:
    mine = ("/", "/plan", "/pipeline?by=source&line=lost", "/assumptions", "/data", "/why/won_value")
    for path in (*mine, f"/why/{'%3Cscript%3E'}", "/?plan=%3Cscript%3E", "/plan?set.%3Cscript%3E=1"):
        body = httpx.get(site + path).text
        assert "<script>" not in body.lower() and body.lower().count("<script") == 1
    assert "&lt;script&gt;alert" in httpx.get(site).text


@pytest.mark.parametrize("name", ["causes", "journey", "milestones", "pace"])
def test_each_table_is_a_file(site: str, name: str) -> None:
    answer = httpx.get(f"{site}/data/{name}.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert len(rows) > 4
    assert len({len(row) for row in rows}) == 1


def test_the_chart_file_holds_the_charts_numbers(site: str) -> None:
    rows = list(csv.DictReader(io.StringIO(httpx.get(f"{site}/data/pace.csv").text)))
    won = next(m for m in milestones() if m.metric == "won_value")
    assert [float(row["plan"]) for row in rows] == pytest.approx(won.plan.values.tolist())
    known = [row for row in rows if row["actual"]]
    assert float(known[-1]["actual"]) == pytest.approx(won.actual_to_date)
    assert known[-1]["day"] == "2027-09-30"
    assert rows[0]["day"] == "2027-07-04" and rows[-1]["day"] == "2027-12-31"


def test_records_are_all_in_the_file_and_no_cell_runs_as_a_formula(site: str) -> None:
    rows = list(csv.reader(io.StringIO(httpx.get(f"{site}/why/won_value/0.csv").text)))
    assert len(rows) == 51
    assert rows[-2][0] == NASTY
    assert rows[-1][0] == """'=HYPERLINK("http://x")"""


@pytest.mark.parametrize(
    "path", ["/data/deals.csv", "/why/won_value/9.csv", "/why/won_value/x.csv", "/static/../app.py"]
)
def test_a_file_that_is_not_there(site: str, path: str) -> None:
    assert httpx.get(site + path).status_code == 404


def test_a_company_without_currency_shows_no_symbol(serve) -> None:
    with serve(Sample(review(None), currency=None)) as site:
        body = httpx.get(site).text
    assert "€" not in body and "none is declared" in body


def test_a_review_with_nothing_but_its_sentence_still_stands(serve) -> None:
    bare = review(milestones=(), causes=(), look_at=(), journey=Rows.of(["week"], []), notes=(), lead="")
    with serve(Sample(bare)) as site:
        body = httpx.get(site).text
        assert httpx.get(f"{site}/data/pace.csv").status_code == 200
    assert "Behind: won" in body
    assert "<figure" not in body


def test_a_milestone_without_numbers_says_so(serve) -> None:
    found = tuple(replace(m, actual_to_date=None, standing="unknown") for m in milestones())
    with serve(Sample(review(milestones=found, journey=journey(found), causes=()))) as site:
        answer = httpx.get(site)
    assert answer.status_code == 200
    assert "not measured" in answer.text and "Cannot tell yet" in answer.text
    assert 'class="tile" href' not in answer.text
