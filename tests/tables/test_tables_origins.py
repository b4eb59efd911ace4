"""The lead behind a deal and what became of a lead, whichever names the other, as known on a day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tables_world import Export, ask, bring, mapping

DEALS = {"lead_id": "Lead", "owner": "Rep", "won_date": "Won"}
LEADS = {"id": "ID", "created_at": "Came", "source_channel": "Channel", "opportunity_id": "Deal"}


def funnel(tmp_path: Path) -> Path:
    """L1 and L2 are named by deals, L3 names its deal, L4 names one that is not there, L5 led to nothing."""
    won = {"L1": "2024-01-20", "L2": "2024-02-05", "L3": "2024-01-25"}
    deals = Export(
        mapping("deals", "opportunity", {"id": "No", **DEALS}),
        [{"No": f"D{n[1]}", "Lead": "" if n == "L3" else n, "Rep": "R1", "Won": day} for n, day in won.items()],
        headers=["No", "Lead", "Rep", "Won"],
    )
    came = {"L1": "2024-01-02", "L2": "2024-01-03", "L3": "2024-01-04", "L4": "2024-01-05", "L5": "2024-01-06"}
    named = {"L3": "D3", "L4": "D9"}
    leads = Export(
        mapping("leads", "lead", LEADS),
        [
            {"ID": n, "Came": day, "Channel": "ads" if n < "L3" else "web", "Deal": named.get(n, "")}
            for n, day in came.items()
        ],
        headers=list(LEADS.values()),
    )
    bring(tmp_path, "r1", "2024-03-01", deals, leads)
    return tmp_path


def test_either_side_may_name_the_other(tmp_path: Path) -> None:
    leads = ask(funnel(tmp_path), "SELECT source_id, led_to, won_date FROM lead ORDER BY 1").records
    assert leads == (
        ("L1", "D1", date(2024, 1, 20)),
        ("L2", "D2", date(2024, 2, 5)),
        ("L3", "D3", date(2024, 1, 25)),
        ("L4", "D9", None),
        ("L5", None, None),
    )
    deals = "SELECT status, lead_date, source_channel, source, closed_date FROM opportunity ORDER BY lead_date"
    assert ask(tmp_path, deals).records == (
        ("won", date(2024, 1, 2), "ads", "ads", date(2024, 1, 20)),
        ("won", date(2024, 1, 3), "ads", "ads", date(2024, 2, 5)),
        ("won", date(2024, 1, 4), "web", "web", date(2024, 1, 25)),
    )


def test_a_deal_without_a_created_date_is_there_from_the_day_it_closed(tmp_path: Path) -> None:
    folder, deals = funnel(tmp_path), "SELECT count(*) FROM opportunity"
    for day, count in ((19, 0), (20, 1), (24, 1), (25, 2)):
        assert ask(folder, deals, date(2024, 1, day)).records == ((count,),)
    known = "SELECT source_id, led_to, won_date FROM lead WHERE source_id < 'L4' ORDER BY 1"
    assert ask(folder, known, date(2024, 1, 22)).records == (
        ("L1", "D1", date(2024, 1, 20)),
        ("L2", None, None),
        ("L3", None, None),
    )
    assert ask(folder, deals, date(2024, 3, 1)).records == ((3,),)
