"""`headway reconcile` as it is typed: the strip, the classes, the records, links confirmed in text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shipped import run

EXPORTS = {
    "companies.csv": (
        "Record ID,Company name,Company Domain Name,Industry,Create Date\n"
        "A1,Nord,nord.example,Tools,2023-01-01\nA2,Sued,sued.example,Tools,2023-01-01\n"
        "A3,West Tools,west.example,Tools,2023-01-01\n"
    ),
    "deals.csv": (
        "Record ID,Deal Name,Deal Stage,Amount,Currency,Close Date,Create Date,Associated Company IDs,Deal Type\n"
        "D1,Nord - seats,Closed Won,1000.00,EUR,2026-05-04,2026-03-01,A1,New Business\n"
        "D2,Sued - seats,Closed Won,2000.00,EUR,2026-04-04,2026-03-01,A2,New Business\n"
        "D3,West - seats,Closed Won,3000.00,EUR,2026-04-20,2026-03-01,A3,New Business\n"
        "D4,West - more,Closed Lost,500.00,EUR,2026-06-20,2026-03-01,A3,New Business\n"
    ),
    "customers.csv": (
        "id,name,email_domain,currency,created,metadata_hubspot_company_id\n"
        "cus_1,Nord,nord.example,EUR,2026-05-05,A1\ncus_2,Weest Tools,,EUR,2026-04-21,\n"
    ),
    "subscription_items.csv": (
        "id,customer_id,product,price,quantity,unit_amount,currency,interval,interval_count,valid_from,valid_to\n"
        "si_1,cus_1,Basic,price_1,10,110.00,EUR,year,1,2026-05-05,\n"
        "si_2,cus_2,Basic,price_1,30,100.00,EUR,year,1,2026-04-21,\n"
    ),
}


@pytest.fixture(scope="module")
def billed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company with a deal that was never billed, one billed at another amount, one whose link waits."""
    folder = tmp_path_factory.mktemp("billed")
    for name, text in EXPORTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    acme = folder / "acme"
    files = [str(folder / name) for name in EXPORTS]
    for words in (
        ("init", str(acme), "--currency", "EUR"),
        ("-C", str(acme), "import", *files, "--yes", "--exported-on", "2026-06-30"),
    ):
        done = run(*words)
        assert done.returncode == 0, done.stderr
    return acme


def asked(acme: Path, *words: str) -> dict[str, object]:
    done = run("-C", str(acme), "reconcile", *words, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def classes(answer: dict[str, object]) -> dict[str, str]:
    found = answer["classes"]
    assert isinstance(found, list)
    return {row["class"]: str(row["amount"]) for row in found if row["pair"] == "won"}


def test_the_strip_the_classes_and_what_is_unmatched(billed: Path) -> None:
    done = run("-C", str(billed), "reconcile", "--period", "2026-Q2")
    assert done.returncode == 0, done.stderr
    words = " ".join(done.stdout.split())
    assert "won CRM won billing ARR added 6,000.00 4,100.00 -1,900.00" in words
    assert "missing_subscription -2,000.00 1 Sued (-2,000.00) won in the CRM, never billed" in words
    assert "billing ARR of customers linked to no account 3,000.00 1 Weest Tools (3,000.00)" in words
    assert "no invoice lines" in done.stderr and "1 candidate to confirm or refuse" in done.stderr


def test_one_class_lists_the_records_on_both_sides(billed: Path) -> None:
    done = run("-C", str(billed), "reconcile", "--period", "2026-Q2", "--class", "amount")
    assert "deal D1 2026-05-04: 1,000.00" in done.stdout and "new cus_1 2026-05-05: 1,100.00" in done.stdout
    assert "1 difference, 100.00 in all" in done.stderr
    named = asked(billed, "--period", "2026-Q2", "--account", "sued")["differences"]
    assert isinstance(named, list)
    assert [row["class"] for row in named] == ["missing_subscription"]


def test_a_link_that_waits_is_confirmed_in_text(billed: Path) -> None:
    before = asked(billed, "--period", "2026-Q2")
    assert float(classes(before)["unlinked"]) == 0  # won on one side, billed on the other
    listed = run("-C", str(billed), "reconcile", "links", "--state", "candidate")
    assert "Weest Tools" in listed.stdout and "near_name" in listed.stdout
    assert "cus_2:\n    accounts: [A3]" in listed.stderr
    (billed / "links").mkdir()
    (billed / "links" / "accounts.yaml").write_text(
        "cus_2:\n  accounts: [A3]\n  by: Finance\n  reason: spelt wrongly in billing\n", encoding="utf-8"
    )
    after = asked(billed, "--period", "2026-Q2")
    assert classes(after).keys() == {"missing_subscription", "amount"}
    rows = asked(billed, "links")["rows"]
    assert isinstance(rows, list)
    found = {(row["customer"], row["account"], row["state"]) for row in rows}
    assert found == {("cus_1", "A1", "taken"), ("cus_2", "A3", "confirmed"), ("", "A2", "none")}
    shown = run("-C", str(billed), "metrics", "show", "arr", "--by", "account", "--json")
    accounts = {row["dimensions"]["account"] for row in json.loads(shown.stdout)["rows"]}
    assert accounts == {"Nord", "West Tools"}


def test_a_mistake_in_links_stops_with_its_place(billed: Path, tmp_path: Path) -> None:
    other = tmp_path / "acme"
    assert run("init", str(other)).returncode == 0
    (other / "links").mkdir()
    (other / "links" / "x.yaml").write_text("cus_2: {accounts: [A3]}\n", encoding="utf-8")
    done = run("-C", str(other), "reconcile")
    assert done.returncode == 3 and "links/x.yaml:1:1" in done.stderr
