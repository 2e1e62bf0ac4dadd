"""Whose hours are whose: the parts of a text about hours as schedules of intake, office and crisis line."""

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from directory.values.hours import Days, common, is_always_open, joined
from importers.hours_labels import Label
from importers.hours_text import Part, Problem, TextRead

Slot = Literal["intake", "office", "crisis-line"]

SEVERAL = "hours-of-several-activities"
SEASONAL = "hours-seasonal"

_UNASKED: frozenset[Label] = frozenset({"machine", "visiting"})
_SLOTS: dict[Label, Slot] = {"intake": "intake", "crisis-line": "crisis-line", "office": "office"}


class Slots(msgspec.Struct, frozen=True):
    """Weekly hours and words by slot, what was noticed, and what is to be asked. Every word is in some slot."""

    weeks: dict[Slot, Days] = {}
    texts: dict[Slot, str] = {}
    rules: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    def with_week(self, slot: Slot, week: Days) -> "Slots":
        """The same with other hours in a slot; days that are not stated are asked for no longer."""
        problems = tuple(problem for problem in self.problems if problem.rule != "hours-without-days")
        texts = self.texts if self.texts.keys() <= {slot} or slot in self.texts else {**self.texts, slot: ""}
        return Slots({**self.weeks, slot: joined(week)}, texts, self.rules, problems)

    def without_days(self) -> "Slots":
        """Only the words."""
        return msgspec.structs.replace(self, weeks={slot: {} for slot in self.weeks})

    def common_with(self, week: Days) -> "Slots":
        """Only the hours that are in a week too."""
        return msgspec.structs.replace(self, weeks={slot: common(days, week) for slot, days in self.weeks.items()})


def slots_of(read: TextRead, text: str, *, default: Slot) -> Slots:
    """The slots of a text that was read; hours without a label are the ``default`` slot's."""
    if not text:
        return Slots()
    sorting = _Sorting(read.parts, read.problems, default)
    problems = [*sorting.problems]
    has_base = bool(sorting.weeks.get(default))
    for problem in read.problems:
        is_beside = problem.label in _UNASKED or (problem.label == "activity" and has_base)
        if not is_beside:
            problems.append(problem)
    weeks = {slot: days for slot, days in sorting.weeks.items() if days}
    texts = _texts(text, read.parts, sorting.slot_of, tuple(weeks), default)
    return Slots(weeks, texts, tuple(sorting.rules), tuple(dict.fromkeys(problems)))


class _Sorting:
    """Which part goes where."""

    def __init__(self, parts: tuple[Part, ...], problems: tuple[Problem, ...], default: Slot) -> None:
        self.weeks: dict[Slot, Days] = {}
        self.rules: dict[str, None] = {}
        self.problems: list[Problem] = []
        self._default = default
        self._has_seasons = False
        self._slots: dict[tuple[Label, str], Slot] = {}
        timed = self._without_doubtful([part for part in parts if part.days])
        for part in timed:
            if part.label in _SLOTS or not part.label:
                self._put(part, _SLOTS.get(part.label, default))
        self._seasons([part for part in timed if part.label == "season"], problems)
        self._main([part for part in timed if part.label in ("main", "activity")])
        if any(part.label in _UNASKED for part in parts):
            self.rules["hours-of-no-person"] = None
        if len(self.weeks) > 1:
            self.rules["hours-split-by-label"] = None

    def slot_of(self, part: Part) -> Slot | None:
        """The slot of a part; None if it has none of its own."""
        return self._slots.get((part.label, part.name)) or _SLOTS.get(part.label)

    def _without_doubtful(self, timed: list[Part]) -> list[Part]:
        """Without the part that says around the clock, where others of the same label say when."""
        kept = []
        for part in timed:
            others = [one for one in timed if one.label in ("", "office") and not is_always_open(one.days)]
            if others and part.label in ("", "office") and is_always_open(part.days):
                self.problems.append(Problem(SEVERAL, "24 hours"))
            else:
                kept.append(part)
        return kept

    def _put(self, part: Part, slot: Slot) -> None:
        self._slots[part.label, part.name] = slot
        self.weeks[slot] = joined(self.weeks.get(slot, {}), part.days)

    def _seasons(self, parts: list[Part], problems: tuple[Problem, ...]) -> None:
        """Where a season has hours of its own, nobody can tell when the others hold."""
        self.problems += [Problem(SEASONAL, part.name) for part in parts]
        self._has_seasons = bool(parts) or any(
            one.rule == SEASONAL and one.label in ("", "office", "season") for one in problems
        )
        if self._has_seasons:
            self.weeks.pop(self._default, None)

    def _main(self, parts: list[Part]) -> None:
        """Hours of a program or an activity: all there is, or beside those of the office only words."""
        if not parts:
            return
        if self._default in self.weeks or self._has_seasons:
            self.rules["hours-of-activities-in-text"] = None
            return
        main = [part for part in parts if part.label == "main"] or parts
        if len({part.name for part in main}) > 1 or any(part.is_inline and part.label == "activity" for part in main):
            self.problems += [Problem(SEVERAL, part.name) for part in main[:1]]
            return
        self.rules["hours-of-one-label"] = None
        for part in main:
            self._put(part, self._default)


def _texts(
    text: str, parts: Iterable[Part], slot_of: Callable[[Part], Slot | None], slots: tuple[Slot, ...], default: Slot
) -> dict[Slot, str]:
    """The words of each slot; those of none stand with the default slot, or with the first one."""
    if len(slots) < 2:
        return {slots[0] if slots else default: text}
    rest = default if default in slots else slots[0]
    at: dict[int, dict[Slot, None]] = {}
    for part in parts:
        slot = slot_of(part)
        at.setdefault(part.start, {})[slot if slot in slots else rest] = None
    starts = sorted(at)
    said: dict[Slot, list[str]] = {slot: [] for slot in slots}
    for start, begin, end in zip(starts, [0, *starts[1:]], [*starts[1:], len(text)], strict=True):
        for slot in at[start]:
            said[slot].append(text[begin:end].strip().rstrip(";").rstrip())
    return {slot: "\n".join(lines) for slot, lines in said.items()}
