"""What a program sees that was asked by letter: nothing before a press, then its entry with three answers."""

import datetime as dt
import re
import statistics
import time
from collections.abc import Iterator

import httpx
import pytest
import sqlalchemy as sa

from directory.bootstrap import show_touched
from directory.clock import day_number
from directory.confirming.models import Confirmation
from directory.confirming.shown import SHOWN_FIELDS
from directory.db import Database
from directory.handoff.models import OutcomeCount
from directory.handoff.policy import monday_of
from directory.integrity import service as integrity
from directory.integrity.service import Edit
from directory.listings.drafts import FactDraft
from directory.listings.fields import Contact, decode_value
from directory.listings.models import Change, Fact, Record
from directory.planning.queries import candidates
from directory.settings import TELLING_WORDS
from tests import makers
from tests.conftest import NOW
from tests.directory.confirming.house import House, found
from tests.services import serve
from tests.web.conftest import IN_PAGE, PATIENCE_SECONDS, settings
from web.sizes import SIZES

UNKNOWN = "A" * 43
# As scanners of mail, previews of programs for chatting, and browsers that look ahead ask.
SCANNERS: tuple[dict[str, str], ...] = (
    {"user-agent": "Mozilla/5.0 (compatible; MailScanner)"}, {"purpose": "prefetch"}, {"sec-purpose": "prefetch"},
    {"sec-purpose": "prefetch;prerender"}, {"x-moz": "prefetch"}, {"x-purpose": "preview"}, {"accept": "image/*"},
)  # fmt: skip


@pytest.fixture
def house(database: Database) -> House:
    with database.transaction() as session:
        return House(session)


@pytest.fixture
def key(database: Database, house: House) -> str:
    with database.transaction() as session:
        return house.ask(session)


@pytest.fixture
def client(database: Database) -> Iterator[httpx.Client]:
    """Asks as the script of a page does, at the time of the tests."""
    with (
        serve(database, settings(), clock=lambda: NOW) as address,
        httpx.Client(base_url=address, headers=IN_PAGE, timeout=PATIENCE_SECONDS) as client,
    ):
        yield client


def _provider(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        return found(session, "provider")


def _seen(page: str) -> str:
    [shown] = set(re.findall(r'name="7" value="([0-9a-f]{64})"', page))
    return str(shown)


def _wants(database: Database) -> list[tuple[str | None, str]]:
    with database.reading() as session:
        return [
            (one.intends, one.state) for one in session.scalars(sa.select(Change).where(Change.state == "proposed"))
        ]


def test_whoever_opens_the_address_confirms_nothing_and_sees_nothing_and_then_one_press_works(
    client: httpx.Client, database: Database, key: str
) -> None:
    for headers in SCANNERS:
        for _ in range(10):
            begun = client.get(f"/v/{key}", headers=headers)
            assert begun.status_code == 203
            assert "Lantern" not in begun.text
            assert "305" not in begun.text
        client.head(f"/v/{key}", headers=headers)
        client.options(f"/v/{key}", headers=headers)
    assert _provider(database) == []
    page = client.post("/", data={"6": key}).text
    assert "Lantern House" in page
    assert _provider(database) == []
    thanks = client.post("/", data={"6": key, "7": _seen(page), "8": "r"}).text
    assert "all of it is right" in thanks
    confirmed = _provider(database)
    assert {"name", "phone", "language", "schedule"} <= {field for field, _ in confirmed}
    for data in ({"6": key}, {"6": key, "7": _seen(page), "8": "r"}, {"6": key, "7": _seen(page), "8": "g"}):
        assert "not good any more" in client.post("/", data=data).text
    assert _provider(database) == confirmed


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_without_script_it_works_as_well_and_the_history_tells_nothing(database: Database, key: str) -> None:
    with (
        serve(database, settings(), clock=lambda: NOW) as address,
        httpx.Client(base_url=address, headers={"accept": "text/html"}, timeout=PATIENCE_SECONDS) as browser,
    ):
        begun = browser.get(f"/v/{key}")
        assert re.findall(r"<form[^>]*>", begun.text)
        sent_on = browser.post("/", data={"6": key})
        assert sent_on.status_code == 303
        entry = browser.get(sent_on.headers["location"])
        assert "Lantern House" in entry.text
        assert "Lantern House" not in browser.get(sent_on.headers["location"]).text
        answered = browser.post("/", data={"6": key, "7": _seen(entry.text), "8": "r"}, follow_redirects=True)
        assert "all of it is right" in answered.text
    assert _provider(database) != []


def test_what_changed_between_letter_and_answer_is_shown_again(
    client: httpx.Client, database: Database, house: House, key: str
) -> None:
    before = client.post("/", data={"6": key}).text
    assert "changed after the letter" not in before
    with database.transaction() as session:
        spoken = Edit(makers.speaks("ht"))
        integrity.edit(session, house.service, [spoken], by=house.one(session), reason="told", now=NOW)
    again = client.post("/", data={"6": key, "7": _seen(before), "8": "r"}).text
    assert "changed after the letter" in again
    assert "Haitian" in again
    assert _provider(database) == []
    assert "all of it is right" in client.post("/", data={"6": key, "7": _seen(again), "8": "r"}).text
    assert len([field for field, _ in _provider(database) if field == "language"]) == 2


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_used_expired_and_unknown_links_get_the_same_bytes(
    client: httpx.Client, database: Database, house: House, key: str
) -> None:
    page = client.post("/", data={"6": key}).text
    client.post("/", data={"6": key, "7": _seen(page), "8": "r"})
    with database.transaction() as session:
        expired = house.ask(session)
        session.execute(
            sa.update(Confirmation).where(Confirmation.used_at.is_(None)).values(expires_at=NOW - dt.timedelta(1))
        )

    def bytes_of(key: str, **more: str) -> bytes:
        # A new letter can be asked for with what has the form of a key, so the page holds it.
        return client.post("/", data={"6": key, **more}).content.replace(key.encode(), b"K" * len(key))

    answers = {bytes_of(one, **more) for one in (key, expired, UNKNOWN) for more in ({}, {"7": "0", "8": "r"})}
    assert len(answers) == 1
    assert len({client.post("/", data={"6": one}).content for one in ("x", "é" * 50)}) == 1
    [spent] = answers
    assert len(spent) in SIZES
    begun = {client.get(f"/v/{one}").text.replace(one, "") for one in (key, expired, UNKNOWN)}
    assert len(begun) == 1


@pytest.mark.alone
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_thousand_wrong_keys_cost_what_a_used_one_costs(database: Database, house: House, key: str) -> None:
    from directory.confirming import service
    from directory.errors import NotFoundError

    with database.transaction() as session:
        service.answer(session, key, said="right", shown=service.look(session, key, now=NOW).digest, now=NOW)
    costs: dict[str, list[float]] = {"used": [], "wrong": []}
    with database.reading() as session:
        for number in range(1_000):
            for kind, tried in (("used", key), ("wrong", f"{number:043}")):
                began = time.perf_counter()
                with pytest.raises(NotFoundError):
                    service.look(session, tried, now=NOW)
                costs[kind].append(time.perf_counter() - began)
    used, wrong = (statistics.median(one) for one in costs.values())
    assert max(used, wrong) < 1.3 * min(used, wrong)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_two_listings_links_do_not_mix(client: httpx.Client, database: Database, key: str) -> None:
    with database.transaction() as session:
        other = House(session, name="Other House")
        other_key = other.ask(session)
        language = other.fact(session, "language")
    mine, theirs = (client.post("/", data={"6": one}).text for one in (key, other_key))
    assert "Other House" not in mine
    mixed = client.post("/", data={"6": key, "7": _seen(theirs), "8": "r"}).text
    assert "changed after the letter" in mixed
    assert _provider(database) == []
    client.post("/", data={"6": key, "7": _seen(mine), "8": "c", "d": "es:staff"})
    with database.reading() as session:
        [change] = session.scalars(sa.select(Change).where(Change.state == "proposed"))
        assert change.subject_id != session.get_one(Fact, language).record_id


def test_what_is_different_is_proposed_and_nothing_is_changed(
    client: httpx.Client, database: Database, house: House, key: str
) -> None:
    page = client.post("/", data={"6": key}).text
    said = {"9": "(305) 555-0177", "0": "Mon-Fri 9am-5pm", "b": "ht", "d": "es:staff", "j": "n"}
    thanks = client.post("/", data={"6": key, "7": _seen(page), "8": "c", **said}).text
    assert "before anything is changed" in thanks
    with database.reading() as session:
        proposed = session.scalars(sa.select(Fact).where(Fact.standing == "proposed").order_by(Fact.id)).all()
        values = {fact.field: decode_value(fact.field, fact.value or "{}") for fact in proposed}
        assert values["phone"].number == "+13055550177"
        assert values["schedule"].days.keys() == {"MO", "TU", "WE", "TH", "FR"}
        assert {tuple(span) for spans in values["schedule"].days.values() for span in spans} == {(540, 1020)}
        assert values["language"].tag == "ht"
        assert values["alert"].text == "They take no new people at present."
        assert len(_wants(database)) == 5
    after = client.post("/", data={"l": _listing(database, house)}).text
    assert "305 555 0142" in after
    assert "555 0177" not in after


def _listing(database: Database, house: House) -> str:
    with database.reading() as session:
        return str(session.get_one(Record, house.listing).public_id)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "said",
    [
        {}, {"9": "not a number"}, {"0": "Our client Ana's date of birth is 3 May 1990"}, {"b": "klingon"},
        {"d": "xx:staff"}, {"j": "y"}, {"9": "1" * 200},
    ],
)  # fmt: skip
def test_what_says_nothing_or_cannot_be_read_asks_again_repeats_nothing_and_uses_nothing_up(
    client: httpx.Client, database: Database, key: str, said: dict[str, str]
) -> None:
    page = client.post("/", data={"6": key}).text
    again = client.post("/", data={"6": key, "7": _seen(page), "8": "c", **said}).text
    assert "say what is different" in again
    assert all(value not in again for value in said.values() if len(value) > 2)
    assert _wants(database) == []
    assert "all of it is right" in client.post("/", data={"6": key, "7": _seen(again), "8": "r"}).text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("said", "wants"), [("g", "close"), ("n", "do-not-list")])
def test_to_go_is_proposed_for_people(
    client: httpx.Client, database: Database, key: str, said: str, wants: str
) -> None:
    page = client.post("/", data={"6": key}).text
    assert "stays as it is" in client.post("/", data={"6": key, "7": _seen(page), "8": said}).text
    assert _wants(database) == [(wants, "proposed")]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_pages_keep_the_rules_of_every_public_page(client: httpx.Client, key: str) -> None:
    begun = client.get(f"/v/{key}")
    entry = client.post("/", data={"6": key})
    spent = client.post("/", data={"6": UNKNOWN})
    thanks = client.post("/", data={"6": key, "7": _seen(entry.text), "8": "r"})
    for page in (begun, entry, spent, thanks):
        assert "set-cookie" not in page.headers
        assert page.headers["cache-control"] == "no-store"
        assert len(page.content) in SIZES
        assert re.findall(r"<title>(.*?)</title>", page.text) == ["Daybook"]
        assert 'id="leave"' in page.text
        [heading] = re.findall(r"<h1[^>]*>(.*?)</h1>", page.text)
        assert not [word for word in TELLING_WORDS if word in heading.casefold()]
        links = set(re.findall(r'(?:href|src)="([^"]*)"', page.text))
        assert not [link for link in links if key in link]
    assert client.post("/", data={"6": key, "u": "es"}).status_code == 200
    assert "Revise esto" not in begun.text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_page_shows_every_field_that_an_answer_confirms(client: httpx.Client, database: Database) -> None:
    """Of each field a word that can be looked for; what has none is told by the card."""
    told = {
        "description": "Meals for all.", "alert": "No beds in May.", "application_process": "Ring twice.",
        "eligibility_description": "Anybody at all.", "fees_description": "Always free.",
    }  # fmt: skip
    with database.transaction() as session:
        house = House(session)
        for field, words in told.items():
            edit = Edit(makers.text(field, words))
            integrity.edit(session, house.service, [edit], by=house.one(session), reason="told", now=NOW)
        show_touched(session)
        opened = house.ask(session)
    page = client.post("/", data={"6": opened}).text
    assert set(told) <= SHOWN_FIELDS
    for words in (
        *told.values(),
        "Lantern House",
        "Food",
        "305 555 0142",
        "Spanish",
        "742 Evergreen",
        "lantern.example.org",
    ):
        assert words in page


def _facts(database: Database) -> dict[str, Fact]:
    """What is proposed, by field and slot."""
    with database.reading() as session:
        proposed = session.scalars(sa.select(Fact).where(Fact.standing == "proposed").order_by(Fact.id)).all()
        session.expunge_all()
        return {f"{fact.field}:{fact.slot}": fact for fact in proposed}


def test_each_field_can_be_proposed_and_some_be_confirmed_with_it(
    client: httpx.Client, database: Database, key: str
) -> None:
    page = client.post("/", data={"6": key}).text
    said = {
        "A": ["women:y", "men:n"], "B": ["walk-in:y"], "C": "Meals on weekdays.", "D": "lantern.example.org/new",
        "E": "new@lantern.example.org", "H": ["language", "kind"], "d": "es:staff",
    }  # fmt: skip
    assert "It is noted" in client.post("/", data={"6": key, "7": _seen(page), "8": "c", **said}).text
    proposed = _facts(database)
    assert decode_value("eligibility", proposed["eligibility:women"].value or "").answer == "yes"
    assert decode_value("eligibility", proposed["eligibility:men"].value or "").answer == "no"
    assert proposed.keys() >= {"barrier:walk-in", "description:", "url:", "email:"}
    # What is said to be otherwise is not right as well.
    confirmed = {field for field, outcome in _provider(database) if outcome == "confirmed"}
    assert "kind" in confirmed
    assert "language" not in confirmed


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_some_can_be_right_and_nothing_be_different(client: httpx.Client, database: Database, key: str) -> None:
    page = client.post("/", data={"6": key}).text
    assert "It is noted" in client.post("/", data={"6": key, "7": _seen(page), "8": "c", "H": "phone"}).text
    assert {field for field, _ in _provider(database)} == {"phone", "email"}
    assert _wants(database) == []


def test_a_closure_is_proposed_and_the_entry_says_at_once_that_something_was_reported(
    client: httpx.Client, database: Database, house: House, key: str
) -> None:
    page = client.post("/", data={"6": key}).text
    first, last = NOW.date(), NOW.date() + dt.timedelta(days=9)
    days = {"F": first.isoformat(), "G": last.isoformat()}
    client.post("/", data={"6": key, "7": _seen(page), "8": "t", **days})
    proposed = _facts(database)
    assert list(proposed) == ["schedule:office"]
    hours = decode_value("schedule", proposed["schedule:office"].value or "")
    assert (hours.closed[0], hours.closed[-1], len(hours.closed)) == (first.isoformat(), last.isoformat(), 10)
    assert hours.days == {"MO": [(540, 1020)]}
    shown = client.post("/", data={"l": _listing(database, house)}).text
    assert "305 555 0142" in shown
    assert "Reported wrong" in shown


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "days",
    [
        {}, {"F": "2026-12-20"}, {"F": "2026-12-20", "G": "2026-12-01"}, {"F": "2020-01-01", "G": "2020-01-02"},
        {"F": "2026-12-01", "G": "2027-12-01"},
    ],
)  # fmt: skip
def test_days_that_are_none_are_put_off_until(
    client: httpx.Client, database: Database, key: str, days: dict[str, str]
) -> None:
    page = client.post("/", data={"6": key}).text
    assert "give two days" in client.post("/", data={"6": key, "7": _seen(page), "8": "t", **days}).text
    assert _wants(database) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_whoever_wants_to_go_stays_in_view_and_is_called(
    client: httpx.Client, database: Database, house: House, key: str
) -> None:
    page = client.post("/", data={"6": key}).text
    client.post("/", data={"6": key, "7": _seen(page), "8": "n"})
    assert "Reported wrong" in client.post("/", data={"l": _listing(database, house)}).text
    with database.reading() as session:
        [one] = candidates(session, day=day_number(NOW))
        assert one.is_reported


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_page_says_what_is_held_and_not_shown_without_a_value_of_it(
    client: httpx.Client, database: Database
) -> None:
    with database.transaction() as session:
        house = House(session, is_verified=False)
        edit = Edit(FactDraft("contact", Contact(name="Rosalind Example"), tier="partner"))
        integrity.edit(session, house.service, [edit], by=house.one(session), reason="told", now=NOW)
        makers.confirm(session, house.fact(session, "email"))
        show_touched(session)
        opened = house.ask(session)
    page = client.post("/", data={"6": opened}).text
    [withheld] = re.findall(r'aria-labelledby="staff">(.*?)</section>', page, re.DOTALL)
    assert re.findall(r"<li>(.*?)</li>", withheld) == ["Whom to ask for", "An e-mail address"]
    assert "Rosalind" not in page
    assert "desk@lantern" not in page


def test_the_program_sees_how_calls_to_it_went_a_week_before_readers(
    database: Database, client: httpx.Client, house: House, key: str
) -> None:
    with database.transaction() as session:
        week = monday_of(NOW.date()) - 7
        session.add(
            OutcomeCount(
                listing_id=house.listing, week=week, outcome="answered", reason="", reply_band=20, teller="signed", n=6
            )
        )
    page = re.sub(r"<[^>]+>", " ", client.post("/", data={"u": "en", "6": key}).text)
    for_readers, _, for_program = page.partition("How calls to you went")
    assert "Too few calls to tell." in for_readers
    assert "Answered 6 of the last 6. Usually within 20 minutes." in for_program
    assert "Readers see a week seven days after you do." in for_program
