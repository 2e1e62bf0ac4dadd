"""What somebody asks: the fields of the form, as a state that pages hand on in hidden fields, never in an address."""

from itertools import zip_longest
from typing import Literal, Self, TypeVar

import msgspec

from directory.errors import UnknownTermError
from directory.reporting.queries import READERS
from directory.search.answer import Child, Question
from directory.values import language as languages
from directory.vocabulary import terms
from web.forms import Form
from web.pages.where import Where
from web.wording import km_of_radius

# Neutral names: one letter each, and none that a browser would fill in by itself (SAFETY D9).
PLACE, LANGUAGE, NEED, KIND, WHO, BARRIER, LEVEL, RADIUS = "a", "b", "n", "m", "w", "r", "t", "k"
NAME, OPEN, MINOR_AGE, CHILD_AGE, CHILD_SEX, GROUP, ORIGIN, AWAY, BEYOND = "q", "o", "g", "h", "i", "p", "f", "c", "e"
SPEAK, SPEAK_HERE, LISTING, LEAVE_OUT, SHOW, REPORT, HAND, READER = "u", "s", "l", "d", "x", "y", "z", "v"
# The card that somebody carries: what was ticked, the words on it, its size, its numbers.
AGREED, TOLD, LABEL, SIZE, NUMBER = "1", "2", "3", "4", "5"
# A sheet to print that holds nothing of anybody.
PAPER = "P"
# The letter that somebody looks over: its key, what was shown, the answer; what is otherwise: a number, hours, whether
# they take new people. A language is asked and left out as everywhere.
KEY, SEEN, ANSWER, NEW_NUMBER, NEW_HOURS, REFERRALS = "6", "7", "8", "9", "0", "j"
# Whom they take and what they make easier (a code, a colon, y or n), what they do, their site and mail; the first and
# the last day of a closure; the fields that are right.
TAKES, EASIER, ABOUT, SITE, MAIL, FIRST_DAY, LAST_DAY, STANDS = "A", "B", "C", "D", "E", "F", "G", "H"
# The value of ``P``: the form that a person may sign.
TO_SIGN = "s"
# What came of a call: the outcome and the listing, and what was missing where they said no.
OUTCOME = "I"
# The value of ``x`` by which whoever runs a listing asks for a letter.
OURS = "o"
_ASKED = {
    PLACE, LANGUAGE, NEED, KIND, WHO, BARRIER, LEVEL, RADIUS, NAME, OPEN, MINOR_AGE, CHILD_AGE, CHILD_SEX, GROUP,
    ORIGIN, AWAY, BEYOND, READER,
}  # fmt: skip
FIELDS = frozenset(
    _ASKED
    | {SPEAK, SPEAK_HERE, LISTING, LEAVE_OUT, SHOW, REPORT, OUTCOME, HAND, AGREED, TOLD, LABEL, SIZE, NUMBER, PAPER}
    | {KEY, SEEN, ANSWER, NEW_NUMBER, NEW_HOURS, REFERRALS}
    | {TAKES, EASIER, ABOUT, SITE, MAIL, FIRST_DAY, LAST_DAY, STANDS}
)

# One press each on the start page: a kind of service and the id of its neutral words.
TILES = (
    "shelter", "sane", "health", "legal", "hotline", "interpretation", "basic-needs", "immigration-relief",
)  # fmt: skip
# In the unit of the country: miles in the United States.
RADII = (10, 25, 60, 100, 250)
USUAL_RADIUS = 25
USUAL_BEYOND = 60
_FARTHEST = 500
LEVELS: tuple[Literal["", "attested", "assessed"], ...] = ("", "attested", "assessed")
OPENINGS: tuple[Literal["", "now", "tonight"], ...] = ("", "now", "tonight")
SEXES: tuple[Literal["", "f", "m"], ...] = ("", "f", "m")
OF_AGE = 18
MOST_CHILDREN = 4
# Beyond thirty nobody counts exactly before they call.
GROUPS = (*range(2, 31), 40, 50, 75, 100)
MINORS, WITH_CHILDREN = "minors", "with-children"
_Word = TypeVar("_Word", bound=str)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the form. Every term in it is known; places are what was typed."""

    place: str = ""
    name: str = ""
    language: str = ""
    need: str = ""
    open: Literal["", "now", "tonight"] = ""
    who: tuple[str, ...] = ()
    minor_age: int | None = None
    children: tuple[Child, ...] = ()
    group: int | None = None
    barriers: tuple[str, ...] = ()
    level: str = ""
    radius: int = USUAL_RADIUS
    origin: str = ""
    away: str = ""
    beyond: int = USUAL_BEYOND
    reader: str = ""

    @classmethod
    def read(cls, form: Form) -> Self:
        """Read the form. What is left out (``d``) was asked before and is asked no longer.

        Raises:
            UnknownTermError: a term in it is none of the vocabulary.
        """
        minor_age, children, group = form.number(MINOR_AGE), _children(form), form.number(GROUP)
        minor_age = minor_age if minor_age is not None and minor_age < OF_AGE else None
        # Whoever says how old somebody is has said that they are there.
        implied = ((MINORS,) if minor_age is not None else ()) + ((WITH_CHILDREN,) if children else ())
        asked = cls(
            place=form.one(PLACE),
            name=form.one(NAME),
            language=form.one(LANGUAGE),
            need=form.one(NEED) or form.one(KIND),
            open=_one_of(OPENINGS, form.one(OPEN)),
            who=tuple(dict.fromkeys((*form.all(WHO), *implied))),
            minor_age=minor_age,
            children=children,
            # One person alone is no group.
            group=min(group, GROUPS[-1]) if group and group > 1 else None,
            barriers=form.all(BARRIER),
            level=form.one(LEVEL),
            radius=_bounded(form.number(RADIUS), USUAL_RADIUS),
            origin=form.one(ORIGIN),
            away=form.one(AWAY),
            beyond=_bounded(form.number(BEYOND), USUAL_BEYOND),
            reader=_one_of(("", *READERS), form.one(READER)),
        )
        for need in form.all(LEAVE_OUT):
            asked = asked.without(need)
        _check(asked)
        return asked

    @property
    def is_searchable(self) -> bool:
        """Whether it says what is looked for: a kind of help, or words of a name."""
        return bool(self.need or self.name)

    @property
    def is_detailed(self) -> bool:
        """Whether something is chosen that stands in the fold of the form."""
        is_tile = not self.need or self.need in TILES
        folded = self.tells_ages or self.tells_places or self.tells_offers
        return bool(self.name or self.open or self.who) or folded or not is_tile

    @property
    def tells_ages(self) -> bool:
        """Whether ages, children or a group are told."""
        return self.minor_age is not None or bool(self.children or self.group)

    @property
    def tells_places(self) -> bool:
        """Whether another distance than the usual one, or another place than that nearby, is told."""
        return bool(self.origin or self.away) or self.radius != USUAL_RADIUS

    @property
    def tells_offers(self) -> bool:
        """Whether something is told that the service must offer."""
        return bool(self.barriers or self.level)

    def hidden(self) -> list[tuple[str, str]]:
        """The state as hidden fields: name and value, without what is not asked."""
        fields = [
            (PLACE, self.place),
            (NAME, self.name),
            (LANGUAGE, self.language),
            (NEED, self.need),
            (OPEN, self.open),
            (MINOR_AGE, "" if self.minor_age is None else str(self.minor_age)),
            (GROUP, str(self.group or "")),
            (LEVEL, self.level),
            (RADIUS, str(self.radius)),
            (ORIGIN, self.origin),
            (AWAY, self.away),
            (BEYOND, str(self.beyond) if self.away else ""),
            (READER, self.reader),
            *((WHO, code) for code in self.who),
            *((BARRIER, code) for code in self.barriers),
        ]
        # A child's age and sex belong together by their order, so neither may be missing.
        children = [pair for child in self.children for pair in ((CHILD_AGE, str(child.age)), (CHILD_SEX, child.sex))]
        return [(name, value) for name, value in fields if value] + children

    def question(self, where: Where, *, country: str) -> Question:
        """The question from places that were found; distances are in the unit of ``country``."""
        return Question(
            need=self.need,
            near=where.near,
            within_km=km_of_radius(self.radius, country),
            away_from=where.away,
            beyond_km=km_of_radius(self.beyond, country) if where.away else 0.0,
            languages=(self.language,) if self.language else (),
            who=self.who,
            minor_age=self.minor_age,
            children=self.children,
            barriers=self.barriers,
            trauma_informed=self.level or None,
            open=self.open,
            group=self.group,
            accepts_from=where.origin or None,
            name=self.name,
        )

    def needs(self) -> tuple[str, ...]:
        """What is asked besides kind, name and places, as needs are named in answers."""
        others = (
            f"language:{self.language}" if self.language else "",
            f"open:{self.open}" if self.open else "",
            "group" if self.group else "",
            "accepts-from" if self.origin else "",
            "trauma-informed" if self.level else "",
        )
        return (*self.who, *self.barriers, *filter(None, others))

    def count(self) -> int:
        """How many things are asked: the kind, the name, and every need."""
        return bool(self.need) + bool(self.name) + len(self.needs())

    def without(self, need: str) -> Self:
        """The same question with one need fewer; ``name`` leaves out the words of a name."""
        gone: dict[str, dict[str, object]] = {
            f"language:{self.language}": {"language": ""},
            f"open:{self.open}": {"open": ""},
            "group": {"group": None},
            "accepts-from": {"origin": ""},
            "trauma-informed": {"level": ""},
            "name": {"name": ""},
            MINORS: {"minor_age": None},
            WITH_CHILDREN: {"children": ()},
        }
        return msgspec.structs.replace(
            self,
            who=tuple(code for code in self.who if code != need),
            barriers=tuple(code for code in self.barriers if code != need),
            **gone.get(need, {}),
        )

    def farther(self) -> tuple[int, ...]:
        """The radii beyond this one."""
        return tuple(radius for radius in RADII if radius > self.radius)


def _check(asked: Asked) -> None:
    if asked.need:
        terms.kind(asked.need)
    if asked.language:
        languages.language(asked.language)
    if asked.level:
        terms.trauma_level(asked.level)
    for code in asked.who:
        terms.population(code)
    for code in asked.barriers:
        terms.barrier(code)


def _children(form: Form) -> tuple[Child, ...]:
    """Children by the order in which their ages and sexes stand in the form; one without an age is none."""
    ages, sexes = form.values.get(CHILD_AGE, ()), form.values.get(CHILD_SEX, ())
    given = [
        Child(int(age), _one_of(SEXES, sex))
        for age, sex in zip_longest(ages, sexes[: len(ages)], fillvalue="")
        if age.isascii() and age.isdecimal() and len(age) <= 2 and int(age) < OF_AGE
    ]
    return tuple(given[:MOST_CHILDREN])


def _one_of(known: tuple[_Word, ...], value: str) -> _Word:
    for word in known:
        if word == value:
            return word
    raise UnknownTermError("There is no such choice.")


def _bounded(given: int | None, usual: int) -> int:
    return max(1, min(given or usual, _FARTHEST))
