"""As whose word somebody may bring a document in at the desk."""

import pytest
from sqlalchemy.orm import Session

from directory.db import Database
from directory.errors import BadInputError, RefusedError
from directory.people.actor import Actor
from directory.people.models import Person
from directory.people.service import command_line_person
from directory.sources.policy import TRUST
from directory.sources.queries import get_source, keys_open_to
from directory.sources.service import add_source, ensure_source, require_bringing_in, require_running
from tests import makers
from tests.conftest import NOW
from tests.staff import acting, make_person


def person(session: Session, name: str, role: str = "coordinator", *, organization: int | None = None) -> Actor:
    """Somebody, who may speak for an organization."""
    found = make_person(session, name, role)  # type: ignore[arg-type]
    session.get_one(Person, found).organization_id = organization
    return acting(session, found)


def test_a_list_is_brought_in_by_who_made_it_known_and_by_their_organization(database: Database) -> None:
    with database.transaction() as session:
        harbor, other = (makers.make_organization(session, name) for name in ("Harbor", "Other"))
        ana, bea = (person(session, name, organization=harbor) for name in ("Ana", "Bea"))
        cleo, dora = person(session, "Cleo", organization=other), person(session, "Dora")
        admin = person(session, "Adi", "admin")
        add_source(session, "anas", by=ana.id, now=NOW)
        add_source(session, "doras", by=dora.id, now=NOW)
        add_source(session, "said-so", by=command_line_person(session, now=NOW).id, now=NOW)
        ensure_source(session, key="county-211", kind="file", trust="feed")
        assert keys_open_to(session, by=ana) == keys_open_to(session, by=bea) == {"anas"}
        assert keys_open_to(session, by=dora) == {"doras"}
        assert keys_open_to(session, by=cleo) == set()
        assert keys_open_to(session, by=admin) == {"anas", "doras", "said-so", "county-211"}
        require_bringing_in(session, "anas", by=bea)
        for key in ("county-211", "doras", "nobodys"):
            with pytest.raises(RefusedError, match="somebody else"):
                require_bringing_in(session, key, by=ana)


@pytest.mark.parametrize("trust", TRUST)
def test_only_what_counts_least_is_everybodys_and_no_document_speaks_for_more_than_a_partner(
    database: Database, trust: str
) -> None:
    with database.transaction() as session:
        ana, admin = person(session, "Ana"), person(session, "Adi", "admin")
        add_source(session, "anas", by=ana.id, now=NOW)
        get_source(session, "anas").trust = trust
        session.flush()
        assert bool(keys_open_to(session, by=ana)) == (trust == "feed")
        assert bool(keys_open_to(session, by=admin)) == (trust in {"partner", "feed"})
        if trust in {"partner", "feed"}:
            require_running(get_source(session, "anas"))
        else:
            with pytest.raises(RefusedError, match="no document"):
                require_running(get_source(session, "anas"))


@pytest.mark.parametrize("key", ["county-211", "County-211", "COUNTY-\uff12\uff11\uff11"])
def test_a_new_source_has_no_name_that_looks_like_another(database: Database, key: str) -> None:
    with database.transaction() as session:
        ensure_source(session, key="county-211", kind="file", trust="feed")
        with pytest.raises(RefusedError, match="already"):
            add_source(session, key, by=person(session, "Ana").id, now=NOW)


@pytest.mark.parametrize("key", ["county\u202e-211", "county\u200f-211", "\u2066county", "=county", "a" * 101, ""])
def test_a_key_holds_nothing_that_is_not_seen(database: Database, key: str) -> None:
    with database.transaction() as session, pytest.raises(BadInputError, match="one word"):
        add_source(session, key, by=person(session, "Ana").id, now=NOW)
