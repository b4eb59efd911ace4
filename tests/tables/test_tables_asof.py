"""As known on a day: the rule of decision 0006, by example, as properties, and on the reference data."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables_world import DEALS_HEADERS, Export, ask, bring, deal, deals_mapping, mapping, read_csv

from headway.core.errors import UserMistake
from headway.core.mapping import ColumnMapping
from headway.tables import Store

PRODUCTS = mapping("products", "product", {"name": "Product", "list_price": "Price"}, dimensions=("Series",))


def one(folder: Path, columns: str, day: date | None = None):
    return ask(folder, f"SELECT {columns} FROM opportunity ORDER BY key", day).records


def test_a_closed_deal_is_open_until_it_closes_and_its_amount_hidden(tmp_path: Path) -> None:
    rows = [deal(1, Stage="Won", Closed="2024-02-20", Amount="900")]
    products = Export(PRODUCTS, [{"Product": "Basic", "Price": "1000", "Series": "B"}])
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), rows), products)
    shown = "status, amount, value, value_basis, close_date, closed_date, stage, reconstructed"
    assert one(tmp_path, shown, date(2024, 1, 9)) == ()
    before = ("open", None, Decimal("1000.0000"), "list_price", None, None, None, True)
    assert one(tmp_path, shown, date(2024, 2, 19)) == (before,)
    closed = ("won", Decimal("900.0000"), Decimal("900.0000"), "amount", date(2024, 2, 20), date(2024, 2, 20), "Won")
    assert one(tmp_path, shown, date(2024, 2, 20)) == ((*closed, True),)
    assert one(tmp_path, shown, date(2024, 3, 1)) == ((*closed, False),)
    assert one(tmp_path, shown) == ((*closed, False),)


def test_without_list_price_the_value_of_an_open_deal_is_unknown(tmp_path: Path) -> None:
    bring(
        tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1, Stage="Lost", Closed="2024-02-20", Amount="0")])
    )
    shown = "status, value, value_basis, created_value"
    assert one(tmp_path, shown, date(2024, 2, 1)) == (("open", None, "unknown", None),)
    assert one(tmp_path, shown) == (("lost", Decimal("0.0000"), "amount", None),)


def test_the_version_of_the_latest_load_on_or_before_the_day_holds(tmp_path: Path) -> None:
    for run, day, amount in (("r1", "2024-03-01", "1"), ("r2", "2024-03-08", "2"), ("r3", "2024-03-15", "3")):
        bring(tmp_path, run, day, Export(deals_mapping(), [deal(1, Amount=amount)]))
    days = {date(2024, 2, 1): 1, date(2024, 3, 1): 1, date(2024, 3, 7): 1, date(2024, 3, 8): 2, date(2024, 4, 1): 3}
    for day, amount in days.items():
        assert one(tmp_path, "amount, reconstructed", day) == ((Decimal(amount), day < date(2024, 3, 1)),)


def test_a_deal_closed_between_loads_counts_from_the_day_it_closed(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1, Amount="5", Owner="Ada")]))
    closed = deal(1, Stage="Won", Closed="2024-03-05", Amount="6", Owner="Bo")
    bring(tmp_path, "r2", "2024-03-08", Export(deals_mapping(), [closed]))
    shown = "status, amount, closed_date, owner, reconstructed"
    assert one(tmp_path, shown, date(2024, 3, 4)) == (("open", Decimal(5), None, "Ada", False),)
    assert one(tmp_path, shown, date(2024, 3, 5)) == (("won", Decimal(6), date(2024, 3, 5), "Ada", True),)
    assert one(tmp_path, shown, date(2024, 3, 8)) == (("won", Decimal(6), date(2024, 3, 5), "Bo", False),)


def test_deals_without_a_created_date_are_there_from_the_load_that_shows_them(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1), deal(2, Created="")]))
    with Store.open(tmp_path).as_of(date(2024, 2, 1)) as facts:
        assert facts.run("SELECT key FROM opportunity") == [("crm:main:opportunity:D1",)]
        assert "left out: 1 deal without a created date, which no load by that day shows" in facts.notes
    assert len(one(tmp_path, "key", date(2024, 3, 1))) == 2


def test_a_deal_closed_on_an_unknown_day_is_open_until_the_load_that_shows_it_closed(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1, Stage="Won", Amount="5")]))
    assert one(tmp_path, "status, amount", date(2024, 2, 1)) == (("open", None),)
    assert one(tmp_path, "status, amount", date(2024, 3, 1)) == (("won", Decimal(5)),)


def test_an_open_deal_keeps_its_expected_close_date(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1, Closed="2024-06-30")]))
    assert one(tmp_path, "close_date, closed_date, status") == ((date(2024, 6, 30), None, "open"),)
    assert Store.open(tmp_path).findings() == ()


def test_references_join_by_id_then_by_name_and_never_by_guess(tmp_path: Path) -> None:
    columns = (*deals_mapping().columns, ColumnMapping("account_id", "Company ID"))
    deals = deals_mapping(columns=columns, headers=(*DEALS_HEADERS, "Company ID"))
    accounts = mapping("accounts", "account", {"id": "ID", "name": "Name"}, dimensions=("Industry", "Owner"))
    people = [
        *(
            {"ID": "A1", "Name": "Nord", "Industry": "steel", "Owner": "Zoe"},
            {"ID": "A2", "Name": "Sud", "Industry": "wool"},
        ),
        *({"ID": "A3", "Name": "Twin", "Industry": "tin"}, {"ID": "A4", "Name": "Twin", "Industry": "zinc"}),
    ]
    rows = [
        {**deal(1, Company="Nord"), "Company ID": ""},
        {**deal(2, Company="Whatever"), "Company ID": "A2"},
        {**deal(3, Company="Twin"), "Company ID": ""},
        {**deal(4, Company="Elsewhere"), "Company ID": ""},
        {**deal(5, Company="A1"), "Company ID": ""},
        {**deal(6, Company=""), "Company ID": ""},
    ]
    bring(tmp_path, "r1", "2024-03-01", Export(deals, rows), Export(accounts, people))
    assert one(tmp_path, "account, account_id, industry, account_owner") == (
        ("Nord", "A1", "steel", "Zoe"),
        ("Whatever", "A2", "wool", None),
        ("Twin", None, None, None),
        ("Elsewhere", None, None, None),
        ("Nord", "A1", "steel", "Zoe"),
        (None, None, None, None),
    )
    with Store.open(tmp_path).as_of() as facts:
        assert facts.dimensions["industry"] == "account"
        assert facts.dimensions["owner"] == "opportunity"
        assert set(facts.dimensions) <= set(facts.schema("opportunity"))


def test_a_list_price_in_another_currency_is_not_taken(tmp_path: Path) -> None:
    products = Export(PRODUCTS, [{"Product": "Basic", "Price": "70", "Series": "B"}])
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(currency="EUR"), [deal(1)]), products)
    assert one(tmp_path, "list_price, currency") == ((Decimal("70.0000"), "EUR"),)
    dollars = Export(
        mapping("products", "product", {"name": "Product", "list_price": "Price"}, currency="USD"), products.rows
    )
    bring(tmp_path / "b", "r1", "2024-03-01", Export(deals_mapping(currency="EUR"), [deal(1)]), dollars)
    assert one(tmp_path / "b", "list_price, currency") == ((None, "EUR"),)


def test_source_names_stand_beside_canonical_ones(tmp_path: Path) -> None:
    accounts = mapping("accounts", "account", {"name": "Name", "industry": "Sector"}, dimensions=("Head Count",))
    rows = [{"Name": "Nord", "Sector": "steel", "Head Count": "7"}]
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1)]), Export(accounts, rows))
    assert one(tmp_path, "industry, sector, head_count, company") == (("steel", "steel", "7", "Nord"),)


DAYS = st.integers(0, 120).map(lambda n: date(2024, 1, 1) + timedelta(days=n))


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[date, list[dict[str, str]]]]:
    """A few exports of a few deals, each as the system stood on its day."""
    lives = [
        (
            draw(st.none() | DAYS),
            draw(st.none() | DAYS),
            draw(st.sampled_from(["Won", "Lost"])),
            draw(st.integers(0, 9)),
        )
        for _ in range(draw(st.integers(1, 6)))
    ]
    loads = sorted(draw(st.lists(DAYS, min_size=1, max_size=3, unique=True)))
    exports: list[tuple[date, list[dict[str, str]]]] = []
    for day in loads:
        rows: list[dict[str, str]] = []
        for number, (created, closed, outcome, amount) in enumerate(lives):
            ended = closed is not None and closed <= day
            row = deal(number, Stage=outcome if ended else "Talking", Amount=str(amount) if ended else "")
            row["Created"] = created.isoformat() if created else ""
            row["Closed"] = closed.isoformat() if ended and closed else ""
            if created is None or created <= day:
                rows.append(row)
        exports.append((day, rows))
    return exports


@settings(max_examples=6, deadline=None)
@given(story=stories(), day=DAYS)
def test_a_day_never_shows_what_came_after_it(story: list[tuple[date, list[dict[str, str]]]], day: date) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for number, (loaded_on, rows) in enumerate(story):
            bring(folder, f"r{number}", loaded_on.isoformat(), Export(deals_mapping(coverage="partial"), rows))
        with Store.open(folder).as_of(day) as facts:
            asked = "SELECT key, status, amount, created_date, closed_date, stage FROM opportunity"
            shown = facts.run(asked)
            keys = [record[0] for record in shown]
            assert len(keys) == len(set(keys))
            for _, status, amount, created, closed, stage in shown:
                assert created is None or created <= day
                assert closed is None or closed <= day
                assert (status == "open") == (closed is None)
                assert amount is None or status != "open"
                assert status != "open" or stage not in ("Won", "Lost")
            dated = {
                row["Deal ID"] for _, rows in story for row in rows if row["Created"] and row["Created"] <= str(day)
            }
            assert dated <= {str(key).rsplit(":", 1)[1] for key in keys}


@settings(max_examples=4, deadline=None)
@given(story=stories())
def test_on_the_day_of_the_last_load_everything_is_as_it_stands(story: list[tuple[date, list[dict[str, str]]]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for number, (loaded_on, rows) in enumerate(story):
            bring(folder, f"r{number}", loaded_on.isoformat(), Export(deals_mapping(coverage="partial"), rows))
        last = Store.open(folder).last_load
        assert one(folder, "*", last) == one(folder, "*")


ORIGINS = {
    "2017-03-31": (1330, 3280185),
    "2017-04-30": (1618, 3969118),
    "2017-05-31": (1535, 3859233),
    "2017-06-30": (1686, 4216807),
    "2017-07-31": (2257, 5499192),
    "2017-08-31": (2265, 5389247),
    "2017-09-30": (2409, 5763490),
    "2017-10-31": (2604, 6253297),
    "2017-11-30": (2119, 5096663),
}


@pytest.fixture(scope="module")
def reference_crm(reference_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = reference_data / "maven_crm"
    deals = mapping(
        "deals",
        "opportunity",
        {
            **{"id": "opportunity_id", "owner": "sales_agent", "product": "product", "account": "account"},
            **{
                "stage": "deal_stage",
                "created_date": "engage_date",
                "close_date": "close_date",
                "amount": "close_value",
            },
        },
        stages={"Won": "won", "Lost": "lost", "Engaging": "open", "Prospecting": "open"},
        repairs={"product": {"GTXPro": "GTX Pro"}},
    )
    accounts = mapping("accounts", "account", {"name": "account"}, dimensions=("sector",))
    users = mapping("users", "user", {"name": "sales_agent"}, dimensions=("manager", "regional_office"))
    products = mapping("products", "product", {"name": "product", "list_price": "sales_price"}, dimensions=("series",))
    files = {"sales_pipeline": deals, "accounts": accounts, "sales_teams": users, "products": products}
    exports = [Export(made, read_csv(source / f"{name}.csv")) for name, made in files.items()]
    folder = tmp_path_factory.mktemp("crm")
    report = bring(folder, "r1", "2018-01-05", *exports)
    assert report.diagnostics == ()
    return folder


@pytest.mark.parametrize("day", ORIGINS)
def test_open_deals_of_the_reference_set_on_each_month_end(reference_crm: Path, day: str) -> None:
    asked = "SELECT count(*), sum(value), count(*) FILTER (value_basis = 'list_price') FROM opportunity WHERE status = 'open'"
    deals, worth = ORIGINS[day]
    assert ask(reference_crm, asked, date.fromisoformat(day)).records == ((deals, Decimal(worth), deals),)


def test_the_reference_set_as_it_stands(reference_crm: Path) -> None:
    asked = "SELECT status, count(*), sum(amount) FROM opportunity GROUP BY status ORDER BY status"
    assert ask(reference_crm, asked).records == (
        ("lost", 2473, Decimal(0)),
        ("open", 2089, None),
        ("won", 4238, Decimal(10005534)),
    )
    by_series = "SELECT series, count(*) FROM opportunity WHERE status = 'won' GROUP BY series ORDER BY series"
    assert ask(reference_crm, by_series).records == (("GTK", 15), ("GTX", 2776), ("MG", 1447))


def test_a_day_after_the_latest_load_says_that_nothing_later_is_loaded(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), [deal(1)]))
    bring(tmp_path, "r2", "2024-03-08", Export(deals_mapping(), [deal(1), deal(2)]))

    def noted(day: date | None) -> tuple[str, ...]:
        with Store.open(tmp_path).as_of(day) as facts:
            return facts.notes

    assert noted(date(2024, 4, 1)) == ("as known on 2024-04-01: nothing later than 2024-03-08 is loaded",)
    assert noted(date(2024, 3, 8)) == noted(None) == ()


def test_deals_that_renew_stand_apart_from_opportunities(tmp_path: Path) -> None:
    kinds = ("New Business", "Renewal", "", "Existing - renewal")
    made = deals_mapping(
        columns=(*deals_mapping().columns, ColumnMapping("motion", "Type")), headers=(*DEALS_HEADERS, "Type")
    )
    rows = [deal(n, Stage="Won", Closed="2024-02-01", Amount="5") | {"Type": kind} for n, kind in enumerate(kinds)]
    bring(tmp_path, "r1", "2024-03-01", Export(made, rows))
    count = "SELECT count(*) FROM {}"
    assert [ask(tmp_path, count.format(name)).records[0][0] for name in ("opportunity", "renewal")] == [2, 2]


def test_a_scope_keeps_only_the_opportunities_that_are_like_it(tmp_path: Path) -> None:
    rows = [deal(n, Owner=owner) for n, owner in enumerate(("Ada", "Ada", "Bea"))]
    bring(tmp_path, "r1", "2024-03-01", Export(deals_mapping(), rows))
    with Store.open(tmp_path).as_of(None, {"owner": "Ada"}) as facts:
        assert facts.run("SELECT count(*) FROM opportunity") == [(2,)]
        assert facts.notes[0] == "of opportunities, only those with owner = Ada"
    with pytest.raises(UserMistake) as told:
        Store.open(tmp_path).as_of(None, {"ownr": "Ada"})
    assert told.value.diagnostics[0].remedy == "did you mean 'owner'?"
