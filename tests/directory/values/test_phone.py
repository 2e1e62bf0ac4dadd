import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.errors import DirectoryError
from directory.values.phone import (
    PhoneNumber,
    grouped,
    is_practice_number,
    is_premium_rate,
    is_toll_free,
    parse_phone,
)


@pytest.mark.parametrize(
    ("written", "number", "ext"),
    [
        ("305-531-5341 x105", "+13055315341", "105"),
        ("305-891-8850 xOPT2", "+13058918850", "OPT2"),
        ("305-891-8850 option 2", "+13058918850", "OPT2"),
        ("305-891-8850, press 3", "+13058918850", "OPT3"),
        ("(305) 555-0142 ext. 12", "+13055550142", "12"),
        ("305.531.5341 extension 0070", "+13055315341", "0070"),
        ("514 555-0113, poste 22", "+15145550113", "22"),
        ("305 531 5341 #7", "+13055315341", "7"),
        ("1-888-373-7888", "+18883737888", None),
        ("888-373-7888", "+18883737888", None),
        ("+1 416 555 0100", "+14165550100", None),
        ("305\u2011531\u20135341", "+13055315341", None),
        ("\u202d305-531-5341\u202c", "+13055315341", None),
        ("305/531-5341", "+13055315341", None),
        ("1-800-96-ABUSE", "+18009622873", None),
        ("1-800-ABUSE96", "+18002287396", None),
        ("1-800-4-A-CHILD", "+18004224453", None),
        ("1-866-ENDABUSE", "+18663632287", None),
        ("617-482-stop", "+16174827867", None),
        ("1-800-FLA-AIDS", "+18003522437", None),
        ("(202) 727-4TAX", "+12027274829", None),
        ("202-797-8806 xt 2109", "+12027978806", "2109"),
        ("+44 20 7946 0018", "+442079460018", None),
        ("011 44 20 7946 0018", "+442079460018", None),
        ("+1 802 872 6199", "+18028726199", None),
    ],
)
def test_a_number_is_read_with_its_extension(written: str, number: str, ext: str | None) -> None:
    assert parse_phone(written) == PhoneNumber(number, ext, "voice")


@pytest.mark.parametrize(
    ("written", "number", "kind"),
    [
        ("988", "988", "voice"),
        ("9-8-8", "988", "voice"),
        ("211", "211", "voice"),
        ("911", "911", "voice"),
        ("711", "711", "tty"),
        ("233733", "233733", "text"),
        ("741-741", "741741", "text"),
        ("85511", "85511", "text"),
    ],
)
def test_short_codes_stay_digits(written: str, number: str, kind: str) -> None:
    assert parse_phone(written) == PhoneNumber(number, None, kind)  # type: ignore[arg-type]


def test_the_kind_that_a_source_states_wins() -> None:
    assert parse_phone("233733", kind="voice").kind == "voice"
    assert parse_phone("1-888-822-0350", kind="tty") == PhoneNumber("+18888220350", None, "tty")


def test_a_number_of_another_country_is_read_as_people_write_it_there() -> None:
    assert parse_phone("020 7946 0018", country="GB").number == "+442079460018"
    assert parse_phone("416-555-0100", country="CA").number == "+14165550100"


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "555-0142",
        "305-531-534",
        "305-531-53411",
        "305-555-0142 305-555-0143",
        "911 988",
        "305 CALL NOW",
        "800 NUMBERS",
        "2345",
        "CALL NOW",
        "Confidential",
        "800-962-2873 TTY",
        "305-5*1-5341",
        "123-456-7890",
        "000000",
        "x105",
        "BeFree",
        "٣٠٥",
        "1-800-",
        "+",
        "3" * 65,
    ],
)
def test_what_is_not_one_number_is_refused_without_being_repeated(written: str) -> None:
    with pytest.raises(DirectoryError) as refusal:
        parse_phone(written)
    assert not written.strip() or written not in str(refusal.value)


def test_practice_numbers_are_accepted_and_known() -> None:
    # No subscriber can have an area code that starts with 5 twice more; only invented people do.
    invented = parse_phone("(555) 555-0142")
    assert invented.number == "+15555550142"
    assert is_practice_number(invented.number)
    assert is_practice_number("+13055550199")
    assert not is_practice_number("+13055550200")
    assert not is_practice_number("+13055531234")
    assert not is_practice_number("988")


def test_toll_free_and_premium_rate_numbers_are_known() -> None:
    assert is_toll_free("+18883737888")
    assert not is_toll_free("+13055315341")
    assert not is_toll_free("988")
    assert is_premium_rate("+19005550142")
    assert is_premium_rate("+449098790000")
    assert not is_premium_rate("+18883737888")
    assert not is_premium_rate("988")
    assert not is_premium_rate("+0")


@pytest.mark.parametrize(
    ("number", "read_as"),
    [
        ("+13055550142", "305 555 0142"),
        ("+14165550100", "416 555 0100"),
        ("+18883737888", "1 888 373 7888"),
        ("+18339001010", "1 833 900 1010"),
        ("988", "988"),
        ("233733", "233733"),
        ("+442079460018", "+44 20 7946 0018"),
        ("+525555551234", "+52 55 5555 1234"),
        ("+810312345678", "+81 3 1234 5678"),
    ],
)
def test_numbers_are_grouped_for_reading_aloud(number: str, read_as: str) -> None:
    assert grouped(number) == read_as


@given(st.text(max_size=70))
def test_any_text_gives_a_number_or_a_safe_refusal(text: str) -> None:
    try:
        phone = parse_phone(text)
    except DirectoryError:
        return
    assert parse_phone(phone.number, kind=phone.kind).number == phone.number


@given(st.from_regex(r"\+1[2-9][0-9]{2}55501[0-9]{2}", fullmatch=True))
def test_what_is_grouped_can_be_dialled_again(number: str) -> None:
    assert parse_phone(grouped(number)).number == number
