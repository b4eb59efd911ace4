"""Owners who use a stage otherwise than all others do, told from chance by exact tests of every owner and stage at once."""

from __future__ import annotations

from dataclasses import dataclass

from headway.core.hygiene import Outlier, Rule
from headway.metrics.facts import literal
from headway.metrics.hygiene.conditions import RECORD, all_hold
from headway.metrics.hygiene.seen import Answer, Look, Seen, Unjudged
from headway.statistics.exact import fisher, holm

_COUNTS = {
    "passed_on": "further",
    "time_in_stage": "days > middle",
    "skipped": "skipped",
}
_SAID = {
    "passed_on": "moves {own:.0%} of deals on from {stage} (n = {n}), all others {rest:.0%}",
    "time_in_stage": "keeps {own:.0%} of deals in {stage} longer than the median (n = {n}), all others {rest:.0%}",
    "skipped": "skips stages on the way to {stage} with {own:.0%} of deals (n = {n}), all others {rest:.0%}",
}


@dataclass(frozen=True)
class _Use:
    """What one owner did with the deals of one stage, beside what all others did."""

    of: str
    owner: str
    stage: str
    own: tuple[int, int]
    rest: tuple[int, int]

    @property
    def chance(self) -> float:
        """How likely a difference as large is, if there were none."""
        return fisher(self.own[0], self.own[1] - self.own[0], self.rest[0], self.rest[1] - self.rest[0])

    @property
    def words(self) -> str:
        """The difference as a sentence."""
        own, rest = self.own[0] / self.own[1], self.rest[0] / self.rest[1]
        return f"{self.owner} {_SAID[self.of].format(own=own, rest=rest, stage=self.stage, n=self.own[1])}"


def outlier(rule: Rule, look: Look) -> Answer:
    """The deals that stand in a stage which their owner uses otherwise than all others do.

    Each owner against all others, stage by stage, by Fisher's exact test, and Holm's correction over all of these tests:
    the chance that any owner is named wrongly stays below `chance`. Spans that are over in the last `within_days` count.
    """
    asked = rule.outlier or Outlier(())
    uses = [use for of in asked.of for use in _uses(of, asked, look)]
    if not uses:
        return Unjudged(
            f"no two owners have {asked.enough} deals each that left a stage within {asked.within_days} days"
        )
    adjusted = holm([use.chance for use in uses])
    named = [(use, p) for use, p in zip(uses, adjusted, strict=True) if p < float(asked.chance)]
    tested = f"{len(uses):,} comparisons of owners, at most {float(asked.chance):.0%} likely to accuse anybody wrongly"
    told = [f"{use.words}, p = {p:.2g}" for use, p in named]
    if not named:
        return Seen(f"SELECT {RECORD}.id, '' AS why {look.among(rule)} AND FALSE", f"{tested}: none differs")
    cases = " UNION ALL ".join(
        f"SELECT {RECORD}.id, {literal(use.words)} AS why {look.among(rule)} AND {RECORD}.owner = {literal(use.owner)} "
        f"AND lower({RECORD}.stage) = {literal(use.stage.lower())}"
        for use, _ in named
    )
    note = "; ".join([tested, *told])
    return Seen(f"SELECT id, string_agg(why, '; ') AS why FROM ({cases}) GROUP BY id", note)


def _uses(of: str, asked: Outlier, look: Look) -> list[_Use]:
    spans = (
        f"SELECT s.stage, {RECORD}.owner, s.days, s.skipped, {RECORD}.status = 'won' OR s.ord < max(s.ord) FILTER "
        f"(NOT s.closing) OVER (PARTITION BY s.opportunity_id) AS further, median(s.days) OVER (PARTITION BY s.stage) "
        f"AS middle, s.exited_at FROM {look.spans} s JOIN {look.relation} {RECORD} ON {RECORD}.id = s.opportunity_id "
        f"WHERE NOT s.closing AND s.exited_at IS NOT NULL AND {all_hold({'owner': 'filled'}, look.facts.day)}"
    )
    records = look.facts.run(
        f"SELECT owner, stage, CAST(sum(CAST({_COUNTS[of]} AS INTEGER)) AS INTEGER), count(*) FROM ({spans}) "
        f"WHERE exited_at > {look.today} - {asked.within_days} GROUP BY 1, 2 ORDER BY 1, 2"
    )
    counted = [(str(owner), str(stage), int(str(hits)), int(str(n))) for owner, stage, hits, n in records]
    totals: dict[str, tuple[int, int]] = {}
    for _, stage, hits, n in counted:
        before = totals.get(stage, (0, 0))
        totals[stage] = before[0] + hits, before[1] + n
    return [
        _Use(of, owner, stage, (hits, n), (totals[stage][0] - hits, totals[stage][1] - n))
        for owner, stage, hits, n in counted
        if n >= asked.enough and totals[stage][1] - n >= asked.enough
    ]
