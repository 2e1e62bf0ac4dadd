"""The same strict headers stand on every answer, whatever went wrong; nothing is set and nothing is told."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from directory.db import Database
from web.headers import STRICT_HEADERS, StrictHeaders

SEARCH = {"a": "33130", "n": "shelter"}


def _broken(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(sa.text("drop table search_key"))


def _answers(client: httpx.Client, listed: str, database: Database) -> dict[str, httpx.Response]:
    """One answer of every kind; the last because the database is broken."""
    style = next(word for word in client.get("/").text.split('"') if word.endswith(".css"))
    answers = {
        "front page": client.get("/"),
        "results": client.post("/", data=SEARCH),
        "listing": client.post("/", data={"l": listed}),
        "which place": client.post("/", data={"a": "Portland", "n": "shelter"}),
        "unknown place": client.post("/", data={"a": "Nowhere at all", "n": "shelter"}),
        "style": client.get(style),
        "health": client.get("/healthz"),
        "head": client.head("/"),
        "head of a file": client.head(style),
        "options": client.options("/"),
        "not found": client.get("/nothing/here"),
        "no such file": client.get("/static/site.css"),
        "no such listing": client.post("/", data={"l": "00000000-0000-4000-8000-000000000000"}),
        "no id": client.post("/", data={"l": "none"}),
        "wrong method": client.delete("/"),
        "unknown field": client.post("/", data={"email": "someone"}),
        "unknown term": client.post("/", data={"n": "no-such-kind"}),
        "wrong kind of body": client.post("/", json={"n": "shelter"}),
        "too long": client.post("/", content=b"a=" + b"x" * 70_000),
    }
    _broken(database)
    answers["fault"] = client.post("/", data=SEARCH)
    return answers


STATUSES = {
    "which place": 200, "unknown place": 200, "options": 204, "not found": 404, "no such file": 404,
    "no such listing": 404, "no id": 404, "wrong method": 405, "unknown field": 400, "unknown term": 400,
    "wrong kind of body": 415, "too long": 413, "fault": 500,
}  # fmt: skip


def test_every_kind_of_answer_is_strict(client: httpx.Client, listed: str, database: Database) -> None:
    answers = _answers(client, listed, database)
    assert {name: answer.status_code for name, answer in answers.items()} == {
        name: STATUSES.get(name, 200) for name in answers
    }
    for name, answer in answers.items():
        lacking = {header for header, value in STRICT_HEADERS.items() if answer.headers.get(header) != value}
        assert lacking == set(), name
        assert "set-cookie" not in answer.headers, name
        assert not {"server", "etag", "last-modified", "x-powered-by"} & set(answer.headers), name
        kept = "public, max-age=31536000, immutable" if name in {"style", "head of a file"} else "no-store"
        assert answer.headers["cache-control"] == kept, name


def test_head_is_get_without_its_body(client: httpx.Client) -> None:
    as_it_is = {"accept-encoding": "identity"}
    got, head = client.get("/", headers=as_it_is), client.head("/", headers=as_it_is)
    assert head.status_code == got.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == str(len(got.content))


def test_a_wrong_method_is_told_the_right_ones(client: httpx.Client) -> None:
    assert _allowed(client.put("/")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert _allowed(client.post("/healthz")) == {"GET", "HEAD", "OPTIONS"}


def test_whoever_asks_what_is_allowed_is_told_all_of_it(client: httpx.Client) -> None:
    assert _allowed(client.options("/")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert _allowed(client.options("/healthz")) == {"GET", "HEAD", "OPTIONS"}
    nowhere = client.options("/nothing/here")
    assert (nowhere.status_code, "allow" in nowhere.headers) == (404, False)


def _allowed(answer: httpx.Response) -> set[str]:
    return {word.strip() for word in answer.headers["allow"].split(",")}


def test_what_no_layer_answers_becomes_a_page() -> None:
    async def fails(_scope: Any, _receive: Any, _send: Any) -> None:
        raise RuntimeError("33130")

    sent = _sent_by(fails)
    assert sent[0]["status"] == 500
    assert dict(sent[0]["headers"])[b"cache-control"] == b"no-store"
    assert sent[1]["body"] == b"the page"


def test_an_answer_that_has_begun_is_not_begun_again() -> None:
    async def fails_late(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError

    with pytest.raises(RuntimeError):
        _sent_by(fails_late)


def _sent_by(app: Callable[..., Any]) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope: Any = {"type": "http", "method": "GET", "path": "/", "headers": []}
    asyncio.run(StrictHeaders(app, fault_page=lambda: b"the page")(scope, receive, send))
    return sent
