"""Why a listing is believed as much as it is: codes and dates, never words. Pure.

A reason stays the same whatever day it is; ``reasons_on`` leaves out what is not worth a word on a given day.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

import msgspec

from directory.freshness.observations import Observation, line_of
from directory.freshness.parameters import Parameters, parameters
from directory.freshness.policy import warns

CODES = (
    "confirmed", "listed", "dropped", "site-gone", "link-withheld", "not-working", "no-answer", "reported",
    "never-confirmed", "since", "soft-old", "lookup-disconnected", "mail-gone", "feed-dropped", "hours-odd", "differs",
    "at-source",
)  # fmt: skip
# Fields that are asked about together, and change together.
SOFT = {
    "schedule": "hours",
    "language": "languages",
    "eligibility": "intake", "barrier": "intake", "application_process": "intake", "eligibility_description": "intake",
    "trauma_informed": "intake",
}  # fmt: skip
_FEWEST_ATTEMPTS = 2


class Reason(msgspec.Struct, frozen=True, array_like=True):
    """One reason.

    Attributes:
        code: of ``CODES``.
        on: the day number of what it tells of; 0 = never.
        field: what it is about: a field, or ``hours``, ``intake``, ``languages``; empty for the listing as a whole.
        method: how it was found out.
    """

    code: str
    on: int = 0
    field: str = ""
    method: str = ""


def reasons_of(observations: Sequence[Observation], *, line: str | None, figures: Parameters) -> tuple[Reason, ...]:
    """What speaks for and against a listing, in the order of ``CODES``; of each code and field the latest.

    Args:
        observations: in their order (``observations.in_order``).
        line: the slot of the line that is called; None = every line.
        figures: the parameters.
    """
    told = _Told(figures)
    is_of_line = line_of(observations, line)
    for one in observations:
        told.hear(one, of_line=is_of_line(one))
    return told.all()


class _Told:
    """The reasons as they are after what was heard so far, by code and field."""

    def __init__(self, figures: Parameters) -> None:
        self.figures = figures
        self.found: dict[tuple[str, str], Reason] = {}
        self.attempts: list[int] = []
        self.seen: set[tuple[str, str]] = set()
        self.soft: dict[str, int] = {}
        self.withheld: dict[str, bool] = {}
        self.is_confirmed = False
        self.by_method: dict[str, Callable[[Observation], None]] = {
            "report": lambda one: self.tell("reported", one, ""),
            "lookup": self.of_look_up,
            "mx": self.of_mail,
            "feed": self.of_feed,
            "website": self.of_site,
            "corroboration": self.of_page,
            "import": self.of_import,
            "geocode": self.of_place,
        }

    def tell(self, code: str, one: Observation, field: str | None = None) -> None:
        about = one.field if field is None else field
        self.found[code, about] = Reason(code, one.day, about, one.method)

    def forget(self, *codes: str, field: str | None = None) -> None:
        for key in [key for key in self.found if key[0] in codes and field in (None, key[1])]:
            del self.found[key]

    def hear(self, one: Observation, *, of_line: bool) -> None:
        group = SOFT.get(one.field)
        if group is not None:
            self.soft[group] = max(self.soft.get(group, 0), one.day if one.confirms else 0)
        if one.outcome == "said":
            if of_line and ("since", one.field) not in self.found:
                self.tell("since", one)
        elif one.outcome == "verified-at-source":
            self.tell("at-source", one, "")
        elif one.method in self.by_method:
            self.by_method[one.method](one)
        elif one.confirms:
            self.of_support(one, of_line=of_line)
        elif of_line:
            self.of_call(one)
        if of_line and one.method == "import" and warns(one.log2_odds):
            self.tell("not-working", one)

    def of_support(self, one: Observation, *, of_line: bool) -> None:
        # A person who speaks for the address itself gives it back.
        if one.field == "url":
            self.withheld[one.slot] = withheld_after(self.withheld.get(one.slot, False), one, self.figures)
            self.forget("site-gone")
            if not any(self.withheld.values()):
                self.forget("link-withheld")
        if of_line:
            self.is_confirmed = True
            self.attempts.clear()
            self.forget("confirmed", "not-working", "reported", "lookup-disconnected", "feed-dropped", "no-answer")
            self.forget("dropped", "differs", field="phone")
            self.tell("confirmed", one)

    def of_call(self, one: Observation) -> None:
        known = self.figures.outcome_of(one.method, one.outcome)
        if known is not None and known.attempt:
            self.attempts.append(one.day)
            if len(self.attempts) >= _FEWEST_ATTEMPTS:
                self.tell("no-answer", one)
        elif one.outcome == "changed":
            self.tell("differs", one)
        elif warns(one.log2_odds):
            self.tell("not-working", one)

    def of_look_up(self, one: Observation) -> None:
        if one.log2_odds > 0:
            self.tell("lookup-disconnected", one)

    def of_mail(self, one: Observation) -> None:
        if one.log2_odds > 0:
            self.tell("mail-gone", one)
        else:
            self.forget("mail-gone", field=one.field)

    def of_feed(self, one: Observation) -> None:
        if one.outcome in ("dropped", "gone"):
            self.tell("feed-dropped", one)
        elif one.outcome == "changed":
            self.tell("differs", one)
        elif one.outcome == "still-said":
            self.forget("feed-dropped", field=one.field)

    def of_site(self, one: Observation) -> None:
        known = self.figures.outcome_of(one.method, one.outcome)
        if known is None:
            return
        self.withheld[one.slot] = withheld_after(self.withheld.get(one.slot, False), one, self.figures)
        if known.withholds:
            self.tell("link-withheld", one)
        elif not any(self.withheld.values()):
            self.forget("link-withheld")
        if known.seen is False:
            self.tell("site-gone", one)
        else:
            self.forget("site-gone", field=one.field)

    def of_page(self, one: Observation) -> None:
        key = (one.field, one.slot)
        if one.outcome == "seen":
            self.seen.add(key)
            self.forget("dropped", "differs", field=one.field)
            self.tell("listed", one)
        elif one.outcome == "gone" and key in self.seen:
            self.seen.discard(key)
            self.forget("listed", field=one.field)
            self.tell("dropped", one)
        elif one.outcome == "other-number":
            self.forget("listed", field=one.field)
            self.tell("differs", one)

    def of_import(self, one: Observation) -> None:
        if one.outcome == "odd":
            self.tell("hours-odd", one)
        elif one.outcome == "sane":
            self.forget("hours-odd", field=one.field)

    def of_place(self, one: Observation) -> None:
        if one.log2_odds > 0:
            self.tell("differs", one)
        else:
            self.forget("differs", field=one.field)

    def all(self) -> tuple[Reason, ...]:
        found = list(self.found.values())
        if not self.is_confirmed:
            found.append(Reason("never-confirmed"))
        found += [Reason("soft-old", day, group) for group, day in self.soft.items()]
        return tuple(sorted(found, key=lambda reason: (CODES.index(reason.code), reason.field)))


def withheld_after(before: bool, one: Observation, figures: Parameters) -> bool:  # noqa: FBT001 - a state, not a switch
    """Whether an address is withheld after one more observation of it: from then on until a person here speaks for it.

    That a page of the name is there again says nothing of whose it is.
    """
    if one.confirms and one.method != "peer":
        return False
    known = figures.outcome_of(one.method, one.outcome)
    return before or (known is not None and known.withholds and one.method == "website")


def is_withheld(of_address: Iterable[Observation]) -> bool:
    """Whether an address must not be shown, by what was observed of it, in order.

    A name that ran out may be bought by whoever wants to meet the people who look for it.
    """
    withheld = False
    for one in of_address:
        withheld = withheld_after(withheld, one, parameters())
    return withheld


def reasons_on(reasons: Iterable[Reason], day: int) -> tuple[Reason, ...]:
    """Those that are worth a word on this day: fields that were confirmed within the year are not called old."""
    oldest = day - parameters().soft_days
    return tuple(one for one in reasons if one.code != "soft-old" or one.on <= oldest)


def coarse(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """The same for a place that is secret: when it was entered or reported is nobody's business to the day."""
    return tuple(
        msgspec.structs.replace(one, on=dt.date.fromordinal(one.on).replace(day=1).toordinal())
        if one.code in ("since", "reported", "at-source") and one.on
        else one
        for one in reasons
    )
