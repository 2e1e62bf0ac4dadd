"""Layouts: what the columns of a published flat table mean. They are data that people review, one file for each.

The form is explained in ``importers/layouts/README.md``. A new layout is a new file there, and no code.
"""

import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from directory.errors import BadInputError, DirectoryError, UnknownTermError
from directory.vocabulary.terms import kind

SHIPPED = Path(__file__).parent / "layouts"

# What a column may be, and where its cell goes.
ORGANIZATION = {"organization-name": "name", "organization-url": "url"}
SERVICE = {
    "service-name": "name", "description": "description", "url": "url", "email": "email", "fees": "fees_description",
    "eligibility": "eligibility_description", "application": "application_process",
    "interpreters": "interpretation_services",
}  # fmt: skip
SITE = {
    "site-name": "name", "address": "address_1", "address-more": "address_2", "city": "city",
    "state": "state_province", "postal-code": "postal_code", "country": "country", "latitude": "latitude",
    "longitude": "longitude", "transportation": "transportation",
}  # fmt: skip
PHONES = {"phone": "voice", "phone-more": "voice", "fax": "fax", "tty": "tty"}
_OTHERS = {
    "organization-key", "service-key", "extension", "hours", "languages", "notes", "status", "area", "offered-at",
    "kind",
}  # fmt: skip
MEANINGS = frozenset({*ORGANIZATION, *SERVICE, *SITE, *PHONES, *_OTHERS})


class Says(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows whose cell of ``column`` says one of these (``is_``) or holds one of these words (``holds``), folded."""

    column: str
    is_: list[str] = msgspec.field(default=[], name="is")
    holds: list[str] = []
    kinds: list[str] = []
    reason: str = ""


class Kinds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of which kinds services are: ``always``, ``where`` a row says so, and ``otherwise`` where none is said so.

    ``named`` is what a taxonomy would call all of them, which tells what they are beside their own names.
    """

    named: list[str] = []
    always: list[str] = []
    otherwise: list[str] = []
    where: list[Says] = []


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """One layout. See the README of the layouts.

    Attributes:
        help: a line that says which documents it is for.
        columns: for each meaning, the names that its column goes by; the first is the one that people are told.
        required: meanings without whose columns a table is none of these.
        service_for_each: a row, or an organization whose rows are its places.
        one_organization: meanings of which rows of one organization name must share one, if nothing else is its key.
        kinds: of the services.
        active: what the column ``status`` says of what may be listed.
        left_out: rows that are no services, and why.
        confidential: rows whose place is not told, whatever else they say.
        unkept: names of columns whose cells are not kept as notes; "*" stands for anything.
        offered_at: what the column of that meaning is, in words: "Immigration court".
        blank: cells that say nothing: "not available".
    """

    help: str
    columns: dict[str, list[str]]
    required: list[str]
    service_for_each: Literal["row", "organization"] = "row"
    one_organization: list[str] = []
    kinds: Kinds = Kinds()
    active: list[str] = []
    left_out: list[Says] = []
    confidential: list[Says] = []
    unkept: list[str] = []
    offered_at: str = ""
    blank: list[str] = []


@cache
def layouts() -> Mapping[str, Layout]:
    """The shipped layouts by their names. One that cannot be read is left out, and standard error says why."""
    return read_layouts(SHIPPED)


def read_layouts(folder: Path) -> dict[str, Layout]:
    """The layouts of a folder. A slip in one of them must not stop every command of the program."""
    found: dict[str, Layout] = {}
    for file in sorted(folder.glob("*.toml")):
        try:
            found[file.stem] = read_layout(file)
        except DirectoryError as error:
            sys.stderr.write(f"handrail: {error} It is left out.\n")
    return found


def read_layout(path: Path) -> Layout:
    """Read one layout.

    Raises:
        BadInputError: the file is no layout, or names a meaning that there is not.
        UnknownTermError: it names a kind that the vocabulary does not have.
    """
    try:
        layout = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Layout)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadInputError(f"The layout {path.name} cannot be read: {error}.") from None
    said = [*layout.kinds.where, *layout.left_out, *layout.confidential]
    for meaning in (*layout.required, *layout.one_organization, *(one.column for one in said)):
        if meaning not in layout.columns:
            raise BadInputError(f"The layout {path.name} has no column for this: {meaning}.")
    for slug in (*layout.kinds.always, *layout.kinds.otherwise, *(slug for one in said for slug in one.kinds)):
        try:
            kind(slug)
        except UnknownTermError:
            raise UnknownTermError(f"The layout {path.name} names a kind that there is not: {slug}.") from None
    return layout
