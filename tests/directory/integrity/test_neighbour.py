"""A task force of one, seconded by a neighbour deployment that called the old number and signed what it found."""

import base64
import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from directory.db import Database
from directory.errors import BadInputError, DirectoryError, NotFoundError, RefusedError
from directory.integrity import queries, service
from directory.integrity.table import DELAY
from directory.listings.models import Change
from directory.people import accounts
from directory.people.service import command_line_person
from directory.reconciliation.service import reconcile
from tests.conftest import NOW
from tests.directory.integrity.force import NEW, OLD, Force, key, numbers, propose
from tests.staff import acting

KEY = Ed25519PrivateKey.from_private_bytes(b"neighbour".ljust(32, b"."))
STRANGER = Ed25519PrivateKey.from_private_bytes(b"stranger".ljust(32, b"."))
TODAY = NOW.date()


def know_neighbour(session: Session, *, days: int = 30) -> None:
    by = command_line_person(session, now=NOW).id
    known_since = NOW - dt.timedelta(days=days)
    accounts.add_neighbour(
        session, name="Next County", public_key=KEY.public_key().public_bytes_raw(), by=by, now=known_since
    )


def ask(session: Session, change: int, person: int) -> bytes:
    return service.request_file(session, change, site="Almanac", by=acting(session, person), now=NOW)


def sign(request: bytes, key: Ed25519PrivateKey = KEY, *, outcome: str = "confirmed", on: dt.date = TODAY) -> bytes:
    return service.sign_request(key, request, outcome=outcome, by_name="Bea", on=on)


def accept(session: Session, change: int, file: bytes, person: int, now: dt.datetime = NOW) -> Any:
    return service.accept_signed(session, change, file, by=acting(session, person), now=now)


def test_one_person_and_a_neighbour_change_a_number_after_three_days(database: Database) -> None:
    with database.transaction() as session:
        force = Force(session)
        know_neighbour(session)
        change = propose(session, force)
        request = ask(session, change, force.one)
        asked = msgspec.json.decode(request)
        assert (asked["call"], asked["old"]["number"], asked["new"]["number"]) == (OLD, OLD, NEW)
        with pytest.raises(RefusedError, match="two keys"):
            accept(session, change, sign(request), force.one)
    with database.transaction() as session:
        key(session, change, "own-site", force.one)
        approved = accept(session, change, sign(ask(session, change, force.one)), force.one)
        assert (approved.is_applied, approved.not_before) == (False, NOW + DELAY)
        assert numbers(session, force) == [OLD]
        with pytest.raises(RefusedError, match="approved already"):
            accept(session, change, sign(ask(session, change, force.one)), force.one)
    with database.transaction() as session:
        assert service.do_what_is_due(session, now=NOW + DELAY).applied == 1
        assert numbers(session, force) == [NEW]
    assert reconcile(database, now=NOW) == []


def test_a_word_refused_on_the_old_number_declines_it(session: Session, force: Force) -> None:
    know_neighbour(session)
    change = propose(session, force)
    assert accept(session, change, sign(ask(session, change, force.one), outcome="refused"), force.one) is None
    assert session.get_one(Change, change, populate_existing=True).state == "declined"
    assert numbers(session, force) == [OLD]


def _edited(**changed: object) -> Callable[[bytes], bytes]:
    def edit(signed: bytes) -> bytes:
        file = msgspec.json.decode(signed)
        file["approval"] |= changed
        return msgspec.json.encode(file)

    return edit


def _of_stranger(signed: bytes) -> bytes:
    file = msgspec.json.decode(signed)
    return msgspec.json.encode(
        file | {"key": base64.b64encode(STRANGER.public_key().public_bytes_raw()).decode()}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_edited(outcome="refused"), "signature"),
        (_edited(called_on="2026-11-25"), "signature"),
        (_edited(change=999), "signature"),
        (_of_stranger, "signature"),
        (lambda signed: signed[: len(signed) // 2], "no word"),
        (lambda _: b"{}", "no word"),
        (lambda _: b" " * 70_000, "no word"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_spoiled_file_is_no_word(session: Session, force: Force, spoil: Callable[[bytes], bytes], words: str) -> None:
    know_neighbour(session)
    change = propose(session, force)
    key(session, change, "own-site", force.one)
    signed = sign(ask(session, change, force.one))
    with pytest.raises(DirectoryError, match=words):
        accept(session, change, spoil(signed), force.one)
    assert accept(session, change, signed, force.one).not_before == NOW + DELAY


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nobody_signs_for_a_neighbour_that_is_not_known_is_new_or_called_at_another_time(
    session: Session, force: Force
) -> None:
    know_neighbour(session, days=6)
    change = propose(session, force)
    key(session, change, "own-site", force.one)
    request = ask(session, change, force.one)
    with pytest.raises(RefusedError, match="knows that key"):
        accept(session, change, sign(request, STRANGER), force.one)
    with pytest.raises(RefusedError, match="seven days"):
        accept(session, change, sign(request), force.one)
    for days in (-15, 1):
        with pytest.raises(RefusedError, match="too long ago"):
            accept(session, change, sign(request, on=TODAY + dt.timedelta(days)), force.one)
    later = NOW + dt.timedelta(days=2)
    assert accept(session, change, sign(request), force.one, now=later).not_before == later + DELAY


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_word_is_about_one_proposal_as_it_was_sent(session: Session, force: Force) -> None:
    know_neighbour(session)
    change, other = propose(session, force), propose(session, force, "+13055550188")
    for one in (change, other):
        key(session, one, "own-site", force.one)
    request = ask(session, change, force.one)
    with pytest.raises(RefusedError, match="something else"):
        accept(session, other, sign(request), force.one)
    key(session, other, "old-number", force.two)
    shown = queries.change_of(session, other, by=acting(session, force.two), now=NOW).shown
    service.approve(session, other, shown=shown, by=acting(session, force.two, stepped_up=True), now=NOW)
    with pytest.raises(RefusedError, match="changed since"):
        accept(session, change, sign(request), force.one)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_no_colleague_brings_the_key_of_a_neighbour(session: Session, force: Force) -> None:
    change = propose(session, force)
    with pytest.raises(RefusedError, match="no key"):
        key(session, change, "neighbour", force.two)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_neighbour_is_asked_about_what_waits_and_by_those_who_work_there_alone(
    session: Session, force: Force
) -> None:
    change = propose(session, force)
    service.decline(session, change, by=acting(session, force.one), now=NOW)
    with pytest.raises(NotFoundError):
        ask(session, change, force.one)


def test_what_is_no_request_is_not_signed() -> None:
    for request in (b"", b"{}", b'{"change": 1}', b" " * 70_000):
        with pytest.raises(BadInputError):
            sign(request)
