"""The HAARRRvest feed: a line for each organization, in several shapes, all claiming to be HSDS 3.1.1.

Its ids mean something inside their own line only: hundreds of organizations are called "org_1". So every organization
goes by its name and id here, and where two share both, by its number; services go by their organization and name. Two
lines are about one organization only where name and id agree and a street or a whole number does too. None of this
depends on the order of the lines.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec

from directory.errors import RefusedError
from directory.listings.streets import street_name
from directory.values.plain_text import folded
from importers.keys import is_telling
from importers.packages import Package
from importers.readers import hsds_tables as tables
from importers.readers.haarrrvest_shapes import Shape, addresses_in, numbers_of, places_in, shape_of
from importers.readers.hsds import HsdsReader
from importers.readers.hsds_json import Doubled, Element, elements_of
from importers.readers.hsds_objects import JsonFeed, Objects, check_what_is_listed, is_of_lines
from importers.readers.identities import Mention, slug, told_apart
from importers.record import Refused, RowPosition, SourceRecord, SourceSite

NAME = "haarrrvest"
JOINED = "joined-with-another-line"
PRACTICE = "practice-record"
POINT_OF_MANY = "point-of-many-left-out"

# What the feed says itself is no harvest but a trial.
_PRACTICE = frozenset({"sample", "test_scraper"})
# A point that so many organizations without an address have is where a geocoder gave up.
_MOST_AT_A_POINT = 2
_LONGEST_NAME = 26
_LONGEST_ID = 12
_LONGEST_KEY = 60


class _Line(msgspec.Struct):
    """A line that could be read: its number, its shape, who harvested it, and what it was like before."""

    number: int
    shape: Shape
    harvested_by: str
    written: str

    @property
    def name(self) -> str:
        return folded(str(self.shape.organization.get("name", "")))

    @property
    def numbers(self) -> frozenset[str]:
        return numbers_of(self.shape.organization)

    @property
    def streets(self) -> frozenset[tuple[str, str]]:
        places = places_in(self.shape.organization)
        return frozenset(told for place in places for one in addresses_in(place) if (told := _street_of(one)))

    @property
    def rank(self) -> tuple[str, ...]:
        """The order of lines that share a name: first by what tells no place."""
        organization = self.shape.organization
        services = sorted(folded(str(service.get("name", ""))) for service in organization["services"])
        told = (self.harvested_by, *sorted(self.numbers), "", *services, str(organization.get("description", "")))
        return (*told, "", self.written)


class HaarrrvestFeed(JsonFeed):
    """The lines of the feed, with ids of their own. See ``Feed``.

    Attributes:
        rules: by line, what was understood that it does not say in so many words.
        left: lines that bring no record of their own, and why.
    """

    def __init__(self, package: Package) -> None:
        self.rules: dict[int, tuple[str, ...]] = {}
        self.left: list[Refused] = []
        objects = Objects()
        for name in package.documents:
            with package.text(name) as text:
                content = text.read()
            for element in self._elements(content, file=name, is_lines=is_of_lines(name)):
                objects.add(element, file=name, hint="organization")
        check_what_is_listed(broken=len(objects.broken), records=objects.number_of_records)
        if not objects.has(tables.ORGANIZATIONS) and not objects.broken:
            raise RefusedError("There are no organizations in it.")
        super().__init__(objects)

    def _elements(self, content: str, *, file: str, is_lines: bool) -> Iterator[Element]:
        """The organizations, one after another, and what could not be read."""
        lines = []
        for element in elements_of(content, is_lines=is_lines):
            line = self._line_of(element, file)
            if isinstance(line, Element):
                yield line
            elif line is not None:
                lines.append(line)
        _leave_out_points_of_many(lines)
        for identity, same in _identified(lines):
            _call(same, identity)
            for line in same:
                self.rules[line.number] = line.shape.rules
                yield Element(line.number, line.shape.organization)
            self.left += [_joined(file, line) for line in same[1:]]

    def _line_of(self, element: Element, file: str) -> _Line | Element | None:
        value = element.value
        if value is None:
            return element
        harvested_by = str(value.get("_scraper", ""))
        number = element.pointer if isinstance(element.pointer, int) else int(element.pointer.strip("/") or 0) + 1
        if harvested_by in _PRACTICE:
            reason = "The record says itself that it is a sample or a test."
            self.left.append(Refused(RowPosition(file, number), "quarantined", PRACTICE, reason))
            return None
        if _has_doubles(value):
            return Element(number, problem="keys-twice", texts=tuple(_texts_in(value)))
        written = json.dumps(value, sort_keys=True)
        shape = shape_of(value)
        if shape is None:
            return Element(number, problem="not-known-what", texts=tuple(_texts_in(value)))
        return _Line(number, shape, harvested_by, written)


class HaarrrvestReader(HsdsReader):
    """An open feed. Raises ``RefusedError`` when there are no organizations in it."""

    name = NAME

    def __init__(self, package: Package) -> None:
        feed = HaarrrvestFeed(package)
        super().__init__(feed)
        self._lines = feed

    def organizations(self) -> Iterator[SourceRecord | Refused]:
        """See ``Reader``."""
        return map(self._with_rules, super().organizations())

    def services(self) -> Iterator[SourceRecord | Refused]:
        """See ``Reader``."""
        return map(self._with_rules, super().services())

    def leftovers(self) -> Iterator[Refused]:
        """See ``Reader``."""
        yield from super().leftovers()
        yield from self._lines.left

    def _with_rules(self, row: SourceRecord | Refused) -> SourceRecord | Refused:
        if isinstance(row, Refused):
            return row
        return msgspec.structs.replace(row, rules=(*row.rules, *self._lines.rules.get(_line_of(row.position), ())))


def _line_of(position: RowPosition) -> int:
    return position.row if isinstance(position.row, int) else int(position.row.split("/")[1])


def _joined(file: str, line: _Line) -> Refused:
    reason = "Another line describes the same organization; both were taken together."
    return Refused(RowPosition(file, line.number), "repaired", JOINED, reason)


# Which lines are about one organization, and what it is called


def _identified(lines: list[_Line]) -> Iterator[tuple[str, list[_Line]]]:
    """The lines of each organization, and its id, in the order in which the lines begin."""
    for identity, same in told_apart([_mention(line) for line in lines]):
        yield identity, [lines[index] for index in same]


def _mention(line: _Line) -> Mention:
    """Lines of one id are about one organization if they share a name, a harvest, and a street or a whole number."""
    marks = {(line.name, line.harvested_by, mark) for mark in (*line.streets, *line.numbers)}
    return Mention(_plain_id(line), frozenset(marks), line.numbers, line.rank)


def _plain_id(line: _Line) -> str:
    """An id made of the name and the id of an organization; of its number instead where the name could be a place."""
    written = slug(str(line.shape.organization.get("id", "")), _LONGEST_ID)
    identity = "=".join(filter(None, (slug(line.name, _LONGEST_NAME), written)))
    if not is_telling(identity, _sites(line)):
        return identity
    return "=".join(filter(None, ("nn", min(line.numbers, default=""))))


def _call(lines: list[_Line], identity: str) -> None:
    """Give an organization, its services and their places ids that are the same in every run."""
    names: dict[str, dict[tuple[str, int], int]] = defaultdict(dict)
    streets: dict[object, tuple[str, dict[str, Any]]] = {}
    for line in lines:
        organization = line.shape.organization
        organization["id"] = identity
        named: Counter[str] = Counter()
        for service in organization["services"]:
            name = folded(str(service.get("name", "")))
            named[name] += 1
            own = slug(name, max(_LONGEST_KEY - len(identity) - 4, 4))
            own = "nn" if not own or is_telling(f"{own}={identity}", _sites(line)) else own
            number = names[own].setdefault((name, named[name]), len(names[own]) + 1)
            service["id"] = f"{own}={identity}" if number == 1 else f"{own}={identity}.{number}"
        for place in places_in(organization):
            told = [told for one in addresses_in(place) if (told := _street_of(one))]
            mark = told[0] if told else id(place)
            place["id"], first = streets.setdefault(mark, (f"{identity}=p{len(streets) + 1}", place))
            if first is not place and "latitude" in first:
                # One street geocoded twice: the first point will do.
                place.pop("latitude", None)
                place.pop("longitude", None)


def _sites(line: _Line) -> tuple[SourceSite, ...]:
    addresses = [one for place in places_in(line.shape.organization) for one in addresses_in(place)]
    return tuple(SourceSite("", {name: str(cell) for name, cell in one.items()}) for one in addresses)


def _street_of(address: dict[str, Any]) -> tuple[str, str] | None:
    """The street and town of an address, as far as two spellings of it have them in common."""
    street = street_name(str(address.get("address_1", "")))
    town = str(address.get("postal_code", ""))[:5] or folded(str(address.get("city", "")))
    return (street, town) if street and town else None


def _leave_out_points_of_many(lines: list[_Line]) -> None:
    """Points of organizations without street, town and postal code say nothing where many share one."""
    holders: dict[tuple[str, str], set[str]] = defaultdict(set)
    bare = []
    for line in lines:
        for place in places_in(line.shape.organization):
            is_bare = not any({"address_1", "city", "postal_code"} & one.keys() for one in addresses_in(place))
            if is_bare and "latitude" in place:
                point = (str(place["latitude"]), str(place["longitude"]))
                holders[point].add(line.name)
                bare.append((line, place, point))
    for line, place, point in bare:
        if len(holders[point]) > _MOST_AT_A_POINT:
            for cells in (place, *addresses_in(place)):
                cells.pop("latitude", None)
                cells.pop("longitude", None)
            rules = dict.fromkeys((*line.shape.rules, POINT_OF_MANY))
            line.shape = msgspec.structs.replace(line.shape, rules=tuple(rules))


def _has_doubles(part: Any) -> bool:
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return isinstance(part, Doubled) or any(map(_has_doubles, inner))


def _texts_in(part: Any) -> Iterator[str]:
    """Names and texts in turn, as ``elements_of`` gives those of a line that cannot be read."""
    if isinstance(part, Doubled):
        yield from part.texts
    if isinstance(part, dict):
        for name, one in part.items():
            yield from (name, *_texts_in(one))
    elif isinstance(part, list):
        for one in part:
            yield from _texts_in(one)
    elif isinstance(part, str):
        yield part
