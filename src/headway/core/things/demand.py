"""The way to an opportunity: touches, leads, activities."""

from __future__ import annotations

from headway.core.things.shape import Dated, Field, Link, Record

_OWNER_ID = "ownerid hubspotownerid userid assignedtoid sdrid"
_ACCOUNT_ID = (
    "associatedcompanyids associatedcompanyid accountid companyid primaryassociatedcompanyid convertedaccountid"
)
_CHANNEL = (
    "leadsource originalsource originalsourcetype source sourcechannel channel origin originaltrafficsource "
    "acquisitionchannel marketingsource medium utmsource"
)
_OPPORTUNITY_ID = "associateddealids associateddealid opportunityid dealid convertedopportunityid whatid"
_LEAD_ID = "associatedcontactids associatedcontactid contactid leadid whoid mqlid personid visitorid"

LEAD = Record(
    fields={
        "id": Field("text", "leadid recordid mqlid contactid id objectid externalid"),
        "name": Field("text", "leadname fullname"),
        "account_id": Field("text", _ACCOUNT_ID),
        "account": Field("text", "associatedcompany company companyname accountname"),
        "owner_id": Field("text", _OWNER_ID),
        "owner": Field("text", "contactowner leadowner owner ownername assignedto sdr"),
        "status": Field("text", "leadstatus status"),
        "lifecycle_stage": Field("text", "lifecyclestage"),
        "source_channel": Field("text", _CHANNEL),
        "campaign": Field("text", "campaign campaignname utmcampaign campaignid landingpageid"),
        "segment": Field("text", "segment customersegment businesssegment"),
        "created_at": Field(
            "moment", "createdate createddate created createdat firstcontactdate datecreated datetimecreated signupdate"
        ),
        "mql_at": Field("moment", "becamemqldate becameamarketingqualifiedleaddate mqldate mqlat", ("mql_at",)),
        "sql_at": Field("moment", "becamesqldate becameasalesqualifiedleaddate sqldate sqlat", ("sql_at",)),
        "accepted_at": Field("moment", "accepteddate acceptedat saldate", ("accepted_at",)),
        "rejected_at": Field("moment", "rejecteddate rejectedat disqualifieddate", ("rejected_at",)),
        "reject_reason": Field("text", "rejectionreason rejectreason disqualifiedreason", ("rejected_at",)),
        "converted_at": Field("moment", "converteddate convertedat conversiondate", ("converted_at",)),
        "opportunity_id": Field("text", "associateddealids associateddealid convertedopportunityid", ("converted_at",)),
    },
    signs=(
        (5, "isconverted converteddate convertedopportunityid convertedaccountid leadid leadstatus mqlid"),
        (4, "becamemqldate becamesqldate mqldate sqldate"),
        (2, "lifecyclestage"),
        (2, "company"),
        (2, "firstcontactdate isunreadbyowner"),
        (2, "accepteddate rejecteddate rejectionreason"),
        (1, "leadsource origin originalsource landingpageid"),
        (1, "contactowner createdate createddate"),
        (1, "lastname"),
    ),
    needs=(("id",), ("created_at", "mql_at", "sql_at", "converted_at")),
    dated=Dated(("created_at", "mql_at", "sql_at")),
    key=("name", "account", "created_at"),
    links=(
        Link("opportunity", (("opportunity_id", "id"), ("id", "lead_id"))),
        Link("account", (("account_id", "id"), ("account", "name"))),
        Link("user", (("owner_id", "id"), ("owner", "name"))),
    ),
    file_words=("lead", "leads", "contacts", "mql"),
    own_words=("lead", "contact"),
)

ACTIVITY = Record(
    fields={
        "id": Field("text", "activityid engagementid id recordid objectid externalid eventid taskid"),
        "kind": Field("text", "activitytype engagementtype type kind eventsubtype tasksubtype"),
        "occurred_at": Field("moment", "activitydate activitydatetime occurredat date meetingstarttime startdatetime"),
        "outcome": Field("text", "meetingoutcome outcome result calldisposition status"),
        "direction": Field("text", "direction calltype"),
        "owner_id": Field("text", _OWNER_ID),
        "owner": Field("text", "activityassignedto assignedto owner ownername"),
        "lead_id": Field("text", _LEAD_ID),
        "opportunity_id": Field("text", _OPPORTUNITY_ID),
        "account_id": Field("text", _ACCOUNT_ID),
        "source_channel": Field("text", _CHANNEL),
    },
    signs=(
        (4, "activitydate activitydatetime eventsubtype tasksubtype calltype engagementid engagementtype"),
        (3, "activityid activitytype activityassignedto meetingoutcome"),
        (2, "subject"),
        (2, "whatid whoid durationinminutes calldisposition"),
        (1.5, "associatedcontactids associateddealids"),
        (1, "priority"),
    ),
    needs=(("occurred_at",), ("kind", "outcome", "owner", "owner_id", "opportunity_id", "lead_id")),
    dated=Dated(("occurred_at",)),
    key=("kind", "occurred_at", "owner", "owner_id", "lead_id", "opportunity_id"),
    links=(
        Link("opportunity", (("opportunity_id", "id"),)),
        Link("lead", (("lead_id", "id"),)),
        Link("account", (("account_id", "id"),)),
        Link("user", (("owner_id", "id"), ("owner", "name"))),
    ),
    file_words=("activities", "activity", "tasks", "events", "meetings", "calls"),
    own_words=("activity",),
)

TOUCH = Record(
    fields={
        "id": Field("text", "touchid sessionid visitid id"),
        "occurred_at": Field("moment", "date occurredat startedat timestamp day sessiondate"),
        "source_channel": Field("text", _CHANNEL),
        "kind": Field("text", "kind type touchtype eventtype interaction"),
        "campaign": Field("text", "campaign campaignname utmcampaign campaignid"),
        "lead_id": Field("text", _LEAD_ID + " customerid"),
        "account_id": Field("text", _ACCOUNT_ID),
        "count": Field("number", "count sessions visits touches number"),
    },
    signs=(
        (4, "touchid sessionid touchtype visitid"),
        (2, "source channel utmsource utmmedium"),
        (2, "campaign utmcampaign campaignname"),
        (2, "kind touchtype"),
        (1.5, "contactid leadid visitorid"),
        (1.5, "count visits sessions"),
        (1, "date startedat timestamp"),
    ),
    needs=(("occurred_at",), ("source_channel",), ("kind", "id", "count")),
    dated=Dated(("occurred_at",)),
    key=("occurred_at", "source_channel", "kind", "campaign", "lead_id", "account_id"),
    links=(
        Link("lead", (("lead_id", "id"),)),
        Link("account", (("account_id", "id"),)),
    ),
    file_words=("touch", "touches", "sessions", "visits", "analytics"),
)
