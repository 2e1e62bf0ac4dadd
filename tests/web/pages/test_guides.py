"""What to know before relying on the site: what stays, what to do when somebody is near, how entries come and go."""

import re
from html import unescape

import httpx
import pytest
from playwright.sync_api import Page, expect

from directory.pinned import pinned_lines
from directory.settings import OWN_LANGUAGES, TELLING_WORDS, Settings
from directory.values.phone import grouped
from directory.vetting.models import REASONS
from tests.services import OpenPage
from tests.web.conftest import settings
from tests.web.pages.test_finder import SOCIAL_WORKER
from web.errors import STATUSES, ErrorPages
from web.exclusions import reasons_in_words
from web.pages.asking import Asked
from web.pages.guides import GUIDES, show_guide
from web.rendering import Pages
from web.wording import LANGUAGES, Wording

SAFETY, BESIDE, ENTRIES = "s", "b", "p"
# A country for which nothing is pinned.
NO_LINES = Settings(database_url="", country="MX")
_NAMED = {
    "en": {
        "host name": "The name of this site is in the history",
        "spyware": "spy app",
        "router and name service": "The router, the internet company and the name service (DNS)",
        "work network": "network at work",
        "accounts": "signed in to an account",
        "screen": "screen recording, a screenshot",
        "history stays": "It does not clear the history",
        "suddenly empty": "A history that is empty all at once is noticed too",
        "Enter without script": "Without script, if you press Enter on Leave, this page stays in view",
        "not tested": "We have not tried Safari, phones or screen readers",
        "another device": "Another device",
        "a call": "A phone keeps a list of calls",
        "private window": "Close all private windows",
        "Esc and Shift": "press Esc three times to leave. In most browsers Shift three times does it too",
    },
    "es": {
        "host name": "El nombre de este sitio está en el historial",
        "spyware": "aplicación espía",
        "router and name service": "El router, la compañía de internet y el servicio de nombres (DNS)",
        "work network": "la red del trabajo",
        "accounts": "tiene una cuenta abierta",
        "screen": "Una grabación, una captura",
        "history stays": "No limpia el historial",
        "suddenly empty": "Un historial vacío de golpe también se nota",
        "Enter without script": "Sin script, si pulsa Enter sobre Salir, esta página sigue a la vista",
        "not tested": "No hemos probado Safari, teléfonos ni lectores de pantalla",
        "another device": "Otro aparato",
        "a call": "El teléfono guarda una lista de llamadas",
        "private window": "cerrar todas las ventanas privadas",
        "Esc and Shift": "pulse tres veces Esc. En casi todos los navegadores también sirve tres veces Mayús",
    },
}
_STEPS = {
    "en": (
        "without the companion", "Never the companion", "A phone in the room", "The person decides", "Read it aloud",
        "by heart", "Do not offer paper. A card only if the person asks", "the chart, orders, the visit summary",
        "portal", "Look away covers", "If the answer is no", "911",
    ),
    "es": (
        "sin su acompañante", "Nunca el acompañante", "Un teléfono en el cuarto", "La persona decide",
        "Léalo en voz alta", "de memoria", "No ofrezca papel. Una tarjeta solo si la persona la pide",
        "notas, órdenes, resumen de la consulta", "portal", "cubre la página", "Si la respuesta es no", "911",
    ),
}  # fmt: skip

# What the page on entries has to name, in the order of the page.
_ENTRIES = {
    "en": (
        "No one can pay for a place here", "lists that others keep", "it takes two people to change it",
        "where one can complain", "They sign an agreement", "A paper from someone else counts for more",
        "Any one of these does", "No list that we take in brings back what is out", "comes back within three days",
        "It can object. Someone then decides who had no part in it", "three or more of them. All are paid",
        "it holds for twelve months", "Press “Something wrong?”", "press “Do you run this?”", "You need no reason",
        "does not mean that a place is safe", "A program that is not here may be a good one too",
    ),
    "es": (
        "Nadie puede pagar por estar", "listas que llevan otros", "hacen falta dos personas para cambiarlo",
        "dónde puede uno quejarse", "Firman un acuerdo", "Vale más un papel de otros",
        "Basta una de estas razones", "Ninguna lista que recibimos trae de vuelta lo que salió", "Vuelve en tres días",
        "Entonces decide alguien que no tuvo parte en ello", "tres o más. A todos se les paga",
        "vale doce meses", "Pulse “¿Algo está mal?”", "pulse allí “¿Este servicio es suyo?”",
        "No hace falta decir por qué", "no quiere decir que un lugar sea seguro",
        "Un programa que no está aquí también puede ser bueno",
    ),
}  # fmt: skip


def _page(
    guide: str, language: str, *, asked: Asked | None = None, from_listing: str = "", chosen: Settings | None = None
) -> str:
    pages = Pages(chosen or settings())
    t = pages.wording(language)
    return show_guide(pages, t, asked or Asked(), guide, from_listing=from_listing).decode()


def _words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


@pytest.mark.parametrize("language", OWN_LANGUAGES)
def test_the_page_names_everything_that_nobody_can_hide(language: str) -> None:
    words = _words(_page(SAFETY, language))
    assert [what for what, said in _NAMED[language].items() if said not in words] == []


@pytest.mark.parametrize("language", OWN_LANGUAGES)
def test_what_to_do_beside_somebody_is_nine_steps_and_short(language: str) -> None:
    page = _page(BESIDE, language)
    words = _words(page)
    assert [step for step in _STEPS[language] if step not in words] == []
    steps = page.split('<ol class="needs"')[1].split("</ol>")[0]
    assert steps.count("<li>") == 9
    assert len(_words(steps).split()) <= 220


@pytest.mark.parametrize("language", OWN_LANGUAGES)
def test_the_page_on_entries_says_what_gets_them_in_and_what_takes_them_out(language: str) -> None:
    words = _words(_page(ENTRIES, language))
    assert [said for said in _ENTRIES[language] if said not in words] == []
    places = [words.index(said) for said in _ENTRIES[language]]
    assert places == sorted(places)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reasons_are_those_that_a_program_is_removed_for_each_once(language: str) -> None:
    """The closed list of vetting, and the words that whoever removes a program chooses from."""
    t = Wording(language, lent="")
    said = [t(f"entries.reason.{code}") for code in REASONS]
    assert len(set(said)) == len(REASONS) == 8
    ours = re.findall(r'<li class="plain">(.*?)</li>', _page(ENTRIES, "en"))
    assert ours == list(reasons_in_words(Wording("en")).values())


def test_the_words_call_leave_what_the_bar_calls_it() -> None:
    for language, look in (("en", "Look away covers the page"), ("es", "Tapar cubre la página")):
        page = _page(BESIDE, language)
        leave = re.search(r'<a class="leave"[^>]*>([^<]*)</a>', page)
        assert leave
        assert leave[1] in _words(page.partition('<ol class="needs"')[2])
        assert look in _words(page)


def test_where_no_number_is_known_for_danger_none_is_invented() -> None:
    page = _page(BESIDE, "en", chosen=NO_LINES)
    assert "Danger right now" not in page
    assert "911" not in page


@pytest.mark.parametrize("language", OWN_LANGUAGES)
@pytest.mark.parametrize("guide", GUIDES)
def test_titles_and_headings_tell_nothing(guide: str, language: str) -> None:
    page = _page(guide, language)
    seen = re.findall(r"<(?:title|h1|h2|button|summary|dt|a)\b[^>]*>(.*?)</", page, re.DOTALL)
    assert len(seen) > 8
    assert [text for text in seen if any(word in text.casefold() for word in TELLING_WORDS)] == []
    assert page.partition("<main")[2].count("<h1>") == 1
    assert "<title>Daybook</title>" in page


def test_the_way_back_is_to_the_listing_the_list_or_the_form() -> None:
    asked = Asked(place="33130", need="shelter", who=("trans-women",))
    from_listing, from_list = (_page(SAFETY, "en", asked=asked, from_listing=id_) for id_ in ("a1", ""))
    assert '<button class="quiet" form="keep" name="x" value="">Back to this entry</button>' in from_listing
    assert '<input type="hidden" name="l" value="a1">' in from_listing
    assert '<button class="quiet" form="keep" name="x" value="">Back to the list</button>' in from_list
    assert 'name="l"' not in from_list
    assert '<button class="quiet" form="keep" name="x" value="e">Back</button>' in _page(SAFETY, "en")
    for page in (from_listing, from_list):
        assert '<input type="hidden" name="n" value="shelter">' in page
        assert '<input type="hidden" name="w" value="trans-women">' in page


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_page_with_a_question_leads_there_and_back_to_the_same_question(
    client: httpx.Client, listed: str
) -> None:
    """From the list and from a listing: over the page, over its translation, to what was there before."""
    for asked in (SOCIAL_WORKER, {**SOCIAL_WORKER, "l": listed}):
        before = client.post("/", data=asked).text
        for guide in GUIDES:
            assert f'name="x" value="{guide}"' in before
            there = client.post("/", data=_kept(before, x=guide))
            assert there.status_code == 200
            spanish = client.post("/", data=_kept(there.text, u="es")).text
            assert '<html lang="es"' in spanish
            assert _heading(spanish) == _heading(_page(guide, "es"))
            back = client.post("/", data=_kept(there.text, x="")).text
            assert back == before


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("language", OWN_LANGUAGES)
def test_every_page_for_an_error_says_what_to_do_and_has_the_pinned_line(language: str, status: int) -> None:
    pages = Pages(settings())
    words = _words(ErrorPages(pages, language).page(status).decode())
    t = pages.wording(language)
    assert t(f"error.{status}.title") in words
    assert t("error.numbers") in words
    assert all(grouped(line.number) in words for line in pinned_lines("US").lines)
    assert t("error.again") in words
    assert not any(word in t(f"error.{status}.title").casefold() for word in TELLING_WORDS)


def test_an_error_where_no_line_is_pinned_does_not_point_to_one() -> None:
    assert "These numbers" not in ErrorPages(Pages(NO_LINES), "en").page(404).decode()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_keys_are_told_of_where_they_work_and_the_notice_leads_to_the_page(
    open_page: OpenPage, client: httpx.Client, listed: str
) -> None:
    """At 360 x 640: one line above the first result, which stays on the first screen; nothing lies over anything."""
    page = open_page(javascript=False, width=360, height=640)
    _results(page, str(client.base_url))
    notice, first = page.locator(".row", has_text="stays in the history").first, page.locator(".result").first
    top = notice.bounding_box()
    facts = first.locator(".facts > li").last.bounding_box()
    assert top is not None
    assert facts is not None
    assert top["height"] <= 48
    assert top["y"] < facts["y"]
    assert facts["y"] + facts["height"] <= 570
    assert page.locator("dialog, [popover]").count() == 0
    page.get_by_role("button", name="More", exact=True).click()
    expect(page.locator("h1")).to_have_text("This site and this device")
    expect(page.locator("#keys")).to_have_count(1)
    expect(page.locator("#keys")).to_be_hidden()
    page.get_by_role("button", name="Back to the list").click()
    expect(page.locator(".result").first).to_be_visible()
    page.get_by_role("button", name="When someone else is in the room").click()
    last_step = page.locator("ol.needs > li").last.bounding_box()
    assert last_step is not None
    # Two screens of a phone.
    assert last_step["y"] + last_step["height"] <= 2 * 640


def _results(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="A bed tonight").click()
    expect(page.locator(".result").first).to_be_visible()


def _kept(page: str, **pressed: str) -> dict[str, list[str]]:
    """What a press on a button of a page sends: its hidden fields, then the button."""
    form = page.partition('<form id="keep"')[2].partition("</form>")[0]
    sent: dict[str, list[str]] = {}
    for name, value in (*re.findall(r'name="(\w)" value="([^"]*)"', form), *pressed.items()):
        sent.setdefault(name, []).append(unescape(value))
    return sent


def _heading(page: str) -> str:
    found = re.search(r"<main.*?<h1>(.*?)</h1>", page, re.DOTALL)
    assert found
    return found[1]
