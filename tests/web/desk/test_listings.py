"""The list of what one works on, and entering a listing by hand."""

import re
from collections.abc import Callable

import sqlalchemy as sa

from directory.bootstrap import working_network
from directory.db import Database
from directory.freshness.models import ReportCount
from directory.listings.drafts import FactDraft, OrganizationDraft, ServiceDraft, SiteDraft
from directory.listings.fields import Address, Phone, Text
from directory.listings.models import Fact, Record
from directory.listings.service import create, set_standing
from directory.people.service import ensure_network
from directory.values.plain_text import folded
from directory.worklist.queries import PAGE
from tests.makers import AUTHOR, confirm, make_organization, make_service, serves, site, text
from tests.staff import Desk
from tests.web.conftest import public_id

Seat = Callable[..., Desk]
ID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"


def names(page: str) -> list[str]:
    """The names in the list, in order."""
    return re.findall(rf'<a href="/desk/listings/{ID}">([^<]*)</a>', page)


def make_in(database: Database, network: str, name: str) -> str:
    """A listing of another network; its public id."""
    with database.transaction() as session:
        other = ensure_network(session, key=network, name=network, kind="working")
        now = session.info["now"]
        owner = OrganizationDraft(f"o:{name}", [text("name", name)])
        made = create(session, [(owner, None)], network_id=other.id, author=AUTHOR, now=now)[0]
        draft = ServiceDraft(
            f"s:{name}", f"o:{name}", [text("name", name), FactDraft("phone", Phone("+13055550142"), slot="voice")]
        )
        made = create(session, [(draft, made.record_id)], network_id=other.id, author=AUTHOR, now=now)[0]
        return public_id(session, made)


def test_each_sees_the_listings_of_what_they_work_on(sign_in: Seat, database: Database) -> None:
    with database.transaction() as session:
        working_network(session)
        make_service(session, name="Here")
        owner = make_organization(session, "Owner")
        session.flush()
        theirs = str(session.get_one(Record, owner).public_id)
        make_service(session, serves("US-GA"), name="Owned", organization_id=owner)
        make_service(session, name="Kept private", area="US-FL-331")
        make_service(session, name="At a place", sites=[site()])
    make_in(database, "other", "Elsewhere")

    def seen(**more: object) -> list[str]:
        return names(sign_in("coordinator", f"Person{len(str(more))}", **more).get("/desk/listings").text)

    assert seen(scopes=(("network", "main"),)) == ["At a place", "Here", "Kept private", "Owned"]
    assert seen(scopes=(("network", "other"),)) == ["Elsewhere"]
    assert seen(scopes=(("organization", theirs),)) == ["Owned"]
    assert seen(scopes=(("area", "US-FL"),)) == ["At a place", "Kept private"]
    assert seen(scopes=(("area", "US-FL-331"),)) == ["Kept private"]
    assert seen(scopes=(("area", "US-G"),)) == []
    assert seen(scopes=(("area", "US"),)) == ["At a place", "Kept private", "Owned"]
    assert seen(scopes=()) == []
    assert "Elsewhere" in names(sign_in("admin").get("/desk/listings").text)


def test_a_name_is_found_by_its_words_whatever_their_accents_and_only_by_them(
    sign_in: Seat, database: Database
) -> None:
    with database.transaction() as session:
        for name in ("Señal de Ángel", "100% Beds", "House"):
            owner = make_organization(session, f"Owner of {name}")
            now = session.info["now"]
            said = [FactDraft("name", Text(name), match_key=folded(name))]
            draft = ServiceDraft(f"s:{name}", "o", said)
            create(session, [(draft, owner)], network_id=working_network(session).id, author=AUTHOR, now=now)
    desk = sign_in("coordinator")

    def found(words: str) -> list[str]:
        answer = desk.post("/desk/listings", {"words": words})
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        return names(answer.text)

    assert found("senal angel") == found("SEÑAL Ángel") == ["Señal de Ángel"]
    assert found("owner of house") == ["House"]
    assert found("text") == []
    assert found("house nothing") == []
    assert found("%") == found("") == names(desk.get("/desk/listings").text)


def test_the_list_has_pages_and_neither_names_nor_filters_stand_in_an_address(
    sign_in: Seat, database: Database
) -> None:
    with database.transaction() as session:
        owner = make_organization(session, "Owner")
        for number in range(PAGE + 2):
            make_service(session, name=f"House {number:03}", organization_id=owner)
    desk = sign_in("coordinator")
    first = desk.get("/desk/listings").text
    assert len(names(first)) == PAGE
    assert f"{PAGE + 2} listings, {PAGE} here" in " ".join(first.split())
    last = re.findall(rf'name="after" value="({ID})"', first)[-1]
    for asked in ({}, {"words": "house"}, {"state": "unverified"}, {"sort": "organization"}):
        second = desk.post("/desk/listings", {"after": last} | asked).text
        assert names(second) == [f"House {PAGE:03}", f"House {PAGE + 1:03}"]
        back = desk.post("/desk/listings", {"before": found_in(second, "before")} | asked).text
        assert names(back) == names(first)
        assert 'name="before"' not in back
    for gone in ("00000000-0000-4000-8000-000000000000", "nothing"):
        assert names(desk.post("/desk/listings", {"after": gone}).text) == names(first)
    in_address = desk.get("/desk/listings", params={"words": "house 000", "about": "waiting", "after": last})
    assert names(in_address.text) == names(first)


def found_in(page: str, button: str) -> str:
    """Where a button of the list leads to."""
    return str(re.findall(rf'name="{button}" value="({ID})"', page)[0])


def test_the_list_can_be_cut_to_what_needs_somebody(sign_in: Seat, database: Database) -> None:
    with database.transaction() as session:
        now = session.info["now"]
        for name in ("Open", "Hidden", "Closed", "Called", "Reported", "Confirmed since", "Warned"):
            made = make_service(session, name=name, organization_id=make_organization(session, name))
            phone = session.scalars(
                sa.select(Fact.id).where(Fact.record_id == made.record_id, Fact.field == "phone")
            ).one()  # fmt: skip
            if name in {"Hidden", "Closed"}:
                # The whole service: its listing goes with it.
                standing = {"Hidden": "suspended", "Closed": "closed"}[name]
                set_standing(session, made.record_id, standing, by=None, reason="a test", now=now)
            if name in {"Called", "Confirmed since"}:
                confirm(session, phone, days_ago=1)
            if name == "Warned":
                confirm(session, phone, days_ago=1, log2_odds=5)
            if name in {"Reported", "Confirmed since"}:
                day = now.toordinal() - 3
                session.add(ReportCount(listing_id=made.listings[0][1], reason="wrong-number", day=day, n=1))
    desk = sign_in("coordinator")
    everything = ["Called", "Closed", "Confirmed since", "Hidden", "Open", "Reported", "Warned"]
    for field, word, expected in (
        ("state", "suspended", ["Hidden"]), ("state", "closed", ["Closed"]), ("state", "do-not-list", []),
        ("state", "unverified", ["Open", "Reported", "Warned"]), ("state", "verified", ["Called", "Confirmed since"]),
        ("state", "stale", []), ("state", "nonsense", everything), ("about", "waiting", []), ("about", "mine", []),
        ("about", "reported", ["Reported", "Warned"]), ("about", "nonsense", everything),
    ):  # fmt: skip
        assert names(desk.post("/desk/listings", {field: word}).text) == expected, word
    both = {"about": "reported", "words": "warned", "state": "unverified"}
    assert names(desk.post("/desk/listings", both).text) == ["Warned"]
    assert names(desk.post("/desk/listings", both | {"state": "verified"}).text) == []


def test_each_line_says_how_the_listing_stands(sign_in: Seat, database: Database) -> None:
    with database.transaction() as session:
        owner = make_organization(session, "Owner")
        made = [make_service(session, name=f"House {number}", organization_id=owner) for number in range(3)]
        phone = session.scalars(
            sa.select(Fact.id).where(Fact.record_id == made[1].record_id, Fact.field == "phone")
        ).one()  # fmt: skip
        confirm(session, phone, days_ago=2)
        set_standing(
            session, made[2].listings[0][1], "suspended", by=None, reason="a test", now=session.info["now"]
        )  # fmt: skip
    page = sign_in("coordinator").get("/desk/listings").text
    cells = re.findall(r"House (\d)</a></th><td>Owner .*?</td>\s*<td>(.*?)</td>\s*<td[^>]*>(.*?)</td>", page)
    assert [(number, re.sub("<[^>]*>", "", stands), when) for number, stands, when in cells] == [
        ("0", "Never confirmed", '<span class="muted">never</span>'),
        ("1", "Confirmed good until Nov 23, 2027", "Nov 24, 2026"),
        ("2", "Hidden", '<span class="muted">never</span>'),
    ]


def test_a_service_is_in_an_area_with_all_its_places(sign_in: Seat, database: Database) -> None:
    away = FactDraft("address", Address(address_1="1 Peach St", city="Macon", state_province="GA", postal_code="31201"))
    with database.transaction() as session:
        make_service(session, name="Both", sites=[site(), SiteDraft("site:2", [away])])
    desk = sign_in("coordinator", scopes=(("area", "US-GA"),))
    page = desk.get("/desk/listings").text
    assert names(page) == ["Both", "Both"]
    for found in re.findall(rf"/desk/listings/{ID}", page):
        assert desk.get(found).status_code == 200


def test_law_enforcement_lists_what_anybody_may_find_and_reads_no_state(sign_in: Seat, database: Database) -> None:
    with database.transaction() as session:
        make_service(session, name="Open", organization_id=make_organization(session, "Open"))
        make_service(session, text("status", "inactive"), name="Inactive")
        made = make_service(session, name="Hidden", organization_id=make_organization(session, "Hidden"))
        hidden = public_id(session, made)
        set_standing(
            session, made.listings[0][1], "suspended", by=None, reason="a test", now=session.info["now"]
        )  # fmt: skip
    desk = sign_in("law-enforcement")
    page = desk.get("/desk/listings").text
    assert names(page) == ["Open"]
    assert "Never confirmed" not in page
    for asked in ({"state": "suspended"}, {"about": "reported"}, {"words": hidden}, {"sort": "due"}):
        assert desk.post("/desk/listings", asked).text.count(f"listings/{hidden}") == 0
    assert desk.get(f"/desk/listings/{hidden}").status_code == 404
    assert names(sign_in("partner").get("/desk/listings").text) == ["Hidden", "Inactive", "Open"]


def test_a_page_begins_at_no_listing_that_is_not_on_the_list(sign_in: Seat, database: Database) -> None:
    with database.transaction() as session:
        owner = make_organization(session, "Owner")
        for number in range(3):
            make_service(session, name=f"House {number}", organization_id=owner)
    desk = sign_in("coordinator")
    foreign = make_in(database, "other", "House 1 of others")
    assert names(desk.post("/desk/listings", {"after": foreign}).text) == ["House 0", "House 1", "House 2"]
    police = sign_in("law-enforcement", "Police", scopes=(("network", "main"),))
    by_day = police.post("/desk/listings", {"sort": "confirmed"}).text
    assert names(by_day) == names(police.post("/desk/listings", {"sort": "name"}).text)
