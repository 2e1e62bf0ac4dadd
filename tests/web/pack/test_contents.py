"""A pack holds what anybody could find and somebody confirmed, by its area where it is confidential, and no more."""

import datetime as dt

import msgspec
import pytest

from directory.db import Database
from directory.freshness.service import count_report
from directory.listings.service import set_standing
from directory.pinned import pinned_lines
from directory.values.phone import grouped
from tests.makers import STREET, kind, observe, opens
from tests.web.pack.making import WEEKDAYS, chosen_of, contents_of, fact_of, listed, listing_of, make_ward
from web.pack.by_hour import cells
from web.pack.choosing import MOST_LINES
from web.pack.contents import PackContents

_DAY = 24 * 60


def _names(pack: PackContents) -> list[str]:
    return [entry.name for section in pack.sections for entry in section.entries]


def _texts(pack: PackContents) -> str:
    return msgspec.json.encode(pack).decode()


def test_it_holds_what_was_confirmed_by_kind_of_need_and_says_how_much_was_not(
    database: Database, now: dt.datetime
) -> None:
    make_ward(database)
    pack = contents_of(database, now)
    assert [section.kind for section in pack.sections] == ["hotline", "shelter", "sane", "legal"]
    assert _names(pack) == ["Night line", "Quiet beds", "Nurse <b>exam</b>", "Papers"]
    assert pack.left_out == ("1 more is known, but nobody has confirmed its number of late.",)
    papers = pack.sections[-1].entries[0]
    assert papers.lines[0].digits == "305 555 0153"
    assert papers.confirmed == "Number confirmed by phone Nov 24, 2026."
    assert papers.hours == (("Office", "Monday to Friday, 9 a.m. to 5 p.m."),)
    assert papers.zone == "Time in New York"
    assert papers.languages == "Spanish by staff."
    assert papers.greeting == "We do not know how it answers."


def test_a_confidential_place_is_an_area_and_an_address_is_nowhere(database: Database, now: dt.datetime) -> None:
    make_ward(database)
    pack = contents_of(database, now)
    beds = pack.sections[1].entries[0]
    assert beds.is_private
    assert beds.under.endswith("Miami area (ZIP 331, 332), Florida")
    assert STREET not in _texts(pack)


def test_the_pinned_lines_come_from_the_signed_file_and_the_emergency_number_with_them(
    database: Database, now: dt.datetime
) -> None:
    make_ward(database)
    lines = pinned_lines("US")
    pack = contents_of(database, now)
    assert [one.digits for one in pack.pinned] == [*(grouped(line.number) for line in lines.lines), lines.emergency]
    assert pack.pinned[0].text == "233733"
    assert pack.pinned[0].languages.startswith("By voice 200+ languages")


def test_reporting_lines_stand_with_hours_page_and_day_and_no_verdict(database: Database, now: dt.datetime) -> None:
    reporting = contents_of(database, now, area="02118").reporting
    assert reporting is not None
    assert all(one.sources and one.hours and (one.numbers or one.number_at) for one in reporting.lines)
    assert any("check before use" in note for one in reporting.lines for note in one.notes)
    assert "The law and people decide" in reporting.lead
    assert contents_of(database, now).policy == "Rule of this house: Ask Dr. Bell first."


@pytest.mark.parametrize(
    ("spans", "told"),
    [
        ([(0, 7 * _DAY)], ("yes", "yes", "yes")),
        ([(day * _DAY + 540, day * _DAY + 1020) for day in range(5)], ("yes", "no", "no")),
        ([(day * _DAY + 1020, (day + 1) * _DAY + 540) for day in range(7)], ("no", "yes", "no")),
        ([(540, 600)], ("part", "no", "no")),
        ([(5 * _DAY + 540, 5 * _DAY + 1020)], ("no", "no", "part")),
        ([(6 * _DAY + 1380, 7 * _DAY + 60)], ("no", "part", "no")),
    ],
)
def test_who_answers_is_told_for_days_nights_and_weekends(spans: list[tuple[int, int]], told: tuple[str, ...]) -> None:
    assert cells(spans) == told


def test_hours_of_another_zone_are_told_on_the_clocks_of_the_ward(database: Database, now: dt.datetime) -> None:
    """From 9 to 5 in Los Angeles it is noon to 8 in Miami: by day only at times, and at times by night."""
    with database.transaction() as session:
        hours = opens(WEEKDAYS, zone="America/Los_Angeles")
        listed(session, "+13055550170", kind("interpretation-phone"), hours, name="Voices")
    pack = contents_of(database, now)
    assert pack.sections[0].entries[0].cells == ("part", "part", "no")
    assert (pack.sections[0].entries[0].zone, pack.clock) == ("Time in Los Angeles", "Time in New York")


def test_hours_that_nobody_states_are_to_be_asked_for(database: Database, now: dt.datetime) -> None:
    make_ward(database)
    told = {entry.name: entry.cells for section in contents_of(database, now).sections for entry in section.entries}
    assert told["Night line"] == ("yes", "yes", "yes")
    assert told["Papers"] == ("yes", "no", "no")
    assert told["Nurse <b>exam</b>"] == ("ask", "ask", "ask")


def test_what_does_not_work_is_hidden_or_grew_old_stays_out_and_a_report_alone_keeps_nothing_out(
    database: Database, now: dt.datetime
) -> None:
    make_ward(database)
    with database.transaction() as session:
        observe(session, fact_of(session, "+13055550150"), "call", "disconnected")
        set_standing(session, listing_of(session, "+13055550151").id, "suspended", by=None, reason="a call", now=now)
        count_report(session, listing_of(session, "+13055550153").id, reason="wrong-number", now=now)
        listed(session, "+13055550160", kind("legal-civil"), name="Long ago", days_ago=700)
    pack = contents_of(database, now)
    assert _names(pack) == ["Nurse <b>exam</b>", "Papers"]
    assert pack.sections[-1].entries[0].reported == "Reported wrong Nov 26, 2026."


def test_it_ends_when_its_first_line_does_and_after_ninety_days_at_most(database: Database, now: dt.datetime) -> None:
    make_ward(database)
    chosen = chosen_of(database, now)
    last = min(card.fresh_until for section in chosen.sections for card in section.cards)
    assert chosen.good_until == min(now.date() + dt.timedelta(90), dt.date.fromordinal(last))
    assert chosen_of(database, now, days=7).good_until == now.date() + dt.timedelta(7)


def test_there_is_room_for_so_many_and_every_kind_has_its_share(database: Database, now: dt.datetime) -> None:
    with database.transaction() as session:
        for number in range(MOST_LINES + 5):
            listed(session, f"+13055551{number:03d}", kind("legal-civil"), name=f"Papers {number}")
        listed(session, "+13055552000", kind("interpretation-phone"), name="Voices")
    chosen = chosen_of(database, now)
    assert [(section.kind, len(section.cards)) for section in chosen.sections] == [
        ("legal", MOST_LINES - 1), ("interpretation", 1),
    ]  # fmt: skip
    assert chosen.left_out == 6
    assert contents_of(database, now).left_out == ("6 more did not fit here.",)


def test_equal_lists_give_equal_packs(database: Database, now: dt.datetime) -> None:
    make_ward(database)
    assert contents_of(database, now) == contents_of(database, now)
