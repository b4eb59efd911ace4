"""What was looked at in an installation or a project, and what of it is to be mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headway.core.diagnostics import FAILURE, TEXT_MISTAKE, Diagnostic, errors
from headway.core.finding import Finding
from headway.core.formatting import plural
from headway.core.rows import Cell, Column, Rows


@dataclass(frozen=True)
class Check:
    """One thing looked at: its name, what was seen, what is to be mended, and the exit code an error in it leads to.

    `mends` says what can be done about it at once and without loss; empty where a person has to act.
    """

    name: str
    seen: str
    findings: tuple[Finding, ...] = ()
    exit_code: int = FAILURE
    mends: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether nothing in it stops the work."""
        return not any(finding.severity == "error" for finding in self.findings)


@dataclass(frozen=True)
class Checkup:
    """Everything looked at, in order, and what was mended on the way."""

    checks: tuple[Check, ...]
    mended: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that is to be mended or known."""
        return tuple(finding for check in self.checks for finding in check.findings)

    @property
    def mendable(self) -> tuple[str, ...]:
        """What can be mended at once."""
        return tuple(dict.fromkeys(check.mends for check in self.checks if check.mends))

    @property
    def exit_code(self) -> int:
        """0 where nothing stops the work; else the first to mend decides, as with mistakes."""
        return min((check.exit_code for check in self.checks if not check.is_sound), default=0)

    @property
    def sentence(self) -> str:
        """How many checks there were, and what came of them."""
        counts = [(sort, sum(one.severity == sort for one in self.findings)) for sort in ("error", "warning", "note")]
        told = ", ".join(plural(count, sort) for sort, count in counts if count)
        return f"{plural(len(self.checks), 'check')}: {told or 'nothing to mend'}"

    @property
    def rows(self) -> Rows:
        """One row for each finding; a check without any has one of severity `ok`."""
        columns = [Column(name) for name in ("check", "severity", "what", "where", "evidence", "remedy")]
        return Rows.of(columns, [record for check in self.checks for record in _records(check)])


def text_check(found: Sequence[Diagnostic], files: Sequence[str]) -> Check:
    """How many mistakes the project's text has; what they are, `headway check` tells."""
    wrong, remedy = len(errors(found)), "headway check"
    beside = len(found) - wrong
    findings: list[Finding] = []
    if wrong:
        where = ", ".join(dict.fromkeys(one.location.file for one in errors(found) if one.location))
        words = f"the text has {plural(wrong, 'mistake')}"
        findings.append(Finding(words, where, errors(found)[0].message, severity="error", remedy=remedy))
    if beside:
        words = f"the text has {plural(beside, 'place')} to look at"
        findings.append(Finding(words, "", "", severity="warning", remedy=remedy))
    return Check("text", f"{plural(len(files), 'file')} read", tuple(findings), TEXT_MISTAKE)


def _records(check: Check) -> list[tuple[Cell, ...]]:
    if not check.findings:
        return [(check.name, "ok", check.seen, "", "", "")]
    return [(check.name, one.severity, one.what, one.where, one.evidence, one.remedy) for one in check.findings]
