"""What is said of a source: its licence, what that allows, and how far a command may trust it."""

import itertools

import pytest
import sqlalchemy as sa

from directory.audit.models import AuditEntry
from directory.db import Database
from directory.errors import BadInputError, NotFoundError, RefusedError
from directory.people.service import command_line_person
from directory.sources.models import SHARING, Source
from directory.sources.policy import (
    OWN_PEOPLE,
    SHARING_WORDS,
    TRUST,
    Receiver,
    SourceTerms,
    attribution,
    may_pass_on,
    may_set_trust,
)
from directory.sources.queries import get_source, list_sources
from directory.sources.service import NewTerms, add_source, ensure_source, require_running, set_paused, set_terms

PARTNER = Receiver(source_id=7, licence="CC BY-SA 4.0")


@pytest.mark.parametrize(
    ("sharing", "own_people", "partner"),
    [
        ("free", True, True),
        ("attribution", True, True),
        ("share-alike", True, False),
        ("none", False, False),
        ("not-stated", True, False),
    ],
)
def test_a_licence_decides_who_gets_a_copy(sharing: str, *, own_people: bool, partner: bool) -> None:
    terms = SourceTerms(1, "county", licence="ODbL", sharing=sharing)
    assert (may_pass_on(terms, OWN_PEOPLE), may_pass_on(terms, PARTNER)) == (own_people, partner)


def test_a_source_gets_back_its_own_words_and_share_alike_goes_where_it_stays_so() -> None:
    assert may_pass_on(SourceTerms(7, "county", sharing="none"), PARTNER)
    assert may_pass_on(SourceTerms(1, "other", licence="cc by-sa 4.0", sharing="share-alike"), PARTNER)
    assert not may_pass_on(SourceTerms(1, "other", sharing="share-alike"), Receiver(source_id=7))


def test_every_word_for_sharing_is_explained_and_a_source_is_named_with_its_licence() -> None:
    assert SHARING_WORDS.keys() == set(SHARING)
    assert attribution(SourceTerms(1, "county", "County 211", "CC BY 4.0")) == "County 211 (CC BY 4.0)"
    assert attribution(SourceTerms(1, "county")) == "county"


def test_a_command_raises_no_trust_beyond_a_partners() -> None:
    raised = {
        (held, wanted)
        for held, wanted in itertools.product(TRUST, TRUST)
        if TRUST.index(wanted) < TRUST.index(held) and may_set_trust(held, wanted)
    }
    assert raised == {("feed", "partner")}
    assert all(may_set_trust(held, wanted) for held in TRUST for wanted in TRUST[TRUST.index(held) :])


def _made(database: Database, key: str = "county") -> int:
    with database.transaction() as session:
        ensure_source(session, key=key, kind="file", trust="feed")
        return command_line_person(session, now=session.info["now"]).id


def test_what_is_said_of_a_source_is_kept_and_written_down_without_its_words(database: Database) -> None:
    by = _made(database)
    said = NewTerms(owner="County  211", licence="CC BY 4.0", sharing="attribution", trust="partner")
    with database.transaction() as session:
        set_terms(session, "county", said, by=by, now=session.info["now"])
    with database.reading() as session:
        kept = list_sources(session, key="county")[0]
        entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert (kept.owner, kept.licence, kept.sharing, kept.trust) == ("County 211", "CC BY 4.0", "attribution", "partner")
    assert entry is not None
    assert (entry.verb, entry.subject, entry.by_id) == ("source.changed", "county", by)
    assert "CC BY" not in str(entry.body)


@pytest.mark.parametrize("trust", ["pinned", "provider", "human"])
def test_a_list_is_never_raised_to_what_people_have_confirmed(database: Database, trust: str) -> None:
    by = _made(database)
    with database.transaction() as session, pytest.raises(RefusedError, match="partner"):
        set_terms(session, "county", NewTerms(trust=trust, sharing="free"), by=by, now=session.info["now"])
    with database.reading() as session:
        kept = get_source(session, "county")
        assert (kept.trust, kept.sharing) == ("feed", "not-stated")


def test_what_is_said_again_or_too_long_or_of_nobody_is_refused(database: Database) -> None:
    by = _made(database)
    with database.transaction() as session:
        now = session.info["now"]
        with pytest.raises(RefusedError, match="Nothing"):
            set_terms(session, "county", NewTerms(sharing="not-stated", owner=""), by=by, now=now)
        with pytest.raises(BadInputError, match="characters"):
            set_terms(session, "county", NewTerms(terms="x" * 501), by=by, now=now)
        with pytest.raises(BadInputError, match="licence"):
            set_terms(session, "county", NewTerms(sharing="sometimes"), by=by, now=now)
        with pytest.raises(NotFoundError):
            set_terms(session, "nobody", NewTerms(owner="x"), by=by, now=now)


def test_nothing_is_read_of_a_paused_source_until_it_is_resumed(database: Database) -> None:
    by = _made(database)
    with database.transaction() as session:
        set_paused(session, "county", is_paused=True, by=by, now=session.info["now"])
        with pytest.raises(RefusedError, match="sources resume county"):
            require_running(get_source(session, "county"))
        with pytest.raises(RefusedError, match="already"):
            set_paused(session, "county", is_paused=True, by=by, now=session.info["now"])
    with database.transaction() as session:
        set_paused(session, "county", is_paused=False, by=by, now=session.info["now"])
        require_running(session.scalars(sa.select(Source)).one())


def test_a_source_is_made_known_before_it_is_read(database: Database) -> None:
    by = _made(database)
    with database.transaction() as session:
        now = session.info["now"]
        add_source(session, "state-211", by=by, now=now)
        with pytest.raises(RefusedError, match="already"):
            add_source(session, "state-211", by=by, now=now)
        for key in ("", "two words", "x" * 101, "a\tb"):
            with pytest.raises(BadInputError, match="one word"):
                add_source(session, key, by=by, now=now)
    with database.reading() as session:
        assert [(one.key, one.rows, one.runs) for one in list_sources(session)] == [
            ("county", 0, 0),
            ("state-211", 0, 0),
        ]
