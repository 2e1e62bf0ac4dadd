"""A spreadsheet opens the table and computes nothing; a program reads back every cell."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.corrections.policy import Correction
from directory.corrections.table import COLUMNS, table
from directory.corrections.values import in_a_line
from directory.values.spreadsheet import csv_of, guarded

_BEGINNINGS = "=+-@\t\r\0\uff1d\uff0b\uff0d\uff20"
CORPUS = [
    "=1+1", "+13055550142", "-1", "@SUM(A1)", "\tx", "\rx", "\0x", ' "=1+1', "'=1+1", "  =1+1", "\uff1d1+1",
    "\uff0b1", "\uff0d1", "\uff20x", '"\uff1dcmd', "\u201c=1+1", "\u200b=1+1", "\ufeff@x", '"\t=1', "\x01=1",
    '=HYPERLINK("http://x")', "+1 (305) 555-0142 ext. 7", "'+13055550142",
    "\u202e=1+1", "\u2066@x", "\u2069 +1",
]  # fmt: skip
HARMLESS = ["", "305 555 0142", "a=1", "1-800", "O'Brien", '"Casa"', "Casa, Refugio", "x@example.org", "(+1) 305"]


def _row(name: str, theirs: str = "a", ours: str = "b") -> Correction:
    return Correction(
        key=name, service="s", record="r", record_kind="service", name=name, field="description",
        theirs={"text": theirs}, ours={"text": ours}, why="person", on="2026-03-12", role="coordinator",
    )  # fmt: skip


def _read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def is_inert(cell: str) -> bool:
    """Whether nothing that begins a formula stands first, nor behind blanks, quotes and what is not seen."""
    return cell[:1] == "'" or cell.lstrip(" \"'\u201c\u201d\u200b\ufeff")[:1] not in set(_BEGINNINGS) or not cell


@pytest.mark.parametrize("cell", CORPUS)
def test_what_a_spreadsheet_would_compute_stands_behind_an_apostrophe(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"
    [_, row] = _read(table([_row(cell, cell, cell)], language="en"))
    assert [row[0], row[1], row[4], row[5]] == [f"'{cell}"] * 4


@pytest.mark.parametrize("cell", HARMLESS)
def test_what_is_harmless_stays_as_it_is(cell: str) -> None:
    assert guarded(cell) == cell


@given(
    st.text(
        alphabet=st.sampled_from([*_BEGINNINGS, '"', "'", " ", "\u201c", "\u200b", "a", "1", ",", "\n"]), max_size=8
    )
)
def test_every_cell_is_quoted_and_inert_and_comes_back(cell: str) -> None:
    content = table([_row(cell, cell, cell)], language="es", attribution=cell)
    [head, row] = _read(content)
    assert tuple(head) == COLUMNS
    assert all(map(is_inert, row))
    assert [one.removeprefix("'") if one != cell else one for one in (row[0], row[10])] == [cell, cell]
    assert content.decode("utf-8-sig").startswith('"key","name"')


def test_values_are_lines_that_a_person_can_type() -> None:
    week = {"days": {"MO": [[540, 1020]], "TU": [[540, 720], [780, 1020]]}, "zone": "America/New_York"}
    lines: dict[tuple[str, str], tuple[dict[str, Any], str]] = {
        ("phone", "voice"): ({"number": "+13055550142", "ext": "7", "kind": "tty"}, "+13055550142 ext. 7 (tty)"),
        ("schedule", "office"): (week, "MO 09:00-17:00; TU 09:00-12:00, 13:00-17:00 (America/New_York)"),
        ("address", ""): ({"address_1": "1 Main St", "city": "Miami"}, "1 Main St, Miami"),
        ("eligibility", "women"): ({"answer": "no"}, "Women (answer: no)"),
        ("kind", "food"): ({}, "Food"),
        ("language", "es:staff"): ({"tag": "es"}, "es:staff (tag: es)"),
        ("status", ""): ({"text": "inactive"}, "inactive"),
    }
    assert {key: in_a_line(*key, value) for key, (value, _) in lines.items()} == {
        key: said for key, (_, said) in lines.items()
    }
    assert in_a_line("phone", "voice", None) == ""


def test_a_header_that_somebody_named_computes_nothing_either() -> None:
    assert _read(csv_of(["=1+1", "a"], [["b", "c"]])) == [["'=1+1", "a"], ["b", "c"]]
