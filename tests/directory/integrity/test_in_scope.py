"""What is said of many records at once is what is said of each: over random directories, roles and scopes."""

import datetime as dt
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from directory.bootstrap import show_touched, working_network
from directory.integrity import in_scope
from directory.integrity.in_scope import which_in_scope
from directory.integrity.queries import open_changes
from directory.integrity.reach import is_in_scope
from directory.integrity.service import Edit, edit
from directory.listings.fields import Address, ServiceArea, encode_value
from directory.listings.models import Change, Fact, Record
from directory.people.actor import ROLES, Actor, Role
from directory.people.models import Network
from tests import makers
from tests.conftest import NOW
from tests.effort import questions_of
from tests.staff import acting, make_person

_AREAS = ("US", "US-FL", "US-FL-331", "US-FLX", "US-GA", "CA-ON", "12086")
_STATES = (("FL", "US"), ("GA", "US"), ("ON", "CA"), ("", "US"))


class _Place(NamedTuple):
    state: tuple[str, str] | None
    standing: str
    owner: int | None


class _Service(NamedTuple):
    owner: int
    network: int
    area: str | None
    places: list[int | None]
    merged_into: int | None


class _Drawn(NamedTuple):
    """Networks are 0 and 1; who is whose is a number within the lists, taken round and round."""

    organizations: list[int]
    places: list[_Place]
    services: list[_Service]
    served: list[tuple[int, str, str]]


class _Asks(NamedTuple):
    role: Role
    networks: frozenset[str]
    areas: frozenset[str]
    organizations: frozenset[int]


_few, _standings = st.integers(0, 5), st.sampled_from(["current", "current", "past", "proposed"])
_drawn = st.builds(
    _Drawn,
    st.lists(st.integers(0, 1), min_size=1, max_size=3),
    st.lists(st.builds(_Place, st.none() | st.sampled_from(_STATES), _standings, st.none() | _few), max_size=3),
    st.lists(
        st.builds(
            _Service, _few, st.integers(0, 1), st.none() | st.sampled_from(_AREAS),
            st.lists(st.none() | _few, max_size=3), st.none() | _few,
        ),
        max_size=4,
    ),
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from(_AREAS), _standings), min_size=1, max_size=5),
)  # fmt: skip
_asks = st.builds(
    _Asks,
    st.sampled_from(["coordinator", "coordinator", *ROLES]),
    st.frozensets(st.sampled_from(["main", "other", "none"]), max_size=1),
    st.frozensets(st.sampled_from(_AREAS), max_size=2),
    st.frozensets(_few, max_size=1),
)
# A place that two services share is the first one's; the second serves another state.
_shared = _Drawn(
    [0], [_Place(("FL", "US"), "current", None)], [_Service(0, 0, None, [0], None)] * 2, [(3, "US-GA", "current")]
)
_florida = _Asks("coordinator", frozenset(), frozenset({"US-FL"}), frozenset())


@example(drawn=_shared, asks=[_florida], at_once=500)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=_drawn, asks=st.lists(_asks, min_size=1, max_size=4), at_once=st.sampled_from([1, 2, 500]))
def test_of_many_is_said_what_is_said_of_each(session: Session, drawn: _Drawn, asks: list[_Asks], at_once: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(in_scope, "AT_ONCE", at_once)
        directory = session.begin_nested()
        records = _write(session, drawn)
        # Somebody works in each area that is served: drawn alone, few would meet.
        there = {_Asks("coordinator", frozenset(), frozenset({area}), frozenset()) for _, area, _ in drawn.served}
        for one in [*asks, *there]:
            by = _actor(one, records)
            each = {record.id for record in records if is_in_scope(session, record, by=by)}
            assert which_in_scope(session, records, by=by) == each
        directory.rollback()


def test_of_nothing_nothing_is_said(session: Session) -> None:
    nobody = Actor(id=1, public_id="", name="", role="coordinator", created_at=NOW, scopes=frozenset({("area", "US")}))
    assert which_in_scope(session, [], by=nobody) == set()


def test_many_records_take_as_many_questions_as_one(session: Session) -> None:
    """Whoever works in an area elsewhere is asked about every record to the last."""
    elsewhere = Actor(
        id=1, public_id="", name="", role="coordinator", created_at=NOW, scopes=frozenset({("area", "US-TX")})
    )
    for number in range(12):
        makers.make_service(session, makers.kind("food"), name=f"Meals {number}", sites=[makers.site(f"site:{number}")])
    show_touched(session)
    records = session.query(Record).order_by(Record.id).all()
    places = [one for one in records if one.kind == "location"]
    few = questions_of(session.get_bind().engine, lambda: which_in_scope(session, places[:1], by=elsewhere))
    assert questions_of(session.get_bind().engine, lambda: which_in_scope(session, records, by=elsewhere)) == few


def test_proposals_of_others_are_passed_over_at_once_and_the_first_of_one_s_own_are_shown(session: Session) -> None:
    keeper = acting(session, make_person(session, "Keeper"))
    here = acting(session, make_person(session, "Here", scopes=(("area", "US-GA"),)))

    def propose(number: int, *facts: object) -> int:
        made = makers.make_service(session, makers.kind("food"), *facts, name=f"Meals {number}")  # type: ignore[arg-type]
        phone = session.query(Fact).filter_by(record_id=made.record_id, field="phone").one()
        makers.confirm(session, phone.id)
        new = makers.phone(f"+1305555{number:04d}")
        return edit(session, made.record_id, [Edit(new)], by=keeper, reason="", now=NOW).proposed[0]

    def asked() -> int:
        session.flush()
        return questions_of(session.get_bind().engine, lambda: open_changes(session, by=here))

    propose(150)
    few = asked()
    for number in range(151, 158):
        propose(number)
    assert asked() == few
    own = [propose(number, makers.serves("US-GA")) for number in range(158, 162)]
    assert [one.id for one in open_changes(session, by=here)] == own
    assert [one.id for one in open_changes(session, by=here, limit=2)] == own[:2]


def _actor(one: _Asks, records: list[Record]) -> Actor:
    owners = [str(record.public_id) for record in records if record.kind == "organization"]
    scopes = {("network", key) for key in one.networks} | {("area", key) for key in one.areas}
    scopes |= {("organization", owners[number % len(owners)]) for number in one.organizations if owners}
    return Actor(id=1, public_id="", name="", role=one.role, created_at=NOW, scopes=frozenset(scopes))


def _write(session: Session, drawn: _Drawn) -> list[Record]:
    """The rows themselves: also what no verb leaves, as long as the database bears it."""
    now: dt.datetime = session.info["now"]
    other = Network(key="other", name="Other", kind="working")
    change = Change(kind="import", state="applied", proposed_at=now, reason="a test arranges it")
    session.add_all([other, change])
    session.flush()
    networks = (working_network(session).id, other.id)

    def put(kind: str, network: int, disclosure: str = "public", **more: object) -> Record:
        record = Record(
            public_id=session.info["new_id"](), kind=kind, network_id=networks[network], change_id=change.id,
            location_disclosure=disclosure, **more,
        )  # fmt: skip
        session.add(record)
        session.flush()
        return record

    def say(record: Record, field: str, slot: str, value: object, standing: str) -> None:
        session.add(
            Fact(
                record_id=record.id, record_kind=record.kind, field=field, slot=slot, value=encode_value(value),
                standing=standing, tier="public", change_id=change.id,
            )
        )  # fmt: skip

    owners = [put("organization", network) for network in drawn.organizations]
    places = []
    for one in drawn.places:
        owner = None if one.owner is None else owners[one.owner % len(owners)].id
        places.append(put("location", 0, organization_id=owner))
        if one.state is not None:
            state, country = one.state
            say(places[-1], "address", "", Address(state_province=state, country=country), one.standing)
    services: list[Record] = []
    listings: list[Record] = []
    for made in drawn.services:
        owner = owners[made.owner % len(owners)].id
        disclosure = "public" if made.area is None else "area_only"
        merged = services[made.merged_into % len(services)].id if services and made.merged_into is not None else None
        gone = {} if merged is None else {"standing": "merged", "merged_into": merged}
        services.append(
            put("service", made.network, disclosure, organization_id=owner, published_area=made.area, **gone)
        )
        for number in made.places:
            place = places[number % len(places)].id if places and number is not None and made.area is None else None
            listings.append(
                put(
                    "listing", made.network, disclosure, organization_id=owner, service_id=services[-1].id,
                    location_id=place,
                )
            )  # fmt: skip
    records = [*owners, *places, *services, *listings]
    for (number, area), standing in {(n % len(records), area): standing for n, area, standing in drawn.served}.items():
        say(records[number], "service_area", area, ServiceArea("state"), standing)
    session.flush()
    return records
