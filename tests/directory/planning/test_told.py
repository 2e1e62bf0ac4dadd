"""Reasons in words: every code has some, and none says a figure that nobody can check."""

from typing import get_args

from directory.planning.hours import CallingHours
from directory.planning.models import KINDS, TIERS
from directory.planning.queries import LATER, Call, PlannedListing, Why
from directory.planning.told import KIND_WORDS, TIER_MEANS, TIER_WORDS, in_short, reasons
from directory.planning.why import WhyCode

DAY = 739_946


def test_every_reason_has_words_and_no_percentage() -> None:
    for code in (*get_args(WhyCode), LATER):
        [said] = reasons([Why(code, DAY, 2)])
        assert said
        assert "%" not in said
        assert not said.endswith(".")


def test_what_never_happened_has_no_date() -> None:
    assert reasons([Why("full-update"), Why("tried", 0, 1)]) == [
        "Nobody has gone through the whole entry yet",
        "Nobody answered the last time",
    ]


def _short(group: str, *why: Why) -> str:
    call = Call(1, 1, "full", "queue", 8.0, why)
    hours = CallingHours(())
    return in_short(PlannedListing(call, "id", "Name", "", "", "", group, False, False, hours, "due"))


def test_in_short_nothing_is_said_twice() -> None:
    why = (Why("ramp"), Why("doubt"), Why("never-confirmed", DAY), Why("full-update"), Why("second-person"))
    assert (
        _short("hotline", *why) == "Hotline or reporting line, comes first in a new directory. Not confirmed here yet"
    )
    assert _short("other", Why("floor", DAY), Why("doubt")).endswith("since 2026-11-26")
    assert _short("other", Why("harm"))
    assert _short("legal", Why("harm")) == "Legal or immigration help"


def test_tiers_and_kinds_have_words() -> None:
    assert set(TIER_WORDS) == set(TIER_MEANS) == set(TIERS)
    assert set(KIND_WORDS) == set(KINDS)
