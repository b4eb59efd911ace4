"""Exports as people have them: names nobody planned for, owners without deals, ad spend by the ad."""

from __future__ import annotations

from inlet import Inlet, Write, codes, columns, mapping_of

ADS = """date_day,utm_source,utm_medium,utm_campaign,spend
2026-02-01,search,cpc,spring,13
2026-02-02,search,cpc,spring,15
2026-02-02,social,paid,launch,7.5
"""
BY_AD = """Date,ad_id,Impressions,Clicks,Spent,age
28-02-2026,7087,7350,1,1.43,30-34
28-02-2026,7088,17861,2,1.82,30-34
01-03-2026,7087,693,0,0,35-39
"""
RESULTS = """Opportunity Number,Region,Opportunity Result,Opportunity Amount USD,Days
1,North,Won,1000,20
2,North,Loss,0,31
2,North,Loss,50,31
3,South,Won,0,8
"""
DEALS = """Deal ID,Deal Name,Deal Stage,Amount,Close Date,Deal owner
1,One,Closed Won,100,2026-01-10,AE North 1
2,Two,Closed Lost,100,2026-01-11,AE North 2
3,Three,Proposal,100,2026-04-11,AE North 1
"""
PEOPLE = """Owner,Email,Team
AE North 1,one@example.com,North
AE North 2,two@example.com,North
AE North 3,three@example.com,North
"""


def test_ad_spend_is_spend_by_the_day_and_by_the_ad(inlet: Inlet, write: Write) -> None:
    by_day = mapping_of(inlet.propose(write("ad_spend.csv", ADS)), "spend_line")
    assert columns(by_day) == {
        "date": "date_day",
        "source_channel": "utm_source",
        "campaign": "utm_campaign",
        "amount": "spend",
    }
    assert by_day.key == ("date_day", "utm_source", "utm_campaign")
    by_ad = mapping_of(inlet.propose(write("conversions.csv", BY_AD)), "spend_line")
    assert columns(by_ad) == {"date": "Date", "ad": "ad_id", "amount": "Spent"}
    assert by_ad.dates == {"Date": "%d-%m-%Y"} and by_ad.key == ("Date", "ad_id")


def test_opportunities_by_their_result_alone(inlet: Inlet, write: Write) -> None:
    proposal = inlet.propose(write("results.csv", RESULTS))
    found = mapping_of(proposal, "opportunity")
    assert columns(found) == {
        "id": "Opportunity Number",
        "status": "Opportunity Result",
        "amount": "Opportunity Amount USD",
    }
    assert {"duplicate-ids", "no-created-date"} <= set(codes(proposal, "warning"))


def test_owners_without_a_deal_are_counted(inlet: Inlet, write: Write) -> None:
    proposal = inlet.propose(write("deals.csv", DEALS), write("team.csv", PEOPLE))
    said = [str(row["evidence"]) for row in proposal.evidence if row["subject"] == "owner"]
    assert "2 of 2 values are names in team.csv; 1 of its 3 are on no row" in said
