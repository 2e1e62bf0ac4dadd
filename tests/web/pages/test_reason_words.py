"""Why a listing is believed as much as it is, as people read it: dated, in order, without a percentage."""

import datetime as dt
import re

import msgspec
import pytest

from directory.cards.card import Card, CardPhone
from directory.freshness.reasons import CODES, Reason
from directory.freshness.told import sentences
from directory.settings import OWN_LANGUAGES
from web.pages.reason_words import ReasonWords
from web.wording import Wording

TODAY = dt.date(2026, 11, 14)
DAY = TODAY.toordinal()
CARD = Card(id="1", service="2", name="Practice Rooms", phones=[CardPhone("+13055550142")], fresh_until=DAY + 40)
CONFIRMED = Reason("confirmed", DAY - 12, "phone", "call")


def words(*reasons: Reason, language: str = "en", **more: object) -> ReasonWords:
    card = msgspec.structs.replace(CARD, reasons=list(reasons), **more)
    return ReasonWords(card, today=TODAY, t=Wording(language, lent=""))


def test_a_listing_says_what_is_known_of_it_in_whole_sentences() -> None:
    told = words(CONFIRMED, Reason("listed", DAY - 1, "phone", "corroboration"), Reason("soft-old", DAY - 425, "hours"))
    assert told.sentences() == (
        "Their own site still lists it: seen yesterday, Nov 13.",
        "Hours: not confirmed for 14 months. Ask.",
    )
    assert told.line() == ""


def test_in_spanish_too() -> None:
    told = words(CONFIRMED, Reason("dropped", DAY - 3, "phone", "corroboration"), language="es")
    assert told.line() == "Su propio sitio ya no lo muestra: visto hace 3 días, el 11 nov."


def test_what_speaks_against_it_most_stands_on_the_card() -> None:
    told = words(
        Reason("site-gone", DAY - 2, "url", "website"), Reason("lookup-disconnected", DAY - 5, "phone", "lookup")
    )
    assert told.line() == "The phone network said the number was cut off (5 days ago, Nov 9)."
    assert len(told.sentences()) == 2


def test_who_is_stale_is_to_be_called_first_and_who_is_not_is_not() -> None:
    assert words(CONFIRMED, fresh_until=DAY - 1).sentences()[-1] == "Call before you send someone."
    assert words(CONFIRMED, fresh_until=DAY).sentences() == ()
    assert words(Reason("never-confirmed"), fresh_until=0).sentences() == ()


def test_what_was_never_confirmed_is_said_once() -> None:
    soft = [Reason("soft-old", 0, group) for group in ("hours", "intake", "languages")]
    assert words(Reason("never-confirmed"), *soft, fresh_until=0).sentences() == ()
    assert words(CONFIRMED, *soft).sentences() == ("Never confirmed: hours, who and language. Ask.",)


@pytest.mark.parametrize("language", OWN_LANGUAGES)
def test_of_a_confidential_listing_no_day_is_told(language: str) -> None:
    reasons = [Reason(code, DAY - 12, "phone", "website") for code in CODES if code not in ("soft-old", "confirmed")]
    for text in words(*reasons, language=language, block="confidential").sentences():
        assert not re.search(r"\b(2|12|14)\b", text.replace("2026", "")), text
    told = sentences(reasons, "verified", day=DAY, by_month=True)
    assert all("2026-" not in text for text in told)


@pytest.mark.parametrize("language", OWN_LANGUAGES)
def test_every_reason_is_said_with_its_date_and_none_as_a_percentage(language: str) -> None:
    for code in CODES:
        told = words(Reason(code, DAY - 400, "hours" if code == "soft-old" else "phone"), language=language).sentences()
        for text in told:
            assert "%" not in text
            assert code == "hours-odd" or re.search(r"2025|13 (?:months|meses)", text), text


def test_commands_say_the_same_in_english() -> None:
    reasons = [CONFIRMED, Reason("listed", DAY - 1, "phone"), Reason("soft-old", DAY - 425, "hours")]
    assert sentences(reasons, "stale", day=DAY) == [
        "Number confirmed by phone 12 days ago, 2026-11-02.",
        "Their own site still lists it (looked at yesterday, 2026-11-13).",
        "Hours unconfirmed for 14 months: ask.",
        "Call before you send someone.",
    ]
    assert sentences([Reason("not-working", DAY, "phone")], "unreachable", day=DAY) == [
        "Its number may not work.",
        "The number did not work today, 2026-11-14.",
    ]
