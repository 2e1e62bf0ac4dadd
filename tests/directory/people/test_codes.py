"""Codes from an app: right around their time, good once, and their secret sealed."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import Database
from directory.people.codes import address_of, new_secret, picture_of, sealed_secret, step_of, use_code
from directory.people.models import Credential
from directory.people.sealing import open_sealed
from tests.staff import DESK_KEY, SECRET, code_at, make_person

STEP = dt.timedelta(seconds=30)


def _app(session: Session, person_id: int) -> Credential:
    return session.scalars(
        sa.select(Credential).where(Credential.person_id == person_id, Credential.kind == "totp")
    ).one()


@pytest.mark.parametrize(("steps", "is_good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_good_one_step_around_its_time(now: dt.datetime, steps: int, is_good: bool) -> None:
    found = step_of(SECRET, code_at(now + steps * STEP), now=now)
    assert (found is not None) is is_good


@pytest.mark.parametrize("code", ["", "12345", "1234567", "letters", "٣٤٥٦٧٨", "-12345", "1" * 4_000])
def test_what_is_no_code_is_right_for_no_step(now: dt.datetime, code: str) -> None:
    assert step_of(SECRET, code, now=now) is None


def test_a_code_may_be_typed_with_a_space(now: dt.datetime) -> None:
    code = code_at(now)
    assert step_of(SECRET, f" {code[:3]} {code[3:]} ", now=now) == int(now.timestamp()) // 30


def test_a_code_is_good_once_and_an_older_one_never_after_it(session: Session, now: dt.datetime) -> None:
    app = _app(session, make_person(session, "Ana"))
    assert use_code(session, app, code_at(now), desk_key=DESK_KEY, now=now)
    assert not use_code(session, app, code_at(now), desk_key=DESK_KEY, now=now)
    assert not use_code(session, app, code_at(now - STEP), desk_key=DESK_KEY, now=now)
    assert use_code(session, app, code_at(now + STEP), desk_key=DESK_KEY, now=now)


def test_of_many_who_use_a_code_at_the_same_time_one_succeeds(database: Database, now: dt.datetime) -> None:
    with database.transaction() as session:
        person = make_person(session, "Ana")

    def attempt(_number: int) -> bool:
        with database.transaction() as session:
            return use_code(session, _app(session, person), code_at(now), desk_key=DESK_KEY, now=now)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(8))) == 1


def test_a_code_of_a_retired_app_is_wrong(session: Session, now: dt.datetime) -> None:
    app = _app(session, make_person(session, "Ana"))
    app.retired_at = now
    session.flush()
    assert not use_code(session, app, code_at(now), desk_key=DESK_KEY, now=now)


def test_the_secret_of_an_app_opens_for_its_owner_and_with_the_key_of_the_desk_only() -> None:
    secret = new_secret()
    stored = sealed_secret(secret, person_id=7, desk_key=DESK_KEY)
    assert secret.encode() not in stored
    assert open_sealed(DESK_KEY, stored, purpose="totp 7") == secret.encode()
    assert open_sealed(DESK_KEY, stored, purpose="totp 8") is None
    assert open_sealed(b"k" * 32, stored, purpose="totp 7") is None
    assert sealed_secret(secret, person_id=7, desk_key=DESK_KEY) != stored


def test_a_sealed_secret_that_was_put_under_another_name_opens_nothing(session: Session, now: dt.datetime) -> None:
    mine, theirs = _app(session, make_person(session, "Mine")), _app(session, make_person(session, "Theirs"))
    theirs.secret = mine.secret
    session.flush()
    assert not use_code(session, theirs, code_at(now), desk_key=DESK_KEY, now=now)


def test_an_app_reads_the_secret_the_site_and_the_name_from_the_picture(now: dt.datetime) -> None:
    read = pyotp.parse_uri(address_of(SECRET, name="ana@example.org", site="Practice Almanac"))
    assert isinstance(read, pyotp.TOTP)
    assert (read.name, read.issuer, read.at(now)) == ("ana@example.org", "Practice Almanac", code_at(now))


def test_the_picture_is_shapes_alone_which_a_strict_page_shows() -> None:
    picture = picture_of(address_of(SECRET, name="ana@example.org", site="Practice"))
    assert set(re.findall(r"<([^\s/>]+)", picture)) == {"svg", "g", "path"}
    allowed = {"xmlns", "width", "height", "viewBox", "class", "d", "fill", "stroke", "transform"}
    assert set(re.findall(r"\s([^\s=]+)=", picture)) <= allowed
    assert SECRET not in picture
