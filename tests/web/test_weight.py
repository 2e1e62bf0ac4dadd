"""The first visit is light, what is the same for everybody is compressed, and an answer to a question never is."""

import gzip
import re
import socket
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from directory.db import Database
from tests.services import ROOT, serve
from tests.web.conftest import IN_PAGE, settings
from web.sizes import SIZES
from web.static_files import StaticFiles

# 50 kB: two seconds on the slowest network that a telephone still has.
_MOST_BYTES = 50_000
_UNDERSTOOD = {"accept-encoding": "gzip, deflate, br, zstd"}
_BROWSERS = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", **_UNDERSTOOD}
_BACKTICK = "`"


class Answer:
    """An answer as it came over the wire."""

    def __init__(self, came: bytes) -> None:
        head, _, self.body = came.partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        self.weight = len(came)
        self.status = int(first.split(" ")[1])
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in rest)}

    @property
    def content(self) -> bytes:
        """What it says, compressed or not."""
        return gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body


def _ask(address: str, path: str = "/", *, method: str = "GET", form: str = "", **headers: str) -> Answer:
    """Ask once, over a connection of its own."""
    said = {"host": urlsplit(address).netloc, "connection": "close", **headers}
    if form:
        said |= {"content-type": "application/x-www-form-urlencoded", "content-length": str(len(form))}
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    with socket.create_connection(("127.0.0.1", urlsplit(address).port or 0), timeout=10) as asking:
        asking.sendall(f"{method} {path} HTTP/1.1\r\n{head}\r\n{form}".encode())
        return Answer(b"".join(iter(lambda: asking.recv(1 << 16), b"")))


def _first_visit(address: str) -> dict[str, Answer]:
    """What a browser fetches that comes for the first time: the page, what it links to, and what scripts import."""
    page = _ask(address, **_BROWSERS)
    fetched = {"/": page}
    linked = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.content.decode())
    while linked:
        path = linked.pop()
        if path not in fetched:
            fetched[path] = _ask(address, path, **_UNDERSTOOD)
            folder = path.rpartition("/")[0]
            linked += [f"{folder}/{name}" for name in re.findall(r"from '\./(\S+)'", fetched[path].content.decode())]
    return fetched


def test_the_first_visit_weighs_no_more_than_50_kb_with_everything(sqlite_database: Database) -> None:
    with serve(sqlite_database, settings()) as address:
        fetched = _first_visit(address)
    assert {path.rpartition("/")[2] for path in fetched} == {"", *StaticFiles().files}
    assert {path: answer.status for path, answer in fetched.items()} == dict.fromkeys(fetched, 200) | {"/": 203}
    assert sum(answer.weight for answer in fetched.values()) <= _MOST_BYTES


def test_what_is_the_same_for_everybody_is_compressed_for_those_who_understand_it(sqlite_database: Database) -> None:
    with serve(sqlite_database, settings()) as address:
        for path in ("/", *StaticFiles().addresses.values()):
            packed, plain = _ask(address, path, **_UNDERSTOOD), _ask(address, path)
            assert packed.headers["content-encoding"] == "gzip", path
            assert "content-encoding" not in plain.headers, path
            assert packed.content == plain.body, path
            assert packed.weight < plain.weight, path
            assert packed.body == _ask(address, path, **_UNDERSTOOD).body, path
            head = _ask(address, path, method="HEAD", **_UNDERSTOOD)
            for answer, length in ((packed, packed), (plain, plain), (head, packed)):
                assert answer.headers["vary"] == "accept-encoding", path
                assert answer.headers["content-length"] == str(len(length.body)), path
            assert (head.body, head.headers["content-encoding"]) == (b"", "gzip"), path
            assert packed.headers["cache-control"] == plain.headers["cache-control"], path
        assert _ask(address).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("understood", "is_compressed"),
    [
        ("gzip", True), ("GZIP;q=0.5", True), ("br;q=1.0, gzip ; q=0.8", True), ("gzip;q=0", False),
        ("gzip; q=0.000, br", False), ("identity", False), ("", False), ("x-gzip", False), (",;,", False),
    ],
)  # fmt: skip
def test_nobody_is_sent_what_they_did_not_say_they_understand(
    sqlite_database: Database, understood: str, is_compressed: bool
) -> None:
    with serve(sqlite_database, settings()) as address:
        answer = _ask(address, **{"accept-encoding": understood})
    assert ("content-encoding" in answer.headers) is is_compressed


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_answer_to_a_question_is_never_compressed_and_keeps_its_padded_size(database: Database, listed: str) -> None:
    forms = ("n=shelter&a=33130", f"l={listed}", "x=s", "a=nowhere+at+all&n=shelter", "s=es", "n=no-such-kind")
    with serve(database, settings()) as address:
        for form in forms:
            in_page = _ask(address, method="POST", form=form, **IN_PAGE, **_BROWSERS)
            sealed = _ask(
                address, _ask(address, method="POST", form=form, **_BROWSERS).headers["location"], **_BROWSERS
            )
            for answer in (in_page, sealed):
                assert "content-encoding" not in answer.headers, form
                assert len(answer.body) in SIZES, form
                assert answer.headers["cache-control"] == "no-store", form
        for path in ("/nothing/here", "/static/none/site.css", "/v/none"):
            assert "content-encoding" not in _ask(address, path, **_BROWSERS).headers, path


def test_scripts_are_sent_without_a_comment_and_otherwise_as_they_are_written() -> None:
    for name, file in StaticFiles().files.items():
        if not name.endswith(".js"):
            continue
        written = (ROOT / "web/static" / name).read_text(encoding="utf-8")
        sent = file.content.decode()
        # What looks like a comment and is not sent stood on lines of its own: nothing else may look like one.
        assert not re.search(r"(?<!:)//|/\*|\*/", sent), name
        lines = [line.strip() for line in written.splitlines()]
        assert sent.splitlines() == [line for line in lines if line and not line.startswith(("//", "/*", "*"))], name
        # Text over several lines would lose its indentation.
        assert all(line.count(_BACKTICK) % 2 == 0 for line in lines), name


def test_the_style_sheet_says_the_same_without_its_comments(page: Page) -> None:
    rules = "() => [...document.styleSheets[0].cssRules].map(rule => rule.cssText).join('\\n')"
    said = []
    for sheet in ((ROOT / "web/static/site.css").read_bytes(), StaticFiles().files["site.css"].content):
        page.set_content("<style></style>")
        page.locator("style").evaluate("(style, text) => { style.textContent = text }", sheet.decode())
        said.append(page.evaluate(rules))
    assert said[0] == said[1]
    assert "/*" not in StaticFiles().files["site.css"].content.decode()
    assert len(said[0]) > 10_000
