"""Service non-interference (SAFETY L3): who asks two directories that differ in a secret place gets the same bytes.

The twins are made through the doors that people use: by two lists, by what two people entered and edited at the desk,
and by two services that became confidential only later.
"""

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import httpx
import pytest
import sqlalchemy as sa

from directory.coverage.unmet import UnmetNeeds, last_weeks, unmet_needs
from directory.db import Database
from directory.handoff.models import OutcomeCount
from directory.handoff.policy import LEAST
from directory.listings.models import Fact, Record
from importers.run import import_package
from tests import makers
from tests.conftest import NOW
from tests.importers.feeds import join, service, write_package
from tests.services import SqliteFiles, serve
from tests.staff import COOKIE, Desk, make_person, seated
from tests.twins import Twins, copies, opened, served
from tests.web.conftest import ALWAYS_OPEN, IN_PAGE, settings
from tests.web.desk.filled import boxes, typed_into
from tests.web.desk.test_guards import OPEN_TO
from tests.web.pack.making import contents_of, fact_of, listing_of
from tests.web.paper.reading import need_tools, read
from web.booklet import write_booklet
from web.desk.entrance import MARK
from web.limits import RequestCap
from web.pack.html_file import pack_page
from web.pages import asking
from web.paper.pack import pack_pdf
from web.rendering import Pages
from web.wording import Wording

TIMES = 700
# What the house is called at.
HARBOR = "+13055550161"
ROLES = ("partner", "law-enforcement", "coordinator")


class _Secret(NamedTuple):
    street: str
    postal: str
    point: tuple[str, str]


# In one published area, and as far from each other as it goes.
ONE = _Secret("4815 NW 7th Avenue", "33130", ("25.768300", "-80.201400"))
OTHER = _Secret("1 Quince Road, Unit 3", "33196", ("25.660000", "-80.440000"))


class Base(NamedTuple):
    """Where twins come from: a directory, and the keys of who is signed in there."""

    url: str
    keys: dict[str, str]


@pytest.fixture(scope="module")
def base(sqlite_files: SqliteFiles) -> Base:
    """Public listings of the area, and somebody of every role below an admin."""
    url = sqlite_files.ready()
    database = opened(url)
    with database.transaction() as session:
        makers.make_service(
            session, makers.kind("sane-adult"), makers.opens(ALWAYS_OPEN), makers.takes("women"),
            name="Lantern Hospital", sites=[makers.site()],
        )  # fmt: skip
        makers.make_service(session, makers.kind("hotline"), makers.serves("US-FL"), name="Lantern Line")
        makers.make_service(session, makers.kind("emergency-shelter"), name="Lantern Rooms", area="US-FL-331")
        keys = {role: seated(session, make_person(session, role.title(), role)) for role in ROLES}  # type: ignore[arg-type]
    database.dispose()
    return Base(url, keys)


def _feed(secret: _Secret, kind: str) -> dict[str, list[dict[str, str]]]:
    """A list in which one service lies at the secret place, and says so wherever it can."""
    text = f"Beds tonight. Ring at {secret.street}, Miami FL {secret.postal}. Bring nothing."
    latitude, longitude = secret.point
    return join(
        {"organizations": [{"id": "1", "name": "Harbor Aid", "description": "We help."}]},
        service(
            "10", "Harbor House", kind=kind, street=secret.street, postal=secret.postal, description=text,
            location={"transportation": f"Bus to {secret.street}", "latitude": latitude, "longitude": longitude},
            phone="305-555-0161",
        ),
        service("11", "Harbor Meals", kind="Food", place="L10"),
        service("12", "Harbor Office", street="9 Public Lantern Avenue"),
    )  # fmt: skip


def _bring(database: Database, folder: Path, secret: _Secret, kind: str) -> None:
    import_package(database, "hsds", write_package(folder / "feed", _feed(secret, kind)), source="twins")


def _by_lists(database: Database, folder: Path, secret: _Secret, key: str) -> None:
    _bring(database, folder, secret, "Emergency Shelter")


def _by_becoming_confidential(database: Database, folder: Path, secret: _Secret, key: str) -> None:
    _bring(database, folder, secret, "Food")
    _bring(database, folder, secret, "Emergency Shelter")


def _at_the_desk(database: Database, folder: Path, secret: _Secret, key: str) -> None:
    """A safe house is entered by hand, a street is edited, and what stands there then becomes confidential."""
    known = _Secret("77 Lantern Street", "33130", ONE.point)
    _bring(database, folder, known, "Food")
    with (
        serve(database, settings(), clock=lambda: NOW) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        desk = Desk(client, key)
        entered = {"organization": "Quiet Owner", "name": "Night House", "kind": "safe-house", "number": "305 555 0177",
                   "state": "FL", "postal": secret.postal}  # fmt: skip
        assert desk.post("/desk/listings/new", entered).status_code == 303
        listing = f"/desk/listings/{_listing_at_the_place(database)}"
        box = next(name for name, held in boxes(desk.get(f"{listing}/edit").text).items() if held == [known.street])
        saved = desk.post(f"{listing}/edit", typed_into(desk, listing, {box: secret.street}))
        assert saved.status_code == 303
    _bring(database, folder, known, "Emergency Shelter")


def _listing_at_the_place(database: Database) -> str:
    with database.reading() as session:
        house = sa.select(Fact.record_id).where(Fact.field == "name", Fact.value.contains("Harbor House"))
        found = session.scalars(
            sa.select(Record.public_id).where(Record.service_id.in_(house), Record.location_id.is_not(None))
        )
        return str(found.one())


Way = Callable[[Database, Path, _Secret, str], None]
WAYS: dict[str, Way] = {
    "two lists": _by_lists,
    "two that became confidential": _by_becoming_confidential,
    "two edits at the desk": _at_the_desk,
}


@pytest.fixture
def _uncapped(monkeypatch: pytest.MonkeyPatch) -> None:
    """No guarantee rests on how much may be asked (SAFETY L13)."""
    monkeypatch.setitem(RequestCap.__init__.__kwdefaults__ or {}, "burst", 1e9)
    monkeypatch.setattr("web.desk.app._BURST", 1e9)


@pytest.fixture(params=WAYS)
def twins(
    request: pytest.FixtureRequest, base: Base, sqlite_files: SqliteFiles, tmp_path: Path, _uncapped: None
) -> Iterator[list[Database]]:
    """Two directories that differed in the secret place when they were made."""
    with copies(sqlite_files, base.url) as databases:
        for number, (database, secret) in enumerate(zip(databases, (ONE, OTHER), strict=True)):
            WAYS[request.param](database, tmp_path / str(number), secret, base.keys["coordinator"])
        yield databases


def test_whatever_is_asked_is_answered_alike(twins: list[Database], base: Base) -> None:
    with served(*twins) as both:
        both.wander(TIMES, Random(7))  # noqa: S311 - a walk that can be walked again
        assert both.asked >= TIMES
        assert both.statuses.get(200, 0) > TIMES * 0.7, both.statuses
        assert both.met > TIMES * 0.1
        _every_door(both)
        for role in ROLES:
            opened_pages = both.crawl("/desk/listings", f"{COOKIE}={base.keys[role]}", most=120)
            assert len(opened_pages) >= 5, role
        _hunt_at_the_desk(both, base)
    for sought in ("Quince", "4815"):
        assert sought not in _dump(twins[0]) + _dump(twins[1])


def _every_door(both: Twins) -> None:
    """Every other door, and every route of the desk without a seat and with an id that nobody has."""
    paths = ["/", "/healthz", "/privacy.json", "/hsds", "/hsds/services", "/fhir", "/fhir/Location", "/.well-known/x",
             "/sitemap.xml", "/robots.txt", "/v/unknown", "/nowhere"]  # fmt: skip
    for path in (*paths, *(re.sub(r"\{\w+\}", "1", one) for one in OPEN_TO)):
        for method in ("GET", "POST", "HEAD", "PUT"):
            # Without script a form is answered by an address that is drawn anew each time.
            both.ask(method, path, None, **IN_PAGE)
    for need, place in itertools.product(asking.TILES, ("33130", "33196", "Naples, FL")):
        page = both.ask("POST", "/", [("n", need), ("a", place), ("k", "10")], **IN_PAGE)
        for listing in dict.fromkeys(re.findall(r'name="l" value="([0-9a-f-]+)"', page)):
            for state in (("l", listing), ("z", f"{listing}:voice"), ("y", f"moved:{listing}")):
                both.ask("POST", "/", [state, ("n", need), ("a", place)], **IN_PAGE)


def _hunt_at_the_desk(both: Twins, base: Base) -> None:
    for key in base.keys.values():
        cookie, mark = f"{COOKIE}={key}", both.mark_of(key)
        for words in ("Quince", "4815", "Harbor", "33196", "33130", "0142"):
            sent = [(MARK, mark), ("words", words)]
            both.ask("POST", "/desk/listings", sent, cookie=cookie, **{"sec-fetch-site": "same-origin"})


def _dump(database: Database) -> str:
    """Every row of every table."""
    with database.engine.connect() as connection:
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        return repr([connection.exec_driver_sql(f'SELECT * FROM "{one}"').all() for one in tables])


def test_what_is_written_for_others_is_alike(twins: list[Database], tmp_path: Path) -> None:
    """The booklet, and a pack in which the house has a place, since somebody confirmed its number."""
    for database in twins:
        with database.transaction() as session:
            makers.confirm(session, fact_of(session, HARBOR))
    for language, write in itertools.product(("en", "es"), (_booklet, _pack)):
        one, other = (write(database, tmp_path / "written.html", language) for database in twins)
        assert b"Harbor House" in one
        assert one == other


def test_what_is_printed_and_what_calls_asked_for_is_alike(twins: list[Database], tmp_path: Path) -> None:
    need_tools()
    for database in twins:
        with database.transaction() as session:
            makers.confirm(session, fact_of(session, HARBOR))
            week = last_weeks(NOW.date())[1]
            session.add(
                OutcomeCount(
                    listing_id=listing_of(session, HARBOR).id, week=week, outcome="full", reason="", reply_band=0,
                    teller="signed", n=LEAST,
                )
            )  # fmt: skip
    printed = [pack_pdf(contents_of(database, NOW), Wording("en"), paper="letter") for database in twins]
    assert "Harbor House" in " ".join(read(printed[0], tmp_path).lines)
    assert printed[0] == printed[1]
    needs = [_needs(database) for database in twins]
    assert [line.area for line in needs[0].lines] == ["US-FL-331"]
    assert needs[0] == needs[1]


def _needs(database: Database) -> UnmetNeeds:
    with database.reading() as session:
        return unmet_needs(session, today=NOW.date())


def _booklet(database: Database, out: Path, language: str) -> bytes:
    write_booklet(database, settings(), language=language, out=out, now=NOW)
    return out.read_bytes()


def _pack(database: Database, out: Path, language: str) -> bytes:
    return pack_page(Pages(settings(), clock=lambda: NOW), contents_of(database, NOW, language=language))


@pytest.mark.usefixtures("_uncapped")
def test_a_place_that_is_public_is_told_apart(base: Base, sqlite_files: SqliteFiles, tmp_path: Path) -> None:
    """What is asked would show a difference if there were one."""
    with copies(sqlite_files, base.url) as databases:
        for number, (database, secret) in enumerate(zip(databases, (ONE, OTHER), strict=True)):
            _bring(database, tmp_path / str(number), secret, "Food")
        with served(*databases) as both, pytest.raises(AssertionError):
            both.wander(200, Random(7))  # noqa: S311 - as above
