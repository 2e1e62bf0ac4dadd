"""The form of a listing: what is typed is written or proposed, what is not typed stays, and nothing typed is lost."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.listings.drafts import FactDraft
from directory.listings.fields import Eligibility, GrievancePath, Phone, TermValue, decode_value
from directory.listings.models import Change, Fact, Record
from tests.makers import (
    STREET,
    kind,
    make_organization,
    make_service,
    opens,
    serves,
    site,
    speaks,
    takes,
    text,
    trained,
)
from tests.staff import Desk
from tests.web.conftest import public_id
from tests.web.desk.filled import boxes, typed_into
from tests.web.desk.test_listing import CONTACT, OLD, House
from tests.web.desk.test_listing import house as house  # noqa: PLC0414 - a fixture

Seat = Callable[..., Desk]
NEW = "+13055550177"


def changes(database: Database) -> int:
    """How many changes there ever were."""
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Change)) or 0


def test_a_form_in_which_nothing_is_typed_changes_nothing(sign_in: Seat, database: Database) -> None:
    """Whatever the registry holds comes back as it was, through every look that a box has."""
    every = (
        takes("women", "exclusive"), speaks("es"), speaks("any", "interpreter"), trained(expires_on="2027-06-30"),
        serves("US-FL"), serves("12086", "county"), kind("legal-civil"), opens({"MO": [(540, 1020)]}),
        FactDraft("phone", Phone("+13055550143", "text", keyword="BED", languages=["es"], message_safe=False), "text"),
        text("fees_description", "One.\nTwo.  \n\nThree <b> & more."),
        FactDraft("required_document", TermValue(), "photo-id"),
        text("status", "Active"),
    )  # fmt: skip
    house = House(database, *every, of_organization=(text("url", "https://example.org/a"), takes("men")))
    desk, before = sign_in("coordinator"), changes(database)
    answer = desk.post(f"{house.path}/edit", typed_into(desk, house.path, {}))
    assert answer.status_code == 200
    assert "Nothing was changed" in answer.text
    assert changes(database) == before


def test_one_submit_writes_what_one_person_may_and_proposes_the_rest(
    sign_in: Seat, house: House, database: Database
) -> None:
    house.verify()
    desk = sign_in("coordinator")
    typed = typed_into(
        desk,
        house.path,
        {
            "s~phone~voice~number": "305 555 0177 ext 5", "s~description~~text": "Beds.\r\nAnd meals.",
            "s~eligibility~men~answer": "no", "s~age~~minimum": "18", "o~description~~text": "A house.",
        },
    )  # fmt: skip
    answer = desk.post(f"{house.path}/edit", typed)
    assert answer.status_code == 303
    assert (house.value("description").text, house.value("age").minimum) == ("Beds.\nAnd meals.", 18)
    assert house.value("eligibility", "men") == Eligibility("no")
    assert house.value("phone", "voice").number == OLD
    [proposal] = house.proposals()
    page = desk.get(answer.headers["location"]).text
    told = re.findall(r'role="status"><span>(.*?)</span>', page)
    assert [one.partition(":")[0] for one in told] == ["Changed", "Proposed, and waits for a second person", "Changed"]
    assert f'href="/desk/changes/{proposal}"' in page
    with database.reading() as session:
        [one] = session.scalars(sa.select(Fact).where(Fact.change_id == proposal)).all()
        assert decode_value("phone", one.value or "{}") == Phone(NEW, ext="5")


def test_a_number_that_waits_for_a_second_person_is_named_in_no_note_to_everybody(sign_in: Seat, house: House) -> None:
    house.verify()
    desk = sign_in("coordinator")
    typed = {"s~phone~voice~number": "305 555 0177", "s~alert~~text": "Call 305 555 0177 instead."}
    answer = desk.post(f"{house.path}/edit", typed_into(desk, house.path, typed))
    assert "none of this listing" in answer.text
    assert boxes(answer.text)["s~alert~~text"] == ["Call 305 555 0177 instead."]
    page = desk.get(house.path).text
    assert "Call 305 555 0177 instead." not in page
    assert house.says(desk, "alert", "Call 305 555 0142 twice.") == 303


def test_words_of_a_confirmed_listing_that_name_another_number_wait_for_a_second_person(
    sign_in: Seat, house: House
) -> None:
    desk = sign_in("coordinator")
    assert house.says(desk, "description", "Before anybody confirmed it: 305 555 0166.") == 303
    house.verify()
    assert house.says(desk, "description", "Call 305 555 0177 instead.") == 303
    assert house.value("description").text == "Before anybody confirmed it: 305 555 0166."
    [proposal] = house.proposals()
    assert "Its words name a number" in desk.get(f"/desk/changes/{proposal}").text
    assert house.says(desk, "description", "305 555 0166 is asked in English, 305 555 0142 at night.") == 303
    assert "at night" in house.value("description").text


def test_what_somebody_changed_meanwhile_is_refused_beside_its_box_and_nothing_typed_is_lost(
    sign_in: Seat, house: House
) -> None:
    one, two = sign_in("coordinator", "One"), sign_in("coordinator", "Two")
    typed = typed_into(two, house.path, {"s~alert~~text": "No beds in July.", "s~description~~text": "More beds."})
    assert house.says(one, "alert", "No beds in June.") == 303
    answer = two.post(f"{house.path}/edit", typed)
    assert answer.status_code == 409
    assert answer.text.count("Somebody has said something else there meanwhile") == 2
    found = boxes(answer.text)
    assert found["s~alert~~text"] == ["No beds in July."]
    assert found["s~description~~text"] == ["More beds."]
    assert house.value("alert").text == "No beds in June."
    assert house.value("description").text == "A first line.\nA second one."
    # The page was made from what stands now: who saves it again means it.
    found.pop("csrf")
    assert two.post(f"{house.path}/edit", found).status_code == 303
    assert (house.value("alert").text, house.value("description").text) == ("No beds in July.", "More beds.")


def test_what_nobody_typed_into_keeps_what_somebody_else_said_meanwhile(sign_in: Seat, house: House) -> None:
    one, two = sign_in("coordinator", "One"), sign_in("coordinator", "Two")
    typed = typed_into(two, house.path, {"s~description~~text": "More beds.", "s~age~~minimum": "a"})
    assert house.says(one, "alert", "No beds in June.") == 303
    answer = two.post(f"{house.path}/edit", typed)
    assert answer.status_code == 400
    assert "Write a whole number" in answer.text
    again = boxes(answer.text)
    assert (again["s~alert~~text"], again["s~age~~minimum"]) == (["No beds in June."], ["a"])
    again["s~age~~minimum"] = ["18"]
    again.pop("csrf")
    assert two.post(f"{house.path}/edit", again).status_code == 303
    assert (house.value("alert").text, house.value("description").text) == ("No beds in June.", "More beds.")


def test_each_wrong_box_is_told_of_and_linked_from_the_top(sign_in: Seat, house: House) -> None:
    desk = sign_in("coordinator")
    typed = typed_into(
        desk,
        house.path,
        {
            "s~phone~voice~number": "none", "s~email~~text": "nobody", "s~name~~text": "",
            "s~trauma_informed~+~level": "assessed", "s~trauma_informed~+~expires_on": "next May",
            "s~alert~~text": "My client Ana was turned away",
        },
    )  # fmt: skip
    answer = desk.post(f"{house.path}/edit", typed)
    assert answer.status_code == 400
    ids = re.findall(r'<li><a href="#(\w+)">', answer.text)
    assert len(ids) == 5
    assert all(f'id="{one}"' in answer.text for one in ids)
    assert answer.text.count('aria-invalid="true"') >= 5
    assert "need names" in answer.text
    assert "Nothing about people who seek help is kept here" in answer.text
    assert boxes(answer.text)["s~trauma_informed~+~expires_on"] == ["next May"]
    assert house.value("name").text == "Night House"


def test_ticks_answers_and_new_lines_are_said_and_taken_back(sign_in: Seat, house: House) -> None:
    desk = sign_in("coordinator")
    added = {
        "s~kind~+~add": "legal-civil", "s~house_rule~faith~on": "on", "s~service_area~+~add": "Florida",
        "s~language~+~tag": "es", "s~language~+~how": "interpreter", "s~phone~+~number": "305 555 0178",
        "s~phone~+~kind": "tty", "s~barrier~walk-in~answer": "yes", "s~disclosure~police~policy": "mandated-only",
        "s~cost_option~+~note": "Everybody", "s~cost_option~+~amount": "0", "s~children~~most": "3",
    }  # fmt: skip
    assert desk.post(f"{house.path}/edit", typed_into(desk, house.path, added)).status_code == 303
    assert house.value("kind", "legal-civil") == TermValue()
    assert house.value("language", "es:interpreter").how == "interpreter"
    assert house.value("service_area", "US-FL").extent == "state"
    assert (house.value("phone", "tty").number, house.value("disclosure", "police").policy) == (
        "+13055550178", "mandated-only",
    )  # fmt: skip
    assert (house.value("barrier", "walk-in").answer, house.value("children").most) == ("yes", 3)
    gone = {
        "s~kind~legal-civil~on": "off", "s~house_rule~faith~on": "off", "s~language~es:interpreter~end": "on",
        "s~phone~tty~number": "", "s~barrier~walk-in~answer": "ask", "s~children~~most": "", "s~alert~~text": "",
    }  # fmt: skip
    assert desk.post(f"{house.path}/edit", typed_into(desk, house.path, gone)).status_code == 303
    for field, slot in (
        ("kind", "legal-civil"), ("house_rule", "faith"), ("language", "es:interpreter"), ("phone", "tty"),
        ("barrier", "walk-in"), ("children", ""), ("alert", ""),
    ):  # fmt: skip
        assert house.value(field, slot) is None, field
    assert house.value("service_area", "US-FL") is not None


def test_a_need_keeps_how_they_are_taken(sign_in: Seat, house: House) -> None:
    desk = sign_in("coordinator")
    typed = typed_into(
        desk, house.path, {"s~eligibility~women~note": "With a friend", "s~eligibility~men~answer": "yes"}
    )
    assert desk.post(f"{house.path}/edit", typed).status_code == 303
    assert house.value("eligibility", "women") == Eligibility("yes", how="exclusive", note="With a friend")
    assert house.value("eligibility", "men") == Eligibility("yes", how="welcomes")
    assert house.says(desk, "eligibility", "perhaps", "men") == 400
    assert house.says(desk, "eligibility", "yes", "nobody") == 400


def test_a_changed_line_keeps_what_it_has_no_box_for_and_its_readers(sign_in: Seat, database: Database) -> None:
    draft = FactDraft("application_process", text("alert", "Ring the bell.").value, tier="partner")
    house = House(database, draft)
    desk = sign_in("coordinator")
    assert house.says(desk, "application_process", "Knock.") == 303
    with database.reading() as session:
        assert session.get_one(Fact, house.fact("application_process")).tier == "partner"
    partner = sign_in("partner")
    assert "Knock." not in partner.get(f"{house.path}/edit").text
    # What a partner may not see they do not write over either.
    assert partner.post(f"{house.path}/edit", {"s~application_process~~text": "Mine."}).status_code == 409
    assert house.value("application_process").text == "Knock."


def test_a_partner_proposes_every_value_and_is_shown_no_place_to_type_an_address(
    sign_in: Seat, database: Database
) -> None:
    with database.transaction() as session:
        made = make_service(session, sites=[site()], organization_id=make_organization(session, "Owner"))
        path = f"/desk/listings/{public_id(session, made)}"
    desk = sign_in("partner")
    page = desk.get(f"{path}/edit").text
    assert "Propose all of it" in page
    assert not any(name.startswith("p~") for name in boxes(page))
    assert desk.post(f"{path}/edit", {"p~address~~address_1": "1 New Street"}).status_code == 400
    before = changes(database)
    assert desk.post(f"{path}/edit", {"s~fees_description~~text": "Free."}).status_code == 303
    assert changes(database) == before + 1
    with database.reading() as session:
        assert session.scalar(sa.select(Fact.standing).where(Fact.field == "fees_description")) == "proposed"


def test_an_address_is_changed_with_its_place_on_the_map(sign_in: Seat, database: Database) -> None:
    with database.transaction() as session:
        made = make_service(session, sites=[site()], organization_id=make_organization(session, "Owner"))
        path = f"/desk/listings/{public_id(session, made)}"
    desk = sign_in("coordinator")
    typed = {"p~address~~address_1": "9 Other Street", "p~address~~city": "Orlando", "p~address~~postal_code": "32801"}
    assert desk.post(f"{path}/edit", typed_into(desk, path, typed)).status_code == 303
    with database.reading() as session:
        said = {
            fact.field: decode_value(fact.field, fact.value or "{}")
            for fact in session.scalars(
                sa.select(Fact).where(Fact.field.in_(("address", "point")), Fact.standing == "current")
            )
        }
        assert (said["address"].city, said["address"].state_province) == ("Orlando", "FL")
        assert said["point"].source == "postal"
        assert abs(said["point"].lat - 28.54) < 0.2
        # Neither the chain nor a reason holds a word of it (SAFETY L17).
        kept = session.execute(sa.text("SELECT body FROM audit_entry UNION ALL SELECT reason FROM change")).scalars()
        assert not any("Other Street" in str(one) or "32801" in str(one) for one in kept)


@pytest.fixture
def private(database: Database) -> str:
    """The page of a listing whose place is private."""
    with database.transaction() as session:
        owner = make_organization(session, "Owner")
        made = make_service(session, kind("safe-house"), name="Quiet", organization_id=owner, area="US-FL-331")
        return f"/desk/listings/{public_id(session, made)}"


def test_the_form_of_a_private_listing_has_no_box_for_an_address_and_none_is_taken(
    sign_in: Seat, private: str, database: Database
) -> None:
    desk, before = sign_in("admin"), changes(database)
    page = desk.get(f"{private}/edit").text
    held = {name.split("~")[1] for name in boxes(page) if "~" in name}
    assert held.isdisjoint({"address", "point", "accessibility", "transportation", "organization_identifier"})
    assert "its address is not held" in page
    for letter in "slpo":
        for field in ("address", "point", "transportation", "accessibility"):
            assert desk.post(f"{private}/edit", {f"{letter}~{field}~~text": STREET}).status_code == 400
    assert desk.post(f"{private}/edit", {"s~organization_identifier~+~identifier": "1"}).status_code == 400
    assert changes(database) == before


def test_the_area_of_a_private_listing_is_shown_and_where_it_works_is_changed(sign_in: Seat, private: str) -> None:
    desk = sign_in("coordinator")
    for page in (desk.get(private).text, desk.get(f"{private}/edit").text):
        assert "only its area, which everybody sees: <b>Miami area (ZIP 331, 332), Florida</b>." in page
    said = {"s~service_area~+~add": "Miami-Dade County, Florida", "s~accepts_from~+~add": "Georgia"}
    assert desk.post(f"{private}/edit", typed_into(desk, private, said)).status_code == 303
    page = desk.get(private).text
    assert '<span class="lines">Miami-Dade County' in page
    assert '<span class="lines">Georgia</span>' in page
    ended = {"s~service_area~12086~on": "off"}
    assert desk.post(f"{private}/edit", typed_into(desk, private, ended)).status_code == 303
    assert '<span class="lines">Miami-Dade County' not in desk.get(private).text


@pytest.mark.parametrize("where", ["s~description~~text", "o~description~~text", "s~alert~~text", "s~name~~text"])
def test_a_sentence_that_could_show_a_private_place_is_refused_beside_its_box(
    sign_in: Seat, private: str, database: Database, where: str
) -> None:
    desk, before = sign_in("coordinator"), changes(database)
    answer = desk.post(f"{private}/edit", typed_into(desk, private, {where: f"Meals. We are at {STREET}."}))
    assert answer.status_code == 400
    # A note to everybody is refused for it in every listing.
    is_note = where.startswith("s~alert")
    assert ("the address of a place" if is_note else "could show where a confidential place is") in answer.text
    assert changes(database) == before
    with database.reading() as session:
        assert not any(STREET in (one or "") for one in session.scalars(sa.select(Fact.value)))


def test_a_kind_that_keeps_its_places_private_is_not_added_to_what_shows_its_own(
    sign_in: Seat, house: House, private: str, database: Database
) -> None:
    desk = sign_in("coordinator")
    answer = desk.post(f"{house.path}/edit", {"s~kind~+~add": "safe-house"})
    assert answer.status_code == 400
    assert "Enter it as a listing of its own" in answer.text
    assert house.value("kind", "safe-house") is None
    assert desk.post(f"{private}/edit", {"s~kind~+~add": "emergency-shelter"}).status_code == 303


def test_whom_to_ask_for_is_replaced_without_being_shown(sign_in: Seat, database: Database) -> None:
    house = House(database, CONTACT)
    desk = sign_in("coordinator")
    page = desk.get(f"{house.path}/edit").text
    assert "Intake lead" not in page
    assert "0119" not in re.sub(r"\s", "", page)
    typed = {"s~contact~intake~title": "Night lead", "s~contact~intake~phones": "305 555 0120"}
    assert desk.post(f"{house.path}/edit", typed_into(desk, house.path, typed)).status_code == 303
    said = house.value("contact", "intake")
    assert (said.title, [one.number for one in said.phones]) == ("Night lead", ["+13055550120"])


def test_a_form_says_only_what_it_has_boxes_for(sign_in: Seat, house: House, database: Database) -> None:
    desk, before = sign_in("coordinator"), changes(database)
    for name in ("s~vetting~active~on", "x~name~~text", "s~name~~text~more", "tier", "s~contact", "s~point~~lat"):
        assert desk.post(f"{house.path}/edit", {name: "x"}).status_code == 400, name
    assert desk.post(f"{house.path}/edit", {"s~attribute~handrail:practice~on": "on"}).status_code == 400
    pager = {"s~phone~voice~kind": "pager", "seen": f"s~phone~voice={house.fact('phone', 'voice')}"}
    assert desk.post(f"{house.path}/edit", pager).status_code == 400
    # A mark of another listing's fact counts for nothing.
    other = House(database)
    form = {"s~description~~text": "Mine.", "seen": f"s~description~~={other.fact('description')}"}
    before = changes(database)
    assert desk.post(f"{house.path}/edit", form).status_code == 409
    assert changes(database) == before


def test_a_merged_listing_is_changed_at_what_it_was_merged_into(sign_in: Seat, house: House) -> None:
    with house.database.transaction() as session:
        merged = session.get_one(Record, house.service_id)
        merged.standing, merged.merged_into = "merged", make_service(session, name="Survivor").record_id
    answer = sign_in("coordinator").post(f"{house.path}/edit", {"s~fees_description~~text": "Free."})
    assert answer.status_code == 409
    assert "change that one" in answer.text
    assert boxes(answer.text)["s~fees_description~~text"] == ["Free."]


def test_an_hour_is_fixed_in_the_week_and_a_crisis_line_s_hours_are_only_proposed(
    sign_in: Seat, database: Database
) -> None:
    every_hour = opens({day: [(0, 1440)] for day in ("MO", "TU")}, "crisis-line")
    house = House(database, opens({"MO": [(540, 1020)], "FR": [(1320, 1440)], "SA": [(0, 360)]}), every_hour)
    house.verify()
    desk = sign_in("coordinator")
    page = desk.get(f"{house.path}/edit").text
    held = boxes(page)
    assert [held[f"s~schedule~office~{day}"] for day in ("MO", "TU", "FR", "SA")] == [
        ["09:00-17:00"], ["closed"], ["22:00-06:00"], [""],
    ]  # fmt: skip
    assert "<b>Office:</b> Mon 09:00-17:00; Fri 22:00-06:00" in page
    typed = {"s~schedule~office~TU": "9-12, 13-17", "s~schedule~crisis-line~TU": "8-20", "s~schedule~intake~WE": "10-4"}
    assert desk.post(f"{house.path}/edit", typed_into(desk, house.path, typed)).status_code == 303
    office = house.value("schedule", "office")
    assert office.days["TU"] == [(540, 720), (780, 1020)]
    assert (office.days["MO"], office.days["SA"], office.zone) == ([(540, 1020)], [(0, 360)], "America/New_York")
    assert house.value("schedule", "intake").days == {"WE": [(600, 960)]}
    assert house.value("schedule", "intake").zone == "America/New_York"
    assert house.value("schedule", "crisis-line").days["TU"] == [(0, 1440)]
    assert len(house.proposals()) == 1


def test_hours_of_a_line_and_two_wrong_days_are_told_of_beside_their_boxes(sign_in: Seat, house: House) -> None:
    desk = sign_in("coordinator")
    typed = typed_into(desk, house.path, {"s~schedule~line:voice~MO": "9-17", "s~schedule~office~TU": "5-9"})
    answer = desk.post(f"{house.path}/edit", typed)
    assert answer.status_code == 400
    assert "Tuesday: That can be read in two ways" in answer.text
    again = boxes(answer.text)
    assert (again["s~schedule~office~TU"], again["s~schedule~line:voice~MO"]) == (["5-9"], ["9-17"])
    again["s~schedule~office~TU"] = ["5 am-9 am"]
    again.pop("csrf")
    assert desk.post(f"{house.path}/edit", again).status_code == 303
    assert house.value("schedule", "line:voice").days == {"MO": [(540, 1020)]}
    assert house.value("schedule", "office").days == {"TU": [(300, 540)]}


def test_where_to_complain_is_entered_in_words_and_never_as_a_number(
    sign_in: Seat, house: House, database: Database
) -> None:
    desk = sign_in("coordinator")
    said = {"s~grievance_path~~text": "The state licensing office", "s~grievance_path~~on": "2026-05-01"}
    assert desk.post(f"{house.path}/edit", typed_into(desk, house.path, said)).status_code == 303
    assert house.value("grievance_path") == GrievancePath("The state licensing office", on="2026-05-01")
    number = typed_into(desk, house.path, {"s~grievance_path~~text": "Call 305-555-0188"})
    answer = desk.post(f"{house.path}/edit", number)
    assert answer.status_code == 400
    assert boxes(answer.text)["s~grievance_path~~text"] == ["Call 305-555-0188"]
    assert house.value("grievance_path").text == "The state licensing office"


def test_a_rule_that_is_said_has_one_tick_which_takes_it_away(sign_in: Seat, house: House) -> None:
    desk = sign_in("coordinator")
    said = typed_into(desk, house.path, {"s~house_rule~faith~on": "on"})
    assert desk.post(f"{house.path}/edit", said).status_code == 303
    page = desk.get(f"{house.path}/edit").text
    assert page.count('name="s~house_rule~faith~on"') == 1
    assert page.count('name="s~house_rule~searches~on"') == 1
    # A browser says nothing of a box without a tick.
    gone = boxes(page)
    del gone["csrf"], gone["s~house_rule~faith~on"]
    assert desk.post(f"{house.path}/edit", gone).status_code == 303
    assert house.value("house_rule", "faith") is None


@pytest.mark.parametrize(
    "written",
    [
        "Ask for Maria Gonzalez",
        "Mrs. Bell at night",
        "The night desk, 305-555-0188",
        "Write to desk@practice.example.org",
    ],
)
def test_whom_to_ask_for_in_public_is_a_role_and_nothing_else(
    sign_in: Seat, house: House, database: Database, written: str
) -> None:
    desk = sign_in("coordinator")
    said = {"s~ask_for~~text": "The intake worker on shift", "s~intake_question~+~text": "Is anyone hurt?"}
    assert desk.post(f"{house.path}/edit", typed_into(desk, house.path, said)).status_code == 303
    assert house.value("ask_for").text == "The intake worker on shift"
    answer = desk.post(f"{house.path}/edit", typed_into(desk, house.path, {"s~ask_for~~text": written}))
    assert answer.status_code == 400
    assert boxes(answer.text)["s~ask_for~~text"] == [written]
    assert house.value("ask_for").text == "The intake worker on shift"
    asked = {"s~intake_question~+~text": written}
    assert desk.post(f"{house.path}/edit", typed_into(desk, house.path, asked)).status_code == 400
