"""The figures that belief is computed with: reviewed data in ``parameters.toml``, checked when they are read."""

import datetime as dt
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from typing import Annotated, Literal

import msgspec

from directory.errors import UnknownTermError

About = Literal["reach", "line", "phone", "organization", "service", "field", "trace", "nothing"]
TraceName = Literal["phone", "service", "site"]
_Share = Annotated[float, msgspec.Meta(gt=0, lt=1)]
_Hazard = Annotated[float, msgspec.Meta(ge=0.001, le=1)]
_Days = Annotated[int, msgspec.Meta(ge=0, le=3650)]
OTHER = "other"


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one outcome of one method says.

    Attributes:
        odds: binary logarithm of the odds that the fact is wrong; what stands in ``evidence.log2_odds``.
        about: what it speaks about; see the file.
        seen: of a trace: whether it is there.
        attempt: a call that reached nobody.
        dead: one of these is enough to say that a line does not work.
        withholds: the address is not the organization's now and must not be shown until a person speaks for it.
    """

    odds: Annotated[int, msgspec.Meta(ge=-6, le=6)]
    about: About
    seen: bool | None = None
    attempt: bool = False
    dead: bool = False
    withholds: bool = False


class Trace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a trace goes: ``q`` share of changes after which it does, after ``tau_days``; ``phi`` a year without one."""

    q: _Share
    tau_days: Annotated[float, msgspec.Meta(ge=1, le=730)]
    phi: _Share


class Traces(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The number on the own page, the service's name there, the own site."""

    phone: Trace
    service: Trace
    site: Trace


class Hazards(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rates per year at which something stops being true."""

    closed: _Hazard
    phone: _Hazard
    address: _Hazard
    hours: _Hazard
    intake: _Hazard


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A probability of not being reached, and an age in days since the last confirmation."""

    p: _Share
    days: Annotated[int, msgspec.Meta(ge=1, le=3650)]


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Kinds of service that go stale alike."""

    code: str
    kinds: frozenset[str]
    hazards: Hazards
    delta: _Share
    due: Limit
    warn: Limit
    check_days: Annotated[int, msgspec.Meta(ge=1, le=365)]


class Reports(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much one report weighs, how far two have to be apart, how much all of them weigh together."""

    ratio: Annotated[float, msgspec.Meta(ge=1, le=60)]
    days_apart: Annotated[int, msgspec.Meta(ge=1, le=365)]
    most_ratio: Annotated[float, msgspec.Meta(ge=1, le=60)]


class Attempts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many calls reach nobody, on how many days, before a line counts as unreachable."""

    most: Annotated[int, msgspec.Meta(ge=1, le=20)]
    days: Annotated[int, msgspec.Meta(ge=1, le=20)]


class Parameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything in the file."""

    version: Annotated[int, msgspec.Meta(ge=1)]
    organization_share: _Share
    doubt_after_confirmation: Annotated[float, msgspec.Meta(gt=0, le=0.01)]
    least_ratio: Annotated[float, msgspec.Meta(ge=0.02, lt=1)]
    most_ratio: Annotated[float, msgspec.Meta(gt=1, le=60)]
    soft_days: Annotated[int, msgspec.Meta(ge=30, le=3650)]
    reports: Reports
    attempts: Attempts
    traces: Traces
    groups: tuple[Group, ...]
    every: dict[str, _Days]
    decorrelation: dict[str, _Days]
    outcomes: dict[str, dict[str, Outcome]]
    # What a doubt should count as (``freshness.correction``): learnt from calls, so the reviewed figures have none.
    correction: tuple[tuple[_Share, _Share], ...] = ()

    def group_of(self, kinds: Iterable[str]) -> Group:
        """The group of a listing with these kinds: the most careful one that any of them is in."""
        wanted = frozenset(kinds)
        return next((one for one in self.groups if one.kinds & wanted), self.groups[-1])

    def outcome_of(self, method: str, outcome: str) -> Outcome | None:
        """What the outcome of a method says; None for one that the table does not know."""
        return self.outcomes.get(method, {}).get(outcome)


@lru_cache(maxsize=1)
def parameters() -> Parameters:
    """The reviewed figures.

    Raises:
        ValueError: a figure is out of its bounds, or two of them do not go together.
    """
    text = resources.files("directory.freshness").joinpath("parameters.toml").read_text("utf-8")
    return checked(msgspec.convert(tomllib.loads(text), Parameters))


def checked(found: Parameters) -> Parameters:
    """The same figures, when they go together.

    Raises:
        ValueError: they do not.
    """
    codes = [group.code for group in found.groups]
    slugs = [kind for group in found.groups for kind in group.kinds]
    if len(set(codes)) != len(codes) or not codes or codes[-1] != OTHER or len(set(slugs)) != len(slugs):
        raise ValueError("Each kind is in one group, and the last group is that of all others.")
    for group in found.groups:
        if group.due.p >= group.warn.p or group.due.days >= group.warn.days:
            raise ValueError("A call is due before readers are warned.")
        # A trace goes faster than facts change; the filter divides by the difference.
        slowest = max(one.tau_days for one in (found.traces.phone, found.traces.service, found.traces.site))
        if 365 / slowest <= 2 * (group.hazards.phone + group.hazards.closed):
            raise ValueError("Traces go faster than facts change.")
    points = found.correction
    if any(before[0] >= after[0] or before[1] >= after[1] for before, after in pairwise(points)):
        raise ValueError("The more is doubted, the more it counts as.")
    if found.outcomes.keys() != found.decorrelation.keys():
        raise ValueError("Each method has outcomes, and a time after which it says something new.")
    return found


def group_of(kinds: Iterable[str]) -> str:
    """The code of the group that these kinds belong to."""
    return parameters().group_of(kinds).code


def weight_of(method: str, outcome: str) -> int:
    """What an outcome of a method weighs: the value of ``evidence.log2_odds``. Every writer of evidence asks here.

    Raises:
        UnknownTermError: the table knows no such outcome.
    """
    found = parameters().outcome_of(method, outcome)
    if found is None:
        raise UnknownTermError("That is not an outcome of this method.")
    return found.odds


def every(method: str, kinds: Iterable[str]) -> dt.timedelta | None:
    """How long after a look the next one of this method is due; None for what is not done by the clock."""
    days = parameters().every.get(method)
    if days is None:
        return None
    return dt.timedelta(days=days or parameters().group_of(kinds).check_days)
