"""What columns mean beside one another: which names whom, which has a meaning that only one can have."""

from collections.abc import Sequence

import msgspec

from directory.values.plain_text import folded
from importers.sheets.cell_shapes import is_mark, shares_of
from importers.sheets.column import NAME_LIKE, Column

_SAMPLE = 400
_SURE_OF_ADDRESS = 0.9
# Meanings that only one column of a table can have.
_ONCE = frozenset(
    {
        "organization",
        "program",
        "alternate-name",
        "street",
        "city",
        "state",
        "postal",
        "county",
        "country",
        "latitude",
        "longitude",
    }
    | {"id", "organization-id", "status", "verified-on", "age-minimum", "age-maximum"}
)


def settled(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], *, has_header: bool, fixed: frozenset[str]
) -> tuple[Column, ...]:
    """The columns of a table with one meaning each. ``fixed`` are headers, folded, of which a person said theirs."""
    named = _with_a_name(_names_settled(columns), rows)
    return tuple(_only_once(named if has_header else _with_a_town(named), fixed=fixed))


def _names_settled(columns: Sequence[Column]) -> list[Column]:
    """Columns of names, told apart by one another: beside an agency's, a name is a program's; alone, the agency's."""
    has = {meaning: [column for column in columns if column.meaning == meaning] for meaning in NAME_LIKE}
    meanings: dict[int, str] = {}
    if not has["organization"]:
        # The widest there is names whom to call; the others name what they do and where.
        for stand_in in ("name", "site", "program"):
            if has[stand_in]:
                first = max(has[stand_in], key=lambda column: (column.confidence, column.filled, -column.index))
                if stand_in != "program" or not has["name"]:
                    meanings[first.index] = "organization"
                break
    elif has["name"]:
        for column in has["name"]:
            meanings[column.index] = "program" if not has["program"] else "alternate-name"
    settled = [msgspec.structs.replace(one, meaning=meanings.get(one.index, one.meaning)) for one in columns]
    return [msgspec.structs.replace(one, meaning="program") if one.meaning == "name" else one for one in settled]


def _with_a_name(columns: list[Column], rows: Sequence[Sequence[str]]) -> list[Column]:
    """Where no header names anything, the first column of different words does, if headers are no help at all."""
    if any(column.meaning in ("organization", "program") for column in columns):
        return columns
    for number, column in enumerate(columns):
        cells = [row[column.index] for row in rows if column.index < len(row) and row[column.index]]
        shares = shares_of(cells[:_SAMPLE])
        is_wordy = shares.get("text", 0) + shares.get("language", 0) + shares.get("hours", 0) >= 0.6 and not is_mark(
            cells[0]
        )
        if not column.meaning and is_wordy and len(set(cells)) >= 0.7 * len(cells) and len(cells) >= 2:
            columns[number] = msgspec.structs.replace(column, meaning="organization", confidence=0.5)
            break
    return columns


def _with_a_town(columns: Sequence[Column]) -> list[Column]:
    """Without headers, what stands before a state is its town."""
    states = {column.index for column in columns if column.meaning == "state"}
    return [
        msgspec.structs.replace(column, meaning="city", confidence=0.5)
        if not column.meaning and column.index + 1 in states
        else column
        for column in columns
    ]


def _only_once(columns: Sequence[Column], *, fixed: frozenset[str]) -> list[Column]:
    """Of several columns with a meaning that only one can have, the surest and fullest has it."""
    kept: list[Column] = []
    for column in columns:
        twins = [one for one in columns if one.meaning == column.meaning]
        if column.meaning in _ONCE and len(twins) > 1 and folded(column.header) not in fixed:
            best = max(twins, key=lambda one: (folded(one.header) in fixed, one.confidence, one.filled > 0, -one.index))
            if best is not column:
                spare = {"organization": "alternate-name", "program": "alternate-name", "street": "unit"}.get(
                    column.meaning, ""
                )
                if spare and not any(one.meaning == spare for one in columns):
                    kept.append(msgspec.structs.replace(column, meaning=spare, confidence=0.5))
                    continue
                column = msgspec.structs.replace(column, meaning="", confidence=0.3, maybe=column.meaning)  # noqa: PLW2901
        elif column.meaning == "address" and column.confidence < _SURE_OF_ADDRESS and len(twins) > 1:
            # Where else something is may be a secret: it is looked at, and not kept.
            column = msgspec.structs.replace(column, meaning="mailing", confidence=0.4)  # noqa: PLW2901
        kept.append(column)
    return kept
