"""What admins do to accounts of others, who may speak for whom, and neighbours."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from directory.errors import BadInputError, NotFoundError, RefusedError
from directory.people import accounts, sessions
from directory.people.actor import Actor, Role
from directory.people.models import Credential, Vouch
from directory.people.queries import actor_of, list_people, person_by_public_id
from tests.directory.people.written import all_that_is_audited, entries, id_of, letters
from tests.staff import acting, make_person

Deed = Callable[[Session, str, Actor, dt.datetime], None]


def _remove(session: Session, public_id: str, by: Actor, now: dt.datetime) -> None:
    accounts.remove(session, public_id, by=by, now=now)


def _change_role(session: Session, public_id: str, by: Actor, now: dt.datetime) -> None:
    accounts.change_role(session, public_id, "partner", by=by, now=now)


def _set_scopes(session: Session, public_id: str, by: Actor, now: dt.datetime) -> None:
    accounts.set_scopes(session, public_id, frozenset({("area", "US-FL")}), by=by, now=now)


DEEDS: tuple[Deed, ...] = (_remove, _change_role, _set_scopes)


@pytest.fixture
def root(session: Session) -> Actor:
    """An admin."""
    return acting(session, make_person(session, "Root", "admin", scopes=()))


@pytest.fixture
def ana(session: Session) -> int:
    """A coordinator."""
    return make_person(session, "Ana")


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("role", ["partner", "coordinator", "law-enforcement", "neighbour"])
def test_only_admins_change_accounts_of_others(
    session: Session, ana: int, now: dt.datetime, deed: Deed, role: Role
) -> None:
    before = actor_of(session, ana)
    with pytest.raises(RefusedError, match="An admin"):
        deed(session, id_of(session, ana), acting(session, make_person(session, "Someone", role)), now)
    assert actor_of(session, ana) == before


@pytest.mark.parametrize("deed", DEEDS)
def test_an_admin_has_to_prove_once_more_that_it_is_them_before_any_of_it(
    session: Session, ana: int, root: Actor, now: dt.datetime, deed: Deed
) -> None:
    with pytest.raises(RefusedError, match="once more"):
        deed(session, id_of(session, ana), acting(session, root.id, stepped_up=False), now)


@pytest.mark.parametrize("deed", DEEDS)
def test_nobody_does_any_of_it_to_their_own_account(
    session: Session, root: Actor, now: dt.datetime, deed: Deed
) -> None:
    make_person(session, "Second", "admin")
    with pytest.raises(RefusedError, match="own account"):
        deed(session, root.public_id, root, now)


@pytest.mark.parametrize("deed", DEEDS)
def test_each_of_it_is_audited_without_names_and_told_to_the_person_and_to_the_other_admins(
    session: Session, ana: int, root: Actor, now: dt.datetime, deed: Deed
) -> None:
    make_person(session, "Second", "admin")
    public_id = id_of(session, ana)
    deed(session, public_id, root, now)
    assert [subject for _, subject in entries(session)] == [public_id]
    assert not any(word in all_that_is_audited(session) for word in ("Ana", "ana@example.org", "US-FL"))
    assert sorted(to for to, _ in letters(session)) == ["ana@example.org", "second@example.org"]


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("public_id", ["", "no id", "00000000-0000-4000-8000-000000000000", "' OR 1=1 --"])
def test_nothing_is_done_to_nobody(session: Session, root: Actor, now: dt.datetime, deed: Deed, public_id: str) -> None:
    with pytest.raises(NotFoundError):
        deed(session, public_id, root, now)


def test_whoever_is_removed_has_no_session_no_key_and_no_address_left(
    session: Session, ana: int, root: Actor, now: dt.datetime
) -> None:
    key, public_id = sessions.begin(session, ana, now=now), id_of(session, ana)
    accounts.remove(session, public_id, by=root, now=now)
    session.expire_all()
    assert sessions.session_of(session, key, now=now) is None
    assert session.scalars(sa.select(Credential).where(Credential.retired_at.is_(None))).all() == _keys(session, root)
    assert "ana@example.org" not in [one.email for one in list_people(session)]
    with pytest.raises(NotFoundError):
        person_by_public_id(session, public_id)
    with pytest.raises(NotFoundError):
        actor_of(session, ana)


def _keys(session: Session, actor: Actor) -> list[Credential]:
    return list(session.scalars(sa.select(Credential).where(Credential.person_id == actor.id)))


def test_there_is_always_an_admin(session: Session, root: Actor, now: dt.datetime) -> None:
    second = acting(session, make_person(session, "Second", "admin"))
    accounts.remove(session, root.public_id, by=second, now=now)
    # Somebody who was removed meanwhile, or only invited, keeps no deployment.
    make_person(session, "Third", "coordinator")
    for deed in (_remove, _change_role):
        with pytest.raises(RefusedError, match="There has to be an admin"):
            deed(session, second.public_id, root, now)
    with pytest.raises(RefusedError, match="There has to be an admin"):
        accounts.remove_from_shell(session, "second@example.org", by=root.id, now=now)


def test_a_new_role_holds_at_once_and_ends_what_was_open(
    session: Session, ana: int, root: Actor, now: dt.datetime
) -> None:
    key = sessions.begin(session, ana, now=now)
    accounts.change_role(session, id_of(session, ana), "partner", by=root, now=now)
    session.expire_all()
    assert sessions.session_of(session, key, now=now) is None
    assert actor_of(session, ana).role == "partner"


@pytest.mark.parametrize("role", ["neighbour", "public", ""])
def test_nobody_is_given_what_is_no_role_of_people(
    session: Session, ana: int, root: Actor, now: dt.datetime, role: Role
) -> None:
    with pytest.raises(BadInputError):
        accounts.change_role(session, id_of(session, ana), role, by=root, now=now)


def test_scopes_are_said_anew_as_a_whole(session: Session, ana: int, root: Actor, now: dt.datetime) -> None:
    wanted = frozenset({("area", "US-FL"), ("network", "other")})
    accounts.set_scopes(session, id_of(session, ana), wanted, by=root, now=now)
    assert actor_of(session, ana).scopes == wanted
    with pytest.raises(BadInputError):
        accounts.set_scopes(session, id_of(session, ana), frozenset({("planet", "earth")}), by=root, now=now)
    accounts.set_scopes(session, id_of(session, ana), frozenset(), by=root, now=now)
    assert actor_of(session, ana).scopes == frozenset()


def test_whoever_runs_the_program_removes_by_address(session: Session, ana: int, root: Actor, now: dt.datetime) -> None:
    accounts.remove_from_shell(session, " ANA@example.org", by=root.id, now=now)
    for email in ("ana@example.org", "nobody@example.org"):
        with pytest.raises(NotFoundError):
            accounts.remove_from_shell(session, email, by=root.id, now=now)


class TestVouching:
    """Who may say that they know somebody."""

    def test_a_third_person_says_it_once(self, session: Session, root: Actor, now: dt.datetime) -> None:
        guest = make_person(session, "Guest", days=0, invited_by=root.id)
        third = acting(session, make_person(session, "Third"))
        for _ in range(2):
            accounts.vouch(session, id_of(session, guest), by=third, now=now)
        assert actor_of(session, guest).vouched_by == {third.id}
        assert entries(session) == [("person.vouched-for", id_of(session, guest))]

    def test_neither_oneself_nor_ones_host_is_a_third(self, session: Session, root: Actor, now: dt.datetime) -> None:
        guest = make_person(session, "Guest", days=30, invited_by=root.id)
        for by in (root, acting(session, guest)):
            with pytest.raises(RefusedError, match="third person"):
                accounts.vouch(session, id_of(session, guest), by=by, now=now)

    @pytest.mark.parametrize("role", ["partner", "law-enforcement", "neighbour"])
    def test_the_word_of_others_does_not_count(self, session: Session, ana: int, now: dt.datetime, role: Role) -> None:
        with pytest.raises(RefusedError, match="coordinator or admin"):
            accounts.vouch(session, id_of(session, ana), by=acting(session, make_person(session, "S", role)), now=now)

    def test_it_needs_a_fresh_proof_and_a_key_of_ones_own(
        self, session: Session, ana: int, root: Actor, now: dt.datetime
    ) -> None:
        keyless = acting(session, make_person(session, "Keyless", has_key=False))
        for by in (acting(session, root.id, stepped_up=False), keyless):
            with pytest.raises(RefusedError):
                accounts.vouch(session, id_of(session, ana), by=by, now=now)

    @pytest.mark.parametrize("depth", [1, 2, 3])
    def test_two_guests_of_one_host_do_not_speak_for_each_other_on_the_first_day(
        self, session: Session, root: Actor, now: dt.datetime, depth: int
    ) -> None:
        host = root.id
        for number in range(depth - 1):
            host = make_person(session, f"Between{number}", "admin", days=0, invited_by=host)
        first = make_person(session, "First", days=0, invited_by=host)
        second = make_person(session, "Second", days=0, invited_by=root.id)
        for one, other in ((first, second), (second, first)):
            with pytest.raises(RefusedError, match="same invitation"):
                accounts.vouch(session, id_of(session, one), by=acting(session, other), now=now)
        accounts.vouch(session, id_of(session, first), by=acting(session, second), now=now + dt.timedelta(days=7))

    def test_a_new_guest_does_not_speak_for_their_host(self, session: Session, now: dt.datetime) -> None:
        host = make_person(session, "Host", "admin", days=0)
        guest = acting(session, make_person(session, "Guest", days=0, invited_by=host))
        with pytest.raises(RefusedError, match="same invitation"):
            accounts.vouch(session, id_of(session, host), by=guest, now=now)

    def test_people_whom_the_program_invited_may_know_each_other_from_the_first_day(
        self, session: Session, now: dt.datetime
    ) -> None:
        first, second = make_person(session, "First", days=0), make_person(session, "Second", days=0)
        accounts.vouch(session, id_of(session, first), by=acting(session, second), now=now)
        assert session.scalars(sa.select(Vouch.by_id)).all() == [second]


class TestNeighbours:
    """Deployments that sign approvals."""

    def test_a_neighbour_is_found_by_its_key_and_told_to_all_admins(
        self, session: Session, root: Actor, now: dt.datetime
    ) -> None:
        public = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
        made = accounts.add_neighbour(session, name=" Next  County ", public_key=public, by=root.id, now=now)
        found = accounts.neighbour_of_key(session, public)
        assert found is not None
        assert (found.id, found.name, found.role, found.has_key) == (made.id, "Next County", "neighbour", True)
        assert accounts.neighbour_of_key(session, Ed25519PrivateKey.generate().public_key().public_bytes_raw()) is None
        assert letters(session) == [("root@example.org", "signing-key-added")]

    def test_a_key_is_one_neighbours_and_good_until_it_is_removed(
        self, session: Session, root: Actor, now: dt.datetime
    ) -> None:
        public = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
        made = accounts.add_neighbour(session, name="Next", public_key=public, by=root.id, now=now)
        with pytest.raises(RefusedError, match="known here already"):
            accounts.add_neighbour(session, name="Other", public_key=public, by=root.id, now=now)
        accounts.remove(session, str(made.public_id), by=root, now=now)
        assert accounts.neighbour_of_key(session, public) is None

    @pytest.mark.parametrize(
        ("name", "key"), [("Next", b""), ("Next", bytes(31)), ("", bytes(32)), ("\x07", bytes(32))]
    )
    def test_what_is_no_key_or_name_is_refused(
        self, session: Session, root: Actor, now: dt.datetime, name: str, key: bytes
    ) -> None:
        with pytest.raises(BadInputError):
            accounts.add_neighbour(session, name=name, public_key=key, by=root.id, now=now)

    def test_a_neighbour_gets_no_other_role(self, session: Session, root: Actor, now: dt.datetime) -> None:
        made = accounts.add_neighbour(session, name="Next", public_key=bytes(range(32)), by=root.id, now=now)
        with pytest.raises(BadInputError):
            accounts.change_role(session, str(made.public_id), "admin", by=root, now=now)
