"""Whose hours are whose: which number answers by which schedule."""

import pytest

from directory.cards.card import Card, CardPhone
from directory.cards.lines import answering, hours_of_lines, is_unplaced, lines_of, offered, schedules

WHOLE_WEEK = [(0, 10_080)]
DAYTIME = [(540, 1_020)]
BOTH = {"office": DAYTIME, "crisis-line": WHOLE_WEEK}

PLAIN = CardPhone(number="+13055550100")
SECOND = CardPhone(number="+13055550106", slot="voice-2")
OFFICE = CardPhone(number="+13055550101", slot="voice", roles=["office"])
HOTLINE = CardPhone(number="+13055550102", slot="voice-2", roles=["crisis-line"])
INTAKE = CardPhone(number="+13055550103", slot="voice-3", roles=["intake"])
TEXT = CardPhone(number="+13055550104", kind="text", slot="text", week=WHOLE_WEEK)
OWN = CardPhone(number="+13055550105", slot="night", week=WHOLE_WEEK)


def _card(*phones: CardPhone, **fields: object) -> Card:
    return Card(id="1", service="1", name="Practice", phones=list(phones), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("phones", "slots", "slot", "whose"),
    [
        ([OFFICE, HOTLINE], BOTH, "crisis-line", [HOTLINE]),
        ([OFFICE, HOTLINE], BOTH, "office", [OFFICE]),
        # A number without a label is the office's where another is the hotline.
        ([PLAIN, HOTLINE], BOTH, "office", [PLAIN]),
        # The only number there is answers by all hours, unless its label says which alone.
        ([PLAIN], BOTH, "crisis-line", [PLAIN]),
        ([OFFICE], BOTH, "crisis-line", []),
        ([OFFICE], {"crisis-line": WHOLE_WEEK}, "crisis-line", []),
        ([HOTLINE], BOTH, "office", []),
        # Hours without a label are those of whatever number there is.
        ([HOTLINE], {"office": WHOLE_WEEK}, "office", [HOTLINE]),
        ([OFFICE, HOTLINE], {"office": DAYTIME}, "office", [OFFICE]),
        # Of two numbers without a label nobody states which is the crisis line's, until it is the only schedule.
        ([PLAIN, SECOND], BOTH, "crisis-line", []),
        ([PLAIN, SECOND], {"crisis-line": WHOLE_WEEK}, "crisis-line", [PLAIN, SECOND]),
        ([OFFICE, INTAKE], {"office": DAYTIME, "intake": WHOLE_WEEK}, "intake", [INTAKE]),
        ([OFFICE], {"office": DAYTIME, "intake": WHOLE_WEEK}, "intake", []),
        ([OFFICE], {"intake": DAYTIME}, "intake", [OFFICE]),
        # A line with hours of its own is answered by those.
        ([PLAIN, OWN], {"office": DAYTIME}, "line:night", [OWN]),
        ([PLAIN, OWN], {"office": DAYTIME}, "office", [PLAIN]),
    ],
)
def test_hours_are_those_of_the_line_that_is_known_for_them(
    phones: list[CardPhone], slots: dict[str, list[tuple[int, int]]], slot: str, whose: list[CardPhone]
) -> None:
    card = _card(*phones, weeks=slots)
    assert list(lines_of(card, slot)) == whose
    assert is_unplaced(card, slot) == (not whose)


def test_the_line_of_the_hours_comes_first_and_the_others_keep_their_order() -> None:
    card = _card(OFFICE, HOTLINE, INTAKE, TEXT, weeks=BOTH)
    assert offered(card, "crisis-line") == [HOTLINE, OFFICE, INTAKE, TEXT]
    assert offered(card, "office") == offered(card) == [OFFICE, HOTLINE, INTAKE, TEXT]


def test_where_nobody_states_the_number_the_one_of_other_hours_comes_last() -> None:
    third = CardPhone(number="+13055550107", slot="voice-3")
    card = _card(OFFICE, SECOND, third, weeks={**BOTH, "intake": DAYTIME})
    assert is_unplaced(card, "crisis-line")
    assert offered(card, "crisis-line") == [SECOND, third, OFFICE]


def test_a_schedule_of_a_known_line_counts_before_one_of_nobodys() -> None:
    card = _card(OFFICE, weeks=BOTH)
    assert answering(card, ["crisis-line", "office"]) == "office"
    assert answering(_card(OFFICE, HOTLINE, weeks=BOTH), ["office", "crisis-line"]) == "crisis-line"
    assert answering(card, []) == ""


def test_a_text_line_s_own_hours_are_its_own_and_open_nothing_else() -> None:
    card = _card(PLAIN, TEXT, weeks={"office": DAYTIME})
    assert schedules(card) == {"office": DAYTIME}
    assert hours_of_lines(card) == {"text": ("line:text",), "voice": ("office",)}


def test_a_card_without_a_number_states_no_line_and_hides_none() -> None:
    assert not is_unplaced(_card(weeks=BOTH), "crisis-line")
    assert offered(_card(weeks=BOTH), "crisis-line") == []
