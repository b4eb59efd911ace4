from headway.core.positions import Location, Piece, Row


def test_a_location_is_written_file_line_column():
    assert str(Location("plans/fy27/model.yaml", 141, 14)) == "plans/fy27/model.yaml:141:14"


def test_a_part_of_a_row_keeps_line_and_column_in_the_file():
    piece = Piece("a + b", "m.yaml", (Row(7, 5, "a", "    a"), Row(8, 5, "+ b", "    + b")))
    assert piece.part(1, 2, 3) == Location("m.yaml", 8, 7, 1, "    + b")
    assert piece.location == Location("m.yaml", 7, 5, 1, "    a")


def test_a_row_that_does_not_exist_is_the_last_one():
    piece = Piece.of("a\nb")
    assert piece.part(9, 0, 1).line == 2


def test_typed_text_has_rows_too():
    piece = Piece.of("a +\nb", "<command line>")
    assert [row.text for row in piece.rows] == ["a +", "b"]
    assert str(piece) == "a +\nb"
    assert piece.part(0, 2, 2).length == 1
