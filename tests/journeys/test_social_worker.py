"""The social worker, two at night: Spanish-speaking trans woman with a child, tonight, near 33130."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.services import OpenPage


def _ask(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Language", exact=True).select_option("Spanish")
    page.locator("#ask summary").click()
    page.get_by_label("Kind of help").select_option("shelter")
    page.get_by_label("Trans women", exact=True).check()
    page.get_by_label("With children", exact=True).check()
    page.locator("#ask details").get_by_role("button", name="Show numbers").click()
    expect(page.locator("h1")).not_to_have_text("Find a number")


@pytest.mark.parametrize("javascript", [True, False])
def test_every_need_holds_together_and_unknown_is_shown_as_unknown(
    open_page: OpenPage, practice_site: str, javascript: bool
) -> None:
    page = open_page(javascript=javascript)
    _ask(page, practice_site)
    expect(page.locator("h1")).to_contain_text("all four needs")
    fits = page.locator("section.block:not([aria-labelledby=miss]) .result")
    assert fits.count() > 2
    for card in fits.all():
        words = card.inner_text() + " ".join(card.locator("details .needs").all_text_contents())
        for need in ("Spanish: ", "Trans women: ", "With children: "):
            assert need in words
        assert not re.search(r"(Spanish|Trans women|With children): no", words)
    asks = page.locator(".result", has_text="Trans women: ask").first
    expect(asks.locator(".put").first).to_contain_text("Ask: “Do you take trans women, and in which room?”")


def test_near_misses_say_which_need_fails_and_what_to_ask(open_page: OpenPage, practice_site: str) -> None:
    page = open_page()
    _ask(page, practice_site)
    almost = page.locator("section[aria-labelledby=miss] .result")
    assert almost.count() >= 1
    for card in almost.all():
        first = card.locator(".needs > li").first
        expect(first.locator(".state")).to_contain_text(": no")
        expect(first.locator(".put")).to_contain_text("Ask: “")


def test_a_private_place_has_no_distance_and_says_so(open_page: OpenPage, practice_site: str) -> None:
    page = open_page()
    _ask(page, practice_site)
    private = page.locator("section[aria-labelledby=private]")
    expect(private.locator("h2")).to_have_text("Location kept private: call")
    assert private.locator(".result").count() >= 1
    assert "mile" not in private.inner_text()


def test_the_details_lead_back_to_the_same_list(open_page: OpenPage, practice_site: str) -> None:
    page = open_page(javascript=False)
    _ask(page, practice_site)
    before = page.locator("main").inner_text()
    page.get_by_role("button", name="More about it").nth(1).click()
    expect(page.locator("h2", has_text="Who they take")).to_be_visible()
    page.get_by_role("button", name="Back to the list").click()
    assert page.locator("main").inner_text() == before


def test_the_whole_way_works_in_spanish(open_page: OpenPage, practice_site: str) -> None:
    page = open_page(javascript=False, width=360, height=640)
    page.goto(practice_site)
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.get_by_label("Idioma", exact=True).select_option("Español")
    page.get_by_role("button", name="Dónde dormir hoy").click()
    expect(page.locator("h1")).to_contain_text("cumplen con las dos necesidades")
    page.get_by_role("button", name="Ver más").first.click()
    expect(page.locator("h2", has_text="A quién reciben")).to_be_visible()
    page.get_by_role("button", name="Volver a la lista").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_contain_text("fit both needs")


def test_practice_entries_are_marked_on_every_card(open_page: OpenPage, practice_site: str) -> None:
    page = open_page()
    _ask(page, practice_site)
    cards = page.locator(".result")
    assert cards.count() == page.locator(".result .far", has_text="Practice").count() > 0
