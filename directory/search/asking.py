"""Parts of a question as somebody types them: ages, children, where people come from."""

import re
from typing import NamedTuple

from directory.errors import BadQuestionError
from directory.places.gazetteer import Gazetteer
from directory.places.regions import find_country, find_region
from directory.search.answer import Child
from directory.search.needs import MINORS, WITH_CHILDREN
from directory.vocabulary.terms import population

OF_AGE = 18
OLDEST_CHILD = 25
MOST_CHILDREN = 12
LARGEST_GROUP = 500

_CHILD = re.compile(r"([0-9]{1,2})([fm]?)", re.ASCII | re.IGNORECASE)


class Who(NamedTuple):
    """A population, and the age of the minor or of the child if it was given."""

    slug: str
    minor_age: int | None = None
    child: Child | None = None


def read_who(text: str) -> Who:
    """Read ``women``, ``minors=16``, ``with-children=12m``; of a child the sex is ``f``, ``m`` or left out.

    Raises:
        UnknownTermError: there is no such population.
        BadQuestionError: it takes no age, or the age is none.
    """
    slug, equals, figure = text.partition("=")
    code = population(slug).code
    if not equals:
        return Who(code)
    found = _CHILD.fullmatch(figure.strip())
    if code == MINORS:
        if found is None or found[2]:
            raise BadQuestionError("Give the age of a minor as whole years: minors=16.")
        return Who(code, minor_age=checked_minor_age(int(found[1])))
    if code == WITH_CHILDREN:
        if found is None:
            raise BadQuestionError("Give a child as age and, where it matters, sex: with-children=12m.")
        sex = {"f": "f", "m": "m"}.get(found[2].lower(), "")
        return Who(code, child=checked_child(int(found[1]), sex))
    raise BadQuestionError("Only minors and with-children take an age.")


def checked_minor_age(years: int) -> int:
    """The age of a minor; ``BadQuestionError`` when nobody of that age is one."""
    if not 0 <= years < OF_AGE:
        raise BadQuestionError("A minor is 0 to 17 years old.")
    return years


def checked_child(years: int, sex: str) -> Child:
    """A child who comes along; ``BadQuestionError`` when nobody of that age is one."""
    if not 0 <= years <= OLDEST_CHILD:
        raise BadQuestionError(f"A child who comes along is 0 to {OLDEST_CHILD} years old.")
    return Child(years, "f" if sex == "f" else "m" if sex == "m" else "")


def read_origin(text: str, *, gazetteer: Gazetteer, country: str) -> str:
    """The area that people come from: a nation (``MX``), a state (``US-TX``) or a county (FIPS).

    Of a town or postal code, its county or else its state is meant. A state of ``country`` comes before a country.

    Raises:
        UnknownTermError: no such place is known.
        SeveralPlacesError: several places have this name.
    """
    nation, dash, part = text.strip().partition("-")
    if dash and (known := find_region(part, nation.upper())) is not None:
        return f"{nation.upper()}-{known.code}"
    for home in dict.fromkeys((country, "US")):
        if (known := find_region(text, home)) is not None:
            return f"{home}-{known.code}"
    if (foreign := find_country(text)) is not None:
        return foreign.code
    place = gazetteer.find(text, country=country)
    if place.county and place.kind != "region":
        return place.county
    return f"{place.country}-{place.region}" if place.region else place.country
