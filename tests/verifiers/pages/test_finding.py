"""What is found on a page, and that finding it costs its length."""

import pytest

from tests.effort import effort
from tests.verifiers import pages_of as pages
from verifiers.pages.finding import page_of
from verifiers.pages.naming import says
from verifiers.pages.numbers import has_short_code, mark, numbers_in, place_before
from verifiers.pages.shapes import Body, Page
from verifiers.pages.signs import signs

_URL = "https://quietharbor.example.org/"


def _page(body: bytes, *, content_type: str = "text/html", url: str = _URL, **about: str) -> Page:
    return page_of(Body(body, url, content_type, **about))


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("(305) 555-0142", "+13055550142"), ("305.555.0142", "+13055550142"), ("305-555-0142", "+13055550142"),
        ("+1 305 555 0142", "+13055550142"), ("1-305-555-0142", "+13055550142"), ("305/555-0142", "+13055550142"),
        ("305\u2011555\u20110142", "+13055550142"), ("1-800-799-SAFE", "+18007997233"),
        ("+44 20 7946 0018", "+442079460018"), ("305-555-0142 x12", "+13055550142"),
    ],
)  # fmt: skip
def test_a_number_is_read_however_it_is_written(written: str, number: str) -> None:
    assert [found for found, _ in numbers_in(f"Our line: {written}, every day.", "US")] == [number]


@pytest.mark.parametrize(
    "text",
    ["EIN 59-1234567", "order 13055550142999", "2024-2025", "$305,555.01", "33130-1234", "No. 305", "v3.055.550142"],
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert list(numbers_in(text, "US")) == []


def test_two_numbers_beside_each_other_are_two() -> None:
    found = [number for number, _ in numbers_in("305-555-0142 / 305-555-0143, 786-555-0144", "US")]
    assert found == ["+13055550142", "+13055550143", "+17865550144"]


@pytest.mark.parametrize("text", ["Text 233733.", "233733", "(233733)", "SMS: 233733, free"])
def test_a_short_code_stands_by_itself(text: str) -> None:
    assert has_short_code(text, "233733")


@pytest.mark.parametrize("text", ["1,233733", "$233733", "2337331", "12-233733", "233733/7", "233733.50"])
def test_a_part_of_something_longer_is_no_short_code(text: str) -> None:
    assert not has_short_code(text, "233733")


def test_the_place_of_a_number_is_the_words_before_it_without_other_numbers() -> None:
    text = "Please call our helpline at 305-555-0142 or 305-555-0143"
    assert place_before(text, text.index("305-555-0142")) == "our helpline at"
    assert place_before(text, text.index("305-555-0143")) == "helpline at or"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Quiet Harbor Project, Inc.", "welcome to the quiet harbor project today"),
        ("The Quiet Harbor Project (QHP)", "quiet harbor project"),
        ("Proyecto Niñez", "proyecto ninez"),
        ("K'iche' House", "kiche house"),
    ],
)
def test_a_name_is_found_as_people_write_it(name: str, text: str) -> None:
    assert says(name, text, "")


@pytest.mark.parametrize(
    ("name", "text"),
    [("Quiet Harbor Project", "quiet harbors projects"), ("", "anything"), ("Inc.", "nothing"), ("Art", "start party")],
)
def test_a_name_that_is_not_there_is_not_found(name: str, text: str) -> None:
    assert not says(name, text, "")


def test_the_telling_words_of_a_name_are_enough_in_a_title_alone() -> None:
    assert says("Quiet Harbor Services for Families", "", "harbor of quiet families services")
    assert not says("Quiet Harbor Services for Families", "harbor quiet families", "")


def test_a_page_for_contact_is_on_the_same_host() -> None:
    links = (
        '<a href="https://other.example.org/contact">Contact</a><a href="/about">About</a><a href="hilfe">Kontakt</a>'
    )
    assert _page(pages.own(more=links)).contact == f"{_URL}hilfe"
    assert _page(pages.own(more='<a href="https://other.example.org/c">Contact</a>')).contact == ""
    nowhere = '<a href="javascript:x()">Contact</a><a href="mailto:a@example.org">Contact</a>'
    assert _page(pages.own(more=nowhere)).contact == ""


@pytest.mark.parametrize("delay", ["0", "5", "0.5", " 3 "])
def test_a_page_that_sends_on_at_once_leads_elsewhere(delay: str) -> None:
    head = f'<META HTTP-EQUIV="Refresh" CONTENT="{delay}; URL=\'https://b.test/x\'">'
    assert _page(pages.own(head=head)).leads_to == "https://b.test/x"


@pytest.mark.parametrize("content", ["60; url=https://b.test/", "30", "0", "x; url=/", "0; url=javascript:1"])
def test_a_page_that_reloads_or_waits_leads_nowhere(content: str) -> None:
    assert _page(pages.own(head=f'<meta http-equiv="refresh" content="{content}">')).leads_to == ""


def test_a_wall_is_known_and_a_form_with_a_captcha_is_none() -> None:
    assert _page(pages.MOMENT).is_challenge
    assert _page(pages.CAPTCHA).is_challenge
    form = '<form><div class="h-captcha"></div></form><script src="https://js.hcaptcha.com/1/api.js"></script>'
    assert not _page(pages.own(more=form), organization=pages.ORGANIZATION).is_challenge


def test_letters_are_read_as_they_were_meant() -> None:
    assert _page(pages.EN_ESPANOL, content_type="text/html", service="Proyecto Niñez").says_service
    in_sixteen_bits = "<title>Proyecto Niñez</title>".encode("utf-16")
    assert _page(in_sixteen_bits, service="Proyecto Niñez").says_service
    lying = "<meta charset=utf-8><title>Proyecto Niñez</title>".encode("cp1252")
    assert not _page(lying, service="Proyecto Niñez").says_service
    for odd in ("rot13", "zip", "hex", "unicode_escape", "idna", "no-such-letters"):
        assert _page(
            f"<meta charset={odd}><title>Proyecto Niñez</title>".encode(), service="Proyecto Niñez"
        ).says_service


@pytest.mark.parametrize("body", [pages.PDF, b"PK\x03\x04abc", b"\x89PNG\r\n", b"GIF89a"])
def test_a_file_is_no_page_whatever_it_is_called(body: bytes) -> None:
    assert _page(body).kind == "file"


def test_the_same_words_have_the_same_sketch_and_others_another() -> None:
    first, again, other = (_page(body).sketch for body in (pages.HOME, pages.HOME, pages.GARDENS))
    assert first == again
    assert len(set(first) & set(other)) <= 2


@pytest.mark.parametrize("kind", ["not_found", "parked", "challenge", "stranger", "contact"])
def test_no_sign_is_without_letters(kind: str) -> None:
    phrases = list(getattr(signs(), kind))
    assert all(phrases)
    assert len(set(phrases)) == len(phrases)


_KIB32 = 32 * 1024
_ADVERSARIAL = [
    "305-" * _KIB32, "3" * _KIB32, "(305) " * _KIB32, "305 555 " * _KIB32, "+1" * _KIB32, "+1 (" * _KIB32,
    "305-555-014" * _KIB32, "8" + " " * _KIB32, "800-" + "A" * _KIB32, "0 0" * _KIB32, "+" + "1 -" * _KIB32,
    "1-800-AAAA" * _KIB32, "305\u2011" * _KIB32, "(((" * _KIB32, "tel" * _KIB32, "233733" * _KIB32, "é" * _KIB32,
]  # fmt: skip


@pytest.mark.parametrize("index", range(len(_ADVERSARIAL)))
def test_looking_for_numbers_costs_the_length_of_the_text(index: int) -> None:
    """Sixteen times the text may cost sixteen times as much, with room for a busy machine; a square would be 256."""
    text = _ADVERSARIAL[index]

    def seconds(length: int) -> float:
        best = 9.0
        for _ in range(3):
            with effort() as spent:
                list(numbers_in(text[:length], "US"))
                has_short_code(text[:length], "233733")
            best = min(best, spent.seconds)
        return best

    small, large = seconds(2 * 1024), seconds(_KIB32)
    assert large < 64 * max(small, 0.0005)
    # Phone by phone the library is asked, at most four hundred times; the rest is the patterns.
    assert large < 0.25


def test_digests_of_numbers_and_places_are_short() -> None:
    assert len(mark("+13055550142")) == 8
    assert mark("a") != mark("b")
