"""What is true of invented listings, day by day, and what may be seen of it. No policy looks in here."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.freshness.worlds import GROUPS, Truth

OPEN, ORGANIZATION_GONE, SERVICE_ENDED = 0, 1, 2
TRACES = ("site", "phone", "service")
_NEVER = 1e9
_YEAR = 365

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


class World:
    """So many listings.

    Attributes (one entry a listing):
        group: place in ``GROUPS``.
        views: of one day.
        harm: of one wrong view.
        answered: share of calls to the right number that reach somebody.
        closed: ``OPEN``, or what ended.
        number_wrong: the number does not reach the service, though that is offered.
        details_changed: since the last full update.
        line_dead: the organization is gone, and its number with it.
        bad_since: the day; -1 while all is right.
        confirmed: the day of the last word of a person or the provider.
        updated: the day of the last full update.
        present: by trace, whether a machine that looks sees it.
    """

    def __init__(self, truth: Truth, seed: int, listings: int) -> None:
        self.truth = truth
        self._seed = seed
        # What happens to listings, and what chance does in calls, are drawn apart: policies then face the same years.
        self._nature = np.random.default_rng([seed, 1])
        self.chance = np.random.default_rng([seed, 2])
        self.size = listings
        nature = self._nature
        self._drawn = nature.random((9, listings))
        self.group: Numbers = nature.choice(len(GROUPS), listings, p=truth.shares)
        spread = truth.view_spread
        views = self._by_group(truth.views) * nature.lognormal(-(spread**2) / 2, spread, listings)
        self.views: Floats = views * truth.views_a_year / views.mean() / _YEAR
        self.harm = self._by_group(truth.harm)
        self.answered = self._by_group(truth.answered)
        self._rates = [self._by_group(rates) / _YEAR for rates in (truth.closed, truth.number, truth.details)]
        self._pace = nature.gamma(truth.unevenness, 1 / truth.unevenness, listings)
        self._writes = nature.random(listings) < truth.writes
        self.on_list: Flags = nature.random(listings) < truth.on_list
        self._is_readable = self._readable(listings)
        self.closed: Numbers = np.zeros(listings, np.int64)
        self.number_wrong: Flags = np.zeros(listings, bool)
        self.line_dead: Flags = np.zeros(listings, bool)
        self.bad_since: Numbers = np.full(listings, -1)
        # Day on which each will go, be seen by a look-up, be dropped by a list.
        self._leaves = {trace: np.full(listings, _NEVER) for trace in TRACES}
        self._dies, self._cut_off, self._dropped = (np.full(listings, _NEVER) for _ in range(3))
        self.present: dict[str, Flags] = {
            "site": self._is_readable.copy(),
            "phone": self._is_readable & (nature.random(listings) < truth.number_on_site),
            "service": self._is_readable & (nature.random(listings) < truth.name_on_site),
        }
        # Everybody was called once in the year before.
        self.confirmed: Numbers = -nature.integers(0, _YEAR, listings)
        self.updated = self.confirmed.copy()
        self.details_changed: Flags = self._happens(2, days=-self.confirmed)
        ended, moved = self._happens(0, days=-self.confirmed), self._happens(1, days=-self.confirmed)
        since = np.floor(self.confirmed * nature.random(listings)).astype(np.int64)
        self._end(np.flatnonzero(ended), since)
        self._move(np.flatnonzero(moved & ~ended), since)

    @property
    def bad(self) -> Flags:
        """Whether a reader who calls does not reach the service."""
        return (self.closed > 0) | self.number_wrong

    def pass_day(self, day: int) -> None:
        """Let one day happen."""
        truth = self.truth
        # Each day has chances of its own, so that all policies face the same days.
        self._nature = np.random.default_rng([self._seed, 3, day])
        self._drawn = self._nature.random((9, self.size))
        since = np.full(self.size, day)
        self._end(np.flatnonzero(self._happens(0) & (self.closed == OPEN)), since)
        self._move(np.flatnonzero(self._happens(1) & ~self.bad), since)
        self.details_changed |= self._happens(2)
        noise = self._drawn[3:6]
        losses = (truth.site_moves, truth.number_redesigned, truth.name_redesigned)
        for trace, drawn, rate in zip(TRACES, noise, losses, strict=True):
            gone = (self._leaves[trace] <= day) | (drawn < rate / _YEAR)
            self.present[trace] &= ~gone
        # Where the site is gone, nobody sees what stood on it.
        for trace in TRACES[1:]:
            self.present[trace] &= self.present["site"]
        self.line_dead |= self._dies <= day

    def reports(self, hidden: Flags) -> list[int]:
        """Listings that readers report on a day; what is hidden nobody sees."""
        truth = self.truth
        share = np.where(self.bad, truth.reported_if_wrong, truth.reported_if_right)
        return np.flatnonzero((self._drawn[6] < self.views * share) & ~hidden).tolist()

    def looked_up(self, listings: Numbers, day: int) -> list[tuple[int, bool]]:
        """Numbers that a look-up says were cut off, each with whether it is so; it says so of each once."""
        errs = self._drawn[8][listings] < self.truth.look_up_errs
        seen = self._cut_off[listings] <= day
        self._cut_off[listings[seen]] = _NEVER
        said = np.flatnonzero(seen | errs)
        return [(int(listings[place]), bool(seen[place])) for place in said]

    def dropped_by_lists(self, day: int) -> list[int]:
        """Listings that an upstream list drops on a day."""
        errs = self.on_list & (self._drawn[7] < self.truth.list_errs / _YEAR)
        seen = self._dropped <= day
        self._dropped[seen] = _NEVER
        return np.flatnonzero(seen | errs).tolist()

    def letters(self, listings: Sequence[int], *, are_reminders: bool = False) -> Iterator[tuple[int, str]]:
        """What providers answer to letters: ``confirmed``, ``changed`` or ``closed``."""
        truth = self.truth
        answered = truth.letter_answered * truth.letter_right * (truth.reminder if are_reminders else 1.0)
        for one in listings:
            answers = self.chance.random() < answered
            if not answers or not self._writes[one] or self.closed[one] == ORGANIZATION_GONE:
                continue
            yield one, "closed" if self.closed[one] else "changed" if self.number_wrong[one] else "confirmed"

    # ------------------------------------------------------------------ what people do

    def stand_up_for(self, one: int, day: int, *, in_full: bool) -> None:
        """Somebody said that a listing is right, rightly or not; where it is, what a machine may see is put right."""
        self.confirmed[one] = day
        if in_full:
            self.updated[one] = day
            self.details_changed[one] = False
        if not self.closed[one] and not self.number_wrong[one]:
            self._read_again(one)

    def put_right(self, one: int, day: int) -> None:
        """A wrong number is replaced; where a service ended, another takes its place in the directory."""
        if self.closed[one]:
            truth = self.truth
            self._pace[one] = self.chance.gamma(truth.unevenness, 1 / truth.unevenness)
            readable = self.chance.random() < truth.has_site
            self._is_readable[one] = readable and self.chance.random() >= truth.shuns_machines
            for trace in TRACES:
                self.present[trace][one] = False
        self.closed[one] = OPEN
        self.number_wrong[one] = self.line_dead[one] = False
        self.bad_since[one] = -1
        for left in (*self._leaves.values(), self._dies, self._cut_off, self._dropped):
            left[one] = _NEVER
        # The new number is on the page or is not, whatever was said of the old one.
        self.present["phone"][one] = False
        self.stand_up_for(one, day, in_full=True)

    def _read_again(self, one: int) -> None:
        truth = self.truth
        if not self._is_readable[one]:
            return
        self.present["site"][one] = True
        for trace, share in (("phone", truth.number_on_site), ("service", truth.name_on_site)):
            if not self.present[trace][one]:
                self.present[trace][one] = self.chance.random() < share

    # ------------------------------------------------------------------ what happens

    def _by_group(self, values: tuple[float, ...]) -> Floats:
        return np.asarray(values)[self.group]

    def _readable(self, count: int) -> Flags:
        has_site = self._nature.random(count) < self.truth.has_site
        found: Flags = has_site & (self._nature.random(count) >= self.truth.shuns_machines)
        return found

    def _happens(self, rate: int, *, days: Numbers | int = 1) -> Flags:
        found: Flags = self._drawn[rate] < 1 - np.exp(-self._rates[rate] * self._pace * days)
        return found

    def _later(self, since: Numbers, share: float, days: float) -> Floats:
        """For each of these days a later one, or never."""
        count = since.size
        waits = self._nature.exponential(days, count)
        found: Floats = np.where(self._nature.random(count) < share, since + waits, _NEVER)
        return found

    def _end(self, which: Numbers, since: Numbers) -> None:
        truth = self.truth
        whole = self._nature.random(which.size) < truth.organization_share
        gone, ended = which[whole], which[~whole]
        self.closed[gone], self.closed[ended] = ORGANIZATION_GONE, SERVICE_ENDED
        self._leaves["site"][gone] = self._later(since[gone], truth.site_goes, truth.site_days)
        self._dies[gone] = self._later(since[gone], truth.line_dies, truth.line_days)
        self._leaves["service"][ended] = self._later(since[ended], truth.name_goes, truth.name_days)
        new = which[self.bad_since[which] < 0]
        self._tell_others(new, since)
        self.bad_since[new] = since[new]

    def _move(self, which: Numbers, since: Numbers) -> None:
        truth = self.truth
        self.number_wrong[which] = True
        self._leaves["phone"][which] = self._later(since[which], truth.number_goes, truth.number_days)
        self._tell_others(which, since)
        self.bad_since[which] = since[which]

    def _tell_others(self, which: Numbers, since: Numbers) -> None:
        """When look-ups and lists will notice what is wrong."""
        truth = self.truth
        cut_off = np.where(self.closed[which] == ORGANIZATION_GONE, truth.cut_off_if_gone, truth.cut_off)
        cut_off = np.where(self.closed[which] == SERVICE_ENDED, 0.0, cut_off)
        seen = self._later(since[which], 1.0, truth.cut_off_days)
        self._cut_off[which] = np.where(self._nature.random(which.size) < cut_off, seen, _NEVER)
        dropped = self._later(since[which], truth.list_drops, truth.list_days)
        self._dropped[which] = np.where(self.on_list[which], dropped, _NEVER)
