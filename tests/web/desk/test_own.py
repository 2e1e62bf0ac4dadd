"""What somebody does to their own account."""

import html
import re
from collections.abc import Callable

import httpx
import msgspec
import pyotp
import pytest
from argon2 import PasswordHasher

from directory.db import Database
from directory.people.preferences import wants_weekly
from tests.conftest import NOW
from tests.services import serve
from tests.staff import CHEAP, Desk, make_person, seated
from tests.web.conftest import settings

Seat = Callable[..., Desk]
_NEW = "eleven slow barges under rain"


def _filled_in(desk: Desk) -> tuple[dict[str, str], pyotp.TOTP]:
    """The form for a new password, and the app that was set up for it."""
    page = html.unescape(desk.get("/desk/own").text)
    sealed = re.search(r'name="sealed" value="([0-9a-f]+)"', page)
    written = re.search(r'<span class="typed">([A-Z2-7 ]{30,})</span>', page)
    assert sealed
    assert written
    app = pyotp.TOTP(written[1].replace(" ", ""))
    return {"sealed": sealed[1], "password": _NEW, "code": app.at(NOW)}, app


def test_another_password_and_app_take_the_place_of_the_first_and_end_every_other_session(
    sign_in: Seat, asked: httpx.Client, database: Database
) -> None:
    desk = sign_in("coordinator", "Ana")
    form, app = _filled_in(desk)
    assert "not the digits" in desk.post("/desk/own/password", form | {"code": "000000"}).text
    assert "15" in desk.post("/desk/own/password", form | {"password": "short"}).text
    assert "Saved" in desk.post("/desk/own/password", form).text
    old = {"email": "ana@example.org", "password": "seven quiet herons wade upstream", "code": app.at(NOW)}
    assert Desk(asked).post("/desk", old).status_code == 200
    # The digits that set the app up are used up.
    assert Desk(asked).post("/desk", old | {"password": _NEW}).status_code == 200
    with database.reading() as session:
        kinds = session.connection().exec_driver_sql(
            "SELECT kind, count(*) FROM credential WHERE retired_at IS NULL GROUP BY kind ORDER BY kind"
        )
        assert [tuple(row) for row in kinds] == [("password", 1), ("totp", 1)]


def test_others_may_write_while_a_new_password_is_hashed(
    sign_in: Seat, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []

    def hash_meanwhile(_self: PasswordHasher, password: str) -> str:
        with database.transaction() as session:
            make_person(session, "Somebody else", has_key=False)
        hashed.append(password)
        return hashed_before

    desk = sign_in("coordinator", "Ana")
    form, _ = _filled_in(desk)
    hashed_before = CHEAP.hash(_NEW)
    monkeypatch.setattr(PasswordHasher, "hash", hash_meanwhile)
    assert "Saved" in desk.post("/desk/own/password", form).text
    assert hashed == [_NEW]


def test_a_secret_of_somebody_else_is_none(sign_in: Seat) -> None:
    ana, ben = sign_in("coordinator", "Ana"), sign_in("coordinator", "Ben")
    sealed = re.search(r'name="sealed" value="([0-9a-f]+)"', ana.get("/desk/own").text)
    assert sealed
    answer = ben.post("/desk/own/password", {"sealed": sealed[1], "password": _NEW, "code": "000000"})
    assert "too long" in answer.text


def test_an_answer_that_is_no_passkey_adds_none(sign_in: Seat) -> None:
    desk = sign_in("coordinator", "Ana")
    answer = desk.post("/desk/own/passkey", {"token": "00", "credential": "{}"})
    assert "could not be set up" in answer.text


def test_a_letter_each_week_is_chosen_by_each_where_the_site_sends_one(database: Database, sign_in: Seat) -> None:
    assert "This site sends none" in sign_in("coordinator", "Ana").get("/desk/own").text
    assert "A letter each week" not in sign_in("partner").get("/desk/own").text
    with database.transaction() as session:
        ben = make_person(session, "Ben")
        key = seated(session, ben)
    sends = msgspec.structs.replace(settings(), weekly_letters="on")
    with serve(database, sends, clock=lambda: NOW) as address, httpx.Client(base_url=address) as client:
        desk = Desk(client, key)
        for chosen, said in (("on", "how much is due, as numbers alone."), ("", "You get none.")):
            desk.post("/desk/own/weekly", {"weekly": chosen})
            assert said in desk.get("/desk/own").text
            with database.reading() as session:
                assert wants_weekly(session, ben) is (chosen == "on")
