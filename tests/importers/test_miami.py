"""A real 211's directory comes in whole: nothing is lost, nothing confidential keeps its place."""

import html
import json
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from directory.cards.queries import card_of
from directory.db import Database
from directory.listings.models import Fact, Record
from directory.listings.queries import find_record
from directory.search.cli import search
from directory.values.phone import grouped
from importers.packages import open_package
from importers.readers.hsds import HsdsReader
from importers.record import SourceRecord
from importers.report import Summary
from tests.directories import Imported, opened
from tests.services import DatabaseSource, serve

_SECONDS = 60


class _Miami(msgspec.Struct):
    database: Database
    summary: Summary
    services: list[dict[str, Any]]
    organizations: list[dict[str, Any]]


@pytest.fixture
def miami(
    database_kind: str, database_source: DatabaseSource, miami_imported: Callable[[str], Imported]
) -> Iterator[_Miami]:
    """The whole feed in a database of each kind."""
    imported = miami_imported(database_kind)
    url = database_source.copy_of(imported.url)
    with opened(url) as database:
        yield _Miami(
            database,
            imported.summary,
            [row for row in imported.rows if row["file"] == "services.csv"],
            [row for row in imported.rows if row["file"] == "organizations.csv"],
        )
    database_source.discard(url)


@pytest.mark.alone
@pytest.mark.timeout(_SECONDS)
def test_every_row_of_a_real_feed_is_accounted_for_and_found(
    miami: _Miami, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (len(miami.services), len(miami.organizations)) == (4_089, 1_074)
    assert {row["status"] for row in miami.services} == {"accepted", "repaired"}
    assert all(row["listing"] for row in miami.services)
    _nothing_is_lost(miami)
    _the_missing_organizations_stand_in(miami)
    _confidential_services_have_no_place(miami, shared)
    _cells_were_read(miami)
    _case_management_in_spanish_is_found(miami, monkeypatch)


def _nothing_is_lost(miami: _Miami) -> None:
    with miami.database.reading() as session:
        kinds = Counter(session.scalars(sa.select(Record.kind)))
        searchable = session.scalar(sa.text("select count(*) from card where brief is not null"))
    assert kinds["service"] == kinds["listing"] == 4_089
    assert kinds["organization"] == 1_074 + 82
    assert searchable == 4_089


def _the_missing_organizations_stand_in(miami: _Miami) -> None:
    missing = [row for row in miami.services if "organization-not-stated" in row["rules"]]
    assert len(missing) == 447
    assert len({row["organization"] for row in missing}) == 82
    with miami.database.reading() as session:
        card = card_of(session, find_record(session, missing[0]["listing"], kind="listing").id)
    assert card is not None
    assert "not stated" in card.organization


def _confidential_services_have_no_place(miami: _Miami, shared: Path) -> None:
    confidential = {row["row"]: row for row in miami.services if row["confidential"]}
    # A shelter that only its description tells; and not half of the directory with it.
    assert any(row["name"].startswith("MIAMI BRIDGE") for row in confidential.values() if row["name"])
    assert 80 <= len(confidential) <= 120
    assert not any(row["city"] or row["postal"] for row in confidential.values())
    with open_package(shared / "data" / "miami211_hsds11", max_mb=20) as package:
        records = [row for row in HsdsReader.of(package).services() if isinstance(row, SourceRecord)]
    secret = {
        (record.organization_key, street)
        for record in records
        if record.position.row in confidential
        for site in record.sites
        if (street := site.cells.get("address_1")) and street != "Confidential"
    }
    assert len(secret) > 15
    with miami.database.reading() as session:
        listings = [find_record(session, row["listing"], kind="listing") for row in confidential.values()]
        assert not any(listing.location_id for listing in listings)
        owners = {record.organization_id for record in listings}
        records_of = sa.select(Record.id).where(sa.or_(Record.id.in_(owners), Record.organization_id.in_(owners)))
        values = [value or "" for value in session.scalars(sa.select(Fact.value).where(Fact.record_id.in_(records_of)))]
    found = [street for _, street in secret if any(street in value for value in values)]
    assert found == []


def _cells_were_read(miami: _Miami) -> None:
    phones = [phone for row in miami.services for phone in row["phones"]]
    assert sum(bool(row["phones"]) for row in miami.services) >= 4_066
    assert sum(phone["ext"] is not None for phone in phones) == 265
    assert sum(bool(row["phones_unparsed"]) for row in miami.services) <= 5
    languages = Counter(tag for row in miami.services for tag in row["languages"])
    assert languages["es"] > 3_200
    assert languages["ht"] > 1_400
    assert sum(bool(row["interpreter_on_request"]) for row in miami.services) > 200
    assert sum("case-management" in row["kinds"] for row in miami.services) >= 180
    assert miami.summary.totals["rejected"] == 2_244


def _case_management_in_spanish_is_found(miami: _Miami, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the terminal and on the page, near 33130: the same first number."""
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", miami.database.engine.url.render_as_string(hide_password=False))
    asked = ["--need", "case-management", "--near", "33130", "--language", "Spanish", "--limit", "5", "--json"]
    answer = json.loads(CliRunner().invoke(search, asked).output)
    assert answer["total"] > 100
    first = answer["results"][0]
    assert (first["block"], first["needs"][0]["state"]) == ("near", "yes")
    assert first["distance_km"] < 5
    form = {"a": "33130", "b": "es", "n": "", "m": "case-management"}
    with serve(miami.database) as url:
        body = urllib.parse.urlencode(form).encode()
        with urllib.request.urlopen(url, data=body, timeout=30) as response:  # noqa: S310  the site under test
            page = html.unescape(response.read().decode())
    assert first["name"] in page
    assert grouped(first["phones"][0]["number"]) in page
