"""A plan over the whole chain, from visits to renewals, each source in its own way; made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from headway.core.plan import Assumption, Estimate, ModelText, Plan
from headway.planning import BoundPlan
from tests.plans import Number, assume, bound, exact, plan, sales

SOURCES, SEGMENTS, ROLES = ("inbound", "outbound", "partner", "plg"), ("smb", "mid", "ent"), ("ae", "sdr", "csm")
MONTHS = tuple(f"2027-{i:02d}" for i in range(1, 13))

KERNELS: Mapping[str, tuple[str, ...]] = {
    "inbound": ("0.2", "0.5", "0.3"),
    "outbound": ("0.1", "0.3", "0.6"),
    "partner": ("0.2", "0.4", "0.4"),
    "plg": ("0.8", "0.2", "0"),
}


def table(name: str, unit: str, by: tuple[str, ...], values: Mapping[tuple[str, ...], Number]) -> Assumption:
    """An assumption by several dimensions."""
    return Assumption(name, unit, {key: Estimate(exact(value)) for key, value in values.items()}, by)


def by_source(name: str, unit: str, *values: Number) -> Assumption:
    return assume(name, unit, dict(zip(SOURCES, values, strict=True)), ("source",))


def by_segment(name: str, unit: str, *values: Number) -> Assumption:
    return assume(name, unit, dict(zip(SEGMENTS, values, strict=True)), ("segment",))


def by_role(name: str, unit: str, *values: Number) -> Assumption:
    return assume(name, unit, dict(zip(ROLES, values, strict=True)), ("role",))


def demand() -> tuple[Assumption, ...]:
    """Inbound by spend and visits, outbound by what people do, partners by what each brings, plg by who signs up."""
    return (
        by_source("visits_per_month", "visit/month", 20_000, 0, 0, 0),
        by_source("visit_to_lead", "lead/visit", "0.01", 0, 0, 0),
        by_source("budget", "currency/month", 40_000, 0, 0, 0),
        by_source("cost_per_lead", "currency/lead", 200, 0, 0, 0),
        by_source("lead_ceiling", "lead/month", 800, 0, 0, 0),
        by_source("lead_to_qualified", "qualified_lead/lead", "0.4", 0, 0, 0),
        by_source("qualified_to_meeting", "meeting/qualified_lead", "0.5", 0, 0, 0),
        by_source("meetings_per_sdr", "meeting/head/month", 0, 12, 0, 0),
        by_source("meeting_to_opportunity", "opportunity/meeting", "0.5", "0.4", 0, 0),
        by_source("active_partners", "partner", 0, 0, 10, 0),
        by_source("deals_per_partner", "opportunity/partner/month", 0, 0, "0.8", 0),
        by_source("signups_per_month", "signup/month", 0, 0, 0, 400),
        by_source("signup_to_opportunity", "opportunity/signup", 0, 0, 0, "0.1"),
    )


def closing() -> tuple[Assumption, ...]:
    mix = {
        key: share
        for source in SOURCES
        for key, share in zip(product((source,), SEGMENTS), ("0.5", "0.3", "0.2"), strict=True)
    }
    lags = {(source, str(i)): share for source, shares in KERNELS.items() for i, share in enumerate(shares)}
    return (
        table("mix", "share", ("source", "segment"), mix),
        by_source("win_rate.eventual", "deal/opportunity", "0.25", "0.18", "0.3", "0.35"),
        table("close_lag", "share", ("source", "lag"), lags),
        by_segment("deal_size.mean", "currency/deal", 8_000, 30_000, 120_000),
        by_segment("opportunity_value", "currency/opportunity", 9_000, 33_000, 150_000),
        assume("won_from_open", "deal", 0),
        by_source("sales_cycle.won_median", "day", 65, 80, 60, 20),
        assume("contract_term", "year", 1),
    )


def renewing() -> tuple[Assumption, ...]:
    due = {(segment, month): 100_000 for segment in SEGMENTS for month in MONTHS}
    return (
        by_segment("arr_at_start", "currency/year", 1_500_000, 2_000_000, 3_000_000),
        table("arr_due_for_renewal", "currency/year/month", ("segment", "month"), due),
        by_segment("renewal_rate", "percent", "0.8", "0.9", "0.95"),
        by_segment("renewal_contraction", "percent", "0.02", "0.01", 0),
        by_segment("renewal_uplift", "percent", "0.03", "0.03", "0.05"),
        by_segment("customers_at_start", "account", 200, 70, 25),
        by_segment("logo_churn_rate", "share/month", "0.015", "0.008", "0.004"),
        assume("onboarding_lag", "share", ("0.3", "0.7"), ("onboarding",)),
    )


def people() -> tuple[Assumption, ...]:
    hires = {(role, month): 1 if (role, month) == ("ae", "2027-02") else 0 for role in ROLES for month in MONTHS}
    ramp = {(role, str(i)): share for role in ROLES for i, share in enumerate(("0", "0.5", "0.8"))}
    return (
        by_role("heads_at_start", "head", 8, 4, 5),
        table("hires", "head/month", ("role", "month"), hires),
        by_role("attrition", "share/month", "0.01", "0.02", "0.01"),
        table("ramp", "share", ("role", "tenure"), ramp),
        assume("quota_per_ae", "currency/year/head/month", 60_000),
        assume("attainment", "percent", "0.85"),
        assume("ramping_attainment", "percent", "0.7"),
        assume("leads_per_sdr", "qualified_lead/head/month", 45),
        assume("arr_per_csm", "currency/year/head", 2_000_000),
        assume("onboardings_per_csm", "account/head/month", 8),
        by_role("cost_per_head", "currency/head/month", 12_000, 7_000, 8_000),
        assume("commission", "percent", "0.1"),
        by_source("people_cost_split", "share", "0.4", "0.4", "0.15", "0.05"),
        assume("gross_margin", "percent", "0.78"),
    )


def whole_chain(
    *more: Assumption, without: tuple[str, ...] = (), target: Number = 12_000_000, **others: object
) -> Plan:
    """The plan of a company with four sources and three segments, and what else is given."""
    every = {a.name: a for a in (*demand(), *closing(), *renewing(), *people(), *more)}
    kept = [one for name, one in every.items() if name not in without]
    dimensions = {"source": SOURCES, "segment": SEGMENTS}
    return plan(*kept, target=("arr", "2027-12", target), dimensions=dimensions, **others)  # type: ignore[arg-type]


def renewing_plan(saas: ModelText, base: float, rate: float, term: int, months: int) -> BoundPlan:
    """One contract at the start, up for renewal after its term, and again after each term."""
    labels = [f"{2027 + m // 12}-{m % 12 + 1:02d}" for m in range(months)]
    due = {label: base if m == term - 1 else 0 for m, label in enumerate(labels)}
    made = plan(
        *sales(opportunities=0),
        assume("contract_term", "year", 1),
        assume("arr_at_start", "currency/year", base),
        assume("arr_due_for_renewal", "currency/year/month", due, ("month",)),
        assume("renewal_rate", "percent", repr(rate)),
        assume("renewal_contraction", "percent", 0),
        assume("renewal_uplift", "percent", 0),
        assume("renewal_after", "share", [0] * (term - 1) + [1], ("term",)),
        months=months,
    )
    return bound(made, saas)
