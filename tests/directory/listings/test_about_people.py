"""Nothing that is about a person passes the screens together, however it is written; what notes are for does."""

import pytest
from hypothesis import given, settings

from directory.errors import RefusedError
from directory.listings.names_screen import refuse_names
from directory.listings.notes_screen import refuse_client_details, refuse_old_days
from directory.listings.screen import screen
from tests.about_people import HARMLESS, Told, about_somebody

# What hypothesis found once, or people would write, beside what is drawn anew.
WRITTEN = (
    "She is 17", "she\u2019s only 15", "He is seventeen and waits", "the girl was 12", "ella tiene 17", "aged 16",
    "bed for \u738b\u79c0\u82f1", "\u9648\u5a1c called", "told \u043c\u0430\u0440\u0456\u044f to wait",
    "\u0645\u0631\u064a\u0645", "night desk: \uae40\ubbfc\uc9c0", "priyanka quispe waits for a bed",
    "NGOZI YILMAZ has the bed", "zainab d'souza's bed is free",
    "EAC2190012345", "IOE 09 123 45678", "passport G12345678", "3/14/98", "14.03.98", "12 de mayo de 1991",
    "1998\u5e743\u670814\u65e5", "305_555_0199", "305*555*0199",
)  # fmt: skip


def _refuse(text: str) -> None:
    refuse_client_details(text)
    refuse_old_days(text, year=2026)
    if screen(text).rules:
        raise RefusedError("That could tell where something is.")
    refuse_names(text)


@settings(max_examples=400)
@given(about_somebody())
def test_whatever_tells_of_somebody_is_refused_and_not_repeated(told: Told) -> None:
    with pytest.raises(RefusedError) as refused:
        _refuse(told.text)
    assert [mark for mark in told.marks if mark in str(refused.value)] == []


@pytest.mark.parametrize("text", WRITTEN)
def test_what_was_let_pass_once_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        _refuse(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_notes_are_for_passes_every_screen(text: str) -> None:
    _refuse(text)


def test_a_listing_that_is_named_in_its_own_letters_may_be_called_so() -> None:
    refuse_names("\u5e0c\u671b house moved", known={"\u5e0c\u671b", "house"})
