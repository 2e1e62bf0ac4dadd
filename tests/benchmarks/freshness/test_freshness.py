"""The simulation drives the code that people use, and its referee charges what that code costs."""

import json
import math
from typing import Any

import numpy as np
import pytest

from directory.freshness import belief, gathered
from directory.freshness.belief import believe
from directory.freshness.observations import Observation
from directory.planning import plan, worth
from tests.benchmarks.freshness.__main__ import main
from tests.benchmarks.freshness.desk import HOLD_DAYS, Desk, Views
from tests.benchmarks.freshness.ours import FIRST_DAY, Ours
from tests.benchmarks.freshness.referee import Outcome, run
from tests.benchmarks.freshness.world import ORGANIZATION_GONE, World
from tests.benchmarks.freshness.worlds import WORLDS, Setting, Truth

_STRESS = [
    "hazards-half", "hazards-double", "model-half", "model-double", "trace-half", "trace-high", "weak-web", "redesigns",
    "lazy-sites", "few-reports", "half-budget", "double-budget", "email-15", "call-4min", "all-pessimistic",
]  # fmt: skip


def _small(name: str) -> Outcome:
    return run(name, Setting(), 5, listings=80, years=1, burn_in=0)


def _days(days: int, *, paid: bool = False, listings: int = 60) -> tuple[World, Ours, Desk]:
    setting = Setting()
    world = World(setting.truth, 9, listings)
    ours = Ours(world, setting, 9, paid=paid)
    desk = Desk(world, two_keys=True)
    for day in range(days):
        world.pass_day(day)
        for one in desk.open(day):
            ours.corrected(one, day)
        ours.morning(day, desk, world.reports(ours.hidden))
        ours.calls(day, desk)
    return world, ours, desk


# ---------------------------------------------------------------------- the product


@pytest.mark.parametrize("paid", [False, True])
def test_what_is_believed_step_by_step_is_what_all_observations_say(paid: bool) -> None:
    _, ours, _ = _days(400, paid=paid)
    doubts = ours.doubts(400)
    for one in range(60):
        kinds = ours.candidates[one].kinds
        whole = believe(ours.observed(one), kinds, as_of=FIRST_DAY + 400)
        assert math.isclose(doubts[one], 1 - whole.p_reachable, rel_tol=1e-6, abs_tol=1e-9)


def test_ours_calls_whom_the_plan_of_the_product_names(monkeypatch: pytest.MonkeyPatch) -> None:
    for step in ("_audit", "_floor", "_queue"):
        monkeypatch.setattr(plan, step, lambda *_: None)
    assert _small("ours").attempts == 0


def test_ours_calls_first_what_the_product_says_is_worth_most(monkeypatch: pytest.MonkeyPatch) -> None:
    before = _small("ours")
    weigh = worth.weigh

    def _upside_down(*args: Any, **known: Any) -> Any:
        one = weigh(*args, **known)
        return one._replace(worth=1 / one.worth)

    monkeypatch.setattr(plan, "weigh", _upside_down)
    assert _small("ours") != before


def test_ours_believes_what_the_product_believes(monkeypatch: pytest.MonkeyPatch) -> None:
    gather = gathered.gather

    def _deaf(model: Any, heard: list[Observation], **known: Any) -> Any:
        return gather(model, [one for one in heard if one.method == "call"], **known)

    before = _small("ours")
    monkeypatch.setattr(belief, "gather", _deaf)
    assert _small("ours").believed != before.believed


def test_machines_hide_only_as_the_table_of_states_allows() -> None:
    world, ours, _ = _days(1, paid=True)
    one = int(np.flatnonzero(world.present["site"])[0])
    ours.observe(one, 1, "website", "live", "url")
    ours.observe(one, 3, "lookup", "disconnected", "phone")
    assert not ours.hidden[one]
    ours.observe(one, 4, "website", "gone", "url")
    assert ours.hidden[one]
    # Whoever shows it again is the clock: nobody seconded it.
    ours.morning(4 + 3, Desk(world, two_keys=True), [])
    assert not ours.hidden[one]


# ---------------------------------------------------------------------- the referee


def test_a_view_of_what_machines_hid_is_never_right() -> None:
    world = World(Truth(), 3, 100)
    nobody, everybody = Views(world), Views(world)
    nobody.count(1, np.zeros(100, bool))
    everybody.count(1, np.ones(100, bool))
    assert nobody.wrong < nobody.all
    assert everybody.wrong == everybody.all


@pytest.mark.parametrize("two_keys", [False, True])
def test_a_new_number_costs_a_second_person_and_waits_where_the_product_asks_for_it(two_keys: bool) -> None:
    world = World(Truth(silent_if_wrong=0.0, research_works=1.0), 3, 100)
    one = int(np.flatnonzero(world.number_wrong & (world.closed == 0))[0])
    desk = Desk(world, two_keys=two_keys)
    result = desk.call(one, 10, in_full=False)
    truth = world.truth
    alone = truth.minutes_dead + truth.minutes_research
    assert result == ("waits" if two_keys else "number")
    assert math.isclose(desk.spent, alone + (truth.minutes_second if two_keys else 0))
    assert bool(world.bad[one]) is two_keys
    if two_keys:
        assert desk.open(10 + HOLD_DAYS - 1) == []
        assert desk.open(10 + HOLD_DAYS) == [one]
    assert not world.bad[one]


def test_a_closure_takes_a_second_person_too() -> None:
    spent = []
    for two_keys in (False, True):
        world = World(Truth(silent_if_gone=0.0), 3, 400)
        one = int(np.flatnonzero((world.closed == ORGANIZATION_GONE) & ~world.line_dead)[0])
        desk = Desk(world, two_keys=two_keys)
        assert desk.call(one, 10, in_full=False) == "closed"
        spent.append(desk.spent)
    assert math.isclose(spent[1] - spent[0], Truth().minutes_second)


def test_who_knows_everything_is_wrong_least() -> None:
    oracle, annual = _small("oracle"), _small("annual")
    assert oracle.wrong < annual.wrong / 3
    assert oracle.minutes < annual.minutes


def test_all_policies_face_the_same_days() -> None:
    worlds = [World(Truth(), 4, 500) for _ in range(2)]
    worlds[1].chance.random(99)
    for day in range(200):
        for world in worlds:
            world.pass_day(day)
    assert (worlds[0].bad == worlds[1].bad).all()
    assert (worlds[0].present["phone"] == worlds[1].present["phone"]).all()


def test_there_is_a_world_for_each_doubt_about_the_figures() -> None:
    assert list(WORLDS) == ["base", *_STRESS]
    assert len({repr(setting()) for setting in WORLDS.values()}) == len(WORLDS)


def test_the_report_has_the_form_that_was_agreed(capsys: pytest.CaptureFixture[str], tmp_path: Any) -> None:
    small = ["--listings", "60", "--years", "2", "--seeds", "1", "--processes", "1"]
    main([*small, "--world", "weak-web", "--hazard-scale", "1.3", "--email-rate", ".2", "--site-noise", "2",
          "--budget-scale", ".5", "--json", "--plot", str(tmp_path / "plot.svg")])  # fmt: skip
    report = json.loads(capsys.readouterr().out)
    assert list(report["policies"]) == ["annual", "oldest", "intervals", "ours", "ours_lookup", "oracle"]
    for one in report["policies"].values():
        assert {
            "wrong", "harm", "closure_days", "unconfirmed_12m", "false_suspensions", "calibration",
        } <= one.keys()  # fmt: skip
    assert report["ratios"]["annual_wrong"] == 1
    assert {bar["name"] for bar in report["bars"]} >= {"ours_wrong / annual", "ours calibration"}
    assert all(bar["ok"] is (bar["value"] <= bar["bar"]) for bar in report["bars"])
    assert (tmp_path / "plot.svg").read_text(encoding="utf-8").startswith("<svg")
    code = main([*small, "--policies", "annual,oracle"])
    told = capsys.readouterr().out
    assert code == 0
    assert "oracle" in told
    assert "SHORT" not in told
