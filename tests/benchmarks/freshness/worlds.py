"""The figures of the invented world, and the worlds in which a policy has to hold as well.

Rates are per year. Their sources are those of ``directory/freshness/parameters.toml``; what no study tells is an
estimate, and a stress world tells how much hangs on it.
"""

from collections.abc import Callable

import msgspec

from directory.freshness.parameters import Parameters, checked, parameters

# Group of parameters.toml, and a kind by which the product knows it.
GROUPS = ("hotline", "shelter", "health", "legal", "mental-health", "case-management", "other")
KINDS = ("hotline", "emergency-shelter", "sane", "legal", "mental-health", "case-management", "food")


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """What is true of the world; in tuples by ``GROUPS``.

    Attributes:
        shares: of all listings.
        views: of a listing, beside those of one of the last group.
        harm: of one wrong view, beside one of the last group.
        answered: calls to a right number that reach somebody.
        closed: service or whole organization ends.
        number: the number stops reaching the service.
        details: hours, intake or languages change.
        unevenness: listings have rates of their own; shape of a gamma distribution around 1 (small = uneven).
        view_spread: sigma of the lognormal distribution of views in a group.
        views_a_year: mean views of a listing.
        has_site, shuns_machines: shares of listings; a site that shuns machines never tells them anything.
        number_on_site, name_on_site: shares of readable sites.
        organization_share: of ends, those of the whole organization.
        site_goes, site_days: after that: the share of sites that go, and the mean days it takes.
        line_dies, line_days: the same of its number.
        name_goes, name_days: a service ended: its own page drops it.
        number_goes, number_days: the number changed: its own page drops the old one.
        site_moves, number_redesigned, name_redesigned: traces that go though nothing has changed.
        reported_if_wrong, reported_if_right: share of views after which a reader reports.
        on_list, list_drops, list_days, list_errs: upstream lists: share of listings that are on one, share of changes
            that it notices, mean days until it does, and what it drops in a year for no reason.
        cut_off, cut_off_if_gone, cut_off_days, look_up_errs: look-ups of numbers: share of wrong numbers that were cut
            off, the same of gone organizations, mean days until a look-up sees it, and false answers a look-up.
        writes, letter_answered, letter_right, reminder: providers that may be written to and answer letters at all;
            share of letters they answer; share of answers that are right; of that share, what a reminder still brings.
        told_right: a service ended, and whoever answers says so.
        silent_if_wrong, silent_if_gone: calls that reach nobody: number of somebody else; organization gone.
        research_works: whoever looks into it finds out what became of it.
        minutes_*: what staff spend.
        calls_a_year: minutes that people have, as full calls that are answered for each listing in a year.
    """

    shares: tuple[float, ...] = (0.04, 0.11, 0.07, 0.22, 0.22, 0.14, 0.20)
    views: tuple[float, ...] = (10.0, 4.0, 2.0, 1.5, 1.5, 1.5, 1.0)
    harm: tuple[float, ...] = (3.0, 3.0, 3.0, 1.5, 1.5, 1.5, 1.0)
    answered: tuple[float, ...] = (0.93, 0.80, 0.75, 0.55, 0.50, 0.60, 0.55)
    closed: tuple[float, ...] = (0.02, 0.05, 0.05, 0.05, 0.06, 0.08, 0.06)
    number: tuple[float, ...] = (0.02, 0.05, 0.05, 0.06, 0.08, 0.10, 0.08)
    details: tuple[float, ...] = (0.10, 0.30, 0.20, 0.25, 0.30, 0.30, 0.30)
    unevenness: float = 2.0
    view_spread: float = 1.0
    views_a_year: float = 60.0
    has_site: float = 0.90
    shuns_machines: float = 0.12
    number_on_site: float = 0.75
    name_on_site: float = 0.80
    organization_share: float = 0.45
    site_goes: float = 0.85
    site_days: float = 150.0
    line_dies: float = 0.90
    line_days: float = 45.0
    name_goes: float = 0.60
    name_days: float = 90.0
    number_goes: float = 0.80
    number_days: float = 20.0
    site_moves: float = 0.06
    number_redesigned: float = 0.07
    name_redesigned: float = 0.08
    reported_if_wrong: float = 0.015
    reported_if_right: float = 0.0003
    on_list: float = 0.5
    list_drops: float = 0.8
    list_days: float = 365.0
    list_errs: float = 0.06
    cut_off: float = 0.50
    cut_off_if_gone: float = 0.80
    cut_off_days: float = 45.0
    look_up_errs: float = 0.002
    writes: float = 0.85
    letter_answered: float = 0.35
    letter_right: float = 0.97
    reminder: float = 0.5
    told_right: float = 0.95
    silent_if_wrong: float = 0.15
    silent_if_gone: float = 0.80
    research_works: float = 0.90
    minutes_full: float = 7.0
    minutes_live: float = 2.5
    minutes_unanswered: float = 2.0
    minutes_dead: float = 3.0
    minutes_research: float = 12.0
    minutes_second: float = 5.0
    calls_a_year: float = 1.0


class Setting(msgspec.Struct, frozen=True):
    """A world, and what the product believes of it: figures that are not those of the world make it harder."""

    truth: Truth = Truth()
    believed: Parameters | None = None


def scaled(truth: Truth, *, hazards: float = 1.0, budget: float = 1.0, noise: float = 1.0) -> Truth:
    """The same world with other rates of change, other minutes, other noise of sites."""
    return msgspec.structs.replace(
        truth,
        closed=tuple(one * hazards for one in truth.closed),
        number=tuple(one * hazards for one in truth.number),
        details=tuple(one * hazards for one in truth.details),
        calls_a_year=truth.calls_a_year * budget,
        site_moves=truth.site_moves * noise,
        number_redesigned=truth.number_redesigned * noise,
        name_redesigned=truth.name_redesigned * noise,
    )


def believing(*, hazards: float = 1.0, traces: float = 1.0) -> Parameters:
    """The reviewed parameters with other hazards and other trust in traces."""
    known = parameters()
    change = msgspec.structs.replace
    groups = tuple(
        change(group, hazards=msgspec.convert(_times(msgspec.to_builtins(group.hazards), hazards), type(group.hazards)))
        for group in known.groups
    )
    kept = {
        name: change(trace, q=min(0.97, trace.q * traces), phi=trace.phi / traces)
        for name, trace in (
            ("phone", known.traces.phone), ("service", known.traces.service), ("site", known.traces.site),
        )
    }  # fmt: skip
    return checked(change(known, groups=groups, traces=change(known.traces, **kept)))


def _times(rates: dict[str, float], factor: float) -> dict[str, float]:
    return {name: rate * factor for name, rate in rates.items()}


_BASE = Truth()
_change = msgspec.structs.replace
_WEAK_WEB = {"has_site": 0.60, "shuns_machines": 0.30}
_REDESIGNS = {"site_moves": 0.15, "number_redesigned": 0.25, "name_redesigned": 0.25}
_LAZY = {"number_goes": 0.5, "number_days": 60.0, "site_goes": 0.6, "site_days": 300.0, "name_goes": 0.3}
_FEW_REPORTS = {"reported_if_wrong": 0.002}
_FEW_LETTERS = {"letter_answered": 0.15}
_LONG_CALLS = {"minutes_live": 4.0}
# What the product believes is left as it is, but for the worlds whose name says otherwise and for the two in which the
# hazards are half and double: those it would have learnt.
WORLDS: dict[str, Callable[[], Setting]] = {
    "base": Setting,
    "hazards-half": lambda: Setting(scaled(_BASE, hazards=0.5), believing(hazards=0.5)),
    "hazards-double": lambda: Setting(scaled(_BASE, hazards=2.0), believing(hazards=2.0)),
    "model-half": lambda: Setting(_BASE, believing(hazards=0.5)),
    "model-double": lambda: Setting(_BASE, believing(hazards=2.0)),
    "trace-half": lambda: Setting(_BASE, believing(traces=0.5)),
    "trace-high": lambda: Setting(_BASE, believing(traces=1.5)),
    "weak-web": lambda: Setting(_change(_BASE, **_WEAK_WEB)),
    "redesigns": lambda: Setting(_change(_BASE, **_REDESIGNS)),
    "lazy-sites": lambda: Setting(_change(_BASE, **_LAZY)),
    "few-reports": lambda: Setting(_change(_BASE, **_FEW_REPORTS)),
    "half-budget": lambda: Setting(scaled(_BASE, budget=0.5)),
    "double-budget": lambda: Setting(scaled(_BASE, budget=2.0)),
    "email-15": lambda: Setting(_change(_BASE, **_FEW_LETTERS)),
    "call-4min": lambda: Setting(_change(_BASE, **_LONG_CALLS)),
    "all-pessimistic": lambda: Setting(
        _change(_BASE, **_WEAK_WEB, **_REDESIGNS, **_LAZY, **_FEW_REPORTS, **_FEW_LETTERS, **_LONG_CALLS)
    ),
}
