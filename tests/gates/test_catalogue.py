"""Every sort of mistake is in the catalogue and is provoked by a file."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterator

from sizes import ROOT

import headway
from headway.core.diagnostics import DATA_PROBLEM, TEXT_MISTAKE, USAGE_MISTAKE, Mistake

EXITS = {1, 7, TEXT_MISTAKE, DATA_PROBLEM, USAGE_MISTAKE}
"""Those of the command-line reference that a mistake can lead to: failed, conflict, text, data, usage."""

ERRORS = ROOT / "tests" / "errors"


def everything() -> Iterator[Mistake]:
    """Every Mistake in the package, as often as a module knows it."""
    for module in pkgutil.walk_packages(headway.__path__, "headway."):
        if not module.name.endswith("__main__"):
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, Mistake):
                    yield value


def mistakes() -> dict[str, list[Mistake]]:
    """The Mistakes of each code: there should be one."""
    found: dict[str, dict[int, Mistake]] = defaultdict(dict)
    for mistake in everything():
        found[mistake.code][id(mistake)] = mistake
    return {code: list(same.values()) for code, same in sorted(found.items())}


def provoked() -> set[str]:
    return {path.stem for path in ERRORS.iterdir() if not path.name.startswith((".", "__"))}


def test_each_code_belongs_to_one_mistake() -> None:
    assert {code: same for code, same in mistakes().items() if len(same) > 1} == {}


def test_codes_titles_and_exit_codes_are_in_form() -> None:
    for code, (mistake, *_) in mistakes().items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code), code
        assert mistake.title and mistake.meaning.endswith("."), code
        assert mistake.exit_code in EXITS, code


def test_each_mistake_has_a_file_that_provokes_it() -> None:
    missing = sorted(set(mistakes()) - provoked())
    assert not missing, f"nothing in tests/errors provokes {', '.join(missing)}"


def test_each_provoking_file_has_its_mistake() -> None:
    strangers = sorted(provoked() - set(mistakes()))
    assert not strangers, f"tests/errors holds what is no mistake of ours: {', '.join(strangers)}"
