import pytest

from headway.core.diagnostics import Diagnostic, Mistake, did_you_mean, errors
from headway.core.positions import Location

MISTAKE = Mistake("odd", "Odd", "Something is odd.")


def caret(location: Location) -> tuple[str, str]:
    """The excerpt and what stands above the caret row."""
    rows = MISTAKE.at(location, "odd").render().split("\n")
    return rows[1], rows[2]


def test_place_sentence_excerpt_caret_detail_remedy():
    place = Location("plans/fy27/model.yaml", 141, 14, 3, "    formula: abc + d")
    found = MISTAKE.at(place, "'abc' is odd", detail="it is\nodd", remedy="make it even")
    assert found.render() == (
        "plans/fy27/model.yaml:141:14: 'abc' is odd  [odd]\n"
        "    formula: abc + d\n"
        "             ^^^\n"
        "  it is\n"
        "  odd\n"
        "  make it even"
    )


def test_without_a_place_and_below_an_error():
    assert MISTAKE.at(None, "odd").render() == "odd  [odd]"
    assert MISTAKE.at(None, "odd", severity="warning").render() == "warning: odd  [odd]"


@pytest.mark.parametrize("before", ["", "  ", "\t", "\t\t  ", "é = ", "x" * 89, "  " + "x" * 140, "x" * 400])
def test_the_caret_stands_under_the_word(before: str):
    line = f"{before}HERE and there" + "y" * 200
    shown, below = caret(Location("f", 1, len(before) + 1, 4, line))
    assert below.count("^") == 4
    assert shown[below.index("^") :].startswith("HERE")
    assert len(shown) <= 4 + 150


def test_the_caret_counts_terminal_cells():
    shown, below = caret(Location("f", 1, 5, 2, "売上: 東京"))
    assert below == "    " + " " * 6 + "^^^^"
    _, accented = caret(Location("f", 1, 4, 1, "e\u0301: x"))
    assert accented == "    " + " " * 2 + "^"
    assert shown.endswith("東京")


def test_a_caret_beyond_the_line_still_shows():
    assert caret(Location("f", 1, 6, 9, "why: "))[1] == "         ^"


def test_only_errors_stop_the_work():
    found: list[Diagnostic] = [MISTAKE.at(None, "a"), MISTAKE.at(None, "b", severity="warning")]
    assert errors(found) == (found[0],)


def test_did_you_mean_names_the_nearest_or_lists_some():
    assert did_you_mean("commision", ["commission", "churn"]) == "did you mean 'commission'?"
    assert did_you_mean("zzz", ["b", "a"]) == "known here: a, b"
    assert did_you_mean("zzz", [f"n{i:02}" for i in range(20)]).endswith("n11, ...")
    assert did_you_mean("zzz", []) == ""
