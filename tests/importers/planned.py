"""Invented feeds of many services, imported and planned in a few words."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from directory.db import Database
from directory.intake.plan import Plan
from directory.listings.models import Fact, Record
from importers.report import Summary
from importers.run import import_package
from tests import makers
from tests.importers.feeds import join, service, write_package

Rows = dict[str, list[dict[str, str]]]


def owner(number: int, **cells: str) -> Rows:
    """An organization."""
    return {"organizations": [{"id": str(number), "name": f"Harbor {number}", **cells}]}


def offer(number: int, *, of: int | None = None, name: str = "", phone: str = "", **cells: Any) -> Rows:
    """A service of an organization: of its own, or of another."""
    return service(
        str(number),
        name or f"Office {number}",
        organization=str(of or number),
        phone=phone or number_of(number),
        **{"street": f"{number} Public Lantern Avenue", **cells},
    )


def number_of(number: int) -> str:
    """The line of a service, as a source writes it."""
    return f"305-555-{number:04d}"


def feed(numbers: Iterable[int], changed: Mapping[int, Mapping[str, Any]] | None = None) -> Rows:
    """Services with an organization each; ``changed`` says what is different of some."""
    differs = changed or {}
    rows = list(numbers)
    return join(*(owner(n) for n in rows), *(offer(n, **differs.get(n, {})) for n in rows))


def write(folder: Path, tables: Rows, *, raw: Mapping[str, bytes] | None = None) -> Path:
    """A package of its own for each feed."""
    place = folder / f"feed{len(list(folder.iterdir()))}"
    return write_package(place, tables, raw=raw)


def bring(
    database: Database, folder: Path, tables: Rows, *, source: str = "county", raw: Mapping[str, bytes] | None = None
) -> Summary:
    """Import a feed."""
    return import_package(database, "hsds", write(folder, tables, raw=raw), source=source)


def plan(
    database: Database, folder: Path, tables: Rows, *, source: str = "county", raw: Mapping[str, bytes] | None = None
) -> Plan:
    """What a feed would change."""
    summary = import_package(database, "hsds", write(folder, tables, raw=raw), source=source, is_plan=True)
    assert summary.plan is not None
    assert summary.did == summary.plan.counts()
    return summary.plan


def record_named(database: Database, name: str, kind: str = "service") -> int:
    """The record with a name."""
    with database.reading() as session:
        found = sa.select(Fact.record_id).join(Record, Record.id == Fact.record_id)
        return session.scalars(
            found.where(Fact.field == "name", Fact.value == f'{{"text":"{name}"}}', Record.kind == kind)
        ).one()


def confirm_number_of(database: Database, *numbers: int) -> None:
    """Somebody called the numbers of these services."""
    for number in numbers:
        service_id = record_named(database, f"Office {number}")
        with database.transaction() as session:
            listings = sa.select(Record.id).where(Record.service_id == service_id)
            places = sa.select(Record.location_id).where(Record.service_id == service_id)
            phone = session.scalars(
                sa.select(Fact.id).where(
                    sa.or_(Fact.record_id == service_id, Fact.record_id.in_(listings), Fact.record_id.in_(places)),
                    Fact.field == "phone",
                    Fact.standing == "current",
                )
            ).one()
            makers.confirm(session, phone)


def shown(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """All that people see and find, to the byte."""
    with database.engine.connect() as connection:
        return {
            table: sorted(
                (tuple(bytes(cell) if isinstance(cell, memoryview) else cell for cell in row) for row in rows), key=repr
            )
            for table in ("card", "search_key", "search_text")
            for rows in [connection.exec_driver_sql(f"SELECT * FROM {table}").all()]
        }
