"""A project folder: made, found, and its text read whole, each piece with everything found wrong in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

from headway.core.calendar import FiscalCalendar
from headway.core.definition import Definition
from headway.core.diagnostics import Diagnostic, Mistake, did_you_mean
from headway.core.errors import UserMistake
from headway.core.hygiene import Fit, Rule, Waiver
from headway.core.mapping import Connector
from headway.core.plan import ModelText, Plan
from headway.core.settings import Settings
from headway.text.connectors import read_connector, write_connector
from headway.text.documents import read_mappings_of
from headway.text.models import read_model
from headway.text.plans import read_plan
from headway.text.saving import save
from headway.text.settings import write_settings

Found = tuple[Diagnostic, ...]
Rules = Mapping[str, Rule]
Waivers = Mapping[str, Waiver]
Fits = Mapping[str, Fit]

NO_PROJECT = Mistake(
    "no-project",
    "No project here",
    "A project is a folder with headway.yaml in it, made by `headway init`. Headway looks in the folder named with -C "
    "and walks up from there.",
)
NO_PLAN = Mistake("no-plan", "No such plan", "Plans are folders under plans/ with a plan.yaml in them.")
NO_MODEL = Mistake(
    "no-model",
    "No such model",
    "A plan names a revenue model: one that ships with Headway, or a file under models/ in the project.",
)

SETTINGS = "headway.yaml"
WAIVERS = "waivers.yaml"
FITS = "icp.yaml"
"""The files under hygiene/ that hold waivers, and what an account must be like to fit; every other one holds rules."""

_README = """# {name}

A Headway project: text here, loads in .headway/ (never edited by hand).
Load an export: `headway import deals.csv`. Then `headway metrics list`, `headway plan propose`, `headway track`.
"""
_PROPOSE = "propose one: headway plan propose --history 2026-01..2026-06 --year 2026"


def create_project(
    folder: Path,
    name: str,
    currency: str | None,
    first_month: int,
    today: date | None = None,
    accounts: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[str, ...]:
    """Make a project in a folder that has none; gives the files made. A README or .gitignore of yours is kept."""
    base, fiscal = currency.upper() if currency else None, FiscalCalendar(first_month)
    settings = Settings(name, folder, base, fiscal, today=today, accounts=accounts or {})
    made = save(folder, {SETTINGS: write_settings(settings)})
    beside = {".gitignore": ".headway/\n", "README.md": _README.format(name=name)}
    return made + save(folder, {file: text for file, text in beside.items() if not (folder / file).exists()})


def find_project(start: Path) -> Path:
    """The project a folder is in, found by walking up."""
    if not start.exists():
        remedy = f"make one: headway init {start}"
        raise UserMistake([NO_PROJECT.at(None, f"there is no folder {start}", remedy=remedy)])
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / SETTINGS).is_file():
            return folder
    remedy = f"make one: headway init {start if str(start) != '.' else 'acme'}"
    raise UserMistake([NO_PROJECT.at(None, f"there is no {SETTINGS} in {start} or above it", remedy=remedy)])


def text_files(folder: Path) -> tuple[str, ...]:
    """The text files of a project, in the order they are read."""
    files = [folder / SETTINGS]
    kinds = ("links", "connectors", "metrics", "models", "hygiene")
    files += [file for kind in kinds for file in _files(folder, kind)]
    files += [file for name in plan_names(folder) for file in sorted((folder / "plans" / name).rglob("*.yaml"))]
    return tuple(str(file.relative_to(folder)) for file in files)


def text_state(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Each text file with the moment it was last saved and its size: alike, the texts are taken to be the same."""
    found = ((name, (folder / name)) for name in text_files(folder))
    return tuple((name, file.stat().st_mtime_ns, file.stat().st_size) for name, file in found if file.is_file())


def read_connectors(folder: Path) -> tuple[tuple[Connector, ...], Found]:
    """How each connected system is read."""
    read = [read_connector(file, folder) for file in _files(folder, "connectors")]
    return tuple(c for c, _ in read if c is not None), tuple(d for _, found in read for d in found)


def keep_connector(folder: Path, connector: Connector) -> str:
    """Write a connector over what its file said before, with the comments of that; gives the file."""
    name = connector_file(connector)
    before = (folder / name).read_text(encoding="utf-8") if (folder / name).is_file() else ""
    save(folder, {name: write_connector(connector, before)}, replace=True)
    return name


def connector_file(connector: Connector) -> str:
    """Where a connector is kept."""
    return f"connectors/{connector.name}.yaml"


def read_definitions(shipped: Iterable[Path], settings: Settings) -> tuple[dict[str, Definition], Found]:
    """The shipped metrics, overlaid with the project's own."""
    given, found = read_mappings_of(shipped, Definition, settings.fiscal, settings.folder)
    own, wrong = read_mappings_of(_files(settings.folder, "metrics"), Definition, settings.fiscal, settings.folder)
    return given | own, (*found, *wrong)


def read_shipped(shipped: Iterable[Path], settings: Settings) -> dict[str, Definition]:
    """The metrics as they are shipped, whatever the project says of its own."""
    return read_mappings_of(shipped, Definition, settings.fiscal, settings.folder)[0]


def read_rules(
    shipped: Iterable[Path], settings: Settings, check: Callable[[Rules, Waivers, Fits], Found]
) -> tuple[tuple[Rules, Waivers, Fits], Found]:
    """The shipped hygiene rules, overlaid with the project's own; its waivers; what fits; and everything wrong with them.

    An own rule of a shipped one's name changes only what it says. `check` finds what rules and waivers leave unsaid.
    """
    files, about = _files(settings.folder, "hygiene"), (settings.fiscal, settings.folder)
    given, found = read_mappings_of(shipped, Rule, *about)
    own, wrong = read_mappings_of([file for file in files if file.name not in (WAIVERS, FITS)], Rule, *about)
    waivers, more = read_mappings_of([file for file in files if file.name == WAIVERS], Waiver, *about)
    fits, odd = read_mappings_of([file for file in files if file.name == FITS], Fit, *about)
    rules = given | {name: rule.over(given[name]) if name in given else rule for name, rule in own.items()}
    return (rules, waivers, fits), (*found, *wrong, *more, *odd, *check(rules, waivers, fits))


def read_models(folder: Path) -> tuple[tuple[ModelText | None, Found], ...]:
    """The project's own models, each with what is wrong in its text."""
    return tuple(read_model(file, folder) for file in _files(folder, "models"))


def plan_names(folder: Path) -> tuple[str, ...]:
    """The plans in the folder, by name."""
    return tuple(sorted(file.parent.name for file in (folder / "plans").glob("*/plan.yaml")))


def plans_asked_for(folder: Path, name: str | None) -> tuple[str, ...]:
    """The plan of that name, or all there are where none is named; raises where there is none."""
    names = plan_names(folder)
    if name and name not in names:
        remedy = did_you_mean(name, names) or _PROPOSE
        raise UserMistake([NO_PLAN.at(None, f"there is no plan '{name}'", remedy=remedy)])
    if not names:
        raise UserMistake([NO_PLAN.at(None, "there is no plan in this project yet", remedy=_PROPOSE)])
    return (name,) if name else names


def read_plan_and_model(
    settings: Settings, name: str, shipped: Path, instead: Mapping[Path, str] | None = None
) -> tuple[Plan | None, ModelText | None, Found]:
    """A plan and the model it names: the project's own under models/, or one of the shipped ones.

    `instead` holds texts of the plan that are to be read as if they stood in their files already.
    """
    plan, found = read_plan(settings.folder / "plans" / name, settings.fiscal, settings.folder, instead)
    if plan is None:
        return None, None, found
    model, wrong = _model_of(plan, settings.folder, shipped)
    return plan, model, (*found, *wrong)


def _model_of(plan: Plan, folder: Path, shipped: Path) -> tuple[ModelText | None, Found]:
    own, shipped_one = folder / "models" / f"{plan.model}.yaml", shipped / f"{plan.model}.yaml"
    if own.is_file():
        return read_model(own, folder)
    if not shipped_one.is_file():
        known = [file.stem for file in (*shipped.glob("*.yaml"), *own.parent.glob("*.yaml"))]
        message = f"there is no model '{plan.model}'"
        return None, (NO_MODEL.at(plan.place("model"), message, remedy=did_you_mean(plan.model, known)),)
    return read_model(shipped_one)


def _files(folder: Path, kind: str) -> list[Path]:
    return sorted((folder / kind).glob("*.yaml"))
