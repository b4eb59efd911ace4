"""What people make of the truth in their CRM: forgotten, pushed, late, doubled, mistyped; each habit can be off."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import numpy as np

from headway.connectors.synthetic.chance import happens, lognormal, one_of
from headway.connectors.synthetic.demo.company import Company, Habits
from headway.connectors.synthetic.demo.draws import between, moment_on, waiting, workday
from headway.connectors.synthetic.demo.people import Roster
from headway.connectors.synthetic.demo.truth import LOST, WON, Deal, World

_CLEANED_AFTER = (140, 420)
_FIRST_NUMBER, _STEP = 9_110_000_000, 7


@dataclass(frozen=True, slots=True)
class Misstatement:
    """Where the CRM or billing says something else than the truth: which record, which habit, what is true."""

    record: int
    habit: str
    truth: str


@dataclass(frozen=True, slots=True)
class Change:
    """A deal's fields from a moment on."""

    moment: datetime
    stage: str
    amount: int | None
    close: date
    category: str


@dataclass(slots=True)
class Shown:
    """A deal as the CRM shows it, with every change somebody typed; `twin` marks a second record of the same sale."""

    deal: Deal
    created: datetime
    changes: list[Change]
    source: str
    product: str
    reason: str
    owner: str
    next_step: str
    active: date
    twin: bool = False
    number: int = 0


@dataclass
class Crm:
    """All that the CRM shows of deals, what is wrong with it, and which accounts it holds twice."""

    shown: list[Shown] = field(default_factory=list[Shown])
    wrong: list[Misstatement] = field(default_factory=list[Misstatement])
    twins: list[int] = field(default_factory=list[int])
    numbers: dict[int, int] = field(default_factory=dict[int, int])

    def number(self, deal: Deal | None) -> int | None:
        """The record number of a deal; None where the CRM does not have it."""
        return self.numbers.get(id(deal)) if deal is not None else None


def kept(company: Company, rng: np.random.Generator, world: World, roster: Roster) -> Crm:
    """The CRM as it stands on the last day; deals closed before the first day stayed behind."""
    crm = Crm()
    seen = [d for d in world.deals if d.created.date() <= company.last_day and _after(d, company.first_day)]
    for deal in seen:
        _entered(company, rng, deal, crm)
    _doubled(company, rng, crm, roster)
    _deleted(company, crm, world)
    crm.shown.sort(key=lambda shown: (shown.created, shown.deal.account.number, shown.twin))
    for number, shown in enumerate(crm.shown, start=1):
        shown.number = _FIRST_NUMBER + _STEP * number
        if not shown.twin:
            crm.numbers[id(shown.deal)] = shown.number
    _mistyped(company, rng, crm)
    crm.wrong.sort(key=lambda wrong: (wrong.habit, wrong.record))
    return crm


def _after(deal: Deal, day: date) -> bool:
    return deal.closed is None or deal.closed.date() >= day


def _entered(company: Company, rng: np.random.Generator, deal: Deal, crm: Crm) -> None:
    habits = company.habits
    steps = _typed(company, rng, deal.steps)
    created, closed = steps[0][1], deal.closed
    dead: datetime | None = None
    if closed and deal.stage == LOST and happens(rng, habits.forgotten):
        dead = closed
        cleaned = closed + timedelta(days=int(between(rng, *_CLEANED_AFTER)))
        steps = [*steps[:-1], *([(LOST, cleaned)] if cleaned.date() <= company.last_day else [])]
    ends = steps[-1][1] if steps[-1][0] in (WON, LOST) else None
    changes = _changes(company, rng, deal, steps, dead or ends)
    source = "" if happens(rng, habits.missing_source) else deal.source
    product = company.product(deal.product)
    typed = product.misspelt if happens(rng, habits.misspelling) else product.name
    reason = ("No response" if dead else deal.reason) if ends and changes[-1].stage == LOST else ""
    recent = company.last_day - timedelta(days=waiting(rng, 5))
    quiet = dead or ends
    active = quiet.date() if quiet else max(recent, steps[-1][1].date())
    next_step = "" if ends else _next_step(rng, changes[-1].stage)
    crm.shown.append(
        Shown(deal, created, changes, source, typed, reason, deal.seller.name, next_step, min(active, company.last_day))
    )


def _typed(company: Company, rng: np.random.Generator, steps: list[tuple[str, datetime]]) -> list[tuple[str, datetime]]:
    """The steps somebody entered: some only once the deal was well under way, some stages never."""
    habits, made = company.habits, list(steps)
    if len(made) > 2 and happens(rng, habits.entered_late):
        entry = made[0][1] + timedelta(days=4 + waiting(rng, habits.late_days))
        before = [step for step in made if step[1] <= entry]
        later = [step for step in made if step[1] > entry]
        if later and before[-1][0] not in (WON, LOST):
            made = [(before[-1][0], entry), *later]
    if len(made) > 3 and happens(rng, habits.skipped):
        del made[1 + int(float(rng.random()) * (len(made) - 2))]
    return made


def _changes(
    company: Company, rng: np.random.Generator, deal: Deal, steps: list[tuple[str, datetime]], ends: datetime | None
) -> list[Change]:
    """Every change of stage, amount, close date and category, in order."""
    habits = company.habits
    amount: int | None = _guess(rng, deal.value, 0.16) if habits.estimates else deal.value
    if deal.stage != WON and happens(rng, habits.missing_amount):
        amount = None
    start = steps[0][1].date()
    planned = max(14, (deal.expected - deal.created.date()).days)
    close = start + timedelta(days=round(planned * (habits.optimism if deal.motion != "renewal" else 1)))
    pushes = _pushes(habits, rng, close, ends.date() if ends else company.last_day)
    changes: list[Change] = []
    stage = ""
    for moment, name, pushed in sorted(
        [*((m, s, None) for s, m in steps), *((m, "", day) for m, day in pushes)], key=_when
    ):
        stage, close = name or stage, pushed or close
        if name == "Proposal" and habits.estimates and amount is not None and happens(rng, 0.6):
            amount = _guess(rng, deal.value, 0.07)
        if name and changes and changes[-1].stage == LOST:
            close = moment.date() + timedelta(days=30)
        if name in (WON, LOST):
            close = moment.date()
            amount = deal.value if name == WON else amount
        category = _category(rng, stage) if name or not changes else changes[-1].category
        changes.append(Change(moment, stage, amount, close, category))
    return changes


def _when(event: tuple[datetime, str, date | None]) -> tuple[datetime, int]:
    return event[0], event[2] is not None


def _pushes(habits: Habits, rng: np.random.Generator, close: date, ends: date) -> list[tuple[datetime, date]]:
    """A close date that passes is moved out, again and again, often to the end of a quarter."""
    made: list[tuple[datetime, date]] = []
    while close < ends and happens(rng, habits.pushing):
        moment = moment_on(rng, workday(close + timedelta(days=int(between(rng, 0, 8)))))
        if moment.date() >= ends:
            break
        close = moment.date() + timedelta(days=int(between(rng, 14, 42)))
        if happens(rng, habits.bulk_push):
            month = (close.month - 1) // 3 * 3 + 4
            close = date(close.year + month // 13, (month - 1) % 12 + 1, 1) - timedelta(days=1)
        made.append((moment, close))
    return made


def _guess(rng: np.random.Generator, value: int, spread: float) -> int:
    return max(10_000, round(value * lognormal(rng, 1.0, spread) / 10_000) * 10_000)


def _category(rng: np.random.Generator, stage: str) -> str:
    if stage == WON:
        return "Closed won"
    if stage == LOST:
        return "Not forecasted"
    if stage == "Negotiation":
        return "Commit" if happens(rng, 0.6) else "Best case"
    return "Best case" if stage == "Proposal" and happens(rng, 0.6) else "Pipeline"


def _next_step(rng: np.random.Generator, stage: str) -> str:
    steps = {
        "Discovery": ("Call with quality lead", "Send overview", ""),
        "Evaluation": ("Trial with two sites", "Demo for purchasing", "Security questions", ""),
        "Proposal": ("Send revised offer", "Meet budget owner", "Reference call", ""),
        "Negotiation": ("Contract with legal", "Agree start date", "Signature", ""),
    }
    return one_of(rng, steps[stage]) if stage in steps else ""


def _doubled(company: Company, rng: np.random.Generator, crm: Crm, roster: Roster) -> None:
    """A second record of the same sale, by somebody who did not look; some accounts exist twice as well."""
    new = [shown for shown in crm.shown if shown.deal.motion == "new" and len(shown.changes) > 1]
    for shown in new:
        if not happens(rng, company.habits.duplicate_deals):
            continue
        created = shown.created + timedelta(days=1 + waiting(rng, 5), minutes=int(float(rng.random()) * 90))
        if created.date() > company.last_day:
            continue
        other = roster.next_for("AE", created.date(), shown.deal.account.country).name
        first = replace(shown.changes[0], moment=created)
        found = moment_on(rng, workday(created.date() + timedelta(days=5 + waiting(rng, 25))))
        changes = [first]
        noticed = found.date() <= company.last_day and happens(rng, 0.9)
        if noticed:
            changes.append(Change(found, LOST, first.amount, found.date(), "Not forecasted"))
        crm.shown.append(
            replace(
                shown,
                created=created,
                changes=changes,
                owner=other,
                twin=True,
                reason="Duplicate" if noticed else "",
                next_step="",
                active=changes[-1].moment.date(),
            )
        )
    wanted = company.habits.duplicate_accounts
    doubled = sorted({shown.deal.account.number for shown in crm.shown if shown.twin})
    crm.twins.extend(doubled[:: max(1, len(doubled) // wanted)][:wanted] if wanted else [])


def _deleted(company: Company, crm: Crm, world: World) -> None:
    """A few won deals somebody deleted: billing knows the customers, the CRM does not."""
    if not company.habits.without_deal:
        return
    sold = [
        customer
        for customer in world.customers
        if customer.account.segment.name == "smb" and customer.since.year == company.last_day.year
    ]
    for customer in sold[:: max(1, len(sold) // company.habits.without_deal)][: company.habits.without_deal]:
        gone = customer.subscriptions[0].deal
        crm.shown = [shown for shown in crm.shown if shown.deal is not gone]
        crm.wrong.append(Misstatement(customer.account.number, "without_deal", "a subscription whose deal was deleted"))


def _mistyped(company: Company, rng: np.random.Generator, crm: Crm) -> None:
    """Amounts entered in thousands, and won amounts that are not what was signed."""
    habits = company.habits
    new = [shown for shown in crm.shown if shown.deal.motion == "new" and not shown.twin]
    large = [shown for shown in new if (shown.changes[-1].amount or 0) > 900_000]
    for shown in _some(rng, large, habits.in_thousands):
        shown.changes = [replace(c, amount=c.amount // 100_000 * 100 if c.amount else None) for c in shown.changes]
        crm.wrong.append(Misstatement(shown.number, "in_thousands", f"{shown.deal.value / 100:.2f}"))
    billed = [s for s in new if s.changes[-1].stage == WON and s.deal.terms]
    for shown in _some(rng, [s for s in billed if s.changes[-1].amount == s.deal.value], habits.other_amount):
        last = shown.changes[-1]
        shown.changes[-1] = replace(last, amount=round(shown.deal.value * 1.1 / 100) * 100)
        crm.wrong.append(Misstatement(shown.number, "other_amount", f"{shown.deal.value / 100:.2f}"))


def _some(rng: np.random.Generator, things: list[Shown], number: int) -> list[Shown]:
    """A few of them, spread over the whole."""
    step = len(things) / number if number else 1
    return [things[int((place + float(rng.random())) * step)] for place in range(number)] if things else []
