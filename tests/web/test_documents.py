"""Without script a form is answered once, at an address that tells nothing; then that address is one neutral page."""

import re
from io import StringIO
from urllib.parse import urlencode

import httpx
import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.settings import TELLING_WORDS
from tests.services import serve
from tests.web.conftest import IN_PAGE, settings
from web.pages.asking import BARRIER, FIELDS, WHO
from web.sealing import TOKEN_LETTERS
from web.sizes import SIZES

SEARCH = {"a": "33130", "n": "shelter", "q": "Zanzibarium"}
BROWSER = {"accept": "text/html,application/xhtml+xml;q=0.9"}
NOTHING_HELD = "A" * TOKEN_LETTERS
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def _posted(client: httpx.Client, **form: str) -> str:
    """The address to which a form is sent on."""
    answer = client.post("/", data=form or SEARCH, follow_redirects=False)
    assert (answer.status_code, answer.content) == (303, b"")
    return answer.headers["location"]


def test_a_form_is_answered_at_an_address_that_tells_nothing(without_script: httpx.Client, listed: str) -> None:
    address = _posted(without_script, a="33130", n="shelter")
    assert re.fullmatch(rf"/v/[\w-]{{{TOKEN_LETTERS}}}", address)
    assert len(address) == len(_posted(without_script, l=listed))
    page = without_script.get(address)
    assert "<h1>1 number for 33130 (Miami, FL)</h1>" in page.text
    assert page.headers["cache-control"] == "no-store"


def test_both_ways_of_asking_get_the_same_page(without_script: httpx.Client, listed: str) -> None:
    for form in ({"a": "33130", "n": "shelter"}, {"l": listed}, {"u": "es"}, {"x": "s"}, {"a": "Portland", "n": "mat"}):
        in_page = without_script.post("/", data=form, headers=IN_PAGE)
        assert in_page.status_code == 200
        assert without_script.post("/", data=form).content == in_page.content


def test_pages_that_a_browser_shows_are_answered_so_that_it_does_not_keep_them(without_script: httpx.Client) -> None:
    assert without_script.get("/").status_code == 203
    assert without_script.post("/", data=SEARCH).status_code == 203
    assert without_script.get("/", headers={"accept": "*/*"}).status_code == 200


def test_an_address_answers_once_and_then_like_any_that_never_was(without_script: httpx.Client) -> None:
    address = _posted(without_script)
    assert "Zanzibarium" in without_script.get(address).text
    again, never = without_script.get(address), without_script.get(f"/v/{NOTHING_HELD}")
    others = [without_script.get(f"/v/{path}") for path in ("", "x", "x/y", "é", "a" * 9_000)]
    for neutral in (again, never, *others):
        assert neutral.status_code == 200
        assert neutral.content == never.content
        assert {name: neutral.headers[name] for name in never.headers if name != "date"} == {
            name: value for name, value in never.headers.items() if name != "date"
        }
    assert not any(word in never.text.casefold() for word in TELLING_WORDS)
    assert 'href="/"' in never.text
    assert 'id="leave"' in never.text


def test_after_a_restart_an_address_is_the_neutral_page(database: Database) -> None:
    with serve(database, settings()) as site:
        address = httpx.post(site, data=SEARCH).headers["location"]
    with serve(database, settings()) as site:
        assert httpx.get(site + address).content == httpx.get(f"{site}/v/{NOTHING_HELD}").content


def test_asking_for_its_head_does_not_use_an_address_up(without_script: httpx.Client) -> None:
    address = _posted(without_script)
    assert without_script.head(address).status_code == 200
    without_script.options(address)
    assert "Zanzibarium" in without_script.get(address).text


def test_a_form_with_everything_filled_in_has_room(without_script: httpx.Client) -> None:
    page = without_script.get("/").text
    ticked = {name: re.findall(rf'name="{name}" value="([^"]+)"', page) for name in (WHO, BARRIER)}
    assert len(ticked[WHO]) > 20
    text = "Santa María de los Ángeles y San Cristóbal de las Casas, México"
    form = {
        **ticked, "a": text, "q": text, "f": text, "c": text, "b": "es", "n": "shelter", "o": "tonight", "g": "16",
        "h": ["1", "2", "3", "4"], "i": ["f", "m", "f", "m"], "p": "14", "t": "assessed", "k": "250", "e": "500",
    }  # fmt: skip
    address = _posted(without_script, **form)  # type: ignore[arg-type]
    assert "That was too long" not in without_script.get(address).text


def test_what_has_no_room_is_refused_in_its_own_words(without_script: httpx.Client) -> None:
    letters = "".join(chr(0x4E00 + number * 7_919 % 20_000) for number in range(760))
    form = {field: letters[190 * at : 190 * (at + 1)] for at, field in enumerate("aqfc")}
    answer = without_script.post("/", data={**form, "n": "shelter"})
    assert (answer.status_code, "That was too long" in answer.text) == (413, True)
    assert without_script.post("/", content=b"a=" + b"x" * 70_000, headers=_form_headers()).status_code == 413


def _form_headers() -> dict[str, str]:
    return {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"email": "someone"}, 400),
        ({"n": "no-such-kind"}, 400),
        ({"l": "00000000-0000-4000-8000-000000000000"}, 404),
    ],
)
def test_a_browser_holds_no_body_of_a_post_that_was_refused(
    without_script: httpx.Client, form: dict[str, str], status: int
) -> None:
    refused = without_script.get(_posted(without_script, **form))
    assert refused.status_code == status
    assert "1 888 373 7888" in refused.text


def test_a_form_of_another_kind_is_refused_by_the_page_that_follows(without_script: httpx.Client) -> None:
    assert without_script.post("/", json=SEARCH).status_code == 415


def test_a_browser_that_asks_too_fast_is_sent_to_the_page_that_says_so(without_script: httpx.Client) -> None:
    answers = [without_script.post("/", data=SEARCH, follow_redirects=False) for _ in range(100)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({len(answer.headers["location"]) for answer in answers}) == 1
    last = [without_script.get(answer.headers["location"]) for answer in answers[60:]]
    assert {(busy.status_code, "Very busy just now" in busy.text) for busy in last} >= {(429, True)}
    assert "Zanzibarium" in without_script.get(answers[0].headers["location"]).text
    # Programs are told at once.
    told = {
        without_script.post("/", data=SEARCH, headers={"accept": "*/*"}, follow_redirects=False).status_code
        for _ in range(100)
    }
    assert told - {303} == {429}


def test_more_slashes_are_one(without_script: httpx.Client) -> None:
    assert without_script.post("//", data=SEARCH, follow_redirects=False).status_code == 303
    assert without_script.get("//").status_code == 203


def test_a_report_is_counted_once(database: Database, without_script: httpx.Client, listed: str) -> None:
    address = _posted(without_script, y=f"moved:{listed}")
    assert [_reports(database), "Thank you" in without_script.get(address).text, _reports(database)] == [0, True, 1]
    without_script.get(address)
    assert _reports(database) == 1


def _reports(database: Database) -> int:
    with database.reading() as session:
        return int(session.execute(sa.text("select count(*) from report_count")).scalar_one())


def test_nothing_of_it_is_logged(without_script: httpx.Client, logged: StringIO) -> None:
    address = _posted(without_script)
    without_script.get(address)
    without_script.get(address)
    _posted(without_script, email="Zanzibarium")
    assert logged.getvalue() == ""


def test_answers_come_in_few_sizes(without_script: httpx.Client, listed: str) -> None:
    forms: list[dict[str, str]] = [
        {"a": place, "n": need} for place in ("33130", "Wyoming") for need in ("sane", "mat")
    ]
    forms += [{"l": listed}, {"x": "s"}, {"x": "b"}, {"u": "es"}, {"y": f"moved:{listed}"}, {"n": "none"}]
    for form in forms:
        assert len(without_script.post("/", data=form).content) in SIZES, form
        assert int(without_script.post("/", data=form, headers=IN_PAGE).headers["content-length"]) in SIZES, form
    assert len(without_script.get(f"/v/{NOTHING_HELD}").content) in SIZES


def test_every_field_of_a_form_can_be_posted(without_script: httpx.Client) -> None:
    body = urlencode(dict.fromkeys(sorted(FIELDS), ""))
    assert without_script.post("/", content=body, headers={**BROWSER, **_form_headers()}).status_code == 203
