"""A list is brought in at the desk in a real browser: the form, what columns mean, the review from the keyboard."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from directory.db import Database
from directory.settings import Settings
from importers import at_desk
from tests.journeys.looking import scrolls_sideways
from tests.lists import line, table
from tests.services import OpenPage, serve
from tests.staff import COOKIE, make_person, seated


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_list_is_uploaded_reviewed_and_brought_in(
    practice: Database, open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, javascript: bool
) -> None:
    monkeypatch.setattr(at_desk, "_PATIENCE_SECONDS", 60.0)
    with practice.transaction() as session:
        key = seated(session, make_person(session, "Ana", "admin", scopes=()))
    upload = tmp_path / "list.csv"
    upload.write_bytes(table([line(1), line(2), line(3)]))
    page = open_page(javascript=javascript)
    cookie = {"name": COOKIE, "value": key, "domain": "localhost", "path": "/desk", "secure": True}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    with serve(practice, Settings(database_url="")) as address:
        page.goto(f"{address.replace('127.0.0.1', 'localhost')}/desk/imports")
        page.get_by_text("Bring a list in").click()
        page.get_by_label("The list:").set_input_files(upload)
        page.get_by_label("Or a new source").fill("coalition")
        page.get_by_role("button", name="Read it").click()
        expect(page.get_by_role("heading", name="coalition: 3 to decide")).to_be_visible()
        page.get_by_role("link", name="What columns mean").click()
        expect(page.get_by_label("What Description means")).to_have_value("description")
        page.get_by_role("link", name="Leave it as it is").click()
        page.wait_for_load_state("networkidle")
        expect(page.get_by_text("0 decided, 3 left.")).to_be_visible()
        if javascript:
            for pressed in ("j", "a", "d", "a", "k"):
                page.keyboard.press(pressed)
            expect(page.get_by_text("3 decided, 0 left.")).to_be_visible()
            page.reload()
        else:
            for name, verdict in (("Harbor 1", "Take"), ("Harbor 2", "Leave it out"), ("Harbor 3", "Take")):
                page.get_by_role("button", name=f"{name}, Whole listing: {verdict}").click()
        expect(page.get_by_text("3 decided, 0 left.")).to_be_visible()
        pressed_ones = page.locator("tr[data-line] [aria-pressed=true]")
        assert pressed_ones.all_inner_texts() == ["Take", "Leave it out", "Take"]
        assert not scrolls_sideways(page)
        page.get_by_role("button", name="Bring in what you took").click()
        page.get_by_role("link", name="See what became of each row").click()
        expect(page.get_by_role("heading", name="coalition, run")).to_be_visible()
        expect(page.get_by_text("Somebody decided that it does not come in.").first).to_be_visible()
