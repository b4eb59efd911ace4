"""Which billing customer is which CRM account: links taken with their method, candidates that wait, never a guess."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from headway.core.reconciliation import Link
from headway.metrics.facts import Facts, once

CONFIDENCE: Mapping[str, Decimal] = {
    "confirmed": Decimal(1),
    "id": Decimal("0.99"),
    "domain": Decimal("0.95"),
    "name": Decimal("0.90"),
    "plain_name": Decimal("0.80"),
    "near_name": Decimal("0.50"),
}
"""How far each way of linking is trusted; what is told apart by more than one candidate shares its trust among them."""

NEAR = Decimal("0.92")
"""The likeness of two names (Jaro and Winkler's, 0 to 1) from which one is a candidate for the other."""

_LAID = (
    "CREATE OR REPLACE TEMP TABLE tie_link AS SELECT * FROM entity_link WHERE a_thing IN "
    "('customer', 'subscription', 'subscription_item', 'invoice', 'invoice_line', 'ledger_line')"
)

_SIDES = (
    "CREATE OR REPLACE TEMP TABLE tie_account AS SELECT 'a:' || key AS node, source_id AS ref, name, "
    "{domain} AS domain, plain_name(name) AS plain FROM base_account UNION ALL "
    "SELECT DISTINCT 'd:' || coalesce(o.account, o.account_id), coalesce(o.account_id, o.account), o.account, NULL, "
    "plain_name(o.account) FROM every_deal o WHERE coalesce(o.account, o.account_id) IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM base_account b WHERE b.source_id = o.account_id); "
    "CREATE OR REPLACE TEMP TABLE tie_customer AS SELECT key AS node, source_id AS ref, name, account_id, "
    "lower(email_domain) AS domain, plain_name(name) AS plain FROM customer UNION ALL "
    "SELECT DISTINCT s.customer_id, s.customer_id, s.customer, s.customer_id, NULL, plain_name(s.customer) "
    "FROM subscription s WHERE s.customer_id IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM tie_link k WHERE k.a_thing = 'subscription' AND k.a_id = s.id AND k.b_thing = 'customer' "
    "AND k.b_id IS NOT NULL)"
)
_TAKEN = (
    "SELECT c.key, 'a:' || a.key, k.method FROM tie_link k JOIN customer c ON c.id = k.a_id "
    "JOIN base_account a ON a.id = k.b_id WHERE k.a_thing = 'customer' AND k.b_thing = 'account' ORDER BY 1, 2"
)
_FURTHER = (
    "SELECT c.key, 'a:' || a.key FROM said_link s JOIN customer c ON c.id = s.a_id JOIN base_account a ON a.id = s.b_id "
    "WHERE s.state = '{state}' ORDER BY 1, s.place"
)
_POSSIBLE = (
    "WITH lone AS (SELECT * FROM tie_customer WHERE node NOT IN (SELECT unnest(?))) "
    "SELECT l.node, a.node, 'id', 1.0 FROM lone l JOIN tie_account a ON a.ref = l.account_id UNION "
    "SELECT l.node, a.node, 'domain', 1.0 FROM lone l JOIN tie_account a ON a.domain = l.domain UNION "
    "SELECT l.node, a.node, 'name', 1.0 FROM lone l JOIN tie_account a ON lower(a.name) = lower(l.name) UNION "
    "SELECT l.node, a.node, 'plain_name', 1.0 FROM lone l JOIN tie_account a ON a.plain = l.plain UNION "
    "SELECT l.node, a.node, 'near_name', jaro_winkler_similarity(l.plain, a.plain) FROM lone l "
    "JOIN tie_account a ON a.plain <> l.plain AND left(a.plain, 2) = left(l.plain, 2) "
    "AND jaro_winkler_similarity(l.plain, a.plain) >= {near}"
)
_METHODS = ("id", "domain", "name", "plain_name", "near_name")


@dataclass(frozen=True)
class Groups:
    """Records of both systems that are one company, as far as links are taken; and the links themselves."""

    group: Mapping[str, str]
    names: Mapping[str, str]
    linked: frozenset[str]
    waiting: frozenset[str]
    links: tuple[Link, ...]

    def of(self, node: str) -> str:
        """The company a record belongs to."""
        return self.group.get(node, node)

    def name(self, group: str) -> str:
        """What the company is called."""
        return self.names.get(group, group.rsplit(":", 1)[-1])


def lay_links(facts: Facts) -> None:
    """The links as a table, worked out once."""
    once(facts, "tie links", list, lambda: facts.run(_LAID))


def groups(facts: Facts, arr: Mapping[str, Decimal], won: Mapping[str, Decimal]) -> Groups:
    """Who is who; `arr` is what each customer's subscriptions come to, `won` what each account's deals do."""
    domain = (
        "split_part(regexp_replace(lower(domain), '^(https?://)?(www\\.)?', ''), '/', 1)"
        if "domain" in facts.schema("base_account")
        else "CAST(NULL AS VARCHAR)"
    )
    facts.run(_SIDES.format(domain=domain))
    customers = _named(facts, "tie_customer")
    accounts = _named(facts, "tie_account")
    refs = dict(_pairs(facts.run("SELECT node, ref FROM tie_customer UNION ALL SELECT node, ref FROM tie_account")))
    taken = {(str(c), str(a)): str(method) for c, a, method in facts.run(_TAKEN)}
    taken |= dict.fromkeys(_pairs(facts.run(_FURTHER.format(state="confirmed"))), "confirmed")
    refused = set(_pairs(facts.run(_FURTHER.format(state="refused"))))
    possible = _possible(facts, sorted({customer for customer, _ in taken}), refused)
    records = {str(key) for (key,) in facts.run("SELECT key FROM customer")}
    taken |= _alone({pair: how for pair, how in possible.items() if pair[0] not in records or pair[1][:2] == "d:"})
    joined = _joined((*customers, *accounts), taken)
    made = _Told(customers, accounts, refs, arr, won)
    waiting = [(pair, how) for pair, how in possible.items() if pair not in taken]
    links = (
        *made.taken(taken),
        *(made.link(pair, "refused", "confirmed", "refused in links/") for pair in sorted(refused)),
        *made.waiting(waiting),
        *made.none({node for pair in (*taken, *(pair for pair, _ in waiting)) for node in pair}),
    )
    nodes = {node for pair in taken for node in pair}
    hoping = {node for pair, _ in waiting for node in pair} - nodes
    names = {joined[node]: name for node, name in (*customers.items(), *accounts.items())}
    return Groups(joined, names, frozenset(nodes), frozenset(hoping), links)


def _named(facts: Facts, table: str) -> dict[str, str]:
    return {
        str(n): str(name or ref) for n, name, ref in facts.run(f"SELECT node, name, ref FROM {table} ORDER BY node")
    }


def _pairs(rows: Iterable[Sequence[object]]) -> list[tuple[str, str]]:
    return [(str(row[0]), str(row[1])) for row in rows]


def _possible(
    facts: Facts, linked: Sequence[str], refused: set[tuple[str, str]]
) -> dict[tuple[str, str], tuple[str, Decimal]]:
    """For each customer without a link, the accounts it may be: by the strongest way that finds any, with its likeness."""
    found = facts.run(_POSSIBLE.format(near=NEAR), [list(linked) or [""]])
    best = dict[tuple[str, str], tuple[str, Decimal]]()
    for customer, account, method, likeness in sorted(found, key=lambda row: _METHODS.index(str(row[2]))):
        pair = str(customer), str(account)
        if pair not in refused and pair not in best:
            best[pair] = str(method), Decimal(str(likeness)).quantize(Decimal("0.01"))
    strongest = dict[str, int]()
    for (customer, _), (method, _) in best.items():
        strongest[customer] = min(strongest.get(customer, len(_METHODS)), _METHODS.index(method))
    return {pair: how for pair, how in best.items() if _METHODS.index(how[0]) == strongest[pair[0]]}


def _alone(possible: Mapping[tuple[str, str], tuple[str, Decimal]]) -> dict[tuple[str, str], str]:
    """What only deals and subscriptions name, where nothing else could be meant: they have no table of their own."""
    of_customer, of_account = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for customer, account in possible:
        of_customer[customer].append(account)
        of_account[account].append(customer)
    return {
        (customer, account): method
        for (customer, account), (method, _) in possible.items()
        if method != "near_name"
        and len(of_customer[customer]) == 1
        and (method == "id" or len(of_account[account]) == 1)
    }


def _joined(nodes: Iterable[str], taken: Iterable[tuple[str, str]]) -> dict[str, str]:
    """For each record, the first of those that links tie it to: the company's own name in the ledger of differences."""
    parent = {node: node for node in nodes}

    def top(node: str) -> str:
        parent.setdefault(node, node)
        while parent[node] != node:
            node = parent[node]
        return node

    for customer, account in sorted(taken):
        one, other = top(customer), top(account)
        if one != other:
            parent[max(one, other)] = min(one, other)
    return {node: top(node) for node in list(parent)}


@dataclass(frozen=True)
class _Told:
    """Links as they are told, with what hangs on them."""

    customers: Mapping[str, str]
    accounts: Mapping[str, str]
    refs: Mapping[str, str]
    arr: Mapping[str, Decimal]
    won: Mapping[str, Decimal]

    def link(self, pair: tuple[str, str], state: str, method: str, words: str = "", share: int = 1) -> Link:
        """One link; a candidate among several has its share of the trust."""
        customer, account = pair
        trust = CONFIDENCE.get(method, Decimal(0)) / share
        return Link(
            self.refs.get(customer, customer),
            self.customers.get(customer, ""),
            self.refs.get(account, account),
            self.accounts.get(account, ""),
            state,
            method,
            trust.quantize(Decimal("0.01")),
            words,
            self.arr.get(customer, Decimal(0)),
            self.won.get(account, Decimal(0)),
        )

    def taken(self, pairs: Mapping[tuple[str, str], str]) -> list[Link]:
        """The links that hold, with a word where several customers are one account, or the other way round."""
        customers, accounts = defaultdict[str, int](int), defaultdict[str, int](int)
        for customer, account in pairs:
            customers[customer] += 1
            accounts[account] += 1
        made = list[Link]()
        for (customer, account), method in sorted(pairs.items()):
            many = f"one of {accounts[account]} customers of this account" if accounts[account] > 1 else ""
            several = f"one of {customers[customer]} accounts of this customer" if customers[customer] > 1 else ""
            state = "confirmed" if method == "confirmed" else "taken"
            made.append(self.link((customer, account), state, method, "; ".join(filter(None, (many, several)))))
        return made

    def waiting(self, found: Sequence[tuple[tuple[str, str], tuple[str, Decimal]]]) -> list[Link]:
        """The candidates, each with how many there are for its customer."""
        count = defaultdict[str, int](int)
        for (customer, _), _ in found:
            count[customer] += 1
        return [
            self.link(
                pair,
                "candidate",
                method,
                f"one of {count[pair[0]]} that it may be" if count[pair[0]] > 1 else f"likeness {likeness}",
                count[pair[0]],
            )
            for pair, (method, likeness) in sorted(found)
        ]

    def none(self, known: set[str]) -> list[Link]:
        """The customers that nothing was found for, and the accounts that won deals and are nobody's."""
        if not self.accounts:
            return []
        lone = [(node, "", "no account has its id, domain or name") for node in self.customers if node not in known]
        sold = [node for node in self.accounts if self.won.get(node) and node not in known]
        lone += [("", node, "won, and no customer has its id, domain or name") for node in sold]
        return [self.link((customer, account), "none", "none", words) for customer, account, words in lone]
