"""Visitors of the site: searches as forms, each from a network of its own, and sixteen of them at once.

The site lets one network ask only so often. So every request says, as a proxy in front of the site would say it
(``X-Forwarded-For``), that it comes from another network: the limits stay as they are and do their work for each.

``python -m tests.benchmarks.visitors ROUNDS ADDRESS...`` reads forms as JSON and writes, for every round, one line of
JSON with the milliseconds of every answer. It is a process of its own, so that neither side measures the other's work.
"""

import itertools
import selectors
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode, urlsplit

import msgspec

from directory.places.regions import country, region
from directory.search.answer import Question
from web.pages.asking import USUAL_BEYOND, Asked

AT_ONCE = 16
_KM_PER_MILE = 1.609344
_LARGEST_RADIUS_MILES = 500
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length:"

Form = list[tuple[str, str]]


def form_of(question: Question) -> Form:
    """The fields of the form that asks a question, as far as the page can ask it (places in the United States)."""
    if question.near is None or question.near.postal is None:
        msg = "visitors ask from a ZIP code"
        raise ValueError(msg)
    away = question.away_from
    asked = Asked(
        place=question.near.postal,
        name=question.name,
        need=question.need,
        language=question.languages[0] if question.languages else "",
        open=question.open,
        who=question.who,
        minor_age=question.minor_age,
        children=question.children,
        group=question.group,
        barriers=question.barriers,
        level=question.trauma_informed or "",
        radius=_miles(question.within_km),
        origin=_origin(question.accepts_from or ""),
        away=(away.postal or "") if away else "",
        beyond=_miles(question.beyond_km) if away else USUAL_BEYOND,
    )
    return asked.hidden()


def _origin(code: str) -> str:
    """A state or nation as people write it."""
    nation, _, part = code.partition("-")
    found = region(part, nation) if part else country(nation)
    return found.name if found else ""


def _miles(km: float) -> int:
    return min(round(km / _KM_PER_MILE), _LARGEST_RADIUS_MILES)


def networks() -> Iterator[str]:
    """Addresses of invented visitors, of which no two are in one network."""
    return (f"10.{number >> 8 & 255}.{number & 255}.7" for number in itertools.count())


def posted(form: Form, *, host: str, visitor: str) -> bytes:
    """A search as the script of a page sends it, through a proxy."""
    body = urlencode(form).encode()
    head = (
        f"POST / HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-For: {visitor}\r\nUser-Agent: benchmark\r\n"
        "X-In-Page: 1\r\nAccept: */*\r\nAccept-Language: en-US,en;q=0.5\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Visitor:
    """A connection that is kept open, and the answer that comes on it."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.host = parts.netloc
        self.socket = socket.create_connection((parts.hostname or "", parts.port or 80))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = bytearray()
        self._missing = -1
        self._asked_at = 0.0

    def ask(self, form: Form, visitor: str) -> None:
        """Send a search."""
        self._received.clear()
        self._missing = -1
        request = posted(form, host=self.host, visitor=visitor)
        self._asked_at = time.perf_counter()
        self.socket.sendall(request)

    def answered(self) -> float | None:
        """Read what has come; milliseconds from question to last byte once the answer is whole."""
        part = self.socket.recv(1 << 18)
        if not part:
            msg = "the site closed a connection"
            raise ConnectionError(msg)
        self._received += part
        if self._missing < 0:
            self._read_head()
        if self._missing < 0 or len(self._received) < self._missing:
            return None
        return (time.perf_counter() - self._asked_at) * 1000

    def _read_head(self) -> None:
        end = self._received.find(_END_OF_HEAD)
        if end < 0:
            return
        head = bytes(self._received[:end]).lower()
        if not head.startswith(b"http/1.1 200"):
            msg = f"the site answered {head[:16]!r}"
            raise ConnectionError(msg)
        length = head.index(_LENGTH) + len(_LENGTH)
        self._missing = end + len(_END_OF_HEAD) + int(head[length:].partition(b"\r\n")[0])


def ask_at_once(addresses: Sequence[str], forms: Sequence[Form]) -> list[float]:
    """Ask every form once, so many at a time, each visitor the next as soon as the last is answered; milliseconds."""
    visitors = [Visitor(addresses[number % len(addresses)]) for number in range(AT_ONCE)]
    waiting = zip(forms, networks(), strict=False)
    times: list[float] = []
    with selectors.DefaultSelector() as selector:
        for visitor in visitors:
            visitor.ask(*next(waiting))
            selector.register(visitor.socket, selectors.EVENT_READ, visitor)
        while len(times) < len(forms):
            for key, _ in selector.select():
                milliseconds = key.data.answered()
                if milliseconds is None:
                    continue
                times.append(milliseconds)
                following = next(waiting, None)
                if following is None:
                    selector.unregister(key.data.socket)
                else:
                    key.data.ask(*following)
    for visitor in visitors:
        visitor.socket.close()
    return times


def main() -> None:
    """Ask what stands on stdin."""
    rounds, *addresses = sys.argv[1:]
    forms = msgspec.json.decode(sys.stdin.buffer.read(), type=list[Form])
    for _ in range(int(rounds)):
        sys.stdout.buffer.write(msgspec.json.encode(ask_at_once(addresses, forms)) + b"\n")


if __name__ == "__main__":
    main()
