"""The report of a run: what became of every row, in the form that scripts rely on.

It never holds a street, and nothing of where a confidential listing is.
"""

import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from directory.errors import BadInputError
from directory.intake.plan import Plan
from directory.listings.drafts import FactDraft, ServiceDraft
from importers.cleaning import Cleaned, Question
from importers.keeping import Packed
from importers.matching.joining import Joined
from importers.record import ColumnRead, Refused, RowPosition, Status
from importers.structured_facts import NUMBERS_DIFFER

# Of a row that tells more of what another row began.
FURTHER = "further-row"


# By which mapping a document was read: the file that was given, the one kept with its source, none but the shipped, or
# that because there is no database in which one could be kept.
ReadBy = Literal["given", "kept", "none", "no-database"]


class ReportPhone(msgspec.Struct, frozen=True):
    """A line: ``e164``, or a ``short`` code."""

    e164: str | None
    short: str | None
    kind: str
    ext: str | None


class ReportRow(msgspec.Struct, frozen=True):
    """One row of the source; ``row`` as in ``RowPosition``, ``listing`` the first of ``listings``."""

    file: str
    sheet: str | None
    row: int | str
    status: Status
    rules: tuple[str, ...] = ()
    reason: str | None = None
    listings: tuple[str, ...] = ()
    listing: str | None = None
    organization: str | None = None
    name: str | None = None
    phones: tuple[ReportPhone, ...] = ()
    phones_unparsed: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    interpreter_on_request: bool | None = None
    confidential: bool = False
    kinds: tuple[str, ...] = ()
    city: str | None = None
    region: str | None = None
    postal: str | None = None
    questions: tuple[Question, ...] = ()


class ReportPlace(msgspec.Struct, frozen=True):
    """Where a row stands, as in ``ReportRow``."""

    file: str
    sheet: str | None
    row: int | str


class ReportPair(msgspec.Struct, frozen=True):
    """Two rows that may be one: a score from 0 to 1, and what speaks for it and against it."""

    rows: tuple[ReportPlace, ReportPlace]
    score: float
    why: str


class Report(msgspec.Struct, frozen=True):
    """A whole run. ``run`` is None for a dry run; ``review`` lists pairs of rows that may be one."""

    source: str
    run: int | None
    totals: dict[str, int]
    rows: tuple[ReportRow, ...]
    review: tuple[ReportPair, ...] = ()


class Summary(msgspec.Struct, frozen=True):
    """A run in a few figures: rows by status, by rule and by kind of question.

    Attributes:
        withdrawn: listings that were public and are confidential now.
        proposed: values that wait for people, because somebody had confirmed others.
        conflicts: numbers that came and that do not go together with others (``handrail sources conflicts``).
        not_read: rows left out on purpose, by what they are.
        columns: of a spreadsheet, what each column was taken for.
        review: pairs of rows that may be one, and wait for people.
        did: how many rows are new, changed, missing at the source and so on, and values wait; of a run that only plans,
            would be. Empty for a dry run without a database.
        plan: all of it, row by row.
        mapping: by which mapping it was read.
        remarks: what that mapping says of columns that are not there.
        clashes: what people have to decide because rows of one name give different numbers.
    """

    source: str
    run: int | None
    totals: dict[str, int]
    rules: dict[str, int]
    questions: dict[str, int]
    withdrawn: int = 0
    proposed: int = 0
    conflicts: int = 0
    not_read: dict[str, int] = {}
    columns: tuple[ColumnRead, ...] = ()
    review: int = 0
    did: dict[str, int] = {}
    plan: Plan | None = None
    mapping: ReadBy = "none"
    remarks: tuple[str, ...] = ()
    clashes: tuple[str, ...] = ()


def row_of_refused(refused: Refused, *, is_closed: bool) -> ReportRow:
    """A row that does not come in: its place and the reason, and nothing of what it holds."""
    return ReportRow(
        *_place(refused.position),
        status=refused.status,
        rules=(refused.rule,),
        reason=refused.reason,
        confidential=is_closed,
    )


def row_of_cleaned(cleaned: Cleaned, position: RowPosition) -> ReportRow:
    """A row that comes in; ids are added when it is stored."""
    draft = cleaned.draft
    facts = list(draft.facts)
    is_confidential = isinstance(draft, ServiceDraft) and draft.location_disclosure != "public"
    sites = draft.sites if isinstance(draft, ServiceDraft) else []
    facts += [fact for site in sites for fact in site.location if fact.field == "phone"]
    languages = [fact.value for fact in facts if fact.field == "language"]
    return ReportRow(
        *_place(position),
        status="repaired" if cleaned.rules else "accepted",
        rules=cleaned.rules,
        name=next(fact.value.text for fact in facts if fact.field == "name"),
        phones=tuple(_phone(fact) for fact in facts if fact.field == "phone"),
        phones_unparsed=cleaned.phones_unparsed,
        languages=tuple(dict.fromkeys(one.tag for one in languages if one.how == "staff")),
        interpreter_on_request=True if any(one.tag == "any" for one in languages) else None,
        confidential=is_confidential,
        kinds=tuple(fact.slot for fact in facts if fact.field == "kind"),
        city=cleaned.city,
        region=cleaned.region,
        postal=cleaned.postal,
        questions=cleaned.questions,
    )


def row_of_further(row: ReportRow, position: RowPosition) -> ReportRow:
    """A further row about the same; what is to be asked is asked once."""
    file, sheet, number = _place(position)
    return msgspec.structs.replace(
        row, file=file, sheet=sheet, row=number, status="repaired", rules=(FURTHER,), questions=()
    )


def with_ids(row: ReportRow, *, organization: str | None, listings: tuple[str, ...]) -> ReportRow:
    """The row with the ids of what became of it."""
    return msgspec.structs.replace(
        row, organization=organization, listings=listings, listing=listings[0] if listings else None
    )


def joined_rows(rows: Iterable[ReportRow], joined: Joined) -> tuple[ReportRow, ...]:
    """The rows with the ids that their records go by after matching."""
    return tuple(_renamed(row, joined.same) for row in rows)


def pairs_of_rows(rows: Packed[ReportRow], joined: Joined, places: Mapping[str, int]) -> tuple[ReportPair, ...]:
    """The pairs of rows that may be one. ``places`` tells of a source key which of the rows it is."""

    def place(key: str) -> ReportPlace | None:
        row = rows[places[key]] if key in places else None
        return None if row is None else ReportPlace(row.file, row.sheet, row.row)

    pairs = []
    for pair in joined.review:
        one, other = place(pair.one), place(pair.other)
        if one is not None and other is not None and one != other:
            pairs.append(ReportPair((one, other), pair.score, pair.why))
    return tuple(pairs)


def _renamed(row: ReportRow, same: Mapping[str, str]) -> ReportRow:
    named = (row.organization, *row.listings)
    if same.keys().isdisjoint(one for one in named if one is not None):
        return row
    organization = same.get(row.organization, row.organization) if row.organization else None
    return with_ids(row, organization=organization, listings=tuple(same.get(one, one) for one in row.listings))


def clashes_in(rows: Iterable[ReportRow]) -> tuple[str, ...]:
    """What people have to decide because rows of one name give different numbers: the name, and what to decide."""
    told = (
        f"{row.name}: {question.text}" for row in rows for question in row.questions if question.rule == NUMBERS_DIFFER
    )
    return tuple(dict.fromkeys(told))


def count(rows: Iterable[ReportRow]) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """Rows by status, by rule, and by rule of their questions, the most frequent first."""
    statuses: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    questions: Counter[str] = Counter()
    for row in rows:
        statuses[row.status] += 1
        rules.update(row.rules)
        questions.update(question.rule for question in row.questions)
    return dict(statuses), dict(rules.most_common()), dict(questions.most_common())


def check_report_path(path: Path) -> None:
    """Raise ``BadInputError`` if no report can be written at a path; nothing is left there."""
    try:
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError:
        raise BadInputError("The report cannot be written there: its folder is missing or closed.") from None
    if path.is_dir():
        raise BadInputError("The report cannot be written there: this is a folder.")


def write_report(report: Report, path: Path) -> None:
    """Write the report at once or not at all, readable by its owner only."""
    _write(msgspec.json.format(msgspec.json.encode(report)), path)


def check_mapping_path(path: Path) -> None:
    """Raise ``BadInputError`` if no mapping can be written at a path; a file that is there is never replaced."""
    check_report_path(path)
    if path.exists() or path.is_symlink():
        raise BadInputError(
            "The mapping is not saved over a file that is there already: it may hold what somebody changed. "
            "Give --save-mapping another name, or remove that file first."
        )


def write_mapping(text: str, path: Path) -> None:
    """Write a mapping file in the same way.

    Raises:
        BadInputError: what is imported has no columns to say anything of.
    """
    if not text:
        raise BadInputError("There is no mapping to save: only spreadsheets have columns of their own.")
    _write(text.encode(), path)


def _write(content: bytes, path: Path) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)


def _place(position: RowPosition) -> tuple[str, str | None, int | str]:
    return position.file, position.sheet, position.row


def _phone(fact: FactDraft) -> ReportPhone:
    line = fact.value
    is_full = line.number.startswith("+")
    return ReportPhone(line.number if is_full else None, None if is_full else line.number, line.kind, line.ext or None)
