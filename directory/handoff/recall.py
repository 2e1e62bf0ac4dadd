"""Which packs hold a number that is not right any more, and which line it is: so that they are thrown away in time.

A report of a reader is told and calls nothing back: else whoever reports often enough would empty every drawer
(SAFETY I6).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.cards.card import Card, decode_card
from directory.cards.models import CardRow
from directory.clock import day_number
from directory.db import in_portions
from directory.handoff.models import Pack, PackNumber
from directory.handoff.packs import NO_LISTING, KeptPack, dialled, kept
from directory.integrity.queries import name_of
from directory.listings.models import Record

Reason = Literal[
    "removed", "closed", "do-not-list", "suspended", "not-shown", "confidential", "changed", "not-working", "reported"
]  # fmt: skip


class WrongLine(msgspec.Struct, frozen=True):
    """A line of a pack that is not right any more.

    Attributes:
        listing: public id; None of a pinned or a reporting line, and of a listing that is not held any more.
        name: of the listing; empty where it is not known.
        number: as it is dialled.
        reason: why.
    """

    listing: str | None
    name: str
    number: str
    reason: Reason


class Recalled(msgspec.Struct, frozen=True):
    """A pack that is still in use and holds such lines. ``must_go`` is false where all that is known is a report."""

    pack: KeptPack
    lines: tuple[WrongLine, ...]

    @property
    def must_go(self) -> bool:
        """Whether the pack is to be thrown away."""
        return any(line.reason != "reported" for line in self.lines)


class _Held(NamedTuple):
    """A line of a pack: the record of its listing, its number, and whether a town stands beside it."""

    listing_id: int
    number: str
    is_placed: bool


class _Known(msgspec.Struct, frozen=True):
    """What is held of a listing now."""

    listing: Record
    standing: str
    card: Card | None


def recalled(session: Session, *, fixed: Iterable[str], now: dt.datetime) -> list[Recalled]:
    """The packs that are still good by their date and hold a line that is not right, the newest first.

    Args:
        session: any session.
        fixed: the numbers of all pinned and reporting lines as they are now.
        now: the instant.
    """
    # West of Greenwich it is still yesterday.
    yesterday = day_number(now) - 1
    packs = session.scalars(
        sa.select(Pack).where(Pack.good_until >= yesterday).order_by(Pack.made_on.desc(), Pack.serial)
    ).all()
    numbers: dict[str, list[_Held]] = {pack.serial: [] for pack in packs}
    for portion in in_portions(list(numbers)):
        rows = session.execute(
            sa.select(PackNumber.serial, PackNumber.listing_id, PackNumber.number, PackNumber.is_placed)
            .where(PackNumber.serial.in_(portion))
            .order_by(PackNumber.listing_id, PackNumber.number)
        )
        for serial, listing, number, is_placed in rows:
            numbers[serial].append(_Held(listing, number, is_placed))
    known = _known(session, {line.listing_id for held in numbers.values() for line in held} - {NO_LISTING})
    holding = frozenset(fixed)
    found = []
    for pack in packs:
        lines = [_wrong(session, known, holding, one) for one in numbers[pack.serial]]
        if told := tuple(line for line in lines if line is not None):
            found.append(Recalled(kept(pack), told))
    return found


def recall_told(found: Iterable[Recalled]) -> str:
    """Which packs must go, in a sentence that names no listing; empty while none must."""
    serials = [one.pack.serial for one in found if one.must_go]
    if not serials:
        return ""
    *others, last = serials
    named = f"Packs {', '.join(others)} and {last} hold" if others else f"Pack {last} holds"
    return (
        f"{named} a number that is not right any more. Have them thrown away, and make new ones; handrail pack recall "
        "says which lines."
    )


def _known(session: Session, listings: set[int]) -> Mapping[int, _Known]:
    """What is held of listings; of one that was merged what it goes on in."""
    asked, service, organization = aliased(Record), aliased(Record), aliased(Record)
    found: dict[int, _Known] = {}
    for portion in in_portions(sorted(listings)):
        rows = session.execute(
            sa.select(asked.id, Record, service.standing, organization.standing, CardRow.brief)
            .join(Record, Record.id == sa.func.coalesce(asked.merged_into, asked.id))
            .join(service, service.id == Record.service_id)
            .join(organization, organization.id == Record.organization_id)
            .outerjoin(CardRow, CardRow.record_id == Record.id)
            .where(asked.id.in_(portion))
        )
        for asked_id, listing, of_service, of_organization, brief in rows:
            standings = {listing.standing, of_service, of_organization}
            worst = next((one for one in ("do-not-list", "closed", "suspended") if one in standings), "")
            found[asked_id] = _Known(listing, worst, None if brief is None else decode_card(bytes(brief)))
    return found


def _wrong(session: Session, known: Mapping[int, _Known], fixed: frozenset[str], line: _Held) -> WrongLine | None:
    """The line, if it is not right; None where it is."""
    if line.listing_id == NO_LISTING:
        return None if line.number in fixed else WrongLine(None, "", line.number, "changed")
    number, held = line.number.partition(";")[0], known.get(line.listing_id)
    if held is None:
        return WrongLine(None, "", number, "removed")
    reason = _reason(held, line)
    if reason is None:
        return None
    name = held.card.name if held.card else name_of(session, held.listing)
    return WrongLine(str(held.listing.public_id), name, number, reason)


def _reason(held: _Known, line: _Held) -> Reason | None:
    card, number = held.card, line.number
    if card is None:
        reasons: dict[str, Reason] = {one: one for one in ("do-not-list", "closed", "suspended")}
        return reasons.get(held.standing, "not-shown")
    # The paper says in which town, and nobody may learn that any more.
    if line.is_placed and card.block == "confidential":
        return "confidential"
    # Paper says to call it: what became a fax is no line any more.
    numbers = [dialled(phone) for phone in card.phones if phone.kind != "fax"]
    if number not in numbers:
        return "changed"
    if number == numbers[0] and (card.may_not_work or card.unreachable):
        return "not-working"
    return "reported" if card.reported else None
