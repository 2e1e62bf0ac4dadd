"""How did it go: one press after a call, no words, no trace; and what stands on a page of what was told."""

import datetime as dt
import re
from io import StringIO

import httpx
import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.handoff.models import OutcomeCount
from directory.handoff.policy import ANYBODY, LEAST, MOST_OF_ANYBODY, OUTCOMES, REASONS, SIGNED, monday_of
from directory.listings.queries import find_record
from tests.makers import kind, make_service
from tests.web.conftest import public_id
from tests.web.pages.test_finder import SOCIAL_WORKER
from web.wording import DRAFTED

HEADING = "How calls went"


def _aloud(client: httpx.Client, listed: str, **more: str) -> str:
    return client.post("/", data={**SOCIAL_WORKER, "u": "en", "z": f"{listed}:voice", **more}).text


def _tell(client: httpx.Client, told: str, **more: str) -> httpx.Response:
    return client.post("/", data={**SOCIAL_WORKER, "u": "en", "I": told, **more})


def _rows(database: Database) -> list[tuple[str, str, str, int]]:
    with database.reading() as session:
        rows = session.scalars(sa.select(OutcomeCount).order_by(OutcomeCount.outcome, OutcomeCount.reason))
        return [(one.outcome, one.reason, one.teller, one.n) for one in rows]


def _signed(database: Database, listed: str, outcome: str, n: int, *, weeks_ago: int = 3, band: int = 0) -> None:
    with database.transaction() as session:
        week = monday_of(session.info["now"].date()) - 7 * weeks_ago
        listing = find_record(session, listed, kind="listing")
        session.add(
            OutcomeCount(
                listing_id=listing.id, week=week, outcome=outcome, reason="", reply_band=band, teller=SIGNED, n=n
            )
        )


def _words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_beside_a_number_six_presses_say_how_it_went_and_no_field_takes_words(
    client: httpx.Client, listed: str
) -> None:
    page = _aloud(client, listed)
    assert re.findall(r'<button form="keep" name="I" value="([^"]*)"', page) == [f"{one}:{listed}" for one in OUTCOMES]
    fold = page.split("How did it go?")[1].split("</details>")[0]
    assert "<input" not in fold
    assert "<textarea" not in page
    assert "cannot be taken back" in fold
    assert "How did it go?" not in client.post("/", data={"u": "en", "z": "pinned:0"}).text


def test_a_press_counts_for_the_week_and_thanks(database: Database, client: httpx.Client, listed: str) -> None:
    answer = _tell(client, f"voicemail:{listed}", z=f"{listed}:voice")
    assert answer.status_code == 200
    assert "<h1>Thank you</h1>" in answer.text
    assert "cannot be taken back" in answer.text
    assert "What was missing?" not in answer.text
    assert _rows(database) == [("voicemail", "", ANYBODY, 1)]
    assert f'<button class="go" form="keep" name="z" value="{listed}:voice">Back to the number</button>' in answer.text


def test_after_a_no_what_was_missing_is_one_more_press(database: Database, client: httpx.Client, listed: str) -> None:
    page = _tell(client, f"declined:{listed}", z=f"{listed}:voice").text
    offered = re.findall(r'<button form="keep" name="I" value="([^"]*)"', page)
    assert offered == [f"declined:{listed}:{one}" for one in REASONS]
    assert "<textarea" not in page
    thanked = _tell(client, f"declined:{listed}:documents").text
    assert "What was missing?" not in thanked
    assert _rows(database) == [("declined", "documents", ANYBODY, 1)]


def test_without_script_it_goes_the_same_way(database: Database, client: httpx.Client, listed: str) -> None:
    plain = {"accept": "text/html"}
    client.headers.pop("x-in-page", None)
    answer = client.post(
        "/", data={**SOCIAL_WORKER, "u": "en", "I": f"full:{listed}"}, headers=plain, follow_redirects=False
    )
    assert answer.status_code in (200, 303)
    if answer.status_code == 303:
        assert re.fullmatch(r"/v/[\w-]+", answer.headers["location"])
        assert "Thank you" in client.get(answer.headers["location"], headers=plain).text
    assert _rows(database) == [("full", "", ANYBODY, 1)]


def test_changing_the_language_of_the_page_tells_nothing_again(
    database: Database, client: httpx.Client, listed: str
) -> None:
    page = _tell(client, f"full:{listed}", z=f"{listed}:voice").text
    kept = dict(re.findall(r'<input type="hidden" name="(\w)" value="([^"]*)">', page))
    assert "I" not in kept
    assert client.post("/", data={**kept, "u": "es"}).status_code == 200
    assert _rows(database) == [("full", "", ANYBODY, 1)]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_flood_of_taps_changes_no_byte_that_readers_see(
    database: Database, client: httpx.Client, listed: str
) -> None:
    def seen() -> list[str]:
        pages = (
            SOCIAL_WORKER, {**SOCIAL_WORKER, "l": listed}, {**SOCIAL_WORKER, "z": f"{listed}:voice"},
        )  # fmt: skip
        return [client.post("/", data=page).text for page in pages]

    before = seen()
    first = _tell(client, f"disconnected:{listed}").content
    for number in range(18):
        outcome = OUTCOMES[number % len(OUTCOMES)]
        assert _tell(client, f"{outcome}:{listed}").status_code == 200
    assert _tell(client, f"disconnected:{listed}").content == first
    assert sum(n for *_, n in _rows(database)) == MOST_OF_ANYBODY
    assert seen() == before


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("full:00000000-0000-4000-8000-000000000000", 404),
        ("full:nothing", 404),
        ("full", 404),
        ("rude:{listed}", 400),
        ("full:{listed}:children", 400),
        ("declined:{listed}:Maria", 400),
        ("declined:{listed}:", 400),
    ],
)
def test_what_no_page_of_ours_sends_counts_nothing(
    database: Database, client: httpx.Client, listed: str, told: str, status: int
) -> None:
    answer = _tell(client, told.format(listed=listed))
    assert answer.status_code == status
    assert "Maria" not in answer.text
    assert _rows(database) == []


def test_what_is_told_leaves_nothing_in_the_log(client: httpx.Client, listed: str, logged: StringIO) -> None:
    _tell(client, f"declined:{listed}")
    _tell(client, f"declined:{listed}:Maria")
    assert "Maria" not in logged.getvalue()
    assert listed not in logged.getvalue()
    assert "declined" not in logged.getvalue()


def test_readers_see_how_calls_went_on_the_listing_and_beside_the_number(
    database: Database, client: httpx.Client, listed: str
) -> None:
    listing = {**SOCIAL_WORKER, "u": "en", "l": listed}
    assert "Too few calls to tell." in _words(client.post("/", data=listing).text)
    _signed(database, listed, "answered", 7, band=20)
    _signed(database, listed, "full", 2)
    _signed(database, listed, "voicemail", 1)
    for page in (client.post("/", data=listing).text, _aloud(client, listed)):
        words = _words(page)
        assert f"{HEADING} Answered 9 of the last 10. Usually within 20 minutes. No room: 2 times." in words
        assert "Told by people who called" in words
        assert "Too few" not in words


def test_never_is_said_and_weeks_that_the_program_has_not_seen_are_not(
    database: Database, client: httpx.Client, listed: str
) -> None:
    _signed(database, listed, "voicemail", LEAST, weeks_ago=1)
    assert "Too few calls to tell." in _words(_aloud(client, listed))
    _signed(database, listed, "disconnected", 6, weeks_ago=2)
    assert "Never answered in 6 tries." in _words(_aloud(client, listed))


def test_of_a_confidential_listing_months_are_told_and_no_days(database: Database, client: httpx.Client) -> None:
    with database.transaction() as session:
        listing = public_id(session, make_service(session, kind("safe-house"), name="Seagrape", area="US-FL-331"))
    _signed(database, listing, "answered", 5)
    said = _words(client.post("/", data={"u": "en", "l": listing}).text).split(HEADING)[1]
    assert re.search(r"Told by people who called, \w+ 20\d\d to \w+ 20\d\d\.", said)


@pytest.mark.parametrize("language", DRAFTED)
def test_every_language_says_it(database: Database, client: httpx.Client, listed: str, language: str) -> None:
    _signed(database, listed, "answered", 9, band=241)
    page = _aloud(client, listed, u=language)
    assert " 9 " in _words(page) or "9" in _words(page)
    assert page.count('name="I"') == len(OUTCOMES)


def test_weeks_are_counted_in_one_zone() -> None:
    assert monday_of(dt.date(2026, 11, 29)) == monday_of(dt.date(2026, 11, 23)) == dt.date(2026, 11, 23).toordinal()
