"""Whether a new number, web address or e-mail looks like a takeover: then it is held for two people (SAFETY I5).

``holds_of_*`` are pure; ``holds_of`` reads what they need to know.
"""

from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

import msgspec
import phonenumbers
import sqlalchemy as sa
from confusable_homoglyphs import confusables  # type: ignore[import-untyped]
from phonenumbers import PhoneNumberType, shortnumberinfo
from publicsuffixlist import PublicSuffixList
from rapidfuzz.distance import OSA
from sqlalchemy.orm import Session

from directory.integrity.reach import areas_of, family
from directory.listings.drafts import FactDraft
from directory.listings.fields import Phone, decode_plain
from directory.listings.models import Fact, Record
from directory.listings.queries import current_facts

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
}
_TYPES = {
    PhoneNumberType.PREMIUM_RATE: "premium-rate",
    PhoneNumberType.SHARED_COST: "premium-rate",
    PhoneNumberType.PERSONAL_NUMBER: "personal-number",
    PhoneNumberType.PAGER: "pager",
}


class Sharing(msgspec.Struct, frozen=True):
    """Who else has a number: other organizations, and whether a listing has it that was removed."""

    other_organizations: int = 0
    of_removed: bool = False


def holds_of_phone(
    phone: Phone,
    *,
    is_hotline: bool,
    region: str,
    others: Sharing = Sharing(),  # noqa: B008 - frozen
) -> tuple[str, ...]:
    """Why a number is held; empty if it is not. ``region`` is the listing's country (ISO 3166)."""
    found = list(_holds_of_number(phone.number, is_hotline=is_hotline, region=region))
    if others.other_organizations:
        found.append("shared")
    if others.of_removed:
        found.append("of-removed-listing")
    return tuple(found)


def _holds_of_number(number: str, *, is_hotline: bool, region: str) -> Iterable[str]:
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        yield "invalid"
        return
    if not number.startswith("+"):
        # Short codes are judged by the short-number rules: 988 and 233733 are fine, a premium one is not.
        if not shortnumberinfo.is_possible_short_number_for_region(parsed, region):
            yield "invalid"
        elif shortnumberinfo.expected_cost_for_region(parsed, region) == shortnumberinfo.ShortNumberCost.PREMIUM_RATE:
            yield "premium-rate"
        return
    if not phonenumbers.is_valid_number(parsed):
        yield "invalid"
        return
    kind = phonenumbers.number_type(parsed)
    if kind in _TYPES:
        yield _TYPES[kind]
    if kind == PhoneNumberType.VOIP and is_hotline:
        yield "voip-hotline"
    if parsed.country_code != phonenumbers.country_code_for_region(region):
        yield "other-region"


def holds_of_url(new: str, old: str = "") -> tuple[str, ...]:
    """Why an address on the web is held, seen against the one before (empty if there was none)."""
    found = []
    parts = urlsplit(new if "//" in new else f"https://{new}")
    host = (parts.hostname or "").removeprefix("www.")
    before = (urlsplit(old if "//" in old else f"https://{old}").hostname or "").removeprefix("www.") if old else ""
    if parts.scheme != "https":
        found.append("not-https")
    if _domain(host) in _shorteners() or host in _shorteners():
        found.append("shortener")
    if before and _domain(host) != _domain(before):
        found.append("other-domain")
    if _looks_alike(host, before):
        found.append("look-alike")
    return tuple(found)


def holds_of_email(new: str, *, site: str = "", old: str = "") -> tuple[str, ...]:
    """Why an e-mail address is held, seen against the organization's site and the address before."""
    host = new.rpartition("@")[2].casefold()
    found = []
    if site and _domain(host) != _domain(urlsplit(site if "//" in site else f"https://{site}").hostname or ""):
        found.append("email-elsewhere")
    if _looks_alike(host, old.rpartition("@")[2].casefold()):
        found.append("look-alike")
    return tuple(found)


def holds_of(session: Session, record: Record, draft: FactDraft, held: Fact | None) -> tuple[str, ...]:
    """Why a value that would take the place of ``held`` is to be held."""
    value: Any = draft.value
    old = "" if held is None or not held.value else str(decode_plain(held.value).get("text", ""))
    if draft.field == "phone":
        is_hotline = draft.slot in {"voice", "crisis", "crisis-line"} and _is_hotline(session, record)
        return holds_of_phone(
            value,
            is_hotline=is_hotline,
            region=_region(session, record),
            others=sharing_of(session, value.number, record),
        )
    if draft.field == "url":
        return holds_of_url(value.text, old)
    if draft.field == "email":
        return holds_of_email(value.text, site=_site_of(session, record), old=old)
    return ()


def sharing_of(session: Session, number: str, record: Record) -> Sharing:
    """Who else has a number, beside the organization of a record."""
    own = record.organization_id or record.id
    rows = session.execute(
        sa.select(Record.id, Record.organization_id, Record.standing)
        .join(Fact, Fact.record_id == Record.id)
        .where(Fact.match_key == number, Fact.field == "phone", Fact.standing == "current")
    )
    others: set[int] = set()
    is_removed = False
    for record_id, organization_id, standing in rows:
        whose = organization_id or record_id
        if standing in {"closed", "do-not-list"}:
            is_removed = True
        elif whose != own:
            others.add(whose)
    return Sharing(len(others), is_removed)


def _region(session: Session, record: Record) -> str:
    """The country of a record, as far as it is stated: of the areas that it serves or is in."""
    records = family(session, record)
    facts = current_facts(session, [one.id for one in records])
    areas = sorted(area for one in records for area in areas_of(facts[one.id], one) if area[:2].isalpha())
    return areas[0][:2].upper() if areas else "US"


def _is_hotline(session: Session, record: Record) -> bool:
    service = record.service_id if record.kind == "listing" else record.id
    return (
        session.scalar(
            sa.select(Fact.id).where(
                Fact.record_id == service, Fact.field == "kind", Fact.slot == "hotline", Fact.standing == "current"
            )
        )
        is not None
    )


def _site_of(session: Session, record: Record) -> str:
    stored = session.scalar(
        sa.select(Fact.value).where(
            Fact.record_id.in_([record.id, record.organization_id or record.id]),
            Fact.field == "url",
            Fact.standing == "current",
        )
    )
    return "" if stored is None else str(decode_plain(stored).get("text", ""))


def _looks_alike(host: str, before: str) -> bool:
    """Whether a host mixes scripts, holds letters that pass for others, or differs from the one before by one sign."""
    written = _decoded(host)
    if not written.isascii() and (
        confusables.is_dangerous(written)
        or confusables.is_confusable(written, greedy=False, preferred_aliases=["latin"])
    ):
        return True
    if not before or _domain(host) == _domain(before):
        return False
    return OSA.distance(_domain(host), _domain(before)) == 1


def _decoded(host: str) -> str:
    try:
        return host.encode().decode("idna") if "xn--" in host else host
    except UnicodeError:
        return host


def _domain(host: str) -> str:
    """The part of a host name that somebody registered; the whole host when there is none."""
    return _suffixes().privatesuffix(host) or host


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@cache
def _shorteners() -> frozenset[str]:
    listed = msgspec.json.decode(resources.files("directory.integrity").joinpath("shorteners.json").read_bytes())
    return frozenset(listed["hosts"])
