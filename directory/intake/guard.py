"""What a source may not change by itself, and what looks wrong in what it says: read once for a whole batch of rows.

Where somebody confirmed something, each sensitive value waits for two people (SAFETY I1, I7). Elsewhere a value that
looks like a takeover waits (SAFETY I5). What is new is never held for being shared: in a feed many organizations have
the number of one switchboard.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

import msgspec
from sqlalchemy.orm import Session

from directory.integrity.holds import region_of, text_of
from directory.integrity.protection import is_protected
from directory.integrity.reach import Verified, verified_families
from directory.integrity.sanity import About, Sharing, holds_of_value
from directory.integrity.sharing import Holders, holders_of
from directory.listings.disclosure import UNNAMED, WEB_FIELDS
from directory.listings.drafts import FactDraft, OrganizationDraft, ServiceDraft
from directory.listings.models import Fact, Record
from directory.listings.queries import survivors_of

Draft = OrganizationDraft | ServiceDraft
# Numbers that no line for people in a crisis has; one that comes with a new listing waits too.
_NEVER = frozenset({"invalid", "premium-rate", "personal-number", "pager", "voip-hotline"})


class Guard:
    """Judges the rows of one batch that are about records which are there.

    Args:
        session: a writing session.
        rows: the record of each row, an organization or a service, and what the row says of it now.
    """

    def __init__(self, session: Session, rows: Iterable[tuple[Record, Draft]]) -> None:
        self._session = session
        self._rows = list(rows)

    def is_guarded(self, subject: Record, draft: FactDraft) -> bool:
        """Whether a value of an organization or service, its listings and places changes by two people only."""
        if not is_protected(draft.field, draft.slot) or _is_closing(draft):
            return False
        verified = self._verified.organizations if subject.kind == "organization" else self._verified.services
        return subject.id in verified

    def holds(self, subject: Record, draft: FactDraft, held: Fact | None, *, about: About) -> tuple[str, ...]:
        """Why a value is held that would take the place of another, or stand where none was."""
        if not is_protected(draft.field, draft.slot) or _is_closing(draft):
            return ()
        if held is None:
            return holds_of_new(draft, about=about)
        others = Sharing()
        if draft.field == "phone":
            others = self._others(draft.value.number, self._survivors[subject.organization_id or subject.id])
        return holds_of_value(draft, old=text_of(held), about=about, others=others)

    @cached_property
    def _verified(self) -> Verified:
        return verified_families(self._session, {record.organization_id or record.id for record, _ in self._rows})

    @cached_property
    def _said(self) -> dict[str, set[int]]:
        """Which organizations the batch itself says to have a number: it may put one number everywhere at once."""
        said: dict[str, set[int]] = defaultdict(set)
        for record, draft in self._rows:
            for number in _numbers(draft):
                said[number].add(self._survivors[record.organization_id or record.id])
        return said

    @cached_property
    def _survivors(self) -> dict[int, int]:
        return survivors_of(self._session, (record.organization_id or record.id for record, _ in self._rows))

    @cached_property
    def _stored(self) -> dict[str, Holders]:
        return holders_of(self._session, self._said)

    def _others(self, number: str, organization: int) -> Sharing:
        stored = self._stored.get(number, Holders())
        said = frozenset(self._said.get(number, ()))
        return msgspec.structs.replace(stored, listed=stored.listed | said).apart_from(organization)


def about_of(draft: Draft) -> About:
    """What a row says of the listing whose values are looked at."""
    sites = [fact.value.text for fact in draft.facts if fact.field == "url"]
    site = sites[0] if sites else ""
    if isinstance(draft, OrganizationDraft):
        return About(site=site)
    areas = [draft.published_area or ""] + [fact.slot for fact in draft.facts if fact.field == "service_area"]
    addresses = [fact.value for place in draft.sites for fact in place.location if fact.field == "address"]
    areas += [f"{address.country}-{address.state_province}" for address in addresses]
    is_hotline = any((fact.field, fact.slot) == ("kind", "hotline") for fact in draft.facts)
    return About(is_hotline, region_of(areas), site)


def holds_of_new(draft: FactDraft, *, about: About) -> tuple[str, ...]:
    """Why a value that comes with a new listing, or stands where none was, is held: only a hotline's number is."""
    if draft.field != "phone" or not about.is_hotline:
        return ()
    return tuple(code for code in holds_of_value(draft, old="", about=about) if code in _NEVER)


def _is_closing(draft: FactDraft) -> bool:
    """Whether a value makes its listing more confidential, which anybody may at once; the database agrees."""
    is_unnamed = draft.field == "name" and draft.value.text == UNNAMED
    return is_unnamed or (draft.field in WEB_FIELDS and draft.shown_to == "coordinator")


def _numbers(draft: Draft) -> Iterable[str]:
    facts = list(draft.facts)
    if isinstance(draft, ServiceDraft):
        facts += [fact for site in draft.sites for fact in (*site.location, *site.listing)]
    return (fact.value.number for fact in facts if fact.field == "phone")
