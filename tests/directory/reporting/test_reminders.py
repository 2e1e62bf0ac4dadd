"""What each reader is reminded of: by role, by country, minors first where they are concerned; always with a source."""

import datetime as dt
import re

import pytest

from directory.cards.card import Card
from directory.reporting.policy import concerns_minors
from directory.reporting.queries import (
    READERS,
    every_reminder,
    has_varieties,
    is_relayed_through_spanish,
    reminders,
)
from directory.values.language import all_languages

_WRITTEN = dt.date(2026, 11, 26)
_CITATION = re.compile(
    r"\d+ CFR \d+\.\d+(?:-\d+\.\d+)?(?:\(\w+\))*|\d+ U\.S\.C\. \d+\w?(?:\(\w+\))*|ORS \d+\w\.\d+"
    r"|ABA Model Rule \d\.\d|CDC, .+ 20\d\d.*|USCIS PM-\d+-\d+ \(20\d\d\)"
)


def _ids(reader: str, *, country: str = "US", about_minors: bool = False) -> list[str]:
    return [one.id for one in reminders(reader, country=country, about_minors=about_minors)]


@pytest.mark.parametrize("country", ["US", "CA", "MX"])
@pytest.mark.parametrize("reader", ["", *READERS])
@pytest.mark.parametrize("about_minors", [True, False])
def test_everybody_is_reminded_of_consent_and_that_a_call_is_no_report(
    reader: str, country: str, *, about_minors: bool
) -> None:
    found = _ids(reader, country=country, about_minors=about_minors)
    assert {"adult_decides", "say_limits", "not_a_report"} <= set(found)
    assert len(found) == len(set(found)) <= 9
    # Minors and adults in need of care are never left out, and never said twice.
    assert len({"minor", "minor_us"} & set(found)) == 1
    assert len({"needs_care", "needs_care_us"} & set(found)) == 1


def test_who_has_not_said_what_they_do_gets_only_what_holds_for_everybody() -> None:
    assert _ids("") == ["adult_decides", "say_limits", "not_a_report", "minor_us", "needs_care_us"]
    assert _ids("nurse") == _ids("")


def test_each_reader_gets_their_own_law_and_nobody_elses() -> None:
    own = {reader: set(_ids(reader, about_minors=True)) - set(_ids("", about_minors=True)) for reader in READERS}
    assert own == {
        "clinician": {"clocks", "hipaa_adult", "hipaa_child", "injuries"},
        "advocate": {"release", "release_minor", "compelled", "privilege"},
        "attorney": {"client", "lawyers_report", "filing"},
        "police": {"beside_them", "status", "forms", "one_day"},
        "other": {"workplace"},
    }


def test_a_clinician_reads_the_medical_clocks_first() -> None:
    assert _ids("clinician")[0] == "clocks"


def test_where_minors_are_concerned_their_lines_come_first_and_the_rest_keeps_its_order() -> None:
    assert _ids("clinician", about_minors=True)[:3] == ["minor_us", "hipaa_child", "clocks"]
    assert _ids("", country="CA", about_minors=True) == [
        "minor", "adult_decides", "say_limits", "not_a_report", "needs_care",
    ]  # fmt: skip
    without = _ids("police")
    assert [one for one in _ids("police", about_minors=True) if one in without and one != "minor_us"] == [
        one for one in without if one != "minor_us"
    ]


def test_other_countries_have_only_what_holds_everywhere() -> None:
    for country in ("CA", "MX", ""):
        for reader in READERS:
            found = reminders(reader, country=country, about_minors=True)
            assert found == reminders("", country=country, about_minors=True)
            assert [one.id for one in found if one.citations or one.is_state_law] == []


def test_a_territory_has_the_law_of_its_nation() -> None:
    assert _ids("clinician", country="PR") == _ids("clinician", country="US")


def test_every_reminder_names_its_source_exactly_and_its_day() -> None:
    known = every_reminder()
    assert len({one.id for one in known}) == len(known) > 15
    cited = [text for one in known for text in one.citations]
    assert [text for text in cited if not _CITATION.fullmatch(text)] == []
    assert len(cited) > 15
    assert {one.as_of for one in known} == {_WRITTEN}
    # What is the law of one country is not said in another.
    assert [one.id for one in known if (one.citations or one.is_state_law) and not one.countries] == []
    assert {reader for one in known for reader in one.readers} == set(READERS)
    assert {one.in_place_of for one in known} - {""} <= {one.id for one in known}


@pytest.mark.parametrize(
    ("card", "concerned"),
    [
        (Card(id="1", service="1", name="a", yes={"minors": ""}), True),
        (Card(id="1", service="1", name="a", kinds=["sane-pediatric"]), True),
        (Card(id="1", service="1", name="a", age=(12, 24)), True),
        (Card(id="1", service="1", name="a", age=(None, 17)), True),
        (Card(id="1", service="1", name="a", age=(18, None)), False),
        (Card(id="1", service="1", name="a", age=(None, 65)), False),
        (Card(id="1", service="1", name="a", age=(12, None), no=["minors"]), False),
        (Card(id="1", service="1", name="a"), False),
    ],
)
def test_a_listing_concerns_minors_when_it_says_so(card: Card, *, concerned: bool) -> None:
    assert concerns_minors(card) is concerned


def test_the_languages_that_change_from_town_to_town_are_languages_of_the_table() -> None:
    tags = {language.tag for language in all_languages()}
    known = {tag for tag in tags if has_varieties(tag)}
    assert {"mam", "quc", "kjb", "mix", "zap", "trc", "nah", "yua", "qu", "ay", "nv", "iu"} <= known
    assert known.isdisjoint({"es", "en", "ht", "zh", "ase", "lsm", "ar"})
    assert is_relayed_through_spanish("mam")
    assert not is_relayed_through_spanish("iu")
    from directory.reporting import queries

    listed = queries._file().varieties
    assert listed.through_spanish | listed.others == known
    assert listed.through_spanish.isdisjoint(listed.others)
