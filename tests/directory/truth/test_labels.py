"""What histories of services teach."""

import pytest

from directory.truth.labels import Family, Look, watched
from directory.truth.learning import Edge, Missed, Span

DAY = 740_000
VOICE, SITE, STATUS = (1, "voice"), (1, ""), (2, "")


def _look(ago: int, outcome: str, *, method: str = "call", field: str = "phone", odds: int = -6) -> Look:
    line = VOICE if field == "phone" else SITE if field == "url" else STATUS
    return Look(DAY - ago, field, line, method, outcome, odds)


def _right(ago: int) -> Look:
    return _look(ago, "live")


def _page(ago: int, *, seen: bool) -> Look:
    return Look(DAY - ago, "phone", VOICE, "corroboration", "seen" if seen else "gone", 0, seen=seen)


def _family(*looks: Look, p_phone: float | None = 0.04, p_closed: float | None = 0.02) -> Family:
    return Family("legal", looks, p_phone, p_closed, 0.7)


def _spans(*looks: Look, **believed: float | None) -> dict[str, list[tuple[float, float, bool]]]:
    found: dict[str, list[tuple[float, float, bool]]] = {"phone": [], "closed": []}
    for one in watched([_family(*looks, **believed)], day=DAY).spans:
        found[one.about].append((round(one.years * 365), one.failed, one.is_open))
    return found


def test_time_between_calls_is_watched_and_time_since_the_last_is_believed() -> None:
    found = _spans(_right(400), _right(100))
    assert found["phone"] == [(300, 0.0, False), (100, 0.04, True)]
    assert found["closed"] == [(300, 0.0, False), (100, 0.02, True)]


def test_another_party_on_the_line_ends_the_number_and_says_nothing_of_the_service() -> None:
    found = _spans(_right(400), _look(100, "wrong-party", odds=6))
    assert found["phone"] == [(300, 1.0, False)]
    assert found["closed"] == [(400, 0.02, True)]


def test_a_dead_line_is_a_number_or_an_organization() -> None:
    assert _spans(_right(400), _look(100, "disconnected", odds=5))["phone"] == [(300, 0.7, False)]


def test_what_ended_was_reachable_until_then() -> None:
    found = _spans(_right(400), _look(100, "ended", field="status", odds=6))
    assert found["phone"] == [(300, 0.0, False)]
    assert found["closed"] == [(300, 1.0, False)]


def test_what_failed_is_watched_again_from_the_day_on_which_it_is_right() -> None:
    found = _spans(_right(400), _look(300, "wrong-party", odds=6), _look(250, "wrong-party", odds=6), _right(200))
    assert found["phone"] == [(100, 1.0, False), (200, 0.04, True)]


def test_before_anybody_found_it_right_nothing_is_watched() -> None:
    assert _spans(_look(100, "wrong-party", odds=6))["phone"] == []


def test_what_nobody_can_find_any_more_is_watched_no_longer() -> None:
    assert _spans(_right(400), p_phone=None, p_closed=None) == {"phone": [], "closed": []}


def test_only_the_line_that_is_called_most_counts() -> None:
    fax = Look(DAY - 100, "phone", (1, "fax"), "call", "wrong-party", 6)
    assert _spans(_right(400), _right(200), fax)["phone"] == [(200, 0.0, False), (200, 0.04, True)]


@pytest.mark.parametrize(
    ("called", "had_cause"),
    [(_right(90), False), (_look(90, "wrong-party", odds=6), True), (_look(90, "ended", field="status", odds=6), True)],
)
def test_a_call_after_a_lost_trace_says_whether_there_was_a_cause(called: Look, *, had_cause: bool) -> None:
    found = watched([_family(_right(300), _page(295, seen=True), _page(100, seen=False), called)], day=DAY)
    assert found.edges == (Edge("phone", had_cause),)
    assert found.trace_years == {"phone": pytest.approx(195 / 365)}


def test_a_lost_trace_that_nobody_called_about_says_nothing() -> None:
    found = watched([_family(_right(300), _page(295, seen=True), _page(200, seen=False), _right(60))], day=DAY)
    assert found.edges == (Edge("phone", None),)


def test_a_page_that_was_never_seen_is_no_lost_trace() -> None:
    assert watched([_family(_page(200, seen=False), _page(100, seen=False))], day=DAY).edges == ()


def test_a_change_that_a_call_found_says_whether_the_page_had_told_of_it() -> None:
    wrong = _look(50, "wrong-party", odds=6)
    told = watched([_family(_right(300), _page(295, seen=True), _page(100, seen=False), wrong)], day=DAY)
    untold = watched([_family(_right(300), _page(310, seen=True), _page(60, seen=True), wrong)], day=DAY)
    nobody_looked = watched([_family(_right(300), wrong)], day=DAY)
    assert told.missed == (Missed("phone", 250 / 365, had_gone=True),)
    assert untold.missed == (Missed("phone", 250 / 365, had_gone=False),)
    assert nobody_looked.missed == ()


def test_what_is_later_than_the_day_is_left_out() -> None:
    later = Look(DAY + 10, "phone", VOICE, "call", "wrong-party", 6)
    assert watched([_family(_right(100), later)], day=DAY).spans[0] == Span("legal", "phone", 100 / 365, 0.04, True)
