"""A plan laid out: what can be tried, what adds up to the target, when it has to be created, and the gap in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from headway.core.plan import Assumption, Estimate, Plan
from headway.core.rows import Rows

StepKind = Literal["base", "loss", "kept", "gain", "plan", "gap", "target"]


@dataclass(frozen=True)
class Dial:
    """One assumed value that can be tried: what the plan says, what is tried instead, and what that does to the aim."""

    key: str
    assumption: Assumption
    members: tuple[str, ...]
    planned: Estimate
    tried: Decimal | None = None
    effect: float | None = None


def key_of(name: str, members: Sequence[str]) -> str:
    """How one value of an assumption is named: its name, with its members in brackets."""
    return f"{name}[{','.join(members)}]" if members else name


@dataclass(frozen=True)
class BridgeStep:
    """One row of the bridge to the target; `line` is the model's line behind it, where there is one."""

    kind: StepKind
    label: str
    amount: float
    line: str = ""


@dataclass(frozen=True)
class Window:
    """The days in which a deal has to be created to close in a quarter at the median cycle; both ends count."""

    source: str
    quarter: str
    first: date
    last: date
    cycle: float


@dataclass(frozen=True)
class Sheet:
    """A plan laid out. `reached` is what the assumptions yield by the due month, `untouched` what they yield as written."""

    plan: Plan
    aim: str
    unit: str
    due: str
    dials: tuple[Dial, ...]
    bridge: tuple[BridgeStep, ...]
    reached: float
    untouched: float
    quarters: Rows
    required: Rows
    windows: tuple[Window, ...]
    gap_words: tuple[str, ...]
    required_words: tuple[str, ...]

    @property
    def target(self) -> float | None:
        """What the plan commits to."""
        return None if self.plan.target is None else float(self.plan.target.value)

    @property
    def tried(self) -> tuple[Dial, ...]:
        """The values that are not as the plan has them."""
        return tuple(dial for dial in self.dials if dial.tried is not None)
