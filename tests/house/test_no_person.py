"""No field anywhere can hold a person who seeks help (SAFETY P2): whatever takes words is listed with what it can hold.

``what_fields_hold`` is the list. What the register of ``privacy.json`` says of a column is held against its type.
"""

import ast
import re
import typing
from collections.abc import Iterable, Iterator
from importlib import import_module

import click
import msgspec
import pytest
import sqlalchemy as sa

from directory.db import Base, UtcDateTime
from directory.listings.fields import FIELDS
from directory.privacy.kept import kept
from tests.house import what_fields_hold as holds
from tests.house.files import project_files
from tests.services import ROOT
from web.cli import main
from web.pages import asking

_TYPED = re.compile(r"<(input|textarea)\b((?:\{\{.*?\}\}|\{%.*?%\}|[^>])*)>", re.DOTALL)
_NOT_TYPED = re.compile(r'\btype="(?:hidden|radio|checkbox|submit|button)"')
_HOURS = (UtcDateTime, sa.DateTime, sa.Time)


def _words(listed: Iterable[str]) -> list[str]:
    return [word for line in listed for word in line.split()]


def _tables() -> dict[str, tuple[str, sa.Table]]:
    """Every table with the module of its model."""
    found = {}
    for file in project_files():
        is_ours = file.parts[0] == "directory" and file.suffix == ".py"
        if is_ours and re.search(r"^class \w+\(Base\):$", (ROOT / file).read_text(), re.MULTILINE):
            import_module(str(file).removesuffix(".py").replace("/", "."))
    for mapper in Base.registry.mappers:
        table = mapper.local_table
        assert isinstance(table, sa.Table)
        found[table.name] = (mapper.class_.__module__, table)
    return found


def _is_closed(column: sa.Column[typing.Any]) -> bool:
    """Whether the database itself lists the words that a column may hold."""
    checks = [str(one.sqltext) for one in column.table.constraints if isinstance(one, sa.CheckConstraint)]
    return any(re.match(rf"(?:{column.name} IS NULL OR )?{column.name} IN \(", check) for check in checks)


def _takes_words(column: sa.Column[typing.Any]) -> bool:
    return isinstance(column.type, sa.String | sa.LargeBinary | sa.JSON) and not _is_closed(column)


def _unlisted(tables: dict[str, tuple[str, sa.Table]]) -> list[str]:
    listed = set(_words(holds.OWN_WORDS.values())) | {f"{one}.{column}" for one, column in holds.SCREENED_COLUMNS}
    columns = [column for _, table in tables.values() for column in table.columns if _takes_words(column)]
    return sorted(f"{one.table.name}.{one.name}" for one in columns if f"{one.table.name}.{one.name}" not in listed)


def test_every_column_that_takes_words_is_listed_with_what_they_are() -> None:
    tables = _tables()
    assert len(tables) > 40
    assert _unlisted(tables) == []
    has = {f"{table.name}.{column.name}" for _, table in tables.values() for column in table.columns}
    listed = _words(holds.OWN_WORDS.values())
    assert len(listed) == len(set(listed))
    assert [one for one in listed if one not in has] == []


def test_a_column_of_words_that_is_new_shows() -> None:
    table = sa.Table(
        "outcome", sa.MetaData(), sa.Column("remark", sa.Text()), sa.Column("kind", sa.Text()),
        sa.Column("n", sa.Integer()), sa.CheckConstraint("kind IN ('full', 'answered')"),
    )  # fmt: skip
    assert _unlisted({"outcome": ("directory.handoff.models", table)}) == ["outcome.remark"]


def test_what_the_register_says_of_a_column_is_what_its_type_can_hold() -> None:
    """A day, a count: no words. A note: screened, or written by the program alone."""
    register = {table.name: table for table in kept().tables}
    notes = set()
    for name, (_, table) in _tables().items():
        for column in table.columns:
            said = register[name].columns[column.name]
            spelled = f"{name}.{column.name}"
            if said == "date":
                assert isinstance(column.type, sa.Integer | UtcDateTime), spelled
            if said == "note":
                notes.add((name, column.name))
    by_the_program = {("job", "last_error"), ("source_record", "reason")}
    assert notes <= set(holds.SCREENED_COLUMNS) | by_the_program


@pytest.mark.parametrize(("column", "screen"), holds.SCREENED_COLUMNS.items(), ids=lambda one: str(one[0]))
def test_the_screen_of_a_column_is_called_where_its_words_come_in(
    column: tuple[str, str], screen: tuple[str, str]
) -> None:
    called = {
        getattr(node.func, "id", getattr(node.func, "attr", ""))
        for node in ast.walk(ast.parse((ROOT / screen[1]).read_text()))
        if isinstance(node, ast.Call)
    }
    assert screen[0] in called, column


def test_tables_of_the_handoff_know_no_user_no_hour_and_no_words_but_screened_ones() -> None:
    """What comes of a call is counted for a listing and a week: nobody's words, nobody's hour, nobody's name."""
    own = {name: table for name, (module, table) in _tables().items() if module.startswith("directory.handoff")}
    for name, table in own.items():
        assert {(name, one) for one in _telling(table)} <= _WHO_WORKS_HERE, name
        words = [column.name for column in table.columns if _takes_words(column)]
        assert {(name, one) for one in words} <= set(holds.SCREENED_COLUMNS) | _KEYS_OF_THE_HANDOFF, name


# Who entered what two organizations agreed, or says that it is something else.
_WHO_WORKS_HERE = {("protocol", "by_id"), ("protocol", "doubted_by"), ("contact_stop", "by_id")}
# Of a pack: the numbers printed in it, its own serial, the languages of its files, and a place of the gazetteer.
_KEYS_OF_THE_HANDOFF: set[tuple[str, str]] = {
    ("pack", "serial"), ("pack", "languages"), ("pack", "area"), ("pack_number", "serial"), ("pack_number", "number"),
}  # fmt: skip


def _telling(table: sa.Table) -> list[str]:
    """Columns that know somebody, or when somebody did something to the hour."""
    return [
        column.name
        for column in table.columns
        if isinstance(column.type, _HOURS)
        or any(key.column.table.name == "person" for key in column.foreign_keys)
        or re.search(r"(?:^|_)(?:person|by|user|client|hour|minute|at|name|session)(?:_id|$)", column.name)
    ]


def test_a_table_that_knows_who_or_when_shows() -> None:
    metadata = sa.MetaData()
    sa.Table("person", metadata, sa.Column("id", sa.Integer(), primary_key=True))
    table = sa.Table(
        "outcome", metadata, sa.Column("listing_id", sa.Integer()), sa.Column("week", sa.Integer()),
        sa.Column("who", sa.Integer(), sa.ForeignKey("person.id")), sa.Column("by_id", sa.Integer()),
        sa.Column("made", UtcDateTime()), sa.Column("hour", sa.Integer()),
    )  # fmt: skip
    assert _telling(table) == ["who", "by_id", "made", "hour"]


def test_every_part_of_every_fact_is_listed_with_what_it_can_hold() -> None:
    parts = {
        f"{value.__name__}.{part.name}"
        for value in {field.value for field in FIELDS.values()}
        for part in msgspec.structs.fields(value)
        if "str" in str(part.type) or "Phone" in str(part.type)
    }
    listed = _words(holds.PARTS.values())
    assert len(listed) == len(set(listed))
    inherited = {"Note.text", "GrievancePath.text"}
    assert parts - set(listed) - inherited == set()
    assert {one for one in listed if one not in parts} <= {"Schedule.days", "Point.source"}


def test_every_field_of_the_public_form_is_listed_with_what_it_can_hold() -> None:
    listed = "".join(holds.PUBLIC_FIELDS.values())
    assert len(listed) == len(set(listed))
    assert set(listed) == asking.FIELDS


def _boxes() -> Iterator[tuple[str, str]]:
    for file in sorted((ROOT / "web/templates").rglob("*.html")):
        for box in _TYPED.finditer(file.read_text()):
            if box[1] == "textarea" or not _NOT_TYPED.search(box[2]):
                name = re.search(r'\bname="([^"]*)"', box[2])
                yield file.relative_to(ROOT / "web/templates").as_posix(), name[1].replace(" ", "") if name else "-"


def test_every_box_that_somebody_types_into_is_listed_with_what_may_be_typed() -> None:
    boxes = set(_boxes())
    listed = [(file, name) for one in holds.BOXES.values() for file, names in one.items() for name in names.split()]
    assert len(listed) == len(set(listed))
    assert sorted(boxes ^ set(listed)) == []


@pytest.mark.parametrize("box", ['<textarea name="client">', '<input name="who" maxlength="9">', "<input type=text>"])
def test_a_box_that_is_new_is_seen(box: str) -> None:
    found = _TYPED.search(f"<p>{box}</p>")
    assert found is not None
    assert not _NOT_TYPED.search(found[2])


def _commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, sub in command.commands.items():
            yield from _commands(sub, (*path, name))
    else:
        yield "-".join(path), command


def test_every_option_that_takes_words_is_listed_with_what_they_are() -> None:
    taking = {
        f"{path}.{option.name}"
        for path, command in _commands(main)
        for option in command.params
        if option.type is click.STRING or isinstance(option.type, click.types.StringParamType)
    }
    listed = _words(holds.OPTIONS.values())
    assert len(listed) == len(set(listed))
    assert sorted(taking ^ set(listed)) == []
