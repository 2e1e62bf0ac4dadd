"""Bringing a list in at the desk: upload, review by line, listing and kind, applying, declining for good."""

import re
from collections.abc import Callable

import msgspec
import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.listings.models import Change, Record
from directory.settings import Settings
from directory.sources.models import MatchPair, Source
from directory.sources.uploads import uploads_of
from tests.importers.planned import confirm_number_of
from tests.lists import bring_in, brought, decide_all, line, number_of_line, send, table, value, waited_for
from tests.staff import DESK_KEY, Desk

Seat = Callable[..., Desk]
pytestmark = [
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("patient"),
]


def test_nothing_comes_in_before_somebody_says_so(database: Database, one: Desk) -> None:
    review = brought(one, [line(1), line(2), line(3)], source="", new="coalition")
    page = one.get(review).text
    assert "coalition: 3 to decide" in page
    assert "New" in page
    with database.reading() as session:
        assert session.scalars(sa.select(Record.id)).all() == []
        assert session.scalars(sa.select(Source.key)).all() == ["coalition"]
    first = number_of_line(page, "Harbor 1")
    answer = one.post(f"{review}/decide", {"one": f"take.{first}"})
    assert answer.headers["location"] == f"{review}#n{first}"
    assert "<b data-decided>1</b> decided, <b data-left>2</b> left" in one.get(review).text
    one.post(f"{review}/apply")
    assert "It came in as" in one.get(review).text
    assert value(database, "Office 1", "phone")
    with database.reading() as session:
        kinds = session.scalars(sa.select(Record.kind)).all()
    assert kinds.count("service") == 1
    # What was left for later is asked about again.
    assert "coalition: 2 to decide" in one.get(brought(one, [line(1), line(2), line(3)])).text


def test_what_is_new_and_not_wanted_is_not_asked_about_again_until_it_changes(database: Database, one: Desk) -> None:
    review = brought(one, [line(1), line(2)], source="", new="coalition")
    page = one.get(review).text
    one.post(f"{review}/decide", {"one": f"take.{number_of_line(page, 'Harbor 1')}"})
    one.post(f"{review}/decide", {"one": f"keep.{number_of_line(page, 'Harbor 2')}", "reason": "not-ours"})
    one.post(f"{review}/apply")
    again = one.get(brought(one, [line(1), line(2)])).text
    assert "there is nothing to decide" in again
    changed = one.get(brought(one, [line(1), line(2, Description="Legal help.", Agency="Harbor Two")])).text
    assert "Harbor Two" in changed


def test_a_value_is_taken_declined_for_good_or_left(database: Database, one: Desk) -> None:
    assert "It came in as" in bring_in(one, [line(1), line(2), line(3)], source="", new="coalition")
    new = [line(1, Description="New words one."), line(2, Description="New words two."), line(3, Description="Three.")]
    review = brought(one, new)
    page = one.get(review).text
    assert "coalition: 3 to decide" in page
    assert "The source has changed what it said" in page
    assert "<ins>New words one.</ins>" in page
    what = "Description"
    one.post(f"{review}/decide", {"one": f"take.{number_of_line(page, f'Office 1, {what}')}"})
    one.post(f"{review}/decide", {"one": f"keep.{number_of_line(page, f'Office 2, {what}')}", "reason": "worse"})
    one.post(f"{review}/apply")
    assert value(database, "Office 1", "description") == ['{"text":"New words one."}']
    assert value(database, "Office 2", "description") == ['{"text":"Help with forms."}']
    assert value(database, "Office 3", "description") == ['{"text":"Help with forms."}']
    with database.reading() as session:
        declined = session.scalars(sa.select(Change).where(Change.state == "declined")).one()
        assert declined.reason == "ours says it better"
        assert declined.decided_by is not None
    # The same list again: only what was left is asked about.
    again = one.get(brought(one, new)).text
    assert "coalition: 1 to decide" in again
    assert "Office 3, Description: Take" in again
    # The source says something else: that is asked about.
    other = one.get(brought(one, [*new[:1], line(2, Description="Other words."), *new[2:]])).text
    assert "Office 2, Description: Take" in other


def test_a_confirmed_number_becomes_a_proposal_and_stays(database: Database, one: Desk) -> None:
    bring_in(one, [line(1), line(2)], source="", new="coalition")
    confirm_number_of(database, 1)
    review = brought(one, [line(1, Phone="305-555-9001"), line(2)])
    page = one.get(review).text
    assert "Two people have to decide" in page
    assert "confirmed by phone" in page
    decide_all(one, review, "take.two-people")
    one.post(f"{review}/apply")
    assert any("+13055550001" in said for said in value(database, "Office 1", "phone"))
    with database.reading() as session:
        waiting = session.scalars(sa.select(Change).where(Change.state == "proposed")).all()
    assert len(waiting) == 1
    assert waiting[0].proposed_by is None


def test_a_listing_and_what_is_ticked_are_decided_at_once(database: Database, one: Desk) -> None:
    bring_in(one, [line(1), line(2), line(3)], source="", new="coalition")
    both = {"Description": "Other words.", "Services": "Food"}
    review = brought(one, [line(1, **both), line(2, **both), line(3, **both)])
    page = one.get(review).text
    numbers = re.findall(r'name="n" value="(\d+)"', page)
    group = re.search(r'name="group" value="take\.(\d+)"', page)
    assert group
    decide_all(one, review, f"take.{group[1]}", field="group")
    page = one.get(review).text
    taken = page.count(': Take" aria-pressed="true"')
    assert 2 <= taken < len(numbers)
    assert one.post(f"{review}/decide", {"ticked": "keep.", "n": numbers[-1], "reason": "wrong"}).status_code == 303
    assert one.get(review).text.count(': Keep ours" aria-pressed="true"') == 1
    assert one.post(f"{review}/decide", {"one": "take.9999"}).status_code == 400
    assert one.post(f"{review}/decide", {"one": f"keep.{numbers[0]}", "reason": "my client"}).status_code == 400
    assert one.post(f"{review}/decide", {}).status_code == 400
    assert one.get(f"{review}/facts").text.count("data-line") == len(numbers)


def test_too_much_at_once_is_held_and_let_in_once(database: Database, one: Desk) -> None:
    rows = [line(n) for n in range(100, 112)]
    bring_in(one, rows, source="", new="coalition")
    page = bring_in(one, [line(n, Description="Moved.") for n in range(100, 112)])
    assert "Held, and nothing of it came in" in page
    assert value(database, "Office 100", "description") == ['{"text":"Help with forms."}']
    review = re.search(r'action="(/desk/imports/review/[0-9a-f]+)/release"', page)
    assert review
    assert one.post(f"{review[1]}/release").status_code == 303
    assert "It came in as" in one.get(review[1]).text
    assert value(database, "Office 100", "description") == ['{"text":"Moved."}']


def test_what_columns_mean_is_shown_changed_and_kept_with_the_source(database: Database, one: Desk) -> None:
    rows = [line(n) for n in range(1, 6)]
    review = brought(one, rows, source="", new="coalition")
    page = one.get(f"{review}/mapping").text
    assert "Help with forms." in page
    options = dict(re.findall(r'name="(c\d+)" aria-label="What ([^"]+) means"', page))
    form = {field: re.search(rf'name="{field}".*?value="([^"]*)" selected', page, re.DOTALL)[1] for field in options}  # type: ignore[index]
    description = next(field for field, column in options.items() if column == "Description")
    assert form[description] == "description"
    # The list is not kept, so whoever says what its columns mean chooses it once more.
    again = form | {"again": review.rpartition("/")[2]}
    assert send(one, table(rows), **again | {description: "magic"}).status_code == 400
    assert send(one, b"", **again | {description: "notes"}).status_code == 400
    assert send(one, table(rows), **again | {description: "notes"}).headers["location"] == review
    assert "Read as you said." in one.get(f"{review}/mapping").text
    decide_all(one, review, "take.new")
    one.post(f"{review}/apply")
    assert value(database, "Office 1", "description") == []
    with database.reading() as session:
        kept = session.scalars(sa.select(Source.mapping)).one()
    assert kept is not None
    assert '"Description" = "notes"' in kept
    assert "Read as it was the last time." in one.get(f"{brought(one, rows)}/mapping").text


def test_rows_that_do_not_come_in_are_told_with_the_reason(one: Desk) -> None:
    rows = [*map(line, range(1, 6)), line(6, Agency="4815 Quincewater Road", Program="4815 Quincewater Road")]
    review = brought(one, rows, source="", new="coalition")
    page = one.get(review).text
    assert "set aside with a reason" in page
    aside = one.get(f"{review}/aside").text
    assert "row 7" in aside
    assert "What stands in the place of the name is an address." in aside
    assert "Quincewater" not in aside


def test_what_was_interrupted_says_so_and_begins_again(database: Database, one: Desk) -> None:
    rows = [line(1), line(2)]
    review = brought(one, rows, source="", new="coalition")
    uploads = uploads_of(database, Settings(database_url="", desk_secret=DESK_KEY.hex()))
    upload = uploads.get(review.rpartition("/")[2])
    uploads.save(msgspec.structs.replace(upload, stage="reading"))
    assert "This was interrupted." in one.get(review).text
    with uploads.working(upload.id):
        assert "It is being read." in one.get(review).text
        # Who presses meanwhile does no harm, and cannot take it away.
        assert one.post(f"{review}/again").status_code == 303
        one.post(f"{review}/drop")
        assert "It is being read." in one.get(review).text
    one.post(f"{review}/again")
    decide_all(one, review, "take.new")
    uploads.save(msgspec.structs.replace(upload, stage="applying"))
    assert "This was interrupted." in one.get(review).text
    assert decide_all(one, review, "keep.new").status_code == 409
    one.post(f"{review}/apply")
    assert "It came in as" in one.get(review).text
    assert value(database, "Office 2", "phone")


def test_nobody_decides_about_or_applies_what_somebody_else_brought_in(
    database: Database, one: Desk, sign_in: Seat
) -> None:
    review = brought(one, [line(1)], source="", new="coalition")
    other = sign_in("coordinator", "Other")
    assert other.get(review).status_code == 200
    for press, form in (("decide", {"kind": "take.new"}), ("apply", {}), ("again", {})):
        assert other.post(f"{review}/{press}", form).status_code == 409, press
    assert send(other, table([line(2)]), again=review.rpartition("/")[2]).status_code == 409
    with database.reading() as session:
        assert session.scalars(sa.select(Record.id)).all() == []


def test_what_was_decided_holds_for_what_was_read_and_not_for_what_is_read_later(database: Database, one: Desk) -> None:
    review = brought(one, [line(1), line(2)], source="", new="coalition")
    decide_all(one, review, "take.new")
    # The same rows, looked at once more.
    one.post(f"{review}/again")
    assert "<b data-decided>2</b> decided" in one.get(review).text
    # Other rows, also where they look alike.
    assert send(one, table([line(1), line(2)]), again=review.rpartition("/")[2]).status_code == 303
    assert "<b data-decided>0</b> decided, <b data-left>2</b> left" in one.get(review).text
    one.post(f"{review}/apply")
    with database.reading() as session:
        assert "service" not in session.scalars(sa.select(Record.kind)).all()


def test_what_is_new_is_taken_or_left_out_and_nothing_of_ours_is_kept(one: Desk) -> None:
    bring_in(one, [line(1)], source="", new="coalition")
    page = one.get(brought(one, [line(1, Description="Other words."), line(2)])).text
    new = page[page.index("Harbor 2") :]
    assert "Whole listing: Leave it out" in new
    assert "Whole listing: Keep ours" not in page
    assert "All of: New: Leave it out" in page
    assert "Description: Keep ours" in page


def test_what_is_new_says_the_number_that_people_would_call(one: Desk) -> None:
    rows = [line(1, Phone="305-555-0142"), line(2, Phone="305-555-01")]
    page = one.get(brought(one, rows, source="", new="coalition")).text
    assert "New: Office 1; 305-555-0142" in page
    assert "New: Office 2; no number of its own" in page


def test_rows_of_one_name_with_other_numbers_are_shown_to_be_decided(one: Desk) -> None:
    twice = {"Id": "", "Agency": "Harbor", "Program": "Advice"}
    rows = [line(1, **twice), line(1, **twice, Phone="305-555-0177"), line(2, Id="")]
    page = one.get(brought(one, rows, source="", new="coalition")).text
    assert "Numbers to decide" in page
    assert page.count("Advice: Rows of one name give different numbers. Call, and keep one: 305-555-0001 or 305") == 1


def test_what_looks_like_one_we_have_says_so_before_it_comes_in(database: Database, one: Desk) -> None:
    bring_in(one, [line(1), line(2)], source="", new="coalition")
    confirm_number_of(database, 2)
    twins = [line(1, Id="77", Phone="305-555-0199"), line(2, Id="78"), line(3, Id="79")]
    review = brought(one, twins, source="", new="county")
    page = one.get(review).text
    assert "county: 3 to decide" in page
    assert len(re.findall(r'name="one" value="same', page)) == 2
    assert "% alike" in page
    assert "Number: ours 305-555-0001, theirs 305-555-0199" in page
    assert "Look alike" in page
    first, second = (number_of_line(page, f"Harbor {n}") for n in (1, 2))
    assert one.post(f"{review}/decide", {"one": f"take.{first}"}).status_code == 400
    assert one.post(f"{review}/decide", {"one": f"same.{number_of_line(page, 'Harbor 3')}"}).status_code == 400
    one.post(f"{review}/decide", {"one": f"other.{first}"})
    one.post(f"{review}/decide", {"one": f"same.{second}"})
    assert "<b data-decided>2</b> decided, <b data-left>1</b> left" in one.get(review).text
    one.post(f"{review}/apply")
    assert "It came in as" in waited_for(one, review)
    with database.reading() as session:
        merged = session.scalars(
            sa.select(Record).where(Record.merged_into.is_not(None), Record.kind == "service")
        ).all()
        assert len(merged) == 1
        pairs = {pair.verdict for pair in session.scalars(sa.select(MatchPair))}
        assert pairs == {"same", "different"}
        assert {pair.decided_by for pair in session.scalars(sa.select(MatchPair))} != {None}
    assert "No pair waits." in one.get("/desk/duplicates").text
    # The same list again: what was said is not asked about again.
    again = one.get(brought(one, twins, source="county")).text
    assert "county: 1 to decide" in again
    assert "Looks like one we have" not in again


def test_all_that_look_alike_are_decided_at_once(database: Database, one: Desk) -> None:
    bring_in(one, [line(1), line(2)], source="", new="coalition")
    review = brought(one, [line(1, Id="77"), line(2, Id="78")], source="", new="county")
    page = one.get(review).text
    assert 'name="kind" value="same.alike"' in page
    assert 'name="kind" value="take.alike"' not in page
    assert decide_all(one, review, "same.alike").status_code == 303
    one.post(f"{review}/apply")
    waited_for(one, review)
    with database.reading() as session:
        services = session.scalars(sa.select(Record).where(Record.kind == "service")).all()
    assert [bool(service.merged_into) for service in services] == [False, False, True, True]


def test_what_looks_alike_may_still_be_told_of_afterwards_where_it_is_not_decided(one: Desk) -> None:
    bring_in(one, [line(1)], source="", new="coalition")
    review = brought(
        one, [line(1, Id="77", Phone="305-555-0199", Address="9 Public Lantern Road")], source="", new="county"
    )
    one.post(f"{review}/apply")
    waited_for(one, review)
    assert "county: 1 to decide" in one.get(brought(one, [line(1, Id="77")], source="county")).text
