"""Walks through the table of states: nobody alone gets through, and the honest are not locked out."""

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.integrity.table import ACTIONS, DELAY, HIDDEN_FOR, KEY_KINDS, STATES, Action, Key, KeyKind, State, judge
from directory.people.actor import ROLES, Actor, Role
from tests.conftest import NOW
from tests.directory.integrity.test_table import (
    ADMIN,
    GUARDED,
    NEIGHBOUR,
    ONE,
    OTHER_ADMIN,
    PARTNER,
    POLICE,
    PROGRAM,
    THREE,
    TWO,
    case,
    keys,
    person,
)


class Proposal(msgspec.Struct):
    """A proposal of a value, or of something about the listing, in the world of a walk."""

    by: Actor | None
    intends: Action
    keys: list[Key] = []
    holds: tuple[str, ...] = ()
    emergency: bool = False
    approved_by: Actor | None = None
    approved_at: dt.datetime | None = None
    not_before: dt.datetime | None = None


class World:
    """One listing with one number, on which people walk: it does what ``judge`` lets them, and notes what changed."""

    def __init__(self, state: State) -> None:
        self.state, self.now = state, NOW
        self.before_hiding: State = "verified" if state == "hidden" else state
        self.hidden_until: dt.datetime | None = None
        self.proposals: list[Proposal] = []
        self.witnesses: list[Key] = []
        self.changed: list[Proposal] = []
        self.is_dead = False

    def do(self, action: Action, actor: Actor, proposal: Proposal | None = None, **more: Any) -> bool:
        told: dict[str, Any] = {"before_hiding": self.before_hiding} | more
        if proposal is not None:
            told |= {
                "proposer": proposal.by, "keys": tuple(proposal.keys), "holds": proposal.holds,
                "emergency": proposal.emergency, "old_line_is_dead": self.is_dead,
            }  # fmt: skip
        if action == "prove-dead":
            told["keys"] = tuple(self.witnesses)
        verdict = judge(case(action, self.state, actor, now=self.now, **told))
        if not verdict.is_allowed:
            return False
        if action == "hide":
            self.before_hiding, self.hidden_until = self.state, self.now + HIDDEN_FOR
        if action == "second-hiding":
            self.hidden_until = None
        if action == "prove-dead":
            self.is_dead = True
        if action == "approve" and proposal is not None:
            proposal.approved_by, proposal.approved_at = actor, self.now
            proposal.not_before = verdict.not_before
            self._apply_what_is_due()
        self.state = verdict.becomes
        return True

    def wait(self, hours: int) -> None:
        self.now += dt.timedelta(hours=hours)
        self._apply_what_is_due()
        if self.state == "hidden" and self.hidden_until is not None and self.now >= self.hidden_until:
            self.do("end-hiding", ONE)

    def _apply_what_is_due(self) -> None:
        for one in [one for one in self.proposals if one.approved_by and (one.not_before or self.now) <= self.now]:
            self.proposals.remove(one)
            self.changed.append(one)


INTENTIONS: tuple[Action, ...] = ("approve", "close", "do-not-list", "list", "show-again", "open-location")
# What the walk does by itself, or together with something else.
PLAIN = tuple(sorted(set(ACTIONS) - {"propose", "break-glass", "import", "add-key", "prove-dead", "end-hiding"}))


def walk(world: World, people: list[Actor], draw: Any, *, lookups: bool = False) -> None:
    """Steps by these people, in any order, each in a session in which they proved that it is them, or not."""
    for _ in range(draw(st.integers(1, 25))):
        actor = msgspec.structs.replace(draw(st.sampled_from(people)), stepped_up=draw(st.booleans()))
        step = draw(st.sampled_from((_wait, _propose, _feed, _bring_key, _call, _decide, _decide, _decide)))
        step(world, actor, draw, lookups)


def _wait(world: World, actor: Actor, draw: Any, lookups: bool) -> None:
    world.wait(draw(st.sampled_from((1, 24, 80, 400))))


def _propose(world: World, actor: Actor, draw: Any, lookups: bool) -> None:
    action: Action = draw(st.sampled_from(("propose", "break-glass")))
    if world.do(action, actor):
        intends, holds = draw(st.sampled_from(INTENTIONS)), draw(st.sampled_from(((), ("shared",))))
        world.proposals.append(Proposal(actor, intends, holds=holds, emergency=action == "break-glass"))


def _feed(world: World, actor: Actor, draw: Any, lookups: bool) -> None:
    """A source that somebody feeds says another number."""
    if not world.do("import", actor):
        world.proposals.append(Proposal(None, "approve"))
    elif world.state in GUARDED:
        world.changed.append(Proposal(None, "approve"))


def _bring_key(world: World, actor: Actor, draw: Any, lookups: bool) -> None:
    if world.proposals and world.do("add-key", actor):
        draw(st.sampled_from(world.proposals)).keys.append(Key(draw(st.sampled_from(KEY_KINDS)), actor.id))


def _call(world: World, actor: Actor, draw: Any, lookups: bool) -> None:
    kind: KeyKind = draw(st.sampled_from(("dead-line", "lookup")))
    witness = Key(kind, PROGRAM if lookups and kind == "lookup" else actor.id)
    asked = judge(case("prove-dead", world.state, actor, keys=(*world.witnesses, witness)))
    # The word of whoever may not call is not kept.
    if set(asked.missing) <= {"second-caller"}:
        world.witnesses.append(witness)
        world.do("prove-dead", actor)


def _decide(world: World, actor: Actor, draw: Any, lookups: bool) -> None:
    action: Action = draw(st.sampled_from(PLAIN))
    waiting = [one for one in world.proposals if action in {one.intends, "decline"}]
    proposal = draw(st.sampled_from(waiting)) if waiting else None
    if action in {"approve", "decline"} and proposal is None:
        return
    # A hiding and a value of their own are what one person seconds and confirms.
    own = {"proposer": actor} if proposal is None else {}
    was_guarded = world.state in GUARDED
    if world.do(action, actor, proposal, **own):
        if action in {"correct", "undo"} and was_guarded:
            world.changed.append(Proposal(actor, "approve"))
        if action == "decline" and proposal is not None:
            world.proposals.remove(proposal)


@given(data=st.data(), state=st.sampled_from(GUARDED), role=st.sampled_from(ROLES), days=st.integers(0, 3_000))
def test_no_walk_of_one_person_and_their_partners_changes_what_is_guarded(
    data: st.DataObject, state: State, role: Role, days: int
) -> None:
    world = World(state)
    guest = person(9, "partner", days=days, invited_by=1, vouched_by=data.draw(st.sampled_from((frozenset(), {1}))))
    walk(world, [person(1, role, days=days), guest], data.draw)
    assert world.changed == []
    assert not world.is_dead
    assert world.state in GUARDED
    # What they hide is hidden for three days and no longer.
    if state != "hidden":
        world.wait(73)
        assert world.state != "hidden"


@given(data=st.data(), state=st.sampled_from(("closed", "do-not-list")), role=st.sampled_from(ROLES))
def test_no_walk_of_one_person_lists_what_is_closed_or_not_to_be_listed(
    data: st.DataObject, state: State, role: Role
) -> None:
    world = World(state)
    walk(world, [person(1, role)], data.draw)
    assert world.state == state


CROWD = [
    person(1), person(2, invited_by=1), person(3, days=5, invited_by=4), ADMIN, OTHER_ADMIN, PARTNER, POLICE,
    msgspec.structs.replace(NEIGHBOUR), person(10, "partner", invited_by=2),
]  # fmt: skip


@given(data=st.data(), state=st.sampled_from(GUARDED))
def test_no_walk_of_many_skips_the_second_person_the_keys_or_the_delay(data: st.DataObject, state: State) -> None:
    world = World(state)
    walk(world, CROWD, data.draw, lookups=True)
    world.wait(400)
    for change in world.changed:
        second = change.approved_by
        assert second is not None
        assert second.role in {"coordinator", "admin", "neighbour"}
        assert second.stepped_up or second.role == "neighbour"
        people = {second.id, *([change.by.id] if change.by else []), *(key.by for key in change.keys)}
        assert len(people) >= 2
        assert change.by is None or change.by.id not in {second.id, second.invited_by}
        if change.emergency:
            assert change.by is not None
            assert (second.role, change.by.role) == ("admin", "admin")
            continue
        independent = {(key.kind, key.by) for key in change.keys if key.kind not in {"old-number", "dead-line"}}
        on_old_number = any(key.kind == "old-number" for key in change.keys)
        assert on_old_number or (
            len({kind for kind, _ in independent}) >= 2 and len({by for _, by in independent}) >= 2
        )
        if change.holds or not (on_old_number or world.is_dead):
            assert change.approved_at is not None
            assert change.not_before == change.approved_at + DELAY


def reach(start: State, people: list[Actor], *, looked_up: bool = False) -> set[State]:
    """The states to which these people can lead a listing, with every key that they can bring."""
    found, waiting = {start}, [start]
    while waiting:
        state = waiting.pop()
        for told in _everything(people, looked_up=looked_up):
            for action in ACTIONS:
                after = judge(case(action, state, **told, approved_at=NOW - DELAY)).becomes
                if after not in found:
                    found.add(after)
                    waiting.append(after)
    return found


def _everything(people: list[Actor], *, looked_up: bool) -> Iterator[dict[str, Any]]:
    brought = tuple(
        Key(kind, one.id) for kind in KEY_KINDS for one in people if one.role not in {"partner", "law-enforcement"}
    )
    if looked_up:
        brought += (Key("lookup", PROGRAM),)
    for actor, proposer, emergency in itertools.product(people, [None, *people], (False, True)):
        yield {"actor": actor, "proposer": proposer, "keys": brought, "emergency": emergency}


CONFIRMED: set[State] = {"verified", "pending", "disputed", "hidden"}


def test_a_task_force_of_one_keeps_what_nobody_confirmed_and_hides_the_rest_for_a_while() -> None:
    alone = [msgspec.structs.replace(ADMIN)]
    # Values of sources they confirm by calling; what they entered themselves they do not.
    assert reach("unverified", alone) == {"unverified", "closed", *CONFIRMED}
    assert not judge(case("confirm", "unverified", ADMIN, proposer=ADMIN)).is_allowed
    for state in CONFIRMED:
        assert reach(state, alone) == {"verified", "pending", "disputed", "hidden"}
    for closed in ("closed", "do-not-list"):
        assert reach(closed, alone) == {closed}
    assert judge(case("prove-dead", "verified", ADMIN, keys=(Key("dead-line", 4), Key("lookup", PROGRAM)))).is_allowed


def test_a_task_force_of_one_with_a_neighbour_does_everything_but_break_the_glass() -> None:
    both = [ADMIN, NEIGHBOUR]
    for state in STATES:
        assert reach(state, both) == set(STATES)
    word = keys("neighbour", "old-number", by=(NEIGHBOUR,))
    assert judge(case("approve", "pending", NEIGHBOUR, proposer=ADMIN, keys=word)).becomes == "verified"
    assert not judge(case("break-glass", "pending", NEIGHBOUR)).is_allowed


@pytest.mark.parametrize(
    "people",
    [[ONE, TWO], [ADMIN, person(2, invited_by=4)], [ONE, TWO, person(3, days=0)], [ADMIN, OTHER_ADMIN, THREE]],
    ids=["two colleagues", "an admin and their guest", "two and a new one", "three"],
)
def test_two_or_three_get_from_everywhere_to_everywhere(people: list[Actor]) -> None:
    for state in STATES:
        assert reach(state, people) == set(STATES)


def test_two_who_both_began_today_wait_for_a_week_and_not_for_ever() -> None:
    today = [person(1, days=0), person(2, days=0)]
    assert "do-not-list" not in reach("verified", today)
    later = [msgspec.structs.replace(one, created_at=NOW - dt.timedelta(days=7)) for one in today]
    assert reach("verified", later) == set(STATES)
    # Whom a third knows does not wait.
    known = [msgspec.structs.replace(one, vouched_by=frozenset({3})) for one in today]
    assert reach("verified", known) == set(STATES)


HONEST = [ONE, TWO]


@given(data=st.data(), state=st.sampled_from(STATES))
def test_every_walk_can_be_ended_by_two_honest_people(data: st.DataObject, state: State) -> None:
    """Whatever was done to a listing before: it is shown with the right number within a few steps."""
    world = World(state)
    walk(world, [*HONEST, PARTNER, ADMIN], data.draw)
    if world.state in {"closed", "do-not-list"}:
        back = Proposal(ONE, "list", [Key("own-site", 1)])
        assert world.do("list", TWO, back)
    if world.state == "hidden":
        assert world.do("show-again", TWO, Proposal(ONE, "show-again"))
    if world.state == "unverified":
        assert world.do("confirm", TWO, proposer=ONE)
    # Of a line that still answers, or of one that is dead.
    right = Proposal(
        ONE, "approve", [Key("own-site", 1), Key("independent-number", 2) if world.is_dead else Key("old-number", 2)]
    )
    assert world.do("propose", ONE)
    world.proposals.append(right)
    assert world.do("approve", TWO, right)
    assert right in world.changed
    while world.proposals and world.do("decline", ONE, world.proposals[-1]):
        world.proposals.pop()
    assert world.state in {"verified", "disputed"}
    assert world.proposals == []
