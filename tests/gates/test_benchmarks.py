"""The benchmark programs run, and compare what can be compared."""

from __future__ import annotations

import subprocess
import sys
from math import comb

import pytest
from sizes import ROOT

FOLDER = ROOT / "benchmarks"


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=FOLDER, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_hand_written_plan_gives_the_same_numbers() -> None:
    """One draw and 700 (more than one chunk), each output to 1e-9; the base plan's closing ARR is a known number."""
    code = """
import numpy as np
from engine import OUTPUTS, by_hand, drawn, reference, summarised
evaluator, values = reference()
for draws in ({}, drawn(values, 700)):
    ours, rival = summarised(evaluator, values, draws), by_hand(values, draws)
    print(max(float(np.max(np.abs(ours[name] / rival[name] - 1))) for name in OUTPUTS) < 1e-9)
print(round(float(by_hand(values, {})["end_arr_m24"]), 4))
"""
    assert run(code).split() == ["True", "True", "71110705.166"]


def test_a_small_import_is_measured() -> None:
    done = subprocess.run(
        [sys.executable, "import_memory.py", "2000"], cwd=FOLDER, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2,000 rows" in done.stdout and "peak memory" in done.stdout


def test_an_import_is_timed_against_the_readers_own() -> None:
    done = subprocess.run(
        [sys.executable, "import_speed.py", "2000", "3"], cwd=FOLDER, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "import against DuckDB's CSV reader:" in done.stdout and "n = 3 rounds" in done.stdout


def test_a_small_second_export_is_measured() -> None:
    done = subprocess.run(
        [sys.executable, "second_export.py", "2000"], cwd=FOLDER, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "times as long as the first" in done.stdout


@pytest.mark.parametrize("n", [6, 9, 21, 41])
def test_intervals_of_the_median_hold_what_they_promise(n: int) -> None:
    outer = int(run(f"import pairs; print(pairs._outer({n}))"))

    def confidence(left_out: int) -> float:
        return 1 - 2 * sum(comb(n, i) for i in range(left_out + 1)) / 2**n

    assert confidence(outer) >= 0.95 > confidence(outer + 1)
