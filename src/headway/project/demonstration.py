"""The demo company: its exports written, imported like anybody's, and a plan made of what its past year shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from headway.connectors.synthetic.demo import ACCOUNTS, ASKED, DEMO, EXPORTS, PLAN, TODAY, demo_exports
from headway.core.errors import UserMistake
from headway.core.progress import Progress
from headway.core.reading import Reading
from headway.planning.demo import judgement
from headway.project.importing import Importing
from headway.project.intent import ProjectIntent
from headway.text import create_project, read_settings, save


def make_demo(folder: Path, say: Callable[[str], None], progress: Progress) -> None:
    """Make the demo company's project in a folder that has none; `say` hears each step."""
    create_project(folder, DEMO.name, DEMO.currency, 1, TODAY, ACCOUNTS)
    say("writing its exports, three years of them")
    save(folder / EXPORTS, demo_exports())
    settings, found = read_settings(folder / "headway.yaml")
    if settings is None:
        raise UserMistake(found)
    say("importing them like anybody's")
    reading, now = Reading(exported_on=TODAY), datetime.combine(TODAY, datetime.min.time())
    files = sorted((folder / EXPORTS).glob("*.csv"))
    Importing(settings, files, reading, now, progress).load(lambda _: True)
    say("planning the year from the one before it")
    past, year = f"{TODAY.year - 1}-01..{TODAY.year - 1}-12", str(TODAY.year)
    told = judgement([source.name for source in DEMO.sources], date(TODAY.year, 12, 31))
    ProjectIntent(settings).propose(past, year, None, PLAN, False, ASKED, told)
