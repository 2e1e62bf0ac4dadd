"""Rows of an HSDS feed that do not come in, and why; also those that hang on nothing that could be read."""

from collections.abc import Iterator, Mapping

from importers.readers import hsds_tables as tables
from importers.readers.hsds_tables import Child, Children, Feed, Table
from importers.record import Refused, RowPosition, SourceRecord, Status
from importers.tables import Row

LINK_MISSING = "link-missing"
REASONS: dict[str, tuple[Status, str]] = {
    "blank": ("skipped", "The row is blank."),
    "row-too-long": (
        "quarantined",
        "The row has more cells than the table has columns, so each may be in a wrong one.",
    ),
    "cell-too-long": ("quarantined", "A cell is longer than 32 KiB; perhaps a quotation mark was never closed."),
    "no-id": ("rejected", "The row has no usable id, so nothing can be joined to it."),
    "no-name": ("quarantined", "The row has no name."),
    "duplicate-id": ("rejected", "An earlier row of this table has the same id."),
    "names-nothing": ("rejected", "The row does not say to which record it belongs."),
    "owner-missing": ("rejected", "The record to which the row belongs is not in the package."),
    "location-without-service": ("rejected", "No service is offered at this location."),
    LINK_MISSING: ("repaired", "The row also names a record that is not in the package; that link is left out."),
    "keys-twice": ("quarantined", "A name stands twice in this object, so nobody knows which value is meant."),
    "reference": ("quarantined", "The object only points elsewhere ($ref), and that is not followed."),
    "not-an-object": ("rejected", "This is no record but a bare value."),
    "not-known-what": (
        "quarantined",
        "It cannot be told whether this is a service, an organization or something else.",
    ),
    "broken": ("quarantined", "This is no JSON that can be read."),
    "cut-off": ("quarantined", "The document ends or breaks off in the middle of this; what came before has come in."),
    "nested-too-deeply": ("quarantined", "The objects are nested more than 32 deep."),
    "too-many-parts": ("quarantined", "The record has more than a million parts."),
}


def refused(position: RowPosition, rule: str, record: SourceRecord | None = None) -> Refused:
    """A row that does not come in, by the name of the reason."""
    status, reason = REASONS[rule]
    return Refused(position, status, rule, reason, record.key if record else None, record)


def position_of(feed: Feed, table: Table, row: Row) -> RowPosition:
    """Where a row of a table stands."""
    return RowPosition(feed.file_of(table, row), row.line)


class Leftovers:
    """What hangs on nothing, or names something that is not there."""

    def __init__(
        self, feed: Feed, children: Children, service_ids: frozenset[str], organization_ids: frozenset[str]
    ) -> None:
        self._feed = feed
        self._children = children
        self._offered = self._places_of_services()
        self._known = {
            "service_id": service_ids,
            "organization_id": organization_ids,
            "service_at_location_id": frozenset(children.location_of),
            "location_id": self._offered,
            "phone_id": frozenset(row.cells.get("id", "") for row in feed.rows(tables.PHONES)),
        }

    def rows(self) -> Iterator[Refused]:
        """All of them but those that hang on a service without a row."""
        for child in self._children.loose:
            if child.table is not tables.CONTACTS or child.row.problem:
                is_double = child.table is tables.LOCATIONS and "id" in child.row.cells
                yield self._of(child, child.row.problem or ("duplicate-id" if is_double else "names-nothing"))
        yield from self._strangers()
        yield from self._attributes()
        yield from self._terms()
        yield from self._locations()

    def _places_of_services(self) -> frozenset[str]:
        """Ids of the locations at which something is offered."""
        linked = {
            child.row.cells["location_id"]
            for own in self._children.hanging["service_id"].values()
            for child in own
            if child.table is tables.SERVICES_AT_LOCATION and "location_id" in child.row.cells
        }
        rows = self._feed.rows(tables.SERVICES)
        return frozenset(linked | {row.cells["location_id"] for row in rows if "location_id" in row.cells})

    def _strangers(self) -> Iterator[Refused]:
        """Rows that name a record that is not there."""
        for column in ("organization_id", "service_at_location_id", "location_id", "phone_id"):
            for identity, hanging in self._children.hanging[column].items():
                if identity not in self._known[column]:
                    for child in hanging:
                        if not child.row.problem and (rule := self._rule_of(child, column)):
                            yield self._of(child, rule)

    def _rule_of(self, child: Child, column: str) -> str:
        """What to say of a row that names nobody in one column; nothing if it is said elsewhere."""
        others = [name for name in self._known if name != column and name in child.row.cells]
        if any(child.row.cells[name] in self._known[name] for name in others):
            return LINK_MISSING if self._feed.has_many_owners else ""
        return "" if "service_id" in others else "owner-missing"

    def _attributes(self) -> Iterator[Refused]:
        columns = {column.removesuffix("_id"): column for column in self._known}
        for identity, hanging in self._children.hanging["link_id"].items():
            for child in hanging:
                column = columns.get(child.row.cells.get("link_entity", "").lower())
                if column is not None and identity not in self._known[column] and not child.row.problem:
                    yield self._of(child, "owner-missing")

    def _terms(self) -> Iterator[Refused]:
        vocabularies = {row.cells.get("id") for row in self._feed.rows(tables.VOCABULARIES)}
        for row in self._feed.rows(tables.TAXONOMY) if vocabularies else ():
            if "taxonomy_id" in row.cells and row.cells["taxonomy_id"] not in vocabularies:
                yield self._of(Child(tables.TAXONOMY, row), LINK_MISSING)

    def _locations(self) -> Iterator[Refused]:
        owners: Mapping[str, None] = dict.fromkeys(("", *self._known["organization_id"]))
        for identity, row in self._children.locations.items():
            if identity not in self._offered:
                yield self._of(Child(tables.LOCATIONS, row), "location-without-service")
            elif self._feed.has_many_owners and row.cells.get("organization_id", "") not in owners:
                yield self._of(Child(tables.LOCATIONS, row), LINK_MISSING)

    def _of(self, child: Child, rule: str) -> Refused:
        return refused(position_of(self._feed, child.table, child.row), rule)
