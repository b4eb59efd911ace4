"""What each seller, or each owner of a forecast, adds to a number: so that two policies of it can be told apart by person."""

from __future__ import annotations

from collections.abc import Mapping

from headway.core.definition import Calling
from headway.metrics.calling.calls import calls
from headway.metrics.facts import Facts
from headway.metrics.question import Parameters, Question
from headway.metrics.selling.capacity import expected, learned
from headway.metrics.selling.measures import grouped, months_in, months_of, policy_of, sides

Part = tuple[float, float | None]
"""What somebody adds to the upper and the lower side of a ratio; an amount has no lower one."""


def parts_by_person(
    question: Question, facts: Facts, parameters: Parameters
) -> Mapping[tuple[str, str | None], Part] | None:
    """What each person adds, by name and currency; none where a number is not made of what people add."""
    if question.definition.calling is not None:
        return _of_calls(question, question.definition.calling, facts, parameters)
    policy = policy_of(question.definition)
    if policy.take in ("spread", "time_to_productive"):
        return None
    kept, chosen = months_of(question, facts, parameters)
    known = learned(question, facts, parameters) if policy.take == "capacity" else None
    found = dict[tuple[str, str | None], Part]()
    for (_, code), own in grouped(question, chosen).items():
        for side in sides(policy, own, kept):
            match policy.take:
                case "quota":
                    part: Part = (float(side.against), None)
                case "bookings":
                    part = (float(side.booked), None)
                case "capacity":
                    months = [one for one in own if one.who == side.who and one.has_quota]
                    part = (float(sum(expected(one, known, facts.day) for one in months)) if known else 0.0, None)
                case "share" if not side.against:
                    continue
                case "share":
                    part = (float(side.booked * 100 >= side.against * policy.at_least), 1.0)
                case "per_rep":
                    part = (float(side.booked * months_in(question, (), kept)), float(side.against))
                case _:
                    part = (float(side.booked), float(side.against))
            found[side.name, code] = part
    return found


def _of_calls(
    question: Question, policy: Calling, facts: Facts, parameters: Parameters
) -> Mapping[tuple[str, str | None], Part] | None:
    if policy.entity == "company":
        return None
    found = dict[tuple[str, str | None], Part]()
    for one in calls(facts, policy, question.period, parameters).calls:
        if policy.take == "coverage":
            if one.low is None or one.high is None:
                continue
            part = (float(one.low <= one.came <= one.high), 1.0)
        elif policy.take == "bias":
            part = (float(one.error), float(one.came))
        else:
            part = (float(abs(one.came) - abs(one.error)), float(abs(one.came)))
        above, below = found.get((one.name, one.currency), (0.0, 0.0))
        found[one.name, one.currency] = (above + part[0], (below or 0.0) + part[1])
    return found
