"""A small task force: a listing with a confirmed number, two coordinators, and what they do with it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import show_touched
from directory.cards.queries import card_of
from directory.integrity import queries, service
from directory.integrity.service import Edit
from directory.listings.models import Fact
from tests import makers
from tests.staff import acting, make_person

OLD, NEW = "+13055550142", "+13055550177"


class Force:
    """A listing with a confirmed number, and two coordinators of its network."""

    def __init__(self, session: Session) -> None:
        made = makers.make_service(
            session, makers.kind("food"), makers.text("description", "Meals."), sites=[makers.site()]
        )
        self.service, self.listing = made.record_id, made.listings[0][1]
        self.phone = fact(session, self.service, "phone")
        makers.confirm(session, self.phone)
        self.one, self.two = make_person(session, "One"), make_person(session, "Two")


def fact(session: Session, record_id: int, field: str) -> int:
    return session.scalars(
        sa.select(Fact.id).where(Fact.record_id == record_id, Fact.field == field, Fact.standing == "current")
    ).one()


def propose(session: Session, force: Force, number: str = NEW, *, by: int | None = None) -> int:
    actor = acting(session, by or force.one)
    edits = [Edit(makers.phone(number))]
    edited = service.edit(session, force.service, edits, by=actor, reason="they moved", now=session.info["now"])
    assert edited.applied is None
    return edited.proposed[0]


def key(session: Session, change: int, kind: str, person: int, outcome: str = "confirmed") -> None:
    service.add_key(session, change, kind, outcome=outcome, by=acting(session, person), now=session.info["now"])


def approve(session: Session, change: int, person: int, *, stepped_up: bool = True) -> service.Approved:
    actor = acting(session, person, stepped_up=stepped_up)
    shown = queries.change_of(session, change, by=actor, now=session.info["now"]).shown
    return service.approve(session, change, shown=shown, by=actor, now=session.info["now"])


def numbers(session: Session, force: Force) -> list[str]:
    """What anybody sees."""
    session.flush()
    show_touched(session)
    card = card_of(session, force.listing)
    return [] if card is None else [phone.number for phone in card.phones]
