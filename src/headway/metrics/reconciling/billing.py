"""What billing says: steps up and down of recurring revenue, what runs when, what was invoiced for which days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from headway.core.calendar import same_day
from headway.core.definition import Definition, Ledger
from headway.metrics.facts import Facts
from headway.metrics.question import Parameters, Question
from headway.metrics.reconciling.money import FOUR, Exchange
from headway.metrics.recurring.book import Book, book
from headway.metrics.recurring.movements import Span

_YEAR = Decimal(365)
_CANCELED = ("canceled", "cancelled", "ended", "expired", "churned")


@dataclass(frozen=True)
class Step:
    """A customer's ARR going up or down on a day: in the company's currency, and in its own where it has one.

    `gross` is what it would be before discounts; `months` the term of the contract it begins; `renews` whether a
    contract's term ended on that day.
    """

    customer: str
    day: date
    kind: str
    amount: Decimal
    own_amount: Decimal | None = None
    own_currency: str | None = None
    cause: str = ""
    gross: Decimal | None = None
    months: int = 0
    renews: bool = False


@dataclass(frozen=True)
class Running:
    """So much a year of one customer's contract from a day until another, which is not part of it."""

    customer: str
    contract: str
    start: date
    end: date | None
    arr: Decimal
    record: str = ""


@dataclass(frozen=True)
class Invoiced:
    """An invoice line for the days of a service period: what it comes to, and at which yearly rate.

    `whole` is whether it covers whole months.
    """

    customer: str
    contract: str
    start: date
    end: date
    arr: Decimal
    amount: Decimal
    record: str
    whole: bool = True


@dataclass(frozen=True)
class Billing:
    """Billing's side: its steps, what runs, invoices, the customers' names, the ARR of each on the last day."""

    steps: tuple[Step, ...]
    running: tuple[Running, ...]
    invoiced: tuple[Invoiced, ...]
    names: Mapping[str, str]
    kept: Book
    valued: bool
    notes: tuple[str, ...] = ()

    def arr(self, day: date) -> dict[str, Decimal]:
        """The ARR of each customer that has some, at the end of a day."""
        sums = defaultdict[str, Decimal](Decimal)
        for (customer, _), level in self.kept.at(day).items():
            sums[customer] += level
        return {customer: level for customer, level in sums.items() if level > 0}


def billing(facts: Facts, exchange: Exchange) -> Billing:
    """What billing holds as known on the day of the facts."""
    notes = list[str]()
    kept = _one_currency(_book(facts, exchange.own), exchange, notes)
    valued = kept.read.source != "invoice_lines" and not kept.read.is_empty
    names = {
        str(key): str(name or source) for key, source, name in facts.run("SELECT key, source_id, name FROM customer")
    }
    if kept.note:
        notes.append(kept.note)
    notes += [f"{count:,} billing records left out: {why}" for why, count in sorted(kept.read.left_out.items())]
    invoiced = tuple(_invoiced(facts, exchange, notes))
    running = tuple(_spans(kept.spans)) if valued else tuple(_lives(facts))
    return Billing(tuple(_steps(facts, kept)), running, invoiced, names, kept, valued, tuple(notes))


def _one_currency(kept: Book, exchange: Exchange, notes: list[str]) -> Book:
    """The ledger without what it could not bring into the company's currency, which is told."""
    held = (None, exchange.own)
    strange = sorted({code or "" for _, code in kept.holders if code not in held})
    if not strange or exchange.own is None:
        return kept
    count = len({customer for customer, code in kept.holders if code not in held})
    notes.append(f"{count:,} customers pay in {', '.join(strange)}, for which no rate is known, and are left out")
    return replace(kept, only=held)


def _book(facts: Facts, base: str | None, source: str = "auto") -> Book:
    """The ledger in one currency; without one, each customer's own."""
    ledger = Ledger(source="invoice_lines") if source == "invoice_lines" else Ledger()
    definition = Definition("arr", "ARR", "", "movements", "currency/year", ledger=ledger)
    return book(Question(definition, by=() if base else ("currency",)), facts, Parameters(base=base))


def _steps(facts: Facts, kept: Book) -> Iterator[Step]:
    own = defaultdict[tuple[str, date], list[tuple[str | None, Decimal]]](list)
    for movement in _book(facts, None).entries:
        own[movement.customer, movement.day].append((movement.currency, movement.amount))
    started, ended = defaultdict[tuple[str, date], list[Span]](list), defaultdict[tuple[str, date], list[Span]](list)
    for span in kept.spans:
        started[span.customer, span.start].append(span)
        if span.end:
            ended[span.customer, span.end].append(span)
    due = {(one.customer, one.day) for one in kept.contracts}
    for m in kept.caused(kept.entries):
        at = m.customer, m.day
        currency, amount = own[at][0] if len(own[at]) == 1 else (None, None)
        gross = sum(map(_gross, started[at]), Decimal(0)) - sum(map(_gross, ended[at]), Decimal(0))
        months = max(map(_months, started[at]), default=0)
        yield Step(m.customer, m.day, m.kind, m.amount, amount, currency, m.cause, gross, months, at in due)


def _gross(span: Span) -> Decimal:
    """What a span would be worth without its discount in percent."""
    off = span.discount or Decimal(0)
    return (span.arr * 100 / (100 - off)).quantize(FOUR) if 0 < off < 100 else span.arr


def _months(span: Span) -> int:
    first, last = span.term_start, span.term_end
    return (last.year - first.year) * 12 + last.month - first.month if first and last else 0


def _spans(spans: Sequence[Span]) -> Iterator[Running]:
    for span in spans:
        if span.end is None or span.end > span.start:
            yield Running(
                span.customer, span.contract or span.source_id, span.start, span.end, span.arr, span.source_id
            )


def _lives(facts: Facts) -> Iterator[Running]:
    """Subscriptions whose exports name no amount: from when until when, and nothing of what they are worth.

    One that is cancelled without a day ends where the last term billed does.
    """
    found = facts.run(
        "SELECT s.source_id, coalesce(c.key, s.customer_id, s.customer), s.status, s.start_date, "
        "coalesce(s.ended_at, s.end_date, s.cancel_at), s.current_term_end FROM subscription s "
        "LEFT JOIN tie_link k ON k.a_thing = 'subscription' AND k.a_id = s.id AND k.b_thing = 'customer' "
        "LEFT JOIN customer c ON c.id = k.b_id WHERE s.start_date IS NOT NULL ORDER BY s.source_id"
    )
    terms = [(start, end) for _, _, _, start, _, end in found if isinstance(start, date) and isinstance(end, date)]
    following = sum((end + timedelta(days=1)).day == start.day for start, end in terms)
    last_day = following > sum(end.day == start.day for start, end in terms)
    for source, owner, status, start, ended, term_end in found:
        end = ended if isinstance(ended, date) else None
        if end is None and str(status or "").lower() in _CANCELED and isinstance(term_end, date):
            end = term_end + timedelta(days=1) if last_day else term_end
        if isinstance(start, date):
            yield Running(str(owner or ""), str(source), start, end, Decimal(0), str(source))


_LINES = (
    "SELECT i.source_id, coalesce(c.key, vc.key, sc.key, i.customer_id, v.customer_id, i.invoice_id) AS owner, "
    "coalesce(s.source_id, vs.source_id, ts.source_id, '') AS contract, "
    "coalesce(i.currency, v.currency), i.period_start, i.period_end, i.amount FROM invoice_line i "
    "LEFT JOIN tie_link k ON k.a_thing = 'invoice_line' AND k.a_id = i.id AND k.b_thing = 'customer' "
    "LEFT JOIN customer c ON c.id = k.b_id "
    "LEFT JOIN tie_link t ON t.a_thing = 'invoice_line' AND t.a_id = i.id AND t.b_thing = 'subscription' "
    "LEFT JOIN subscription s ON s.id = t.b_id "
    "LEFT JOIN tie_link sk ON sk.a_thing = 'subscription' AND sk.a_id = s.id AND sk.b_thing = 'customer' "
    "LEFT JOIN customer sc ON sc.id = sk.b_id "
    "LEFT JOIN tie_link it ON it.a_thing = 'invoice_line' AND it.a_id = i.id AND it.b_thing = 'subscription_item' "
    "LEFT JOIN tie_link si ON si.a_thing = 'subscription_item' AND si.a_id = it.b_id AND si.b_thing = 'subscription' "
    "LEFT JOIN subscription ts ON ts.id = si.b_id "
    "LEFT JOIN tie_link w ON w.a_thing = 'invoice_line' AND w.a_id = i.id AND w.b_thing = 'invoice' "
    "LEFT JOIN invoice v ON v.id = w.b_id "
    "LEFT JOIN tie_link vk ON vk.a_thing = 'invoice' AND vk.a_id = v.id AND vk.b_thing = 'customer' "
    "LEFT JOIN customer vc ON vc.id = vk.b_id "
    "LEFT JOIN tie_link vt ON vt.a_thing = 'invoice' AND vt.a_id = v.id AND vt.b_thing = 'subscription' "
    "LEFT JOIN subscription vs ON vs.id = vt.b_id "
    "WHERE coalesce(i.recurring, TRUE) AND coalesce(v.status, '') <> 'void' ORDER BY owner, i.period_start, i.source_id"
)


def _invoiced(facts: Facts, exchange: Exchange, notes: list[str]) -> Iterator[Invoiced]:
    rows = facts.run(_LINES)
    last_day = bool(rows) and _book(facts, exchange.own, "invoice_lines").read.ends == "last_day"
    without = unknown = 0
    for source, owner, contract, currency, start, end, amount in rows:
        if not isinstance(start, date) or not isinstance(end, date) or not isinstance(amount, Decimal):
            without += 1
            continue
        end = end + timedelta(days=1) if last_day else end
        worth = exchange.base(amount, str(currency) if currency else None)
        if worth is None or end <= start:
            unknown += worth is None
            without += worth is not None
            continue
        count = whole_months(start, end)
        arr = (worth * 12 / count if count else worth * _YEAR / (end - start).days).quantize(FOUR)
        yield Invoiced(str(owner), str(contract), start, end, arr, worth, str(source), bool(count))
    if without:
        notes.append(f"{without:,} invoice lines have no service period or no amount and are left out")
    if unknown:
        notes.append(f"{unknown:,} invoice lines are in a currency without a rate and are left out")


def whole_months(start: date, end: date) -> int:
    """How many months lie between two days; 0 where they are not whole ones."""
    count = (end.year - start.year) * 12 + end.month - start.month
    return count if count and (same_day(start, count) == end or same_day(end, -count) == start) else 0
