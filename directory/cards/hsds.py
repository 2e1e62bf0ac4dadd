"""A service as an HSDS 3.2.3 object, from its documents: what leaves in HSDS is cut where everything else is cut. Pure.

Keys without a value are left out, as the standard wants it. Ids of parts are made of their record's id, field and slot,
so they stay the same and are stored nowhere. Codes of other taxonomies are not republished.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from directory.cards.card import Document, ShownFact
from directory.errors import UnknownTermError
from directory.values import language as languages
from directory.vocabulary.terms import BARRIER, KIND, POPULATION, label

_TERMS = uuid.UUID("0f0c5a54-8c1e-4c1f-9a53-6c1c3d6f2f61")
_TEXTS = (
    "alternate_name", "description", "application_process", "fees_description", "eligibility_description", "alert",
)  # fmt: skip
_STATUSES = ("active", "inactive", "defunct", "temporarily closed")
_PHONE_TYPES = {"voice": "voice", "text": "text", "tty": "textphone", "fax": "fax"}
_LAST_MINUTE = 24 * 60
RULES, ASSURANCE, GRIEVANCE = "house-rule", "assurance", "grievance_path"
# What a list of terms is called where it leaves the house, if not by its own name.
_TAXONOMIES = {KIND: "service"}
_COMPLAINTS = "Complaints outside the program"


class Place(msgspec.Struct, frozen=True):
    """Where a service is offered: the documents of the listing, and of its location if it has one."""

    listing: Document
    location: Document | None = None


def part_id(record: str, field: str, slot: str = "") -> str:
    """The id of what a fact becomes: always the same for one record, field and slot."""
    return str(uuid.uuid5(uuid.UUID(record), f"{field}/{slot}"))


def service_object(service: Document, organization: Document | None, places: Sequence[Place]) -> dict[str, Any]:
    """The service with its organization and places; raises ``ValueError`` for one whose name may not be told."""
    if not service.text("name"):
        raise ValueError("a service without a name is no service in HSDS")
    status = service.text("status").casefold()
    age: dict[str, Any] = next((fact.value for fact in service.all("age")), {})
    confirmed = max((fact.confirmed for fact in service.facts), default="")
    is_public = service.location_disclosure == "public"
    named = organization is not None and organization.text("name")
    return _full(
        {
            "id": service.id,
            "organization_id": organization.id if organization is not None and named else None,
            "name": service.text("name"),
            **{field: service.text(field) for field in _TEXTS},
            "url": _web(service.text("url")),
            "email": service.text("email"),
            "status": status if status in _STATUSES else "active",
            "interpretation_services": _interpretation(service),
            "minimum_age": age.get("minimum"),
            "maximum_age": age.get("maximum"),
            # Of a confidential service no day is told.
            "assured_date": confirmed if is_public else "",
            **_parts(service),
            "service_areas": [_area(service, fact) for fact in service.all("service_area")],
            "languages": [_language(service, fact) for fact in service.all("language") if fact.value["tag"] != "any"
                          and fact.value.get("how", "staff") == "staff"],
            "funding": [{"id": part_id(service.id, "funding", fact.slot), "source": fact.value.get("note", "")}
                        for fact in service.all("funding")],
            "cost_options": [_cost(service, fact) for fact in service.all("cost_option")],
            "required_documents": [_document(service, fact) for fact in service.all("required_document")],
            "attributes": [*_attributes(service), *_grievance(service, organization)],
            "organization": _organization(organization) if organization is not None and named else None,
            "service_at_locations": [_place(service, place) for place in places if place.location is not None],
        }
    )  # fmt: skip


def _organization(one: Document) -> dict[str, Any]:
    return _full(
        {
            "id": one.id, "name": one.text("name"), "alternate_name": one.text("alternate_name"),
            "email": one.text("email"), "website": _web(one.text("url")),
            "phones": [_phone(one, fact) for fact in one.all("phone")],
        }
    ) | {"description": one.text("description")}  # fmt: skip


def _place(service: Document, place: Place) -> dict[str, Any]:
    location = place.location
    if location is None:
        return {}
    stated = (fact.value for fact in location.all("point") if fact.value.get("source", "source") == "source")
    point: dict[str, Any] = next(stated, {})
    return _full(
        {
            "id": place.listing.id, "service_id": service.id, "location_id": location.id,
            "description": place.listing.text("description"),
            **_parts(place.listing),
            "location": _full(
                {
                    "id": location.id, "location_type": "physical", "name": location.text("name"),
                    "alternate_name": location.text("alternate_name"), "description": location.text("description"),
                    "transportation": location.text("transportation"), "url": _web(location.text("url")),
                    "latitude": point.get("lat"), "longitude": point.get("lon"),
                    "addresses": list(_addresses(location)),
                    "accessibility": [
                        {"id": part_id(location.id, "accessibility", fact.slot), "description": fact.value["text"]}
                        for fact in location.all("accessibility")
                    ],
                    **_parts(location),
                }
            ),
        }
    )  # fmt: skip


def _parts(one: Document) -> dict[str, Any]:
    return {
        "phones": [_phone(one, fact) for fact in one.all("phone")],
        "schedules": [row for fact in one.all("schedule") for row in _schedules(one, fact)],
    }


def _phone(one: Document, fact: ShownFact) -> dict[str, Any]:
    line = fact.value
    ext, kind = line.get("ext", ""), line.get("kind", "voice")
    # HSDS has numbers for extensions: one that begins with 0 would lose it.
    is_number = ext.isascii() and ext.isdigit() and not ext.startswith("0")
    said = [
        line.get("description", ""), f"ext. {ext}" if ext and not is_number else "",
        f"Text {line['keyword']}" if line.get("keyword") else "", kind if kind not in _PHONE_TYPES else "",
    ]  # fmt: skip
    return _full(
        {
            "id": part_id(one.id, "phone", fact.slot), "number": line["number"],
            "extension": int(ext) if is_number else None, "type": _PHONE_TYPES.get(kind, "text"),
            "description": "; ".join(filter(None, said)),
        }
    )  # fmt: skip


def _schedules(one: Document, fact: ShownFact) -> Iterator[dict[str, Any]]:
    """One row for each span of the day, with all days that have it."""
    days: dict[tuple[int, int], list[str]] = defaultdict(list)
    for day, spans in fact.value.get("days", {}).items():
        for start, end in spans:
            days[start, end].append(day)
    about = {"description": fact.value.get("text", ""), "notes": fact.slot, "attending_type": ""}
    if not days:
        yield _full({"id": part_id(one.id, "schedule", fact.slot), **about})
    for start, end in sorted(days):
        yield _full(
            {
                "id": part_id(one.id, "schedule", f"{fact.slot}/{start}-{end}"),
                "freq": "WEEKLY", "byday": ",".join(days[start, end]),
                "opens_at": _clock(start), "closes_at": _clock(end), **about,
            }
        )  # fmt: skip


def _clock(minute: int) -> str:
    minute = min(minute, _LAST_MINUTE - 1)
    return f"{minute // 60:02}:{minute % 60:02}"


def _addresses(one: Document) -> Iterator[dict[str, Any]]:
    for fact in one.all("address"):
        lines = {name: fact.value.get(name, "") for name in ("address_1", "city", "state_province", "postal_code")}
        # The standard knows no address without a street and a town.
        if lines["address_1"] and lines["city"]:
            more = {"address_2": fact.value["address_2"]} if fact.value.get("address_2") else {}
            yield {
                "id": part_id(one.id, "address", fact.slot), **lines, **more,
                "country": fact.value.get("country", "US"), "address_type": "physical",
            }  # fmt: skip


def _area(one: Document, fact: ShownFact) -> dict[str, Any]:
    name = fact.value.get("name") or fact.slot
    return _full(
        {"id": part_id(one.id, "service_area", fact.slot), "name": name, "description": fact.value.get("note", "")}
    )


def _language(one: Document, fact: ShownFact) -> dict[str, Any]:
    tag = fact.value["tag"]
    return _full(
        {
            "id": part_id(one.id, "language", fact.slot), "name": _language_name(tag), "code": tag,
            "note": fact.value.get("note", ""),
        }
    )  # fmt: skip


def _interpretation(one: Document) -> str:
    tags = [fact.value["tag"] for fact in one.all("language") if fact.value.get("how") == "interpreter"]
    names = ["on request" if tag == "any" else _language_name(tag) for tag in tags]
    return f"Interpreters: {', '.join(names)}" if names else ""


def _language_name(tag: str) -> str:
    try:
        return languages.label(tag, "en")
    except UnknownTermError:
        return tag


def _document(one: Document, fact: ShownFact) -> dict[str, Any]:
    said = fact.value.get("note") or fact.slot
    return {"id": part_id(one.id, "required_document", fact.slot), "document": said}


def _cost(one: Document, fact: ShownFact) -> dict[str, Any]:
    value = fact.value
    try:
        amount: float | None = float(value.get("amount", ""))
    except ValueError:
        amount = None
    told = [value.get("description", ""), value.get("amount", "") if amount is None else ""]
    return _full(
        {
            "id": part_id(one.id, "cost_option", fact.slot), "option": value.get("note") or fact.slot,
            "amount": amount, "currency": value.get("currency", "") if amount is not None else "",
            "amount_description": "; ".join(filter(None, told)), "valid_from": value.get("valid_from", ""),
            "valid_to": value.get("valid_to", ""),
        }
    )  # fmt: skip


def _attributes(one: Document) -> Iterator[dict[str, Any]]:
    for field, scheme in (("kind", KIND), ("eligibility", POPULATION), ("barrier", BARRIER), ("house_rule", RULES)):
        for fact in one.all(field):
            try:
                name = label(scheme, fact.slot, "en")
            except UnknownTermError:
                continue
            answer = ":".join(filter(None, [fact.value.get("answer", "yes"), fact.value.get("how", "")]))
            said = {"kind": "", "house_rule": fact.value.get("note", "")}.get(field, answer)
            yield _attribute(one, field, fact.slot, said, name, scheme=scheme, code=fact.slot)
    if one.location_disclosure != "public":
        yield {
            "id": part_id(one.id, "location_disclosure"), "link_id": one.id, "link_entity": "service",
            "link_type": "location_disclosure", "value": one.location_disclosure,
        }  # fmt: skip


def _grievance(service: Document, organization: Document | None) -> Iterator[dict[str, Any]]:
    """Who hears complaints about the service and is not the program, said of it or of all that the program offers."""
    of_all = organization.text(GRIEVANCE) if organization is not None else ""
    if said := service.text(GRIEVANCE) or of_all:
        yield _attribute(service, GRIEVANCE, "", said, _COMPLAINTS, scheme=ASSURANCE, code=GRIEVANCE.replace("_", "-"))


def _attribute(
    one: Document, field: str, slot: str, value: str, name: str, *, scheme: str, code: str
) -> dict[str, Any]:  # fmt: skip
    """A term of the directory's own vocabulary as HSDS says it, so that it is known again where it is read."""
    return _full(
        {
            "id": part_id(one.id, field, slot), "link_id": one.id, "link_entity": "service", "link_type": field,
            "value": value, "label": name,
            "taxonomy_term": {
                "id": str(uuid.uuid5(_TERMS, f"{scheme}/{code}")), "code": code, "name": name, "description": name,
                "taxonomy": f"handrail:{_TAXONOMIES.get(scheme, scheme)}",
            },
        }
    )  # fmt: skip


def _web(text: str) -> str:
    """An address on the web that a reader of the standard takes; others are left out."""
    return text if text.startswith(("http://", "https://")) and " " not in text else ""


def _full(value: dict[str, Any]) -> dict[str, Any]:
    """Without what is not known: the standard has no nulls."""
    return {key: part for key, part in value.items() if part not in (None, "", [], {})}
