"""A listing's page: everything public about it, and how each thing is known."""

import re

import httpx
import sqlalchemy as sa

from directory.db import Database
from directory.listings.drafts import FactDraft
from directory.listings.fields import (
    Age,
    Barrier,
    Children,
    Contact,
    Disclosure,
    Eligibility,
    Greeting,
    GrievancePath,
    GroupSize,
    Language,
    Phone,
    Schedule,
    TermValue,
    Text,
)
from directory.listings.models import Fact
from directory.listings.queries import find_record
from directory.listings.service import set_standing
from tests.makers import (
    STREET,
    confirm,
    kind,
    make_organization,
    make_service,
    opens,
    phone,
    site,
    speaks,
    text,
    trained,
)
from tests.web.conftest import public_id

EVERY_DAY = {key: [(1080, 1440)] for key in ("MO", "TU", "WE", "TH", "FR", "SA", "SU")}


def _everything(database: Database, *, area: str | None = None) -> str:
    with database.transaction() as session:
        made = make_service(
            session,
            kind("public-walk-in-shelter" if area is None else "safe-house"),
            text("description", "Rooms by the night.\nNo name is needed."),
            text("application_process", "Call first."),
            text("fees_description", "Nothing."),
            # As every door keeps it: a site of its own may show where a confidential place is.
            FactDraft("url", Text("https://rooms.example.org/"), tier="coordinator" if area else None),
            phone("+13055550142", "intake"),
            FactDraft("phone", Phone("233733", kind="text", keyword="HELLO"), slot="text"),
            FactDraft(
                "contact", Contact("Practice Person", phones=[Phone("+13055550149")]), slot="intake", tier="partner"
            ),
            opens(EVERY_DAY, "intake"),
            FactDraft("schedule", Schedule(zone="America/New_York", text="By appointment"), slot="office"),
            FactDraft("schedule", Schedule(zone="America/New_York", text="Mornings"), slot="line:text"),
            speaks("es"),
            FactDraft(
                "language", Language("mam", how="interpreter", note="Todos Santos, a day ahead"), slot="mam:interpreter"
            ),
            speaks("any", "interpreter"),
            trained(expires_on="2028-01-15"),
            FactDraft("eligibility", Eligibility("yes", how="welcomes", note="own room"), slot="trans-women"),
            FactDraft("eligibility", Eligibility("no"), slot="men"),
            FactDraft("age", Age(minimum=18)),
            FactDraft("children", Children(most=3, boys_to=14)),
            FactDraft("group_size", GroupSize(4)),
            FactDraft("barrier", Barrier(), slot="free"),
            FactDraft("house_rule", TermValue("first night only"), slot="phone-held"),
            FactDraft("disclosure", Disclosure("never-without-consent", on="2026-01-09"), slot="police"),
            FactDraft("greeting", Greeting("neutral", voicemail="No message is taken"), slot="intake"),
            name="Calle Nueva Rooms",
            organization_id=make_organization(session, "Practice House"),
            sites=None if area else [site()],
            area=area,
        )
        session.flush()
        intake = sa.select(Fact.id).where(
            Fact.record_id == made.record_id, Fact.field == "phone", Fact.slot == "intake"
        )
        confirm(session, session.scalars(intake).one(), days_ago=3)
        return public_id(session, made)


def _words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_listing_says_everything_public_about_it(database: Database, client: httpx.Client) -> None:
    page = client.post("/", data={"l": _everything(database)}).text
    words = _words(page)
    for said in (
        "Calle Nueva Rooms", "Practice House", "305 555 0142", "Number confirmed by phone", "Rooms by the night.",
        "Call first.",
        "Mam: Todos Santos, a day ahead", "Spanish by staff. Other languages by interpreter.", "Text HELLO to 233733",
        "Answers without saying what it is", "Voicemail: No message is taken", "Trans women (welcomes; own room).",
        "Men.", "From 18 years",
        "Up to 3 children", "Boys up to 14 years", "Up to 4 people together", "They keep phones",
        "first night only", "They never report unless the person agrees", "Their policy of Jan 9, 2026.",
        "Every day, 6 p.m. to midnight.", "In their words: By appointment", "Time in New York", "Nothing.", "Free.",
        f"{STREET}, Miami, FL 33130", "rooms.example.org", "Trauma-informed: checked by someone outside.",
    ):  # fmt: skip
        assert said in words, said
    assert "Practice Person" not in page
    assert "305 555 0149" not in page


def test_a_listing_says_of_each_fact_how_it_is_known(database: Database, client: httpx.Client) -> None:
    words = _words(client.post("/", data={"l": _everything(database)}).text.split("How we know, fact by fact")[1])
    assert re.search(r"Number: 305 555 0142 Confirmed by phone", words)
    unconfirmed = words.split("Not confirmed yet")[1]
    assert "Language: any language, Spanish, Mam" in unconfirmed
    assert "House rule: they keep phones" in unconfirmed
    assert "305 555 0142" not in unconfirmed


def test_a_confidential_listing_has_no_place_and_says_why(database: Database, client: httpx.Client) -> None:
    page = client.post("/", data={"l": _everything(database, area="US-FL-331")}).text
    words = _words(page)
    assert "Miami area (ZIP 331, 332), Florida" in words
    assert "nobody can find it here" in words
    assert STREET not in page
    # Where this deployment is stands above the lines that take reports, whatever listing it is.
    assert "33130" not in page.replace("Lines that take reports: 33130 (Miami, FL)", "")
    assert "rooms.example.org" not in page


def test_a_listing_leads_back_to_the_list_it_came_from(client: httpx.Client, listed: str) -> None:
    asked = {"u": "en", "a": "33130", "b": "es", "n": "shelter", "w": "trans-women", "k": "60"}
    page = client.post("/", data={**asked, "l": listed}).text
    kept = dict(re.findall(r'<input type="hidden" name="(\w)" value="([^"]*)">', page.split('id="keep"')[1]))
    assert kept == {**asked, "l": listed}
    back = client.post("/", data={**kept, "l": ""}).text
    assert back == client.post("/", data=asked).text


def test_a_listing_opened_by_itself_has_no_list_to_go_back_to(client: httpx.Client, listed: str) -> None:
    assert "Back to the list" not in client.post("/", data={"l": listed}).text


def test_a_listing_that_was_taken_off_is_gone_at_once(database: Database, client: httpx.Client, listed: str) -> None:
    assert client.post("/", data={"l": listed}).status_code == 200
    with database.transaction() as session:
        record = find_record(session, listed, kind="listing")
        set_standing(session, record.id, "suspended", by=None, reason="a test", now=session.info["now"])
    gone = client.post("/", data={"l": listed})
    assert gone.status_code == 404
    assert "the entry is no longer shown" in gone.text
    assert "Calle Nueva" not in client.post("/", data={"a": "33130", "n": "shelter"}).text


def test_where_to_complain_outside_the_program_stands_with_the_rules_whoever_says_so(
    database: Database, client: httpx.Client
) -> None:
    """Said of the program it holds for all that it offers, unless a service says something else."""
    of_all = FactDraft("grievance_path", GrievancePath("The county ombudsperson", on="2026-01-09"))
    of_one = FactDraft("grievance_path", GrievancePath("The state licensing office"))
    with database.transaction() as session:
        owner = make_organization(session, "Practice House", of_all)
        made = [make_service(session, kind("food"), *said, organization_id=owner) for said in ((), (of_one,))]
        listings = [public_id(session, one) for one in made]
    inherited, own = (client.post("/", data={"l": listing}).text for listing in listings)
    rules = inherited.partition('id="rules"')[2].partition("</section>")[0]
    assert re.search(r"Complaints outside the program</dt><dd><p[^>]*>The county ombudsperson</p>", rules)
    assert "Jan 9, 2026" in rules
    assert "Where to complain" in inherited
    assert "The state licensing office" in own
    assert "ombudsperson" not in own
    spanish = client.post("/", data={"l": listings[0], "u": "es"}).text
    assert "Quejas fuera del programa" in spanish
