"""What is asked of the months of sellers, answered by whoever knows it."""

from __future__ import annotations

from headway.metrics.estimate import Estimate
from headway.metrics.facts import Facts
from headway.metrics.question import Parameters, Question
from headway.metrics.selling.capacity import capacity_estimates
from headway.metrics.selling.measures import aggregated, policy_of
from headway.metrics.selling.productive import productive_estimates


def selling_estimates(question: Question, facts: Facts, parameters: Parameters) -> tuple[Estimate, ...]:
    """One estimate for each group and currency, by what the definition takes of the months of sellers."""
    match policy_of(question.definition).take:
        case "capacity":
            return capacity_estimates(question, facts, parameters)
        case "time_to_productive":
            return productive_estimates(question, facts, parameters)
        case _:
            return aggregated(question, facts, parameters)
