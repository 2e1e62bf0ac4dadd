"""The commands of the directory: what they print, what they refuse, what they end with."""

import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from directory.bootstrap import bring_up_to_date, open_database
from directory.cards.queries import list_listings
from directory.cli import commands
from directory.db import Database
from directory.errors import DirectoryError, SettingsError
from directory.listings.drafts import FactDraft
from directory.listings.fields import Contact
from tests import makers

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command as a person would, with the settings of this test alone."""
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", database_url)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    group = click.Group(commands=list(commands))

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(group, list(words))

    return invoke


@pytest.fixture
def filled(database_url: str) -> str:
    """A database with one public and one confidential service; the public listing's id."""
    database = open_database(database_url)
    bring_up_to_date(database)
    listing = _fill(database)
    database.dispose()
    return listing


def _fill(database: Database) -> str:
    with database.transaction() as session:
        contact = FactDraft("contact", Contact(name="A. Person"), slot="intake")
        makers.make_service(session, makers.kind("food"), contact, name="Open Table", sites=[makers.site()])
        makers.make_service(session, makers.kind("emergency-shelter"), name="Quiet Rooms", area="US-FL-331")
    with database.reading() as session:
        return next(one.id for one in list_listings(session, limit=9) if one.name == "Open Table")


def test_init_writes_its_settings_makes_the_database_and_says_what_to_do_next(run: Run, tmp_path: Path) -> None:
    result = run("init", "--site-name", "Almanac", "--area", "33130", "--exit", "https://www.weather.gov/")
    assert result.exit_code == 0, result.output
    assert "handrail serve" in result.output
    saved = (tmp_path / "home" / "handrail" / "handrail.env").read_text(encoding="utf-8")
    assert "HANDRAIL_SITE_NAME=Almanac\n" in saved
    assert "HANDRAIL_DEFAULT_AREA=33130\n" in saved
    assert run("db", "check").exit_code == 0


def test_init_refuses_an_area_that_does_not_exist_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    result = run("init", "--site-name", "Almanac", "--area", "Nowhere Whatever")
    assert isinstance(result.exception, DirectoryError)
    assert result.exception.exit_code == 4
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("country", "accepted"), [("CA", True), ("PR", True), ("HT", True), ("XX", False), ("us", False)]
)
def test_init_takes_the_codes_of_countries_only(run: Run, tmp_path: Path, country: str, *, accepted: bool) -> None:
    result = run("init", "--site-name", "Almanac", "--country", country)
    if accepted:
        assert result.exit_code == 0, result.output
        return
    assert isinstance(result.exception, SettingsError)
    assert result.exception.exit_code == 2
    assert not (tmp_path / "home").exists()


def test_an_old_schema_is_named_by_check_and_refused_by_other_commands(run: Run, database_url: str) -> None:
    database = open_database(database_url)
    database.upgrade("0001_ground")
    database.dispose()
    assert run("db", "check").exit_code == 1
    refused = run("listings", "list").exception
    assert isinstance(refused, DirectoryError)
    assert "handrail db upgrade" in str(refused)


@pytest.mark.usefixtures("filled")
def test_listings_are_listed_by_name(run: Run) -> None:
    found = json.loads(run("listings", "list", "--json").output)
    assert [(one["name"], one["location"], one["is_searchable"]) for one in found] == [
        ("Open Table", "public", True),
        ("Quiet Rooms", "area_only", True),
    ]
    assert [one["name"] for one in json.loads(run("listings", "list", "--confidential", "--json").output)] == [
        "Quiet Rooms"
    ]


@pytest.mark.usefixtures("filled")
def test_the_list_tells_whose_each_service_is(run: Run) -> None:
    assert [line.rpartition("  ")[2] for line in run("listings", "list").output.splitlines()] == [
        "Open Table - Practice House",
        "Quiet Rooms - Practice House",
    ]


def test_a_listing_is_shown_fact_by_fact_in_the_view_of_a_tier(run: Run, filled: str) -> None:
    public = run("listings", "show", filled).output
    assert "305 555 0142" in public
    assert "Evergreen" in public
    assert "A. Person" not in public
    assert "A. Person" in run("listings", "show", filled, "--tier", "partner").output
    as_json = json.loads(run("listings", "show", filled, "--json").output)
    assert as_json["card"]["name"] == "Open Table"
    assert [document["kind"] for document in as_json["documents"]] == ["listing", "service", "location", "organization"]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("listing", ["00000000-0000-4000-8000-000000000000", "../../etc", "1"])
def test_a_listing_that_is_not_there_is_a_clear_error_without_its_id(run: Run, listing: str) -> None:
    error = run("listings", "show", listing).exception
    assert isinstance(error, DirectoryError)
    assert listing not in str(error)
