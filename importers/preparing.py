"""Rows of a document on their way into the directory: redacted, cleaned, and with what the report says of each."""

import datetime as dt
from collections.abc import Iterator

import msgspec

from directory.intake.planning import Unread
from directory.intake.service import Outcome, SourceRow
from directory.listings.drafts import FactDraft, OrganizationDraft
from directory.listings.fields import Text
from importers.cleaning import NOT_STATED, Cleaned, Cleaning, Question
from importers.keeping import Kept
from importers.record import Refused, SourceRecord
from importers.redaction import Redaction
from importers.report import ReportRow, row_of_cleaned, row_of_further, row_of_refused

ORGANIZATION_NOT_STATED = "organization-not-stated"


class Prepared(msgspec.Struct, frozen=True):
    """A row on its way: what is stored, and what the report says of each row of the source, none for a placeholder.

    ``seen`` is the key of a row that says what it said before, of which nothing else is needed any more.
    ``is_placeholder`` marks an organization without a row of its own: it is stored only if the source has none.
    """

    stored: SourceRow | None
    reported: tuple[ReportRow, ...] = ()
    seen: str = ""
    is_placeholder: bool = False

    @property
    def key(self) -> str:
        """The source's key of the row; empty where nothing of it is stored."""
        return self.stored.source_key if self.stored is not None else self.seen


class Unstored(msgspec.Struct, frozen=True):
    """What of a document did not come in.

    Attributes:
        refused: keys of rows that are in the document and do not come in.
        is_whole: whether each such row could be told.
        unread: services among them that are confidential, or hidden now: earlier runs may hold them.
    """

    refused: frozenset[str]
    is_whole: bool
    unread: tuple[Unread, ...]


class Preparing:
    """Prepares the rows of a document in the order in which they can be stored."""

    def __init__(self, document: Kept, redaction: Redaction, cleaning: Cleaning) -> None:
        self._document = document
        self._redaction = redaction
        self._cleaning = cleaning
        self._organizations: set[str] = set()
        self._placeholders: set[str] = set()
        self._services: set[str] = set()
        self._unread: dict[str, Unread] = {}
        self._refused_keys: set[str] = set()
        self._is_whole = True

    def total(self) -> int:
        """How many organizations and services there are to come."""
        return len(self._document)

    def unstored(self) -> Unstored:
        """What did not come in, once all rows were prepared."""
        unread = tuple(self._unread[key] for key in sorted(self._unread.keys() - self._services))
        return Unstored(frozenset(self._refused_keys), self._is_whole, unread)

    def rows(self) -> Iterator[Prepared]:
        """Every row, organizations first; a placeholder before the first service of an organization without a row."""
        for row in self._document.organizations():
            yield self._organization(row)
        for row in self._document.services():
            yield from self._service(row)
        for refused in self._document.leftovers():
            # Only reported: there may be as many of them as of everything else.
            yield self._refused(refused, is_stored=False)

    def _organization(self, row: SourceRecord | Refused) -> Prepared:
        if isinstance(row, Refused):
            return self._refused(row)
        redacted = self._redaction.redact(row)
        if isinstance(redacted, Refused):
            self._refused_keys.add(row.key)
            return self._refused(redacted)
        self._organizations.add(row.key)
        return _accepted(row, self._cleaning.clean(redacted))

    def _service(self, row: SourceRecord | Refused) -> Iterator[Prepared]:
        if isinstance(row, Refused):
            yield self._refused(row)
            return
        redacted = self._redaction.redact(row)
        if isinstance(redacted, Refused):
            self._refused_keys.add(row.key)
            yield self._refused(redacted)
            return
        # A service that names no organization has one of its own, so that strangers are not joined.
        key = row.organization_key or f"organization-of:{row.key}"
        is_stated = key in self._organizations
        if not is_stated and key not in self._placeholders:
            self._placeholders.add(key)
            yield Prepared(self._placeholder(row, key), is_placeholder=True)
        self._services.add(row.key)
        cleaned = self._cleaning.clean(redacted, organization_key=key)
        accepted = _accepted(row, cleaned if is_stated or row.organization_name else _without_organization(cleaned))
        parts = tuple(self._part(part, key) for part in row.parts)
        yield msgspec.structs.replace(accepted, reported=parts or accepted.reported)

    def _part(self, part: SourceRecord, organization: str) -> ReportRow:
        """What the report says of one of several rows that are one record."""
        redacted = self._redaction.redact(part)
        if isinstance(redacted, Refused):
            return row_of_refused(redacted, is_closed=self._redaction.is_closed(redacted))
        return row_of_cleaned(self._cleaning.clean(redacted, organization_key=organization), part.position)

    def _placeholder(self, service: SourceRecord, key: str) -> SourceRow:
        """An organization without a row of its own, by the name that a service's row tells, if it tells one."""
        name = service.organization_name
        redacted = self._redaction.redact(SourceRecord("organization", service.position, key, cells={"name": name}))
        if name and not isinstance(redacted, Refused):
            cleaned = self._cleaning.clean(redacted)
            return SourceRow(key, cleaned.draft, "repaired" if cleaned.rules else "accepted", cleaned.rules)
        draft = OrganizationDraft(key, [FactDraft("name", Text(NOT_STATED))])
        return SourceRow(key, draft, "repaired", (ORGANIZATION_NOT_STATED,))

    def _refused(self, refused: Refused, *, is_stored: bool = True) -> Prepared:
        is_closed = self._redaction.is_closed(refused)
        record = refused.record
        if (is_closed or refused.is_hidden) and record is not None and record.kind == "service":
            disclosure, area = self._redaction.area_of(record) if is_closed else ("public", None)
            self._unread[record.key] = (record.key, disclosure, area.id if area else None, refused.is_hidden)
        stored = None
        key = refused.key or (record.key if record is not None else None)
        if is_stored and key is not None:
            self._refused_keys.add(key)
        if is_stored and refused.status in ("quarantined", "rejected"):
            # Where it cannot be told, it may be any of those that would otherwise be missing.
            self._is_whole = self._is_whole and key is not None
            # Named by its place: in a malformed row anything may stand where its id should be.
            where = refused.position
            place = ":".join(filter(None, ("row", where.file, where.sheet, str(where.row))))
            stored = SourceRow(place, None, refused.status, (refused.rule,), refused.reason)
        return Prepared(stored, (row_of_refused(refused, is_closed=is_closed),))


def _accepted(row: SourceRecord, cleaned: Cleaned) -> Prepared:
    notes = {} if cleaned.is_closed else {**cleaned.notes}
    if cleaned.standing:
        notes["standing"] = cleaned.standing
    if row.dropped and not cleaned.is_closed:
        notes["unknown-columns"] = str(row.dropped)
    told = row_of_cleaned(cleaned, row.position)
    reported = (told, *(row_of_further(told, position) for position in row.further))
    outcome: Outcome = "repaired" if cleaned.rules else "accepted"
    day = dt.date.fromisoformat(cleaned.verified_on) if cleaned.verified_on else None
    stored = SourceRow(row.key, cleaned.draft, outcome, cleaned.rules, notes=notes, verified_on=day)
    return Prepared(stored, () if row.is_in_service_row else reported)


def _without_organization(cleaned: Cleaned) -> Cleaned:
    question = Question("organization", ORGANIZATION_NOT_STATED, "Which organization offers this?")
    return msgspec.structs.replace(
        cleaned,
        rules=(*cleaned.rules, ORGANIZATION_NOT_STATED),
        questions=(*cleaned.questions, question),
    )
