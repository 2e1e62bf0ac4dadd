"""Names are seen in a note however they are written, and what notes are for can be said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.errors import RefusedError
from directory.listings.names_screen import refuse_names
from directory.listings.notes_screen import refuse_old_days

FIRST = (
    "Maria", "Guadalupe", "Jennifer", "Nguyen", "Svetlana", "Olena", "Ayaan", "Warsame", "Fatoumata", "Xiomara",
    "Yesenia", "Priyanka", "Thuy", "Blessing", "Ngozi", "Andriy", "Zainab", "Mireille", "Jean-Baptiste", "Lupe",
    "Dolores", "Abdirahman", "Isatou", "Marisol", "Tatiana", "Mei-Ling", "O\u2019Brien",
)  # fmt: skip
LAST = (
    "Petrova", "Garcia", "Kowalski", "Abdullahi", "Tran", "Okonkwo", "Ramirez", "Hernandez", "Yilmaz", "D'Souza",
    "Mbeki", "Castillo", "Ivanenko",
)  # fmt: skip
# A name stands in all ways in which people write of people.
FRAMES = (
    "{} called again, wants a bed", "Beds are kept for {} until Monday", "ask for {}", "Spoke with {} about the line",
    "told {} to wait", "The night desk knows {}", "{}'s bed is free", "Intake: {} works there", "se llama {}",
    "Client {} was here", "No beds. {} said so.", "hable con {} antes de las 9",
)  # fmt: skip
HARMLESS = (
    "Beds are full until Monday. Ask again in the second week of January.",
    "The night desk answers after 22:00; the day desk does not pick up.",
    "Intake said they take new people from March on.",
    "Spanish line is better before noon.",
    "Closed for Ramadan, open again after Eid.",
    "Their voicemail is full. Try the office line.",
    "New director, so look at eligibility again.",
    "Waits for the county grant; do not call before 15 December.",
    "Hours in the list are those of the main office, not of the shelter.",
    "Florida only. Not Georgia any more.",
    "HRSA lists an old name; ours is right.",
    "Cerrado hasta enero. Llamar despues de las 9.",
    "Told the night desk that we will call again.",
    "Spoke with intake. They speak Haitian Creole and Spanish.",
    "Accepts Medicaid. No interpreter at night.",
    "Note: Beds are for women only.",
    "Call before noon, the staff leaves early. Good people.",
    "Their grace period is two weeks. Parking is free.",
    "\u00bfCierran en enero? Ask in February.",
)


@pytest.mark.parametrize("note", HARMLESS)
def test_what_a_note_is_for_can_be_said(note: str) -> None:
    refuse_names(note)
    refuse_old_days(note, year=2026)


@pytest.mark.parametrize("frame", FRAMES)
def test_a_name_is_refused_wherever_it_stands(frame: str) -> None:
    for first in FIRST:
        for last in ("", *LAST):
            with pytest.raises(RefusedError) as refused:
                refuse_names(frame.format(f"{first} {last}".strip()))
            assert first not in str(refused.value)


@settings(max_examples=200)
@given(st.from_regex(r"[A-Z][a-z]{2,9}", fullmatch=True), st.from_regex(r"[A-Z][a-z]{2,9}", fullmatch=True))
def test_a_first_and_a_last_name_need_not_be_known(first: str, last: str) -> None:
    """Of made-up names, also where a sentence begins with them."""
    with pytest.raises(RefusedError):
        refuse_names(f"The bed is for Qo{first.lower()} Zq{last.lower()} tonight")
    with pytest.raises(RefusedError):
        refuse_names(f"Qo{first.lower()} Zq{last.lower()} has a bed")


@pytest.mark.parametrize(
    "note",
    [
        "maria called", "juan lopez needs a bed", "MARIA LOPEZ", "spoke with warsame today", "Virginia called",
        "Grace said no beds", "talked to Hope", "mrs. smith knows", "Mr Kowalski knows", "Jos\u00e9",
        "\uff2daria is here", "the sister of Ngoc",
    ],
)  # fmt: skip
def test_names_in_small_or_large_letters_and_names_that_are_words_are_seen(note: str) -> None:
    with pytest.raises(RefusedError):
        refuse_names(note)


def test_a_listing_may_be_called_by_its_own_name() -> None:
    note = "The line of Lotus House rings at Maria House"
    with pytest.raises(RefusedError):
        refuse_names(note)
    refuse_names(note, known={"lotus", "house", "maria"})
    with pytest.raises(RefusedError):
        refuse_names("Maria called", known={"lotus", "house", "maria"})


@pytest.mark.parametrize(
    "note", ["12 de mayo de 1991", "3/14/98", "14.3.98", "since 2011", "here since March '04", "2019-05-02"]
)
def test_a_year_before_last_year_is_refused(note: str) -> None:
    with pytest.raises(RefusedError, match="date of birth"):
        refuse_old_days(note, year=2026)


@pytest.mark.parametrize(
    "note", ["closed until 2026-12-24", "called 11/12/25", "from 1/1/27 on", "open 1900-2200", "2 beds, 14 nights"]
)
def test_days_of_now_may_stand_in_a_note(note: str) -> None:
    refuse_old_days(note, year=2026)
