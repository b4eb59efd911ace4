"""Exports beyond deals: each is recognised by its columns, read by its values, and joined by its keys."""

from __future__ import annotations

from pathlib import Path

from inlet import Inlet, Write, codes, columns, mapping_of

from headway.connectors.files import Choices
from headway.connectors.files.vocabulary import ALIASES, SIGNS
from headway.core.mapping import FIELDS
from headway.core.things import RECORDS

EXPORTS = {
    "companies.csv": (
        "account",
        "Record ID,Company name,Company Domain Name,Company owner,Industry,Number of Employees,Segment,Create Date\n"
        "201,Northwind,northwind.example,AE North 1,Retail,50,small,2025-01-01\n"
        "202,Southwind,southwind.example,AE North 2,Energy,5000,large,2025-02-01\n",
    ),
    "contacts.csv": (
        "lead",
        "Record ID,Associated Company IDs,Contact owner,Lifecycle Stage,Lead Status,Original Source,Create Date,"
        "Became MQL Date,Became SQL Date,Accepted Date,Rejected Date,Rejection Reason,Associated Deal IDs\n"
        "301,201,SDR 1,opportunity,Qualified,Inbound,2025-12-01,2025-12-05,2025-12-20,2025-12-06,,,101;102\n"
        "303,202,SDR 2,marketingqualifiedlead,Rejected,Outbound,2026-01-02,2026-01-04,,,2026-01-08,Too small,\n",
    ),
    "meetings.csv": (
        "activity",
        "Activity ID,Activity type,Activity date,Meeting outcome,Activity assigned to,Associated Contact IDs,"
        "Associated Deal IDs,Original Source\n"
        "401,Meeting,2025-12-15 10:00,COMPLETED,SDR 1,301,101,Inbound\n402,Meeting,2026-03-15 10:00,NO_SHOW,SDR 2,303,,\n",
    ),
    "touches.csv": (
        "touch",
        "Date,Source,Kind,Campaign,Contact ID,Count\n2026-01-01,Paid,visit,Spring,,120\n2026-01-01,Paid,form,Spring,301,1\n",
    ),
    "customers.csv": (
        "customer",
        "id,name,email_domain,currency,created,metadata_hubspot_company_id\n"
        "cus_1,Northwind,northwind.example,EUR,2026-03-02,201\ncus_2,Southwind,southwind.example,GBP,2026-01-02,\n",
    ),
    "subscriptions.csv": (
        "subscription",
        "id,customer,status,start_date,current_term_start,current_term_end,cancel_at,canceled_at,ended_at,cancel_reason\n"
        "sub_1,cus_1,active,2026-03-02,2026-03-02,2027-03-01,,,,\n"
        "sub_2,cus_2,canceled,2026-01-02,2026-01-02,2027-01-01,2026-09-30,2026-08-01,2026-09-30,price\n",
    ),
    "subscription_items.csv": (
        "subscription_item",
        "id,subscription,product,price,quantity,unit_amount,currency,interval,interval_count,discount_percent,valid_from,"
        "valid_to\n"
        "si_1,sub_1,prod_1,price_1,10,50.00,EUR,month,1,12.5,2026-03-02,2026-06-01\n"
        "si_3,sub_2,prod_2,price_2,5,1080.00,GBP,year,1,,2026-01-02,\n",
    ),
    "invoices.csv": (
        "invoice",
        "id,customer,subscription,number,created,due_date,status,currency,total\n"
        "in_1,cus_1,sub_1,A-1,2026-03-02,2026-04-01,paid,EUR,450.00\n"
        "in_3,cus_2,sub_2,A-3,2026-09-30,2026-09-30,paid,GBP,-1350.00\n",
    ),
    "invoice_lines.csv": (
        "invoice_line",
        "id,invoice,subscription_item,description,amount,currency,period_start,period_end,proration,recurring\n"
        "il_1,in_1,si_1,Seats,450.00,EUR,2026-03-02,2026-04-01,false,true\n"
        "il_3,in_3,si_3,Credit,-1350.00,GBP,2026-10-01,2027-01-01,true,true\n",
    ),
    "spend.csv": (
        "spend_line",
        "Date,Account Code,Account Name,Category,Vendor,Channel,Segment,Amount,Currency\n"
        "2026-01-31,6100,Ads,program,AdCo,Paid,small,1000.00,EUR\n2026-02-28,6200,Events,program,Fairs,Event,,25.00,EUR\n",
    ),
    "ledger.csv": (
        "ledger_line",
        "Date,Account Code,Account Name,Kind,Amount,Currency,Customer\n"
        "2026-03-31,4000,Subscriptions,revenue,450.00,EUR,cus_1\n2026-03-31,5000,Hosting,cost,100.00,EUR,\n",
    ),
    "people.csv": (
        "employee_position",
        "Employee,Role,Team,Manager,Start Date,End Date,FTE,Annual Cost,Currency,Quota Carrying,Ramp Profile\n"
        "AE North 1,AE,North,Head of Sales,2024-01-01,,1.0,120000.00,EUR,yes,six months\n"
        "SDR 1,SDR,North,Head of Sales,2024-01-01,2026-05-01,0.8,60000.00,EUR,no,\n",
    ),
    "onboarding.csv": (
        "onboarding",
        "Customer,Deal ID,Started,Due,First Value Date,Status,Team\n"
        "cus_1,101,2026-03-05,2026-04-05,2026-04-01,done,CS North\ncus_2,102,2026-01-05,2026-02-05,,late,CS North\n",
    ),
    "quotas.csv": (
        "quota",
        "Quota Owner,Period Start Date,Quota Amount,Currency,In Force From\n"
        "AE North 1,2026-01-01,50000.00,EUR,2026-01-01\nAE North 1,2026-04-01,60000.00,EUR,2026-03-15\n",
    ),
    "forecasts.csv": (
        "forecast",
        "Snapshot Date,Owner,Period,Forecast Category,Amount,Low,High\n"
        "2026-01-05,AE North 1,2026-Q1,Commit,45000.00,40000.00,52000.00\n",
    ),
    "fx_rates.csv": ("fx_rate", "Date,Currency,Rate\n2026-01-15,GBP,1.1523\n2026-01-31,GBP,1.16\n"),
}


def test_every_declared_thing_has_fields_spellings_and_signs() -> None:
    for thing, record in RECORDS.items():
        further = {*record.fields, "is_deleted"}
        assert set(FIELDS[thing]) == further and ALIASES[thing].keys() == further
        assert SIGNS[thing] == record.signs
        named = {name for group in record.needs for name in group} | {*record.dated.fields, *record.key}
        named |= {own for link in record.links for own, _ in link.by}
        assert named <= {*record.fields, "id"}, thing
        for field in record.fields.values():
            assert all(record.fields[name].kind in ("date", "moment") for name in field.told_by), thing
        assert record.dated.through is None or record.dated.through in {link.to for link in record.links}


def test_one_import_of_all_exports_tells_each_thing(inlet: Inlet, write: Write) -> None:
    proposal = inlet.propose(*(write(name, text) for name, (_, text) in EXPORTS.items()))
    assert proposal.possible
    things = {f"{mapping.name}.csv": mapping.thing for mapping in proposal.connector.files}
    assert things == {name: thing for name, (thing, _) in EXPORTS.items()}
    assert not [question for question in proposal.questions if question.subject == "file"]
    assert "no-opportunities" not in codes(proposal) and "negative-amounts" not in codes(proposal)


def test_what_the_columns_of_billing_exports_mean(inlet: Inlet, write: Write) -> None:
    proposal = inlet.propose(*(write(name, text) for name, (_, text) in EXPORTS.items()))
    item = mapping_of(proposal, "subscription_item")
    assert columns(item) == {
        **{"id": "id", "subscription_id": "subscription", "product_id": "product", "price_id": "price"},
        **{"quantity": "quantity", "unit_amount": "unit_amount", "currency": "currency", "interval": "interval"},
        **{"interval_count": "interval_count", "discount_percent": "discount_percent"},
        **{"valid_from": "valid_from", "valid_to": "valid_to"},
    }
    assert columns(mapping_of(proposal, "customer"))["account_id"] == "metadata_hubspot_company_id"
    assert columns(mapping_of(proposal, "invoice_line"))["invoice_id"] == "invoice"
    lead = mapping_of(proposal, "lead")
    assert columns(lead)["opportunity_id"] == "Associated Deal IDs"
    assert lead.column("opportunity_id").format == "first"  # type: ignore[union-attr]
    assert mapping_of(proposal, "activity").dates == {"Activity date": "%Y-%m-%d %H:%M"}


def test_references_are_shown_with_how_many_values_are_found(inlet: Inlet, write: Write) -> None:
    proposal = inlet.propose(*(write(name, text) for name, (_, text) in EXPORTS.items()))
    said = {(row["file"], row["subject"]): row["evidence"] for row in proposal.evidence}
    assert said["customers.csv", "account_id"] == "1 of 1 values are ids in companies.csv"
    assert said["subscription_items.csv", "subscription_id"] == "2 of 2 values are ids in subscriptions.csv"
    assert said["onboarding.csv", "customer_id"] == "2 of 2 values are ids in customers.csv"
    assert columns(mapping_of(proposal, "onboarding"))["customer_id"] == "Customer"


def test_lines_without_ids_are_told_apart_by_what_is_declared(inlet: Inlet, write: Write) -> None:
    twice = EXPORTS["spend.csv"][1] + EXPORTS["spend.csv"][1].splitlines()[1] + "\n"
    found = mapping_of(proposal := inlet.propose(write("spend.csv", twice)), "spend_line")
    assert found.made_key
    assert found.key == ("Date", "Account Code", "Account Name", "Category", "Vendor", "Channel", "Segment")
    said = {row["subject"]: str(row["evidence"]) for row in proposal.evidence}
    assert "2 of 3 rows apart" in said["key"] and "made-key" not in codes(proposal)


def test_quotas_as_other_systems_write_them(inlet: Inlet, write: Write) -> None:
    load = "User ID,Forecast Type ID,Quota Amount,Currency Code,Period Start Date\n0051,0Db1,10000,EUR,2026-01-01\n"
    found = mapping_of(inlet.propose(write("load.csv", load)), "quota")
    assert columns(found) == {
        **{"owner_id": "User ID", "start_date": "Period Start Date", "amount": "Quota Amount"},
        **{"currency": "Currency Code", "kind": "Forecast Type ID"},
    }
    goals = "Owner email,Start,End,Target\nae.1@acme.example,2026-01-01,2026-01-31,1000\n"
    found = mapping_of(inlet.propose(write("goals.csv", goals)), "quota")
    assert columns(found) == {"owner": "Owner email", "start_date": "Start", "end_date": "End", "amount": "Target"}


def test_a_file_is_taken_for_what_the_user_says(inlet: Inlet, write: Write) -> None:
    file = write("x.csv", "Day,Code,Value\n2026-01-01,GBP,1.15\n")
    found = mapping_of(inlet.propose(file, choices=Choices(things={"x.csv": "fx_rate"})), "fx_rate")
    assert columns(found)["date"] == "Day" and columns(found)["rate"] == "Value"


def test_reference_billing_and_demand_exports(inlet: Inlet, reference_data: Path) -> None:
    expected = {
        "mrr_playbook": {"subscription_periods": "subscription"},
        "learnworlds_mrr": {
            **{"customers": "customer", "invoices": "invoice_line", "subscriptions": "subscription"},
            **{"products": "product", "schools": "other"},
        },
        "ravenstack": {"ravenstack_accounts": "account", "ravenstack_subscriptions": "subscription"},
        "olist_funnel": {"olist_marketing_qualified_leads_dataset": "lead"},
        "fivetran_seeds/dbt_stripe": {"customer_data": "customer", "subscription_data": "subscription"},
    }
    for folder, things in expected.items():
        proposal = inlet.propose(*(reference_data / folder / f"{name}.csv" for name in things))
        assert {m.name: m.thing for m in proposal.connector.files} == things, folder
        if folder == "learnworlds_mrr":
            lines = mapping_of(proposal, "invoice_line")
            assert lines.currency == "USD" and columns(lines)["period_end"] == "billing_end_date"
        if folder == "mrr_playbook":
            assert columns(mapping_of(proposal, "subscription"))["mrr"] == "monthly_amount"
