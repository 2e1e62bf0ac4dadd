"""A small directory that has something of everything: listings, people with keys, a proposal, a hiding, letters."""

import datetime as dt

from sqlalchemy.orm import Session

from directory.clock import day_number
from directory.confirming.models import Confirmation, EnteredCall
from directory.db import Database
from directory.freshness.models import Evidence, Lesson, Testimony, WithdrawnEvidence
from directory.freshness.service import count_report
from directory.handoff.models import ContactStop, Pack, PackNumber, Protocol
from directory.handoff.outcomes import tap
from directory.listings.models import Change, ChangeProof, Fact, Hiding, Record
from directory.mail.models import Job
from directory.mail.service import put_out
from directory.people import sessions
from directory.people.invitations import make_link
from directory.people.models import ContactView, Credential, Person, Preference, Request, Scope, Vouch
from directory.planning.models import CallTask, LetterWish, StaffWish
from directory.search.indexing import rebuild
from directory.vetting.models import Exclusion, ReviewPanel
from directory.worklist.models import Note
from tests import makers

STREET = "77 Lanternfield Road"
# What no backup may hold.
SECRET = b"argon2-of-nobody-Quillfeather"
LETTER = "for-the-post@example.org"


def fill(database: Database) -> None:
    """Put it in, into a database that has its vocabulary or not."""
    with database.transaction() as session:
        made = makers.make_service(session, makers.kind("food"), sites=[makers.site(street=STREET)])
        makers.make_service(session, makers.kind("emergency-shelter"), name="Quiet Rooms", area="US-FL-331")
        listing = session.get_one(Record, made.listings[0][1])
        count_report(session, listing.id, reason="closed", now=session.info["now"])
        tap(session, listing.id, outcome="full", now=session.info["now"])
        people = [_person(session, name) for name in ("Ada", "Bea", "Cleo")]
        _keys_and_letters(session, people)
        _trust(session, listing.id, people)
    # Who accepts what calls teach makes all cards anew by it.
    rebuild(database)


def _person(session: Session, name: str) -> int:
    now: dt.datetime = session.info["now"]
    person = Person(
        public_id=session.info["new_id"](), name=name, email=f"{name.lower()}@example.org", role="coordinator",
        created_at=now, failures=1, blocked_until=now,
    )  # fmt: skip
    session.add(person)
    session.flush()
    return person.id


def _keys_and_letters(session: Session, people: list[int]) -> None:
    now: dt.datetime = session.info["now"]
    session.add_all(
        [
            Credential(person_id=people[0], kind="password", secret=SECRET, created_at=now),
            Credential(person_id=people[0], kind="passkey", secret=SECRET, handle=b"own id", counter=2, created_at=now),
            ContactView(person_id=people[0], listing_id=1, day=day_number(now)),
            Job(name="reconcile", last_ok_at=now),
        ]
    )  # fmt: skip
    sessions.begin(session, people[0], now=now)
    make_link(session, people[1], "recover", now=now)
    put_out(session, LETTER, "joined", {"when": now.date().isoformat()}, now=now)


def _trust(session: Session, listing_id: int, people: list[int]) -> None:
    now: dt.datetime = session.info["now"]
    phone = session.query(Fact).filter_by(field="phone").order_by(Fact.id).first()
    assert phone is not None
    session.add_all(
        [
            Scope(person_id=people[0], kind="network", key="main"),
            Preference(person_id=people[0], minutes=180, weekly=True),
            Vouch(person_id=people[1], by_id=people[2], at=now),
            Request(kind="recovery", subject="somebody", opened_by=people[0], opened_at=now),
            LetterWish(listing_id=listing_id, said_on=day_number(now)),
            Hiding(record_id=listing_id, by_id=people[0], at=now, until=now + dt.timedelta(hours=72)),
            CallTask(
                listing_id=listing_id,
                tier="liveness",
                kind="audit",
                planned_on=day_number(now),
                minutes=2.5,
                p_wrong=0.1,
                why="[]",
                claimed_by=people[0],
                claimed_until=now + dt.timedelta(hours=1),
            ),
        ]
    )
    session.add_all(
        [
            Exclusion(
                change_id=1, record_id=listing_id, reason="harm", stated_by=people[0], stated_at=now,
                notice_on=day_number(now), notice_how="letter", appeal_on=day_number(now),
            ),
            ReviewPanel(
                organization_id=listing_id, held_on=day_number(now), seats="A1 B2 C3", paid=True, conflicts="none",
                result="passed", entered_by=people[0],
            ),
        ]
    )  # fmt: skip
    day = day_number(now)
    session.add(Note(listing_id=listing_id, text="a note", by_id=people[0], written_on=day, last_on=day + 30))
    session.add(
        Protocol(
            public_id=session.info["new_id"](), from_id=listing_id, to_id=phone.record_id, signed_on=day - 9,
            reference="binder 3", steps="Call the intake line first.", respond_minutes=30, review_on=day + 300,
            by_id=people[0], written_on=day,
        )
    )  # fmt: skip
    session.add(ContactStop(organization_id=phone.record_id, by_id=people[0], stopped_on=day, before_change=1))
    session.add(StaffWish(listing_id=listing_id, kind="no-letter", by_id=people[0], said_on=day, last_on=day + 30))
    session.add(Pack(serial="4821-7731", made_on=day, good_until=day + 90, languages="en es", area="33130 (Miami, FL)"))
    session.flush()
    session.add(PackNumber(serial="4821-7731", listing_id=listing_id, number="+13055550142", is_placed=True))
    session.add(
        Lesson(figures='{"hazards":{"legal":{"phone":0.07}}}', calls=40, accepted_by=people[0], accepted_at=now)
    )
    session.add_all(
        [
            # Somebody asked for the first letter, the clock wrote the second.
            Confirmation(
                key_hash=bytes([number]) * 32, listing_id=listing_id, written_to=phone.id, digest=bytes(32),
                message_hash=bytes([number]) * 32, requested_by=by, created_at=now,
                expires_at=now + dt.timedelta(days=7),
            )
            for number, by in enumerate((people[0], None))
        ]
    )  # fmt: skip
    evidence = Evidence(
        fact_id=phone.id, method="call", outcome="confirmed", log2_odds=-3, observed_at=now, run_key="call:1",
        actor_role="coordinator",
    )  # fmt: skip
    change = Change(
        kind="edit", state="proposed", subject_id=phone.record_id, needs_second=True, needs_proof=True,
        proposed_by=people[0], proposed_at=now, reason="a new number", holds="shared",
    )  # fmt: skip
    session.add_all([evidence, change])
    session.flush()
    session.add_all(
        [
            Testimony(evidence_id=evidence.id, by_id=people[1]),
            WithdrawnEvidence(evidence_id=evidence.id, by_id=people[1], at=now),
            EnteredCall(
                listing_id=listing_id, by_id=people[1], at=now, outcome="confirmed", minutes=2.5, evidence_from=0,
                evidence_to=evidence.id, change_from=0, change_to=0, undone_at=now,
            ),
            ChangeProof(change_id=change.id, evidence_id=evidence.id, key="old-number", by_id=people[1]),
            Fact(
                record_id=phone.record_id, record_kind=phone.record_kind, field="phone", slot=phone.slot,
                value=phone.value, match_key=phone.match_key, standing="proposed", tier=phone.tier, change_id=change.id,
            ),
        ]
    )  # fmt: skip
    session.flush()
