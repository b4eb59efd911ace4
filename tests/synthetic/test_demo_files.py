"""The demo company's files: the columns others read, the same bytes for ever, and references that lead somewhere."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from conftest import Demo

from headway.connectors.synthetic.__main__ import write
from headway.connectors.synthetic.demo import DEMO, TODAY, demo_exports, make

DIGEST = "82da931edf29d89fdd7519bae6f99669cd0cf531c445d221c35c18c681eafa4d"
"""Of demo@1. A change here is a new version of the company, not a correction."""

COLUMNS = {
    "deals.csv": "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Currency,Close Date,Create Date,Deal owner,"
    "Associated Company,Associated Company IDs,Original Source,Deal Type,Product,Closed Lost Reason,"
    "Forecast category,Next step,Last Activity Date",
    "deal-history.csv": "Record ID,Deal Stage,Amount,Close Date,Forecast category,Changed At",
    "companies.csv": "Record ID,Company name,Company Domain Name,Company owner,Industry,Number of Employees,Segment,"
    "Country/Region,Create Date",
    "contacts.csv": "Record ID,Associated Company IDs,Contact owner,Lifecycle Stage,Lead Status,Original Source,"
    "Create Date,Became MQL Date,Became SQL Date,Accepted Date,Rejected Date,Rejection Reason,Associated Deal IDs",
    "meetings.csv": "Activity ID,Activity type,Activity date,Meeting outcome,Activity assigned to,"
    "Associated Contact IDs,Associated Deal IDs,Original Source",
    "owners.csv": "Owner ID,Owner,Role,Team,Region,Start Date,End Date",
    "touches.csv": "Date,Source,Kind,Campaign,Contact ID,Count",
    "products.csv": "Product ID,Product name,Unit price,Currency",
    "customers.csv": "id,name,email_domain,currency,created,metadata_hubspot_company_id",
    "subscriptions.csv": "id,customer,status,start_date,current_term_start,current_term_end,cancel_at,canceled_at,"
    "ended_at,cancel_reason",
    "subscription_items.csv": "id,subscription,product,price,quantity,unit_amount,currency,interval,interval_count,"
    "discount_percent,valid_from,valid_to",
    "invoices.csv": "id,customer,subscription,number,created,due_date,status,currency,total",
    "invoice_lines.csv": "id,invoice,subscription_item,description,amount,currency,period_start,period_end,proration,"
    "recurring",
    "spend.csv": "Date,Account Code,Account Name,Category,Vendor,Channel,Segment,Amount,Currency",
    "ledger.csv": "Date,Account Code,Account Name,Kind,Amount,Currency,Customer",
    "people.csv": "Employee,Role,Team,Manager,Start Date,End Date,FTE,Annual Cost,Currency,Quota Carrying,Ramp Profile",
    "onboarding.csv": "Customer,Deal ID,Started,Due,First Value Date,Status,Team",
    "fx_rates.csv": "Date,Currency,Rate",
}

REFERENCES = (
    ("deals.csv", "Associated Company IDs", "companies.csv", "Record ID"),
    ("deals.csv", "Deal owner", "owners.csv", "Owner"),
    ("deal-history.csv", "Record ID", "deals.csv", "Record ID"),
    ("companies.csv", "Company owner", "owners.csv", "Owner"),
    ("contacts.csv", "Associated Company IDs", "companies.csv", "Record ID"),
    ("contacts.csv", "Associated Deal IDs", "deals.csv", "Record ID"),
    ("contacts.csv", "Contact owner", "owners.csv", "Owner"),
    ("meetings.csv", "Associated Contact IDs", "contacts.csv", "Record ID"),
    ("meetings.csv", "Associated Deal IDs", "deals.csv", "Record ID"),
    ("touches.csv", "Contact ID", "contacts.csv", "Record ID"),
    ("customers.csv", "metadata_hubspot_company_id", "companies.csv", "Record ID"),
    ("subscriptions.csv", "customer", "customers.csv", "id"),
    ("subscription_items.csv", "subscription", "subscriptions.csv", "id"),
    ("subscription_items.csv", "product", "products.csv", "Product name"),
    ("invoices.csv", "subscription", "subscriptions.csv", "id"),
    ("invoices.csv", "customer", "customers.csv", "id"),
    ("invoice_lines.csv", "invoice", "invoices.csv", "id"),
    ("invoice_lines.csv", "subscription_item", "subscription_items.csv", "id"),
    ("ledger.csv", "Customer", "customers.csv", "id"),
    ("onboarding.csv", "Customer", "customers.csv", "id"),
    ("onboarding.csv", "Deal ID", "deals.csv", "Record ID"),
    ("owners.csv", "Owner", "people.csv", "Employee"),
)

KEYS = {
    **dict.fromkeys(("deals.csv", "companies.csv", "contacts.csv"), "Record ID"),
    **dict.fromkeys(
        ("customers.csv", "subscriptions.csv", "subscription_items.csv", "invoices.csv", "invoice_lines.csv"), "id"
    ),
    "meetings.csv": "Activity ID",
    "owners.csv": "Owner",
    "people.csv": "Employee",
}


def test_every_file_has_its_columns(demo: Demo) -> None:
    headers = {name: text.split("\n", 1)[0] for name, text in demo.made.exports.items()}
    assert headers == COLUMNS


def test_the_bytes_are_those_of_the_version(demo: Demo, tmp_path: Path) -> None:
    write(tmp_path, demo.made.exports)
    digest = hashlib.sha256()
    for file in sorted(tmp_path.iterdir()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    assert digest.hexdigest() == DIGEST


def test_a_second_making_is_the_same(demo: Demo) -> None:
    assert demo_exports() == demo.made.exports


@pytest.mark.parametrize("seed", [1, 2])
def test_another_seed_is_another_company_that_holds_together(demo: Demo, seed: int) -> None:
    short = replace(DEMO, seed=seed, warm_up=date(2025, 11, 3), first_day=date(2026, 1, 5))
    files = make(short).exports
    assert files.keys() == demo.made.exports.keys()
    assert files["deals.csv"] != demo.made.exports["deals.csv"]
    other = {name: list(csv.DictReader(io.StringIO(text))) for name, text in files.items()}
    for file, column, target, key in REFERENCES:
        assert {row[column] for row in other[file]} - {""} <= {row[key] for row in other[target]}, (file, column)
    for file, key in KEYS.items():
        assert len({row[key] for row in other[file]}) == len(other[file]), file


def test_it_is_small_and_quick(demo: Demo) -> None:
    assert sum(len(text.encode()) for text in demo.made.exports.values()) < 12_000_000
    assert demo.seconds < 12, "processor seconds; two to four on a quiet machine"


@pytest.mark.parametrize(("file", "column", "other", "key"), REFERENCES)
def test_references_lead_somewhere(demo: Demo, file: str, column: str, other: str, key: str) -> None:
    named = {row[column] for row in demo.rows(file)} - {""}
    assert named
    assert named <= {row[key] for row in demo.rows(other)}


@pytest.mark.parametrize(("file", "key"), KEYS.items())
def test_keys_are_unique(demo: Demo, file: str, key: str) -> None:
    keys = [row[key] for row in demo.rows(file)]
    assert len(set(keys)) == len(keys)


def test_the_size_of_the_business(demo: Demo) -> None:
    assert 4_000 <= len(demo.rows("deals.csv")) <= 6_000
    assert 20_000 <= len(demo.rows("contacts.csv")) <= 40_000
    active = {row["customer"] for row in demo.rows("subscriptions.csv") if row["status"] == "active"}
    assert 400 <= len(active) <= 800
    sellers = [p for p in demo.rows("people.csv") if p["Quota Carrying"] == "yes" and not p["End Date"]]
    assert 12 <= len(sellers) <= 15


def test_people_are_roles_and_numbers(demo: Demo) -> None:
    """No name, address or e-mail of anybody: a role, perhaps a region, and a number."""
    roles = {row["Role"] for row in demo.rows("people.csv")}
    regions = "North|Central|UK & Ireland|Benelux|West"
    for row in demo.rows("people.csv"):
        rest = row["Employee"].removeprefix(row["Role"])
        assert re.fullmatch(rf"( ({regions}))?( \d+)?", rest), row["Employee"]
        assert row["Role"] in roles
    assert not any("@" in text for text in demo.made.exports.values())
    assert all(row["email_domain"].endswith(".example") for row in demo.rows("customers.csv"))


def test_nothing_happened_after_today(demo: Demo) -> None:
    for file, column in (
        ("deals.csv", "Create Date"),
        ("deal-history.csv", "Changed At"),
        ("contacts.csv", "Create Date"),
        ("contacts.csv", "Accepted Date"),
        ("invoices.csv", "created"),
        ("subscription_items.csv", "valid_from"),
        ("touches.csv", "Date"),
        ("spend.csv", "Date"),
        ("onboarding.csv", "First Value Date"),
        ("fx_rates.csv", "Date"),
    ):
        latest = max(row[column] for row in demo.rows(file))[:10]
        assert date.fromisoformat(latest) <= TODAY, file
    ahead = [row for row in demo.rows("meetings.csv") if row["Activity date"][:10] > TODAY.isoformat()]
    assert ahead and {row["Meeting outcome"] for row in ahead} == {"Scheduled"}


def test_the_last_change_of_a_deal_is_how_it_stands(demo: Demo) -> None:
    last = {row["Record ID"]: row for row in demo.rows("deal-history.csv")}
    for deal in demo.rows("deals.csv"):
        for column in ("Deal Stage", "Amount", "Close Date", "Forecast category"):
            assert last[deal["Record ID"]][column] == deal[column]


def test_the_history_of_a_deal_runs_forward(demo: Demo) -> None:
    moments: dict[str, list[str]] = {}
    for row in demo.rows("deal-history.csv"):
        moments.setdefault(row["Record ID"], []).append(row["Changed At"])
    created = {row["Record ID"]: row["Create Date"] for row in demo.rows("deals.csv")}
    assert all(sorted(each) == each for each in moments.values())
    assert {number: each[0] for number, each in moments.items()} == created


def test_leads_go_forward(demo: Demo) -> None:
    steps = ("Create Date", "Became MQL Date", "Became SQL Date", "Accepted Date")
    for row in demo.rows("contacts.csv"):
        reached = [row[step][:10] for step in steps]
        filled = [day for day in reached if day]
        assert filled == sorted(filled) and reached == filled + [""] * (4 - len(filled))
        assert not (row["Accepted Date"] and row["Rejected Date"])
        assert bool(row["Rejected Date"]) == bool(row["Rejection Reason"])
        assert not row["Associated Deal IDs"] or row["Accepted Date"]
