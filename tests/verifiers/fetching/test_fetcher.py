"""One GET: where it goes, how long it waits, how much it reads, and what it sends along."""

import asyncio
import gzip
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.verifiers import websites
from tests.verifiers.town import Host, Said, Town, run_in_town
from tests.verifiers.websites import html, paths, to
from verifiers.fetching.bodies import MOST_BYTES
from verifiers.fetching.fetcher import Fetched, Patience

_URL = "https://quietharbor.example.org"
_HOST = "quietharbor.example.org"


def _get(hosts: dict[str, Host], url: str = _URL, **how: Any) -> tuple[Fetched, Town]:
    async def get(town: Town) -> tuple[Fetched, Town]:
        return await town.fetcher().get(url, **how), town

    fetched: tuple[Fetched, Town] = run_in_town(hosts, get)
    return fetched


def test_a_connection_goes_to_the_address_that_was_looked_at() -> None:
    """The name means another machine a moment later, as name servers of attackers have it."""
    flips = [["44.0.0.1"], ["127.0.0.1"]]
    hosts = {_HOST: Host(paths(home=html(b"<p>here</p>")), addresses=flips)}
    fetched, town = _get(hosts)
    assert (fetched.status, fetched.problem) == (200, "")
    assert town.connected == [("44.0.0.1", 443)]
    assert town.looked_up == [_HOST]


def test_every_hop_is_looked_at_again() -> None:
    inside = Host(paths(), addresses=[["10.0.0.8"]])
    fetched, town = _get({_HOST: Host(paths(home=to("https://inside.test/"))), "inside.test": inside})
    assert fetched.problem == "refused"
    assert town.connected == [("44.0.0.1", 443)]


def test_three_redirects_are_followed_and_no_fourth() -> None:
    three = {_HOST: Host(paths(home=to("/a"), a=to("/b", 302), b=to("/c", 308), c=html(b"end")))}
    assert _get(three)[0].body == b"end"
    four = {_HOST: Host(paths(home=to("/a"), a=to("/b"), b=to("/c"), c=to("/d"), d=html(b"end")))}
    assert _get(four)[0].problem == "too many redirects"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "javascript:alert(1)", "data:text/html,x",
        f"https://{_HOST}:22/", f"http://{_HOST}:8080/", "http://127.0.0.1/", "http://[::1]/", "http://localhost/",
        "http://2130706433/", "http://017700000001/", "http://0x7f000001/", "http://127.1/", "http://1.1.1.1/", "",
        "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/", "http://example.org\\@127.0.0.1/", "http://exa mple.org/",
    ],
)  # fmt: skip
def test_what_is_no_public_page_is_not_even_looked_up(url: str) -> None:
    fetched, town = _get({_HOST: Host(paths(home=to(url)))}, url=url)
    assert fetched.problem == "refused"
    assert (town.looked_up, town.connected) == ([], [])


def test_names_and_passwords_in_an_address_are_not_sent() -> None:
    _, town = _get({_HOST: Host(paths(home=html(b"x")))}, url=f"https://somebody:secret@{_HOST}/")
    assert "authorization" not in town.asked[0].headers


def test_a_cookie_is_not_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    leads = Said(302, b"", {"location": "/b", "set-cookie": "id=1; Path=/"})
    fetched, town = _get({_HOST: Host(paths(home=leads, b=html(b"end")))})
    assert fetched.body == b"end"
    assert all("cookie" not in asked.headers for asked in town.asked)
    assert len(town.asked) == 2


def test_a_look_has_an_end_however_slowly_the_answer_comes() -> None:
    async def get(town: Town) -> tuple[Fetched, float]:
        began = time.monotonic()
        fetched = await town.fetcher(patience=Patience(connect=1, read=1, total=1.5)).get(_URL)
        return fetched, time.monotonic() - began

    for slow in (websites._drips_a_head, websites._drips_a_body, websites._says_nothing):
        fetched, seconds = run_in_town({_HOST: Host(paths(home=slow))}, get)
        assert (fetched.problem, fetched.body) == ("too slow", b"")
        assert seconds < 4


def test_as_much_is_read_as_is_looked_at() -> None:
    fetched, _ = _get({_HOST: Host(paths(home=websites._ten_gigabytes))})
    assert (fetched.problem, fetched.is_cut, len(fetched.body)) == ("", True, MOST_BYTES)


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip"])
def test_a_packed_page_is_unpacked_up_to_the_limit(encoding: str) -> None:
    # Sixteen times: an honest page of many like lines.
    packed = gzip.compress(b"".join(f"<p>line {number}</p>\n".encode() for number in range(60_000)))
    fetched, _ = _get({_HOST: Host(paths(home=Said(200, packed, {"content-encoding": encoding})))})
    assert (fetched.problem, fetched.is_cut, len(fetched.body)) == ("", True, MOST_BYTES)


def test_what_explodes_is_dropped() -> None:
    assert _get({_HOST: Host(paths(home=websites._bomb))})[0].problem == "too much"


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "aes128gcm"])
def test_what_is_packed_in_another_way_is_no_answer(encoding: str) -> None:
    assert _get({_HOST: Host(paths(home=Said(200, b"x", {"content-encoding": encoding})))})[0].problem == "no answer"


def test_marks_are_given_back_and_not_to_somebody_else() -> None:
    hosts = {
        _HOST: Host(paths(home=html(b"x", etag='"a"', last_modified="Thu, 26 Nov 2026 10:00:00 GMT"), b=to("https://b.test/"))),
        "b.test": Host(paths(home=html(b"y"))),
    }  # fmt: skip
    fetched, _ = _get(hosts)
    assert (fetched.etag, fetched.modified) == ('"a"', "Thu, 26 Nov 2026 10:00:00 GMT")
    _, town = _get(hosts, etag=fetched.etag, modified=fetched.modified)
    assert town.asked[0].headers["if-none-match"] == '"a"'
    _, town = _get(hosts, url=f"{_URL}/b", etag='"a"')
    assert ["if-none-match" in asked.headers for asked in town.asked] == [True, False]


def test_a_mark_that_could_be_anything_is_not_kept() -> None:
    fetched, _ = _get({_HOST: Host(paths(home=html(b"x", etag='"' + "a" * 200 + '"')))})
    assert fetched.etag == ""


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("120", 120.0), ("0", 0.0), ("99999999999", 30 * 86_400.0), ("soon", None), ("-5", None), ("", None)],
)
def test_how_long_a_host_asks_to_wait(text: str, seconds: float | None) -> None:
    assert _get({_HOST: Host(paths(home=html(b"x", 429, retry_after=text)))})[0].retry_after == seconds


def test_a_day_until_which_a_host_asks_to_wait() -> None:
    asked = "Fri, 31 Dec 2100 23:59:59 GMT"
    assert _get({_HOST: Host(paths(home=html(b"x", 429, retry_after=asked)))})[0].retry_after == 30 * 86_400


@pytest.mark.parametrize(
    ("certificate", "problem"),
    [
        ("good", ""), ("expired-3", "expired"), ("expired-30", "expired"), ("self-signed", "bad certificate"),
        ("other", "bad certificate"),
    ],
)  # fmt: skip
def test_a_certificate_is_held_against_the_name(certificate: str, problem: str) -> None:
    fetched, town = _get({_HOST: Host(paths(home=html(b"x")), certificate=certificate)})
    assert fetched.problem == problem
    assert round(fetched.expired_days) == {"expired-3": 3, "expired-30": 30}.get(certificate, 0)
    # To look at a certificate nothing is asked.
    assert len(town.asked) == (0 if problem else 1)


def test_a_host_that_may_not_be_asked_is_not_even_looked_up() -> None:
    hosts = {_HOST: Host(paths(home=to("https://b.test/"))), "b.test": Host(paths(home=html(b"y")))}
    fetched, town = _get(hosts, may_ask=lambda host: host == _HOST)
    assert (fetched.problem, fetched.host, town.looked_up) == ("elsewhere", "b.test", [_HOST])


def test_names_that_are_unknown_and_names_that_cannot_be_asked_are_two_things() -> None:
    async def get(town: Town) -> list[str]:
        town.unresolved.add(_HOST)
        return [(await town.fetcher().get(url)).problem for url in (_URL, "https://nobody.test/")]

    assert run_in_town({_HOST: Host(paths())}, get) == ["no names", "unknown name"]


def test_whoever_asks_can_be_reached() -> None:
    async def get(town: Town) -> str:
        await town.fetcher(contact="mailto:web@example.org").get(_URL)
        return town.asked[0].headers["user-agent"]

    agent = run_in_town({_HOST: Host(paths(home=html(b"x")))}, get)
    assert agent == "Mozilla/5.0 (compatible; Readback/1.0; +mailto:web@example.org)"


def test_many_looks_at_once_leave_nothing_open() -> None:
    async def get(town: Town) -> list[Fetched]:
        looks: list[Callable[[], Awaitable[Fetched]]] = [lambda: town.fetcher().get(_URL)] * 8
        return list(await asyncio.gather(*(look() for look in looks)))

    answers = run_in_town({_HOST: Host(paths(home=html(b"x")))}, get)
    assert [answer.body for answer in answers] == [b"x"] * 8
