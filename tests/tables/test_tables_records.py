"""Further things: kept like accounts, known from their own dates on, and joined by keys that can be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tables_world import Export, ask, bring, connector, content, deal, deals_mapping, mapping

from headway.core.mapping import Thing
from headway.core.things import RECORDS
from headway.tables import Store, rebuild

SUBSCRIPTION = {
    **{"id": "ID", "customer_id": "Customer", "status": "Status", "start_date": "Start"},
    **{"cancel_at": "Cancel", "canceled_at": "Notice", "ended_at": "End", "cancel_reason": "Reason"},
}


def export(thing: Thing, fields: Mapping[str, str], *rows: Mapping[str, str], **changes: Any) -> Export:
    headers = list(fields.values())
    dates = dict.fromkeys((c for f, c in fields.items() if RECORDS[thing].fields[f].kind == "date"), "%Y-%m-%d")
    made = mapping(f"{thing}s", thing, fields, dates=dates, **changes)
    return Export(made, [dict.fromkeys(headers, "") | dict(row) for row in rows], headers=headers)


def subscription(**cells: str) -> Export:
    row = {"ID": "S1", "Customer": "C1", "Status": "active", "Start": "2024-01-10"} | cells
    return export("subscription", SUBSCRIPTION, row)


ENDED = {"Status": "canceled", "Notice": "2024-03-01", "Cancel": "2024-03-31", "End": "2024-03-31", "Reason": "price"}


def state(folder: Path, day: str) -> tuple[Any, ...] | None:
    columns = "status, cancel_at, canceled_at, ended_at, cancel_reason, reconstructed"
    rows = ask(folder, f"SELECT {columns} FROM subscription", date.fromisoformat(day)).records
    return rows[0] if rows else None


def test_a_record_is_known_from_its_own_date_on(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-05-01", subscription())
    assert state(tmp_path, "2024-01-09") is None
    assert state(tmp_path, "2024-01-10") == ("active", None, None, None, None, True)
    assert state(tmp_path, "2024-05-01") == ("active", None, None, None, None, False)


def test_what_ended_later_is_not_known_to_end(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-05-01", subscription(**ENDED))
    notice, end = date(2024, 3, 1), date(2024, 3, 31)
    assert state(tmp_path, "2024-02-29") == ("active", None, None, None, None, True)
    assert state(tmp_path, "2024-03-01") == ("canceled", end, notice, None, "price", True)
    assert state(tmp_path, "2024-03-31") == ("canceled", end, notice, end, "price", True)


def test_what_a_later_load_dates_back_counts_from_its_day_on(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-02-15", subscription())
    bring(tmp_path, "r2", "2024-05-01", subscription(**ENDED))
    assert state(tmp_path, "2024-02-20") == ("active", None, None, None, None, False)
    assert state(tmp_path, "2024-03-05") == ("canceled", date(2024, 3, 31), date(2024, 3, 1), None, "price", True)


def test_an_end_in_the_future_that_a_load_shows_is_known(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-03-10", subscription(**(ENDED | {"End": ""})))
    assert state(tmp_path, "2024-03-15") == ("canceled", date(2024, 3, 31), date(2024, 3, 1), None, "price", False)


def test_a_record_gone_from_a_full_export_is_gone(tmp_path: Path) -> None:
    two = export("subscription", SUBSCRIPTION, {"ID": "S1", "Start": "2024-01-10"}, {"ID": "S2", "Start": "2024-01-11"})
    one = export("subscription", SUBSCRIPTION, {"ID": "S1", "Start": "2024-01-10"})
    bring(tmp_path, "r1", "2024-02-01", two)
    bring(tmp_path, "r2", "2024-03-01", one)
    seen = {
        d: ask(tmp_path, "SELECT source_id FROM subscription", d).column("source_id") for d in (date(2024, 2, 9), None)
    }
    assert [len(ids) for ids in seen.values()] == [2, 1]


def test_a_line_is_known_with_its_invoice(tmp_path: Path) -> None:
    invoices = export("invoice", {"id": "ID", "created_date": "Created"}, {"ID": "I1", "Created": "2024-02-01"})
    fields = {"id": "Line", "invoice_id": "Invoice", "amount": "Amount", "period_start": "From"}
    lines = export("invoice_line", fields, {"Line": "L1", "Invoice": "I1", "Amount": "-12.5", "From": "2024-03-01"})
    bring(tmp_path, "r1", "2024-05-01", invoices, lines)
    assert len(ask(tmp_path, "FROM invoice_line", date(2024, 1, 31))) == 0
    known = ask(tmp_path, "SELECT amount FROM invoice_line", date(2024, 2, 1))
    assert known.records == ((Decimal("-12.5000"),),)


def test_quantities_and_rates_are_exact_and_unreadable_ones_are_listed(tmp_path: Path) -> None:
    fields = {"date": "Day", "currency": "Code", "rate": "Rate"}
    rows = [("2024-01-31", "JPY", "0.0061234567"), ("2024-01-31", "GBP", "1,150.25"), ("2024-01-31", "CHF", "about 1")]
    made = [dict(zip(("Day", "Code", "Rate"), row, strict=True)) for row in rows]
    rates = Export(
        mapping("rates", "fx_rate", fields | {"name": "Code"}, dates={"Day": "%Y-%m-%d"}),
        made,
        headers=["Day", "Code", "Rate"],
    )
    bring(tmp_path, "r1", "2024-02-01", rates)
    kept = ask(tmp_path, "SELECT currency, rate FROM fx_rate ORDER BY 1").records
    assert kept == (("GBP", Decimal("1150.25")), ("JPY", Decimal("0.0061234567")))
    assert Store.open(tmp_path).rejected().column("reason") == ("'Rate' holds 'about 1', which is no number",)


def test_links_name_their_method_and_what_was_not_found(tmp_path: Path) -> None:
    accounts = Export(
        mapping("companies", "account", {"id": "ID", "name": "Name", "domain": "Domain"}),
        [{"ID": f"A{n}", "Name": name, "Domain": domain} for n, (name, domain) in enumerate(
            [("Nord", "nord.example"), ("Sued", "https://www.sued.example/start"), ("Ost", ""), ("Twin", ""), ("Twin", "")]
        )],
        headers=["ID", "Name", "Domain"],
    )  # fmt: skip
    fields = {"id": "ID", "name": "Name", "email_domain": "Mail", "account_id": "CRM"}
    names = [("C0", "x", "", "A0"), ("C1", "x", "sued.example", ""), ("C2", "OST", "", ""), ("C3", "Twin", "", "")]
    customers = export("customer", fields, *(dict(zip(fields.values(), row, strict=True)) for row in names))
    bring(tmp_path, "r1", "2024-02-01", accounts, customers)
    links = ask(
        tmp_path,
        "SELECT c.source_id, a.source_id, l.method FROM entity_link l JOIN customer c ON c.id = l.a_id "
        "LEFT JOIN base_account a ON a.id = l.b_id WHERE l.a_thing = 'customer' AND l.b_thing = 'account' ORDER BY 1",
    )
    assert links.records == (("C0", "A0", "id"), ("C1", "A1", "domain"), ("C2", "A2", "name"), ("C3", None, "none"))


def test_a_lead_is_joined_to_its_deal_from_either_side(tmp_path: Path) -> None:
    leads = export(
        "lead", {"id": "ID", "opportunity_id": "Deal"}, {"ID": "L1", "Deal": "D1"}, {"ID": "L2"}, {"ID": "L3"}
    )
    with_lead = deals_mapping()
    columns = (*with_lead.columns, mapping("x", "lead", {"id": "L", "lead_id": "Lead"}).columns[1])
    deals = Export(deals_mapping(columns=columns), [deal(1), {**deal(2), "Lead": "L2"}], headers=[*deal(1), "Lead"])
    bring(tmp_path, "r1", "2024-02-01", deals, leads)
    sql = (
        "SELECT l.source_id, o.name, k.method FROM entity_link k JOIN lead l ON l.id = k.a_id "
        "LEFT JOIN opportunity o ON o.id = k.b_id WHERE k.a_thing = 'lead' AND k.b_thing = 'opportunity' ORDER BY 1"
    )
    assert ask(tmp_path, sql).records == (("L1", "Deal 1", "id"), ("L2", "Deal 2", "lead_id"))


def test_a_deal_that_was_not_there_yet_is_not_pointed_at(tmp_path: Path) -> None:
    fields = {"id": "ID", "created_at": "Created", "opportunity_id": "Deal"}
    rows = ({"ID": "L1", "Created": "2024-01-01", "Deal": "D1"}, {"ID": "L2", "Created": "2024-01-01", "Deal": "D9"})
    deals = Export(deals_mapping(), [deal(1)])  # created on 10 January; D9 is in no export
    bring(tmp_path, "r1", "2024-02-01", deals, export("lead", fields, *rows))
    sql = "SELECT source_id, opportunity_id FROM lead ORDER BY 1"
    assert ask(tmp_path, sql, date(2024, 1, 9)).records == (("L1", None), ("L2", "D9"))
    assert ask(tmp_path, sql, date(2024, 1, 10)).records == (("L1", "D1"), ("L2", "D9"))
    assert ask(tmp_path, sql).records == (("L1", "D1"), ("L2", "D9"))


def test_things_never_loaded_are_empty_and_moments_have_days(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-02-01", Export(deals_mapping(), [deal(1)]))
    with Store.open(tmp_path).as_of() as facts:
        for thing in (*RECORDS, "entity_link"):
            assert facts.run(f"FROM {thing}") == []
        assert facts.schema("lead")["created_date"] == "DATE"


def test_building_again_gives_the_same_records(tmp_path: Path) -> None:
    bring(tmp_path, "r1", "2024-02-15", subscription())
    bring(tmp_path, "r2", "2024-05-01", subscription(**ENDED))
    before = content(tmp_path)["subscription_version"]
    rebuild(tmp_path, [connector(subscription().mapping)], "again")
    assert content(tmp_path)["subscription_version"] == before


DAYS = st.dates(date(2024, 1, 1), date(2024, 6, 30))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=DAYS,
    notice=DAYS,
    after=st.integers(0, 90),
    asked=DAYS,
    loads=st.lists(DAYS, min_size=1, max_size=2, unique=True),
)
def test_no_day_shows_what_came_after_it(
    tmp_path_factory: pytest.TempPathFactory, start: date, notice: date, after: int, asked: date, loads: list[date]
) -> None:
    folder = tmp_path_factory.mktemp("story")
    end = notice + timedelta(days=after)
    for number, day in enumerate(sorted(loads)):
        told = {"Notice": str(notice), "Status": "canceled"} if notice <= day else {}
        told |= {"End": str(end)} if end <= day else {}
        bring(folder, f"r{number}", str(day), subscription(Start=str(start), **told))
    found = state(folder, str(asked))
    shown = [day for day in sorted(loads) if day <= asked]
    assert (found is None) == (asked < start and not shown)
    if found:
        assert found[2] is None or found[2] <= asked
        assert found[3] is None or found[3] <= asked
        assert (found[0] == "canceled") == (notice <= asked and notice <= max(loads))
