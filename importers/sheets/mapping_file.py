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

A column is named by its header, a column without a usable header by its letter: "column C". Where two columns have one
header, the second is "Phone (2)".
"""

import json
import re
from collections.abc import Iterable

import msgspec

from directory.errors import BadInputError
from importers.sheets.header_words import meanings

IGNORE = "ignore"
# A column of crosses: its header is a language, a kind of service, a population, or a county that is served.
CROSSES = ("cross:language", "cross:kind", "cross:population", "cross:county")
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


def check_rules(rules: TableRules) -> None:
    """Raise ``BadInputError`` where rules name a meaning or constant that there is none of."""
    known = {*meanings(), *CROSSES, IGNORE}
    for columns in (rules.columns, *(sheet.columns for sheet in rules.sheets.values())):
        for meaning in columns.values():
            if meaning not in known:
                raise BadInputError("The mapping file gives a column a meaning that does not exist.")
    for constants in (rules.constants, *(sheet.constants for sheet in rules.sheets.values())):
        if not set(constants) <= set(CONSTANTS):
            raise BadInputError(f"The mapping file has an unknown constant. Known are: {', '.join(CONSTANTS)}.")


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
        "[columns]",
    ]
    for header, meaning, remark in columns:
        lines.append(f"{_quoted(header)} = {_quoted(meaning)}" + (f"  # {remark}" if remark else ""))
    sections = [part.strip() for part in _SECTION.split(given)[1:] if not part.startswith("[columns]")]
    return "\n".join(lines) + "\n" + "".join(f"\n{section}\n" for section in sections)


def _quoted(text: str) -> str:
    """A basic string of TOML; JSON's are such, but for one sign."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
