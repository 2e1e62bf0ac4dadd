"""Nothing of a search is kept: words that are nowhere else go in by every door, and are nowhere afterwards (SAFETY P1).

The program itself is run, with a folder of its own for everything that it could write, on SQLite and on PostgreSQL. It
is asked in every way that ends well or badly, its database is broken and taken away, and at last it ends or crashes.
Then all that exists is read. What must be found, so that finding nothing means something: a listing's name, and faults.
"""

import itertools
import signal
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import sqlalchemy as sa

from directory.bootstrap import open_database
from directory.db import sqlite_file
from directory.privacy.schema import held_by
from tests.makers import kind, make_service, site
from tests.services import DatabaseSource
from tests.services.left_behind import Trace, traces
from tests.web.conftest import IN_PAGE, public_id
from tests.web.program import Site, all_of, gather, servers_log
from web.forms import MOST_BYTES
from web.logs import ALLOWED_KEYS
from web.worker import DUTIES

NAME = "Calle Nueva Rooms"
# What is asked. The town is a real one, so that the search goes all the way.
WORDS, TOWN, NOWHERE = "Quibbleworth Zanquibärium", "Unalakleet, AK", "Vexmoorhaven"
NO_LISTING, NO_TOKEN = "7f3c1d2e-5a6b-4c7d-8e9f-a0b1c2d3e4f5", "Grobnickeltoken"
ASKED = ("Quibbleworth", "Zanquib", WORDS, "Unalakleet", NOWHERE, NO_LISTING, NO_LISTING.replace("-", ""), NO_TOKEN)
# What comes along with a request, and nothing ever shows: who asks, with what, from where.
HEADERS = {
    "user-agent": "Plonkbrowser/9.9",
    "referer": "https://grimblewick.example/Snargle",
    "cookie": "trumpetfish=Wobblegate",
    "accept-language": "tlh-Vorbix",
}
NETWORKS = ("203.0.113.77", "198.51.100.78", "192.0.2.79", "100.64.91.80")
CAME_ALONG = (
    "Plonkbrowser", "grimblewick", "Snargle", "trumpetfish", "Wobblegate", "Vorbix", "203.0.113", "198.51.100",
    "192.0.2", "100.64.91",
)  # fmt: skip
SENTINELS = (*ASKED, *CAME_ALONG)

# The doors: script in a page, a browser without script, and neither.
IN_BROWSER = {"accept": "text/html,application/xhtml+xml"}
DOORS: dict[str, dict[str, str]] = {"in page": IN_PAGE, "browser": IN_BROWSER, "plain": {}}
FORM = {"content-type": "application/x-www-form-urlencoded"}


class Answer(msgspec.Struct, frozen=True):
    """What was answered: by which name it was asked for, the last status, and everything that came on the way."""

    name: str
    status: int
    headers: str
    body: str


class Visited(msgspec.Struct, frozen=True, kw_only=True):
    """A site that was asked, broken and crashed, and what was found of it."""

    answers: list[Answer]
    raw: dict[str, bytes]
    before: dict[str, Any]
    after: dict[str, Any]
    reported: dict[str, Any]
    told: dict[str, Any]
    found: dict[str, list[Trace]]
    controls: dict[str, list[Trace]]
    logged: list[dict[str, Any]]
    has_failed_in_the_servers_log: bool | None
    ended: int
    left: list[str]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def visited(
    request: pytest.FixtureRequest,
    database_source_of: Callable[[str], DatabaseSource],
    tmp_path_factory: pytest.TempPathFactory,
) -> Visited:
    """Everything that is told about one site, on each kind of database."""
    folder = tmp_path_factory.mktemp("nothing")
    with _deployment(database_source_of(request.param), folder) as (url, listing, break_it):
        return _visit(url, folder, listing, break_it)


@contextmanager
def _deployment(source: DatabaseSource, folder: Path) -> Iterator[tuple[str, str, Callable[[], None]]]:
    """A database with one listing: its address, the listing's public id, and what takes it away."""
    made = source.ready()
    database = open_database(made)
    with database.transaction() as session:
        listing = public_id(session, make_service(session, kind("public-walk-in-shelter"), name=NAME, sites=[site()]))
    database.dispose()
    file = sqlite_file(made)
    if file is None:
        yield made, listing, lambda: source.discard(made)
        return
    moved = folder / "home/handrail/handrail.sqlite3"
    moved.parent.mkdir(parents=True)
    file.replace(moved)
    moved.chmod(0o600)

    def spoil() -> None:
        # Its pages are there, and nothing in them can be understood.
        moved.write_bytes(b"Z" * moved.stat().st_size)

    yield f"sqlite:///{moved}", listing, spoil


def _visit(url: str, folder: Path, listing: str, break_it: Callable[[], None]) -> Visited:
    before = _rows(url)
    running = Site(url, folder)
    try:
        with running.asking(NETWORKS[0], HEADERS) as client, running.asking(NETWORKS[1], HEADERS) as other:
            talks = _asked_in_no_language(running)
            answers = [*_asked_well(client, listing), *_asked_badly(other, listing)]
            raw = {name: all_of(talk) for name, talk in talks.items()}
            after = _rows(url)
            for name, door in DOORS.items():
                form = {"l": listing, "y": f"closed:{listing}", "q": WORDS, "a": TOWN}
                answers.append(_answer(f"report, {name}", client.post("/", data=form, headers=door)))
            reported = _rows(url)
            for told in ("declined:{}", "declined:{}:documents"):
                form = {"z": f"{listing}:voice", "I": told.format(listing), "q": WORDS, "a": TOWN}
                answers.append(_answer("outcome", client.post("/", data=form, headers=IN_PAGE)))
            told_rows = _rows(url)
            answers += _flooded(client)
        with running.asking(NETWORKS[2], HEADERS) as client:
            _drop_a_table(url)
            answers += _failed(client, listing, "without a table")
        gather(url, folder, running.process.pid)
        found = {"running": traces(folder, SENTINELS)}
        controls = {"running": traces(folder, [NAME])}
        log = servers_log(url)
        break_it()
        with running.asking(NETWORKS[3], HEADERS) as client:
            answers += _failed(client, listing, "without a database")
        if log is not None:
            (folder / "read/server").write_bytes(log.read_bytes())
        # One crashes; the other ends in order, and with that writes what it may still hold back.
        ended = running.end_by(signal.SIGABRT if sqlite_file(url) else signal.SIGTERM)
    finally:
        running.end()
    found["ended"] = traces(folder, SENTINELS)
    controls["ended"] = traces(folder, ["request failed"])
    failed = traces(folder / "read", ['relation "search_key" does not exist'])
    errors = (folder / "said/errors").read_text().splitlines()
    return Visited(
        answers=answers,
        raw=raw,
        before=before,
        after=after,
        reported=reported,
        told=told_rows,
        found=found,
        controls=controls,
        logged=[msgspec.json.decode(line) for line in errors if line.startswith("{")],
        has_failed_in_the_servers_log=None if log is None else bool(failed),
        ended=ended,
        left=sorted(file.name for name in ("here", "tmp") for file in (folder / name).rglob("*")),
    )


def _asked_well(client: httpx.Client, listing: str) -> Iterator[Answer]:
    """Searches, a listing, its language, the form again: all that people do."""
    forms: dict[str, dict[str, Any]] = {
        "search": {"a": TOWN, "n": "shelter"},
        "words": {"q": WORDS},
        "words and place": {"q": WORDS, "a": TOWN, "c": TOWN, "e": "60", "n": "sane", "w": ["minors"], "g": "15"},
        "no place": {"a": NOWHERE, "n": "shelter"},
        "listing": {"l": listing, "q": WORDS, "a": TOWN},
        "form again": {"x": "e", "q": WORDS, "a": NOWHERE},
        "other language": {"s": "es", "q": WORDS, "a": TOWN},
    }
    for door, headers in DOORS.items():
        for name, form in forms.items():
            yield _answer(f"{name}, {door}", client.post("/", data=form, headers=headers))
    for path in ("/", "/healthz", "/privacy.json", f"/v/{NO_TOKEN}", f"/?q={NOWHERE}#{NOWHERE}"):
        yield _answer(path, client.get(path, headers=IN_BROWSER))
    sealed = client.post("/", data={"q": WORDS}, headers=IN_BROWSER, follow_redirects=False).headers["location"]
    yield _answer("its head", client.head(sealed))
    yield _answer("sealed", client.get(sealed))
    yield _answer("used", client.get(sealed))


def _asked_badly(client: httpx.Client, listing: str) -> Iterator[Answer]:
    """What no page of ours sends."""
    for door, headers in DOORS.items():
        yield _answer(f"404 path, {door}", client.get(f"/{NOWHERE}/{NO_LISTING}?q={NOWHERE}", headers=headers))
        yield _answer(f"404 file, {door}", client.get(f"/static/{NOWHERE}/{NO_TOKEN}.js", headers=headers))
        yield _answer(f"404 listing, {door}", client.post("/", data={"l": NO_LISTING, "q": WORDS}, headers=headers))
        yield _answer(f"404 no id, {door}", client.post("/", data={"l": NO_TOKEN, "q": WORDS}, headers=headers))
        yield _answer(
            f"404 report, {door}", client.post("/", data={"y": f"closed:{NO_LISTING}", "q": WORDS}, headers=headers)
        )
        for method in ("DELETE", "PUT", "PATCH", "TRACE"):
            answer = client.request(method, f"/?q={NOWHERE}", content=WORDS.encode(), headers=headers)
            yield _answer(f"405 {method}, {door}", answer)
        for method, path in itertools.product(("HEAD", "OPTIONS"), ("", NOWHERE)):
            yield _answer(f"{method} {path}, {door}", client.request(method, f"/{path}?q={NOWHERE}", headers=headers))
        too_much = f"q={NOWHERE}&a=" + NOWHERE * (MOST_BYTES // len(NOWHERE))
        yield _answer(f"413 body, {door}", client.post("/", content=too_much, headers={**headers, **FORM}))
        yield _answer(f"415 json, {door}", client.post("/", json={"q": WORDS}, headers=headers))
        upload = {"q": (f"{NOWHERE}.txt", f"{NOWHERE} ".encode() * 3_000)}
        yield _answer(f"415 file, {door}", client.post("/", files=upload, headers=headers))
        for name, form in {
            "kind": {"n": NOWHERE},
            "who": {"w": NOWHERE},
            "language": {"b": NOWHERE},
            "reason": {"y": f"{NOWHERE}:{listing}"},
            "outcome": {"I": f"declined:{listing}:{NOWHERE}"},
            "field": {NOWHERE: NOWHERE},
            "length": {"q": NOWHERE * 20},
        }.items():
            yield _answer(f"400 {name}, {door}", client.post("/", data=form, headers=headers))
        broken = f"q={NOWHERE}".encode() + b"%ff%"
        yield _answer(f"400 text, {door}", client.post("/", content=broken, headers={**headers, **FORM}))


def _asked_in_no_language(running: Site) -> dict[str, socket.socket]:
    """What is hardly HTTP, or not at all: the connections, on which the answers are still to come."""
    sent = {
        "half a body": _head("POST / HTTP/1.1", "Content-Length: 400", *_lines(FORM)) + b"q=Quibbleworth&a=Vexmoor",
        "no request line": f"{NOWHERE} /{NOWHERE}\r\n\r\n".encode(),
        "no HTTP": b"\x00\xff" + NOWHERE.encode() * 20 + b"\r\n\r\n",
        "endless header": _head(f"GET /{NOWHERE} HTTP/1.1", f"X-{NOWHERE}: {NOWHERE * 9_000}"),
        "no method": _head(f"{NOWHERE.upper()} /?q={NOWHERE} HTTP/1.1"),
        "no length": _head("POST / HTTP/1.1", f"Content-Length: {NOWHERE}"),
        "no chunk": _head("POST / HTTP/1.1", "Transfer-Encoding: chunked") + NOWHERE.encode() + b"\r\n",
        "web socket": _head(
            f"GET /{NOWHERE} HTTP/1.1", "Upgrade: websocket", f"Sec-WebSocket-Key: {NOWHERE}", "Connection: upgrade"
        ),
    }  # fmt: skip
    # Goes away in the middle of what it says.
    running.raw(_head("POST / HTTP/1.1", "Content-Length: 400") + f"q={NOWHERE}".encode()).close()
    return {name: running.raw(text) for name, text in sent.items()}


def _flooded(client: httpx.Client) -> Iterator[Answer]:
    """Asks until the site has enough of it."""
    for _ in range(200):
        if client.post("/", data={"q": WORDS, "a": TOWN}, headers=IN_PAGE).status_code == 429:
            break
    for door, headers in DOORS.items():
        yield _answer(f"429, {door}", client.post("/", data={"q": WORDS, "a": TOWN}, headers=headers))


def _failed(client: httpx.Client, listing: str, when: str) -> list[Answer]:
    """Searches, in a site whose database is broken; all at once, because one that is gone is waited for."""
    forms = {"search": {"q": WORDS, "a": TOWN, "n": "shelter"}, "keep away": {"a": TOWN, "c": TOWN, "n": "sane"}}
    if "database" in when:
        forms |= {"listing": {"l": listing, "q": WORDS}}

    def ask(asked: tuple[tuple[str, dict[str, str]], tuple[str, dict[str, str]]]) -> Answer:
        (door, headers), (name, form) = asked
        return _answer(f"500 {name} {when}, {door}", client.post("/", data=form, headers=headers))

    with ThreadPoolExecutor(12) as at_once:
        failed = list(at_once.map(ask, itertools.product(DOORS.items(), forms.items())))
    if "database" in when:
        reported = client.post("/", data={"y": f"moved:{listing}", "q": WORDS}, headers=IN_PAGE)
        failed.append(_answer(f"500 report {when}", reported))
    return [*failed, _answer(f"404 {when}", client.get(f"/{NOWHERE}"))]


def _answer(name: str, got: httpx.Response) -> Answer:
    headers = "\n".join(f"{one.status_code} {one.headers.raw!r}" for one in (*got.history, got))
    return Answer(name, got.status_code, headers, got.text)


def _head(*lines: str) -> bytes:
    return "\r\n".join((*lines, "Host: x", f"X-Forwarded-For: {NETWORKS[0]}", *_lines(HEADERS), "", "")).encode()


def _lines(headers: dict[str, str]) -> list[str]:
    return [f"{name}: {value}" for name, value in headers.items()]


def _drop_a_table(url: str) -> None:
    database = open_database(url)
    try:
        with database.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE search_key")
    finally:
        database.dispose()


def _rows(url: str) -> dict[str, Any]:
    """Every row of every table, also of those that the database keeps for itself."""
    database = open_database(url)
    try:
        with database.reading() as session:
            return {
                table: sorted(map(repr, session.execute(sa.text(f'SELECT * FROM "{table}"')).all()))
                for table in held_by(database)
            }
    finally:
        database.dispose()


def test_nothing_of_what_was_asked_is_anywhere(visited: Visited) -> None:
    assert visited.found == {"running": [], "ended": []}


def test_what_is_there_is_found(visited: Visited) -> None:
    assert visited.controls["running"]
    assert [trace.file for trace in visited.controls["ended"]] == ["said/errors"]
    assert visited.has_failed_in_the_servers_log in {None, True}


@pytest.mark.parametrize("written", ["utf-8", "utf-16-le", "percent"])
def test_what_was_asked_would_be_found_in_every_spelling(written: str, tmp_path: Path) -> None:
    spelled = httpx.QueryParams(q=WORDS).__str__().encode() if written == "percent" else WORDS.encode(written)
    (tmp_path / "log").write_bytes(b"..." + spelled + b"...")
    assert {trace.word for trace in traces(tmp_path, SENTINELS)} >= {WORDS}


def test_to_search_and_to_look_changes_no_row(visited: Visited) -> None:
    assert len(visited.before) > 30
    # The clock of the site notes what it did, whoever asks or nobody.
    noted = {row.partition("'")[2].partition("'")[0] for row in visited.after["job"]}
    assert noted <= {duty.name for duty in DUTIES}
    others = {table: rows for table, rows in visited.after.items() if table != "job"}
    assert others == {table: rows for table, rows in visited.before.items() if table != "job"}


def test_a_report_leaves_a_count_of_its_day_and_what_the_card_says(visited: Visited) -> None:
    changed = {table for table, rows in visited.reported.items() if rows != visited.after[table]}
    assert "report_count" in changed
    # What is believed of a listing is made from the count, and knows its day alone, as the card does; so does the row
    # by which the list of the desk shows it.
    assert changed <= {"report_count", "card", "belief", "work_line"}
    assert len(visited.reported["report_count"]) == 1


def test_what_came_of_a_call_leaves_a_count_of_its_week_and_nothing_else(visited: Visited) -> None:
    changed = {table for table, rows in visited.told.items() if rows != visited.reported[table]}
    assert changed - {"job"} == {"outcome_count"}
    (row,) = visited.told["outcome_count"]
    assert "'declined', 'documents', 0, 'anybody', 1" in row


def test_every_way_to_ask_ended_as_it_should(visited: Visited) -> None:
    ended: dict[str, set[int]] = {}
    for answer in visited.answers:
        word = answer.name.replace(",", " ").split()[0]
        ended.setdefault(word if word.isdecimal() else "other", set()).add(answer.status)
    # A database that is gone is waited for; then the site says that it is busy.
    assert ended.pop("500") in ({500}, {500, 503})
    assert ended.pop("other") == {200, 203, 204, 404}
    assert ended == {status: {int(status)} for status in ("400", "404", "405", "413", "415", "429")}
    raw = {name: answer.split(b" ")[1][:3] for name, answer in visited.raw.items() if answer}
    assert raw["half a body"] == b"408"
    assert set(raw.values()) == {b"400", b"404", b"405", b"408"}


def test_no_header_and_no_error_repeats_what_was_asked(visited: Visited) -> None:
    assert len(visited.answers) > 100
    for answer in visited.answers:
        assert [word for word in SENTINELS if word in answer.headers] == [], answer.name
        unseen = SENTINELS if answer.status >= 400 else CAME_ALONG
        assert [word for word in unseen if word in answer.body] == [], answer.name
    for name, got in visited.raw.items():
        assert [word for word in SENTINELS if word.encode() in got] == [], name


def test_what_is_logged_is_where_it_failed_and_nothing_else(visited: Visited) -> None:
    faults = [line for line in visited.logged if line["event"] == "request failed"]
    assert len(faults) >= 6
    assert set().union(*visited.logged) <= ALLOWED_KEYS
    assert {(fault["method"], fault["route"], fault["level"]) for fault in faults} == {("POST", "/", "error")}


def test_neither_a_crash_nor_an_end_leaves_a_dump_or_a_file(visited: Visited, request: pytest.FixtureRequest) -> None:
    assert visited.ended == (-signal.SIGABRT if "sqlite" in request.node.name else 0)
    assert visited.left == []
