"""The way into the desk and out of it."""

import datetime as dt
from collections.abc import Callable

import httpx
import pytest
from argon2 import PasswordHasher

from directory.db import Database
from directory.people import sessions
from directory.people.models import SignedIn
from tests.conftest import NOW
from tests.staff import COOKIE, PASSWORD, Desk, code_at, make_person
from web.desk.sign_in import REFUSED

Seat = Callable[..., Desk]


@pytest.fixture(autouse=True)
def _somebody(database: Database) -> None:
    with database.transaction() as session:
        make_person(session, "Ana")


def _try(asked: httpx.Client, **changed: str) -> httpx.Response:
    form = {"email": "ana@example.org", "password": PASSWORD, "code": code_at(NOW)} | changed
    return Desk(asked).post("/desk", form)


def test_a_password_and_a_code_open_the_desk(asked: httpx.Client) -> None:
    answer = _try(asked)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/month")
    given = answer.headers["set-cookie"]
    assert given.startswith(f"{COOKIE}=")
    assert given.endswith("; Path=/desk; Secure; HttpOnly; SameSite=Strict")
    key = given.partition("=")[2].partition(";")[0]
    assert Desk(asked, key).get("/desk/own").status_code == 200


def test_others_may_write_while_a_password_is_hashed(
    asked: httpx.Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []

    def verify(_self: PasswordHasher, _hash: bytes, _password: str) -> bool:
        with database.transaction() as session:
            make_person(session, f"Somebody{len(hashed)}", has_key=False)
        hashed.append("once")
        return True

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    key = _try(asked).headers["set-cookie"].partition("=")[2].partition(";")[0]
    desk = Desk(asked, key)
    desk.post("/desk/prove", {"password": PASSWORD, "code": "000000", "back": "/desk/own"})
    assert len(hashed) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nobody@example.org"},
        {"password": "another password that nobody has"},
        {"password": ""},
        {"code": "000000"},
        {"code": "letters"},
    ],
)
def test_whatever_is_wrong_the_answer_is_the_same(asked: httpx.Client, wrong: dict[str, str]) -> None:
    answer = _try(asked, **wrong)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert REFUSED in answer.text
    assert "nobody" not in answer.text


def test_a_code_is_good_once(asked: httpx.Client) -> None:
    assert _try(asked).status_code == 303
    assert REFUSED in _try(asked).text


def test_after_five_wrong_passwords_the_right_one_has_to_wait(asked: httpx.Client, database: Database) -> None:
    for _ in range(5):
        _try(asked, password="wrong and long enough to be one")  # noqa: S106
    assert REFUSED in _try(asked).text


def test_a_key_that_a_browser_chose_is_never_taken(asked: httpx.Client) -> None:
    planted = Desk(asked, "chosen-by-somebody-else")
    assert planted.get("/desk/own").headers["location"] == "/desk"
    form = {"email": "ana@example.org", "password": PASSWORD, "code": code_at(NOW)}
    answer = planted._client.post(
        "/desk", data=form, headers={"cookie": f"{COOKIE}=chosen-by-somebody-else", "sec-fetch-site": "same-origin"}
    )
    assert answer.status_code == 303
    assert "chosen-by-somebody-else" not in answer.headers["set-cookie"]
    assert planted.get("/desk/own").status_code == 303


def test_signing_out_ends_the_session_at_the_server_and_clears_the_browser(sign_in: Seat) -> None:
    desk = sign_in("coordinator")
    answer = desk.post("/desk/sign-out")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert "cookies" in answer.headers["clear-site-data"]
    assert desk.get("/desk/own").headers["location"] == "/desk"


@pytest.mark.parametrize("minutes", [15, 8 * 60])
def test_a_session_ends_when_it_is_idle_or_old(sign_in: Seat, database: Database, minutes: int) -> None:
    desk = sign_in("admin")
    past = NOW - dt.timedelta(minutes=minutes)
    with database.transaction() as session:
        row = session.query(SignedIn).order_by(SignedIn.id.desc()).first()
        assert row is not None
        row.seen_at, row.expires_at = (past, row.expires_at) if minutes == 15 else (NOW, past + sessions.LONGEST)
    assert desk.get("/desk/own").headers["location"] == "/desk"


def test_a_page_does_not_wait_for_whoever_writes(sign_in: Seat, database: Database) -> None:
    desk = sign_in("coordinator")
    with database.transaction() as session:
        make_person(session, "Somebody else")
        assert desk.get("/desk/listings").status_code == 200


def test_a_request_keeps_the_session_from_being_idle(sign_in: Seat, database: Database) -> None:
    desk = sign_in("coordinator")
    with database.transaction() as session:
        session.query(SignedIn).update({"seen_at": NOW - dt.timedelta(minutes=14)})
    assert desk.get("/desk/own").status_code == 200
    with database.reading() as session:
        assert [row.seen_at for row in session.query(SignedIn)] == [NOW]


def test_nobody_ends_the_session_of_another(sign_in: Seat, database: Database) -> None:
    mine, theirs = sign_in("coordinator", "Mine"), sign_in("admin", "Theirs")
    with database.reading() as session:
        last = session.query(SignedIn).order_by(SignedIn.id.desc()).first()
        assert last is not None
        other = last.id
    assert mine.post(f"/desk/own/sessions/{other}/end").status_code == 404
    assert theirs.get("/desk/own").status_code == 200


def test_a_form_that_no_page_of_this_host_sent_is_refused(sign_in: Seat, asked: httpx.Client) -> None:
    desk = sign_in("coordinator")
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"sec-fetch-site": "none"}):
        assert desk.post("/desk/sign-out", None, **headers).status_code == 403
    cookie = {"cookie": f"{COOKIE}={desk.key}"}
    assert asked.post("/desk/sign-out", data=desk.marked({}), headers=cookie).status_code == 403
    elsewhere = cookie | {"origin": "https://elsewhere.example"}
    assert asked.post("/desk/sign-out", data=desk.marked({}), headers=elsewhere).status_code == 403
    unmarked = cookie | {"sec-fetch-site": "same-origin"}
    assert asked.post("/desk/sign-out", headers=unmarked).status_code == 403
    assert asked.post("/desk/sign-out", data={"csrf": "0" * 43}, headers=unmarked).status_code == 403
    assert desk.get("/desk/own").status_code == 200


def test_a_fresh_proof_leads_back_to_pages_of_the_desk_only(sign_in: Seat) -> None:
    desk = sign_in("coordinator")
    form = {"password": PASSWORD, "code": code_at(NOW)}
    for back in ("https://elsewhere.example/", "//elsewhere.example", "/desk/../x", "/desk/people?x=1"):
        assert "elsewhere" not in desk.get("/desk/prove", params={"back": back}).text
    assert desk.post("/desk/prove", form | {"back": "//elsewhere.example"}).headers["location"] == "/desk/listings"
