"""The table of states: what is written is what is decided, nobody alone gets through, the honest are not locked out."""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.integrity.table import (
    ACTIONS,
    DELAY,
    HIDDEN_FOR,
    KEY_KINDS,
    MISSING,
    MOST_HIDINGS,
    STATES,
    Action,
    Case,
    Key,
    KeyKind,
    State,
    judge,
)
from directory.integrity.table_in_words import TABLE, TERMS, Row, Terms, as_markdown
from directory.people.actor import ROLES, Actor, Role
from tests.conftest import NOW
from tests.services import ROOT

GUARDED: tuple[State, ...] = ("verified", "pending", "disputed", "hidden")
PROGRAM = 0


def person(id_: int, role: Role = "coordinator", *, days: int = 30, **more: Any) -> Actor:
    """Somebody with a key of their own and a fresh proof, who has been here for some days."""
    known: dict[str, Any] = {"stepped_up": True} | more
    return Actor(id=id_, public_id=str(id_), name="", role=role, created_at=NOW - dt.timedelta(days=days), **known)


ONE, TWO, THREE = person(1), person(2), person(3)
ADMIN, OTHER_ADMIN = person(4, "admin"), person(5, "admin")
PARTNER, POLICE, NEIGHBOUR = (
    person(6, "partner"),
    person(7, "law-enforcement"),
    person(8, "neighbour", stepped_up=False),
)


def keys(*kinds: KeyKind, by: Iterable[Actor] = (ONE, TWO)) -> tuple[Key, ...]:
    """Keys, brought by turns."""
    turns = itertools.cycle(by)
    return tuple(Key(kind, next(turns).id) for kind in kinds)


def case(action: Action, state: State, actor: Actor, **more: Any) -> Case:
    return Case(action=action, state=state, actor=actor, now=more.pop("now", NOW), **more)


# What is enough for each of the terms, and what is not although it comes close.
ENOUGH: dict[Terms, list[dict[str, Any]]] = {
    "anybody": [{"actor": one} for one in (ONE, PARTNER, POLICE, NEIGHBOUR)],
    "a-source": [{"actor": ONE}, {"actor": PARTNER}],
    "time": [{"actor": ONE}],
    "keeper": [{"actor": ONE}, {"actor": ADMIN}],
    "other-keeper": [{"actor": ONE, "proposer": TWO}, {"actor": ADMIN}],
    "keeper-or-partner": [{"actor": ONE}, {"actor": ADMIN}, {"actor": PARTNER}],
    "keeper-or-neighbour": [{"actor": ONE}, {"actor": NEIGHBOUR}],
    "keeper-or-proposer": [{"actor": ONE, "proposer": PARTNER}, {"actor": PARTNER, "proposer": PARTNER}],
    "two-witnesses": [
        {"actor": TWO, "keys": keys("dead-line", "dead-line")},
        {"actor": ONE, "keys": (Key("dead-line", 1), Key("lookup", PROGRAM))},
    ],
    "two": [
        {"actor": TWO, "proposer": ONE},
        {"actor": NEIGHBOUR, "proposer": ONE},
        {"actor": ONE, "proposer": PARTNER},
        {"actor": ADMIN, "proposer": ONE},
    ],
    "two-and-one-key": [
        {"actor": second, "proposer": ONE, "keys": keys(kind)}
        for kind in ("old-number", "own-site", "independent-number", "neighbour")
        for second in (TWO, NEIGHBOUR)
    ],
    "two-and-keys": [
        {"actor": TWO, "proposer": ONE, "keys": keys("old-number")},
        {"actor": TWO, "proposer": ONE, "confirmed_on_old_number": True},
        {"actor": TWO, "proposer": ONE, "keys": keys("own-site", "provider")},
        {"actor": NEIGHBOUR, "proposer": ONE, "keys": keys("own-site", "neighbour", by=(ONE, NEIGHBOUR))},
        {"actor": TWO, "keys": keys("old-number")},
    ],
    "admin": [{"actor": ADMIN}],
    "two-admins": [{"actor": OTHER_ADMIN, "proposer": ADMIN, "emergency": True}],
}  # fmt: skip
NO_KEEPERS: list[dict[str, Any]] = [{"actor": PARTNER}, {"actor": POLICE}, {"actor": NEIGHBOUR}]
# Each is no second person; ``_with`` gives them all keys there are.
NO_SECOND: list[dict[str, Any]] = [
    {"actor": ONE, "proposer": ONE},
    {"actor": person(1, "admin"), "proposer": ONE},
    {"actor": person(2, stepped_up=False), "proposer": ONE},
    {"actor": person(2, has_key=False), "proposer": ONE},
    {"actor": person(2, "partner"), "proposer": ONE},
    {"actor": person(2, "law-enforcement"), "proposer": ONE},
    {"actor": person(2, days=6), "proposer": ONE},
    {"actor": person(2, days=6, invited_by=3, vouched_by=frozenset({3})), "proposer": ONE},
    {"actor": person(2, days=6, vouched_by=frozenset({1, 2})), "proposer": ONE},
    {"actor": person(2, invited_by=1), "proposer": ONE},
    {"actor": person(2, invited_by=1, vouched_by=frozenset({1, 2})), "proposer": ONE},
    {"actor": TWO, "proposer": person(1, days=6)},
    {"actor": TWO, "proposer": person(1, days=6, vouched_by=frozenset({2}))},
    {"actor": TWO, "proposer": person(1, "partner", invited_by=2)},
    {"actor": TWO, "proposer": person(1, "partner", invited_by=2, vouched_by=frozenset({2}))},
    {"actor": person(8, "neighbour", has_key=False), "proposer": ONE},
]
ALL_KEYS = tuple(Key(kind, one) for kind in KEY_KINDS for one in (1, 2))
OWN_KEYS = tuple(Key(kind, 1) for kind in KEY_KINDS)


def _with(these: list[dict[str, Any]], **more: Any) -> list[dict[str, Any]]:
    return [one | more for one in these]


NOT_ENOUGH: dict[Terms, list[dict[str, Any]]] = {
    "anybody": [],
    "a-source": [],
    "time": [],
    "keeper": NO_KEEPERS,
    "other-keeper": [*NO_KEEPERS, {"actor": ONE, "proposer": ONE}],
    "keeper-or-partner": [{"actor": POLICE}, {"actor": NEIGHBOUR}],
    "keeper-or-neighbour": [{"actor": PARTNER}, {"actor": POLICE}],
    "keeper-or-proposer": _with(NO_KEEPERS, proposer=ONE),
    "two-witnesses": [
        {"actor": ONE, "keys": OWN_KEYS},
        {"actor": ONE, "keys": keys("lookup", "lookup")},
        {"actor": ONE},
        *_with(NO_KEEPERS, keys=ALL_KEYS),
    ],
    "two": [*_with(NO_SECOND, keys=ALL_KEYS), {"actor": ONE, "keys": OWN_KEYS}],
    "two-and-one-key": [
        *_with(NO_SECOND, keys=ALL_KEYS),
        {"actor": TWO, "proposer": ONE},
        {"actor": ONE, "keys": OWN_KEYS},
    ],
    "two-and-keys": [
        *_with(NO_SECOND, keys=ALL_KEYS),
        {"actor": ONE, "keys": OWN_KEYS},
        {"actor": TWO, "proposer": ONE},
        {"actor": TWO, "proposer": ONE, "keys": keys("own-site")},
        {"actor": TWO, "proposer": ONE, "keys": keys("own-site", "own-site")},
        {"actor": TWO, "proposer": ONE, "keys": keys("own-site", "provider", by=(ONE,))},
        {"actor": TWO, "proposer": ONE, "keys": keys("dead-line", "own-site")},
        {"actor": TWO, "proposer": ONE, "keys": keys("dead-line", "own-site"), "old_line_is_dead": True},
    ],
    "admin": [{"actor": ONE}, {"actor": person(4, "admin", stepped_up=False)}, *NO_KEEPERS],
    "two-admins": [
        *_with(NO_SECOND, emergency=True, keys=ALL_KEYS),
        {"actor": TWO, "proposer": ADMIN, "emergency": True},
        {"actor": ADMIN, "proposer": ONE, "emergency": True},
        {"actor": ADMIN, "proposer": ADMIN, "emergency": True},
        {"actor": ADMIN, "emergency": True, "keys": ALL_KEYS},
        {"actor": person(5, "admin", stepped_up=False), "proposer": ADMIN, "emergency": True},
    ],
}  # fmt: skip


def rows_about(action: Action) -> list[Row]:
    return [row for row in TABLE if row.action == action]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.action} {row.terms}")
def test_what_a_row_says_is_enough_and_leads_where_it_says(row: Row) -> None:
    holds = ("shared",) if row.is_held else ()
    for state, terms in itertools.product(row.moves, ENOUGH[row.terms]):
        # Of the day on which a delay is over.
        verdict = judge(case(row.action, state, **terms, holds=holds, now=NOW, approved_at=NOW - DELAY))
        assert (verdict.missing, verdict.becomes) == ((), row.moves[state]), (state, terms)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.action} {row.terms}")
def test_what_comes_close_to_a_row_is_refused_with_words_and_changes_nothing(row: Row) -> None:
    holds = ("shared",) if row.is_held else ()
    # Closing what nobody confirmed takes less than closing what somebody did.
    for state, terms in itertools.product(row.moves, NOT_ENOUGH[row.terms]):
        verdict = judge(case(row.action, state, **terms, holds=holds, approved_at=NOW - DELAY))
        assert not verdict.is_allowed, (state, terms)
        assert verdict.becomes == state
        assert all(MISSING[code] for code in verdict.missing)


@pytest.mark.parametrize("action", ACTIONS)
def test_whatever_no_row_names_is_refused_to_everybody_with_every_key(action: Action) -> None:
    named = {state for row in rows_about(action) for state in row.moves}
    for state in set(STATES) - named:
        for actor, proposer, emergency in itertools.product(
            (ONE, ADMIN, PARTNER, NEIGHBOUR), (None, TWO, OTHER_ADMIN), (False, True)
        ):
            tried = case(action, state, actor, proposer=proposer, emergency=emergency, keys=ALL_KEYS)
            assert not judge(tried).is_allowed, (state, actor.role)


def test_the_rows_name_every_action_in_words_of_their_own() -> None:
    assert {row.action for row in TABLE} == set(ACTIONS)
    assert set(TERMS) == set(get_args(Terms)) == {row.terms for row in TABLE} == set(ENOUGH) == set(NOT_ENOUGH)
    assert len({row.what for row in TABLE}) == len(TABLE)


def test_the_table_in_the_security_document_is_this_one() -> None:
    document = (ROOT / "SECURITY.md").read_text()
    shown = document.partition("<!-- states -->")[2].partition("<!-- /states -->")[0]
    assert shown.strip() == as_markdown()


def test_a_source_never_moves_what_is_guarded_or_looks_wrong() -> None:
    for state in GUARDED:
        assert judge(case("import", state, ONE)).missing == ("proposal",)
    assert judge(case("import", "unverified", ONE, holds=("shared",))).missing == ("proposal",)
    assert judge(case("correct", "unverified", ONE, holds=("shared",))).missing == ("proposal",)


@pytest.mark.parametrize(
    ("told", "waits"),
    [
        ({"keys": keys("old-number")}, False),
        ({"keys": keys("old-number"), "holds": ("premium-rate",)}, True),
        ({"keys": keys("own-site", "provider")}, True),
        ({"keys": keys("own-site", "provider"), "old_line_is_dead": True}, False),
        ({"keys": keys("own-site", "provider"), "old_line_is_dead": True, "holds": ("shared",)}, True),
        ({"actor": OTHER_ADMIN, "proposer": ADMIN, "emergency": True, "holds": ("shared",)}, False),
    ],
)
def test_a_change_waits_for_three_days_unless_the_old_number_spoke_or_is_dead(
    told: dict[str, Any], waits: bool
) -> None:
    asked = case("approve", "pending", **{"actor": TWO, "proposer": ONE} | told)
    verdict = judge(asked)
    assert (verdict.missing, verdict.not_before) == ((), NOW + DELAY if waits else None)
    assert verdict.becomes == ("pending" if waits else "verified")
    early = msgspec.structs.replace(asked, approved_at=NOW - DELAY + dt.timedelta(seconds=1))
    assert judge(early).becomes == ("pending" if waits else "verified")
    assert judge(msgspec.structs.replace(asked, approved_at=NOW - DELAY)).becomes == "verified"


def test_a_partner_of_ones_own_counts_when_a_third_knows_them_and_a_colleague_anyway() -> None:
    known = person(1, "partner", invited_by=2, vouched_by=frozenset({3}))
    colleague = person(1, invited_by=4)
    assert judge(case("approve", "pending", TWO, proposer=known, keys=keys("old-number"))).is_allowed
    assert judge(case("approve", "pending", ADMIN, proposer=colleague, keys=keys("old-number"))).is_allowed
    guest = person(2, invited_by=1, vouched_by=frozenset({3}))
    assert judge(case("approve", "pending", guest, proposer=ONE, keys=keys("old-number"))).is_allowed
    young = person(2, days=6, invited_by=4, vouched_by=frozenset({3}))
    assert judge(case("approve", "pending", young, proposer=ONE, keys=keys("old-number"))).is_allowed


def test_one_hides_the_same_listing_once_in_a_fortnight_and_ten_at_once() -> None:
    assert judge(case("hide", "verified", ONE, other_hidings=MOST_HIDINGS - 1)).is_allowed
    assert judge(case("hide", "verified", ONE, other_hidings=MOST_HIDINGS)).missing == ("fewer-hidings",)
    assert judge(case("hide", "verified", ONE, hidden_before=True)).missing == ("rest",)


@pytest.mark.parametrize("before", ["unverified", "pending", "disputed"])
def test_what_is_shown_again_is_what_it_was(before: State) -> None:
    assert judge(case("end-hiding", "hidden", ONE, before_hiding=before)).becomes == before
    assert judge(case("show-again", "hidden", TWO, proposer=ONE, before_hiding=before)).becomes == before


def test_a_thousand_reports_are_a_label() -> None:
    for start in STATES:
        state: State = start
        for _ in range(1_000):
            state = judge(case("report", state, PARTNER)).becomes
        assert state == ("disputed" if start == "verified" else start)


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
