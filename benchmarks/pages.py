"""How long the pages take when people click: `python benchmarks/pages.py [DEALS] [SECONDS]`.

Twenty clients think five seconds on average between two clicks, each in a project of 50,000 deals, on the server that
`headway serve` starts. Every page is opened once before the clock starts: the promise is about a warm server. Then the
server's processor time for each page is taken by itself. While people click, each client asks for a trivial static file
after each page; the two make one pair, and the pairs give the ratio.
"""

from __future__ import annotations

import csv
import http.client
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles

from import_memory import HEADWAY
from import_speed import run
from pairs import machine, ratio_of, timed

DEALS, SECONDS, CLIENTS, THINKING = 50_000, 120, 20, 5.0
PROMISE = 0.3
ALONE = 60
STATIC = "/static/icon.svg"
PAGES = {
    "Track": "/",
    "Plan": "/plan",
    "what if": "/plan/what-if?set.win_rate.eventual={value}",
    "Assumptions": "/assumptions",
    "Data": "/data",
    "one number": "/why/won_deals?period=2026-01-01..2026-06-30",
}
LARKFIELD = Path(__file__).parents[1] / "examples" / "larkfield" / "deals.csv"

Pair = tuple[str, float, float]


def main(deals: int, seconds: int) -> None:
    """Make the company, warm the server, let twenty people click, and print each page's figures."""
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        project = made(Path(folder), deals)
        port = free_port()
        server = subprocess.Popen([HEADWAY, "-C", project, "serve", "--port", str(port)], stderr=subprocess.DEVNULL)
        try:
            wait_for(port)
            for name, page in PAGES.items():
                print(f"cold, {name}: {timed(lambda page=page: get(port, page.format(value=30))):.2f} s")
            for name, page in PAGES.items():
                print(f"processor time, {name}: {spent(server.pid, port, page):.1f} ms a request, n = {ALONE}")
            end = time.monotonic() + seconds
            with ThreadPoolExecutor(CLIENTS) as pool:
                found = [pair for pairs in pool.map(lambda i: clicking(port, i, end), range(CLIENTS)) for pair in pairs]
        finally:
            server.terminate()
            server.wait()
    sys.exit(0 if told(found) else "the promise is not kept")


def told(found: list[Pair]) -> bool:
    """Print the figures of each page and of all; whether the promise is kept."""
    kept = True
    for name in (*PAGES, "all pages"):
        pairs = [(ours, rival) for page, ours, rival in found if name in (page, "all pages")]
        if len(pairs) < 6:
            print(f"{name}: n = {len(pairs)}, too few to tell")
            continue
        late = quantiles([ours for ours, _ in pairs], n=20)[-1]
        kept = kept and late <= PROMISE
        verdict = "pass" if late <= PROMISE else "fail"
        print(f"{name} against a static file: {ratio_of(pairs)}; p95 {late * 1000:.0f} ms, {verdict}")
    return kept


def spent(process: int, port: int, page: str) -> float:
    """The server's own processor time for one request, in ms, asked so many times with nobody else there; a value that is
    tried is another one each time. Other work on the machine disturbs it less than it does the seconds."""
    before = processor(process)
    for number in range(ALONE):
        get(port, page.format(value=round(20 + number / 7, 3)))
    return (processor(process) - before) / ALONE * 1000


def processor(process: int) -> float:
    """The processor's seconds a process has used, its threads with it."""
    words = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def clicking(port: int, client: int, end: float) -> list[Pair]:
    """What one person's clicks took, each with a static file beside it."""
    dice, found = random.Random(client), list[Pair]()
    time.sleep(dice.uniform(0, THINKING))
    while time.monotonic() < end:
        name = dice.choice(list(PAGES))
        page = PAGES[name].format(value=round(dice.uniform(20, 40), 2))
        found.append((name, timed(lambda page=page: get(port, page)), timed(lambda: get(port, STATIC))))
        time.sleep(dice.expovariate(1 / THINKING))
    return found


def get(port: int, path: str) -> None:
    """One request over a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path)
    answer = connection.getresponse()
    if not answer.read() or answer.status != 200:
        raise SystemExit(f"{path}: {answer.status}")
    connection.close()


def made(folder: Path, deals: int) -> str:
    """A project with Larkfield's deals, repeated under other numbers until there are enough, and a plan."""
    file, project = folder / "deals.csv", str(folder / "acme")
    with LARKFIELD.open(newline="", encoding="utf-8") as source, file.open("w", newline="", encoding="utf-8") as out:
        head, *rows = csv.reader(source)
        key, names = head.index("Record ID"), head.index("Deal Name")
        writer = csv.writer(out)
        writer.writerow(head)
        for i in range(deals):
            row = list(rows[i % len(rows)])
            row[key], row[names] = str(int(row[key]) + 10**9 * (i // len(rows))), f"{row[names]} {i}"
            writer.writerow(row)
    run(HEADWAY, "init", project, "--currency", "EUR")
    run(HEADWAY, "-C", project, "import", str(file), "--yes", "--exported-on", "2026-06-30")
    run(HEADWAY, "-C", project, "plan", "propose", "--history", "2025-01..2025-12", "--year", "2026")
    return project


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(port: int) -> None:
    """Until the server answers."""
    for _ in range(600):
        try:
            return get(port, "/healthz")
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*(given + [DEALS, SECONDS][len(given) :]))
