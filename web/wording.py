"""The words of the site in one language: sentences, plurals, dates, times of day, distances.

Every language is one file in ``web/translations``; a test holds them to the same ids and the same places for values.
A sentence may take values by name, ``{place}``; a sentence that depends on a number has a form for one and one for
any other number.
"""

import datetime as dt
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

LANGUAGES = ("en", "es")
KM_PER_MILE = 1.609344
# Where people think in miles.
_MILES = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})
_SOUND_OF_I = re.compile(r"h?[ií](?!e)", re.IGNORECASE)
_DAYS_AS_WEEKS, _DAYS_AS_MONTHS, _DAYS_AS_YEARS = 21, 61, 730


class Plural(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence in its two forms."""

    one: str
    other: str


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language's file. ``weekdays`` begin with Monday."""

    name: str
    direction: Literal["ltr", "rtl"]
    months: list[str]
    weekdays: list[str]
    texts: dict[str, str | Plural]


@cache
def catalogue(language: str) -> Catalogue:
    """The file of a language; raises ``FileNotFoundError`` for one that the site does not speak."""
    file = resources.files("web").joinpath("translations", f"{language}.json")
    return msgspec.json.decode(file.read_bytes(), type=Catalogue)


class Wording:
    """Speaks one language. A missing id or value raises ``KeyError``: a test meets it before a person does."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = catalogue(language)
        self.name = self._catalogue.name
        self.direction = self._catalogue.direction

    def __call__(self, text_id: str, **values: object) -> str:
        """The sentence of an id with its values filled in."""
        text = self._catalogue.texts[text_id]
        return (text.other if isinstance(text, Plural) else text).format_map(values)

    def count(self, text_id: str, n: int, **values: object) -> str:
        """The sentence of an id in the form for ``n``, which it may also name, ``{n}``."""
        text = self._catalogue.texts[text_id]
        if isinstance(text, Plural):
            text = text.one if n == 1 else text.other
        return text.format_map({"n": n, **values})

    def both(self, items: Sequence[str]) -> str:
        """A list in words: "a, b and c"."""
        if len(items) < 2:
            return "".join(items)
        last = items[-1]
        # Spanish "y" becomes "e" before the sound of an i ("español e inglés").
        before_i = _SOUND_OF_I.match(last) is not None
        return self("list.and_before_i" if before_i else "list.and", first=", ".join(items[:-1]), last=last)

    def sentence(self, text: str) -> str:
        """The text as a sentence: a capital in front, one full stop at the end ("Until 5 p.m.")."""
        return upper_first(text).removesuffix(".") + "." if text else ""

    def day(self, day: dt.date, *, today: dt.date | None = None) -> str:
        """A date, "2 Nov 2026"; without the year when it is this year's and ``today`` is given."""
        written = f"{day.day} {self._catalogue.months[day.month - 1]}"
        return written if today is not None and day.year == today.year else f"{written} {day.year}"

    def month(self, day: dt.date) -> str:
        """A month, "Nov 2026": for what is only known that exactly."""
        return f"{self._catalogue.months[day.month - 1]} {day.year}"

    def ago(self, day: dt.date, *, today: dt.date) -> str:
        """How long ago a day was, with the date: "12 days ago, 2 Nov"."""
        days = (today - day).days
        if days <= 0:
            return self("ago.today", date=self.day(day, today=today))
        if days == 1:
            return self("ago.yesterday", date=self.day(day, today=today))
        if days < _DAYS_AS_WEEKS:
            age = self.count("age.days", days)
        elif days < _DAYS_AS_MONTHS:
            age = self.count("age.weeks", days // 7)
        elif days < _DAYS_AS_YEARS:
            age = self.count("age.months", round(days / 30.44))
        else:
            age = self.count("age.years", days // 365)
        return self("ago.past", age=age, date=self.day(day, today=today))

    def weekday(self, index: int) -> str:
        """The name of a day, 0 = Monday."""
        return self._catalogue.weekdays[index % 7]

    def clock(self, minute: int, *, zone: str = "") -> str:
        """A minute of the day as people say it: "9 a.m.", "9:30 p.m. EST", "noon", "midnight"."""
        minute %= 1440
        if minute in (0, 720):
            named = self("clock.noon" if minute else "clock.midnight")
        else:
            hour, rest = divmod(minute, 60)
            shown = f"{(hour + 11) % 12 + 1}:{rest:02}" if rest else f"{(hour + 11) % 12 + 1}"
            named = self("clock.morning" if hour < 12 else "clock.evening", time=shown)
        return f"{named} {zone}" if zone else named

    def at(self, minute: int, *, zone: str = "") -> str:
        """At a time of day: "at 9 a.m."."""
        return self(f"at.{_article_of(minute)}", time=self.clock(minute, zone=zone))

    def until(self, minute: int, *, zone: str = "") -> str:
        """Until a time of day: "until 5 p.m."."""
        return self(f"until.{_article_of(minute)}", time=self.clock(minute, zone=zone))

    def distance(self, km: float, country: str) -> str:
        """A distance in miles where people think in miles, else in kilometres; tenths only below 3."""
        in_miles = country in _MILES
        far = km / KM_PER_MILE if in_miles else km
        # The place asked from is a ZIP code or a city, so nothing is nearer than a tenth.
        shown = f"{max(far, 0.1):.1f}" if far < 2.95 else f"{far:.0f}"
        return self("distance.miles" if in_miles else "distance.km", far=shown)

    def radius(self, far: int, country: str) -> str:
        """A radius in the country's own unit: "25 miles"."""
        return self("distance.miles" if country in _MILES else "distance.km", far=far)


def _article_of(minute: int) -> str:
    """Which article a time takes in languages that have one: noon, midnight, one o'clock, any other."""
    minute %= 1440
    if minute in (0, 720):
        return "noon" if minute else "midnight"
    return "one" if minute // 60 % 12 == 1 else "other"


def upper_first(text: str) -> str:
    """The text as it begins a line."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """The text as it stands inside a sentence; what is written in capitals stays so ("LGBTQ people")."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def km_of_radius(far: float, country: str) -> float:
    """Kilometres of a radius that is given in the country's own unit."""
    return far * KM_PER_MILE if country in _MILES else far
