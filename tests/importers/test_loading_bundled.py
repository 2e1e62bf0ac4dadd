"""Loading the bundled directories: through the ordinary doors, once, and nothing that is hidden is ever found."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import open_database
from directory.cards.card import Card, decode_card
from directory.cards.models import CardRow
from directory.cards.queries import card_of
from directory.clock import day_number
from directory.db import Base, Database
from directory.freshness.models import Evidence
from directory.listings.models import Fact, Record
from directory.listings.service import set_standing
from directory.people.models import Network
from directory.places.gazetteer import Gazetteer
from directory.planning.queries import candidates
from directory.search.answer import Answer
from directory.search.models import SearchKey
from directory.search.service import check_question, search
from directory.sources.models import SourceRecord
from directory.values.phone import grouped
from importers.bundled.bundle import BundledFact, BundledOrganization, BundledService, read_bundle
from importers.bundled.invention.metros import METROS
from importers.bundled.invention.towns import TOWNS
from importers.readers.bundled import Loaded, load_bundled
from importers.run import import_package
from tests.conftest import NOW
from tests.lists import line, table
from tests.services import DatabaseSource

_LOGS = {"import_run", "source_record", "audit_entry"}


@pytest.fixture
def loaded(
    database_kind: str, database_source: DatabaseSource, practice_network: Callable[[str], str]
) -> Iterator[Database]:
    """A database into which everything was loaded."""
    url = database_source.copy_of(practice_network(database_kind))
    database = open_database(url, clock=lambda: NOW)
    yield database
    database.dispose()
    database_source.discard(url)


def test_where_people_practise_no_real_line_is_to_be_called(loaded: Database) -> None:
    with loaded.reading() as session:
        planned = {one.listing for one in candidates(session, day=day_number(NOW))}
        records = session.scalars(sa.select(Record).where(Record.kind == "listing")).all()
        networks = {one.id: one.kind for one in session.scalars(sa.select(Network))}
        kinds = {one.id: networks[one.network_id] for one in records}
        assert set(kinds.values()) == {"working", "practice"}
        assert len(planned) > 100
        assert {kinds[one] for one in planned} == {"practice"}


def everything(session: Session) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but the logs of runs."""
    return {
        table.name: sorted((tuple(row) for row in session.execute(sa.select(table))), key=repr)
        for table in Base.metadata.sorted_tables
        if table.name not in _LOGS
    }


def cards(session: Session) -> list[Card]:
    """The card of every listing that can be found."""
    blobs = session.scalars(sa.select(CardRow.brief).where(CardRow.brief.is_not(None)))
    return [decode_card(bytes(blob)) for blob in blobs if blob is not None]


def records_of(session: Session, key: str) -> list[Record]:
    """The listings of the service that a source row describes."""
    service = sa.select(SourceRecord.record_id).where(SourceRecord.source_key == key)
    return list(session.scalars(sa.select(Record).where(Record.kind == "listing", Record.service_id.in_(service))))


def _says(one: BundledService | BundledOrganization, what: bytes) -> bool:
    return what in b"".join(map(bytes, (fact.value for fact in one.facts)))


def _is_paused(organization: BundledOrganization) -> bool:
    """Whether vetting keeps it away: nobody finds what it offers."""
    return any((fact.field, fact.slot) == ("vetting", "paused") for fact in organization.facts)


def test_every_listing_is_there_and_those_that_are_listed_are_found(loaded: Database) -> None:
    bundles = [read_bundle("starter"), read_bundle("practice")]
    services = [service for bundle in bundles for service in bundle.services()]
    with loaded.reading() as session:
        held = session.scalar(sa.select(sa.func.count()).select_from(Record).where(Record.kind == "listing"))
        assert held == sum(len(service.sites) or 1 for service in services) > 300
        hidden = sum(
            len(service.sites) or 1
            for bundle in bundles for organization in bundle.organizations for service in organization.services
            if service.standing != "listed" or _says(service, b'"inactive"') or _is_paused(organization)
        )  # fmt: skip
        assert hidden >= 5
        assert len(cards(session)) == held - hidden


def test_practice_is_on_every_invented_card_and_on_no_real_one(loaded: Database) -> None:
    with loaded.reading() as session:
        practice = {card.source: card.practice for card in cards(session)}
        marked = [card for card in cards(session) if card.practice]
        kinds = set(session.scalars(sa.select(Network.kind).where(Network.key == "practice")))
    assert len(marked) > 290
    assert sorted(practice.values()) == [False, True]
    assert kinds == {"practice"}


def test_a_line_that_nobody_has_called_is_not_found(loaded: Database) -> None:
    with loaded.reading() as session:
        (line,) = records_of(session, "service:doj-task-force-line")
        assert line.standing == "suspended"
        assert session.scalar(sa.select(CardRow.brief).where(CardRow.record_id == line.id)) is None
        assert session.scalars(sa.select(SearchKey.term).where(SearchKey.sid == line.id)).all() == []


def test_a_confidential_practice_listing_has_no_place(loaded: Database) -> None:
    with loaded.reading() as session:
        confidential = [card for card in cards(session) if card.block == "confidential"]
        placed = session.scalars(
            sa.select(Record.id).where(Record.location_disclosure != "public", Record.location_id.is_not(None))
        ).all()
    assert len(confidential) > 40
    assert placed == []


def test_cards_tell_how_and_when_a_number_was_confirmed(loaded: Database) -> None:
    with loaded.reading() as session:
        all_cards = [card for card in cards(session) if card.practice]
    called = [card for card in all_cards if card.phones and card.phones[0].method == "call"]
    ages = {(NOW.date() - dt.date.fromisoformat(card.phones[0].confirmed)).days for card in called}
    assert min(ages) < 10
    assert max(ages) > 140
    assert len([card for card in all_cards if card.phones and not card.phones[0].confirmed]) > 10
    assert len([card for card in all_cards if card.may_not_work]) == 2


def test_no_starter_line_counts_as_verified(loaded: Database) -> None:
    with loaded.reading() as session:
        starter = [card for card in cards(session) if not card.practice]
    assert len(starter) == 17
    assert [card.name for card in starter if card.confirmed or card.fresh_until] == []


@pytest.mark.parametrize("days", [0, 1, 400])
def test_loading_again_changes_nothing(loaded: Database, days: int) -> None:
    with loaded.reading() as session:
        before = everything(session)
    later = NOW + dt.timedelta(days=days)
    again = load_bundled(loaded, starter=True, local=True, practice=True, now=later)
    assert again == [Loaded(), Loaded()]
    with loaded.reading() as session:
        after = everything(session)
    assert {name for name in before if before[name] != after[name]} == set()


def test_what_a_person_has_decided_survives_another_load(loaded: Database) -> None:
    with loaded.transaction() as session:
        (line,) = records_of(session, "service:doj-task-force-line")
        set_standing(session, line.id, "listed", by=None, reason="a person has called it", now=NOW)
    load_bundled(loaded, starter=True, local=True, practice=False, now=NOW)
    with loaded.reading() as session:
        (line,) = records_of(session, "service:doj-task-force-line")
        assert line.standing == "listed"


def test_without_local_lines_nothing_of_one_state_is_loaded(database: Database) -> None:
    (loaded,) = load_bundled(database, starter=True, local=False, practice=False, now=NOW)
    assert loaded == Loaded(listings=8, observations=0)
    with database.reading() as session:
        areas = set(session.scalars(sa.select(Fact.slot).where(Fact.field == "service_area")))
        assert areas == {"US", "CA"}
        assert session.scalars(sa.select(Network.id).where(Network.kind == "practice")).all() == []


def test_days_of_the_practice_network_stand_in_relation_to_its_first_load(database: Database) -> None:
    load_bundled(database, starter=False, local=False, practice=True, now=NOW)
    with database.reading() as session:
        values = session.scalars(sa.select(Fact.value).where(Fact.field == "trauma_informed"))
        said = {msgspec.json.decode(value).get("on") for value in values if value}
        seen = session.scalar(sa.select(sa.func.max(Evidence.observed_at)))
    assert (NOW.date() - dt.timedelta(days=30)).isoformat() in said
    assert seen is not None
    assert NOW - dt.timedelta(days=3) < seen < NOW


def test_the_first_try_of_a_social_worker_finds_a_fit_a_question_and_a_near_miss(loaded: Database) -> None:
    """Spanish-speaking trans woman with a child, near 33130: everything fits, or is unknown, or one need fails."""
    answer = _ask(loaded, "shelter", "33130", languages=("es",), who=("trans-women", "with-children"))
    fitting = [result for result in answer.results if result.block != "near-miss"]
    whole = [result for result in fitting if {need.state for need in result.needs} == {"yes"}]
    open_questions = [result for result in fitting if "ask" in {need.state for need in result.needs}]
    assert {result.block for result in whole} == {"near", "confidential"}
    assert len(open_questions) >= 2
    assert {missing for result in answer.block("near-miss") for missing in result.missing} == {
        "language:es",
        "trans-women",
        "with-children",
    }


def test_a_stranger_finds_a_spanish_speaking_shelter_in_every_metro_area(loaded: Database) -> None:
    for metro in METROS:
        answer = _ask(loaded, "shelter", metro.postal[0], country=metro.country, languages=("es",))
        certain = [result for result in answer.results if result.needs[0].state == "yes" and result.card.practice]
        assert any(result.needs[0].how == "staff" for result in certain), metro.city


@pytest.mark.parametrize(
    ("town", "need", "tag"),
    [
        ("wrk", "victim-advocacy", "nv"),
        ("pin", "shelter", "lkt"),
        ("bet", "shelter", "esu"),
        ("tah", "tribal-program", "chr"),
        ("vie", "shelter", "es"),
        ("stt", "victim-advocacy", "es"),
        ("gum", "shelter", "ch"),
        ("mnp", "wage-claim", "tl"),
        ("asm", "victim-advocacy", "sm"),
        ("mls", "tele-sane", "es"),
        ("alp", "shelter", "es"),
        ("haz", "mat", "en"),
        ("mqt", "sane", "es"),
        ("imm", "wage-claim", "mam"),
        ("yak", "worker-center", "mix"),
        ("dmv", "wage-claim", "ht"),
    ],
)
def test_each_town_is_served_in_a_language_of_its_people(loaded: Database, town: str, need: str, tag: str) -> None:
    answer = _ask(loaded, need, TOWNS[town].postal[0], languages=(tag,))
    first = next(result for result in answer.results if result.card.practice)
    assert first.block != "near-miss"
    assert first.needs[0].state == "yes"


def _ask(
    database: Database,
    need: str,
    place: str,
    *,
    country: str = "US",
    languages: tuple[str, ...] = (),
    who: tuple[str, ...] = (),
) -> Answer:
    with Gazetteer() as gazetteer:
        question = check_question(
            need=need, near=place, languages=languages, who=who, gazetteer=gazetteer, country=country
        )
        return search(database, question, gazetteer=gazetteer, now=NOW)


@pytest.mark.parametrize("kept", [("service:hsi-tips", "1 866 347 2423"), ("service:suffolk-ma-seen", "617 779 2146")])
def test_the_first_number_of_a_starter_card_is_its_main_line(loaded: Database, kept: tuple[str, str]) -> None:
    key, digits = kept
    with loaded.reading() as session:
        (listing,) = records_of(session, key)
        card = card_of(session, listing.id)
    assert card is not None
    assert grouped(card.phones[0].number) == digits


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_where_all_is_for_practice_a_list_meets_the_invented_programs(database: Database, tmp_path: Path) -> None:
    load_bundled(database, starter=True, local=False, practice=True, now=NOW, is_for_practice=True)
    bundle = read_bundle("practice")
    known = [
        (owner, service)
        for owner in bundle.organizations
        for service in owner.services
        if service.disclosure == "public" and service.sites and service.standing == "listed"
    ][:3]
    lines = [
        line(
            number, Agency=_said(owner.facts, "name", "text"), Program=_said(service.facts, "name", "text"),
            Phone=grouped(_said(service.facts, "phone", "number")),
            Address=_said(service.sites[0].location, "address", "address_1"),
            City=_said(service.sites[0].location, "address", "city"),
            State=_said(service.sites[0].location, "address", "state_province"),
            Zip=_said(service.sites[0].location, "address", "postal_code"), Services="Case management",
        )
        for number, (owner, service) in enumerate(known)
    ]  # fmt: skip
    sheet = tmp_path / "list.csv"
    sheet.write_bytes(table([*lines, line(77)]))
    plan = import_package(database, "file", sheet, source="mine", is_plan=True).plan
    assert plan is not None
    alike = {one.name: one.like.name for one in plan.new_rows if one.like is not None}
    assert alike == {row[column]: row[column] for row in lines for column in ("Agency", "Program")}
    with database.reading() as session:
        kinds = {one.key: one.kind for one in session.scalars(sa.select(Network))}
        # Its month can be tried, too: there is nobody behind these numbers.
        assert len(candidates(session, day=NOW.date().toordinal())) > 100
    assert kinds == {"main": "practice", "public-lines": "working"}


def _said(facts: list[BundledFact], field: str, part: str) -> str:
    """A part of the first value of a field in a bundle."""
    return next(str(getattr(one.read(NOW.date()), part)) for one in facts if one.field == field)
