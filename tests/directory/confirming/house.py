"""A program with a mailbox on the domain of its own site, and two coordinators who look after it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import show_touched
from directory.confirming import service
from directory.freshness.models import Evidence
from directory.freshness.service import add_evidence
from directory.listings.drafts import FactDraft
from directory.listings.fields import Text
from directory.listings.models import Fact
from directory.people.actor import Actor
from tests import makers
from tests.conftest import NOW
from tests.staff import acting, make_person

MAILBOX = "desk@lantern.example.org"
SITE = "https://www.lantern.example.org"


def mailbox(address: str = MAILBOX) -> FactDraft:
    """An e-mail address."""
    return FactDraft("email", Text(address), match_key=address)


def site(address: str = SITE) -> FactDraft:
    """The address of a site."""
    return FactDraft("url", Text(address))


class House:
    """A program whose mailbox somebody verified on the telephone."""

    def __init__(
        self,
        session: Session,
        *,
        is_verified: bool = True,
        name: str = "Lantern House",
        address: str = MAILBOX,
        web: str = SITE,
    ) -> None:
        facts = (
            makers.kind("food"),
            mailbox(address),
            site(web),
            makers.speaks("es"),
            makers.opens({"MO": [(540, 1020)]}),
        )
        made = makers.make_service(session, *facts, name=name, sites=[makers.site()])
        self.service, self.listing = made.record_id, made.listings[0][1]
        show_touched(session)
        if is_verified:
            makers.confirm(session, self.fact(session, "email"))
        show_touched(session)
        self.people = make_person(session, f"One{self.listing}"), make_person(session, f"Two{self.listing}")

    def one(self, session: Session) -> Actor:
        """The first coordinator, with a fresh proof."""
        return acting(session, self.people[0])

    def two(self, session: Session) -> Actor:
        """The second one."""
        return acting(session, self.people[1])

    def fact(self, session: Session, field: str) -> int:
        """The id of a current fact of the service."""
        return session.scalars(
            sa.select(Fact.id).where(
                Fact.record_id == self.service, Fact.field == field, Fact.standing == "current"
            )
        ).one()  # fmt: skip

    def ask(self, session: Session) -> str:
        """Write to the program; the key that stands in the letter."""
        show_touched(session)
        return service.ask(session, self.listing, by=self.one(session), now=NOW)


def found(session: Session, method: str) -> list[tuple[str, str]]:
    """(field, outcome) of the evidence of a method, in order."""
    rows = session.execute(
        sa.select(Fact.field, Evidence.outcome)
        .join(Evidence, Evidence.fact_id == Fact.id)
        .where(Evidence.method == method)
        .order_by(Evidence.id)
    )
    return [(field, outcome) for field, outcome in rows]


def saw(session: Session, fact_id: int, method: str, outcome: str, *, odds: int = 0) -> None:
    """Let a look have seen something."""
    key = f"{method}:{outcome}:{fact_id}"
    add_evidence(
        session, fact_id, method=method, outcome=outcome, log2_odds=odds, observed_at=NOW, run_key=key
    )  # fmt: skip
