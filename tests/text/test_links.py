"""links/*.yaml and the tolerances: read with their places, every mistake at once, and seen by every reader of settings."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from headway.core.reconciliation import Tolerances
from headway.core.settings import Settings
from headway.text import read_settings, text_files, write_settings
from headway.text.links import read_links

LINKS = """\
cus_0042:
  accounts: [7210000637, A-9]
  by: Finance
  reason: same VAT number
"hubspot:default:customer:cus_0043":
  not: [7210000650]
  by: Finance
  reason: another company of that name
"""


def project(folder: Path, links: str = LINKS, more: str = "") -> Path:
    (folder / "headway.yaml").write_text(f"format: 1\nname: Acme\ncurrency: EUR\n{more}", encoding="utf-8")
    (folder / "links").mkdir()
    (folder / "links" / "accounts.yaml").write_text(links, encoding="utf-8")
    return folder / "headway.yaml"


def test_what_people_said_is_in_the_settings_with_its_place(tmp_path: Path) -> None:
    settings, found = read_settings(project(tmp_path))
    assert settings is not None and found == ()
    first, second = settings.links
    assert (first.customer, first.accounts, first.refused) == ("cus_0042", ("7210000637", "A-9"), ())
    assert (second.accounts, second.refused, second.by) == ((), ("7210000650",), "Finance")
    assert str(first.location) == "links/accounts.yaml:1:1"
    assert "links/accounts.yaml" in text_files(tmp_path)


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    wrong = (
        "a: {by: Finance, reason: none}\n"
        "b: {accounts: [A-1], reason: by nobody}\n"
        "c: {accounts: A-1, by: Finance, reason: no list}\n"
        "d: {accounts: [A-1], not: [A-1], by: Finance, reason: both}\n"
        "e: {account: [A-1], by: Finance, reason: a slip}\n"
    )
    settings, found = read_settings(project(tmp_path, wrong))
    assert settings is None
    told = [(one.location.line if one.location else 0, one.mistake.code) for one in found]
    assert [code for line, code in told if line == 1] == ["missing-key"]
    assert (2, "missing-key") in told and (3, "wrong-type") in told
    assert (4, "contradicting-link") in told and (5, "unknown-key") in told


def test_a_customer_in_two_files_is_a_mistake(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text("C: {accounts: [A], by: Finance, reason: known}\n", encoding="utf-8")
    links, found = read_links(sorted(tmp_path.glob("*.yaml")), tmp_path)
    assert len(links) == 1
    assert [(one.mistake.code, str(one.location)) for one in found] == [("duplicate-key", "two.yaml:1:1")]
    assert "one.yaml:1" in found[0].remedy


def test_tolerances_are_read_and_written(tmp_path: Path) -> None:
    more = "reconciliation: {amount: 5, share: 1%, days: 30}\n"
    settings, found = read_settings(project(tmp_path, "", more))
    assert settings is not None and found == ()
    assert settings.reconciliation == Tolerances(Decimal(5), Decimal("0.01"), 30)
    (tmp_path / "headway.yaml").write_text(write_settings(settings), encoding="utf-8")
    again, _ = read_settings(tmp_path / "headway.yaml")
    assert again == settings
    assert "reconciliation" not in write_settings(Settings("Acme", tmp_path))


@pytest.mark.parametrize("tolerance", ["amount: -1", "share: -1%", "days: -3"])
def test_a_tolerance_below_nothing_is_refused(tmp_path: Path, tolerance: str) -> None:
    settings, found = read_settings(project(tmp_path, "", f"reconciliation: {{{tolerance}}}\n"))
    assert settings is None and [one.mistake.code for one in found] == ["wrong-type"]


def test_alike_is_the_larger_of_amount_and_share() -> None:
    plain = Tolerances()
    assert plain.alike(Decimal(100), Decimal(101)) and not plain.alike(Decimal(100), Decimal("101.01"))
    assert plain.alike(Decimal(100_000), Decimal(100_500)) and not plain.alike(Decimal(100_000), Decimal(100_600))
