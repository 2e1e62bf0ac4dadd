"""Where the values of a form stand: names of boxes, and who may reach which record and field by them."""

import re
from collections.abc import Container, Mapping
from typing import Final, Self

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.integrity.reach import is_in_scope
from directory.listings.disclosure import sees
from directory.listings.fields import FIELDS, Tier
from directory.listings.models import Fact, Record
from directory.listings.queries import get_record
from directory.people.actor import Actor
from web.desk.entries import ENTRIES
from web.forms import Form

# A record in the name of a box: the service, its listing, the place, the organization.
_LETTERS: Final = {"service": "s", "listing": "l", "location": "p", "organization": "o"}
# In the place of a slot: something new, whose slot follows from what is typed.
NEW: Final = "+"
SEEN, WHY = "seen", "reason"
_KEY = re.compile(r"(?P<letter>[slpo])~(?P<field>[a-z_]+)~(?P<slot>[^~]{0,120})~(?P<part>\w{1,20})")
_SEEN = re.compile(r"(?P<letter>[slpo])~(?P<field>[a-z_]+)~(?P<slot>[^~]{0,120})=(?P<fact>[0-9]{1,18})")


class Spot(msgspec.Struct, frozen=True, order=True):
    """A place for a value: the letter of a record, a field, a slot."""

    letter: str
    field: str
    slot: str

    def key(self, part: str) -> str:
        """The name of the box of one part."""
        return f"{self.letter}~{self.field}~{self.slot}~{part}"


class Typed(msgspec.Struct, frozen=True):
    """What a form says: by place the parts that it has boxes for, and which fact stood where when it was made."""

    parts: Mapping[Spot, Mapping[str, tuple[str, ...]]]
    seen: Mapping[Spot, int]
    reason: str = ""

    @classmethod
    def of(cls, form: Form) -> Self:
        """The same in the order of places."""
        parts: dict[Spot, dict[str, tuple[str, ...]]] = {}
        for name, values in form.values.items():
            if found := _KEY.fullmatch(name):
                spot = Spot(found["letter"], found["field"], found["slot"])
                parts.setdefault(spot, {})[found["part"]] = values
        seen = (_SEEN.fullmatch(one) for one in form.all(SEEN))
        return cls(
            parts,
            {Spot(one["letter"], one["field"], one["slot"]): int(one["fact"]) for one in seen if one},
            form.one(WHY),
        )

    def one(self, spot: Spot, part: str) -> str:
        """What is typed for a part; empty where there is nothing."""
        return self.parts.get(spot, {}).get(part, ("",))[-1]


class Sheet:
    """The records that somebody may say something of by the form of one listing, and what they say now.

    Args:
        session: any session.
        listing: the listing, within the scope of ``by``.
        by: who fills in the form.
        tier: what they may see.
    """

    def __init__(self, session: Session, listing: Record, *, by: Actor, tier: Tier) -> None:
        self.listing, self._tier = listing, tier
        self.is_private = listing.location_disclosure != "public"
        service = get_record(session, listing.service_id or 0)
        found = [service, listing]
        # Nobody proposes a place: a proposal would keep it (SAFETY L17).
        if listing.location_id is not None and tier == "coordinator":
            found.append(get_record(session, listing.location_id))
        organization = get_record(session, service.organization_id or 0)
        if is_in_scope(session, organization, by=by):
            found.append(organization)
        self.records = {_LETTERS[one.kind]: one for one in found}
        letters = {one.id: letter for letter, one in self.records.items()}
        facts = session.scalars(
            sa.select(Fact).where(Fact.record_id.in_(letters), Fact.standing == "current").order_by(Fact.id)
        )
        self.current = {Spot(letters[fact.record_id], fact.field, fact.slot): fact for fact in facts}
        self.shown = {spot: fact for spot, fact in self.current.items() if sees(tier, fact.tier)}  # type: ignore[arg-type]

    def may_hold(self, letter: str, field: str) -> bool:
        """Whether the form has boxes for a field of a record: never for the address of what is private (SAFETY L1)."""
        if letter not in self.records or field not in ENTRIES or self.records[letter].kind not in FIELDS[field].records:
            return False
        return not (self.is_private and FIELDS[field].dropped_unless_public)

    def held(self, session: Session, spot: Spot, fact_id: int | None) -> Fact | None:
        """The fact that stood in a place when the form was made; None if none did, or it is not of this listing."""
        fact = session.get(Fact, fact_id) if fact_id else None
        if fact is None or spot.letter not in self.records or fact.record_id != self.records[spot.letter].id:
            return None
        is_there = (fact.field, fact.slot) == (spot.field, spot.slot) and fact.value is not None
        return fact if is_there and sees(self._tier, fact.tier) else None  # type: ignore[arg-type]

    def of_field(self, field: str) -> list[Spot]:
        """Where a field is said, the nearest to the reader first."""
        return sorted(
            (spot for spot in self.shown if spot.field == field), key=lambda one: ("lpso".index(one.letter), one.slot)
        )


class Boxes(Container[str]):
    """The names of fields that a form of this sheet may have."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    def __contains__(self, name: object) -> bool:
        found = _KEY.fullmatch(name) if isinstance(name, str) else None
        return name in {SEEN, WHY} or (found is not None and self._sheet.may_hold(found["letter"], found["field"]))
