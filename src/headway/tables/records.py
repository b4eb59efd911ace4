"""The further things as known on a day, each a view of its own, and what each of their records belongs to.

A record is known from its own date on, or from the first load that shows it. What its own dates tell of it is not known
before them. The rule, with examples, is in `docs/decisions/0006-facts-and-as-of.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from headway.core.mapping import Thing
from headway.core.reconciliation import LinkSaid
from headway.core.things import RECORDS, Field, Link, Record
from headway.tables.asof import Viewpoint, base_sql
from headway.tables.engine import Engine, literal, quoted
from headway.tables.history import version_table

UNLINKED = "none"
"""The method of a link that was not found."""

_OWN = ("id", "key", "source_id", "connector")
_NO_LINKS = (
    "SELECT CAST(NULL AS VARCHAR) AS a_thing, CAST(NULL AS BIGINT) AS a_id, CAST(NULL AS VARCHAR) AS b_thing, "
    "CAST(NULL AS BIGINT) AS b_id, CAST(NULL AS VARCHAR) AS method WHERE FALSE"
)
_OVERRULED = (
    "SELECT f.* FROM ({found}) f WHERE NOT (f.a_thing = 'customer' AND f.b_thing = 'account' AND ("
    "f.a_id IN (SELECT a_id FROM said_link WHERE state = 'confirmed' AND b_id IS NOT NULL) OR "
    "(f.a_id, f.b_id) IN (SELECT (a_id, b_id) FROM said_link WHERE state = 'refused'))) "
    "UNION ALL SELECT 'customer', a_id, 'account', b_id, 'confirmed' FROM said_link "
    "WHERE state = 'confirmed' AND place = 0 AND a_id IS NOT NULL AND b_id IS NOT NULL"
)
_FORMS = (
    "ab|ag|and|aps|as|asa|bv|co|company|corp|corporation|doo|et|gbr|gmbh|inc|incorporated|kft|kg|kgaa|"
    "limited|llc|llp|lp|ltd|ltda|mbh|nv|ohg|oy|oyj|plc|pte|pty|sa|sarl|sas|se|sl|sls|spa|spzoo|srl|srls|sro|the|und"
)
_PLAIN = (
    "nullif(regexp_replace(regexp_replace(regexp_replace(strip_accents(lower(written)), "
    f"'[^\\p{{L}}\\p{{N}}]+', ' ', 'g'), '\\b({_FORMS})\\b', '', 'g'), '\\s+', '', 'g'), '')"
)
"""A name without case, accents, punctuation, blanks and what only says the legal form."""

_DOMAIN = "split_part(regexp_replace(lower({0}), '^(https?://)?(www\\.)?', ''), '/', 1)"


def lay_records(
    engine: Engine, at: Viewpoint, accounts: Mapping[str, Sequence[str]], said: Sequence[LinkSaid] = ()
) -> dict[str, str]:
    """The statements of temporary views, by their names: one for each further thing, and `entity_link`.

    What was never loaded is empty. They are laid as questions name them: most name few, and to bind all takes long.

    accounts: which accounts of the ledger, by code or by name, are the costs of which function. What people said of
    customers and accounts wins over what was found; `said_link` holds it.
    """
    engine.run(f"CREATE TEMP MACRO plain_name(written) AS {_PLAIN}")
    loaded = {str(thing) for (thing,) in engine.run("SELECT DISTINCT thing FROM load_count")}
    columns: dict[str, list[str]] = {}
    for thing, name in engine.run("SELECT thing, name FROM catalogue ORDER BY thing, place"):
        columns.setdefault(str(thing), []).append(str(name))
    late = {t: f"CREATE TEMP VIEW {t} AS {_known(t, columns[t], at, accounts, there=t in loaded)}" for t in RECORDS}
    links = [_links(t, link, columns) for t, record in RECORDS.items() if t in loaded for link in record.links]
    found = " UNION ALL ".join(links) or _NO_LINKS
    late["said_link"] = f"CREATE TEMP TABLE said_link AS {_said(said)}"
    late["entity_link"] = f"CREATE TEMP VIEW entity_link AS {_OVERRULED.format(found=found) if said else found}"
    return late


def _said(said: Sequence[LinkSaid]) -> str:
    """What people said, each customer and account found by its id or its key; `place` 0 is the customer's own account."""
    rows = [
        f"({literal(one.customer)}, {literal(account)}, {literal(state)}, {place})"
        for one in said
        for state, named in (("confirmed", one.accounts), ("refused", one.refused))
        for place, account in enumerate(named)
    ]
    there = f"(VALUES {', '.join(rows) or '(NULL, NULL, NULL, 0)'}) v(customer, account, state, place)"
    return (
        f"SELECT c.id AS a_id, a.id AS b_id, v.state, v.place, v.customer, v.account FROM {there} "
        f"LEFT JOIN customer c ON v.customer IN (c.source_id, c.key) "
        f"LEFT JOIN base_account a ON v.account IN (a.source_id, a.key) WHERE v.state IS NOT NULL"
    )


def _known(
    thing: Thing, names: Sequence[str], at: Viewpoint, accounts: Mapping[str, Sequence[str]], *, there: bool
) -> str:
    """The records of a thing there on the day, each field as far as it was known."""
    record = RECORDS[thing]
    days = [name for name in names if (f := record.fields.get(name)) and f.kind == "moment" and name.endswith("_at")]
    made = [f"CAST({name} AS DATE) AS {name[:-3]}_date" for name in days if f"{name[:-3]}_date" not in names]
    outcome = _outcome(thing, there=there)
    made += ["source_channel AS source"] if "source_channel" in names and "source" not in names else []
    made += [_function(accounts)] if "account_code" in names and "function" not in names else []
    if not there:
        empty = ", ".join([*_OWN, *(quoted(name) for name in names), "FALSE AS reconstructed", *made, *outcome])
        return f"SELECT {empty} FROM {version_table(thing)} WHERE FALSE"
    columns = [f"b.{name}" for name in _OWN]
    deals = {own for link in record.links if link.to == "opportunity" for own, theirs in link.by if theirs == "id"}
    columns += [f"{_value(record.fields.get(name), name, at, name in deals)} AS {quoted(name)}" for name in names]
    reconstructed = f"b.seq > {at.load} OR l.id IS NOT NULL" if at.day else "FALSE"
    base = f"SELECT {', '.join(columns)}, {reconstructed} AS reconstructed FROM ({base_sql(thing, at)}) b"
    if at.day:
        base += f" LEFT JOIN ({_later(record, thing, at)}) l ON l.id = b.id AND b.seq <= {at.load}"
        base += f"{_through(record, at)} WHERE {_there(record, at)}"
    joined = " LEFT JOIN lead_outcome f ON f.lead = id" if outcome else ""
    return f"SELECT {', '.join(['r.*', *made, *outcome])} FROM ({base}) r{joined}"


def _outcome(thing: Thing, *, there: bool) -> tuple[str, ...]:
    """What became of a lead: the deal it led to, as it names it or the deal names the lead, and the day that was won."""
    if thing != "lead":
        return ()
    if not there:
        return ("CAST(NULL AS VARCHAR) AS led_to", "CAST(NULL AS DATE) AS won_date")
    return ("coalesce(opportunity_id, f.led_to) AS led_to", "f.won_date AS won_date")


def _function(accounts: Mapping[str, Sequence[str]]) -> str:
    """What the cost of an account is for, as the company says; unknown where it does not say."""
    cases = [
        f"WHEN lower({column}) LIKE {literal(_pattern(account))} ESCAPE '!' THEN {literal(function)}"
        for function, named in accounts.items()
        for account in named
        for column in ("account_code", "account_name")
    ]
    return f"CASE {' '.join(cases)} END AS function" if cases else "CAST(NULL AS VARCHAR) AS function"


def _pattern(account: str) -> str:
    """An account as it is searched: in any case, `*` for the rest."""
    plain = account.casefold()
    for sign in "!%_":
        plain = plain.replace(sign, f"!{sign}")
    return plain.replace("*", "%")


def _value(field: Field | None, name: str, at: Viewpoint, names_deal: bool) -> str:
    own = f"b.{quoted(name)}"
    if at.day is None or field is None:
        return own
    if names_deal:  # a deal that was not there yet cannot have been pointed at
        later = "SELECT source_id FROM opportunity_version EXCEPT SELECT source_id FROM deal"
        own = f"CASE WHEN b.seq > {at.load} AND {own} IN ({later}) THEN NULL ELSE {own} END"
    if not field.told_by:
        return own
    before, after = _first(field.told_by, "b"), _first(field.told_by, "l")
    meanwhile = literal(field.meanwhile) if field.meanwhile else "NULL"
    return (
        f"CASE WHEN {after} <= {at.limit} THEN l.{quoted(name)} "
        f"WHEN b.seq > {at.load} AND {before} > {at.limit} THEN {meanwhile} ELSE {own} END"
    )


def _first(dates: Sequence[str], of: str) -> str:
    """The first of the dates there are."""
    days = [f"CAST({of}.{quoted(name)} AS DATE)" for name in dates]
    return days[0] if len(days) == 1 else f"least({', '.join(days)})"


def _later(record: Record, thing: Thing, at: Viewpoint) -> str:
    """What a later load tells of events up to the day that the load of the day did not know."""
    events = sorted({name for field in record.fields.values() for name in field.told_by})
    if not events:
        return "SELECT CAST(NULL AS BIGINT) AS id"
    fresh = " OR ".join(
        f"(CAST(v.{quoted(e)} AS DATE) <= {at.limit} AND coalesce(CAST(k.{quoted(e)} AS DATE) > {at.limit}, TRUE))"
        for e in events
    )
    return (
        f"SELECT v.* FROM {version_table(thing)} v JOIN ({base_sql(thing, at)}) k ON k.id = v.id "
        f"WHERE v.seq > {at.load} AND k.seq <= {at.load} AND NOT v.deleted AND ({fresh}) "
        f"QUALIFY row_number() OVER (PARTITION BY v.id ORDER BY v.seq) = 1"
    )


def _through(record: Record, at: Viewpoint) -> str:
    """The join to the record that dates this one where it has no date of its own."""
    link = next((link for link in record.links if link.to == record.dated.through), None)
    if link is None:
        return ""
    own = link.by[0][0]
    return f" LEFT JOIN ({base_sql(link.to, at)}) t ON t.connector = b.connector AND t.source_id = b.{quoted(own)}"


def _there(record: Record, at: Viewpoint) -> str:
    dates = [f"b.{quoted(name)}" for name in record.dated.fields]
    if record.dated.through:
        dates += [f"t.{quoted(name)}" for name in RECORDS[record.dated.through].dated.fields]
    days = ", ".join(f"CAST({name} AS DATE)" for name in dates)
    undated = "TRUE" if record.dated.always else "FALSE"
    return f"(coalesce(coalesce({days}) <= {at.limit}, {undated}) OR b.first_seq <= {at.load})"


def _links(thing: Thing, link: Link, columns: Mapping[str, Sequence[str]]) -> str:
    """Each record of a thing that names what it belongs to, with what that is, and by which field it was found.

    An id counts within its own connector first; anywhere else, and for every other field, only one record may bear it.
    """
    joins, found = list[str](), list[tuple[str, str]]()
    pairs = [(own, theirs) for own, theirs in link.by if theirs == "id" or _column(theirs) in columns[link.to]]
    for place, (own, theirs) in enumerate(pairs):
        cell = f"a.{quoted(_column(own))}"
        if theirs == "id":
            joins.append(
                f"LEFT JOIN {_bearers(link.to, theirs, within=True)} i{place} "
                f"ON i{place}.connector = a.connector AND i{place}.word = {cell}"
            )
            found.append((f"i{place}.id", "id"))
        joins.append(
            f"LEFT JOIN {_bearers(link.to, theirs, within=False)} j{place} ON j{place}.word = {_word(theirs, cell)}"
        )
        found.append((f"j{place}.id", theirs))
    named = [f"a.{quoted(own)}" for own, _ in pairs if own != "id"]
    any_named = " OR ".join(f"{cell} IS NOT NULL" for cell in named) or "FALSE"
    refs = [ref for ref, _ in found]
    cases = " ".join(f"WHEN {ref} IS NOT NULL THEN {literal(method)}" for ref, method in found)
    return (
        f"SELECT {literal(thing)} AS a_thing, a.id AS a_id, {literal(link.to)} AS b_thing, "
        f"coalesce({', '.join(refs)}) AS b_id, CASE {cases} ELSE {literal(UNLINKED)} END AS method "
        f"FROM {thing} a {' '.join(joins)} WHERE coalesce({', '.join(refs)}) IS NOT NULL OR {any_named}"
    )


def _bearers(thing: Thing, field: str, *, within: bool) -> str:
    relation = thing if thing in RECORDS else "deal" if thing == "opportunity" else f"base_{thing}"
    word = _word(field, quoted(_column(field)))
    scope = "connector, " if within else ""
    return (
        f"(SELECT {scope}{word} AS word, any_value(id) AS id FROM {relation} WHERE {word} IS NOT NULL "
        f"GROUP BY {scope}word HAVING count(DISTINCT id) = 1)"
    )


def _column(field: str) -> str:
    return {"id": "source_id", "plain_name": "name"}.get(field, field)


def _word(field: str, cell: str) -> str:
    """A value as it is compared: ids to the letter, names in any case, domains without what stands around them."""
    if field == "name":
        return f"lower({cell})"
    if field == "plain_name":
        return f"plain_name({cell})"
    return _DOMAIN.format(cell) if field == "domain" else cell
