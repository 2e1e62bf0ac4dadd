"""What a program says of a time in which it is closed, as values that are proposed. Pure.

The days stand with the hours that do not hold on them (``Schedule.closed``), so they go by themselves when they are
over. Where no hours are held by days, a note to everybody says it. Lines for crises stay: they are answered while an
office is not.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from directory.errors import BadInputError
from directory.integrity.service import Edit
from directory.listings.drafts import FactDraft
from directory.listings.fields import Schedule, Text, decode_value
from directory.listings.models import Fact

# Whoever is closed for longer asks to be closed, or says so again.
MOST_DAYS = 92
# How far ahead anybody plans that.
_FARTHEST = dt.timedelta(days=366)
_NOT_CLOSED = ("crisis-line", "line:")
# Says in the site's language that it is closed from one day to another.
Saying = Callable[[str, str], str]


def closing(
    facts: Sequence[Fact],
    first: dt.date,
    last: dt.date,
    *,
    today: dt.date,
    say: Saying,
    but_for: tuple[str, ...] = _NOT_CLOSED,
) -> list[Edit]:
    """What is to be proposed of a program that is closed from one day to another, both included.

    Args:
        facts: of the listing, as they are shown.
        first: the first day on which it is closed.
        last: the last one.
        today: where the listing is, or nearly.
        say: writes the note, where one is needed.
        but_for: how the slots of hours begin that go on.

    Raises:
        BadInputError: the days are past, in the wrong order, or too many.
    """
    if not today <= last or not first <= last <= first + dt.timedelta(days=MOST_DAYS) or last > today + _FARTHEST:
        raise BadInputError("These are no days of a closure.")
    days = [(first + dt.timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]
    edits = [
        _schedule(fact, hours, sorted({*hours.closed, *days})) for fact, hours in _hours(facts, but_for) if hours.days
    ]
    if edits:
        return edits
    note, _ = _note(facts, say)
    return [Edit(FactDraft("alert", Text(f"{say(first.isoformat(), last.isoformat())} {note}".strip())))]


def reopening(facts: Sequence[Fact], *, today: dt.date, say: Saying) -> list[Edit]:
    """What is to be proposed of a program that is open again: no day from today on, and no note; empty if none is."""
    edits = []
    for fact, hours in _hours(facts):
        past = [day for day in hours.closed if day < today.isoformat()]
        if past != hours.closed:
            edits.append(_schedule(fact, hours, past))
    rest, held = _note(facts, say)
    if held is not None:
        edits.append(Edit(FactDraft("alert", Text(rest))) if rest else Edit(fact_id=held.id))
    return edits


def closed_until(facts: Iterable[Fact], *, today: dt.date) -> str:
    """The last day (ISO) that is closed by the hours; empty where none is from today on."""
    days = [day for _, hours in _hours(facts) for day in hours.closed if day >= today.isoformat()]
    return max(days, default="")


def _hours(facts: Iterable[Fact], but_for: tuple[str, ...] = _NOT_CLOSED) -> Iterator[tuple[Fact, Schedule]]:
    for fact in facts:
        if fact.field == "schedule" and not fact.slot.startswith(but_for):
            yield fact, decode_value("schedule", fact.value or "{}")


def _schedule(fact: Fact, hours: Schedule, closed: list[str]) -> Edit:
    return Edit(FactDraft("schedule", msgspec.structs.replace(hours, closed=closed), slot=fact.slot))


def _note(facts: Iterable[Fact], say: Saying) -> tuple[str, Fact | None]:
    """The note to everybody without what it says of a closure; and the note, where it says something of one."""
    held = next((fact for fact in facts if fact.field == "alert" and not fact.slot), None)
    text = decode_value("alert", held.value or "{}").text if held is not None else ""
    day = r"\d{4}-\d{2}-\d{2}"
    said = re.escape(say("FIRST", "LAST")).replace("FIRST", day).replace("LAST", day)
    rest = re.sub(rf"^{said}\s*", "", text)
    return rest, held if rest != text else None
