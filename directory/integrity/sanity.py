"""Whether a new number, web address or e-mail looks like a takeover: then it is held for two people (SAFETY I5).

Pure: whoever asks brings what has to be known (``integrity.holds`` reads it for one value, an import for many).
"""

from collections.abc import Iterable
from functools import cache
from importlib import resources
from urllib.parse import urlsplit

import msgspec
import phonenumbers
from confusable_homoglyphs import confusables  # type: ignore[import-untyped]
from phonenumbers import PhoneNumberType, shortnumberinfo
from rapidfuzz.distance import OSA

from directory.listings.drafts import FactDraft
from directory.listings.fields import Phone
from directory.values.phone import is_practice_number
from directory.values.web_address import registered_domain

HOLDS: dict[str, str] = {
    "invalid": "It is no telephone number that can exist.",
    "premium-rate": "Calling it costs extra.",
    "personal-number": "It belongs to a person, wherever they are.",
    "pager": "It is a pager.",
    "voip-hotline": "It is an internet number, which anybody gets anywhere, for a line that answers in a crisis.",
    "other-region": "It belongs to another country than the listing.",
    "shared": "Another organization, which has nothing to do with this one, has the same number.",
    "of-removed-listing": "It stood on a listing that is closed or on the do-not-list.",
    "other-domain": "The address on the web is on another domain than before.",
    "look-alike": "The address looks like another one, letter by letter.",
    "shortener": "It is a shortened address: nobody sees where it leads.",
    "not-https": "It is not a secure address (https).",
    "email-elsewhere": "The mail is on another domain than the site.",
    "another-way": "Its words name a number, a site or an account that does not stand on the listing.",
}
_TYPES = {
    PhoneNumberType.PREMIUM_RATE: "premium-rate",
    PhoneNumberType.SHARED_COST: "premium-rate",
    PhoneNumberType.PERSONAL_NUMBER: "personal-number",
    PhoneNumberType.PAGER: "pager",
}


# Letters and digits that pass for others in usual type. Letters of other scripts are told by their own table.
_PASSES_FOR = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"))
# Whose short codes are meant where nothing tells the country.
_UNSTATED_REGION = "US"


class Sharing(msgspec.Struct, frozen=True):
    """Who else has a number: other organizations, and whether a listing has it that was removed."""

    other_organizations: int = 0
    of_removed: bool = False


class About(msgspec.Struct, frozen=True):
    """What has to be known of the listing that gets a value.

    Attributes:
        is_hotline: whether it answers in a crisis.
        region: its country (ISO 3166), empty if nothing tells.
        site: its own address on the web, or its organization's.
    """

    is_hotline: bool = False
    region: str = ""
    site: str = ""


def holds_of_value(
    draft: FactDraft,
    *,
    old: str,
    about: About,
    others: Sharing = Sharing(),  # noqa: B008 - frozen
) -> tuple[str, ...]:
    """Why a value that takes the place of another (``old``, empty if there is none) is held; empty if it is not."""
    if draft.field == "phone":
        return holds_of_phone(draft.value, is_hotline=about.is_hotline, region=about.region, others=others)
    if draft.field == "url":
        return holds_of_url(draft.value.text, old)
    if draft.field == "email":
        return holds_of_email(draft.value.text, site=about.site, old=old)
    return ()


def holds_of_phone(
    phone: Phone,
    *,
    is_hotline: bool,
    region: str,
    others: Sharing = Sharing(),  # noqa: B008 - frozen
) -> tuple[str, ...]:
    """Why a number is held; empty if it is not. ``region`` is the listing's country (ISO 3166), empty if unknown."""
    found = list(_holds_of_number(phone.number, is_hotline=is_hotline, region=region))
    if others.other_organizations:
        found.append("shared")
    if others.of_removed:
        found.append("of-removed-listing")
    return tuple(found)


def _holds_of_number(number: str, *, is_hotline: bool, region: str) -> Iterable[str]:
    at_home = region or _UNSTATED_REGION
    try:
        parsed = phonenumbers.parse(number, at_home)
    except phonenumbers.NumberParseException:
        yield "invalid"
        return
    if not number.startswith("+"):
        # Short codes are judged by the short-number rules: 988 and 233733 are fine, a premium one is not.
        if not shortnumberinfo.is_possible_short_number_for_region(parsed, at_home):
            yield "invalid"
        elif shortnumberinfo.expected_cost_for_region(parsed, at_home) == shortnumberinfo.ShortNumberCost.PREMIUM_RATE:
            yield "premium-rate"
        return
    # Numbers of invented people: the tables know them for some areas and not for others.
    if not phonenumbers.is_valid_number(parsed) and not is_practice_number(number):
        yield "invalid"
        return
    kind = phonenumbers.number_type(parsed)
    if kind in _TYPES:
        yield _TYPES[kind]
    if kind == PhoneNumberType.VOIP and is_hotline:
        yield "voip-hotline"
    if region and parsed.country_code != phonenumbers.country_code_for_region(region):
        yield "other-region"


def holds_of_url(new: str, old: str = "") -> tuple[str, ...]:
    """Why an address on the web is held, seen against the one before (empty if there was none)."""
    found = []
    parts = urlsplit(new if "//" in new else f"https://{new}")
    host = (parts.hostname or "").removeprefix("www.")
    before = (urlsplit(old if "//" in old else f"https://{old}").hostname or "").removeprefix("www.") if old else ""
    if parts.scheme != "https":
        found.append("not-https")
    if registrable(host) in _shorteners() or host in _shorteners():
        found.append("shortener")
    if before and registrable(host) != registrable(before):
        found.append("other-domain")
    if _looks_alike(host, before):
        found.append("look-alike")
    return tuple(found)


def holds_of_email(new: str, *, site: str = "", old: str = "") -> tuple[str, ...]:
    """Why an e-mail address is held, seen against the organization's site and the address before."""
    host = new.rpartition("@")[2].casefold()
    found = []
    if site and registrable(host) != registrable(urlsplit(site if "//" in site else f"https://{site}").hostname or ""):
        found.append("email-elsewhere")
    if _looks_alike(host, old.rpartition("@")[2].casefold()):
        found.append("look-alike")
    return tuple(found)


def _looks_alike(host: str, before: str) -> bool:
    """Whether a host mixes scripts, holds letters that pass for others, or differs from the one before by one sign."""
    written = _decoded(host)
    if not written.isascii() and (
        confusables.is_dangerous(written)
        or confusables.is_confusable(written, greedy=False, preferred_aliases=["latin"])
    ):
        return True
    if not before or registrable(host) == registrable(before):
        return False
    one, other = registrable(host), registrable(before)
    return OSA.distance(one, other) == 1 or _as_seen(one) == _as_seen(other)


def _as_seen(domain: str) -> str:
    """A name in which what passes for one another at a glance is the same."""
    for written, seen in _PASSES_FOR:
        domain = domain.replace(written, seen)
    return domain


def _decoded(host: str) -> str:
    try:
        return host.encode().decode("idna") if "xn--" in host else host
    except UnicodeError:
        return host


def registrable(host: str) -> str:
    """The part of a host name that somebody registered; the whole host when there is none."""
    return registered_domain(host) or host


@cache
def _shorteners() -> frozenset[str]:
    listed = msgspec.json.decode(resources.files("directory.integrity").joinpath("shorteners.json").read_bytes())
    return frozenset(listed["hosts"])
