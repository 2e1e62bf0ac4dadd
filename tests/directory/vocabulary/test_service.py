import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import Database
from directory.errors import RefusedError
from directory.vocabulary.models import TermRow
from directory.vocabulary.service import sync_terms
from directory.vocabulary.terms import Term, schemes, terms

SHIPPED = [term for scheme in schemes() for term in terms(scheme)]
NEXT_BIT = len(terms("kind"))


def row_of(session: Session, scheme: str, code: str) -> TermRow:
    return session.scalars(sa.select(TermRow).where(TermRow.scheme == scheme, TermRow.code == code)).one()


def everything(session: Session) -> list[tuple[object, ...]]:
    return [tuple(row) for row in session.execute(sa.select(TermRow.__table__).order_by(TermRow.id))]


def test_an_upgrade_brings_every_shipped_term(session: Session) -> None:
    sync_terms(session)
    rows = session.scalars(sa.select(TermRow)).all()
    assert {(row.scheme, row.code, row.bit) for row in rows} == {(t.scheme, t.code, t.bit) for t in SHIPPED}
    assert all(row.shipped and not row.retired for row in rows)
    safe_house = row_of(session, "kind", "safe-house")
    assert safe_house.parent_id == row_of(session, "kind", "shelter").id
    assert safe_house.labels == '{"en":"Safe house","es":"Casa segura"}'


def test_a_second_upgrade_changes_nothing(database: Database) -> None:
    with database.transaction() as session:
        sync_terms(session)
        before = everything(session)
    with database.transaction() as session:
        assert sync_terms(session) == 0
        assert everything(session) == before


def test_a_changed_label_follows_and_a_term_that_is_gone_is_retired_and_may_come_back(session: Session) -> None:
    sync_terms(session)
    count = len(everything(session))
    changed = [msgspec.structs.replace(t, labels={"en": "Grub"}) if t.code == "food" else t for t in SHIPPED]
    assert sync_terms(session, shipped=[t for t in changed if t.code != "esl"]) == 2
    assert row_of(session, "kind", "food").labels == '{"en":"Grub"}'
    assert row_of(session, "kind", "esl").retired
    assert sync_terms(session) == 2
    assert not row_of(session, "kind", "esl").retired
    assert len(everything(session)) == count


def test_an_admins_own_terms_are_never_touched(session: Session) -> None:
    sync_terms(session)
    own = TermRow(scheme="kind", code="horse-therapy", bit=125, labels='{"en":"Horses"}', crosswalk="{}", shipped=False)
    session.add(own)
    session.flush()
    before = everything(session)
    later = Term(scheme="kind", code="horse-therapy", bit=NEXT_BIT, labels={"en": "Therapy with horses"})
    assert sync_terms(session, shipped=[*SHIPPED, later]) == 0
    assert everything(session) == before


@pytest.mark.parametrize(
    "wrong",
    [
        Term(scheme="kind", code="new-kind", bit=0, labels={"en": "New"}),
        Term(scheme="kind", code="food", bit=NEXT_BIT, labels={"en": "Food"}),
    ],
)
def test_a_bit_is_never_given_twice(session: Session, wrong: Term) -> None:
    sync_terms(session)
    before = everything(session)
    with pytest.raises(RefusedError):
        sync_terms(session, shipped=[*(t for t in SHIPPED if t.code != wrong.code), wrong])
    session.expire_all()
    session.expunge_all()
    assert everything(session) == before


def test_the_bit_of_a_retired_term_stays_taken(session: Session) -> None:
    sync_terms(session)
    without = [t for t in SHIPPED if t.code != "other"]
    sync_terms(session, shipped=without)
    heir = Term(scheme="kind", code="heir", bit=NEXT_BIT - 1, labels={"en": "Heir"})
    with pytest.raises(RefusedError):
        sync_terms(session, shipped=[*without, heir])


def test_the_database_itself_refuses_a_bit_twice(database: Database) -> None:
    double = TermRow(scheme="kind", code="double", bit=0, labels="{}", crosswalk="{}", shipped=False)
    with pytest.raises(sa.exc.IntegrityError), database.transaction() as session:  # noqa: PT012
        sync_terms(session)
        session.add(double)
        session.flush()
