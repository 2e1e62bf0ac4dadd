"""Corrections in HSDS are valid as the standard is published, and hold nothing that is not for everybody."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import sqlalchemy as sa

from directory.cards.hsds import Place, service_object
from directory.cards.queries import documents_of
from directory.corrections import service as corrections
from directory.db import Database
from directory.listings.drafts import FactDraft
from directory.listings.fields import GrievancePath, TermValue, Text
from directory.listings.models import Record
from importers.opening import READERS, Asked
from tests import makers
from tests.directories import opened
from tests.directory.corrections.test_queries import OTHER, confirm, edit, found, stand
from tests.directory.intake.test_service import organization, run, service
from tests.services import DatabaseSource


@pytest.fixture(scope="session")
def schema(shared: Path) -> jsonschema_rs.Validator:
    """The published schema of a whole service."""
    text = (shared / "hsds/spec-3.2.3/schema/compiled/service.json").read_text(encoding="utf-8")
    return jsonschema_rs.validator_for(json.loads(text), validate_formats=True)


def _page(database: Database, **asked: Any) -> dict[str, Any]:
    with database.reading() as session:
        wanted = corrections.Asked("county", "hsds", **asked)
        written = corrections.corrections(session, wanted, now=session.info["now"])
    page: dict[str, Any] = json.loads(written.content)
    return page


def test_every_service_of_the_practice_network_is_valid(
    schema: jsonschema_rs.Validator,
    database_kind: str,
    database_source: DatabaseSource,
    practice_network: Callable[[str], str],
) -> None:
    url = database_source.copy_of(practice_network(database_kind))
    kinds: set[str] = set()
    with opened(url) as database, database.reading() as session:
        for listing in session.scalars(sa.select(Record).where(Record.kind == "listing").order_by(Record.id)).all():
            parts = {one.kind: one for one in documents_of(session, listing, tier="public")}
            place = Place(parts["listing"], parts.get("location"))
            written = service_object(parts["service"], parts["organization"], [place])
            assert [str(error) for error in schema.iter_errors(written)] == []
            kinds |= written.keys()
            is_public = parts["service"].location_disclosure == "public"
            assert is_public or "service_at_locations" not in written
    assert kinds >= {"phones", "schedules", "languages", "service_at_locations", "attributes", "organization"}
    database_source.discard(url)


def test_a_change_is_a_metadata_object_of_what_was_and_is(schema: jsonschema_rs.Validator, database: Database) -> None:
    week = makers.opens({"MO": [(540, 1020)], "SU": [(0, 1440)]})
    run(database, organization(), service(week, makers.kind("food"), makers.speaks("es"), makers.takes("women")))
    edit(database, makers.text("name", "Practice Hall"), "name", "organization")
    edit(database, makers.phone(OTHER))
    confirm(database, OTHER)
    page = _page(database)
    [written] = page["contents"]
    assert [str(error) for error in schema.iter_errors(written)] == []
    assert [(one["resource_type"], one["field_name"], one["previous_value"], one["replacement_value"])
            for one in written["metadata"]] == [
        ("organization", "name", "Practice House", "Practice Hall"),
        ("phone", "number", "+13055550142", OTHER),
    ]  # fmt: skip
    assert [one["updated_by"] for one in written["metadata"]] == ["coordinator", "program"]
    assert written["metadata"][1]["resource_id"] == written["phones"][0]["id"]
    assert written["metadata"][1]["last_action_date"] == "2026-11-25"
    assert written["organization"]["name"] == "Practice Hall"
    assert (page["total_items"], page["empty"], page["attribution"]) == (1, False, [])


def test_what_is_closed_has_its_name_and_its_end_alone(schema: jsonschema_rs.Validator, database: Database) -> None:
    run(database, organization(), service())
    edit(database, makers.phone(OTHER))
    stand(database, "service", "closed")
    [written] = _page(database)["contents"]
    assert [str(error) for error in schema.iter_errors(written)] == []
    assert written.keys() == {"id", "name", "status", "metadata"}
    assert (written["status"], written["metadata"][0]["replacement_value"]) == ("defunct", "defunct")


def test_the_page_is_read_by_our_own_reader(database: Database, tmp_path: Path) -> None:
    run(database, organization(), service())
    edit(database, makers.phone(OTHER))
    file = tmp_path / "county.json"
    file.write_text(json.dumps(_page(database)), encoding="utf-8")
    with READERS["hsds"].open(Asked(file, 1)) as reader:
        [read] = list(reader.services())
    assert getattr(read, "cells", {})["name"] == "Practice Service"
    assert [phone["number"] for phone in getattr(read, "phones", ())] == [OTHER]


def test_of_a_confidential_service_the_standard_hears_no_place_and_no_day(
    schema: jsonschema_rs.Validator, database: Database
) -> None:
    run(database, organization(), service(makers.kind("emergency-shelter"), area="US-FL-331"))
    edit(database, makers.phone(OTHER))
    confirm(database, OTHER)
    assert [one.on for one in found(database)] == ["2026-11"]
    [written] = _page(database)["contents"]
    assert [str(error) for error in schema.iter_errors(written)] == []
    assert "service_at_locations" not in written
    assert "assured_date" not in written
    assert [one["last_action_date"] for one in written["metadata"]] == ["2026-11"]
    assert [one["value"] for one in written["attributes"] if one["link_type"] == "location_disclosure"] == ["area_only"]


def test_where_to_complain_and_what_is_asked_of_people_are_attributes_that_our_own_reader_knows(
    schema: jsonschema_rs.Validator, database: Database, tmp_path: Path
) -> None:
    path = FactDraft("grievance_path", GrievancePath("The county ombudsperson"))
    # Whoever takes it in screens no words for names, so these two stay here.
    kept = [makers.text("ask_for", "The night desk"), FactDraft("intake_question", Text("Any pets?"), slot="1")]
    rule = FactDraft("house_rule", TermValue("First night only"), slot="phone-held")
    with database.transaction() as session:
        owner = makers.make_organization(session, "Practice House", path)
        made = makers.make_service(session, makers.kind("food"), rule, *kept, organization_id=owner)
    with database.reading() as session:
        listing = session.get_one(Record, made.listings[0][1])
        parts = {one.kind: one for one in documents_of(session, listing, tier="public")}
        written = service_object(parts["service"], parts["organization"], [Place(parts["listing"])])
    assert [str(error) for error in schema.iter_errors(written)] == []
    assert "night desk" not in str(written)
    assert "pets" not in str(written)
    said = {
        one["link_type"]: (one["taxonomy_term"]["taxonomy"], one["taxonomy_term"]["code"], one.get("value"))
        for one in written["attributes"]
    }
    assert said == {
        "kind": ("handrail:service", "food", None),
        "house_rule": ("handrail:house-rule", "phone-held", "First night only"),
        "grievance_path": ("handrail:assurance", "grievance-path", "The county ombudsperson"),
    }
    file = tmp_path / "county.json"
    file.write_text(json.dumps([written]), encoding="utf-8")
    with READERS["hsds"].open(Asked(file, 1)) as reader:
        [read] = list(reader.services())
    told = {(one["taxonomy"], one["code"], one.get("value")) for one in getattr(read, "attributes", ())}
    assert told == set(said.values())
