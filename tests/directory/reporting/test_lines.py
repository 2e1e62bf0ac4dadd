"""The files of reporting lines: each figure with a page and a day, nothing that cannot be meant, gaps that are said."""

import datetime as dt
from importlib import resources

import msgspec
import phonenumbers
import pytest

from directory.errors import DirectoryError
from directory.places.covered import Covered
from directory.reporting.lines import (
    KINDS,
    Line,
    Phone,
    Spell,
    all_places,
    covered,
    known_lines,
    problems_of,
)
from directory.values.official_source import Source
from directory.vocabulary.terms import expand_kind
from tests.directory.official import OFFICIAL

_TODAY = dt.date(2026, 11, 28)
_LINES = [line for lines in known_lines().values() for line in lines]


def test_every_file_is_of_a_place_and_holds_what_can_be_meant() -> None:
    assert len(all_places()) == 56 + 13
    assert set(known_lines()) <= {"US", "CA", *all_places()}
    assert problems_of(known_lines()) == []
    assert {line.id.split("-")[0] for line in _LINES} <= {"us", "ca"}


@pytest.mark.parametrize("line", _LINES, ids=lambda line: line.id)
def test_every_line_names_an_official_page_with_the_day_on_which_it_was_read(line: Line) -> None:
    assert [source.url for source in line.sources if not OFFICIAL.match(source.url)] == []
    assert all(dt.date(2026, 11, 1) <= source.read_on <= _TODAY for source in line.sources)
    assert [
        phone.number for phone in line.phones if not phonenumbers.is_valid_number(phonenumbers.parse(phone.number))
    ] == []
    assert all(text.isprintable() and text == text.strip() for text in (line.name, line.run_by, *line.law))
    assert not line.named or line.law


def test_what_is_reported_are_the_kinds_of_the_vocabulary() -> None:
    assert set(KINDS) == expand_kind("reporting") - {"reporting"}


def test_massachusetts_has_the_lines_that_its_own_pages_agree_on() -> None:
    numbers = {line.id: [phone.number for phone in line.phones] for line in known_lines()["US-MA"]}
    assert numbers == {
        "us-ma-child": ["+18007925200"],
        "us-ma-child-office": [],
        "us-ma-elder": ["+18009222275"],
        "us-ma-disabled": ["+18004269009", "+18888220350"],
        "us-ma-sexual-crime": ["+16177250260"],
        "us-ma-injury-police": [],
    }
    # An official page prints the elder line as the child line.
    assert [line.id for line in _LINES if "+18009222275" in [phone.number for phone in line.phones]] == ["us-ma-elder"]


def test_where_pages_of_one_government_differ_the_number_that_two_of_them_and_its_letters_say_is_kept() -> None:
    # A statement of Alberta's prints 5447 behind 1-800-387-KIDS.
    numbers = [phone.number for line in known_lines()["CA-AB"] for phone in line.phones]
    assert numbers == ["+18003875437", "+18006380715"]


def test_a_list_is_as_old_as_the_day_that_it_bears_whenever_it_was_read() -> None:
    of_a_list = [line for line in _LINES if {source.dated for source in line.sources} == {dt.date(2016, 3, 1)}]
    assert len(of_a_list) == 6
    assert all(line.is_stale(_TODAY) and not line.hours and not line.named for line in of_a_list)


def test_how_much_is_known_is_counted_and_a_page_without_a_number_counts_for_nothing() -> None:
    for kind in KINDS:
        found = covered(kind)
        of_kind = {
            place for place, lines in known_lines().items() if any(kind in line.kinds and line.phones for line in lines)
        }
        assert found == Covered(
            sum(place.startswith("US-") for place in of_kind), sum(place.startswith("CA-") for place in of_kind)
        )
        assert (found.us_of, found.ca_of) == (56, 13)
    assert covered("child-protection") == Covered(us=43, ca=9)
    assert covered("adult-protection") == Covered(us=27, ca=1)
    assert covered("disabled-protection") == Covered(us=25, ca=1)
    assert covered("sexual-crime-report") == Covered(us=1, ca=0)
    assert covered("injury-report") == Covered(us=0, ca=0)
    # A line of the nation covers no state.
    assert "us-indian-country-child" in [line.id for line in known_lines()["US"]]


@pytest.mark.parametrize(
    ("source", "is_stale"),
    [
        (Source(name="a", url="https://a.gov/", read_on=_TODAY, dated=dt.date(2025, 11, 28)), False),
        (Source(name="a", url="https://a.gov/", read_on=_TODAY, dated=dt.date(2025, 11, 27)), True),
        (Source(name="a", url="https://a.gov/", read_on=_TODAY), True),
        (Source(name="a", url="https://a.gov/", read_on=_TODAY, is_copy=False), False),
        (Source(name="a", url="https://a.gov/", read_on=dt.date(2025, 11, 27), is_copy=False), True),
    ],
)
def test_what_is_older_than_a_year_or_of_unknown_age_is_to_be_checked(source: Source, *, is_stale: bool) -> None:
    assert source.is_stale(_TODAY) is is_stale
    assert _line(sources=(source,)).is_stale(_TODAY) is is_stale


@pytest.mark.parametrize(
    ("place", "change", "problem"),
    [
        ("US-XX", {"id": "us-xx-child"}, "US-XX: no state"),
        ("US-VT", {"id": "us-nh-child"}, "does not begin with its place"),
        ("US-VT", {"phones": (Phone(number="+18005550000123"),)}, "cannot be dialled"),
        ("US-VT", {"phones": ()}, "neither a number, nor a page"),
        ("US-VT", {"find_at": "javascript:1"}, "a page that is none"),
        ("US-VT", {"named": ("nurse",), "law": ("33 V.S.A. 4913",)}, "no such reader: nurse"),
        ("US-VT", {"named": ("clinician",)}, "a law that is not cited"),
        ("US-VT", {"written_within_hours": 48}, "a law that is not cited"),
        ("US-VT", {"zone": "America/Burlington"}, "a zone or a time that is none"),
        ("US-VT", {"hours": (Spell(opens="9"),)}, "a zone or a time that is none"),
        ("US-VT", {"hours": (Spell(days=("XX",)),)}, "hours: days"),
        ("US-VT", {"also_closed": ("town-meeting",)}, "no such holiday: town-meeting"),
        ("US-VT", {"is_for_indian_country": True}, "file of the nation"),
        ("US-VT", {"except_in": ("NH",)}, "left out in a region"),
        (
            "US-VT",
            {"sources": (Source(name="a", url="https://a.gov/", read_on=_TODAY, dated=dt.date(2027, 1, 1)),)},
            "before",
        ),
    ],
)
def test_a_file_that_cannot_be_meant_says_why(place: str, change: dict[str, object], problem: str) -> None:
    assert problems_of({"US-VT": (_line(),)}) == []
    found = problems_of({place: (msgspec.structs.replace(_line(), **change),)})
    assert len(found) == 1
    assert problem in found[0]


def test_a_line_is_given_once() -> None:
    assert problems_of({"US-VT": (_line(), _line())}) == ["us-vt-child: given twice"]


@pytest.mark.parametrize(
    "broken",
    [
        {"sources": ()}, {"kinds": ()}, {"kinds": ("shelter",)}, {"id": "VT child"}, {"note": "call Ann"},
        {"phones": [{"number": "800-555-0100"}]}, {"limits": ["never"]}, {"name": ""},
    ],
)  # fmt: skip
def test_a_line_without_a_page_or_with_a_field_of_its_own_is_refused(broken: dict[str, object]) -> None:
    whole = msgspec.to_builtins(_line())
    assert msgspec.convert(whole, Line) == _line()
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**whole, **broken}, Line)


def test_every_time_of_day_in_the_files_is_read_without_an_error() -> None:
    for line in _LINES:
        try:
            assert all(0 <= start < end <= 1440 for spans in line.days.values() for start, end in spans)
        except DirectoryError:
            pytest.fail(line.id)
    names = [file.name for file in resources.files("directory.reporting").joinpath("known").iterdir()]
    assert all(name.endswith(".toml") for name in names)


def _line(**change: object) -> Line:
    whole: dict[str, object] = {
        "id": "us-vt-child", "name": "Line", "run_by": "Agency", "kinds": ("child-protection",),
        "phones": (Phone(number="+18006495285"),), "hours": (Spell(),),
        "sources": (Source(name="Agency", url="https://dcf.vermont.gov/", read_on=_TODAY),),
    }  # fmt: skip
    return Line(**{**whole, **change})  # type: ignore[arg-type]
