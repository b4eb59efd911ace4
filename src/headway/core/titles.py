"""What metrics and lines are called in sentences, and which of them are better when they are lower."""

from __future__ import annotations

_TITLES = {
    "visits": "visits",
    "leads": "leads",
    "qualified_leads": "qualified leads",
    "meetings": "meetings",
    "opportunities_created": "opportunities created",
    "pipeline_created": "pipeline created",
    "open_pipeline": "open pipeline",
    "open_opportunities": "open opportunities",
    "won_deals": "won deals",
    "won_value": "won value",
    "won_from_open": "wins of deals open at the start",
    "won_from_new": "wins of new opportunities",
    "won_value_from_open": "won from deals open at the start",
    "won_value_from_new": "won from new opportunities",
    "win_rate.eventual": "win rate",
    "win_rate.closed_count": "win rate of closed deals",
    "win_rate.closed_value": "win rate by value",
    "win_rate.created_cohort": "win rate of deals created",
    "deal_size": "deal size",
    "deal_size.mean": "deal size",
    "deal_size.median": "median deal size",
    "sales_cycle.won_median": "sales cycle",
    "sales_cycle.won_mean": "mean sales cycle",
    "arr": "ARR",
    "mrr": "MRR",
    "nrr": "net revenue retention",
    "grr": "gross revenue retention",
    "cac": "CAC",
    "arpa": "ARPA",
    "new_arr": "new ARR",
    "opening_arr": "opening ARR",
    "arr_at_start": "ARR at the start",
    "contract_term": "contract term",
    "churned_arr": "churned ARR",
    "contraction_arr": "contraction",
    "expansion_arr": "expansion",
    "reactivated_arr": "reactivated ARR",
    "renewed_arr": "renewed ARR",
    "arr_up_for_renewal": "ARR up for renewal",
    "new_arr_by_source": "new ARR by source",
    "onboardings_completed": "onboardings completed",
    "logo_retention": "customer retention",
    "cac_by_source": "CAC by source",
    "ltv": "lifetime value",
}

_LOWER_IS_BETTER = (
    "sales_cycle",
    "churned_arr",
    "contraction_arr",
    "lost_customers",
    "churn_rate",
    "contraction_rate",
    "logo_churn_rate",
    "cac",
    "cac_by_source",
    "payback",
    "lost_deals",
)


def title(name: str) -> str:
    """A metric's or line's name as words; one of the user's own reads as it is written, underscores as spaces."""
    return _TITLES.get(name) or name.replace("_", " ").replace(".", ", ")


def capital(words: str) -> str:
    """Words as a heading or the start of a sentence."""
    return words[:1].upper() + words[1:]


def sentence(words: str) -> str:
    """Words as a sentence of their own: a capital first, a full stop last."""
    return capital(words) + ("" if words[-1:] in ".!?:" else ".")


def beside(heading: str, words: str) -> str:
    """Words that stand under or after a heading, without saying it again."""
    at = words.lower().find(f"{heading.lower()} ")
    return words if at < 0 else words[:at] + words[at + len(heading) + 1 :]


def lower_is_better(name: str) -> bool:
    """Whether less of it is good news."""
    return name.split(".")[0] in _LOWER_IS_BETTER
