"""Cards for a copy: what is shown here, without the facts that a source's licence keeps from being copied."""

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.cards.card import Card
from directory.cards.service import make_cards
from directory.db import in_portions
from directory.listings.models import Fact, Record
from directory.sources.passing_on import withheld_facts
from directory.sources.policy import Receiver

# So many records are read at once with all that hangs on them.
_PORTION = 500


def cards_to_pass_on(session: Session, *, to: Receiver, now: dt.datetime) -> dict[int, Card | None]:
    """The listings whose card in a copy for this receiver is not the one that is stored.

    Args:
        session: any session.
        to: for whom the copy is.
        now: the instant at which it is made.

    Returns:
        Listing -> the card that may be copied; None where not even the name of the service may be.
    """
    withheld = withheld_facts(session, to=to)
    unnamed = _services_without_a_name(session, withheld)
    cards: dict[int, Card | None] = dict.fromkeys(_listings_of(session, unnamed))
    rest = sorted(set(withheld.values()) - unnamed - cards.keys())
    for portion in in_portions(rest, _PORTION):
        for shown in make_cards(session, portion, now=now, without=withheld.keys()).shown:
            if shown.record_id not in cards:
                cards[shown.record_id] = shown.card if shown.card and shown.card.name else None
    return cards


def _services_without_a_name(session: Session, withheld: Collection[int]) -> set[int]:
    found: set[int] = set()
    for portion in in_portions(sorted(withheld)):
        found |= set(
            session.scalars(
                sa.select(Fact.record_id).where(
                    Fact.id.in_(portion), Fact.field == "name", Fact.record_kind == "service"
                )
            )
        )
    return found


def _listings_of(session: Session, services: Collection[int]) -> list[int]:
    found: list[int] = []
    for portion in in_portions(sorted(services)):
        found += session.scalars(
            sa.select(Record.id).where(Record.service_id.in_(portion), Record.kind == "listing")
        ).all()
    return found
