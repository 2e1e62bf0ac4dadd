"""What the database itself refuses, on both databases, whoever asks."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.models import AuditEntry
from directory.cards.models import CardRow
from directory.db import Database
from directory.freshness.models import Evidence
from directory.listings.models import Change, ChangeItem, Fact, Record
from directory.people.models import Network, Person
from directory.search.models import SearchKey
from directory.sources.models import ImportRun, Source, SourceRecord
from tests import makers

AT = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


class Scene:
    """A verified public service with a place, a confidential one that nobody confirmed, two people, and a proposal."""

    def __init__(self, session: Session) -> None:
        words = makers.text("description", "Meals every day.")
        public = makers.make_service(session, makers.kind("food"), words, sites=[makers.site()])
        hidden = makers.make_service(session, makers.kind("emergency-shelter"), area="US-FL-331")
        self.service, self.listing = public.record_id, public.listings[0][1]
        self.hidden_service, self.hidden_listing = hidden.record_id, hidden.listings[0][1]
        self.location = session.get_one(Record, self.listing).location_id or 0
        self.phone = session.scalars(
            sa.select(Fact.id).where(Fact.record_id == self.service, Fact.field == "phone")
        ).one()
        self.change = public.change_id
        makers.confirm(session, self.phone)
        self.unconfirmed_phone = session.scalars(
            sa.select(Fact.id).where(Fact.record_id == self.hidden_service, Fact.field == "phone")
        ).one()
        people = [Person(public_id=uuid.uuid4(), name=name, role="coordinator", created_at=AT) for name in "AB"]
        session.add_all(people)
        session.flush()
        self.first, self.second = (person.id for person in people)
        proposal = Change(
            kind="edit", state="proposed", needs_second=True, needs_proof=True, proposed_by=self.first, proposed_at=AT,
            reason="a test",
        )  # fmt: skip
        session.add(proposal)
        session.flush()
        self.proposal = proposal.id
        self.evidence = session.scalars(sa.select(Evidence.id)).one()


def fact(scene: Scene, **values: Any) -> Any:
    """An INSERT of a fact on the public service that one person may write, as SQL that no verb would write."""
    row = {
        "record_id": scene.service, "record_kind": "service", "field": "description", "slot": "z",
        "value": '{"text":"v"}', "standing": "current", "tier": "public", "change_id": scene.change,
    }  # fmt: skip
    return sa.insert(Fact).values(row | values)


def record(scene: Scene, record_id: int, **values: Any) -> Any:
    """An UPDATE of a record."""
    return sa.update(Record).where(Record.id == record_id).values(**values)


def change(scene: Scene, **values: Any) -> Any:
    """An UPDATE of the open proposal."""
    return sa.update(Change).where(Change.id == scene.proposal).values(**values)


def posting(scene: Scene, **values: Any) -> Any:
    """An INSERT of a posting."""
    numbers = dict.fromkeys(("flags", "k0", "k1", "yes", "no", "l0", "l1", "l2", "l3"), 0)
    weeks = dict.fromkeys(("open_week", "intake_week", "fresh_until", "origins", "area"), 0)
    row = (
        {
            "term": 200331,
            "cell": 9,
            "sid": scene.listing,
            "service": scene.service,
            "tie": 1,
            "x": None,
            "y": None,
            "z": None,
        }
        | numbers
        | weeks
    )
    return sa.insert(SearchKey).values(row | values)


FORBIDDEN: dict[str, Callable[[Scene], Any]] = {
    "a point on a confidential service": lambda s: fact(s, record_id=s.hidden_service, field="point"),
    "an address on a public service": lambda s: fact(s, field="address"),
    "directions on a listing": lambda s: fact(s, record_id=s.listing, record_kind="listing", field="transportation"),
    "a fact that lies about the kind of its record": lambda s: fact(
        s, record_id=s.hidden_service, record_kind="location", field="point"
    ),
    "a place for a confidential listing": lambda s: record(s, s.hidden_listing, location_id=s.location),
    "a place for it after opening only the listing": lambda s: record(
        s, s.hidden_listing, location_id=s.location, location_disclosure="public"
    ),
    "a listing more open than its service": lambda s: record(s, s.hidden_listing, location_disclosure="public"),
    "a service made confidential while a place is held": lambda s: record(
        s, s.service, location_disclosure="area_only", published_area="US-FL-331"
    ),
    "a confidential location": lambda s: record(s, s.location, location_disclosure="area_only"),
    "a place for an organization": lambda s: record(s, 1, location_id=s.location),
    "a published area on a public service": lambda s: record(s, s.service, published_area="US-FL-331"),
    "area_only without an area": lambda s: record(s, s.hidden_service, published_area=None),
    "an area on a listing": lambda s: record(s, s.hidden_listing, published_area="US-FL-331"),
    "a listing without a service": lambda s: record(s, s.listing, service_id=None),
    "a service without an organization": lambda s: record(s, s.service, organization_id=None),
    "an unknown standing": lambda s: record(s, s.listing, standing="gone"),
    "an unknown disclosure": lambda s: record(s, s.listing, location_disclosure="secret"),
    "an unknown kind of record": lambda s: record(s, s.listing, kind="place"),
    "merging into nothing": lambda s: record(s, s.listing, standing="merged"),
    "a survivor without a merge": lambda s: record(s, s.listing, merged_into=s.hidden_listing),
    "merging into itself": lambda s: record(s, s.listing, standing="merged", merged_into=s.listing),
    "two current values in one place": lambda s: fact(s, slot=""),
    "an unknown standing of a fact": lambda s: fact(s, standing="maybe"),
    "an unknown tier": lambda s: fact(s, tier="everyone"),
    "a value of more than 32 KiB": lambda s: fact(s, value="x" * 32_769),
    "a fact without a value": lambda s: fact(s, value=None),
    "a purged fact with a value": lambda s: fact(s, standing="purged"),
    "a purged fact with a key": lambda s: fact(s, standing="purged", value=None, match_key="k"),
    "rewriting a value": lambda s: sa.update(Fact).where(Fact.id == s.phone).values(value='{"number":"+1"}'),
    "moving a fact to another record": lambda s: (
        sa.update(Fact).where(Fact.id == s.phone).values(record_id=s.hidden_service)
    ),
    "showing a fact to another tier": lambda s: sa.update(Fact).where(Fact.id == s.phone).values(tier="coordinator"),
    "giving a fact to another change": lambda s: sa.update(Fact).where(Fact.id == s.phone).values(change_id=s.proposal),
    "moving a fact while purging it": lambda s: (
        sa.update(Fact)
        .where(Fact.id == s.unconfirmed_phone)
        .values(standing="purged", value=None, match_key=None, slot="other")
    ),
    "a current fact from a proposal": lambda s: fact(s, change_id=s.proposal),
    "deleting a fact that has evidence": lambda s: sa.delete(Fact).where(Fact.id == s.phone),
    "approving one's own proposal": lambda s: change(s, state="applied", decided_by=s.first, proof_id=s.evidence),
    "approving without a proof": lambda s: change(s, state="applied", decided_by=s.second),
    "approving without a second person": lambda s: change(s, state="applied", proof_id=s.evidence),
    "a proof that does not exist": lambda s: change(s, proof_id=999),
    "an unknown state of a change": lambda s: change(s, state="perhaps"),
    "an unknown kind of change": lambda s: change(s, kind="whim"),
    "editing the audit": lambda _: sa.update(AuditEntry).values(body="x"),
    "deleting from the audit": lambda _: sa.delete(AuditEntry),
    "editing evidence": lambda _: sa.update(Evidence).values(outcome="x"),
    "deleting evidence": lambda _: sa.delete(Evidence),
    "evidence beyond its bounds": lambda s: sa.insert(Evidence).values(
        fact_id=s.phone, method="call", outcome="x", log2_odds=7, observed_at=AT, run_key="k"
    ),
    "evidence by an unknown method": lambda s: sa.insert(Evidence).values(
        fact_id=s.phone, method="rumour", outcome="x", log2_odds=1, observed_at=AT, run_key="k"
    ),
    "a point in an area's posting": lambda s: posting(s, x=1.0, y=0.0, z=0.0),
    "a place's posting without a point": lambda s: posting(s, term=0),
    "half a point": lambda s: posting(s, term=0, x=1.0),
    "an unknown kind of network": lambda _: sa.insert(Network).values(key="k", name="n", kind="secret"),
    "an unknown role": lambda _: sa.insert(Person).values(
        public_id=uuid.uuid4(), name="n", role="operator", created_at=AT
    ),
    "an unknown standing of a person": lambda s: sa.update(Person).where(Person.id == s.first).values(standing="x"),
    "an unknown kind of source": lambda _: sa.insert(Source).values(key="k", kind="rumour", trust="feed"),
    "an unknown trust": lambda _: sa.insert(Source).values(key="k", kind="feed", trust="absolute"),
    "a run of no source": lambda _: sa.insert(ImportRun).values(
        source_id=999, reader="hsds", started_at=AT, state="running"
    ),
    "a source record of no source": lambda _: sa.insert(SourceRecord).values(
        source_id=999, source_key="k", outcome="accepted", seen_at=AT
    ),
    "a card of no record": lambda _: sa.insert(CardRow).values(record_id=999, public=b"x"),
    "a transition of an unknown kind": lambda s: sa.insert(ChangeItem).values(
        change_id=s.change, seq=99, op="rewrite", entity="fact", entity_id=1
    ),
    "a transition of an unknown entity": lambda s: sa.insert(ChangeItem).values(
        change_id=s.change, seq=99, op="update", entity="person", entity_id=1
    ),
}


@pytest.fixture
def scene(database: Database) -> Scene:
    """The scene, committed."""
    with database.transaction() as session:
        return Scene(session)


def test_every_forbidden_write_is_refused(database: Database, scene: Scene) -> None:
    accepted = []
    for name, write in FORBIDDEN.items():
        try:
            with database.engine.begin() as connection:
                connection.execute(write(scene))
            accepted.append(name)
        except sa.exc.DBAPIError:
            continue
    assert accepted == []


def test_purging_a_fact_is_the_one_rewriting_that_is_allowed_and_it_is_for_ever(
    database: Database, scene: Scene
) -> None:
    purge = sa.update(Fact).where(Fact.id == scene.unconfirmed_phone)
    with database.engine.begin() as connection:
        connection.execute(purge.values(standing="purged", value=None, match_key=None))
    with pytest.raises(sa.exc.DBAPIError), database.engine.begin() as connection:
        connection.execute(purge.values(standing="past", value='{"number":"+1"}'))


def test_the_audit_cannot_be_truncated(database: Database) -> None:
    if database.is_sqlite:
        return  # SQLite has no TRUNCATE; its DELETE is refused above.
    with pytest.raises(sa.exc.DBAPIError), database.engine.begin() as connection:
        connection.exec_driver_sql("TRUNCATE audit_entry")


def test_the_same_writes_pass_when_they_are_allowed(database: Database, scene: Scene) -> None:
    """A control: the statements above fail for what they forbid, not for how they are written."""
    allowed = [
        fact(scene),
        fact(scene, slot="y", value="x" * 32_768),
        record(scene, scene.listing, standing="suspended"),
        posting(scene),
        posting(scene, term=0, x=1.0, y=0.0, z=0.0),
        sa.insert(Source).values(key="k", kind="feed", trust="feed"),
        change(scene, state="applied", decided_by=scene.second, proof_id=scene.evidence),
    ]
    with database.engine.begin() as connection:
        for statement in allowed:
            connection.execute(statement)
