"""What is true of the made-up company: its market, its funnel, its people, and what breaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

SEED = 523


@dataclass(frozen=True)
class Source:
    """Where revenue comes from: its share of new deals and how readily they are won."""

    name: str
    share: float
    win: float


@dataclass(frozen=True)
class Segment:
    """A size of customer: its share of companies, head counts, what it buys, and how fast it decides."""

    name: str
    share: float
    employees: tuple[int, int]
    product: str
    pace: float


@dataclass(frozen=True)
class Product:
    """Something with a list price, in whole euros a year; `misspelt` is how some people type it."""

    name: str
    price: int
    misspelt: str


@dataclass(frozen=True)
class Stage:
    """A step of the pipeline with the weekly chance to move on and to be lost from it."""

    name: str
    advance: float
    loss: float


@dataclass(frozen=True)
class Region:
    """A part of the sales organisation: its name, its cities and how many sellers it has."""

    name: str
    country: str
    sellers: int


@dataclass(frozen=True)
class Break:
    """What quietly goes wrong: from a day on, deals of one source move on less readily and are lost sooner."""

    source: str
    since: date
    advance: float
    loss: float


@dataclass(frozen=True)
class Company:
    """A company to simulate; deals closed before `first_day` stayed behind in an earlier system."""

    name: str
    currency: str
    start: date
    first_day: date
    last_day: date
    deals_per_week: float
    sources: tuple[Source, ...]
    segments: tuple[Segment, ...]
    products: tuple[Product, ...]
    stages: tuple[Stage, ...]
    regions: tuple[Region, ...]
    breaks: tuple[Break, ...]
    season: tuple[float, ...]
    quarter_rhythm: tuple[float, ...]
    amount_spread: float
    going_stale: float
    missing_source: float
    missing_amount: float
    misspelling: float
    repeat_business: float


LARKFIELD = Company(
    name="Larkfield",
    currency="EUR",
    start=date(2024, 8, 5),
    first_day=date(2025, 1, 1),
    last_day=date(2026, 6, 30),
    deals_per_week=14.4,
    sources=(
        Source("Organic Search", 0.26, 1.00),
        Source("Paid Search", 0.30, 1.05),
        Source("Referrals", 0.16, 1.35),
        Source("Direct Traffic", 0.12, 0.90),
        Source("Offline Sources", 0.16, 0.75),
    ),
    segments=(
        Segment("SMB", 0.52, (8, 99), "Crew", 1.15),
        Segment("Mid-Market", 0.36, (100, 799), "Depot", 1.00),
        Segment("Enterprise", 0.12, (800, 6000), "Network", 0.80),
    ),
    products=(
        Product("Crew", 14_000, "Crwe"),
        Product("Depot", 32_000, "De-pot"),
        Product("Network", 72_000, "Netwrok"),
    ),
    stages=(
        Stage("Discovery", 0.30, 0.190),
        Stage("Evaluation", 0.28, 0.140),
        Stage("Proposal", 0.26, 0.110),
        Stage("Negotiation", 0.25, 0.065),
    ),
    regions=(
        Region("North", "Denmark", 4),
        Region("Central", "Germany", 5),
        Region("South", "Italy", 3),
    ),
    breaks=(Break("Paid Search", date(2026, 4, 1), advance=0.60, loss=1.30),),
    season=(1.05, 1.08, 1.06, 1.00, 1.00, 0.96, 0.88, 0.80, 1.06, 1.10, 1.08, 0.82),
    quarter_rhythm=(0.80, 0.82, 0.84, 0.88, 0.92, 0.95, 1.00, 1.00, 1.05, 1.15, 1.25, 1.40, 1.60, 1.60),
    amount_spread=0.32,
    going_stale=0.010,
    missing_source=0.04,
    missing_amount=0.03,
    misspelling=0.015,
    repeat_business=0.16,
)
