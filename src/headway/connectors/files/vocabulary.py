"""How systems call the columns we need: spellings run together in lower case, the likeliest first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from headway.connectors.files import german
from headway.core.things import RECORDS, Kind, record_of

Sort = Literal["date", "amount", "flag", "number", "text"]
"""What sort of values a field takes, as far as a file can show it."""

_DATES = frozenset(
    ("created_date", "close_date", "closed_date", "won_date", "lost_date", "last_activity_date", "entered_at")
)
_AMOUNTS = frozenset(("amount", "won_amount", "list_price"))
_FLAGS = frozenset(("is_won", "is_closed", "is_deleted"))
_NUMBERS = frozenset(("probability",))
_OF_KIND: Mapping[Kind, Sort] = {
    "text": "text",
    "date": "date",
    "moment": "date",
    "money": "amount",
    "flag": "flag",
    "number": "number",
    "percent": "number",
    "share": "number",
}

_OWNER = (
    "owner ownername ownerfullname fullname salesagent salesrep salesrepresentative salesperson rep repname "
    "accountexecutive ae seller agent agentname assignedto assignee responsible salesowner accountmanager username user"
)
_OWNER_ID = (
    "ownerid hubspotownerid userid salesrepid repid agentid salesagentid salespersonid sellerid assignedtoid srid"
)
_CREATED = (
    "createddate createdate dealcreateddate opportunitycreateddate datetimecreated datecreated creationdate createdat "
    "createdon created addtime opendate openeddate dateopened openedon openedat opened engagedate startdate begindate "
    "starteddate started createdtime createtime opportunitydate entrydate dateadded addedon added"
)

_ENGLISH: Mapping[str, Mapping[str, str]] = {
    "opportunity": {
        "id": "opportunityid dealid oppid recordid objectid id opportunityid18 casesafeid opportunitynumber dealnumber "
        "number key opportunitykey ref reference uuid donotmodifyopportunity",
        "name": "opportunityname dealname oppname name title dealtitle opportunitytitle opportunity deal opp subject topic",
        "account_id": "accountid associatedcompanyids associatedcompanyid associatedcompanyidsprimary companyid "
        "customerid orgid organizationid organisationid clientid accountkey primaryassociatedcompanyid companies",
        "account": "accountname associatedcompany associatedcompanyprimary associatedcompanynames companyname account "
        "company customername customer clientname client organizationname organisationname organization organisation "
        "orgname org primaryassociatedcompany buyer acct acctname potentialcustomer prospect leadname",
        "owner_id": _OWNER_ID,
        "owner": _OWNER,
        "product_id": "productid product2id productcode sku itemid",
        "product": "productname product item itemname product2name primaryproduct",
        "pipeline": "pipeline pipelinename pipelinelabel pipelineid recordtype recordtypename opportunityrecordtype "
        "recordtypeid",
        "stage": "stage stagename dealstage salesstage opportunitystage pipelinestage stagelabel currentstage phase "
        "salesphase statuslabel pipelinestagelabel stageid pipelinestageid",
        "status": "statustype status dealstatus opportunitystatus outcome result state wonlost winloss",
        "is_won": "iswon won isclosedwon closedwon isclosedwonflag",
        "is_closed": "isclosed closed isdealclosed",
        "amount": "amount dealamount opportunityamount closevalue dealvalue opportunityvalue value dealsize totalamount "
        "totalvalue contractvalue totalcontractvalue tcv annualcontractvalue acv arr annualrecurringrevenue "
        "estimatedvalue expectedvalue estimatedrevenue estrevenue actualvalue amountincompanycurrency amountinhomecurrency "
        "amountconverted revenue price sum total size actualrevenue",
        "won_amount": "actualrevenue actualvalue actualamount wonamount wonvalue wonrevenue",
        "currency": "amountcurrency currency currencycode currencyisocode dealcurrency dealcurrencycode isocode "
        "currencyofvalue valuecurrency transactioncurrency",
        "created_date": _CREATED,
        "close_date": "closedate closedateexpected expectedclosedate expectedclosingdate estimatedclosedate expectedclose "
        "forecastclosedate targetclosedate closedatetime closingdate dateclose closeddate closed closedon "
        "estclosedate estclose estimatedclose enddate",
        "closed_date": "actualclosedate closetime closedtime closedat dateclosed closedon closeddate actualclose "
        "closeddatetime decisiondate",
        "won_date": "wontime wondate datewon wonat wonon signeddate",
        "lost_date": "losttime lostdate datelost lostat loston",
        "probability": "probability probabilitypercent stageprobability winprobability probabilityofclosing "
        "closeprobability forecastprobability winprob prob chance confidence",
        "forecast_category": "forecastcategoryname forecastcategory manualforecastcategory",
        "source_channel": "leadsource originalsource originalsourcetype source sourcechannel channel origin "
        "analyticssource originaltrafficsource acquisitionchannel sourceoriginchannel marketingsource routetomarket",
        "motion": "type dealtype opportunitytype motion businesstype newexisting",
        "segment": "segment customersegment marketsegment accountsegment businesssegment",
        "loss_reason": "lossreason lostreason closedlostreason reasonlost reasonforloss losereason",
        "next_step": "nextstep nextsteps",
        "last_activity_date": "lastactivitydate lastactivity lastactivityat noteslastupdated lastactivitytime",
        "is_deleted": "deletedbecause isdeleted isdealdeleted deleted archived isarchived",
        "lead_id": "leadid mqlid originatingleadid",
    },
    "account": {
        "id": "accountid companyid recordid objectid id organizationid organisationid customerid clientid accountkey",
        "name": "accountname companyname name account company customername customer clientname client organizationname "
        "organisationname organization organisation legalname",
        "owner_id": _OWNER_ID,
        "owner": "owner accountowner companyowner ownername owneralias ownerfullname accountmanager customersuccessmanager",
        "created_date": "createddate createdate created createdat datecreated signupdate customersince addtime",
        "domain": "domain companydomainname domainname emaildomain websiteurl website",
    },
    "user": {
        "id": "ownerid userid recordid objectid id salesagentid salesrepid repid agentid employeeid sellerid",
        "name": "name fullname " + _OWNER + " employee employeename representative",
        "first_name": "firstname givenname",
        "last_name": "lastname surname familyname",
        "email": "email useremail owneremail emailaddress workemail",
    },
    "product": {
        "id": "productid product2id recordid objectid id sku productcode itemid",
        "name": "productname name product item itemname title plan planname",
        "list_price": "listprice salesprice unitprice standardprice price sellingprice unitamount retailprice",
        "currency": "currency currencycode currencyisocode pricecurrency",
    },
    "stage_history": {
        "opportunity_id": "opportunityid dealid oppid recordid objectid parentid",
        "opportunity": "opportunityname dealname opportunity deal",
        "stage": "tostage stagename stage dealstage newstage newvalue stagelabel value",
        "entered_at": "dateenteredstage dateentered enteredstage enteredat stageentered stageentereddate entereddate "
        "createddate editdate changedate changedat stagechangedate lastmodified lastmodifieddate timestamp date",
        "amount": "amount newamount dealamount opportunityamount",
        "close_date": "closedate newclosedate expectedclosedate",
        "probability": "probability probabilitypercent stageprobability",
        "forecast_category": "forecastcategory forecastcategoryname",
    },
    **{
        thing: {name: field.spellings for name, field in record.fields.items() if field.spellings}
        for thing, record in RECORDS.items()
    },
}

_DELETED = "deletedbecause isdeleted deleted"
_KEPT_THOUGH_GONE = ("user", "product", "stage_history")

ALIASES: Mapping[str, Mapping[str, str]] = {
    thing: {**({} if thing in _KEPT_THOUGH_GONE else {"is_deleted": _DELETED}), **fields}
    for thing, fields in {**_ENGLISH, "opportunity": german.added_to(_ENGLISH["opportunity"])}.items()
}
"""The spellings of each field of each thing."""

CONVERTED = frozenset(("amountincompanycurrency", "amountinhomecurrency", "amountconverted", "expectedvalue"))
"""Amounts in another currency or weighted by a chance: read where there is no other, and no rival of one that is."""


def sort_of(thing: str, field: str) -> Sort:
    """What sort of values a field of a thing takes."""
    record = record_of(thing)
    if field in _FLAGS:
        return "flag"
    if record:
        own = record.fields.get(field)
        return _OF_KIND[own.kind] if own else "text"
    if field in _DATES:
        return "date"
    if field in _AMOUNTS:
        return "amount"
    if field in _FLAGS:
        return "flag"
    return "number" if field in _NUMBERS else "text"


SIGNS: Mapping[str, tuple[tuple[float, str], ...]] = {
    "opportunity": (
        (
            4,
            "opportunityid dealid oppid opportunityname dealname opportunityowner dealowner dealamount dealvalue deal "
            "opportunity opportunitynumber dealnumber",
        ),
        (3, "stage stagename dealstage salesstage pipelinestage opportunitystage dealpipelinestageid dealstatus phase"),
        (1.5, "status outcome wonlost"),
        (3, "potentialcustomer donotmodifyopportunity statustype"),
        (
            2,
            "closedate closeddate dateclosed expectedclosedate wondate wontime losttime closetime actualclosedate "
            "expectedclose closingdate estclosedate estclose datewon datelost",
        ),
        (2, "iswon closedwon isclosedwon won wonlost winloss opportunityresult dealresult"),
        (
            2,
            "amount closevalue value acv tcv arr expectedrevenue contractvalue estimatedvalue totalvalue estrevenue "
            "opportunityamount",
        ),
        (1, "probability probabilitypercent confidence forecastcategory forecastcategoryname nextstep"),
        (1, "pipeline pipelineid leadsource dealtype opportunitytype source lostreason lossreason"),
        (1, _OWNER + " " + _OWNER_ID),
        (1, _CREATED),
        (1, "accountname account accountid company companyname customer client organization associatedcompany orgid"),
        *german.SIGNS,
    ),
    "account": (
        (
            3,
            "accountname companyname account company customername customer clientname client organization organisation "
            "organizationname organisationname",
        ),
        (1.5, "accountid companyid customerid organizationid clientid"),
        (1, "name"),
        (1.5, "industry sector vertical"),
        (1.5, "employees numberofemployees headcount companysize employeecount noofemployees"),
        (1.5, "revenue annualrevenue turnover yearlyrevenue"),
        (1.5, "website domain companydomainname domainname websiteurl tickersymbol"),
        (
            1,
            "country billingcountry city billingcity billingstate countryregion officelocation headquarters hq location "
            "address",
        ),
        (1, "founded yearestablished foundedyear yearstarted yearfounded"),
        (1, "parentaccount parentid subsidiaryof parentcompany parentaccountid"),
        (1, "ownership rating accountsource customertype lifecyclestage segment accountowner companyowner"),
    ),
    "user": (
        (
            3,
            "salesagent salesrep salesperson rep accountexecutive ownername agent seller owner salesrepresentative username",
        ),
        (1.5, "fullname"),
        (2, "manager managerid managername supervisor teamlead reportsto"),
        (2, "userroleid userrole userrolename rolename timezonesidkey profileid profilename quota role jobtitle"),
        (1.5, "team salesteam regionaloffice territory department teamid teams office region"),
        (1, "email useremail owneremail"),
        (0.5, "firstname"),
        (0.5, "lastname"),
        (1, "isactive active hiredate"),
        (2, "ownerid userid activeuserid salesagentid repid employeeid"),
        (1, "name"),
    ),
    "product": (
        (3, "product productname productid productcode sku item product2id"),
        (3, "listprice salesprice unitprice standardprice price sellingprice"),
        (1, "family series category productfamily productline productcategory"),
        (1, "name"),
        (1, "billingfrequency cost"),
    ),
    **{thing: record.signs for thing, record in RECORDS.items()},
    "contact": (
        (3, "contactowner contactid"),
        (1.5, "lastname"),
        (2, "leadstatus lifecyclestage associatedcompanyids mailingcity jobtitle associatedcompany title"),
        (1, "firstname"),
        (1, "email emailaddress"),
        (1, "phone phonenumber mobilephone"),
        (1, "accountid"),
    ),
    "line item": (
        (4, "opportunitylineitem lineitemid pricebookentryid opportunitylineid"),
        (3, "quantity"),
        (3, "totalprice linetotal"),
        (1, "opportunityid dealid"),
    ),
    "price list": ((5, "pricebook2id pricebook2name pricebookid pricebookname"), (2, "unitprice"), (1, "isactive")),
    "support ticket": ((5, "ticketid casenumber caseid"), (2, "priority")),
    "history by version": ((20, "fivetranstart fivetranend"),),
    "link between records": ((5, "dealid companyid contactid"), (4, "typeid category associationtype")),
}
"""What tells what a file holds: each group of column names counts once. Things without a table of ours come after."""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


MOTIONS = (
    *("new", "exist", "renew", "expan", "upsell", "crosssell", "addon", "upgrad", "downgrad", "extension", "return"),
    *("winback", "reactivat", "replac", "migrat", "neu", "bestand", "verlanger", "erweiter", "nouve", "nuev"),
)
"""Parts of words that say whether a deal is new business, more of it, or a renewal."""

WON = _set("won win wins signed gewonnen gagne gagnee ganado ganada ganho vinto")
LOST = _set(
    "lost loss verloren perdu perdue perdido perdida perso dead abandoned disqualified cancelled canceled rejected "
    "declined withdrawn unqualified unresponsive dropped failed expired duplicate deleted"
)
OPEN = _set(
    "open prospecting prospect prospects qualification qualify qualified qualifying discovery analysis proposition "
    "perception proposal quote quoted negotiation negotiating negotiate review contract appointment scheduled "
    "presentation demo evaluation evaluating engaging engaged engagement verbal commit committed new lead contacted "
    "contact trial pilot poc meeting progress pending active pipeline develop developing solution validation validate "
    "bought decision makers scoping intro introduction nurture offer sent technical working interest interested onsite "
    "procurement legal sql mql sal stalled hold paused delayed postponed shortlist shortlisted identified suspect upside "
    "connected attempted outreach closing upcoming started talks "
    "appointmentscheduled qualifiedtobuy presentationscheduled decisionmakerboughtin contractsent " + german.OPEN
)
LOST_PHRASES = ("nodecision", "notinterested", "wentdark", "noresponse", "nobudget", "nogo", "nosale")
NOT_WON = frozenset(("not", "no", "non", "nicht", "never"))

NOTHING = frozenset(
    ("n/a", "na", "#n/a", "none", "null", "nil", "-", "--", "---", "—", "–", "?", "tbd", "tba", "unknown", "not set")
) | frozenset(("(blank)", "blank", "no value", "(no value)", "nat", "nan", "0000-00-00", "00/00/0000", "not available"))
"""Words that stand for an empty cell in columns of dates and amounts."""
