"""Pages are read in a process that may do nothing else, and whatever a page was made to do ends there."""

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from directory import limited
from tests.verifiers import pages_of as pages
from verifiers.pages.reading import allowed_by, read_pages
from verifiers.pages.shapes import Body, Rules

_URL = "https://quietharbor.example.org/"


def test_pages_are_read_in_their_order_and_compared_with_the_first() -> None:
    bodies = [
        Body(body, _URL, organization=pages.ORGANIZATION) for body in (pages.HOME, pages.WITH_NUMBER, pages.CASINO)
    ]
    home, number, casino = asyncio.run(read_pages(*bodies))
    assert (home.says_organization, number.says_organization, casino.says_organization) == (True, True, False)
    assert home.likeness == 1.0
    assert 0.7 < number.likeness < 1.0
    assert casino.likeness < 0.2


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 100_000, b"<table><tr><td>" * 30_000, b"<b><i>" * 80_000, b"<a href='" * 50_000, b"<" * 500_000,
        b"&amp" * 100_000, b"<!--" * 100_000, b"<script>" * 60_000, b"<svg><math>" * 40_000, b"\x00" * 500_000,
        b"<title>" + b"404 " * 100_000, b"305-555-0142 " * 40_000, b'<a href="tel:1">x</a>' * 20_000,
        b'<script type="application/ld+json">' + b"[" * 120_000,
        b'<script type="application/ld+json">' + json.dumps({"name": ["x" * 100] * 900}).encode() + b"</script>",
        b'<meta http-equiv="refresh" content="' + b"0" * 400_000 + b'">', b"<p>" + b"a " * 250_000,
    ],
)  # fmt: skip
def test_whatever_a_page_is_made_of_reading_it_ends(body: bytes) -> None:
    began = time.monotonic()
    read = asyncio.run(read_pages(Body(body, _URL, "text/html", organization="x", number="+13055550142")))
    # Four seconds of computing at most, however busy the machine is.
    assert time.monotonic() - began < 20
    assert len(read) in (0, 1)


def test_the_process_has_little_memory_and_may_write_nothing(tmp_path: Path) -> None:
    script = """
import sys
from directory.limited import limit_this_process
from verifiers.pages.process import MEMORY, SECONDS
limit_this_process(memory=MEMORY, seconds=SECONDS)
try:
    bytearray(MEMORY)
except MemoryError:
    print("refused")
try:
    with open(sys.argv[1], "w") as file:
        file.write("x")
except OSError:
    print("refused")
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "file")],
        capture_output=True,
        text=True,
        check=True,
        env=limited.ENVIRONMENT,
    )
    assert done.stdout.split() == ["refused", "refused"]


def test_the_process_says_nothing_about_what_it_could_not_read() -> None:
    done = subprocess.run(
        limited.command_of("verifiers.pages.process"),
        input=b"moonlight",
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=limited.ENVIRONMENT,
        check=False,
    )
    assert done.returncode != 0
    assert done.stdout == b""


@pytest.mark.parametrize(
    ("rules", "is_allowed"),
    [
        (b"", True),
        (b"User-agent: *\nDisallow:", True),
        (b"User-agent: *\nDisallow: /", False),
        (b"User-agent: *\nDisallow: /\nAllow: /legal", True),
        (b"User-agent: readback\nDisallow: /legal\n\nUser-agent: *\nAllow: /", False),
        (b"User-agent: Googlebot\nDisallow: /", True),
        (b"<html>not found</html>", True),
        (b"\xff\xfe\x00", True),
    ],
)
def test_a_robots_txt_is_heeded(rules: bytes, is_allowed: bool) -> None:
    asked = Rules(rules, "Readback", (f"{_URL}legal",))
    assert asyncio.run(allowed_by(asked)) is is_allowed


def test_rules_made_to_be_slow_end_and_let_nothing() -> None:
    slow = b"User-agent: *\n" + b"Disallow: /" + b"*a" * 120_000 + b"$\n"
    began = time.monotonic()
    asyncio.run(allowed_by(Rules(slow, "Readback", (_URL + "a" * 1_500 + "b",))))
    assert time.monotonic() - began < 20


def test_what_is_asked_and_said_keeps_its_shape() -> None:
    asked = Body(b"\xff<p>", _URL, organization="ñ")
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(asked), type=Body) == asked
