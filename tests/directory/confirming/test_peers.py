"""What a neighbour found comes in once, under its name and signature, and changes and hides nothing."""

import datetime as dt

import msgspec
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from directory.bootstrap import show_touched
from directory.confirming import peers
from directory.confirming.calls import note_call
from directory.db import Database
from directory.errors import BadInputError, RefusedError
from directory.freshness.models import Evidence
from directory.integrity.neighbour import signed_with, written
from directory.integrity.queries import state_of
from directory.listings.changes import Author
from directory.listings.merging import merge
from directory.listings.models import Fact, Record
from directory.listings.service import touch
from directory.people import accounts
from directory.people.service import command_line_person
from directory.sources.models import Source
from tests import makers
from tests.conftest import NOW
from tests.directory.confirming.house import House, found, saw
from tests.directory.intake.test_service import organization, run, service

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture
def house(session: Session) -> House:
    return House(session, is_verified=False)


def _by(session: Session) -> int:
    return command_line_person(session, now=NOW).id


def _know(session: Session) -> str:
    public = KEY.public_key().public_bytes_raw()
    neighbour = accounts.add_neighbour(session, name="Harbour", public_key=public, by=_by(session), now=NOW)
    return f"neighbour:{neighbour.public_id}"


def _file(*found_there: peers.Found, key: Ed25519PrivateKey = KEY) -> bytes:
    told = peers.Told("Harbour", NOW.date(), found_there)
    return written(peers.SignedFound(told, *signed_with(key, told)))


def _take(session: Session, file: bytes) -> peers.Taken:
    return peers.import_peer(session, file, by=_by(session), now=NOW)


NUMBER = peers.Found("phone", "+13055550142", "live", dt.date(2026, 11, 20))


def test_what_people_here_found_is_read_there_once_under_our_name(session: Session, house: House) -> None:
    show_touched(session)
    note_call(session, house.listing, outcome="confirmed", by=house.one(session), now=NOW)
    file = peers.export_peer(session, KEY, site="Daybook", now=NOW)
    told = msgspec.json.decode(file, type=peers.SignedFound).told
    assert [(one.field, one.outcome) for one in told.found] == [("phone", "confirmed")]
    assert b"Lantern House" not in file
    lineage = _know(session)
    assert _take(session, file) == peers.Taken(evidence=1, unknown=0)
    assert _take(session, file) == peers.Taken(evidence=0, unknown=0)
    rows = session.scalars(sa.select(Evidence).where(Evidence.method == "peer")).all()
    assert {row.lineage for row in rows} == {lineage}
    assert {row.observed_at for row in rows} == {dt.datetime(2026, 11, 26, tzinfo=dt.UTC)}
    assert all(row.signature is not None and len(row.signature) == 64 for row in rows)


def test_what_a_neighbour_found_is_not_passed_on_as_ours(session: Session, house: House) -> None:
    _know(session)
    _take(session, _file(NUMBER))
    told = msgspec.json.decode(peers.export_peer(session, KEY, site="Daybook", now=NOW), type=peers.SignedFound).told
    assert told.found == ()


def test_nothing_of_an_organization_with_a_confidential_service_goes_out(session: Session) -> None:
    owner = makers.make_organization(session, "Owner", makers.phone("+13055550190"))
    makers.make_service(session, makers.phone("+13055550191"), organization_id=owner, sites=[makers.site()])

    def told() -> bytes:
        show_touched(session)
        for fact in session.scalars(sa.select(Fact.id).where(Fact.field == "phone")):
            saw(session, fact, "call", "live", odds=-6)
        return peers.export_peer(session, KEY, site="Daybook", now=NOW)

    assert b"5550191" in told()
    other = makers.make_organization(session, "Other")
    makers.make_service(session, makers.phone("+13055550193"), organization_id=other, sites=[makers.site()])
    assert b"5550193" in told()
    stranger = makers.make_organization(session, "Stranger")
    makers.make_service(session, makers.phone("+13055550194"), organization_id=stranger, sites=[makers.site()])
    merge(session, owner, other, author=Author("merge", "the same", None), now=NOW)
    makers.make_service(session, makers.phone("+13055550192"), organization_id=owner, area="US-FL-331")
    # Nor of what is one with it.
    goes_out = told()
    assert [number for number in (b"5550190", b"5550191", b"5550192", b"5550193") if number in goes_out] == []
    assert b"5550194" in goes_out


@pytest.mark.parametrize("standing", ["closed", "suspended", "do-not-list"])
def test_nothing_of_a_listing_that_nobody_can_find_goes_out(session: Session, house: House, standing: str) -> None:
    show_touched(session)
    note_call(session, house.listing, outcome="live", by=house.one(session), now=NOW)
    assert b"5550142" in peers.export_peer(session, KEY, site="Daybook", now=NOW)
    session.get_one(Record, house.listing).standing = standing
    touch(session, house.listing)
    session.flush()
    show_touched(session)
    assert b"5550142" not in peers.export_peer(session, KEY, site="Daybook", now=NOW)


def test_what_a_licence_keeps_here_does_not_go_out(database: Database) -> None:
    run(database, organization(), service(makers.kind("food")))
    for sharing, goes_out in (("none", False), ("free", True)):
        with database.transaction() as session:
            session.execute(sa.update(Source).values(sharing=sharing))
            phone = session.scalars(sa.select(Fact.id).where(Fact.field == "phone")).one()
            saw(session, phone, "call", "live", odds=-6)
            assert (b"5550142" in peers.export_peer(session, KEY, site="Daybook", now=NOW)) is goes_out


def test_a_strange_key_a_changed_word_and_what_is_no_file_are_refused(session: Session, house: House) -> None:
    with pytest.raises(RefusedError, match="Nobody here knows"):
        _take(session, _file(NUMBER))
    _know(session)
    with pytest.raises(RefusedError, match="does not fit"):
        _take(session, _file(NUMBER).replace(b"live", b"closed"))
    with pytest.raises(RefusedError, match="Nobody here knows"):
        _take(session, _file(NUMBER, key=Ed25519PrivateKey.generate()))
    for strange in (b"", b"{}", b"[" * 100_000, b"\xff", b"a" * (peers.MOST_BYTES + 1)):
        with pytest.raises(BadInputError):
            _take(session, strange)
    assert found(session, "peer") == []


@pytest.mark.parametrize(
    "strange",
    [
        msgspec.structs.replace(NUMBER, field="address"), msgspec.structs.replace(NUMBER, outcome="seen"),
        msgspec.structs.replace(NUMBER, on=dt.date(2026, 11, 27)),
    ],
)  # fmt: skip
def test_a_file_that_says_what_nobody_can_have_found_is_refused(
    session: Session, house: House, strange: peers.Found
) -> None:
    _know(session)
    with pytest.raises(RefusedError, match="no neighbour"):
        _take(session, _file(strange))


def test_what_is_not_listed_here_and_what_is_too_old_adds_nothing(session: Session, house: House) -> None:
    _know(session)
    elsewhere = msgspec.structs.replace(NUMBER, key="+13055550199")
    old = msgspec.structs.replace(NUMBER, on=NOW.date() - peers.GOOD_FOR - dt.timedelta(days=1))
    assert _take(session, _file(elsewhere, old)) == peers.Taken(evidence=0, unknown=1)


def test_neighbours_who_found_a_line_dead_hide_nothing(session: Session, house: House) -> None:
    makers.confirm(session, house.fact(session, "phone"))
    _know(session)
    for outcome in ("disconnected", "wrong-party", "closed"):
        _take(session, _file(msgspec.structs.replace(NUMBER, outcome=outcome, on=NOW.date())))
    assert state_of(session, house.listing).state == "disputed"
    assert session.get_one(Fact, house.fact(session, "phone")).match_key == "+13055550142"
