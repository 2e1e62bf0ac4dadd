"""Nested HSDS objects as rows of tables: what stands inside an object hangs on it, as a row hangs on its owner.

An object that is repeated (an organization in each of its services) becomes one row. One that only shares its id with
another becomes a row of its own, under an id made of its own id and its name: nothing is merged in silence.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from directory.errors import RefusedError
from directory.listings.streets import street_name
from directory.values.plain_text import folded
from importers.packages import Package
from importers.readers import hsds_tables as tables
from importers.readers.hsds_json import Doubled, Element, elements_of
from importers.readers.hsds_names import MAIN, NAMED_BY, PARTS, UPWARDS, hint_of, kind_of
from importers.readers.hsds_tables import LEFT_OUT, Table
from importers.tables import LONGEST_CELL, Row, plain_cell

_NO_LETTERS = re.compile(r"[^a-z0-9]+")
_LONGEST_SLUG = 30
_LONGEST_ID = 24
_LONGEST_MADE = 60

_ENTITIES = (tables.ORGANIZATIONS, tables.SERVICES, tables.LOCATIONS, tables.SERVICES_AT_LOCATION)
_NAMED = (tables.ORGANIZATIONS, tables.SERVICES)
_ADDRESSES = (tables.ADDRESSES, tables.PHYSICAL_ADDRESSES, tables.POSTAL_ADDRESSES)
# Those on which others hang come first, so that their ids are known.
_FIRST = (tables.CONTACTS, tables.PHONES, tables.VOCABULARIES, tables.TAXONOMY)
_REFERENCES = frozenset(NAMED_BY.values())
_OF_LINES = frozenset({".jsonl", ".ndjson"})
# More than these that are no records, and more than there are records: it is another document.
_MOST_BROKEN = 1_000
_EMPTY: tuple[Any, ...] = (None, "", [], {})
_Traits = tuple[tuple[frozenset[str], ...], ...]
# An id that so many things share says nothing.
_MOST_COMPARED = 20
# What one record calls its objects: by column and id as written, the id under which its row stands.
_Here = dict[tuple[str, str], str]


def is_of_lines(file: str) -> bool:
    """Whether the name of a file says that every line of it is a document."""
    return PurePosixPath(file).suffix.lower() in _OF_LINES


def check_what_is_listed(*, broken: int, records: int) -> None:
    """Raise ``RefusedError`` where so much is no record that the document must be something else."""
    if broken > _MOST_BROKEN and broken > records:
        raise RefusedError("The document lists something else than services and organizations.")


def what_it_is(value: Mapping[str, Any], hint: str) -> tuple[Table | None, str]:
    """The table of a record, None for one that only holds others; and the problem of one that nobody can tell."""
    table = kind_of(value, hint)
    if table is not None or any(name.lower() in PARTS for name in value):
        return table, ""
    return None, "reference" if "$ref" in value else "not-known-what"


def objects_of(package: Package) -> "Objects":
    """Everything in the JSON documents of a package. Raises ``RefusedError`` where they list something else."""
    objects = Objects()
    for name in package.documents:
        with package.text(name) as text:
            content = text.read()
        for element in elements_of(content, is_lines=is_of_lines(name)):
            objects.add(element, file=name, hint=hint_of(name))
            check_what_is_listed(broken=len(objects.broken), records=objects.number_of_records)
    return objects


class JsonFeed:
    """Objects of JSON as rows. See ``Feed``."""

    has_many_owners = True

    def __init__(self, objects: "Objects") -> None:
        self._objects = objects

    def has(self, table: Table) -> bool:
        """See ``Feed``."""
        return self._objects.has(table)

    def rows(self, table: Table, *, required: frozenset[str] = frozenset()) -> Iterator[Row]:  # noqa: ARG002
        """See ``Feed``. Objects have no columns that could be missing."""
        return self._objects.rows(table)

    def file_of(self, table: Table, row: Row) -> str:  # noqa: ARG002
        """See ``Feed``."""
        return row.file

    def broken(self) -> Iterator[Row]:
        """See ``Feed``."""
        return iter(self._objects.broken)

    def left_out(self) -> dict[str, int]:
        """See ``Feed``."""
        return self._objects.left_out


class _Node:
    """An object on its way to a row: its cells, and the objects that it hangs on."""

    __slots__ = ("cells", "differs", "dropped", "id", "links", "parts", "pointer", "problem", "rules", "table")

    def __init__(self, table: Table, pointer: int | str) -> None:
        self.table = table
        self.pointer = pointer
        self.cells: dict[str, str] = {}
        self.links: dict[str, _Node] = {}
        self.parts: list[_Node] = []
        self.rules: dict[str, None] = {}
        self.differs: dict[str, None] = {}
        self.problem = ""
        self.dropped = 0
        self.id = ""

    def named(self, column: str, here: _Here | None = None) -> str:
        """The id of the record that a column names; empty where none is named."""
        if column in self.links:
            return self.links[column].id
        written = self.cells.get(column, "")
        return here.get((column, written), written) if here else written


class Objects:
    """The rows of one feed of JSON documents.

    ``is_taken`` says whether an id may not be made up, since it stands, or was made up, elsewhere in the feed.
    """

    def __init__(self, is_taken: Callable[[Table, str], bool] | None = None) -> None:
        self._is_taken = is_taken or (lambda _table, _identity: False)
        self._rows: dict[Table, list[tuple[_Node, str, _Here]]] = defaultdict(list)
        self._known: dict[tuple[Table, str], dict[_Traits, _Node]] = defaultdict(dict)
        self._ids: set[tuple[Table, str]] = set()
        self._marks: dict[tuple[Table, tuple[tuple[str, str], ...]], str] = {}
        self._left_out: dict[str, int] = defaultdict(int)
        self.broken: list[Row] = []

    @property
    def left_out(self) -> dict[str, int]:
        """How many objects of the standard are not read."""
        return dict(sorted(self._left_out.items()))

    @property
    def number_of_records(self) -> int:
        """How many organizations and services there are so far."""
        return sum(len(self._rows[table]) for table in _NAMED)

    def has(self, table: Table) -> bool:
        """Whether there is any object of a table."""
        return bool(self._rows.get(table))

    def rows(self, table: Table) -> Iterator[Row]:
        """The rows of a table, in the order of the documents."""
        for node, file, here in self._rows.get(table, ()):
            cells = {name: cell for name, cell in node.cells.items() if name not in _REFERENCES}
            cells |= {column: named for column in sorted(_REFERENCES) if (named := node.named(column, here))}
            cells["id"] = node.id
            yield Row(
                node.pointer, cells, tuple(node.rules), node.problem, node.dropped, file, tuple(sorted(node.differs))
            )

    def add(self, element: Element, *, file: str, hint: str) -> None:
        """Take in a record. ``hint``: what the name of the file says that its records are."""
        value = element.value
        if value is None:
            self._add_broken(element.pointer, element.problem, element.texts, file)
            return
        nodes: list[_Node] = []
        start = f"/{element.pointer}" if isinstance(element.pointer, int) else element.pointer
        table, problem = what_it_is(value, hint)
        if problem:
            self._add_broken(element.pointer, problem, (), file)
        elif table is not None:
            self._node(value, table, element.pointer, start, nodes)
        else:
            self._envelope(value, start, nodes)
        self._settle(nodes, file)

    def _add_broken(self, pointer: int | str, problem: str, texts: tuple[str, ...], file: str) -> None:
        cells = {str(number): text for number, text in enumerate(texts)}
        self.broken.append(Row(pointer, cells, problem=problem, file=file))

    # From objects to nodes

    def _envelope(self, value: Mapping[str, Any], start: str, nodes: list[_Node]) -> None:
        """A record that only holds others, side by side."""
        top: list[_Node] = []
        for name, part in value.items():
            if (table := PARTS.get(name.lower())) is not None:
                top += self._nodes(part, table, f"{start}/{name.lower()}", None, nodes)
            else:
                self._leave_out(name.lower(), part)
        organizations = [node for node in top if node.table is tables.ORGANIZATIONS]
        if len(organizations) == 1:
            for node in top:
                if node.table is not tables.ORGANIZATIONS and "organization_id" not in node.cells:
                    node.links.setdefault("organization_id", organizations[0])

    def _nodes(self, part: Any, table: Table, start: str, above: _Node | None, nodes: list[_Node]) -> list[_Node]:
        made = []
        for number, one in enumerate(part if isinstance(part, list) else [part]):
            where = f"{start}/{number}" if isinstance(part, list) else start
            if isinstance(one, dict):
                made.append(self._node(one, table, where, where, nodes))
            elif isinstance(one, str) and one.strip() and table in MAIN:
                # A text stands for an object that says nothing else.
                made.append(self._node({MAIN[table]: one}, table, where, where, nodes))
            elif above is not None and one not in _EMPTY:
                above.dropped += 1
        return made

    def _node(
        self, value: Mapping[str, Any], table: Table, pointer: int | str, start: str, nodes: list[_Node]
    ) -> _Node:
        node = _Node(table, pointer)
        nodes.append(node)
        if isinstance(value, Doubled):
            node.problem = "keys-twice"
            node.cells |= {f"twice {number}": text for number, text in enumerate(value.texts)}
        elif "$ref" in value:
            node.problem = "reference"
        known = table.columns | table.unkept
        for written, part in value.items():
            name = written.strip().lower()
            inner = PARTS.get(name)
            if name in known and not isinstance(part, dict) and (inner is None or not isinstance(part, list)):
                _take_cell(node, name, part)
            elif part in _EMPTY:
                continue
            elif inner is not None:
                _hang(node, self._nodes(part, inner, f"{start}/{name}", node, nodes), nodes)
            elif not self._leave_out(name, part):
                node.dropped += 1
        return node

    def _leave_out(self, name: str, part: Any) -> bool:
        """Count a part of the standard that is not read; False for what the standard does not have."""
        shown = LEFT_OUT.get(name)
        if shown is None:
            return False
        self._left_out[shown] += len(part) if isinstance(part, list) else 1
        return True

    # From nodes to rows

    def _settle(self, nodes: list[_Node], file: str) -> None:
        """Give every object of a record its id, and a row unless it has one."""
        here: _Here = {}
        by_table: dict[Table, list[_Node]] = defaultdict(list)
        for node in nodes:
            by_table[node.table].append(node)
        for table in _ENTITIES:
            for node in by_table.pop(table, ()):
                self._settle_entity(node, file, here)
        for table in _FIRST:
            for node in by_table.pop(table, ()):
                self._settle_part(node, file, here)
        for parts in by_table.values():
            for node in parts:
                self._settle_part(node, file, here)

    def _settle_entity(self, node: _Node, file: str, here: _Here) -> None:
        written = node.cells.get("id", "")
        # Objects of one record name each other by their written ids, and are compared by those they were given.
        for column in _REFERENCES & node.cells.keys():
            node.cells[column] = here.get((column, node.cells[column]), node.cells[column])
        known = self._known[node.table, written] if written else {}
        traits = _traits_of(node)
        same = None if node.problem else known.get(traits) or _alike(traits, known)
        if same is not None:
            node.id = same.id
            _add_to(same, node)
        else:
            self._identify(node, written, is_known=bool(known))
            if not node.problem:
                known[traits] = node
            self._rows[node.table].append((node, file, here))
        if written:
            here.setdefault((NAMED_BY[node.table], written), node.id)

    def _identify(self, node: _Node, written: str, *, is_known: bool) -> None:
        if written and (node.problem or not is_known):
            # A row that is malformed says something of whatever else has its id.
            node.id = written
        else:
            node.id = self._made_id(node, written)
            if written:
                node.rules["id-used-twice"] = None
            elif node.table in _NAMED:
                node.rules["id-from-name"] = None
        self._ids.add((node.table, node.id))

    def _made_id(self, node: _Node, written: str) -> str:
        """An id made of the object's own, its name and its owner's, so that it is the same in the next run."""
        slug = _NO_LETTERS.sub("-", folded(node.cells.get("name", "")))[:_LONGEST_SLUG].strip("-")
        if node.table in _NAMED and not slug and not written:
            node.problem = node.problem or "no-id"
        owner = next((one.id for one in node.links.values()), "")
        parts = (owner[-_LONGEST_ID:], written[:_LONGEST_ID], slug)
        identity = "=".join(filter(None, (part.strip("=.-_:|+@") for part in parts)))[-_LONGEST_MADE:]
        identity = identity.lstrip("=.-_:|+@") or "unnamed"
        number, made = 1, identity
        while (node.table, made) in self._ids or self._is_taken(node.table, made):
            number += 1
            made = f"{identity}.{number}"
        return made

    def _settle_part(self, node: _Node, file: str, here: _Here) -> None:
        """A row for each part that says something new. It is called by a number, unless others may name it."""
        written = node.cells.get("id", "")
        owners = {column: named for column in _REFERENCES if (named := node.named(column, here))}
        told = {name: cell for name, cell in node.cells.items() if name != "id"} | owners
        mark = (node.table, tuple(sorted(told.items())))
        if not node.problem and mark in self._marks:
            node.id = self._marks[mark]
            return
        is_free = node.table in (tables.TAXONOMY, tables.VOCABULARIES) and (node.table, written) not in self._ids
        node.id = written if written and is_free else f"#{len(self._marks)}"
        self._ids.add((node.table, node.id))
        self._marks.setdefault(mark, node.id)
        if written and node.table is tables.TAXONOMY:
            here.setdefault(("taxonomy_term_id", written), node.id)
        self._rows[node.table].append((node, file, here))


def _take_cell(node: _Node, name: str, part: Any) -> None:
    if isinstance(part, list):
        node.dropped += sum(isinstance(one, (dict, list)) for one in part)
        part = "; ".join(_text(one) for one in part if not isinstance(one, (dict, list)))
    raw = _text(part)
    if len(raw) > LONGEST_CELL:
        node.problem = node.problem or "cell-too-long"
        return
    text, mended = plain_cell(raw)
    node.rules |= dict.fromkeys(mended)
    if text:
        node.cells[name] = text


def _text(part: Any) -> str:
    """A value as the cell of a table would hold it."""
    if part is None:
        return ""
    return str(part).lower() if isinstance(part, bool) else str(part)


def _hang(node: _Node, inner: list[_Node], nodes: list[_Node]) -> None:
    """Say which of two objects names the other."""
    for part in inner:
        node.parts.append(part)
        if (node.table, part.table) in UPWARDS:
            node.links[NAMED_BY[part.table]] = part
        elif node.table is tables.SERVICES and part.table is tables.LOCATIONS:
            # Not of the standard, but it can mean one thing only.
            link = _Node(tables.SERVICES_AT_LOCATION, part.pointer)
            link.links = {"service_id": node, "location_id": part}
            nodes.append(link)
        elif node.table in NAMED_BY:
            part.links[NAMED_BY[node.table]] = node


def _traits_of(node: _Node) -> _Traits:
    """What two objects of one id must have in common to be one thing: sets of which any member may be shared."""
    if node.table is tables.ORGANIZATIONS:
        return ((_set(folded(node.cells.get("name", ""))),),)
    if node.table is tables.SERVICES:
        return (_set(folded(node.cells.get("name", ""))),), (_set(node.named("organization_id")),)
    if node.table is tables.SERVICES_AT_LOCATION:
        return (_set(node.named("service_id")),), (_set(node.named("location_id")),)
    cells = [part.cells for part in node.parts if part.table in _ADDRESSES]
    towns = _set(*(one.get("postal_code", "")[:5] or folded(one.get("city", "")) for one in cells))
    streets = _set(*(street_name(one.get("address_1", "")) for one in cells))
    return ((towns, streets),)


def _alike(traits: _Traits, known: Mapping[_Traits, _Node]) -> _Node | None:
    """The first of a few known objects that may be the same thing. In doubt it is."""
    for others, node in itertools.islice(known.items(), _MOST_COMPARED):
        pairs = zip(traits, others, strict=True)
        # Of a place, its street or its town must agree; a name, or an owner, must.
        if all(any(not (a and b) or a & b for a, b in zip(one, other, strict=True)) for one, other in pairs):
            return node
    return None


def _set(*texts: str) -> frozenset[str]:
    return frozenset(texts) - {""}


def _add_to(same: _Node, node: _Node) -> None:
    """Take over what a repeated object says more; what it says otherwise is asked about."""
    for name, cell in node.cells.items():
        if name in _REFERENCES or name == "id":
            same.cells.setdefault(name, cell)
        elif same.cells.setdefault(name, cell) != cell:
            same.differs[name] = None
    for column, link in node.links.items():
        same.links.setdefault(column, link)
    same.parts += node.parts
    same.rules |= node.rules
    same.dropped += node.dropped
