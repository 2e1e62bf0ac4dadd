"""What notes may not say, and that what they are for can be said."""

import pytest

from directory.errors import RefusedError
from directory.listings.notes_screen import LONGEST_NOTE, names_another_way, refuse_client_details, refuse_other_ways

OWN = ("+13055550142", "233733")
REFUSED = {
    "a Social Security number": (
        "SSN 078-05-1120",
        "her social is 078 05 1120",
        "Social Security number ends in 1120",
        "078\u201105\u20111120",
        "ssn: ...1120",
    ),
    "an immigration number": ("A123456789", "A-123-456-789 is waiting", "a# 12345678", "Alien number 1234 5678"),
    "a date of birth": (
        "DOB 3/14/1998",
        "d.o.b. is on file",
        "Date of birth unknown to them",
        "born in 2004",
        "3/14/1998",
        "2009-01-31",
        "came on May 5, 2011",
        "5 May 2011",
        "nacida el 4 de mayo",
    ),
    "an e-mail address": ("write to ana.perez@example.org", "ana(at)example(dot)org", "ana at example dot org"),
    "a number that is none": (
        "call her at 305 555 0199",
        "(305) 555-0199",
        "+1 305.555.0199",
        "3055550199",
        "5550199 at night",
        "case 1234567890",
        "\uff13\uff10\uff15 555 0199",
        "305\u200b5550199",
        "on 2026-11-12 at 305 555 0199",
    ),
    "words about a client": (
        "my client was turned away",
        "One of our patients called",
        "My young client told me",
        "the survivor said they were rude",
        "mi cliente no pudo entrar",
        "the patient's name was asked for",
    ),
    "the name of a person": ("her name is Ana", "se llama Ana"),
    "the age of a person": ("they took no 16 year-old", "a 17yo was turned away", "19 y/o"),
}
TAKEN = (
    "",
    "The number rings at a bakery.",
    "The manager confirmed it on the old number, 305 555 0142, on 2026-11-12 10:30.",
    "0142 answers; 555-0142 is on their site too",
    "Text HELP to 233733 works.",
    "Called on 11/12/2026 and 12/11/26.",
    "Their site shows other hours since 9 Nov 2026.",
    "Clients have to call ahead; the program says so.",
    "Closed since the flood; 24 beds moved to the other house.",
    "They take survivors of labor trafficking now.",
    "Licence 2025 names ages 12 to 17.",
    "Signed by the director, kept in folder B 12.",
    "Open 0800-1700, intake 24/7.",
)


@pytest.mark.parametrize(("what", "note"), [(what, note) for what, notes in REFUSED.items() for note in notes])
def test_a_note_that_tells_of_somebody_is_refused_with_what_it_looked_like(what: str, note: str) -> None:
    with pytest.raises(RefusedError, match=f"There seems to be {what}") as refused:
        refuse_client_details(note, known_phones=OWN)
    assert note not in str(refused.value)


@pytest.mark.parametrize("note", TAKEN)
def test_a_note_about_a_listing_is_taken(note: str) -> None:
    refuse_client_details(note, known_phones=OWN)


def test_a_number_may_be_named_only_where_it_is_the_listings() -> None:
    refuse_client_details("305 555 0142 is right", known_phones=["+13055550142"])
    with pytest.raises(RefusedError):
        refuse_client_details("305 555 0142 is right", known_phones=["+13055550143"])


def test_a_note_is_short() -> None:
    refuse_client_details("x" * LONGEST_NOTE)
    with pytest.raises(RefusedError, match="280"):
        refuse_client_details("x" * (LONGEST_NOTE + 1))


@pytest.mark.parametrize(
    "note",
    [
        "Go to www.example.org", "See example.org for beds", "Write to help at Telegram", "Come to 114 NW 3rd Street",
        "Text 741 74 now", "Use @house instead", "Call 305 555 0199 instead", "Vaya a la calle Ocho 22",
        "See \uff45vil\uff0ecom", "See ex\u200bample.org", "See example[.]org", "example (dot) org has it",
        "t.me/house",
        "Ring three oh five five five five oh one nine nine", "Llame al tres cero cinco cinco cinco cinco cero uno",
    ],
)  # fmt: skip
def test_a_note_to_everybody_sends_nobody_elsewhere(note: str) -> None:
    with pytest.raises(RefusedError, match="in the note"):
        refuse_other_ways(note, known_phones=["+13055550142"])


@pytest.mark.parametrize(
    "note",
    [
        "No beds in June.", "Ring twice.", "Call 305 555 0142 first.", "Intake 9 a.m. to 5 p.m. only.",
        "Closed until 2026-12-04.", "Ask for the person on duty, 2 rooms are left.",
        "Two or three beds, one or two nights.", "Open at nine, closed at five, e.g. on weekdays.",
        "Dr. A. on duty at 9 a.m.",
    ],
)  # fmt: skip
def test_an_ordinary_note_to_everybody_stands(note: str) -> None:
    refuse_other_ways(note, known_phones=["+13055550142"])


@pytest.mark.parametrize(
    "text",
    [
        "Beds. Call 305 555 0199.", "Beds, 3055550199", "See www.evil.example.com", "Write to us at evil.example.org",
        "https://safe.example.org.evil.com/", "Ask @other on Telegram", "Text 741 74",
        "safe.example.org@evil.com has beds",
    ],
)  # fmt: skip
def test_words_that_send_people_to_what_is_new_are_seen(text: str) -> None:
    before = "Beds. Ask @house on Telegram, day and night."
    assert names_another_way(text, before=before, known_phones=["+13055550142"], known_sites=["safe.example.org"])


@pytest.mark.parametrize(
    "text",
    [
        "Beds and meals for 40 women.", "Ring 305 555 0142 first.", "Read https://www.safe.example.org/beds first.",
        "More beds, at 12 Bay Street. Ask @house on Telegram, day and night.", "Open 9-5, since 2026-10-01.",
    ],
)  # fmt: skip
def test_words_may_name_what_stands_and_what_they_named_before(text: str) -> None:
    before = "Beds. Ask @house on Telegram, day and night."
    known = ["safe.example.org"]
    assert not names_another_way(text, before=before, known_phones=["+13055550142"], known_sites=known)
