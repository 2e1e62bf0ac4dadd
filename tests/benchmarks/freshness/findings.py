"""What the runs of several seeds come to: policies, ratios to the yearly round, and the bars they have to meet."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tests.benchmarks.freshness.referee import BINS, Outcome

# The world that is believed as it is, one that is not, and the one in which everything is worse at once.
_BARS_OF_BASE = {"wrong": 0.50, "harm": 0.45, "paid": 0.40, "closures": 0.55}
_BAR_OF_STRESS, _BAR_OF_ALL = 0.60, 0.85
_MOST_FALSE_SUSPENSIONS, _MOST_UNCONFIRMED, _MOST_MISBELIEVED = 1.0, 1.0, 0.03
# Belief is held to what is true below this doubt, in bins of so many listings and more: a bin of few says nothing.
_BELIEVED_BELOW, _FEWEST_IN_BIN = 0.30, 200


class Bar(msgspec.Struct, frozen=True):
    """A promise: the value may be no higher than the bar."""

    name: str
    value: float
    bar: float
    ok: bool


class Findings(msgspec.Struct, frozen=True):
    """Everything that is printed."""

    world: str
    seeds: tuple[int, ...]
    policies: dict[str, dict[str, Any]]
    ratios: dict[str, float]
    bars: tuple[Bar, ...]


def findings(
    world: str, outcomes: Mapping[str, Sequence[Outcome]], seeds: Sequence[int], *, as_believed: bool
) -> Findings:
    """Put the runs together.

    Args:
        world: its name.
        outcomes: policy -> an outcome for each seed.
        seeds: of the runs.
        as_believed: whether the world is the base world, but for its hazards; its bars are the closer ones.
    """
    policies = {name: _mean(runs) for name, runs in outcomes.items()}
    ratios: dict[str, float] = {}
    if annual := policies.get("annual"):
        for name, one in policies.items():
            for figure in ("wrong", "harm", "closure_days"):
                ratios[f"{name}_{figure}"] = round(one[figure] / annual[figure], 4) if annual[figure] else 0.0
    bars = [*_held(ratios, world, as_believed=as_believed), *_own(policies)]
    return Findings(world, tuple(seeds), policies, ratios, tuple(bars))


def _mean(runs: Sequence[Outcome]) -> dict[str, Any]:
    named = [msgspec.to_builtins(one) for one in runs]
    found: dict[str, Any] = {
        figure: round(sum(one[figure] for one in named) / len(named), 4) for figure in named[0] if figure != "believed"
    }
    if believed := [one.believed for one in runs if one.believed]:
        bins = [[sum(part) for part in zip(*one, strict=True)] for one in zip(*believed, strict=True)]
        found["believed"] = [
            {"listings": int(count), "believed": round(told / count, 4), "wrong": round(wrong / count, 4)}
            for count, told, wrong in bins
            if count
        ]
        off = [
            abs(told - wrong) / count
            for (count, told, wrong), bound in zip(bins, BINS, strict=False)
            if count >= _FEWEST_IN_BIN and bound <= _BELIEVED_BELOW
        ]
        found["calibration"] = round(max(off, default=0.0), 4)
    else:
        found["calibration"] = None
    return found


def _held(ratios: Mapping[str, float], world: str, *, as_believed: bool) -> list[Bar]:
    """What is held against the yearly round."""
    most = _BAR_OF_ALL if world == "all-pessimistic" else _BAR_OF_STRESS
    asked = (
        {
            "ours_wrong": _BARS_OF_BASE["wrong"], "ours_harm": _BARS_OF_BASE["harm"],
            "ours_lookup_wrong": _BARS_OF_BASE["paid"], "ours_closure_days": _BARS_OF_BASE["closures"],
        }
        if as_believed
        else {"ours_wrong": most, "ours_lookup_wrong": most}
    )  # fmt: skip
    return [_bar(f"{name} / annual", ratios[name], bar) for name, bar in asked.items() if name in ratios]


def _own(policies: Mapping[str, Mapping[str, Any]]) -> list[Bar]:
    """What is promised whatever others do."""
    found = []
    for name in ("ours", "ours_lookup"):
        if one := policies.get(name):
            found += [
                _bar(f"{name} false suspensions", one["false_suspensions"], _MOST_FALSE_SUSPENSIONS),
                _bar(f"{name} unconfirmed 12 months, %", one["unconfirmed_12m"], _MOST_UNCONFIRMED),
                _bar(f"{name} calibration", one["calibration"], _MOST_MISBELIEVED),
            ]
    return found


def _bar(name: str, value: float, bar: float) -> Bar:
    return Bar(name, round(value, 4), bar, value <= bar)
