"""The shipped model, read once."""

from __future__ import annotations

import pytest

from headway.core.plan import ModelText
from tests.plans import shipped_saas


@pytest.fixture(scope="session")
def saas() -> ModelText:
    return shipped_saas()
