"""Marks of confidentiality raise it, whatever they look like, and nothing lowers it."""

import pytest

from importers.sheets.row_marks import WITHHELD, signs_in
from tests.importers.sheets.grids import grid, services

_ROW = ("Harbor", "305-555-0101", "12 Oak Street", "Miami")


def _is_marked(header: str, cell: str, street: str = "12 Oak Street") -> bool:
    row = ["Harbor", "305-555-0101", street, "Miami", cell]
    found = services(grid(["Agency", "Phone", "Address", "City", header], row))["Harbor"]
    return any(WITHHELD in site.traces for site in found.sites)


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Address confidential", "Yes"), ("Confidential?", "x"), ("Conf?", "Y"),
        ("Is the address of your shelter confidential?", "Yes"), ("Confidential", "ask first"),
        ("Lieu confidentiel", "Oui"),
        ("Publish address", "No"), ("OK to publish", "not yet"), ("Notes", "The location is confidential."),
        ("Notes", "Address not published"), ("Remarks", "CONFIDENTIAL"), ("Mailing Address", "Undisclosed"),
    ],
)  # fmt: skip
def test_a_mark_in_any_column_counts(header: str, cell: str) -> None:
    assert _is_marked(header, cell)


@pytest.mark.parametrize(
    ("header", "cell"),
    [("Address confidential", "No"), ("OK to publish", "Yes"), ("Notes", "Free and confidential counseling.")],
)
def test_what_says_nothing_of_a_place_does_not_count(header: str, cell: str) -> None:
    assert not _is_marked(header, cell)


@pytest.mark.parametrize("street", ["Confidential", "Call for location", "Not published", "adresse confidentielle"])
def test_words_in_the_place_of_an_address_count(street: str) -> None:
    assert _is_marked("Notes", "", street)


def test_a_sign_that_a_remark_explains_marks_its_rows() -> None:
    rows = [["Harbor*", *_ROW[1:]], ["Reed", "305-555-0102", "14 Oak Street", "Miami"], ["* Confidential location"]]
    found = services(grid(["Agency", "Phone", "Address", "City"], *rows))
    assert WITHHELD in found["Harbor"].sites[0].traces
    assert WITHHELD not in found["Reed"].sites[0].traces
    assert signs_in(["* Confidential location", "(C) = undisclosed", "* Updated weekly"]) == ("*", "(C)")
