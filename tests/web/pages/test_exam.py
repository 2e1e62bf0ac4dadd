"""Where an exam is looked for: a hospital first, care before evidence, nothing is over, and who answers now."""

import datetime as dt
import re
from collections.abc import Iterator

import httpx
import pytest

from directory.cards.card import Card
from directory.db import Database
from directory.places.gazetteer import Gazetteer
from directory.search.answer import Question, Result
from directory.settings import OWN_LANGUAGES
from tests.makers import kind, make_service, opens, phone, site, speaks
from tests.services import serve
from tests.web.conftest import ALWAYS_OPEN, IN_PAGE, settings
from web.pages.exam import ShownExam, ShownNow, shown_exam
from web.pages.result_card import CardWords
from web.wording import LANGUAGES, Wording, catalogue

_NOW = dt.datetime(2026, 12, 1, 8, tzinfo=dt.UTC)
_OVER = re.compile(
    r"\b(?:too late|no longer|over|expired|missed|only within|must|have to|required"
    r"|tarde para|ya no|venci|debe|obligad)",
    re.IGNORECASE,
)
one_database = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    with Gazetteer() as opened:
        yield opened


def _shown(
    gazetteer: Gazetteer, where: str, *, language: str = "en", found: tuple[Result, ...] = (), age: int | None = None
) -> ShownExam:
    t = Wording(language)
    question = Question(need="sane", near=gazetteer.find(where), minor_age=age)
    return shown_exam(
        t, question, found, cards=CardWords(t, now=_NOW, gazetteer=gazetteer, question=question)
    )  # fmt: skip


def test_care_comes_first_and_evidence_goes_by_age(gazetteer: Gazetteer) -> None:
    shown = _shown(gazetteer, "Boston, MA")
    assert [one.text for one in shown.care] == [
        "HIV medicine: as early as possible, up to 72 hours after.",
        "Emergency contraception, if there can be a pregnancy: as early as possible, up to 120 hours after.",
    ]
    assert [one.text for one in shown.evidence] == [
        "Age 0\u201311: as early as possible, up to 72 hours after. Later, ask the exam line.",
        "Age 12+: as early as possible, up to 120 hours after. Later, ask the exam line.",
    ]
    assert all(one.sources for one in (*shown.care, *shown.evidence))
    # The day of a page is not the day on which it was read.
    assert shown.care[0].sources[0].endswith("(stacks.cdc.gov), of May 8, 2025")
    assert shown.care[1].sources[0].endswith("(cdc.gov), read Nov 28, 2026")
    assert shown.asked == ""
    assert shown.covered == ""
    assert shown.check == "Older than a year, or of unknown age: check before use."
    assert shown.ages == ("0\u201311", "12+")
    assert _shown(gazetteer, "Boston, MA", age=9).ages == ()
    assert [one.text[:10] for one in _shown(gazetteer, "Boston, MA", age=9).evidence] == ["Age 0\u201311: "[:10]]


def test_hours_that_no_page_tells_are_asked(gazetteer: Gazetteer) -> None:
    florida = _shown(gazetteer, "33130")
    assert (florida.evidence, florida.asked) == ((), "The hours there are not known here: ask the exam line.")
    assert florida.covered.startswith("Hours of evidence known for 4 of 56 US states and territories, and for 0 of 13 ")
    chicago = _shown(gazetteer, "Chicago, IL")
    assert [one.text.partition(".")[0] for one in chicago.evidence] == [
        "At any age: as early as possible, up to 168 hours after",
    ]  # fmt: skip
    assert (chicago.ages, chicago.asked, chicago.covered) == ((), "", "")
    sacramento = _shown(gazetteer, "Sacramento, CA")
    assert sacramento.asked == "For other ages, the hours are not known here: ask the exam line."
    assert sacramento.covered == florida.covered


def test_who_answers_now_is_named_once_each(gazetteer: Gazetteer) -> None:
    def result(name: str, of: str, km: float | None) -> Result:
        card = Card(id=name, service=name, name=name, kinds=[of])
        return Result(card=card, block="near", score_km=km or 0.0, distance_km=km, open_now=True)

    found = (result("far", "sane-adult", 20), result("near", "sane-adult", 2), result("video", "tele-sane", None))
    shown = _shown(gazetteer, "Boston, MA", found=found)
    assert shown.now is not None
    assert shown.now.site is not None
    assert shown.now.by_video is not None
    site, video = shown.now.site, shown.now.by_video
    assert (site.card.name, site.card.far, video.card.name) == ("near", "1.2 miles", "video")
    assert (site.kinds, video.kinds) == (
        "Forensic nurse exam for adults (SANE)", "Forensic nurse by video (tele-SANE)",
    )  # fmt: skip
    assert _shown(gazetteer, "Boston, MA").now == ShownNow(shown.now.advocate, None, None)


@pytest.mark.parametrize("language", OWN_LANGUAGES)
def test_no_word_says_that_it_is_too_late_or_that_somebody_must(gazetteer: Gazetteer, language: str) -> None:
    texts = {one: forms[0] for one, forms in catalogue(language).texts.items() if one.startswith("exam.")}
    assert len(texts) == 23
    assert {one for one, text in texts.items() if _OVER.search(text)} == set()
    shown = _shown(gazetteer, "Boston, MA", language=language)
    assert [one.text for one in (*shown.care, *shown.evidence) if _OVER.search(one.text)] == []


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_all_of_it(language: str) -> None:
    known, own = catalogue(language).texts, catalogue("en").texts
    assert [one for one in own if one.startswith("exam.") and not known.get(one, ("",))[0]] == []


@one_database
def test_it_stands_before_the_numbers_of_an_exam_and_of_nothing_else(database: Database) -> None:
    with database.transaction() as session:
        for name, of, week in (("Open hospital", "sane-adult", ALWAYS_OPEN), ("Closed hospital", "sane-adult", None)):
            hours = (opens(week),) if week else ()
            make_service(session, kind(of), phone("+13055550142"), speaks("en"), *hours, name=name, sites=[site()])
        make_service(session, kind("victim-advocacy"), phone("+13055550143"), name="Practice advocate", sites=[site()])
    with serve(database, settings()) as address, httpx.Client(base_url=address, headers=IN_PAGE) as client:
        page = client.post("/", data={"u": "en", "a": "33130", "n": "sane"}).text
        # A pressed button goes behind the hidden field that it repeats.
        advocates = client.post("/", data={"u": "en", "a": "33130", "n": ["sane", "victim-advocacy"]}).text
        other = client.post("/", data={"u": "en", "a": "33130", "n": "shelter"}).text
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    told = ["Already in an emergency department?", "Care comes first", "HIV medicine", "Emergency contraception",
            "Then evidence", "At any time", "Nearest that answers now"]  # fmt: skip
    places = [words.find(one) for one in told]
    assert -1 not in places
    assert places == sorted(places)
    assert page.find("Nearest that answers now") < page.find('<article class="card result')
    fold = page[page.find("Already in an emergency") : page.find("Nearest that answers now")]
    assert "Open hospital" in fold
    assert "Closed hospital" not in fold
    assert "Already in an emergency department?" not in other
    assert '<button form="keep" name="n" value="victim-advocacy">Advocate (someone on your side)</button>' in page
    assert "Practice advocate" not in page
    assert "Practice advocate" in advocates


@one_database
def test_whoever_answers_now_is_found_behind_more_than_a_page_shows(database: Database) -> None:
    with database.transaction() as session:
        for number in range(22):
            at = site(point=(25.77 + number / 1000, -80.2))
            make_service(session, kind("sane"), phone("+13055550142"), name=f"Hours unknown {number}", sites=[at])
        far, day = site(point=(25.9, -80.2)), opens(ALWAYS_OPEN)
        make_service(session, kind("sane"), phone("+13055550144"), day, name="Open farther away", sites=[far])
    with serve(database, settings()) as address, httpx.Client(base_url=address, headers=IN_PAGE) as client:
        page = client.post("/", data={"u": "en", "a": "33130", "n": "sane"}).text
        listing = re.search(r'name="l" value="([0-9a-f-]{36})"[^>]*>Nearest that answers now<', page)
        assert listing is not None
        opened = client.post("/", data={"u": "en", "a": "33130", "n": "sane", "l": listing[1]}).text
    cards = page[page.find('<article class="card result') :]
    assert "Hours unknown 3" in cards
    assert "Open farther away" not in cards
    assert ">305 555 0144<" in page
    # On its own page stands what comes first, and nobody else's number.
    assert "Open farther away</h1>" in opened
    assert "Already in an emergency department?" in opened
    assert "Nearest that answers now" not in opened


@one_database
def test_on_the_page_of_a_listing_that_does_no_exams_nothing_is_told_of_them(database: Database) -> None:
    with database.transaction() as session:
        make_service(session, kind("shelter"), phone("+13055550142"), name="Practice shelter", sites=[site()])
    with serve(database, settings()) as address, httpx.Client(base_url=address, headers=IN_PAGE) as client:
        found = re.search(
            r'name="l" value="([0-9a-f-]{36})"', client.post("/", data={"a": "33130", "n": "shelter"}).text
        )
        assert found is not None
        assert "emergency department" not in client.post("/", data={"l": found[1]}).text
