"""The page of figures: sentences, charts that can be read as text, and nobody in particular."""

import re
from collections.abc import Callable

from defusedxml.ElementTree import fromstring

from directory.db import Database
from directory.planning.models import CallTask
from tests import makers
from tests.conftest import NOW
from tests.staff import Desk

Seat = Callable[..., Desk]
_SVG = re.compile(r"<svg class=\"chart\".*?</svg>", re.DOTALL)


def _fill(database: Database) -> None:
    """Six hotlines that were drawn and called, one of them wrong, and one shelter."""
    today = NOW.date().toordinal()
    with database.transaction() as session:
        for number in range(6):
            made = makers.make_service(
                session, makers.kind("hotline"), makers.serves("US-FL"), name="Quillfeather Line"
            )
            session.add(
                CallTask(
                    listing_id=made.listings[0][1], kind="audit", tier="liveness", minutes=2.5, p_wrong=0.03, why="[]",
                    planned_on=today - 30, done_on=today - 20, result="right" if number else "wrong",
                )
            )  # fmt: skip
        makers.make_service(session, makers.kind("emergency-shelter"), name="Lantern Rooms", area="US-FL-331")


def test_a_coordinator_reads_how_much_is_wrong(sign_in: Seat, database: Database) -> None:
    _fill(database)
    page = sign_in("coordinator").get("/desk/figures")
    assert page.status_code == 200
    assert "Of 6 listings drawn at random and reached, 17\N{NO-BREAK SPACE}% (1) were wrong." in page.text
    assert "A person or the provider confirmed 0 of 7 listings within a year, 0\N{NO-BREAK SPACE}%." in page.text
    assert 'aria-current="page">Figures</a>' in page.text


def test_every_chart_says_in_words_what_it_shows_and_stays_in_its_box(sign_in: Seat, database: Database) -> None:
    _fill(database)
    page = sign_in("coordinator").get("/desk/figures").text
    charts = [fromstring(svg) for svg in _SVG.findall(page)]
    # One for all listings, two of compliance, one line by kind, one by area, one doubt.
    assert len(charts) == 6
    for chart in charts:
        title = chart.find("title")
        assert chart.get("role") == "img"
        assert title is not None
        assert title.get("id") == chart.get("aria-labelledby")
        assert title.text
        assert f'id="{chart.get("aria-describedby")}"' in page
        for part in chart.iter():
            ends = [float(part.get(name) or 0) for name in ("x", "x1", "x2")]
            ends.append(ends[0] + float(part.get("width") or 0) if part.get("x") else 0)
            assert all(0 <= end <= 100.01 for end in ends)
    assert "<script" not in page


def test_no_line_is_about_one_program_and_no_name_is_there(sign_in: Seat, database: Database) -> None:
    _fill(database)
    page = sign_in("coordinator", "Ada").get("/desk/figures").text
    assert "Quillfeather" not in page
    assert "Lantern Rooms" not in page
    assert "Shelter and housing" not in page, "there is one shelter alone"
    # Who is signed in stands in the bar, as on every page, and nowhere else.
    assert page.count("Ada") == 1


def test_an_empty_directory_claims_nothing(sign_in: Seat) -> None:
    page = sign_in("admin").get("/desk/figures")
    assert "so nobody knows how much is wrong" in page.text
    assert "Nobody can find a listing here yet." in page.text
    assert '<svg class="chart"' not in page.text


def test_a_partner_does_not_see_it(sign_in: Seat) -> None:
    for role in ("partner", "law-enforcement"):
        assert sign_in(role).get("/desk/figures").status_code == 403
