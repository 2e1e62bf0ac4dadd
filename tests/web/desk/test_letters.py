"""Letters to many programs: who is shown gets one, who must not is told why, and what came back is counted."""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterator

import httpx
import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import show_touched
from directory.confirming import service
from directory.confirming.models import Confirmation
from directory.confirming.stopping import LETTER, stop
from directory.db import Database
from directory.intake.do_not_call import say_do_not_call
from directory.listings.models import Record
from directory.mail.models import Outbox
from directory.mail.naming import name_of
from directory.people.models import Person
from directory.worklist import campaigns
from tests.conftest import NOW
from tests.directory.confirming.house import House
from tests.services import serve
from tests.staff import Desk, acting, make_person, seated
from tests.web.conftest import settings

Seat = Callable[..., Desk]


@pytest.fixture
def desk(database: Database) -> Iterator[Seat]:
    """Seats a coordinator at a deployment that can send letters."""
    chosen = msgspec.structs.replace(settings(), mail_server="mail.example.org:587", public_host="daybook.example.org")
    with serve(database, chosen, clock=lambda: NOW) as address, httpx.Client(base_url=address) as client:

        def seat(name: str = "Kim", **more: object) -> Desk:
            with database.transaction() as session:
                return Desk(client, seated(session, make_person(session, name, **more)))  # type: ignore[arg-type]

        yield seat


def _house(database: Database, name: str, *, box: str = "", **how: bool) -> House:
    host = f"{name.partition(' ')[0].lower()}.example.org"
    with database.transaction() as session:
        house = House(session, name=name, address=box or f"desk@{host}", web=f"https://{host}", **how)
        show_touched(session)
        return house


def _asked(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(sa.select(Confirmation.listing_id).order_by(Confirmation.listing_id)))


def test_who_asked_to_be_left_alone_is_not_written_to_and_nobody_with_their_number_is(
    desk: Seat, database: Database
) -> None:
    alone = _house(database, "Alone House")
    _house(database, "Other House")
    with database.transaction() as session:
        owner = session.get_one(Record, alone.service).organization_id or 0
        say_do_not_call(session, owner, by=alone.people[0], reason="they asked", now=NOW)
    kim = desk()
    page = kim.post("/desk/letters", {}).text
    assert "0 of 2 get a letter now" in page
    assert "They asked to be left alone" in page
    kim.post("/desk/letters/start", {})
    assert _asked(database) == []


def test_letters_go_to_those_of_the_preview_and_pressed_again_to_nobody(desk: Seat, database: Database) -> None:
    good = _house(database, "Good House")
    unknown = _house(database, "Unknown House", is_verified=False)
    lately = _house(database, "Lately House")
    first = _house(database, "First House", box="both@shared.example.org")
    second = _house(database, "Second House", box="both@shared.example.org")
    with database.transaction() as session:
        lately.ask(session)
    kim = desk()
    page = kim.post("/desk/letters", {"kind": "food"}).text
    assert "2 of 5 get a letter now" in page
    for words in ("No mailbox is verified", "Asked lately", "The same mailbox is asked about another listing first"):
        assert words in page
    assert _asked(database) == [lately.listing]
    assert kim.post("/desk/letters/start", {"kind": "food"}).headers["location"].endswith("said=started")
    asked = set(_asked(database))
    assert {good.listing, lately.listing} < asked
    assert len(asked & {first.listing, second.listing}) == 1
    assert unknown.listing not in asked
    with database.reading() as session:
        assert session.scalars(sa.select(sa.func.count()).where(Outbox.template == "look-over")).one() == 3
    assert kim.post("/desk/letters/start", {"kind": "food"}).headers["location"].endswith("said=none")
    assert set(_asked(database)) == asked


def _unsent(database: Database) -> int:
    with database.reading() as session:
        return (
            session.scalar(sa.select(sa.func.count()).where(Outbox.template == LETTER, Outbox.sent_at.is_(None))) or 0
        )


def test_a_campaign_is_stopped_by_whoever_began_it_or_an_admin_and_what_is_out_stays_good(
    desk: Seat, database: Database
) -> None:
    houses = [_house(database, f"{name} House") for name in ("Sent", "Tried", "First", "Second")]
    kim, other, boss = desk(), desk("Other"), desk("Boss", role="admin")
    kim.post("/desk/letters/start", {})
    with database.transaction() as session:
        letters = list(session.scalars(sa.select(Outbox).where(Outbox.template == LETTER).order_by(Outbox.id)))
        assert len(letters) == 4
        letters[0].sent_at, letters[1].attempts = NOW, 1
        named = (name_of(one.id, one.recipient, one.template, one.fields) for one in letters[:2])
        out = {hashlib.sha256(name.encode()).digest() for name in named}
        kept = {one.listing_id for one in session.scalars(sa.select(Confirmation)) if one.message_hash in out}
    person = re.findall(r'name="person" value="([^"]+)"', kim.get("/desk/letters").text)
    assert "Kim or an admin can stop them" in other.get("/desk/letters").text
    assert other.post("/desk/letters/stop", {"person": person[0]}).status_code == 409
    assert _unsent(database) == 3
    assert boss.post("/desk/letters/stop", {"person": person[0]}).headers["location"].endswith("said=stopped")
    assert _unsent(database) == 0
    # What was sent, or may have been, keeps its link; the others were never asked, and can be.
    assert set(_asked(database)) == kept
    assert len(kept) == 2
    page = kim.get("/desk/letters").text
    assert "Boss stopped 3 letters of Kim before they went out" in page
    assert "have not gone out yet" not in page
    assert kim.post("/desk/letters/stop", {"person": person[0]}).status_code == 409
    kim.post("/desk/letters/start", {})
    assert set(_asked(database)) == {house.listing for house in houses}
    assert "stopped letters to programs that had not gone out (3)" in kim.get("/desk/record").text


def test_what_somebody_began_who_is_gone_can_be_stopped(desk: Seat, database: Database) -> None:
    _house(database, "Good House")
    kim, boss = desk(), desk("Boss", role="admin")
    kim.post("/desk/letters/start", {})
    with database.transaction() as session:
        person = session.scalars(sa.select(Person).where(Person.name == "Kim")).one()
        person.standing = "removed"
        public_id = str(person.public_id)
    assert boss.post("/desk/letters/stop", {"person": "nobody"}).status_code == 404
    assert boss.post("/desk/letters/stop", {"person": public_id}).status_code == 303
    assert _asked(database) == []


def test_a_campaign_that_is_stopped_while_it_is_written_goes_no_further(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("First", "Second", "Third"):
        _house(database, f"{name} House")
    with database.transaction() as session:
        by = acting(session, make_person(session, "Kim"))
    monkeypatch.setattr(campaigns, "_AT_ONCE", 1)
    looked: list[int] = []

    def stop_once(_session: Session) -> None:
        # Looking and stopping commit, too.
        if looked:
            return
        looked.append(1)
        if _unsent(database):
            with database.transaction() as session:
                stop(session, by.public_id, by=by, now=NOW)
        else:
            looked.clear()

    sa.event.listen(Session, "after_commit", stop_once)
    try:
        assert campaigns.start(database, campaigns.Wanted(), by=by) == 1
    finally:
        sa.event.remove(Session, "after_commit", stop_once)
    assert (_asked(database), _unsent(database)) == ([], 0)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_choice_is_by_kind_area_state_and_time_and_within_the_scope(desk: Seat, database: Database) -> None:
    _house(database, "Good House")
    kim = desk()
    for form, count in (
        ({"kind": "food"}, 1), ({"kind": "basic-needs"}, 1), ({"kind": "legal"}, 0), ({"area": "us-fl"}, 1),
        ({"area": "US-TX"}, 0), ({"state": "stale"}, 0), ({"months": "12"}, 1),
    ):  # fmt: skip
        assert f"of {count} get a letter now" in kim.post("/desk/letters", form).text, form
    far = desk("Far", scopes=(("area", "US-TX"),))
    assert "of 0 get a letter now" in far.post("/desk/letters", {}).text
    far.post("/desk/letters/start", {})
    assert _asked(database) == []
    for wrong in ({"kind": "none"}, {"state": "x"}, {"months": "7"}):
        assert kim.post("/desk/letters", wrong).status_code == 400


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_became_of_letters_is_counted_by_the_day(desk: Seat, database: Database) -> None:
    houses = [_house(database, f"{name} House") for name in ("Right", "Leave", "Silent", "Back")]
    with database.transaction() as session:
        keys = [house.ask(session) for house in houses]
        for key, said in zip(keys, ("right", "do-not-list"), strict=False):
            shown = service.look(session, key, now=NOW).digest
            service.answer(session, key, said=said, shown=shown, now=NOW)  # type: ignore[arg-type]
        links = {one.listing_id: one for one in session.scalars(sa.select(Confirmation))}
        links[houses[2].listing].expires_at = NOW - dt.timedelta(minutes=1)
        links[houses[3].listing].returned_at = NOW
    [row] = [part for part in desk().get("/desk/letters").text.split("<tr>") if NOW.date().isoformat() in part]
    numbers = [cell.partition("<")[0] for cell in row.split('<td class="n">')[1:]]
    assert numbers == ["4", "1", "0", "1", "0", "1", "1"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_without_a_mail_server_it_says_so_and_writes_nothing(sign_in: Callable[..., Desk], database: Database) -> None:
    _house(database, "Good House")
    kim = sign_in("coordinator")
    assert "HANDRAIL_MAIL_SERVER" in kim.get("/desk/letters").text
    assert "Write to" not in kim.post("/desk/letters", {}).text
    refused = kim.post("/desk/letters/start", {})
    assert (refused.status_code, "no mail server is set" in refused.text) == (409, True)
    assert _asked(database) == []
