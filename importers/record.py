"""The one shape that every reader gives, whatever its document looked like.

A source record is one organization, or one service with everything its source says about it, in HSDS's words. Cells are
plain text already (no markup, no control characters) and otherwise as the source wrote them: cleaning makes facts of
them, and redaction comes before that.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Literal, Protocol, runtime_checkable

import msgspec

from importers.mapping import TaxonomyName

# Terms of the directory's own of which something is said in words; of the others an answer is.
HOUSE_RULES, ASSURANCE = "handrail:house-rule", "handrail:assurance"
WORDED = frozenset({HOUSE_RULES, ASSURANCE})

Status = Literal["accepted", "repaired", "quarantined", "rejected", "skipped"]
Cells = Mapping[str, str]


class RowPosition(msgspec.Struct, frozen=True):
    """Where a row stands: a file, a sheet of it if it has sheets, and the line or row, counted from 1.

    In JSON ``row`` is the JSON Pointer of an object; where every line of a file is a document of its own, its line, or
    the line with what follows in it ("/12/services/0").
    """

    file: str
    row: int | str
    sheet: str | None = None


class SourceContact(msgspec.Struct, frozen=True):
    """A person or a desk to ask for: ``name``, ``title``, ``department``, ``email``, and lines. Never public."""

    cells: Cells = {}
    phones: tuple[Cells, ...] = ()


class SourceSite(msgspec.Struct, frozen=True):
    """A place at which a service is offered.

    Attributes:
        key: the source's key of the place, such as ``location:136``.
        cells: what is said of it: ``name``, ``alternate_name``, ``description``, ``transportation``, ``accessibility``,
            ``latitude``, ``longitude``, ``address_1``, ``address_2``, ``city``, ``state_province``, ``postal_code``,
            ``country``, ``url``. Blank ones are absent.
        phones: lines of the place.
        schedules: opening hours of the place.
        contacts: whom to ask for there.
        offer: what is said of the service there alone: ``description``.
        service_areas: whom the service serves from there, as the source writes it.
        differs: columns in which the source repeats the place with other words; the first were kept.
        traces: further addresses of it, and cells of rows about it that were malformed. Never kept; they only tell
            what must not be told of a confidential place.
    """

    key: str
    cells: Cells = {}
    phones: tuple[Cells, ...] = ()
    schedules: tuple[Cells, ...] = ()
    contacts: tuple[SourceContact, ...] = ()
    offer: Cells = {}
    service_areas: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    traces: tuple[str, ...] = ()


class SourceRecord(msgspec.Struct, frozen=True, tag=True):
    """An organization, or a service.

    Attributes:
        kind: which.
        position: of the row that begins it.
        key: the source's key, such as ``service:136``; unique within the source.
        organization_key: of a service; None when the source names none.
        organization_name: of a service whose organization has no row of its own, if the source tells its name.
        cells: of the record itself, under HSDS's column names. Blank ones are absent.
        phones: ``number``, ``extension``, ``type``, ``description``, ``department``.
        schedules: opening hours in the words of any version of HSDS. A row of 1.x says ``weekday``, ``opens_at``,
            ``closes_at``, ``original_text``; one of 3.x ``freq``, ``byday``, ``interval``, ``opens_at``, ``closes_at``,
            ``valid_from``, ``valid_to``, ``dtstart``, ``until``, ``count``, ``wkst``, ``bymonthday``, ``byweekno``,
            ``byyearday``, ``timezone``, ``description``, ``notes``, ``attending_type``. A row about holidays has
            ``start_date``, ``end_date``, ``closed`` (as the source writes yes and no), and hours if it is open then.
        languages: as the source writes them.
        names: what its taxonomy calls it.
        eligibility: texts.
        service_areas: as the source writes them.
        sites: where it is offered; none for what has no place.
        urls: further web addresses: ``url``, ``label``.
        required_documents: texts.
        cost_options: ``option``, ``amount``, ``currency``, ``amount_description``, ``valid_from``, ``valid_to``.
        funding: texts.
        contacts: whom to ask for.
        attributes: terms of this directory's own vocabulary: ``taxonomy``, ``code``, ``link_type``, ``value``.
        identifiers: official numbers: ``identifier``, ``identifier_type``, ``identifier_scheme``.
        differs: columns in which the source repeats this record with other words; the first were kept.
        unlike_numbers: numbers, where rows that are one thing each give another for the same line.
        dropped: how many cells stood in columns that no reader knows; what they hold is not kept.
        notes: cells of columns that mean nothing here, by their names, kept beside a row that is not confidential.
        verified_on: day (ISO) on which the source says that it looked at all this last; empty if it does not say.
        rules: what the reader had to mend.
        further: more rows of the document that tell of it, such as one for each of its places.
        is_in_service_row: of an organization that stands in a row of a service, and is reported with that.
        parts: where several rows were joined to this record, each of them as a record of the same key. Only the report
            reads them, so that every row is told with what it holds.
    """

    kind: Literal["organization", "service"]
    position: RowPosition
    key: str
    organization_key: str | None = None
    organization_name: str = ""
    cells: Cells = {}
    phones: tuple[Cells, ...] = ()
    schedules: tuple[Cells, ...] = ()
    languages: tuple[str, ...] = ()
    names: tuple[TaxonomyName, ...] = ()
    eligibility: tuple[str, ...] = ()
    service_areas: tuple[str, ...] = ()
    sites: tuple[SourceSite, ...] = ()
    urls: tuple[Cells, ...] = ()
    required_documents: tuple[str, ...] = ()
    cost_options: tuple[Cells, ...] = ()
    funding: tuple[str, ...] = ()
    contacts: tuple[SourceContact, ...] = ()
    attributes: tuple[Cells, ...] = ()
    identifiers: tuple[Cells, ...] = ()
    differs: tuple[str, ...] = ()
    unlike_numbers: tuple[str, ...] = ()
    dropped: int = 0
    notes: Cells = {}
    verified_on: str = ""
    rules: tuple[str, ...] = ()
    further: tuple[RowPosition, ...] = ()
    is_in_service_row: bool = False
    parts: "tuple[SourceRecord, ...]" = ()


class Refused(msgspec.Struct, frozen=True, tag=True):
    """A row that does not come in, and why. ``reason`` is a whole sentence and never repeats a cell.

    Attributes:
        position: of the row.
        status: quarantined, rejected or skipped.
        rule: the name of the reason.
        reason: the reason in words.
        key: what it would have been called, where that is certain.
        record: what could be read of it. Nobody stores or shows it; it only ever makes other rows more confidential.
        is_hidden: whether the source keeps it from the public now. If an earlier run brought it in, people have to
            decide what becomes of it.
    """

    position: RowPosition
    status: Status
    rule: str
    reason: str
    key: str | None = None
    record: SourceRecord | None = None
    is_hidden: bool = False


class Reader(Protocol):
    """A document being read. Each of its three lists can be read again from the start.

    A reader of what is too large to be held at once has a method ``parts`` too, which gives readers one after another:
    each has its organizations with all their services, and nothing in one names anything in another.
    """

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
        """How many rows of which kinds are left out on purpose, such as people's names; complete once all is read."""
        ...


class ColumnRead(msgspec.Struct, frozen=True):
    """A column of a spreadsheet: what it was taken for, and how sure that is.

    Attributes:
        sheet: its sheet; None for a text table.
        column: its header.
        meaning: as in a mapping file; None where that is a question.
        confidence: from 0 to 1.
        filled: how many of its cells say something.
        examples: of rows that are public.
        question: what somebody should decide.
    """

    sheet: str | None
    column: str
    meaning: str | None
    confidence: float
    filled: int
    examples: tuple[str, ...] = ()
    question: str = ""


@runtime_checkable
class Tabular(Protocol):
    """A reader whose document has columns that nobody named beforehand."""

    def columns(self, is_public: Callable[[RowPosition], bool]) -> tuple[ColumnRead, ...]:
        """What each was taken for; examples only of rows that are public."""
        ...

    def mapping_text(self) -> str:
        """The same as a mapping file."""
        ...

    def remarks(self) -> tuple[str, ...]:
        """Sentences about a mapping that does not fit the document; none where it does."""
        ...
