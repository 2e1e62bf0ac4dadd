"""The records sheet: the register told to an administrator, an attorney or a records officer, on paper if need be.

It promises what the program does and nothing else: what proxies, hosts and telephones keep stands there as something to
be checked. Its words are in the file ``sheet.json`` beside this module.
"""

import textwrap
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import msgspec

from directory.privacy.kept import About, Held, Kept, Table, Words

COLUMNS = 80


class Section(msgspec.Struct, frozen=True):
    """A part of the sheet: its heading, what is said under it, and a list."""

    heading: str
    text: str = ""
    items: tuple[str, ...] = ()
    are_to_be_ticked: bool = False


class _SheetWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: Words
    for_whom: Words
    first: Words
    first_items: tuple[Words, ...]
    never: Words
    never_intro: Words
    memory: Words
    memory_intro: Words
    services: Words
    people: Words
    nobody: Words
    kept: Words
    held: Words
    log: Words
    log_keeping: Words
    seized: Words
    seized_items: tuple[Words, ...]
    files: Words
    outside: Words
    outside_intro: Words
    check: Words
    check_items: tuple[Words, ...]


def sheet(register: Kept, *, language: str, version: str) -> tuple[Section, ...]:
    """The sheet in a language of ``kept.LANGUAGES``; ``version`` is the program's."""
    words = _words()

    def say(said: Words, **filled: str) -> str:
        return said[language].format(**filled)

    def held(one: Held) -> str:
        return f"{one.what[language]} {say(words.held, how_long=one.how_long[language])}"

    def about(whom: About) -> list[Table]:
        return [table for table in register.tables if table.about == whom]

    def told(whom: About) -> tuple[str, ...]:
        # What a database keeps in several tables of its own is told once.
        named: dict[str, list[str]] = {}
        for table in about(whom):
            keeping = say(words.kept, how_long=register.keeping[table.keeping][language])
            named.setdefault(f"{table.holds[language]} {keeping}", []).append(table.name)
        return tuple(f"{', '.join(names)}: {text}" for text, names in named.items())

    logged = tuple(f"{key}: {meaning[language]}" for key, meaning in register.log.keys.items())
    log_keeping = say(words.log_keeping, how_long=register.log.how_long[language])
    return (
        Section(words.title[language], say(words.for_whom, version=version, schema=register.schema)),
        Section(words.first[language], items=_all(words.first_items, language)),
        Section(words.never[language], words.never_intro[language], _all(register.never_kept, language)),
        Section(words.memory[language], words.memory_intro[language], tuple(map(held, register.in_memory))),
        Section(words.services[language], items=told("services")),
        Section(words.people[language], items=told("people-who-work-here")),
        Section(words.nobody[language], ", ".join(table.name for table in about("nobody")) + "."),
        Section(words.log[language], register.log.what[language], (*logged, log_keeping)),
        Section(words.files[language], items=tuple(map(held, register.files))),
        Section(words.seized[language], items=_all(words.seized_items, language)),
        Section(
            words.outside[language], words.outside_intro[language], _all(register.outside, language),
            are_to_be_ticked=True,
        ),
        Section(words.check[language], items=_all(words.check_items, language)),
    )  # fmt: skip


def written(sections: Iterable[Section], *, emphasize: Callable[[str], str] = str) -> str:
    """The sheet as plain text of at most ``COLUMNS`` columns; ``emphasize`` marks a heading for a terminal."""
    parts = []
    for section in sections:
        lines = [emphasize(section.heading.upper())]
        if section.text:
            lines.append(textwrap.fill(section.text, COLUMNS, break_on_hyphens=False))
        mark = "[ ] " if section.are_to_be_ticked else "- "
        lines += [
            textwrap.fill(
                item, COLUMNS, initial_indent=mark, subsequent_indent=" " * len(mark), break_on_hyphens=False
            )
            for item in section.items
        ]  # fmt: skip
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _all(said: Iterable[Words], language: str) -> tuple[str, ...]:
    return tuple(words[language] for words in said)


@cache
def _words() -> _SheetWords:
    return msgspec.json.decode((Path(__file__).parent / "sheet.json").read_bytes(), type=_SheetWords)
