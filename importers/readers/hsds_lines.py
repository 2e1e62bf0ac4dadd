"""Documents with a record on every line, read in parts: lines that name one another are read together, others are not.

So a network's hundred thousand services need no more memory than a few hundred and the text, which is kept packed. What
comes out is what reading all at once gives, but for the order.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

from importers.keeping import Packed
from importers.packages import Package
from importers.readers import hsds_tables as tables
from importers.readers.hsds import NAME, OTHER_THINGS, HsdsReader, check_what_there_is
from importers.readers.hsds_json import Doubled, Element, element_of_line, looks_like_lines
from importers.readers.hsds_names import NAMED_BY, PARTS, hint_of
from importers.readers.hsds_objects import JsonFeed, Objects, check_what_is_listed, is_of_lines, what_it_is
from importers.readers.hsds_tables import Table
from importers.record import Reader, Refused, SourceRecord

# Lines that are read together at least; each reading costs something by itself.
_LINES = 500
# How much of a text is looked at to see what it is, and read at once; in characters.
_LONGEST_START = 1_000_000
_TERMS = (tables.TAXONOMY, tables.VOCABULARIES)
_OF_TERMS = frozenset({"taxonomy_term_id", "taxonomy_id", "parent_id"})
_REFERENCES = frozenset(NAMED_BY.values()) - _OF_TERMS
# An attribute names what it hangs on by an id alone.
_OF_ANYTHING = frozenset({"link_id"})


def open_hsds(package: Package, *, at_least: int = _LINES) -> Reader:
    """A reader of a package: in parts where it is one document of lines that can be taken apart, else all at once.

    ``at_least`` so many lines are read together.

    Raises:
        BadInputError: a document cannot be read.
        RefusedError: there are neither services nor organizations in it.
    """
    if not package.tables and len(package.documents) == 1:
        lines = _Lines(package, package.documents[0])
        if lines.can_be_parted:
            return LinesReader(lines, at_least)
    return HsdsReader.of(package)


class LinesReader:
    """See ``Reader``."""

    name = NAME

    def __init__(self, lines: "_Lines", at_least: int) -> None:
        self._lines = lines
        self._at_least = at_least
        self._not_read: Counter[str] = Counter()

    def parts(self) -> Iterator[Reader]:
        """See ``Reader``."""
        made_up: set[tuple[Table, str]] = set()
        not_read: Counter[str] = Counter()

        def is_taken(table: Table, identity: str) -> bool:
            """Whether an id stands in any line, or was made up in an earlier part; asked before it is made up."""
            is_known = self._lines.has(table, identity) or (table, identity) in made_up
            if not is_known:
                made_up.add((table, identity))
            return is_known

        for numbers in self._lines.parts(self._at_least):
            objects = Objects(is_taken)
            for element in self._lines.elements(numbers):
                objects.add(element, file=self._lines.file, hint=self._lines.hint)
            part = HsdsReader(JsonFeed(objects))
            yield part
            not_read.update(part.not_read())
        self._not_read = not_read

    def organizations(self) -> Iterator[SourceRecord | Refused]:
        """See ``Reader``."""
        return (row for part in self.parts() for row in part.organizations())

    def services(self) -> Iterator[SourceRecord | Refused]:
        """See ``Reader``."""
        return (row for part in self.parts() for row in part.services())

    def leftovers(self) -> Iterator[Refused]:
        """See ``Reader``."""
        return (row for part in self.parts() for row in part.leftovers())

    def not_read(self) -> Mapping[str, int]:
        """See ``Reader``."""
        return dict(sorted(self._not_read.items()))


class _Names:
    """What lines name: things by their kind and id, as numbers that are the same for the same."""

    def __init__(self) -> None:
        self.things: set[int] = set()
        self.anything: set[str] = set()
        self.terms: set[int] = set()
        self.named_terms: set[int] = set()
        self.tables: set[Table] = set()

    def look_into(self, value: Mapping[str, Any], table: Table | None) -> None:
        """Note what an object and all within it are and name."""
        if table is not None:
            self.tables.add(table)
        if isinstance(value, Doubled):
            self.anything.update(value.texts)
        for written, part in value.items():
            name = written.strip().lower()
            inner = PARTS.get(name)
            if isinstance(part, (dict, list)):
                for one in part if isinstance(part, list) else (part,):
                    if isinstance(one, dict):
                        self.look_into(one, inner)
            elif isinstance(part, str) and part:
                self._look_at(name, part, table)

    def _look_at(self, name: str, text: str, table: Table | None) -> None:
        if name in _OF_TERMS:
            self.named_terms.add(hash(text))
        elif name in _REFERENCES:
            self.things.add(hash((name, text)))
        elif name in _OF_ANYTHING:
            self.anything.add(text)
        elif name == "id" and table in _TERMS:
            self.terms.add(hash(text))
        elif name == "id" and table in NAMED_BY:
            self.things.add(hash((NAMED_BY[table], text)))


class _Lines:
    """The lines of a document, packed, and which of them belong together."""

    def __init__(self, package: Package, name: str) -> None:
        self.file = name
        self.hint = hint_of(name)
        self._texts: Packed[tuple[int, str]] = Packed(tuple[int, str])
        # The line that a line belongs to, up to the first of each group.
        self._above = array("l")
        # The first line that names a thing.
        self._first: dict[int, int] = {}
        with package.text(name) as text:
            start = text.read(_LONGEST_START).lstrip("\ufeff")
            are_lines = is_of_lines(name) or looks_like_lines(start)
            self.can_be_parted = are_lines and self._index(_lines_of(start, text))

    def has(self, table: Table, identity: str) -> bool:
        """Whether an id of a table stands in any line."""
        return hash((NAMED_BY.get(table), identity)) in self._first

    def elements(self, numbers: list[int]) -> Iterator[Element]:
        """Records by number, counted without blank lines."""
        for number in numbers:
            line, text = self._texts[number]
            element = element_of_line(text, line)
            if element is not None:
                yield element

    def parts(self, at_least: int) -> Iterator[list[int]]:
        """Numbers of the records that are read together, in the order in which each group begins."""
        groups: dict[int, list[int]] = defaultdict(list)
        for number in range(len(self._above)):
            groups[self._top(number)].append(number)
        part: list[int] = []
        for group in groups.values():
            part += group
            if len(part) >= at_least:
                yield sorted(part)
                part = []
        if part:
            yield sorted(part)

    def _index(self, lines: Iterator[str]) -> bool:
        """Look at every line; False where terms of one line are defined in another, so that none stands alone.

        Raises ``RefusedError`` where the document lists something else than records.
        """
        texts: list[tuple[int, str]] = []
        terms: set[int] = set()
        foreign: set[int] = set()
        found: set[Table] = set()
        broken: Counter[str] = Counter()
        for line, text in enumerate(lines, 1):
            element = element_of_line(text, line)
            if element is None:
                continue
            number = len(self._above)
            self._above.append(number)
            self._texts.add((line, text))
            names = _Names()
            if element.value is None:
                broken[element.problem] += 1
                names.anything.update(element.texts)
            else:
                table, problem = what_it_is(element.value, self.hint)
                broken.update([problem] if problem else ())
                names.look_into(element.value, table)
            check_what_is_listed(broken=broken.total(), records=number + 1 - broken.total())
            found |= names.tables
            terms |= names.terms
            foreign |= names.named_terms - names.terms
            for thing in names.things:
                self._join(number, self._first.setdefault(thing, number))
            texts += ((number, one) for one in names.anything)
        check_what_there_is(found, has_broken=not broken.keys() <= OTHER_THINGS)
        for number, one in texts:
            # Which kind of thing a text is the id of is not known, so it may be of any.
            for column in _REFERENCES:
                if (thing := hash((column, one))) in self._first:
                    self._join(number, self._first[thing])
        return foreign.isdisjoint(terms)

    def _join(self, one: int, other: int) -> None:
        first, second = sorted((self._top(one), self._top(other)))
        self._above[second] = first

    def _top(self, number: int) -> int:
        above = self._above
        while above[number] != number:
            above[number] = above[above[number]]
            number = above[number]
        return number


def _lines_of(start: str, rest: TextIO) -> Iterator[str]:
    """The lines of a text of which the beginning was read. They end where documents do, whatever else ends a line."""
    left = start
    while True:
        *lines, left = left.split("\n")
        yield from lines
        read = rest.read(_LONGEST_START)
        if not read:
            yield left
            return
        left += read
