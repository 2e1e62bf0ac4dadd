"""Somebody who stole a coordinator's session tries every door: no verified number changes (SAFETY T6)."""

import re
import threading
from collections.abc import Callable, Iterator
from itertools import count

import click
import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import working_network
from directory.cards.queries import card_of
from directory.db import Database
from directory.intake.service import SourceRow, store_rows
from directory.integrity import service
from directory.integrity.applying import digest_of
from directory.listings.drafts import FactDraft, OrganizationDraft, ServiceDraft
from directory.listings.models import Change, Fact, Record
from directory.people.models import Person
from directory.people.service import command_line_person
from directory.reconciliation.service import reconcile
from directory.settings import Settings
from directory.sources.service import ensure_source, start_run
from tests import makers
from tests.conftest import NOW
from tests.services import serve
from tests.staff import Desk, acting, make_person, seated
from web.cli import main

OLD, EVIL = "+13055550142", "+13055550166"
_runs = count()


class Scene:
    """A verified listing that came from a feed, its coordinator, and two sessions of hers in a thief's hands."""

    def __init__(self, database: Database, site: httpx.Client) -> None:
        self.database, self.site = database, site
        feed(database, OLD)
        with database.transaction() as session:
            phone = session.scalars(sa.select(Fact).where(Fact.field == "phone")).one()
            makers.confirm(session, phone.id)
            self.phone, self.service = phone.id, phone.record_id
            listing = session.scalars(sa.select(Record).where(Record.kind == "listing")).one()
            self.listing, self.listing_id = str(listing.public_id), listing.id
            self.victim = make_person(session, "Victim")
            make_person(session, "Other")
            self.stolen = Desk(site, seated(session, self.victim))
            self.second = Desk(site, seated(session, self.victim))

    def shown(self) -> list[str]:
        """The numbers that anybody sees, on the card and on the page."""
        with self.database.reading() as session:
            card = card_of(session, self.listing_id)
            assert card is not None
            numbers = [phone.number for phone in card.phones]
        page = self.site.post("/", data={"l": self.listing}, headers={"x-in-page": "1"}).text
        assert "305 555 0142" in page
        assert "0166" not in re.sub(r"\s", "", page)
        return numbers

    def change(self, slot: str = "voice", on: str = "s", **form: str) -> httpx.Response:
        boxes = {f"{on}~phone~{slot}~{part}": form.pop(part) for part in ("number", "end") if part in form}
        seen = {"seen": f"s~phone~voice={self.phone}"}
        return self.stolen.post(f"/desk/listings/{self.listing}/edit", boxes | seen | form)

    def open_change(self) -> int:
        with self.database.reading() as session:
            return (
                session.scalars(sa.select(Change.id).where(Change.state == "proposed").order_by(Change.id)).first() or 0
            )

    def digest(self) -> str:
        """What an approval has to carry: a thief reads it nowhere, and is given it."""
        with self.database.reading() as session:
            return digest_of(session, session.get_one(Change, self.open_change()))


def feed(database: Database, number: str, *more: FactDraft) -> None:
    """One run of the feed, saying this number."""
    said = [makers.text("name", "Rooms"), makers.kind("food"), makers.phone(number), *more]
    rows = [
        SourceRow("organization:1", OrganizationDraft("organization:1", [makers.text("name", "House")]), "accepted"),
        SourceRow("service:1", ServiceDraft("service:1", "organization:1", said, "public", None, []), "accepted"),
    ]
    with database.transaction() as session:
        source = ensure_source(session, key="county", kind="feed", trust="feed")
        run = start_run(session, source, reader="hsds", now=NOW)
        network = working_network(session).id
        store_rows(session, run, rows, network_id=network, by=None, now=NOW)


@pytest.fixture
def scene(database: Database) -> Iterator[Scene]:
    settings = Settings(database_url="", default_area="33130")
    with serve(database, settings, clock=lambda: NOW) as address, httpx.Client(base_url=address) as site:
        site.timeout = httpx.Timeout(30)
        yield Scene(database, site)


def by_form(scene: Scene) -> None:
    """Edits in every place where a number could stand, and ends the one that stands."""
    for on, slot in (("s", "voice"), ("s", "intake"), ("l", "voice")):
        scene.change(slot, on, number="305 555 0166", reason="moved")
    scene.change(end="on", reason="wrong")
    with scene.database.reading() as session:
        proposed = session.scalars(sa.select(Fact.id).where(Fact.standing == "proposed")).all()
        assert len(proposed) >= 3


def by_approving_oneself(scene: Scene) -> None:
    """Proposes, brings all keys, and approves in both sessions."""
    scene.change(number="305 555 0166", reason="moved")
    change = scene.open_change()
    for desk in (scene.stolen, scene.second):
        for key in ("old-number", "own-site", "independent-number", "provider", "lookup"):
            desk.post(f"/desk/changes/{change}/keys", {"key": key, "outcome": "confirmed"})
        assert desk.post(f"/desk/changes/{change}/approve", {"shown": scene.digest()}).status_code == 409


def by_many_presses_at_once(scene: Scene) -> None:
    """Approves from eight threads at once."""
    scene.change(number="305 555 0166", reason="moved")
    change, shown = scene.open_change(), scene.digest()
    scene.stolen.post(f"/desk/changes/{change}/keys", {"key": "old-number", "outcome": "confirmed"})
    marked = (scene.stolen.marked({"shown": shown}), scene.second.marked({"shown": shown}))
    desks = [(scene.stolen, marked[0]), (scene.second, marked[1])] * 4
    threads = [
        threading.Thread(target=desk.post, args=(f"/desk/changes/{change}/approve", form)) for desk, form in desks
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def by_a_puppet(scene: Scene) -> None:
    """Invites a second person, who proposes or approves for the thief."""
    invitation = {
        "email": "puppet@example.org",
        "name": "Puppet",
        "role": "coordinator",
        "kind": "network",
        "key": "main",
    }
    assert scene.stolen.post("/desk/people/invite", invitation).status_code == 409
    assert scene.stolen.post("/desk/people/invite", invitation | {"role": "partner"}).status_code == 303
    assert scene.stolen.post(f"/desk/people/{scene.listing}/vouch").status_code == 404
    for path in ("role", "scope", "remove", "recover"):
        assert scene.stolen.post(f"/desk/people/{scene.listing}/{path}").status_code == 403


def by_a_link(scene: Scene) -> None:
    """Guesses and changes links, and looks at them again and again."""
    for link in ("x", "A" * 43, "../people"):
        assert scene.site.get(f"/desk/join/{link}").status_code in {404, 303, 405}


def by_the_feed(scene: Scene) -> None:
    """Poisons the feed: another number, one in another line, and then seconds it alone."""
    feed(scene.database, EVIL)
    feed(scene.database, OLD, makers.phone(EVIL, "intake"))
    feed(scene.database, EVIL, makers.phone(EVIL, "crisis"))
    for _ in range(3):
        change = scene.open_change()
        scene.stolen.post(f"/desk/changes/{change}/keys", {"key": "old-number", "outcome": "confirmed"})
        scene.stolen.post(f"/desk/changes/{change}/approve", {"shown": scene.digest()})


def by_breaking_the_glass(scene: Scene) -> None:
    """Asks for what only two admins may."""
    scene.change(number="305 555 0166", reason="moved")
    assert scene.stolen.post(f"/desk/changes/{scene.open_change()}/break-glass").status_code == 403


def by_calling_it_dead(scene: Scene) -> None:
    """Says twice, in two sessions, that the line is dead, and puts another in its place."""
    for desk in (scene.stolen, scene.second):
        for outcome in ("disconnected", "wrong-party"):
            desk.post(f"/desk/listings/{scene.listing}/call", {"fact": str(scene.phone), "outcome": outcome})
    scene.change(number="305 555 0166", reason="moved")


def by_undoing(scene: Scene) -> None:
    """Undoes every change that there is."""
    with scene.database.reading() as session:
        changes = list(session.scalars(sa.select(Change.id)))
    for change in changes:
        scene.stolen.post(f"/desk/listings/{scene.listing}/undo/{change}")


def by_fields_that_no_page_has(scene: Scene) -> None:
    """Sends what no form of ours sends: states, ids, JSON, several values."""
    assert scene.change(number="305 555 0166", state="applied").status_code == 400
    assert scene.change(number="305 555 0166", decided_by="2").status_code == 400
    path = f"/desk/listings/{scene.listing}/edit"
    cookie = {"cookie": f"__Secure-desk={scene.stolen.key}", "sec-fetch-site": "same-origin"}
    assert scene.site.post(path, json={"value": EVIL, "csrf": scene.stolen.mark}, headers=cookie).status_code == 403
    for method in ("PUT", "PATCH", "DELETE"):
        assert scene.stolen.ask(method, path).status_code == 405


def by_the_command_line(scene: Scene) -> None:
    """No command approves: it acts as somebody who has no key of their own."""
    changes = main.commands.get("changes")
    verbs = set(changes.commands) if isinstance(changes, click.Group) else set()
    assert verbs.isdisjoint({"approve", "apply", "second"})
    with scene.database.transaction() as session:
        shell = acting(session, command_line_person(session, now=NOW).id)
        assert not shell.has_key


def by_sql_through_the_program(scene: Scene) -> None:
    """What a bug in a page could send to the database."""
    for statement in (
        f'UPDATE fact SET value = \'{{"number":"{EVIL}"}}\' WHERE id = {scene.phone}',
        f"UPDATE fact SET standing = 'past' WHERE id = {scene.phone}",
        f"UPDATE fact SET standing = 'declined' WHERE id = {scene.phone}",
        "UPDATE evidence SET log2_odds = 5",
        "DELETE FROM evidence",
        "UPDATE change SET needs_second = FALSE, needs_proof = FALSE, state = 'applied' WHERE state = 'proposed'",
    ):
        scene.change(number="305 555 0166", reason="moved")
        with pytest.raises(sa.exc.DBAPIError), scene.database.engine.begin() as connection:
            connection.exec_driver_sql(statement)


DOORS: tuple[Callable[[Scene], None], ...] = (
    by_form, by_approving_oneself, by_many_presses_at_once, by_a_puppet, by_a_link, by_the_feed, by_breaking_the_glass,
    by_calling_it_dead, by_undoing, by_fields_that_no_page_has, by_the_command_line, by_sql_through_the_program,
)  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
def test_no_door_changes_a_verified_number(scene: Scene, door: Callable[[Scene], None]) -> None:
    assert scene.shown() == [OLD]
    door(scene)
    assert scene.shown() == [OLD]
    with scene.database.transaction() as session:
        service.do_what_is_due(session, now=NOW)
    assert scene.shown() == [OLD]
    assert reconcile(scene.database, now=NOW) == []


def test_two_honest_people_do_change_it(scene: Scene) -> None:
    """The same doors open when another person calls the old number: so nothing above fails for another reason."""
    scene.change(number="305 555 0166", reason="moved")

    def other(session: Session) -> int:
        return session.scalars(sa.select(Person.id).where(Person.name == "Other")).one()

    with scene.database.transaction() as session:
        honest = Desk(scene.site, seated(session, other(session)))
    change = scene.open_change()
    honest.post(f"/desk/changes/{change}/keys", {"key": "old-number", "outcome": "confirmed"})
    answer = honest.post(f"/desk/changes/{change}/approve", {"shown": scene.digest()})
    assert answer.headers["location"] == "/desk/changes?said=applied"
    with scene.database.reading() as session:
        card = card_of(session, scene.listing_id)
        assert card is not None
        assert [phone.number for phone in card.phones] == [EVIL]
