"""A bar on standard error for work that takes longer than a second."""

from __future__ import annotations

from threading import RLock, Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE = 1.0
"""The seconds nobody needs to be told about."""


class Bar:
    """What is being done and how far it is, drawn from a second on until it is cleared; telling more begins anew."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._timer: Timer | None = None
        self._drawn: Progress | None = None
        self._told: tuple[str, int, int] = ("", 0, 0)
        self._plain = False

    def tell(self, what: str, done: int, total: int, *, plain: bool) -> None:
        """Work goes on: what it is, how much is done, how much there is (0 where that is not known)."""
        with self._lock:
            self._told, self._plain = (what, done, total), plain
            if self._drawn is not None:
                self._update(self._drawn)
            elif self._timer is None:
                self._timer = Timer(PATIENCE, self._draw)
                self._timer.daemon = True
                self._timer.start()

    def clear(self) -> None:
        """Leave the terminal as it was."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            if self._drawn is not None:
                self._drawn.stop()
            self._timer = self._drawn = None

    def _draw(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

        with self._lock:
            if self._timer is None:
                return
            console = Console(stderr=True, color_system=None if self._plain else "auto")
            columns = (
                SpinnerColumn(),
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                TextColumn("{task.fields[part]}"),
            )
            drawn = Progress(*columns, console=console, transient=True)
            drawn.add_task("", part="")
            self._update(drawn)
            drawn.start()
            self._drawn = drawn

    def _update(self, drawn: Progress) -> None:
        what, done, total = self._told
        part = f"{done / total:.0%}" if total else ""
        drawn.update(drawn.task_ids[0], description=what, completed=done, total=total or None, part=part)
