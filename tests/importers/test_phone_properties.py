"""What holds for every phone cell, whatever stands in it."""

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import shortnumberinfo

from directory.values.phone import grouped, is_practice_number, parse_phone
from importers.phone_cells import read_phones
from importers.phone_text import PhoneText, read_phone_text
from importers.text_codes import is_plainly_a_text_code
from tests.effort import effort

_COUNTRIES = ("US", "CA", "MX", "GB", "GT")
_PARTS = (
    "305-555-0142", "(305) 555-0143", "1-800-273-TALK (8255)", "+52 55 5555 1234", "555-0142", "988", "741741", "TTY",
    "fax:", "x105", "ext. 12", "xOPT2", "Text HOME to 741741", "hotline 24h", "M-F 9-5", "24/7", "or", "and", "/", ";",
    ", ", "\n", "(", ")", "-", "Spanish", "ask for Ana", "12 Main St", "305-891-8850", "0102", "\u202e", "#", "*",
)  # fmt: skip
_cells = st.one_of(
    st.text(max_size=120),
    st.lists(st.sampled_from(_PARTS), max_size=9).map(" ".join),
    st.lists(st.sampled_from(_PARTS), max_size=9).map("".join),
    st.from_regex(r"[0-9()+x./ -]{0,40}", fullmatch=True),
)


def _read(cell: str, country: str = "US") -> PhoneText:
    return read_phone_text(cell, country=country, aliases={})


@given(_cells, st.sampled_from(_COUNTRIES))
def test_every_number_can_be_dialled(cell: str, country: str) -> None:
    for line in _read(cell, country).lines:
        if line.number.startswith("+"):
            assert is_practice_number(line.number) or phonenumbers.is_valid_number(phonenumbers.parse(line.number))
        elif not (line.kind == "text" and is_plainly_a_text_code(line.number, country)):
            parsed = phonenumbers.parse(line.number, country)
            assert shortnumberinfo.is_valid_short_number_for_region(parsed, country)
        assert re.fullmatch(r"[0-9]{0,10}|OPT[0-9]{1,3}", line.ext)


@given(_cells, st.sampled_from(_COUNTRIES))
def test_digits_enough_for_a_number_are_a_line_or_a_question(cell: str, country: str) -> None:
    read = _read(cell, country)
    if re.search(r"[0-9]{7}", cell):
        assert read.lines or read.unread


@given(_cells)
def test_no_word_is_lost(cell: str) -> None:
    """Every letter sequence is in a line, in a question, or one of the words that need no keeping."""
    read = _read(f"305-531-5341 (Qxzy) {cell}")
    said = " ".join(part.text for part in read.unread)
    assert "Qxzy" in said


@given(_cells, st.sampled_from(_COUNTRIES))
def test_reading_what_was_read_gives_the_same_number(cell: str, country: str) -> None:
    for line in _read(cell, country).lines:
        if line.number.startswith("+"):
            assert parse_phone(line.number, country=country).number == line.number
            again = _read(f"{line.number} ext. {line.ext}" if line.ext.isdecimal() else line.number, country).lines
            assert [one.number for one in again] == [line.number]
            # What is shown in North America is written as people there write.
            assert _read(grouped(line.number)).lines[0].number == line.number


@given(st.lists(st.fixed_dictionaries({"number": _cells, "type": st.text(max_size=20), "extension": st.text()})))
def test_rows_of_any_text_give_slots_that_name_their_kind(rows: list[dict[str, str]]) -> None:
    read = read_phones(rows, country="US", aliases={})
    assert all(slot == line.kind or slot.startswith(f"{line.kind}-") for slot, line in read.lines)
    assert len(read.unparsed) == len(read.reasons)
    assert set(read.reasons) <= set(read.rules)


@pytest.mark.parametrize(
    "piece",
    [
        "3",
        "305-555-0142 ",
        "(",
        "+",
        "x1 ",
        "text a or a or a to ",
        "1-800-A-A-A-A-",
        "24/7 ",
        "- ",
        "A",
        "\u3000",
        "5 5 ",
        "305-555-0101/0102/",
        "988 or ",
        "(305",
        "fax fax ",
        "\u13e3",
        "\ufdfa",
    ],
)
def test_long_cells_take_no_longer_than_a_glance(piece: str) -> None:
    for length in (999, 32 * 1024):
        cell = (piece * (length // len(piece) + 1))[:length]
        with effort() as spent:
            _read(cell)
        # Fifty milliseconds at rest; a busy machine may need a few times as long.
        assert spent.seconds < 0.25
