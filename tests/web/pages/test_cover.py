"""The cover is an ordinary page about the sun: right to the minute, of the deployment's own area, the same for all."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import httpx
import pytest

from directory.places.place import Place
from directory.settings import TELLING_WORDS, Settings
from tests.web.conftest import settings
from web.errors import STATUSES, ErrorPages
from web.pages.cover import cover_of, own_area, sun_on
from web.rendering import Pages
from web.wording import LANGUAGES, Wording

THANKSGIVING = dt.date(2026, 11, 26)
_MOST_BYTES = 6_000


def _place(lat: float, lon: float, zone: str) -> Place:
    return Place("Somewhere", "city", "", "US", lat, lon, zone)


NEW_YORK = _place(40.7128, -74.006, "America/New_York")
MIAMI = _place(25.77, -80.19, "America/New_York")
UTQIAGVIK = _place(71.2906, -156.7886, "America/Anchorage")
FAIRBANKS = _place(64.84, -147.72, "America/Anchorage")
DECORAH = _place(43.30, -91.79, "America/Chicago")
ANCHORAGE = _place(61.2181, -149.9003, "America/Anchorage")


@pytest.mark.parametrize(
    ("place", "day", "rises", "sets"),
    [
        # Tables of the weather station of Luther College, which follow the convention of the Naval Observatory.
        (DECORAH, dt.date(2025, 9, 1), "06:32", "19:41"),
        (DECORAH, dt.date(2025, 9, 25), "06:58", "18:58"),
        # The earliest sunrise and the latest sunset of the year, as almanacs have them.
        (ANCHORAGE, dt.date(2025, 6, 18), "04:20", "23:42"),
        # The last sunset before 65 days of night.
        (UTQIAGVIK, dt.date(2016, 11, 18), None, "13:31"),
        # The shortest day of the year.
        (NEW_YORK, dt.date(2020, 12, 21), "07:16", None),
    ],
)
def test_times_are_those_of_published_tables_to_two_minutes(
    place: Place, day: dt.date, rises: str | None, sets: str | None
) -> None:
    found = sun_on(day, place)
    for at, published in ((found.rises, rises), (found.sets, sets)):
        if published:
            assert at is not None
            expected = dt.datetime.combine(day, dt.time.fromisoformat(published), ZoneInfo(place.zone))
            assert abs(at - expected) <= dt.timedelta(minutes=2)


def test_where_the_sun_stays_up_or_down_there_are_no_times() -> None:
    summer, winter = sun_on(dt.date(2026, 6, 21), UTQIAGVIK), sun_on(dt.date(2026, 12, 21), UTQIAGVIK)
    assert (summer.rises, summer.sets, summer.daylight) == (None, None, 1440)
    assert (winter.rises, winter.sets, winter.daylight) == (None, None, 0)
    t = Wording("en")
    shown = cover_of(t, area=UTQIAGVIK, country="US", day=dt.date(2026, 12, 21))
    assert shown.today is not None
    assert (shown.today.rises, shown.today.daylight, shown.course_says) == ("none", "0 h 00", "The sun does not rise.")
    assert cover_of(t, area=UTQIAGVIK, country="US", day=dt.date(2026, 6, 21)).course_says == "The sun is up all day."


@pytest.mark.parametrize("lat", [71.3, 67.4, 89.9, -78.0, 0.0])
def test_no_day_of_the_year_fails_however_near_the_pole(lat: float) -> None:
    place = _place(lat, 18.96, "Europe/Oslo")
    for number in range(365):
        sun = sun_on(dt.date(2026, 1, 1) + dt.timedelta(number), place)
        assert 0 <= sun.daylight <= 1440
        assert (sun.rises is None) == (sun.sets is None) == (sun.daylight in (0, 1440))
        if sun.rises and sun.sets:
            assert sun.sets - sun.rises == dt.timedelta(minutes=sun.daylight)


def test_a_sunset_after_midnight_belongs_to_the_day_before() -> None:
    sun = sun_on(dt.date(2026, 6, 21), FAIRBANKS)
    assert sun.sets is not None
    assert sun.sets.astimezone(ZoneInfo(FAIRBANKS.zone)).date() == dt.date(2026, 6, 22)
    assert 21 * 60 < sun.daylight < 22 * 60


@pytest.mark.parametrize(
    ("lat", "lon", "zone"),
    [
        (-13.83, -171.77, "Pacific/Apia"), (1.87, -157.4, "Pacific/Kiritimati"), (-36.85, 174.76, "Pacific/Auckland"),
        (13.47, 144.75, "Pacific/Guam"), (51.5, 0.0, "Europe/London"), (-16.5, 180.0, "Pacific/Fiji"),
    ],
)  # fmt: skip
def test_the_day_is_the_one_that_people_there_count(lat: float, lon: float, zone: str) -> None:
    sun = sun_on(THANKSGIVING, _place(lat, lon, zone))
    for at in (sun.rises, sun.sets):
        assert at is not None
        assert at.astimezone(ZoneInfo(zone)).date() == THANKSGIVING


def test_the_cover_shows_today_and_the_week_in_the_time_of_the_place() -> None:
    english = cover_of(Wording("en"), area=MIAMI, country="US", day=THANKSGIVING)
    spanish = cover_of(Wording("es"), area=MIAMI, country="US", day=THANKSGIVING)
    assert english.today is not None
    assert (english.today.rises, english.today.sets, english.today.daylight) == ("6:47 a.m.", "5:29 p.m.", "10 h 42")
    assert (english.title, english.where) == ("Sun and measures", "Somewhere, Thursday, Nov 26")
    assert (spanish.title, spanish.where) == ("Sol y medidas", "Somewhere, jueves 26 nov")
    assert [sun.day for sun in english.week] == ["Thu 26", "Fri 27", "Sat 28", "Sun 29", "Mon 30", "Tue 1", "Wed 2"]
    assert spanish.week[0].rises == "6:47 a. m."
    highest = min(int(point.partition(",")[2]) for point in english.course.split())
    assert highest == int(english.course.split()[24].partition(",")[2])


_IN_ONE_UNIT = {"lb": 0.45359237, "kg": 1.0, "mi": 1.609344, "km": 1.0, "cm": 1.0}


def _size(text: str) -> float:
    """A measure in °C, cm, kg or km."""
    if feet := re.fullmatch(r"(\d+) ft (\d+) in", text):
        return (int(feet[1]) * 12 + int(feet[2])) * 2.54
    number, _, unit = text.partition(" ")
    if unit in {"°F", "°C"}:
        return (float(number) - 32) / 1.8 if unit == "°F" else float(number)
    return float(number) * _IN_ONE_UNIT[unit]


@pytest.mark.parametrize("country", ["US", "CA"])
def test_both_sides_of_a_measure_are_the_same_amount(country: str) -> None:
    for table in cover_of(Wording("en"), area=None, country=country, day=THANKSGIVING).measures:
        for measure, same in table:
            assert _size(same) == pytest.approx(_size(measure), rel=0.03, abs=0.05), measure


def test_the_units_in_which_people_think_come_first() -> None:
    first = {
        country: [
            table[0][0] for table in cover_of(Wording("en"), area=None, country=country, day=THANKSGIVING).measures
        ]
        for country in ("US", "PR", "CA", "MX")
    }
    assert first["US"] == first["PR"] == ["32 °F", "5 ft 0 in", "100 lb", "1 mi"]
    assert first["CA"] == first["MX"] == ["0 °C", "150 cm", "50 kg", "1 km"]
    assert "5 pies 0 pulg" in str(cover_of(Wording("es"), area=None, country="US", day=THANKSGIVING).measures)


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: str) -> None:
        self.now = dt.datetime.fromisoformat(now)

    def __call__(self) -> dt.datetime:
        return self.now

    def set(self, now: str) -> None:
        """Turn it to an instant."""
        self.now = dt.datetime.fromisoformat(now)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_the_same_all_day_and_another_one_the_next_day(language: str) -> None:
    """The day is that of the place: in Miami it begins at five in Greenwich."""
    clock = Clock("2026-11-26T05:00:00+00:00")
    pages = Pages(settings(), clock=clock)
    t = pages.wording(language)
    first = pages.page("away", t)
    clock.set("2026-11-27T04:59:00+00:00")
    assert pages.page("away", t) == first
    assert t.day(dt.date(2026, 11, 26), today=dt.date(2026, 11, 26)) in first.decode()
    clock.set("2026-11-27T05:00:00+00:00")
    assert pages.page("away", t) != first
    assert t.day(dt.date(2026, 11, 27), today=dt.date(2026, 11, 27)) in pages.page("away", t).decode()


def test_finished_error_pages_follow_the_day_without_a_database() -> None:
    clock = Clock("2026-11-01T15:00:00+00:00")
    errors = ErrorPages(Pages(settings(), clock=clock), "en")
    before = {status: errors.page(status) for status in STATUSES}
    clock.set("2026-11-30T15:00:00+00:00")
    for status in STATUSES:
        assert b"Sunday, Nov 1" in before[status]
        assert b"Monday, Nov 30" in errors.page(status)
        assert b"Sunday, Nov 1" not in errors.page(status)
    clock.set("2026-12-01T15:00:00+00:00")
    assert b"Tuesday, Dec 1" in errors.fault("ABCDEF")
    assert b"ABCDEF" in errors.fault("ABCDEF")


def test_without_an_area_there_are_measures_and_no_sun() -> None:
    chosen = Settings(database_url="")
    assert own_area(chosen) is None
    pages = Pages(chosen)
    for language in LANGUAGES:
        page = pages.page("error", pages.wording(language), status=404, fault_code="").decode()
        cover = _cover(page)
        assert cover.count("<table>") == 4
        assert "°F" in cover
        assert not re.search(r"sun|sol\b|amanec|\bh \d\d<", cover.casefold())
        assert "sunrise" not in _tag(page, "look")
        assert "amanecer" not in _tag(page, "look")


def _cover(page: str) -> str:
    """The cover of a page, all but its strip."""
    begins = page.index('<div class="cover"')
    return page[begins : page.index("</details>", begins)]


def _sheet(page: str) -> str:
    """What a cover shows before its fold."""
    return page[page.index('<div class="cover-in">') : page.index("</table>\n</div>")]


def _tag(page: str, named: str) -> str:
    found = re.search(rf'<\w+[^>]*\bid="{named}"[^>]*>', page)
    assert found is not None, named
    return found[0]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_page_has_the_same_small_cover_of_the_deployments_own_area(client: httpx.Client, listed: str) -> None:
    asked = {"a": "Boston", "n": "shelter"}
    pages = {
        "start": client.get("/").text,
        "results": client.post("/", data=asked).text,
        "listing": client.post("/", data={**asked, "l": listed}).text,
        "which place": client.post("/", data={"a": "Portland", "n": "shelter"}).text,
        "not found": client.get("/nothing").text,
        "wrong": client.post("/", data={"nonsense": "1"}).text,
    }
    assert len({_cover(page) for page in pages.values()}) == 1
    for name, page in pages.items():
        cover = _cover(page)
        assert len(cover.encode()) < _MOST_BYTES, name
        assert "Miami" in cover, name
        assert "Boston" not in cover, name
        assert [word for word in TELLING_WORDS if word in cover.casefold()] == [], name
        assert 'role="main"' in cover, name
        assert cover.count('role="heading" aria-level="1"') == 1, name
        assert not re.search(r"<h1|\d{3} \d{3} \d{4}|\bname=|<a |<form|<button", cover), name
        assert 'aria-label="Look away: shows a sunrise page instead"' in _tag(page, "look"), name
        assert page.index('id="leave"') < page.index('id="look"') < page.index('class="cover"') < page.index("<main"), (
            name
        )
        for switch in ("look", "sure", "show"):
            assert 'type="checkbox"' in _tag(page, switch), name
            assert 'autocomplete="off"' in _tag(page, switch), name
            assert " checked" not in _tag(page, switch), name


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_only_a_listings_page_has_a_strip_and_it_holds_digits_only(client: httpx.Client, listed: str) -> None:
    listing = client.post("/", data={"l": listed}).text
    strip = re.findall(r'<p class="strip"([^>]*)>(.*?)</p>', listing, re.DOTALL)
    assert strip == [(' role="group" aria-label="Note"', "<bdi>305 555 0142</bdi>")]
    assert 'autocomplete="off"' in _tag(listing, "calling")
    for other in (client.get("/").text, client.post("/", data={"n": "shelter"}).text, client.get("/nothing").text):
        assert 'class="strip"' not in other
        assert 'id="calling"' not in other


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_for_what_is_gone_says_nothing_but_the_cover(language: str) -> None:
    pages = Pages(settings())
    t = pages.wording(language)
    page = pages.page("away", t).decode()
    body = page[page.index("<body") :]
    assert body.startswith('<body class="covered"')
    assert re.findall(r"<title>(.*?)</title>", page) == ["Daybook"]
    assert [word for word in TELLING_WORDS if word in page.casefold()] == []
    assert not re.search(r"\d{3} \d{3} \d{4}|<main|<form|<button|<input", page)
    controls = re.findall(r"<(?:a|summary)\b[^>]*>", body)
    assert len(controls) == 4
    assert 'href="#page"' in controls[0]
    assert 'id="leave"' in controls[1]
    assert 'href="/"' in controls[3]
    assert body.index("<details>") < body.index(controls[3]) < body.index("</details>")
    assert _sheet(page) == _sheet(pages.page("error", t, status=404, fault_code="").decode())
