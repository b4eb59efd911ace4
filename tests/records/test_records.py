"""Records in a real SQLite file: kept whole, in order, for good, whoever writes and whatever happens."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Generator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.core.errors import Fault, UserMistake
from headway.core.record import ACKNOWLEDGEMENT, Record
from headway.core.settings import Settings
from headway.records import Book, acknowledgement, book_of, comment
from headway.records.chain import START, digest, first_broken
from headway.records.opening import MIGRATIONS, copy_name, newest

ROOT = Path(__file__).parents[2]
ERRORS = Path(__file__).parents[1] / "errors"
FIRST_FORM = Path(__file__).parents[1] / "fixtures" / "records-0001.sql"
MORNING = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path / ".headway" / "records.sqlite")


def said(text: str, subject: str = "win_rate.eventual", minutes: int = 0) -> Record:
    return comment(subject, text, "vp-sales", MORNING + timedelta(minutes=minutes))


def refused(raised: pytest.ExceptionInfo[UserMistake], code: str) -> str:
    (found,) = raised.value.diagnostics
    assert found.mistake.code == code
    assert found.remedy
    return found.message


def from_dump(path: Path, file: Path = FIRST_FORM) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as made:
        made.executescript(file.read_text("utf-8"))


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as opened:
        return list(opened.iterdump())


def test_what_is_said_is_kept_in_order(book: Book) -> None:
    first = book.append(said("one"))
    second = book.append(
        comment("plans/next", "zwei, 漢字", "cfo", MORNING.astimezone(timezone(timedelta(hours=5))), "ab12")
    )
    assert (first.number, second.number) == (1, 2)
    assert second.time == MORNING
    assert book.everything() == (first, second)
    assert book.of("plans/next") == (second,)
    assert book.of("plans") == ()
    assert (second.text, second.subject_hash, second.actor) == ("zwei, 漢字", "ab12", "cfo")


def test_a_book_nobody_wrote_in_is_empty_and_makes_no_file(book: Book) -> None:
    assert (book.everything(), book.of("x"), book.latest(ACKNOWLEDGEMENT)) == ((), (), {})
    assert not book.path.parent.exists()


def test_the_latest_of_a_kind_is_given_for_each_subject(book: Book) -> None:
    for minutes, (subject, text) in enumerate([("a", "first"), ("b", "only"), ("a", "second")]):
        book.append(acknowledgement(subject, text, "vp-sales", MORNING + timedelta(minutes=minutes), "h"))
    book.append(said("later, of another kind", "a", 9))
    assert {subject: one.text for subject, one in book.latest(ACKNOWLEDGEMENT).items()} == {"b": "only", "a": "second"}


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(str.strip), max_size=4)
)
def test_any_text_reads_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    book = Book(tmp_path_factory.mktemp("book") / "records.sqlite")
    for text in texts:
        book.append(said(text))
    assert [one.text for one in book.everything()] == texts


@pytest.mark.parametrize(
    ("record", "words"),
    [(("", "text", "me"), "a subject"), (("a\nb", "text", "me"), "a subject"), (("a", " ", "me"), "a comment"),
     (("a", "text", ""), "somebody"), (("a", "half \udc80", "me"), "no character")],
)  # fmt: skip
def test_what_says_nothing_is_refused(record: tuple[str, str, str], words: str) -> None:
    with pytest.raises(UserMistake) as raised:
        comment(*record, MORNING)
    assert words in refused(raised, "unreadable-option")


def test_a_time_without_its_zone_is_our_mistake(book: Book) -> None:
    with pytest.raises(Fault):
        book.append(comment("a", "b", "me", datetime(2026, 4, 1)))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records SET body = 'x'",
        "UPDATE records SET number = 9 WHERE number = 2",
        "DELETE FROM records",
        "DELETE FROM records WHERE number = 2",
        "INSERT OR REPLACE INTO records SELECT 1, kind, subject, '', actor, time, 'x', digest FROM records WHERE number = 1",
        "INSERT INTO records SELECT 7, kind, subject, '', actor, time, body, digest FROM records WHERE number = 1",
        "INSERT INTO records SELECT NULL, kind, subject, '', actor, time, body, digest FROM records WHERE number = 1",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_said(book: Book, statement: str) -> None:
    for text in ("one", "two"):
        book.append(said(text))
    before = dump(book.path)
    with closing(sqlite3.connect(book.path)) as opened, pytest.raises(sqlite3.IntegrityError):
        opened.execute(statement)
    assert dump(book.path) == before


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("UPDATE records SET actor = 'cfo' WHERE number = 2", 2),
        ('UPDATE records SET body = \'{"text":"x"}\' WHERE number = 1', 1),
        ("DELETE FROM records WHERE number = 1", 1),
        ("UPDATE records SET time = 'yesterday' WHERE number = 3", 3),
        ("UPDATE records SET digest = 'x' WHERE number = 3", 3),
        ("UPDATE records SET body = '3' WHERE number = 2", 2),
    ],
)
def test_who_gets_around_that_is_found_out(book: Book, statement: str, number: int) -> None:
    for text in ("one", "two", "three"):
        book.append(said(text))
    with closing(sqlite3.connect(book.path)) as opened, opened:
        for trigger in ("records_no_update", "records_no_delete"):
            opened.execute(f"DROP TRIGGER {trigger}")
        opened.execute(statement)
    with pytest.raises(UserMistake) as raised:
        book.everything()
    assert f"record {number} in" in refused(raised, "records-damaged")


def test_the_chain_breaks_where_two_records_change_places() -> None:
    records = [Record("comment", "a", "", "me", MORNING, {"text": str(i)}, i) for i in (1, 2, 3)]
    kept: list[tuple[Record, str]] = []
    for record in records:
        kept.append((record, digest(kept[-1][1] if kept else START, record)))
    assert first_broken(kept) is None
    assert first_broken([kept[0], kept[2], kept[1]]) == 2
    assert first_broken(kept[1:]) == 1


def append_some(path: Path, name: str, count: int) -> None:
    for i in range(count):
        Book(path).append(said(f"{name} {i}"))


def test_writers_at_the_same_time_lose_nothing(book: Book) -> None:
    """Four processes, the first of which also makes the file while the others wait."""
    with ProcessPoolExecutor(4) as writers:
        for done in [writers.submit(append_some, book.path, str(name), 25) for name in range(4)]:
            done.result()
    kept = book.everything()
    assert [one.number for one in kept] == list(range(1, 101))
    for name in range(4):
        assert [one.text for one in kept if one.text.startswith(f"{name} ")] == [f"{name} {i}" for i in range(25)]


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from headway.records import Book, comment
book = Book(Path(sys.argv[1]))
for i in range(100_000):
    kept = book.append(comment("a", f"{i} " + "x" * 2000, "me", datetime(2026, 4, 1, tzinfo=UTC)))
    print(kept.number, flush=True)
"""


@pytest.mark.parametrize("pause", [0.0, 0.03, 0.11, 0.2])
def test_a_killed_writer_leaves_whole_records_and_all_it_acknowledged(book: Book, pause: float) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITER, str(book.path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        seen = [writer.stdout.readline()]
        time.sleep(pause)
        os.kill(writer.pid, signal.SIGKILL)
        seen += writer.stdout.readlines()
    acknowledged = max(int(line) for line in seen if line.endswith("\n"))
    kept = book.everything()
    assert acknowledged <= len(kept) <= acknowledged + 1
    assert all(one.text == f"{i} " + "x" * 2000 for i, one in enumerate(kept))
    assert book.append(said("and on")).number == len(kept) + 1


# Migrations.


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """The migrations of a later Headway: ours, and one that adds a column."""
    scripts = tmp_path / "later"
    shutil.copytree(MIGRATIONS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    follow(scripts, newest(), "9001", 'op.add_column("records", Column("place", Text))')
    return scripts


def follow(scripts: Path, before: str, name: str, does: str) -> None:
    text = f'from alembic import op\nfrom sqlalchemy import Column, Text\nrevision = "{name}"\ndown_revision = "{before}"\n'
    (scripts / "versions" / f"{name}_later.py").write_text(f"{text}\n\ndef upgrade():\n    {does}\n", "utf-8")


def test_an_empty_file_becomes_a_book(book: Book) -> None:
    book.path.parent.mkdir()
    book.path.touch()
    assert book.append(said("one")).number == 1
    assert [one.name for one in book.path.parent.glob("records-form-*")] == []


def test_a_file_of_the_first_form_is_brought_to_the_newest(book: Book, later: Path) -> None:
    from_dump(book.path)
    before = dump(book.path)
    new = Book(book.path, later)
    assert [one.actor for one in new.everything()] == ["vp-sales", "vp-sales", "cfo"]
    assert new.of("plans/base")[0].text == "Größe: 漢 and 'quotes'"
    assert new.append(said("four")).number == 4
    assert "place" in "".join(dump(book.path))
    copy = copy_name(book.path, "0001")
    assert dump(copy) == before
    with closing(sqlite3.connect(book.path)) as opened, pytest.raises(sqlite3.IntegrityError):
        opened.execute("DELETE FROM records")


def test_the_first_form_is_read_by_this_headway(book: Book) -> None:
    from_dump(book.path)
    assert len(book.everything()) == 3
    assert book.append(said("four")).number == 4


def test_a_migration_that_fails_or_dies_half_way_changes_nothing(book: Book, later: Path) -> None:
    from_dump(book.path)
    before = dump(book.path)
    follow(later, "9001", "9002", 'op.execute("DROP TABLE nothing_like_it")')
    with pytest.raises(UserMistake):
        Book(book.path, later).everything()
    assert dump(book.path) == before
    follow(later, "9001", "9002", "__import__('os').kill(__import__('os').getpid(), 9)")
    program = "import sys; from pathlib import Path; from headway.records import Book; "
    program += "Book(Path(sys.argv[1]), Path(sys.argv[2])).everything()"
    assert subprocess.run([sys.executable, "-c", program, book.path, later], timeout=60).returncode == -9
    assert dump(book.path) == before
    follow(later, "9001", "9002", 'op.add_column("records", Column("team", Text))')
    assert len(Book(book.path, later).everything()) == 3
    assert dump(copy_name(book.path, "0001")) == before


def test_a_newer_form_is_left_alone(book: Book) -> None:
    from_dump(book.path, ERRORS / "records-too-new.sql")
    before = dump(book.path)
    for work in (book.everything, lambda: book.append(said("no"))):
        with pytest.raises(UserMistake) as raised:
            work()
        assert "form 9001" in refused(raised, "records-too-new")
    assert dump(book.path) == before


def test_migrations_follow_one_another_from_the_first() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    forms = [one.revision for one in script.walk_revisions()][::-1]
    assert script.get_heads() == [newest()]
    assert forms == [f"{number:04d}" for number in range(1, len(forms) + 1)]


def test_the_wheel_carries_the_migrations(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (built,) = tmp_path.glob("*.whl")
    carried = {name for name in ZipFile(built).namelist() if name.startswith("headway/records/migrations/")}
    there = {f"headway/records/migrations/{path.relative_to(MIGRATIONS)}" for path in MIGRATIONS.rglob("*.py")}
    assert carried == there


# What can be in the way.


@contextmanager
def as_somebody_else(folder: Path) -> Generator[None]:
    """Take away the right to write, for root too."""
    folder.chmod(0o555)
    for parent in folder.parents:
        if parent.stat().st_uid == os.getuid() and len(parent.parts) > 2:
            parent.chmod(parent.stat().st_mode | 0o055)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)


@pytest.mark.parametrize("read_before", [False, True], ids=["closed by a writer", "closed by a reader"])
def test_in_a_read_only_folder_records_are_read_and_not_written(book: Book, read_before: bool) -> None:
    book.append(said("one"))
    if read_before:
        assert len(book.everything()) == 1
    with as_somebody_else(book.path.parent):
        assert [one.text for one in book.everything()] == ["one"]
        with pytest.raises(UserMistake) as raised:
            book.append(said("two"))
    assert "cannot be written" in refused(raised, "records-unwritable")
    assert [one.text for one in book.everything()] == ["one"]


def test_a_book_cannot_be_made_in_a_read_only_folder(tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    folder.mkdir()
    with as_somebody_else(folder), pytest.raises(UserMistake) as raised:
        Book(folder / ".headway" / "records.sqlite").append(said("one"))
    assert "Permission denied" in refused(raised, "records-unwritable")


def test_a_writer_that_does_not_end_is_waited_for_and_then_told_of(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    book.append(said("one"))
    monkeypatch.setattr("headway.records.opening.PATIENCE", 0.2)
    with closing(sqlite3.connect(book.path, isolation_level=None)) as other:
        other.execute((ERRORS / "records-busy.sql").read_text("utf-8"))
        with pytest.raises(UserMistake) as raised:
            book.append(said("two"))
        assert [one.text for one in book.everything()] == ["one"], "readers are never kept waiting"
    assert "somebody else" in refused(raised, "records-busy")
    assert raised.value.exit_code == 7
    assert book.append(said("two")).number == 2


@pytest.mark.parametrize("content", [b"not a database, but long enough to look like a file of one" * 40, None])
def test_a_file_that_is_something_else_is_left_alone(book: Book, content: bytes | None) -> None:
    book.path.parent.mkdir()
    if content is not None:
        book.path.write_bytes(content)
    else:
        with closing(sqlite3.connect(book.path)) as other, other:
            other.execute("CREATE TABLE records (mine TEXT)")
    before = book.path.read_bytes()
    for work in (book.everything, lambda: book.append(said("no"))):
        with pytest.raises(UserMistake) as raised:
            work()
        refused(raised, "records-damaged")
    assert book.path.read_bytes() == before


def test_the_address_is_the_variables_then_the_settings_then_the_hidden_folder(tmp_path: Path) -> None:
    plain = Settings("Acme", tmp_path)
    named = Settings("Acme", tmp_path, records="sqlite:///kept/said.sqlite")
    assert book_of(plain).path == tmp_path / ".headway" / "records.sqlite"
    assert book_of(named).path == tmp_path / "kept" / "said.sqlite"
    assert book_of(named, "sqlite:////var/acme/said.sqlite").path == Path("/var/acme/said.sqlite")
    for wrong in ("postgresql://me:hunter2@db/acme", "said.sqlite", "sqlite://", "sqlite:///a.sqlite?mode=ro"):
        with pytest.raises(UserMistake) as raised:
            book_of(plain, wrong)
        refused(raised, "records-address")
        assert "hunter2" not in str(raised.value)
