"""What a source cannot do to a verified listing, and what waits where it looks wrong."""

import random
from collections.abc import Iterable
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.errors import RefusedError
from directory.freshness import models as freshness
from directory.intake.revision import withdraw
from directory.intake.service import SourceRow
from directory.integrity import queries
from directory.integrity import service as integrity
from directory.integrity.reach import is_verified
from directory.listings.drafts import FactDraft, OrganizationDraft, ServiceDraft, SiteDraft
from directory.listings.fields import Contact, Phone
from directory.listings.merging import merge
from directory.listings.models import Change, Fact, Record
from directory.reconciliation.service import reconcile
from directory.sources.models import Claim
from tests import makers
from tests.conftest import NOW
from tests.directory.intake.test_service import count, organization, run, service
from tests.staff import acting, make_person

CONFIRMED, NEW, OTHER = "+13055550142", "+13055550199", "+13055550188"


def confirm_number(database: Database) -> None:
    """Somebody called the number of the service."""
    with database.transaction() as session:
        phones = sa.select(Fact.id).where(Fact.field == "phone", Fact.standing == "current")
        makers.confirm(session, session.scalars(phones).one())


def said(database: Database, standing: str, field: str = "phone") -> list[tuple[str, str, str]]:
    """The values of a field with a standing: kind of record, slot and number or words."""
    with database.reading() as session:
        facts = session.scalars(sa.select(Fact).where(Fact.standing == standing, Fact.field == field).order_by(Fact.id))
        found = []
        for fact in facts:
            value = msgspec.json.decode(fact.value or "{}")
            found.append((fact.record_kind, fact.slot, value.get("number", value.get("text", ""))))
        return found


def held(database: Database) -> list[tuple[bool, bool, str]]:
    """The terms of all open proposals."""
    with database.reading() as session:
        waiting = session.scalars(sa.select(Change).where(Change.state == "proposed").order_by(Change.id))
        return [(one.needs_second, one.needs_proof, one.holds) for one in waiting]


def own_service(number: int, phone: str, *facts: FactDraft) -> tuple[SourceRow, SourceRow]:
    """An organization of its own with one service."""
    owner = f"organization:{number}"
    said = [makers.text("name", f"Service {number}"), makers.phone(phone), *facts]
    draft = ServiceDraft(f"service:{number}", owner, said, sites=[makers.site(f"site:{number}")])
    return organization(key=owner), SourceRow(f"service:{number}", draft, "accepted")


def flat(pairs: Iterable[tuple[SourceRow, SourceRow]]) -> list[SourceRow]:
    """Organizations first."""
    rows = list(pairs)
    return [one for one, _ in rows] + [two for _, two in rows]


@pytest.mark.parametrize(
    ("fact", "waits"),
    [
        (makers.phone(NEW), ("service", "voice", NEW)),
        (makers.phone(NEW, "intake"), ("service", "intake", NEW)),
    ],
)
def test_a_number_for_a_verified_service_waits_in_whatever_slot(
    database: Database, fact: FactDraft, waits: tuple[str, str, str]
) -> None:
    run(database, organization(), service())
    confirm_number(database)
    row = service(number=NEW) if fact.slot == "voice" else service(fact)
    for _ in range(2):
        [_, answer] = run(database, organization(), row)
    assert (answer.what, said(database, "current")) == ("unchanged", [("service", "voice", CONFIRMED)])
    assert said(database, "proposed") == [waits]
    assert held(database) == [(True, True, "")]


def test_a_source_is_nobody_so_one_person_does_not_approve_what_it_says(database: Database) -> None:
    with database.transaction() as session:
        # Who starts the run is one of the two.
        one, two = (acting(session, make_person(session, name)) for name in ("One", "Two"))
    run(database, organization(), service())
    confirm_number(database)
    run(database, organization(), service(number=NEW), by=one.id)
    with database.transaction() as session:
        change = session.scalars(sa.select(Change.id).where(Change.state == "proposed")).one()
        integrity.add_key(session, change, "old-number", outcome="confirmed", by=one, now=NOW)
        shown = queries.change_of(session, change, by=one, now=NOW).shown
        with pytest.raises(RefusedError, match="two people"):
            integrity.approve(session, change, shown=shown, by=one, now=NOW)
        assert integrity.approve(session, change, shown=shown, by=two, now=NOW).is_applied
    assert said(database, "current") == [("service", "voice", NEW)]
    assert reconcile(database, now=NOW) == []


def test_a_number_at_a_place_of_a_verified_service_waits_with_the_place_or_without(database: Database) -> None:
    run(database, organization(), service())
    confirm_number(database)
    here, there = makers.site("site:1"), makers.site("site:2", street="9 Harbor Road", point=(25.9, -80.3))
    told = [makers.phone(OTHER)]
    sites = [
        SiteDraft("site:1", here.location, [makers.phone(NEW)]),
        SiteDraft("site:2", [*there.location, makers.text("name", "Harbor"), makers.phone(OTHER, "desk")], told),
    ]
    [_, answer] = run(database, organization(), service(sites=sites))
    assert len(answer.listings) == 2
    assert said(database, "current") == [("service", "voice", CONFIRMED)]
    assert said(database, "proposed") == [
        ("listing", "voice", NEW), ("listing", "voice", OTHER), ("location", "desk", OTHER),
    ]  # fmt: skip
    assert said(database, "proposed", "name") == [("location", "", "Harbor")]
    assert count(database, Fact, Fact.field == "address", Fact.standing == "current") == 2
    # Each is claimed by the row that says it.
    assert count(database, Claim) == count(database, Fact)


def test_what_is_not_sensitive_follows_the_source_of_a_verified_service_too(database: Database) -> None:
    run(database, organization(), service(makers.text("description", "Meals.")))
    confirm_number(database)
    run(database, organization(), service(makers.text("description", "Meals and clothes.")))
    assert said(database, "current", "description") == [("service", "", "Meals and clothes.")]
    assert held(database) == []


def test_a_number_that_looks_wrong_waits_where_nobody_confirmed_one_and_longer_where_somebody_did(
    database: Database,
) -> None:
    run(database, organization(), service())
    run(database, organization(), service(number="+19005551234"))
    assert said(database, "current") == [("service", "voice", CONFIRMED)]
    assert held(database) == [(True, True, "premium-rate")]
    confirm_number(database)
    run(database, organization(), service(number="+19005551235"))
    assert held(database) == [(True, True, "premium-rate")] * 2


def test_a_switchboard_of_many_comes_in_and_later_changes_to_it_wait(database: Database) -> None:
    run(database, *flat(own_service(number, CONFIRMED) for number in (1, 2, 3)))
    assert (len(said(database, "current")), held(database)) == (3, [])
    run(database, *own_service(4, NEW))
    # A first number of its own is nobody's change, not even the switchboard's.
    run(database, *own_service(5, CONFIRMED))
    assert held(database) == []
    run(database, *own_service(4, CONFIRMED))
    assert held(database) == [(True, True, "shared")]
    assert ("service", "voice", NEW) in said(database, "current")


def test_a_number_of_what_was_merged_with_it_is_no_strangers(database: Database) -> None:
    run(database, *flat(own_service(number, NEW) for number in (1, 2)))
    run(database, *own_service(3, CONFIRMED))
    with database.transaction() as session:
        ids = session.scalars(sa.select(Record.id).where(Record.kind == "organization").order_by(Record.id)).all()
        merge(session, ids[2], ids[0], author=makers.AUTHOR, now=session.info["now"])
    run(database, *own_service(1, CONFIRMED))
    assert held(database) == []
    run(database, *own_service(2, CONFIRMED))
    assert held(database) == [(True, True, "shared")]


def test_a_further_number_comes_in_unless_it_is_a_hotline_s_and_none_that_can_be_called(database: Database) -> None:
    rows = own_service(1, CONFIRMED), own_service(2, NEW), own_service(3, OTHER, makers.kind("hotline"))
    run(database, *flat(rows))
    more = makers.phone(CONFIRMED, "second"), makers.phone("+19005551234", "third")
    run(database, *flat((own_service(2, NEW, *more), own_service(3, OTHER, makers.kind("hotline"), *more))))
    assert [(slot, number) for _, slot, number in said(database, "current")][3:] == [
        ("second", CONFIRMED), ("third", "+19005551234"), ("second", CONFIRMED),
    ]  # fmt: skip
    assert held(database) == [(True, True, "premium-rate")]


def test_a_feed_that_puts_one_number_everywhere_at_once_puts_it_nowhere(database: Database) -> None:
    before = [(number, f"+1305555{number:04d}") for number in range(100, 108)]
    run(database, *flat(own_service(*one) for one in before))
    run(database, *flat(own_service(number, OTHER) for number, _ in before))
    assert [number for *_, number in said(database, "current")] == [number for _, number in before]
    assert held(database) == [(True, True, "shared")] * len(before)


def test_a_site_that_moves_to_another_owner_waits(database: Database) -> None:
    run(database, organization(), service(makers.text("url", "https://haven.org/help")))
    run(database, organization(), service(makers.text("url", "https://haven.org/food")))
    assert (said(database, "current", "url"), held(database)) == ([("service", "", "https://haven.org/food")], [])
    run(database, organization(), service(makers.text("url", "https://havem.org/food")))
    assert said(database, "current", "url") == [("service", "", "https://haven.org/food")]
    assert held(database) == [(True, True, "other-domain look-alike")]


def hotline(number: str, *, at_place: bool = False) -> SourceRow:
    """A row of a new hotline."""
    said = [makers.text("name", "Line"), makers.kind("hotline"), makers.phone(CONFIRMED)]
    extra = makers.phone(number, "second")
    place = makers.site("site:9")
    sites = [SiteDraft("site:9", place.location, [extra])] if at_place else []
    return SourceRow(
        "service:9",
        ServiceDraft("service:9", "organization:1", said + ([] if at_place else [extra]), sites=sites),
        "accepted",
    )


@pytest.mark.parametrize("at_place", [False, True])
def test_a_new_hotline_comes_in_without_a_number_that_costs_and_that_waits(database: Database, at_place: bool) -> None:
    row = hotline("+19005551234", at_place=at_place)
    [_, answer] = run(database, organization(), row)
    assert (answer.what, answer.proposed, len(answer.listings)) == ("new", 1, 1)
    assert said(database, "current") == [("service", "voice", CONFIRMED)]
    assert said(database, "proposed") == [("listing" if at_place else "service", "second", "+19005551234")]
    assert held(database) == [(True, True, "premium-rate")]
    assert count(database, Claim) == count(database, Fact)
    assert run(database, organization(), row)[1].what == "unchanged"
    assert reconcile(database, now=NOW) == []


def test_a_number_that_is_none_comes_in_where_nobody_calls_in_a_crisis(database: Database) -> None:
    run(database, organization(), service(number="+1305555"))
    assert said(database, "current") == [("service", "voice", "+1305555")]


def test_a_confirmed_line_whose_note_tells_a_secret_place_stays_confirmed_without_the_note(database: Database) -> None:
    street = "18 Quillfeather Way"
    told = Phone(CONFIRMED, description=f"Ring at {street}. Ask for help.")
    line = FactDraft("phone", told, slot="voice", match_key=CONFIRMED)
    contact = FactDraft("contact", Contact("Ann", title=f"Desk at {street}"), slot="a")
    with database.transaction() as session:
        made = makers.make_service(session, line, contact, sites=[makers.site(street=street)])
        caller = acting(session, make_person(session, "Caller"))
        phone = session.scalars(sa.select(Fact.id).where(Fact.field == "phone")).one()
        integrity.confirm_by_call(session, phone, outcome="confirmed", by=caller, now=NOW)
    with database.transaction() as session:
        withdraw(session, made.record_id, disclosure="area_only", area="US-FL-331", author=makers.AUTHOR, now=NOW)
    assert count(database, Fact, Fact.value.contains("Quillfeather")) == 0
    assert said(database, "current") == [("service", "voice", CONFIRMED)]
    with database.reading() as session:
        assert is_verified(session, session.get_one(Record, made.record_id))
        by = session.scalars(sa.select(freshness.Testimony.by_id)).all()
        assert by == [caller.id, caller.id]
    assert reconcile(database, now=NOW) == []


def test_a_source_that_makes_a_place_secret_leaves_the_confirmed_line_confirmed(database: Database) -> None:
    told = Phone(CONFIRMED, description=f"Ring at {makers.STREET}. Ask for help.")
    words = [makers.text("name", "Line"), FactDraft("phone", told, slot="voice", match_key=CONFIRMED)]
    shown = ServiceDraft("service:1", "organization:1", words, sites=[makers.site()])
    run(database, organization(), SourceRow("service:1", shown, "accepted"))
    confirm_number(database)
    secret = msgspec.structs.replace(
        shown, location_disclosure="area_only", published_area="US-FL-331", sites=[], facts=words
    )
    [_, answer] = run(database, organization(), SourceRow("service:1", secret, "accepted"))
    assert (answer.withdrawn, answer.proposed) == (True, 0)
    assert count(database, Fact, Fact.value.contains("Evergreen")) == 0
    assert said(database, "current") == [("service", "voice", CONFIRMED)]
    assert reconcile(database, now=NOW) == []
    run(database, organization(), service(number=NEW, area="US-FL-331"))
    assert said(database, "current") == [("service", "voice", CONFIRMED)]
    assert reconcile(database, now=NOW) == []


def test_an_organization_that_becomes_closed_loses_its_telling_name_although_its_service_is_verified(
    database: Database,
) -> None:
    run(database, organization(), service())
    confirm_number(database)
    closed = OrganizationDraft("organization:1", [makers.text("name", "Name not shown")], is_closed=True)
    run(database, SourceRow("organization:1", closed, "accepted"))
    with database.reading() as session:
        names = sa.select(Fact.value).where(Fact.field == "name", Fact.record_kind == "organization")
        assert session.scalars(names.where(Fact.standing == "current")).all() == ['{"text":"Name not shown"}']
    assert held(database) == []


def test_nothing_that_a_feed_can_say_moves_what_is_sensitive_of_a_verified_listing(database: Database) -> None:
    chance = random.Random(7)  # noqa: S311 - a walk that is the same each time
    shown = [makers.text("url", "https://haven.org"), makers.text("email", "a@haven.org")]
    run(database, organization(), service(*shown))
    confirm_number(database)

    def sensitive() -> list[Any]:
        fields = ("phone", "url", "email", "name", "status", "contact")
        with database.reading() as session:
            columns = sa.select(Fact.id, Fact.value).where(Fact.field.in_(fields), Fact.standing == "current")
            return [tuple(row) for row in session.execute(columns.order_by(Fact.id))]

    before = sensitive()
    for _ in range(25):
        more: dict[tuple[str, str], FactDraft] = {}
        for _ in range(chance.randint(0, 3)):
            number = chance.choice((CONFIRMED, NEW, OTHER, "+19005551234"))
            new = chance.choice((
                makers.phone(number, chance.choice(("intake", "text"))),
                makers.text("url", chance.choice(("https://haven.org", "http://havem.org"))),
                makers.text("email", chance.choice(("a@haven.org", "a@gmail.com"))),
                makers.text("status", "inactive"),
                FactDraft("contact", Contact("Ann", email="x@havem.org"), slot="a"),
            ))  # fmt: skip
            more[new.field, new.slot] = new
        place = makers.site("site:1")
        sites = [SiteDraft("site:1", place.location, [makers.phone(NEW)] if chance.random() < 0.5 else [])]
        row = service(*more.values(), number=chance.choice((CONFIRMED, NEW, OTHER)), sites=sites)
        owner = organization(*([makers.phone(NEW)] if chance.random() < 0.3 else []))
        run(database, owner, row, source=chance.choice(("county", "county", "state")))
        current = [one for one in sensitive() if one in before]
        assert current == before
    assert count(database, Change, Change.state == "proposed") > 5
    assert reconcile(database, now=NOW) == []


def test_a_batch_of_changed_numbers_asks_once_what_it_may_not_change(database: Database) -> None:
    pairs = [(number, f"+1305555{number:04d}") for number in range(100, 112)]
    run(database, *flat(own_service(*one) for one in pairs))
    asked: list[str] = []
    sa.event.listen(database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    run(database, *flat(own_service(number, f"+1305555{number + 50:04d}") for number, _ in pairs))
    assert held(database) == []
    assert sum("fact.match_key IN" in one for one in asked) == 1
    assert sum("evidence.log2_odds < " in one and "EXISTS" in one for one in asked) == 1
