"""The sentinel in spreadsheets: a secret street stands in every part of a sheet, and is nowhere afterwards."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest

from tests.importers.traces import Commands, Deployment, codes_found, words_found
from tests.services import DatabaseSource

_STREET = "4815 NW Quincewater Hollow Road"
_WORDS = ("quincewater", "quince water", "hollow road", "7z9q", "25.6123", "80.4678")
_CODES = ("33196",)
_PUBLIC_STREET = "9 Public Lantern Avenue"
_HEADER = (
    "Agency", "Program", "Phone", "Hotline", "Address", "Suite", "City", "State", "Zip", "Address confidential",
    "Services", "Languages", "Hours", "Fees", "Eligibility", "Description", "Notes", "Mailing Address",
    "Contact Person", f"Pickup at {_STREET}", "Bus", "Latitude", "Longitude", "Last Verified", "Service Area",
)  # fmt: skip


def _row(**cells: str) -> list[str]:
    """A row by the first words of its headers; ``marked`` is the mark of confidentiality."""
    marks = {"Address confidential": cells.pop("marked", "")}
    return [marks.get(header, cells.get(header.split()[0].lower(), "")) for header in _HEADER]


def _telling(agency: str, program: str, phone: str, **more: str) -> list[str]:
    """A row whose every cell that is not its name tells the street."""
    told = f"We are at {_STREET}, Unit 7Z9Q. The bus stop Quincewater is outside the gate."
    cells = {
        "agency": agency, "program": program, "phone": f"{phone} at {_STREET}", "hotline": "305-555-0149",
        "address": _STREET, "suite": "Unit 7Z9Q", "city": "Miami", "state": "FL", "zip": "33196",
        "languages": f"Spanish (at {_STREET})", "hours": f"9-5 at {_STREET}", "fees": f"Pay at {_STREET}",
        "eligibility": f"Women. {told}", "description": f"Help. {told}", "notes": told, "mailing": _STREET,
        "contact": f"Ann of {_STREET}", "pickup": told, "bus": told, "latitude": "25.612345", "longitude": "-80.467891",
        "last": f"2024-01-02 by Ann at {_STREET}", "service": f"All around {_STREET}",
    }  # fmt: skip
    return _row(**{**cells, **more})


def _workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "4815 Quincewater Hollow"
    sheet.append([f"Programs of {_STREET}"])
    sheet.append([f"Meet us at {_STREET}, Miami FL 33196."])
    sheet.append(list(_HEADER))
    sheet.append(_telling("Harbor Aid", "Harbor House", "305-555-0140", services="Domestic violence shelter"))
    sheet.append(_telling("Harbor Aid", "Harbor Counsel", "305-555-0141", services="Counseling"))
    sheet.append(
        _row(
            agency="Harbor Aid",
            program="Harbor Office",
            phone="305-555-0142",
            address=_PUBLIC_STREET,
            city="Miami",
            state="FL",
            zip="33130",
            services="Case management",
            description=f"Sent from {_STREET}. Call us.",
        )
    )
    sheet.append([f"SHELTER AT {_STREET.upper()}"])
    sheet.append(_telling("Cove", "Cove Nook", "305-555-0143"))
    sheet.append(["OTHER PROGRAMS"])
    sheet.append(_telling("Reed", "Reed Group", "305-555-0144", marked="yes", services="Support groups"))
    sheet.append(_telling("Moss", "Moss Den", "305-555-0145", address=f"Confidential ({_STREET})", services="Meals"))
    sheet.append(_telling("Ash", "Ash Hall", "305-555-0146", address="Call for location", services="Meals", zip=""))
    sheet.append(_telling("", "", "305-555-0147", services="Domestic violence shelter"))
    sheet.append([f"* Deliveries: {_STREET}"])
    sheet.append(["Total", _STREET])
    book.create_sheet("Read me").append([f"The house is at {_STREET}."])
    book.save(path)
    return path


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


def _import(deployment: Deployment, path: Path, *options: str | Path) -> dict[str, Any]:
    report = deployment.home / "report.json"
    ran = deployment.run("import", "file", path, "--source", "sentinel", "--report", report, *options)
    assert ran.code == 0, ran.errors
    told: dict[str, Any] = msgspec.json.decode(report.read_bytes())
    return told


def test_a_secret_street_in_any_part_of_a_sheet_is_nowhere_afterwards(deployment: Deployment, tmp_path: Path) -> None:
    path = _workbook(tmp_path / "list.xlsx")
    mapping = deployment.home / "mapping.toml"
    _import(deployment, path, "--dry-run", "--save-mapping", mapping)
    _import(deployment, path, "--mapping", mapping, "--json")
    told = _import(deployment, path, "--save-mapping", mapping.with_name("again.toml"))
    rows = {row["name"]: row for row in told["rows"] if row["name"]}
    assert rows["Harbor House"]["confidential"]
    assert rows["Harbor Counsel"]["confidential"]
    assert rows["Cove Nook"]["confidential"]
    assert rows["Reed Group"]["confidential"]
    assert rows["Moss Den"]["confidential"]
    assert rows["Ash Hall"]["confidential"]
    assert rows["Harbor Office"]["postal"] == "33130"
    left = deployment.left_behind()
    assert words_found(left, _WORDS) == []
    assert codes_found(left, _CODES) == []
    assert words_found(left, ["public lantern"]) != []
