"""Which lead a deal came from, and what became of each lead, as known on a day, whichever of the two names the other."""

from __future__ import annotations

from headway.tables.asof import Viewpoint, base_sql
from headway.tables.engine import Engine


def lay_origins(engine: Engine, at: Viewpoint) -> None:
    """Temporary tables `deal_origin`, the first lead of each deal, and `lead_outcome`, what each lead has led to.

    A deal names its lead by `lead_id`, or the lead its deal by `opportunity_id`; ids count within their own connector.
    """
    deal = engine.schema("deal")
    ways = ["o.source_id = l.opportunity_id", *(["o.lead_id = l.source_id"] if "lead_id" in deal else [])]
    leads = (
        "SELECT id, connector, source_id, opportunity_id, source_channel, CAST(created_at AS DATE) AS lead_date "
        f"FROM ({base_sql('lead', at)}) WHERE coalesce(CAST(created_at AS DATE) <= {at.limit}, first_seq <= {at.load})"
    )
    pairs = " UNION ".join(
        f"SELECT l.id AS lead, l.lead_date, l.source_channel AS channel, o.id AS deal, o.source_id, o.status, "
        f"o.created_date, o.closed_date FROM leads l JOIN deal o ON o.connector = l.connector AND {way}"
        for way in ways
    )
    there = engine.count("SELECT count(*) FROM load_count WHERE thing = 'lead'")
    engine.run(
        f"CREATE TEMP TABLE lead_deal AS WITH leads AS ({leads}) SELECT * FROM ({pairs}) {'' if there else 'LIMIT 0'}"
    )
    first = "(coalesce(lead_date, DATE '9999-12-31'), lead)"
    engine.run(
        f"CREATE TEMP TABLE deal_origin AS SELECT deal, min(lead_date) AS lead_date, arg_min(channel, {first}) AS channel "
        "FROM lead_deal GROUP BY deal"
    )
    first = "(coalesce(created_date, closed_date, DATE '9999-12-31'), deal)"
    engine.run(
        f"CREATE TEMP TABLE lead_outcome AS SELECT lead, arg_min(source_id, {first}) AS led_to, "
        "min(closed_date) FILTER (status = 'won') AS won_date FROM lead_deal GROUP BY lead"
    )
