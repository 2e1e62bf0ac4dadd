"""The table of vetting, walked: what it allows is done, what it does not is refused."""

import itertools

import pytest

from directory.listings.vetting_steps import KEPT_AWAY, LOOKED_AT, STEPS, Step, is_kept_away, state_of_steps
from directory.vetting.policy import MOVES, NEW, Move, as_markdown, move_of, moves_from, usual_end
from tests.conftest import NOW
from tests.services import ROOT


def test_no_place_of_the_table_is_told_twice() -> None:
    places = [(move.before, move.step) for move in MOVES]
    assert len(places) == len(set(places))
    assert {move.before for move in MOVES} == {NEW, *STEPS}


@pytest.mark.parametrize("move", MOVES, ids=lambda move: f"{move.before}-{move.step}")
def test_a_move_makes_the_state_that_it_says(move: Move) -> None:
    """The steps that count after a move are those before it, without those that it ends, and its own."""
    before: dict[str, set[str]] = {NEW: set()}
    for state in STEPS:
        before[state] = {one for one in STEPS[: STEPS.index(state) + 1] if one == state or one not in KEPT_AWAY}
    held = before[move.before]
    assert state_of_steps(held) == (None if move.before == NEW else move.before)
    after = (held - set(move.ends)) | {move.step}
    assert state_of_steps(after) == move.after


def test_nobody_comes_to_work_or_back_or_away_for_good_by_one_person() -> None:
    assert {move.people for move in MOVES if move.after in {"active", "removed"} and move.before != move.after} == {2}
    assert {move.people for move in MOVES if move.before == "removed"} == {2}
    assert all(set(move.needs) == set(LOOKED_AT) for move in MOVES if move.step == "active")


def test_one_person_can_pause_at_once_from_wherever_a_program_works() -> None:
    brakes = [move for move in MOVES if move.step == "paused"]
    assert {move.before for move in brakes if move.people == 1} == set(STEPS) - KEPT_AWAY
    assert {move.before for move in brakes if move.people == 2} == {"paused"}


def test_every_way_to_work_passes_every_step() -> None:
    """Walked from the beginning: whatever way is taken, nobody is active without having been looked at in full."""
    todo: list[tuple[Step | None, frozenset[str]]] = [(None, frozenset())]
    seen: set[tuple[Step | None, frozenset[str]]] = set()
    while todo:
        state, held = todo.pop()
        if (state, held) in seen:
            continue
        seen.add((state, held))
        for move in moves_from(state):
            if set(move.needs) <= held:
                after = frozenset(held - set(move.ends) | {move.step})
                todo.append((state_of_steps(after), after))
    assert {state for state, _ in seen} == {None, *STEPS}
    assert all(set(LOOKED_AT) <= held for state, held in seen if state == "active")
    assert all(is_kept_away(held) for state, held in seen if state in KEPT_AWAY)


def test_what_the_table_does_not_name_is_nothing() -> None:
    named = {(move.before, move.step) for move in MOVES}
    for state, step in itertools.product([None, *STEPS], [*STEPS, "trusted", ""]):
        assert (move_of(state, step) is not None) == ((state or NEW, step) in named)
    assert move_of("screened", "active") is None
    assert move_of("removed", "active") is None


def test_what_was_looked_at_ends_by_itself() -> None:
    on = NOW.date()
    assert {step: usual_end(step, on) is not None for step in STEPS} == {step: step in LOOKED_AT for step in STEPS}
    assert str(usual_end("agreement-signed", on)) == "2027-11-26"
    assert str(usual_end("trained", on.replace(year=2024, month=2, day=29))) == "2026-02-28"


def test_the_table_in_the_security_document_is_this_one() -> None:
    document = (ROOT / "SECURITY.md").read_text()
    shown = document.partition("<!-- vetting -->")[2].partition("<!-- /vetting -->")[0]
    assert shown.strip() == as_markdown()
