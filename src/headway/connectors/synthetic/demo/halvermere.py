"""Halvermere, the demo company: supplier audits as a subscription, three years, and one thing that has broken."""

from __future__ import annotations

from datetime import date

from headway.connectors.synthetic.demo.company import (
    Break,
    Company,
    Costs,
    Habits,
    Job,
    Market,
    Product,
    Region,
    Renewals,
    Reorganisation,
    Segment,
    Source,
    Stage,
)

TODAY = date(2026, 11, 15)
"""The last day of the demo company, and the clock of everything shown about it."""

_LISTS = (date(2020, 1, 1), date(2025, 1, 1))


def _prices(*lists: tuple[int, int]) -> tuple[tuple[date, int, int], ...]:
    return tuple((day, euros, pounds) for day, (euros, pounds) in zip(_LISTS, lists, strict=True))


_SEGMENTS = (
    Segment(
        "smb", (12, 99), "Inspect", value=5_600, value_spread=0.45, pace=1.35, win=1.0, expected_days=45,
        two_years=0.08, monthly=0.50, churn=0.128, churn_spread=0.9, onboarding_days=21, opening_customers=106,
        opening_value=8_800,
    ),
    Segment(
        "mid", (100, 999), "Assure", value=15_300, value_spread=0.45, pace=1.05, win=0.95, expected_days=65,
        two_years=0.28, monthly=0.20, churn=0.074, churn_spread=0.9, onboarding_days=45, opening_customers=84,
        opening_value=25_200,
    ),
    Segment(
        "ent", (1_000, 9_000), "Govern", value=38_500, value_spread=0.50, pace=0.85, win=0.90, expected_days=90,
        two_years=0.50, monthly=0.04, churn=0.050, churn_spread=0.8, onboarding_days=75, opening_customers=31,
        opening_value=70_000,
    ),
)  # fmt: skip

_SOURCES = (
    Source(
        "inbound", spend=6_480, spend_growth=0.16, reach=3_380, depth=7_650, reach_growth=0.08, lead_rate=0.0215,
        mql=0.46, sql=0.46, accepted=0.80, qualified=0.72, mql_days=1.8, sql_days=2.2, segments=(0.50, 0.38, 0.12),
        win=1.0, value=1.0, campaigns=("Search", "Guides", "Webinars", "Fairs"), lead_touch="form",
    ),
    Source(
        "outbound", spend=1_710, spend_growth=0.10, reach=530, depth=1_710, reach_growth=0.08, lead_rate=0.090,
        mql=0.30, sql=0.60, accepted=0.85, qualified=0.62, mql_days=6.0, sql_days=5.0, segments=(0.22, 0.52, 0.26),
        win=0.82, value=1.08, campaigns=("Sequences",), lead_touch="",
    ),
    Source(
        "partner", spend=1_350, spend_growth=0.20, reach=380, depth=1_800, reach_growth=0.09, lead_rate=0.036,
        mql=0.76, sql=0.76, accepted=0.88, qualified=0.56, mql_days=2.0, sql_days=4.0, segments=(0.32, 0.46, 0.22),
        win=1.22, value=1.12, campaigns=("Resellers", "Integrations"), lead_touch="form",
    ),
    Source(
        "plg", spend=2_070, spend_growth=0.18, reach=2_050, depth=2_880, reach_growth=0.10, lead_rate=0.0265,
        mql=0.25, sql=0.55, accepted=0.76, qualified=0.66, mql_days=5.0, sql_days=3.0, segments=(0.79, 0.19, 0.02),
        win=1.08, value=0.82, campaigns=("Free edition",), lead_touch="form",
    ),
)  # fmt: skip

_PRODUCTS = (
    Product("Inspect", "Inpsect", _prices((360, 312), (384, 336))),
    Product("Assure", "Asure", _prices((540, 468), (576, 492))),
    Product("Govern", "Goven", _prices((660, 576), (708, 612))),
    Product("Insight", "In-sight", _prices((96, 84), (108, 96))),
)

_REGIONS = (
    Region("North", (("Denmark", 0.08, "EUR"), ("Sweden", 0.10, "EUR"), ("Finland", 0.06, "EUR"))),
    Region("Central", (("Germany", 0.26, "EUR"), ("Austria", 0.07, "EUR"))),
    Region("UK & Ireland", (("United Kingdom", 0.22, "GBP"), ("Ireland", 0.04, "EUR"))),
    Region("Benelux", (("Netherlands", 0.11, "EUR"), ("Belgium", 0.06, "EUR"))),
)

_REORGANISATION = Reorganisation(
    day=date(2025, 7, 1),
    dissolved="Benelux",
    countries=(("Netherlands", "West"), ("Belgium", "Central")),
    people=("West", "Central", "West"),
    renamed=(("UK & Ireland", "West"),),
)


def _sellers(region: str, first: int, last: int, cost: int, currency: str = "EUR") -> Job:
    return Job("AE", "s&m", "Sales", first, last, cost, currency, region, "Sales Manager", 0.16, True, "ae_6m")


def _callers(region: str, first: int, last: int, cost: int, currency: str = "EUR") -> Job:
    return Job(
        "SDR", "s&m", "Sales Development", first, last, cost, currency, region, "SDR Manager", 0.34, ramp="sdr_3m"
    )


_JOBS = (
    _sellers("North", 2, 3, 106_000),
    _sellers("Central", 3, 5, 108_000),
    _sellers("UK & Ireland", 3, 4, 96_000, "GBP"),
    _sellers("Benelux", 2, 2, 108_000),
    _callers("Central", 2, 4, 58_000),
    _callers("UK & Ireland", 3, 4, 50_000, "GBP"),
    Job("Sales Manager", "s&m", "Sales", 2, 3, 158_000, reports_to="Chief Revenue Officer"),
    Job("SDR Manager", "s&m", "Sales Development", 1, 1, 104_000, reports_to="Chief Revenue Officer"),
    Job("Partner Manager", "s&m", "Partners", 1, 2, 98_000, reports_to="Chief Revenue Officer", leaving=0.1),
    Job("Sales Engineer", "s&m", "Sales", 1, 3, 108_000, reports_to="Chief Revenue Officer", leaving=0.1),
    Job("Marketer", "s&m", "Marketing", 4, 7, 70_000, reports_to="Chief Marketing Officer", leaving=0.12),
    Job("Revenue Operations", "s&m", "Operations", 1, 3, 84_000, reports_to="Chief Revenue Officer"),
    Job("Chief Revenue Officer", "s&m", "Sales", 1, 1, 208_000, reports_to="Chief Executive Officer"),
    Job("Chief Marketing Officer", "s&m", "Marketing", 1, 1, 176_000, reports_to="Chief Executive Officer"),
    Job("CSM", "cs", "Customer Success", 3, 7, 74_000, reports_to="Customer Success Manager", leaving=0.15, ramp="csm_3m"),
    Job("Onboarding Specialist", "cs", "Onboarding", 2, 4, 66_000, reports_to="Customer Success Manager", leaving=0.15),
    Job("Customer Success Manager", "cs", "Customer Success", 1, 1, 118_000, reports_to="Chief Revenue Officer"),
    Job("Support Engineer", "cogs", "Support", 5, 10, 58_000, reports_to="Chief Technology Officer", leaving=0.14),
    Job("Site Reliability Engineer", "cogs", "Platform", 2, 3, 98_000, reports_to="Chief Technology Officer", leaving=0.08),
    Job("Engineer", "r&d", "Engineering", 17, 32, 92_000, reports_to="Chief Technology Officer", leaving=0.10),
    Job("Product Manager", "r&d", "Product", 3, 5, 96_000, reports_to="Chief Technology Officer", leaving=0.08),
    Job("Chief Technology Officer", "r&d", "Engineering", 1, 1, 208_000, reports_to="Chief Executive Officer"),
    Job("Finance", "g&a", "Finance", 3, 5, 78_000, reports_to="Chief Financial Officer", leaving=0.08),
    Job("People & Office", "g&a", "People", 2, 4, 66_000, reports_to="Chief Financial Officer", leaving=0.1),
    Job("Chief Financial Officer", "g&a", "Finance", 1, 1, 204_000, reports_to="Chief Executive Officer"),
    Job("Chief Executive Officer", "g&a", "Management", 1, 1, 232_000),
)  # fmt: skip

_MARKET = Market(
    season=(1.04, 1.08, 1.08, 1.02, 1.00, 0.97, 0.84, 0.76, 1.08, 1.12, 1.08, 0.78),
    quarter_rhythm=(0.72, 0.76, 0.80, 0.84, 0.88, 0.92, 0.95, 0.98, 1.02, 1.12, 1.25, 1.45, 1.75, 1.75),
    shock=0.07,
    shock_memory=0.5,
    frailty=0.42,
    age_advance=(0.75, 1.10, 1.15, 0.90, 0.60, 0.35),
    age_loss=(0.60, 0.95, 1.10, 1.15, 1.10, 1.00),
    skip=0.08,
    regress=0.01,
    reopen=0.02,
    skill=0.18,
    show_up=0.80,
    cancelled=0.07,
)

_RENEWALS = Renewals(
    notice=(30, 75),
    contraction=0.09,
    contraction_size=(0.10, 0.40),
    uplifts=((0, 0.20), (3, 0.34), (4, 0.22), (6, 0.24)),
    expansion=0.064,
    expansion_size=(0.12, 0.54),
    expansion_win=0.56,
    addon="Insight",
    addon_share=0.22,
    early_end=0.004,
    win_back=0.06,
    credit_note=0.012,
    discounts=((0, 0.46), (5, 0.20), (10, 0.20), (15, 0.09), (20, 0.05)),
    deal_days=110,
)

DEMO = Company(
    name="Halvermere",
    version="demo@1",
    seed=11,
    currency="EUR",
    warm_up=date(2023, 5, 15),
    first_day=date(2023, 11, 13),
    last_day=TODAY,
    billing_since=date(2022, 11, 1),
    books_closed=date(2026, 10, 31),
    pound=1.155,
    segments=_SEGMENTS,
    sources=_SOURCES,
    products=_PRODUCTS,
    stages=(
        Stage("Discovery", 0.330, 0.222),
        Stage("Evaluation", 0.315, 0.182),
        Stage("Proposal", 0.300, 0.148),
        Stage("Negotiation", 0.310, 0.104),
    ),
    regions=_REGIONS,
    reorganisation=_REORGANISATION,
    jobs=_JOBS,
    breaks=(Break("inbound", date(2026, 10, 1), acceptance=0.65, reason="Not a fit"),),
    market=_MARKET,
    renewals=_RENEWALS,
    costs=Costs(hosting=0.095, office=21_000, tools=14_000, insurance=6_500),
    habits=Habits(),
)
