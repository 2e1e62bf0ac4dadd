"""Which line answers at which hour: zones, nights on which clocks change, holidays, and what is not known."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.places.gazetteer import Gazetteer
from directory.reporting.lines import Holidays, Kind, Line, Phone, Spell
from directory.reporting.queries import READERS
from directory.reporting.this_hour import LinesNow, lines_for
from directory.reporting.told import hours_told, limits_told, no_line_does, zone_told
from directory.values.official_source import Source

_NEW_YEAR = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR")


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    with Gazetteer() as opened:
        yield opened


def _ask(
    gazetteer: Gazetteer, where: str, written: str, *known: Line, kind: Kind = "child-protection", reader: str = ""
) -> LinesNow:
    """Asked at a time on the clocks of the place."""
    place = gazetteer.find(where)
    at = dt.datetime.fromisoformat(written)
    at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(place.zone))
    held = {f"{place.country}-{place.region}": known} if known else None
    return lines_for(place, kind, reader, at, zones=gazetteer.zones(place), known=held)


def _told(found: LinesNow) -> list[tuple[str, str]]:
    return [(one.line.id, hours_told(one, found.at)) for one in found.lines]


def _line(
    *, opens: str = "08:00", closes: str = "17:00", zone: str = "", on_holidays: Holidays = "closed", also: str = ""
) -> Line:
    return Line(
        id="us-xx-day", name="Day line", run_by="Agency", kinds=("child-protection",), zone=zone,
        phones=(Phone(number="+18006495285"),), hours=(Spell(days=_WEEKDAYS, opens=opens, closes=closes),),
        on_holidays=on_holidays, also_closed=tuple(also.split()),
        sources=(Source(name="Agency", url="https://example.gov/", read_on=dt.date(2026, 11, 28)),),
    )  # fmt: skip


def test_on_a_sunday_night_in_boston_the_line_that_always_answers_is_the_one(gazetteer: Gazetteer) -> None:
    found = _ask(gazetteer, "Boston, MA", "2026-11-29T21:00", reader="clinician")
    assert _told(found) == [
        ("us-ma-child", "answers at any hour"), ("us-ma-child-office", "closed now, opens Monday 09:00"),
    ]  # fmt: skip
    assert [one.line.id for one in found.answering] == ["us-ma-child"]
    assert [one.is_named for one in found.lines] == [True, True]
    assert not found.is_missing


def test_on_a_tuesday_morning_the_office_of_the_childs_town_answers_too_and_its_number_is_said_to_be_missing(
    gazetteer: Gazetteer,
) -> None:
    for where in ("Boston, MA", "02118", "Massachusetts"):
        found = _ask(gazetteer, where, "2026-12-01T10:00", reader="clinician")
        assert _told(found) == [
            ("us-ma-child", "answers at any hour"), ("us-ma-child-office", "answers now, until 17:00"),
        ]  # fmt: skip
        office = found.lines[1]
        assert (office.is_missing_number, office.line.find_at) == (True, "https://www.mass.gov/dcf")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2026-12-01T08:59", "closed now, opens 09:00"),
        ("2026-12-01T09:00", "answers now, until 17:00"),
        ("2026-12-01T16:59", "answers now, until 17:00"),
        ("2026-12-01T17:00", "closed now, opens Wednesday 09:00"),
        ("2026-12-04T17:00", "closed now, opens Monday 09:00"),
        ("2026-11-26T10:00", "hours not stated for Thanksgiving"),
        ("2027-04-19T10:00", "hours not stated for Patriots' Day"),
    ],
)
def test_the_office_of_the_town_keeps_its_hours_to_the_minute(gazetteer: Gazetteer, written: str, told: str) -> None:
    of_office = dict(_told(_ask(gazetteer, "02118", written)))["us-ma-child-office"]
    assert of_office == told


@pytest.mark.parametrize(
    ("where", "written", "told"),
    [
        # Ten o'clock there, whatever it is elsewhere.
        ("Honolulu, HI", "2026-12-01T20:00+00:00", "answers now, until 17:00"),
        ("Honolulu, HI", "2026-12-02T03:00+00:00", "closed now, opens Wednesday 08:00"),
        ("96799", "2026-12-01T19:00+00:00", "answers now, until 17:00"),
        # Half an hour beside everybody else.
        ("A1B", "2026-12-01T11:29+00:00", "closed now, opens 08:00"),
        ("A1B", "2026-12-01T11:30+00:00", "answers now, until 17:00"),
        ("A1B", "2026-12-01T20:30+00:00", "closed now, opens Wednesday 08:00"),
        # Arizona keeps one time all year; the Navajo Nation in it does not.
        ("86004", "2026-07-01T15:00+00:00", "answers now, until 17:00"),
        ("86004", "2026-07-01T14:30+00:00", "closed now, opens 08:00"),
        ("86515", "2026-07-01T14:30+00:00", "answers now, until 17:00"),
        ("86515", "2026-07-01T23:30+00:00", "closed now, opens Thursday 08:00"),
        ("86004", "2026-12-01T15:30+00:00", "answers now, until 17:00"),
        ("86515", "2026-12-01T15:30+00:00", "answers now, until 17:00"),
        # One state, two clocks.
        ("79901", "2026-12-01T23:30+00:00", "answers now, until 17:00"),
        ("78701", "2026-12-01T23:30+00:00", "closed now, opens Wednesday 08:00"),
    ],
)
def test_hours_are_those_of_the_clocks_of_the_place(gazetteer: Gazetteer, where: str, written: str, told: str) -> None:
    assert _told(_ask(gazetteer, where, written, _line())) == [("us-xx-day", told)]


def test_a_line_with_a_clock_of_its_own_keeps_it_wherever_the_child_is(gazetteer: Gazetteer) -> None:
    day = _line(zone="America/Chicago")
    assert _told(_ask(gazetteer, "79901", "2026-12-01T16:30", day)) == [
        ("us-xx-day", "closed now, opens Wednesday 08:00")
    ]
    assert _ask(gazetteer, "79901", "2026-12-01T16:30", day).lines[0].zone == "America/Chicago"


def test_of_a_state_with_two_clocks_it_is_said_which_is_used(gazetteer: Gazetteer) -> None:
    texas = _ask(gazetteer, "Texas", "2026-12-01T10:00")
    assert (texas.zone, texas.other_zones) == ("America/Chicago", ("America/Denver",))
    assert "where most people there live; elsewhere there clocks show America/Denver" in zone_told(texas)
    # Zones that show the same hour are one clock: in winter Arizona has one, in summer two.
    assert _ask(gazetteer, "Arizona", "2026-12-01T10:00").other_zones == ()
    assert _ask(gazetteer, "Arizona", "2026-07-01T10:00").other_zones == ("America/Denver",)
    # A town has its own, and no other.
    assert _ask(gazetteer, "79901", "2026-12-01T10:00").other_zones == ()
    assert zone_told(_ask(gazetteer, "79901", "2026-12-01T10:00")) == "America/Denver"
    assert _ask(gazetteer, "Massachusetts", "2026-12-01T10:00").other_zones == ()


@pytest.mark.parametrize(
    ("where", "written", "told"),
    [
        # Clocks go from 02:00 to 03:00 on 14 March 2027, and from 02:00 back to 01:00 on 1 November 2026.
        ("02118", "2027-03-14T06:59+00:00", "answers now, until 03:30"),
        ("02118", "2027-03-14T07:29+00:00", "answers now, until 03:30"),
        ("02118", "2027-03-14T07:30+00:00", "closed now, opens 22:00"),
        ("02118", "2026-11-01T05:30+00:00", "answers now, until 03:30"),
        ("02118", "2026-11-01T08:29+00:00", "answers now, until 03:30"),
        ("02118", "2026-11-01T08:30+00:00", "closed now, opens 22:00"),
        # No clock is changed there.
        ("96813", "2027-03-14T13:29+00:00", "answers now, until 03:30"),
        ("96813", "2027-03-14T13:30+00:00", "closed now, opens 22:00"),
        ("86004", "2027-03-14T10:29+00:00", "answers now, until 03:30"),
        # The Navajo Nation goes with Denver, Newfoundland with its own half hour.
        ("86515", "2027-03-14T09:29+00:00", "answers now, until 03:30"),
        ("86515", "2027-03-14T09:30+00:00", "closed now, opens 22:00"),
        ("A1B", "2027-03-14T05:59+00:00", "answers now, until 03:30"),
        ("A1B", "2027-03-14T06:00+00:00", "closed now, opens 22:00"),
    ],
)
def test_nights_on_which_clocks_change_are_as_long_as_they_are(
    gazetteer: Gazetteer, where: str, written: str, told: str
) -> None:
    night = Line(
        id="us-xx-night", name="Night line", run_by="Agency", kinds=("child-protection",), on_holidays="open",
        phones=(Phone(number="+18006495285"),), hours=(Spell(opens="22:00", closes="03:30"),), sources=_line().sources,
    )  # fmt: skip
    assert _told(_ask(gazetteer, where, written, night)) == [("us-xx-night", told)]


@pytest.mark.parametrize(
    ("where", "written", "kept", "told"),
    [
        ("05401", "2026-12-25T10:00", "closed", "closed for Christmas, opens Monday 08:00"),
        ("05401", "2026-12-25T10:00", "unknown", "hours not stated for Christmas"),
        ("05401", "2026-12-25T10:00", "open", "answers now, until 17:00"),
        ("05401", "2026-12-25T18:00", "unknown", "closed now, opens Monday 08:00"),
        ("05401", "2026-12-24T18:00", "unknown", "closed now, opens Monday 08:00"),
        ("05401", "2026-12-24T18:00", "open", "closed now, opens Friday 08:00"),
        # Saturday's Independence Day is kept on Friday in 2026.
        ("05401", "2026-07-03T10:00", "closed", "closed for Independence Day, opens Monday 08:00"),
        ("05401", "2026-11-27T10:00", "closed", "answers now, until 17:00"),
        # Each nation has its own.
        ("M5V", "2026-11-26T10:00", "closed", "answers now, until 17:00"),
        ("M5V", "2026-10-12T10:00", "closed", "closed for Thanksgiving, opens Tuesday 08:00"),
        ("M5V", "2026-07-01T10:00", "closed", "closed for Canada Day, opens Thursday 08:00"),
        ("96813", "2026-11-26T20:00+00:00", "closed", "closed for Thanksgiving, opens Friday 08:00"),
    ],
)
def test_holidays_close_what_is_known_to_close_and_are_else_said_to_be_unknown(
    gazetteer: Gazetteer, where: str, written: str, kept: Holidays, told: str
) -> None:
    assert _told(_ask(gazetteer, where, written, _line(on_holidays=kept))) == [("us-xx-day", told)]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2026-12-01T10:00", {"ca-ns-child": "answers now, until 16:30", "-after-hours": "closed now, opens 16:30"}),
        (
            "2026-12-01T16:30",
            {"ca-ns-child": "closed now, opens Wednesday 08:30", "-after-hours": "until Wednesday 08:30"},
        ),
        ("2026-12-02T08:29", {"ca-ns-child": "closed now, opens 08:30", "-after-hours": "answers now, until 08:30"}),
        ("2026-12-04T20:00", {"ca-ns-child": "closed now, opens Monday 08:30", "-after-hours": "until Monday 08:30"}),
        # Canada Day is a Wednesday in 2026: by day no page says so of the one, any hour of it is said of the other.
        ("2026-07-01T10:00", {"ca-ns-child": "hours not stated for Canada Day", "-after-hours": "answers now"}),
        ("2026-07-01T20:00", {"ca-ns-child": "closed now, opens Thursday 08:30", "-after-hours": "answers now"}),
    ],
)
def test_of_two_lines_that_take_turns_the_one_that_answers_is_told_first(
    gazetteer: Gazetteer, written: str, told: dict[str, str]
) -> None:
    found = _ask(gazetteer, "B3H", written)
    of_lines = dict(_told(found))
    assert of_lines["ca-ns-child"] == told["ca-ns-child"]
    assert of_lines["ca-ns-child-after-hours"].endswith(told["-after-hours"])
    assert found.lines[0].is_open
    assert len(found.answering) == 1


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        ("Arizona", ["us-az-child"]),
        ("86515", ["us-az-child"]),
        ("Hawaii", ["us-hi-child"]),
        ("A1B", ["ca-nl-protection"]),
        ("Nunavut", ["ca-nu-child-office"]),
        ("Puerto Rico", []),
        ("Ontario", ["ca-on-child-society"]),
    ],
)
def test_each_place_has_its_own_lines_and_no_others(gazetteer: Gazetteer, where: str, ids: list[str]) -> None:
    found = _ask(gazetteer, where, "2026-12-01T03:00")
    assert [one.line.id for one in found.lines] == ids
    assert found.is_missing is (where in ("Nunavut", "Puerto Rico", "Ontario"))


@pytest.mark.parametrize(
    ("where", "written", "told"),
    [
        # The office in Phoenix keeps its own clock all year, wherever the adult is.
        ("Arizona", "2026-07-01T18:59", "answers now, until 19:00"),
        ("86515", "2026-07-01T19:59", "answers now, until 19:00"),
        ("86515", "2026-07-01T20:00", "closed now, opens Thursday 07:00"),
        ("86515", "2026-12-01T18:59", "answers now, until 19:00"),
        ("Arizona", "2026-12-05T09:59", "closed now, opens 10:00"),
        ("Arizona", "2026-12-05T10:00", "answers now, until 18:00"),
        ("Arizona", "2026-12-25T12:00", "hours not stated for Christmas"),
    ],
)
def test_the_line_of_arizona_for_adults_goes_by_the_clocks_of_phoenix(
    gazetteer: Gazetteer, where: str, written: str, told: str
) -> None:
    found = _ask(gazetteer, where, written, kind="adult-protection")
    assert _told(found) == [("us-az-adult", told)]


def test_of_a_line_whose_hours_no_page_gives_nothing_is_said(gazetteer: Gazetteer) -> None:
    found = _ask(gazetteer, "Arizona", "2026-12-01T10:00")
    assert [(one.is_open, one.until, one.opens) for one in found.lines] == [(None, None, None)]
    assert _told(found) == [("us-az-child", "hours not stated")]


def test_a_state_may_keep_holidays_of_its_own(gazetteer: Gazetteer) -> None:
    when = "2027-04-19T10:00"
    assert _told(_ask(gazetteer, "02118", when, _line())) == [("us-xx-day", "answers now, until 17:00")]
    assert _told(_ask(gazetteer, "02118", when, _line(also="patriots"))) == [
        ("us-xx-day", "closed for Patriots' Day, opens Tuesday 08:00")
    ]


def test_lines_that_answer_come_first_then_those_of_unknown_hours_then_those_that_are_closed(
    gazetteer: Gazetteer,
) -> None:
    def named(name: str, *hours: Spell) -> Line:
        return Line(
            id=f"us-xx-{name}", name=name, run_by="Agency", kinds=("child-protection",), hours=hours,
            phones=(Phone(number="+18006495285"),), sources=_line().sources,
        )  # fmt: skip

    lines = (
        named("closed", Spell(opens="08:00", closes="09:00")), named("unknown"),
        named("day", Spell(opens="08:00", closes="20:00")), named("always", Spell()),
    )  # fmt: skip
    found = _ask(gazetteer, "02118", "2026-12-01T10:00", *lines)
    assert [one.line.name for one in found.lines] == ["always", "day", "unknown", "closed"]


def test_a_line_for_clinicians_is_given_to_them_and_to_who_has_not_said_what_they_do(gazetteer: Gazetteer) -> None:
    for reader in ("", *READERS):
        found = _ask(gazetteer, "02118", "2026-12-01T10:00", kind="sexual-crime-report", reader=reader)
        is_theirs = reader in ("", "clinician")
        assert [one.line.id for one in found.lines] == (["us-ma-sexual-crime"] if is_theirs else [])
        assert (found.for_others, found.is_missing) == (() if is_theirs else ("clinician",), not is_theirs)


def test_what_is_not_known_is_missing(gazetteer: Gazetteer) -> None:
    found = _ask(gazetteer, "33130", "2026-12-01T10:00", kind="injury-report")
    assert (found.is_missing, found.lines, found.covered.us, found.covered.us_of) == (True, (), 0, 56)
    # An office whose number is not known is something to say, and is still missing.
    office = Line(
        id="us-xx-office", name="Office", run_by="County", kinds=("child-protection",), is_local=True,
        find_at="https://example.gov/", sources=_line().sources,
    )  # fmt: skip
    only = _ask(gazetteer, "02118", "2026-12-01T10:00", office)
    assert (only.is_missing, [one.is_missing_number for one in only.lines]) == (True, [True])


def test_of_wounds_in_massachusetts_it_is_said_who_takes_the_report_and_that_no_number_is_known(
    gazetteer: Gazetteer,
) -> None:
    found = _ask(gazetteer, "02118", "2026-12-01T10:00", kind="injury-report", reader="clinician")
    (police,) = found.lines
    assert (police.line.id, police.is_named, police.is_missing_number) == ("us-ma-injury-police", True, True)
    assert (found.is_missing, found.covered.us) == (True, 0)
    assert limits_told(police.line) == ["The police take these reports."]


@pytest.mark.parametrize("reader", ["", *READERS])
def test_every_reader_is_given_every_line_that_is_not_for_others_alone_and_is_named_only_where_a_law_names_them(
    gazetteer: Gazetteer, reader: str
) -> None:
    for where, named in {
        # The law there, as far as it is read here, names two roles, nobody in Florida, and everybody in Wyoming.
        "02118": reader in ("clinician", "police"), "33130": False, "82001": True,
    }.items():  # fmt: skip
        found = _ask(gazetteer, where, "2026-12-01T10:00", reader=reader)
        assert found.lines
        assert {one.is_named for one in found.lines} == {named}
        assert not found.for_others


def test_what_is_for_indian_country_stands_beside_the_lines_of_a_state_and_never_in_their_place(
    gazetteer: Gazetteer,
) -> None:
    for where, is_given in {"86515": True, "Alaska": True, "02118": True, "00901": False, "M5V": False}.items():
        found = _ask(gazetteer, where, "2026-12-01T10:00")
        assert [one.line.id for one in found.in_indian_country] == (["us-indian-country-child"] if is_given else [])
        assert "us-indian-country-child" not in [one.line.id for one in found.lines]
    assert _ask(gazetteer, "86515", "2026-12-01T10:00", kind="adult-protection").in_indian_country == ()


def test_an_instant_has_a_zone(gazetteer: Gazetteer) -> None:
    with pytest.raises(ValueError, match="zone"):
        lines_for(gazetteer.find("02118"), "child-protection", "", dt.datetime(2026, 12, 1, 10))  # noqa: DTZ001


@given(
    at=st.integers(0, 6 * 366 * 24 * 60).map(lambda minutes: _NEW_YEAR + dt.timedelta(minutes=minutes)),
    kept=st.sampled_from(["open", "closed", "unknown"]),
    zone=st.sampled_from(
        ["America/New_York", "America/Phoenix", "America/St_Johns", "Pacific/Honolulu", "America/Nome"]
    ),
)
def test_a_line_that_answers_does_so_until_it_ends_and_a_closed_one_opens_when_it_is_said(
    at: dt.datetime, kept: Holidays, zone: str
) -> None:
    with Gazetteer() as gazetteer:
        place = gazetteer.find("05401")
    held = {"US-VT": (_line(zone=zone, on_holidays=kept),)}

    def state(instant: dt.datetime) -> bool | None:
        return lines_for(place, "child-protection", "", instant, known=held).lines[0].is_open

    one = lines_for(place, "child-protection", "", at, known=held).lines[0]
    local = at.astimezone(ZoneInfo(zone))
    if one.is_open:
        assert local.weekday() < 5
        assert 8 <= local.hour < 17
    if one.until:
        assert state(one.until) is not True
        assert state(one.until - dt.timedelta(seconds=1)) is True
    if one.opens:
        assert one.is_open is False
        assert state(one.opens) is True
        assert state(one.opens - dt.timedelta(seconds=1)) is not True


def test_no_words_say_that_somebody_has_to_report() -> None:
    from directory.reporting import told

    words = [told.NO_VERDICT, told.NOT_A_REPORT, told.CHECK, *no_line_does("911"), *told._LIMIT_WORDS.values()]
    assert [text for text in words if "must" in text.split() or "required" in text.split()] == []
