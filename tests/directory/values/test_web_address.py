import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.errors import DirectoryError
from directory.values.web_address import normalise_email, normalise_url, site_domain


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("www.example.org", "https://www.example.org"),
        (" Example.ORG/Help ", "https://example.org/Help"),
        ("http://www.Example.org/", "http://www.example.org"),
        ("HTTPS://example.org:443/a?b=1#part", "https://example.org/a?b=1"),
        ("http://example.org:8080/x", "http://example.org:8080/x"),
        ("example.org:8080", "https://example.org:8080"),
        ("//example.org", "https://example.org"),
        ("https://someone:secret@example.org/x", "https://example.org/x"),
        ("https://münchen.example/straße", "https://xn--mnchen-3ya.example/stra%C3%9Fe"),
        ("https://example.org/a%20b", "https://example.org/a%20b"),
        ("https://example.org./", "https://example.org"),
        ("https://example.org/?a=1", "https://example.org/?a=1"),
    ],
)
def test_an_address_is_written_one_way(written: str, address: str) -> None:
    assert normalise_url(written) == address
    assert normalise_url(address) == address


@pytest.mark.parametrize(
    "written",
    [
        "",
        "none",
        "n/a",
        "javascript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,hello",
        "mailto:intake@example.org",
        "ftp://example.org",
        "http:example.org",
        "http://",
        "http://localhost/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://2130706433/",
        "http://0x7f.0.0.1/",
        "www.example.org www.example.com",
        "www.example.org, www.example.com",
        "https://exa_mple.org",
        "https://-example.org",
        "https://example.org:99999",
        "https://example.org\\@evil.example",
        "https://exam\u202eple.org",
        "https://example.org/<script>",
        "https://example.org/" + "a" * 2_048,
        "intake@example",
    ],
)
def test_what_is_no_web_address_is_refused_without_being_repeated(written: str) -> None:
    with pytest.raises(DirectoryError) as refusal:
        normalise_url(written)
    assert not written or written not in str(refusal.value)


def test_two_addresses_of_one_site_share_their_domain() -> None:
    assert site_domain("http://WWW.example.org/a") == site_domain("example.org") == "example.org"
    assert site_domain("help.example.org") == "help.example.org"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Intake@Example.org", "intake@example.org"),
        (" mailto:intake@example.org?subject=x ", "intake@example.org"),
        ("first.last+list@mail.example.org", "first.last+list@mail.example.org"),
        ("a@münchen.example", "a@xn--mnchen-3ya.example"),
    ],
)
def test_a_mailbox_is_written_one_way(written: str, address: str) -> None:
    assert normalise_email(written) == address
    assert normalise_email(address) == address


@pytest.mark.parametrize(
    "written",
    [
        "",
        "intake",
        "@example.org",
        "intake@",
        "intake@example",
        "a b@example.org",
        "a@b@example.org",
        ".a@example.org",
        "a.@example.org",
        "a..b@example.org",
        "a@exam ple.org",
        "a@127.0.0.1",
        "a\r\nBcc: x@example.org",
        "a@example.org, b@example.org",
        "é@example.org",
        "a" * 65 + "@example.org",
    ],
)
def test_what_is_no_mailbox_is_refused_without_being_repeated(written: str) -> None:
    with pytest.raises(DirectoryError) as refusal:
        normalise_email(written)
    assert not written or written not in str(refusal.value)


@given(st.text(max_size=60))
def test_any_text_gives_an_address_or_a_safe_refusal(text: str) -> None:
    try:
        address = normalise_url(text)
    except DirectoryError:
        return
    assert address.startswith(("https://", "http://"))
    assert address.isascii()
    assert normalise_url(address) == address
