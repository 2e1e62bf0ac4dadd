"""Writes the lines of the list, in the transaction that changes what they say."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.cards.models import CardRow
from directory.db import in_portions, insert_rows
from directory.errors import BadInputError
from directory.freshness.models import Belief
from directory.freshness.status import STRONGEST
from directory.integrity.reach import areas_of
from directory.integrity.states import disputed_among
from directory.listings.fields import decode_plain
from directory.listings.models import Change, Fact, Record
from directory.places.areas import area_by_id, area_of
from directory.values.plain_text import folded
from directory.values.web_address import site_domain
from directory.vocabulary import terms
from directory.worklist.models import WorkLine

# So much of a name decides its place in the list.
_LONGEST_KEY = 80
_FIELDS = ("name", "alternate_name", "phone", "url", "kind", "service_area", "address")
_NO_DAY = 0


def write_lines(session: Session, touched: Collection[int]) -> None:
    """Bring the lines of every listing in line that one of these records is part of.

    The hook before a commit calls it once cards and beliefs are written, so that no verb can forget it.
    """
    for portion in in_portions(sorted(_listings(session, touched)), 500):
        session.execute(sa.delete(WorkLine).where(WorkLine.listing_id.in_(portion)))
        rows = _Portion(session, portion).rows()
        if rows:
            insert_rows(session, WorkLine, rows)


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
    found: set[int] = set()
    for portion in in_portions(sorted(records)):
        parts = (Record.id, Record.service_id, Record.organization_id)
        found.update(
            session.scalars(
                sa.select(Record.id).where(Record.kind == "listing", sa.or_(*(one.in_(portion) for one in parts)))
            )
        )
    return found


class _Portion:
    """Everything that the lines of some listings are made of, read at once."""

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

    def _facts(self, session: Session) -> dict[int, list[Fact]]:
        """Record -> its facts of the fields that are wanted, with those of what was merged into it."""
        into = {
            row.id: row.merged_into
            for row in session.execute(
                sa.select(Record.id, Record.merged_into).where(Record.merged_into.in_(self.records.keys()))
            )
        }
        found: dict[int, list[Fact]] = defaultdict(list)
        for portion in in_portions(sorted(self.records.keys() | into.keys())):
            query = sa.select(Fact).where(
                Fact.record_id.in_(portion), Fact.standing == "current", Fact.field.in_(_FIELDS)
            )
            for fact in session.scalars(query.order_by(Fact.id)):
                found[fact.record_id].append(fact)
                if fact.record_id in into:
                    found[into[fact.record_id]].append(fact)
        return found

    def rows(self) -> list[dict[str, Any]]:
        """The rows, in the order of listings."""
        return [self._row(head) for head in self.heads]

    def _row(self, head: Any) -> dict[str, Any]:
        listing: Record = head.Record
        own = [listing.id, listing.service_id, head.owner]
        name = self._name([listing.service_id, head.owner])
        organization = self._name([head.owner])
        keys = folded(name), folded(organization)
        codes = sorted({area for one in self.families[listing.id] for area in self._areas(one)})
        kinds = sorted({fact.slot for one in own for fact in self.facts[one] if fact.field == "kind"})
        area = head.published_area or self._area_of_place(listing.location_id)
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
            "areas": _between(_with_wider(codes)), "words": self._words(listing, own, kinds, area),
        }  # fmt: skip

    def _name(self, record_ids: Iterable[int | None]) -> str:
        """As ``integrity.queries.name_of`` has it."""
        for record_id in record_ids:
            for fact in self.facts[record_id or 0]:
                if fact.field == "name" and fact.record_id == record_id:
                    return str(_value(fact).get("text", ""))
        return ""

    def _areas(self, record_id: int) -> set[str]:
        own = [fact for fact in self.facts[record_id] if fact.record_id == record_id]
        return areas_of(own, self.records[record_id])

    def _area_of_place(self, location_id: int | None) -> str:
        for fact in self.facts[location_id or 0]:
            if fact.field == "address":
                said = _value(fact)
                parts = ("country", "US"), ("state_province", ""), ("postal_code", "")
                found = area_of(*(str(said.get(*part)) for part in parts))
                return "" if found is None else found.id
        return ""

    def _words(self, listing: Record, own: list[Any], kinds: Iterable[str], area: str) -> str:
        said: dict[str, None] = {}
        for record_id in (*own, listing.location_id or 0):
            for fact in self.facts[record_id]:
                if fact.tier == "public":
                    said |= dict.fromkeys(_said(fact.field, _value(fact)))
        said |= dict.fromkeys(word for code in kinds for word in (code, terms.label("kind", code, "en")))
        known = area_by_id(area)
        if known is not None:
            said[known.label()] = None
        return " ".join(dict.fromkeys(folded(one) for one in said if one))


def _said(field: str, value: Mapping[str, Any]) -> Iterable[str]:
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


def _value(fact: Fact) -> dict[str, Any]:
    return decode_plain(fact.value or "{}")
