"""Something is wrong: one press, no words, no trace; it labels, and it leads back."""

import re
from html import unescape
from io import StringIO

import httpx
import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.freshness.models import ReportCount
from directory.freshness.policy import REPORT_REASONS
from tests.makers import kind, make_service
from tests.web.conftest import public_id
from tests.web.pages.test_finder import SOCIAL_WORKER

LABEL = "Reported wrong Nov 26; not checked yet."


def _counts(database: Database) -> list[tuple[str, int]]:
    with database.reading() as session:
        return [(row.reason, row.n) for row in session.scalars(sa.select(ReportCount).order_by(ReportCount.reason))]


def _report(client: httpx.Client, listing: str, reason: str = "no-answer", **more: str) -> httpx.Response:
    return client.post("/", data={**SOCIAL_WORKER, "u": "en", "y": f"{reason}:{listing}", **more})


def test_every_card_and_the_listing_offer_every_reason_and_no_field_for_words(
    client: httpx.Client, listed: str
) -> None:
    for page in (client.post("/", data=SOCIAL_WORKER).text, client.post("/", data={**SOCIAL_WORKER, "l": listed}).text):
        offered = re.findall(r'<button form="keep" name="y" value="([^"]*)"', page)
        assert offered == [f"{reason}:{listed}" for reason in REPORT_REASONS]
        fold = page.split("Something wrong?")[1].split("</details>")[0]
        assert "<input" not in fold
        assert "<textarea" not in page
        assert "nothing changes by itself" in fold


def test_a_press_counts_thanks_and_says_what_happens_next(
    database: Database, client: httpx.Client, listed: str
) -> None:
    answer = _report(client, listed)
    assert answer.status_code == 200
    assert "<h1>Thank you</h1>" in answer.text
    assert "on the list of numbers to call" in answer.text
    assert "1 888 373 7888" in answer.text
    assert _counts(database) == [("no-answer", 1)]


def test_the_card_and_the_listing_say_so_until_someone_has_checked(client: httpx.Client, listed: str) -> None:
    assert "Reported wrong" not in client.post("/", data=SOCIAL_WORKER).text
    _report(client, listed)
    for page in (client.post("/", data=SOCIAL_WORKER).text, client.post("/", data={**SOCIAL_WORKER, "l": listed}).text):
        assert LABEL in page
        assert "305 555 0142" in page


def test_the_way_back_leads_to_the_same_list(client: httpx.Client, listed: str) -> None:
    _report(client, listed)
    before = client.post("/", data=SOCIAL_WORKER).text
    page = _report(client, listed).text
    kept = re.findall(r'<input type="hidden" name="(\w)" value="([^"]*)">', page)
    assert not any(name in "yl" for name, _ in kept)
    back: dict[str, list[str]] = {}
    for name, value in [*kept, ("l", "")]:
        back.setdefault(name, []).append(unescape(value))
    assert client.post("/", data=back).text == before
    assert "Back to this entry" not in page


def test_from_the_listing_there_is_a_way_back_to_it_too(client: httpx.Client, listed: str) -> None:
    page = _report(client, listed, l=listed).text
    assert f'<button form="keep" name="l" value="{listed}">Back to this entry</button>' in page
    assert '<button class="go" form="keep" name="l" value="">Back to the list</button>' in page
    alone = client.post("/", data={"y": f"moved:{listed}", "l": listed}).text
    assert "Back to the list" not in alone
    assert "Start again" in alone


def test_changing_the_language_of_the_page_reports_nothing_again(
    database: Database, client: httpx.Client, listed: str
) -> None:
    page = _report(client, listed).text
    kept = dict(re.findall(r'<input type="hidden" name="(\w)" value="([^"]*)">', page))
    assert client.post("/", data={**kept, "u": "es"}).status_code == 200
    assert _counts(database) == [("no-answer", 1)]
    assert "<h1>Gracias</h1>" in _report(client, listed, u="es").text


def test_beyond_the_cap_the_answer_is_the_same(database: Database, client: httpx.Client, listed: str) -> None:
    first = _report(client, listed).content
    assert all(_report(client, listed).content == first for _ in range(5))
    assert _counts(database) == [("no-answer", 3)]


@pytest.mark.parametrize(
    ("report", "status"),
    [
        ("no-answer:00000000-0000-4000-8000-000000000000", 404),
        ("no-answer:nothing", 404),
        ("no-answer", 404),
        ("blue-door:{listed}", 400),
        (":{listed}", 400),
    ],
)
def test_what_no_page_of_ours_sends_counts_nothing(
    database: Database, client: httpx.Client, listed: str, report: str, status: int
) -> None:
    answer = client.post("/", data={**SOCIAL_WORKER, "y": report.format(listed=listed)})
    assert answer.status_code == status
    assert "blue" not in answer.text
    assert "1 888 373 7888" in answer.text
    assert _counts(database) == []


def test_a_report_leaves_nothing_in_the_log(client: httpx.Client, listed: str, logged: StringIO) -> None:
    _report(client, listed)
    client.post("/", data={**SOCIAL_WORKER, "y": f"blue-door:{listed}"})
    assert listed not in logged.getvalue()
    assert "no-answer" not in logged.getvalue()
    assert "blue" not in logged.getvalue()


def test_a_confidential_listing_tells_the_month_only(database: Database, client: httpx.Client) -> None:
    with database.transaction() as session:
        listing = public_id(session, make_service(session, kind("safe-house"), name="Seagrape", area="US-FL-331"))
    client.post("/", data={"a": "33130", "n": "shelter", "y": f"moved:{listing}"})
    page = client.post("/", data={"a": "33130", "n": "shelter"}).text
    assert "Reported wrong in Nov 2026; not checked yet." in page
    assert "Nov 26" not in page.split("<main")[1]


def test_reports_hide_and_reorder_nothing(database: Database, client: httpx.Client) -> None:
    with database.transaction() as session:
        listings = [
            public_id(session, make_service(session, kind("food"), name=name, area="US-FL-331"))
            for name in ("Amber", "Birch", "Cedar")
        ]
    asked = {"a": "33130", "n": "food"}
    before = re.findall(r"<h3[^>]*>(\w+)</h3>", client.post("/", data=asked).text)
    assert len(before) == 3
    for reason in REPORT_REASONS:
        for _ in range(4):
            client.post("/", data={**asked, "y": f"{reason}:{listings[0]}"})
    assert re.findall(r"<h3[^>]*>(\w+)</h3>", client.post("/", data=asked).text) == before
