"""An assumption edited in its file: with If-Match, checked before it is written, whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from headway.core.diagnostics import Diagnostic
from headway.core.errors import UserMistake
from headway.core.revision import Change, Revision
from headway.core.settings import Settings
from headway.text import content_hash, read_plan, revise
from headway.text.saving import CANNOT_WRITE

PLAN = """\
why: to grow
horizon: {start: 2027-01, months: 3}
model: saas
segments: [smb, mid]
"""
DRIVERS = """\
# what we believe
win_rate.eventual:
  by: [segment]
  unit: deal/opportunity
  values: {smb: 24%, mid: {value: 21%, range: [17%, 25%]}}  # P10 to P90
  basis: history
  evidence: trailing 12 months
  n: 214
price: {unit: currency/deal, value: 12000, range: [10000, 14000]}   # list
demand: {by: [month], unit: opportunity/month, values: [10, 11, 12]}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    inside = tmp_path / "plans" / "next" / "assumptions"
    inside.mkdir(parents=True)
    (inside.parent / "plan.yaml").write_text(PLAN, "utf-8")
    (inside / "drivers.yaml").write_text(DRIVERS, "utf-8")
    return Settings("Acme", tmp_path)


def file_of(settings: Settings) -> Path:
    return settings.folder / "plans" / "next" / "assumptions" / "drivers.yaml"


def checked(settings: Settings, texts: Mapping[Path, str]) -> Sequence[Diagnostic]:
    return read_plan(settings.folder / "plans" / "next", settings.fiscal, settings.folder, texts)[1]


def change(settings: Settings, wanted: Change, seen: str | None = None, write: bool = True) -> Revision:
    return revise(settings, "next", wanted, lambda texts: checked(settings, texts), seen, write=write)


def refused(settings: Settings, wanted: Change, seen: str | None = None) -> list[Diagnostic]:
    before = file_of(settings).read_bytes()
    with pytest.raises(UserMistake) as raised:
        change(settings, wanted, seen)
    assert file_of(settings).read_bytes() == before
    return list(raised.value.diagnostics)


@pytest.mark.parametrize(
    ("wanted", "old", "new"),
    [
        (Change("win_rate.eventual", "26%", ("smb",)), "smb: 24%", "smb: 26%"),
        (Change("win_rate.eventual", "22%", ("mid",)), "value: 21%", "value: 22%"),
        (Change("win_rate.eventual", "26%", ("smb",), ("20%", "30%")), "24%,", "{value: 26%, range: [20%, 30%]},"),
        (Change("win_rate.eventual", None, ("mid",), ("18%", "24%")), "[17%, 25%]", "[18%, 24%]"),
        (Change("price", "13000"), "value: 12000", "value: 13000"),
        (Change("price", "13000", (), ("11000", "15000")), "12000, range: [10000, 14", "13000, range: [11000, 15"),
        (Change("demand", "15", ("2027-02",)), "[10, 11, 12]", "[10, 15, 12]"),
        (Change("win_rate.eventual", told={"owner": "vp-sales"}), "n: 214\n", "n: 214\n  owner: vp-sales\n"),
    ],
)
def test_the_value_meant_is_found_and_only_it_changes(settings: Settings, wanted: Change, old: str, new: str) -> None:
    assert DRIVERS.count(old) == 1
    done = change(settings, wanted)
    assert done.written
    assert file_of(settings).read_text("utf-8") == DRIVERS.replace(old, new)
    assert done.before == content_hash(DRIVERS.encode())
    assert done.after == content_hash(file_of(settings).read_bytes())


def test_a_reason_becomes_the_evidence(settings: Settings) -> None:
    change(settings, Change("win_rate.eventual", "26%", ("smb",), told=Change.because("two new partners")))
    plan, found = read_plan(settings.folder / "plans" / "next", settings.fiscal, settings.folder)
    assert plan is not None and not found
    now = plan.assumptions["win_rate.eventual"]
    assert (now.basis, now.evidence, now.n) == ("judgement", "two new partners", None)


def test_the_difference_is_shown_and_nothing_written_on_a_dry_run(settings: Settings) -> None:
    done = change(settings, Change("price", "13000"), write=False)
    assert file_of(settings).read_text("utf-8") == DRIVERS
    assert not done.written
    rows = done.diff.splitlines()
    assert rows[:2] == ["--- plans/next/assumptions/drivers.yaml", "+++ plans/next/assumptions/drivers.yaml"]
    assert [row[:40] for row in rows[3:] if row[0] in "+-"] == [
        "-price: {unit: currency/deal, value: 120",
        "+price: {unit: currency/deal, value: 130",
    ]
    assert change(settings, Change("price", "13000"), seen=done.before).after == done.after


def test_a_file_changed_meanwhile_is_a_conflict(settings: Settings) -> None:
    seen = change(settings, Change("price", "13000")).before
    (found,) = refused(settings, Change("price", "14000"), seen)
    assert (found.mistake.code, found.mistake.exit_code) == ("changed-meanwhile", 7)
    assert seen in found.detail and content_hash(file_of(settings).read_bytes()) in found.detail


def test_a_file_saved_while_the_edit_is_checked_is_a_conflict(settings: Settings) -> None:
    def somebody_saves(texts: Mapping[Path, str]) -> Sequence[Diagnostic]:
        file_of(settings).write_text(DRIVERS + "# mine\n", "utf-8")
        return ()

    with pytest.raises(UserMistake) as raised:
        revise(settings, "next", Change("price", "13000"), somebody_saves)
    assert [one.mistake.code for one in raised.value.diagnostics] == ["changed-meanwhile"]
    assert file_of(settings).read_text("utf-8") == DRIVERS + "# mine\n"


def test_an_edit_that_makes_the_plan_wrong_is_refused_with_its_place(settings: Settings) -> None:
    (found,) = refused(settings, Change("price", "twelve"))
    assert found.mistake.code == "wrong-type"
    assert str(found.location) == "plans/next/assumptions/drivers.yaml:9:37"
    assert "value: twelve" in found.render()
    assert [one.mistake.code for one in refused(settings, Change("win_rate.eventual", "3%", ("big",)))] == [
        "unknown-member"
    ]


def test_an_edit_may_mend_one_of_two_mistakes(settings: Settings) -> None:
    file_of(settings).write_text(DRIVERS.replace("12000", "twelve").replace("21%", "some"), "utf-8")
    done = change(settings, Change("price", "12000"))
    assert done.written
    assert [one.mistake.code for one in done.noticed] == ["wrong-type"]
    assert change(settings, Change("win_rate.eventual", "21%", ("mid",))).noticed == ()
    assert file_of(settings).read_text("utf-8") == DRIVERS


def test_a_value_outside_its_range_is_written_and_noticed(settings: Settings) -> None:
    done = change(settings, Change("price", "20000"))
    assert done.written
    assert [(one.mistake.code, one.severity) for one in done.noticed] == [("range-order", "warning")]


def test_which_value_is_meant_has_to_be_said(settings: Settings) -> None:
    (found,) = refused(settings, Change("win_rate.eventual", "3%"))
    assert "by segment" in found.message and "--at smb" in found.remedy
    (found,) = refused(settings, Change("price", "3", ("smb",)))
    assert "leave out --at" in found.remedy
    (found,) = refused(settings, Change("win_rate.eventual", None, ("smb",), ("1%", "2%")))
    assert "give the value too" in found.remedy


def test_an_unknown_assumption_is_named(settings: Settings) -> None:
    (found,) = refused(settings, Change("prise", "3"))
    assert (found.mistake.code, found.remedy) == ("no-such-assumption", "did you mean 'price'?")


def test_a_file_that_cannot_be_read_is_told_apart_from_a_missing_assumption(settings: Settings) -> None:
    file_of(settings).write_text("price: [1\n", "utf-8")
    assert [one.mistake.code for one in refused(settings, Change("price", "3"))] == ["yaml-syntax"]


def test_the_mark_rights_and_line_ends_of_the_file_stay(settings: Settings) -> None:
    path = file_of(settings)
    path.write_bytes(b"\xef\xbb\xbf" + DRIVERS.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    done = change(settings, Change("price", "13000"))
    assert path.read_bytes() == b"\xef\xbb\xbf" + DRIVERS.replace("12000", "13000").replace("\n", "\r\n").encode()
    assert done.after == content_hash(path.read_bytes())
    assert path.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in path.parent.iterdir()] == ["drivers.yaml"]


def test_a_link_stays_a_link(settings: Settings, tmp_path: Path) -> None:
    kept = tmp_path / "kept.yaml"
    file_of(settings).rename(kept)
    file_of(settings).symlink_to(kept)
    change(settings, Change("price", "13000"))
    assert file_of(settings).is_symlink()
    assert kept.read_text("utf-8") == DRIVERS.replace("12000", "13000")


def test_a_file_that_cannot_be_written_stays_as_it_is(settings: Settings, tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:-2]):
        folder.chmod(folder.stat().st_mode | 0o055)
    inside = file_of(settings).parent
    inside.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        (found,) = refused(settings, Change("price", "13000"))
    finally:
        if root:
            os.seteuid(0)
        inside.chmod(0o755)
    assert found.mistake == CANNOT_WRITE


def add_one(folder: Path) -> bool:
    """An editor that reads, adds one to the price, and writes only if nobody was faster."""
    settings = Settings("Acme", folder)
    seen = content_hash(file_of(settings).read_bytes())  # before the value: what is read after it can only be newer
    plan, _ = read_plan(folder / "plans" / "next", settings.fiscal, folder)
    assert plan is not None
    price = int(plan.assumptions["price"].values[()].value)
    try:
        return change(settings, Change("price", str(price + 1)), seen).written
    except UserMistake as mistake:
        assert [one.mistake.code for one in mistake.diagnostics] == ["changed-meanwhile"]
        return False


def test_of_fifty_editors_none_loses_what_another_wrote(settings: Settings) -> None:
    with ProcessPoolExecutor(4) as editors:
        written = sum(editors.map(add_one, [settings.folder] * 50))
    assert file_of(settings).read_text("utf-8") == DRIVERS.replace("12000", str(12000 + written))
    assert written >= 1


def test_nothing_is_emptied_that_was_never_written(settings: Settings) -> None:
    change(settings, Change("price", "13000", told=Change.because("asked around")))
    assert "evidence: asked around}" in file_of(settings).read_text("utf-8").replace("basis: judgement, ", "")
    assert "~" not in file_of(settings).read_text("utf-8")


SAVER = """
import sys
from pathlib import Path
from headway.text import save
while True:
    for letter in "ab":
        save(Path(sys.argv[1]), {"drivers.yaml": letter * 3_000_000}, replace=True)
        print(letter, flush=True)
"""


@pytest.mark.parametrize("pause", [0.0, 0.02, 0.05, 0.09])
def test_a_killed_editor_leaves_one_whole_text(settings: Settings, pause: float) -> None:
    folder = file_of(settings).parent
    with subprocess.Popen([sys.executable, "-c", SAVER, str(folder)], stdout=subprocess.PIPE) as saver:
        assert saver.stdout is not None and saver.stdout.readline()
        time.sleep(pause)
        saver.kill()
    assert file_of(settings).read_text("utf-8") in ("a" * 3_000_000, "b" * 3_000_000)
