"""Tables are read row by row, and what is wrong with one row stays with it."""

import io

import pytest

from directory.errors import RefusedError
from importers.tables import Row, plain_cell, read_rows
from tests.effort import effort

_KNOWN = frozenset({"id", "name", "note"})


def _rows(text: str, *, required: frozenset[str] = frozenset({"id"})) -> list[Row]:
    return list(read_rows(io.StringIO(text, newline=""), known=_KNOWN, required=required))


def test_columns_stand_in_any_order_and_case() -> None:
    assert _rows("NAME, Id \r\nHarbor,7\r\n")[0].cells == {"id": "7", "name": "Harbor"}


def test_a_row_knows_its_line_also_after_cells_of_many_lines() -> None:
    rows = _rows('id,name\n1,"two\nlines"\n\n2,x\n')
    assert [(row.line, row.problem) for row in rows] == [(2, ""), (4, "blank"), (5, "")]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(ends: str) -> None:
    assert len(_rows(ends.join(["id,name", "1,a", "2,b", ""]))) == 2


def test_unknown_columns_are_counted_and_not_kept() -> None:
    row = _rows("id,secret plan\n1,tell nobody\n")[0]
    assert row.cells == {"id": "1"}
    assert row.dropped == 1


def test_a_short_row_is_mended_and_a_long_one_is_not_trusted() -> None:
    short, blank, long = _rows("id,name,note\n1,a\n2,b,c,,\n3,b,c,d\n")
    assert short.rules == ("row-too-short",)
    assert (blank.problem, blank.dropped) == ("", 0)
    assert (long.problem, long.dropped) == ("row-too-long", 1)


def test_a_cell_that_is_too_long_spoils_its_row_alone() -> None:
    rows = _rows(f"id,name\n1,{'x' * 40_000}\n2,{'y' * 200_000}\n3,z\n")
    assert [row.problem for row in rows] == ["cell-too-long", "cell-too-long", ""]
    assert rows[2].cells["name"] == "z"


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_file() -> None:
    lines = "".join(f"{number},{'n' * 100}\n" for number in range(3_000))
    rows = _rows(f'id,name\nbad,"open\n{lines}')
    assert rows[0].problem == "cell-too-long"
    assert rows[-1].cells["id"] == "2999"


@pytest.mark.parametrize(
    ("raw", "text", "rule"),
    [
        ("one\\ntwo", "one\ntwo", "literal-line-breaks"),
        ("a\x00b", "ab", "nul-removed"),
        ("caf\ufffd", "caf\ufffd", "undecodable-bytes-replaced"),
        ("Serves all.\\n###MON###", "Serves all.", "markers-removed"),
        ("AttorneyGÇÖs", "Attorney\u2019s", "mangled-signs-restored"),
        ("<b>Bold</b> &amp; plain", "Bold & plain", "markup-removed"),
        ("<script>alert(1)</script>Hello", "Hello", "markup-removed"),
    ],
)
def test_a_cell_becomes_plain_text_by_a_named_rule(raw: str, text: str, rule: str) -> None:
    assert plain_cell(raw)[0] == text
    assert rule in plain_cell(raw)[1]


def test_a_plain_cell_stays_as_it_is() -> None:
    for raw in ("305-555-0142", "Café & Bar (open)", "K'iche'"):
        assert plain_cell(raw) == (raw, ())


@pytest.mark.parametrize(
    ("text", "words"), [("", "empty"), ("name\nx\n", "no column id"), ("," * 2_000, "1000 columns")]
)
def test_what_is_no_table_is_refused(text: str, words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        _rows(text)


def test_a_header_is_never_repeated() -> None:
    with pytest.raises(RefusedError) as refused:
        _rows("742 Evergreen Terrace,Springfield\n")
    assert "Evergreen" not in str(refused.value)


def test_a_row_of_a_million_cells_is_read_in_time() -> None:
    with effort() as spent:
        rows = _rows("id,name\n" + "," * 1_000_000 + "x\n2,b\n")
    assert [row.problem for row in rows] == ["row-too-long", ""]
    assert spent.seconds < 5
