"""Why: codes and dates that stay the same whatever day it is."""

import datetime as dt

import pytest

from directory.freshness.observations import Observation, in_order, second_of
from directory.freshness.parameters import parameters, weight_of
from directory.freshness.reasons import CODES, Reason, coarse, is_withheld, reasons_of, reasons_on

DAY = dt.date(2026, 3, 20).toordinal()


def _seen(method: str, outcome: str, on: int, field: str = "phone") -> Observation:
    return Observation(second_of(DAY + on), field, method, outcome, weight_of(method, outcome))


def _told(*observations: Observation) -> dict[tuple[str, str], int]:
    """Code and field -> how many days after the first day."""
    found = reasons_of(in_order(observations), line=None, figures=parameters())
    assert [reason.code for reason in found] == sorted((reason.code for reason in found), key=CODES.index)
    return {(reason.code, reason.field): reason.on - DAY if reason.on else -1 for reason in found}


SAID = _seen("import", "said", 0)
CALLED = _seen("call", "live", 10)


def test_what_nobody_confirmed_says_so_and_since_when_it_is_said() -> None:
    assert _told(SAID, _seen("import", "said", 5)) == {("never-confirmed", ""): -1, ("since", "phone"): 0}


def test_when_its_source_looked_at_it_last_is_told() -> None:
    looked = [_seen("import", "verified-at-source", day) for day in (-300, -30)]
    assert _told(SAID, *looked)["at-source", ""] == -30


def test_a_confirmation_ends_what_spoke_against_it_before() -> None:
    bad = [
        _seen("call", "disconnected", 2),
        _seen("lookup", "disconnected", 3),
        _seen("feed", "dropped", 4),
        _seen("report", "reported", 5, ""),
        _seen("call", "no-answer", 6),
        _seen("call", "no-answer", 7),
    ]
    assert {code for code, _ in _told(SAID, *bad)} == {
        "not-working", "lookup-disconnected", "feed-dropped", "reported", "no-answer", "never-confirmed", "since",
    }  # fmt: skip
    assert {code for code, _ in _told(SAID, *bad, CALLED)} == {"confirmed", "since"}


def test_the_own_site_says_it_until_it_stops() -> None:
    assert ("listed", "phone") in _told(CALLED, _seen("corroboration", "seen", 12))
    told = _told(CALLED, _seen("corroboration", "seen", 12), _seen("corroboration", "gone", 19))
    assert told[("dropped", "phone")] == 19
    assert ("listed", "phone") not in told


def test_a_site_that_never_said_it_has_not_dropped_it() -> None:
    assert {code for code, _ in _told(CALLED, _seen("corroboration", "gone", 19))} == {"confirmed"}


@pytest.mark.parametrize("outcome", ["parked", "taken-over"])
def test_an_address_that_is_not_the_organizations_is_withheld_until_a_person_speaks_for_it(outcome: str) -> None:
    lost, spoken = _seen("website", outcome, 20, "url"), _seen("call", "confirmed", 30, "url")
    assert ("link-withheld", "url") in _told(CALLED, lost)
    assert is_withheld([lost])
    assert is_withheld([lost, _seen("website", "gone", 22, "url")])
    assert ("link-withheld", "url") not in _told(CALLED, lost, spoken)
    assert not is_withheld([lost, spoken])
    assert is_withheld([spoken, _seen("website", outcome, 31, "url")])


def test_an_address_that_was_parked_or_taken_stays_withheld_until_a_person_here_speaks_for_it() -> None:
    live = _seen("website", "live", 27, "url")
    for outcome in ("parked", "taken-over"):
        lost = _seen("website", outcome, 20, "url")
        assert is_withheld([lost, live])
        assert ("link-withheld", "url") in _told(CALLED, lost, live)
        for method, withheld in (("peer", True), ("call", False)):
            word = _seen(method, "confirmed", 28, "url")
            assert is_withheld([lost, live, word]) is withheld
            assert (("link-withheld", "url") in _told(CALLED, lost, live, word)) is withheld


def test_two_calls_that_reached_nobody_are_told_and_one_is_not() -> None:
    assert ("no-answer", "phone") not in _told(CALLED, _seen("call", "no-answer", 11))
    assert _told(CALLED, _seen("call", "no-answer", 11), _seen("call", "no-answer", 13))[("no-answer", "phone")] == 13


def test_mail_hours_and_other_numbers_have_reasons_of_their_own() -> None:
    told = _told(
        CALLED,
        _seen("mx", "gone", 11, "email"),
        _seen("import", "odd", 12, "schedule"),
        _seen("corroboration", "other-number", 13),
    )
    assert (told["mail-gone", "email"], told["hours-odd", "schedule"], told["differs", "phone"]) == (11, 12, 13)
    later = _told(CALLED, _seen("mx", "gone", 11, "email"), _seen("mx", "accepts", 14, "email"))
    assert ("mail-gone", "email") not in later


def test_details_are_called_old_on_the_days_on_which_they_are() -> None:
    heard = [SAID, _seen("import", "said", 0, "schedule"), _seen("call", "confirmed", 10, "schedule")]
    found = reasons_of(heard, line=None, figures=parameters())
    old = Reason("soft-old", DAY + 10, "hours")
    assert old in found
    assert old not in reasons_on(found, DAY + 10 + 364)
    assert old in reasons_on(found, DAY + 10 + 365)


def test_of_a_secret_place_only_the_month_is_told_of_what_nobody_has_to_know() -> None:
    found = coarse((Reason("since", DAY, "phone"), Reason("confirmed", DAY, "phone"), Reason("never-confirmed")))
    assert [dt.date.fromordinal(one.on).day for one in found if one.on] == [1, 20]
