"""Until when care works best and evidence is taken, as official pages say it, with page and day.

Care is the same everywhere (``known/care.toml``); evidence goes by state and by age (``known/US-MA.toml``). What no
official page says is not in it: there the exam line is asked. An hour here is never the end of anything.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Literal, get_args

import msgspec

from directory.places.covered import Covered, covered_by
from directory.places.regions import region
from directory.values.official_source import Source

# What is best given early, the most pressing first.
Care = Literal["hiv-prevention", "pregnancy-prevention"]
CARE: tuple[Care, ...] = get_args(Care)
_CARE_FILE = "care"

_Hours = Annotated[int, msgspec.Meta(ge=1, le=1000)]
_Age = Annotated[int, msgspec.Meta(ge=0, le=120)]
_Sources = Annotated[tuple[Source, ...], msgspec.Meta(min_length=1)]


class CareClock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Care that is given as early as possible, ``within_hours`` at the latest by the pages that say so."""

    what: Care
    within_hours: _Hours
    sources: _Sources


class Window(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long after an assault a state says that evidence is taken of people from one age to another.

    Attributes:
        within_hours: the hours that the page names. Examiners may take evidence later.
        from_age: the youngest, in whole years.
        to_age: the oldest; None where there is no bound.
        sources: where it stands.
    """

    within_hours: _Hours
    from_age: _Age = 0
    to_age: _Age | None = None
    sources: _Sources

    def holds_at(self, age: int) -> bool:
        """Whether it is for people of this age."""
        return self.from_age <= age and (self.to_age is None or age <= self.to_age)


class _Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    care: tuple[CareClock, ...] = ()
    window: tuple[Window, ...] = ()


@cache
def known_care() -> tuple[CareClock, ...]:
    """The clocks of care, in the order of ``CARE``.

    Raises:
        ValueError: a file says what cannot be; ``problems_of`` tells more.
    """
    found = {clock.what: clock for clock in _checked()[_CARE_FILE].care}
    return tuple(found[what] for what in CARE)


@cache
def known_windows() -> Mapping[str, tuple[Window, ...]]:
    """State, province or territory (``US-MA``) -> its windows, the youngest first.

    Raises:
        ValueError: a file says what cannot be; ``problems_of`` tells more.
    """
    return {
        place: tuple(sorted(known.window, key=lambda window: window.from_age))
        for place, known in _checked().items()
        if place != _CARE_FILE
    }


def covered() -> Covered:
    """Of how many states, provinces and territories the hours of evidence are known for some age."""
    return covered_by(place for place, windows in known_windows().items() if windows)


def problems_of(files: Mapping[str, _Known]) -> list[str]:
    """What cannot be meant in files, by their names, each as a sentence; empty when all is well."""
    found = []
    if sorted(clock.what for known in files.values() for clock in known.care) != sorted(CARE):
        found.append("each kind of care is stated once")
    for name, known in files.items():
        nation, _, code = name.partition("-")
        if name != _CARE_FILE and (known.care or not code or region(code, nation) is None):
            found.append(f"{name}: no state, province or territory, or care in it")
        if name == _CARE_FILE and known.window:
            found.append(f"{name}: windows stand in the files of states")
        found += [f"{name}: {problem}" for problem in _problems(known)]
    return found


def read_files() -> dict[str, _Known]:
    """The bundled files by name, as they stand."""
    folder = resources.files("directory.forensic").joinpath("known")
    return {
        file.name.removesuffix(".toml"): msgspec.convert(tomllib.loads(file.read_text("utf-8")), _Known)
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    }


@cache
def _checked() -> Mapping[str, _Known]:
    files = read_files()
    if problems := problems_of(files):
        raise ValueError("; ".join(problems))
    return files


def _problems(known: _Known) -> list[str]:
    found = []
    sources = [source for clock in known.care for source in clock.sources]
    sources += [source for window in known.window for source in window.sources]
    if any(source.is_read_before_written for source in sources):
        found.append("read before it was written")
    if any(window.to_age is not None and window.to_age < window.from_age for window in known.window):
        found.append("ages that nobody has")
    if any(sum(window.holds_at(age) for window in known.window) > 1 for age in range(121)):
        found.append("two windows for one age")
    return found
