"""What can be true of a made-up company with a whole journey: every knob of the simulator, in one frozen dataclass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Product:
    """What is sold by the seat: price lists by the day they begin, each a year's price of a seat in EUR and in GBP."""

    name: str
    misspelt: str
    prices: tuple[tuple[date, int, int], ...]

    def price(self, day: date, currency: str) -> int:
        """A seat's list price for a year on a day, in whole units of the currency; it divides by twelve."""
        _, euros, pounds = [listed for listed in self.prices if listed[0] <= day][-1]
        return pounds if currency == "GBP" else euros


@dataclass(frozen=True)
class Segment:
    """A size of customer: what it buys, how fast it decides, how it pays and how readily it stays."""

    name: str
    employees: tuple[int, int]
    product: str
    value: float
    value_spread: float
    pace: float
    win: float
    expected_days: int
    two_years: float
    monthly: float
    churn: float
    churn_spread: float
    onboarding_days: int
    opening_customers: int
    opening_value: float


@dataclass(frozen=True)
class Source:
    """Where revenue comes from: visits bought with saturation, the steps of its leads, and how its deals fare."""

    name: str
    spend: float
    spend_growth: float
    reach: float
    depth: float
    reach_growth: float
    lead_rate: float
    mql: float
    sql: float
    accepted: float
    qualified: float
    mql_days: float
    sql_days: float
    segments: tuple[float, ...]
    win: float
    value: float
    campaigns: tuple[str, ...]
    lead_touch: str


@dataclass(frozen=True)
class Stage:
    """A step of the pipeline with the weekly chance to move on and to be lost from it."""

    name: str
    advance: float
    loss: float


@dataclass(frozen=True)
class Region:
    """A part of the sales organisation: its countries, their currency and their share of the market."""

    name: str
    countries: tuple[tuple[str, float, str], ...]


@dataclass(frozen=True)
class Reorganisation:
    """A day on which a region is dissolved and its countries and people go to others, some of which are renamed."""

    day: date
    dissolved: str
    countries: tuple[tuple[str, str], ...]
    people: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Job:
    """Seats of one role: how many on the first and on the last day, what they cost a year, how long people stay."""

    role: str
    function: str
    team: str
    first: int
    last: int
    cost: int
    currency: str = "EUR"
    region: str = ""
    reports_to: str = ""
    leaving: float = 0.0
    quota: bool = False
    ramp: str = ""


@dataclass(frozen=True)
class Break:
    """What quietly goes wrong: from a day on, sales accepts fewer qualified leads of one source."""

    source: str
    since: date
    acceptance: float
    reason: str


@dataclass(frozen=True)
class Market:
    """What all deals share: seasons, the rhythm of a quarter, common shocks, and how deals age."""

    season: tuple[float, ...]
    quarter_rhythm: tuple[float, ...]
    shock: float
    shock_memory: float
    frailty: float
    age_advance: tuple[float, ...]
    age_loss: tuple[float, ...]
    skip: float
    regress: float
    reopen: float
    skill: float
    show_up: float
    cancelled: float


@dataclass(frozen=True)
class Renewals:
    """How customers live after the first deal."""

    notice: tuple[int, int]
    contraction: float
    contraction_size: tuple[float, float]
    uplifts: tuple[tuple[int, float], ...]
    expansion: float
    expansion_size: tuple[float, float]
    expansion_win: float
    addon: str
    addon_share: float
    early_end: float
    win_back: float
    credit_note: float
    discounts: tuple[tuple[int, float], ...]
    deal_days: int


@dataclass(frozen=True)
class Habits:
    """What people do to a CRM; every share at zero (and every flag off) shows the truth."""

    forgotten: float = 0.037
    pushing: float = 0.85
    optimism: float = 0.75
    bulk_push: float = 0.5
    skipped: float = 0.07
    duplicate_accounts: int = 4
    duplicate_deals: float = 0.02
    entered_late: float = 0.06
    late_days: float = 12.0
    missing_source: float = 0.08
    missing_contact_source: float = 0.02
    in_thousands: int = 7
    missing_amount: float = 0.025
    misspelling: float = 0.012
    estimates: bool = True
    unbilled: int = 2
    without_deal: int = 2
    other_amount: int = 3
    misposted_spend: int = 6


SPOTLESS = Habits(
    forgotten=0, pushing=1, optimism=1, bulk_push=0, skipped=0, duplicate_accounts=0, duplicate_deals=0, entered_late=0,
    missing_source=0, missing_contact_source=0, in_thousands=0, missing_amount=0, misspelling=0, estimates=False,
    unbilled=0, without_deal=0, other_amount=0, misposted_spend=0,
)  # fmt: skip
"""No habit at all: the CRM as it should be kept."""


@dataclass(frozen=True)
class Costs:
    """What the ledger holds beside payroll: hosting as a share of revenue, and the fixed costs of a month."""

    hosting: float
    office: int
    tools: int
    insurance: int


@dataclass(frozen=True)
class Company:
    """A company to simulate from `warm_up` to `last_day`; the CRM begins on `first_day`, billing on `billing_since`."""

    name: str
    version: str
    seed: int
    currency: str
    warm_up: date
    first_day: date
    last_day: date
    billing_since: date
    books_closed: date
    pound: float
    segments: tuple[Segment, ...]
    sources: tuple[Source, ...]
    products: tuple[Product, ...]
    stages: tuple[Stage, ...]
    regions: tuple[Region, ...]
    reorganisation: Reorganisation
    jobs: tuple[Job, ...]
    breaks: tuple[Break, ...]
    market: Market
    renewals: Renewals
    costs: Costs
    habits: Habits

    def segment(self, name: str) -> Segment:
        """The segment of this name."""
        return next(segment for segment in self.segments if segment.name == name)

    def source(self, name: str) -> Source:
        """The source of this name."""
        return next(source for source in self.sources if source.name == name)

    def product(self, name: str) -> Product:
        """The product of this name."""
        return next(product for product in self.products if product.name == name)
