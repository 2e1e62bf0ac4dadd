"""Address cells come to stand where they belong, with a name for each repair."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from importers.address_cells import mend_address

_RIGHT = {"address_1": "9 Lantern Avenue", "city": "Miami", "state_province": "FL", "postal_code": "33130"}


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"city": "Miami, FL"}, "state-in-city-cell"),
        ({"city": "Miami FL", "state_province": ""}, "state-in-city-cell"),
        ({"city": "Miami, FL 33130", "state_province": "", "postal_code": ""}, "postal-in-city-cell"),
        ({"state_province": "33130", "postal_code": "FL"}, "state-and-postal-swapped"),
        ({"state_province": "FL 33130", "postal_code": ""}, "postal-in-state-cell"),
        ({"postal_code": "FL 33130", "state_province": ""}, "state-in-postal-cell"),
        ({"city": "FL", "state_province": "Miami"}, "city-and-state-swapped"),
        ({"state_province": "Miami, FL", "city": ""}, "city-in-state-cell"),
        ({"postal_code": "33130.0"}, "postal-tidied"),
        ({"city": "Miami,"}, "city-tidied"),
    ],
)
def test_a_misplaced_cell_is_put_right(cells: dict[str, str], rule: str) -> None:
    mended = mend_address(_RIGHT | cells)
    assert mended.cells == _RIGHT
    assert rule in mended.rules
    assert mended.questions == ()


def test_a_whole_address_in_one_cell_is_taken_apart_and_keeps_its_unit() -> None:
    mended = mend_address({"address_1": "9 Lantern Avenue, Suite 3, Miami, FL 33130"})
    assert mended.cells == _RIGHT | {"address_1": "9 Lantern Avenue, Suite 3"}


def test_a_right_address_stays_as_it_is() -> None:
    cells = _RIGHT | {"address_2": "Unit 13", "latitude": "25.7"}
    mended = mend_address(cells)
    assert (mended.cells, mended.rules, mended.questions, mended.is_mailbox) == (cells, (), (), False)


@pytest.mark.parametrize(
    ("cells", "mended"),
    [
        ({"country": "USA"}, {"country": "US"}),
        ({"country": "Florida", "state_province": ""}, {"state_province": "Florida"}),
        ({"state_province": "PR", "postal_code": "926"}, {"state_province": "PR", "postal_code": "00926"}),
        ({"city": "New York", "state_province": "NY"}, {"city": "New York", "state_province": "NY"}),
        ({"city": "Washington", "state_province": "DC"}, {"city": "Washington", "state_province": "DC"}),
    ],
)
def test_country_words_and_lost_zeros_are_mended(cells: dict[str, str], mended: dict[str, str]) -> None:
    assert mend_address(_RIGHT | cells).cells == _RIGHT | mended


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"postal_code": "331"}, "postal-not-readable"),
        ({"postal_code": "see map"}, "postal-not-readable"),
        ({"country": "Narnia"}, "country-not-known"),
        ({"city": "Miami, GA"}, "states-differ"),
    ],
)
def test_what_cannot_be_right_is_asked_about(cells: dict[str, str], rule: str) -> None:
    assert [asked for asked, _ in mend_address(_RIGHT | cells).questions] == [rule]


@pytest.mark.parametrize(
    ("line", "other", "is_mailbox"),
    [
        ("PO Box 123", "", True),
        ("P.O. Box 123", "", True),
        ("Apartado 55", "", True),
        ("P.O. Box 123", "9 Lantern Avenue", False),
        ("9 Lantern Avenue", "PO Box 123", False),
        ("100 Box Elder Road", "", False),
    ],
)
def test_a_post_office_box_is_no_place_to_go(line: str, other: str, *, is_mailbox: bool) -> None:
    assert mend_address(_RIGHT | {"address_1": line, "address_2": other}).is_mailbox is is_mailbox


_SCRAPS = ["Miami", "FL", "33130", "33130-1234", "M5V 2T6", ",", "Georgia", "USA", "PO Box 9", "9 A Street", "02114"]
_CELL = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(_SCRAPS), max_size=5).map(" ".join))
_ADDRESSES = st.dictionaries(
    st.sampled_from(["address_1", "address_2", "city", "state_province", "postal_code", "country", "name"]), _CELL
)


@example({"city": "00000" + " FL" * 60})
@given(_ADDRESSES)
def test_mending_never_breaks_and_settles(cells: dict[str, str]) -> None:
    once = mend_address(cells)
    assert mend_address(once.cells).cells == once.cells
    assert once.cells.get("name") == cells.get("name")
