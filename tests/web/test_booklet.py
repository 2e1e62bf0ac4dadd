"""The booklet holds what anybody could find and nothing else, opens without a server, and is whole or not there."""

import base64
import datetime as dt
import hashlib
import re
from html import unescape
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.orm import Session

from directory.bootstrap import bring_up_to_date
from directory.cards.card import decode_card
from directory.cards.models import CardRow
from directory.db import Database
from directory.errors import DirectoryError
from directory.listings.models import Fact, Record
from directory.listings.service import set_standing
from directory.settings import TELLING_WORDS, Settings
from tests.makers import STREET, confirm, kind, make_service, opens, phone, site, speaks, takes
from tests.services import OpenPage
from web.booklet import write_booklet
from web.cli import main
from web.file_names import neutral_name
from web.wording import LANGUAGES

HERE = Settings(database_url="", default_area="33130")


def _written(database: Database, now: dt.datetime, out: Path, language: str = "en") -> str:
    write_booklet(database, HERE, language=language, out=out, now=now)
    return out.read_text(encoding="utf-8")


def _words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


@pytest.fixture
def directory_of_three(database: Database) -> Database:
    """An office with an address, a confidential shelter at another, and a legal service."""
    with database.transaction() as session:
        week = opens({"MO": [(540, 1020)], "TU": [(540, 1020)]})
        make_service(
            session, kind("case-management"), week, speaks("es"), takes("women"), name="Help desk & <b>more</b>",
            sites=[site()],
        )  # fmt: skip
        make_service(session, kind("emergency-shelter"), phone("+13055550143"), name="Quiet beds", area="US-FL-331")
        make_service(session, kind("legal-civil"), phone("+13055550144"), name="Papers")
    return database


def test_it_holds_every_listing_that_anybody_can_find_and_no_other(
    directory_of_three: Database, now: dt.datetime, tmp_path: Path
) -> None:
    with directory_of_three.reading() as session:
        blobs = session.scalars(sa.select(CardRow.brief).where(CardRow.brief.is_not(None))).all()
    names = sorted(decode_card(bytes(blob or b"")).name for blob in blobs)
    assert len(names) == 3
    page = _written(directory_of_three, now, tmp_path / "b.html")
    assert sorted(unescape(name) for name in re.findall(r"<h3>(.*?)</h3>", page)) == names
    with directory_of_three.transaction() as session:
        _suspend(session, "Papers", now)
    page = _written(directory_of_three, now, tmp_path / "b.html")
    assert "Papers" not in page
    assert len(re.findall(r"<article", page)) == 2


def _suspend(session: Session, name: str, now: dt.datetime) -> None:
    service = session.scalars(sa.select(Fact.record_id).where(Fact.field == "name", Fact.value.contains(name))).one()
    listing = session.scalars(sa.select(Record.id).where(Record.service_id == service, Record.kind == "listing")).one()
    set_standing(session, listing, "suspended", by=None, reason="a call", now=now)


def test_a_confidential_place_is_an_area_and_an_address_is_nowhere(
    directory_of_three: Database, now: dt.datetime, tmp_path: Path
) -> None:
    page = _written(directory_of_three, now, tmp_path / "b.html")
    beds = _words(page.split("Quiet beds")[1].split("</article>")[0])
    assert "Miami area (ZIP 331, 332), Florida" in beds
    assert "305 555 0143" in beds
    assert STREET not in page


def test_an_entry_says_what_stays_true_on_paper(directory_of_three: Database, now: dt.datetime, tmp_path: Path) -> None:
    page = _written(directory_of_three, now, tmp_path / "b.html")
    assert "<b>more</b>" not in page
    desk = _words(page.split("Help desk")[1].split("</article>")[0])
    for said in ("305 555 0142", "Monday to Tuesday, 9 a.m. to 5 p.m.", "Time in New York", "Spanish by staff.",
                 "Takes: Women.", "Number not confirmed yet.", "Case management."):  # fmt: skip
        assert said in desk
    assert not re.search(r"\bago\b|Answers now|Closed now|opens today", _words(page))
    assert "Numbers, as of Nov 26, 2026" in page
    assert page.index("1 888 373 7888") < page.index("<article")
    assert re.findall(r"<title>(.*?)</title>", page) == ["Daybook"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_language_writes_it(directory_of_three: Database, now: dt.datetime, tmp_path: Path) -> None:
    for language in LANGUAGES:
        page = _written(directory_of_three, now, tmp_path / "b.html", language)
        assert len(re.findall(r"<article", page)) == 3
        assert not re.search(r'="[^"]*<span', page)


def test_it_may_use_its_own_style_and_script_alone(
    directory_of_three: Database, now: dt.datetime, tmp_path: Path
) -> None:
    page = _written(directory_of_three, now, tmp_path / "b.html")
    policy = unescape(re.findall(r'Content-Security-Policy" content="([^"]*)"', page)[0])
    for part in ("style", "script"):
        inside = re.findall(rf"<{part}>(.*?)</{part}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside[0].encode()).digest()).decode()
        assert len(inside) == 1
        assert f"{part}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert not re.search(r"https?://|src=|url\(", page)


def test_it_is_whole_or_not_there_and_its_owners_alone(
    directory_of_three: Database, now: dt.datetime, tmp_path: Path
) -> None:
    out = tmp_path / "b.html"
    before = _written(directory_of_three, now, out)
    assert out.stat().st_mode & 0o777 == 0o600

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_booklet(directory_of_three, HERE, language="en", out=out, now=now, progress=stop)
    assert out.read_text(encoding="utf-8") == before
    assert [file.name for file in tmp_path.iterdir()] == ["b.html"]
    with pytest.raises(DirectoryError, match="cannot be written"):
        write_booklet(directory_of_three, HERE, language="en", out=tmp_path / "no" / "b.html", now=now)


def test_its_usual_name_is_the_sites_and_the_days() -> None:
    day = dt.date(2026, 11, 26)
    assert neutral_name(Settings(database_url=""), day) == "daybook-2026-11-26"
    assert neutral_name(Settings(database_url="", site_name="Día & Año"), day) == "dia-ano-2026-11-26"
    assert neutral_name(Settings(database_url="", site_name="日记"), day) == "numbers-2026-11-26"
    assert not any(word in "numbers" for word in TELLING_WORDS)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_command_replaces_no_file_unasked(
    directory_of_three: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_up_to_date(directory_of_three)
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", directory_of_three.engine.url.render_as_string(hide_password=False))
    out = tmp_path / "b.html"
    first = CliRunner().invoke(main, ["booklet", "--out", str(out), "--json"])
    assert first.exit_code == 0, first.output
    assert '"entries": 3' in first.output
    assert CliRunner().invoke(main, ["booklet", "--out", str(out)]).exit_code == 6
    assert CliRunner().invoke(main, ["booklet", "--out", str(out), "--force"]).exit_code == 0


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("javascript", [True, False])
def test_it_is_searched_in_any_browser_and_asks_nobody(
    directory_of_three: Database, now: dt.datetime, tmp_path: Path, open_page: OpenPage, javascript: bool
) -> None:
    out = tmp_path / "b.html"
    _written(directory_of_three, now, out, "es")
    page = open_page(javascript=javascript, width=360, height=640)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(out.as_uri())
    entries = page.locator("article")
    assert [entries.nth(place).is_visible() for place in range(3)] == [True] * 3
    assert page.locator("#find").is_visible() == javascript
    if javascript:
        for typed, left in (("ESPANOL", 1), ("quiet BEDS", 1), ("0144", 1), ("305 555", 3), ("xyzzy", 0), ("", 3)):
            page.locator("#words").fill(typed)
            assert sum(entries.nth(place).is_visible() for place in range(3)) == left, typed
    assert asked == [out.as_uri()]


def test_of_a_directory_that_nobody_looks_after_it_holds_what_was_confirmed_and_says_so(
    directory_of_three: Database, now: dt.datetime, tmp_path: Path
) -> None:
    with directory_of_three.transaction() as session:
        number = session.scalars(sa.select(Fact.id).where(Fact.field == "phone").order_by(Fact.id)).first()
        assert number is not None
        confirm(session, number, days_ago=300)
    later = now + dt.timedelta(days=60)
    kept = _words(_written(directory_of_three, later - dt.timedelta(minutes=1), tmp_path / "kept.html"))
    assert ("Papers" in kept, "Nobody has kept" in kept) == (True, False)
    lost = _words(_written(directory_of_three, later, tmp_path / "lost.html"))
    assert ("Help desk" in lost, "Papers" in lost, "Quiet beds" in lost) == (True, False, False)
    assert "Nobody has kept this list up to date since Nov 26, 2026" in lost
