"""Invitations: who may send them, to whom, how long a link is good, and that nobody learns from them who works here."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import Database
from directory.errors import BadInputError, DirectoryError, NotFoundError, RefusedError
from directory.people import accounts
from directory.people.actor import Actor, Role
from directory.people.invitations import first_admin, invite, invite_from_shell, look_at_link, use_link
from directory.people.models import Link, Person
from directory.people.policy import Scopes
from directory.people.queries import actor_of, list_people
from directory.people.recovery import come_back
from directory.people.service import COMMAND_LINE, command_line_person
from tests.directory.people.written import all_that_is_audited, entries, fields_of, find, id_of, letters
from tests.staff import acting, make_person

NEW = "new@example.org"
FLORIDA: Scopes = frozenset({("area", "US-FL")})
MIAMI: Scopes = frozenset({("area", "US-FL-331")})


@pytest.fixture
def root(session: Session) -> Actor:
    """An admin."""
    return acting(session, make_person(session, "Root", "admin", scopes=()))


@pytest.fixture
def carla(session: Session) -> Actor:
    """A coordinator of Florida and one network."""
    scopes = (("area", "US-FL"), ("network", "main"))
    return acting(session, make_person(session, "Carla", "coordinator", scopes=scopes))


def _invite(
    session: Session, by: Actor, now: dt.datetime, *, email: str = NEW, role: Role = "partner", scopes: Scopes = FLORIDA
) -> str:
    return invite(session, email=email, name="New Person", role=role, scopes=scopes, by=by, now=now)


def test_whoever_is_invited_joins_with_the_role_and_scope_they_were_given(
    session: Session, carla: Actor, now: dt.datetime
) -> None:
    key = _invite(session, carla, now, email=" New@Example.org ")
    seen = look_at_link(session, key, now=now)
    assert (seen.email, seen.name, seen.purpose) == (NEW, "New Person", "invite")
    joined = use_link(session, key, now=now)
    actor = actor_of(session, joined.person_id)
    assert (actor.role, actor.scopes, actor.invited_by, actor.created_at) == ("partner", FLORIDA, carla.id, now)
    assert [verb for verb, _ in entries(session)] == ["person.invited", "person.joined"]


def test_the_guest_and_all_admins_get_a_letter_when_somebody_is_invited_and_when_they_join(
    session: Session, root: Actor, carla: Actor, now: dt.datetime
) -> None:
    key = _invite(session, carla, now)
    assert letters(session) == [(NEW, "invited"), ("root@example.org", "someone-invited")]
    assert fields_of(session, "invited") == {"link": f"/desk/join/{key}", "when": "2026-11-26", "role": "partner"}
    assert "link" not in fields_of(session, "someone-invited")
    use_link(session, key, now=now)
    assert {(NEW, "joined"), ("root@example.org", "joined")} <= set(letters(session))


def test_an_invitation_leaves_no_key_and_no_address_in_database_or_audit(
    session: Session, carla: Actor, now: dt.datetime
) -> None:
    key = _invite(session, carla, now)
    assert len(key) >= 43  # 256 bits
    assert key not in repr(session.execute(sa.text("SELECT * FROM link")).all())
    assert not any(word in all_that_is_audited(session) for word in (key, NEW, "New Person"))


def test_looking_at_a_link_uses_nothing_up(session: Session, carla: Actor, now: dt.datetime) -> None:
    key = _invite(session, carla, now)
    for _ in range(10):
        look_at_link(session, key, now=now)
    assert find(session, NEW).standing == "invited"
    use_link(session, key, now=now)


def test_a_link_is_good_once(session: Session, carla: Actor, now: dt.datetime) -> None:
    key = _invite(session, carla, now)
    use_link(session, key, now=now)
    for door in (look_at_link, use_link, come_back):
        with pytest.raises(NotFoundError):
            door(session, key, now=now)


def test_of_many_who_use_a_link_at_the_same_time_one_succeeds(database: Database, now: dt.datetime) -> None:
    with database.transaction() as session:
        key = _invite(session, acting(session, make_person(session, "Root", "admin")), now)

    def attempt(_number: int) -> bool:
        try:
            with database.transaction() as session:
                use_link(session, key, now=now)
        except NotFoundError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(8))) == 1


def test_a_link_is_good_for_seven_days(session: Session, carla: Actor, now: dt.datetime) -> None:
    key = _invite(session, carla, now)
    look_at_link(session, key, now=now + dt.timedelta(days=7, seconds=-1))
    with pytest.raises(NotFoundError):
        use_link(session, key, now=now + dt.timedelta(days=7))


def test_a_link_that_was_touched_opens_nothing(session: Session, carla: Actor, now: dt.datetime) -> None:
    key = _invite(session, carla, now)
    stored = session.scalars(sa.select(Link.key_hash)).one()
    for touched in ("", key[:-1], f"{key}x", key.swapcase(), bytes(stored).hex(), "x" * 100_000):
        with pytest.raises(NotFoundError):
            use_link(session, touched, now=now)


def test_a_new_invitation_ends_the_older_one(session: Session, carla: Actor, now: dt.datetime) -> None:
    older = _invite(session, carla, now)
    newer = _invite(session, carla, now)
    with pytest.raises(NotFoundError):
        look_at_link(session, older, now=now)
    assert use_link(session, newer, now=now).person_id == find(session, NEW).id


def test_the_link_of_somebody_who_was_removed_is_good_no_more(
    session: Session, root: Actor, carla: Actor, now: dt.datetime
) -> None:
    key = _invite(session, carla, now)
    accounts.remove(session, str(find(session, NEW).public_id), by=root, now=now)
    session.expire_all()
    with pytest.raises(NotFoundError):
        use_link(session, key, now=now)


@pytest.mark.parametrize("role", ["partner", "coordinator", "admin", "law-enforcement"])
def test_an_admin_invites_to_any_role_of_people(session: Session, root: Actor, now: dt.datetime, role: Role) -> None:
    _invite(session, root, now, role=role)
    assert find(session, NEW).role == role


@pytest.mark.parametrize(
    ("role", "scopes"),
    [
        ("admin", FLORIDA),
        ("coordinator", FLORIDA),
        ("law-enforcement", FLORIDA),
        ("neighbour", FLORIDA),
        ("partner", frozenset()),
        ("partner", frozenset({("area", "US-GA")})),
        ("partner", frozenset({("area", "US")})),
        ("partner", frozenset({("area", "US-FLX")})),
        ("partner", frozenset({("area", "US-FL"), ("network", "other")})),
        ("partner", frozenset({("network", "US-FL")})),
    ],
)
def test_a_coordinator_invites_partners_within_their_own_scope_only(
    session: Session, carla: Actor, now: dt.datetime, role: Role, scopes: Scopes
) -> None:
    with pytest.raises(RefusedError, match="role or scope"):
        _invite(session, carla, now, role=role, scopes=scopes)
    assert letters(session) == []


def test_a_coordinator_invites_to_a_part_of_their_own_area(session: Session, carla: Actor, now: dt.datetime) -> None:
    _invite(session, carla, now, scopes=MIAMI | {("network", "main")})
    assert actor_of(session, find(session, NEW).id).scopes == MIAMI | {("network", "main")}


@pytest.mark.parametrize("role", ["partner", "law-enforcement", "neighbour"])
def test_others_invite_nobody(session: Session, now: dt.datetime, role: Role) -> None:
    with pytest.raises(RefusedError):
        _invite(session, acting(session, make_person(session, "Someone", role)), now, scopes=frozenset())


def test_whoever_invites_has_to_prove_once_more_that_it_is_them(
    session: Session, root: Actor, now: dt.datetime
) -> None:
    with pytest.raises(RefusedError, match="once more"):
        _invite(session, acting(session, root.id, stepped_up=False), now)


@pytest.mark.parametrize(
    ("email", "name", "scopes"),
    [
        ("no address", "New", frozenset()),
        ("two@example.org,three@example.org", "New", frozenset()),
        ("line\nbreak@example.org", "New", frozenset()),
        (NEW, "", frozenset()),
        (NEW, "x" * 81, frozenset()),
        (NEW, "New\x1b[2J", frozenset()),
        (NEW, "New", frozenset({("planet", "earth")})),
        (NEW, "New", frozenset({("area", "")})),
        (NEW, "New", frozenset({("area", "x" * 81)})),
    ],
)
def test_what_is_no_address_name_or_scope_is_refused(
    session: Session, root: Actor, now: dt.datetime, *, email: str, name: str, scopes: Scopes
) -> None:
    with pytest.raises(BadInputError):
        invite(session, email=email, name=name, role="partner", scopes=scopes, by=root, now=now)


@pytest.mark.parametrize("email", ["josé@example.org", "new@bücher.example.org", "\N{KELVIN SIGN}im@example.org"])
def test_an_address_that_letters_cannot_be_sent_to_is_refused_and_not_repeated(
    session: Session, root: Actor, now: dt.datetime, email: str
) -> None:
    with pytest.raises(BadInputError, match="without accents") as refused:
        invite(session, email=email, name="New", role="partner", by=root, now=now)
    assert email not in str(refused.value)


def test_an_address_that_has_an_account_is_answered_alike_and_its_owner_is_told_once_a_day(
    session: Session, root: Actor, carla: Actor, now: dt.datetime
) -> None:
    ana = make_person(session, "Ana", "partner")
    before = actor_of(session, ana)
    for _ in range(5):
        key = _invite(session, carla, now, email="ana@example.org")
        assert len(key) == len(_invite(session, carla, now))
        with pytest.raises(NotFoundError):
            look_at_link(session, key, now=now)
    assert letters(session).count(("ana@example.org", "already-here")) == 1
    assert fields_of(session, "already-here") == {"when": "2026-11-26"}
    assert actor_of(session, ana) == before
    assert len([one for one in list_people(session) if one.email == "ana@example.org"]) == 1
    _invite(session, carla, now + dt.timedelta(days=1), email="ana@example.org")
    assert letters(session).count(("ana@example.org", "already-here")) == 2


def test_nobody_takes_over_the_invitation_of_somebody_else(
    session: Session, root: Actor, carla: Actor, now: dt.datetime
) -> None:
    key = _invite(session, root, now, role="admin", scopes=frozenset())
    _invite(session, carla, now)
    assert look_at_link(session, key, now=now).email == NEW
    guest = find(session, NEW)
    assert (guest.role, guest.invited_by) == ("admin", root.id)


def test_an_open_invitation_becomes_no_other_role_without_being_taken_back(
    session: Session, root: Actor, now: dt.datetime
) -> None:
    _invite(session, root, now)
    with pytest.raises(RefusedError, match="Remove that invitation"):
        _invite(session, root, now, role="admin")
    accounts.remove(session, str(find(session, NEW).public_id), by=root, now=now)
    _invite(session, root, now, role="admin")
    assert find(session, NEW).role == "admin"


def test_whoever_comes_back_after_being_removed_is_somebody_new_whom_nobody_knows_yet(
    session: Session, root: Actor, carla: Actor, now: dt.datetime
) -> None:
    ana = make_person(session, "Ana", "coordinator", days=400)
    accounts.vouch(session, id_of(session, ana), by=carla, now=now)
    accounts.remove(session, id_of(session, ana), by=root, now=now)
    use_link(session, _invite(session, root, now, email="ana@example.org"), now=now)
    actor = actor_of(session, find(session, "ana@example.org").id)
    assert (actor.id == ana, actor.vouched_by, actor.created_at) == (False, frozenset(), now)


def test_somebody_has_at_most_twenty_open_invitations(session: Session, carla: Actor, now: dt.datetime) -> None:
    keys = [_invite(session, carla, now, email=f"guest{number}@example.org") for number in range(20)]
    with pytest.raises(RefusedError, match="Too many"):
        _invite(session, carla, now)
    use_link(session, keys[0], now=now)
    _invite(session, carla, now)
    with pytest.raises(RefusedError, match="Too many"):
        _invite(session, carla, now, email="another@example.org")
    _invite(session, carla, now + dt.timedelta(days=7), email="another@example.org")


def test_of_many_invitations_of_one_address_at_the_same_time_one_account_comes(
    database: Database, now: dt.datetime
) -> None:
    with database.transaction() as session:
        root = acting(session, make_person(session, "Root", "admin"))

    def attempt(_number: int) -> str:
        with database.transaction() as session:
            return _invite(session, root, now)

    with ThreadPoolExecutor(4) as pool:
        keys = list(pool.map(attempt, range(6)))
    good = 0
    with database.reading() as session:
        for key in keys:
            try:
                look_at_link(session, key, now=now)
            except NotFoundError:
                continue
            good += 1
        assert find(session, NEW).role == "partner"
    assert good == 1


def test_the_first_admin_is_invited_by_whoever_runs_the_program_and_no_second_so(
    session: Session, now: dt.datetime
) -> None:
    shell = command_line_person(session, now=now)
    key = first_admin(session, "head@example.org", by=shell.id, now=now)
    assert first_admin(session, "head@example.org", by=shell.id, now=now) != key, "whoever lost the letter tries again"
    newest = first_admin(session, "head@example.org", by=shell.id, now=now)
    actor = actor_of(session, use_link(session, newest, now=now).person_id)
    assert (actor.role, actor.invited_by) == ("admin", None)
    with pytest.raises(RefusedError, match="admin already"):
        first_admin(session, "other@example.org", by=shell.id, now=now)


def test_the_program_acts_as_itself_whatever_people_are_called(session: Session, root: Actor, now: dt.datetime) -> None:
    invite(session, email=NEW, name=COMMAND_LINE, role="admin", by=root, now=now)
    namesake = find(session, NEW)
    accounts.remove(session, str(namesake.public_id), by=root, now=now)
    shell = command_line_person(session, now=now)
    assert shell.id != namesake.id
    assert command_line_person(session, now=now).id == shell.id
    assert COMMAND_LINE not in [one.name for one in list_people(session)]


def test_whoever_runs_the_program_invites_without_limit_but_no_nonsense(session: Session, now: dt.datetime) -> None:
    shell = command_line_person(session, now=now).id
    for number in range(22):
        invite_from_shell(session, email=f"{number}@example.org", name="New", role="partner", by=shell, now=now)
    assert session.scalar(sa.select(sa.func.count()).select_from(Person).where(Person.standing == "invited")) == 22
    with pytest.raises(DirectoryError):
        invite_from_shell(session, email="none", name="New", role="partner", by=shell, now=now)
