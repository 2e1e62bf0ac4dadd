"""Reading forms: what browsers send in good faith passes, what no page of ours sends does not."""

import pytest
from litestar.exceptions import ClientException, HTTPException

from web.forms import Form, read_form

FIELDS = frozenset({"a", "k", "w"})
URLENCODED = "application/x-www-form-urlencoded"


def _read(body: bytes) -> Form:
    return read_form(body, URLENCODED, fields=FIELDS)


def test_one_tick_of_several_is_a_list_of_one() -> None:
    assert _read(b"w=women").all("w") == ("women",)


def test_ticks_keep_their_order_and_come_once() -> None:
    assert _read(b"w=women&w=&w=deaf&w=women").all("w") == ("women", "deaf")


def test_a_pressed_button_wins_over_a_hidden_field() -> None:
    assert _read(b"a=33130&a=Miami%2C+FL").one("a") == "Miami, FL"


def test_an_empty_number_is_none() -> None:
    assert _read(b"k=").number("k") is None
    assert _read(b"").number("k") is None
    assert _read(b"k=-5").number("k") is None
    assert _read(b"k=60").number("k") == 60


def test_letters_of_every_language_arrive() -> None:
    assert _read(b"a=Canc%C3%BAn").one("a") == "Cancún"


def test_control_characters_become_blanks() -> None:
    assert _read(b"a=Mia%00mi%0d%0a").one("a") == "Mia mi"


def test_a_charset_may_stand_behind_the_kind() -> None:
    assert read_form(b"a=1", f"{URLENCODED}; charset=UTF-8", fields=FIELDS).one("a") == "1"


@pytest.mark.parametrize("body", [b"email=1", b"a", b"a=%ff", b"a=\xff", b"a=" + b"x" * 201, b"&".join([b"w=1"] * 201)])
def test_what_no_page_sends_is_refused(body: bytes) -> None:
    with pytest.raises(ClientException):
        _read(body)


@pytest.mark.parametrize("kind", ["", "multipart/form-data; boundary=x", "application/json", "text/plain"])
def test_other_kinds_of_bodies_are_refused(kind: str) -> None:
    with pytest.raises(HTTPException) as refused:
        read_form(b"a=1", kind, fields=FIELDS)
    assert refused.value.status_code == 415
