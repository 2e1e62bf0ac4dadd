"""The number of a pack is read aloud without a slip, and what is remembered of it goes a month after its end."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from directory.handoff.packs import KeptPack, forget_packs, is_serial, keep_pack, kept_packs, new_serial
from directory.people.service import command_line_person


def _keep(session: Session, serial: str, *, made_on: dt.date, days: int = 90) -> None:
    now = session.info["now"]
    pack = KeptPack(serial, made_on, made_on + dt.timedelta(days), ("en", "es"), "33130 (Miami, FL)")
    by = command_line_person(session, now=now).id
    keep_pack(session, pack, [(0, "911"), (0, "911"), (7, "+13055550142")], by_id=by, now=now)


def test_a_digit_that_was_misheard_or_two_that_changed_places_are_found_out() -> None:
    for serial in ("4821-773", "0000-000", "9090-909", "1234-567"):
        good = [f"{serial}{last}" for last in range(10) if is_serial(f"{serial}{last}")]
        assert len(good) == 1
        digits = good[0].replace("-", "")
        wrong = [digits[:at] + other + digits[at + 1 :] for at in range(8) for other in "0123456789"]
        assert [one for one in wrong if is_serial(one)] == [digits] * 8
    assert not is_serial("4821-77")
    assert not is_serial("४८२१-७७३१")


def test_a_serial_is_random_and_never_one_that_there_is(session: Session, now: dt.datetime) -> None:
    drawn = iter((4821773, 4821773, 12))
    first = new_serial(session, below=lambda _most: next(drawn))
    assert (first[:8], is_serial(first)) == ("4821-773", True)
    _keep(session, first, made_on=now.date())
    second = new_serial(session, below=lambda _most: next(drawn))
    assert (second[:8], is_serial(second)) == ("0000-012", True)
    assert len({new_serial(session) for _ in range(20)}) == 20


@pytest.mark.parametrize(("days_ago", "is_kept"), [(0, True), (120, True), (121, False)])
def test_a_pack_is_remembered_until_a_month_after_its_last_day(
    session: Session, now: dt.datetime, days_ago: int, *, is_kept: bool
) -> None:
    _keep(session, "4821-7731", made_on=now.date() - dt.timedelta(days_ago))
    forget_packs(session, now=now)
    assert [one.serial for one in kept_packs(session)] == (["4821-7731"] if is_kept else [])
