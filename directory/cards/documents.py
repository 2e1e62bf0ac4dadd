"""Facts to documents to a card: the projection. Pure.

Documents are a record's own facts cut to a tier; the card is made from public documents only, never from facts, so it
cannot say more than they do.
"""

import datetime as dt
import itertools
from collections.abc import Iterable
from typing import Any

import msgspec

from directory.cards.card import Card, CardPhone, CardTrauma, Confirmed, Document, ShownFact
from directory.cards.vetted import told_steps
from directory.freshness.belief import Belief
from directory.freshness.observations import Observation
from directory.listings.disclosure import UNNAMED, WEB_FIELDS, may_hold, sees
from directory.listings.fields import FIELDS, Tier
from directory.listings.screen import screen
from directory.values.hours import week_minutes
from directory.values.line_words import roles_of_line
from directory.vocabulary.terms import trauma_level

# The order in which lines are offered: someone who answers first.
_PHONE_ORDER = {"voice": 0, "text": 1, "tty": 2, "whatsapp": 3, "chat": 4, "fax": 5}
# A population that is taken exclusively rules these out, unless they have a fact of their own (MODEL 5).
_EXCLUDES = {
    "women": ("men", "trans-men"),
    "men": ("women", "trans-women"),
    "trans-women": ("men",),
    "trans-men": ("women",),
    "minors": ("adults", "older-adults"),
    "adults": ("minors",),
    "older-adults": ("minors",),
}

_OF_AGE = 18


class KnownFact(msgspec.Struct, frozen=True):
    """A current fact with what is known about it, before it is cut to a tier.

    ``warned`` = an observation says that it does not work, and none since that it does. ``withheld`` = the address is
    somebody else's now. ``heard`` = all that was observed about it.
    """

    field: str
    slot: str
    value: Any
    tier: Tier
    said: str = ""
    source: str = ""
    confirmed: str = ""
    method: str = ""
    warned: bool = False
    withheld: bool = False
    heard: tuple[Observation, ...] = ()


class RecordHead(msgspec.Struct, frozen=True):
    """What a document needs of its record."""

    id: str
    kind: Any
    standing: str
    location_disclosure: Any
    published_area: str
    closed_in: str = ""


def document(head: RecordHead, facts: Iterable[KnownFact], tier: Tier) -> Document:
    """One record's own facts, cut to a tier (SAFETY L7, L8)."""
    shown, facts = [], list(facts)
    for fact in cut(head, facts, tier):
        # When a confidential service was entered is nobody's business to the day.
        said = fact.said if head.location_disclosure == "public" else fact.said[:7]
        shown.append(
            ShownFact(fact.field, fact.value, fact.slot, said, fact.source, fact.confirmed, fact.method, fact.warned)
        )
    return Document(
        head.id, head.kind, tier, shown, head.standing, head.location_disclosure, head.published_area, head.closed_in,
        told_steps(facts) if head.kind == "organization" else [],
    )  # fmt: skip


def cut(head: RecordHead, facts: Iterable[KnownFact], tier: Tier) -> list[KnownFact]:
    """What a tier sees of a record's facts. An address that is somebody else's now is for those who work here alone."""
    return [
        fact
        for fact in facts
        if sees(tier, fact.tier)
        and may_hold(fact.field, head.location_disclosure)
        and not (fact.withheld and tier != "coordinator")
    ]


def unexpired(facts: Iterable[KnownFact], *, today: int) -> list[KnownFact]:
    """The facts without the notes whose last day is over in every zone (``today`` is a day number)."""
    return [
        fact
        for fact in facts
        if fact.field != "alert" or not fact.value.get("until") or _day(fact.value["until"]) >= today - 1
    ]


def line_order(phone: dict[str, Any]) -> int:
    """In which order a line is offered, by its value: the lowest first."""
    return _PHONE_ORDER.get(phone.get("kind", "voice"), 9)


def union(own: Iterable[KnownFact], *others: Iterable[KnownFact]) -> list[KnownFact]:
    """What a record says together with those that were merged into it: its own facts, then theirs.

    The same value stands once, another number beside the first, and of anything else the record's own goes before. A
    status is each record's own: one that went out of use does not close the other.
    """
    facts = list(own)
    for other in others:
        stated = {(fact.field, fact.slot) for fact in facts}
        lines: dict[str, str] = {}
        for fact in [one for one in other if one.field == "phone"]:
            same = next((one.slot for one in facts if one.field == "phone" and _line(one) == _line(fact)), None)
            lines[fact.slot] = _free_slot(fact.slot, stated) if same is None else same
            if same is None:
                stated.add(("phone", lines[fact.slot]))
                facts.append(msgspec.structs.replace(fact, slot=lines[fact.slot]))
        for fact in other:
            slot = _slot_of_line(fact, lines)
            if fact.field not in ("phone", "status") and (fact.field, slot) not in stated:
                facts.append(msgspec.structs.replace(fact, slot=slot))
    return sorted(facts, key=lambda fact: (fact.field, fact.slot))


def closed_union(facts: Iterable[KnownFact]) -> list[KnownFact]:
    """What organizations that are one say together where one of them has something confidential.

    The others were never told what may place it, so nothing of theirs is shown that could: no site, mailbox, official
    number or sentence, and no name that tells a street.
    """
    kept = []
    for fact in facts:
        field = FIELDS[fact.field]
        if fact.field in WEB_FIELDS:
            kept.append(msgspec.structs.replace(fact, tier="coordinator"))
        elif fact.field == "name" and screen(fact.value["text"]).rules:
            kept.append(msgspec.structs.replace(fact, value={"text": UNNAMED}))
        elif not field.is_text and not field.dropped_unless_public:
            kept.append(fact)
    return kept


def _line(fact: KnownFact) -> tuple[Any, ...]:
    return tuple(fact.value.get(part, "") for part in ("number", "kind", "ext", "keyword"))


def _free_slot(slot: str, stated: set[tuple[str, str]]) -> str:
    names = itertools.chain((slot,), (f"{slot}-{number}" for number in itertools.count(2)))
    return next(name for name in names if ("phone", name) not in stated)


def _slot_of_line(fact: KnownFact, lines: dict[str, str]) -> str:
    """The slot of a fact that is about a line, which may have got another name."""
    if fact.field == "greeting":
        return lines.get(fact.slot, fact.slot)
    if fact.field == "schedule" and fact.slot.startswith("line:"):
        line = fact.slot.removeprefix("line:")
        return f"line:{lines.get(line, line)}"
    return fact.slot


class Composition(msgspec.Struct, frozen=True):
    """The public documents that a listing is composed of; the nearest record wins per field and slot."""

    listing: Document
    service: Document
    organization: Document
    location: Document | None = None

    def facts(self, field: str) -> dict[str, ShownFact]:
        """Slot -> fact of the nearest record that states it: the listing, its place, the service, the organization."""
        found: dict[str, ShownFact] = {}
        for one in (self.organization, self.service, self.location, self.listing):
            if one is not None and not (one is self.organization and field in _NOT_INHERITED):
                found |= {fact.slot: fact for fact in one.facts if fact.field == field}
        return found

    def value(self, field: str) -> dict[str, Any]:
        """The value of a field that has one slot; empty if it is not stated."""
        fact = self.facts(field).get("")
        return fact.value if fact else {}


# What an organization says about itself; a service has its own or none.
_NOT_INHERITED = frozenset({"name", "alternate_name", "description", "phone", "url", "email"})


def is_searchable(parts: Composition) -> bool:
    """Listed at every level, and not said to be inactive by its source."""
    levels = (parts.listing, parts.service, parts.organization)
    status = str(parts.value("status").get("text", "")).casefold()
    return all(one.standing == "listed" for one in levels) and status in {"", "active"}


def is_closed(parts: Composition) -> bool:
    """Whether people closed it, at some level, and nobody hid it or asked that it be listed nowhere."""
    levels = {one.standing for one in (parts.listing, parts.service, parts.organization)}
    return "closed" in levels and levels <= {"closed", "listed"}


def closed_in(parts: Composition) -> str:
    """The month (ISO) since which it is closed: the first in which some level was. Empty if it is not known."""
    months = (one.closed_in for one in (parts.listing, parts.service, parts.organization))
    return min(filter(None, months), default="")


def card(
    parts: Composition,
    *,
    today: int,
    practice: bool,
    belief: Belief,
    zone: str = "",
    reported: dt.date | None = None,
) -> Card:
    """The brief card of a listing as of a day (expired evidence is left out).

    Args:
        parts: its public documents.
        belief: what is believed of it, with the reasons that readers are told.
        today: day number.
        practice: whether its network is for practice.
        zone: IANA zone of the place, used when no schedule names one.
        reported: the last day on which a reader reported that something on it is wrong.
    """
    point, address = _place(parts)
    phones = _phones(parts)
    first = phones[0] if phones else None
    schedules = {slot: fact for slot, fact in parts.facts("schedule").items() if not slot.startswith("line:")}
    # Where only a line has hours, they say the zone.
    stated = [*schedules.values(), *parts.facts("schedule").values()]
    yes, no = _eligibility(parts)
    confidential = parts.service.location_disclosure != "public"
    areas = sorted(parts.facts("service_area"))
    place = address if point else (parts.service.published_area or _widest(areas) or "US")
    first_fact = parts.facts("phone").get(first.slot) if first else None
    return Card(
        id=parts.listing.id,
        service=parts.service.id,
        name=parts.service.text("name"),
        organization=parts.organization.text("name"),
        block="confidential" if confidential else "site" if point else "area",
        place=place,
        country=str(parts.value("address").get("country", "US")) if point else _country(place),
        zone=next((f.value["zone"] for f in stated if f.value.get("zone")), zone),
        phones=phones,
        kinds=sorted(parts.facts("kind")),
        languages=_languages(parts),
        yes=yes,
        no=no,
        age=_pair(parts.value("age"), "minimum", "maximum"),
        children=_pair(parts.value("children"), "most", "boys_to"),
        group=parts.value("group_size").get("most"),
        weeks={slot: week_minutes(fact.value["days"]) for slot, fact in schedules.items() if fact.value.get("days")},
        hours_text={
            slot: fact.value["text"]
            for slot, fact in schedules.items()
            if fact.value.get("text") and not fact.value.get("days")
        },
        closed=_closed(parts.facts("schedule"), today),
        trauma_informed=_trauma(parts, today),
        confirmed=_confirmed(parts),
        confirmed_on=belief.confirmed_on or 0,
        due_on=belief.due_on,
        fresh_until=max(0, belief.stale_on - 1),
        unreachable=belief.state == "unreachable",
        may_not_work=belief.state == "unreachable" or (first_fact is not None and first_fact.warned),
        reasons=list(belief.reasons),
        reported=_reported(reported, first, is_confidential=confidential),
        source=next((fact.source for fact in parts.service.facts if fact.source), ""),
        said=max((fact.said for fact in parts.service.facts), default=""),
        practice=practice,
        answers_as=str(next((f.value["answers_as"] for f in parts.facts("greeting").values()), "unknown")),
        reach=str(parts.value("reach").get("by", "")),
        accepts_from=sorted(parts.facts("accepts_from")),
        service_areas=areas,
    )


def refresh_on(parts: Composition, *, today: int) -> int | None:
    """The first later day on which the card changes by itself: an expiry of evidence, the end of a dated closure."""
    days = [_day(fact.value["expires_on"]) + 1 for fact in _trauma_facts(parts) if fact.value.get("expires_on")]
    days += [_day(day) + 1 for fact in parts.facts("schedule").values() for day in fact.value.get("closed", [])]
    # Yesterday is not over yet in every zone.
    days += [_day(fact.value["until"]) + 2 for fact in parts.facts("alert").values() if fact.value.get("until")]
    return min((day for day in days if day > today), default=None)


def point_of(parts: Composition) -> tuple[float, float] | None:
    """Where a public site is (latitude, longitude); None for everything else."""
    if parts.service.location_disclosure != "public" or parts.location is None:
        return None
    fact = next((fact for fact in parts.location.facts if fact.field == "point"), None)
    return (fact.value["lat"], fact.value["lon"]) if fact else None


def names_of(parts: Composition) -> str:
    """The names of the service and of its organization."""
    names = [one.text(field) for one in (parts.service, parts.organization) for field in ("name", "alternate_name")]
    return " ".join(filter(None, names))


def words_of(parts: Composition) -> str:
    """All words a listing is found by: names first, then the beginning of what it says about itself."""
    return f"{names_of(parts)} {parts.service.text('description')[:2_000]}".strip()


def _place(parts: Composition) -> tuple[tuple[float, float] | None, str]:
    address = parts.value("address") if parts.location is not None else {}
    named = ", ".join(part for part in (address.get("city"), address.get("state_province")) if part)
    return point_of(parts), named


def _widest(areas: list[str]) -> str:
    """Of the areas served, the widest: nations are two letters, states have a dash, counties are digits."""
    ranked = sorted(areas, key=lambda area: (area.isdigit(), "-" in area, area))
    return ranked[0] if ranked else ""


def _country(area: str) -> str:
    """Counties are FIPS numbers of the United States; every other area begins with its country."""
    return "US" if area.isdigit() else area.partition("-")[0]


def _phones(parts: Composition) -> list[CardPhone]:
    of_service = parts.facts("phone")
    lines = of_service or {fact.slot: fact for fact in parts.organization.all("phone")}
    # The hours of an organization's line are not those of a service's line of the same name.
    others = parts.organization.all("schedule") if of_service else []
    own = {
        slot.removeprefix("line:"): fact.value
        for slot, fact in parts.facts("schedule").items()
        if slot.startswith("line:") and fact not in others
    }
    phones = [
        CardPhone(
            number=fact.value["number"],
            kind=fact.value.get("kind", "voice"),
            ext=fact.value.get("ext", ""),
            keyword=fact.value.get("keyword", ""),
            slot=slot,
            hours=own.get(slot, {}).get("text", ""),
            said=fact.said,
            confirmed=fact.confirmed,
            method=fact.method,
            roles=list(roles_of_line(slot, fact.value.get("description", ""))),
            week=week_minutes(own.get(slot, {}).get("days", {})),
        )
        for slot, fact in lines.items()
    ]
    return sorted(phones, key=lambda phone: line_order({"kind": phone.kind}))


def _reported(on: dt.date | None, first: CardPhone | None, *, is_confidential: bool) -> str:
    """A report labels until somebody has found the number right since (SAFETY C3); of a secret place only its month."""
    if on is None or (first is not None and first.confirmed and on.isoformat() <= first.confirmed):
        return ""
    return on.isoformat()[: 7 if is_confidential else 10]


def _closed(schedules: dict[str, ShownFact], today: int) -> dict[str, list[int]]:
    """The days to come on which each schedule does not hold; yesterday is not over yet in every zone."""
    days = {
        slot: sorted({number for day in fact.value.get("closed", []) if (number := _day(day)) >= today - 1})
        for slot, fact in schedules.items()
        if fact.value.get("days")
    }
    return {slot: numbers for slot, numbers in days.items() if numbers}


def _languages(parts: Composition) -> dict[str, str]:
    """Tag -> how; staff outranks an interpreter, a website is no speaker."""
    spoken: dict[str, str] = {}
    for fact in parts.facts("language").values():
        tag, how = fact.value["tag"], fact.value.get("how", "staff")
        if how != "website" and spoken.get(tag) != "staff":
            spoken[tag] = how
    return dict(sorted(spoken.items()))


def _eligibility(parts: Composition) -> tuple[dict[str, str], list[str]]:
    stated = {**parts.facts("eligibility"), **parts.facts("barrier")}
    yes = {
        code: str(fact.value.get("how", ""))
        for code, fact in stated.items()
        if fact.value.get("answer", "yes") == "yes"
    }
    no = {code for code, fact in stated.items() if fact.value.get("answer") == "no"}
    for code, how in yes.items():
        if how == "exclusive":
            no.update(other for other in _EXCLUDES.get(code, ()) if other not in stated)
    lowest, highest = _pair(parts.value("age"), "minimum", "maximum") or (None, None)
    if "minors" not in stated and lowest is not None:
        if lowest >= _OF_AGE:
            no.add("minors")
        elif highest is not None and highest < _OF_AGE:
            yes["minors"] = ""
    if highest is not None and highest < _OF_AGE and "adults" not in stated:
        no.add("adults")
    return dict(sorted(yes.items())), sorted(no)


def _trauma_facts(parts: Composition) -> list[ShownFact]:
    return list(parts.facts("trauma_informed").values())


def _trauma(parts: Composition, today: int) -> CardTrauma | None:
    valid = [
        fact.value
        for fact in _trauma_facts(parts)
        if (not fact.value.get("expires_on") or _day(fact.value["expires_on"]) >= today)
        and not _is_endless_review(fact)
    ]
    best = max(valid, key=lambda value: (trauma_level(value["level"]), value.get("on", "")), default=None)
    if best is None:
        return None
    return CardTrauma(best["level"], best.get("by", ""), best.get("on", ""), best.get("expires_on", ""))


def _is_endless_review(fact: ShownFact) -> bool:
    """What survivors reviewed counts for twelve months: a list that states no end says nothing that could be held."""
    return fact.value["level"] == "survivor-reviewed" and not fact.value.get("expires_on")


def _confirmed(parts: Composition) -> dict[str, Confirmed]:
    found: dict[str, Confirmed] = {}
    for one in (parts.organization, parts.service, parts.location, parts.listing):
        for fact in one.facts if one is not None else ():
            if fact.confirmed:
                key = f"{fact.field}/{fact.slot}" if fact.slot else fact.field
                found[key] = Confirmed(fact.confirmed, fact.method)
    return dict(sorted(found.items()))


def _pair(value: dict[str, Any], low: str, high: str) -> tuple[int | None, int | None] | None:
    return (value.get(low), value.get(high)) if value else None


def _day(text: str) -> int:
    return dt.date.fromisoformat(text).toordinal()
