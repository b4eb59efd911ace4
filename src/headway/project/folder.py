"""The project folder: made, and found."""

from __future__ import annotations

from pathlib import Path

from headway.core.calendar import FiscalCalendar
from headway.core.errors import UserMistake
from headway.core.settings import Settings
from headway.project.mistakes import NO_PROJECT
from headway.text import save, write_settings

_README = """# {name}

A Headway project: text here, loads in .headway/ (never edited by hand).
Load an export: `headway import deals.csv`. Then `headway metrics list`, `headway plan propose`, `headway track`.
"""


def create(folder: Path, name: str, currency: str | None, first_month: int) -> tuple[str, ...]:
    """Make a project in a folder that has none; gives the files made. A README or .gitignore of yours is kept."""
    settings = Settings(name, folder, currency.upper() if currency else None, FiscalCalendar(first_month))
    made = save(folder, {"headway.yaml": write_settings(settings)})
    beside = {".gitignore": ".headway/\n", "README.md": _README.format(name=name)}
    return made + save(folder, {file: text for file, text in beside.items() if not (folder / file).exists()})


def find(start: Path) -> Path:
    """The project a folder is in, found by walking up."""
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / "headway.yaml").is_file():
            return folder
    remedy = f"make one: headway init {start if str(start) != '.' else 'acme'}"
    raise UserMistake([NO_PROJECT.at(None, f"there is no headway.yaml in {start} or above it", remedy=remedy)])
