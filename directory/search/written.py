"""An answer as plain objects for ``--json``: the shape that scripts of others rely on. Every key is always there."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from directory.cards.card import Card, CardPhone
from directory.cards.lines import NAMED, OWN, hours_of_lines, is_unplaced, reasons_of_line
from directory.freshness.told import sentences as told
from directory.places.areas import area_by_id
from directory.places.gazetteer import Gazetteer
from directory.places.place import Place
from directory.places.regions import country, region
from directory.search.answer import Answer, Closed, NeedAnswer, Result
from directory.search.needs import ACCEPTS_FROM, AWAY_FROM, GROUP, TRAUMA_INFORMED, last_confirmed
from directory.values.hours import week_in_short
from directory.values.language import label as language_label
from directory.values.phone import grouped
from directory.vocabulary.terms import label, need

_NAMES = {
    TRAUMA_INFORMED: "Trauma-informed",
    GROUP: "Takes the whole group",
    ACCEPTS_FROM: "Takes people from there",
    AWAY_FROM: "Far enough away",
    "open:now": "Open now",
    "open:tonight": "Somebody can come in tonight",
}
_KM_PER_MILE = 1.609344
_TAKES = {"exclusive": "Only for", "welcomes": "Welcomes", "does-not-exclude": "Does not exclude"}


def answer_object(answer: Answer, gazetteer: Gazetteer) -> dict[str, Any]:
    """The whole answer. Distances are in kilometres, to the metre; dates are ISO dates."""
    place = answer.question.near
    return {
        "place": None if place is None else {"name": place.name, "kind": place.kind, "country": place.country},
        "total": answer.total,
        "unit": "km",
        "results": [_result(result, gazetteer) for result in answer.results],
        "closed": [closed_object(one, gazetteer) for one in answer.closed],
    }


def closed_object(closed: Closed, gazetteer: Gazetteer) -> dict[str, Any]:
    """What is closed, with the nearest open listing that does the same, in the shape of a result."""
    return {
        "id": closed.id,
        "name": closed.name,
        "organization": closed.organization,
        "kinds": list(closed.kinds),
        "area": closed_where(closed, gazetteer) or None,
        "closed_in": closed.month or None,
        "nearest": None if closed.nearest is None else _result(closed.nearest, gazetteer),
    }


def closed_lines(closed: Closed, gazetteer: Gazetteer) -> list[str]:
    """What is closed, in lines of English: that it is, and whom to call instead."""
    first = f"{closed_sentence(closed)} Do not send anyone there."
    nearest = closed.nearest
    if nearest is None:
        return [first, "No open listing that does the same is known here."]
    card = nearest.card
    number = _number(nearest.lines[0]) if card.phones else "No number is known"
    far = ""
    if nearest.distance_km is not None and closed.near is not None:
        far = f"{distance_in_words(nearest.distance_km, card.country)} from {closed.near.label}"
    practice = "practice, not a real service" if card.practice else ""
    told = (card.name, card.organization, where(card, gazetteer), far, practice)
    names = " - ".join(dict.fromkeys(filter(None, told)))
    same = "the same" if closed.is_same else "a part of the same"
    return [first, f"The nearest that does {same}:", f"{number}  {names}", f"  {card.id}"]


def distance_in_words(km: float, country: str) -> str:
    """A distance in miles where people think in miles, else in kilometres; tenths only below ten."""
    far, unit = (km / _KM_PER_MILE, "miles") if country == "US" else (km, "km")
    return f"{far:.1f} {unit}" if far < 10 else f"{far:.0f} {unit}"


def _number(phone: CardPhone) -> str:
    after = f"  ext. {phone.ext}" if phone.ext else f"  (text {phone.keyword})" if phone.keyword else ""
    return f"{grouped(phone.number)}{after}"


def closed_where(closed: Closed, gazetteer: Gazetteer) -> str:
    """Where it was: the town of a site, the area of anything else; empty if neither is known."""
    return closed.place if closed.block == "site" else area_name(closed.place, gazetteer)


def closed_sentence(closed: Closed) -> str:
    """That it is closed, and since when: "Quiet Rooms closed in March 2026."."""
    if not closed.month:
        return f"{closed.name} is closed."
    return f"{closed.name} closed in {dt.date.fromisoformat(f'{closed.month}-01'):%B %Y}."


def places_object(candidates: Iterable[Place]) -> list[dict[str, Any]]:
    """The places that an ambiguous name may mean."""
    return [{"name": place.name, "region": place.region, "country": place.country} for place in candidates]


def area_name(code: str, gazetteer: Gazetteer) -> str:
    """The English name of an area: a confidential area, a county (FIPS), a state or a nation; empty if unknown."""
    if code.isdigit():
        county = gazetteer.county(code)
        return county.label if county else ""
    return wide_area_name(code)


def wide_area_name(code: str) -> str:
    """The same of a confidential area, a state or a nation; empty for a county, too."""
    if area := area_by_id(code):
        return area.label()
    nation, _, part = code.partition("-")
    found = region(part, nation) if part else country(nation)
    return found.name if found else ""


def where(card: Card, gazetteer: Gazetteer) -> str:
    """The town of a site, the area of anything else; empty if neither is known."""
    return card.place if card.block == "site" else area_name(card.place, gazetteer)


def need_name(asked: str) -> str:
    """What people call a need, in English."""
    topic, _, tag = asked.partition(":")
    if topic == "language":
        return language_label(tag, "en")
    if asked in _NAMES:
        return _NAMES[asked]
    return label(need(topic).scheme, topic, "en")


def hours_of_each(card: Card) -> dict[str, str]:
    """Slot of a line -> which line it is and when it is answered: "Crisis line: 24/7", "Office: hours not stated".

    Lines of which neither is known are absent.
    """
    known, found = hours_of_lines(card), {}
    for phone in card.phones:
        hours = [(slot, _hours_of(card, phone, slot)) for slot in known.get(phone.slot, ())]
        hours += [("", phone.hours)] if phone.hours and not phone.week else []
        roles = " and ".join(filter(None, map(_name_of, phone.roles)))
        if roles and not any(slot in phone.roles for slot, _ in hours):
            said = f"{roles}: {'; '.join(text for _, text in hours) or 'hours not stated'}"
        else:
            said = "; ".join(": ".join(filter(None, (_name_of(slot), text))) for slot, text in hours)
        if said:
            found[phone.slot] = said
    return found


def _hours_of(card: Card, phone: CardPhone, slot: str) -> str:
    week = phone.week if slot.startswith(OWN) else card.weeks.get(slot)
    return card.hours_text[slot] if week is None else week_in_short(week)


def _name_of(slot: str) -> str:
    return label("schedule-kind", slot, "en") if slot in NAMED else ""


def unplaced(result: Result) -> str:
    """That somebody answers, but nobody states under which number: "crisis line hours 24/7; number not stated which".

    Empty where it is known.
    """
    if not is_unplaced(result.card, result.by):
        return ""
    hours = f"{_name_of(result.by)} hours".strip().lower()
    return f"{hours} {week_in_short(result.card.weeks[result.by])}; number not stated which"


def reasons(result: Result) -> list[str]:
    """Why it fits, in short English sentences: each need that is a yes, then how well it is known."""
    said = unplaced(result)
    sentences = [
        _reason(answer)
        for answer in result.needs
        # Somebody answers, but not under the number that stands here.
        if answer.state == "yes" and not (said and answer.need == "open:now")
    ]
    if said:
        sentences.append(f"{said[0].upper()}{said[1:]}.")
    elif result.open_now and not any(answer.need == "open:now" for answer in result.needs):
        sentences.append("Open now.")
    return [*sentences, *doubts(result)]


def doubts(result: Result) -> list[str]:
    """How well it is known, in short English sentences: how its number was confirmed, what speaks against it."""
    card, first = result.card, next(iter(result.lines), None)
    # That a number may not work is said of that number.
    is_other = first is not None and first is not card.phones[0] and result.freshness == "unreachable"
    state = "verified" if is_other else result.freshness
    return told(reasons_of_line(card, first), state, day=result.day, by_month=card.block == "confidential")


def _reason(answer: NeedAnswer) -> str:
    name = need_name(answer.need)
    if answer.need.startswith("language:"):
        return f"{name}: through an interpreter." if answer.how == "interpreter" else f"{name}: spoken by staff."
    if answer.need == TRAUMA_INFORMED:
        return f"{name}: {label('trauma-informed', answer.how or '', 'en')}."
    if answer.need not in _NAMES and need(answer.need).scheme == "population":
        return f"{_TAKES.get(answer.how or '', 'Takes')}: {name}."
    return f"{name}."


def _result(result: Result, gazetteer: Gazetteer) -> dict[str, Any]:
    card = result.card
    evidence = card.trauma_informed
    hours = hours_of_each(card)
    return {
        "id": card.id,
        "name": card.name,
        "organization": card.organization,
        "kinds": card.kinds,
        "block": result.block,
        "distance_km": None if result.distance_km is None else round(result.distance_km, 3),
        "area": where(card, gazetteer) or None,
        "more_sites": result.more_sites,
        "phones": [_phone(phone, hours.get(phone.slot)) for phone in result.lines],
        "languages": [{"tag": tag, "how": how} for tag, how in card.languages.items()],
        "needs": list(_needs(result)),
        "missing": list(result.missing),
        "trauma_informed": evidence
        and {"level": evidence.level, "issuer": evidence.by, "expires": evidence.expires_on or None},
        "open_now": result.open_now,
        "answers_as": card.answers_as,
        "reach": card.reach or None,
        "accepts_from": card.accepts_from,
        "freshness": result.freshness,
        "last_confirmed": last_confirmed(card, result.by),
        "reasons": reasons(result),
        "practice": card.practice,
        "source": card.source,
    }


def _phone(phone: CardPhone, hours: str | None) -> dict[str, Any]:
    return {
        "number": phone.number,
        "kind": phone.kind,
        "extension": phone.ext or None,
        "keyword": phone.keyword or None,
        "hours": hours,
    }


def _needs(result: Result) -> Iterator[dict[str, Any]]:
    for answer in result.needs:
        yield {
            "need": answer.need,
            "state": answer.state,
            "how": answer.how,
            "as_of": answer.as_of,
            "verified": answer.verified,
        }
