"""The social worker, two at night: Spanish-speaking trans woman with a child, tonight, near 33130."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.asking import ask_at_two
from tests.services import OpenPage

NUMBER = re.compile(r"^1? ?\d{3} \d{3} \d{4}$")
NEEDS = ("Spanish", "Coming in tonight", "Trans women", "With children")


@pytest.mark.parametrize("javascript", [True, False])
def test_two_at_night_one_page_answers_every_need_with_yes_ask_or_no(
    open_page: OpenPage, practice_site_at_two: str, javascript: bool
) -> None:
    page = open_page(javascript=javascript, width=360, height=640)
    ask_at_two(page, practice_site_at_two)
    expect(page.locator("h1")).to_have_text(re.compile(r"^\d+ fits? all five needs$"))
    expect(page.locator(".result .phone").first).to_have_text(NUMBER)
    expect(page.locator(".result .phone").first).to_be_in_viewport(ratio=1)
    fits, almost = _fitting(page), _almost(page)
    assert len(fits) >= 3
    assert len(almost) >= 1
    for card in (*fits, *almost):
        words = _words(card)
        for need in NEEDS:
            assert re.search(rf"{need}: (confirmed|yes, they say|ask|no)\b", words), (need, words)
        assert (": no" in words) == (card in almost)
    assert any(re.search(r": (ask|no)\b", _words(card)) is None for card in fits)
    for doubt in page.locator(".needs > li", has=page.locator(".mark.ask, .mark.no")).all():
        expect(doubt.locator(".put")).to_contain_text("Ask: “")


def test_unknown_is_shown_as_unknown(open_page: OpenPage, practice_site_at_two: str) -> None:
    page = open_page()
    ask_at_two(page, practice_site_at_two)
    asks = page.locator(".needs > li", has_text="Trans women: ask").first
    expect(asks.locator(".put")).to_have_text("Ask: “Do you take trans women, and in which room?”")


def test_a_boy_who_is_too_old_for_a_house_is_a_near_miss_that_says_the_limit(
    open_page: OpenPage, practice_site_at_two: str
) -> None:
    page = open_page()
    ask_at_two(page, practice_site_at_two, child="17", boy_or_girl="Boy")
    rows = page.locator("section[aria-labelledby=miss] .needs > li", has_text="With children (boy 17): no")
    row = rows.filter(has_text=re.compile(r"Boys up to \d+ years\.")).first
    expect(row.locator(".put")).to_contain_text("is there an age limit for boys?")


def test_a_row_for_one_more_child_comes_when_there_is_a_child(open_page: OpenPage, practice_site: str) -> None:
    page = open_page(javascript=False)
    page.goto(practice_site)
    page.get_by_text("More kinds").click()
    page.get_by_text("Ages, children, a group").click()
    expect(page.get_by_label("Child 1: age")).to_be_visible()
    expect(page.get_by_label("Child 2: age")).to_be_hidden()
    page.get_by_label("Child 1: age").select_option("12")
    expect(page.get_by_label("Child 2: age")).to_be_visible()
    expect(page.get_by_label("Child 3: age")).to_be_hidden()
    page.get_by_label("Child 2: age").select_option("3")
    page.get_by_label("Child 1: age").select_option("")
    expect(page.get_by_label("Child 2: age")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_wrong_number_is_reported_with_two_presses_and_everything_stays_in_its_place(
    open_page: OpenPage, practice_site_at_two: str, javascript: bool
) -> None:
    page = open_page(javascript=javascript, width=360, height=640)
    ask_at_two(page, practice_site_at_two)
    names = page.locator(".result h3").all_inner_texts()
    number = page.locator(".result .phone").first.inner_text()
    first = page.locator(".result").first
    first.get_by_text("Something wrong?").click()
    assert first.locator(".reasons button").all_inner_texts() == [
        "Wrong number", "Nobody answered", "It has closed", "It has moved", "The hours are wrong",
        "They turned the person away",
    ]  # fmt: skip
    first.get_by_role("button", name="Nobody answered").click()
    expect(page.locator("h1")).to_have_text("Thank you")
    expect(page.locator(".always .phone").first).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Back to the list").click()
    expect(page.locator(".result h3")).to_have_text(names)
    expect(first.locator(".phone")).to_have_text(number)
    expect(first.locator(".note")).to_have_text(re.compile(r"^Reported wrong (in )?[\w ]+; not checked yet\.$"))
    assert page.locator(".note").count() == 1


def _fitting(page: Page) -> list[Locator]:
    return page.locator("section.block:not([aria-labelledby=miss]) .result").all()


def _almost(page: Page) -> list[Locator]:
    return page.locator("section[aria-labelledby=miss] .result").all()


def _words(card: Locator) -> str:
    """Everything that a card says of its needs, folded or not."""
    return " ".join(" ".join(text.split()) for text in card.locator(".needs .state").all_text_contents())


def test_near_misses_say_which_need_fails_and_what_to_ask(open_page: OpenPage, practice_site_at_two: str) -> None:
    page = open_page()
    ask_at_two(page, practice_site_at_two)
    almost = page.locator("section[aria-labelledby=miss] .result")
    assert almost.count() >= 1
    for card in almost.all():
        first = card.locator(".needs > li").first
        expect(first.locator(".state")).to_contain_text(": no")
        expect(first.locator(".put")).to_contain_text("Ask: “")


def test_a_private_place_has_no_distance_and_says_so(open_page: OpenPage, practice_site_at_two: str) -> None:
    page = open_page()
    ask_at_two(page, practice_site_at_two)
    private = page.locator("section[aria-labelledby=private]")
    expect(private.locator("h2")).to_have_text("Location kept private: call")
    assert private.locator(".result").count() >= 1
    assert "mile" not in private.inner_text()


def test_the_details_lead_back_to_the_same_list(open_page: OpenPage, practice_site_at_two: str) -> None:
    page = open_page(javascript=False)
    ask_at_two(page, practice_site_at_two)
    before = page.locator("main").inner_text()
    page.get_by_role("button", name="More about it").nth(1).click()
    expect(page.locator("h2", has_text="Who they take")).to_be_visible()
    page.get_by_role("button", name="Back to the list").click()
    expect(page.locator("main")).to_have_text(before, use_inner_text=True)


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


def test_practice_entries_are_marked_on_every_card(open_page: OpenPage, practice_site_at_two: str) -> None:
    page = open_page()
    ask_at_two(page, practice_site_at_two)
    cards = page.locator(".result")
    assert cards.count() == page.locator(".result .far", has_text="Practice").count() > 0
