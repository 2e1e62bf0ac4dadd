"""Pure rules of checking: how soon again, how long a host is left alone, what a look weighs."""

import datetime as dt
from collections.abc import Collection
from random import Random
from urllib.parse import urlsplit

from directory.errors import BadInputError
from directory.freshness import parameters
from directory.freshness.models import METHODS
from directory.values.web_address import registered_domain

# Under which name the clock notes each of its ticks.
CHECKS = "checks"
LEASE = dt.timedelta(seconds=120)
# Looks at hosts that run at once, over all workers, and how long one host is left alone after a look.
MOST_HOSTS = 8
APART = dt.timedelta(seconds=5)
# What is new is looked at for the first time within this time, so that a large import is no flood.
SPREAD = dt.timedelta(days=7)
# What says nothing, or fails, is tried again after a time drawn from twice as long a span each time.
LONGEST_WAIT = dt.timedelta(days=14)
_SHORTEST_WAIT = dt.timedelta(minutes=1)
_FIRST_SPAN = dt.timedelta(hours=1)
_LONGEST_PAUSE = dt.timedelta(hours=6)
# A task whose worker died this often in a row may be what kills it, and waits longer.
DEATHS_IN_A_ROW = 8
WAIT_AFTER_DEATHS = _LONGEST_PAUSE
# From here on what is due is told as late, and a clock that was silent as stopped.
OVERDUE = dt.timedelta(days=1)
SILENT = dt.timedelta(minutes=5)
MOST_MEMORY_BYTES = 1_024
# Methods that speak to the machine behind an address of the organization itself.
HOSTED = frozenset({"website", "corroboration"})
# Methods that ask somebody: who does not answer is asked again sooner than after an interval, and ever more seldom.
# What the others have nothing to say about, they have nothing to say about; a look-up that is paid for is among them.
ASKING = HOSTED | {"mx"}
# What somebody else hears of: never about anything of an organization that has a confidential service.
TOLD_ELSEWHERE = frozenset({"geocode", "lookup"})
# Of these records nothing is looked at any more: it is over, or the provider does not want to be in the directory.
GONE = ("closed", "do-not-list")

_USUAL = dt.timedelta(days=7)


def every(method: str, kinds: Collection[str]) -> dt.timedelta:
    """How often a fact of services of these kinds is looked at by a method (``directory.freshness.parameters``)."""
    return parameters.every(method, kinds) or _USUAL


def with_jitter(interval: dt.timedelta, chance: Random) -> dt.timedelta:
    """The interval, up to a tenth shorter or longer, so that what was imported together is not asked together."""
    return interval * chance.uniform(0.9, 1.1)


def wait_after(attempts: int, chance: Random) -> dt.timedelta:
    """How long a task waits after so many looks in a row that said nothing."""
    span: dt.timedelta = min(_FIRST_SPAN * 2 ** min(max(attempts, 0), 16), LONGEST_WAIT)
    return max(span * chance.random(), _SHORTEST_WAIT)


def pause_of_host(fail_streak: int, retry_after: float | None) -> dt.timedelta:
    """How long a host is left alone: longer each time that it said nothing, and as long as it asked for.

    Args:
        fail_streak: looks at it in a row that said nothing.
        retry_after: seconds that it asked for; what is no number of seconds is passed over.
    """
    pause: dt.timedelta = min(APART * 2 ** min(max(fail_streak, 0), 16), _LONGEST_PAUSE)
    return max(pause, asked_for(retry_after))


def asked_for(retry_after: float | None) -> dt.timedelta:
    """The time for which somebody asked not to be asked, at most ``LONGEST_WAIT``; none if that is no number."""
    if retry_after is None or not 0 < retry_after < float("inf"):
        return dt.timedelta(0)
    return dt.timedelta(seconds=min(retry_after, LONGEST_WAIT.total_seconds()))


def host_of(url: str) -> str:
    """The registered name whose machines answer for a stored web address; raises ``BadInputError`` for none."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https"):
        raise BadInputError("This is not one web address.")
    return registered_domain(host) or host


def check_method(method: str) -> str:
    """The method; raises ``BadInputError`` when there is no such one."""
    if method not in METHODS:
        raise BadInputError("There is no such way to check.")
    return method
