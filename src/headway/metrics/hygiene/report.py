"""All rules together: coverage raw and trusted, the queue to inspect, everybody's fix list, and how the waivers stand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from headway.core.formatting import listed, plural
from headway.core.hygiene import Fit, Hygiene, Pipeline, Rule, Waiver
from headway.core.mapping import Connector
from headway.core.rows import Cell, Column, Rows
from headway.core.settings import Settings
from headway.metrics.facts import Facts
from headway.metrics.hygiene.fit import fit_tables
from headway.metrics.hygiene.found import Named, Record, look_at, named_by, told
from headway.metrics.hygiene.seen import Look, way_of
from headway.metrics.hygiene.stages import stage_table

_DEAL = (Column("record"), Column("name"), Column("account"), Column("owner"), Column("stage"))
_QUEUE = (
    *_DEAL,
    *(Column("close_date", "date"), Column("value", "money"), Column("currency"), Column("severe", "integer")),
    *(Column("findings", "integer"), Column("why")),
)
_FIXES = (
    Column("owner"),
    *(Column("record"), Column("name"), Column("value", "money"), Column("currency"), Column("severe", "flag")),
    *(Column("rule"), Column("title"), Column("why"), Column("fix")),
)
_OWNERS = (
    Column("owner"),
    *(Column("open_deals", "integer"), Column("value", "money"), Column("with_findings", "integer")),
    *(Column("distrusted", "integer"), Column("value_distrusted", "money"), Column("score", "number")),
)
_WAIVERS = (
    *(Column("waiver"), Column("rule"), Column("by"), Column("reason"), Column("until", "date")),
    *(Column("waived", "integer"), Column("standing")),
)

Rules = Mapping[str, Rule]
Waivers = Mapping[str, Waiver]


def hygiene(
    facts: Facts,
    settings: Settings,
    connectors: Sequence[Connector],
    rules: Rules,
    waivers: Waivers,
    fits: Mapping[str, Fit] | None = None,
) -> Hygiene:
    """What every rule finds on the facts as known on their day, the gravest and dearest first."""
    named, looks = _named(facts, settings, connectors, rules, waivers)
    deals, apart = _apart(_open_deals(looks["opportunity"]), settings.currency)
    severe = distrusted(named)
    found = sorted(
        (told(one) for one in named), key=lambda q: (q.count == 0, not q.severe, -(q.at_risk or q.worth or 0.0))
    )
    standing = _waiver_rows(waivers, named, facts.day)
    fit, accounts, unseen = fit_tables(looks["opportunity"], fits or {})
    expired = [one for one in waivers.values() if one.until < facts.day]
    notes = [f"waiver {one.name} of {one.rule} ended on {one.until}: its records count again" for one in expired]
    return Hygiene(
        facts.day,
        facts.provenance,
        settings.currency,
        tuple(found),
        pipeline_of(deals, severe),
        None,
        _queue(named),
        _fixes(named),
        _owner_rows(deals, named, severe),
        standing,
        stage_table(looks["opportunity"]),
        severe,
        fit,
        accounts,
        (*facts.notes, *apart, *notes, *unseen),
        frozenset(_by_deal(named)),
    )


def against_target(made: Hygiene, facts: Facts, plan: str, parameters: Mapping[str, Decimal]) -> Hygiene:
    """The same with coverage: the open pipeline that a plan is about, raw and trusted, against what its target misses."""
    inside, _ = _apart(_open_deals(look_at("opportunity", facts, made.currency)), made.currency)
    missing = parameters.get("remaining_target")
    remaining = None if missing is None else float(missing)
    return replace(made, covered=replace(pipeline_of(inside, made.distrusted), plan=plan, remaining=remaining))


def distrusted(named: Iterable[Named]) -> frozenset[int]:
    """The open deals that severe rules name."""
    return frozenset(r.id for one in named if one.rule.severe for r in one.records if r.is_open)


def pipeline_of(deals: Sequence[Record], severe: frozenset[int]) -> Pipeline:
    """Open deals and what they are worth, raw and without those not trusted."""
    out = [deal for deal in deals if deal.id in severe]
    raw, gone = (float(_value(some)) for some in (deals, out))
    return Pipeline(len(deals), raw, len(out), raw - gone)


def _apart(deals: Sequence[Record], base: str | None) -> tuple[list[Record], tuple[str, ...]]:
    """Open deals of which those in a currency without a rate have no worth that could be added, and a note of them."""
    counts = Counter(str(deal.cells.get("currency") or "") for deal in deals if deal.value is not None)
    if len(counts) < 2:
        return list(deals), ()
    kept = base if base in counts else counts.most_common(1)[0][0]
    strange = {code: n for code, n in counts.items() if code != kept}
    told = [deal if (deal.cells.get("currency") or "") == kept else _without_value(deal) for deal in deals]
    words = listed([f"{plural(n, 'open deal')} in {code or 'no currency'}" for code, n in strange.items()])
    return told, (f"{words} count in no total: no rate into {kept} is known",)


def _without_value(deal: Record) -> Record:
    return replace(deal, cells={name: cell for name, cell in deal.cells.items() if name != "value"})


def _named(
    facts: Facts, settings: Settings, connectors: Sequence[Connector], rules: Rules, waivers: Waivers
) -> tuple[list[Named], dict[str, Look]]:
    way, month = way_of(connectors), settings.fiscal.first_month
    live = [rule for rule in rules.values() if not rule.off]
    things = dict.fromkeys(["opportunity", *(rule.records for rule in live)])
    looks = {thing: look_at(thing, facts, settings.currency, way, month) for thing in things}
    return [named_by(rule, looks[rule.records], tuple(waivers.values())) for rule in live], looks


def _open_deals(look: Look) -> list[Record]:
    rule = Rule("open", "", "", among={"status": "open"}, when={"status": "open"})
    return list(named_by(rule, look, ()).records)


def _by_deal(named: Sequence[Named]) -> dict[int, list[tuple[Named, Record]]]:
    gathered: dict[int, list[tuple[Named, Record]]] = defaultdict(list)
    for one in named:
        for record in one.records if one.rule.records == "opportunity" else ():
            if record.is_open:
                gathered[record.id].append((one, record))
    return gathered


def _queue(named: Sequence[Named]) -> Rows:
    """Open deals that rules name: those not trusted first, then by what they are worth."""

    def place(pairs: Sequence[tuple[Named, Record]]) -> tuple[bool, float, str]:
        first = pairs[0][1]
        return not any(one.rule.severe for one, _ in pairs), -float(first.value or 0), first.record

    return Rows.of(_QUEUE, [_queued(pairs) for pairs in sorted(_by_deal(named).values(), key=place)])


def _queued(pairs: Sequence[tuple[Named, Record]]) -> tuple[Cell, ...]:
    first, severe = pairs[0][1], sum(bool(one.rule.severe) for one, _ in pairs)
    order = sorted(pairs, key=lambda pair: not pair[0].rule.severe)
    why = "; ".join(f"{one.rule.title.lower()}{f' ({record.why})' if record.why else ''}" for one, record in order)
    cells = (first.cells.get(name) for name in ("name", "account", "owner", "stage", "close_date", "value", "currency"))
    return (first.record, *cells, severe, len(pairs), why)


def _fixes(named: Sequence[Named]) -> Rows:
    """Every finding as something to do, owner by owner, the dearest first."""
    rows = [(one.rule, record) for one in named for record in one.records]
    rows.sort(key=lambda row: (row[1].owner, not row[0].severe, -float(row[1].value or 0), row[1].record, row[0].name))
    return Rows.of(
        _FIXES,
        [
            (
                *(record.owner, record.record, record.cells.get("name"), record.value, record.cells.get("currency")),
                *(bool(rule.severe), rule.name, rule.title, record.why, rule.fix),
            )
            for rule, record in rows
        ],
    )


def _owner_rows(deals: Sequence[Record], named: Sequence[Named], severe: frozenset[int]) -> Rows:
    """Everybody who owns open deals: how many of them no rule names is the score."""
    wrong = _by_deal(named).keys()
    own: dict[str, list[Record]] = defaultdict(list)
    for deal in deals:
        own[deal.owner].append(deal)
    rows = [
        (
            owner,
            len(some),
            _value(some),
            sum(deal.id in wrong for deal in some),
            sum(deal.id in severe for deal in some),
            _value([deal for deal in some if deal.id in severe]),
            1 - sum(deal.id in wrong for deal in some) / len(some),
        )
        for owner, some in sorted(own.items())
    ]
    rows.sort(key=lambda row: -row[5])
    return Rows.of(_OWNERS, rows)


def _value(deals: Sequence[Record]) -> Decimal:
    return sum((deal.value or Decimal(0) for deal in deals), Decimal(0))


def _waiver_rows(waivers: Waivers, named: Sequence[Named], day: date) -> Rows:
    counts: dict[str, int] = defaultdict(int)
    for one in named:
        for _, waiver in one.waived:
            counts[waiver.name] += 1
    return Rows.of(_WAIVERS, [_waiver_row(one, counts[one.name], day) for one in waivers.values()])


def _waiver_row(one: Waiver, count: int, day: date) -> tuple[Cell, ...]:
    if one.until < day:
        standing = f"ended {plural((day - one.until).days, 'day')} ago: its records count again"
    elif count:
        standing = f"holds for {plural((one.until - day).days, 'more day')}"
    else:
        standing = "waives nothing that is found"
    return (one.name, one.rule, one.by, one.reason, one.until, count, standing)
