"""How long a review of 100 changes takes: ``python -m tests.benchmarks.desk_review [--think 1.5] [--json]``.

Brings a list of 400 offices in at the desk, and then a newer one with 100 differences: blanks that are filled, offices
that are new, words that changed, numbers that somebody had confirmed. A browser then does what a coordinator does. The
blanks and what is new are taken all at once; every other line is decided alone from the keyboard, some taken and some
kept, with a moment of thought before each press; then it is brought in, and let in where so much at once is held. Ends
with 1 if all that takes longer than three minutes, or if anything came out otherwise than it was decided.
"""

import argparse
import json
import re
import sys
import tempfile
import time
from pathlib import Path

import httpx
import sqlalchemy as sa
from playwright.sync_api import Page

from directory.bootstrap import bring_up_to_date, open_database
from directory.db import Database
from directory.listings.models import Change
from directory.settings import Settings
from tests.importers.planned import confirm_number_of
from tests.lists import Rows, bring_in, brought, line
from tests.services import serve
from tests.services.browser import running_chromium
from tests.staff import COOKIE, Desk, make_person, seated

MOST_SECONDS = 180.0
_OFFICES, _BLANKS, _NEW, _WORDS, _NUMBERS = 400, 30, 22, 45, 3


def older() -> Rows:
    """What stands."""
    return [line(number) for number in range(1, _OFFICES + 1)]


def newer() -> Rows:
    """The same a month later."""
    rows = older()
    at = iter(range(_OFFICES))
    for _ in range(_BLANKS):
        number = next(at)
        rows[number]["Email"] = f"office{number}@harbor{number}.example.org"
    for _ in range(_WORDS):
        rows[next(at)]["Description"] = "Help with forms, on weekdays."
    for _ in range(_NUMBERS):
        number = next(at)
        rows[number]["Phone"] = f"305-555-{9_000 + number}"
    return [*rows, *(line(_OFFICES + 1 + number) for number in range(_NEW))]


def review(page: Page, *, think: float) -> dict[str, float]:
    """Decide all of it on a page that is open; seconds of each part."""
    found: dict[str, float] = {}
    begun = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal begun
        found[name], begun = round(time.perf_counter() - begun, 1), time.perf_counter()

    for kind in ("Fills a blank", "New"):
        page.get_by_text("All of a kind at once").click()
        page.get_by_role("button", name=f"All of: {kind}: Take").click()
        page.wait_for_load_state()
        time.sleep(think)
    lap("bulk_seconds")
    left = int(page.locator("[data-left]").inner_text())
    alone = 0
    open_ones = page.locator("tr[data-line]:has(button[value^='later.'][aria-pressed='true']) input")
    while open_ones.count():
        open_ones.first.focus()
        time.sleep(think)
        page.keyboard.press("d" if alone % 3 == 0 else "a")
        alone += 1
        page.wait_for_function(
            "left => document.querySelector('[data-left]').textContent === left", arg=str(left - alone)
        )
    found["alone"] = alone
    lap("alone_seconds")
    page.get_by_role("button", name="Bring in what you took").click()
    page.wait_for_load_state()
    # On a busy machine it is looked at again before it is held as well as afterwards.
    to_press = page.get_by_role("button", name="Let it come in, once").or_(page.get_by_role("link", name="Look again"))
    while to_press.count():
        to_press.click()
        page.wait_for_load_state()
    page.get_by_text("It came in as").wait_for()
    lap("bring_in_seconds")
    return found


def measured(database: Database, *, think: float) -> dict[str, float]:
    """Seconds of each part and in all, and how many values were declined or wait for two people."""
    with database.transaction() as session:
        key = seated(session, make_person(session, "Ana", "admin", scopes=()))
    with (
        serve(database, Settings(database_url="")) as address,
        httpx.Client(base_url=address, timeout=120) as client,
        running_chromium() as browser,
    ):
        desk = Desk(client, key)
        bring_in(desk, older(), source="", new="coalition")
        confirm_number_of(database, *range(_BLANKS + _WORDS + 1, _BLANKS + _WORDS + _NUMBERS + 1))
        begun = time.perf_counter()
        path = brought(desk, newer())
        reading = round(time.perf_counter() - begun, 1)
        changes = int(re.search(r": (\d+) to decide", desk.get(path).text)[1])  # type: ignore[index]
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        cookie = {"name": COOKIE, "value": key, "domain": "localhost", "path": "/desk", "secure": True}
        context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        page.goto(address.replace("127.0.0.1", "localhost") + path)
        laps = review(page, think=think)
    with database.reading() as session:
        states = list(session.scalars(sa.select(Change.state).where(Change.kind == "import")))
    seconds = sum(value for name, value in laps.items() if name.endswith("seconds"))
    counted = {"declined": states.count("declined"), "waiting": states.count("proposed")}
    return {"changes": changes, "reading_seconds": reading, **laps, "seconds": round(seconds, 1), **counted}


def main() -> int:
    """Run it; 0 if it is within the bar."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--think", type=float, default=1.5, help="seconds before each press")
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="handrail-review-") as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'review.sqlite3'}")
        bring_up_to_date(database)
        try:
            found = measured(database, think=asked.think)
        finally:
            database.dispose()
    sys.stdout.write(json.dumps(found) + "\n" if asked.json else "".join(f"{k}: {v}\n" for k, v in found.items()))
    kept = -(-int(found["alone"]) // 3)
    return int(found["seconds"] > MOST_SECONDS or found["declined"] != kept or found["changes"] != 100)


if __name__ == "__main__":
    sys.exit(main())
