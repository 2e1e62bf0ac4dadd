"""Which line is called about somebody at an hour, over zones, nights on which clocks change and closed days."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from directory.cards.card import Card, CardPhone
from directory.handoff.line_now import LineNow, line_now
from directory.values.hours import week_minutes

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ALWAYS = week_minutes({day: [(0, 1440)] for day in _DAYS})
# From six in the evening to eight in the morning.
NIGHTS = week_minutes({day: [(0, 480), (1080, 1440)] for day in _DAYS})
OFFICE = week_minutes({day: [(540, 1020)] for day in _DAYS[:5]})
# Until half past two, which there is not or is twice in the nights on which clocks change.
LATE = week_minutes({day: [(0, 150), (1320, 1440)] for day in _DAYS})
INTAKE_LINE = CardPhone("+13055550142", slot="intake", roles=["intake"])
OFFICE_LINE = CardPhone("+13055550143", slot="office", roles=["office"])
CRISIS = CardPhone("+13055550144", slot="crisis-line", roles=["crisis-line"])
NEW_YORK = "America/New_York"


def _card(**said: object) -> Card:
    usual: dict[str, object] = {"zone": NEW_YORK, "phones": [OFFICE_LINE, INTAKE_LINE, CRISIS]}
    return Card(id="1", service="1", name="Practice", **(usual | said))  # type: ignore[arg-type]


def _at(text: str, zone: str = NEW_YORK) -> dt.datetime:
    """A time on the clocks of a zone as an instant."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


def _number(found: LineNow) -> str:
    return found.phone.slot if found.phone else ""


DAY_AND_CRISIS = {"office": OFFICE, "crisis-line": ALWAYS}
ALL_THREE = {"intake": NIGHTS, **DAY_AND_CRISIS}
TWO = {"intake": NIGHTS, "office": OFFICE}


@pytest.mark.parametrize(
    "row",
    [
        # Intake is called though the crisis line never closes.
        (ALL_THREE, "2026-11-14T02:06", "open", "intake", "2026-11-14T08:00", ""),
        (ALL_THREE, "2026-11-16T18:00", "open", "intake", "2026-11-17T08:00", ""),
        # The minute at which it closes is none of its own.
        (ALL_THREE, "2026-11-16T08:00", "beside", "crisis-line", "", "2026-11-16T18:00"),
        (ALL_THREE, "2026-11-16T12:00", "beside", "crisis-line", "", "2026-11-16T18:00"),
        (TWO, "2026-11-16T12:00", "beside", "office", "2026-11-16T17:00", "2026-11-16T18:00"),
        (TWO, "2026-11-14T12:00", "closed", "intake", "", "2026-11-14T18:00"),
        # Without hours of its own for new people, whoever answers takes them; a crisis line is no office.
        ({"office": OFFICE}, "2026-11-16T12:00", "open", "office", "2026-11-16T17:00", ""),
        ({"office": OFFICE}, "2026-11-14T02:06", "closed", "office", "", "2026-11-16T09:00"),
        (DAY_AND_CRISIS, "2026-11-14T02:06", "beside", "crisis-line", "", "2026-11-16T09:00"),
        ({"crisis-line": ALWAYS}, "2026-11-14T02:06", "open", "crisis-line", "", ""),
        # Over midnight on the nights on which clocks change, in spring and in autumn.
        ({"intake": NIGHTS}, "2027-03-14T01:30", "open", "intake", "2027-03-14T08:00", ""),
        ({"intake": NIGHTS}, "2026-11-01T01:30", "open", "intake", "2026-11-01T08:00", ""),
        ({"intake": LATE}, "2027-03-14T01:59", "open", "intake", "2027-03-14T03:00", ""),
        ({"intake": LATE}, "2027-03-14T04:00", "closed", "intake", "", "2027-03-14T22:00"),
    ],
)  # fmt: skip
def test_the_line_of_an_hour(row: tuple[object, str, str, str, str, str]) -> None:
    """Hours, when it is, who answers, on which line, until when, and when whoever takes new people does next."""
    weeks, when, state, line, until, opens = row
    found = line_now(_card(weeks=weeks), _at(when))
    assert (found.state, _number(found)) == (state, line)
    assert found.until == (_at(until) if until else None)
    assert found.opens == (_at(opens) if opens else None)


def test_an_hour_that_is_twice_in_a_night_is_open_both_times() -> None:
    card = _card(weeks={"intake": week_minutes({"SU": [(60, 120)]})})
    first = dt.datetime(2026, 11, 1, 5, 30, tzinfo=dt.UTC)
    assert [line_now(card, first + dt.timedelta(hours=step)).state for step in (-1, 0, 1, 2)] == [
        "closed", "open", "open", "closed",
    ]  # fmt: skip


def test_a_day_on_which_one_schedule_does_not_hold_closes_that_one_alone() -> None:
    holiday = dt.date(2026, 11, 26).toordinal()
    card = _card(weeks=ALL_THREE, closed={"intake": [holiday]})
    found = line_now(card, _at("2026-11-26T19:00"))
    assert (found.state, _number(found)) == ("beside", "crisis-line")
    # A closed day closes its own calendar day alone: at midnight the night line is there again.
    assert found.opens == _at("2026-11-27T00:00")
    office = line_now(_card(weeks={"office": OFFICE}, closed={"office": [holiday]}), _at("2026-11-26T10:00"))
    assert (office.state, office.opens) == ("closed", _at("2026-11-27T09:00"))


def test_what_is_closed_for_longer_than_anybody_looks_has_no_next_hour() -> None:
    days = [dt.date(2026, 11, 14).toordinal() + day for day in range(500)]
    found = line_now(_card(weeks={"intake": NIGHTS}, closed={"intake": days}), _at("2026-11-14T02:06"))
    assert (found.state, found.opens, found.needs_another) == ("closed", None, True)
    assert found.phone is not None


def test_no_hours_are_no_reason_to_call_anybody_closed() -> None:
    found = line_now(_card(hours_text={"intake": "Most nights"}), _at("2026-11-14T02:06"))
    assert (found.state, _number(found), found.written) == ("unknown", "office", "Most nights")
    assert line_now(_card(weeks=ALL_THREE, zone=""), _at("2026-11-14T02:06")).state == "unknown"
    nobody = line_now(_card(phones=[]), _at("2026-11-14T02:06"))
    assert (nobody.state, nobody.phone) == ("unknown", None)


def test_where_nobody_says_which_number_answers_no_number_is_told() -> None:
    two = [CardPhone("+13055550142"), CardPhone("+13055550143", slot="voice-2")]
    found = line_now(_card(weeks={"intake": ALWAYS, "office": OFFICE}, phones=two), _at("2026-11-14T02:06"))
    assert (found.state, found.phone, found.slot) == ("which", None, "intake")
    # A line that is known comes before one that nobody can tell.
    known = line_now(
        _card(weeks={"intake": ALWAYS, "crisis-line": ALWAYS}, phones=[CRISIS, OFFICE_LINE]), _at("2026-11-14T02:06")
    )
    assert (known.state, _number(known)) == ("open", "crisis-line")


def test_hours_of_a_line_of_its_own_are_those_of_what_its_label_says() -> None:
    night = CardPhone("+13055550199", slot="voice", roles=["intake"], week=NIGHTS)
    card = _card(phones=[OFFICE_LINE, night], weeks={"office": OFFICE})
    assert _number(line_now(card, _at("2026-11-14T02:06"))) == "voice"
    assert line_now(card, _at("2026-11-14T02:06")).role == "intake"
    day = line_now(card, _at("2026-11-16T12:00"))
    assert (day.state, _number(day), day.opens) == ("beside", "office", _at("2026-11-16T18:00"))


def test_hours_that_are_only_words_never_make_intake_closed() -> None:
    card = _card(weeks={"office": OFFICE}, hours_text={"intake": "Evenings"})
    found = line_now(card, _at("2026-11-16T12:00"))
    assert (found.state, found.written) == ("open", "Evenings")


@pytest.mark.parametrize(
    ("zone", "block", "here", "when", "is_named"),
    [
        (NEW_YORK, "site", [NEW_YORK], "2026-11-14T02:06", False),
        (NEW_YORK, "site", ["America/Chicago"], "2026-11-14T02:06", True),
        # The same clocks under another name are no other zone.
        (NEW_YORK, "site", ["America/Detroit"], "2026-11-14T02:06", False),
        # Phoenix has the time of Denver in winter and that of Los Angeles in summer.
        ("America/Phoenix", "confidential", ["America/Denver"], "2026-11-14T02:06", False),
        ("America/Phoenix", "confidential", ["America/Denver"], "2026-07-14T02:06", True),
        # A state that lies in two zones, one of which is another.
        ("America/Chicago", "site", ["America/Chicago", NEW_YORK], "2026-11-14T02:06", True),
        (NEW_YORK, "site", [], "2026-11-14T02:06", False),
        (NEW_YORK, "area", [], "2026-11-14T02:06", True),
        ("Pacific/Honolulu", "site", [NEW_YORK], "2026-11-14T02:06", True),
    ],
)  # fmt: skip
def test_a_zone_is_said_where_clocks_show_another_time(
    zone: str, block: str, here: list[str], when: str, is_named: bool
) -> None:
    card = _card(zone=zone, block=block, weeks={"intake": NIGHTS})
    assert line_now(card, _at(when, zone), here=here).names_zone is is_named


def test_the_hour_is_that_of_the_listing_and_not_of_whoever_reads() -> None:
    """At one in the morning in New York the line in Honolulu has just opened for the night, at eight."""
    card = _card(zone="Pacific/Honolulu", weeks={"intake": NIGHTS})
    found = line_now(card, _at("2026-11-14T01:00"), here=[NEW_YORK])
    assert (found.state, found.until) == ("open", _at("2026-11-14T08:00", "Pacific/Honolulu"))
    closed = line_now(card, _at("2026-11-14T14:00"), here=[NEW_YORK])
    assert (closed.state, closed.opens) == ("closed", _at("2026-11-14T18:00", "Pacific/Honolulu"))
