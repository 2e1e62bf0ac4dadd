"""Tables of text: the sign between the cells is found, and no quotation mark swallows what follows it."""

import csv
import io

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from importers.sheets.delimited import MAC_ROMAN, WINDOWS, Rows, lines_of
from importers.sheets.delimiters import declared_delimiter, dialect_of
from importers.tables import plain_cell

_LIST = "Name;Phone;City\n" + "Harbor, Aid;305,5;Miami, FL\n" * 3


def _rows(text: str) -> list[list[str]]:
    lines, _ = lines_of(text.encode())
    return list(Rows(lines, dialect_of(lines)))


def _repaired(text: str) -> tuple[list[list[str]], int]:
    lines, _ = lines_of(text.encode())
    rows = Rows(lines, dialect_of(lines))
    return list(rows), rows.repaired


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a;b;c\n1,5;2,5;3,5\n", ";"),
        ("a\tb\nHarbor Aid\t1 Elm St, Miami, FL 33101, USA\nPier Aid\t2 Oak St, Reno, NV 89501, USA\n", "\t"),
        ("a|b|c\n1|2, 3|4; 5\n", "|"),
        ("a^b^c\n1^2, 3^4; 5\n", "^"),
        (
            "List of services\nas of March 2024\n\nname,phone,languages\nHarbor,1,English; Spanish\nPier,2,Thai; Lao\n",
            ",",
        ),
        ("name,languages\nHarbor,English;Spanish;French\nPier,Thai;Lao;Khmer\n", ","),
        ('"Aid, Harbor";"1;2"\n"Aid, Pier";"3"\n', ";"),
        ("name,phone,city,zip\nHarbor,1\nPier,2,Miami\nDock,3\nQuay,4,Reno,89501\n", ","),
        ("'a','b'\n'Aid, Harbor','1'\n'Aid, Pier','2'\n", ","),
        ("name\nSmith House\nOpen, warm\nDoe House\n", "\0"),
        ("word\n", "\0"),
    ],
)
def test_the_delimiter_is_the_one_that_divides_most_lines_alike(text: str, delimiter: str) -> None:
    lines, _ = lines_of(text.encode())
    assert dialect_of(lines).delimiter == delimiter


def test_a_first_line_may_name_the_delimiter() -> None:
    assert [declared_delimiter(line) for line in ("sep=;\r\n", '"sep=|"\n', "separate\n", "sep=;;")] == [
        ";",
        "|",
        "",
        "",
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way_and_cells_may_have_lines(end: str) -> None:
    text = end.join(["name,notes", 'Harbor,"first', 'second, ""third"""', "Pier,x", ""])
    assert _rows(text) == [["name", "notes"], ["Harbor", f'first{end}second, "third"'], ["Pier", "x"]]


def test_lines_may_end_in_all_ways_at_once() -> None:
    assert _rows("a,b\r\n1,2\r3,4\n5,6") == [["a", "b"], ["1", "2"], ["3", "4"], ["5", "6"]]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('1,"open,2', ["1", '"open', "2"]),
        ('"The "Best" Place",x,y', ['The "Best" Place', "x", "y"]),
        ('"a""b" c,"d",e', ['"a""b" c', "d", "e"]),
        ('1,"say ""hi"", she said" x",3', ["1", 'say "hi", she said" x', "3"]),
    ],
)
def test_a_mark_that_does_not_pair_spoils_its_own_line_only(line: str, cells: list[str]) -> None:
    rows, repaired = _repaired(f'a,b,c\n{line}\n4,5,6\n7,"8, 9",10\n11,12,13\n')
    assert rows == [["a", "b", "c"], cells, ["4", "5", "6"], ["7", "8, 9", "10"], ["11", "12", "13"]]
    assert repaired == 1


def test_two_stray_marks_far_apart_swallow_nothing() -> None:
    between = [f"{number};x;y" for number in range(300)]
    rows, repaired = _repaired("\n".join(["a;b;c", '1;"open;2', *between, '9;closed";10', "11;12;13"]))
    assert len(rows) == 304
    assert repaired == 1


def test_a_cell_of_many_lines_is_one_cell() -> None:
    text = "name,notes\n" + 'Harbor,"' + "Open Monday, Tuesday\n" * 500 + '"\nPier,x\n'
    assert [len(row) for row in _rows(text)] == [2, 2, 2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_text_is_read_in_any_encoding(encoding: str) -> None:
    text = "Café;Niño\r\nÉcole;“Über”\r\n"
    lines, rules = lines_of(text.encode(encoding))
    assert "".join(lines) == text
    assert rules == ((WINDOWS,) if encoding == "cp1252" else ())


def test_an_old_macintosh_is_known_by_its_lines_and_vowels() -> None:
    lines, rules = lines_of("Café,Niño\rSão,Tomé\r".encode("mac-roman"))
    assert lines == ["Café,Niño\r", "São,Tomé\r"]
    assert rules == (MAC_ROMAN,)
    assert lines_of("Café,Niño\rSão,Tomé\r".encode("cp1252")) == (lines, (WINDOWS,))


def test_two_encodings_in_one_file_are_read_byte_by_byte() -> None:
    lines, _ = lines_of(b"Ni\xc3\xb1o,Caf\xe9\n")
    assert [plain_cell(cell)[0] for cell in lines[0].split(",")] == ["Niño", "Café"]


_CELLS = st.text(st.sampled_from("ab é\"',;|\t\n\r<&=.1"), max_size=8)
_TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(_CELLS, min_size=width, max_size=width), min_size=2, max_size=6)
)


@settings(max_examples=300, deadline=None)
@given(table=_TABLES, delimiter=st.sampled_from(",;|\t"), end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_a_table_written_by_any_program_comes_back(table: list[list[str]], delimiter: str, end: str) -> None:
    """Every cell in quotation marks, as careful programs write it: then nothing is left to guess."""
    assume(all(any(cell.strip() for cell in row) for row in table))
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator=end).writerows(table)
    assert _plain(_rows(written.getvalue())) == _plain(table)


_WORDS = st.text(st.sampled_from('ab é"\n.1'), max_size=8)


@settings(max_examples=300, deadline=None)
@given(
    table=st.integers(2, 5).flatmap(
        lambda width: st.lists(st.lists(_WORDS, min_size=width, max_size=width), min_size=2, max_size=6)
    ),
    delimiter=st.sampled_from(",;|\t"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_a_table_with_few_quotation_marks_comes_back(table: list[list[str]], delimiter: str, end: str) -> None:
    # The library that writes leaves out the marks around a break that is not the one of its lines.
    table = [[cell.replace("\n", end) for cell in row] for row in table]
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, lineterminator=end).writerows(table)
    assert _plain(_rows(written.getvalue())) == _plain(table)


def _plain(rows: list[list[str]]) -> list[list[str]]:
    return [[plain_cell(cell)[0] for cell in row] for row in rows]


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.sampled_from("a,\"\n;'"), max_size=60))
def test_whatever_stands_there_no_line_is_lost(text: str) -> None:
    """Each letter comes back in its order, in some row."""
    found = "".join("".join(row) for row in _rows(text)) if text else ""
    assert found.count("a") == text.count("a")
