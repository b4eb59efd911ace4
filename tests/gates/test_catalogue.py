"""Every sort of mistake is in the catalogue and is provoked by a file."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import defaultdict

from sizes import ROOT

import headway
from headway.core.diagnostics import DATA_PROBLEM, TEXT_MISTAKE, USAGE_MISTAKE, Mistake

ERRORS = ROOT / "tests" / "errors"


def mistakes() -> dict[str, list[Mistake]]:
    """Every Mistake declared in the package, by its code."""
    found: dict[str, dict[int, Mistake]] = defaultdict(dict)
    for module in pkgutil.walk_packages(headway.__path__, "headway."):
        if module.name.endswith("__main__"):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Mistake):
                found[value.code][id(value)] = value
    return {code: list(same.values()) for code, same in sorted(found.items())}


def provoked() -> set[str]:
    return {path.stem for path in ERRORS.iterdir() if not path.name.startswith((".", "__"))}


def test_each_code_belongs_to_one_mistake() -> None:
    assert {code: same for code, same in mistakes().items() if len(same) > 1} == {}


def test_codes_titles_and_exit_codes_are_in_form() -> None:
    for code, (mistake, *_) in mistakes().items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code), code
        assert mistake.title and mistake.meaning.endswith("."), code
        assert mistake.exit_code in (1, TEXT_MISTAKE, DATA_PROBLEM, USAGE_MISTAKE), code


def test_each_mistake_has_a_file_that_provokes_it() -> None:
    assert sorted(set(mistakes()) - provoked()) == []


def test_each_provoking_file_has_its_mistake() -> None:
    assert sorted(provoked() - set(mistakes())) == []


def test_each_provoking_file_is_used_by_a_test() -> None:
    """Its code is named in a test, or its folder is read whole by one that parametrises over it."""
    texts = "\n".join(
        path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py") if path.parent.name != "gates"
    )
    names = {code: code.upper().replace("-", "_") for code in mistakes()}
    unused = [code for code, name in names.items() if code not in texts and not re.search(rf"\b{name}\b", texts)]
    assert unused == []
