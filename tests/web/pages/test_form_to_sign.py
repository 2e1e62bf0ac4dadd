"""The blank form behind its press: whole words in a language that somebody has read, and no trace of who asked."""

import re

import httpx
import pytest

from directory.db import Database
from tests.services import serve
from tests.web.conftest import IN_PAGE, settings
from tests.web.paper.reading import need_tools
from web.languages import approved
from web.paper.release_form import release_form_pdf
from web.wording import Wording

PRESS = {"z": "pinned:0", "P": "s"}
one_database = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture(scope="module", autouse=True)
def tools() -> None:
    need_tools()


@one_database
def test_the_press_stands_in_a_fold_with_the_languages_of_the_form(client: httpx.Client) -> None:
    for language, named in (("en", "English"), ("es", "Español, English"), ("ko", "English")):
        page = client.post("/", data={"u": language, "z": "pinned:0"}).text
        fold = page.partition(f"<span>{Wording(language)('form.open')}</span></summary>")[2].partition("</details>")[0]
        assert f'<button form="file" name="P" value="s">{Wording(language)("form.make")}</button>' in fold
        assert re.findall(r'<span class="small muted">(.*?)</span></div>', fold) == [named]


@one_database
def test_a_form_comes_in_the_language_of_the_page_and_in_english_beside_it(client: httpx.Client) -> None:
    english, spanish = Wording("en"), Wording("es")
    for language, spoken in (("en", [english]), ("es", [spanish, english]), ("ko", [english])):
        answer = client.post("/", data={"u": language, **PRESS})
        assert answer.content == release_form_pdf(spoken, paper="letter"), language
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"] == 'attachment; filename="document.pdf"'
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("language", ["ar", "ko"])
def test_a_language_that_a_person_has_read_is_signed_in(sqlite_database: Database, language: str) -> None:
    read = settings(reviewed_languages=approved(settings(), language), country="CA")
    with serve(sqlite_database, read) as address:
        answer = httpx.post(f"{address}/", headers=IN_PAGE, timeout=30, data={"u": language, **PRESS})
    assert answer.content == release_form_pdf([Wording(language, lent=""), Wording("en")], paper="letter")


@one_database
def test_whoever_asks_whatever_else_is_ticked_gets_the_same_form(client: httpx.Client, listed: str) -> None:
    plain = client.post("/", data={"u": "en", **PRESS}).content
    for more in ({"1": "1", "5": "0", "3": "doctor", "4": "wallet"}, {"z": f"{listed}:voice"}, {"z": "none:voice"}):
        assert client.post("/", data={"u": "en", **PRESS, **more}).content == plain
    refused = client.post("/", data={"u": "en", "z": "pinned:0", "P": "x"})
    assert (refused.status_code, refused.headers["content-type"][:9]) == (400, "text/html")


@one_database
def test_without_script_it_comes_once_from_an_address_that_tells_nothing(without_script: httpx.Client) -> None:
    sent_on = without_script.post("/", data={"u": "en", **PRESS}, follow_redirects=False)
    address = sent_on.headers["location"]
    assert re.fullmatch(r"/v/[\w-]+", address)
    assert without_script.get(address).content.startswith(b"%PDF")
    assert without_script.get(address).headers["content-type"].startswith("text/html")
