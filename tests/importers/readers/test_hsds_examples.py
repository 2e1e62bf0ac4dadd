"""The examples of HSDS 3.2.3 come in whole: every fact of them that the directory has a place for is in a document.

The examples are read where they lie; nothing of them is repeated here but names of their fields.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from directory.bootstrap import open_database
from directory.cards.card import ShownFact
from directory.cards.queries import documents_of
from directory.db import Database
from directory.errors import RefusedError
from directory.listings.fields import Tier
from directory.listings.models import Change, Fact
from directory.listings.queries import find_record
from directory.values.plain_text import plain
from importers.phone_cells import read_phones
from importers.run import import_package
from tests.services import SqliteFiles

_FULL = ["csv", "csv-fixed", "organization_full.json", "service_full.json", "service_at_location_full.json"]
_LISTS = ["organization_list.json", "service_list.json", "service_at_location_list.json"]
_TERMS = ["taxonomy.json", "taxonomy_list.json", "taxonomy_term.json", "taxonomy_term_list.json"]


@pytest.fixture
def examples(shared: Path) -> Path:
    """The folder of examples."""
    return shared / "hsds" / "spec-3.2.3" / "examples"


def _import(database: Database, path: Path, folder: Path, source: str = "example") -> dict[str, Any]:
    report = folder / "report.json"
    import_package(database, "hsds", path, source=source, report=report)
    told: dict[str, Any] = msgspec.json.decode(report.read_bytes())
    return told


def _facts(database: Database, report: dict[str, Any], tier: Tier) -> dict[tuple[str, str], list[ShownFact]]:
    """The facts of the one listing of a report, by record and field, as a tier sees them."""
    listing = next(row["listing"] for row in report["rows"] if row["listing"])
    found: dict[tuple[str, str], list[ShownFact]] = {}
    with database.reading() as session:
        for document in documents_of(session, find_record(session, listing, kind="listing"), tier=tier):
            for fact in document.facts:
                found.setdefault((document.kind, fact.field), []).append(fact)
    return found


def _said(facts: dict[tuple[str, str], list[ShownFact]], kind: str, field: str) -> str:
    """All that a record says in one field, as one text."""
    values = [fact.value for fact in facts.get((kind, field), [])]
    return json.dumps(values, ensure_ascii=False)


def _inside(text: str) -> str:
    return json.dumps(plain(text, 10_000), ensure_ascii=False)[1:-1]


_TEXTS = {
    "organization": ["name", "alternate_name", "description", "email"],
    "service": [
        "name", "alternate_name", "description", "email", "url", "status", "application_process", "fees_description",
        "eligibility_description", "alert",
    ],
    "location": ["name", "alternate_name", "description", "transportation", "url"],
}  # fmt: skip


def _example(examples: Path) -> dict[str, dict[str, Any]]:
    """The objects of the example, by kind of record; all files hold the same ones."""
    organization = json.loads((examples / "organization_full.json").read_text(encoding="utf-8"))
    service = organization["services"][0]
    link = service["service_at_locations"][0]
    return {"organization": organization, "service": service, "listing": link, "location": link["location"]}


def _phones(objects: Iterable[dict[str, Any]]) -> Iterable[tuple[str, dict[str, Any]]]:
    for phone in objects:
        read = read_phones([{"number": phone["number"].strip('"')}], country="GB", aliases={})
        yield read.lines[0][1].number, phone


@pytest.mark.parametrize("name", _FULL)
def test_every_fact_of_an_example_is_in_a_document(
    name: str, examples: Path, database: Database, tmp_path: Path
) -> None:
    report = _import(database, examples / name, tmp_path)
    assert {row["status"] for row in report["rows"]} <= {"accepted", "repaired"}
    example = _example(examples)
    public = _facts(database, report, "public")
    for kind, fields in _TEXTS.items():
        for field in fields:
            assert _inside(example[kind][field]) in _said(public, kind, field), (kind, field)
    _lines_are_kept(example, public)
    _parts_are_kept(example, public)
    _the_place_is_kept(example, public)
    # In one of them the contact names an organization that is not there.
    owners = ["service", "listing"] if name == "csv" else ["organization", "service", "listing"]
    _people_are_for_partners(owners, example, public, _facts(database, report, "partner"))
    numbers = _said(_facts(database, report, "coordinator"), "organization", "organization_identifier")
    for number in example["organization"]["organization_identifiers"]:
        assert all(number[part] in numbers for part in ("identifier", "identifier_type", "identifier_scheme"))
        assert ("organization", "organization_identifier") not in public


def _lines_are_kept(example: dict[str, Any], public: dict[tuple[str, str], list[ShownFact]]) -> None:
    for kind in ("organization", "service", "location"):
        for number, phone in _phones(example[kind]["phones"]):
            line = next(fact.value for fact in public[kind, "phone"] if fact.value["number"] == number)
            assert line["ext"] == str(phone["extension"])
            assert line.get("kind", "voice") == phone["type"]
            assert line["description"] == phone["description"]
            assert line["languages"] == [language["code"] for language in phone["languages"]]
    spoken = {fact.value["tag"]: fact.value for fact in public["service", "language"]}
    for language in example["service"]["languages"]:
        assert spoken[language["code"]]["note"] == language["note"]
    assert set(spoken) == {"ur", "pl", "sk"}, "interpreters of interpretation_services"


def _parts_are_kept(example: dict[str, Any], public: dict[tuple[str, str], list[ShownFact]]) -> None:
    service, organization = example["service"], example["organization"]
    for document in service["required_documents"]:
        assert _inside(document["document"]) in _said(public, "service", "required_document")
    costs = _said(public, "service", "cost_option")
    for cost in service["cost_options"]:
        assert all(_inside(str(cost[part])) in costs for part in ("option", "amount", "amount_description", "valid_to"))
        assert cost["currency"].upper() in costs
    for kind, owner in (("service", service), ("organization", organization)):
        assert all(_inside(fund["source"]) in _said(public, kind, "funding") for fund in owner["funding"])
    assert all(url["url"] in _said(public, "service", "url") for url in service["additional_urls"])
    sites = _said(public, "organization", "url")
    assert all(url["url"] in sites for url in organization["additional_websites"])
    assert organization["website"] in sites
    ages = public["service", "age"][0].value
    assert (ages["minimum"], ages["maximum"]) == (service["minimum_age"], service["maximum_age"])
    # None of its areas is one that is known here, so their words stand beside the widest that can be meant.
    assert all(_inside(area["name"]) in _said(public, "service", "service_area") for area in service["service_areas"])
    assert all(_inside(row["description"]) in _said(public, "service", "schedule") for row in service["schedules"])


def _the_place_is_kept(example: dict[str, Any], public: dict[tuple[str, str], list[ShownFact]]) -> None:
    location = example["location"]
    address = public["location", "address"][0].value
    for part in ("address_1", "address_2", "city"):
        assert address[part] == location["addresses"][0][part]
    for access in location["accessibility"]:
        assert _inside(access["description"]) in _said(public, "location", "accessibility")
        assert _inside(access["details"]) in _said(public, "location", "accessibility")
    assert ("location", "point") not in public, "there is no latitude of 100"
    assert _inside(example["listing"]["description"]) in _said(public, "listing", "description")


def _people_are_for_partners(
    owners: list[str],
    example: dict[str, Any],
    public: dict[tuple[str, str], list[ShownFact]],
    partner: dict[tuple[str, str], list[ShownFact]],
) -> None:
    for kind in owners:
        contacts = _said(partner, kind, "contact")
        for contact in example[kind]["contacts"]:
            assert all(contact[part] in contacts for part in ("name", "title", "department", "email"))
            assert all(number in contacts for number, _ in _phones(contact["phones"]))
            everything = json.dumps([[fact.value for fact in facts] for facts in public.values()])
            assert contact["name"] not in everything


@pytest.mark.parametrize("name", _FULL)
def test_an_example_says_the_same_as_a_table_and_as_objects(
    name: str, examples: Path, sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    def told(path: Path) -> set[tuple[str, str, str, str]]:
        # A directory each: in one, the records of the two would be merged.
        url = sqlite_files.migrated()
        database = open_database(url)
        report = _import(database, path, tmp_path)
        facts = _facts(database, report, "coordinator")
        database.dispose()
        sqlite_files.discard(url)
        return {
            (kind, field, fact.slot, json.dumps(fact.value, sort_keys=True))
            for (kind, field), listed in facts.items()
            for fact in listed
            # Only the tables have this column.
            if fact.slot != "tax-id"
        }

    tables = told(examples / "csv-fixed")
    objects = told(examples / name)
    if name == "csv":
        # Four of its links lead nowhere: the contact is not the organization's any more, nor the site's.
        assert {fact[:2] for fact in tables - objects} == {("organization", "contact")}
    else:
        assert objects == tables


def test_links_that_lead_nowhere_are_reported(examples: Path, tmp_path: Path, sqlite_database: Database) -> None:
    broken = _import(sqlite_database, examples / "csv", tmp_path)
    assert [row["file"] for row in broken["rows"] if "link-missing" in row["rules"]] == [
        "contacts.csv", "contacts.csv", "taxonomy_terms.csv", "locations.csv"
    ]  # fmt: skip
    fixed = _import(sqlite_database, examples / "csv-fixed", tmp_path)
    assert not [row for row in fixed["rows"] if "link-missing" in row["rules"]]


@pytest.mark.parametrize("name", [*_FULL, *_LISTS])
def test_an_example_again_changes_nothing(name: str, examples: Path, database: Database, tmp_path: Path) -> None:
    first = _import(database, examples / name, tmp_path)
    assert {row["status"] for row in first["rows"]} <= {"accepted", "repaired"}
    before = _counts(database)
    assert before[0] > 0
    second = _import(database, examples / name, tmp_path)
    assert _counts(database) == before
    assert first["rows"] == second["rows"]


def _counts(database: Database) -> tuple[int, int]:
    with database.reading() as session:
        changes, facts = (session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (Change, Fact))
    return changes or 0, facts or 0


@pytest.mark.parametrize("name", _TERMS)
def test_a_taxonomy_is_known_to_hold_no_services(name: str, examples: Path) -> None:
    with pytest.raises(RefusedError, match="only terms of a taxonomy"):
        import_package(None, "hsds", examples / name, source="example")


def test_positions_are_pointers(examples: Path, tmp_path: Path, sqlite_database: Database) -> None:
    report = _import(sqlite_database, examples / "service_at_location_list.json", tmp_path)
    assert [row["row"] for row in report["rows"]] == [
        "/contents/0/service/organization", "/contents/0/service"
    ]  # fmt: skip
