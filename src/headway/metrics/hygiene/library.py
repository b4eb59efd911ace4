"""The rules there are: the shipped texts, and everything a rule or a waiver leaves unsaid."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from headway.core.diagnostics import Diagnostic, did_you_mean
from headway.core.hygiene import KINDS, Fit, Rule, Waiver
from headway.core.things import RECORDS
from headway.metrics.hygiene.conditions import unreadable
from headway.metrics.mistakes import INCOMPLETE_RULE, WAIVED_RULE_UNKNOWN

_OF_ANYTHING = {"missing", "when", "alike"}
_CONDITIONS = "write empty, filled, not lost, > 1000, before today - 30, or a value of the column"
_DEALS = ("opportunity", "renewal")


def shipped_rules() -> tuple[Path, ...]:
    """The texts of the rules that come with Headway, in order; each is a mapping of names to rules."""
    return tuple(sorted((Path(__file__).parent / "rules").glob("*.yaml")))


def check_rules(
    rules: Mapping[str, Rule], waivers: Mapping[str, Waiver], fits: Mapping[str, Fit] | None = None
) -> tuple[Diagnostic, ...]:
    """Everything that rules leave unsaid, and every waiver of a rule that there is not."""
    unsaid = (
        INCOMPLETE_RULE.at(rule.location, f"{rule.name}: {message}", remedy=remedy)
        for rule in rules.values()
        for message, remedy in _unsaid(rule)
    )
    strange = (
        WAIVED_RULE_UNKNOWN.at(
            one.location, f"{one.name} waives '{one.rule}', which is no rule", remedy=did_you_mean(one.rule, rules)
        )
        for one in waivers.values()
        if one.rule not in rules
    )
    misread = (
        INCOMPLETE_RULE.at(one.location, f"{one.name}: '{word}' of {name} cannot be read", remedy=_CONDITIONS)
        for one in (fits or {}).values()
        for name, word in unreadable(one.when)
    )
    return (*unsaid, *strange, *misread)


def _unsaid(rule: Rule) -> list[tuple[str, str]]:
    found = list[tuple[str, str]]()
    if rule.off:
        return found
    if not rule.title or not rule.meaning:
        found.append(("it has no title, or no meaning", "write title: what is wrong, and meaning: why it matters"))
    if len(rule.kinds) != 1:
        said = f"it says {len(rule.kinds)} ways: {', '.join(rule.kinds)}" if rule.kinds else "it does not say how"
        found.append((f"{said} a record is seen to be wrong", f"write exactly one of {', '.join(KINDS)}"))
    if rule.records not in (*_DEALS, *RECORDS):
        known = (*_DEALS, *RECORDS)
        found.append((f"there are no records '{rule.records}'", did_you_mean(rule.records, known)))
    elif rule.records not in _DEALS and set(rule.kinds) - _OF_ANYTHING:
        found.append((f"{rule.kinds[0]} is of deals, not of {rule.records}", "write missing, when or alike"))
    for name, word in (*unreadable(rule.among), *unreadable(rule.when)):
        found.append((f"'{word}' of {name} cannot be read", _CONDITIONS))
    return found
