"""Which weekdays belong to which times, in one statement about opening hours.

People write "Mon-Fri 9-5" or "9-5, Mon-Fri", never both in one breath. The first of the two decides how the rest of the
statement is read; a statement that does not come out even is not read at all.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from directory.values.hours import WEEKDAYS
from importers.hours_groups import Group, Start, Weekly
from importers.hours_labels import Label, label_of, limits, words_of

Times = tuple[tuple[Start, Start], ...]

LIMITED = "hours-limited"
MONTHLY = "hours-monthly"
SEASONAL = "hours-seasonal"
UNCLEAR = "hours-not-readable"
DATED = "hours-dated"

_PLAIN_LABELS = frozenset({"office", "intake", "crisis-line", "machine", "visiting"})
_WEEKEND = frozenset(WEEKDAYS[5:])
_DAILY = Weekly(frozenset(WEEKDAYS))
_ALL_DAY: Times = ((None, None),)
_IN_CLOSURES = frozenset(
    {"following", "week", "observance", "observed", "season", "certain", "public", "these", "dates"}
)


class Pair(msgspec.Struct):
    """Weekdays and times that belong together, for one label; ``problem`` is why they are not to be taken."""

    weekly: Weekly
    times: Times
    label: Label
    name: str
    problem: str = ""
    is_inline: bool = False


class Closure(msgspec.Struct, frozen=True):
    """What is taken out: times of weekdays (all day if none, every day if none), holidays, or dates.

    ``is_week`` means the weeks of the dates.
    """

    weekly: Weekly | None = None
    times: Times = ()
    holidays: tuple[str, ...] = ()
    dates: tuple[tuple[str, str], ...] = ()
    is_week: bool = False


class Paired(msgspec.Struct, frozen=True):
    """A statement read.

    Attributes:
        pairs: in order.
        closures: what it takes out.
        is_even: nothing was left over.
        problems: what is wrong with all of it.
        rules: what was noticed.
        is_shut: it is closed until nobody knows when.
        left: "days" or "time", whichever was left over.
    """

    pairs: tuple[Pair, ...]
    closures: tuple[Closure, ...]
    is_even: bool
    problems: tuple[str, ...]
    rules: tuple[str, ...]
    is_shut: bool
    left: str = ""


def paired(groups: Sequence[Group], label: Label, name: str) -> Paired:
    """Read one statement whose section has this label."""
    pairing = _Pairing(label, name)
    pairing.read(groups)
    return pairing.result()


class _Pairing:
    def __init__(self, label: Label, name: str) -> None:
        self._label: Label = label
        self._name = name
        self._is_inline = False
        self._first = ""  # "days" or "time", whichever came first
        self._weekly: Weekly | None = None
        self._times: list[tuple[Start, Start]] = []
        self._remark = ""  # the problem of the pair to come, from words in brackets
        self._remark_label: tuple[Label, str] | None = None
        self._pairs: list[Pair] = []
        self._begun = 0  # the first pair to which a label behind it may belong
        self._closures: list[Closure] = []
        self._problems: list[str] = []
        self._rules: list[str] = []
        self._is_even = True
        self._is_shut = False
        self._left = ""

    def read(self, groups: Sequence[Group]) -> None:
        at = 0
        while at < len(groups):
            at = self._take(groups, at)
        self._finish()

    def result(self) -> Paired:
        blocked = next(iter(self._problems), "")
        for pair in self._pairs:
            pair.problem = pair.problem or blocked
        return Paired(
            tuple(self._pairs),
            tuple(self._closures),
            self._is_even,
            tuple(self._problems),
            tuple(self._rules),
            self._is_shut,
            self._left,
        )

    def _take(self, groups: Sequence[Group], at: int) -> int:
        """Read the group at a place; the place of the next one to read."""
        group = groups[at]
        if group.kind in ("closed", "except"):
            return self._closure(groups, at)
        if group.kind in ("words", "break"):
            self._words(str(group.value), is_last=not any(one.kind in ("days", "time") for one in groups[at + 1 :]))
        elif group.kind == "including":
            return at + 1 + (at + 1 < len(groups) and groups[at + 1].kind == "holiday")
        elif group.kind == "holiday":
            self._open_on_holidays(groups, at)
        elif group.kind == "days" and self._first == "time" and _has_no_hours(groups, at + 1):
            is_closed = groups[at + 1].kind == "closed"
            self._days_but_the_last(group.value, is_closed=is_closed)
            return at + 1 + is_closed
        else:
            self._simple(group.kind, group.value)
        return at + 1

    def _simple(self, kind: str, value: Any) -> None:
        if kind == "days":
            self._days(value)
        elif kind == "time":
            self._time(value)
        elif kind == "brackets":
            self._brackets(value)
        elif problem := _not_weekly(kind, value):
            self._problems.append(problem)
        elif kind == "temporary":
            self._is_shut = True
        elif kind in ("appointment", "unfixed"):
            self._no_hours(kind, str(value))

    # Weekdays and times

    def _days(self, weekly: Weekly) -> None:
        self._first = self._first or "days"
        if self._first == "time":
            if not self._times:
                self._is_even = False
            self._push(weekly)
        elif self._weekly is None or self._times:
            if self._weekly is not None:
                self._push(self._weekly)
            self._weekly = weekly
        else:
            self._is_even = False
            self._weekly = weekly

    def _days_but_the_last(self, weekly: Weekly, *, is_closed: bool) -> None:
        """Of "9-5 Mon-Fri, Sat by appointment" the weekdays that have these hours."""
        listed = list(weekly.listed)
        last = listed.pop()
        while len(listed) > 1 and (len(listed[0]) > 1 or listed[-1] | last <= _WEEKEND):
            last |= listed.pop()
        kept = frozenset().union(*listed) - last
        if not self._times or not kept:
            self._days(weekly)
            if is_closed:
                self._problems.append(UNCLEAR)
            return
        self._days(msgspec.structs.replace(weekly, days=kept))
        if is_closed:
            self._closures.append(Closure(weekly=Weekly(last)))

    def _time(self, clocks: tuple[Start, Start]) -> None:
        self._first = self._first or "time"
        self._times.append(clocks)

    def _push(self, weekly: Weekly) -> None:
        """A pair is complete."""
        if self._times:
            label, name = self._remark_label or (self._label, self._name)
            problem = MONTHLY if weekly.is_monthly else self._remark or ("" if weekly.is_sure else UNCLEAR)
            self._pairs.append(Pair(weekly, tuple(self._times), label, name, problem, self._is_inline))
            if weekly.has_thru:
                self._rules.append("hours-thru-is-thursday")
        self._weekly, self._times, self._remark, self._remark_label = None, [], "", None

    def _is_complete(self) -> bool:
        """Whether what was read so far comes out even."""
        if self._first == "days":
            return self._weekly is None or bool(self._times)
        return not self._times or self._is_around_the_clock()

    def _is_around_the_clock(self) -> bool:
        return tuple(self._times) == _ALL_DAY and self._weekly is None

    def _flush(self) -> None:
        """End the pair that is complete; whatever follows begins anew."""
        if self._times:
            self._push(self._weekly or _DAILY)
        self._first, self._weekly = "", None

    def _finish(self) -> None:
        if not self._is_complete():
            self._is_even = False
            self._left = "time" if self._times else "days"
            if self._times:
                self._problems.append("hours-without-days" if not self._pairs else UNCLEAR)
            return
        if self._times:
            self._push(self._weekly or _DAILY)

    # What stands around them

    def _words(self, said: str, *, is_last: bool) -> None:
        label = label_of(said)
        if not self._first and not self._pairs:
            if limits(said):
                self._problems.append(LIMITED)
            if label:
                self._label, self._name, self._is_inline = label, f"{self._name} {said}".strip(), True
        elif not self._is_complete():
            self._is_even = False
            self._problems.append(UNCLEAR)
        elif not is_last:
            self._flush()
            self._begun = len(self._pairs)
            self._label, self._name, self._is_inline = label, said, True
            if limits(said):
                self._remark = LIMITED
        else:
            self._flush()
            self._of_last(said, label)

    def _of_last(self, said: str, label: Label) -> None:
        """Words behind hours belong to the last pair."""
        if not self._pairs:
            return
        last = self._pairs[-1]
        if limits(said):
            last.problem = last.problem or LIMITED
        elif label in _PLAIN_LABELS or (label and last.times == _ALL_DAY):
            self._label_last(label, said)
            last.is_inline = True

    def _label_last(self, label: Label, name: str) -> None:
        """Label the last pair; what has no label before it may be meant too, so it cannot be taken without one."""
        last = self._pairs[-1]
        unlabelled = [pair for pair in self._pairs[self._begun : -1] if not pair.label]
        for pair in unlabelled if label not in ("office", "main") else ():
            pair.problem = pair.problem or UNCLEAR
        last.label, last.name = label, name
        self._begun = len(self._pairs)

    def _no_hours(self, kind: str, said: str) -> None:
        """By appointment, or as things come: weekdays before it have no times."""
        is_appointment = kind == "appointment"
        if not said.lower().startswith("no "):
            self._rules.append("hours-by-appointment" if is_appointment else "hours-not-fixed")
        if self._first == "days" and self._weekly is not None and not self._times:
            self._weekly, self._first = None, ""

    def _open_on_holidays(self, groups: Sequence[Group], at: int) -> None:
        """Holidays that are not closed: kept in the text, unless they have times of their own."""
        self._rules.append("hours-on-holidays-in-text")
        if self._first == "days" and self._times and at + 1 < len(groups) and groups[at + 1].kind == "time":
            self._is_even = False
            self._problems.append(UNCLEAR)

    def _brackets(self, inner: tuple[Group, ...]) -> None:
        kinds = {group.kind for group in inner}
        if kinds <= {"days", "time"}:
            for group in inner:
                self._simple(group.kind, group.value)
        elif kinds & {"closed", "except"}:
            said = paired(inner, self._label, self._name)
            self._closures.extend(said.closures)
            self._is_shut = self._is_shut or said.is_shut
            if said.pairs or said.problems or not said.is_even:
                self._remark_of(UNCLEAR, None)
        else:
            self._remark_in_brackets(inner, kinds)

    def _remark_in_brackets(self, inner: tuple[Group, ...], kinds: set[str]) -> None:
        said = " ".join(str(group.value) for group in inner if group.kind in ("words", "break"))
        label = label_of(said)
        if label == "machine" or kinds <= {"appointment", "unfixed", "including", "holiday"}:
            self._rules.append("hours-by-appointment" if "appointment" in kinds else "hours-remark-in-text")
            if label and kinds == {"words"}:
                self._remark_of("", (label, said))
            return
        problem = next(filter(None, (_not_weekly(group.kind, group.value) for group in inner)), "")
        if not problem and not kinds <= {"words", "break", "appointment", "unfixed"}:
            problem = UNCLEAR
        self._remark_of(
            problem or (LIMITED if limits(said) else ""), (label, said) if label and not kinds & {"unfixed"} else None
        )

    def _remark_of(self, problem: str, label: tuple[Label, str] | None) -> None:
        """A remark belongs to the pair that it ends, else to the one that it stands in or before."""
        if not self._is_complete() or not (self._pairs or self._times):
            self._remark, self._remark_label = problem or self._remark, label or self._remark_label
            return
        self._flush()
        last = self._pairs[-1]
        last.problem = last.problem or problem
        if label:
            self._label_last(*label)

    # Closed

    def _closure(self, groups: Sequence[Group], at: int) -> int:
        """Read "closed ..." or "except ..."; the place behind it."""
        is_waiting = self._first == "days" and self._weekly is not None and not self._times
        follower = groups[at + 1].kind if at + 1 < len(groups) else ""
        if groups[at].kind == "closed" and is_waiting and follower not in ("break", "holiday", "dates"):
            self._closures.append(Closure(weekly=self._weekly))
            self._weekly = None
            return at + 1
        run, end = _run(groups, at + 1)
        weekly = next((group.value for group in run if group.kind == "days"), None)
        times = tuple(group.value for group in run if group.kind == "time")
        holidays = tuple(str(group.value) for group in run if group.kind == "holiday")
        dates = tuple(group.value for group in run if group.kind == "dates")
        has_break = any(group.kind == "break" for group in run)
        is_week = any("week" in words_of(str(group.value)) for group in run if group.kind == "words")
        if holidays or dates:
            self._closures.append(Closure(weekly=weekly, holidays=holidays, dates=dates, is_week=is_week))
        elif times and (has_break or weekly is None or run[0].kind == "time"):
            if is_waiting and weekly is None:
                weekly, self._weekly = self._weekly, None
            self._closures.append(Closure(weekly=weekly, times=times))
        elif self._first == "time" and self._times and has_break:
            # The times stood before the word, as in "noon to one closed for prayer".
            self._closures.append(Closure(weekly=weekly, times=tuple(self._times)))
            self._times = []
        elif weekly is not None and not times:
            self._closures.append(Closure(weekly=weekly))
        elif groups[at - 1].kind != "closed" or at == 0:
            self._problems.append("hours-closed-unclear")
        return end


def _not_weekly(kind: str, value: Any) -> str:
    """The problem of words that say that hours do not hold every week; empty for all others."""
    if kind == "dates":
        return DATED if any(sign.isdigit() for sign in value[0]) else SEASONAL
    return {"season": SEASONAL, "monthly": MONTHLY}.get(kind, "")


def _has_no_hours(groups: Sequence[Group], at: int) -> bool:
    """Whether the group at a place says of weekdays before it that they have no hours."""
    kind = groups[at].kind if at < len(groups) else ""
    return kind in ("appointment", "unfixed") or (kind == "closed" and not _run(groups, at + 1)[0])


def _run(groups: Sequence[Group], at: int) -> tuple[list[Group], int]:
    """The groups that say when it is closed, from a place on."""
    run: list[Group] = []
    for place, group in enumerate(groups[at:], at):
        follower = groups[place + 1].kind if place + 1 < len(groups) else ""
        seen = {one.kind for one in run}
        is_dated = bool(seen & {"holiday", "dates"})
        fits = {
            "break": not is_dated,
            "time": not is_dated and ("break" in seen or "days" not in seen or follower == "break"),
            "days": not is_dated and "days" not in seen,
            "holiday": True,
            "dates": True,
            "words": set(words_of(str(group.value))) <= _IN_CLOSURES,
        }
        if not fits.get(group.kind, False):
            break
        run.append(group)
    return run, at + len(run)
