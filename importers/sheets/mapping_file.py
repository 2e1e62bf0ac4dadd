"""The part of a mapping file that is about columns: small enough to read, and made so that a person changes it.

```toml
[columns]
"Agency" = "organization"
"Crisis #" = "phone:hotline"
"Spanish" = "cross:language"
"Old notes" = "ignore"

[constants]
state = "MA"

[layout]
fill-down = ["County"]

[sheets."Read me"]
use = false

[sheets."Shelters"]
header-rows = [3, 4]
```

A column is named by its header, with what stands above it, or by its letter: "column C". A saved file has the letter of
one without a header, or with one that may be an address. Where two columns have one header, the second is
"Phone (2)". What a column may mean is listed at the head of every saved file (``mapping_guide``).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from directory.errors import BadInputError
from importers.sheets.crosses import CROSSES, is_cross
from importers.sheets.header_words import meanings
from importers.sheets.mapping_guide import GUIDE
from importers.sheets.mapping_lines import place_of

IGNORE = "ignore"
_SECTION = re.compile(r"^(?=\[[^\[\]]+\][ \t]*(?:#.*)?$)", re.MULTILINE)
CONSTANTS = (
    "organization",
    "state",
    "country",
    "county",
    "city",
    "kinds",
    "languages",
    "confidential",
    "service-area",
    "date-order",
)


class LayoutRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """``fill_down``: headers of columns in which a blank cell means the one above. None where nobody said."""

    fill_down: list[str] | None = None


class SheetRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """One sheet: whether it is read, where its header is, and what holds there alone."""

    use: bool = True
    header_rows: list[int] = []
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}


class TableRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Everything that a mapping file says of columns; each section may be left out."""

    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    layout: LayoutRules = LayoutRules()
    sheets: dict[str, SheetRules] = {}


def check_rules(rules: TableRules, text: str = "") -> None:
    """Raise ``BadInputError`` where rules name a meaning or constant that there is none of; ``text`` gives the line."""
    for section, columns in _each(rules, "columns"):
        for header, meaning in columns.items():
            if meaning not in {*meanings(), IGNORE} and not is_cross(meaning):
                raise BadInputError(
                    f"The mapping, {place_of(text, section, header)}: there is no such meaning of a column. "
                    f"There are: {', '.join((*meanings(), *CROSSES, IGNORE))}; "
                    "and crosses about one term, such as cross:population:women."
                )
    for section, constants in _each(rules, "constants"):
        for name in constants:
            if name not in CONSTANTS:
                raise BadInputError(
                    f"The mapping, {place_of(text, section, name)}: there is no such constant. "
                    f"There are: {', '.join(CONSTANTS)}."
                )


def _each(rules: TableRules, what: Literal["columns", "constants"]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The tables of this name with the sections they stand in: those for all sheets, then those of each."""
    yield what, getattr(rules, what)
    for sheet, own in rules.sheets.items():
        yield f"sheets.{sheet}.{what}", getattr(own, what)


def rules_for(rules: TableRules, sheet: str | None) -> SheetRules:
    """What holds for one sheet: its own rules over those for all."""
    own = rules.sheets.get(sheet or "", SheetRules())
    return msgspec.structs.replace(
        own, columns={**rules.columns, **own.columns}, constants={**rules.constants, **own.constants}
    )


def written(columns: Iterable[tuple[str, str, str]], *, given: str = "") -> str:
    """A mapping file: columns as header, meaning and a remark, then the other sections of a file that was given."""
    lines = [
        "# What the columns of this source mean. Change what is wrong and import again with --mapping.",
        "#",
        *(f"# {line}".rstrip() for line in GUIDE),
        "[columns]",
    ]
    for header, meaning, remark in columns:
        lines.append(f"{_quoted(header)} = {_quoted(meaning)}" + (f"  # {remark}" if remark else ""))
    sections = [part.strip() for part in _SECTION.split(given)[1:] if not part.startswith("[columns]")]
    return "\n".join(lines) + "\n" + "".join(f"\n{section}\n" for section in sections)


def rewritten(given: str, columns: Iterable[tuple[str, str]]) -> str:
    """A mapping file in which columns mean something else, by header; everything else of it stays.

    Raises:
        BadInputError: there is no such meaning.
    """
    said = dict(columns)
    text = written(((header, meaning, "") for header, meaning in said.items()), given=given)
    check_rules(TableRules(columns=said), text)
    return text


def _quoted(text: str) -> str:
    """A basic string of TOML; JSON's are such, but for one sign."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
