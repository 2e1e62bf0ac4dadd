"""Every route of the desk, asked by everybody in every way: closed unless it says otherwise (SAFETY A1)."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from litestar import Litestar, get
from litestar.handlers import HTTPRouteHandler

from directory.db import Database
from directory.people.actor import Role
from directory.places.gazetteer import Gazetteer
from directory.settings import Settings
from tests.conftest import NOW
from tests.services import serve
from tests.staff import Desk
from tests.web.conftest import settings
from web.desk.app import routes_of_desk
from web.desk.guards import ANYBODY, PROVED, WHO, let_in
from web.static_files import StaticFiles

Seat = Callable[..., Desk]
ASKING: tuple[Role | None, ...] = (None, "partner", "law-enforcement", "coordinator", "admin")
# What a route may answer to whoever it lets in, there being nothing of this id.
_LET_IN = {200, 303, 400, 404, 409, 415}
# Who may use what, once more and by hand: a change of a guard has to be made in two places.
OPEN_TO: dict[str, set[Role | None]] = {
    "/desk": set(ASKING), "/desk/passkey": set(ASKING), "/desk/files/{mark}/{name}": set(ASKING),
    "/desk/join/{link}": set(ASKING), "/desk/join/{link}/passkey": set(ASKING),
    "/desk/sign-out": {"partner", "law-enforcement", "coordinator", "admin"},
    "/desk/prove": {"partner", "law-enforcement", "coordinator", "admin"},
    "/desk/prove/passkey": {"partner", "law-enforcement", "coordinator", "admin"},
    "/desk/own": {"partner", "law-enforcement", "coordinator", "admin"},
    "/desk/own/sessions/{session_id}/end": {"partner", "law-enforcement", "coordinator", "admin"},
    "/desk/own/password": {"partner", "law-enforcement", "coordinator", "admin"},
    "/desk/own/passkey": {"partner", "law-enforcement", "coordinator", "admin"},
    "/desk/listings": {"partner", "law-enforcement", "coordinator", "admin"},
    "/desk/listings/chosen": {"coordinator", "admin"},
    "/desk/listings/chosen/done": {"coordinator", "admin"},
    "/desk/listings/chosen/undone": {"coordinator", "admin"},
    "/desk/listings/chosen/withdrawn": {"coordinator", "admin"},
    "/desk/listings/new": {"coordinator", "admin"},
    "/desk/listings/{listing}": {"partner", "law-enforcement", "coordinator", "admin"},
    "/desk/listings/{listing}/contact": {"partner", "law-enforcement", "coordinator", "admin"},
    "/desk/listings/{listing}/handoff": {"partner", "law-enforcement", "coordinator", "admin"},
    "/desk/listings/{listing}/handoff/contact": {"partner", "law-enforcement", "coordinator", "admin"},
    "/desk/listings/{listing}/handoff/stop": {"partner", "coordinator", "admin"},
    "/desk/listings/{listing}/handoff/stop/undo": {"partner", "coordinator", "admin"},
    "/desk/listings/{listing}/handoff/outcome": {"partner", "coordinator", "admin"},
    "/desk/listings/{listing}/closed": {"coordinator", "admin"},
    "/desk/listings/{listing}/open-again": {"coordinator", "admin"},
    "/desk/listings/{listing}/edit": {"partner", "coordinator", "admin"},
    "/desk/listings/{listing}/call": {"coordinator", "admin"},
    "/desk/listings/{listing}/letter": {"coordinator", "admin"},
    "/desk/listings/{listing}/hide": {"coordinator", "admin"},
    "/desk/listings/{listing}/second": {"coordinator", "admin"},
    "/desk/listings/{listing}/notes": {"partner", "coordinator", "admin"},
    "/desk/listings/{listing}/notes/{note}/delete": {"partner", "coordinator", "admin"},
    "/desk/listings/{listing}/wishes": {"coordinator", "admin"},
    "/desk/listings/{listing}/wishes/end": {"coordinator", "admin"},
    "/desk/listings/{listing}/intend": {"partner", "coordinator", "admin"},
    "/desk/listings/{listing}/undo/{change}": {"coordinator", "admin"},
    "/desk/imports": {"partner", "coordinator", "admin"},
    "/desk/imports/{run}": {"partner", "coordinator", "admin"},
    "/desk/imports/{run}/release": {"coordinator", "admin"},
    "/desk/imports/{run}/undo": {"coordinator", "admin"},
    "/desk/imports/{run}/pairs": {"coordinator", "admin"},
    "/desk/duplicates": {"coordinator", "admin"},
    "/desk/duplicates/{pair}": {"coordinator", "admin"},
    "/desk/duplicates/{pair}/look": {"coordinator", "admin"},
    "/desk/duplicates/{pair}/same": {"coordinator", "admin"},
    "/desk/duplicates/{pair}/different": {"coordinator", "admin"},
    "/desk/duplicates/{pair}/later": {"coordinator", "admin"},
    "/desk/duplicates/{pair}/undo": {"coordinator", "admin"},
    "/desk/duplicates/merges/{merge}": {"coordinator", "admin"},
    "/desk/listings/{listing}/same": {"coordinator", "admin"},
    "/desk/imports/upload": {"coordinator", "admin"},
    "/desk/imports/review/{upload}": {"coordinator", "admin"},
    "/desk/imports/review/{upload}/facts": {"coordinator", "admin"},
    "/desk/imports/review/{upload}/aside": {"coordinator", "admin"},
    "/desk/imports/review/{upload}/mapping": {"coordinator", "admin"},
    "/desk/imports/review/{upload}/decide": {"coordinator", "admin"},
    "/desk/imports/review/{upload}/apply": {"coordinator", "admin"},
    "/desk/imports/review/{upload}/release": {"coordinator", "admin"},
    "/desk/imports/review/{upload}/again": {"coordinator", "admin"},
    "/desk/imports/review/{upload}/drop": {"coordinator", "admin"},
    "/desk/reports": {"coordinator", "admin"},
    "/desk/reports/chosen": {"coordinator", "admin"},
    "/desk/reports/dismissed": {"coordinator", "admin"},
    "/desk/reports/dismissed/{number}/undo": {"coordinator", "admin"},
    "/desk/own/weekly": {"coordinator", "admin"},
    "/desk/month": {"coordinator", "admin"},
    "/desk/month/{task}": {"coordinator", "admin"},
    "/desk/month/{task}/begin": {"coordinator", "admin"},
    "/desk/month/{task}/found": {"coordinator", "admin"},
    "/desk/month/undo/{entered}": {"coordinator", "admin"},
    "/desk/letters": {"coordinator", "admin"},
    "/desk/letters/start": {"coordinator", "admin"},
    "/desk/letters/stop": {"coordinator", "admin"},
    "/desk/changes": {"partner", "coordinator", "admin"},
    "/desk/changes/{change}": {"partner", "coordinator", "admin"},
    "/desk/changes/{change}/keys": {"coordinator", "admin"},
    "/desk/changes/{change}/approve": {"coordinator", "admin"},
    "/desk/changes/{change}/decline": {"partner", "coordinator", "admin"},
    "/desk/changes/{change}/break-glass": {"admin"},
    "/desk/protocols": {"partner", "coordinator", "admin"},
    "/desk/protocols/new": {"coordinator", "admin"},
    "/desk/protocols/{protocol_id}": {"partner", "coordinator", "admin"},
    "/desk/protocols/{protocol_id}/edit": {"coordinator", "admin"},
    "/desk/protocols/{protocol_id}/end": {"coordinator", "admin"},
    "/desk/protocols/{protocol_id}/back": {"coordinator", "admin"},
    "/desk/protocols/{protocol_id}/doubt": {"partner", "coordinator", "admin"},
    "/desk/protocols/{protocol_id}/settle": {"partner", "coordinator", "admin"},
    "/desk/vetting": {"coordinator", "admin"},
    "/desk/vetting/{program}": {"coordinator", "admin"},
    "/desk/vetting/{program}/step": {"coordinator", "admin"},
    "/desk/vetting/{program}/lift": {"coordinator", "admin"},
    "/desk/vetting/{program}/evidence": {"coordinator", "admin"},
    "/desk/vetting/{program}/panels": {"coordinator", "admin"},
    "/desk/vetting/{program}/panels/{number}/reply": {"coordinator", "admin"},
    "/desk/vetting/{program}/do-not-list": {"coordinator", "admin"},
    "/desk/vetting/{program}/exclusions/{number}": {"coordinator", "admin"},
    "/desk/people": {"coordinator", "admin"},
    "/desk/people/invite": {"coordinator", "admin"},
    "/desk/people/{person}/vouch": {"coordinator", "admin"},
    "/desk/people/{person}/role": {"admin"},
    "/desk/people/{person}/scope": {"admin"},
    "/desk/people/{person}/remove": {"admin"},
    "/desk/people/{person}/recover": {"admin"},
    "/desk/people/recoveries/{number}/second": {"admin"},
    "/desk/record": {"coordinator", "admin"},
    "/desk/figures": {"coordinator", "admin"},
    "/desk/overview": {"coordinator", "admin"},
    "/desk/handover": {"admin"},
    "/desk/sheet": {"coordinator", "admin"},
    "/desk/overview/gap": {"coordinator", "admin"}, "/desk/overview/needs": {"coordinator", "admin"},
    "/desk/overview/needs/table": {"coordinator", "admin"},
    "/desk/overview/tables/{table}": {"coordinator", "admin"},
    "/desk/lines": {"coordinator", "admin"},
    "/desk/lines/{place}/suspend": {"admin"},
    "/desk/lines/{place}/return": {"admin"},
    "/desk/lines/requests/{number}/suspend": {"admin"},
    "/desk/lines/requests/{number}/return": {"admin"},
}  # fmt: skip
# Whoever is let in has to have proved just now that it is them.
NEEDS_PROOF = {
    "/desk/imports/{run}/undo",
    "/desk/own/password", "/desk/own/passkey", "/desk/lines/{place}/suspend", "/desk/lines/{place}/return",
    "/desk/lines/requests/{number}/suspend", "/desk/lines/requests/{number}/return",
    "/desk/listings/{listing}/second", "/desk/changes/{change}/approve", "/desk/changes/{change}/break-glass",
    "/desk/people/invite", "/desk/people/{person}/vouch", "/desk/people/{person}/role", "/desk/people/{person}/scope",
    "/desk/people/{person}/remove", "/desk/people/{person}/recover", "/desk/people/recoveries/{number}/second",
}  # fmt: skip


@pytest.fixture
def asked(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """Asks the desk more in a minute than its cap allows one network."""
    monkeypatch.setattr("web.desk.app._BURST", 100_000.0)
    with serve(database, settings(), clock=lambda: NOW) as address, httpx.Client(base_url=address) as client:
        yield client


def _routes(database: Database) -> Iterator[tuple[str, HTTPRouteHandler]]:
    url = database.engine.url.render_as_string(hide_password=False)
    app = routes_of_desk(
        Settings(database_url=url, desk_secret="0" * 64), database, static=StaticFiles(), gazetteer=Gazetteer(),
        clock=lambda: NOW,
    )  # fmt: skip
    for route in app.routes:
        for handler in route.route_handlers:  # type: ignore[union-attr]
            if isinstance(handler, HTTPRouteHandler) and not handler.opt.get("is_options"):
                yield re.sub(r"\{(\w+):\w+\}", r"{\1}", route.path), handler


def _address(path: str) -> str:
    filled = {
        "change": "1", "task": "999", "run": "999", "upload": "0" * 24, "session_id": "999", "number": "999",
        "place": "999", "entered": "999", "note": "999", "pair": "999", "merge": "999",
        "listing": "00000000-0000-4000-8000-000000000000",
        "protocol_id": "00000000-0000-4000-8000-000000000000",
        "program": "00000000-0000-4000-8000-000000000000",
        "person": "00000000-0000-4000-8000-000000000000", "link": "unknown", "mark": "x", "name": "y", "table": "kinds",
    }  # fmt: skip
    return re.sub(r"\{(\w+)\}", lambda found: filled[found[1]], path)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_route_says_who_may_use_it_and_says_what_stands_here(database: Database) -> None:
    seen: dict[str, set[Any]] = {}
    proved = set()
    for path, handler in _routes(database):
        methods = handler.http_methods - {"OPTIONS"}
        if not methods:
            continue
        assert WHO in handler.opt, path
        who = handler.opt[WHO]
        seen.setdefault(path, set()).update(set(ASKING) if who == ANYBODY else who)
        if handler.opt.get(PROVED):
            proved.add(path)
    assert seen == OPEN_TO
    assert proved == NEEDS_PROOF


@pytest.fixture
def _uncapped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one network send as many requests as there are routes, roles and methods."""
    monkeypatch.setattr("web.desk.app._BURST", 1e6)


@pytest.mark.usefixtures("_uncapped")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_each_role_is_let_into_what_is_open_to_it_and_nothing_else_by_any_method(sign_in: Seat) -> None:
    seats = {role: sign_in(role) for role in ASKING}
    for path, who in OPEN_TO.items():
        if path == "/desk/sign-out":
            continue
        for role, desk in seats.items():
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
                answer = desk.ask(method, _address(path))
                where = f"{method} {path} by {role}: {answer.status_code}"
                assert answer.status_code < 500, where
                if answer.status_code == 405:
                    assert method not in {"GET", "POST"} or path != "/desk", where
                elif role in who:
                    assert answer.status_code in _LET_IN, where
                elif role is None:
                    assert answer.headers.get("location") == "/desk", where
                else:
                    assert answer.status_code == 403, where


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_proof_that_is_old_leads_to_the_page_that_asks_for_one(sign_in: Seat, database: Database) -> None:
    desk = sign_in("admin")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE session SET stepped_up_at = NULL")
    for path in NEEDS_PROOF:
        answer = desk.post(_address(path))
        assert answer.headers["location"].startswith("/desk/prove?back="), path


def test_a_route_that_says_nothing_is_closed() -> None:
    @get("/desk/forgotten", sync_to_thread=False)
    def forgotten() -> str:
        return "open"

    app = Litestar([forgotten], guards=[let_in], openapi_config=None)
    from litestar.testing import TestClient

    with TestClient(app) as client:
        assert client.get("/desk/forgotten").status_code == 401
