"""The page that covers every other one: when the sun rises and sets, and what everyday measures are in other units.

It is about the deployment's own area, whatever was searched for, and changes with the local day only, so that everybody
gets the same bytes (SAFETY X8, D13).
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import suppress
from zoneinfo import ZoneInfo

import msgspec
from astral import Observer, SunDirection
from astral.sun import elevation, noon, time_of_transit

from directory.places.gazetteer import Gazetteer
from directory.places.place import Place
from directory.settings import Settings
from web.wording import KM_PER_MILE, Wording, km_of_radius

# Where the middle of the sun stands, in degrees from straight up, when its upper edge meets the horizon, refraction
# included: the convention of NOAA's solar calculator and of almanacs.
_HORIZON = 90.833
_HALF_A_DAY = dt.timedelta(hours=12)
_MINUTES_OF_A_DAY = 1440
_DAYS_SHOWN = 7
_WEEKDAYS = ("cover.mon", "cover.tue", "cover.wed", "cover.thu", "cover.fri", "cover.sat", "cover.sun")

# Temperatures that are round in both units, degrees Celsius and Fahrenheit.
_DEGREES = (("0", "32"), ("20", "68"), ("30", "86"), ("37", "98.6"), ("40", "104"))
_INCHES, _CM = (60, 64, 68, 70, 72), (150, 160, 170, 180, 190)
_POUNDS, _KG = (100, 120, 150, 180, 200), (50, 60, 70, 80, 90)
_MILES, _KM = (1, 5, 10, 25, 50), (1, 5, 10, 20, 50)
_CM_PER_INCH = 2.54
_KG_PER_POUND = 0.45359237

# The drawing of the sun's course, 1440 wide and 220 high, from midnight to midnight by the sun; heights are per degree.
_WIDTH, _GROUND, _UP, _DOWN = 1440, 165, 1.7, 0.55
_STEPS = 48


class Sun(msgspec.Struct, frozen=True):
    """The sun on one day at one place, to the minute; both times are None where it stays up, or down, all day.

    ``sets`` may lie after midnight by the clock. ``daylight`` is in minutes.
    """

    day: dt.date
    rises: dt.datetime | None
    sets: dt.datetime | None
    daylight: int


class ShownSun(msgspec.Struct, frozen=True):
    """A day in words."""

    day: str
    rises: str
    sets: str
    daylight: str


class Cover(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a template needs of the cover; without an area there is no sun.

    Attributes:
        course: the outline of the sun's way through the day, for the drawing.
        course_says: the same for who cannot see it.
        measures: tables of pairs.
    """

    title: str
    where: str = ""
    today: ShownSun | None = None
    course: str = ""
    course_says: str = ""
    week: tuple[ShownSun, ...] = ()
    measures: tuple[tuple[tuple[str, str], ...], ...]


def own_area(settings: Settings) -> Place | None:
    """The place that the cover is about: the deployment's default area; None when it has none.

    Raises:
        DirectoryError: the default area is no place, or several.
    """
    if not settings.default_area:
        return None
    with Gazetteer() as gazetteer:
        return gazetteer.find(settings.default_area, country=settings.country)


def cover_of(t: Wording, *, area: Place | None, country: str, day: dt.date) -> Cover:
    """The cover in a language, on a day as people in ``area`` count days."""
    measures = tuple(tuple(table) for table in _measures(t, is_metric=km_of_radius(1, country) == 1))
    if area is None:
        return Cover(title=t("cover.measures"), measures=measures)
    week = [sun_on(day + dt.timedelta(days), area) for days in range(_DAYS_SHOWN)]
    shown = tuple(_in_words(sun, area, t) for sun in week)
    says = t("cover.course", rises=shown[0].rises, sets=shown[0].sets)
    if week[0].rises is None:
        says = t("cover.up" if week[0].daylight else "cover.down")
    return Cover(
        title=t("cover.title"),
        where=t("cover.where", place=area.name, weekday=t.weekday(day.weekday()), date=t.day(day, today=day)),
        today=shown[0],
        course=_course(day, area),
        course_says=says,
        week=shown,
        measures=measures,
    )


def sun_on(day: dt.date, place: Place) -> Sun:
    """When the sun rises and sets at a place, on a day as people there count days."""
    observer, middle = Observer(place.lat, place.lon), _noon(day, place)
    rises = _crossing(observer, SunDirection.RISING, since=middle - _HALF_A_DAY)
    sets = _crossing(observer, SunDirection.SETTING, since=middle)
    if rises is None or sets is None:
        stays_up = elevation(observer, middle, with_refraction=False) > 90 - _HORIZON
        return Sun(day, None, None, _MINUTES_OF_A_DAY if stays_up else 0)
    return Sun(day, rises, sets, (sets - rises) // dt.timedelta(minutes=1))


def _noon(day: dt.date, place: Place) -> dt.datetime:
    """When the sun stands highest on a day. Near the date line that may be on another day in Greenwich."""
    by_the_clock = dt.datetime.combine(day, dt.time(12), ZoneInfo(place.zone))
    return min(_on_days_around(day, place), key=lambda instant: abs(instant - by_the_clock))


def _on_days_around(day: dt.date, place: Place) -> Iterator[dt.datetime]:
    observer = Observer(place.lat, place.lon)
    return (noon(observer, day + dt.timedelta(days)) for days in (-1, 0, 1))


def _crossing(observer: Observer, direction: SunDirection, *, since: dt.datetime) -> dt.datetime | None:
    """When the sun crosses the horizon in the half day that begins at ``since``, to the minute."""
    for days in (-1, 0, 1):
        # Where it does not cross the horizon on a day, the library raises.
        with suppress(ValueError):
            day = since.date() + dt.timedelta(days)
            at = time_of_transit(observer, day, _HORIZON, direction, with_refraction=False)
            if since <= at < since + _HALF_A_DAY:
                return (at + dt.timedelta(seconds=30)).replace(second=0, microsecond=0)
    return None


def _course(day: dt.date, place: Place) -> str:
    """The sun's way through a day as the points of a line; night is drawn flatter than day."""
    observer, start = Observer(place.lat, place.lon), _noon(day, place) - _HALF_A_DAY
    points = []
    for step in range(_STEPS + 1):
        high = elevation(observer, start + step * 2 * _HALF_A_DAY / _STEPS, with_refraction=False)
        points.append(f"{step * _WIDTH // _STEPS},{_GROUND - high * (_UP if high > 0 else _DOWN):.0f}")
    return " ".join(points)


def _in_words(sun: Sun, place: Place, t: Wording) -> ShownSun:
    zone = ZoneInfo(place.zone)
    hours, minutes = divmod(sun.daylight, 60)
    return ShownSun(
        t(_WEEKDAYS[sun.day.weekday()], day=sun.day.day),
        _time(sun.rises, zone, t),
        _time(sun.sets, zone, t),
        t("cover.daylight.long", hours=hours, minutes=f"{minutes:02}"),
    )


def _time(at: dt.datetime | None, zone: ZoneInfo, t: Wording) -> str:
    """A time as tables show it, always with its minutes: "7:00 a.m."."""
    if at is None:
        return t("cover.none")
    local = at.astimezone(zone)
    return t.hour(local.hour * 60 + local.minute, is_exact=True)


def _measures(t: Wording, *, is_metric: bool) -> Iterator[Iterator[tuple[str, str]]]:
    """Tables of pairs; the unit in which people think comes first and is round."""
    if is_metric:
        yield ((f"{celsius} °C", f"{fahrenheit} °F") for celsius, fahrenheit in _DEGREES)
        yield ((f"{cm} cm", _feet(round(cm / _CM_PER_INCH), t)) for cm in _CM)
        yield ((f"{kg} kg", f"{kg / _KG_PER_POUND:.0f} lb") for kg in _KG)
        yield ((f"{km} km", f"{km / KM_PER_MILE:.1f} mi") for km in _KM)
        return
    yield ((f"{fahrenheit} °F", f"{celsius} °C") for celsius, fahrenheit in _DEGREES)
    yield ((_feet(inches, t), f"{inches * _CM_PER_INCH:.0f} cm") for inches in _INCHES)
    yield ((f"{pounds} lb", f"{pounds * _KG_PER_POUND:.0f} kg") for pounds in _POUNDS)
    yield ((f"{miles} mi", f"{miles * KM_PER_MILE:.1f} km") for miles in _MILES)


def _feet(inches: int, t: Wording) -> str:
    return t("cover.feet", feet=inches // 12, inches=inches % 12)
