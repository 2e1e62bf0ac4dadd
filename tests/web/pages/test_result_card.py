"""A result in words: the number, how we know, and why it fits."""

import datetime as dt

import pytest

from directory.cards.card import Card, CardPhone, CardTrauma
from directory.places.gazetteer import Gazetteer
from directory.search.answer import NeedAnswer, Result
from web.pages.opening import opening
from web.pages.result_card import CardWords, ShownCard, shown_line
from web.wording import Wording

NOW = dt.datetime(2026, 11, 14, 7, 6, tzinfo=dt.UTC)
T = Wording("en")
CONFIRMED = CardPhone(number="+13055550142", confirmed="2026-11-02", method="call", slot="intake")


def _shown(card: Card, t: Wording = T) -> ShownCard:
    with Gazetteer() as gazetteer:
        return CardWords(t, now=NOW, gazetteer=gazetteer).card(card)


def _result(*needs: NeedAnswer, card: Card | None = None, distance_km: float | None = None) -> ShownCard:
    result = Result(card=card or _card(), block="near", score_km=1, needs=needs, distance_km=distance_km)
    with Gazetteer() as gazetteer:
        return CardWords(T, now=NOW, gazetteer=gazetteer).result(result)


def _card(**fields: object) -> Card:
    usual: dict[str, object] = {
        "phones": [CONFIRMED],
        "fresh_until": dt.date(2027, 11, 2).toordinal(),
        "place": "Miami, FL",
    }
    return Card(id="1", service="1", name="Calle Nueva", **(usual | fields))  # type: ignore[arg-type]


def test_a_confirmed_number_says_how_and_when() -> None:
    shown = _shown(_card())
    assert shown.line is not None
    assert shown.line.digits == "305 555 0142"
    assert (shown.number_mark, shown.number_text) == ("yes", "Number confirmed by phone 12 days ago, Nov 2.")
    assert _shown(_card(), Wording("es")).number_text == "Número confirmado por teléfono hace 12 días, el 2 nov."


def test_a_number_that_nobody_confirmed_says_who_says_so() -> None:
    shown = _shown(
        _card(phones=[CardPhone(number="+13055550142", said="2025-09-03")], source="County list", fresh_until=0)
    )
    assert (shown.number_mark, shown.number_text) == (
        "ask",
        "Number not confirmed yet. From County list, said Sep 3, 2025.",
    )


def test_a_number_confirmed_long_ago_is_to_be_asked_about() -> None:
    old = CardPhone(number="+13055550142", confirmed="2025-06-11", method="website")
    shown = _shown(_card(phones=[old], fresh_until=dt.date(2026, 6, 11).toordinal()))
    assert shown.number_mark == "ask"
    assert shown.number_text.startswith("Number seen on their own site 17 months ago, Jun 11, 2025.")


def test_the_line_that_is_open_is_the_one_to_call() -> None:
    night = CardPhone(number="+13055550143", slot="crisis-line")
    card = _card(
        phones=[CardPhone(number="+13055550142", slot="office"), night],
        zone="America/New_York",
        weeks={"office": [(540, 1020)], "crisis-line": [(0, 10_080)]},
    )
    shown = _shown(card)
    assert shown.line is not None
    assert shown.line.digits == "305 555 0143"
    assert [line.digits for line in shown.others] == ["305 555 0142"]


def test_text_and_relay_stand_beside_the_number_and_fax_does_not() -> None:
    lines = [
        CONFIRMED,
        CardPhone(number="233733", kind="text", keyword="HELP"),
        CardPhone(number="711", kind="tty"),
        CardPhone(number="+13055550149", kind="fax"),
    ]
    others = [f"{line.before} {line.digits}" for line in _shown(_card(phones=lines)).others]
    assert others == ["Text HELP to 233733", "TTY, relay 711"]


def test_a_listing_that_only_takes_texts_has_no_number_to_call() -> None:
    shown = _shown(_card(phones=[CardPhone(number="+13055550142", kind="text")]))
    assert shown.line is None
    assert shown.number_text == "No number is known."
    assert [line.before for line in shown.others] == ["Text"]


@pytest.mark.parametrize(("ext", "said"), [("105", "then extension 105"), ("OPT2", "then choose 2")])
def test_what_to_dial_afterwards_is_said(ext: str, said: str) -> None:
    assert shown_line(CardPhone(number="+13055550142", ext=ext), T).after == said


def test_a_distance_is_said_for_a_public_place_only() -> None:
    assert _result(distance_km=2.25).far == "1.4 miles"
    assert _result(card=_card(practice=True), distance_km=2.25).far == "Practice, 1.4 miles"
    confidential = _card(block="confidential", place="US-FL-331")
    assert _result(card=confidential).far == ""
    assert "Miami area (ZIP 331, 332), Florida" in _result(card=confidential).under
    assert any("does not hold the address" in text for text in _result(card=confidential).source)


@pytest.mark.parametrize(
    ("place", "english", "spanish"),
    [
        ("US", "United States", "Estados Unidos"),
        ("US-FL", "Florida", "Florida"),
        ("12086", "Miami-Dade County, FL", "Miami-Dade County, FL"),
    ],
)
def test_an_area_served_has_a_name(place: str, english: str, spanish: str) -> None:
    assert _shown(_card(block="area", place=place)).under == english
    assert _shown(_card(block="area", place=place), Wording("es")).under == spanish


def test_what_is_confirmed_and_what_is_only_said_look_different() -> None:
    confirmed, said = _result(
        NeedAnswer(need="trans-women", state="yes", how="welcomes", as_of="2026-11-02", verified=True),
        NeedAnswer(need="with-children", state="yes", as_of="2025-09-03"),
    ).needs
    assert (confirmed.mark, confirmed.label, confirmed.word) == ("yes", "Trans women", "confirmed")
    assert confirmed.why == "Welcomes. Asked Nov 2, 2026."
    assert (said.mark, said.label, said.word) == ("said", "With children", "yes, they say")
    assert said.why == "Said Sep 3, 2025, not confirmed."


def test_a_listing_that_does_not_quite_fit_begins_with_what_to_ask() -> None:
    shown = _result(
        NeedAnswer(need="with-children", state="yes", as_of="2026-11-02", verified=True),
        NeedAnswer(need="trans-women", state="ask"),
        NeedAnswer(need="men", state="no", as_of="2026-11-02"),
        NeedAnswer(need="language:es", state="yes", how="staff", as_of="2026-11-02", verified=True),
    )
    assert [(need.mark, need.label) for need in shown.needs] == [("no", "Men"), ("ask", "Trans women")]
    assert shown.needs[1].question == "Do you take trans women, and in which room?"
    assert (shown.folded_mark, shown.folded_label) == ("yes", "Confirmed: Spanish and with children")
    assert [need.label for need in shown.folded] == ["Spanish", "With children"]


def test_a_fold_that_holds_what_is_only_said_does_not_say_confirmed() -> None:
    shown = _result(
        NeedAnswer(need="language:es", state="yes", how="staff", as_of="2026-11-02", verified=True),
        NeedAnswer(need="with-children", state="yes", as_of="2026-11"),
        NeedAnswer(need="trans-women", state="ask"),
    )
    assert (shown.folded_mark, shown.folded_label) == ("said", "They say yes: Spanish and with children")


def test_trauma_informed_practice_says_by_whom_and_until_when() -> None:
    assessed = CardTrauma("assessed", by="Ridgeline Institute", on="2025-08-14", expires_on="2027-08-14")
    shown = _shown(_card(trauma_informed=assessed)).trauma
    assert shown.lead == "Trauma-informed: checked by someone outside."
    assert shown.detail == "By Ridgeline Institute, on Aug 14, 2025, valid until Aug 14, 2027."
    attested = _shown(_card(trauma_informed=CardTrauma("attested"))).trauma
    assert (attested.lead, attested.detail) == ("Trauma-informed: they say so themselves.", "Nobody else has checked.")
    assert _shown(_card()).trauma.lead == "Trauma-informed: none known."


def test_languages_are_a_fact_line() -> None:
    assert _shown(_card(languages={"es": "staff", "any": "interpreter"})).languages == (
        "Spanish by staff. Other languages by interpreter."
    )
    many = dict.fromkeys(("es", "ht", "pt", "fr", "zh", "vi"), "staff")
    assert _shown(_card(languages=many)).languages.endswith("and 3 more by staff.")
    unknown = _shown(_card())
    assert (unknown.languages_mark, unknown.languages) == ("ask", "Languages not known: ask.")


def test_a_number_that_failed_is_warned_about() -> None:
    assert "it did not work" in _shown(_card(may_not_work=True)).note
    assert _shown(_card()).note == ""


def test_language_and_this_hour_come_before_the_other_needs() -> None:
    needs = ("trans-women", "open:tonight", "group", "language:es")
    shown = _result(*(NeedAnswer(need=need, state="ask") for need in needs))
    assert [need.label for need in shown.needs] == [
        "Spanish", "Coming in tonight", "Trans women", "Several people together",
    ]  # fmt: skip
    assert shown.needs[1].question == "Can someone come in tonight? Until what time?"


def test_a_need_with_a_limit_says_the_limit() -> None:
    card = _card(children=(2, 10), group=6)
    no, ask = _result(
        NeedAnswer(need="with-children", state="no", as_of="2026-11-02"),
        NeedAnswer(need="group", state="ask"),
        card=card,
    ).needs
    assert (no.mark, no.why) == (
        "no", "Up to 2 children. Boys up to 10 years. Said Nov 2, 2026, not confirmed.",
    )  # fmt: skip
    assert (ask.mark, ask.why) == ("ask", "Up to 6 people together.")
    assert _shown(card).limits == (
        "Children: up to 2 children; boys up to 10 years.",
        "A group: up to 6 people together.",
    )


def test_a_report_is_dated_by_the_readers_day_and_a_month_where_no_more_is_told() -> None:
    # At 07:06 UTC it is night in Miami; a report of the next day in UTC was made today.
    assert _shown(_card(reported="2026-11-02")).reported == "Reported wrong Nov 2; not checked yet."
    ahead = _card(reported="2026-11-15", zone="America/New_York")
    assert _shown(ahead).reported == "Reported wrong Nov 14; not checked yet."
    assert _shown(_card(reported="2026-11")).reported == "Reported wrong in Nov 2026; not checked yet."
    assert _shown(_card()).reported == ""


OFFICE = CardPhone(number="+13055550101", slot="voice", roles=["office"], confirmed="2026-11-02", method="call")
HOTLINE = CardPhone(number="+13055550102", slot="voice-2", roles=["crisis-line"], said="2026-11-01")
LINES: dict[str, object] = {
    "phones": [OFFICE, HOTLINE],
    "zone": "America/New_York",
    "weeks": {"office": [(540, 1020)], "crisis-line": [(0, 10_080)]},
}


def test_each_of_several_lines_says_which_it_is_and_when_it_is_answered() -> None:
    shown = _shown(_card(**LINES))
    assert shown.line is not None
    assert (shown.line.digits, shown.line.told) == ("305 555 0102", "Crisis line")
    assert [(other.digits, other.told) for other in shown.others] == [
        ("305 555 0101", "Office: Monday, 9 a.m. to 5 p.m."),
    ]
    assert (shown.opening.state, shown.opening.detail) == ("open", "Crisis line: 24 hours a day.")


def test_what_is_known_of_one_number_is_not_said_of_another() -> None:
    shown = _shown(_card(**LINES, may_not_work=True))
    assert shown.number_mark == "ask"
    assert shown.number_text.startswith("Number not confirmed yet.")
    assert shown.note == ""


def test_hours_of_no_known_number_do_not_open_the_one_that_is_shown() -> None:
    shown = _shown(_card(**(LINES | {"phones": [OFFICE]})))
    assert shown.opening.state == "unknown"
    assert shown.opening.lead == "Somebody answers now; nobody states under which number."
    assert shown.line is not None
    assert shown.line.told == "Office"
    assert shown.opening.detail == "Crisis line: 24 hours a day."


def test_whoever_asks_for_tonight_sees_the_line_of_the_intake_first() -> None:
    intake = CardPhone(number="+13055550103", slot="voice-3", roles=["intake"])
    weeks = {"intake": [(5 * 1440 + 240, 5 * 1440 + 300)], "crisis-line": [(0, 10_080)]}
    card = _card(**(LINES | {"phones": [OFFICE, HOTLINE, intake], "weeks": weeks}))
    tonight = NeedAnswer(need="open:tonight", state="yes")
    with Gazetteer() as gazetteer:
        words = CardWords(T, now=NOW, gazetteer=gazetteer)
        shown = words.result(Result(card=card, block="near", score_km=1, needs=(tonight,), by="intake"))
    assert shown.line is not None
    assert shown.line.digits == "305 555 0103"
    assert shown.opening.detail == "Taking new people: opens at 4 a.m., in 2 hours."


@pytest.mark.parametrize("line", [OFFICE, HOTLINE])
def test_beside_a_number_in_hand_stands_its_own_hours_alone(line: CardPhone) -> None:
    found = opening(_card(**LINES), now=NOW, t=T, line=line)
    assert found.state == ("closed" if line is OFFICE else "open")
