"""Text to nodes: places are exact, and nothing a file may hold escapes as an exception."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from headway.core.diagnostics import Diagnostic
from headway.core.positions import Piece
from headway.text import source as source_module
from headway.text.nodes import ListNode, MapNode, Node, Scalar
from headway.text.source import Source, blot, load, read_nodes


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test holds with the C reader and with the plain one."""
    monkeypatch.setattr(source_module, "_LOADER", getattr(yaml, request.param))


def tree(text: str) -> MapNode:
    node, found = read_nodes(Source.of("f.yaml", text))
    assert isinstance(node, MapNode) and not found, [one.render() for one in found]
    return node


def wrong(text: str) -> list[Diagnostic]:
    _, found = read_nodes(Source.of("f.yaml", text))
    assert found
    return list(found)


def piece(text: str, key: str = "a") -> Piece:
    entry = tree(text).entry(key)
    assert entry is not None and isinstance(entry.value, Scalar)
    return entry.value.piece


def shown(one: Piece, row: int, start: int, end: int) -> str:
    """What the file itself holds where a part of a piece is said to stand."""
    place = one.part(row, start, end)
    return place.excerpt[place.column - 1 : place.column - 1 + place.length]


PLACES = {
    "plain": ("a: x + wrong * y\n", "1:8"),
    "single quotes": ("a: 'x + wrong * y'\n", "1:9"),
    "double quotes": ('a: "x + wrong * y"\n', "1:9"),
    "non-ASCII before": ("é: 1\na: x + wrong * y\n", "2:8"),
    "folded": ("a: >-\n    x\n    + wrong * y\n", "3:7"),
    "literal": ("a: |\n  x\n    + wrong * y\n", "3:7"),
    "indented by number": ("a: |2\n    x\n  + wrong * y\n", "3:5"),
    "after blank rows": ("a: >-\n\n\n  x\n  + wrong * y\n\nb: 1\n", "5:5"),
    "last without newline": ("a: >-\n  x\n  + wrong * y", "3:5"),
    "plain over two rows": ("a: x\n   + wrong * y\n", "2:6"),
    "quoted over two rows": ("a: 'x\n   + wrong * y'\n", "2:6"),
    "windows line ends": ("b: 1\r\na: >-\r\n  x\r\n  + wrong * y\r\n", "4:5"),
    "emoji before": ("a: 🎯 + wrong * y\n", "1:8"),
}


@pytest.mark.parametrize("name", [name for name, (_, at) in PLACES.items() if at])
def test_a_word_inside_a_formula_is_pointed_at_exactly(name: str):
    text, at = PLACES[name]
    one = piece(text)
    row = next(i for i, row in enumerate(one.rows) if "wrong" in row.text)
    start = one.rows[row].text.index("wrong")
    assert shown(one, row, start, start + 5) == "wrong"
    assert str(one.part(row, start, start + 5)) == f"f.yaml:{at}"


def test_columns_count_characters_not_bytes():
    entry = tree("größe_日本: {a: x + wrong}\n").entries[0]
    assert isinstance(entry.value, MapNode)
    inner = entry.value.entries[0].value
    assert isinstance(inner, Scalar)
    assert str(inner.piece.part(0, 4, 9)) == "f.yaml:1:19"
    assert shown(inner.piece, 0, 4, 9) == "wrong"


def test_block_scalars_keep_their_rows_and_their_value():
    one = piece("a: >-\n  sum(x)\n\n  + y  \nb: 1\n")
    assert [(row.line, row.column, row.text) for row in one.rows] == [(2, 3, "sum(x)"), (3, 3, ""), (4, 3, "+ y")]
    assert one.value.startswith("sum(x)")
    assert piece("a: >-\nb: 1\n").rows[0].text == ""


def test_escapes_give_the_value_and_the_place_of_the_scalar():
    one = piece('b: 1\na: "caf\\u00e9"\n')
    assert (one.value, one.rows[0].text, str(one.location)) == ("café", "café", "f.yaml:2:5")
    assert piece("a: 'it''s'\n").value == "it's"


def test_numbers_dates_and_words_stay_text():
    node = tree("a: 12000.10\nb: 2027-01\nc: no\nd: 010\ne: 1_000\n")
    assert [e.value.text for e in node.entries if isinstance(e.value, Scalar)] == [
        "12000.10", "2027-01", "no", "010", "1_000",
    ]  # fmt: skip


def test_nothing_written_is_empty_and_quoted_nothing_is_not():
    node = tree("a:\nb: ~\nc: null\nd: ''\ne: 'null'\n")
    assert [e.value.is_empty for e in node.entries if isinstance(e.value, Scalar)] == [True, True, True, False, False]


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "\ufeff"])
def test_an_empty_text_is_no_mistake_here(text: str):
    node, found = read_nodes(Source.of("f", text.removeprefix("\ufeff")))
    assert not found
    assert node is None or (isinstance(node, Scalar) and node.is_empty)


WRONG = [
    ("a: [1, 2\nb: 3\n", "yaml-syntax", None),
    ("a: {b: 1\nc: 3\n", "yaml-syntax", None),
    ("a: 'x\n", "yaml-syntax", None),
    ("a: b: c\n", "yaml-syntax", "1:5"),
    ("a: 1\n b: 2\n", "yaml-syntax", None),
    ("a: @x\n", "yaml-syntax", "1:4"),
    ("a\nb: 1\n", "yaml-syntax", None),
    ("a: x\x07y\n", "yaml-syntax", None),
    ("? [a, b]\n: 1\n", "yaml-syntax", None),
    (": 1\n", "yaml-syntax", None),
    ("a:\n\tb: 1\n", "yaml-tab", None),
    ("a: x\n\tb: 1\n", "yaml-tab", None),
    ("a: &x 1\nb: *x\n", "yaml-alias", "1:4"),
    ("<<: {b: 1}\n", "yaml-alias", "1:1"),
    ("a: !!python/object:os.system x\n", "yaml-alias", "1:4"),
    ("a: 1\n---\nb: 2\n", "yaml-alias", "2:1"),
    ("a: 1\nb: 2\na: 3\n", "duplicate-key", "3:1"),
    ("a: {b: 1, b: 2}\n", "duplicate-key", "1:11"),
]


@pytest.mark.parametrize(("text", "code", "at"), WRONG)
def test_broken_text_is_one_clear_message(text: str, code: str, at: str | None):
    found = wrong(text)
    assert {one.mistake.code for one in found} == {code}
    assert all(one.remedy for one in found)
    if at:
        assert str(found[0].location) == f"f.yaml:{at}"


def test_an_unclosed_bracket_is_shown_where_it_opens():
    assert [str(one.location) for one in wrong("ok: 1\na: [1, 2\nb: 3\n")] == ["f.yaml:2:4"]


def test_every_duplicate_is_reported_at_once():
    assert len(wrong("a: 1\na: 2\nb: {c: 1, c: 2}\n")) == 2


def test_a_bomb_of_aliases_is_refused_before_it_is_built():
    rows = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    assert {one.mistake.code for one in wrong("\n".join(rows))} == {"yaml-alias"}


@pytest.mark.parametrize("text", ["[" * 5000 + "]" * 5000, "{a: " * 500 + "}" * 500, "- " * 3000, "[" * 100_000])
def test_depth_is_bounded(text: str):
    assert {one.mistake.code for one in wrong(text)} == {"text-too-large"}


@settings(max_examples=100)
@example("---")
@given(st.text(st.sampled_from("ab1:-,[]{}#&*!|>'\"%@?~ \t\n\r\\é\x85\u2028😀\x00"), max_size=40))
def test_no_text_makes_the_reader_fail(text: str):
    for name in ("CSafeLoader", "SafeLoader"):
        source_module._LOADER = getattr(yaml, name)
        source = Source.of("f", text)
        node, found = read_nodes(source)
        assert all(one.render() for one in found)
        for one in scalars(node) if node else ():
            assert 1 <= one.place.line <= len(source.lines)


def scalars(node: Node) -> list[Scalar]:
    if isinstance(node, Scalar):
        return [node]
    parts = node.items if isinstance(node, ListNode) else [n for e in node.entries for n in (e.key, e.value)]
    return [one for part in parts for one in scalars(part)]


@settings(max_examples=100)
@given(st.lists(st.text(st.sampled_from("abc+*() é日"), min_size=1).map(str.strip).filter(bool), min_size=1))
def test_a_plain_value_stands_where_its_place_says(words: list[str]):
    text = "".join(f"k{i}: x{word}\n" for i, word in enumerate(words))
    for entry in tree(text).entries:
        assert isinstance(entry.value, Scalar)
        one = entry.value.piece
        assert shown(one, 0, 0, len(one.rows[0].text)) == one.value


def test_files_that_cannot_be_read(tmp_path: Path):
    for path in (tmp_path / "none.yaml", tmp_path):
        found = load(path, tmp_path.parent)
        assert isinstance(found, Diagnostic) and found.mistake.code == "text-unreadable"


def test_encodings(tmp_path: Path):
    file = tmp_path / "f.yaml"
    for raw, detail in (("name: é".encode("utf-16"), "UTF-16"), (b"a: 1\nname: caf\xe9\n", "0xe9")):
        file.write_bytes(raw)
        found = load(file, tmp_path)
        assert isinstance(found, Diagnostic) and detail in found.detail
    assert str(found.location) == "f.yaml:2:10"
    file.write_bytes(b"\xef\xbb\xbfname: Acme\n")
    read = load(file, tmp_path)
    assert isinstance(read, Source) and read.text == "name: Acme\n"


def test_a_file_of_many_megabytes_is_not_read(tmp_path: Path):
    file = tmp_path / "f.yaml"
    file.write_bytes(b"# " + b"x" * 5_000_000)
    found = load(file, tmp_path)
    assert isinstance(found, Diagnostic) and found.mistake.code == "text-too-large"


@pytest.mark.parametrize(
    ("text", "blotted"),
    [
        ("x: pg://me:secret@host/db", "x: pg://me:******@host/db"),
        ("x: pg://me:se/cr@et@host/db", "x: pg://me:********@host/db"),
        ("x: https://host:8080/path@x", "x: https://host:8080/path@x"),
        ("x: https://host/?token=abc&y=1", "x: https://host/?token=***&y=1"),
        ("x: pg://me@host/db", "x: pg://me@host/db"),
    ],
)
def test_passwords_in_urls_are_blotted_out(text: str, blotted: str):
    assert blot(text) == blotted
    assert Source.of("f", text).lines == (blotted,)
