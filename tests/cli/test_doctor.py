"""`headway doctor` on a real project, sound and damaged in each way it knows: what it says, how it ends, what it mends."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipped import run

from headway.core.checkup import Check, Checkup
from headway.core.finding import Finding
from headway.core.machine import clock_check, installation_checks, libraries_check, python_check
from headway.core.settings import Settings
from headway.tables import health
from headway.tables.layout import alone

CHECKS = ["python", "libraries", "clock", "writing", "space", "lock", "text", "mapping", "proof"]
CHECKS += ["landings", "tables", "rebuild", "age", "records"]


def examined(folder: Path, *words: str, **env: str) -> tuple[int, dict[str, list[Mapping[str, str]]]]:
    """The exit code, and the rows of `doctor --json` by check."""
    done = run("-C", str(folder), "doctor", "--json", *words, **env)
    told = json.loads(done.stdout)
    assert told["schema"] == "headway.doctor/1", done.stderr
    rows: dict[str, list[Mapping[str, str]]] = {}
    for row in told["rows"]:
        assert set(row) == {"check", "severity", "what", "where", "evidence", "remedy"}
        assert row["severity"] == "ok" or row["remedy"], row
        rows.setdefault(row["check"], []).append(row)
    return done.returncode, rows


def severities(rows: Mapping[str, list[Mapping[str, str]]]) -> dict[str, str]:
    """The checks in which something was found."""
    return {name: found[0]["severity"] for name, found in rows.items() if found[0]["severity"] != "ok"}


def everything(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(file.relative_to(folder)): (file.stat().st_mtime_ns, file.stat().st_size) for file in folder.rglob("*")}


def holding(folder: Path) -> Path:
    """The file of tables that holds."""
    said = json.loads((folder / ".headway" / "current").read_text("utf-8"))
    return folder / ".headway" / str(said["tables"])


def test_a_sound_project_has_nothing_to_mend(whole: Path) -> None:
    code, rows = examined(whole)
    assert code == 0 and severities(rows) == {}
    assert list(rows) == CHECKS
    assert "1 load of 4 files" in rows["landings"][0]["what"]
    told = run("-C", str(whole), "doctor")
    assert told.stdout.count("ok  ") == len(CHECKS) and f"{len(CHECKS)} checks: nothing to mend" in told.stderr


def test_a_project_without_data_says_what_comes_first(tmp_path: Path) -> None:
    run("init", str(tmp_path / "new"))
    code, rows = examined(tmp_path / "new")
    assert code == 0 and severities(rows) == {"age": "note"}
    assert rows["age"][0]["remedy"] == f"headway -C {tmp_path / 'new'} import your-export.csv"


def test_outside_a_project_only_the_installation_is_looked_at(tmp_path: Path) -> None:
    code, rows = examined(tmp_path)
    assert code == 0 and list(rows) == ["python", "libraries"]
    assert run("-C", str(tmp_path / "nowhere"), "doctor").returncode == 3


def test_looking_changes_nothing(acme: Path) -> None:
    (acme / ".headway" / "landing" / "20260101T000000").mkdir()
    connector = next((acme / "connectors").glob("*.yaml"))
    connector.write_text(connector.read_text("utf-8").replace(": lost", ": open", 1), "utf-8")
    before = everything(acme)
    examined(acme)
    assert everything(acme) == before


def test_an_edited_mapping_waits_for_the_tables_to_be_built_again(acme: Path) -> None:
    asked = ("-C", str(acme), "metrics", "show", "won_deals", "--json")
    before = run(*asked).stdout
    connector = next((acme / "connectors").glob("*.yaml"))
    text = connector.read_text("utf-8")
    assert ": lost\n" in text
    connector.write_text(text.replace(": lost\n", ": won\n", 1), "utf-8")
    code, rows = examined(acme)
    assert code == 0 and severities(rows) == {"rebuild": "warning"}
    assert rows["rebuild"][0]["remedy"] == f"headway -C {acme} import"
    assert run(*asked).stdout == before
    assert f"Next: headway -C {acme} import\n" in run("-C", str(acme)).stdout
    shown = run("-C", str(acme), "doctor", "--fix")
    assert shown.returncode == 0 and "mended: the tables are built again" in shown.stderr
    assert severities(examined(acme)[1]) == {} and run(*asked).stdout != before


def test_damaged_tables_are_built_again(acme: Path) -> None:
    sound = holding(acme).read_bytes()
    for damage in (b"", b"no tables\n" * 2000, sound[: len(sound) // 2]):
        holding(acme).write_bytes(damage)
        code, rows = examined(acme)
        assert (code, severities(rows)) == (4, {"tables": "error"}), len(damage)
        assert rows["tables"][0]["remedy"] == f"headway -C {acme} import"
        bare, asked = run("-C", str(acme)), run("-C", str(acme), "metrics", "show", "won_value")
        assert asked.returncode == 4 and "run `headway import` without files" in asked.stderr
        assert f"Next: headway -C {acme} import\n" in bare.stdout or "a part of it cannot be read" in bare.stdout
        code, rows = examined(acme, "--fix")
        assert code == 0 and severities(rows) == {}


def test_tables_that_are_gone_are_built_again(acme: Path) -> None:
    (acme / ".headway" / "current").unlink()
    assert examined(acme)[0] == 4
    assert examined(acme, "--fix")[0] == 0
    assert run("-C", str(acme), "track").returncode == 0


def test_a_damaged_load_is_named_and_never_built_over(acme: Path) -> None:
    landed = sorted((acme / ".headway" / "landing").rglob("*.parquet"))
    landed[0].write_bytes(landed[0].read_bytes()[:100])
    landed[1].unlink()
    code, rows = examined(acme)
    assert code == 4 and severities(rows) == {"landings": "error"}
    assert len(rows["landings"]) == 2 and all("restore" in row["remedy"] for row in rows["landings"])
    holding(acme).write_bytes(b"")
    before = everything(acme)
    assert examined(acme, "--fix")[0] == 4
    assert everything(acme) == before
    manifest = next((acme / ".headway" / "landing").rglob("run.json"))
    manifest.write_text("{", "utf-8")
    assert "does not tell what was imported" in examined(acme)[1]["landings"][0]["what"]


def test_tables_of_a_newer_headway_are_left_alone(acme: Path) -> None:
    current = acme / ".headway" / "current"
    current.write_text(json.dumps(json.loads(current.read_text("utf-8")) | {"format": 99}), "utf-8")
    code, rows = examined(acme, "--fix")
    assert code == 4 and severities(rows) == {"tables": "error"}
    assert json.loads(current.read_text("utf-8"))["format"] == 99


def test_mistakes_in_the_text_are_counted(acme: Path) -> None:
    connector = next((acme / "connectors").glob("*.yaml"))
    connector.write_text(connector.read_text("utf-8") + "nonsense: 1\nmore: 2\n", "utf-8")
    code, rows = examined(acme)
    assert code == 3 and severities(rows) == {"text": "error"}
    assert rows["text"][0]["what"] == "the text has 2 mistakes"
    assert rows["text"][0]["remedy"] == f"headway -C {acme} check"
    assert "cannot be told" in rows["rebuild"][0]["what"]
    bare = run("-C", str(acme))
    assert bare.returncode == 3 and f"Next: headway -C {acme} check\n" in bare.stdout


def test_a_mapping_taken_away_is_missed(acme: Path) -> None:
    for connector in (acme / "connectors").glob("*.yaml"):
        connector.unlink()
    code, rows = examined(acme, "--fix")
    assert code == 3 and severities(rows)["rebuild"] == "error"
    assert len(rows["rebuild"]) == 4


def test_records_are_followed_from_the_first_to_the_last(acme: Path) -> None:
    for text in ("first", "second"):
        assert run("-C", str(acme), "note", "win_rate", text, "--by", "AE North 3").returncode == 0
    assert examined(acme)[1]["records"][0]["what"] == "2 records, as they were written"
    kept = acme / ".headway" / "records.sqlite"
    kept.write_bytes(kept.read_bytes().replace(b"second", b"sacond"))
    code, rows = examined(acme)
    assert code == 4 and severities(rows) == {"records": "error"}
    kept.write_bytes(b"no records")
    assert examined(acme)[0] == 4


def test_a_file_in_place_of_the_folder_stops_the_work(tmp_path: Path) -> None:
    run("init", str(tmp_path))
    (tmp_path / ".headway").write_text("", "utf-8")
    code, rows = examined(tmp_path)
    assert code == 1 and severities(rows) == {"writing": "error", "age": "note"}
    done = run("-C", str(tmp_path), "import", str(Path(__file__).parents[1] / "errors" / "nothing-won" / "deals.csv"))
    assert done.returncode == 1, done.stderr


def test_what_a_broken_off_import_left_is_swept_away_once_it_is_old(acme: Path) -> None:
    old, fresh = (acme / ".headway" / "landing" / name for name in ("20260101T000000", "20260630T235959"))
    fixed = datetime(2026, 7, 1, 8, tzinfo=UTC).timestamp()
    for place, hours in ((old, 48), (fresh, 1)):
        place.mkdir()
        (place / "deals.parquet").write_bytes(b"half")
        os.utime(place, (fixed - hours * 3600,) * 2)
    code, rows = examined(acme)
    assert code == 0 and severities(rows) == {"landings": "note"}
    assert rows["landings"][0]["where"] == old.name
    assert severities(examined(acme, "--fix")[1]) == {}
    assert fresh.is_dir() and not old.exists()


def test_another_import_at_work_is_told_and_not_disturbed(acme: Path) -> None:
    with alone(acme):
        code, rows = examined(acme)
        assert code == 0 and severities(rows) == {"lock": "warning"}
        assert run("-C", str(acme), "import").returncode == 7
    assert severities(examined(acme)[1]) == {}


@pytest.mark.parametrize(("day", "sort"), [("2026-07-07", "ok"), ("2026-07-08", "note"), ("2026-08-01", "warning")])
def test_data_grows_old(whole: Path, day: str, sort: str) -> None:
    code, rows = examined(whole, HEADWAY_NOW=f"{day}T12:00:00+00:00")
    assert code == 0 and rows["age"][0]["severity"] == sort


def test_a_clock_that_is_behind_the_data_is_seen(whole: Path) -> None:
    assert severities(examined(whole, HEADWAY_NOW="2026-06-01T12:00:00+00:00")[1]) == {"clock": "warning"}


def test_a_day_that_differs_in_the_company_s_time_zone_is_told() -> None:
    far = Settings("Acme", Path(), time_zone="Pacific/Kiritimati")
    evening = datetime(2026, 6, 30, 20, tzinfo=UTC)
    assert [one.severity for one in clock_check(far, evening, None).findings] == ["note"]
    assert clock_check(far, datetime(2026, 6, 30, 5, tzinfo=UTC), None).findings == ()
    (unknown,) = clock_check(Settings("Acme", Path(), time_zone="Moon/Base"), evening, date(2026, 6, 30)).findings
    assert "tzdata" in unknown.remedy and unknown.severity == "warning"


def test_a_full_disk_is_seen(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = type(shutil.disk_usage("/"))(10**12, 10**12 - 10**6, 10**6)
    monkeypatch.setattr(health, "disk_usage", lambda _folder: full)
    space = next(check for check in health.place_checks(whole) if check.name == "space")
    assert [one.severity for one in space.findings] == ["warning"] and space.findings[0].remedy


def test_this_installation_is_sound() -> None:
    assert [(check.name, check.findings) for check in installation_checks()] == [("python", ()), ("libraries", ())]


def test_python_and_libraries_are_held_against_what_is_needed() -> None:
    assert not python_check("3.10.4", ">=3.11").is_sound and python_check("3.14.0rc1", ">=3.11").is_sound
    there = {"click": "8.0.0", "numpy": "2.1.0"}
    needed = ["click>=8.1", "numpy>=2.0", "duckdb==2.0.*", 'winonly; platform_system == "Nowhere"']
    found = libraries_check(needed, there.get)
    assert not found.is_sound and found.exit_code == 1
    assert [one.where for one in found.findings] == ["click", "duckdb"]


def test_a_broken_installation_is_told_before_anything_else(whole: Path) -> None:
    code = (
        "import sys, headway.core.machine as m; m.installed_version = {'numpy': '2.0.0'}.get; "
        f"sys.argv = ['headway', '-C', {str(whole)!r}, 'doctor']; "
        "from headway.cli.main import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "duckdb is not installed" in done.stdout, done.stderr
    assert "landings" not in done.stdout


@given(st.lists(st.tuples(st.sampled_from(["error", "warning", "note"]), st.sampled_from([1, 3, 4, 7])), max_size=6))
def test_only_errors_decide_how_it_ends(found: list[tuple[str, int]]) -> None:
    made = [
        Check(str(n), "", (Finding("x", "", "", severity=sort, remedy="y"),), code)  # pyright: ignore[reportArgumentType]
        for n, (sort, code) in enumerate(found)
    ]
    checkup = Checkup(tuple(made))
    assert checkup.exit_code == min((code for sort, code in found if sort == "error"), default=0)
    assert len(checkup.rows) == len(found)
