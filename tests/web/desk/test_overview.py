"""The overview: sentences, charts that can be read as text, tables as files, and nobody in particular."""

import csv
import io
import re
from collections.abc import Callable

from defusedxml.ElementTree import fromstring

from directory.db import Database
from directory.handoff.packs import KeptPack, keep_pack
from directory.people.service import command_line_person
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
    page = sign_in("coordinator").get("/desk/overview")
    assert page.status_code == 200
    assert "Of 6 listings drawn at random and reached, 17\N{NO-BREAK SPACE}% (1) were wrong." in page.text
    assert "<h1>0 of 7 listings are confirmed and in time</h1>" in page.text
    assert "0 of 7 listings are confirmed and in time, 0\N{NO-BREAK SPACE}%; 7 never." in page.text
    assert 'aria-current="page">Overview</a>' in page.text
    months = page.text.partition('id="plan"')[2].partition("</section>")[0]
    assert "November has begun: 6 calls made, and no plan yet." in months
    assert "6 done." in months


def test_every_chart_says_in_words_what_it_shows_and_stays_in_its_box(sign_in: Seat, database: Database) -> None:
    _fill(database)
    page = sign_in("coordinator").get("/desk/overview").text
    charts = [fromstring(svg) for svg in _SVG.findall(page)]
    # One line by kind, one by area, a month, one for all listings, two of compliance, one doubt.
    assert len(charts) == 7
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
    # The desk's one file of keys stands in the head; what is shown is drawn before the page leaves.
    assert "<script" not in page.partition("<body")[2]


def test_no_line_is_about_one_program_and_no_name_is_there(sign_in: Seat, database: Database) -> None:
    _fill(database)
    page = sign_in("coordinator", "Ada").get("/desk/overview").text
    assert "Quillfeather" not in page
    assert "Lantern Rooms" not in page
    assert "Shelter and housing" not in page, "there is one shelter alone"
    # Who is signed in stands in the bar, as on every page, and nowhere else.
    assert page.count("Ada") == 1


def test_an_empty_directory_claims_nothing(sign_in: Seat) -> None:
    page = sign_in("admin").get("/desk/overview")
    assert "so nobody knows how much is wrong" in page.text
    assert "Nobody can find a listing here yet." in page.text
    assert '<svg class="chart"' not in page.text


def test_a_partner_does_not_see_it(sign_in: Seat) -> None:
    for role in ("partner", "law-enforcement"):
        desk = sign_in(role)
        for path in ("/desk/overview", "/desk/figures", "/desk/overview/tables/kinds"):
            assert desk.get(path).status_code == 403


def test_every_table_is_a_file_that_holds_counts_and_nobody(sign_in: Seat, database: Database) -> None:
    _fill(database)
    desk = sign_in("coordinator")
    page = desk.get("/desk/overview").text
    linked = set(re.findall(r'href="/desk/overview/tables/([a-z]+)"', page))
    assert linked == {"kinds", "areas", "plan", "wrong", "kept", "calibration", "gaps", "coverage"}
    for code in sorted(linked):
        answer = desk.get(f"/desk/overview/tables/{code}")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.headers["content-disposition"] == f'attachment; filename="{code}.csv"'
        text = answer.content.decode("utf-8-sig")
        assert len(list(csv.reader(io.StringIO(text)))) > 1
        assert not re.search(r"Quillfeather|Lantern|331|305|@", text), code
    kinds = list(csv.DictReader(io.StringIO(desk.get("/desk/overview/tables/kinds").content.decode("utf-8-sig"))))
    assert [(row["kind"], row["listings"], row["unverified"]) for row in kinds] == [
        ("Kinds with few listings", "7", "7")
    ]
    assert desk.get("/desk/overview/tables/people").status_code == 404


def test_the_old_address_leads_here(sign_in: Seat) -> None:
    moved = sign_in("coordinator").get("/desk/figures", follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (303, "/desk/overview")


def test_every_gap_says_where_it_is_and_ends_in_whom_to_ask_or_in_a_new_listing(
    sign_in: Seat, database: Database
) -> None:
    _fill(database)
    desk = sign_in("coordinator")
    page = desk.get("/desk/overview").text.partition('id="gaps"')[2]
    assert "Ask 1 listing" in page
    assert "Find one" in page
    assert "Most wanting: a place to stay" in page
    asked = desk.post("/desk/overview/gap", {"need": "stay-men-children"})
    assert asked.status_code == 200
    assert "<h1>A place to stay for men with children</h1>" in asked.text
    assert re.search(r'href="/desk/listings/[0-9a-f-]{36}"><bdi>Lantern Rooms</bdi>', asked.text)
    assert "Not known, and nobody confirmed the listing lately" in asked.text
    none = desk.post("/desk/overview/gap", {"need": "exam-adults"}).text
    assert "Nobody here can be asked." in none
    assert 'href="/desk/listings/new"' in none
    assert desk.post("/desk/overview/gap", {"need": "nothing"}).status_code == 400


def test_who_works_elsewhere_is_told_of_nobody_to_ask(sign_in: Seat, database: Database) -> None:
    _fill(database)
    elsewhere = sign_in("coordinator", scopes=(("area", "US-GA"),)).post(
        "/desk/overview/gap", {"need": "stay-men-children"}
    )
    assert elsewhere.status_code == 200
    assert "Lantern Rooms" not in elsewhere.text


def test_the_map_counts_a_kind_by_whole_areas_in_words_and_in_a_table(sign_in: Seat, database: Database) -> None:
    _fill(database)
    desk = sign_in("coordinator")
    for form, told in (({}, "None is confirmed in any of 67 counties."), ({"kind": "hotline"}, "any of 67 counties.")):
        page = (desk.post("/desk/overview", form) if form else desk.get("/desk/overview")).text
        drawing = page[page.index('<svg class="map"') : page.index("</svg>", page.index('<svg class="map"')) + 6]
        assert told in page
        assert drawing.count("<title>") == 67
        assert "Miami-Dade County, FL: none confirmed" in drawing
        fromstring(drawing)
        assert "Lantern Rooms" not in page
    assert desk.post("/desk/overview", {"kind": "nothing"}).status_code == 400


def test_whoever_comes_after_finds_the_hand_over_and_the_sheet(sign_in: Seat) -> None:
    admin = sign_in("admin", "Ada")
    page = admin.get("/desk/overview").text
    assert 'href="/desk/handover"' in page
    assert 'href="/desk/sheet"' in page
    assert "Ada: admin" in admin.get("/desk/handover").text
    assert "handrail privacy json lists every column" in admin.get("/desk/sheet").text
    coordinator = sign_in("coordinator")
    assert 'href="/desk/handover"' not in coordinator.get("/desk/overview").text
    assert coordinator.get("/desk/handover").status_code == 403


def test_a_pack_that_must_go_is_told_by_its_number_alone(sign_in: Seat, database: Database) -> None:
    with database.transaction() as session:
        made = makers.make_service(session, makers.kind("hotline"), name="Quillfeather Line")
        now = session.info["now"]
        by = command_line_person(session, now=now).id
        for serial, number in (("4821-7731", "+13055550199"), ("0000-0010", "+13055550142")):
            pack = KeptPack(serial, now.date(), now.date(), ("en",), "33130 (Miami, FL)")
            keep_pack(session, pack, [(made.listings[0][1], number)], by_id=by, now=now)
    page = sign_in("coordinator").get("/desk/overview").text
    assert "Pack 4821-7731 holds a number that is not right any more." in page
    assert "0000-0010" not in page
