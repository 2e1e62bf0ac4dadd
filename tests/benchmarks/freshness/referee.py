"""Years of a world under a policy, and what readers were shown in them."""

from collections.abc import Sequence

import msgspec
import numpy as np

from tests.benchmarks.freshness.desk import Desk, Views
from tests.benchmarks.freshness.ours import Ours
from tests.benchmarks.freshness.policies import Policy, Rounds
from tests.benchmarks.freshness.world import Floats, World
from tests.benchmarks.freshness.worlds import Setting

POLICIES = ("annual", "oldest", "intervals", "ours", "ours_lookup", "oracle")
LISTINGS, YEARS, BURN_IN_YEARS = 2_000, 4, 1
# Calls are made on five days of the week; machines look, readers read and letters come on all seven.
WORKDAYS = 5
# Bounds of the bins in which what is believed is held against what is true.
BINS = (0.01, 0.02, 0.05, 0.10, 0.30, 0.60)


class Outcome(msgspec.Struct, frozen=True):
    """What a policy came to, after the first year.

    Attributes:
        wrong: percent of views that were wrong, or of a listing that machines hid.
        harm: the same, weighted by how much harm a wrong view does.
        closure_days: mean days until a closure was found, of those that were.
        number_days: the same of wrong numbers.
        unconfirmed_12m: percent of listings that nobody stood up for in 365 days, at month's ends.
        false_suspensions: right listings that machines hid, in 2,000 listing-years.
        hidden_right: percent of views of such listings.
        details: percent of views with old hours, intake or languages, of those that are not wrong.
        attempts: calls in a month.
        minutes: in a month.
        believed: by bin of ``BINS``: listings, the sum of what was believed, and how many were wrong, at month's ends.
    """

    wrong: float
    harm: float
    closure_days: float
    number_days: float
    unconfirmed_12m: float
    false_suspensions: float
    hidden_right: float
    details: float
    attempts: float
    minutes: float
    believed: tuple[tuple[float, float, float], ...] = ()


def policy_of(name: str, world: World, setting: Setting, seed: int) -> Policy:
    """The policy with this name."""
    if name in ("ours", "ours_lookup"):
        return Ours(world, setting, seed, paid=name == "ours_lookup")
    return Rounds(world, name, seed)


def run(
    name: str,
    setting: Setting,
    seed: int,
    *,
    listings: int = LISTINGS,
    years: int = YEARS,
    burn_in: int = BURN_IN_YEARS,
) -> Outcome:
    """Let a policy keep so many listings for so many years, of which the first are not counted."""
    world = World(setting.truth, seed, listings)
    policy = policy_of(name, world, setting, seed)
    desk = Desk(world, two_keys=policy.two_keys)
    views = Views(world)
    bins = np.zeros((len(BINS) + 1, 3))
    counted_from = burn_in * 365
    before = (0, 0.0, 0)
    for day in range(years * 365):
        if day == counted_from:
            before = (desk.attempts, desk.spent, policy.false_suspensions)
        world.pass_day(day)
        for one in desk.open(day):
            policy.corrected(one, day)
        policy.morning(day, desk, world.reports(policy.hidden))
        if day % 7 < WORKDAYS:
            policy.calls(day, desk)
        if day >= counted_from:
            views.count(day, policy.hidden)
            if day % 30 == 0 and (doubts := policy.doubts(day)) is not None:
                bins += _in_bins(doubts, world)
    measured = years - burn_in
    return Outcome(
        wrong=100 * views.wrong / views.all,
        harm=100 * views.harm / views.harm_of_all,
        closure_days=_mean(
            [one.on - one.since for one in desk.found if one.what == "closed" and one.on >= counted_from]
        ),
        number_days=_mean(
            [one.on - one.since for one in desk.found if one.what == "number" and one.on >= counted_from]
        ),
        unconfirmed_12m=100 * _mean(views.old),
        false_suspensions=(policy.false_suspensions - before[2]) / (measured * listings) * 2_000,
        hidden_right=100 * views.hidden_right / views.all,
        details=100 * views.details / views.all,
        attempts=(desk.attempts - before[0]) / (measured * 12),
        minutes=(desk.spent - before[1]) / (measured * 12),
        believed=tuple((float(one), float(told), float(wrong)) for one, told, wrong in bins) if bins.any() else (),
    )


def _in_bins(doubts: Floats, world: World) -> Floats:
    place = np.digitize(doubts, BINS)
    size = len(BINS) + 1
    weights = (None, doubts, world.bad.astype(float))
    return np.stack([np.bincount(place, one, minlength=size).astype(float) for one in weights], axis=1)


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else 0.0
