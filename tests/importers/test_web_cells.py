"""Web and mail cells give one usable address each, wherever it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.values.web_address import normalise_email, normalise_url
from importers.web_cells import read_web


@pytest.mark.parametrize(
    ("cell", "url", "rule"),
    [
        ("http://example.org/a", "http://example.org/a", None),
        ("www.example.org", "https://www.example.org", "url-scheme-added"),
        ("https:/example.org", "https://example.org", "url-tidied"),
        ("http//example.org", "http://example.org", "url-tidied"),
        ("http://http://example.org", "http://example.org", "words-around-url-removed"),
        ("www. example.org", "https://www.example.org", "url-tidied"),
        ("www,example.org", "https://www.example.org", "url-tidied"),
        ("ww.example.org", "https://www.example.org", "url-tidied"),
        ("www.example.org (in Spanish)", "https://www.example.org", "url-scheme-added"),
        ("Website: http://example.org", "http://example.org", "words-around-url-removed"),
        ("www.example.org; www.example.com", "https://www.example.org", "several-urls-first-kept"),
        ("http://a.example.orghttp://b.example.org", "http://a.example.org", "several-urls-first-kept"),
        ("example.org/programs-and-services/all.html", "https://example.org/programs-and-services/all.html", None),
        ("https://example.org/@name.surname", "https://example.org/@name.surname", None),
    ],
)
def test_a_website_is_read(cell: str, url: str, rule: str | None) -> None:
    read = read_web(cell, "")
    assert read.url == url
    assert rule is None or rule in read.rules
    assert read.unreadable == ()


@pytest.mark.parametrize(
    ("cell", "email", "rule"),
    [
        ("Help@Example.org", "help@example.org", None),
        ("mailto:help@example.org?subject=x", "help@example.org", "mailto-removed"),
        ("help [at] example.org", "help@example.org", "email-spelled-out"),
        ("help at example dot org", "help@example.org", "email-spelled-out"),
        ("a@example.org, b@example.org", "a@example.org", "several-emails-first-kept"),
        ("<help@example.org>", "help@example.org", "words-around-email-removed"),
    ],
)
def test_a_mailbox_is_read(cell: str, email: str, rule: str | None) -> None:
    read = read_web("", cell)
    assert read.email == email
    assert rule is None or rule in read.rules


def test_addresses_in_the_wrong_cell_are_moved() -> None:
    moved = read_web("help@example.org", "www.example.org")
    assert (moved.url, moved.email) == ("https://www.example.org", "help@example.org")
    assert {"url-in-the-email-cell", "email-in-the-url-cell"} <= set(moved.rules)
    assert moved.unreadable == ()


def test_an_address_of_its_own_cell_comes_before_a_moved_one() -> None:
    read = read_web("a@example.org", "b@example.org")
    assert read.email == "b@example.org"
    assert "email-in-the-url-cell" not in read.rules


def test_a_cell_that_says_there_is_none_is_no_question() -> None:
    assert read_web("none", "n/a").unreadable == ()


@pytest.mark.parametrize("cell", ["ask at the desk", "releasethesilence", "ftp://example.org"])
def test_what_is_no_address_is_asked_about(cell: str) -> None:
    assert read_web(cell, "").unreadable == (("url", cell),)


_SCRAPS = st.sampled_from(
    [
        "www.",
        "example.org",
        "http://",
        "https:/",
        "@",
        " ",
        "at",
        "dot",
        "[at]",
        ";",
        ",",
        "help",
        "mailto:",
        "/a?b",
        "\\",
        "<",
        ">",
        "ww.",
    ]
)


@given(st.lists(_SCRAPS, max_size=15).map("".join), st.lists(_SCRAPS, max_size=15).map("".join))
def test_whatever_is_read_is_usable_and_stays_itself(url_cell: str, email_cell: str) -> None:
    read = read_web(url_cell, email_cell)
    again = read_web(read.url or "", read.email or "")
    assert (again.url, again.email) == (read.url, read.email)
    assert read.url is None or normalise_url(read.url) == read.url
    assert read.email is None or normalise_email(read.email) == read.email


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_cell_breaks_reading(url_cell: str, email_cell: str) -> None:
    read = read_web(url_cell, email_cell)
    assert {field for field, _ in read.unreadable} <= {"url", "email"}
