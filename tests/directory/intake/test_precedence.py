"""Whose word counts for more, value by value; and what nobody's import ever lowers."""

import itertools
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import hypothesis
import hypothesis.strategies as st
import msgspec
import pytest
import sqlalchemy as sa

from directory.bootstrap import working_network
from directory.db import Database
from directory.errors import RefusedError
from directory.freshness.service import add_evidence
from directory.intake.missing import mark_missing
from directory.intake.plan import Difference, Plan, RowChange, day, in_words
from directory.intake.precedence import RANKS, backings
from directory.intake.service import SourceRow, StoredRow, store_rows
from directory.integrity import service as integrity
from directory.integrity.editing import Edit
from directory.listings.changes import Author
from directory.listings.drafts import OPENNESS, FactDraft, OrganizationDraft, ServiceDraft
from directory.listings.fields import Text
from directory.listings.models import Fact, Record
from directory.listings.service import set_standing
from directory.people.models import Person
from directory.reconciliation.service import reconcile
from directory.sources.models import Claim, Source, SourceRecord
from directory.sources.service import ensure_source, finish_run, start_run
from tests import makers
from tests.conftest import NOW
from tests.directory.intake.test_service import organization, service
from tests.staff import acting, make_person


def run(database: Database, *rows: SourceRow, source: str = "county", trust: str = "feed") -> list[StoredRow]:
    """One run of a source that is trusted so."""
    with database.transaction() as session:
        read = ensure_source(session, key=source, kind="feed", trust=trust)
        opened = start_run(session, read, reader="hsds", now=NOW)
        stored = store_rows(session, opened, rows, network_id=working_network(session).id, by=None, now=NOW)
        finish_run(session, opened, state="applied", totals={}, now=NOW)
    return stored


def said_by(database: Database, *rows: SourceRow, source: str, trust: str) -> list[StoredRow]:
    """A run of another source about the records of the first, as if they had been found to be the same."""
    with database.transaction() as session:
        read = ensure_source(session, key=source, kind="feed", trust=trust)
        known = set(session.scalars(sa.select(SourceRecord.source_key).where(SourceRecord.source_id == read.id)))
        first = sa.select(SourceRecord).join(Source).where(Source.key == "county").order_by(SourceRecord.id)
        for seen in session.scalars(first).all():
            if seen.source_key not in known:
                session.add(
                    SourceRecord(
                        source_id=read.id, source_key=seen.source_key, record_id=seen.record_id, outcome="accepted",
                        seen_at=NOW,
                    )
                )  # fmt: skip
    return run(database, *rows, source=source, trust=trust)


def words(database: Database) -> tuple[list[str], list[str]]:
    """What the service is said to be: now, and as proposals."""
    with database.reading() as session:
        rows = session.execute(
            sa.select(Fact.standing, Fact.value).where(Fact.field == "description", Fact.record_kind == "service")
        ).all()
    said = [(row.standing, in_words("description", "", row.value)) for row in rows if row.value]
    return [w for standing, w in said if standing == "current"], [w for standing, w in said if standing == "proposed"]


def about(text: str) -> SourceRow:
    """A row that says this of the service."""
    return service(makers.text("description", text))


@pytest.mark.parametrize(("first", "second"), list(itertools.product(RANKS, RANKS)))
def test_a_source_takes_the_place_of_what_counts_for_less_and_of_nothing_else(
    sqlite_database: Database, first: str, second: str
) -> None:
    run(sqlite_database, organization(), about("Ours."), trust=first)
    said_by(sqlite_database, organization(), about("Theirs."), source="other", trust=second)
    expected = (["Theirs."], []) if RANKS[second] > RANKS[first] else (["Ours."], ["Theirs."])
    assert words(sqlite_database) == expected


def test_a_feed_gives_way_to_a_partner_and_does_not_come_back(database: Database) -> None:
    run(database, organization(), about("Feed."))
    said_by(database, organization(), about("Partner."), source="partner", trust="partner")
    [_, answer] = run(database, organization(), about("Feed, again."))
    assert words(database) == (["Partner."], ["Feed, again."])
    [difference] = answer.differences
    assert (difference.effect, difference.why) == ("waits", ("higher-source",))
    said_by(database, organization(), about("Partner, later."), source="partner", trust="partner")
    assert words(database)[0] == ["Partner, later."]
    assert reconcile(database, now=NOW) == []


@pytest.mark.parametrize(
    ("method", "trust", "follows"),
    [("call", "feed", False), ("call", "human", False), ("call", "provider", True), ("provider", "provider", False)],
)
def test_what_somebody_confirmed_gives_way_to_what_counts_for_more(
    sqlite_database: Database, method: str, trust: str, follows: bool
) -> None:
    run(sqlite_database, organization(), about("Ours."), trust=trust)
    with sqlite_database.transaction() as session:
        held = session.scalars(sa.select(Fact.id).where(Fact.field == "description")).one()
        add_evidence(session, held, method=method, outcome="answered", log2_odds=-4, observed_at=NOW, run_key="call:1")
    [_, answer] = run(sqlite_database, organization(), about("Theirs."), trust=trust)
    assert words(sqlite_database) == ((["Theirs."], []) if follows else (["Ours."], ["Theirs."]))
    assert "confirmed" in answer.differences[0].ours_by


def test_what_a_source_says_of_itself_makes_it_no_more_certain(sqlite_database: Database) -> None:
    run(sqlite_database, organization(), about("Ours."))
    with sqlite_database.transaction() as session:
        held = session.scalars(sa.select(Fact).where(Fact.field == "description")).one()
        add_evidence(
            session, held.id, method="feed", outcome="verified", log2_odds=-1, observed_at=NOW, run_key="feed:1"
        )
        assert backings(session, [held], now=NOW)[held.id].why == "other-source"
    run(sqlite_database, organization(), about("Ours, later."))
    assert words(sqlite_database) == (["Ours, later."], [])


def _edit(database: Database, edit: Edit) -> None:
    with database.transaction() as session:
        number = session.scalar(sa.select(sa.func.count()).select_from(Person))
        editor = acting(session, make_person(session, f"Editor{number}"))
        target = session.scalars(sa.select(Record.id).where(Record.kind == "service")).one()
        integrity.edit(session, target, [edit], by=editor, reason="they said so", now=NOW)


def test_what_a_person_entered_stays_also_where_the_source_came_to_say_the_same(database: Database) -> None:
    run(database, organization(), about("Feed."))
    _edit(database, Edit(FactDraft("description", Text("A person."))))
    run(database, organization(), about("A person."))
    [_, answer] = run(database, organization(), about("Feed, later."))
    assert words(database) == (["A person."], ["Feed, later."])
    assert answer.differences[0].why == ("entered",)


def test_a_source_that_goes_on_saying_what_people_took_away_is_not_heard_again(database: Database) -> None:
    run(database, organization(), about("Feed."))
    _edit(database, Edit(FactDraft("description", Text("A person."))))
    [_, answer] = run(database, organization(), service(makers.text("description", "Feed."), makers.kind("food")))
    assert words(database) == (["A person."], [])
    assert [(one.field, one.effect, one.why) for one in answer.differences] == [
        ("description", "kept", ("removed",)), ("kind", "added", ()),
    ]  # fmt: skip
    with database.reading() as session:
        held = session.scalars(sa.select(Fact.id).where(Fact.field == "description", Fact.standing == "current")).one()
    _edit(database, Edit(fact_id=held))
    [_, answer] = run(database, organization(), about("Feed."))
    assert words(database) == ([], [])
    assert answer.what == "changed"
    assert [one.effect for one in answer.differences if one.field == "description"] == ["kept"]


def test_differences_are_sentences(now: Any) -> None:
    today = now.date()
    assert day(today, today=today) == "26 November"
    assert day(today.replace(year=2025), today=today) == "26 November 2025"
    waits = Difference(
        "phone", "voice", "waits", ours="305-555-0142", ours_by="confirmed by phone 12 March", theirs="305-555-0199",
        theirs_by="county-211, retrieved 3 May", why=("confirmed",),
    )  # fmt: skip
    assert waits.sentence == (
        "phone voice: ours 305-555-0142 (confirmed by phone 12 March) / theirs 305-555-0199 (county-211, retrieved "
        "3 May), waits for people: somebody confirmed ours"
    )
    for effect in ("added", "follows", "gone", "kept"):
        assert msgspec.structs.replace(waits, effect=effect).sentence.startswith("phone voice: ")
    assert in_words("address", "", '{"address_1":"9 Lantern Road"}') == "the place"
    assert in_words("kind", "food", "{}") == "food"
    assert len(in_words("description", "", '{"text":"' + "word " * 50 + '"}')) <= 80
    schedule = '{"days":{"MO":[[540,1020]]},"text":"Mon 9-5","zone":"America/New_York"}'
    assert "Mon 9-5" in in_words("schedule", "office", schedule)
    assert Plan("county", "2026-11-26", rows=(RowChange("1", "A", "gone"),)).counts() == {"missing": 1}


# Random lives of a directory: what nobody's import may lower.

# Each example is a database of its own: to make a failing one smaller would take longer than to read it.
_SEARCHED = (hypothesis.Phase.explicit, hypothesis.Phase.reuse, hypothesis.Phase.generate)
_NUMBERS = ("+13055550142", "+13055550143", "+13055550144")
_ROWS = st.builds(
    lambda number, name, secret, extra: (number, name, secret, extra),
    st.sampled_from(_NUMBERS), st.sampled_from(("Practice Service", "Other Service")), st.booleans(),
    st.sampled_from(("", "Bread.", "Soup.")),
)  # fmt: skip
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("import"), st.sampled_from(("county", "state")), _ROWS),
        st.tuples(st.just("again"), st.sampled_from(("county", "state")), _ROWS),
        st.tuples(st.just("missing"), st.sampled_from(("county", "state")), st.none()),
        st.tuples(st.just("edit"), st.sampled_from(("Ours.", "Ours, later.")), st.none()),
        st.tuples(st.just("confirm"), st.just(""), st.none()),
        st.tuples(st.just("close"), st.sampled_from(("closed", "do-not-list")), st.none()),
    ),
    min_size=2,
    max_size=9,
)


def _row(said: tuple[str, str, bool, str], key: str) -> tuple[SourceRow, SourceRow]:
    number, name, is_secret, extra = said
    facts = [makers.text("name", name), makers.phone(number)]
    facts += [makers.text("description", extra)] if extra else []
    owner = OrganizationDraft(f"organization:{key}", [makers.text("name", "Practice House")])
    draft = ServiceDraft(
        f"service:{key}", f"organization:{key}", facts, "area_only" if is_secret else "public",
        "US-FL-331" if is_secret else None, [] if is_secret else [makers.site(f"site:{key}")],
    )  # fmt: skip
    return SourceRow(owner.source_key, owner, "accepted"), SourceRow(draft.source_key, draft, "accepted")


class _Floor:
    """What has been reached, and may not be lowered: by record and by fact."""

    def __init__(self, database: Database) -> None:
        with database.reading() as session:
            records = session.execute(sa.select(Record.id, Record.location_disclosure, Record.standing)).all()
            self.disclosure = {row.id: OPENNESS.index(row.location_disclosure) for row in records}
            self.out = {row.id: row.standing for row in records if row.standing in {"closed", "do-not-list"}}
            current = session.scalars(sa.select(Fact).where(Fact.standing == "current")).all()
            behind = backings(session, current, now=NOW)
            self.ranks = {
                (fact.record_id, fact.field, fact.slot): (behind[fact.id].rank, fact.value)
                for fact in current
                if behind[fact.id].why != "other-source"
            }
            self.shown = set(session.scalars(sa.text("SELECT record_id FROM card WHERE brief IS NOT NULL")))

    def is_below(self, other: "_Floor", *, withdrawn: bool) -> None:
        assert all(other.disclosure[one] >= level for one, level in self.disclosure.items())
        assert all(other.out.get(one) == standing for one, standing in self.out.items())
        if not withdrawn:
            assert all(other.ranks.get(place) == held for place, held in self.ranks.items())
        assert not other.shown & self.out.keys()


def _act(database: Database, step: tuple[str, str, Any]) -> bool:
    """Do one thing; whether it was an import."""
    what, who, said = step
    if what in {"import", "again"}:
        run(database, *_row(said, "1" if what == "import" else "2"), source=who)
        return True
    with database.transaction() as session:
        listings = session.scalars(sa.select(Record.id).where(Record.kind == "listing").order_by(Record.id)).all()
        if what == "missing":
            source = ensure_source(session, key=who, kind="feed", trust="feed")
            opened = start_run(session, source, reader="hsds", now=NOW)
            mark_missing(session, opened, {"service:9"}, author=Author("import", "gone", None, opened.id), now=NOW)
            finish_run(session, opened, state="applied", totals={}, now=NOW)
            return True
        if not listings:
            return False
        if what == "close":
            set_standing(session, listings[0], who, by=None, reason="closed", now=NOW)
            return False
        phones = session.scalars(
            sa.select(Fact.id).where(Fact.field == "phone", Fact.standing == "current").order_by(Fact.id)
        ).all()
        if what == "confirm" and phones:
            makers.confirm(session, phones[0])
    if what == "edit":
        # Who says the same again changes nothing.
        with suppress(RefusedError), database.transaction() as session:
            number = session.scalar(sa.select(sa.func.count()).select_from(Person))
            editor = acting(session, make_person(session, f"Editor{number}"))
            target = session.scalars(sa.select(Record.id).where(Record.kind == "service").order_by(Record.id)).first()
            state = session.scalars(sa.select(Record.standing).where(Record.service_id == target)).first()
            if target is not None and state == "listed":
                words = Edit(FactDraft("description", Text(who)))
                integrity.edit(session, target, [words], by=editor, reason="they said so", now=NOW)
    return False


@pytest.fixture
def new_database(sqlite_files: Any) -> Callable[[], Database]:
    """A new database for each example of a property."""
    from directory.bootstrap import open_database

    return lambda: open_database(sqlite_files.migrated(), clock=lambda: NOW)


@hypothesis.settings(max_examples=25, phases=_SEARCHED, suppress_health_check=list(hypothesis.HealthCheck))
@hypothesis.given(steps=_STEPS)
def test_no_import_lowers_trust_disclosure_or_a_tombstone(
    new_database: Callable[[], Database], steps: Sequence[tuple[str, str, Any]]
) -> None:
    database = new_database()
    try:
        for step in steps:
            before = _Floor(database)
            is_import = _act(database, step)
            after = _Floor(database)
            if is_import:
                withdrawn = before.disclosure != {one: after.disclosure[one] for one in before.disclosure}
                before.is_below(after, withdrawn=withdrawn)
        assert reconcile(database, now=NOW) == []
    finally:
        database.dispose()


_FEEDS = st.lists(_ROWS, min_size=1, max_size=4)


@hypothesis.settings(max_examples=15, phases=_SEARCHED, suppress_health_check=list(hypothesis.HealthCheck))
@hypothesis.given(one=_FEEDS, other=_FEEDS)
def test_the_order_of_two_imports_of_disjoint_sources_does_not_matter(
    new_database: Callable[[], Database], one: list[Any], other: list[Any]
) -> None:
    def rows(feed: list[Any]) -> list[SourceRow]:
        pairs = [_row(said, str(number)) for number, said in enumerate(feed)]
        return [owner for owner, _ in pairs] + [offer for _, offer in pairs]

    told = []
    for order in ((("county", one), ("state", other)), (("state", other), ("county", one))):
        database = new_database()
        for source, feed in order:
            run(database, *rows(feed), source=source)
        with database.reading() as session:
            query = (
                sa.select(
                    Source.key, SourceRecord.source_key, Record.kind, Record.standing, Record.location_disclosure,
                    Fact.field, Fact.slot, Fact.value, Fact.standing, Fact.tier,
                )
                .join(SourceRecord, SourceRecord.source_id == Source.id)
                .join(Claim, Claim.source_record_id == SourceRecord.id)
                .join(Fact, Fact.id == Claim.fact_id)
                .join(Record, Record.id == Fact.record_id)
            )  # fmt: skip
            told.append(sorted((tuple(row) for row in session.execute(query)), key=repr))
        database.dispose()
    assert told[0] == told[1]
