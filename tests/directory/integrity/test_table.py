"""The table of states: what is written in words is what is decided, and what comes close is refused."""

import datetime as dt
import itertools
from collections.abc import Iterable
from typing import Any, get_args

import msgspec
import pytest

from directory.integrity.table import (
    ACTIONS,
    DELAY,
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
from directory.people.actor import Actor, Role
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
    "two-machines": [
        {"actor": ADMIN, "witnesses": frozenset(pair), "doubt": 0.9, "is_last": False}
        for pair in itertools.combinations(("lookup", "site", "feed", "mx"), 2)
    ],
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
MACHINES: dict[str, Any] = {
    "actor": ADMIN, "witnesses": frozenset({"lookup", "site", "feed", "mx"}), "doubt": 1.0, "is_last": False,
}  # fmt: skip
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
    "two-machines": [
        MACHINES | {"witnesses": frozenset({"lookup"})},
        MACHINES | {"witnesses": frozenset(), "proposer": ONE, "keys": ALL_KEYS},
        MACHINES | {"doubt": 0.899},
        MACHINES | {"doubt": float("nan")},
        MACHINES | {"is_last": True},
        MACHINES | {"is_known": True}, MACHINES | {"hidden_before": True},
        MACHINES | {"other_hidings": MOST_HIDINGS},
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


def test_neither_a_source_nor_one_person_moves_what_is_guarded_or_looks_wrong() -> None:
    for state in GUARDED:
        for action in ("import", "correct", "undo"):
            assert judge(case(action, state, ONE)).missing == ("proposal",)
    assert judge(case("import", "unverified", ONE, holds=("shared",))).missing == ("proposal",)
    assert judge(case("correct", "unverified", ONE, holds=("shared",))).missing == ("proposal",)


def test_that_a_line_is_dead_is_no_reason_to_list_something_again() -> None:
    told: dict[str, Any] = {"proposer": ONE, "keys": keys("dead-line")}
    assert judge(case("close", "verified", TWO, **told)).is_allowed
    assert judge(case("list", "closed", TWO, **told)).missing == ("one-key",)


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
