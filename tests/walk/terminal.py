"""Somebody at a terminal of their own: commands are typed, questions are seen as they come up, and answered."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass, field
from pathlib import Path

HEADWAY = str(Path(sys.executable).parent / "headway")
ASKED = re.compile(r"[^\n]*[:?] ?$")
PATIENCE = 0.7
"""How long nothing new on a line that is not ended means that the terminal waits for somebody."""


@dataclass
class Terminal:
    """A shell in a folder: what was typed and said, and every question that was asked."""

    folder: Path
    now: str
    questions: list[str] = field(default_factory=list[str])
    said: str = ""

    def type(self, words: list[str], answer: str = "y") -> str:
        """Run `headway` with these words, answer what it asks, and give what the screen showed; it must end well."""
        main, side = pty.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        told = {**os.environ, "HEADWAY_NOW": self.now, "NO_COLOR": "1", "TERM": "dumb"}
        running = subprocess.Popen([HEADWAY, *words], cwd=self.folder, env=told, stdin=side, stdout=side, stderr=side)
        os.close(side)
        shown = ""
        while (more := self._read(main, shown)) is not None:
            shown += more
            if not more and running.poll() is None and ASKED.search(shown):
                self.questions.append(shown.rsplit("\n", 1)[-1])
                os.write(main, f"{answer}\n".encode())
                shown += "\n"
        os.close(main)
        self.said += shown
        assert running.wait() == 0, shown
        return shown

    @staticmethod
    def _read(main: int, shown: str) -> str | None:
        """What came up; nothing after a while without any; None at the end."""
        if not select.select([main], [], [], PATIENCE)[0]:
            return ""
        try:
            return os.read(main, 65536).decode(errors="replace").replace("\r", "") or None
        except OSError:
            return None
