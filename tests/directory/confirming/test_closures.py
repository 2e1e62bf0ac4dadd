"""What a program says of a time in which it is closed."""

import datetime as dt

import pytest

from directory.confirming.closures import MOST_DAYS, closed_until, closing, reopening
from directory.errors import BadInputError
from directory.integrity.service import Edit
from directory.listings.drafts import FactDraft
from directory.listings.fields import Schedule, Text, encode_value
from directory.listings.models import Fact

TODAY = dt.date(2026, 11, 26)
_OPEN: dict[str, list[tuple[int, int]]] = {"MO": [(540, 1020)]}


def _say(first: str, last: str) -> str:
    return f"Closed from {first} to {last}."


def _fact(number: int, draft: FactDraft) -> Fact:
    return Fact(id=number, field=draft.field, slot=draft.slot, value=encode_value(draft.value))


def _hours(slot: str = "office", *, closed: list[str] | None = None, days: dict[str, list[tuple[int, int]]] = _OPEN,
           text: str = "") -> FactDraft:  # fmt: skip
    return FactDraft("schedule", Schedule(days=days, closed=closed or [], text=text), slot=slot)


def _values(edits: list[Edit]) -> list[tuple[str, object]]:
    return [(one.draft.slot, one.draft.value) for one in edits if one.draft is not None]


def test_the_days_of_a_closure_stand_with_all_hours_but_those_of_a_crisis_line() -> None:
    facts = [_fact(1, _hours(closed=["2026-12-25"])), _fact(2, _hours("intake")), _fact(3, _hours("crisis-line"))]
    edits = closing(facts, TODAY, TODAY + dt.timedelta(days=1), today=TODAY, say=_say)
    days = ["2026-11-26", "2026-11-27"]
    assert _values(edits) == [
        ("office", Schedule(days=_OPEN, closed=[*days, "2026-12-25"])), ("intake", Schedule(days=_OPEN, closed=days)),
    ]  # fmt: skip


def test_where_no_hours_are_held_by_days_a_note_says_it_and_keeps_what_it_said() -> None:
    facts = [_fact(1, _hours(days={}, text="by appointment")), _fact(2, FactDraft("alert", Text("Use the side door.")))]
    edits = closing(facts, TODAY, TODAY, today=TODAY, say=_say)
    note = Text("Closed from 2026-11-26 to 2026-11-26. Use the side door.")
    assert _values(edits) == [("", note)]
    held = [facts[0], _fact(2, FactDraft("alert", note))]
    # Said again, the later days take the place of the earlier ones.
    [(_, again)] = _values(closing(held, TODAY, TODAY + dt.timedelta(days=3), today=TODAY, say=_say))
    assert again == Text("Closed from 2026-11-26 to 2026-11-29. Use the side door.")
    assert _values(reopening(held, today=TODAY, say=_say)) == [("", Text("Use the side door."))]
    alone = [_fact(2, FactDraft("alert", Text(_say("2026-11-26", "2026-11-29"))))]
    assert reopening(alone, today=TODAY, say=_say) == [Edit(fact_id=2)]


def test_who_is_open_again_keeps_the_days_that_are_past() -> None:
    facts = [_fact(1, _hours(closed=["2026-11-02", "2026-11-27", "2026-11-28"]))]
    assert closed_until(facts, today=TODAY) == "2026-11-28"
    edits = reopening(facts, today=TODAY, say=_say)
    assert _values(edits) == [("office", Schedule(days=_OPEN, closed=["2026-11-02"]))]
    assert (
        reopening([_fact(1, _hours()), _fact(2, FactDraft("alert", Text("Ring twice.")))], today=TODAY, say=_say) == []
    )


@pytest.mark.parametrize(
    ("first", "last"), [(-3, -1), (2, 1), (0, MOST_DAYS + 1), (360, 367)], ids=["past", "turned", "long", "far"]
)
def test_other_days_are_no_closure(first: int, last: int) -> None:
    with pytest.raises(BadInputError):
        closing(
            [], TODAY + dt.timedelta(days=first), TODAY + dt.timedelta(days=last), today=TODAY, say=_say
        )  # fmt: skip
