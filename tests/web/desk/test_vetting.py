"""The pages of vetting at the desk: who sees what, and that their buttons do what the table allows."""

import re
from collections.abc import Callable
from html import unescape

import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.listings.drafts import FactDraft
from directory.listings.fields import Disclosure, GrievancePath, TermValue
from directory.listings.models import Record
from directory.vetting.models import REASONS, Exclusion
from tests import makers
from tests.conftest import NOW
from tests.staff import Desk
from tests.web.conftest import public_id
from web.exclusions import reasons_in_words
from web.wording import Wording

Seat = Callable[..., Desk]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
TODAY = NOW.date().isoformat()


class Program:
    """A program with one listing."""

    def __init__(self, database: Database, name: str = "Heron Program", *facts: FactDraft) -> None:
        with database.transaction() as session:
            owner = makers.make_organization(session, name)
            said = (makers.kind("food"), *facts)
            made = makers.make_service(session, *said, organization_id=owner, sites=[makers.site()])
            self.listing = public_id(session, made)
            self.id, self.record_id = str(session.get_one(Record, owner).public_id), owner
        self.path = f"/desk/vetting/{self.id}"

    def takes(self, desk: Desk, step: str, **more: str) -> int:
        """Press the button of a step; the status of the answer."""
        return desk.post(f"{self.path}/step", {"step": step, "on": TODAY} | more).status_code


@pytest.fixture
def heron(database: Database) -> Program:
    return Program(database)


def change_in(page: str) -> str:
    """The number of the change that a page names."""
    found = re.search(r"/desk/changes/(\d+)", page)
    assert found is not None
    return found[1]


def approve(desk: Desk, change: str) -> int:
    """Approve a change as its page offers it."""
    shown = re.search(r'name="shown" value="([0-9a-f]+)"', desk.get(f"/desk/changes/{change}").text)
    assert shown is not None
    return desk.post(f"/desk/changes/{change}/approve", {"shown": shown[1]}).status_code


def test_a_program_is_found_by_name_and_walked_to_work_by_its_pages(sign_in: Seat, heron: Program) -> None:
    one = sign_in("coordinator", "One")
    assert "No program is vetted yet" in one.get("/desk/vetting").text
    found = one.post("/desk/vetting", {"words": "heron"})
    assert f'href="{heron.path}"' in found.text
    assert "heron" not in str(found.url)
    for step in ("recruited", "screened", "trained"):
        assert heron.takes(one, step) == 303
    assert heron.takes(one, "agreement-signed", reference="binder 3, MOU 2026-02", expires_on="2027-02-01") == 303
    page = one.get(heron.path).text
    assert "binder 3, MOU 2026-02" in page
    assert re.search(r"Agreement signed</th>\s*<td>Nov 26, 2026</td>\s*<td>Feb 1, 2027</td>", page)
    assert heron.takes(one, "active") == 303
    page = one.get(heron.path).text
    assert "One proposed on" in page
    assert "They work with us." not in page


def test_a_second_person_approves_among_the_changes(sign_in: Seat, database: Database, heron: Program) -> None:
    one = sign_in("coordinator", "One")
    for step in ("recruited", "screened", "trained", "agreement-signed", "active"):
        heron.takes(one, step)
    change = change_in(one.get(heron.path).text)
    assert "somebody else has to decide" in one.get(f"/desk/changes/{change}").text
    assert approve(sign_in("coordinator", "Two"), change) == 303
    assert "They work with us." in one.get(heron.path).text


def test_a_pause_takes_everything_of_the_program_out_of_sight_at_once(
    sign_in: Seat, database: Database, heron: Program
) -> None:
    one = sign_in("coordinator", "One")
    heron.takes(one, "recruited")
    answer = one.post(f"{heron.path}/step", {"step": "paused"})
    assert answer.headers["location"] == f"{heron.path}?said=paused"
    page = one.get(f"{heron.path}?said=paused").text
    assert "nobody finds what they offer" in page
    assert "that they stay paused" in page
    assert "1 paused, which nobody finds" in one.get("/desk/vetting").text


def test_what_the_table_does_not_allow_is_refused_in_words(sign_in: Seat, heron: Program) -> None:
    one = sign_in("coordinator", "One")
    assert heron.takes(one, "active") == 409
    assert heron.takes(one, "nonsense") == 409
    assert heron.takes(one, "recruited", on="yesterday") == 400
    answer = one.post(f"{heron.path}/step", {"step": "recruited", "on": TODAY, "reference": "my client Ana"})
    assert answer.status_code == 409
    assert "Ana" not in answer.text


def test_nobody_else_s_program_is_there(sign_in: Seat, heron: Program) -> None:
    sign_in("coordinator", "One").post(f"{heron.path}/step", {"step": "recruited", "on": TODAY})
    other = sign_in("coordinator", "Other", scopes=(("network", "other"),))
    assert other.get(heron.path).status_code == 404
    assert heron.takes(other, "screened") == 404
    assert "Heron" not in other.get("/desk/vetting").text
    assert f'href="{heron.path}"' not in other.post("/desk/vetting", {"words": "heron"}).text
    assert sign_in("coordinator", "Third").get("/desk/vetting/no-id").status_code == 404


def test_what_runs_out_leads_to_its_program(sign_in: Seat, heron: Program) -> None:
    one = sign_in("coordinator", "One")
    heron.takes(one, "recruited")
    heron.takes(one, "screened", expires_on="2026-12-24")
    page = one.get("/desk/vetting").text
    assert "1 thing runs out within 60 days" in page
    assert page.index("Runs out within") < page.index(f'href="{heron.path}"')


def test_a_panel_and_its_reply_are_entered_and_seconded_by_the_page(sign_in: Seat, heron: Program) -> None:
    one = sign_in("coordinator", "One")
    form = {"held_on": TODAY, "seats": "a1, b7 c2", "conflicts": "none", "result": "passed"}
    assert one.post(f"{heron.path}/panels", form).status_code == 409
    assert one.post(f"{heron.path}/panels", form | {"paid": "yes"}).status_code == 303
    page = one.get(heron.path).text
    assert "The program may still answer" in page
    number = re.search(r"/panels/(\d+)/reply", page)
    assert number is not None
    answer = one.post(f"{heron.path}/panels/{number[1]}/reply", {"reply": "given", "text": "My client Ana was late"})
    assert answer.status_code == 409
    assert "Ana" not in answer.text
    assert one.post(f"{heron.path}/panels/{number[1]}/reply", {"reply": "none-wanted"}).status_code == 303
    assert "Waits for a second person" in one.get(heron.path).text
    waiting = change_in(one.get("/desk/changes").text)
    assert approve(sign_in("coordinator", "Two"), waiting) == 303
    assert "Counts." in one.get(heron.path).text


def test_a_removal_has_a_reason_notice_and_an_appeal_by_the_page(sign_in: Seat, heron: Program) -> None:
    one, two = sign_in("coordinator", "One"), sign_in("coordinator", "Two")
    assert heron.takes(one, "removed") == 409
    assert heron.takes(one, "removed", reason="false-claims") == 303
    assert approve(two, change_in(one.get(heron.path).text)) == 303
    page = one.get(heron.path).text
    number = re.search(r"/exclusions/(\d+)", page)
    assert number is not None
    door = f"{heron.path}/exclusions/{number[1]}"
    assert one.post(door, {"how": "letter", "on": TODAY}).status_code == 303
    assert one.post(door, {"on": TODAY}).status_code == 303
    assert two.post(door, {"outcome": "lifted"}).status_code == 409
    assert sign_in("coordinator", "Third").post(door, {"outcome": "upheld"}).status_code == 303
    assert "it stands" in one.get(heron.path).text
    assert one.post(f"{heron.path}/do-not-list", {"reason": "harm"}).status_code == 303


def test_whoever_removes_a_program_chooses_among_the_words_that_readers_see(sign_in: Seat, heron: Program) -> None:
    page = unescape(sign_in("coordinator", "One").get(heron.path).text)
    offered = dict(re.findall(r'<option value="([a-z-]+)">([^<]*)</option>', page.partition('id="why-removed"')[2]))
    assert {code: offered[code] for code in REASONS} == reasons_in_words(Wording("en"))


def test_evidence_is_noted_with_who_says_so(sign_in: Seat, heron: Program) -> None:
    one = sign_in("coordinator", "One")
    form = {"level": "assessed", "on": TODAY, "expires_on": "2027-05-01"}
    assert one.post(f"{heron.path}/evidence", form).status_code == 409
    assert one.post(f"{heron.path}/evidence", form | {"issuer": "County Institute"}).status_code == 303
    assert "County Institute" in one.get(heron.path).text


def test_what_a_program_tells_and_asks_stands_beside_its_steps_with_source_and_date(
    sign_in: Seat, database: Database
) -> None:
    told = Disclosure("never-without-consent", on="2026-05-01")
    heron = Program(
        database,
        "Heron Program",
        FactDraft("disclosure", told, slot="police"),
        FactDraft("house_rule", TermValue(note="First night only"), slot="phone-held"),
        FactDraft("grievance_path", GrievancePath("The county ombudsperson", on="2026-05-01")),
    )
    page = unescape(sign_in("coordinator", "One").get(heron.path).text)
    part = page.partition("What they tell others, and what they ask of people")[2].partition('id="ev"')[0]
    assert re.search(
        r"Tells others<br><span[^>]*>police</span></th><td><p[^>]*>They never report unless the person agrees, "
        r"as they said on 2026-05-01</p>",
        part,
    )
    assert "They keep phones, First night only" in part
    assert "The county ombudsperson, as they said on 2026-05-01" in part
    assert part.count("Nobody has confirmed it") == 3
    assert "Nobody has said what they tell immigration authorities." in part
    assert f'href="/desk/listings/{heron.listing}/edit#safety"' in part


def test_what_nobody_has_said_of_a_program_is_told_as_what_to_ask(sign_in: Seat, heron: Program) -> None:
    one = sign_in("coordinator", "One")
    assert "Not all of what they tell and ask is known yet" not in one.get(heron.path).text
    assert heron.takes(one, "recruited") == 303
    page = one.get(heron.path).text
    assert page.index("Not all of what they tell and ask is known yet") > page.index("Next step")
    assert (
        "Nobody has said what they tell the police; what they tell immigration authorities; what they ask of people; "
        "who hears a complaint and is not the program." in page
    )


def test_what_went_without_a_reason_is_told_and_gets_one_on_the_page(
    sign_in: Seat, heron: Program, database: Database
) -> None:
    one, two = sign_in("coordinator", "One"), sign_in("coordinator", "Two")
    assert heron.takes(one, "removed", reason="harm") == 303
    assert approve(two, change_in(one.get(heron.path).text)) == 303
    with database.transaction() as session:
        session.execute(sa.delete(Exclusion))
    assert "Kept away, and nobody said why" in one.get("/desk/vetting").text
    page = one.get(heron.path).text
    door = re.search(r'action="(/desk/vetting/[^"]+/exclusions/\d+)"', page)
    assert door is not None
    assert heron.takes(one, "recruited") == 409
    assert one.post(door[1], {"reason": "boredom"}).status_code == 409
    assert one.post(door[1], {"reason": "no-licence"}).status_code == 303
    assert "nobody said why" not in one.get("/desk/vetting").text
    assert heron.takes(one, "recruited") == 303
