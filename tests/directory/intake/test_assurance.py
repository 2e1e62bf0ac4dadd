"""No list makes a program reviewed by survivors: what it says of that counts as the program's own word."""

import pytest
import sqlalchemy as sa

from directory.cards.queries import card_of
from directory.db import Database
from directory.intake.assurance import LOWERED, lowered
from directory.intake.planning import Look, look_at
from directory.intake.service import SourceRow, store_rows
from directory.listings.drafts import FactDraft, SiteDraft
from directory.listings.fields import TraumaInformed, decode_value
from directory.listings.models import Fact, Record
from directory.people.service import ensure_network
from directory.sources.models import SourceRecord
from directory.sources.service import ensure_source, start_run
from directory.vetting.panels import ISSUER, enter_panel, note_reply
from tests import makers
from tests.conftest import NOW
from tests.directory.intake.test_service import organization, run, service
from tests.staff import acting, make_person

TODAY = NOW.date()


def claim(slot: str = "survivor-reviewed:panel", level: str = "survivor-reviewed", by: str = ISSUER) -> FactDraft:
    """What a list says: a panel of survivors reviewed it, lately, and for a year."""
    value = TraumaInformed(level, by=by, on="2026-11-01", expires_on="2027-10-31")  # type: ignore[arg-type]
    return FactDraft("trauma_informed", value, slot=slot)


def kept(database: Database) -> dict[tuple[str, str], str]:
    """The level of the evidence that stands, by kind of record and slot."""
    with database.reading() as session:
        facts = session.scalars(
            sa.select(Fact).where(Fact.field == "trauma_informed", Fact.standing == "current").order_by(Fact.id)
        )
        values = {(fact.record_kind, fact.slot): decode_value("trauma_informed", fact.value or "{}") for fact in facts}
        return {place: value.level for place, value in values.items()}


def rules(database: Database) -> dict[str, tuple[str, str | None]]:
    """How each row came through, and by which rules."""
    with database.reading() as session:
        return {row.source_key: (row.outcome, row.rules) for row in session.scalars(sa.select(SourceRecord))}


def test_a_claim_counts_as_the_programs_own_word_and_the_run_says_so(database: Database) -> None:
    run(database, organization(claim()), service(claim("survivor-reviewed:elders")))
    assert kept(database) == {
        ("organization", "attested:panel"): "attested",
        ("service", "attested:elders"): "attested",
    }
    assert rules(database)["organization:1"] == ("repaired", LOWERED) == ("repaired", "survivor-review-lowered")
    assert rules(database)["service:1"] == ("repaired", LOWERED)
    with database.reading() as session:
        card = card_of(session, session.scalars(sa.select(Record.id).where(Record.kind == "listing")).one())
    assert card is not None
    assert card.trauma_informed is not None
    assert card.trauma_informed.level == "attested"


@pytest.mark.parametrize(
    "draft",
    [claim(), claim("attested:us"), claim("survivor-reviewed:us", "certified"), claim("survivor-reviewed", "attested")],
)
def test_neither_the_level_nor_the_place_of_a_panel_comes_from_a_list(database: Database, draft: FactDraft) -> None:
    site = makers.site("site:1")
    at_site = SiteDraft("site:1", site.location, [draft])
    run(database, organization(draft), service(draft, sites=[at_site]))
    assert len(kept(database)) == 3
    assert {kind for kind, _ in kept(database)} == {"organization", "service", "listing"}
    assert not [place for place, level in kept(database).items() if "survivor" in place[1] or "survivor" in level]


def test_what_is_said_as_an_own_word_already_stays_and_everything_once() -> None:
    own = claim("attested:panel", "attested", by="The program")
    row = lowered(organization(claim(), own))
    assert row.draft is not None
    assert [fact for fact in row.draft.facts if fact.field == "trauma_informed"] == [own]
    assert lowered(row) is row
    other = organization(makers.trained("certified"))
    assert lowered(other) is other


def test_the_same_rows_again_change_nothing_and_are_known_beforehand(database: Database) -> None:
    rows = [organization(claim()), service()]
    run(database, *rows)
    with database.reading() as session:
        source = session.scalars(sa.select(SourceRecord.source_id).limit(1)).one()
        assert look_at(session, Look(), rows, source_id=source) == {row.source_key for row in rows}
    assert [row.what for row in run(database, *rows)] == ["unchanged", "unchanged"]


def test_a_list_stands_neither_in_the_way_of_our_panel_nor_takes_its_word_away(database: Database) -> None:
    run(database, organization(claim()), service())
    with database.transaction() as session:
        one = acting(session, make_person(session, "One"))
        [owner] = session.scalars(sa.select(Fact.record_id).where(Fact.slot == "attested:panel"))
        enter_panel(
            session, owner, held_on=TODAY, seats=("A1", "B2", "C3"), paid=True, conflicts="none", result="passed",
            by=one, now=NOW,
        )  # fmt: skip
        assert note_reply(session, owner, TODAY.toordinal(), "none-wanted", by=one, now=NOW) is not None
    run(database, organization(claim(by="Somebody else")), service())
    with database.reading() as session:
        ours = sa.select(Fact.standing).where(Fact.slot == "survivor-reviewed:panel")
        assert session.scalars(ours).all() == ["proposed"]
    assert set(kept(database).values()) == {"attested"}


def test_an_invented_network_has_its_invented_panels(database: Database) -> None:
    row: SourceRow = organization(claim())
    with database.transaction() as session:
        now = session.info["now"]
        network = ensure_network(session, key="practice", name="Practice", kind="practice")
        source = ensure_source(session, key="practice", kind="file", trust="partner")
        opened = start_run(session, source, reader="bundled", now=now)
        store_rows(session, opened, [row], network_id=network.id, by=None, now=now)
    assert kept(database) == {("organization", "survivor-reviewed:panel"): "survivor-reviewed"}
    assert rules(database)["organization:1"] == ("accepted", None)
