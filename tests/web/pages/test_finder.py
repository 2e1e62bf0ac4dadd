"""The front page and its posted states: nothing in an address, one neutral title, always something that helps."""

import re

import httpx
import pytest

from directory.db import Database
from directory.listings.drafts import FactDraft
from directory.listings.fields import Age, Children, GroupSize, TermValue
from directory.places.gazetteer import Gazetteer
from directory.settings import TELLING_WORDS, Settings
from tests.makers import kind, make_organization, make_service, opens, phone, refuses, serves, site, speaks, takes
from tests.services import serve
from tests.web.conftest import ALWAYS_OPEN, IN_PAGE, settings
from web.pages.asking import FIELDS, TILES
from web.pages.choices import choices
from web.wording import LANGUAGES, Wording

SOCIAL_WORKER = {"a": "33130", "b": "es", "m": "shelter", "w": ["trans-women", "with-children"]}
# Tampa, 330 km from Miami.
TAMPA = (27.9506, -82.4572)


def _every_page(client: httpx.Client, listed: str) -> dict[str, str]:
    return {
        "start": client.get("/").text,
        "start in Spanish": client.post("/", data={"u": "es"}).text,
        "form": client.post("/", data={**SOCIAL_WORKER, "x": "e"}).text,
        "results": client.post("/", data=SOCIAL_WORKER).text,
        "results in Spanish": client.post("/", data={**SOCIAL_WORKER, "u": "es"}).text,
        "nothing": client.post("/", data={"a": "33130", "n": "mat"}).text,
        "which place": client.post("/", data={"a": "Portland", "n": "shelter"}).text,
        "unknown place": client.post("/", data={"a": "Atlantis Nowhere", "n": "shelter"}).text,
        "listing": client.post("/", data={**SOCIAL_WORKER, "l": listed}).text,
        "listing in Spanish": client.post("/", data={"l": listed, "u": "es"}).text,
        "not found": client.get("/nothing").text,
    }


def test_nothing_of_a_search_can_reach_an_address(client: httpx.Client, listed: str) -> None:
    """Every form posts to the front page; every link is the front page, a file, the skip link or the way out."""
    for name, page in _every_page(client, listed).items():
        # The one that sends nothing has no button but one that cannot be pressed.
        sending = page.replace('<form id="still" autocomplete="off" hidden><button disabled></button></form>', "")
        assert set(re.findall(r"<form[^>]*>", sending)) <= set(
            re.findall(r'<form[^>]*method="post" action="/"[^>]*>', sending)
        ), name
        assert "formaction" not in page, name
        links = set(re.findall(r'(?:href|src)="([^"]*)"', page))
        assert {link for link in links if not re.fullmatch(r"/|#[\w-]+|/static/[0-9a-f]{12}/\w+\.\w+", link)} <= {
            "https://www.weather.gov/"
        }, name
        assert "?" not in "".join(links), name


def test_fields_have_neutral_names_that_no_browser_fills_in(client: httpx.Client, listed: str) -> None:
    for name, page in _every_page(client, listed).items():
        assert set(re.findall(r'<(?:input|select|button)[^>]* name="([^"]*)"', page)) <= FIELDS, name
        assert not re.findall(r'<(?:input(?! type="hidden")|select)(?![^>]*autocomplete="off")[^>]*>', page), name
    assert all(len(field) == 1 for field in FIELDS)


def test_every_page_looks_like_nothing(client: httpx.Client, listed: str) -> None:
    for name, page in _every_page(client, listed).items():
        assert re.findall(r"<title>(.*?)</title>", page) == ["Daybook"], name
        headings = re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
        assert len(headings) == 1, name
        plain_sight = " ".join([*headings, *re.findall(r"<header.*?</header>", page, re.DOTALL)]).casefold()
        assert [word for word in TELLING_WORDS if word in plain_sight] == [], name


def test_every_page_has_the_way_out_first_and_the_lines_that_answer(client: httpx.Client, listed: str) -> None:
    for name, page in _every_page(client, listed).items():
        focusable = re.findall(r"<(a|button|input|select|summary)\b([^>]*)>", page)
        assert 'class="skip' in focusable[0][1], name
        assert 'id="leave"' in focusable[1][1], name
        assert 'rel="noreferrer nofollow"' in focusable[1][1], name
        assert "1 888 373 7888" in page, name
        assert "233733" in page, name


def test_every_id_is_there_once_and_every_reference_leads_to_one(client: httpx.Client, listed: str) -> None:
    for name, page in _every_page(client, listed).items():
        ids = re.findall(r'\sid="([^"]*)"', page)
        assert len(ids) == len(set(ids)), name
        referred = re.findall(r'\s(?:for|aria-labelledby|aria-describedby)="([^"]*)"', page)
        assert set(referred + re.findall(r'href="#([^"]*)"', page)) <= set(ids), name
        assert set(re.findall(r'\sform="([^"]*)"', page)) <= set(re.findall(r'<form id="([^"]*)"', page)), name


def test_two_visitors_get_the_same_bytes(client: httpx.Client) -> None:
    other = {"user-agent": "another", "accept-language": "es", "x-forwarded-for": "203.0.113.77", "cookie": "a=1"}
    assert client.get("/").content == client.get("/", headers=other).content
    assert client.post("/", data=SOCIAL_WORKER).content == client.post("/", data=SOCIAL_WORKER, headers=other).content


def test_one_press_gives_a_number(client: httpx.Client, listed: str) -> None:
    page = client.post("/", data={"u": "en", "a": "33130", "b": "", "n": "shelter", "m": "", "t": "", "k": "25"}).text
    assert "<h1>1 number for 33130 (Miami, FL)</h1>" in page
    assert '<p class="phone"><bdi>305 555 0142</bdi></p>' in page


def test_the_whole_question_holds_together(client: httpx.Client, listed: str) -> None:
    page = client.post("/", data=SOCIAL_WORKER).text
    assert "<h1>1 may fit: ask first</h1>" in page
    assert "With children: ask" in page
    assert "Do you take a parent with children?" in page
    assert "They say yes: Spanish and trans women" in page


def test_nothing_typed_means_the_deployments_own_area(client: httpx.Client, listed: str) -> None:
    assert "305 555 0142" in client.post("/", data={"a": "", "n": "shelter"}).text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_without_an_area_of_its_own_the_site_asks_where(database: Database) -> None:
    chosen = settings()
    chosen = type(chosen)(database_url="", default_area="")
    with serve(database, chosen) as address:
        page = httpx.post(address, data={"n": "shelter", "a": ""}, headers=IN_PAGE).text
    assert "Where? A ZIP code or a city is enough." in page
    assert 'id="ask"' in page


def test_enter_in_the_field_of_the_place_asks_what_is_needed(client: httpx.Client) -> None:
    page = client.post("/", data={"a": "Boston", "n": "", "m": ""}).text
    assert "Near Boston, MA. What is needed?" in page
    assert 'value="Boston"' in page


def test_an_unknown_place_is_not_repeated(client: httpx.Client) -> None:
    page = client.post("/", data={"a": "Atlantis Nowhere", "n": "shelter", "w": "women"}).text
    assert "That place is not known here." in page
    assert "Atlantis" not in page
    assert 'value="women" autocomplete="off" checked' in page


def test_a_name_of_several_places_is_asked_about_with_one_press_each(client: httpx.Client) -> None:
    page = client.post("/", data={"a": "Portland", "n": "shelter", "w": "women"}).text
    offered = re.findall(r'<button form="keep" name="a" value="([^"]*)">', page)
    assert len(offered) > 2
    assert '<input type="hidden" name="w" value="women">' in page
    with Gazetteer() as gazetteer:
        for label in offered:
            assert gazetteer.find(label).label == label


def test_a_name_is_looked_for_in_the_deployments_own_state_first(client: httpx.Client) -> None:
    assert "near Miami, FL" in client.post("/", data={"a": "Miami", "n": "mat"}).text.replace("1 need ", "")


def test_language_changes_without_losing_the_question(client: httpx.Client, listed: str) -> None:
    page = client.post("/", data={**SOCIAL_WORKER, "u": ["en", "es"]}).text
    assert '<html lang="es" dir="ltr">' in page
    assert "1 podría servir: pregunte antes" in page
    assert '<input type="hidden" name="u" value="es">' in page
    assert '<input type="hidden" name="w" value="trans-women">' in page


def test_language_changes_while_the_form_is_filled_in(client: httpx.Client) -> None:
    page = client.post("/", data={"u": "en", "s": "es", "a": "Springfi", "b": "ht", "n": "", "w": "deaf"}).text
    assert "<h1>Encontrar un número</h1>" in page
    assert 'value="Springfi"' in page
    assert '<option value="ht" selected>' in page
    assert 'value="deaf" autocomplete="off" checked' in page


def test_an_unknown_language_of_the_site_is_the_deployments_own(client: httpx.Client) -> None:
    assert '<html lang="en"' in client.post("/", data={"u": "xx"}).text


def test_changing_the_needs_keeps_them(client: httpx.Client) -> None:
    page = client.post("/", data={**SOCIAL_WORKER, "k": "60", "x": "e"}).text
    assert '<option value="es" selected>' in page
    assert '<option value="shelter" selected>' in page
    assert '<option value="60" selected>' in page
    assert len(re.findall(r'name="w"[^>]*checked', page)) == 2
    assert "<details open>" in page


def test_when_nothing_fits_the_page_says_what_would_help(database: Database, client: httpx.Client) -> None:
    with database.transaction() as session:
        house = make_organization(session)
        make_service(
            session, kind("sane-adult"), phone("+18135550142"), speaks("en"), refuses("men"),
            name="Far away", organization_id=house, sites=[site("site:far", point=(26.2, -80.9))],
        )  # fmt: skip
    page = client.post("/", data={"a": "33130", "n": "sane", "k": "25"}).text
    assert "<h1>Nothing within 25 miles</h1>" in page
    assert '<button form="keep" name="k" value="60">Within 60 miles (1)</button>' in page
    wider = client.post("/", data={"a": "33130", "n": "sane", "k": "60", "w": "men", "b": "es"}).text
    assert "fits it all" in wider
    assert "Men: no" in wider
    assert 'name="d" value="men"' not in wider
    only_men = client.post("/", data={"a": "33130", "n": "sane", "k": "60", "w": "men"}).text
    assert '<button form="keep" name="d" value="men">Without: men (1)</button>' in only_men
    left_out = client.post("/", data={"a": "33130", "n": "sane", "k": "60", "w": "men", "d": "men"}).text
    assert "813 555 0142" in left_out
    assert "Men: no" not in left_out


def test_what_serves_a_whole_state_needs_no_distance(database: Database, client: httpx.Client) -> None:
    with database.transaction() as session:
        make_service(session, kind("hotline"), serves("US-FL"), name="State line")
    page = client.post("/", data={"a": "33130", "n": "hotline"}).text
    assert "For the whole area" in page
    assert "Florida" in page
    assert "miles" not in page.split('id="wide"')[1].split("</section>")[0].replace("Within 60 miles", "")


def test_a_confidential_place_stands_in_its_own_block_without_distance(
    database: Database, client: httpx.Client
) -> None:
    with database.transaction() as session:
        make_service(session, kind("safe-house"), takes("women"), name="Seagrape", area="US-FL-331")
    page = client.post("/", data={"a": "33130", "n": "shelter"}).text
    block = page.split('id="private"')[1].split("</section>")[0]
    assert "Seagrape" in block
    assert "mile" not in block
    assert "nobody can find it here" in block


def test_every_kind_of_help_can_be_asked_for(client: httpx.Client) -> None:
    page = client.get("/").text
    offered = set(re.findall(r'<option value="([^"]*)"', page.split('id="m"')[1].split("</select>")[0]))
    assert {"case-management", "mat", "tribal-program", "shelter", "wage-claim"} <= offered
    assert set(TILES) <= offered
    assert client.post("/", data={"a": "33130", "n": "", "m": "case-management"}).status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_has_words(language: str) -> None:
    offered = choices(Wording(language))
    assert len({tile.label for tile in offered.tiles}) == len(TILES)
    assert sum(len(group.choices) for group in offered.languages) > 200
    assert all(choice.label for group in offered.kinds for choice in group.choices)
    assert [radius.value for radius in offered.radii] == ["10", "25", "60", "100", "250"]


def test_a_radius_out_of_all_bounds_is_brought_back(client: httpx.Client, listed: str) -> None:
    for radius in ("0", "999999", "", "ten"):
        assert client.post("/", data={"a": "33130", "n": "shelter", "k": radius}).status_code == 200


def _headings(page: str, block: str) -> list[str]:
    _, _, part = page.partition(f'id="{block}"')
    return re.findall(r"<h3[^>]*>(.*?)</h3>", part.partition("</section>")[0])


@pytest.fixture
def two_houses(database: Database) -> None:
    """One takes a crew from Texas, boys up to 12 and young people; the other says what it does not do."""
    with database.transaction() as session:
        make_service(
            session, kind("food"), phone("+13055550101"), takes("with-children"), *_limits(14, 12, (12, 20), "US-TX"),
            opens(ALWAYS_OPEN, slot="intake"), name="Wide House", sites=[site("site:1")],
        )  # fmt: skip
        make_service(
            session, kind("food"), phone("+13055550102"), takes("with-children"), *_limits(2, 6, (18, 60), "US-FL"),
            opens({"MO": [(540, 600)]}, slot="intake"), name="Narrow House", sites=[site("site:2")],
        )  # fmt: skip


def _limits(group: int, boys_to: int, ages: tuple[int, int], origin: str) -> list[FactDraft]:
    return [
        FactDraft("group_size", GroupSize(group)),
        FactDraft("children", Children(4, boys_to)),
        FactDraft("age", Age(*ages)),
        FactDraft("accepts_from", TermValue(), slot=origin),
    ]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"p": "14"}, "14 people together: no"),
        ({"h": "12", "i": "m"}, "With children (boy 12): no"),
        ({"g": "16"}, "Under 18 (age 16): no"),
        ({"f": "Houston, TX"}, "People from Harris County, TX: no"),
        ({"o": "tonight"}, "Coming in tonight: no"),
        ({"o": "now"}, "Open now: no"),
    ],
)
@pytest.mark.usefixtures("two_houses")
def test_every_need_decides_and_the_near_miss_says_what_is_missing_and_what_to_ask(
    client: httpx.Client, asked: dict[str, str], words: str
) -> None:
    page = client.post("/", data={"a": "33130", "n": "food", **asked}).text
    assert _headings(page, "near") == ["Wide House"]
    assert _headings(page, "miss") == ["Narrow House"]
    almost = page.split('id="miss"')[1]
    assert words in almost
    assert "Ask: “" in almost.split("</article>")[0]


@pytest.mark.usefixtures("two_houses")
def test_what_fails_can_be_left_out(client: httpx.Client) -> None:
    page = client.post("/", data={"a": "33130", "n": "food", "p": "30"}).text
    assert "fits it all" in page
    assert '<button form="keep" name="d" value="group">Without: 30 people together (2)</button>' in page
    assert '<input type="hidden" name="p" value="30">' in page
    left_out = client.post("/", data={"a": "33130", "n": "food", "p": "30", "d": "group"}).text
    assert sorted(_headings(left_out, "near")) == ["Narrow House", "Wide House"]
    from_afar = client.post("/", data={"a": "33130", "n": "food", "f": "Honduras"}).text
    assert 'name="d" value="accepts-from">Without: people from Honduras (2)' in from_afar


@pytest.mark.usefixtures("two_houses")
def test_a_name_alone_is_a_question(client: httpx.Client) -> None:
    page = client.post("/", data={"a": "33130", "q": "Narrow"}).text
    assert "<h1>1 number for 33130 (Miami, FL)</h1>" in page
    assert _headings(page, "near") == ["Narrow House"]
    assert "Named “Narrow”. Within 25 miles." in page
    both = client.post("/", data={"a": "33130", "q": "Narrow", "n": "shelter"}).text
    assert '<button form="keep" name="d" value="name">Without: named' not in both
    kinds = client.post("/", data={"a": "33130", "q": "Nothing Such", "n": "food"}).text
    assert '<button form="keep" name="d" value="name">Without: named “Nothing Such” (2)</button>' in kinds


@pytest.mark.usefixtures("two_houses")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_name_needs_no_place_where_the_site_has_none(database: Database) -> None:
    with serve(database, Settings(database_url="")) as address:
        found = httpx.post(address, data={"q": "Narrow", "a": ""}, headers=IN_PAGE).text
        nothing = httpx.post(address, data={"q": "Nothing Such", "a": ""}, headers=IN_PAGE).text
    assert "<h1>1 number</h1>" in found
    assert "1 need: change" in found
    assert "<h1>Nothing has this name</h1>" in nothing
    assert "Look farther" not in nothing


def test_what_to_keep_away_from_is_never_suggested_away(client: httpx.Client, listed: str) -> None:
    asked = {"a": "33130", "n": "shelter", "c": "Miami, FL", "e": "60"}
    page = client.post("/", data=asked).text
    assert "305 555 0142" not in page
    assert "At least 60 miles from Miami, FL." in page
    assert 'name="d"' not in page
    assert '<input type="hidden" name="c" value="Miami, FL">' in page
    assert "305 555 0142" in client.post("/", data={**asked, "c": "Tampa, FL"}).text


def test_a_confidential_place_that_may_be_too_near_is_asked(database: Database, client: httpx.Client) -> None:
    with database.transaction() as session:
        make_service(session, kind("safe-house"), name="Seagrape", area="US-FL-331")
    page = client.post("/", data={"a": "33130", "n": "shelter", "c": "33130", "e": "10"}).text
    assert _headings(page, "private") == ["Seagrape"]
    assert "Far enough from 33130 (Miami, FL): ask" in page


@pytest.mark.parametrize(
    ("field", "said"), [("c", "To keep away from:"), ("a", "Several places"), ("f", "Coming from:")]
)
def test_any_place_may_have_to_be_cleared_up(client: httpx.Client, listed: str, field: str, said: str) -> None:
    asked = {"a": "33130", "n": "shelter", "w": "trans-women", "e": "100", field: "Portland"}
    page = client.post("/", data=asked).text
    offered = re.findall(rf'<button form="keep" name="{field}" value="([^"]*)">', page)
    assert said in page
    assert len(offered) > 2
    assert f'<input type="hidden" name="{field}"' not in page
    assert '<input type="hidden" name="w" value="trans-women">' in page
    chosen = client.post("/", data={**asked, field: offered[0]}).text
    assert "everal places" not in chosen
    assert f'<input type="hidden" name="{field}" value="{offered[0]}">' in chosen


@pytest.mark.parametrize(("field", "said"), [("c", "The place to keep away from"), ("f", "Where they come from")])
def test_another_place_that_is_not_known_is_not_repeated(client: httpx.Client, field: str, said: str) -> None:
    page = client.post("/", data={"a": "33130", "n": "shelter", "o": "tonight", field: "Atlantis Nowhere"}).text
    assert f"{said} is not known here." in page
    assert "Atlantis" not in page
    assert 'name="o" value="tonight" autocomplete="off" checked' in page


def test_the_form_shows_again_what_was_asked(client: httpx.Client) -> None:
    asked = {
        "a": "33130", "q": "Luz", "n": "shelter", "o": "tonight", "g": "16", "h": ["12", "3"], "i": ["m", ""],
        "p": "14", "f": "Texas", "c": "Tampa, FL", "e": "100", "x": "e",
    }  # fmt: skip
    page = client.post("/", data=asked).text
    assert 'id="q" name="q" type="text" value="Luz"' in page
    assert 'id="f" name="f" type="text" value="Texas"' in page
    assert 'id="c" name="c" type="text" value="Tampa, FL"' in page
    chosen = re.findall(r'<select [^>]*name="(\w)".*?</select>', page, re.DOTALL)
    selects = re.findall(r"<select .*?</select>", page, re.DOTALL)
    values = [re.findall(r'value="([^"]*)" selected', one) for one in selects]
    by_name: dict[str, list[str]] = {}
    for name, value in zip(chosen, values, strict=True):
        by_name.setdefault(name, []).extend(value)
    assert by_name == {
        "b": [], "m": ["shelter"], "g": ["16"], "p": ["14"], "h": ["12", "3"], "i": ["m", "", "", ""], "k": ["25"],
        "e": ["100"],
    }  # fmt: skip
