"""What sellers are held to and what they call: quotas as they were set, forecasts as they were locked."""

from __future__ import annotations

from headway.core.things.billing import CURRENCY
from headway.core.things.shape import Dated, Field, Link, Record

_OWNER_ID = "quotaownerid ownerid userid userexternalid ownerexternalid hsownerid hubspotownerid assigneeid"
_OWNER = (
    "quotaowner owner ownername ownerexternal rep salesrep seller salesperson user username useremail owneremail email"
)
_STARTS = "startdate periodstartdate periodstart start quotastart monthstart quarterstart"
_ENDS = "enddate periodenddate periodend end quotaend"
_KIND = "forecasttypeid forecastingtypeid forecasttype quotatype measure kpi kpiunit goaltype goalname type"

QUOTA = Record(
    fields={
        "id": Field("text", "id quotaid recordid goalid externalid"),
        "owner_id": Field("text", _OWNER_ID),
        "owner": Field("text", _OWNER),
        "period": Field("text", "period fiscalperiod month quarter periodname year"),
        "start_date": Field("date", _STARTS),
        "end_date": Field("date", _ENDS),
        "amount": Field("money", "quotaamount quota amount target targetamount goal goalamount value"),
        "currency": Field("text", CURRENCY + " quotacurrency"),
        "kind": Field("text", _KIND),
        "segment": Field("text", "segment productfamily territory"),
        "in_force_from": Field(
            "date", "inforcefrom effectivefrom effectivedate inforce changedon assignedon versiondate"
        ),
    },
    signs=(
        (5, "quota quotaamount quotaownerid target targetamount goal goalamount"),
        (2, "startdate periodstartdate periodid period month quarter monthstart"),
        (2, _OWNER_ID + " " + _OWNER),
        (1.5, "forecasttypeid forecastingtypeid inforcefrom effectivefrom"),
        (1, "enddate periodenddate currency currencycode"),
    ),
    needs=(("owner_id", "owner"), ("amount",), ("start_date", "period")),
    dated=Dated(("in_force_from", "start_date")),
    key=("owner_id", "owner", "period", "start_date", "kind", "segment", "in_force_from"),
    links=(Link("user", (("owner_id", "id"), ("owner", "name"), ("owner", "email"))),),
    file_words=("quota", "quotas", "goals", "targets"),
    own_words=("quota",),
)

FORECAST = Record(
    fields={
        "id": Field("text", "id forecastid submissionid recordid"),
        "as_of": Field(
            "date",
            "asof asofdate snapshotdate snapshot submittedat submitteddate submittedon submissiondate lockedat lockedon "
            "lockdate lockeddate forecastdate calledon",
        ),
        "owner_id": Field("text", _OWNER_ID),
        "owner": Field("text", _OWNER + " submittedby forecastowner"),
        "period": Field("text", "period fiscalperiod forecastperiod month quarter periodname"),
        "start_date": Field("date", _STARTS),
        "end_date": Field("date", _ENDS),
        "category": Field("text", "category forecastcategory forecastcategoryname calltype call"),
        "amount": Field("money", "forecastamount forecast amount calledamount submittedamount value expected"),
        "low": Field("money", "low p10 lowamount worstcase lower from"),
        "high": Field("money", "high p90 highamount upper to"),
        "currency": Field("text", CURRENCY),
    },
    signs=(
        (4, "forecast forecastamount forecastperiod forecastowner submissiondate submittedat submittedon submissionid"),
        (3, "asof asofdate snapshotdate lockedon lockedat lockdate forecastdate calledon"),
        (2, "period fiscalperiod forecastperiod month quarter periodstart startdate"),
        (2, "category forecastcategory forecastcategoryname calltype"),
        (1.5, _OWNER_ID + " " + _OWNER),
        (1, "low high p10 p90 worstcase amount"),
    ),
    needs=(("as_of",), ("amount",), ("period", "start_date"), ("owner_id", "owner", "category")),
    dated=Dated(("as_of",)),
    key=("as_of", "owner_id", "owner", "period", "start_date", "category"),
    links=(Link("user", (("owner_id", "id"), ("owner", "name"), ("owner", "email"))),),
    file_words=("forecast", "forecasts", "submissions", "calls"),
    own_words=("forecast",),
)
