"""Numbers and addresses that look like a takeover are held; usual ones are not."""

import datetime as dt
import json
from importlib import resources

import pytest

from directory.integrity.sanity import (
    HOLDS,
    About,
    Sharing,
    holds_of_email,
    holds_of_phone,
    holds_of_url,
    holds_of_value,
)
from directory.listings.fields import Phone
from tests import makers


def holds(number: str, *, is_hotline: bool = True, region: str = "US", others: Sharing = Sharing()) -> tuple[str, ...]:  # noqa: B008
    """Of a voice line."""
    return holds_of_phone(Phone(number), is_hotline=is_hotline, region=region, others=others)


@pytest.mark.parametrize(
    ("number", "region", "found"),
    [
        # Usual lines: a city's, toll-free, short codes, lines of other countries at home.
        ("+13055550142", "US", ()),
        ("+18883737888", "US", ()),
        ("988", "US", ()),
        ("233733", "US", ()),
        ("911", "US", ()),
        ("+16045550123", "CA", ()),
        ("+442079460123", "GB", ()),
        ("+525512345678", "MX", ()),
        # The same plan of numbers holds for Canada and the United States.
        ("+14165550123", "US", ()),
        # Where nothing tells the country, no line is foreign.
        ("+525512345678", "", ()),
        ("+525512345678", "US", ("other-region",)),
        ("+13055550142", "MX", ("other-region",)),
        ("+19005551234", "US", ("premium-rate",)),
        ("+449098790123", "GB", ("premium-rate",)),
        ("+448431234567", "GB", ("premium-rate",)),
        ("+447012345678", "GB", ("personal-number",)),
        ("+447640123456", "GB", ("pager",)),
        ("+445612345678", "GB", ("voip-hotline",)),
        ("+15005551234", "US", ("personal-number",)),
        ("+1305555014", "US", ("invalid",)),
        ("+130555501423", "US", ("invalid",)),
        ("+10005550142", "US", ("invalid",)),
        ("+99955501423", "US", ("invalid",)),
        ("12", "US", ("invalid",)),
        ("", "US", ("invalid",)),
        ("help", "US", ("invalid",)),
    ],
)
def test_a_number_of_a_hotline_is_one_that_can_be_called_and_costs_nothing_more(
    number: str, region: str, found: tuple[str, ...]
) -> None:
    assert holds(number, region=region) == found
    assert all(HOLDS[code] for code in found)


def test_an_internet_line_is_usual_where_nobody_calls_in_a_crisis() -> None:
    assert holds("+445612345678", region="GB", is_hotline=False) == ()
    assert holds("+19005551234", is_hotline=False) == ("premium-rate",)


def test_a_number_that_others_have_or_that_left_with_a_listing_is_held() -> None:
    assert holds("+13055550142", others=Sharing(1)) == ("shared",)
    assert holds("+13055550142", others=Sharing(7, of_removed=True)) == ("shared", "of-removed-listing")
    assert holds("+19005551234", others=Sharing(1)) == ("premium-rate", "shared")


@pytest.mark.parametrize(
    ("new", "old", "found"),
    [
        ("https://haven.example.org", "", ()),
        ("https://www.haven.org/help?lang=es", "https://haven.org", ()),
        ("https://es.haven.org", "https://www.haven.org", ()),
        ("https://haven.co.uk/x", "https://haven.co.uk", ()),
        ("haven.org", "https://haven.org", ()),
        ("http://haven.org", "https://haven.org", ("not-https",)),
        ("https://harbor.org", "https://haven.org", ("other-domain",)),
        # Under a suffix that anybody registers below, two names are two owners.
        ("https://harbor.co.uk", "https://haven.co.uk", ("other-domain",)),
        ("https://harbor.github.io", "https://haven.github.io", ("other-domain",)),
        ("https://bit.ly/3xYz", "https://haven.org", ("shortener", "other-domain")),
        ("https://tinyurl.com/abc", "", ("shortener",)),
        ("https://havem.org", "https://haven.org", ("other-domain", "look-alike")),
        ("https://haven.com", "https://haven.org", ("other-domain",)),
        ("https://havenn.org", "https://haven.org", ("other-domain", "look-alike")),
        ("https://hvaen.org", "https://haven.org", ("other-domain", "look-alike")),
        ("https://he1p1ine.org", "https://helpline.org", ("other-domain", "look-alike")),
        ("https://hornehaven.org", "https://homehaven.org", ("other-domain", "look-alike")),
        ("https://vvehelp.org", "https://wehelp.org", ("other-domain", "look-alike")),
        # Cyrillic a and e; the same written for machines; Greek o; also with nothing to compare with.
        ("https://h\u0430v\u0435n.org", "https://haven.org", ("other-domain", "look-alike")),
        ("https://xn--hvn-qdd3d.org", "", ("look-alike",)),
        ("https://h\u03bfme.org", "", ("look-alike",)),
        ("https://xn--hvaen-.org", "", ()),
        ("http://bit.ly/x", "http://haven.org", ("not-https", "shortener", "other-domain")),
    ],
)
def test_an_address_on_the_web_stays_with_its_owner_and_reads_as_what_it_is(
    new: str, old: str, found: tuple[str, ...]
) -> None:
    assert holds_of_url(new, old) == found


@pytest.mark.parametrize(
    ("new", "site", "old", "found"),
    [
        ("help@haven.org", "https://www.haven.org", "", ()),
        ("help@mail.haven.org", "haven.org", "", ()),
        ("help@haven.org", "", "", ()),
        ("help@gmail.com", "https://haven.org", "", ("email-elsewhere",)),
        ("help@havem.org", "https://haven.org", "help@haven.org", ("email-elsewhere", "look-alike")),
        ("help@h\u0430ven.org", "", "", ("look-alike",)),
    ],
)
def test_mail_goes_to_where_the_site_is(new: str, site: str, old: str, found: tuple[str, ...]) -> None:
    assert holds_of_email(new, site=site, old=old) == found


def test_each_kind_of_value_is_looked_at_as_what_it_is() -> None:
    about = About(is_hotline=True, region="US", site="https://haven.org")

    def of(field: str, words: str, old: str = "") -> tuple[str, ...]:
        return holds_of_value(makers.text(field, words), old=old, about=about)

    assert of("url", "http://haven.org", "https://haven.org") == ("not-https",)
    assert of("email", "a@gmail.com") == ("email-elsewhere",)
    assert of("name", "http://bit.ly") == ()
    phone = makers.phone("+445612345678")
    assert holds_of_value(phone, old="", about=about, others=Sharing(1)) == ("voip-hotline", "other-region", "shared")


def test_the_list_of_shorteners_says_of_when_it_is() -> None:
    listed = json.loads(resources.files("directory.integrity").joinpath("shorteners.json").read_text())
    assert dt.date.fromisoformat(listed["dated"]) <= dt.date(2026, 12, 31)
    assert len(set(listed["hosts"])) == len(listed["hosts"]) > 10
