"""The sample company's pages, served once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sample_company import Sample, review

from headway.web.source import Source
from tests.browsing import serving


@pytest.fixture(scope="session")
def serve() -> Callable[[Source], object]:
    return serving


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    with serving(Sample(review())) as address:
        yield address
