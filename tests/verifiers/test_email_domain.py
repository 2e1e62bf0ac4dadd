"""What a name server on this machine says of domains, and what is made of it."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.asyncresolver
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifiers import email_domain as module
from verifiers.email_domain import email_domain, machines_resolver
from verifiers.look import Look
from verifiers.subject import Known

# Name and kind -> records; what is not here is not there, and a name without any record does not exist.
ZONE: dict[str, dict[str, list[str]]] = {
    "mail.example.org.": {"A": ["127.0.0.1"]},
    "six.example.org.": {"AAAA": ["::1"]},
    "empty.example.org.": {"TXT": ['"nothing"']},
    "has-mail.example.org.": {"MX": ["10 mail.example.org."]},
    "has-mail-by-six.example.org.": {"MX": ["10 six.example.org."]},
    "second-host.example.org.": {"MX": ["20 mail.example.org.", "10 nowhere.example.org."]},
    "bare.example.org.": {"A": ["127.0.0.1"]},
    "bare-six.example.org.": {"AAAA": ["::1"]},
    "null.example.org.": {"MX": ["0 ."], "A": ["127.0.0.1"]},
    "null-and-more.example.org.": {"MX": ["0 .", "10 mail.example.org."]},
    "no-host.example.org.": {"MX": ["10 nowhere.example.org.", "20 empty.example.org."], "A": ["127.0.0.1"]},
    "many.example.org.": {"MX": [f"10 nowhere{n}.example.org." for n in range(9)]},
    "host-fails.example.org.": {"MX": ["10 nowhere.example.org.", "20 servfail.example.org."]},
    "xn--mller-kva.example.org.": {"MX": ["10 mail.example.org."]},
    "alias.example.org.": {"CNAME": ["has-mail.example.org."]},
}  # fmt: skip


class NameServer:
    """Answers over UDP on this machine, from ``ZONE``; ``servfail`` fails, ``silent`` never answers."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop by a datagram that is no question."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ending:
            ending.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            said, whose = self._socket.recvfrom(4096)
            if not said:
                return
            question = dns.message.from_wire(said)
            answer = self._answer(question)
            if answer is not None:
                self._socket.sendto(answer.to_wire(), whose)

    def _answer(self, question: dns.message.Message) -> dns.message.Message | None:
        asked = question.question[0]
        name, kind = asked.name.to_text().lower(), dns.rdatatype.to_text(asked.rdtype)
        self.asked.append(f"{name} {kind}")
        if name.startswith("silent"):
            return None
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        alias = ZONE.get(name, {}).get("CNAME")
        if alias:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "CNAME", *alias))
            name = alias[0]
        if name.startswith("servfail"):
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif name.startswith("refused"):
            answer.set_rcode(dns.rcode.REFUSED)
        elif name not in ZONE:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif kind in ZONE[name]:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *ZONE[name][kind]))
        return answer


@contextmanager
def serving() -> Iterator[tuple[NameServer, dns.asyncresolver.Resolver]]:
    """A name server, and a resolver that asks it alone."""
    server = NameServer()
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.port
    try:
        yield server, resolver
    finally:
        server.close()


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[NameServer, dns.asyncresolver.Resolver]]:
    with serving() as both:
        yield both


def look(resolver: dns.asyncresolver.Resolver, text: str, field: str = "email") -> Look:
    """One look at an address."""
    return asyncio.run(email_domain(resolver)(Known(1, field, {"text": text})))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("domain", "outcome"),
    [
        ("has-mail.example.org", "accepts"),
        ("HAS-MAIL.Example.ORG", "accepts"),
        ("has-mail-by-six.example.org", "accepts"),
        ("second-host.example.org", "accepts"),
        ("alias.example.org", "accepts"),
        ("müller.example.org", "accepts"),
        # No MX: mail goes to the domain's own address.
        ("bare.example.org", "accepts"),
        ("bare-six.example.org", "accepts"),
        # RFC 7505, also beside an address of its own; with other hosts it means nothing.
        ("null.example.org", "refuses"),
        ("null-and-more.example.org", "accepts"),
        ("empty.example.org", "refuses"),
        # Hosts without an address; the domain's own does not count then.
        ("no-host.example.org", "refuses"),
        ("gone.example.org", "gone"),
        # Nobody can tell.
        ("servfail.example.org", ""),
        ("refused.example.org", ""),
        ("host-fails.example.org", ""),
        ("many.example.org", ""),
    ],
)  # fmt: skip
def test_what_a_name_server_says_is_an_outcome_or_nothing(
    asked: tuple[NameServer, dns.asyncresolver.Resolver], domain: str, outcome: str
) -> None:
    assert look(asked[1], f"desk@{domain}") == Look(outcome)


def test_a_name_server_that_does_not_answer_says_nothing(
    asked: tuple[NameServer, dns.asyncresolver.Resolver], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_SECONDS", 0.3)
    assert look(asked[1], "desk@silent.example.org") == Look()


def test_no_name_server_at_all_says_nothing() -> None:
    resolver = dns.asyncresolver.Resolver(configure=False)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unheard:
        unheard.bind(("127.0.0.1", 0))
        resolver.nameservers, resolver.port = ["127.0.0.1"], unheard.getsockname()[1]
    # Nobody listens there any more.
    assert look(resolver, "desk@has-mail.example.org") == Look()


def test_only_the_domain_is_asked_for_and_no_mail_server_is_spoken_to() -> None:
    with serving() as (server, resolver):
        look(resolver, "maria.santos@has-mail.example.org")
        assert server.asked == ["has-mail.example.org. MX", "mail.example.org. A"]


@pytest.mark.parametrize(
    "text",
    [
        "", "@", "desk@", "@has-mail.example.org", "has-mail.example.org", "desk@localhost", "desk@[127.0.0.1]",
        "desk@a..b", "desk@" + "a" * 64 + ".org", "desk@" + "a." * 130 + "org", "desk@has mail.example.org",
        "desk@has-mail.example.org\r\nRCPT TO", "desk@ex\x00ample.org", "desk@\\046.example.org", "desk@*.example.org",
    ],
)  # fmt: skip
def test_what_is_no_address_is_not_asked_about(text: str) -> None:
    with serving() as (server, resolver):
        assert look(resolver, text) == Look()
        assert server.asked == []


def test_other_facts_and_values_say_nothing(asked: tuple[NameServer, dns.asyncresolver.Resolver]) -> None:
    check = email_domain(asked[1])
    assert look(asked[1], "desk@has-mail.example.org", "url") == Look()
    assert asyncio.run(check(Known(1, "email", {"number": 1}))) == Look()  # type: ignore[arg-type]


@given(st.text(max_size=300))
def test_no_text_is_too_odd_to_be_looked_at(text: str) -> None:
    resolver = dns.asyncresolver.Resolver(configure=False)
    assert look(resolver, text).outcome == ""
    assert look(resolver, f"desk@{text}").outcome == ""


def test_the_machines_own_resolver_is_asked_for_whole_names() -> None:
    assert isinstance(machines_resolver(), dns.asyncresolver.Resolver)
