"""Pages for what goes wrong say nothing of what was sent, and are there when everything else is broken."""

from io import StringIO

import httpx
import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.pinned import pinned_lines
from directory.values.phone import grouped

SENTINEL = "Zanzibarium"


def _ways_to_fail(client: httpx.Client) -> dict[str, httpx.Response]:
    headers = {"x-forwarded-for": "203.0.113.77", "user-agent": SENTINEL, "referer": f"https://{SENTINEL}.example"}
    return {
        "path": client.get(f"/{SENTINEL}?q={SENTINEL}", headers=headers),
        "method": client.delete(f"/?{SENTINEL}", headers=headers),
        "field": client.post("/", data={SENTINEL: "1"}, headers=headers),
        "kind": client.post("/", data={"n": SENTINEL}, headers=headers),
        "who": client.post("/", data={"w": SENTINEL}, headers=headers),
        "language": client.post("/", data={"b": SENTINEL}, headers=headers),
        "listing": client.post("/", data={"l": SENTINEL}, headers=headers),
        "place": client.post("/", data={"a": SENTINEL, "n": "shelter"}, headers=headers),
        "not a form": client.post("/", json={"a": SENTINEL}, headers=headers),
        "no text": client.post("/", content=b"a=" + SENTINEL.encode() + b"%ff", headers={**headers, **FORM}),
        "too long": client.post("/", content=SENTINEL.encode() * 7_000, headers={**headers, **FORM}),
    }


FORM = {"content-type": "application/x-www-form-urlencoded"}


def test_no_error_repeats_what_was_sent(client: httpx.Client, logged: StringIO) -> None:
    for name, answer in _ways_to_fail(client).items():
        assert SENTINEL not in answer.text, name
        assert SENTINEL not in str(answer.headers), name
        assert answer.status_code == 200 if name == "place" else answer.status_code >= 400, name
    assert logged.getvalue() == ""


def test_every_error_page_has_the_lines_that_answer_and_the_way_out(client: httpx.Client) -> None:
    digits = [grouped(line.number) for line in pinned_lines("US").lines]
    assert digits
    for name, answer in _ways_to_fail(client).items():
        assert all(number in answer.text for number in digits), name
        assert '<a class="leave" id="leave" href="https://www.weather.gov/" rel="noreferrer nofollow"' in answer.text, (
            name
        )
        assert answer.text.count("<h1>") == 1, name
        assert "<title>Daybook</title>" in answer.text, name


def test_a_fault_is_logged_as_its_kind_and_place_only(
    database: Database, client: httpx.Client, logged: StringIO
) -> None:
    with database.engine.begin() as connection:
        connection.execute(sa.text("drop table search_key"))
    answer = client.post("/", data={"a": "33130", "n": "shelter"}, headers={"x-forwarded-for": "203.0.113.77"})
    assert answer.status_code == 500
    written = logged.getvalue()
    assert "33130" not in written
    assert "203.0.113" not in written
    assert "shelter" not in written.replace("shelter_", "")
    assert '"route": "/"' in written
    assert '"trace": [' in written
    code = written.split('"error_id": "')[1].split('"')[0]
    assert f"Fault code {code}" in answer.text


def test_the_fault_page_needs_no_database(database: Database, client: httpx.Client) -> None:
    with database.engine.begin() as connection:
        connection.execute(sa.text("drop table search_key"))
    assert grouped(pinned_lines("US").lines[0].number) in client.post("/", data={"a": "33130", "n": "shelter"}).text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_changing_the_database_does_not_change_the_pinned_line(database: Database, client: httpx.Client) -> None:
    before = client.get("/").text
    with database.engine.begin() as connection:
        connection.execute(sa.text("delete from term"))
    assert client.get("/").text == before
    assert "1 888 373 7888" in before
