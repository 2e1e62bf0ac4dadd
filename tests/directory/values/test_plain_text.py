import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.values.plain_text import folded, one_line, plain
from tests.effort import effort


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<p>Beds for <b>women</b></p><p>Call first</p>", "Beds for women\n\nCall first"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("Ages &lt; 18 &amp; over", "Ages < 18 & over"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),
        ("a<script>alert('x > y')</script>b", "ab"),
        ("a<SCRIPT src=x>alert(1)</ScRiPt >b<style>p{}</style>c", "abc"),
        ("<script>never ends", "never ends"),
        ("<scr<script>ipt>x", "x"),
        ("<" * 9 + "b>" * 9, "b>b>b>b>b>"),
        ("<a title=\"x>y\" href='z>'>link</a>", "link"),
        ("a<!-- <b>hidden</b> -->b", "ab"),
        ("a<!-- never ends", "a<!-- never ends"),
        ("<svg/onload=alert(1)>", ""),
        ("<img src=x onerror=alert(1)", "<img src=x onerror=alert(1)"),
        ("age <18 or > 65; a < b", "age <18 or > 65; a < b"),
        ("Write <intake@example.org> or <https://example.org/a>", "Write intake@example.org or https://example.org/a"),
        ("English\\n\\nSpanish", "English\n\nSpanish"),
        ("a\r\n\r\n\r\n\r\nb\u2028c", "a\n\nb\nc"),
        ("  a \t\u00a0 b  \n  c ", "a b\nc"),
        ("e\u0301", "é"),
        ("a\x00b\x1b[31m\u202egnp\u200b\ufeffx\u00ad", "ab[31mgnpx"),
        ("a&#x202e;b&#0;c&#8203;d", "ab\ufffdcd"),
        ("AT&T, R&D; ?a=1&copy=2", "AT&T, R&D; ?a=1&copy=2"),
        ("&#" + "9" * 5_000 + ";", "&#" + "9" * 5_000 + ";"),
        ("\ud800x", "x"),
        ("Mbɔte 你好 नमस्ते", "Mbɔte 你好 नमस्ते"),
    ],
)
def test_imported_text_becomes_plain(written: str, read: str) -> None:
    assert plain(written, 10_000) == read


def test_a_long_text_is_cut_after_a_word() -> None:
    assert plain("one two three four", 12) == "one two…"
    assert plain("x" * 20, 10) == "x" * 9 + "…"
    assert plain("one two", 7) == "one two"


def test_a_name_has_one_line() -> None:
    assert one_line(" House\\nof <br> Hope ", 80) == "House of Hope"


@given(st.text(), st.integers(2, 50))
def test_nothing_hidden_survives_and_the_limit_holds(text: str, limit: int) -> None:
    read = plain(text, limit)
    assert len(read) <= limit
    assert read == read.strip()
    assert not {unicodedata.category(sign) for sign in read.replace("\n", "")} & {"Cc", "Cs"}
    assert not set(read) & set("\u200b\u200e\u200f\u202a\u202e\u2066\u2069\ufeff")


@given(
    st.lists(st.sampled_from(["<", ">", "b", "script", "<b>", "</", "!--", "-->", "'", '"', " ", "<!"]), max_size=25)
)
def test_no_whole_tag_survives(parts: list[str]) -> None:
    assert not re.search(r"<(/?[a-z]|!)[^<>]*>", plain("".join(parts), 1_000))


UNITS = ["<", "<!--", "<a ", '<a "', "<a '", "<a \"'", "<script ", "<style>", "&#", "&a", "&#1;", "\\n", " ", "</"]
MORE_UNITS = ['<a""\'', "<!", "\n ", "<a b='\"", "<p>", "<a>'", "a\u0301", "\u200b"]


@pytest.mark.parametrize("unit", UNITS + MORE_UNITS)
@pytest.mark.parametrize("end", ["", "'", '"', ">", "-->"])
def test_hostile_text_takes_no_longer_than_its_length(unit: str, end: str) -> None:
    hostile = unit * (32_768 // len(unit)) + end
    with effort() as spent:
        plain(hostile, 40_000)
        folded(hostile)
    assert spent.seconds < 0.25


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("  Refugio  José-María ", "refugio jose maria"),
        ("K'iche'", "kiche"),
        ("K\u2019iche\u2019", "kiche"),
        ("K\u02bciche\u02bc", "kiche"),
        ("STRASSE", "strasse"),
        ("straße", "strasse"),
        ("Łódź Ærø", "lodz aero"),
        ("Tiếng Việt", "tieng viet"),
        ("한국어", "한국어"),
        ("हिन्दी", "हिन्दी"),
        ("中文\uff08普通话\uff09", "中文 普通话"),
        ("العَرَبِيَّة", "العربية"),
        ("a_b/c.d", "a b c d"),
        ("", ""),
    ],
)
def test_text_is_folded_for_matching(written: str, read: str) -> None:
    assert folded(written) == read


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_signs_are_folded_alike_alone_and_beside_others(text: str) -> None:
    assert f"{folded(text)} e".strip() == folded(f"{text} \u00e9")


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)
