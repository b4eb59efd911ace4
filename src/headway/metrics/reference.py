"""The reference page of the metrics, written from their definitions so that it cannot lie."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args, get_type_hints

from headway.core.definition import Calling, Definition, Ledger, Part, Selling
from headway.metrics.library import Definitions
from headway.metrics.question import many

_HEAD = """# Metrics

Written from the definitions in the package by `headway.metrics.reference`; a test holds it current.

A metric is named *metric.variant*. A bare name that has variants (`win_rate`) answers with all of them. Every number
carries its definition with its version, the period, the as-of day, the unit, the currency, n and what was left out.
A zero denominator is *undefined*, never 0. Intervals run from P10 to P90. Amounts in different currencies are never
added. Below the number of records an estimate needs, it says that it cannot tell yet.

A project adds a metric, or its own policy for a shipped one, with an entry of the same form in `metrics/*.yaml`:

```yaml
won_deals.partner:
  title: Deals won with partners
  words: How many deals were won in the period with a partner.
  shape: count                       # count | sum | mean | median | quantile | ratio | formula
  of: {status: [won], where: {source_channel: partner}}
  date: closed_date                  # the date that decides the period
  unit: deal
  adds_up: flow                      # flow | stock | ratio
```

`records` says of which things it is taken, opportunities where nothing is said: every [table](tables.md) will do.
`of` (or `numerator` and `denominator`) chooses records by `status`, `where`, `without` (words a column must not say)
and `present` (columns that must hold something), in any case of letters. It takes a `value` column (`value_of` names
another one by status), the days from `days_from` to `days_to`, or, with neither, counts them. With `within_days: 30` it
counts those with at most so many days between the two, with `same: quarter` (or month, year) those with both in the same
one. Records without the columns in `needs` cannot be judged: they are
left out, and counted as left out. The two sides of a ratio may name `records` and a `date` of their own. Foreign amounts
count at one rate for all days, the last one known (`fx: constant`), so that a rate never looks like business; with
`fx: booking` each counts at the rate of its own day, the one `date` names, as books are kept.

A metric can be a formula of others, which is measured for every group that they have:

```yaml
cac.events:
  title: CAC on spend of a quarter before
  words: What was spent a quarter before for each customer won.
  shape: formula
  formula: lagged(spend, 90) / new_customers
  unit: currency/account
  adds_up: ratio
```

It has `+ - * /`, `min` and `max`, numbers, and words for units (`12 * month / year`), so that what it comes to is in the unit
it says; `period` is the length of the period asked, in years. `before(x)` is x in the period of the same length before,
`lagged(x, 90)` x so many days earlier, or as many as a metric has (`lagged(spend, sales_cycle.won_median)`, its last twelve
months), `trailing_year(x)` x over the twelve months up to the period's end, `year_start(x)` x as it stood when the year of
the period began (of a fiscal quarter, the fiscal year), and `whole(x)` x of the whole company, whatever
the question is broken down by.

Metrics of recurring revenue, of sellers and of forecasts say what they take, and the policies they are kept under, in a
block: `ledger`, `selling` or `calling`. Each policy can be tried by itself with `headway metrics policy`, and kept by an
entry:

```yaml
attainment:
  title: Quota attainment
  words: What was credited in the period, divided by the quota in force.
  shape: selling
  selling: {take: attainment, quotas: assigned, leavers: leave_out}
  unit: share
  adds_up: ratio
```
{choices}"""


def reference(definitions: Definitions) -> str:
    """The page, as Markdown."""
    return "\n".join(
        [
            _HEAD.replace("{choices}", _choices()),
            *(_entry(d) for d in sorted(definitions.values(), key=lambda d: d.name)),
        ]
    )


def _choices() -> str:
    """The policies of each block, with what each may be and what it is where nothing is said."""
    rows = ["", "| Block | Policy | May be | Unless said |", "|---|---|---|---|"]
    for block in (Ledger, Selling, Calling):
        hints = get_type_hints(block)
        for one in fields(block):
            words = ", ".join(f"`{choice}`" for choice in get_args(hints[one.name])) or "a whole number"
            rows.append(f"| `{block.__name__.lower()}` | `{one.name}` | {words} | `{one.default}` |")
    return "\n".join([*rows, ""])


def _entry(d: Definition) -> str:
    rows = [f"## {d.name}", "", f"{d.title}, version {d.version}. {d.words}", "", f"* measured: {_measured(d)}"]
    rows.append(f"* period: {_period(d)}")
    enough = f", {d.enough} records to tell" if d.shape not in {"count", "sum"} and d.enough else ""
    better = ", lower is better" if d.lower_is_better else ""
    rows.append(f"* unit: `{d.unit}`, a {d.adds_up}{better}{enough}")
    rows += [f"* policy: {sentence}" for sentence in d.policy]
    return "\n".join([*rows, ""])


def _measured(d: Definition) -> str:
    match d.shape:
        case "ratio" if d.numerator and d.denominator:
            return f"{_part(d, d.numerator)}, divided by {_part(d, d.denominator)}"
        case "survival":
            return "won and lost as competing ends by day of age, Aalen-Johansen with late entry"
        case "transition":
            return "opportunities that got further than the stage, divided by opportunities that entered it"
        case "formula" if d.formula:
            return f"`{' '.join(d.formula.value.split())}`"
        case "movements" if d.ledger:
            policy = ", ".join(f"{f.name} {getattr(d.ledger, f.name)}" for f in fields(d.ledger) if f.name != "take")
            return f"`{d.ledger.take}` of the ledger of recurring revenue, kept with {policy}"
        case "selling" | "calling" if d.selling or d.calling:
            kept = d.selling or d.calling
            said = {f.name: getattr(kept, f.name) for f in fields(kept) if f.name != "take"} if kept else {}
            policy = ", ".join(f"{name} {value}" for name, value in said.items())
            whose = "the months of sellers" if d.selling else "forecasts held against what came"
            return f"`{kept.take if kept else ''}` of {whose}, kept with {policy}"
        case "required":
            return "earlier periods' open pipeline at the same point, divided by what they booked after it"
        case "quantile":
            return f"the {d.percentile}th percentile of {_part(d, d.of or Part())}"
        case "sum" | "count":
            return _part(d, d.of or Part())
        case _:
            return f"the {d.shape} of {_part(d, d.of or Part())}"


def _part(d: Definition, part: Part) -> str:
    if part.parameter:
        return f"the {part.parameter.replace('_', ' ')} handed in"
    thing = part.records or d.records
    deals = thing == "opportunity"
    whose = many(thing) if not part.status else f"{' and '.join(part.status)} {many('deal' if deals else thing)}"
    whose += "".join(f" that have `{name}`" for name in part.present)
    whose += "".join(f" with {name} = {value}" for name, value in part.where.items())
    whose += "".join(f" with {name} other than {', '.join(values)}" for name, values in part.without.items())
    if part.same:
        whose += f" with `{part.days_from}` and `{part.days_to}` in the same {part.same}"
    if part.within_days:
        return f"{whose} with at most {part.within_days} days from `{part.days_from}` to `{part.days_to}`, counted"
    if part.days_from and not part.same:
        return f"days from `{part.days_from}` to `{part.days_to}` of {whose}"
    others = "".join(f" (of {status} ones `{column}`)" for status, column in part.value_of.items())
    return f"`{part.value}`{others} of {whose}" if part.value else f"{whose}, counted"


def _period(d: Definition) -> str:
    if d.shape == "formula":
        return "that of each metric it names, as the formula says"
    if d.shape == "movements":
        return (
            "at its end"
            if d.adds_up == "stock"
            else "by the day of the movement"
            if d.adds_up == "flow"
            else ("from the eve of its first day to its last day; without one, the twelve months up to the as-of day")
        )
    if d.shape == "selling":
        return "by months, those it cuts for the days in it"
    if d.shape == "calling":
        return "forecasts whose own period lies in it and is over"
    if d.shape == "required":
        return "it is asked for one, and learned from up to eight of its length before it"
    if d.shape == "survival":
        return "what happened inside it, whenever the deals were created"
    if not d.date:
        return "none, it is taken on the as-of day"
    return f"by `{d.date}`" + ("; records without it stay in" if d.undated == "keep" else "")
