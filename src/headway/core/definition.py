"""What a number means, as data: which records, which date decides the period, what is added up or divided by what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from headway.core.positions import Location, Piece
from headway.core.series import AddsUp

Shape = Literal[
    "count",
    "sum",
    "mean",
    "median",
    "quantile",
    "ratio",
    "survival",
    "transition",
    "movements",
    "required",
    "formula",
    "selling",
    "calling",
]
Undated = Literal["leave_out", "keep"]
Fx = Literal["constant", "booking"]


FILLED: Mapping[str, object] = {"text": False}
"""Marks a field that no text says: it is filled in once everything is read."""


@dataclass(frozen=True)
class Part:
    """A set of records and what is taken from each: nothing (they are counted), a value, or days between dates.

    `status`, `where`, `without` and `present` (columns that must hold something) choose the records; none means all.
    Words are compared in any case; a record without any is in no `where` and in every `without`. `value` names
    a column of numbers, `value_of` another one for records of one status. `parameter` names a number handed in from
    outside, which stands in place of records. With `within_days`, the days from `days_from` to `days_to` choose too: records
    with at most so many are counted; with `same` a month, quarter or year, records with both days in the same one.
    `records` and `date` are those of the metric unless the part names its own.
    Records without a value in the columns of `needs` cannot be judged: they are left out, and counted as left out.
    """

    status: tuple[str, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict[str, str])
    value: str = ""
    value_of: Mapping[str, str] = field(default_factory=dict[str, str])
    days_from: str = ""
    days_to: str = ""
    within_days: int = 0
    same: Literal["", "month", "quarter", "year"] = ""
    parameter: str = ""
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    present: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    records: str = ""
    date: str = ""

    @property
    def counts(self) -> bool:
        """Whether its records are counted, nothing more."""
        return not (self.value or self.parameter or (self.days_from and not self.compares_days))

    @property
    def compares_days(self) -> bool:
        """Whether its two days choose records, rather than being what is taken of them."""
        return bool(self.within_days or self.same)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it reads, in the order it names them."""
        named = (
            *self.where,
            *self.without,
            *self.present,
            *self.needs,
            self.value,
            *self.value_of.values(),
            self.days_from,
            self.days_to,
        )
        return tuple(dict.fromkeys(name for name in named if name))


Take = Literal[
    "arr",
    "mrr",
    "new",
    "expansion",
    "contraction",
    "churn",
    "reactivation",
    "nrr",
    "grr",
    "grr_by_movements",
    "logo_retention",
    "logo_churn",
    "arpa",
    "customers",
    "due",
    "renewed",
    "renewal_rate",
    "renewal_rate_a_year",
]


@dataclass(frozen=True)
class Ledger:
    """What is taken of the ledger of recurring revenue, and the policy it is kept under.

    `gap_days`: a customer back within so many days was never away. `churn_on`: the day service ends, or that of the
    notice. `step`: movements by day, or from month end to month end. `source`: where recurring revenue is read from,
    `auto` for the first there is of items, subscriptions with an amount, invoice lines. `ends`: whether an end is the
    last day of service or the day after it; `auto` asks the data. `fx`: one constant rate for a total in the company's
    currency, or `none`: each currency by itself. `trials` are worth nothing until they end, or what will be paid.
    `minimum_months`: a contract of a shorter term is in no ARR. `ramp`: a contract of several years counts what it pays
    in the year that runs, or the `average` of its whole value. `usage`: what is charged by use counts for the least that
    was agreed, or, as a `run_rate`, for the use where that is more. `grace_days`: a contract that goes on so many days
    after its term still counts as renewed.
    """

    take: Take = "arr"
    gap_days: int = 0
    churn_on: Literal["service_end", "notice"] = "service_end"
    grain: Literal["customer", "account"] = "customer"
    step: Literal["day", "month"] = "day"
    source: Literal["auto", "items", "subscriptions", "invoice_lines"] = "auto"
    ends: Literal["auto", "last_day", "day_after"] = "auto"
    fx: Literal["constant", "none"] = "constant"
    trials: Literal["at_nothing", "as_paid"] = "at_nothing"
    minimum_months: int = 0
    ramp: Literal["current_year", "average"] = "current_year"
    usage: Literal["committed", "run_rate"] = "committed"
    grace_days: int = 0


@dataclass(frozen=True)
class Selling:
    """What is taken of the months that sellers sell in, and the policy those are laid by.

    `quotas`: `ramp` takes them as what a ramped person carries over the whole span, to be ramped by the profile and
    pro-rated by the days in role; `assigned` as they stand. `lasts`: how long a quota without an end runs; `auto` asks
    the spacing of the starts. `first_month`: which month in role is the first, that of joining or the first whole one.
    `leavers` who left before the period's end may be left out, `renewals` credited. `among`: whose months are looked at; a
    share is of those at `at_least` percent. `against`: what full productivity is, the full quota or what ramped people of
    the role sell. `over`: how many months are taken together. `heads`: ramped-equivalent or full ones. `season`: whether
    capacity follows the months of earlier years.
    """

    take: Literal[
        "quota",
        "bookings",
        "attainment",
        "spread",
        "share",
        "per_rep",
        "capacity",
        "productivity",
        "time_to_productive",
    ] = "attainment"
    quotas: Literal["ramp", "assigned"] = "ramp"
    lasts: Literal["auto", "month", "quarter", "year"] = "auto"
    first_month: Literal["joining", "first_whole"] = "joining"
    leavers: Literal["count", "leave_out"] = "count"
    renewals: Literal["leave_out", "count"] = "leave_out"
    among: Literal["all", "ramped", "ramping"] = "all"
    at_least: int = 100
    against: Literal["quota", "peers"] = "quota"
    over: int = 3
    heads: Literal["ramped", "full"] = "ramped"
    season: Literal["none", "history"] = "none"


@dataclass(frozen=True)
class Calling:
    """What is taken of forecasts as they were locked, and the policy by which one is held against what came.

    `horizon`: so many days before the end of its period a forecast counts as it then stood. `entity`: at which level it is
    held against what came. `calls`: which categories are in it, each with those surer than it. `read`: from forecasts that
    were loaded, or worked out from the deals as they were known then; `auto` takes the first there is. `lasts`: how long
    the periods are where they are worked out.
    """

    take: Literal["accuracy", "bias", "coverage"] = "accuracy"
    horizon: int = 30
    entity: Literal["owner", "company"] = "owner"
    calls: Literal["commit", "best_case", "pipeline"] = "commit"
    read: Literal["auto", "locked", "deals"] = "auto"
    lasts: Literal["month", "quarter"] = "quarter"


@dataclass(frozen=True)
class Definition:
    """A metric. `name` is metric.variant; `date` decides which period a record belongs to, none for a stock.

    `records` says of which things it is taken: opportunity, lead, activity, touch, subscription_item, spend_line, ...
    `of` is what a count, sum, mean, median or quantile is taken of; a ratio has `numerator` and `denominator`.
    `fx` says at which rate a foreign amount counts: all at one `constant` rate, the last one known, or each at the rate of
    its own day (`booking`), which `date` decides. Shape `movements` takes it of the ledger of recurring revenue,
    `required` of what earlier periods held and booked, `formula` of other metrics, which `others` then holds by name.
    `selling` takes it of the months sellers sell in, `calling` of forecasts held against what came.
    Below `enough` records an estimate says that it cannot tell yet.
    """

    name: str
    title: str
    words: str
    shape: Shape
    unit: str
    version: int = 1
    records: str = "opportunity"
    adds_up: AddsUp = "flow"
    date: str = ""
    undated: Undated = "leave_out"
    fx: Fx = "constant"
    of: Part | None = None
    numerator: Part | None = None
    denominator: Part | None = None
    ledger: Ledger | None = None
    selling: Selling | None = None
    calling: Calling | None = None
    formula: Piece | None = None
    percentile: int = 50
    enough: int = 20
    lower_is_better: bool = False
    policy: tuple[str, ...] = ()
    location: Location | None = None
    others: Mapping[str, Definition] = field(default_factory=dict[str, "Definition"], metadata=FILLED)

    @property
    def label(self) -> str:
        """The name with its version, as every number carries it."""
        return f"{self.name}@{self.version}"

    @property
    def kept_under(self) -> Ledger | Selling | Calling | None:
        """What holds the policies that can be switched one by one; none where the policy is in its parts."""
        return self.ledger or self.selling or self.calling

    @property
    def parts(self) -> tuple[Part, ...]:
        """The sets of records it stands on: the thing measured, or numerator and denominator."""
        return tuple(part for part in (self.of, self.numerator, self.denominator) if part is not None)

    @property
    def across(self) -> bool:
        """Whether its two sides are of different records, or belong to periods by different dates."""
        sides = [part for part in (self.numerator, self.denominator) if part and not part.parameter]
        return len({(part.records or self.records, part.date or self.date) for part in sides}) > 1

    @property
    def dated(self) -> bool:
        """Whether dates decide which period its records belong to."""
        if self.shape == "movements":
            return self.adds_up == "flow"
        if self.shape in {"selling", "calling"}:
            return True
        if self.shape == "formula":
            return all(one.dated for one in self.others.values())
        return bool(self.date) or (bool(self.parts) and all(part.date or part.parameter for part in self.parts))

    @property
    def booked(self) -> str:
        """The date whose exchange rate each record takes; none where all take the last one known."""
        return self.date if self.fx == "booking" else ""

    def side(self, part: Part) -> Definition:
        """One of its parts as a metric of its own: what its records come to."""
        whose, date = part.records or self.records, part.date or self.date
        shape: Shape = "count" if part.counts else "sum"
        alone = replace(part, records="", date="")
        return replace(self, shape=shape, records=whose, date=date, of=alone, numerator=None, denominator=None)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it reads."""
        named = (self.date, *(name for part in self.parts for name in part.columns))
        return tuple(dict.fromkeys(name for name in named if name))
