"""Headway as somebody has it who installed its wheel: a fresh environment, nothing but what the wheel declares, no network.

The dependencies are those of this environment, linked one distribution at a time: what the wheel does not declare is not
there, so a module that leans on a tool of the tests fails here.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path
from zipfile import ZipFile

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
ALONE = ("unshare", "--map-root-user", "--net")
"""A network of one's own with nothing in it; not every machine lets its users have one."""

WATCH = """
import os, sys
HERE, LOG = ("127.0.0.1", "::1", "localhost", None, ""), os.environ.get("NETWORK_LOG")

def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        where = address[0] if isinstance(address, tuple) else None
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        where = arguments[0]
    else:
        return
    if where not in HERE:
        with open(LOG, "a") as log:
            print(event, where, file=log)
        raise OSError("the network is blocked")

if LOG:
    sys.addaudithook(watch)
"""


def wheel(folder: Path) -> Path:
    """The wheel of this checkout, built without asking any index."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def installed(built: Path, folder: Path) -> Path:
    """The commands' folder of a fresh environment with the wheel and what it declares, and a watch on the network."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    command = ["--python", str(folder / "bin" / "python"), "install", "--quiet", "--no-index", "--no-deps", str(built)]
    subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *command], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    for name in sorted(declared(built)):
        for part in _parts(distribution(name)):
            if not (packages / part.name).exists():
                (packages / part.name).symlink_to(part)
    (packages / "network_watch.py").write_text(WATCH)
    (packages / "network_watch.pth").write_text("import network_watch\n")
    return folder / "bin"


def declared(built: Path) -> set[str]:
    """The distributions the wheel asks for, and those they ask for in turn."""
    with ZipFile(built) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        asked = re.findall(r"^Requires-Dist: (.+)$", archive.read(metadata).decode(), flags=re.M)
    found: set[tuple[str, str]] = set()
    waiting = [(Requirement(text), "") for text in asked]
    while waiting:
        one, extra = waiting.pop()
        if one.marker and not one.marker.evaluate({"extra": extra}):
            continue
        for wanted in ("", *one.extras):
            if (one.name, wanted) not in found:
                found.add((one.name, wanted))
                waiting += [(Requirement(text), wanted) for text in distribution(one.name).requires or ()]
    return {name for name, _ in found}


def offline() -> tuple[str, ...]:
    """What to write before a command so that there is no network at all; nothing, where the machine forbids it."""
    try:
        allowed = subprocess.run([*ALONE, "true"], capture_output=True).returncode == 0
    except OSError:
        allowed = False
    return ALONE if allowed else ()


def visited(commands: Path, folder: Path, *addresses: str) -> list[str]:
    """The command line of a visitor in an empty folder: the demo is made and served, its pages are opened, all offline."""
    return [
        *offline(),
        str(commands / "python"),
        "-I",
        str(Path(__file__).with_name("visitor.py")),
        str(folder),
        *addresses,
    ]


def environment(folder: Path) -> dict[str, str]:
    """A user's first shell: a home with nothing in it, and a log of what asked for the network."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
    return {**kept, "HOME": str(folder), "NETWORK_LOG": str(folder / "network.log"), "NO_COLOR": "1"}


def _parts(found: Distribution) -> Iterator[Path]:
    """The folders and files a distribution has directly in its environment; not its commands, nor caches."""
    tops = {file.parts[0] for file in found.files or () if file.parts[0] not in ("..", "__pycache__")}
    for top in sorted(tops):
        yield Path(str(found.locate_file(top))).resolve()
