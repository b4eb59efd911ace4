"""Reference sets that do not tie out, imported like anybody's: what is wrong with them, recomputed from their raw files."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from headway.core.ask import Ask
from headway.core.reading import Reading
from headway.core.reconciliation import Pair, Reconciliation
from headway.project.hall import Project

CENT = Decimal("0.01")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def brought(folder: Path, files: list[Path], day: date, **things: str) -> Project:
    """A project with these exports, loaded by the ordinary importer under whatever it proposes."""
    Project.create(folder, "Reference", "USD", 1)
    project = Project(folder, lambda: datetime(2026, 1, 2, 9, tzinfo=UTC))
    answer = project.import_files(files, Reading(exported_on=day, things=things), lambda _: True)
    assert answer.loaded
    return project


def pair_of(answer: Reconciliation, name: str) -> Pair:
    pair = next(pair for pair in answer.pairs if pair.name == name)
    assert sum((one.amount for one in pair.differences), Decimal(0)) == pair.gap
    return pair


@pytest.fixture(scope="module")
def invoiced(reference_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The set of subscriptions without amounts, their invoices with credit notes, and its schools as accounts of a CRM."""
    folder, made = reference_data / "learnworlds_mrr", tmp_path_factory.mktemp("invoiced")
    schools = (folder / "schools.csv").read_text(encoding="utf-8")
    (made / "accounts.csv").write_text(schools.replace("school_id,school_name", "account_id,account_name"), "utf-8")
    files = [
        made / "accounts.csv",
        *(folder / f"{n}.csv" for n in ("customers", "invoices", "products", "subscriptions")),
    ]
    return brought(made / "p", files, date(2025, 12, 31), **{"accounts.csv": "account"})


def past_their_end(folder: Path) -> tuple[int, Decimal, Decimal]:
    """How many subscriptions were invoiced past the day they are billed until, by how much, and what was credited for it."""
    ends = {
        row["subscription_id"]: date.fromisoformat(row["billed_until_date"])
        for row in rows_of(folder / "subscriptions.csv")
    }
    over, credited = defaultdict[str, Decimal](Decimal), defaultdict[str, Decimal](Decimal)
    for row in rows_of(folder / "invoices.csv"):
        first, last = date.fromisoformat(row["billing_start_date"]), date.fromisoformat(row["billing_end_date"])
        name, amount = row["subscription_id"], Decimal(row["amount_usd"])
        past = (last - max(first - timedelta(days=1), ends[name])).days
        if past > 0:
            side = over if amount > 0 else credited
            side[name] += amount * past / ((last - first).days + 1)
    assert over.keys() == credited.keys()
    return len(over), sum(over.values(), Decimal(0)), sum(credited.values(), Decimal(0))


def test_what_was_invoiced_past_the_end_was_credited_back(invoiced: Project, reference_data: Path) -> None:
    """Every cancelled contract that was billed ahead has a credit note for the rest; after it, nothing is left but days."""
    count, over, credited = past_their_end(reference_data / "learnworlds_mrr")
    assert (count, credited.quantize(CENT)) == (170, Decimal("-121814.75")) and abs(over + credited) < 1
    pair = pair_of(invoiced.facts.reconcile("2023-01..2025-12", None), "service")
    assert f"{count} contracts were invoiced past the end and credited back: {-credited:,.2f}" in pair.words
    assert set(pair.by_class) <= {"timing", "rounding"}
    assert abs(pair.gap) < pair.left_total / 1000


def test_without_its_credit_note_a_contract_is_churn_that_billing_did_not_log(
    invoiced: Project, reference_data: Path, tmp_path: Path
) -> None:
    """Leave the credit notes out, and each of those contracts is found, with what it was invoiced past its end."""
    folder = reference_data / "learnworlds_mrr"
    plain = [row for row in rows_of(folder / "invoices.csv") if Decimal(row["amount_usd"]) > 0]
    with (tmp_path / "invoices.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(plain[0]))
        writer.writeheader()
        writer.writerows(plain)
    files = [tmp_path / "invoices.csv", *(folder / f"{n}.csv" for n in ("customers", "products", "subscriptions"))]
    answer = brought(tmp_path / "p", files, date(2025, 12, 31)).facts.reconcile("2023-01..2025-12", None)
    count, over, _ = past_their_end(folder)
    found = pair_of(answer, "service").only("unlogged_churn", None)
    assert len(found) == count
    assert abs(sum((one.amount for one in found), Decimal(0)) / over - 1) < Decimal("0.001")


def test_names_that_several_schools_bear_are_no_links(invoiced: Project, reference_data: Path) -> None:
    """Customers and schools share no id, and their names are no evidence: every customer is left to be confirmed."""
    folder = reference_data / "learnworlds_mrr"
    schools = Counter(row["school_name"] for row in rows_of(folder / "schools.csv"))
    names = {row["customer_id"]: row["company_name"] for row in rows_of(folder / "customers.csv")}
    answer = invoiced.facts.reconcile("2024", None)
    assert not [one for one in answer.links if one.state == "taken"]
    candidates = Counter(one.customer for one in answer.links if one.state == "candidate")
    assert len(candidates) == len(names) == 292
    assert all(candidates[customer] >= schools[f"{name} School"] for customer, name in names.items())
    alone = next(one for one in answer.unmatched if one.what.startswith("billing ARR"))
    arr = invoiced.facts.measure(Ask("arr", "2024")).rows.total("value")
    assert alone.amount == arr and arr > 0


def test_accounts_flagged_as_churned_are_still_billed(reference_data: Path, tmp_path: Path) -> None:
    """Every account that the CRM says has churned has subscriptions that run; no account without any is a customer."""
    folder = reference_data / "ravenstack"
    files = [folder / "ravenstack_accounts.csv", folder / "ravenstack_subscriptions.csv"]
    project, day = brought(tmp_path / "p", files, date(2025, 1, 5)), "2024-12-31"
    running = defaultdict[str, int](int)
    for row in rows_of(files[1]):
        if row["start_date"] <= day and not row["end_date"]:
            running[row["account_id"]] += int(row["arr_amount"])
    flagged = {row["account_id"] for row in rows_of(files[0]) if row["churn_flag"] == "True"}
    assert len(flagged) == 110 and all(running[account] for account in flagged)
    pair = pair_of(project.facts.reconcile("2024", None), "customers")
    found = pair.only("unlogged_churn", None)
    assert {record.record for one in found for record in one.records} == flagged
    # A subscription that ends on the last day still runs on its eve: the export writes the day after.
    assert pair.gap == sum(running[account] for account in flagged)
    assert pair.right_total == sum(running.values())
    assert (pair.n_left, pair.n_right) == (390, 500)


def test_subscription_periods_alone_have_nothing_to_tie_to(reference_data: Path, tmp_path: Path) -> None:
    answer = brought(tmp_path / "p", [reference_data / "mrr_playbook" / "subscription_periods.csv"], date(2020, 3, 31))
    found = answer.facts.reconcile("2019", None)
    assert found.pairs == ()
    assert any("no CRM export" in note for note in found.notes)
