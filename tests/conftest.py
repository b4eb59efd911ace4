"""Fixtures shared by all tests: the reference data, found by its environment variable."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples on every machine, and no clock: several tests may share a core.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder of reference data sets; without it the test is skipped aloud, with it a missing set is a failure."""
    where = os.environ.get("HEADWAY_REFERENCE_DATA")
    if not where:
        pytest.skip("HEADWAY_REFERENCE_DATA is not set: the reference data sets are not at hand")
    folder = Path(where)
    if not folder.is_dir():
        pytest.fail(f"HEADWAY_REFERENCE_DATA points at {where}, which is not a folder")
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """The one browser of a test process: there can be no second."""
    from tests.browsing import chromium

    with chromium() as opened:
        yield opened
