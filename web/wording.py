"""The words of the site in one language: sentences, plurals, dates, times of day, distances.

Every language is one gettext catalogue in ``web/translations``; a test holds them to the same ids and the same places
for values. A text may take values by name, ``{place}``, and may have forms for numbers.

English and Spanish are the program's own. What the other catalogues hold is a draft until the administrator of a
deployment says that a person has read it. Until then only labels are taken from it (numbers, hours, names, fixed
labels), and every text that somebody acts on stands in the deployment's own language. Such texts are marked "prose" in
the English catalogue and "fuzzy", gettext's word for a draft, in the others.
"""

import datetime as dt
import gettext
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Self

import msgspec
from babel.messages.pofile import read_po
from markupsafe import Markup

from directory.settings import OWN_LANGUAGES
from web.locales import day_in_words, decimal, direction, own_name, tag_of, weekday

# In the order in which they are offered: by how many people in the United States speak them at home.
DRAFTED = ("zh", "tl", "vi", "ar", "fr", "ko", "ru", "pt", "ht")
LANGUAGES = (*OWN_LANGUAGES, *DRAFTED)
KM_PER_MILE = 1.609344
# Where people think in miles.
_MILES = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})
# Unicode's marks around a text whose direction is its own.
_APART, _TOGETHER = "\u2068", "\u2069"
# A mark that nobody sees, and that says how a line runs.
_RIGHT_TO_LEFT = "\u200f"
_LETTERS_THAT_NAME = ("T ", "U ")
_SOUND_OF_I = re.compile(r"h?[ií](?!e)", re.IGNORECASE)
_DAYS_AS_WEEKS, _DAYS_AS_MONTHS, _DAYS_AS_YEARS = 21, 61, 730
Forms = tuple[str, ...]


class Catalogue(msgspec.Struct, frozen=True):
    """One language's texts by id, each in its forms for numbers; one form where no number matters.

    ``drafts`` are the ids that no person has read, ``prose`` those that the English catalogue marks so. ``plural`` is
    gettext's expression that chooses a form.
    """

    texts: dict[str, Forms]
    drafts: frozenset[str]
    prose: frozenset[str]
    plural: str

    @property
    def digest(self) -> str:
        """What a person who approves the drafts has read: it changes when any of them does."""
        read = {text_id: self.texts[text_id] for text_id in sorted(self.drafts)}
        return sha256(msgspec.json.encode(read)).hexdigest()[:12]


@cache
def catalogue(language: str) -> Catalogue:
    """The file of a language; raises ``FileNotFoundError`` for one that the site does not speak."""
    with resources.files("web").joinpath("translations", f"{language}.po").open("rb") as file:
        read = read_po(file)
    # The first entry is the file's header.
    entries = [(_id(message.id), message) for message in read if message.id]
    return Catalogue(
        texts={text_id: _forms(message.string) for text_id, message in entries},
        drafts=frozenset(text_id for text_id, message in entries if message.fuzzy),
        prose=frozenset(text_id for text_id, message in entries if "prose" in message.auto_comments),
        plural=read.plural_expr,
    )


def _id(message_id: str | Sequence[str]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def _forms(text: str | Sequence[str] | None) -> Forms:
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


class Borrowed(str):
    """A text in another language than that of the page: shown with its language, so that it is read aloud rightly."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str) -> Self:
        """The text with the language it is written in."""
        borrowed = super().__new__(cls, text)
        borrowed.language = language
        return borrowed

    def __html__(self) -> str:
        """The text as a template shows it."""
        return Markup('<span lang="{}" dir="{}">{}</span>').format(
            tag_of(self.language), direction(self.language), str(self)
        )


class Wording:
    """Speaks one language. A missing id or value raises ``KeyError``: a test meets it before a person does.

    Args:
        language: one of ``LANGUAGES``.
        country: of the deployment: how it writes dates and figures.
        lent: one of ``OWN_LANGUAGES``, in which prose is said that no person has read in ``language``; the empty text
            when a person has read all of it.
    """

    def __init__(self, language: str, *, country: str = "US", lent: str = "en") -> None:
        self.language = language
        self.country = country
        self.tag = tag_of(language)
        self.name = own_name(language)
        self.direction = direction(language)
        own = catalogue(language)
        self._texts = own.texts
        self._drafts = own.drafts if lent else frozenset()
        self._form_of = _form_of(own.plural)
        self._lender = Wording(lent, country=country, lent="") if self._drafts else self

    @property
    def is_partial(self) -> bool:
        """Whether prose stands in another language, because no person has read it in this one."""
        return bool(self._drafts)

    @property
    def lender(self) -> str:
        """The language in which that prose is said; its own where it needs none."""
        return self._lender.language

    def __call__(self, text_id: str, **values: object) -> str:
        """The text of an id with its values filled in; a date is said in the language of the text, lent or not."""
        if text_id in self._drafts:
            return Borrowed(self._lender(text_id, **values), self._lender.language)
        return self._filled(self._texts[text_id][-1], values)

    def count(self, text_id: str, n: int, **values: object) -> str:
        """The text of an id in the form for ``n``, which it may also name, ``{n}``."""
        if text_id in self._drafts:
            return Borrowed(self._lender.count(text_id, n, **values), self._lender.language)
        forms = self._texts[text_id]
        return self._filled(forms[self._form_of(n) if len(forms) > 1 else 0], {"n": n, **values})

    def _filled(self, text: str, values: Mapping[str, object]) -> str:
        values = {name: self.day(value) if isinstance(value, dt.date) else value for name, value in values.items()}
        # Between words that run from right to left a name in Latin letters would be torn apart: "42 U.S.C. 5106g".
        if self.direction == "rtl":
            values = {name: f"{_APART}{value}{_TOGETHER}" if value else value for name, value in values.items()}
            # What begins with such a value has no direction of its own where that is taken from the first letter.
            text = _RIGHT_TO_LEFT + text if text.startswith("{") else text
        return text.format_map(values)

    def term(self, scheme: str, code: str) -> str:
        """A term of the vocabulary where this language's catalogue has its words; else the empty text."""
        return self._texts.get(f"term.{scheme}.{code}", ("",))[0]

    def both(self, items: Sequence[str]) -> str:
        """A list in words: "a, b and c"."""
        if len(items) < 2:
            return "".join(items)
        last = items[-1]
        # Spanish "y" becomes "e" before the sound of an i ("español e inglés").
        before_i = _SOUND_OF_I.match(last) is not None
        first = self("list.comma").join(items[:-1])
        return self("list.and_before_i" if before_i else "list.and", first=first, last=last)

    def sentence(self, text: str) -> str:
        """The text as a sentence: a capital in front, one full stop at the end ("Until 5 p.m.")."""
        stop = self("list.stop")
        return upper_first(text).removesuffix(stop) + stop if text else ""

    def day(self, day: dt.date, *, today: dt.date | None = None) -> str:
        """A date, "Nov 2, 2026"; without the year when it is this year's and ``today`` is given."""
        parts = "MMMd" if today is not None and day.year == today.year else "yMMMd"
        return day_in_words(self.language, self.country, day, parts)

    def month(self, day: dt.date) -> str:
        """A month, "Nov 2026": for what is only known that exactly."""
        return day_in_words(self.language, self.country, day.replace(day=1), "yMMM")

    def ago(self, day: dt.date, *, today: dt.date) -> str:
        """How long ago a day was, with the date: "12 days ago, Nov 2"."""
        days = (today - day).days
        if days <= 0:
            return self("ago.today", date=self.day(day, today=today))
        if days == 1:
            return self("ago.yesterday", date=self.day(day, today=today))
        return self("ago.past", age=self.age(day, today=today), date=self.day(day, today=today))

    def age(self, day: dt.date, *, today: dt.date) -> str:
        """How much time has passed since a day: "12 days", "14 months"."""
        days = max(1, (today - day).days)
        if days < _DAYS_AS_WEEKS:
            return self.count("age.days", days)
        if days < _DAYS_AS_MONTHS:
            return self.count("age.weeks", days // 7)
        if days < _DAYS_AS_YEARS:
            return self.count("age.months", round(days / 30.44))
        return self.count("age.years", days // 365)

    def weekday(self, index: int) -> str:
        """The name of a day, 0 = Monday."""
        return weekday(self.language, self.country, index)

    def clock(self, minute: int, *, zone: str = "") -> str:
        """A minute of the day as people say it: "9 a.m.", "9:30 p.m. EST", "noon", "midnight"."""
        minute %= 1440
        is_named = minute in (0, 720)
        named = self("clock.noon" if minute else "clock.midnight") if is_named else self.hour(minute)
        return f"{named} {zone}" if zone else named

    def hour(self, minute: int, *, is_exact: bool = False) -> str:
        """A time of day in figures: "9 a.m.", "9:30 p.m."; ``is_exact`` says its minutes always, as tables do."""
        hour, rest = divmod(minute, 60)
        of_12, of_24 = f"{(hour + 11) % 12 + 1}", f"{hour}:{rest:02}"
        of_12 += f":{rest:02}" if rest or is_exact else ""
        # A language has hours to twelve or to twenty-four; its text takes the one or the other.
        return self("clock.morning" if hour < 12 else "clock.evening", time=of_12, time_24=of_24)

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
        shown = decimal(self.language, self.country, max(far, 0.1)) if far < 2.95 else f"{far:.0f}"
        return self("distance.miles" if in_miles else "distance.km", far=shown)

    def radius(self, far: int, country: str) -> str:
        """A radius in the country's own unit: "25 miles"."""
        return self("distance.miles" if country in _MILES else "distance.km", far=far)


@cache
def wording(language: str, *, country: str, lent: str) -> Wording:
    """The one ``Wording`` of its kind, so that what is made from it can be kept with it."""
    return Wording(language, country=country, lent=lent)


@cache
def _form_of(plural: str) -> Callable[[int], int]:
    return gettext.c2py(plural)


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
    """The text as it stands inside a sentence; what is written in capitals stays so ("LGBTQ people", "T visa")."""
    return text if text[1:2].isupper() or text[:2] in _LETTERS_THAT_NAME else text[:1].lower() + text[1:]


def km_of_radius(far: float, country: str) -> float:
    """Kilometres of a radius that is given in the country's own unit."""
    return far * KM_PER_MILE if country in _MILES else far
