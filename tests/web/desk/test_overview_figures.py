"""The tables of the overview are what anybody would count who read every card, for directories that nobody arranged."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from statistics import median

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from directory.cards.card import Card, decode_card
from directory.cards.models import CardRow
from directory.coverage.needs import needs
from directory.db import Database
from directory.freshness.parameters import group_of
from directory.listings.drafts import FactDraft, SiteDraft
from directory.listings.fields import Address, Point
from directory.listings.models import Fact
from directory.truth.told import of_group
from directory.vocabulary import terms
from tests import makers
from tests.conftest import NOW
from tests.staff import Desk

_DAY, _YEAR = NOW.date().toordinal(), 365
# Town -> its state and its county, as people there know them.
_TOWNS = {
    "Miami": ("FL", "Miami-Dade County, FL"), "Orlando": ("FL", "Orange County, FL"),
    "Atlanta": ("GA", "Fulton County, GA"),
}  # fmt: skip
_KINDS = ("emergency-shelter", "food", "hotline", "primary-care", "clothing")
_STATE_NAMES = {"FL": "Florida", "GA": "Georgia"}
_MOSTLY, _LEAST = 0.8, 5

# Town, kind, who is taken, whether men are not, days since a call, what a call of yesterday found.
_Drawn = tuple[str, str, set[str], bool, int | None, str | None]
_listings = st.lists(
    st.tuples(
        st.sampled_from(sorted(_TOWNS)), st.sampled_from(_KINDS), st.sets(st.sampled_from(("women", "with-children"))),
        st.booleans(), st.sampled_from((None, 2, 200, 300, 400)),
        st.sampled_from((None, "disconnected")),
    ),
    min_size=4, max_size=9,
)  # fmt: skip


@given(_listings)
@settings(
    max_examples=3, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None
)
def test_the_tables_say_what_reading_every_card_says(
    sign_in: Callable[..., Desk], database: Database, listings: list[_Drawn]
) -> None:
    """Each example adds to the directory of those before it."""
    _add(database, listings)
    with database.reading() as session:
        blobs = session.scalars(sa.select(CardRow.brief).where(CardRow.brief.is_not(None))).all()
    cards = [decode_card(blob) for blob in blobs if blob]
    desk = sign_in("coordinator", f"Kim {len(cards)}")
    assert _rows(desk, "kinds") == _fresh(cards)
    assert {row["listings"] for row in _rows(desk, "kept")} == {str(len(cards))}
    area = _areas(cards)
    # Where nothing is confirmed stands too, with 0.
    told = {(row["kind"], row["area"]): int(row["confirmed_services"]) for row in _rows(desk, "coverage")}
    assert {key: number for key, number in told.items() if number} == _coverage(cards, area)
    assert _gaps(cards, area) == {
        row["nobody_confirmed_offers"]: (int(row["areas_without"]), int(row["areas"]), int(row["listings_to_ask"]))
        for row in _rows(desk, "gaps")
    }
    verified = sum(_state(card) == "verified" for card in cards)
    assert f"{verified} of {len(cards)} listings are confirmed and in time" in desk.get("/desk/overview").text


def _add(database: Database, listings: Iterable[_Drawn]) -> None:
    with database.transaction() as session:
        for number, (town, kind, takes, refuses_men, ago, outcome) in enumerate(listings):
            state, _ = _TOWNS[town]
            address = Address(address_1="1 Main St", city=town, state_province=state, postal_code="")
            place = SiteDraft(f"site:{number}", [
                FactDraft("address", address), FactDraft("point", Point(*makers.MIAMI, "source")),
            ])  # fmt: skip
            said = [makers.takes(code) for code in sorted(takes)] + [makers.refuses("men")] * refuses_men
            made = makers.make_service(session, makers.kind(kind), *said, sites=[place])
            line = session.scalars(sa.select(Fact.id).where(Fact.record_id == made.record_id, Fact.field == "phone"))
            line_id = line.one()
            if ago is not None:
                makers.observe(session, line_id, "call", "confirmed", days_ago=ago)
            if outcome is not None:
                makers.observe(session, line_id, "call", outcome, days_ago=1)


def _rows(desk: Desk, table: str) -> list[dict[str, str]]:
    text = desk.get(f"/desk/overview/tables/{table}").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def _state(card: Card) -> str:
    if card.unreachable:
        return "unreachable"
    if not card.fresh_until:
        return "unverified"
    return "stale" if card.fresh_until < _DAY else "due" if card.due_on <= _DAY else "verified"


def _fresh(cards: list[Card]) -> list[dict[str, str]]:
    cells: dict[str, list[Card]] = defaultdict(list)
    for card in cards:
        cells[group_of(card.kinds)].append(card)
    ordered = [cells[code] for code in sorted(cells, key=lambda code: (-len(cells[code]), code))]
    small = [cell for cell in ordered if len(cell) < _LEAST]
    large = [cell for cell in ordered if len(cell) >= _LEAST]
    while small and large and sum(map(len, small)) < _LEAST:
        small.append(large.pop())
    found = [(of_group(group_of(cell[0].kinds)), cell) for cell in large]
    if small:
        found.append(("Kinds with few listings", [card for cell in small for card in cell]))
    return [
        {
            "kind": label, "listings": str(len(cell)),
            **{state: str(sum(_state(card) == state for card in cell))
               for state in ("verified", "due", "stale", "unreachable", "unverified")},
            "confirmed_within_a_year": str(sum(0 <= _age(card) <= _YEAR for card in cell)),
            "median_days_since": _middle([_age(card) for card in cell if card.confirmed_on]),
        }
        for label, cell in found
    ]  # fmt: skip


def _age(card: Card) -> int:
    return _DAY - card.confirmed_on if card.confirmed_on else -1


def _middle(ages: list[int]) -> str:
    return str(round(median(ages))) if ages else ""


def _areas(cards: list[Card]) -> Callable[[Card], str]:
    """What a card is counted in: its county where nearly all are in one state, else its state."""
    states = Counter(card.place.rpartition(", ")[2] for card in cards)
    is_one = states.most_common(1)[0][1] >= _MOSTLY * len(cards)
    most = states.most_common(1)[0][0]

    def area(card: Card) -> str:
        town, _, state = card.place.rpartition(", ")
        if not is_one:
            return _STATE_NAMES[state]
        return _TOWNS[town][1] if state == most else ""

    return area


def _is_confirmed(card: Card) -> bool:
    return _state(card) in {"verified", "due"} and not card.may_not_work


def _coverage(cards: list[Card], area: Callable[[Card], str]) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = Counter()
    for term in terms.kinds():
        slugs = terms.expand_kind(term.code)
        for card in cards:
            if _is_confirmed(card) and area(card) and not slugs.isdisjoint(card.kinds):
                counts[terms.label("kind", term.code, "en"), area(card)] += 1
    return counts


def _gaps(cards: list[Card], area: Callable[[Card], str]) -> dict[str, tuple[int, int, int]]:
    states = {card.place.rpartition(", ")[2] for card in cards}
    is_county = "County" in area(next(card for card in cards if area(card)))
    # Florida has 67 counties, Georgia 159.
    of = {"FL": 67, "GA": 159}[_most(cards)] if is_county else len(states)
    found = {}
    for need in needs():
        offers = [card for card in cards if area(card) and not need.slugs.isdisjoint(card.kinds)]
        offers = [card for card in offers if not set(need.who) & set(card.no)]
        stated = [card for card in offers if set(need.who) <= set(card.yes)]
        met = {area(card) for card in stated if _is_confirmed(card)}
        to_ask = [
            card for card in offers if area(card) not in met and not (card in stated and _is_confirmed(card))
        ]  # fmt: skip
        if len(met) < of:
            found[need.words] = (of - len(met), of, len(to_ask))
    return found


def _most(cards: list[Card]) -> str:
    return Counter(card.place.rpartition(", ")[2] for card in cards).most_common(1)[0][0]
