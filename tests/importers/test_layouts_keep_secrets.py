"""A secret place in the layouts of other directories: it is nowhere afterwards, and two of them look alike (L1, L2).

What HSDS's own tables must stand is in ``test_sentinel`` and ``test_non_interference``; here each layout that has a
reader of its own brings the place in by its own columns.
"""

import itertools
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.bootstrap import open_database
from directory.db import sqlite_file
from importers.run import import_package
from tests.conftest import NOW
from tests.importers.feeds import join
from tests.importers.icarol_feeds import agency, at_site, program, site, write_export
from tests.importers.other_layouts import ILAO, OHANA, ilao_service, ohana_service, write_tables
from tests.importers.traces import Commands, Deployment, codes_found, point_found, words_found
from tests.services import DatabaseSource, SqliteFiles

_WORDS = ("quincewater", "hollow road", "7z9q", "25.6123", "80.4678", "JG6M+4R")
_CODES = ("33196", "60699")
_PUBLIC_STREET = "Public Lantern"


class Secret(NamedTuple):
    """A place, and whether what is there is secret."""

    street: str
    unit: str
    postal: str
    point: tuple[str, str]
    is_secret: bool = True

    @property
    def telling(self) -> str:
        """Sentences that place it."""
        return f"We help. We are at {self.street}, {self.unit}, Miami FL {self.postal}. Call first."


_SECRET = Secret("4815 NW Quincewater Hollow Road", "Unit 7Z9Q", "33196", ("25.612345", "-80.467891"))


def _icarol(path: Path, secret: Secret) -> Path:
    kind = "Domestic Violence Shelters" if secret.is_secret else "Case Management"
    flag = {"ExcludeFromWebsite": "Yes"} if secret.is_secret else {}
    private = {"PhysicalAddressIsPrivate": "Yes"} if secret.is_secret else {}
    there = {
        "street": secret.street, "postal": secret.postal, "PhysicalAddress2": secret.unit,
        "Latitude": secret.point[0], "Longitude": secret.point[1], "AgencyDescription": secret.telling,
    }  # fmt: skip
    rows = [
        agency(AgencyDescription=secret.telling, MailingAddress1=secret.street, PhysicalAddress1=secret.street),
        program("10", "Harbor House", term=kind, LastVerifiedOn="5/8/12 8:45", **there),
        program("11", "Harbor Attic", MailingAddress1=secret.street, **there, **flag),
        program("12", "Harbor Desk", **there, **private),
        program("13", "Harbor Meals", term="Food", street=f"{secret.street.upper()}, 2nd floor", postal=""),
        program("14", "Harbor Class", street="", AgencyDescription=secret.telling),
        program("15", "Harbor Branches"),
        {**site("20", "Harbor Nook", street=secret.street), **private},
        at_site("30", "15", "20"),
        agency("2", "Open Aid", **flag, PhysicalAddress1=secret.street, PhysicalPostalCode=secret.postal),
        program("16", "Open Attic", parent="2", **there),
        agency("9", "Lantern Aid"),
        program("90", "Open Kitchen", parent="9", street="9 Public Lantern Avenue"),
        # Rows that cannot be used, about the same place.
        program("10", "Harbor House again", term=kind, **there),
        program("not an id", "Harbor Den", term=kind, **there),
        program("17", "", term=kind, **there),
        program("18", "Harbor Long", term=kind, **{**there, "Eligibility": "x" * 40_000}),
    ]
    broken = f'19,"Harbor Cut",,Program,,1,"{secret.street}",Miami,{secret.postal}\r\n'
    broken += f'21,"Shelter",,Program,,1,{f"{secret.street}," * 90}\r\n22,1,"{secret.street}\r\n'
    return write_export(path / "211.csv", rows, raw=broken.encode() if secret.is_secret else b"")


def _ohana(path: Path, secret: Secret) -> Path:
    kind = "Domestic Violence Shelters" if secret.is_secret else "Case Management"
    place: Any = {"transportation": secret.telling, "description": secret.telling, "short_desc": secret.street}
    place |= {"latitude": secret.point[0], "longitude": secret.point[1], "accessibility": f"ramp on {secret.street}"}
    said = {"description": secret.telling, "fees": secret.telling, "audience": secret.telling, "keywords": kind}
    tables = join(
        {"organizations": [{"id": "1", "name": "Harbor Aid", "description": secret.telling}]},
        {"organizations": [{"id": "9", "name": "Lantern Aid"}]},
        ohana_service("10", "Harbor House", street=secret.street, location=place, **said),
        ohana_service("11", "Harbor Meals", street=f"{secret.street.upper()}, 2nd floor", keywords="Food"),
        ohana_service("12", "Harbor Class", place="10", keywords="Education"),
        ohana_service("90", "Open Kitchen", owner="9", street="9 Public Lantern Avenue"),
        {
            "mail_addresses": [
                {"id": "1", "location_id": "10", "address_1": secret.street, "attention": secret.street}
            ],
            "contacts": [{"id": "1", "service_id": "10", "name": "Ann", "title": f"Desk at {secret.street}"}],
            "phones": [{"id": "77", "service_id": "10", "number": "305-555-0143", "department": secret.street}],
        },
    )
    for row in tables["addresses"]:
        if row["id"] in ("10", "11", "12"):
            row |= {"address_2": secret.unit, "postal_code": secret.postal}
    tables["addresses"] = [row for row in tables["addresses"] if row["id"] != "10" or row["address_1"] == secret.street]
    raw = {
        "services": f'10,10,"{secret.street}"\r\n21,10{f",{secret.street}" * 60}\r\n'.encode(),
        "addresses": f"X,99,{secret.street},{secret.unit},Miami,FL,{secret.postal},US,x,y\r\n".encode(),
    }
    return write_tables(path / "ohana", OHANA, tables, raw=raw if secret.is_secret else {})


def _ilao(path: Path, secret: Secret) -> Path:
    address = f"{secret.street}\n{secret.unit}\nMiami, FL {secret.postal}"
    owner = {
        "Organization ID": "1", "Title": "Harbor Legal Aid", "Body": secret.telling, "Physical address": address,
        "Mailing address": address, "Display physical address to public users?": "No" if secret.is_secret else "Yes",
    }  # fmt: skip
    same = {"Use the same address as the organization": "Yes", "Counties": "Cook"}
    point = {"Geolocation": f"Geolocation is {secret.point[0]}, {secret.point[1]}"}
    said = {"Process for walk-ins": secret.telling, "Featured content": f"Rights\n\n    {secret.telling}"}
    tables = join(
        {"organizations": [owner, {"Organization ID": "9", "Title": "Lantern Legal Aid"}]},
        ilao_service("10", "Harbor Clinic", {**point, **said}, location=same),
        ilao_service("11", "Harbor Desk", said, location={"Location": f"{secret.street.upper()}, Miami, FL 33196"}),
        ilao_service("12", "Harbor Line", said),
        ilao_service(
            "90", "Open Clinic", owner="9", location={"Location": "9 Public Lantern Avenue\nChicago, IL 60602"}
        ),
    )
    raw = {
        "services": f'10,"{secret.street}"\r\n21,"Harbor Den"{f",{secret.street}" * 60}\r\n'.encode(),
        "locations": f"50,{secret.street}{',x' * 40}\r\n".encode(),
    }
    return write_tables(path / "ilao", ILAO, tables, raw=raw if secret.is_secret else {})


_LAYOUTS: dict[str, Callable[[Path, Secret], Path]] = {"icarol": _icarol, "ohana": _ohana, "ilao": _ilao}


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    started = Commands()
    yield started
    started.close()


@pytest.fixture
def deployment(database_source: DatabaseSource, tmp_path: Path, commands: Commands) -> Iterator[Deployment]:
    url = database_source.ready()
    yield Deployment(url, tmp_path / "deployment", commands)
    database_source.discard(url)


def _import(deployment: Deployment, reader: str, package: Path, *options: str) -> dict[str, Any]:
    report = deployment.folder / "home" / "report.json"
    ran = deployment.run("import", reader, package, "--source", "sentinel", "--report", report, *options)
    assert ran.code == 0, ran.errors
    told: dict[str, Any] = msgspec.json.decode(report.read_bytes())
    return told


def _nothing_is_left(deployment: Deployment) -> None:
    left = deployment.left_behind()
    assert words_found(left, _WORDS) == []
    assert codes_found(left, _CODES) == []
    assert point_found(left, float(_SECRET.point[0]), float(_SECRET.point[1])) == []
    assert words_found(left, [_PUBLIC_STREET]) != []


@pytest.mark.parametrize("reader", _LAYOUTS)
def test_a_secret_place_is_nowhere_after_an_import(reader: str, deployment: Deployment, tmp_path: Path) -> None:
    package = _LAYOUTS[reader](tmp_path, _SECRET)
    report = _import(deployment, reader, package)
    assert [row["name"] for row in report["rows"] if row["confidential"] and row["name"]]
    _import(deployment, reader, package)
    _import(deployment, reader, package, "--dry-run")
    _nothing_is_left(deployment)


@pytest.mark.parametrize("reader", _LAYOUTS)
def test_the_control_would_be_seen(reader: str, deployment: Deployment, tmp_path: Path) -> None:
    _import(deployment, reader, _LAYOUTS[reader](tmp_path, _SECRET._replace(is_secret=False)))
    left = deployment.left_behind()
    assert {word for word, _ in words_found(left, _WORDS)} >= {"quincewater", "7z9q"}
    assert codes_found(left, _CODES) != []
    assert point_found(left, float(_SECRET.point[0]), float(_SECRET.point[1])) != []


@pytest.mark.parametrize("reader", _LAYOUTS)
def test_a_place_that_becomes_secret_is_nowhere_afterwards(reader: str, deployment: Deployment, tmp_path: Path) -> None:
    _import(deployment, reader, _LAYOUTS[reader](tmp_path / "before", _SECRET._replace(is_secret=False)))
    deployment.said.clear()
    _import(deployment, reader, _LAYOUTS[reader](tmp_path / "after", _SECRET))
    assert "Locations withdrawn" in deployment.said[-1].output
    _nothing_is_left(deployment)


# All in one published area.
_SECRETS = st.builds(
    Secret,
    street=st.one_of(
        st.sampled_from(["1 Quince Road", "4815 NW 7th Avenue", "P.O. Box 12", "Calle Ocho 77"]),
        st.from_regex(r"[1-9][0-9]{0,4} (N|SW )?[A-Z][a-z]{2,12} (St|Road|Ave\.)", fullmatch=True),
    ),
    unit=st.sampled_from(["Unit 7", "2nd floor", "#4"]),
    postal=st.sampled_from(["33101", "33130", "33196", "33199", "33130-4815", "33299", "33255"]),
    point=st.tuples(
        st.floats(25.2, 25.95).map(lambda degrees: f"{degrees:.6f}"),
        st.floats(-80.8, -80.1).map(lambda degrees: f"{degrees:.6f}"),
    ),
    is_secret=st.just(True),
)


def _bytes_of(files: SqliteFiles, folder: Path, reader: str, secret: Secret) -> tuple[bytes, bytes]:
    """The whole database file, and the report, after importing a feed twice with fixed time and ids."""
    numbers = itertools.count(1)
    url = files.migrated()
    database = open_database(url, clock=lambda: NOW, ids=lambda: uuid.UUID(int=next(numbers)))
    package, report = _LAYOUTS[reader](folder, secret), folder / "report.json"
    try:
        for _ in range(2):
            import_package(database, reader, package, source="twins", report=report)
    finally:
        database.dispose()
    file = sqlite_file(url)
    assert file is not None
    content = file.read_bytes()
    files.discard(url)
    return content, report.read_bytes()


@pytest.mark.parametrize("reader", _LAYOUTS)
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=_SECRETS, other=_SECRETS)
def test_two_feeds_that_differ_in_a_secret_place_leave_the_same_bytes(
    reader: str, sqlite_files: SqliteFiles, tmp_path: Path, one: Secret, other: Secret
) -> None:
    assert _bytes_of(sqlite_files, tmp_path, reader, one) == _bytes_of(sqlite_files, tmp_path, reader, other)
