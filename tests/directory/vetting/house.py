"""A program that can be vetted, and two coordinators who do it."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import show_touched
from directory.cards.queries import card_of
from directory.integrity import queries, service
from directory.listings.models import Fact
from directory.listings.vetting_steps import LOOKED_AT, Step, state_of_steps
from directory.vetting.service import steps_of, take_step
from directory.vetting.writing import Taken
from tests import makers
from tests.staff import acting, make_person


class House:
    """An organization with one listing, and two coordinators of its network."""

    def __init__(self, session: Session, *facts: object, area: str | None = None, name: str = "") -> None:
        self.id = makers.make_organization(session, "Owner House", *facts)  # type: ignore[arg-type]
        made = makers.make_service(
            session, makers.kind("food"), organization_id=self.id, area=area, sites=None if area else [makers.site()]
        )
        self.service, self.listing = made.record_id, made.listings[0][1]
        self.one, self.two = make_person(session, f"One{name}"), make_person(session, f"Two{name}")

    def take(self, session: Session, step: str, *, by: int | None = None, **more: object) -> Taken:
        """Take a step today as the first coordinator, unless something else is said."""
        now: dt.datetime = session.info["now"]
        actor = acting(session, by or self.one)
        if step == "removed":
            more = {"reason": "agreement-broken"} | more
        return take_step(session, self.id, step, by=actor, now=now, **({"on": now.date()} | more))  # type: ignore[arg-type]

    def second(self, session: Session, change: int, *, by: int | None = None) -> None:
        """Approve what waits, as the second coordinator unless somebody else is named."""
        actor = acting(session, by or self.two)
        now: dt.datetime = session.info["now"]
        shown = queries.change_of(session, change, by=actor, now=now).shown
        service.approve(session, change, shown=shown, by=actor, now=now)

    def make_active(self, session: Session) -> None:
        """All of it, from the beginning."""
        for step in ("recruited", *LOOKED_AT):
            self.take(session, step)
        self.second(session, self.take(session, "active").change)

    def state(self, session: Session) -> Step | None:
        """Where it stands."""
        return state_of_steps(steps_of(session, self.id))

    def is_found(self, session: Session) -> bool:
        """Whether anybody can find its listing."""
        session.flush()
        show_touched(session)
        return card_of(session, self.listing) is not None

    def steps_ever(self, session: Session) -> list[tuple[str, str]]:
        """Every step that was ever taken, with how its fact stands."""
        rows = session.execute(
            sa.select(Fact.slot, Fact.standing)
            .where(Fact.record_id == self.id, Fact.field == "vetting", Fact.standing.in_(("current", "past")))
            .order_by(Fact.id)
        )
        return [(slot, standing) for slot, standing in rows]
