"""Proposing: what each export holds and how its columns are read, in the header styles of the systems people use."""

from __future__ import annotations

from pathlib import Path

from inlet import Inlet, Write, codes, columns, mapping_of

from headway.connectors.files import Choices

HUBSPOT_DEALS = (
    "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Currency,Close Date,Create Date,Deal owner,Associated Company IDs,"
    "Associated Company,Lead source,Deal Type,Deal probability,Forecast category,"
    '"Date entered ""Appointment Scheduled (Sales Pipeline)""",Date entered Closed won,Number of Sales Activities\n'
    '101,Alpha rollout,Closed won,Sales Pipeline,"$12,500.50",USD,2024-03-20 14:05,2024-01-10 09:00,Ann Lee,9001,'
    "Alpha GmbH,Paid Search,newbusiness,1,Commit,2024-01-10 09:00,2024-03-20 14:05,4\n"
    "102,Beta pilot,Appointment Scheduled,Sales Pipeline,,USD,2024-06-30 00:00,2024-02-02 10:30,Bo Roy,9002;9003,"
    "Beta SA,Referral,existingbusiness,0.2,Pipeline,2024-02-02 10:30,,1\n"
    '103,Gamma,Closed lost,Sales Pipeline,"$3,000.00",USD,2024-04-01 12:00,2024-02-15 08:15,Ann Lee,9003,Gamma Ltd,'
    "Referral,newbusiness,0,Omit,2024-02-15 08:15,,0\n"
)
HUBSPOT_COMPANIES = (
    "Record ID,Company name,Company owner,Company Domain Name,Industry,Country/Region,Create Date\n"
    "9001,Alpha GmbH,Ann Lee,alpha.example,SOFTWARE,Germany,2023-01-01 09:00\n"
    "9002,Beta SA,Bo Roy,beta.example,RETAIL,France,2023-01-02 09:00\n"
    "9003,Gamma Ltd,Ann Lee,gamma.example,RETAIL,UK,2023-01-03 09:00\n"
)
SALESFORCE_REPORT = (
    '"Opportunity Owner","Account Name","Opportunity Name","Stage","Fiscal Period","Amount Currency","Amount",'
    '"Expected Revenue Currency","Expected Revenue","Probability (%)","Age","Close Date","Created Date","Next Step",'
    '"Lead Source","Type"\n'
    '"Ann Lee","Alpha GmbH","Alpha rollout","Closed Won","Q1-2024","EUR","12500.00","EUR","12500.00","100","70",'
    '"3/20/2024","1/10/2024","","Web","New Business"\n'
    '"Bo Roy","Beta SA","Beta pilot","Value Proposition","Q2-2024","USD","9000.00","USD","4500.00","50","20",'
    '"6/30/2024","2/2/2024","call","Partner","New Business"\n'
    '"Bo Roy","Beta SA","Beta pilot","Closed Lost","Q2-2024","USD","9000.00","USD","0.00","0","20",'
    '"5/3/2024","2/2/2024","","Partner","Existing Business"\n'
    '"Grand Totals (3 records)"\n""\n"Confidential Information - Do Not Distribute"\n'
    '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'
)


def test_hubspot_deals_and_companies(inlet: Inlet, write: Write) -> None:
    deals, companies = write("deals.csv", HUBSPOT_DEALS), write("companies.csv", HUBSPOT_COMPANIES)
    proposal = inlet.propose(deals, companies)
    assert proposal.possible and proposal.connector.system == "hubspot"
    found = mapping_of(proposal, "opportunity")
    assert columns(found) == {
        "id": "Record ID",
        "name": "Deal Name",
        "account_id": "Associated Company IDs",
        "account": "Associated Company",
        "owner": "Deal owner",
        "pipeline": "Pipeline",
        "stage": "Deal Stage",
        "amount": "Amount",
        "currency": "Currency",
        "created_date": "Create Date",
        "close_date": "Close Date",
        "probability": "Deal probability",
        "forecast_category": "Forecast category",
        "source_channel": "Lead source",
        "motion": "Deal Type",
    }
    assert found.key == ("Record ID",) and not found.made_key
    assert found.stages == {"Appointment Scheduled": "open", "Closed lost": "lost", "Closed won": "won"}
    assert set(found.stage_entries) == {"Appointment Scheduled", "Closed won"}
    assert found.dates["Create Date"] == "%Y-%m-%d %H:%M"
    assert found.column("account_id").format == "first"  # type: ignore[union-attr]
    assert found.dimensions == ("Number of Sales Activities",)
    accounts = mapping_of(proposal, "account")
    assert columns(accounts) == {
        "id": "Record ID",
        "name": "Company name",
        "owner": "Company owner",
        "created_date": "Create Date",
        "domain": "Company Domain Name",
    }
    evidence = {(row["subject"], row["column"]): row["evidence"] for row in proposal.evidence}
    assert evidence[("account", "Associated Company")] == "3 of 3 values are names in companies.csv"


def test_a_salesforce_report_without_ids(inlet: Inlet, write: Write) -> None:
    proposal = inlet.propose(write("report.csv", SALESFORCE_REPORT))
    assert proposal.possible and proposal.connector.system == "salesforce"
    found = mapping_of(proposal, "opportunity")
    assert found.made_key and found.key == ("Opportunity Name", "Account Name", "Created Date", "Type")
    assert columns(found)["currency"] == "Amount Currency"
    assert columns(found)["probability"] == "Probability (%)"
    assert found.currency is None
    assert found.dates == {"Created Date": "%m/%d/%Y", "Close Date": "%m/%d/%Y"}
    assert set(found.dimensions) == {
        "Fiscal Period",
        "Expected Revenue Currency",
        "Expected Revenue",
        "Age",
    }
    assert "made-key" in codes(proposal, "warning")
    assert any(question.subject == "key" for question in proposal.questions)
    assert inlet.propose(write("report.csv", SALESFORCE_REPORT), choices=Choices(yes=True)).questions == ()


def test_a_created_date_that_could_be_either_borrows_from_the_close_date(inlet: Inlet, write: Write) -> None:
    proposal = inlet.propose(write("report.csv", SALESFORCE_REPORT))
    evidence = {row["column"]: str(row["evidence"]) for row in proposal.evidence if row["subject"] == "dates"}
    assert "month-first as in 'Close Date'" in evidence["Created Date"]
    assert "'3/20/2024' on row 2 settles it" in evidence["Close Date"]


def test_salesforce_interface_names_with_external_ids(inlet: Inlet, write: Write) -> None:
    deals = write(
        "opps.csv",
        "External_Id__c,Account.External_Id__c,Owner.External_Id__c,Name,StageName,Amount,CloseDate,CreatedDate__c,IsWon,"
        "IsClosed,ARR__c\n"
        "X.1,A.1,U.1,Alpha,Signed,100,2024-03-01,2024-01-01 00:00:00,true,true,90\n"
        "X.2,A.2,U.1,Beta,Someday,100,2024-09-01,2024-01-02 00:00:00,false,false,80\n",
    )
    accounts = write("acc.csv", "External_Id__c,Name,Industry,AnnualRevenue\nA.1,Alpha,Retail,1\nA.2,Beta,Retail,2\n")
    users = write("usr.csv", "External_Id__c,Name,Email,UserRole.Name\nU.1,Ann,ann@x.example,AE\n")
    proposal = inlet.propose(deals, accounts, users)
    found = mapping_of(proposal, "opportunity")
    assert columns(found)["account_id"] == "Account.External_Id__c"
    assert columns(found)["owner_id"] == "Owner.External_Id__c"
    assert found.stages == {"Signed": "won", "Someday": "open"}
    assert "unrecognised-stage" not in codes(proposal)
    assert {m.thing for m in proposal.connector.files} == {"opportunity", "account", "user"}


def test_pipedrive_headers(inlet: Inlet, write: Write) -> None:
    text = (
        "Deal - ID,Deal - Title,Deal - Organization,Deal - Owner,Deal - Stage,Deal - Status,Deal - Value,"
        "Deal - Currency of Value,Deal - Deal created,Deal - Won time,Deal - Lost time,Deal - Expected close date\n"
        "1,Alpha,Alpha GmbH,Ann,Offer,Won,100,EUR,2024-01-05 10:00:00,2024-02-01 10:00:00,,2024-02-10\n"
        "2,Beta,Beta SA,Bo,Offer,Open,200,EUR,2024-01-06 10:00:00,,,2024-03-10\n"
        "3,Gamma,Beta SA,Bo,Demo,Lost,300,EUR,2024-01-07 10:00:00,,2024-02-02 10:00:00,2024-03-11\n"
    )
    proposal = inlet.propose(write("deals-1.csv", text))
    found = mapping_of(proposal, "opportunity")
    assert proposal.connector.system == "pipedrive"
    assert columns(found) == {
        "id": "Deal - ID",
        "name": "Deal - Title",
        "account": "Deal - Organization",
        "owner": "Deal - Owner",
        "stage": "Deal - Stage",
        "status": "Deal - Status",
        "amount": "Deal - Value",
        "currency": "Deal - Currency of Value",
        "created_date": "Deal - Deal created",
        "close_date": "Deal - Expected close date",
        "won_date": "Deal - Won time",
        "lost_date": "Deal - Lost time",
    }
    assert {label: found.stages[label] for label in ("Won", "Open", "Lost")} == {
        "Won": "won",
        "Open": "open",
        "Lost": "lost",
    }


def test_plain_words_any_case_and_a_mended_product(inlet: Inlet, write: Write) -> None:
    deals = write(
        "opps.csv",
        "REF,CLIENT,REP,PRODUCT,PHASE,DEAL VALUE (EUR),OPENED,CLOSED ON,Region\n"
        "a1,Nord,Ann,Widget Pro,Won,1.200,03.01.2024,14.02.2024,N\n"
        "a2,Nord,Bo,WidgetPro,Lost,900,05.01.2024,18.02.2024,S\n"
        "a3,Sued,Bo,Widget Basik,Proposal,1.500,06.01.2024,,S\n"
        "a4,Sued,Bo,Widget Basic,Proposal,500,07.01.2024,,S\n",
    )
    products = write("catalogue.csv", "Product,Family,List price\nWidget Pro,W,1200\nWidget Basic,W,500\n")
    proposal = inlet.propose(deals, products)
    found = mapping_of(proposal, "opportunity")
    assert columns(found)["owner"] == "REP" and columns(found)["account"] == "CLIENT"
    assert found.repairs == {"PRODUCT": {"WidgetPro": "Widget Pro", "Widget Basik": "Widget Basic"}}
    assert (found.decimal, found.currency) == (",", "EUR")
    assert found.dates == {"OPENED": "%d.%m.%Y", "CLOSED ON": "%d.%m.%Y"}
    assert found.dimensions == ("Region",)
    asked = {question.evidence for question in proposal.questions if question.subject == "spelling"}
    assert asked == {"'Widget Basik' on 1 row is 'Widget Basic' in catalogue.csv by its nearest spelling"}


def test_a_label_column_that_holds_ids_is_joined_by_id(inlet: Inlet, write: Write) -> None:
    deals = write(
        "deals.csv",
        "Deal ID,Account,Stage,Amount,Created,Close Date\n1,c-1,Won,5,2024-01-01,2024-02-01\n2,c-2,Lost,5,2024-01-02,"
        "2024-02-01\n",
    )
    accounts = write("accounts.csv", "Account ID,Account Name,Industry\nc-1,Alpha,Retail\nc-2,Beta,Retail\n")
    found = mapping_of(inlet.propose(deals, accounts), "opportunity")
    assert columns(found)["account_id"] == "Account" and "account" not in columns(found)


def test_the_created_date_is_found_by_its_order(inlet: Inlet, write: Write) -> None:
    rows = "".join(f"{i},A{i},Won,10,2024-01-{i:02d},2024-03-{i:02d},2024-04-01\n" for i in range(1, 21))
    text = "Deal ID,Deal Name,Stage,Amount,Qualified in,Close Date,Last Modified\n" + rows
    proposal = inlet.propose(write("deals.csv", text))
    assert columns(mapping_of(proposal, "opportunity"))["created_date"] == "Qualified in"
    assert any(question.subject == "created_date" for question in proposal.questions)


def test_stage_history_files(inlet: Inlet, write: Write) -> None:
    deals = write("deals.csv", "Deal ID,Deal Name,Stage,Amount,Created,Close Date\n1,A,Won,5,2024-01-01,2024-02-01\n")
    history = write(
        "stages.csv",
        "Deal ID,Stage,Date entered stage\n1,New,2024-01-01\n1,Demo,2024-01-10\n1,Won,2024-02-01\n",
    )
    proposal = inlet.propose(deals, history)
    found = mapping_of(proposal, "stage_history")
    assert columns(found) == {"opportunity_id": "Deal ID", "stage": "Stage", "entered_at": "Date entered stage"}
    assert found.key == ("Deal ID", "Stage", "Date entered stage")
    assert found.dates == {"Date entered stage": "%Y-%m-%d"}


def test_a_history_of_values_is_one_though_stages_repeat(inlet: Inlet, write: Write) -> None:
    deals = write("deals.csv", "Deal ID,Deal Name,Stage,Amount,Created,Close Date\n1,A,Won,5,2024-01-01,2024-02-01\n")
    rows = "\n".join(f"1,Demo,{100 + n},2024-0{n}-28,Commit,2024-01-0{n} 09:30" for n in range(1, 8))
    header = "Record ID,Deal Stage,Amount,Close Date,Forecast category,Changed At"
    found = mapping_of(inlet.propose(deals, write("deal-history.csv", f"{header}\n{rows}\n")), "stage_history")
    assert columns(found) == {
        "opportunity_id": "Record ID",
        "stage": "Deal Stage",
        "entered_at": "Changed At",
        "amount": "Amount",
        "close_date": "Close Date",
        "forecast_category": "Forecast category",
    }


def test_other_exports_are_kept_and_named(inlet: Inlet, write: Write) -> None:
    contacts = write(
        "contacts.csv",
        "Record ID,First Name,Last Name,Email,Contact owner,Lifecycle Stage,Lead Status,Associated Company IDs\n"
        "1,Ann,Lee,a@x.example,Bo,customer,new,9\n",
    )
    proposal = inlet.propose(contacts)
    assert mapping_of(proposal, "other").dimensions[0] == "Record ID"
    assert {"unknown-table", "no-opportunities"} <= codes(proposal, "warning")


def test_the_user_may_say_what_a_file_holds(inlet: Inlet, write: Write) -> None:
    odd = write("odd.csv", "Code,Title\n1,Alpha\n2,Beta\n")
    choices = Choices(things={"odd.csv": "product"})
    found = mapping_of(inlet.propose(odd, choices=choices), "product")
    assert columns(found) == {"name": "Title"} and found.key == ("Title",)


def test_amount_like_columns_beside_the_amount_are_asked_about(inlet: Inlet, write: Write) -> None:
    text = "Deal ID,Deal Name,Stage,Amount,ARR,Created,Close Date\n1,A,Won,5,60,2024-01-01,2024-02-01\n"
    proposal = inlet.propose(write("deals.csv", text))
    (question,) = [q for q in proposal.questions if q.subject == "amount"]
    assert "also there: 'ARR'" in question.evidence


def test_the_same_files_in_any_order_give_the_same_mappings(inlet: Inlet, write: Write) -> None:
    files = [write("deals.csv", HUBSPOT_DEALS), write("companies.csv", HUBSPOT_COMPANIES)]
    one, other = inlet.propose(*files), inlet.propose(*reversed(files))
    by_name = {mapping.name: mapping for mapping in other.connector.files}
    assert {mapping.name: mapping for mapping in one.connector.files} == by_name


def test_the_reference_crm_is_mapped_whole(inlet: Inlet, reference_data: Path) -> None:
    folder = reference_data / "maven_crm"
    proposal = inlet.propose(*sorted(folder.glob("*.csv")))
    assert proposal.possible and proposal.questions == ()
    found = mapping_of(proposal, "opportunity")
    assert columns(found) == {
        "id": "opportunity_id",
        "account": "account",
        "owner": "sales_agent",
        "product": "product",
        "stage": "deal_stage",
        "amount": "close_value",
        "created_date": "engage_date",
        "close_date": "close_date",
    }
    assert found.stages == {"Won": "won", "Lost": "lost", "Engaging": "open", "Prospecting": "open"}
    assert found.repairs == {"product": {"GTXPro": "GTX Pro"}}
    assert columns(mapping_of(proposal, "product"))["list_price"] == "sales_price"
    assert mapping_of(proposal, "user").dimensions == ("manager", "regional_office")
    assert "sector" in mapping_of(proposal, "account").dimensions
    evidence = {
        (r["subject"], r["column"]): str(r["evidence"]) for r in proposal.evidence if r["file"] == "sales_pipeline.csv"
    }
    assert evidence[("account", "account")].startswith("85 of 85 values")
    assert evidence[("owner", "sales_agent")].startswith("30 of 30 values")
    assert "1,480 rows" in evidence[("spelling", "product")]
    assert evidence[("created_date", "engage_date")] == "500 rows without one"


def test_the_reference_salesforce_set_is_mapped_whole(inlet: Inlet, reference_data: Path) -> None:
    folder = reference_data / "salesforce_wave_sales" / "data"
    names = ("Account", "Opportunity", "OpportunityHistory", "Product2", "User", "Lead", "Quota", "Task")
    proposal = inlet.propose(*(folder / f"{name}.csv" for name in names))
    assert proposal.possible and proposal.connector.system == "salesforce"
    things = {mapping.name: mapping.thing for mapping in proposal.connector.files}
    assert things == {
        "account": "account",
        "opportunity": "opportunity",
        "opportunityhistory": "stage_history",
        "product2": "product",
        "user": "user",
        "lead": "lead",
        "quota": "quota",
        "task": "activity",
    }
    found = columns(mapping_of(proposal, "opportunity"))
    assert (found["account_id"], found["owner_id"]) == ("Account.External_Id__c", "Owner.External_Id__c")
    assert (found["created_date"], found["close_date"]) == ("DateTimeCreated__c", "CloseDate")


def test_every_reference_table_can_be_read_and_proposed(inlet: Inlet, reference_data: Path) -> None:
    for folder in (
        "ravenstack",
        "olist_funnel",
        "salesforce_dev_org",
        "learnworlds_mrr",
        "telco_churn",
        "mrr_playbook",
    ):
        proposal = inlet.propose(*sorted((reference_data / folder).glob("*.csv")))
        for mapping in proposal.connector.files:
            used = (
                {c.column for c in mapping.columns} | set(mapping.dimensions) | set(mapping.ignored) | set(mapping.key)
            )
            assert used | set(mapping.stage_entries.values()) == set(mapping.headers), mapping.name


def test_exports_of_further_systems(inlet: Inlet, write: Write) -> None:
    styles = {
        "topics.csv": (
            "(Do Not Modify) Opportunity,Topic,Potential Customer,Est. Close Date,Est. Revenue,Status,Actual Close Date,"
            "Created On,Owner\na1,T1,Alpha,6/13/2025,1000,Won,6/14/2025,1/15/2025 9:00 AM,Ann\n"
            "a2,T2,Beta,8/13/2025,900,Open,,2/15/2025 9:00 AM,Ann\n",
            {"id", "name", "account", "close_date", "amount", "status", "closed_date", "created_date", "owner"},
        ),
        "opps.csv": (
            "id,lead_id,lead_name,status_label,status_type,value,value_currency,confidence,user_name,date_created,date_won\n"
            "o1,l1,Alpha,Won,won,100,USD,100,Ann,2025-01-15T10:00:00+00:00,2025-06-01\n"
            "o2,l2,Beta,Demo Done,active,100,USD,50,Ann,2025-01-15T10:00:00+00:00,\n",
            {
                "id",
                "account",
                "stage",
                "status",
                "amount",
                "currency",
                "probability",
                "owner",
                "created_date",
                "won_date",
                "lead_id",
            },
        ),
        "sheet.csv": (
            "Deal,Client,Rep,Size,Status,Est. close,Added\nT1,Alpha,Ann,€12k,W,01 Jun 2025,15 Jan 2025\n"
            "T2,Beta,Bo,€8k,In talks,01 Sep 2025,15 Jan 2025\nT3,Beta,Bo,€8k,L,02 Jun 2025,16 Jan 2025\n",
            {"name", "account", "owner", "amount", "status", "close_date", "created_date"},
        ),
        "internal.csv": (
            "hs_object_id,dealname,dealstage,amount,closedate,createdate\n"
            "1,T1,closedwon,10,2025-06-01T00:00:00Z,2025-01-15T10:11:12.123Z\n"
            "2,T2,appointmentscheduled,10,2025-09-01T00:00:00Z,2025-01-15T10:11:12Z\n",
            {"id", "name", "stage", "amount", "close_date", "created_date"},
        ),
    }
    for name, (text, fields) in styles.items():
        proposal = inlet.propose(write(name, text))
        found = mapping_of(proposal, "opportunity")
        assert set(columns(found)) == fields, name
        assert "unrecognised-stage" not in codes(proposal), name
