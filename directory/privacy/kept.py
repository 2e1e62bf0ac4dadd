"""The register of everything that a deployment keeps, in the file ``kept.json`` beside this module.

It is written by hand, because why something is kept stands in no schema; tests hold it to the tables and columns of a
migrated database, to what may be logged, and to the newest revision. The classes of a column are a closed list, and
none of them is for something that tells who a visitor or a client is: such a column cannot be registered, and one that
is not registered fails the tests (SAFETY P2, P4, P9).
"""

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

LANGUAGES = ("en", "es")
DatabaseKind = Literal["sqlite", "postgresql"]
Class = Literal[
    "id", "service-fact", "source-fact", "search-index", "word-of-a-list", "date", "count", "digest", "note",
    "staff-name", "staff-address", "staff-key", "staff-scope", "staff-letter", "bookkeeping",
]  # fmt: skip
About = Literal["services", "people-who-work-here", "nobody"]
Keeping = Literal[
    "with-history",
    "rebuilt",
    "for-good",
    "until-changed",
    "90-days",
    "a-year",
    "a-month-after-its-end",
    "a-week-after-its-end",
    "a-week-after-its-time",
    "270-days-after-its-time",
    "30-days-after",
]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same said in English and in Spanish."""

    en: str
    es: str

    def __getitem__(self, language: str) -> str:
        """What is said in a language of ``LANGUAGES``."""
        return self.es if language == "es" else self.en


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table, or what the database itself keeps beside the tables.

    Attributes:
        name: as the database calls it.
        database: which database has it.
        holds: what stands in it.
        about: whom it is about.
        why: what it is kept for.
        keeping: how long.
        columns: every column it may have, each with its class.
    """

    name: str
    database: Literal["both", "sqlite", "postgresql"]
    holds: Words
    about: About
    why: Words
    keeping: Keeping
    columns: dict[str, Class]


class Held(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that is held elsewhere than in a table, and for how long."""

    what: Words
    how_long: Words


class Log(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the program writes down about itself: nothing but these keys."""

    what: Words
    how_long: Words
    keys: dict[str, Words]


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole register.

    Attributes:
        schema: the revision of the schema that it describes.
        about: what the words of ``Table.about`` mean.
        keeping: what the words of ``Table.keeping`` mean.
        classes: what the classes of columns mean.
        tables: everything that a database of this revision has.
        never_kept: what is written down nowhere.
        in_memory: what a running site knows for a while and never writes down.
        log: what it may write down when something fails.
        files: what lies on the disk.
        outside: what others may keep, on which the program has no influence.
    """

    schema: str
    about: dict[About, Words]
    keeping: dict[Keeping, Words]
    classes: dict[Class, Words]
    tables: tuple[Table, ...]
    never_kept: tuple[Words, ...]
    in_memory: tuple[Held, ...]
    log: Log
    files: tuple[Held, ...]
    outside: tuple[Words, ...]


@cache
def kept() -> Kept:
    """The register of this version of the program."""
    return msgspec.json.decode((Path(__file__).parent / "kept.json").read_bytes(), type=Kept)


@cache
def privacy_json() -> bytes:
    """The register as the document that every deployment publishes: the same bytes everywhere, one line a table."""
    # Quotation marks inside a text are escaped, so this can only be where a table begins.
    return msgspec.json.encode(kept()).replace(b'{"name":', b'\n{"name":') + b"\n"


def differences(register: Kept, found: dict[str, frozenset[str]], *, database: DatabaseKind) -> list[str]:
    """What a database has and the register does not name, and the other way round, by name (empty = they agree).

    Args:
        register: what should be there.
        found: what is there, as ``schema.held_by`` tells it.
        database: its kind.
    """
    named = {table.name: frozenset(table.columns) for table in register.tables if table.database in {"both", database}}
    unnamed = sorted(_spelled(found) - _spelled(named))
    missing = sorted(_spelled(named) - _spelled(found))
    return [f"not in the register: {name}" for name in unnamed] + [f"not in the database: {name}" for name in missing]


def _spelled(tables: dict[str, frozenset[str]]) -> set[str]:
    return set(tables) | {f"{table}.{column}" for table, columns in tables.items() for column in columns}
