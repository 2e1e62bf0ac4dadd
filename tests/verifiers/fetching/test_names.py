"""Name servers, asked for real over loopback."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import TypeVar

import dns.asyncresolver
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from verifiers.fetching.names import NameServers, NamesUnansweredError, UnknownNameError

_T = TypeVar("_T")
_ZONE = {
    ("both.example.org.", "A"): ["44.0.0.1", "44.0.0.2"],
    ("both.example.org.", "AAAA"): ["2600::1"],
    ("four.example.org.", "A"): ["44.0.0.3"],
    ("many.example.org.", "A"): [f"44.0.1.{number}" for number in range(40)],
    ("mail.example.org.", "MX"): ["10 mx.example.org."],
    ("example.org.", "NS"): ["NS1.Sedoparking.com.", "ns2.sedoparking.com."],
}


class _Server(asyncio.DatagramProtocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        asked = dns.message.from_wire(data)
        answer = dns.message.make_response(asked)
        answer.flags |= dns.flags.RA
        question = asked.question[0]
        name, kind = question.name.to_text(), dns.rdatatype.to_text(question.rdtype)
        if name == "slow.example.org.":
            return
        if name == "broken.example.org.":
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif (name, kind) in _ZONE:
            answer.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", kind, _ZONE[name, kind]))
        elif not any(name == known for known, _ in _ZONE):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        self._transport.sendto(answer.to_wire(max_size=4096), addr)  # type: ignore[attr-defined] # of datagrams


def _asking(ask: Callable[[NameServers], Awaitable[_T]]) -> _T:
    async def asking() -> _T:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(_Server, ("127.0.0.1", 0), family=socket.AF_INET)
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], transport.get_extra_info("sockname")[1]
        resolver.timeout = 0.5
        try:
            return await ask(NameServers(resolver))
        finally:
            transport.close()

    return asyncio.run(asking())


def test_all_addresses_are_told_those_of_ipv4_first() -> None:
    *of_ipv4, last = _asking(lambda names: names.addresses("both.example.org"))
    assert (sorted(of_ipv4), last) == (["44.0.0.1", "44.0.0.2"], "2600::1")
    assert _asking(lambda names: names.addresses("four.example.org")) == ("44.0.0.3",)


def test_a_name_that_does_not_exist_is_surely_unknown() -> None:
    with pytest.raises(UnknownNameError):
        _asking(lambda names: names.addresses("nobody.example.org"))


@pytest.mark.parametrize("name", ["broken.example.org", "mail.example.org", "many.example.org", "a..b", "a" * 70])
def test_everything_else_says_nothing(name: str) -> None:
    with pytest.raises(NamesUnansweredError):
        _asking(lambda names: names.addresses(name))


def test_a_name_server_that_says_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifiers.fetching.names.MOST_SECONDS", 1.0)
    with pytest.raises(NamesUnansweredError):
        _asking(lambda names: names.addresses("slow.example.org"))


def test_who_answers_for_a_domain() -> None:
    servers = _asking(lambda names: names.nameservers("example.org"))
    assert sorted(servers) == ["ns1.sedoparking.com", "ns2.sedoparking.com"]
    assert _asking(lambda names: names.nameservers("nobody.example.org")) == ()
