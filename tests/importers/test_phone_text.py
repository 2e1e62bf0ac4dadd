"""The text of a phone cell: every number is found, what is said about it is kept, and nothing is guessed or lost."""

import pytest

from importers.phone_text import PhoneText, read_phone_text


def _read(cell: str, country: str = "US") -> PhoneText:
    return read_phone_text(cell, country=country, aliases={"Creole": "ht"})


def _numbers(cell: str, country: str = "US") -> list[str]:
    return [f"{line.number}x{line.ext}" if line.ext else line.number for line in _read(cell, country).lines]


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("305-531-5341; 305-891-8850 x2", ["+13055315341", "+13058918850x2"]),
        ("305-531-5341/305-891-8850", ["+13055315341", "+13058918850"]),
        ("305-531-5341 or 988", ["+13055315341", "988"]),
        ("305-531-5341 305-891-8850", ["+13055315341", "+13058918850"]),
        ("(305)555-0142(305)555-0143", ["+13055550142", "+13055550143"]),
        ("305/531-5341", ["+13055315341"]),
        ("305-531-5341, x5, 988", ["+13055315341x5", "988"]),
        ("305-531-5341\n305-531-5341", ["+13055315341"]),
        ("305-531-5341, ext 5; 211", ["+13055315341x5", "211"]),
        ("911/988", ["911", "988"]),
        ("305-531-5341 x105 or 106", ["+13055315341x105", "+13055315341x106"]),
        ("305-555-0142 (ext 333)", ["+13055550142x333"]),
        ("1 888 373 7888 1 833 900 1010", ["+18883737888", "+18339001010"]),
        ("(1-800-555-0142)", ["+18005550142"]),
        ("305-555-0142-fax", ["+13055550142"]),
        ("", []),
    ],
)
def test_a_cell_with_several_numbers_is_split(cell: str, numbers: list[str]) -> None:
    assert _numbers(cell) == numbers
    assert _read(cell).unread == ()


@pytest.mark.parametrize(
    ("cell", "kinds"),
    [
        ("Fax: 305-555-0142", ["fax"]),
        ("305-555-0142 (fax)", ["fax"]),
        ("Phone 305-555-0142 Fax 305-555-0143", [None, "fax"]),
        ("305-555-0142 voice 305-555-0143 fax", ["voice", "fax"]),
        ("(P) 305-555-0142 (F) 305-555-0143", ["voice", "fax"]),
        ("Tel. 305-555-0142 Fax. 305-555-0143", ["voice", "fax"]),
        ("305-555-0142; 305-555-0143 (fax); 305-555-0144 (TTY)", [None, "fax", "tty"]),
        ("Fax: 305-555-0142 or 305-555-0143", ["fax", "fax"]),
        ("Fax: 305-555-0142; 305-555-0143", ["fax", None]),
        ("TTY/TDD 305-555-0142", ["tty"]),
        ("Video phone 305-555-0142", ["tty"]),
        ("TTY 711", ["tty"]),
        ("711 (relay)", ["tty"]),
        ("Florida Relay 711", ["tty"]),
        ("1-888-373-7888 (TTY: 711)", [None, "tty"]),
        ("V/TTY 305-555-0142", ["voice", "tty"]),
        ("Call or text 988", ["voice", "text"]),
        ("305-555-0142 call/text/WhatsApp", ["voice", "text", "whatsapp"]),
        ("WhatsApp +52 55 5555 1234", ["whatsapp"]),
        ("305-555-0142 M-F 9-5", [None]),
        ("Confidential voice mail 305-555-0142", [None]),
    ],
)
def test_words_beside_a_number_say_what_kind_of_line_it_is(cell: str, kinds: list[str | None]) -> None:
    # "Phone" and "voice" may be said or left out; both are a voice line.
    said = [line.kind or "voice" for line in _read(cell).lines]
    assert said == [kind or "voice" for kind in kinds]
    assert _read(cell).unread == ()


@pytest.mark.parametrize(
    ("cell", "description"),
    [
        ("305-891-8850 xOPT2; hotline 24h", "hotline 24h"),
        ("305-555-0142 (M-F 9am-5pm)", "M-F 9am-5pm"),
        ("Main: 305-555-0142", "Main"),
        ("24/7 305-555-0142", "24/7"),
        ("305-555-0142 ext 5 option 2", "option 2"),
        ("(800) 572-1092 IL only", "IL only"),
        ("988 (Suicide & Crisis Lifeline)", "Suicide & Crisis Lifeline"),
        ("Línea de crisis 305-555-0142 las 24 horas", "Línea de crisis, las 24 horas"),
    ],
)
def test_words_about_a_line_and_its_hours_are_kept(cell: str, description: str) -> None:
    read = _read(cell)
    assert [line.description for line in read.lines] == [description]
    assert "phone-words-kept" in read.rules
    assert read.unread == ()


@pytest.mark.parametrize(
    ("cell", "left"),
    [
        ("305-555-0142 (123 Main St)", "123 Main St"),
        ("305-555-0142, 12 Main", "12 Main"),
        ("305-555-0142 and ask for Ana", "ask for Ana"),
        ("Brandywine House 305-555-0142", "Brandywine House"),
        ("305-555-0142 12-14 Center", "12-14 Center"),
    ],
)
def test_words_that_may_be_a_street_or_a_name_are_never_kept(cell: str, left: str) -> None:
    read = _read(cell)
    assert [(line.number, line.description) for line in read.lines] == [("+13055550142", "")]
    assert [(part.text, part.rule) for part in read.unread] == [(left, "phone-words-not-understood")]


@pytest.mark.parametrize(
    ("cell", "number", "keyword", "also"),
    [
        ("Text HOME to 741741", "741741", "HOME", ""),
        ('Text "HELLO" to 741-741', "741741", "HELLO", ""),
        ("text the word SAFE to 741 741", "741741", "SAFE", ""),
        ("Text INFO or HELP to 233733", "233733", "INFO", "or HELP"),
        ("SMS: 233733 (HELP or INFO)", "233733", "HELP", "or INFO"),
        ("741741 (text HOME)", "741741", "HOME", ""),
        ("Envia AYUDA al 741741", "741741", "AYUDA", ""),
        ("Envíe la palabra «AYUDA» al 741741", "741741", "AYUDA", ""),
        ("Text BeFree (233733)", "233733", "", ""),
        ("text BeFree = 233733", "233733", "", ""),
        ("Text your ZIP code to 898-211", "898211", "", "Text your ZIP code"),
        ("text 'SAFE' to 305-555-0142", "+13055550142", "SAFE", ""),
    ],
)
def test_what_to_text_and_where_are_told_apart(cell: str, number: str, keyword: str, also: str) -> None:
    read = _read(cell)
    assert [(line.number, line.kind, line.keyword, line.description) for line in read.lines] == [
        (number, "text", keyword, also)
    ]
    assert read.unread == ()


def test_a_call_and_a_text_in_one_sentence_are_two_lines() -> None:
    read = _read("Call 988 or text HOME to 741741")
    assert [(line.number, line.kind or "voice", line.keyword) for line in read.lines] == [
        ("988", "voice", ""),
        ("741741", "text", "HOME"),
    ]


def test_a_code_that_the_register_does_not_know_counts_where_people_are_told_to_text_it() -> None:
    assert _numbers("45645", "CA") == []
    read = _read("Text 45645", "CA")
    assert [(line.number, line.kind) for line in read.lines] == [("45645", "text")]
    assert read.rules == ("text-code-not-registered",)
    assert _numbers("Envía HOLA al 30300", "MX") == ["30300"]
    # No code of the United States begins with 1.
    assert _numbers("Text HELP to 12345") == []


@pytest.mark.parametrize(
    ("code", "country", "is_one"),
    [
        ("988", "US", True),
        ("988", "CA", True),
        ("988", "GB", False),
        ("211", "US", True),
        ("211", "MX", False),
        ("711", "CA", True),
        ("911", "MX", True),
        ("116123", "GB", True),
        ("116 123", "GB", True),
        ("110", "GT", True),
        ("274", "US", False),
    ],
)
def test_short_codes_hold_in_their_own_country(code: str, country: str, is_one: bool) -> None:
    assert _numbers(code, country) == ([code.replace(" ", "")] if is_one else [])


def test_five_or_six_digits_are_a_code_only_where_something_speaks_of_texts() -> None:
    for cell in ("33130", "741741", "305-555", "(305) 555", "305 555"):
        assert _read(cell).lines == ()
        assert [part.text for part in _read(cell).unread] == [cell]
    assert _numbers("233733 (texts)") == ["233733"]
    told = read_phone_text("741-741", country="US", aliases={}, takes_texts=True)
    assert [(line.number, line.kind) for line in told.lines] == [("741741", "text")]


@pytest.mark.parametrize("cell", ["suite 211", "211 Main St", "room 988", "911 988", "#211", "*988", "x211"])
def test_three_digits_are_no_line_where_nothing_says_so(cell: str) -> None:
    assert _read(cell).lines == ()
    assert [part.text for part in _read(cell).unread] == [cell]


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("1-800-FLA-AIDS (352-2437) Spanish: 1-800-545-SIDA", ["+18003522437", "+18005457432"]),
        ("1-800-273-TALK (8255)", ["+18002738255"]),
        ("844-RIGHTS-9 (844-744-4879)", ["+18447444879"]),
        ("1-800-LAW-REP-4 (1-800-529-7374)", ["+18005297374"]),
        ("1-800-656-4673 (HOPE)", ["+18006564673"]),
        ("617-482-STOP", ["+16174827867"]),
        ("(202) 727-4TAX", ["+12027274829"]),
        ("1-800-4-A-CHILD (422-4453)", ["+18004224453"]),
        ("1 800 FLA AIDS", ["+18003522437"]),
    ],
)
def test_letters_become_digits(cell: str, numbers: list[str]) -> None:
    assert _numbers(cell) == numbers
    assert _read(cell).unread == ()


def test_letters_that_differ_from_the_digits_beside_them_are_asked_about() -> None:
    read = _read("1-800-273-TALK (8254); 211")
    assert [line.number for line in read.lines] == ["211"]
    assert [(part.text, part.rule) for part in read.unread] == [("1-800-273-TALK (8254)", "phone-letters-differ")]


@pytest.mark.parametrize(
    ("cell", "numbers", "rule"),
    [
        ("305-555-0101/0102", ["+13055550101", "+13055550102"], "phone-shared-prefix"),
        ("305 555 0142 or 0143", ["+13055550142", "+13055550143"], "phone-shared-prefix"),
        ("305-555-0101 or 555-0102", ["+13055550101", "+13055550102"], "phone-shared-area-code"),
        ("305-555-0101, 555-0102", ["+13055550101", "+13055550102"], "phone-shared-area-code"),
        ("Office 305-555-0101; hotline 555-0102", ["+13055550101", "+13055550102"], "phone-shared-area-code"),
        ("305-555-0101 or -0102", ["+13055550101", "+13055550102"], "phone-shared-prefix"),
        ("305/555/0101; 305/555/0102", ["+13055550101", "+13055550102"], "several-phones-split"),
        # It may as well be an extension.
        ("305-555-0101/2345", ["+13055550101"], "phone-digits-left-over"),
        ("305-555-0101/02", ["+13055550101"], "phone-digits-left-over"),
        # The second may be anybody's in town.
        ("800-555-0101 or 555-0102", ["+18005550101"], "phone-without-area-code"),
        ("555-0101, 305-555-0102", ["+13055550102"], "phone-without-area-code"),
        ("555-0142", [], "phone-without-area-code"),
        ("555-0142 (local), 1-800-555-0199", ["+18005550199"], "phone-without-area-code"),
    ],
)
def test_what_two_numbers_share_is_filled_in_only_where_it_is_sure(cell: str, numbers: list[str], rule: str) -> None:
    assert _numbers(cell) == numbers
    assert rule in _read(cell).rules


@pytest.mark.parametrize(
    "cell",
    [
        "(202) 727-442-6100",
        "9202) 478-5738",
        "(2301) 562-1921",
        "33-762-4997",
        "+305-555-0142",
        "000-000-*347",
        "305-531-53411",
        "(202) 123-4567",
        "0101-555-305",
        "+49 30 1234 5678 90 12 34",
        "Confidential",
        "305-555-*347",
    ],
)
def test_wrong_digits_are_never_mended(cell: str) -> None:
    read = _read(cell)
    assert read.lines == ()
    assert [(part.text, part.rule) for part in read.unread] == [(cell, "phone-not-readable")]


def test_a_number_that_costs_money_is_asked_about() -> None:
    read = _read("1-900-740-5000")
    assert read.lines == ()
    assert read.rules == ("phone-premium-rate",)


@pytest.mark.parametrize("cell", ["none", "N/A", "n/a", "NOT AVAILABLE", "no phone", "-", "Ninguno"])
def test_that_there_is_no_phone_is_an_answer(cell: str) -> None:
    assert _read(cell) == PhoneText((), ("no-phone-stated",), ())


@pytest.mark.parametrize(
    ("cell", "country", "numbers"),
    [
        ("020 7946 0018 / 020 7946 0019", "GB", ["+442079460018", "+442079460019"]),
        ("0800 1111 (24h)", "GB", ["+448001111"]),
        ("+44 (0)20 7946 0018 24/7", "US", ["+442079460018"]),
        ("(55) 5555-1234 y 55 5555 4321", "MX", ["+525555551234", "+525555554321"]),
        ("+52 1 55 5555 1234", "US", ["+525555551234"]),
        ("01 800 911 2511", "MX", ["+528009112511"]),
        ("011 44 20 7946 0018", "US", ["+442079460018"]),
    ],
)
def test_numbers_of_other_countries_are_read(cell: str, country: str, numbers: list[str]) -> None:
    assert _numbers(cell, country) == numbers
    assert all(line.description in ("", "24h", "24/7") for line in _read(cell, country).lines)


def test_a_line_for_one_language_says_so() -> None:
    read = _read("Spanish: 305-555-0142, Creole: 305-555-0143, En Français 305-555-0144")
    assert [line.languages for line in read.lines] == [("es",), ("ht",), ("fr",)]
