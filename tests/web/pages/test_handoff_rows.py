"""The call on a listing's page: whom to ask for, the line of this hour, what to say, what ends stays."""

import datetime as dt
import re
from html import unescape

import httpx
import msgspec
import pytest

from directory.cards.card import Card, CardPhone, Document, ShownFact
from directory.cards.documents import Composition
from directory.db import Database
from directory.handoff.script import Caller
from directory.listings.drafts import FactDraft
from directory.listings.fields import Barrier, Contact, Greeting, Phone, TermValue, Text
from directory.settings import tells
from directory.suspended import shown_lines
from directory.values.hours import week_minutes
from directory.vocabulary.terms import kinds, terms
from tests.makers import kind, make_organization, make_service, opens, phone, speaks, text
from tests.web.conftest import public_id
from web.pages.handoff_rows import HandoffWords
from web.pages.listing_sheet import ShownRow
from web.wording import LANGUAGES, Wording

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NIGHTS = {day: [(0, 480), (1080, 1440)] for day in DAYS}
ALWAYS = {day: [(0, 1440)] for day in DAYS}
# Six minutes past two on a Saturday in Miami.
NIGHT = dt.datetime(2026, 11, 14, 7, 6, tzinfo=dt.UTC)
NOON = NIGHT + dt.timedelta(hours=10)
MIAMI = "America/New_York"
PINNED = shown_lines("US", today=NIGHT.date()).shown
INTAKE = CardPhone("+13055550142", slot="intake", roles=["intake"])
CRISIS = CardPhone("+13055550144", slot="crisis-line", roles=["crisis-line"])


def _rows(
    card: Card,
    *facts: ShownFact,
    caller: Caller = Caller(),  # noqa: B008 - it is frozen
    now: dt.datetime = NIGHT,
    t: Wording | None = None,
    here: tuple[str, ...] = (MIAMI,),
) -> dict[str, ShownRow]:
    """The rows by their headings."""
    t = t or Wording("en")
    empty = Document("1", "organization", "public", [])
    parts = Composition(Document("1", "listing", "public", []), Document("1", "service", "public", list(facts)), empty)
    words = HandoffWords(t, caller=caller, now=now, here=here, pinned=PINNED)
    return {row.heading: row for row in words.rows(card, parts)}


def _card(**said: object) -> Card:
    usual: dict[str, object] = {
        "kinds": ["emergency-shelter"], "zone": MIAMI, "phones": [INTAKE, CRISIS],
        "weeks": {"intake": week_minutes(NIGHTS), "crisis-line": week_minutes(ALWAYS)},
    }  # fmt: skip
    return Card(id="1", service="1", name="Practice", **(usual | said))  # type: ignore[arg-type]


def _digits(row: ShownRow) -> list[str]:
    return [line.digits for line in row.lines]


def test_what_is_said_is_made_of_the_question_that_the_page_keeps() -> None:
    asked = Caller(reader="clinician", who=("adults", "with-children"), children=1, language="es", tonight=True)
    said = " ".join(_rows(_card(), caller=asked)["Say"].said)
    assert said == (
        "I work in health care. I am with an adult. There is 1 child too. We are looking for a room for tonight. "
        "The language is Spanish. They asked me to call. Do you have a family room?"
    )
    spanish = _rows(_card(), caller=asked, t=Wording("es"))["Diga"].said
    assert "El idioma es español." in spanish
    assert "También viene 1 menor." in spanish


def test_what_the_person_alone_may_tell_is_named_as_left_out() -> None:
    row = _rows(_card(), caller=Caller(who=("adults", "trans-women", "undocumented")))["Say"]
    assert "trans" not in " ".join(row.said).casefold()
    assert row.texts == (
        "No name, no status, no story. If more is needed, ask the person first and let them speak.",
        "Not in these words: trans women and without immigration papers. The person decides if that is said.",
    )


def test_what_is_lent_from_another_language_is_filled_in_its_own() -> None:
    row = _rows(_card(), caller=Caller(who=("trans-women",), language="es"), t=Wording("ar"))[Wording("ar")("row.say")]
    assert "The language is Spanish." in row.said
    assert "Not in these words: trans women. The person decides if that is said." in row.texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_tells_an_unknown_voice_what_this_is_about(language: str) -> None:
    """Whatever was asked of whatever kind of service, by whoever reads."""
    t = Wording(language, lent="")
    every = tuple(one.code for one in terms("population"))
    for one in kinds():
        for reader in ("", "clinician", "advocate", "attorney", "police", "other"):
            for who in ((), every):
                caller = Caller(need=one.code, reader=reader, who=who, children=2, language="es", tonight=True)
                rows = _rows(_card(kinds=[one.code]), caller=caller, t=t)
                said = " ".join(rows[t("row.say")].said)
                assert said
                assert not tells(said), (one.code, said)


def test_whoever_takes_reports_is_asked_first() -> None:
    row = _rows(_card(kinds=["law-enforcement-unit"]), caller=Caller(who=("minors",), reader="advocate"))["Say"]
    assert row.said == (
        "I work as an advocate.", "Who am I speaking with, and for which office?",
        "Who else will hear what I tell you?", "What happens after I tell you?",
    )  # fmt: skip
    assert row.texts == ("Hear the answers before you say who or where.",)


def test_the_line_of_the_hour_is_whoever_takes_new_people() -> None:
    night = _rows(_card())["At this hour"]
    assert (night.texts, _digits(night)) == (("Answers now.", "Taking new people: until 8 a.m."), ["305 555 0142"])
    noon = _rows(_card(), now=NOON)["At this hour"]
    assert noon.texts == (
        "Nobody takes new people at this hour.", "Taking new people: opens at 6 p.m., in 6 hours.",
        "Crisis line: 24 hours a day.",
    )  # fmt: skip
    assert [(line.before, line.digits) for line in noon.lines] == [
        ("", "305 555 0144"), ("At any hour:", "1 888 373 7888"),
    ]  # fmt: skip


def test_where_nobody_answers_it_is_said_when_they_do_and_who_does_now() -> None:
    closed = _rows(_card(weeks={"intake": week_minutes(NIGHTS)}), now=NOON, here=("America/Chicago",))
    assert closed["At this hour"].texts == ("Closed now.", "Taking new people: opens at 6 p.m. EST, in 6 hours.")
    assert _digits(closed["At this hour"]) == ["305 555 0142", "1 888 373 7888"]
    # Whoever is closed is not called again in twenty minutes.
    assert closed["If no one answers"].texts == ("Leave no name on voicemail.",)
    unknown = _rows(_card(weeks={}))["At this hour"]
    assert (unknown.texts, _digits(unknown)) == (("Hours not known: ask.",), ["305 555 0142", "1 888 373 7888"])


def test_a_line_that_did_not_work_is_never_told_as_answering_without_another() -> None:
    doubt = Wording("en")("card.may_not_work")
    known = _card(may_not_work=True)
    for card in (known, msgspec.structs.replace(known, weeks={})):
        row = _rows(card)["At this hour"]
        assert row.texts[-1] == doubt
        assert _digits(row) == ["305 555 0142", "1 888 373 7888"]
    # It is known of the first line alone.
    other = _rows(_card(may_not_work=True, phones=[CRISIS, INTAKE]))["At this hour"]
    assert (_digits(other), doubt in other.texts) == (["305 555 0142"], False)


def test_if_no_one_answers_it_is_waited_and_then_somebody_else_is_called() -> None:
    row = _rows(_card())["If no one answers"]
    assert row.texts == ("Wait 20 minutes and call once more.", "Leave no name on voicemail.")
    assert [(line.before, line.digits) for line in row.lines] == [("Then:", "1 888 373 7888")]
    silent = ShownFact("phone", {"number": "+13055550142", "message_safe": False}, "intake")
    assert "Leave no message." in _rows(_card(), silent)["If no one answers"].texts
    # The pinned line is nobody's next call after itself.
    own = _card(phones=[CardPhone(PINNED[0].number)], weeks={"crisis-line": week_minutes(ALWAYS)})
    assert _rows(own)["If no one answers"].lines == ()


def test_a_call_back_goes_to_the_ward_and_begins_with_plain_words() -> None:
    texts = _rows(_card())["Call back"].texts
    assert texts[0] == "Give the number of your ward or office, not the person\u2019s."
    assert texts[-1] == "Nobody has said what shows when they call back: ask."
    known = ShownFact("greeting", {"answers_as": "neutral", "caller_id": "Withheld"}, "intake")
    assert len(_rows(_card(), known)["Call back"].texts) == 2


def test_what_the_program_states_comes_before_what_is_usual() -> None:
    stated = [
        ShownFact("intake_question", {"text": words}, slot) for slot, words in (("1", "Any pets?"), ("2", "Ride?"))
    ]
    steps = _rows(_card(), *stated, caller=Caller(children=1))["They will ask"].steps
    assert steps[:3] == ("Any pets?", "Ride?", "How many people, and how old is each child?")
    role = ShownFact("ask_for", {"text": "The intake worker on shift"})
    assert _rows(_card(), role)["Ask for"].texts == ("The intake worker on shift",)
    assert _rows(_card())["Ask for"].texts == ("Whoever takes in new people.",)
    assert _rows(_card(), now=NOON)["Ask for"].texts == ("Whoever answers the line.",)


def _page(database: Database, client: httpx.Client, *facts: FactDraft, **asked: str) -> str:
    with database.transaction() as session:
        owner = make_organization(session, "Practice House")
        made = make_service(
            session, kind("emergency-shelter"), phone("+13055550142", "intake"), opens(NIGHTS, "intake"), *facts,
            name="Calle Nueva Rooms", organization_id=owner, area="US-FL-331",
        )  # fmt: skip
        listing = public_id(session, made)
    page = client.post("/", data={"l": listing, **asked}).text
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def test_the_page_says_what_ends_stays_first_and_what_nobody_has_said(database: Database, client: httpx.Client) -> None:
    words = _page(
        database, client, FactDraft("house_rule", TermValue("first night only"), slot="phone-held"),
        FactDraft("house_rule", TermValue(), slot="story-asked"), FactDraft("barrier", Barrier(), slot="free"),
    )  # fmt: skip
    rules = words.partition("House rules, before the person says yes")[2].partition("Who they tell")[0]
    assert "Asked of people here They keep phones: first night only." in rules
    assert "Not said: ask ID and papers, money, calls with others, searches" in rules
    told = words.partition("Who they tell")[2]
    assert "Police We do not know: ask Immigration We do not know: ask" in told
    assert "Nobody has said how people get there: ask." in told
    assert "Nobody has said what it costs" not in words


def test_the_page_asks_for_a_role_and_never_for_somebody(database: Database, client: httpx.Client) -> None:
    contact = Contact("Practice Person", title="Night lead", phones=[Phone("+13055550149")])
    words = _page(
        database, client, text("ask_for", "The night desk"), FactDraft("intake_question", Text("Any pets?"), slot="1"),
        FactDraft("contact", contact, slot="intake", tier="partner"),
        FactDraft("greeting", Greeting("neutral", voicemail="No message is taken"), slot="intake"),
        w="adults", b="es", n="shelter", o="tonight", v="advocate",
    )  # fmt: skip
    call = words.partition("The call")[2].partition("House rules")[0]
    assert "Ask for The night desk At this hour" in call
    assert "I work as an advocate. I am with an adult. We are looking for a room for tonight." in call
    assert "They will ask 1 Any pets? 2 How many people are there?" in call
    assert "Practice Person" not in words
    assert "305 555 0149" not in words


@pytest.mark.parametrize(
    ("asked", "said"),
    [({"n": "shelter"}, "a room for tonight."), ({"n": "shelter", "o": "now"}, "a room for tonight."), ({}, "a room.")],
)
def test_who_presses_a_bed_tonight_asks_for_tonight(
    database: Database, client: httpx.Client, asked: dict[str, str], said: str
) -> None:
    assert f"We are looking for {said}" in _page(database, client, **asked)


def test_an_interpreter_is_thought_of_where_nobody_there_speaks_the_language(
    database: Database, client: httpx.Client
) -> None:
    with database.transaction() as session:
        made = make_service(session, kind("emergency-shelter"), phone(), speaks("es"), area="US-FL-331")
        listing = public_id(session, made)
    for language, is_told in (("mam", True), ("es", False), ("", False)):
        call = client.post("/", data={"l": listing, "b": language}).text.partition('id="call"')[2]
        assert ("<span>With an interpreter</span>" in call.partition('id="rules"')[0]) is is_told


def test_reminders_by_role_and_the_lines_that_take_reports_are_one_press_away(
    database: Database, client: httpx.Client
) -> None:
    words = _page(database, client, a="33130", v="clinician")
    told = words.partition("Who they tell")[2]
    assert "HIPAA leaves room for a report with their yes" in told
    assert "45 CFR 164.512(c); as of 2026-11-26" in told or "45 CFR 164.512(c); as of Nov 26, 2026" in told
    assert "Lines that take reports: 33130 (Miami, FL)" in told
