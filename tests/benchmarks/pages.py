"""What answers over HTTP cost: processor time of the server for each, and how long sixteen visitors at once wait."""

import os
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from itertools import cycle, islice
from typing import Any
from urllib.parse import urlencode

import msgspec

from tests.benchmarks.search_server import OURS
from tests.benchmarks.synthetic import Asked
from tests.benchmarks.timing import percentile, processor_seconds
from tests.benchmarks.visitors import AT_ONCE, Form, form_of, networks

_ROUNDS = 3
_FORM = "application/x-www-form-urlencoded"


def measure_http(url: str, asked: Sequence[Asked], *, requests: int) -> dict[str, Any]:
    """Figures of the pages over a filled database.

    Args:
        url: of the database.
        asked: questions in a mixed order.
        requests: how many of each kind are sent in each of three rounds; twice as many by visitors at once.
    """
    forms = [form_of(question) for _, question in asked if question.near is not None]
    costs = _costs(url, list(islice(cycle(forms), requests)))
    return costs | _waits(url, list(islice(cycle(forms), 2 * requests)))


# ---------------------------------------------------------------- processor time


def _costs(url: str, forms: Sequence[Form]) -> dict[str, float]:
    """Microseconds of the server's processor for one answer of each kind: the middle of three rounds."""
    figures: dict[str, list[float]] = defaultdict(list)
    command = [sys.executable, "-m", "tests.benchmarks.search_server", url]
    with _started(command) as (server, line):
        port, pid = map(int, line.split())
        asking = _Asking(port, forms)
        asking.pages(len(forms))
        for _ in range(_ROUNDS):
            for name, ask in (
                ("hello_us", lambda count: asking.ours("hello", count)),
                ("static_page_us", lambda count: asking.ours("page", count)),
                ("search_page_us", asking.pages),
                ("search_json_us", lambda count: asking.ours("search", count)),
            ):
                before = processor_seconds(pid)
                ask(len(forms))
                figures[name].append((processor_seconds(pid) - before) / len(forms) * 1e6)
        asking.close()
        server.terminate()
    return {name: round(statistics.median(values), 1) for name, values in figures.items()}


class _Asking:
    """One visitor after the other, on one kept connection."""

    def __init__(self, port: int, forms: Sequence[Form]) -> None:
        self._connection = HTTPConnection("127.0.0.1", port)
        self._bodies = cycle([urlencode(form).encode() for form in forms])
        self._networks = networks()

    def ours(self, name: str, count: int) -> None:
        for _ in range(count):
            self._connection.request("GET", OURS + name)
            self._read()

    def pages(self, count: int) -> None:
        for body in islice(self._bodies, count):
            headers = {"X-In-Page": "1", "Content-Type": _FORM, "X-Forwarded-For": next(self._networks)}
            self._connection.request("POST", "/", body, headers)
            self._read()

    def close(self) -> None:
        self._connection.close()

    def _read(self) -> None:
        response = self._connection.getresponse()
        body = response.read()
        if response.status != 200 or not body:
            msg = f"the server of the benchmark answers {response.status}: {body[:200]!r}"
            raise RuntimeError(msg)


# ---------------------------------------------------------------- many at once


def _waits(url: str, forms: Sequence[Form]) -> dict[str, Any]:
    """What visitors at once wait for pages of ``handrail serve``, one process for each processor; the middle of three.

    End to end and on the clock: from the first byte sent to the last received, in a process of their own.
    """
    processes = len(os.sched_getaffinity(0))
    environment = os.environ | {"HANDRAIL_DATABASE_URL": url}
    command = [sys.executable, "-m", "web.cli", "serve", "--port", "0"]
    with ExitStack() as stack:
        sites = [stack.enter_context(_started(command, environment)) for _ in range(processes)]
        addresses = [line.split(" is at ")[1].split()[0] for _, line in sites]
        visitors = [sys.executable, "-m", "tests.benchmarks.visitors", str(_ROUNDS + 1), *addresses]
        answered = subprocess.run(visitors, input=msgspec.json.encode(forms), stdout=subprocess.PIPE, check=True).stdout
        _warming_up, *rounds = [msgspec.json.decode(line, type=list[float]) for line in answered.splitlines()]
        for site, _ in sites:
            site.terminate()
    return {
        "page_p50_ms_c16": round(statistics.median(percentile(times, 50) for times in rounds), 2),
        "page_p99_ms_c16": round(statistics.median(percentile(times, 99) for times in rounds), 2),
        # As many are always under way, so each second there are as many answers as fit into that many waits.
        "pages_per_second_c16": round(AT_ONCE * 1000 / statistics.mean(statistics.mean(times) for times in rounds)),
        "processes_c16": processes,
    }


@contextmanager
def _started(
    command: Sequence[str], environment: dict[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server, and the line with which it says that it is ready."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            if not line:
                msg = "a server of the benchmark did not start"
                raise RuntimeError(msg)
            yield server, line
        finally:
            server.terminate()
