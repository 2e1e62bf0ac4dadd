"""Corrections as HSDS 3.2.3: each service as it is shown here, with a metadata object for each value that is otherwise.

Only public fields are in it, values of before and now too, and of people nothing but their role. What is closed or not
listed has its name, its status and nothing else.
"""

from collections import defaultdict
from typing import Any

import msgspec

from directory.cards.card import Document
from directory.cards.hsds import Place, part_id, service_object
from directory.corrections.policy import Correction
from directory.corrections.queries import Corrections
from directory.corrections.values import in_a_line

# Facts that are objects of their own in HSDS.
_OBJECTS = {
    "phone": ("phone", "number"), "schedule": ("schedule", "opens_at"), "address": ("address", "address_1"),
    "language": ("language", "name"), "service_area": ("service_area", "name"),
    "cost_option": ("cost_option", "option"), "required_document": ("required_document", "document"),
    "funding": ("funding", "source"), "accessibility": ("accessibility", "description"),
    "kind": ("attribute", "value"), "eligibility": ("attribute", "value"), "barrier": ("attribute", "value"),
    "house_rule": ("attribute", "value"), "grievance_path": ("attribute", "value"),
}  # fmt: skip
_TABLES = {"listing": "service_at_location"}
_STATUS = {"closed": "defunct", "not-listed": "inactive"}


def hsds_page(found: Corrections, *, attributions: list[str]) -> bytes:
    """A page of services as HSDS's interface gives them; ``attribution`` stands beside its usual keys."""
    by_service: dict[str, list[Correction]] = defaultdict(list)
    for one in found.items:
        for service in _services_of(one, found):
            by_service[service].append(one)
    contents = [
        written
        for service, items in sorted(by_service.items())
        if (written := _service(service, items, found)) is not None
    ]
    page = {
        "total_items": len(contents), "total_pages": 1, "page_number": 1, "size": len(contents), "first_page": True,
        "last_page": True, "empty": not contents, "attribution": attributions, "contents": contents,
    }  # fmt: skip
    return msgspec.json.format(msgspec.json.encode(page)) + b"\n"


def _services_of(one: Correction, found: Corrections) -> list[str]:
    """The service that it is about; of an organization's own values the first of its services."""
    if found.documents[one.service].kind == "service":
        return [one.service]
    return sorted(service for service, owner in found.owners.items() if owner == one.service)[:1]


def _service(public_id: str, items: list[Correction], found: Corrections) -> dict[str, Any] | None:
    document = found.documents[public_id]
    if not document.text("name"):
        return None
    organization = found.documents.get(found.owners.get(public_id, ""))
    ended = next((one for one in items if one.why in _STATUS and one.service == public_id == one.record), None)
    if ended is not None:
        written: dict[str, Any] = {"id": public_id, "name": document.text("name"), "status": _STATUS[ended.why]}
    else:
        written = service_object(document, organization, _places(public_id, found))
    changed = [one for one in items if one.why not in ("confirmed", "same-as")]
    if changed:
        written["metadata"] = [_metadata(one) for one in changed]
    return written


def _places(public_id: str, found: Corrections) -> list[Place]:
    def at(key: str) -> Document | None:
        return found.documents.get(key)

    pairs = ((at(listing), at(location)) for listing, location in found.places.get(public_id, []))
    return [Place(listing, location) for listing, location in pairs if listing is not None]


def _metadata(one: Correction) -> dict[str, str]:
    if not one.field:
        return {
            "id": part_id(one.record, "metadata", one.why), "resource_id": one.record,
            "resource_type": _TABLES.get(one.record_kind, one.record_kind), "last_action_date": one.on,
            "last_action_type": "delete", "field_name": "status", "previous_value": "active",
            "replacement_value": _STATUS[one.why], "updated_by": one.role,
        }  # fmt: skip
    table, column = _OBJECTS.get(one.field, (_TABLES.get(one.record_kind, one.record_kind), one.field))
    is_object = one.field in _OBJECTS
    return {
        "id": part_id(one.record, f"metadata/{one.field}", one.slot),
        "resource_id": part_id(one.record, one.field, one.slot) if is_object else one.record,
        "resource_type": table, "last_action_date": one.on,
        "last_action_type": "delete" if one.ours is None else "update", "field_name": column,
        "previous_value": in_a_line(one.field, one.slot, one.theirs),
        "replacement_value": in_a_line(one.field, one.slot, one.ours), "updated_by": one.role,
    }  # fmt: skip
