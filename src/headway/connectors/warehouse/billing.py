"""What billing systems lay apart: prices, subscriptions and discounts beside the items they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from headway.connectors.warehouse.plain import Plain
from headway.tables.engine import quoted


def is_items(plain: Plain) -> bool:
    """Whether rows are the items of subscriptions: what is billed, how many of it."""
    priced = plain.has("priceid", "planid", "price", "plan")
    line = plain.has("invoiceid", "invoice", "amount", "periodstart")
    return (
        bool(plain.has("id") and plain.has("subscriptionid", "subscription") and plain.has("quantity") and priced)
        and not line
    )


def is_prices(plain: Plain) -> bool:
    """Whether rows are prices or plans: an amount for each interval."""
    worth = plain.has("unitamount", "unitamountdecimal", "amount")
    often = plain.has("recurringinterval", "interval")
    return bool(plain.has("id") and worth and often and plain.has("currency")) and not plain.has(
        "subscriptionid", "subscription"
    )


def is_subscriptions(plain: Plain) -> bool:
    """Whether rows are subscriptions."""
    owner = plain.has("customerid", "customer")
    return bool(plain.has("id") and owner and plain.has("status") and plain.has("startdate", "currentperiodstart"))


def is_discounts(plain: Plain) -> bool:
    """Whether rows say which coupon a subscription has, and from when to when."""
    return bool(plain.has("couponid") and plain.has("subscriptionid") and plain.has("start"))


def is_coupons(plain: Plain) -> bool:
    """Whether rows say what a coupon takes off."""
    return bool(plain.has("id") and plain.has("percentoff") and plain.has("duration"))


def is_minor(plain: Plain) -> bool:
    """Whether a table comes from a system that counts money in the smallest unit of its currency."""
    return bool(plain.has("livemode"))


def completed(plain: Plain, others: Sequence[Plain]) -> Plain:
    """The items with their price, their customer, when they began and ended, and what is taken off for good."""
    plain = _priced(plain, [other for other in others if is_prices(other)])
    owners = [other for other in others if is_subscriptions(other) and not other.versions]
    owners += [other for other in others if is_subscriptions(other) and other.versions]
    if owners:
        plain = _owned(plain, owners[0])
    coupons = next((other for other in others if is_coupons(other)), None)
    discounts = next((other for other in others if is_discounts(other)), None)
    if coupons and discounts:
        plain = _discounted(plain, discounts, coupons)
    return _bounded(plain)


def _priced(plain: Plain, prices: Sequence[Plain]) -> Plain:
    own = plain.cell(plain.has("priceid", "price", "planid", "plan"))
    joins: list[str] = []
    for number, price in enumerate(prices):
        joins.append(f"LEFT JOIN ({_price_list(price)}) p{number} ON p{number}.code = {own}")
    if not joins:
        return plain

    def first(name: str) -> str:
        return f"coalesce({', '.join(f'p{number}.{name}' for number in range(len(joins)))}, NULL)"

    made = {
        "unit_amount": first("worth"),
        "currency": first("currency"),
        "interval": first("often"),
        "interval_count": first("many"),
        "product_id": first("product"),
        "recurring": first("recurring"),
        "livemode": first("live"),
    }
    made = {name: sql for name, sql in made.items() if not plain.has(name.replace("_", ""))}
    named = ", ".join(price.table.name for price in prices)
    return plain.with_columns(made, *joins, note=f"priced by {named}")


def _price_list(price: Plain) -> str:
    """Each price once: its amount with all decimals, how often it is charged, and whether it is for metered use."""

    def cell(*names: str) -> str:
        found = price.has(*names)
        return price.cell(found) if found else "NULL"

    metered = f"lower({cell('recurringusagetype', 'usagetype')})"
    worth = f"coalesce({cell('unitamountdecimal')}, {cell('unitamount', 'amount')})"
    kind = f"lower({cell('type')})"
    recurring = f"CASE WHEN {metered} = 'metered' OR {kind} = 'one_time' THEN 'false' ELSE 'true' END"
    columns = {
        "worth": worth,
        "currency": cell("currency"),
        "often": cell("recurringinterval", "interval"),
        "many": cell("recurringintervalcount", "intervalcount"),
        "product": cell("productid", "product"),
        "recurring": recurring,
        "live": cell("livemode") if is_minor(price) else "NULL",
    }
    picked = ", ".join(f"any_value({sql}) AS {name}" for name, sql in columns.items())
    code = price.cell(price.has("id"))
    return f"SELECT {code} AS code, {picked} FROM {price.source} WHERE {code} IS NOT NULL GROUP BY ALL"


def _owned(plain: Plain, owner: Plain) -> Plain:
    def cell(*names: str) -> str:
        found = owner.has(*names)
        return owner.cell(found) if found else "NULL"

    picked = {
        "customer": cell("customerid", "customer"),
        "began": f"coalesce({cell('startdate')}, {cell('created')}, {cell('currentperiodstart')})",
        "ended": cell("endedat"),
    }
    newest = ", ".join(f"arg_max({sql}, {owner.order}) AS {name}" for name, sql in picked.items())
    code = owner.cell(owner.has("id"))
    listed = f"SELECT {code} AS code, {newest} FROM {owner.source} WHERE {code} IS NOT NULL GROUP BY ALL"
    joined = f"LEFT JOIN ({listed}) so ON so.code = {plain.cell(plain.has('subscriptionid', 'subscription'))}"
    made = {"customer_id": "so.customer"} if not plain.has("customerid", "customer") else {}
    made |= {"subscription_began": "so.began", "subscription_ended": "so.ended"}
    return plain.with_columns(made, joined, note=f"customer, start and end by {owner.table.name}")


def _discounted(plain: Plain, discounts: Plain, coupons: Plain) -> Plain:
    """What a coupon takes off in percent for as long as the subscription lasts; what ends, or is an amount, is left out."""
    coupon, taken = coupons.cell(coupons.has("id")), coupons.cell(coupons.has("percentoff"))
    lasting = coupons.cell(coupons.has("duration"))
    ends = discounts.has("end")
    listed = (
        f"SELECT {discounts.cell(discounts.has('subscriptionid'))} AS code, {discounts.cell(discounts.has('couponid'))} "
        f"AS coupon, {discounts.cell(ends) if ends else 'NULL'} AS ends FROM {discounts.source}"
    )
    known = f"SELECT {coupon} AS coupon, {taken} AS taken FROM {coupons.source} WHERE lower({lasting}) = 'forever'"
    together = (
        f"SELECT d.code, CAST(max(try_cast(c.taken AS DECIMAL(18,4))) AS VARCHAR) AS taken FROM ({listed}) d "
        f"JOIN ({known}) c ON c.coupon = d.coupon WHERE d.code IS NOT NULL AND d.ends IS NULL GROUP BY d.code"
    )
    joined = f"LEFT JOIN ({together}) co ON co.code = {plain.cell(plain.has('subscriptionid', 'subscription'))}"
    if plain.has("discountpercent", "percentoff"):
        return plain
    return plain.with_columns(
        {"discount_percent": "co.taken"}, joined, note=f"lasting discounts by {coupons.table.name}"
    )


def _bounded(plain: Plain) -> Plain:
    """From when to when an item counted: every version of it for its own time, else from its creation to the end."""
    own = plain.has("created", "createdat")
    named = (plain.columns.get(name, "NULL") for name in (own, "subscription_began", "subscription_ended"))
    created, began, ended = (_uncounted(sql) for sql in named)
    if plain.has("validfrom"):
        return plain
    loader = plain.loader
    if not (loader and loader.start and plain.versions):
        return plain.with_columns({"valid_from": f"coalesce({created}, {began})", "valid_to": ended})
    shown = {name: _moment(plain, name) for name in (loader.start, loader.end) if name}
    key = plain.cell(plain.key)
    start, first = shown[loader.start], f"row_number() OVER (PARTITION BY {key} ORDER BY {plain.order}) = 1"
    earliest = f"CASE WHEN {first} THEN least({start}, coalesce({created}, {began}, {start})) ELSE {start} END"
    until = f"coalesce({shown[loader.end]}, {ended})" if loader.end else ended
    made = {"id": f"concat({key}, '@', {start})", "valid_from": earliest, "valid_to": until}
    note = "every version counts for its own time, as an item of its own"
    return replace(plain.with_columns(made, note=note), versions=False)


def _uncounted(text: str) -> str:
    """A moment that may be written as seconds since 1970, as text like any other."""
    counted = f"regexp_full_match({text}, '1[0-9]{{9}}')"
    seconds = f"make_timestamp(CAST({text} AS BIGINT) * 1000000)"
    return (
        text if text == "NULL" else f"CASE WHEN {counted} THEN strftime({seconds}, '%Y-%m-%d %H:%M:%S') ELSE {text} END"
    )


def _moment(plain: Plain, name: str) -> str:
    """A loader's moment as text; none where it only says that a version still holds."""
    kind = plain.table.columns[name].upper()
    raw = f"t.{quoted(name)}"
    moment = f"CAST({raw} AS TIMESTAMP)" if kind.startswith(("TIMESTAMP", "DATE")) else f"try_cast({raw} AS TIMESTAMP)"
    finite = f"isfinite({moment}) AND year({moment}) < 2190"
    return f"CASE WHEN {finite} THEN strftime({moment}, '%Y-%m-%d %H:%M:%S') END"
