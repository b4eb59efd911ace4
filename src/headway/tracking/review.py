"""The week's review: milestones, verdict, causes, what to look at, and the sentence that says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from headway.core.formatting import listed
from headway.core.review import Evidence, Milestone, Review
from headway.core.series import Series
from headway.core.titles import title
from headway.tracking.milestones import Context, journey, milestones, unmeasured
from headway.tracking.pace import is_partial, verdict
from headway.tracking.sentence import because_of, headline, lead, look_at


def review(plan: Mapping[str, Series], actual: Mapping[str, Series], context: Context) -> Review:
    """Plan against actual on a day.

    Both sides map metric names to Series along `period`, labelled with the weeks of `context`; the actual side ends
    with the as-of week. Flows may come by week or to date, stocks at week ends, rates by week.
    """
    found = milestones(plan, actual, context)
    aim = next((one for one in found if one.metric == context.metric), None)
    answer = verdict(aim.standing if aim else "unknown")
    attention, because = look_at(found, context), because_of(answer, context)
    return Review(
        context.as_of,
        context.plan,
        answer,
        headline(aim, answer, context),
        lead(because, attention, bool(context.elapsed)),
        context.currency,
        found,
        context.causes,
        attention,
        journey(found, context),
        (*context.notes, *_partial(found, context), *_left_out(unmeasured(plan, actual, context))),
        context.weeks[0].start if context.weeks else None,
        because,
    )


def _left_out(names: Sequence[str]) -> Iterator[str]:
    """What the plan says something about and the data do not."""
    if names:
        yield f"planned, but not measured here: {listed([title(name) for name in names])}"


def _partial(found: Sequence[Milestone], context: Context) -> Iterator[str]:
    """Amounts that leave out too much to be held against their plan."""
    for one in found:
        evidence = context.evidence.get(one.metric, Evidence())
        if is_partial(evidence) and one.plan.header.adds_up != "ratio":
            yield f"{title(one.metric)} cannot be held against its plan: {evidence.note}"
