"""Invented exports of iCarol: a few cells of a test become a row with all columns."""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

_COLUMNS = (
    "ResourceAgencyNum", "PublicName", "AlternateName", "TaxonomyLevelName", "ParentAgency", "ParentAgencyNum",
    "MailingAddress1", "MailingCity", "MailingPostalCode", "PhysicalAddress1", "PhysicalAddress2", "PhysicalCity",
    "PhysicalCounty", "PhysicalStateProvince", "PhysicalPostalCode", "PhysicalCountry", "PhysicalAddressIsPrivate",
    "Latitude", "Longitude", "HoursOfOperation", "Phone1Number", "Phone1Name", "Phone1IsPrivate", "Phone2Number",
    "Phone2Name", "Phone2IsPrivate", "PhoneFax", "PhoneTTY", "EmailAddressMain", "WebsiteAddress", "AgencyStatus",
    "AgencyDescription", "CoverageArea", "Coverage", "Eligibility", "IsPrivate", "ExcludeFromWebsite",
    "ExcludeFromDirectory", "DisabilitiesAccess", "BusServiceAccess", "FeeStructureSource", "ApplicationProcess",
    "DocumentsRequired", "LanguagesOffered", "TemporaryMessage", "TemporaryMessageExpires", "ServiceCapacity",
    "InternalNotes", "LastVerifiedOn", "AvailableForReferral", "ConnectsToSiteNum", "ConnectsToProgramNum",
    "Categories", "TaxonomyTerm", "TaxonomyCodes", "MainContactName", "MainContactIsPrivate",
)  # fmt: skip
Cells = Mapping[str, str]


def agency(number: str = "1", name: str = "Harbor Aid", **cells: str) -> Cells:
    """The row of an agency."""
    about = {"ResourceAgencyNum": number, "PublicName": name, "TaxonomyLevelName": "Agency", "ParentAgencyNum": "0"}
    return {**about, "AgencyStatus": "Active", "ExcludeFromWebsite": "No", "ExcludeFromDirectory": "No", **cells}


def program(
    number: str = "10",
    name: str = "Harbor Office",
    *,
    parent: str = "1",
    term: str = "Case Management",
    street: str = "9 Public Lantern Avenue",
    postal: str = "33130",
    **cells: str,
) -> Cells:
    """The row of a program at one place, with one line; it names an agency."""
    place = {"PhysicalAddress1": street, "PhysicalCity": "Miami", "PhysicalStateProvince": "FL"} if street else {}
    place |= {"PhysicalPostalCode": postal, "PhysicalCountry": "United States"} if street else {}
    about = {"TaxonomyLevelName": "Program", "ParentAgencyNum": parent, "TaxonomyTerm": f"{term}; "}
    return agency(number, name, **{**about, "Phone1Number": "305-555-0142", **place, **cells})


def site(
    number: str = "20", name: str = "Harbor Branch", *, street: str = "7 Second Lantern Road", **cells: str
) -> Cells:
    """The row of a site; it names an agency."""
    return program(number, name, term="", street=street, **{"TaxonomyLevelName": "Site", "Phone1Number": "", **cells})


def at_site(number: str, program_number: str = "10", site_number: str = "20", **cells: str) -> Cells:
    """The row of a program at a site."""
    about = {"TaxonomyLevelName": "ProgramAtSite", "ConnectsToSiteNum": site_number}
    about |= {"ConnectsToProgramNum": program_number, "Phone1Number": ""}
    return program(number, f"Program {program_number} at {site_number}", term="", street="", **{**about, **cells})


def write_export(path: Path, rows: Iterable[Cells], *, raw: bytes = b"") -> Path:
    """Write rows as an export. ``raw`` is put behind them as it is, for what no writer would produce."""
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.getvalue().encode() + raw)
    return path
