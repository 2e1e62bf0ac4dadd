"""Who answers when, in words."""

import datetime as dt

import pytest

from directory.cards.card import Card
from web.pages.opening import opening, week_in_words
from web.wording import Wording

T, ES = Wording("en"), Wording("es")
# A Saturday, six minutes past two at night in Miami.
NIGHT = dt.datetime(2026, 11, 14, 7, 6, tzinfo=dt.UTC)
DAY = 1_440
EVERY_NIGHT = [(0, 480), *((day * DAY + 1_080, (day + 1) * DAY + 480) for day in range(6)), (6 * DAY + 1_080, 7 * DAY)]
WEEKDAYS_9_TO_5 = [(day * DAY + 540, day * DAY + 1_020) for day in range(5)]
WHOLE_WEEK = [(0, 7 * DAY)]


def _card(**fields: object) -> Card:
    return Card(id="1", service="1", name="Practice", zone="America/New_York", **fields)  # type: ignore[arg-type]


def _said(card: Card, now: dt.datetime = NIGHT, t: Wording = T) -> str:
    found = opening(card, now=now, t=t)
    return f"{found.state}: {found.lead} {found.detail}".strip()


def test_the_line_that_is_open_says_until_when() -> None:
    card = _card(weeks={"intake": EVERY_NIGHT, "office": WEEKDAYS_9_TO_5})
    assert _said(card) == "open: Answers now. Taking new people: until 8 a.m."
    assert _said(card, t=ES) == "open: Contestan ahora. Reciben a personas nuevas: hasta las 8 a. m."


def test_a_line_that_never_closes_says_so_first() -> None:
    card = _card(weeks={"intake": EVERY_NIGHT, "crisis-line": WHOLE_WEEK})
    assert _said(card) == "open: Answers now. Crisis line: 24 hours a day."


def test_office_hours_alone_need_no_name() -> None:
    monday_noon = dt.datetime(2026, 11, 16, 17, 0, tzinfo=dt.UTC)
    assert _said(_card(weeks={"office": WEEKDAYS_9_TO_5}), monday_noon) == "open: Answers now. Until 5 p.m."


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (NIGHT, "Opens Monday at 9 a.m."),
        (dt.datetime(2026, 11, 15, 20, 0, tzinfo=dt.UTC), "Opens tomorrow at 9 a.m."),
        (dt.datetime(2026, 11, 16, 9, 0, tzinfo=dt.UTC), "Opens at 9 a.m., in 5 hours."),
        (dt.datetime(2026, 11, 16, 13, 20, tzinfo=dt.UTC), "Opens at 9 a.m., in 40 minutes."),
    ],
)
def test_a_closed_line_says_when_it_opens(now: dt.datetime, said: str) -> None:
    assert _said(_card(weeks={"office": WEEKDAYS_9_TO_5}), now) == f"closed: Closed now. {said}"


def test_later_on_the_same_day_is_today() -> None:
    evening = _card(weeks={"office": [(5 * DAY + 1_020, 5 * DAY + 1_200)]})
    assert _said(evening) == "closed: Closed now. Opens today at 5 p.m."
    assert _said(evening, t=ES) == "closed: Cerrado ahora. Abren hoy a las 5 p. m."


def test_a_day_on_which_a_schedule_does_not_hold_closes_that_one_only() -> None:
    today = [dt.date(2026, 11, 14).toordinal()]
    card = _card(weeks={"crisis-line": WHOLE_WEEK}, closed={"crisis-line": today})
    assert _said(card) == "closed: Closed now. Crisis line: opens tomorrow at midnight."
    other = _card(weeks={"crisis-line": WHOLE_WEEK, "office": WHOLE_WEEK}, closed={"office": today})
    assert _said(other) == "open: Answers now. Crisis line: 24 hours a day."


def test_hours_that_are_not_known_are_asked_for() -> None:
    assert _said(_card()) == "unknown: Hours not known: ask."
    assert opening(Card(id="1", service="1", name="x", weeks={"office": WHOLE_WEEK}), now=NIGHT, t=T).state == "unknown"


def test_hours_that_nobody_could_read_are_quoted() -> None:
    card = _card(hours_text={"office": "Most mornings"})
    assert _said(card) == "unknown: Hours as they wrote them: Most mornings"


def test_a_line_for_a_whole_country_names_its_zone() -> None:
    card = _card(weeks={"office": WEEKDAYS_9_TO_5}, block="area")
    assert _said(card, dt.datetime(2026, 11, 16, 17, 0, tzinfo=dt.UTC)) == "open: Answers now. Until 5 p.m. EST."


def test_an_opening_that_lasts_for_days_names_the_day_of_its_end() -> None:
    card = _card(weeks={"office": [(4 * DAY + 540, 7 * DAY - 60)]})
    assert _said(card) == "open: Answers now. Until Sunday at 11 p.m."


@pytest.mark.parametrize(
    ("days", "english", "spanish"),
    [
        ({"MO": [(540, 1020)]}, "Monday, 9 a.m. to 5 p.m.", "lunes, de 9 a. m. a 5 p. m."),
        (
            {key: [(540, 720), (780, 1020)] for key in ("MO", "TU", "WE", "TH", "FR")},
            "Monday to Friday, 9 a.m. to noon and 1 p.m. to 5 p.m.",
            "lunes a viernes, de 9 a. m. a mediodía y de 1 p. m. a 5 p. m.",
        ),
        (
            {"MO": [(540, 1020)], "TU": [(540, 1020)], "TH": [(540, 1020)]},
            "Monday to Tuesday, 9 a.m. to 5 p.m.; Thursday, 9 a.m. to 5 p.m.",
            "lunes a martes, de 9 a. m. a 5 p. m.; jueves, de 9 a. m. a 5 p. m.",
        ),
        ({key: [(0, 1440)] for key in ("MO", "TU", "WE", "TH", "FR", "SA", "SU")}, "24 hours a day", "las 24 horas"),
        (
            {key: [(0, 420), (1080, 1440)] for key in ("MO", "TU", "WE", "TH", "FR", "SA", "SU")},
            "every day, 6 p.m. to 7 a.m.",
            "todos los días, de 6 p. m. a 7 a. m.",
        ),
        ({"SA": [(1320, 1440)], "SU": [(0, 120)]}, "Saturday, 10 p.m. to 2 a.m.", "sábado, de 10 p. m. a 2 a. m."),
        ({"SU": [(0, 1440)]}, "Sunday, all day", "domingo, todo el día"),
    ],
)
def test_a_week_is_said_as_people_say_it(days: dict[str, list[tuple[int, int]]], english: str, spanish: str) -> None:
    assert week_in_words(days, T) == english
    assert week_in_words(days, ES) == spanish
