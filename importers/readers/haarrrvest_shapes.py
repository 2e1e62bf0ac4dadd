"""One record of the HAARRRvest feed, whichever of its shapes it has, as one organization in the words of HSDS 3.

The feed was written by programs that knew the standard by hearsay: an organization with its places inside, an envelope
of organization, services and places side by side, or either in a wrapper. Names of columns vary from record to record.
What is renamed or moved here keeps its words; what has no name here stays as it is, for whoever reads HSDS to count.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from importers.readers import hsds_tables as tables
from importers.readers.haarrrvest_hours import schedules_of
from importers.readers.identities import whole_numbers

PROGRAM = "program-as-service"
ORGANIZATION = "organization-as-service"
NAMED = "name-from-type-or-organization"
PLACES = "places-of-organization"
OWN_ADDRESS = "address-of-organization-as-place"

_WRAPPERS = ("schema", "hsds_organization", "payload", "data")
_DEEPEST_WRAPPER = 4
_ADDRESS = {
    "address_1": (
        "address_1", "street_address_1", "street_address", "street", "street1", "street_1", "line1", "line_1",
        "address_line_1", "address1", "address",
    ),
    "address_2": ("address_2", "street_address_2", "street2", "street_2", "line2", "line_2", "address_line_2"),
    "city": ("city", "locality"),
    "state_province": ("state_province", "state", "region_code"),
    "postal_code": ("postal_code", "zip_code", "zip", "zipcode", "postcode"),
    "country": ("country",),
}  # fmt: skip
_ADDRESSES = ("addresses", "addresss", "address", "physical_addresses", "physical_address")
_PHONES = ("phones", "phone_numbers", "phone", "phone_number", "telephone")
_NUMBER = ("number", "phone_number", "phone", "value")
_SCHEDULES = ("schedules", "schedule", "regular_schedules", "hours", "operating_hours")
# Inside a record these only say what the brackets say already.
_REFERENCES = ("organization_id", "service_id", "location_id", "link_id", "link_entity", "program_id")
# Ids of terms mean something in their own record only, like all others.
_NUMBERS = frozenset({"id", "taxonomy_term_id", "taxonomy_id", "parent_id", "contact_id", "phone_id", *_REFERENCES})
_PLAIN_NAMES = {
    "alternate_name": ("alternate_name", "alternate_names", "nickname"),
    "url": ("url", "website", "websites"),
    "email": ("email", "emails", "email_addresses"),
    "status": ("status", "service_status"),
}  # fmt: skip
# What is said of an organization besides is no column of one, and would make it look like something else.
_OF_ORGANIZATIONS = (
    tables.ORGANIZATIONS.columns
    | tables.ORGANIZATIONS.unkept
    | frozenset(
        {
            "services",
            "locations",
            "contacts",
            "phones",
            "organization_identifiers",
            "organization_identifier",
            "funding",
        }
        | {"fundings", "metadata", "attributes", "additional_websites", "additional_urls"}
    )
)
_NOTHING: tuple[Any, ...] = (None, "", [], {})

Shaped = dict[str, Any]


class Shape(msgspec.Struct, frozen=True):
    """A record as an organization that holds its services, and each of them its places.

    ``rules`` say what was understood that the record does not say in so many words.
    """

    organization: Shaped
    rules: tuple[str, ...] = ()


def shape_of(value: Mapping[str, Any]) -> Shape | None:
    """The shape of a record; None where nobody can tell which organization it is about."""
    found = _unwrapped(value, _DEEPEST_WRAPPER)
    return _Record(*found).shape() if found is not None else None


def places_in(organization: Shaped) -> Iterator[Shaped]:
    """Every place in a shaped organization, those of its services first."""
    for service in organization["services"]:
        yield from service["locations"]
    yield from organization["locations"]


def addresses_in(place: Shaped) -> list[Shaped]:
    """The addresses of a shaped place."""
    found: list[Shaped] = place["addresses"]
    return found


def numbers_of(organization: Shaped) -> frozenset[str]:
    """The digits of all whole numbers by which an organization is reached; short ones are everybody's."""
    owners = [organization, *organization["services"], *places_in(organization)]
    texts = [str(phone.get("number", "")) for owner in owners for phone in owner.get("phones", ())]
    return whole_numbers(texts)


def _unwrapped(value: Mapping[str, Any], depth: int) -> tuple[Shaped, Shaped] | None:
    """The organization of a record, and what stands beside it in its envelope."""
    rest = {name.strip().lower(): part for name, part in value.items() if part not in _NOTHING}
    named = _items(rest.pop("organization", None)) + _items(rest.pop("organizations", None))
    if len(named) == 1 and "name" not in rest:
        return {name.strip().lower(): part for name, part in named[0].items()}, rest
    if named:
        return None
    if isinstance(rest.get("name"), str):
        return rest, {}
    inner = [one for name in _WRAPPERS for one in _items(rest.get(name))]
    return _unwrapped(inner[0], depth - 1) if len(inner) == 1 and depth else None


def _items(part: Any) -> list[Shaped]:
    """The objects in a part of a record, be it one or a list of them."""
    return [one for one in (part if isinstance(part, list) else [part]) if isinstance(one, dict)]


def _taken(cells: Shaped, *names: str) -> list[Any]:
    """What stands under any of these names, taken out."""
    parts = [cells.pop(name) for name in names if name in cells]
    return [one for part in parts for one in (part if isinstance(part, list) else [part]) if one not in _NOTHING]


class _Record:
    """One record being shaped."""

    def __init__(self, organization: Shaped, beside: Shaped) -> None:
        beside.pop("_scraper", None)
        organization.pop("_scraper", None)
        self._organization = organization
        self._beside = beside
        self._rules: dict[str, None] = {}
        self._places: dict[str, Shaped] = {}

    def shape(self) -> Shape:
        cells, beside = self._organization, self._beside
        places = [self._place(raw) for part in (cells, beside) for raw in _taken(part, "locations", "location")]
        own = [self._place(raw) for raw in _taken(cells, *_ADDRESSES)]
        if not places and own:
            self._rules[OWN_ADDRESS] = None
            places = own
        places = list({id(place): place for place in places}.values())
        inside = [(service, place) for place in places for service in place.pop("services", ())]
        services = [
            self._service(raw) for part in (cells, beside) for raw in _items(_taken(part, "services", "service"))
        ]
        for service, place in inside:
            service["locations"].append(place)
        services += [service for service, _ in inside]
        programs = _items(_taken(cells, "programs", "program") + _taken(beside, "programs", "program"))
        services = services or self._services_of(cells, programs)
        self._offer(services, places)
        shaped = _entity(cells)
        shaped["phones"] = [*shaped["phones"], *_phones(beside), *self._lines_of_nobody(beside)]
        hours = schedules_of(_taken(cells, *_SCHEDULES) + _taken(beside, *_SCHEDULES))
        for service in services:
            service["schedules"] = service["schedules"] or hours
        offered = {id(place) for service in services for place in service["locations"]}
        left = [place for place in places if id(place) not in offered]
        shaped |= {"services": services, "locations": left, "contacts": _contacts(cells) + _contacts(beside)}
        beside |= {name: shaped.pop(name) for name in shaped.keys() - _OF_ORGANIZATIONS}
        shaped["left"] = {name: part for name, part in beside.items() if name != "type" and part not in _NOTHING}
        for owner in (shaped, *services, *places_in(shaped)):
            for name in owner.keys() - {"services", "locations"}:
                owner[name] = _without_numbers(owner[name])
        return Shape(shaped, tuple(self._rules))

    def _services_of(self, cells: Shaped, programs: list[Shaped]) -> list[Shaped]:
        """What an organization without services offers: its programs, or what it says of itself."""
        named = [program for program in programs if program.get("name")]
        if named:
            self._rules[PROGRAM] = None
            kept = ("id", "name", "alternate_name", "description", "attributes")
            return [self._service({name: one[name] for name in kept if name in one}) for one in named]
        if not cells.get("name"):
            return []
        self._rules[ORGANIZATION] = None
        return [self._service({name: cells[name] for name in ("name", "description") if cells.get(name)})]

    def _offer(self, services: list[Shaped], places: list[Shaped]) -> None:
        """Say where services are offered that name no place: wherever their organization is."""
        for service in services:
            if not service["locations"] and places:
                if len(services) > 1 and len(places) > 1:
                    self._rules[PLACES] = None
                service["locations"] = list(places)

    def _service(self, raw: Shaped) -> Shaped:
        cells = {name.strip().lower(): part for name, part in raw.items() if part not in _NOTHING}
        named = [str(one) for one in _taken(cells, "location_id", "location_ids", "address_id") if str(one).strip()]
        named += [one for one in _taken({**cells}, "locations", "location") if isinstance(one, str)]
        linked = _taken(cells, "service_at_locations", "service_at_location", "services_at_location")
        if not cells.get("name"):
            self._rules[NAMED] = None
            types = (cells.get(name) for name in ("service_type", "service_category", "title"))
            words = next((one.replace("_", " ") for one in types if isinstance(one, str)), "")
            cells["name"] = words.capitalize() or str(self._organization.get("name", ""))
        told = [*linked, *_taken(cells, "locations", "location", *_ADDRESSES)]
        held = [self._place(one) for one in told if one not in named]
        own_hours = schedules_of(_taken(cells, *_SCHEDULES))
        service = _entity(cells)
        known = [self._places[one] for one in named if one in self._places]
        unique = {id(place): place for place in [*held, *known] if not _is_empty(place)}
        for place in held:
            place.pop("services", None)
        service["locations"] = list(unique.values())
        service["schedules"] = own_hours
        service["contacts"] = _contacts(cells)
        return service

    def _place(self, raw: Any) -> Shaped:
        """A place: one that the record told before under the same id, where nothing else is said of it."""
        cells = {"address_1": raw} if isinstance(raw, str) else dict(raw) if isinstance(raw, dict) else {}
        cells = {name.strip().lower(): part for name, part in cells.items() if part not in _NOTHING}
        for inner in _items(_taken(cells, "locations", "location"))[:1]:
            cells = {**{name.strip().lower(): part for name, part in inner.items() if part not in _NOTHING}, **cells}
        written = [str(cells.pop(name)) for name in ("id", "location_id") if name in cells]
        addresses = [_address(one) for one in _taken(cells, *_nested(cells))]
        addresses.append(_address(cells))
        points = [point for one in (addresses[-1], *addresses) if (point := _point(one))]
        place = _entity(cells)
        place["addresses"] = [one for one in addresses if one.keys() - {"country", "address_type"}]
        place |= points[0] if points else {}
        place["schedules"] = schedules_of(_taken(place, *_SCHEDULES))
        place["services"] = [self._service(one) for one in _items(_taken(place, "services", "service"))]
        place["contacts"] = _contacts(place)
        known = next((self._places[one] for one in written if one in self._places), None)
        if known is not None and _is_empty(place):
            return known
        for one in written:
            self._places.setdefault(one, place)
        return place

    @staticmethod
    def _lines_of_nobody(beside: Shaped) -> list[Shaped]:
        """Lines of contacts beside the organization that have no name: they are the organization's own."""
        nameless = [one for one in _items(beside.get("contacts")) if not one.get("name")]
        return [line for one in nameless for line in _phones(dict(one))]


def _nested(cells: Shaped) -> tuple[str, ...]:
    """Under which names addresses stand inside a place; a street may go by the same name."""
    return tuple(name for name in _ADDRESSES if name in cells and not isinstance(cells[name], str))


def _is_empty(place: Shaped) -> bool:
    """Whether a place says nothing of where it is."""
    return not place["addresses"] and "latitude" not in place


def _entity(cells: Shaped) -> Shaped:
    """What organizations, services and places have in common, under the standard's names."""
    phones = _phones(cells)
    for name in _REFERENCES:
        cells.pop(name, None)
    for name, others in _PLAIN_NAMES.items():
        texts = [text for one in _taken(cells, *others) if (text := _words(one))]
        if texts:
            cells[name] = texts[0]
    if "eligibility" in cells:
        cells["eligibility"] = [text for one in _taken(cells, "eligibility") if (text := _words(one))]
    return {**cells, "phones": phones}


def _words(part: Any) -> str:
    """The words of a part that may be a text or an object that holds one."""
    if isinstance(part, dict):
        texts = (part.get(name) for name in ("description", "eligibility", "url", "address", "email", "name"))
        return next((text.strip() for text in texts if isinstance(text, str) and text.strip()), "")
    return part.strip() if isinstance(part, str) else ""


def _without_numbers(part: Any) -> Any:
    """A part without the ids in it, and without names of others."""
    if isinstance(part, list):
        return [_without_numbers(one) for one in part]
    if isinstance(part, dict):
        return {name: _without_numbers(one) for name, one in part.items() if name.strip().lower() not in _NUMBERS}
    return part


def _without_references(part: Shaped) -> Shaped:
    return {name: one for name, one in part.items() if name not in _REFERENCES}


def _phones(cells: Shaped) -> list[Shaped]:
    found = []
    for one in _taken(cells, *_PHONES):
        line = {"number": str(one)} if not isinstance(one, dict) else _without_references(one)
        if "number" not in line:
            line["number"] = next((str(line.pop(name)) for name in _NUMBER if line.get(name)), "")
        if line["number"]:
            found.append(line)
    return found


def _contacts(cells: Shaped) -> list[Shaped]:
    """People to ask for, with their lines."""
    return [
        {**_without_references(one), "phones": _phones(dict(one))}
        for one in _items(_taken(cells, "contacts", "contact"))
        if one.get("name") or one.get("email")
    ]


def _address(raw: Any) -> Shaped:
    """An address under the standard's names, with its point if it has one; ``raw`` loses what was taken."""
    if not isinstance(raw, dict):
        return {"address_1": raw.strip()} if isinstance(raw, str) and raw.strip() else {}
    address: Shaped = {}
    for column, names in _ADDRESS.items():
        texts = [raw.pop(name) for name in names if isinstance(raw.get(name), (str, int))]
        if texts := [str(text).strip() for text in texts if str(text).strip()]:
            address[column] = texts[0]
    if (kind := raw.pop("address_type", None)) and address:
        address["address_type"] = kind
    return address | _point(raw)


def _point(cells: Shaped) -> Shaped:
    """A point under whatever name; taken out of the cells."""
    for one in (*_items(_taken(cells, "coordinates", "geo", "geolocation")), cells):
        for lat, lon in (("latitude", "longitude"), ("lat", "lon"), ("lat", "lng")):
            if one.get(lat) not in _NOTHING and one.get(lon) not in _NOTHING:
                return {"latitude": one.pop(lat), "longitude": one.pop(lon)}
    return {}
