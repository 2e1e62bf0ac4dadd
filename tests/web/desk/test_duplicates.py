"""The pages of pairs that may be one: side by side, a look before anything is done, merging, leaving apart, later."""

import html
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.intake.matches import FoundPair, join_pairs
from directory.listings.changes import Author
from directory.listings.models import Fact, Record
from directory.listings.queries import get_record
from directory.listings.service import Created
from tests import makers
from tests.conftest import NOW
from tests.importers.planned import shown
from tests.staff import Desk

Seat = Callable[..., Desk]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ONE, OTHER = "+13055550150", "+13055550151"


@pytest.fixture
def ana(sign_in: Seat) -> Desk:
    """Who keeps the whole network."""
    return sign_in("coordinator", "Ana")


def two(database: Database, *, areas: tuple[str | None, str | None] = (None, None)) -> tuple[Created, Created]:
    """Two services of one organization that are a pair, number 1."""
    with database.transaction() as session:
        owner = makers.make_organization(session, "Harbor Aid")
        made = [
            makers.make_service(
                session, makers.phone(number), makers.kind("food"), makers.serves("US-FL"), makers.speaks(language),
                name=name, organization_id=owner, area=area,
                sites=[] if area else [makers.site(f"site:{number}", street="12 Public Lantern Avenue")],
            )
            for number, name, language, area in (
                (ONE, "Pantry", "es", areas[0]), (OTHER, "Pantry House", "ht", areas[1]),
            )
        ]  # fmt: skip
        pair = FoundPair(made[0].record_id, made[1].record_id, 612, ("name-part", "address-same", "phone-differs"))
        join_pairs(session, [pair], author=Author("merge", "a test"), now=NOW)
    return made[0], made[1]


def public_id(database: Database, record_id: int) -> str:
    """The public id of a record."""
    with database.reading() as session:
        return str(get_record(session, record_id).public_id)


def row(page: str, word: str) -> str:
    """A row of the table as text."""
    found = re.search(rf'<tr><th scope="row">{word}(<.*?)</tr>', page, re.DOTALL)
    assert found, word
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", found[1]).split()))


def test_what_waits_is_listed_and_counted_where_people_look(database: Database, ana: Desk) -> None:
    assert "No pair waits." in ana.get("/desk/duplicates").text
    two(database)
    page = ana.get("/desk/duplicates").text
    assert "1 pair waits" in page
    assert "61 % alike" in page
    assert 'href="/desk/duplicates/1"' in page
    assert 'href="/desk/duplicates">1 pair that may be one' in ana.get("/desk/month").text
    assert '<a href="/desk/duplicates">1 pair</a>' in ana.get("/desk/changes").text
    assert ana.get("/desk/duplicates?only=nothing&page=999999999").status_code == 200


def test_the_two_stand_side_by_side_and_words_say_what_differs(database: Database, ana: Desk) -> None:
    two(database)
    page = ana.get("/desk/duplicates/1").text
    assert "One name is part of the other; the same street address. Against it: different phone numbers." in page
    assert row(page, "Name") == "Different Pantry Pantry House"
    assert row(page, "Organization") == "Same Harbor Aid Harbor Aid"
    assert row(page, "Address").startswith("Same")
    assert row(page, "Number") == "Different 305 555 0150 305 555 0151"
    assert row(page, "Kind").startswith("Same")
    assert "Spanish" in row(page, "Language")
    assert "Haitian" in row(page, "Language")
    assert row(page, "Last confirmed") == "never never"
    assert ana.get("/desk/duplicates/2").status_code == 404
    assert ana.get("/desk/duplicates/99999999999999999999").status_code == 404


def test_a_confidential_one_shows_no_address(database: Database, ana: Desk) -> None:
    two(database, areas=("US-FL-331", "US-FL-331"))
    page = ana.get("/desk/duplicates/1").text
    assert "Public Lantern" not in page
    assert '<th scope="row">Address' not in page
    assert row(page, "Place").startswith("Same Kept private")


def test_a_merge_is_looked_at_made_and_leads_to_the_survivor(database: Database, ana: Desk) -> None:
    one, other = two(database)
    survivor = public_id(database, one.record_id)
    before = shown(database)
    look = ana.post("/desk/duplicates/1/look", {"survivor": survivor})
    assert look.status_code == 200
    assert "Pantry House would be merged into <b>Pantry</b>" in look.text
    assert "<ins>305 555 0151</ins>" in look.text
    assert shown(database) == before
    [number] = _forks(look.text, "Number")
    [name] = _forks(look.text, "Name")
    chosen = {"survivor": survivor, number: "ours", name: "theirs"}
    again = ana.post("/desk/duplicates/1/look", chosen).text
    assert "<ins>305 555 0151</ins>" not in again
    assert '<del><span class="unseen">goes: </span>Pantry</del>' in again
    assert shown(database) == before
    done = ana.post("/desk/duplicates/1/same", chosen)
    listing = public_id(database, one.listings[0][1])
    assert done.headers["location"] == f"/desk/listings/{listing}?said=merged"
    with database.reading() as session:
        assert get_record(session, other.record_id).merged_into == one.record_id
        names = session.scalars(
            sa.select(Fact.value).where(
                Fact.record_id == one.record_id, Fact.field == "name", Fact.standing == "current"
            )
        ).all()
    assert names == ['{"text":"Pantry House"}']
    assert "They are one" in ana.get("/desk/duplicates/1").text
    assert ana.post("/desk/duplicates/1/same", {"survivor": survivor}).status_code == 409
    assert "61 % alike" in ana.get("/desk/duplicates?only=same").text


def _forks(page: str, word: str) -> list[str]:
    return re.findall(rf'<legend>{word}.*?name="(v\d+)"', page, re.DOTALL)


def test_a_bad_choice_is_said_and_nothing_is_done(database: Database, ana: Desk) -> None:
    one, _ = two(database)
    survivor = public_id(database, one.record_id)
    page = ana.post("/desk/duplicates/1/look", {"survivor": survivor}).text
    [number] = _forks(page, "Number")
    answer = ana.post("/desk/duplicates/1/same", {"survivor": survivor, number: "all of them"})
    assert answer.status_code == 409
    assert "Say which of the two stands." in answer.text
    assert ana.post("/desk/duplicates/1/same", {"survivor": survivor, "v999999": "ours"}).status_code == 409
    assert ana.post("/desk/duplicates/1/same", {"survivor": "nobody"}).status_code == 404
    assert ana.post("/desk/duplicates/1/same", {"survivor": survivor, "why": "x"}).status_code == 400
    assert ana.post("/desk/duplicates/1/later", {"days": "999"}).status_code == 400
    with database.reading() as session:
        assert session.scalars(sa.select(Record.id).where(Record.merged_into.is_not(None))).all() == []


def test_a_confirmed_number_is_only_proposed_and_one_that_is_merged_away_is_refused(
    database: Database, ana: Desk
) -> None:
    one, other = two(database)
    with database.transaction() as session:
        phone = sa.select(Fact.id).where(Fact.record_id == one.record_id, Fact.field == "phone")
        makers.confirm(session, session.scalars(phone).one())
    wrong_way = ana.post("/desk/duplicates/1/look", {"survivor": public_id(database, other.record_id)}).text
    assert "Like this it cannot be done." in wrong_way
    survivor = public_id(database, one.record_id)
    look = ana.post("/desk/duplicates/1/look", {"survivor": survivor}).text
    [number] = _forks(look, "Number")
    look = ana.post("/desk/duplicates/1/look", {"survivor": survivor, number: "theirs"}).text
    assert "1 value would be proposed" in look
    done = ana.post("/desk/duplicates/1/same", {"survivor": survivor, number: "theirs"})
    assert done.headers["location"].endswith("?said=merged-waits")
    page = ana.get(done.headers["location"]).text
    assert "wait for a second person" in page
    assert "305 555 0151" in ana.get("/desk/changes/" + re.findall(r"/desk/changes/(\d+)", page)[0]).text


def test_two_are_told_apart_for_good_or_left_for_later_and_that_is_taken_back(database: Database, ana: Desk) -> None:
    two(database)
    assert ana.post("/desk/duplicates/1/later", {"days": "7"}).headers["location"] == "/desk/duplicates?said=later"
    assert "No pair waits." in ana.get("/desk/duplicates").text
    assert "asked about again on" in ana.get("/desk/duplicates?only=later").text
    ana.post("/desk/duplicates/1/undo")
    assert "1 pair waits" in ana.get("/desk/duplicates").text
    assert "Nobody is asked again" in ana.get(ana.post("/desk/duplicates/1/different").headers["location"]).text
    assert "No pair waits." in ana.get("/desk/duplicates").text
    assert "Take that back" in ana.get("/desk/duplicates/1").text
    ana.post("/desk/duplicates/1/undo")
    assert "1 pair waits" in ana.get("/desk/duplicates").text


def test_a_pair_of_which_one_is_elsewhere_is_not_there(database: Database, sign_in: Seat) -> None:
    two(database)
    texas = sign_in("coordinator", "Tex", scopes=(("area", "US-TX"),))
    florida = sign_in("coordinator", "Flora", scopes=(("area", "US-FL"),))
    assert "1 pair waits" in florida.get("/desk/duplicates").text
    assert florida.get("/desk/duplicates/1").status_code == 200
    assert "No pair waits." in texas.get("/desk/duplicates").text
    assert texas.get("/desk/duplicates/1").status_code == 404
    for verb in ("look", "same", "different", "undo"):
        assert texas.post(f"/desk/duplicates/1/{verb}").status_code == 404, verb
    assert texas.post("/desk/duplicates/1/later", {"days": "7"}).status_code == 404


def test_a_merge_is_taken_back_from_the_page_of_the_survivor_to_the_byte(database: Database, ana: Desk) -> None:
    one, other = two(database)
    before = shown(database)
    survivor, listing, gone = (
        public_id(database, n) for n in (one.record_id, one.listings[0][1], other.listings[0][1])
    )
    look = ana.post("/desk/duplicates/1/look", {"survivor": survivor}).text
    chosen = {"survivor": survivor, _forks(look, "Name")[0]: "theirs"}
    ana.post("/desk/duplicates/1/same", chosen)
    led = ana.get(f"/desk/listings/{gone}")
    assert led.headers["location"] == f"/desk/listings/{listing}?said=led-on"
    page = ana.get(led.headers["location"]).text
    assert "was merged into this one" in page
    assert '<a href="#took">Where it is taken back</a>' in page
    assert "This listing took in" in page
    assert "number <b>305 555 0151</b>" in page
    [merge] = re.findall(r'href="(/desk/duplicates/merges/\d+)"', page)
    part = ana.get(merge).text
    assert "<ins>Pantry</ins>" in part
    assert '<del><span class="unseen">goes: </span>305 555 0151</del>' in part
    assert "by Ana" in part
    assert ana.post(merge, {"verdict": "perhaps"}).status_code == 400
    done = ana.post(merge, {"verdict": "two"})
    assert done.headers["location"] == f"/desk/listings/{listing}?said=parted"
    assert shown(database) == before
    assert "Somebody said that they are two" in ana.get("/desk/duplicates/1").text
    assert "took in" not in ana.get(f"/desk/listings/{listing}").text
    assert "#took" not in ana.get(f"/desk/listings/{listing}?said=merged").text
    assert ana.get(merge).status_code == 404
    assert "took a merge back" in ana.get("/desk/record").text


def test_separating_with_a_question_opens_the_pair_again(database: Database, ana: Desk, sign_in: Seat) -> None:
    one, _ = two(database)
    ana.post("/desk/duplicates/1/same", {"survivor": public_id(database, one.record_id)})
    page = ana.get(f"/desk/listings/{public_id(database, one.listings[0][1])}").text
    [merge] = re.findall(r'href="(/desk/duplicates/merges/\d+)"', page)
    texas = sign_in("coordinator", "Tex", scopes=(("area", "US-TX"),))
    assert texas.get(merge).status_code == 404
    assert texas.post(merge, {"verdict": "two"}).status_code == 404
    ana.post(merge, {"verdict": "again"})
    assert "1 pair waits" in ana.get("/desk/duplicates").text


def test_a_listing_is_said_to_be_the_same_as_another_that_is_found(database: Database, ana: Desk) -> None:
    with database.transaction() as session:
        owner = makers.make_organization(session, "Harbor Aid")
        stranger = makers.make_organization(session, "Lantern Aid")
        made = [
            makers.make_service(session, makers.serves("US-FL"), name=name, organization_id=organization)
            for name, organization in (("Pantry", owner), ("Food Pantry", owner), ("Far Pantry", stranger))
        ]
    listings = [public_id(database, one.listings[0][1]) for one in made]
    to = f"/desk/listings/{listings[0]}/same"
    assert f'href="{to}"' in ana.get(f"/desk/listings/{listings[0]}").text
    assert "Which other one" in ana.get(to).text
    found = ana.post(to, {"words": "pantry"}).text
    assert listings[1] in found.partition("<tbody>")[2]
    assert listings[0] not in found.partition("<tbody>")[2]
    assert "Nothing else is found" in ana.post(to, {"words": "lighthouse"}).text
    pair = ana.post(to, {"other": listings[1]}).headers["location"]
    page = ana.get(pair).text
    assert "Somebody who works here takes them for one." in page
    assert "Food Pantry" in page
    assert ana.post(to, {"other": listings[0]}).status_code == 400
    assert ana.post(to, {"other": "no-such-listing"}).status_code == 404
    first = ana.post(to, {"other": listings[2]}).headers["location"]
    assert first.endswith("?said=first")
    assert "Two organizations" in ana.get(first).text
    assert ana.get("/desk/duplicates").text.count("% alike") == 3
