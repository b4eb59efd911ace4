"""What billing systems hold: customers, subscriptions and their items, invoices and their lines."""

from __future__ import annotations

from headway.core.things.shape import Dated, Field, Link, Record

CURRENCY = "currency currencycode currencyisocode isocode"
CUSTOMER_ID = "customerid customer accountid clientid customerref cust billingcustomerid companyid"
SUBSCRIPTION_ID = "subscriptionid subscription subscriptionref contractid"
_PRODUCT_ID = "productid product plancode sku itemid"
_QUANTITY = "quantity qty seats licenses licences units seatcount"
_STARTS = "startdate start started startedat activatedat subscriptionstart begindate currenttermstartdate"
_ENDS = "enddate end endsat subscriptionend contractend contractenddate terminationdate"
_INTERVAL = "interval billinginterval billingperiodunit billingfrequency billingcycle frequency planinterval period"

CUSTOMER = Record(
    fields={
        "id": Field("text", "id customerid customerref recordid objectid"),
        "name": Field("text", "name customername companyname company businessname legalname displayname"),
        "email": Field("text", "email customeremail billingemail emailaddress"),
        "email_domain": Field("text", "emaildomain domain companydomainname website"),
        "account_id": Field(
            "text",
            "metadatahubspotcompanyid hubspotcompanyid metadatasalesforceaccountid salesforceaccountid crmaccountid "
            "crmcompanyid metadataaccountid metadatacrmid accountid cfaccountid",
        ),
        "currency": Field("text", CURRENCY + " defaultcurrency preferredcurrencycode"),
        "created_date": Field("date", "created createdat createddate createdutc datecreated signupdate customersince"),
        "status": Field("text", "status state customerstatus"),
        "country": Field("text", "country billingcountry countryregion addresscountry cardaddresscountry"),
        "segment": Field("text", "segment customersegment"),
    },
    signs=(
        (4, "metadatahubspotcompanyid metadatasalesforceaccountid hubspotcompanyid defaultbillingmethod delinquent"),
        (2.5, "emaildomain billingemail preferredcurrencycode customeremail autocollection"),
        (2, "customerid customername"),
        (1.5, "currency created createdutc"),
        (1, "id name"),
        (1, "email description balance taxid"),
    ),
    needs=(("id",), ("name", "email", "email_domain", "account_id", "currency")),
    dated=Dated(("created_date",), always=True),
    key=("name",),
    links=(
        Link(
            "account",
            (("account_id", "id"), ("email_domain", "domain"), ("name", "name"), ("name", "plain_name")),
        ),
    ),
    file_words=("customer", "customers"),
    own_words=("customer",),
)

SUBSCRIPTION = Record(
    fields={
        "id": Field("text", "id subscriptionid subscriptionnumber contractid"),
        "customer_id": Field("text", CUSTOMER_ID),
        "customer": Field("text", "customername customeremail companyname accountname company"),
        "status": Field("text", "status state subscriptionstatus", ("canceled_at", "ended_at", "end_date"), "active"),
        "plan": Field("text", "plan planname plantier product productname subscriptiontype priceid planid"),
        "start_date": Field("date", _STARTS),
        "end_date": Field("date", _ENDS, ("end_date",)),
        "trial_end": Field("date", "trialend trialendutc trialends"),
        "current_term_start": Field("date", "currenttermstart currentperiodstart currenttermstartutc"),
        "current_term_end": Field("date", "currenttermend currentperiodend billeduntildate paiduntil renewaldate"),
        "cancel_at": Field("date", "cancelat cancelatutc cancellationeffectivedate", ("canceled_at", "cancel_at")),
        "canceled_at": Field(
            "date", "canceledat cancelledat canceledatutc cancellationdate noticedate", ("canceled_at",)
        ),
        "ended_at": Field("date", "endedat endedatutc ended churndate", ("ended_at",)),
        "cancel_reason": Field(
            "text", "cancelreason cancellationreason churnreason reasoncode", ("canceled_at", "ended_at", "end_date")
        ),
        "contract_value": Field("money", "contractvalue totalcontractvalue tcv contractamount tcvamount"),
        "mrr": Field("money", "mrr mrramount monthlyamount monthlyrecurringrevenue monthlyvalue"),
        "arr": Field("money", "arr arramount annualamount annualrecurringrevenue annualvalue"),
        "quantity": Field("number", _QUANTITY),
        "currency": Field("text", CURRENCY),
        "interval": Field("text", _INTERVAL),
    },
    signs=(
        (4, "subscriptionid monthlyamount mrr mrramount arramount"),
        (3, "cancelat canceledat cancelledat endedat cancelreason cancelatperiodend autorenewflag"),
        (2.5, "currenttermstart currentperiodstart billeduntildate trialend"),
        (2, "customer customerid accountid clientid schoolid"),
        (2, "startdate started activatedat"),
        (1, "status plantier billingfrequency seats enddate billingmethod"),
    ),
    needs=(("id",), ("start_date",), ("customer_id", "customer", "status", "mrr", "arr", "contract_value")),
    dated=Dated(("start_date",)),
    key=("customer_id", "start_date"),
    links=(Link("customer", (("customer_id", "id"), ("customer", "name"))),),
    file_words=("subscription", "subscriptions"),
    own_words=("subscription",),
)

SUBSCRIPTION_ITEM = Record(
    fields={
        "id": Field("text", "id subscriptionitemid itemid lineid"),
        "subscription_id": Field("text", SUBSCRIPTION_ID),
        "customer_id": Field("text", CUSTOMER_ID),
        "product_id": Field("text", _PRODUCT_ID),
        "price_id": Field("text", "priceid price itempriceid planid plan"),
        "quantity": Field("number", _QUANTITY),
        "unit_amount": Field("money", "unitamount unitprice priceperunit itemprice amount"),
        "currency": Field("text", CURRENCY),
        "interval": Field("text", _INTERVAL),
        "interval_count": Field("number", "intervalcount billingperiod intervallength"),
        "usage_type": Field("text", "usagetype recurringusagetype metering pricingtype"),
        "minimum_amount": Field(
            "money", "minimumamount committedamount commitment commitamount minimumcommitment minimumcharge minimumfee"
        ),
        "discount_percent": Field("percent", "discountpercent percentoff discountpct discountpercentage couponpercent"),
        "discount_amount": Field("money", "discountamount amountoff"),
        "valid_from": Field("date", "validfrom startdate effectivefrom from start createdat"),
        "valid_to": Field("date", "validto enddate effectiveto to end", ("valid_to",)),
        "recurring": Field("flag", "recurring isrecurring"),
    },
    signs=(
        (4, "subscriptionitemid itempriceid priceid"),
        (3, "subscription subscriptionid"),
        (2.5, "unitamount unitprice"),
        (2.5, "quantity seats"),
        (2.5, "validfrom validto effectivefrom effectiveto"),
        (2, "interval intervalcount billingperiodunit"),
        (1.5, "discountpercent percentoff"),
        (1, "price product customer"),
    ),
    needs=(("subscription_id", "customer_id"), ("unit_amount",), ("valid_from",)),
    dated=Dated(("valid_from",)),
    key=("subscription_id", "price_id", "product_id", "valid_from"),
    links=(
        Link("subscription", (("subscription_id", "id"),)),
        Link("customer", (("customer_id", "id"),)),
        Link("product", (("product_id", "id"), ("product_id", "name"))),
    ),
    file_words=("items",),
)

INVOICE = Record(
    fields={
        "id": Field("text", "id invoiceid number invoicenumber documentnumber"),
        "customer_id": Field("text", CUSTOMER_ID),
        "customer": Field("text", "customername companyname contactname"),
        "subscription_id": Field("text", SUBSCRIPTION_ID),
        "number": Field("text", "number invoicenumber invoiceno docnumber"),
        "created_date": Field("date", "created invoicedate createdat createddate date issuedate dateutc createdutc"),
        "due_date": Field("date", "duedate due dueon duedateutc"),
        "paid_date": Field("date", "paidat paiddate paidon fullypaidondate", ("paid_date",)),
        "status": Field("text", "status state invoicestatus"),
        "currency": Field("text", CURRENCY),
        "total": Field("money", "total amount totalamount amountdue invoicetotal grandtotal", signed=True),
    },
    signs=(
        (5, "invoiceid invoicedate invoicenumber"),
        (3, "duedate duedateutc"),
        (2.5, "total amountdue amountpaid subtotal"),
        (2, "number"),
        (2, "customer customerid subscription subscriptionid"),
        (1, "status created currency"),
    ),
    needs=(("id",), ("total",), ("created_date", "due_date")),
    dated=Dated(("created_date",)),
    key=("number",),
    links=(
        Link("customer", (("customer_id", "id"), ("customer", "name"))),
        Link("subscription", (("subscription_id", "id"),)),
    ),
    file_words=("invoice", "invoices"),
    own_words=("invoice",),
)

INVOICE_LINE = Record(
    fields={
        "id": Field("text", "id lineid invoicelineid lineitemid invoiceitemid"),
        "invoice_id": Field("text", "invoiceid invoice invoicenumber"),
        "customer_id": Field("text", CUSTOMER_ID),
        "subscription_id": Field("text", SUBSCRIPTION_ID),
        "subscription_item_id": Field("text", "subscriptionitemid subscriptionitem"),
        "product_id": Field("text", _PRODUCT_ID),
        "description": Field("text", "description memo lineitem"),
        "amount": Field("money", "amount lineamount netamount total linetotal", signed=True),
        "currency": Field("text", CURRENCY),
        "invoice_date": Field("date", "invoicedate created createdat date"),
        "period_start": Field(
            "date", "periodstart billingstartdate serviceperiodstart servicestart startdate datefrom"
        ),
        "period_end": Field("date", "periodend billingenddate serviceperiodend serviceend enddate dateto"),
        "proration": Field("flag", "proration isproration prorated"),
        "recurring": Field("flag", "recurring isrecurring"),
    },
    signs=(
        (4, "invoicelineid invoiceitemid subscriptionitem proration"),
        (3.5, "periodstart billingstartdate serviceperiodstart servicestart"),
        (2, "periodend billingenddate serviceperiodend serviceend"),
        (3, "invoice invoiceid"),
        (2, "description recurring lineamount linetotal"),
        (2, "amount netamount"),
        (2, "customerid subscriptionid"),
        (1, "currency productid invoicedate"),
    ),
    needs=(("invoice_id",), ("amount",), ("period_start", "description")),
    dated=Dated(("invoice_date",), through="invoice"),
    key=("invoice_id", "subscription_item_id", "product_id", "period_start", "period_end"),
    links=(
        Link("invoice", (("invoice_id", "id"), ("invoice_id", "number"))),
        Link("customer", (("customer_id", "id"),)),
        Link("subscription", (("subscription_id", "id"),)),
        Link("subscription_item", (("subscription_item_id", "id"),)),
        Link("product", (("product_id", "id"), ("product_id", "name"))),
    ),
    file_words=("lines",),
)
