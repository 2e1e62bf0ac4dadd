"""Non-interference (SAFETY L2): what is stored depends on a confidential place through its area alone."""

import itertools
import uuid
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.bootstrap import open_database
from directory.db import sqlite_file
from importers.run import import_package
from tests.conftest import NOW
from tests.importers.feeds import join, service, write_package
from tests.importers.third_feeds import WRITERS, Writer
from tests.services import SqliteFiles


class _Secret(NamedTuple):
    street: str
    unit: str
    postal: str
    lat: float
    lon: float


# All in one published area; two of them not in the gazetteer, two with more digits than they need.
_POSTALS = ("33101", "33130", "33196", "33199", "33130-4815", "33299", "33206", "33255", " 33142 ")
_SECRETS = st.builds(
    _Secret,
    street=st.one_of(
        st.sampled_from(
            ["1 Quince Road", "4815 NW 7th Avenue", "Quince House, Unit 3", "P.O. Box 12", "Calle Ocho 77"]
        ),
        st.from_regex(r"[1-9][0-9]{0,4} (N|SW )?[A-Z][a-z]{2,12} (St|Road|Ave\.)", fullmatch=True),
    ),
    unit=st.sampled_from(["", "Unit 7", "2nd floor", "#4"]),
    postal=st.sampled_from(_POSTALS),
    lat=st.floats(25.2, 25.95),
    lon=st.floats(-80.8, -80.1),
)


def _otherwise(street: str) -> str:
    """The same street as somebody else writes it."""
    spellings = {"NW 7th Avenue": "N.W. Seventh Ave", "House, Unit 3": "House", "P.O. Box": "po box", "Road": "Rd."}
    for written, other in spellings.items():
        street = street.replace(written, other)
    return f"{street.upper()}, Suite 5"


def _feed(secret: _Secret) -> dict[str, list[dict[str, str]]]:
    text = f"Beds tonight. Ring at {secret.street}, Miami FL {secret.postal.strip()}. Bring nothing."
    point = {"latitude": f"{secret.lat:.6f}", "longitude": f"{secret.lon:.6f}"}
    tables = join(
        {"organizations": [{"id": "1", "name": "Harbor Aid", "description": "We help."}]},
        service(
            "10", "Harbor House", kind="Emergency Shelter", street=secret.street, postal=secret.postal,
            location={"transportation": f"Bus to {secret.street}", **point}, description=text,
        ),
        service("11", "Harbor Meals", kind="Food", place="L10"),
        service("13", "Harbor Clothes", kind="Clothing", street=_otherwise(secret.street), postal=""),
        service("12", "Harbor Office", street="9 Public Lantern Avenue"),
    )  # fmt: skip
    tables["physical_addresses"][0]["address_2"] = secret.unit
    return tables


def _bytes_of(files: SqliteFiles, folder: Path, secret: _Secret, write: Writer = write_package) -> tuple[bytes, bytes]:
    """The whole database file, and the report, after importing a feed twice with fixed time and ids."""
    numbers = itertools.count(1)
    url = files.migrated()
    database = open_database(url, clock=lambda: NOW, ids=lambda: uuid.UUID(int=next(numbers)))
    package = write(folder / "feed", _feed(secret))
    report = folder / "report.json"
    try:
        for _ in range(2):
            import_package(database, "hsds", package, source="twins", report=report)
    finally:
        database.dispose()
    file = sqlite_file(url)
    assert file is not None
    content = file.read_bytes()
    files.discard(url)
    return content, report.read_bytes()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=_SECRETS, other=_SECRETS)
def test_two_feeds_that_differ_in_a_secret_place_leave_the_same_bytes(
    sqlite_files: SqliteFiles, tmp_path: Path, one: _Secret, other: _Secret
) -> None:
    assert _bytes_of(sqlite_files, tmp_path, one) == _bytes_of(sqlite_files, tmp_path, other)


def test_two_areas_leave_different_bytes(sqlite_files: SqliteFiles, tmp_path: Path) -> None:
    miami = _Secret("1 Quince Road", "", "33130", 25.7, -80.2)
    naples = miami._replace(postal="34101")
    assert _bytes_of(sqlite_files, tmp_path, miami) != _bytes_of(sqlite_files, tmp_path, naples)


@pytest.mark.parametrize("form", WRITERS)
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=_SECRETS, other=_SECRETS)
def test_two_feeds_of_the_third_version_leave_the_same_bytes(
    form: str, sqlite_files: SqliteFiles, tmp_path: Path, one: _Secret, other: _Secret
) -> None:
    write = WRITERS[form]
    assert _bytes_of(sqlite_files, tmp_path, one, write) == _bytes_of(sqlite_files, tmp_path, other, write)
