"""Opening hours of one record, from rows and from what people wrote, as schedules of intake, office and crisis line.

What is not certain is a question, and the words stay. Where rows and words say different things, only what both say is
open, unless the rows are plainly an extract of the words.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from directory.listings.fields import Schedule
from directory.values.hours import is_always_open, joined
from importers.hours_closures import HORIZON_DAYS
from importers.hours_rows import NOT_EVERY_WEEK, NOT_NOW, Row, closed_by_rows, figures_of_row, read_row, words_of_row
from importers.hours_slots import Slot, Slots, slots_of
from importers.hours_text import Problem, TextRead, read_text
from importers.record import Cells

__all__ = ["HORIZON_DAYS", "HoursQuestion", "HoursRead", "Slot", "read_hours"]

DIFFER = "hours-rows-and-text-differ"

_SENTENCES = {
    "hours-ambiguous": "Is the morning or the evening meant",
    "hours-improbable": "These hours are hardly meant so; which are right",
    "hours-limited": "When does this hold",
    "hours-monthly": "Not every week, so not shown as open; on which days exactly",
    "hours-seasonal": "Not all year, so not shown as open; when does this hold",
    "hours-dated": "Only on some dates, so not shown as open; on which days exactly",
    "hours-without-days": "On which days of the week",
    "hours-without-end": "Until when",
    "hours-not-readable": "These words were not understood",
    "hours-closed-unclear": "When is it closed",
    "hours-closed-for-now": "Is it still closed",
    "hours-closure-not-dated": "In which year, or on which days, is it closed",
    "hours-holidays-not-named": "On which holidays is it closed",
    "hours-of-several-activities": "Which of these hours may people count on",
    "hours-not-stated": "When is it open",
    "hours-several-zones": "In which time zone",
    "hours-too-long": "This is too long to be read as hours",
    "hours-not-now": "These hours do not hold now; which do",
    "hours-in-utc": "Is this the time there, or universal time",
    "hours-rows-and-text-differ": "Rows and words say different hours; which are right",
    "hours-holiday-not-closed": "What holds on these days",
}
# With these words there are no hours, and none are missing.
_NO_HOURS = {"hours-by-appointment", "hours-of-no-person"}
_READINGS = ("hours-around-the-clock", "hours-half-inferred", "hours-thru-is-thursday")


class HoursQuestion(msgspec.Struct, frozen=True):
    """What somebody should answer: a rule, a sentence without the source's words, and these words."""

    rule: str
    text: str
    quoted: str = ""


class HoursRead(msgspec.Struct, frozen=True):
    """Schedules by slot, with what was mended and what is to be asked."""

    facts: tuple[tuple[Slot, Schedule], ...]
    rules: tuple[str, ...]
    questions: tuple[HoursQuestion, ...]


def read_hours(
    rows: Iterable[Cells],
    *,
    texts: Sequence[str] = (),
    holidays: Iterable[Cells] = (),
    closed_texts: Sequence[str] = (),
    zone: str | None,
    is_hotline: bool,
    today: dt.date,
    country: str = "US",
) -> HoursRead:
    """Read everything that a record says about its hours.

    Args:
        rows: HSDS schedules, 1.1 (``weekday``, ``opens_at``, ``closes_at``, ``original_text``) or 3.x.
        texts: hours in words, from columns of their own.
        holidays: HSDS 1.1 holiday schedules (``closed``, ``start_date``, ``end_date``).
        closed_texts: holidays and dates in words, from a column that says that it is closed on them.
        zone: IANA zone of the place; None where it is not known.
        is_hotline: hours without a label are those of a crisis line.
        today: coming closures are dated from here on, rows are read as of this day.
        country: ISO code, for holidays and dates.
    """
    reading = _Reading(zone, today, country, default="crisis-line" if is_hotline else "office")
    reading.read(list(rows), texts, list(holidays), closed_texts)
    return reading.result()


class _Reading:
    def __init__(
        self, zone: str | None, today: dt.date, country: str, *, default: Literal["office", "crisis-line"]
    ) -> None:
        self._zone = zone
        self._today = today
        self._country = country
        self._default: Slot = default
        self._rules: dict[str, None] = {}
        self._questions: dict[HoursQuestion, None] = {}
        self._facts: list[tuple[Slot, Schedule]] = []

    def result(self) -> HoursRead:
        return HoursRead(tuple(self._facts), tuple(self._rules), tuple(self._questions))

    def read(self, rows: list[Cells], texts: Sequence[str], holidays: list[Cells], closed_texts: Sequence[str]) -> None:
        read_rows = [read_row(row, zone=self._zone, today=self._today) for row in rows]
        figures = [figures_of_row(row) for row, read in zip(rows, read_rows, strict=True) if _is_left(row, read)]
        text = _lines((*(row.get("original_text", "") for row in rows), *texts))
        remarks = _lines(map(words_of_row, rows))
        if not text and not any(read.days for read in read_rows):
            # Only words say when.
            text, remarks = remarks, ""
        words, beside = self._text(text), self._text(remarks)
        shut_days, others = closed_by_rows(holidays, self._today)
        away = self._text("\n".join(f"closed {_one_line(words)}" for words in closed_texts if words.strip()))
        slots = self._agreed(slots_of(words, text, default=self._default), rows, read_rows, words)
        self._notice(words, slots)
        if text and not any(slots.weeks.values()) and not self._questions and not self._rules.keys() & _NO_HOURS:
            self._ask("hours-not-stated", text)
        for rest in (beside, away):
            self._rules |= dict.fromkeys(rule for rule in rest.rules if rule not in _READINGS)
            self._ask_all(
                problem for problem in rest.problems if "closure" in problem.rule or "holidays" in problem.rule
            )
        for other in others:
            self._ask("hours-holiday-not-closed", other)
        closed = words.closed | beside.closed | away.closed | shut_days
        more = _lines((remarks, *figures, *closed_texts, *others))
        self._make(slots, closed, more, words.zone or beside.zone or self._zone or "")

    def _text(self, text: str) -> TextRead:
        return read_text(text, zone=self._zone, country=self._country, today=self._today)

    # Rows and words

    def _agreed(self, slots: Slots, rows: list[Cells], read_rows: list[Row], words: TextRead) -> Slots:
        """The hours that rows and words give together."""
        for row, read in zip(rows, read_rows, strict=True):
            self._rules |= dict.fromkeys(read.rules)
            self._ask_about_row(row, read, has_words=words.mentions_hours)
        week = joined(*(read.days for read in read_rows))
        if words.is_shut:
            return slots.without_days()
        said = joined(*slots.weeks.values())
        if not week or said == week:
            return slots
        is_extract = self._is_extract(read_rows, words)
        if is_extract and words.mentions_hours:
            self._rules["hours-text-over-rows"] = None
            return slots
        if not said:
            return slots.with_week(self._default, week)
        self._ask(DIFFER, "")
        return slots.common_with(week)

    @staticmethod
    def _is_extract(read_rows: list[Row], words: TextRead) -> bool:
        """Whether rows repeat one of the words' times for every weekday, as programs do that take such words apart."""
        of_rows = {span for read in read_rows for day in read.days.values() for span in day}
        return len({read.span for read in read_rows if read.days}) == 1 and bool(of_rows & words.spans)

    def _ask_about_row(self, row: Cells, read: Row, *, has_words: bool) -> None:
        if read.reason in (NOT_NOW, NOT_EVERY_WEEK, "hours-in-utc"):
            self._ask(read.reason, f"{figures_of_row(row)}, {words_of_row(row)}")
        elif read.reason and not has_words and figures_of_row(row):
            self._rules["hours-not-readable"] = None
            question = f"Some hours were left out: {read.reason}."
            self._questions[HoursQuestion("hours-not-readable", question)] = None

    # Questions

    def _notice(self, words: TextRead, slots: Slots) -> None:
        self._rules |= dict.fromkeys((*words.rules, *slots.rules))
        self._ask_all((*slots.problems,))

    def _ask_all(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self._ask(problem.rule, problem.words)

    def _ask(self, rule: str, quoted: str) -> None:
        self._rules[rule] = None
        self._questions[HoursQuestion(rule, _SENTENCES[rule], _one_line(quoted))] = None

    # Facts

    def _make(self, slots: Slots, closed: Iterable[dt.date], more: str, zone: str) -> None:
        """One schedule for each slot; closures close what is not always open, unless there is nothing else."""
        days_closed = sorted(day.isoformat() for day in closed)
        names = list(slots.weeks) or list(slots.texts) or ([self._default] if more or days_closed else [])
        first = self._default if self._default in names else names[0] if names else self._default
        always = [name for name in names if is_always_open(slots.weeks.get(name, {}))]
        for name in names:
            text = _lines((slots.texts.get(name, ""), more if name == first else ""))
            is_closing = name not in always or len(names) == 1
            days = joined(slots.weeks.get(name, {}))
            self._facts.append((name, Schedule(zone, days, days_closed if is_closing else [], text)))


def _is_left(row: Cells, read: Row) -> bool:
    """Whether a row's cells hold something that was not taken for hours and that no words of its own tell."""
    return not row.get("original_text") and bool(read.reason) and read.reason not in ("no-hours", "unknown-weekday")


def _lines(texts: Iterable[str]) -> str:
    """Texts below one another, each once."""
    return "\n".join(dict.fromkeys(text.strip() for text in texts if text.strip()))


def _one_line(text: str) -> str:
    return " ".join(text.split())
