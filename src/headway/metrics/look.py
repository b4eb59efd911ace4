"""A period of history, asked metric by metric: the whole, and its parts by what they are broken down by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from headway.core.calendar import Period, months
from headway.core.definition import Definition
from headway.core.history import Figure, Key
from headway.metrics.estimate import Estimate
from headway.metrics.facts import Facts
from headway.metrics.measure import estimates, wrong_with
from headway.metrics.question import NONE, Parameters, Question

Parts = dict[Key, Estimate]


@dataclass(frozen=True)
class Look:
    """One period of history, asked metric by metric."""

    definitions: Mapping[str, Definition]
    facts: Facts
    period: Period
    parameters: Parameters

    def asked(self, name: str, by: Key = ()) -> tuple[Estimate, ...]:
        """A metric's estimates over the period; none where it cannot be asked so."""
        question = Question(self.definitions[name], self.period, by)
        return () if wrong_with(question, self.facts) else estimates(question, self.facts, self.parameters)

    def whole(self, name: str) -> Estimate:
        """The figure of all records; nothing where it is in several currencies."""
        made = self.asked(name)
        return made[0] if len(made) == 1 else Estimate((), None, 0)

    def parts(self, name: str, by: Key) -> Parts:
        """The figure of each group whose members are all known; none where amounts are in several currencies."""
        made = self.asked(name, by)
        several = len({e.members for e in made}) < len(made)
        return {} if several else {e.members: e for e in made if NONE not in e.members}

    def members(self, name: str) -> Key:
        """The members of a dimension among the opportunities created, the most frequent first."""
        counted = self.parts("opportunities_created", (name,))
        return tuple(key[0] for key, _ in sorted(counted.items(), key=lambda item: (-item[1].n, item[0])))

    @property
    def length(self) -> int:
        """How many months it has."""
        return len(months(self.period))

    def over(self, period: Period) -> Look:
        """The same facts, asked about another period."""
        return replace(self, period=period)


def figure_of(e: Estimate) -> Figure | None:
    """An estimate as history's figure; nothing where it is undefined."""
    return None if e.value is None else Figure(float(e.value), e.low, e.high, e.n)
