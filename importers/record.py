"""The one shape that every reader gives, whatever its document looked like.

A source record is one organization, or one service with everything its source says about it, in HSDS's words. Cells are
plain text already (no markup, no control characters) and otherwise as the source wrote them: cleaning makes facts of
them, and redaction comes before that.
"""

from collections.abc import Iterator, Mapping
from typing import Literal, Protocol

import msgspec

from importers.mapping import TaxonomyName

Status = Literal["accepted", "repaired", "quarantined", "rejected", "skipped"]
Cells = Mapping[str, str]


class RowPosition(msgspec.Struct, frozen=True):
    """Where a row stands: a file, a sheet of it if it has sheets, and the line or row, counted from 1."""

    file: str
    row: int
    sheet: str | None = None


class SourceSite(msgspec.Struct, frozen=True):
    """A place at which a service is offered.

    Attributes:
        key: the source's key of the place, such as ``location:136``.
        cells: what is said of it: ``name``, ``alternate_name``, ``description``, ``transportation``, ``accessibility``,
            ``latitude``, ``longitude``, ``address_1``, ``address_2``, ``city``, ``state_province``, ``postal_code``,
            ``country``. Blank ones are absent.
        phones: lines of the place.
        schedules: opening hours of the place.
        traces: further addresses of it, and cells of rows about it that were malformed. Never kept; they only tell
            what must not be told of a confidential place.
    """

    key: str
    cells: Cells = {}
    phones: tuple[Cells, ...] = ()
    schedules: tuple[Cells, ...] = ()
    traces: tuple[str, ...] = ()


class SourceRecord(msgspec.Struct, frozen=True):
    """An organization, or a service.

    Attributes:
        kind: which.
        position: of the row that begins it.
        key: the source's key, such as ``service:136``; unique within the source.
        organization_key: of a service; None when the source names none.
        cells: of the record itself, under HSDS's column names. Blank ones are absent.
        phones: ``number``, ``extension``, ``type``, ``description``, ``department``.
        schedules: ``weekday``, ``opens_at``, ``closes_at``, ``original_text``.
        languages: as the source writes them.
        names: what its taxonomy calls it.
        eligibility: texts.
        service_areas: as the source writes them.
        sites: where it is offered; none for what has no place.
        dropped: how many cells stood in columns that no reader knows; what they hold is not kept.
        rules: what the reader had to mend.
    """

    kind: Literal["organization", "service"]
    position: RowPosition
    key: str
    organization_key: str | None = None
    cells: Cells = {}
    phones: tuple[Cells, ...] = ()
    schedules: tuple[Cells, ...] = ()
    languages: tuple[str, ...] = ()
    names: tuple[TaxonomyName, ...] = ()
    eligibility: tuple[str, ...] = ()
    service_areas: tuple[str, ...] = ()
    sites: tuple[SourceSite, ...] = ()
    dropped: int = 0
    rules: tuple[str, ...] = ()


class Refused(msgspec.Struct, frozen=True):
    """A row that does not come in, and why. ``reason`` is a whole sentence and never repeats a cell.

    Attributes:
        position: of the row.
        status: quarantined, rejected or skipped.
        rule: the name of the reason.
        reason: the reason in words.
        key: what it would have been called, where that is certain.
        record: what could be read of it. Nobody stores or shows it; it only ever makes other rows more confidential.
    """

    position: RowPosition
    status: Status
    rule: str
    reason: str
    key: str | None = None
    record: SourceRecord | None = None


class Reader(Protocol):
    """A document being read. Each of its three parts can be read again from the start."""

    name: str

    def organizations(self) -> Iterator[SourceRecord | Refused]:
        """The organizations, in the order of the document."""
        ...

    def services(self) -> Iterator[SourceRecord | Refused]:
        """The services with all that hangs on them, in the order of the document."""
        ...

    def leftovers(self) -> Iterator[Refused]:
        """Rows that hang on nothing that could be read."""
        ...

    def not_read(self) -> Mapping[str, int]:
        """How many rows of which kinds are left out on purpose, such as people's names."""
        ...
