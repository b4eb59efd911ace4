"""The inputs of a plan as a page shows them: a field in the unit people write, a slider, its range, what trying it does."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from headway.core import formatting
from headway.core.sheet import Dial, Sheet
from headway.core.titles import capital, title
from headway.web.query import TRIED, Asked
from headway.web.svg import drawing, element

_REACH = 2.5
"""A slider reaches this many times as far from the value as its 80% range does."""

_LOOSE = 0.4
"""Where no range is known it reaches this share of the value to both sides."""

_STEPS = 200
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Input:
    """One value that can be tried."""

    name: str
    label: str
    place: str
    before: str
    after: str
    was: str
    now: str
    low: str
    high: str
    step: str
    band: Markup | None
    basis: str
    n: int | None
    span: str
    changed: bool
    was_words: str
    effect: str
    reset: str
    save: str


@dataclass(frozen=True)
class Group:
    """The inputs of one source, or of the whole company."""

    title: str
    inputs: tuple[Input, ...]


def groups(sheet: Sheet, asked: Asked) -> tuple[Group, ...]:
    """The inputs by source, those of the whole company first."""
    found: dict[str, list[Input]] = {}
    for i, dial in enumerate(sheet.dials):
        by = dial.assumption.by
        source = dial.members[by.index("source")] if "source" in by else ""
        found.setdefault(source, []).append(_input(dial, sheet, asked, f"i{i}"))
    named = {"": "Whole company"}
    return tuple(Group(named.get(name, capital(name)), tuple(inputs)) for name, inputs in sorted(found.items()))


def text_of(dial: Dial) -> str:
    """The plan's own value as its field shows it; what comes back unchanged is not tried."""
    return shown_text(dial.planned.value, dial.assumption.unit)


def shown_text(value: Decimal, unit: str) -> str:
    """A value as a field of its unit would show it."""
    shown = value * _HUNDRED if in_percent(unit) else value
    return _rounded(shown, abs(shown))


def from_shown(value: Decimal, dial: Dial) -> Decimal:
    """A number as the field holds it, as the plan holds it."""
    return value / _HUNDRED if _is_percent(dial) else value


def _input(dial: Dial, sheet: Sheet, asked: Asked, place: str) -> Input:
    one = dial.assumption
    least, most, step = _reach(dial)
    before, after = _unit(dial, sheet)
    others = {key: text for key, text in asked.tried.items() if key != dial.key}
    low, high = dial.planned.low, dial.planned.high
    span = f"80% {_said(low, dial)} to {_said(high, dial)}" if low is not None and high is not None else ""
    members = [m for name, m in zip(one.by, dial.members, strict=True) if name != "source"]
    effect = (
        "" if dial.effect is None else formatting.quantity(dial.effect, sheet.unit, sheet.plan.currency, signed=True)
    )
    return Input(
        f"{TRIED}{dial.key}",
        capital(title(one.name)) + (f", {', '.join(members)}" if members else ""),
        place,
        before,
        after,
        text_of(dial),
        asked.tried.get(dial.key, text_of(dial)),
        _plain(least, dial),
        _plain(most, dial),
        _plain(step, dial),
        _band(dial, least, most),
        one.basis,
        one.n,
        span,
        dial.tried is not None,
        formatting.quantity(dial.planned.value, one.unit, sheet.plan.currency),
        effect,
        asked.plan_page(others),
        asked.plan_page({dial.key: asked.tried.get(dial.key, "")}, "/plan/save"),
    )


def _is_percent(dial: Dial) -> bool:
    return in_percent(dial.assumption.unit)


def in_percent(unit: str) -> bool:
    """Whether values of a unit are written in percent."""
    return "%" in formatting.quantity(0.5, unit)


def _shown(value: Decimal, dial: Dial) -> Decimal:
    return value * _HUNDRED if _is_percent(dial) else value


def _plain(value: Decimal, dial: Dial) -> str:
    """A number for a field: as many decimals as its size needs, none to spare."""
    return _rounded(value, abs(_shown(dial.planned.value, dial)))


def _rounded(value: Decimal, size: Decimal) -> str:
    digits = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 1 else 4
    text = f"{value.quantize(Decimal(1).scaleb(-digits)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _said(value: Decimal, dial: Dial) -> str:
    whole, _, rest = _plain(_shown(value, dial), dial).partition(".")
    return f"{int(whole):,}" + (f".{rest}" if rest else "")


def _unit(dial: Dial, sheet: Sheet) -> tuple[str, str]:
    unit = dial.assumption.unit
    after = " a month" if unit.endswith("/month") else ""
    if _is_percent(dial):
        return "", f"%{after}"
    if unit.startswith("currency"):
        return formatting.currency_mark(sheet.plan.currency).strip(), after.strip()
    return "", after.strip() or (f"{unit}s" if unit in ("day", "month", "year") else "")


def _reach(dial: Dial) -> tuple[Decimal, Decimal, Decimal]:
    """The ends of the slider, and its step, in the unit shown."""
    value = _shown(dial.planned.value, dial)
    ends = [abs(_shown(end, dial) - value) for end in (dial.planned.low, dial.planned.high) if end is not None]
    span = max(ends, default=Decimal(0)) * Decimal(str(_REACH)) or abs(value) * Decimal(str(_LOOSE)) or Decimal(1)
    least, most = max(value - span, Decimal(0)), value + span
    most = min(most, _HUNDRED) if _is_percent(dial) and value <= _HUNDRED else most
    rough = (most - least) / _STEPS
    power = Decimal(1).scaleb(rough.adjusted()) if rough else Decimal(1)
    step = next(nice * power for nice in map(Decimal, (1, 2, 5, 10)) if nice * power >= rough)
    return least // step * step, -(-most // step) * step, step


def _band(dial: Dial, least: Decimal, most: Decimal) -> Markup:
    """The 80% range under the slider, and a tick where the plan stands."""
    whole = most - least or Decimal(1)

    def at(value: Decimal) -> float:
        return float((_shown(value, dial) - least) / whole) * 100

    low, high = dial.planned.low, dial.planned.high
    parts = [element("rect", class_="rail", x=0, y=11, width=100, height=2)]
    if low is not None and high is not None:
        start, end = max(at(low), 0.0), min(at(high), 100.0)
        parts.append(element("rect", class_="ci", x=start, y=8, width=max(end - start, 0.5), height=8))
    parts.append(element("rect", class_="was", x=at(dial.planned.value) - 0.4, y=4, width=0.8, height=16))
    return drawing(100, 24, *parts, label=None, class_="viz reach", preserveaspectratio="none")
