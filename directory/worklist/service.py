"""Writes the lines of the list, in the transaction that changes what they say."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.cards.models import CardRow
from directory.db import in_portions, insert_rows
from directory.errors import BadInputError
from directory.freshness.models import Belief
from directory.freshness.status import STRONGEST
from directory.integrity.reach import areas_of
from directory.integrity.states import disputed_among
from directory.listings.models import Change, Fact, Record
from directory.listings.queries import joined_ids
from directory.places.areas import area_by_id, area_of
from directory.values.plain_text import folded
from directory.values.web_address import site_domain
from directory.vocabulary import terms
from directory.worklist.models import WorkLine

# So much of a name decides its place in the list.
_LONGEST_KEY = 80
_NO_DAY = 0


def write_lines(session: Session, touched: Collection[int]) -> Collection[int]:
    """Bring the lines of every listing in line that one of these records is part of; return which listings these are.

    The hook before a commit calls it once cards and beliefs are written, so that no verb can forget it.
    """
    listings = _listings(session, touched)
    for portion in in_portions(sorted(listings), 500):
        session.execute(sa.delete(WorkLine).where(WorkLine.listing_id.in_(portion)))
        rows = _Portion(session, portion).rows()
        if rows:
            insert_rows(session, WorkLine, rows)
    return listings


def _listings(session: Session, touched: Collection[int]) -> set[int]:
    """The listings that these records are part of, and those whose service or organization is one with theirs."""
    records = set(touched)
    for portion in in_portions(sorted(touched)):
        joined = sa.select(Record.id, Record.service_id, Record.merged_into).where(
            sa.or_(Record.id.in_(portion), Record.merged_into.in_(portion), Record.location_id.in_(portion))
        )
        for row in session.execute(joined):
            # Where a service is, all of its places decide.
            records.update(one for one in row if one is not None)
        # What one organization says, those that are one with it may not show any more.
        owners = sa.select(Record.organization_id).where(Record.id.in_(portion))
        merged = sa.select(Record.id).where(
            Record.merged_into.is_not(None), sa.or_(Record.id.in_(owners), Record.merged_into.in_(owners))
        )
        records |= joined_ids(session, session.scalars(merged).all())
    found: set[int] = set()
    for portion in in_portions(sorted(records)):
        parts = (Record.id, Record.service_id, Record.organization_id)
        found.update(
            session.scalars(
                sa.select(Record.id).where(Record.kind == "listing", sa.or_(*(one.in_(portion) for one in parts)))
            )
        )
    return found


class _Said(msgspec.Struct, frozen=True):
    """What is read of a fact of a document."""

    field: str
    value: dict[str, Any]
    slot: str = ""


class _Document(msgspec.Struct, frozen=True):
    """What is read of a document."""

    facts: list[_Said] = []


_document = msgspec.json.Decoder(_Document)


class _Portion:
    """Everything that the lines of some listings are made of, read at once.

    What is shown and found is read from public documents: what not everybody may see is cut out there.
    """

    def __init__(self, session: Session, listing_ids: Collection[int]) -> None:
        service, organization = aliased(Record), aliased(Record)
        self.heads = session.execute(
            sa.select(
                Record, service.standing.label("of_service"), organization.standing.label("of_organization"),
                service.published_area, organization.id.label("owner"), Change.proposed_by, Change.kind,
                Belief.state, Belief.confirmed_on, Belief.due_on, Belief.stale_on, CardRow.refresh_on,
                CardRow.brief.is_not(None).label("is_found"),
            )
            .join(service, service.id == Record.service_id)
            .join(organization, organization.id == service.organization_id)
            .join(Change, Change.id == Record.change_id)
            .outerjoin(Belief, Belief.listing_id == Record.id)
            .outerjoin(CardRow, CardRow.record_id == Record.id)
            # What an import brought that was taken back is nobody's work.
            .where(Record.id.in_(listing_ids), Change.state != "undone")
            .order_by(Record.id)
        ).all()  # fmt: skip
        self.families, self.records = self._families(session)
        self.parts = {head.Record.id: self._parts(head) for head in self.heads}
        self.documents = self._documents(session)
        self.facts = self._facts(session)
        self.disputed = disputed_among(
            session,
            {
                head.Record.id: [one for one in self.families[head.Record.id] if one != head.owner]
                for head in self.heads
            },
        )

    def _families(self, session: Session) -> tuple[dict[int, list[int]], dict[int, Record]]:
        """Listing -> the records behind its page, as ``reach.family`` has them; and all of them by id."""
        services = {head.Record.service_id for head in self.heads}
        records: dict[int, Record] = {}
        sites: dict[int, list[int]] = defaultdict(list)
        query = sa.select(Record).where(sa.or_(Record.service_id.in_(services), Record.id.in_(services)))
        for one in session.scalars(query.order_by(Record.id)):
            records[one.id] = one
            if one.service_id is not None:
                sites[one.service_id] += filter(None, (one.id, one.location_id))
        others = {one for ids in sites.values() for one in ids} | {head.owner for head in self.heads}
        others -= records.keys()
        records |= {one.id: one for one in session.scalars(sa.select(Record).where(Record.id.in_(others)))}
        return {
            head.Record.id: [head.Record.service_id, *sites[head.Record.service_id], head.owner] for head in self.heads
        }, records

    def _parts(self, head: Any) -> tuple[int, int, int, int]:
        """Service, organization, listing and place (0 = none) whose documents it is shown by.

        As ``cards.queries.documents_of`` has them; but a listing that was merged away is known by its own service.
        """
        listing: Record = head.Record
        service, owner = self.records[listing.service_id or 0], self.records[head.owner]
        goes_on = service.id if listing.standing == "merged" else service.merged_into or service.id
        return goes_on, owner.merged_into or owner.id, listing.id, listing.location_id or 0

    def _documents(self, session: Session) -> dict[int, list[_Said]]:
        found: dict[int, list[_Said]] = {}
        for portion in in_portions(sorted({one for parts in self.parts.values() for one in parts})):
            query = sa.select(CardRow.record_id, CardRow.public).where(CardRow.record_id.in_(portion))
            found.update((record_id, _document.decode(blob).facts) for record_id, blob in session.execute(query))
        return found

    def _facts(self, session: Session) -> dict[int, list[Fact]]:
        """Record -> what it says of where it is or works."""
        found: dict[int, list[Fact]] = defaultdict(list)
        for portion in in_portions(sorted(self.records)):
            query = sa.select(Fact).where(
                Fact.record_id.in_(portion), Fact.standing == "current", Fact.field.in_(("service_area", "address"))
            )
            for fact in session.scalars(query.order_by(Fact.id)):
                found[fact.record_id].append(fact)
        return found

    def rows(self) -> list[dict[str, Any]]:
        """The rows, in the order of listings."""
        return [self._row(head) for head in self.heads]

    def _row(self, head: Any) -> dict[str, Any]:
        listing: Record = head.Record
        service, owner, _, place = self.parts[listing.id]
        organization = self._name(owner)
        name = self._name(service) or organization
        keys = folded(name), folded(organization)
        codes = sorted({area for one in self.families[listing.id] for area in self._areas(one)})
        kinds = sorted({said.slot for said in self._all_said(listing.id) if said.field == "kind"})
        area = head.published_area or self._area_of_place(place)
        standings = {listing.standing, head.of_service, head.of_organization}
        merged = "merged" if listing.standing == "merged" else "listed"
        return {
            "listing_id": listing.id, "public_id": listing.public_id, "service_id": listing.service_id,
            "organization_id": head.owner, "location_id": listing.location_id, "network_id": listing.network_id,
            "standing": next((one for one in STRONGEST if one in standings), merged),
            "is_confidential": listing.location_disclosure != "public", "is_found": bool(head.is_found),
            "is_disputed": listing.id in self.disputed, "state": head.state or "unverified",
            "confirmed_on": head.confirmed_on or _NO_DAY, "due_on": head.due_on or _NO_DAY,
            "stale_on": head.stale_on or _NO_DAY, "lapses_on": head.refresh_on or _NO_DAY,
            "entered_by": head.proposed_by if head.kind == "edit" else None,
            "by_name": " ".join(keys)[:_LONGEST_KEY], "by_organization": " ".join(reversed(keys))[:_LONGEST_KEY],
            "area": area, "name": name, "organization": organization, "kinds": _between(kinds),
            "areas": _between(_with_wider(codes)), "words": self._words(listing.id, kinds, area),
        }  # fmt: skip

    def _all_said(self, listing_id: int) -> Iterable[_Said]:
        return (said for one in self.parts[listing_id] for said in self.documents.get(one, ()))

    def _name(self, record_id: int) -> str:
        said = self.documents.get(record_id, ())
        return next((str(one.value.get("text", "")) for one in said if one.field == "name"), "")

    def _areas(self, record_id: int) -> set[str]:
        return areas_of(self.facts[record_id], self.records[record_id])

    def _area_of_place(self, location_id: int) -> str:
        for said in self.documents.get(location_id, ()):
            if said.field == "address":
                parts = ("country", "US"), ("state_province", ""), ("postal_code", "")
                found = area_of(*(str(said.value.get(*part)) for part in parts))
                return "" if found is None else found.id
        return ""

    def _words(self, listing_id: int, kinds: Iterable[str], area: str) -> str:
        found = dict.fromkeys(word for said in self._all_said(listing_id) for word in _words_of(said.field, said.value))
        found |= dict.fromkeys(word for code in kinds for word in (code, terms.label("kind", code, "en")))
        known = area_by_id(area)
        if known is not None:
            found[known.label()] = None
        return " ".join(dict.fromkeys(folded(one) for one in found if one))


def _words_of(field: str, value: Mapping[str, Any]) -> Iterable[str]:
    """What of a value somebody would look for a listing by; of an address its town and state alone."""
    if field in {"name", "alternate_name"}:
        yield str(value.get("text", ""))
    elif field == "phone":
        yield str(value.get("number", "")).removeprefix("+")
    elif field == "url":
        try:
            yield site_domain(str(value.get("text", "")))
        except BadInputError:
            return
    elif field == "address":
        yield str(value.get("city", ""))
        yield str(value.get("state_province", ""))


def _with_wider(codes: Iterable[str]) -> list[str]:
    """Codes, each with those that hold it: ``US-FL-331`` lies in ``US-FL`` and in ``US``."""
    return sorted({"-".join(code.split("-")[: n + 1]) for code in codes for n in range(code.count("-") + 1)})


def _between(codes: Collection[str]) -> str:
    return f" {' '.join(codes)} " if codes else ""
