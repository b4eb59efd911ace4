"""Projects for the tests of the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from shipped import make


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound project, to be read only."""
    return make(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def acme(whole: Path, tmp_path: Path) -> Path:
    """A project of one's own, to be damaged."""
    return Path(shutil.copytree(whole, tmp_path / "acme"))
