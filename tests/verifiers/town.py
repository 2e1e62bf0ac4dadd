"""A town of invented sites on this machine: names, addresses, servers, and a sink for whoever goes astray.

Every host has an address of the public internet in the town's telephone book. Nobody connects to it: the town's network
leads it to a server on 127.0.0.1, and every other address to the sink, which counts. So the code under test looks up,
judges and pins addresses as it does anywhere.
"""

import asyncio
import datetime as dt
import itertools
import ssl
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import httpcore
import msgspec
from httpcore import AsyncNetworkBackend, AsyncNetworkStream

from tests.services.certificates import Authority, self_signed
from verifiers.fetching.fetcher import Fetcher, Patience
from verifiers.fetching.names import NamesUnansweredError, UnknownNameError
from verifiers.look import Look, Verifier
from verifiers.subject import Known

# Somebody's, and never connected to: the fence of tests would refuse it, and the benchmark has the same network.
_STREET = "44.0.0."
# Short enough for tests of servers that never end, long enough for a busy machine.
PATIENCE = Patience(connect=4.0, read=2.0, total=5.0)


class Asked(msgspec.Struct):
    """One request as it came."""

    host: str
    method: str
    path: str
    headers: dict[str, str]
    day: int


class Said(msgspec.Struct):
    """One answer; without ``is_whole`` the body is sent as it is, without a word on its length."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = {}
    is_whole: bool = True


Raw = Callable[[asyncio.StreamWriter], Awaitable[None]]
Handler = Callable[[Asked], Said | Raw]


class Host(msgspec.Struct):
    """A host: what it says, how it is found, and what certificate it shows.

    Attributes:
        handler: says what it answers.
        addresses: what name servers say, look by look, the last for good; its own address unless given.
        nameservers: of its domain.
        certificate: "good", "expired-3", "expired-30", "self-signed", "other".
    """

    handler: Handler
    addresses: list[list[str]] = []
    nameservers: tuple[str, ...] = ()
    certificate: str = "good"


class Town(AsyncNetworkBackend):
    """Names, network and servers in one."""

    def __init__(self, hosts: dict[str, Host]) -> None:
        self.hosts = hosts
        self.day = 0
        self.asked: list[Asked] = []
        self.connected: list[tuple[str, int]] = []
        self.looked_up: list[str] = []
        self.in_sink = 0
        self.strayed: list[str] = []
        self.unresolved: set[str] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._began = dt.datetime.now(dt.UTC)
        self._own = {name: f"{_STREET}{number}" for number, name in enumerate(hosts, 1)}
        self._at = {address: name for name, address in self._own.items()}
        self._ports: dict[str, int] = {}
        self._sink_port = 0
        self._real = httpcore.AnyIOBackend()
        self._counts: dict[str, itertools.count[int]] = {name: itertools.count() for name in hosts}
        self.trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    def fetcher(self, *, contact: str = "", patience: Patience = PATIENCE) -> Fetcher:
        """A fetcher that lives in this town."""
        return Fetcher(self, contact=contact, network=self, trusted=self.trusted, patience=patience, clock=self.now)

    def now(self) -> dt.datetime:
        """The time of the day that it is in town."""
        return self._began + dt.timedelta(days=self.day)

    def address_of(self, name: str) -> str:
        """The address of a host."""
        return self._own[name]

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Town"]:
        """Run the servers."""
        async with AsyncExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            for kind, context in self._contexts(folder).items():
                server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context, limit=2**20)
                stack.push_async_callback(_closed, server)
                self._ports[kind] = server.sockets[0].getsockname()[1]
            sink = await asyncio.start_server(self._swallow, "127.0.0.1", 0)
            stack.push_async_callback(_closed, sink)
            stack.push_async_callback(self._stop_serving)
            self._sink_port = sink.sockets[0].getsockname()[1]
            yield self

    def _contexts(self, folder: Path) -> dict[str, ssl.SSLContext | None]:
        authority = Authority()
        self.trusted.load_verify_locations(cadata=authority.pem)
        names = list(self.hosts) or ["nobody.example.org"]
        files = {
            "good": authority.sign(folder / "good", *names),
            "expired-3": authority.sign(folder / "expired-3", *names, ended_days_ago=3),
            "expired-30": authority.sign(folder / "expired-30", *names, ended_days_ago=30),
            "self-signed": self_signed(folder, *names),
            "other": authority.sign(folder / "other", "other.example.org"),
        }
        contexts: dict[str, ssl.SSLContext | None] = {"plain": None}
        for kind, file in files.items():
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(file)
            contexts[kind] = context
        return contexts

    # Names

    async def addresses(self, host: str) -> tuple[str, ...]:
        """See ``Names``."""
        self.looked_up.append(host)
        if host in self.unresolved:
            raise NamesUnansweredError
        if host not in self.hosts:
            raise UnknownNameError
        said = self.hosts[host].addresses or [[self._own[host]]]
        return tuple(said[min(next(self._counts[host]), len(said) - 1)])

    async def nameservers(self, domain: str) -> tuple[str, ...]:
        """See ``Names``."""
        found = (host.nameservers for name, host in self.hosts.items() if name.removeprefix("www.") == domain)
        return next(found, ())

    # Network

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's shape
        local_address: str | None = None,  # noqa: ARG002 - likewise
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002 - likewise
    ) -> AsyncNetworkStream:
        """Lead an address of the town to its server, and every other one to the sink."""
        self.connected.append((host, port))
        name = self._at.get(host)
        if name is None or port not in (80, 443):
            self.strayed.append(host)
            return await self._real.connect_tcp("127.0.0.1", self._sink_port, timeout)
        kind = "plain" if port == 80 else self.hosts[name].certificate
        return await self._real.connect_tcp("127.0.0.1", self._ports[kind], timeout)

    # Servers

    async def _swallow(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.in_sink += 1
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        # The town closes before some of its servers have said all.
        with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, asyncio.CancelledError):
            await self._answer(reader, writer)
        writer.close()
        self._serving.discard(task)

    async def _stop_serving(self) -> None:
        for task in list(self._serving):
            task.cancel()
        # Connections that are closed now are so at the next turn of the loop.
        await asyncio.gather(*self._serving, return_exceptions=True)
        await asyncio.sleep(0.05)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        asked = Asked(headers.get("host", "").partition(":")[0], method, path, headers, self.day)
        self.asked.append(asked)
        said = self.hosts[asked.host].handler(asked)
        if not isinstance(said, Said):
            await said(writer)
            return
        sent = {"connection": "close", **said.headers}
        if said.is_whole:
            sent["content-length"] = str(len(said.body))
        lines = [f"HTTP/1.1 {said.status} X", *(f"{name}: {value}" for name, value in sent.items()), "", ""]
        writer.write("\r\n".join(lines).encode() + said.body)
        await writer.drain()


async def _closed(server: asyncio.Server) -> None:
    server.close()
    await server.wait_closed()


def run_in_town(hosts: dict[str, Host], what: Callable[[Town], Awaitable[Any]]) -> Any:
    """Open a town, do something in it, and close it."""

    async def in_town() -> Any:
        async with Town(hosts).open() as town:
            return await what(town)

    return asyncio.run(in_town())


class Result(msgspec.Struct):
    """What was said of a case, look by look, what was remembered for it, and what was done for it."""

    each: list[str]
    last: Look
    memory: str
    in_sink: int
    strayed: list[str]
    asked: list[Asked]
    looked_up: list[str]

    @property
    def said(self) -> str:
        """What the last look says."""
        return self.each[-1]


class Case(Protocol):
    """Something to look at on some days, in a town of these hosts."""

    hosts: dict[str, Host]
    days: tuple[int, ...]

    def fact(self, memory: dict[str, Any]) -> Known:
        """The fact, with what was remembered for it."""


async def look_at(case: Case, made: Callable[[Fetcher], Verifier]) -> Result:
    """Open a town for a case and look at it on its days."""
    async with Town(case.hosts).open() as town:
        verifier = made(town.fetcher())
        memory: dict[str, Any] = {}
        each = []
        for day in case.days:
            town.day = day
            look = await verifier(case.fact(memory))
            each.append(look.outcome)
            # It goes through the database between two looks, where a kilobyte is kept.
            kept = msgspec.json.encode(look.memory)
            assert len(kept) <= 1024
            memory = msgspec.json.decode(kept)
        return Result(each, look, kept.decode(), town.in_sink, town.strayed, town.asked, town.looked_up)


def look_at_all(cases: Iterable[Case], made: Callable[[Fetcher], Verifier], *, at_once: int = 6) -> list[Result]:
    """Look at many cases."""

    async def looking() -> list[Result]:
        turn = asyncio.Semaphore(at_once)

        async def in_turn(case: Case) -> Result:
            async with turn:
                return await look_at(case, made)

        return await asyncio.gather(*map(in_turn, cases))

    return asyncio.run(looking())
