"""What Headway runs on: Python, the libraries it needs, the clock and the time zones."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from datetime import date, datetime
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from zoneinfo import ZoneInfo

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet

from headway.core.checkup import Check
from headway.core.finding import Finding
from headway.core.settings import Settings

_AGAIN = "install Headway again, in a virtual environment of its own"


def installation_checks() -> tuple[Check, ...]:
    """Whether Python and the libraries are those that this Headway was made for."""
    try:
        needed = requires("headway") or []
        python = metadata("headway")["Requires-Python"]
    except PackageNotFoundError:
        words = "Headway runs from its source, so what it needs is not known here"
        unknown = Finding(words, "", "", severity="note", remedy="pip install -e . in the source folder")
        return (Check("python", platform.python_version()), Check("libraries", "", (unknown,)))
    return python_check(platform.python_version(), python), libraries_check(needed, installed_version)


def installed_version(name: str) -> str | None:
    """The version of a library that is installed; None where it is not."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def python_check(running: str, needed: str) -> Check:
    """Whether this Python is one Headway runs on."""
    if SpecifierSet(needed).contains(running, prereleases=True):
        return Check("python", running)
    words, remedy = f"Python {running} is not one Headway runs on", f"install Headway with Python {needed}"
    return Check("python", running, (Finding(words, "", f"it needs {needed}", severity="error", remedy=remedy),))


def libraries_check(needed: Sequence[str], installed: Callable[[str], str | None]) -> Check:
    """Whether each library is installed, in a version that was asked for."""
    wanted = [one for one in map(_requirement, needed) if one and (one.marker is None or one.marker.evaluate())]
    found: list[Finding] = []
    for one in wanted:
        there = installed(one.name)
        if there is None:
            found.append(
                Finding(f"{one.name} is not installed", one.name, f"needed: {one}", severity="error", remedy=_AGAIN)
            )
        elif not one.specifier.contains(there, prereleases=True):
            words = f"{one.name} {there} is not a version Headway was made for"
            found.append(Finding(words, one.name, f"needed: {one}", severity="error", remedy=_AGAIN))
    return Check("libraries", f"{len(wanted)} installed as needed", tuple(found))


def clock_check(settings: Settings, now: datetime, last_load: date | None) -> Check:
    """Whether the clock can be right, and tells the day of the company's own time zone."""
    found: list[Finding] = []
    if last_load and last_load > now.date():
        words = f"the clock says {now:%Y-%m-%d}, and there is data of {last_load}"
        remedy = "set the machine's clock, or import that export again with the day it was taken (--exported-on)"
        found.append(Finding(words, "", "no export can be of a day to come", severity="warning", remedy=remedy))
    zone = _zone(settings.time_zone)
    if zone is None:
        words = f"this machine does not know the time zone {settings.time_zone}"
        remedy = "install the list of time zones: the system package tzdata, or pip install tzdata"
        found.append(Finding(words, "headway.yaml", "", severity="warning", remedy=remedy))
    elif settings.today is None and now.tzinfo is not None and now.astimezone(zone).date() != now.date():
        words = f"it is {now:%Y-%m-%d} on this machine and {now.astimezone(zone):%Y-%m-%d} in {settings.time_zone}"
        remedy = "name the day yourself until both agree: --as-of, --exported-on"
        found.append(Finding(words, "headway.yaml", "", severity="note", remedy=remedy))
    told = f"{now:%Y-%m-%d %H:%M}, company in {settings.time_zone}"
    if settings.today:
        told = f"stands at {settings.today}, as headway.yaml says, company in {settings.time_zone}"
    return Check("clock", told, tuple(found))


def _requirement(text: str) -> Requirement | None:
    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
