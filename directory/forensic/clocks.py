"""What comes first after a sexual assault, and for what there is time. Pure, and nothing of it is kept.

Care always stands before evidence. No hour ends anything: after the hours that a page names the exam line is asked, and
care, an advocate and a record of injuries are there at any time.
"""

import math
from typing import Literal

import msgspec

from directory.forensic.windows import Care, Window, known_care, known_windows
from directory.places.place import Place
from directory.values.official_source import Source

# ``early``: within the hours that pages name, or nobody has said how long ago it was. ``ask``: after them.
Stand = Literal["early", "ask"]
# What is there however long ago it was.
Always = Literal["care", "advocate", "documentation"]
ALWAYS: tuple[Always, ...] = ("care", "advocate", "documentation")
_CHILDHOOD = range(19)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is best done early.

    Attributes:
        what: a kind of care, or evidence.
        stands: how it stands now; never that it is over.
        within_hours: the hours that pages name.
        left_hours: what is left of them; None where nobody has said how long ago it was, or after them.
        from_age: of the people it is for, the youngest.
        to_age: the oldest; None where there is no bound.
        sources: where it stands.
    """

    what: Care | Literal["evidence"]
    stands: Stand
    within_hours: int
    left_hours: float | None = None
    from_age: int = 0
    to_age: int | None = None
    sources: tuple[Source, ...]


class Clocks(msgspec.Struct, frozen=True, kw_only=True):
    """What comes first, what then, and what there is at any time.

    Attributes:
        care: what is best given early, the most pressing first.
        evidence: how long evidence is taken there, by age; only if the person wants it.
        is_asked: whether no page is known that tells the hours of evidence of this age, or, where the age is not known,
            of every age: then the exam line is asked.
        always: what is there however long ago it was.
    """

    care: tuple[Step, ...]
    evidence: tuple[Step, ...]
    is_asked: bool
    always: tuple[Always, ...] = ALWAYS

    @property
    def steps(self) -> tuple[Step, ...]:
        """All of it in its order: care before evidence."""
        return (*self.care, *self.evidence)


def clocks(hours_since: float | None, place: Place | None, age: int | None = None) -> Clocks:
    """What comes first, and for what there is time.

    Args:
        hours_since: how many hours ago it was; None where nobody has said, and nobody needs to.
        place: where evidence would be taken: its state or province decides. None where it is not known.
        age: of the person, in whole years; None where it is not known, and then all ages are told.

    Raises:
        ValueError: hours that cannot be.
    """
    if hours_since is not None and not (math.isfinite(hours_since) and hours_since >= 0):
        msg = "hours since then are a number from 0 on"
        raise ValueError(msg)
    held = known_windows().get(f"{place.country}-{place.region}", ()) if place else ()
    fitting = [window for window in held if age is None or window.holds_at(age)]
    return Clocks(
        care=tuple(
            _step(clock.what, clock.within_hours, hours_since, sources=clock.sources) for clock in known_care()
        ),
        evidence=tuple(
            _step(
                "evidence", window.within_hours, hours_since,
                from_age=window.from_age, to_age=window.to_age, sources=window.sources,
            )
            for window in fitting
        ),
        is_asked=any(not _is_held(held, one) for one in (_CHILDHOOD if age is None else (age,))),
    )  # fmt: skip


def _is_held(windows: tuple[Window, ...], age: int) -> bool:
    return any(window.holds_at(age) for window in windows)


def _step(
    what: Care | Literal["evidence"],
    within_hours: int,
    hours_since: float | None,
    *,
    from_age: int = 0,
    to_age: int | None = None,
    sources: tuple[Source, ...],
) -> Step:
    is_after = hours_since is not None and hours_since > within_hours
    return Step(
        what=what,
        stands="ask" if is_after else "early",
        within_hours=within_hours,
        left_hours=None if hours_since is None or is_after else within_hours - hours_since,
        from_age=from_age,
        to_age=to_age,
        sources=sources,
    )
