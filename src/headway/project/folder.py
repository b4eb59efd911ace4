"""The project folder: made, found, and read."""

from __future__ import annotations

from pathlib import Path

from headway.core.calendar import FiscalCalendar
from headway.core.errors import UserMistake
from headway.core.settings import Settings
from headway.project.mistakes import ALREADY_THERE, CANNOT_WRITE, NO_PROJECT
from headway.text import write_settings

_README = """# {name}

A Headway project. Text holds intent, tables hold facts.

* `headway.yaml`: name, currency, calendar
* `connectors/`: how each column of your exports is read; edit or refuse any inference
* `plans/`: plans and their assumptions
* `metrics/`: your own metrics, or your own policy for a shipped one
* `.headway/`: every load, kept as it came (not edited by hand, not committed)

Load an export: `headway import deals.csv`. Then `headway metrics list`, `headway plan propose`, `headway track`.
"""


def create(folder: Path, name: str, currency: str | None, first_month: int) -> tuple[str, ...]:
    """Make a project in a folder; gives the files made. One that is there already is left as it is."""
    if (folder / "headway.yaml").exists():
        remedy = "it is left as it is; edit headway.yaml, or name another folder"
        raise UserMistake([ALREADY_THERE.at(None, f"{folder} is a Headway project already", remedy=remedy)])
    settings = Settings(name, folder, currency.upper() if currency else None, FiscalCalendar(first_month))
    texts = {
        "headway.yaml": write_settings(settings),
        ".gitignore": ".headway/\n",
        "README.md": _README.format(name=name),
    }
    try:
        for part in ("connectors", "plans", "metrics"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        made = [write_new(folder / file, text) for file, text in texts.items()]
    except OSError as error:
        raise UserMistake([CANNOT_WRITE.at(None, f"cannot write in {folder}: {error.strerror}")]) from error
    return tuple(file.name for file in made if file)


def write_new(file: Path, text: str) -> Path | None:
    """Write a file that is not there yet; None where it is."""
    if file.exists():
        return None
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def find(start: Path) -> Path:
    """The project a folder is in, found by walking up."""
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / "headway.yaml").is_file():
            return folder
    remedy = f"make one: headway init {start if str(start) != '.' else 'acme'}"
    raise UserMistake([NO_PROJECT.at(None, f"there is no headway.yaml in {start} or above it", remedy=remedy)])
