"""How much one network may ask, and that what is kept for it names nobody."""

import asyncio
from typing import Any

import httpx
import pytest

from web.limits import RequestCap, network_of


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def _answers(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})


def _status(cap: RequestCap, host: str = "192.0.2.7", method: str = "POST") -> int:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError

    scope: Any = {"type": "http", "method": method, "path": "/", "headers": [], "client": (host, 1)}
    asyncio.run(cap(scope, receive, send))
    status: int = sent[0]["status"]
    return status


def _cap(clock: Clock, **limits: Any) -> RequestCap:
    return RequestCap(_answers, busy_page=b"busy", clock=clock, **{"burst": 2, "per_second": 0.5, **limits})


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
    cap = _cap(Clock(), at_once=0)
    assert [_status(cap, method=method) for method in ("GET", "HEAD", "GET")] == [200, 200, 200]
    assert _status(cap) == 429


def test_the_busy_page_says_when_to_come_back() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    cap = _cap(Clock(), at_once=0)
    scope: Any = {"type": "http", "method": "POST", "client": None}
    asyncio.run(cap(scope, None, send))  # type: ignore[arg-type]
    assert dict(sent[0]["headers"])[b"retry-after"] == b"60"
    assert sent[1]["body"] == b"busy"


def test_the_key_is_thrown_away_every_hour() -> None:
    clock = Clock()
    cap = _cap(clock, per_second=0)
    assert [_status(cap) for _ in range(3)] == [200, 200, 429]
    before = set(cap._buckets)
    clock.now += 3_601
    assert _status(cap) == 200
    assert not before & set(cap._buckets)


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
    statuses = {client.post("/", data={"a": "33130", "n": "sane"}).status_code for _ in range(200)}
    assert statuses == {200, 429}
    busy = client.post("/", data={"a": "33130", "n": "sane"})
    assert "1 888 373 7888" in busy.text
    assert busy.headers["retry-after"] == "60"
    assert client.get("/").status_code == 200
