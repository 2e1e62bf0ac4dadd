"""An answer as plain objects for ``--json``: the shape that scripts of others rely on. Every key is always there."""

from collections.abc import Iterable, Iterator
from typing import Any

from directory.cards.card import Card, CardPhone
from directory.places.areas import area_by_id
from directory.places.gazetteer import Gazetteer
from directory.places.place import Place
from directory.places.regions import country, region
from directory.search.answer import Answer, NeedAnswer, Result
from directory.search.needs import ACCEPTS_FROM, AWAY_FROM, GROUP, TRAUMA_INFORMED, last_confirmed
from directory.values.language import label as language_label
from directory.vocabulary.terms import label, need

_NAMES = {
    TRAUMA_INFORMED: "Trauma-informed",
    GROUP: "Takes the whole group",
    ACCEPTS_FROM: "Takes people from there",
    AWAY_FROM: "Far enough away",
    "open:now": "Open now",
    "open:tonight": "Somebody can come in tonight",
}
_TAKES = {"exclusive": "Only for", "welcomes": "Welcomes", "does-not-exclude": "Does not exclude"}


def answer_object(answer: Answer, gazetteer: Gazetteer) -> dict[str, Any]:
    """The whole answer. Distances are in kilometres, to the metre; dates are ISO dates."""
    place = answer.question.near
    return {
        "place": None if place is None else {"name": place.name, "kind": place.kind, "country": place.country},
        "total": answer.total,
        "unit": "km",
        "results": [_result(result, gazetteer) for result in answer.results],
    }


def places_object(candidates: Iterable[Place]) -> list[dict[str, Any]]:
    """The places that an ambiguous name may mean."""
    return [{"name": place.name, "region": place.region, "country": place.country} for place in candidates]


def area_name(code: str, gazetteer: Gazetteer) -> str:
    """The English name of an area: a confidential area, a county (FIPS), a state or a nation; empty if unknown."""
    if code.isdigit():
        county = gazetteer.county(code)
        return county.label if county else ""
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


def reasons(result: Result) -> list[str]:
    """Why it fits, in short English sentences: each need that is a yes, then what is known of its number."""
    sentences = [_reason(answer) for answer in result.needs if answer.state == "yes"]
    if result.open_now and not any(answer.need == "open:now" for answer in result.needs):
        sentences.append("Open now.")
    card, confirmed = result.card, last_confirmed(result.card)
    sentences.append(
        f"Its number was found right on {confirmed}." if confirmed else "Its number is not confirmed here yet."
    )
    if card.reported:
        sentences.append(f"Reported wrong on {card.reported}; not checked yet.")
    return sentences


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
    return {
        "id": card.id,
        "name": card.name,
        "organization": card.organization,
        "kinds": card.kinds,
        "block": result.block,
        "distance_km": None if result.distance_km is None else round(result.distance_km, 3),
        "area": where(card, gazetteer) or None,
        "more_sites": result.more_sites,
        "phones": [_phone(phone) for phone in card.phones],
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
        "last_confirmed": last_confirmed(card),
        "reasons": reasons(result),
        "practice": card.practice,
        "source": card.source,
    }


def _phone(phone: CardPhone) -> dict[str, Any]:
    return {
        "number": phone.number,
        "kind": phone.kind,
        "extension": phone.ext or None,
        "keyword": phone.keyword or None,
        "hours": phone.hours or None,
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
