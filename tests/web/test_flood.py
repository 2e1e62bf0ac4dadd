"""Under a flood from one network, Tor's exits among them, everybody keeps the numbers that answer, and the way out."""

import re
from collections.abc import Iterator

import httpx
import pytest

from directory.db import Database
from directory.pinned import pinned_lines
from directory.values.phone import grouped
from tests.services import serve
from tests.web.conftest import IN_PAGE, settings
from web.limits import _MOST_NETWORKS, RequestCap

IN_BROWSER = {"accept": "text/html"}
# Two people behind one exit of Tor, who have nothing else in common.
EXIT = {"x-forwarded-for": "192.0.2.7"}
ONE = {"user-agent": "Tor Browser", "accept-language": "en", "accept-encoding": "gzip", "dnt": "1"}
OTHER = {"user-agent": "curl", "accept-language": "es", "cookie": "known=again", "referer": "https://example.org/"}
SEARCH = {"a": "33130", "n": "shelter"}
LEAVE = re.compile(r'<a class="leave" id="leave" href="https://[^"]+" rel="noreferrer nofollow"')


@pytest.fixture
def address(sqlite_database: Database) -> Iterator[str]:
    """Where a site is that nobody has asked yet."""
    with serve(sqlite_database, settings()) as address:
        yield address


@pytest.fixture
def flooded(address: str) -> Iterator[httpx.Client]:
    """Asks from a network that has asked too much."""
    with httpx.Client(base_url=address, headers=EXIT, follow_redirects=True) as client:
        asked = [client.post("/", data=SEARCH, headers=IN_PAGE).status_code for _ in range(70)]
        assert asked[-1] == 429
        yield client


def _digits(page: httpx.Response) -> bool:
    lines = pinned_lines("US").lines
    assert lines
    return all(grouped(line.number) in page.text for line in lines)


def test_the_front_page_and_every_error_still_answer_with_the_numbers_and_the_way_out(flooded: httpx.Client) -> None:
    for headers in (IN_BROWSER, {}):
        front = flooded.get("/", headers=headers)
        assert front.status_code in {200, 203}
        for page in (front, flooded.get("/nowhere", headers=headers), flooded.delete("/", headers=headers)):
            assert page.status_code != 429
            assert _digits(page)
            assert LEAVE.search(page.text)


def test_whoever_is_held_back_gets_the_numbers_too_by_every_door(flooded: httpx.Client) -> None:
    for headers in (IN_PAGE, IN_BROWSER, {}):
        page = flooded.post("/", data=SEARCH, headers=headers)
        assert page.status_code == 429
        assert _digits(page)
        assert LEAVE.search(page.text)
        assert "retry-after" in (page.history[0] if page.history else page).headers


def test_what_is_no_search_is_not_counted(flooded: httpx.Client) -> None:
    style = re.search(r'href="(/static/[^"]+\.css)"', flooded.get("/").text)
    assert style
    for path in (style[1], "/v/used", "/healthz", "/privacy.json"):
        assert {flooded.get(path).status_code for _ in range(70)} == {200}, path


def test_a_page_that_was_asked_for_before_the_flood_still_comes(address: str) -> None:
    with httpx.Client(base_url=address, headers=EXIT) as client:
        sealed = client.post("/", data=SEARCH, headers=IN_BROWSER).headers["location"]
        while client.post("/", data=SEARCH, headers=IN_PAGE).status_code != 429:
            pass
        assert client.get(sealed).status_code == 203


def test_others_search_meanwhile(flooded: httpx.Client) -> None:
    other = flooded.post("/", data=SEARCH, headers={**IN_PAGE, "x-forwarded-for": "198.51.100.7"})
    assert other.status_code == 200


def test_nobody_is_told_apart_or_asked_to_prove_anything(address: str) -> None:
    """No cookie, no header that decides, no puzzle, nothing of anybody else's: as Tor Browser needs it."""

    def shown(headers: dict[str, str], door: dict[str, str]) -> list[httpx.Response]:
        with httpx.Client(base_url=address, follow_redirects=True) as client:
            client.headers = httpx.Headers({"host": "x", **EXIT, **headers, **door})
            front = [client.get("/"), client.post("/", data=SEARCH), client.get("/nowhere")]
            return [*front, *([] if door else [client.get("/v/used")])]

    for door in (IN_PAGE, IN_BROWSER, {}):
        one, other = shown(ONE, door), shown(OTHER, door)
        assert [page.content for page in one] == [page.content for page in other]
        for page in (*one, *other):
            assert "set-cookie" not in page.headers
            # What a browser can unpack is no person's own; it decides only how the front page is packed.
            assert page.headers.get("vary", "accept-encoding") == "accept-encoding"
            assert not page.headers.keys() & {"etag", "last-modified", "accept-ch", "link", "report-to"}
            # The only other address is that of the exit.
            hosts = set(re.findall(r'(?:src|href|action|data)="(?:https?:)?//([^/"]+)', page.text))
            assert hosts <= {"www.weather.gov"}


def test_a_site_without_script_holds_nobody_back_for_it(address: str) -> None:
    with httpx.Client(base_url=address, headers={**EXIT, **IN_BROWSER}, follow_redirects=True) as client:
        answered = [client.post("/", data=SEARCH).status_code for _ in range(60)]
    # As many as with script: what a form is sent on to does not count once more.
    assert set(answered) == {203}


def test_what_is_remembered_of_networks_does_not_grow_with_their_number() -> None:
    cap = _cap()
    for number in range(_MOST_NETWORKS + 50):
        cap._takes_one(number.to_bytes(4, "big"))
    assert len(cap._buckets) == _MOST_NETWORKS
    assert number.to_bytes(4, "big") in cap._buckets


def test_no_two_processes_know_a_network_by_the_same_key() -> None:
    """The secret is random and is told to nobody, so what one of them holds means nothing anywhere else."""
    scope = {"type": "http", "client": ("192.0.2.7", 1)}
    keys = {_cap()._key(scope) for _ in range(3)}  # type: ignore[arg-type]
    assert len(keys) == 3


def _cap() -> RequestCap:
    async def nothing(*_: object) -> None:
        """Answer nobody."""

    return RequestCap(nothing, refuse=nothing)
