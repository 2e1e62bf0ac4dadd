"""Phone numbers as cells have them."""

import pytest

from importers.phone_cells import PhonesRead, read_phones


def _read(*rows: dict[str, str]) -> PhonesRead:
    return read_phones(rows, country="US", aliases={"Creole": "ht"})


@pytest.mark.parametrize(
    ("cell", "number", "ext"),
    [
        ("305-531-5341 x105", "+13055315341", "105"),
        ("305-891-8850 xOPT2", "+13058918850", "OPT2"),
        ("(305) 555-0142 ext. 007", "+13055550142", "007"),
        ("988", "988", ""),
        ("305-555-0142", "+13055550142", ""),
    ],
)
def test_an_extension_is_taken_from_behind_the_number(cell: str, number: str, ext: str) -> None:
    read = _read({"number": cell})
    slot, line = read.lines[0]
    assert (slot, line.number, line.ext) == ("voice", number, ext)
    assert ("extension-split" in read.rules) == bool(ext)


def test_an_extension_of_its_own_column_is_no_repair() -> None:
    read = _read({"number": "305-555-0142", "extension": "007"})
    assert read.lines[0][1].ext == "007"
    assert read.rules == ()


def test_several_numbers_in_a_cell_become_several_lines() -> None:
    read = _read({"number": "305-555-0142; 305-555-0143"})
    assert [(slot, line.number) for slot, line in read.lines] == [
        ("voice", "+13055550142"),
        ("voice-2", "+13055550143"),
    ]
    assert "several-phones-split" in read.rules


def test_each_kind_has_slots_of_its_own() -> None:
    rows = [
        {"number": f"305-555-01{end}", "type": kind}
        for end, kind in ((42, "Main"), (43, "Fax"), (44, "TTY/TDD"), (45, ""))
    ]
    assert [slot for slot, _ in _read(*rows).lines] == ["voice", "fax", "tty", "voice-2"]


@pytest.mark.parametrize(
    ("cell", "number", "kind"), [("000-000-0211", "211", "voice"), ("000-074-1741", "741741", "text")]
)
def test_a_short_code_that_was_filled_up_with_zeros_is_freed(cell: str, number: str, kind: str) -> None:
    read = _read({"number": cell})
    assert (read.lines[0][1].number, read.lines[0][1].kind) == (number, kind)
    assert "short-code-unpadded" in read.rules


def test_the_same_line_twice_is_one() -> None:
    assert len(_read({"number": "305-555-0142"}, {"number": "(305) 555 0142"}).lines) == 1


def test_what_cannot_be_dialled_is_kept_out_and_asked_about() -> None:
    read = _read({"number": "305-555-*347"}, {"number": ""}, {"number": "call the office"})
    assert read.lines == ()
    assert read.unparsed == ("305-555-*347", "call the office")
    assert read.rules == ("phone-not-readable",)


def test_a_line_keeps_its_languages_and_its_words() -> None:
    read = _read(
        {
            "number": "305-555-0142",
            "department": "Intake",
            "description": "after 5 pm",
            "language": "Spanish, Creole, ?",
        }
    )
    line = read.lines[0][1]
    assert (line.description, line.languages) == ("Intake, after 5 pm", ["es", "ht"])


def test_a_description_names_the_kind_and_the_extension_where_nothing_else_does() -> None:
    read = _read(
        {"number": "305-555-0142", "description": "TTY/TDD Number"},
        {"number": "305-555-0143", "description": "Intake Number ext. 3509"},
        {"number": "305-555-0144", "type": "voice", "description": "Fax requests are answered here"},
    )
    assert [(slot, line.number, line.ext) for slot, line in read.lines] == [
        ("tty", "+13055550142", ""),
        ("voice", "+13055550143", "3509"),
        ("voice-2", "+13055550144", ""),
    ]
    assert read.rules == ("phone-kind-from-description", "extension-from-description")


def test_an_extension_column_may_say_that_it_is_one() -> None:
    read = _read({"number": "305-555-0142", "extension": "Ext. 12"})
    assert read.lines[0][1].ext == "12"
    assert read.rules == ("extension-tidied",)


def test_a_number_for_voice_and_for_tty_is_a_line_of_each() -> None:
    read = _read({"number": "305-555-0142", "type": "Voice/TTY"})
    assert [(slot, line.number) for slot, line in read.lines] == [("voice", "+13055550142"), ("tty", "+13055550142")]


def test_what_to_text_stands_on_the_line() -> None:
    read = _read({"number": "Text HOME to 741741; hotline 24h"})
    slot, line = read.lines[0]
    assert (slot, line.number, line.keyword, line.description) == ("text", "741741", "HOME", "hotline 24h")


def test_every_part_that_is_asked_about_has_its_reason() -> None:
    read = _read({"number": "555-0142"}, {"number": "305-555-0142 ask for Ana"}, {"number": "1-900-740-5000"})
    assert list(zip(read.unparsed, read.reasons, strict=True)) == [
        ("555-0142", "phone-without-area-code"),
        ("ask for Ana", "phone-words-not-understood"),
        ("1-900-740-5000", "phone-premium-rate"),
    ]


def test_a_code_for_texts_is_known_by_the_kind_of_its_row() -> None:
    assert _read({"number": "741741", "type": "Text"}).lines[0][1].kind == "text"
    assert _read({"number": "741741"}).lines == ()
