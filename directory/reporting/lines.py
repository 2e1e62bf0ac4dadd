"""Lines that take reports, state by state and province by province: what official pages say of them, with page and day.

One file for each place (``known/US-MA.toml``), reviewed like code. What no official page says is not in it: a place or
a kind without a line is *missing*, and is said to be. Nobody has called these lines from here.
"""

import datetime as dt
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from directory.places.covered import Covered, covered_by
from directory.places.regions import region, regions
from directory.reporting.queries import READERS
from directory.values.holidays import HOLIDAYS, OF_THE_NATION
from directory.values.hours import DAY_MINUTES, WEEKDAYS, NotAClockTimeError, joined, parse_clock, spread
from directory.values.odd_hours import oddities
from directory.values.official_source import Source
from directory.values.phone import NotAPhoneNumberError, parse_phone

# Slugs of the vocabulary: what is reported.
Kind = Literal[
    "child-protection", "adult-protection", "disabled-protection", "injury-report", "sexual-crime-report"
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
# Not only those whom the law calls mandated: everybody.
EVERYBODY = "everybody"
# What a line does not do, besides what its ages and hours say, and what holds for all of them.
Limit = Literal["only-with-caregiver", "form-only", "no-names", "no-police", "no-place"]
# What follows from what is reported: a protection agency is not the police, and takes a report rather than a child in.
_OF_KIND: dict[Kind, tuple[Limit, ...]] = {
    "child-protection": ("no-police", "no-place"),
    "adult-protection": ("no-police", "no-place"),
    "disabled-protection": ("no-police", "no-place"),
    "injury-report": (),
    "sexual-crime-report": ("no-police",),
}
Holidays = Literal["open", "closed", "always", "unknown"]

_LONGEST = 200

_E164 = Annotated[str, msgspec.Meta(pattern=r"^\+[1-9][0-9]{6,14}$")]
_Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2}(?:-[a-z]{2})?(?:-[a-z0-9]+)+$")]
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=_LONGEST)]


class Phone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number of a line.

    Attributes:
        number: E.164.
        kind: that of the vocabulary; of a fax nobody hears a voice.
        where: for which part of the state it is, or from where it can be called, in few words; empty for anywhere.
    """

    number: _E164
    kind: Literal["voice", "tty", "text", "fax"] = "voice"
    where: Annotated[str, msgspec.Meta(max_length=60)] = ""


class Spell(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hours that are the same on several days: ``opens`` and ``closes`` as clocks show them, ``24:00`` for midnight."""

    days: tuple[str, ...] = WEEKDAYS
    opens: str = "00:00"
    closes: str = "24:00"


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line, as official pages describe it.

    Attributes:
        id: permanent name; it begins with its place.
        name: what its agency calls it. Names are not translated.
        run_by: who answers.
        kinds: what is reported there.
        phones: its numbers; empty where each town or county has its own, or where none is known.
        find_at: the official page that tells the number of a town or county, or has the form; empty where none is
            known: the law then says who takes reports.
        is_local: whether the office of the child's or the adult's own town or county answers.
        is_police: whether the police take these reports.
        hours: when somebody answers; empty where no page says so.
        on_holidays: whether these hours hold on holidays, of the nation and of ``also_closed``, or somebody answers
            at any hour of them (``always``).
        also_closed: names of holidays of the state (``directory.values.holidays``).
        zone: IANA zone of these hours; empty for that of the place.
        readers: for whom it is; empty for everybody.
        named: readers whose kind the law names among those who report, or ``everybody``. Others may be named by the
            law all the same.
        law: as it is cited.
        written_within_hours: a written report follows within so many hours of the call.
        from_age: of the people it is for, the youngest; None where there is no bound, or none is stated.
        to_age: the oldest, likewise.
        limits: what it does not do.
        is_for_indian_country: whether it is for what happened in Indian country; it stands beside the lines of a state.
        except_in: regions of its nation where it is not given.
        sources: where all this stands.
    """

    id: _Id
    name: _Text
    run_by: _Text
    kinds: Annotated[tuple[Kind, ...], msgspec.Meta(min_length=1)]
    phones: tuple[Phone, ...] = ()
    find_at: str = ""
    is_local: bool = False
    is_police: bool = False
    hours: tuple[Spell, ...] = ()
    on_holidays: Holidays = "unknown"
    also_closed: tuple[str, ...] = ()
    zone: str = ""
    readers: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    law: tuple[str, ...] = ()
    written_within_hours: int | None = None
    from_age: int | None = None
    to_age: int | None = None
    limits: tuple[Limit, ...] = ()
    is_for_indian_country: bool = False
    except_in: tuple[str, ...] = ()
    sources: Annotated[tuple[Source, ...], msgspec.Meta(min_length=1)]

    @property
    def days(self) -> dict[str, list[tuple[int, int]]]:
        """Its hours as ``directory.values.hours`` reads them; empty where no page tells them."""
        return joined(*(spread(spell.days, *_minutes(spell)) for spell in self.hours))

    @property
    def does_not(self) -> tuple[Limit, ...]:
        """All that it does not do: its own limits, then those of what is reported there."""
        of_kinds = {limit for kind in self.kinds for limit in _OF_KIND[kind]}
        general = [limit for limit in ("no-police", "no-place") if limit in of_kinds]
        return (*self.limits, *(limit for limit in general if limit != "no-police" or not self.is_police))

    @property
    def does_not_as_its_kind(self) -> tuple[Limit, ...]:
        """What it does not do because of what is reported there."""
        return tuple(limit for limit in self.does_not if limit not in self.limits)

    def is_stale(self, today: dt.date) -> bool:
        """Whether every page that tells of it is older than twelve months, or of unknown age: check before use."""
        return all(source.is_stale(today) for source in self.sources)

    def names_reader(self, reader: str) -> bool:
        """Whether the law names this kind of reader, as far as it is known here."""
        return EVERYBODY in self.named or reader in self.named


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    line: tuple[Line, ...] = ()


@cache
def known_lines() -> Mapping[str, tuple[Line, ...]]:
    """Place (``US-MA``, or a nation) -> its lines, in the order in which they are told. All of them have been checked.

    Raises:
        ValueError: a file says what cannot be; ``problems_of`` tells more.
    """
    found: dict[str, tuple[Line, ...]] = {}
    for file in sorted(resources.files("directory.reporting").joinpath("known").iterdir(), key=lambda one: one.name):
        place, _, ending = file.name.rpartition(".")
        if ending == "toml":
            found[place] = msgspec.convert(tomllib.loads(file.read_text("utf-8")), _File).line
    if problems := problems_of(found):
        raise ValueError("; ".join(problems))
    return found


def covered(kind: Kind) -> Covered:
    """How much of the United States and Canada the files cover for a kind. A line without a number covers nothing."""
    return covered_by(place for place, lines in known_lines().items() if _has_number(lines, kind))


def problems_of(known: Mapping[str, tuple[Line, ...]]) -> list[str]:
    """What cannot be meant in files of lines, each as a sentence that names the line; empty when all is well."""
    ids = [line.id for lines in known.values() for line in lines]
    found = [f"{name}: given twice" for name in sorted({one for one in ids if ids.count(one) > 1})]
    for place, lines in known.items():
        nation, _, code = place.partition("-")
        if nation not in ("US", "CA") or (code and region(code, nation) is None):
            found.append(f"{place}: no state, province or territory")
        for line in lines:
            found += [f"{line.id}: {problem}" for problem in _problems(line, place)]
    return found


def all_places() -> list[str]:
    """Every state, province and territory that a file can be of: ``US-AL`` to ``CA-NU``."""
    return [f"{one.country}-{one.code}" for one in regions() if one.country in ("US", "CA")]


def _has_number(lines: tuple[Line, ...], kind: Kind) -> bool:
    return any(kind in line.kinds and line.phones for line in lines)


def _minutes(spell: Spell) -> tuple[int, int]:
    """Minutes of the opening day; an end at or before the beginning lies on the next."""
    start, end = parse_clock(spell.opens), parse_clock(spell.closes)
    return start, end if end > start else end + DAY_MINUTES


def _problems(line: Line, place: str) -> list[str]:
    found = _of_place(line, place) + _of_hours(line)
    for phone in line.phones:
        try:
            parse_phone(phone.number)
        except NotAPhoneNumberError:
            found.append("a number that cannot be dialled")
    if not (line.phones or line.find_at or line.law):
        found.append("neither a number, nor a page that tells it, nor a law that says who takes it")
    if line.find_at and not _is_page(line.find_at):
        found.append("a page that is none")
    if unknown := {*line.readers, *line.named} - {*READERS, EVERYBODY}:
        found.append(f"no such reader: {', '.join(sorted(unknown))}")
    if (line.named or line.written_within_hours) and not line.law:
        found.append("a law that is not cited")
    if any(source.is_read_before_written for source in line.sources):
        found.append("read before it was written")
    return found


def _of_place(line: Line, place: str) -> list[str]:
    found = []
    if not line.id.startswith(f"{place.lower()}-"):
        found.append("an id that does not begin with its place")
    if line.except_in and ("-" in place or any(region(code, place) is None for code in line.except_in)):
        found.append("left out in a region that is none")
    if line.is_for_indian_country and place != "US":
        found.append("lines for Indian country stand in the file of the nation")
    return found


def _of_hours(line: Line) -> list[str]:
    if unknown := set(line.also_closed) - set(HOLIDAYS):
        return [f"no such holiday: {', '.join(sorted(unknown))}"]
    try:
        if line.zone:
            ZoneInfo(line.zone)
        odd = oddities(line.days) if all(day in WEEKDAYS for spell in line.hours for day in spell.days) else ("days",)
    except (NotAClockTimeError, ValueError, KeyError, OSError):
        return ["a zone or a time that is none"]
    return [f"hours: {code}" for code in odd]


def _is_page(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def closing_names(line: Line, nation: str) -> tuple[str, ...]:
    """The holidays that its hours may not hold on."""
    return (*OF_THE_NATION.get(nation, "").split(), *line.also_closed)
