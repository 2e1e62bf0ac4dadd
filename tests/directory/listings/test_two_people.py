"""What the database itself demands of whatever is verified: two people and a key; and that proposals keep their terms.

Each write that is refused is also done as it may be, so that it is refused for what it wants and nothing else.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import Database
from directory.freshness import models as freshness
from directory.listings.models import Change, ChangeItem, ChangeProof, Fact
from directory.people.models import Person, Vouch
from tests import makers
from tests.directory.listings.test_refusals import AT, Scene, fact

BY_TWO = "by two people only"
TERMS = "keeps its terms"
GUEST = "nobody seconds the one who invited them"


class Trust(Scene):
    """The scene with changes of every kind, a value of the past, and people who were invited by one another."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        # Confirmed itself was the voice line alone; the name stands or falls with it.
        self.name = session.scalars(
            sa.select(Fact.id).where(Fact.record_id == self.service, Fact.field == "name")
        ).one()
        self.past = session.scalars(fact(self, **TEXT_LINE, standing="past").returning(Fact.id)).one()
        seconded: dict[str, Any] = {"needs_second": True, "decided_by": self.second, "decided_at": AT}
        proven: dict[str, Any] = {"needs_proof": True, "proof_id": self.evidence}
        self.one_person = self.new_change(session)
        self.one_with_key = self.new_change(session, **proven)
        self.two_without_key = self.new_change(session, **seconded)
        self.waiting = self.new_change(session, state="proposed", **seconded | proven)
        self.declined = self.new_change(session, state="declined", needs_second=True, decided_by=self.second)
        self.two_people = self.new_change(session, **seconded | proven)
        self.glass = self.new_change(session, **seconded, broke_glass=True)
        held = {"state": "proposed", "needs_second": True, "needs_proof": True, "holds": "shared"}
        self.held = self.new_change(session, **held, hold_until=AT + dt.timedelta(days=3))
        makers.confirm(session, self.phone, key="another")
        self.other_evidence = session.scalars(
            sa.select(freshness.Evidence.id).where(freshness.Evidence.run_key == "another")
        ).one()
        guests = [
            Person(public_id=session.info["new_id"](), name=name, role=role, created_at=AT, invited_by=self.first)
            for name, role in (("guest", "coordinator"), ("partner", "partner"))
        ]
        session.add_all(guests)
        session.flush()
        self.guest, self.partner = (guest.id for guest in guests)
        stranger = Person(public_id=session.info["new_id"](), name="stranger", role="coordinator", created_at=AT)
        session.add(stranger)
        session.flush()
        self.stranger = stranger.id

    def new_change(self, session: Session, **values: Any) -> int:
        """Another change by the first person, applied unless it says otherwise; its id."""
        row = {"kind": "edit", "state": "applied", "proposed_by": self.first, "proposed_at": AT, "reason": "a test"}
        change = Change(**row | values)
        session.add(change)
        session.flush()
        return change.id


TEXT_LINE: dict[str, Any] = {"field": "phone", "slot": "text", "value": '{"number":"+13055550177"}'}
UNNAMED: dict[str, Any] = {"field": "name", "slot": "", "value": '{"text":"Name not shown"}'}
Writes = Callable[[Trust, int], Sequence[Any]]


def begins(**values: Any) -> Writes:
    """A value of the verified service begins under a change."""
    return lambda scene, change: [fact(scene, change_id=change, **values)]


def moves(which: Callable[[Trust], int], standing: str) -> Writes:
    """A fact gets another standing, and the change is noted as the one that did it."""

    def writes(scene: Trust, change: int) -> Sequence[Any]:
        was = "past" if standing == "current" else "current"
        item = sa.insert(ChangeItem).values(
            change_id=change, seq=7, op="update", entity="fact", entity_id=which(scene),
            before=f'{{"standing":"{was}"}}',
        )  # fmt: skip
        emptied: dict[str, Any] = {"value": None, "match_key": None} if standing == "purged" else {}
        return [item, sa.update(Fact).where(Fact.id == which(scene)).values(standing=standing, **emptied)]

    return writes


def proposed_and_taken(scene: Trust, change: int) -> Sequence[Any]:
    """A value is written as proposed, and then made current."""
    write = fact(scene, change_id=change, **TEXT_LINE | {"slot": "tty"}, standing="proposed")
    taken = sa.update(Fact).where(Fact.slot == "tty", Fact.standing == "proposed").values(standing="current")
    return [write, taken]


GUARDED: dict[str, Writes] = {
    "another line of the service": begins(**TEXT_LINE),
    "a line of the listing of a verified service": lambda s, c: [
        fact(s, change_id=c, record_id=s.listing, record_kind="listing", **TEXT_LINE | {"slot": "voice"})
    ],
    "a line of the place of a verified service": lambda s, c: [
        fact(s, change_id=c, record_id=s.location, record_kind="location", **TEXT_LINE)
    ],
    "a site": begins(field="url", slot="", value='{"text":"https://a.example.org"}'),
    "an e-mail address": begins(field="email", slot="", value='{"text":"a@example.org"}'),
    "a status": begins(field="status", slot="", value='{"text":"inactive"}'),
    "a contact": begins(field="contact", slot="", value='{"name":"A"}', tier="partner"),
    "hours of a line that answers in a crisis": begins(field="schedule", slot="crisis-line", value="{}"),
    "whether others see whom to ask for": begins(field="attribute", slot="handrail:shares-contacts", value="{}"),
    "a proposed value that is taken": proposed_and_taken,
    "the end of a confirmed line": moves(lambda s: s.phone, "past"),
    "a confirmed line that is declined": moves(lambda s: s.phone, "declined"),
    "a confirmed line that is emptied": moves(lambda s: s.phone, "purged"),
    "the end of a name beside a confirmed line": moves(lambda s: s.name, "past"),
    "a value of the past that comes back": moves(lambda s: s.past, "current"),
}


@pytest.fixture
def trust(database: Database) -> Trust:
    """The scene, committed."""
    with database.transaction() as session:
        return Trust(session)


def said(database: Database, statements: Sequence[Any]) -> str:
    """What the database says against these statements, of which nothing stays; empty when it takes them."""
    with database.engine.connect() as connection, connection.begin() as transaction:
        try:
            for statement in statements:
                connection.execute(statement)
        except sa.exc.DBAPIError as error:
            return str(error.orig)
        finally:
            transaction.rollback()
    return ""


@pytest.mark.parametrize("change", ["one_person", "one_with_key", "two_without_key"])
def test_nothing_sensitive_of_a_verified_listing_moves_without_two_people_and_a_key(
    database: Database, trust: Trust, change: str
) -> None:
    passed = [
        name for name, writes in GUARDED.items() if BY_TWO not in said(database, writes(trust, getattr(trust, change)))
    ]
    assert passed == []


@pytest.mark.parametrize("change", ["two_people", "glass"])
def test_two_people_move_every_one_of_them_with_a_key_or_by_breaking_the_glass(
    database: Database, trust: Trust, change: str
) -> None:
    refused = {name: said(database, writes(trust, getattr(trust, change))) for name, writes in GUARDED.items()}
    assert {name: why for name, why in refused.items() if why} == {}


def test_an_approval_that_still_waits_moves_nothing(database: Database, trust: Trust) -> None:
    ends = GUARDED["the end of a confirmed line"]
    assert BY_TWO in said(database, ends(trust, trust.waiting))


def test_a_later_change_by_one_does_not_borrow_the_two_people_of_an_earlier_one(
    database: Database, trust: Trust
) -> None:
    later = trust.glass + 100
    noted = moves(lambda s: s.past, "current")(trust, trust.two_people)[0]
    with database.transaction() as session:
        session.execute(noted)
        session.add(Change(id=later, kind="edit", state="applied", proposed_by=trust.first, proposed_at=AT, reason=""))
    assert BY_TWO in said(database, moves(lambda s: s.past, "current")(trust, later))


def test_one_person_makes_a_verified_listing_more_confidential(database: Database, trust: Trust) -> None:
    closing = (
        begins(field="url", slot="", value='{"text":"https://a.example.org"}', tier="coordinator"),
        begins(field="email", slot="", value='{"text":"a@example.org"}', tier="coordinator"),
        lambda s, c: [*moves(lambda one: one.name, "purged")(s, c), *begins(**UNNAMED)(s, c)],
    )
    assert [said(database, writes(trust, trust.one_person)) for writes in closing] == ["", "", ""]


def test_whoever_proved_a_line_dead_does_not_say_alone_what_comes_next(database: Database, trust: Trust) -> None:
    follows = fact(trust, change_id=trust.one_person, **TEXT_LINE | {"slot": "voice"})
    ends = moves(lambda s: s.phone, "past")(trust, trust.two_people)
    dead = sa.insert(ChangeProof).values(
        change_id=trust.two_people, evidence_id=trust.evidence, key="dead-line", by_id=trust.first
    )
    assert BY_TWO in said(database, [dead, *ends, follows])
    # Where two people ended it for another reason, nothing is confirmed any more.
    assert said(database, [dead.values(key="old-number"), *ends, follows]) == ""


def line_again(number: str, *, standing: str = "proposed") -> Writes:
    """The confirmed line, or another one, written in the place of the confirmed one."""
    value = f'{{"number":"{number}"}}'
    place: dict[str, Any] = {"field": "phone", "slot": "voice", "value": value, "match_key": number}
    return lambda scene, change: [fact(scene, change_id=change, standing=standing, **place)]


def taken(number: str) -> Writes:
    """That one is made current."""
    return lambda _, change: [
        sa.update(Fact)
        .where(Fact.change_id == change, Fact.match_key == number, Fact.standing == "proposed")
        .values(standing="current")
    ]


def test_one_person_empties_a_confirmed_line_only_to_say_the_same_number_again(
    database: Database, trust: Trust
) -> None:
    with database.transaction() as session:
        makers.confirm(session, trust.name)
    same, other = "+13055550142", "+13055550199"
    empties = moves(lambda s: s.phone, "purged")

    def tried(*writes: Writes) -> str:
        statements = [one for write in writes for one in write(trust, trust.one_person)]
        for place, statement in enumerate(statements):
            if statement.is_insert and statement.table.name == "change_item":
                statements[place] = statement.values(op="purge")
        return said(database, statements)

    assert tried(line_again(same), empties, taken(same)) == ""
    for writes in (
        (empties,),
        (line_again(other), empties),
        (line_again(same, standing="past"), empties),
        (line_again(same), empties, line_again(other, standing="current")),
        (line_again(same), line_again(other), empties, taken(other)),
        (line_again(same), empties, line_again(other), taken(other)),
    ):
        assert BY_TWO in tried(*writes)


def test_one_person_corrects_what_nobody_confirmed(database: Database, trust: Trust) -> None:
    ends = moves(lambda s: s.unconfirmed_phone, "past")(trust, trust.one_person)
    follows = fact(trust, record_id=trust.hidden_service, change_id=trust.one_person, **TEXT_LINE | {"slot": "voice"})
    assert said(database, [*ends, follows]) == ""


def of_change(which: str, **values: Any) -> Callable[[Trust], Any]:
    """An UPDATE of one of the changes."""
    return lambda scene: sa.update(Change).where(Change.id == getattr(scene, which)).values(**values)


OF_TERMS: dict[str, Callable[[Trust], Any]] = {
    "a proposal that needs no second person any more": of_change("proposal", needs_second=False),
    "a proposal that needs no key any more": of_change("proposal", needs_proof=False),
    "a proposal by somebody else": lambda s: of_change("proposal", proposed_by=s.second)(s),
    "a proposal by nobody": of_change("proposal", proposed_by=None),
    "a proposal about something else": lambda s: of_change("proposal", subject_id=s.listing)(s),
    "a proposal that wants something else": of_change("proposal", intends="close"),
    "a proposal that breaks the glass": of_change("proposal", broke_glass=True),
    "a proposal that nothing looks wrong with any more": of_change("held", holds=""),
    "a shorter delay": of_change("held", hold_until=AT),
    "no delay": of_change("held", hold_until=None),
    "another second person": lambda s: of_change("waiting", decided_by=s.stranger)(s),
    "no second person": of_change("waiting", decided_by=None),
    "another second person of what is applied": lambda s: of_change("two_people", decided_by=s.stranger)(s),
    "another key of what is applied": lambda s: of_change("two_people", proof_id=s.other_evidence)(s),
    "what was declined is proposed again": of_change("declined", state="proposed"),
    "what was declined is applied": lambda s: of_change("declined", state="applied", proof_id=s.evidence)(s),
    "what was applied is proposed again": of_change("two_people", state="proposed"),
}


def test_a_proposal_keeps_its_terms(database: Database, trust: Trust) -> None:
    passed = [name for name, write in OF_TERMS.items() if TERMS not in said(database, [write(trust)])]
    assert passed == []


def test_a_proposal_is_declined_or_applied_once(database: Database, trust: Trust) -> None:
    approved = {"state": "applied", "decided_by": trust.second, "decided_at": AT, "proof_id": trust.evidence}
    for allowed in (
        of_change("proposal", state="declined", decided_by=trust.second),
        of_change("proposal", state="declined"),
        of_change("proposal", **approved),
        of_change("waiting", state="declined"),
        of_change("waiting", state="declined", decided_by=trust.stranger),
        of_change("waiting", state="applied"),
    ):
        assert said(database, [allowed(trust)]) == ""


def test_no_guest_seconds_the_one_who_invited_them_unless_a_third_knows_them(database: Database, trust: Trust) -> None:
    approved = of_change("proposal", state="applied", decided_by=trust.guest, proof_id=trust.evidence)(trust)
    at_once = sa.insert(Change).values(
        kind="edit", state="applied", proposed_by=trust.first, proposed_at=AT, reason="", needs_second=True,
        needs_proof=True, decided_by=trust.guest, proof_id=trust.evidence,
    )  # fmt: skip
    known = sa.insert(Vouch).values(person_id=trust.guest, by_id=trust.second, at=AT)
    by_host = sa.insert(Vouch).values(person_id=trust.guest, by_id=trust.first, at=AT)
    for write in (approved, at_once):
        assert GUEST in said(database, [write])
        assert GUEST in said(database, [by_host, write])
        assert said(database, [known, write]) == ""
    assert said(database, [of_change("proposal", state="declined", decided_by=trust.guest)(trust)]) == ""


def test_nobody_seconds_what_a_partner_proposes_whom_they_invited(database: Database, trust: Trust) -> None:
    def proposed(by: int, seconded_by: int) -> Any:
        return sa.insert(Change).values(
            kind="edit", state="applied", proposed_by=by, proposed_at=AT, reason="", needs_second=True,
            decided_by=seconded_by,
        )  # fmt: skip

    known = sa.insert(Vouch).values(person_id=trust.partner, by_id=trust.second, at=AT)
    assert GUEST in said(database, [proposed(trust.partner, trust.first)])
    assert said(database, [known, proposed(trust.partner, trust.first)]) == ""
    assert said(database, [proposed(trust.partner, trust.second)]) == ""
    # A coordinator is somebody of their own: only admins invite them.
    assert said(database, [proposed(trust.guest, trust.first)]) == ""


def test_what_people_witnessed_only_grows(database: Database, trust: Trust) -> None:
    with database.transaction() as session:
        session.add(freshness.Testimony(evidence_id=trust.evidence, by_id=trust.first))
        session.add(
            ChangeProof(change_id=trust.proposal, evidence_id=trust.evidence, key="old-number", by_id=trust.first)
        )
        session.add(Vouch(person_id=trust.guest, by_id=trust.second, at=AT))
    for table in (freshness.Testimony, ChangeProof, Vouch):
        refusal = f"{table.__tablename__} is append-only"
        assert refusal in said(database, [sa.update(table).values(by_id=trust.partner)])
        assert refusal in said(database, [sa.delete(table)])
        if not database.is_sqlite:
            assert refusal in said(database, [sa.text(f"TRUNCATE {table.__tablename__}")])
