"""Listings straight from cards: many at once, for tests and benchmarks of search that need no facts behind them."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from random import Random
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.bootstrap import working_network
from directory.cards.card import Card, CardPhone, CardTrauma, Confirmed, encode
from directory.cards.models import CardRow
from directory.cards.service import Shown
from directory.db import reserve_ids
from directory.listings.models import Change, Record
from directory.search.indexing import post_cards

Point = tuple[float, float]


class Seed(msgspec.Struct, frozen=True):
    """A card, the point of a site, and what the listing says about itself beside its names."""

    card: Card
    point: Point | None = None
    says: str = ""


def plant(session: Session, seeds: Sequence[Seed]) -> list[Shown]:
    """Write records, cards and postings; what ``post_cards`` was given comes back."""
    network = working_network(session).id
    now: dt.datetime = session.info["now"]
    change = Change(kind="import", state="applied", proposed_at=now, reason="a test arranges it")
    session.add(change)
    session.flush()
    services = sorted({seed.card.service for seed in seeds})
    known = {
        str(row.public_id): row.id
        for row in session.execute(
            sa.select(Record.id, Record.public_id).where(Record.public_id.in_([uuid.UUID(one) for one in services]))
        )
    }
    new = [service for service in services if service not in known]
    first = reserve_ids(session, Record, 1 + len(new) + len(seeds))
    service_ids = known | {service: first + 1 + n for n, service in enumerate(new)}
    areas = {seed.card.service: _disclosure(seed.card) for seed in seeds}
    shared = {"network_id": network, "change_id": change.id}
    rows = [_record(first, uuid.UUID(int=session.info["new_id"]().int), "organization", **shared)]
    rows += [
        _record(service_ids[one], uuid.UUID(one), "service", organization_id=first, **areas[one], **shared)
        for one in new
    ]
    shown = []
    for n, seed in enumerate(seeds):
        record_id = first + 1 + len(new) + n
        disclosure = {"location_disclosure": areas[seed.card.service]["location_disclosure"]}
        service = service_ids[seed.card.service]
        rows.append(_record(record_id, uuid.UUID(seed.card.id), "listing", service_id=service, **disclosure, **shared))
        names = f"{seed.card.name} {seed.card.organization}"
        shown.append(Shown(record_id, seed.card, seed.point, names, f"{names} {seed.says}".strip()))
    session.execute(sa.insert(Record), rows)
    session.execute(
        sa.insert(CardRow),
        [{"record_id": one.record_id, "brief": encode(one.card), "public": b"{}"} for one in shown if one.card],
    )
    post_cards(session, shown)
    return shown


def _record(id_: int, public_id: uuid.UUID, kind: str, **more: Any) -> dict[str, Any]:
    empty = {"organization_id": None, "service_id": None, "published_area": None, "location_disclosure": "public"}
    return empty | {"id": id_, "public_id": public_id, "kind": kind} | more


def _disclosure(card: Card) -> dict[str, Any]:
    if card.block != "confidential":
        return {"location_disclosure": "public", "published_area": None}
    return {"location_disclosure": "area_only", "published_area": card.place}


def dice(seed: int) -> Random:
    """Chance that is the same in every run."""
    return Random(seed)  # noqa: S311


def new_id(random: Random) -> str:
    """A random public id that the seed of ``random`` decides."""
    return str(uuid.UUID(int=random.getrandbits(128), version=4))


_OFFICE = {"office": [(day * 1_440 + 540, day * 1_440 + 1_020) for day in range(5)]}


class Mix(msgspec.Struct, frozen=True):
    """What random cards are made of: how often each thing is stated."""

    kinds: Sequence[str]
    who: Sequence[str]
    barriers: Sequence[str]
    languages: Sequence[str]
    stated: float = 0.5
    refused: float = 0.2


def random_card(random: Random, mix: Mix, *, today: dt.date, **known: Any) -> Card:
    """A card with some of everything; ``known`` replaces its fields."""
    yes, no = {}, []
    for slug in (*mix.who, *mix.barriers):
        if random.random() < mix.stated:
            if random.random() < mix.refused:
                no.append(slug)
            else:
                yes[slug] = random.choice(["", "welcomes"])
    spoken = {tag: random.choice(["staff", "interpreter"]) for tag in mix.languages if random.random() < 0.3}
    if random.random() < 0.2:
        spoken["any"] = "interpreter"
    days_ago = random.choice([None, 10, 500])
    confirmed = "" if days_ago is None else (today - dt.timedelta(days=days_ago)).isoformat()
    level = random.choice(["attested", "trained", "certified"])
    fields: dict[str, Any] = {
        "id": new_id(random),
        "service": new_id(random),
        "name": "Practice Service",
        "organization": "Practice House",
        "kinds": sorted(random.sample(list(mix.kinds), random.choice([1, 1, 2]))),
        "yes": yes,
        "no": sorted(no),
        "languages": {} if random.random() < 0.3 else spoken,
        "phones": [CardPhone("+13055550142", confirmed=confirmed, method="call" if confirmed else "")],
        "confirmed": {"phone/voice": Confirmed(confirmed, "call")} if confirmed else {},
        "fresh_until": 0 if days_ago is None else today.toordinal() - days_ago + 365,
        "may_not_work": random.random() < 0.1,
        "trauma_informed": CardTrauma(level, "Practice Institute") if random.random() < 0.4 else None,
        "zone": random.choice(["America/New_York", "America/New_York", "America/Los_Angeles", "Pacific/Guam", ""]),
        "weeks": random.choice([{}, _OFFICE, {"intake": [(0, 10_080)]}, {"intake": [(1_260, 1_500)], **_OFFICE}]),
        "closed": random.choice([{}, {}, {"office": [today.toordinal()]}, {"intake": [today.toordinal() + 1]}]),
        "age": random.choice([None, None, (12, 17), (0, None), (18, None), (None, 15)]),
        "children": random.choice([None, None, (2, None), (None, 11), (4, 14), (0, None)]),
        "group": random.choice([None, None, 3, 14]),
        "accepts_from": random.choice([[], [], ["US"], ["US-FL"], ["12086"], ["abroad"], ["US-GA", "12011"]]),
    }
    return Card(**(fields | known))


def places_around(random: Random, centers: Sequence[Point], count: int, spread_degrees: float) -> Iterable[Point]:
    """Points near some places; some of them twice, so that there are ties."""
    made: list[Point] = []
    for _ in range(count):
        if made and random.random() < 0.3:
            made.append(random.choice(made))
            continue
        lat, lon = random.choice(list(centers))
        lat = max(-90.0, min(90.0, lat + random.gauss(0, spread_degrees)))
        made.append((lat, (lon + random.gauss(0, spread_degrees) + 180) % 360 - 180))
    return made
