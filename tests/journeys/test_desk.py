"""The desk in real browsers: passkeys, a cookie that stays at the desk, and pages that everybody can use."""

import datetime as dt
import re
from typing import Any

import httpx
import msgspec
import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from directory.clock import utc_now
from directory.confirming.entered import enter_call
from directory.coverage.unmet import last_weeks
from directory.db import Database
from directory.handoff.models import OutcomeCount
from directory.handoff.packs import KeptPack, keep_pack
from directory.handoff.protocols import Terms, agree
from directory.handoff.protocols import change as agree_anew
from directory.intake.matches import decide_same, pair_of
from directory.integrity import service
from directory.integrity.service import Edit
from directory.listings.models import Fact, Record
from directory.people.actor import Actor
from directory.people.invitations import invite_from_shell
from directory.people.preferences import set_minutes
from directory.people.service import command_line_person
from directory.planning.models import CallTask
from directory.planning.service import make_plan
from directory.settings import Settings
from tests import makers
from tests.directory.search.seeding import dice
from tests.journeys.at_desk import local_address, seat, with_authenticator
from tests.journeys.looking import scrolls_sideways
from tests.journeys.surroundings import Relay
from tests.journeys.watching import Kind, started
from tests.lists import bring_in, brought, line
from tests.services import OpenPage, serve
from tests.services.watched_browser import until
from tests.staff import COOKIE, PASSWORD, Desk, acting, code_at, make_person, seated

_AXE = Axe()
_ADDRESSES = (
    "all => all.map(e => new URL(e.getAttribute('href') ?? e.getAttribute('action'), location).href)"
    ".filter(one => !one.includes('#mark-'))"
)
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_somebody_joins_with_a_passkey_signs_in_with_it_and_proves_with_it(
    practice: Database, open_page: OpenPage
) -> None:
    # The link is looked at once more when it is used up.
    page = open_page(expects=("404 (Not Found)",))
    with practice.transaction() as session:
        now = session.info["now"]
        by = command_line_person(session, now=now).id
        link = invite_from_shell(
            session, email="kim@example.org", name="Kim", role="coordinator", scopes=frozenset({("area", "US-FL")}),
            by=by, now=now,
        )  # fmt: skip
    with serve(practice, Settings(database_url="")) as address:
        with_authenticator(page)
        site = local_address(address)
        page.goto(f"{site}/desk/join/{link}")
        page.get_by_role("button", name="Set up a passkey").click()
        page.wait_for_url(f"{site}/desk/month")
        page.goto(f"{site}/desk/own")
        assert page.get_by_role("button", name="Add a passkey").is_visible()
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{site}/desk")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url(f"{site}/desk/month")
        with practice.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE session SET stepped_up_at = NULL")
        page.goto(f"{site}/desk/people")
        page.get_by_label("Name required").fill("Lou")
        page.get_by_label("Work e-mail").fill("lou@example.org")
        page.get_by_label("Works on").select_option("Florida")
        page.get_by_role("button", name="Invite").click()
        page.wait_for_url(re.compile("/desk/prove"))
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url(f"{site}/desk/people")
        assert page.goto(f"{site}/desk/join/{link}").status == 404  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", ["chromium", "firefox"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_while_somebody_is_signed_in_no_public_page_is_asked_for_with_a_cookie(
    practice: Database, kind: Kind, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """In a browser as people have it, over the wire (SAFETY A4)."""
    with practice.transaction() as session:
        make_person(session, "Ana", "admin", scopes=())
    with (
        serve(practice, Settings(database_url="", default_area="33130")) as address,
        Relay(address) as relay,
        started(kind, tmp_path_factory.mktemp("at"), javascript=True) as (browser, _),
    ):
        site = local_address(relay.address)
        browser.go(f"{site}/desk")
        browser.type_into("#email", "ana@example.org")
        browser.type_into("#password", PASSWORD)
        browser.type_into("#code", code_at(utc_now()))
        browser.press("form[action='/desk'] button")
        browser.wait_for("nav.tabs")
        assert any(COOKIE in head for head in relay.heads)
        signed_in = len(relay.heads)
        browser.go(f"{site}/")
        browser.press("button[value=shelter]")
        browser.wait_for(".result")
        browser.press(".result button[name=z]")
        until(lambda: sum(_asks(head, "POST / ") for head in relay.heads[signed_in:]) >= 2, what="two questions")
        browser.go(f"{site}/no-such-page")
        browser.go(f"{site}/desk/own")
        browser.wait_for("nav.tabs")
        since = relay.heads[signed_in:]
        public = [head for head in since if " /desk" not in head.partition("\r\n")[0]]
        assert len(public) >= 4
        assert [head.partition("\r\n")[0] for head in public if "\r\ncookie:" in head.lower()] == []
        assert any(COOKIE in head for head in since)


def _asks(head: str, start: str) -> bool:
    return head.startswith(start)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_page_of_the_desk_is_for_everybody(practice: Database, open_page: OpenPage, dark: bool) -> None:
    with practice.transaction() as session:
        now = session.info["now"]
        ana = make_person(session, "Ana", "admin", scopes=())
        ben = make_person(session, "Ben", scopes=(("network", "practice"),))
        key = seated(session, ana)
        listing = session.scalars(
            sa.select(Record).where(Record.kind == "listing").order_by(Record.id).offset(60)
        ).first()
        assert listing is not None
        phone = session.scalars(
            sa.select(Fact).where(
                Fact.record_id == listing.service_id, Fact.field == "phone", Fact.standing == "current"
            )
        ).first()
        assert phone is not None
        edits = [Edit(makers.phone("+13055550177", phone.slot))]
        for number in range(6):
            drawn = makers.make_service(session, makers.kind("legal"), makers.serves("US-FL")).listings[0][1]
            session.add(
                CallTask(
                    listing_id=drawn, kind="audit", tier="liveness", minutes=2.5, p_wrong=0.03, why="[]",
                    planned_on=now.date().toordinal() - 30, done_on=now.date().toordinal() - 20,
                    result="right" if number else "wrong",
                )
            )  # fmt: skip
        owner = makers.make_organization(session, "Harbor Aid")
        twins = [
            makers.make_service(session, makers.phone(f"+1305555017{n}"), name=f"Pantry {n}", organization_id=owner)
            for n in range(4)
        ]
        by = acting(session, ana)
        pairs = [pair_of(session, twins[n].record_id, twins[n + 1].record_id, by=by, now=now) for n in (0, 2)]
        merged = decide_same(session, pairs[1], by=by, now=now).change
        twin = str(session.get_one(Record, twins[0].listings[0][1]).public_id)
        agreed = _agreed(session, owner, listing, by=by, now=now)
        _count_calls(session, listing.id, drawn, by=by, now=now)
        edited = service.edit(session, phone.record_id, edits, by=acting(session, ben), reason="they moved", now=now)
        change, public_id = edited.proposed[0], str(listing.public_id)
        make_plan(session, minutes=180, now=now, random=dice(1))
        vetted = session.scalars(
            sa.select(Record.public_id).join(Fact, Fact.record_id == Record.id).where(Fact.slot == "paused")
        ).first()
        made, next_call = session.scalars(sa.select(CallTask).where(CallTask.done_on.is_(None)).limit(2))
        enter_call(session, made.listing_id, outcome="no-answer", by=acting(session, ana), now=now)
        set_minutes(session, 180, by=acting(session, ana))
        call = next_call.id
    wide = 360 if dark else 1280
    # The last of the pages is that of an address which nobody has.
    page = open_page(dark=dark, width=wide, height=800, expects=("404 (Not Found)",))
    with serve(practice, Settings(database_url="")) as address, httpx.Client(base_url=address) as client:
        ana_asks = Desk(client, key)
        bring_in(ana_asks, [line(1), line(2)], source="", new="coalition")
        review = brought(ana_asks, [line(1, Description="Other words."), line(3)]).removeprefix("/desk")
    on_its_way = [f"{review}{page}" for page in ("", "/facts", "/aside", "/mapping")]
    paths = (
        "", "/reports", "/month", f"/month/{call}", "/listings", f"/listings/{public_id}",
        f"/listings/{public_id}/edit", "/listings/new", "/overview", "/handover", "/sheet",
        "/changes", "/letters",
        "/duplicates", f"/duplicates/{pairs[0]}", f"/duplicates/merges/{merged}", f"/listings/{twin}/same",
        "/imports", "/imports/1", *on_its_way, f"/changes/{change}", "/people", "/record", "/lines", "/own", "/prove",
        "/vetting", f"/vetting/{vetted}", f"/listings/{public_id}/handoff",
        "/overview/needs", "/protocols", "/protocols/new", *agreed, f"{agreed[-1]}/edit",
        "/listings/00000000-0000-4000-8000-000000000000",
    )  # fmt: skip
    shown = {
        "/overview": "Pack 4821-7731 holds a number", "/overview/needs": "A place for children (9)",
        f"/listings/{public_id}/handoff": "Call the intake line first.", "/protocols": "To be looked at",
        agreed[0]: "This ended on", agreed[1]: "Before and after",
    }  # fmt: skip
    with serve(practice, Settings(database_url="")) as address:
        site = local_address(address)
        found: dict[str, Any] = {"sign in": _violations(page, f"{site}/desk")}
        seat(page, key)
        for path in paths:
            found[path] = _violations(page, f"{site}/desk{path}")
            assert not scrolls_sideways(page), path
            # It is looked at as it is when there is something to show.
            if words := shown.get(path):
                assert words in page.inner_text("body"), path
            for address_ in page.eval_on_selector_all("[href], [action]", _ADDRESSES):
                # Opaque ids may stand in addresses of the desk; names, places and searches may not (SAFETY D1).
                assert re.fullmatch(
                    rf"{site}/(?:desk(?:/[a-z0-9-]+)*(?:\?(?:only|page|before|back|takes)=[a-z0-9/-]+(?:&page=\d+)?)?|"
                    r"static/[0-9a-f]+/[a-z.]+|desk/files/[0-9a-f]+/[a-z.]+)(?:#\w+)?",
                    address_,
                ), address_
    assert {path: rules for path, rules in found.items() if rules} == {}


def _agreed(session: Session, refers: int, takes: Record, *, by: Actor, now: dt.datetime) -> tuple[str, str]:
    """The pages of what two organizations agreed, as it was and as it is by now."""
    one, other = (str(session.get_one(Record, id_ or 0).public_id) for id_ in (refers, takes.organization_id))
    terms = Terms(now.date(), "binder 3", "Call the intake line first.", 60, now.date() + dt.timedelta(days=9))
    before = agree(session, one, other, terms, by=by, now=now)
    after = agree_anew(session, before, msgspec.structs.replace(terms, respond_minutes=30), by=by, now=now)
    return f"/protocols/{before}", f"/protocols/{after}"


def _count_calls(session: Session, *listings: int, by: Actor, now: dt.datetime) -> None:
    """Calls enough to tell of what was missing, and a pack that holds a number which is not the listing's."""
    ends = (("full", "", 11), ("accepted", "", 2), ("declined", "children", 9), ("voicemail", "", 3))
    session.add_all(
        OutcomeCount(
            listing_id=listing, week=last_weeks(now.date())[1], outcome=outcome, reason=reason, reply_band=0,
            teller="signed", n=n,
        )
        for listing in listings
        for outcome, reason, n in ends
    )  # fmt: skip
    pack = KeptPack("4821-7731", now.date(), now.date(), ("en",), "33130 (Miami, FL)")
    keep_pack(session, pack, [(listings[0], "+13055550199")], by_id=by.id, now=now)


def _violations(page: Page, address: str) -> list[str]:
    page.goto(address)
    for fold in page.locator("details").all():
        fold.evaluate("fold => { fold.open = true; }")
    results = _AXE.run(page, options=_RULES).response
    return [f"{one['id']}: {one['nodes'][0]['target']}" for one in results["violations"]]
