"""What the company itself keeps: spend, the general ledger, its people, onboarding, exchange rates."""

from __future__ import annotations

from headway.core.things.billing import CURRENCY, CUSTOMER_ID
from headway.core.things.shape import Dated, Field, Link, Record

_CODE = "accountcode accountnumber glaccount glcode accountno nominalcode"
_NAME = "accountname account glaccountname accountdescription"
_DATE = "date period postingdate transactiondate month invoicedate day"
_AMOUNT = "amount netamount value amountusd spend cost debit"

SPEND_LINE = Record(
    fields={
        "id": Field("text", "spendid lineid transactionid"),
        "date": Field("date", _DATE + " datemonth dateday reportdate reportingdate reportingstart"),
        "account_code": Field("text", _CODE),
        "account_name": Field("text", _NAME),
        "category": Field("text", "category costcategory spendcategory class"),
        "cost_center": Field("text", "costcenter costcentre department"),
        "vendor": Field("text", "vendor supplier payee vendorname"),
        "source_channel": Field("text", "channel source sourcechannel utmsource"),
        "campaign": Field("text", "campaign campaignname utmcampaign campaignid adset adsetname"),
        "ad": Field("text", "adid ad adname creativeid"),
        "segment": Field("text", "segment"),
        "stream": Field("text", "stream revenuestream"),
        "motion": Field("text", "motion salesmotion spentfor purpose"),
        "amount": Field("money", _AMOUNT + " spent amountspent", signed=True),
        "currency": Field("text", CURRENCY),
    },
    signs=(
        (4, "impressions clicks utmcampaign costmicros"),
        (3, "spend spent cost"),
        (2, "campaignid adid campaign adset"),
        (3, "vendor supplier payee"),
        (2, "accountcode glaccount costcenter costcentre"),
        (2, "category costcategory"),
        (1.5, "channel utmsource"),
        (1, "amount currency"),
        (1, "date datemonth period"),
    ),
    needs=(
        ("date",),
        ("amount",),
        ("category", "vendor", "source_channel", "account_code", "account_name", "campaign", "ad"),
    ),
    dated=Dated(("date",)),
    key=(
        *("date", "account_code", "account_name", "category", "cost_center", "vendor", "source_channel"),
        *("campaign", "ad", "segment", "stream", "motion"),
    ),
    file_words=("spend", "expenses", "costs", "adspend"),
)

LEDGER_LINE = Record(
    fields={
        "id": Field("text", "entryid journalid transactionid lineid"),
        "date": Field("date", _DATE),
        "account_code": Field("text", _CODE),
        "account_name": Field("text", _NAME),
        "kind": Field("text", "kind type accounttype"),
        "stream": Field("text", "stream revenuestream"),
        "motion": Field("text", "motion salesmotion spentfor purpose"),
        "amount": Field("money", "amount netamount value net", signed=True),
        "currency": Field("text", CURRENCY),
        "customer_id": Field("text", "customerid"),
        "customer": Field("text", "customer customername"),
    },
    signs=(
        (3, "accountcode glaccount glcode nominalcode accountnumber"),
        (2, "accountname glaccountname"),
        (2.5, "kind accounttype"),
        (2, "journal journalid entryid debit credit"),
        (1.5, "customer customerid"),
        (1, "amount"),
        (1, "date postingdate"),
    ),
    needs=(("date",), ("amount",), ("account_code", "account_name"), ("kind", "customer", "customer_id")),
    dated=Dated(("date",)),
    key=("date", "account_code", "account_name", "kind", "stream", "motion", "customer_id", "customer"),
    links=(Link("customer", (("customer_id", "id"), ("customer", "id"), ("customer", "name"))),),
    file_words=("ledger", "gl", "journal"),
)

EMPLOYEE_POSITION = Record(
    fields={
        "id": Field("text", "positionid"),
        "employee": Field("text", "employee employeeref employeeid employeenumber worker person name"),
        "role": Field("text", "role jobtitle title roletype position job"),
        "team": Field("text", "team department"),
        "manager": Field("text", "manager managerref reportsto managerid"),
        "region": Field("text", "region location office"),
        "start_date": Field("date", "startdate start hiredate starteddate"),
        "end_date": Field("date", "enddate end leavedate terminationdate", ("end_date",)),
        "fte": Field("number", "fte fulltimeequivalent workload"),
        "loaded_cost": Field("money", "annualcost loadedcost cost totalcost salary annualsalary"),
        "currency": Field("text", CURRENCY),
        "quota_carrying": Field("flag", "quotacarrying carriesquota isquotacarrying"),
        "ramp_profile": Field("text", "rampprofile ramp rampschedule"),
    },
    signs=(
        (4, "quotacarrying rampprofile fte fulltimeequivalent"),
        (3, "annualcost loadedcost annualsalary salary totalcost"),
        (2.5, "employee employeeref employeenumber worker"),
        (1.5, "startdate hiredate"),
        (1, "role jobtitle roletype"),
        (1, "manager team department"),
        (1, "enddate leavedate terminationdate"),
    ),
    needs=(("employee",), ("start_date",), ("fte", "loaded_cost", "quota_carrying", "ramp_profile")),
    dated=Dated(("start_date",)),
    key=("employee", "role", "start_date"),
    links=(Link("user", (("employee", "id"), ("employee", "name"))),),
    file_words=("people", "headcount", "employees", "positions", "staff"),
)

ONBOARDING = Record(
    fields={
        "id": Field("text", "onboardingid projectid"),
        "customer_id": Field("text", CUSTOMER_ID.replace(" customer ", " ")),
        "customer": Field("text", "customer customername companyname company"),
        "opportunity_id": Field("text", "dealid opportunityid"),
        "started": Field("date", "started startdate start kickoff kickoffdate startedat"),
        "due": Field("date", "due duedate targetdate golivedate plannedgolive"),
        "first_value_date": Field(
            "date", "firstvaluedate firstvalue timetovaluedate goliveactual livedate completedat", ("first_value_date",)
        ),
        "status": Field("text", "status state", ("first_value_date",), "running"),
        "team": Field("text", "team owner onboardingteam csm"),
    },
    signs=(
        (5, "firstvaluedate firstvalue onboardingid kickoff kickoffdate"),
        (2, "due duedate golivedate targetdate"),
        (1.5, "started startdate"),
        (1, "customer customerid dealid"),
        (1, "status team"),
    ),
    needs=(("customer", "customer_id", "opportunity_id"), ("started",), ("due", "first_value_date")),
    dated=Dated(("started",)),
    key=("customer_id", "customer", "opportunity_id", "started"),
    links=(
        Link("customer", (("customer_id", "id"), ("customer", "id"), ("customer", "name"))),
        Link("opportunity", (("opportunity_id", "id"),)),
    ),
    file_words=("onboarding", "implementation", "implementations"),
)

FX_RATE = Record(
    fields={
        "date": Field("date", "date day ratedate startdate asof effectivedate"),
        "currency": Field("text", "currency currencycode isocode from fromcurrency currencyisocode"),
        "rate": Field("number", "rate exchangerate fxrate conversionrate value"),
        "kind": Field("text", "kind ratetype type"),
    },
    signs=(
        (4, "rate exchangerate fxrate conversionrate"),
        (2, "currency currencycode isocode fromcurrency"),
        (1, "date ratedate startdate day"),
        (1, "tocurrency basecurrency ratetype"),
    ),
    needs=(("date",), ("currency",), ("rate",)),
    dated=Dated(("date",)),
    key=("date", "currency", "kind"),
    file_words=("fx", "rates", "exchange", "currencies"),
)
