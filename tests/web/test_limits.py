"""How much one network may ask, that nobody can take the places of others, and that what is kept names nobody."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from directory.db import Database
from tests.services import serve
from tests.web.conftest import IN_PAGE, settings
from web.forms import MOST_BYTES
from web.headers import STRICT_HEADERS, answer_with
from web.limits import RequestCap, network_of

SEARCH = {"a": "33130", "n": "sane"}
Receive = Callable[[], Awaitable[Any]]


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Asking:
    """One search on its way: its words come when told to, and what was answered stands in ``sent``."""

    def __init__(self, cap: RequestCap, host: str = "192.0.2.7", *, method: str = "POST", reads: bool = True) -> None:
        self.sent: list[Any] = []
        self._reads = reads
        self._words: asyncio.Queue[Any] = asyncio.Queue()
        scope: Any = {"type": "http", "method": method, "path": "/", "headers": [], "client": (host, 1)}
        self.task = asyncio.ensure_future(cap(scope, self._words.get, self._send))

    async def _send(self, message: Any) -> None:
        self.sent.append(message)
        if not self._reads:
            await asyncio.Event().wait()

    def say(self, words: bytes = b"", *, more: bool = False) -> None:
        """Send words of the body."""
        self._words.put_nowait({"type": "http.request", "body": words, "more_body": more})

    def leave(self) -> None:
        """Go away."""
        self._words.put_nowait({"type": "http.disconnect"})

    @property
    def status(self) -> int:
        status: int = self.sent[0]["status"]
        return status

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])


async def _answers(_scope: Any, receive: Receive, send: Any) -> None:
    body = (await receive())["body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _status(cap: RequestCap, host: str = "192.0.2.7", method: str = "POST") -> int:
    return _answer(cap, host, method).status


def _answer(cap: RequestCap, host: str = "192.0.2.7", method: str = "POST", words: bytes = b"") -> Asking:
    async def ask() -> Asking:
        asking = Asking(cap, host, method=method)
        asking.say(words)
        await asking.task
        return asking

    return asyncio.run(ask())


def _cap(clock: Clock, app: Any = _answers, **limits: Any) -> RequestCap:
    return RequestCap(app, refuse=_refuse, clock=clock, **{"burst": 2, "per_second": 0.5, **limits})


async def _refuse(_scope: Any, status: int, send: Any, *headers: tuple[bytes, bytes]) -> None:
    pages = {408: b"slow", 413: b"long", 429: b"busy"}
    await answer_with(pages[status], status=status, send=send, headers=headers)


def test_a_network_that_asks_too_fast_waits_and_may_go_on() -> None:
    clock = Clock()
    cap = _cap(clock)
    assert [_status(cap) for _ in range(3)] == [200, 200, 429]
    clock.now += 2
    assert [_status(cap) for _ in range(2)] == [200, 429]


def test_another_network_does_not_wait() -> None:
    cap = _cap(Clock())
    assert [_status(cap) for _ in range(3)] == [200, 200, 429]
    assert _status(cap, "198.51.100.7") == 200


def test_addresses_of_one_network_share_what_they_may_ask() -> None:
    cap = _cap(Clock())
    assert [_status(cap, f"192.0.2.{last}") for last in (1, 2, 3)] == [200, 200, 429]


def test_pages_that_are_no_search_are_never_held_back() -> None:
    cap = _cap(Clock(), at_once=0, open_each=0)
    assert [_status(cap, method=method) for method in ("GET", "HEAD", "GET")] == [200, 200, 200]
    assert _status(cap) == 429


def test_the_busy_page_says_when_to_come_back() -> None:
    asking = _answer(_cap(Clock(), at_once=0))
    assert asking.headers[b"retry-after"] == b"60"
    assert asking.sent[1]["body"] == b"busy"


def test_the_words_of_a_search_arrive_as_they_were_sent() -> None:
    async def in_parts() -> Asking:
        asking = Asking(_cap(Clock()))
        for part in (b"a=33", b"130&n=", b"sane"):
            asking.say(part, more=True)
        asking.say()
        await asking.task
        return asking

    assert asyncio.run(in_parts()).sent[1]["body"] == b"a=33130&n=sane"
    assert _answer(_cap(Clock()), words=b"x" * MOST_BYTES).status == 200
    assert _answer(_cap(Clock()), words=b"x" * (MOST_BYTES + 1)).status == 413


def test_waiting_for_words_takes_no_place_from_others() -> None:
    async def ask() -> int:
        cap = _cap(Clock(), at_once=1)
        slow = [Asking(cap, f"203.0.{number}.1") for number in range(20)]
        await asyncio.sleep(0)
        other = Asking(cap)
        other.say()
        await other.task
        for asking in slow:
            asking.leave()
            await asking.task
            assert asking.sent == []
        return other.status

    assert asyncio.run(ask()) == 200


def test_one_network_has_few_searches_open_and_gets_its_places_back() -> None:
    async def ask() -> list[int]:
        cap = _cap(Clock(), open_each=3, burst=9)
        slow = [Asking(cap) for _ in range(3)]
        await asyncio.sleep(0)
        refused, other = Asking(cap), Asking(cap, "198.51.100.7")
        other.say()
        await asyncio.gather(refused.task, other.task)
        assert refused.headers[b"connection"] == b"close"
        for asking in slow:
            asking.say()
            await asking.task
        again = Asking(cap)
        again.say()
        await again.task
        assert not cap._open
        return [refused.status, other.status, *(asking.status for asking in slow), again.status]

    assert asyncio.run(ask()) == [429, 200, 200, 200, 200, 200]


def test_words_that_do_not_come_in_time_end_in_a_page_and_a_closed_connection() -> None:
    async def ask() -> Asking:
        asking = Asking(_cap(Clock(), body_seconds=0.05))
        asking.say(b"a=3", more=True)
        await asking.task
        return asking

    asking = asyncio.run(ask())
    assert (asking.status, asking.headers[b"connection"]) == (408, b"close")
    assert asking.sent[1]["body"] == b"slow"


def test_whoever_reads_an_answer_slowly_takes_no_place_from_others() -> None:
    async def ask() -> int:
        cap = _cap(Clock(), at_once=1)
        slow = Asking(cap, "203.0.113.1", reads=False)
        slow.say()
        await asyncio.sleep(0.01)
        assert len(slow.sent) == 1
        other = Asking(cap)
        other.say()
        await other.task
        slow.task.cancel()
        return other.status

    assert asyncio.run(ask()) == 200


def test_no_more_run_at_once_than_there_are_places() -> None:
    async def ask() -> tuple[int, int]:
        gate = asyncio.Event()

        async def waits(scope: Any, receive: Receive, send: Any) -> None:
            await gate.wait()
            await _answers(scope, receive, send)

        cap = _cap(Clock(), waits, at_once=1)
        first = Asking(cap, "203.0.113.1")
        first.say()
        await asyncio.sleep(0.01)
        second = Asking(cap)
        second.say()
        await second.task
        gate.set()
        await first.task
        return first.status, second.status

    assert asyncio.run(ask()) == (200, 429)


def test_the_key_is_thrown_away_every_hour() -> None:
    clock = Clock()
    cap = _cap(clock, per_second=0)
    assert [_status(cap) for _ in range(3)] == [200, 200, 429]
    before = set(cap._buckets)
    clock.now += 3_601
    assert _status(cap) == 200
    assert not before & set(cap._buckets)


def test_the_key_goes_also_when_nobody_asks_any_more() -> None:
    clock = Clock()
    cap = _cap(clock)
    _status(cap)
    secret = cap._secret
    clock.now += 3_599
    cap.turn()
    assert (cap._secret, len(cap._buckets)) == (secret, 1)
    clock.now += 1
    cap.turn()
    assert cap._secret != secret
    assert not cap._buckets


def test_what_is_kept_holds_no_address() -> None:
    cap = _cap(Clock())
    _status(cap, "192.0.2.7")
    assert [len(key) for key in cap._buckets] == [32]
    assert network_of("192.0.2.7") not in next(iter(cap._buckets))


def test_networks_are_cut_as_said() -> None:
    assert network_of("192.0.2.7") == network_of("::ffff:192.0.2.99") != network_of("192.0.3.7")
    assert network_of("2001:db8:1:200::1") == network_of("2001:db8:1:2ff::9%eth0") != network_of("2001:db8:1:300::1")
    assert network_of("testclient") == network_of("")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_site_that_is_asked_too_fast_says_so_and_keeps_its_lines(client: httpx.Client) -> None:
    statuses = {client.post("/", data=SEARCH).status_code for _ in range(200)}
    assert statuses == {200, 429}
    busy = client.post("/", data=SEARCH)
    assert "1 888 373 7888" in busy.text
    assert busy.headers["retry-after"] == "60"
    assert client.get("/").status_code == 200


@pytest.fixture
def port(database: Database) -> Iterator[int]:
    """Where a site listens."""
    with serve(database, settings()) as address:
        yield int(address.rpartition(":")[2])


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_one_client_that_never_finishes_turns_search_off_for_nobody_else(port: int) -> None:
    head = (
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\n"
    )
    with ExitStack() as stack, httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=IN_PAGE) as client:
        idle = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(75)]
        began = time.monotonic()
        for connection in idle:
            connection.sendall(head + b"a=1")
        others = [client.post("/", data=SEARCH, headers={"x-forwarded-for": f"198.51.{n}.9"}) for n in range(5)]
        assert [answer.status_code for answer in others] == [200] * 5
        assert client.get("/").status_code == 200
        answers = [_all_of(connection) for connection in idle]
        assert time.monotonic() - began < 15
    assert {answer.split()[1] for answer in answers} == {b"408", b"429"}
    assert sum(answer.split()[1] == b"408" for answer in answers) <= 16
    for answer in answers:
        assert b"connection: close" in answer.lower()
        assert b"1 888 373 7888" in answer
        assert all(name.encode() in answer for name in STRICT_HEADERS)


def _all_of(connection: socket.socket) -> bytes:
    """Everything until the other side closes."""
    connection.settimeout(20)
    parts = list(iter(lambda: connection.recv(65_536), b""))
    return b"".join(parts)
