"""A language that nobody has read shows its labels, lends its prose and says so; one that is read has its own."""

import re
from html.parser import HTMLParser

import httpx
import pytest

from directory.db import Database
from directory.listings.drafts import FactDraft
from directory.listings.fields import Phone, TermValue
from directory.pinned import pinned_lines
from directory.settings import Settings
from directory.vocabulary import terms
from tests.makers import kind, make_service, opens, refuses, site, speaks
from tests.services import serve
from tests.web.conftest import ALWAYS_OPEN, IN_PAGE, public_id, settings
from web.languages import approved, is_reviewed, withdrawn
from web.wording import Wording, catalogue

_PLACE = re.compile(r"\{\w+\}")
# What stands between two places for values is a text of its own only from so many letters on.
_LETTERS = {"zh": 6, "ko": 8}
_SEARCH: dict[str, str | list[str]] = {
    "a": "33130",
    "b": "es",
    "m": "shelter",
    "w": ["trans-women", "with-children"],
    "r": ["no-sobriety"],
}
# They are made once, in the deployment's own language, and cannot know another.
_OF_NO_LANGUAGE = frozenset({"error", "away"})
_ALONE = frozenset({"meta", "link", "input", "br", "hr", "img", "path", "circle", "rect", "use", "polyline"})


class _Texts(HTMLParser):
    """The texts of a page with the element they stand in and its language, and every value of an attribute."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[tuple[str, str, str]] = []
        self.values: list[str] = []
        self._open: list[tuple[str, str]] = [("", "")]
        self.feed(page)
        assert self._open == [("", "")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.values += [value for _, value in attrs if value]
        if tag not in _ALONE:
            self._open.append((tag, dict(attrs).get("lang") or self._open[-1][1]))

    def handle_startendtag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.values += [value for _, value in attrs if value]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((*self._open[-1], " ".join(data.split())))


def _parts(texts: list[str], language: str) -> frozenset[str]:
    parts = {" ".join(part.split()) for text in texts for part in _PLACE.split(text)}
    return frozenset(part for part in parts if len(part) >= _LETTERS.get(language, 14))


def _prose(language: str) -> frozenset[str]:
    """What the prose of a language is made of, without the values in it."""
    found, prose = catalogue(language).texts, catalogue("en").prose
    labels = _parts([form for text_id, forms in found.items() if text_id not in prose for form in forms], language)
    return _parts([form for text_id in prose for form in found[text_id]], language) - labels


def _lent_always() -> frozenset[str]:
    """What is written in our own languages only: questions of the vocabulary, the words of a pinned line."""
    questions = [term.question["en"] for scheme in terms.schemes() for term in terms.terms(scheme) if term.question]
    topics = [terms.ask_about(topic, "en") for topic in ("open:tonight", "group", "language:es")]
    return _parts([*questions, *topics, *(line.label["en"] for line in pinned_lines("US").lines)], "en")


@pytest.fixture
def listing(sqlite_database: Database) -> str:
    """A listing with a number, of which something is said, something not, and something denied."""
    with sqlite_database.transaction() as session:
        made = make_service(
            session,
            kind("public-walk-in-shelter"),
            speaks("es"),
            refuses("trans-women"),
            opens(ALWAYS_OPEN),
            FactDraft("house_rule", TermValue(), slot="documents-held"),
            FactDraft("phone", Phone("+13055550142"), slot="voice", match_key="+13055550142"),
            FactDraft("phone", Phone("+13055550143", kind="text"), slot="text", match_key="+13055550143"),
            name="Calle Nueva Rooms",
            sites=[site()],
        )
        return public_id(session, made)


def _pages(database: Database, chosen: Settings, language: str, listing: str) -> dict[str, httpx.Response]:
    """Every template as a reader of a language sees it."""
    asked: dict[str, dict[str, str | list[str]]] = {
        "start": {"x": "e"},
        "no place": {"n": "shelter", "a": "Atlantis Nowhere"},
        "results": _SEARCH,
        "nothing": {**_SEARCH, "n": "mat"},
        "which place": {"a": "Portland", "n": "shelter"},
        "listing": {**_SEARCH, "l": listing},
        "aloud": {**_SEARCH, "l": listing, "z": f"{listing}:voice", "v": "clinician"},
        "aloud, pinned": {"z": "pinned:0", "v": "police"},
        "reported": {"l": listing, "y": f"no-answer:{listing}"},
        "safety": {"x": "s"},
        "beside": {"x": "b"},
        "entries": {"x": "p"},
    }
    with serve(database, chosen) as address, httpx.Client(base_url=address, headers=IN_PAGE) as client:
        shown = {name: client.post("/", data={**fields, "u": language}) for name, fields in asked.items()}
        shown |= {"error": client.get("/nothing"), "away": client.get("/v/none")}
    assert {shown["error"].status_code} == {404}
    assert {page.status_code for name, page in shown.items() if name not in _OF_NO_LANGUAGE} <= {200, 404}
    return shown


@pytest.mark.parametrize("language", ["vi", "ar"])
def test_prose_that_nobody_has_read_is_lent_and_marked_on_every_page(
    sqlite_database: Database, listing: str, language: str
) -> None:
    t, lent, drafted = Wording(language), _prose("en") | _lent_always(), _prose(language) - _prose("en")
    met: set[str] = set()
    for name, page in _pages(sqlite_database, settings(), language, listing).items():
        read = _Texts(page.text)
        assert [value for value in read.values if "<" in value] == [], name
        assert [text for _, _, text in read.texts if "<span" in text or "&lt;" in text] == [], name
        if name in _OF_NO_LANGUAGE:
            continue
        assert f'<html lang="{t.tag}" dir="{t.direction}">' in page.text, name
        assert t("languages.partly", language=t.name) in page.text, name
        prose = {text: (tag, spoken) for tag, spoken, text in read.texts for part in lent if part in text}
        assert {text for text, where in prose.items() if where != ("span", "en")} == set(), name
        assert len(prose) >= 4, name
        assert [part for _, _, text in read.texts for part in drafted if part in text] == [], name
        met |= {text for text in prose if text.endswith("?")}
    assert met & {terms.ask_about("trans-women", "en"), terms.ask_about("with-children", "en")}


@pytest.mark.parametrize("language", ["vi", "ar"])
def test_a_language_that_somebody_has_read_lends_nothing_and_says_nothing_of_it(
    sqlite_database: Database, listing: str, language: str
) -> None:
    chosen = settings(reviewed_languages=approved(settings(), language))
    english, own = _prose("en"), _prose(language)
    partly = _PLACE.split(catalogue(language).texts["languages.partly"][0])[-1].strip()
    for name, page in _pages(sqlite_database, chosen, language, listing).items():
        if name in _OF_NO_LANGUAGE:
            continue
        read = _Texts(page.text)
        assert [text for _, _, text in read.texts for part in english - own if part in text] == [], name
        assert partly not in page.text, name
        here = {text: spoken for _, spoken, text in read.texts for part in own if part in text}
        assert len(here) >= 2, name
        assert set(here.values()) == {Wording(language).tag}, name
        assert [value for value in read.values if "<" in value] == [], name


def test_an_approval_is_taken_back_without_touching_another() -> None:
    both = settings(reviewed_languages=approved(settings(reviewed_languages=approved(settings(), "vi")), "ar"))
    assert is_reviewed(both, "vi")
    assert is_reviewed(both, "ar")
    left = settings(reviewed_languages=withdrawn(both, "vi"))
    assert (is_reviewed(left, "vi"), is_reviewed(left, "ar")) == (False, True)


@pytest.mark.parametrize("headers", [IN_PAGE, {"accept": "text/html"}])
def test_the_choice_of_a_language_is_in_no_cookie_and_in_no_address(
    sqlite_database: Database, headers: dict[str, str]
) -> None:
    lengths: set[int] = set()
    with (
        serve(sqlite_database, settings()) as address,
        httpx.Client(base_url=address, headers=headers, follow_redirects=True) as client,
    ):
        for language in ("en", "vi", "ar"):
            page = client.post("/", data={"a": "Portland", "n": "shelter", "u": language})
            assert f'<html lang="{language}"' in page.text
            addresses = [str(step.url) for step in (*page.history, page)]
            assert all(re.fullmatch(rf"{address}/(v/[\w-]+)?", one) for one in addresses)
            lengths.add(len(addresses[-1]))
            assert not any("set-cookie" in step.headers for step in (*page.history, page))
            assert not client.cookies
        # Whoever begins anew begins in the language of the site.
        assert '<html lang="en"' in client.get("/").text
    assert len(lengths) == 1
