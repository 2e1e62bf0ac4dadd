"""What the columns of Illinois Legal Aid Online's tables mean, and how their cells are told in HSDS's words."""

import re
from collections.abc import Iterator

from importers.record import Cells

ORGANIZATION = {
    "organization_id": "id", "title": "name", "alternate_name": "alternate_name", "body": "description",
    "website_address": "website", "email": "email",
}  # fmt: skip
LOCATION = {"location_id": "id", "field_2": "name"}
SERVICE = {
    "services-id": "id", "organization_id": "organization_id", "location_id": "location_id", "title": "name",
    "website_address": "url",
}  # fmt: skip
ADDRESS_OF_ORGANIZATION = "physical_address"
ADDRESS_OF_LOCATION = "location"
MAIL = "mailing_address"
_IS_SHOWN = "display_physical_address_to_public_users?"
_AS_ORGANIZATION = "use_the_same_address_as_the_organization"
_POINT = "geolocation"
_WHO = "an_individual_must_be_one_of_these_to_qualify"
_LINES = ("phone_number", "toll-free_phone_number", "tty_phone_number")

_OF_ORGANIZATION = f"{_IS_SHOWN} {ADDRESS_OF_ORGANIZATION} {MAIL} phone_number"
_OF_LOCATION = (
    f"{_AS_ORGANIZATION} {ADDRESS_OF_LOCATION} organization_id hours_of_operation recurring_dates "
    "holiday_schedule_(location_closed) location_serves_all_of_illinois counties cities zip_codes "
    "income_standard_for_eligibility"
)
_OF_SERVICE = (
    f"{_POINT} {_WHO} phone_number is_this_service_open? service_type level_of_service is_this_service_a_hotline? "
    "service_availability hours_of_operation dates_and_hours holiday_schedule income_eligibility_and_fees "
    "flat_fee_description sliding_scale_fees_description max_percentage_of_income_standard amenities_offered "
    "printing_costs scanning_costs featured_content application_process application_form_link "
    "process_for_applying_by_email process_for_applying_by_phone process_for_applying_online process_for_walk-ins "
    "service_is_delivered"
)
# How the source keeps house, and what stands in other cells too.
_UNKEPT = {
    "organizations": "organization_provides_services_to_the_public? associated_email_domain(s) imported_table services "
    "mailing_address_is_the_same_as_the_physical_address",
    "locations": "is_this_location_open_at_least_weekly income_eligibility_and_fees max_percentage_of_income_standard "
    "sliding_scale_fees_description flat_fee_description location_takes_legal_volunteers? "
    "same_phone_number_as_organization? service_area_limited_to_specific services",
    "services": "same_phone_number_as_organization? is_this_service_an_advice_desk_or_walk-in_clinic? "
    "average_volume_for_this_service same_hours_as_location is_this_location_open_at_least_weekly "
    "same_holidays_as_location same_income_eligibility_as_location navigator_availability "
    "is_printing_free_for_legal_self-help_center_users? is_scanning_free_for_legal_self-help_center_users? "
    "is_this_service_limited_to_specific_populations? maximum_callbacks_per_intake_slot callback_slots_per_applicant",
}
KNOWN = {
    "organizations": frozenset({*ORGANIZATION, *_OF_ORGANIZATION.split(), *_UNKEPT["organizations"].split()}),
    "locations": frozenset({*LOCATION, *_OF_LOCATION.split(), *_LINES, *_UNKEPT["locations"].split()}),
    "services": frozenset({*SERVICE, *_OF_SERVICE.split(), *_UNKEPT["services"].split()}),
}
PLACES = frozenset({ADDRESS_OF_ORGANIZATION, ADDRESS_OF_LOCATION, MAIL, _POINT})

_DAYS = "Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday"
_SPAN = r"\d{1,2}:\d{2}-\d{1,2}:\d{2}"
_DAY = re.compile(rf"({_DAYS}):\s*(Closed|{_SPAN}(?:\s*,\s*{_SPAN})*)\s*")
_WEEK = re.compile(rf"(?:{_DAY.pattern})+")
# A calendar's words for what comes again: the first time is told as a date, which is long past.
_REPEATS = re.compile(
    r"Repeats (?P<when>every [^.]*?)(?: \d+ times)?\.\s*"
    r"\w+day, \w+ \d{1,2}, \d{4} - (?P<hours>[0-9:apm]+ to [0-9:apm]+)"
)
_DEGREES = re.compile(r"Geolocation is (-?\d{1,3}\.\d+), (-?\d{1,3}\.\d+)")
# Lines of an address that were joined without anything between: "5 Oak StreetSuite 3Chicago, IL 60602".
_GLUED = re.compile(r"(?<=[a-z0-9.])(?=[A-Z][a-z])|\n+")
_END_OF_ADDRESS = re.compile(r"(.*?),?\s*([^,\n]+),\s*([A-Z]{2})\s+(\d{5}(?:-\d{4})?)", re.DOTALL)
# Illinois and a little around it. A place elsewhere has no state here: only its point is told.
_ILLINOIS = ((36.9, 42.6), (-91.6, -87.0))
_NO_SERVICE = "policy"
_FEES = ("income_eligibility_and_fees", "flat_fee_description", "sliding_scale_fees_description")
_COSTS = {"Printing": "printing_costs", "Scanning": "scanning_costs"}
_WAYS = (
    "process_for_applying_by_phone", "process_for_walk-ins", "process_for_applying_by_email",
    "process_for_applying_online",
)  # fmt: skip


def lists(cell: str) -> list[str]:
    """The lines of a cell that lists something."""
    return [line for line in (line.strip() for line in cell.splitlines()) if line]


def says(cells: Cells, column: str, answer: str = "yes") -> bool:
    """Whether a cell is this answer."""
    return cells.get(column, "").strip().lower() == answer


def is_shown(organization: Cells) -> bool:
    """Whether the address of an organization may be shown: only a plain *no* forbids it."""
    return not says(organization, _IS_SHOWN, "no")


def is_as_organization(location: Cells) -> bool:
    """Whether a location is where its organization is."""
    return says(location, _AS_ORGANIZATION)


def point_of(service: Cells) -> dict[str, str]:
    """The point of a service; with the state where it is in Illinois."""
    found = _DEGREES.fullmatch(service.get(_POINT, "").strip())
    return {"latitude": found[1], "longitude": found[2]} if found else {}


def state_of(point: Cells) -> str:
    """IL for a point there."""
    if not point:
        return ""
    degrees = (float(point["latitude"]), float(point["longitude"]))
    return "IL" if all(low <= one <= high for one, (low, high) in zip(degrees, _ILLINOIS, strict=True)) else ""


def address_in(text: str) -> dict[str, str]:
    """An address written in one cell, taken apart as far as it can be."""
    written = _GLUED.sub(", ", text.strip())
    if not written:
        return {}
    found = _END_OF_ADDRESS.fullmatch(written)
    if found is None:
        return {"address_1": written}
    street, *further = [part.strip() for part in found[1].split(",") if part.strip()] or [""]
    cells = {"address_1": street, "address_2": ", ".join(further), "city": found[2].strip()}
    cells |= {"state_province": found[3], "postal_code": found[4]}
    return {name: cell for name, cell in cells.items() if cell}


def schedules_of(cells: Cells) -> Iterator[dict[str, str]]:
    """Opening hours as rows where every day is told, else in words; and the holidays on which it is closed."""
    if says(cells, "service_availability", "available 24/7/365"):
        yield {"original_text": "24 hours a day, 7 days a week"}
    elif hours := cells.get("hours_of_operation", "").strip():
        if _WEEK.fullmatch(hours):
            for day, spans in _DAY.findall(hours):
                for span in spans.split(",") if spans != "Closed" else ():
                    opens, closes = span.strip().split("-")
                    yield {"weekday": day, "opens_at": opens, "closes_at": closes}
        else:
            yield {"original_text": hours}
    for column in ("dates_and_hours", "recurring_dates"):
        if dates := cells.get(column, "").strip():
            again = _REPEATS.fullmatch(dates)
            yield {"original_text": f"{again['when']}, {again['hours']}" if again else dates}
    for column in ("holiday_schedule", "holiday_schedule_(location_closed)"):
        if days := lists(cells.get(column, "")):
            yield {"description": f"Closed on {', '.join(days)}"}


def said_of_service(cells: Cells) -> dict[str, str]:
    """The texts of a service, under HSDS's names."""
    fees = [cells[name] for name in _FEES if name in cells]
    fees += [f"{what}: {cells[name]}" for what, name in _COSTS.items() if name in cells]
    who = [f"{part[0].upper()}{part[1:]}" for part in lists(cells.get(_WHO, ""))]
    if share := cells.get("max_percentage_of_income_standard", ""):
        who.append(f"Income of at most {share} of the Federal Poverty Level")
    ways = [", ".join(lists(cells.get("application_process", ""))), *(cells[way] for way in _WAYS if way in cells)]
    texts = {
        "status": {"yes": "active", "no": "inactive"}.get(cells.get("is_this_service_open?", "").lower(), ""),
        "description": "\n".join(_sentences(cells)),
        "fees_description": "\n".join(fees),
        "eligibility_description": "\n".join(who),
        "application_process": "\n".join(filter(None, ways)),
    }
    return {name: text for name, text in texts.items() if text}


def _sentences(cells: Cells) -> Iterator[str]:
    labels = {
        "service_type": "", "level_of_service": "Level of service: ", "service_is_delivered": "How: ",
        "featured_content": "About: ", "amenities_offered": "There: ",
    }  # fmt: skip
    for column, label in labels.items():
        if parts := lists(cells.get(column, "")):
            yield f"{label}{', '.join(parts)}."


def terms_of(cells: Cells) -> Iterator[tuple[str, bool]]:
    """What a service is called, and whether that is a population: all but work on policy is legal aid."""
    kind = cells.get("service_type", "")
    if kind:
        yield kind, False
    if not kind.lower().startswith(_NO_SERVICE):
        yield "Legal aid", False
    if says(cells, "is_this_service_a_hotline?"):
        yield "Legal hotline", False
    for who in lists(cells.get(_WHO, "")):
        yield who, True


def areas_of(location: Cells) -> Iterator[str]:
    """Whom a location serves."""
    if says(location, "location_serves_all_of_illinois"):
        yield "Illinois"
        return
    for county in lists(location.get("counties", "")):
        yield f"{county} County, IL"
    for column in ("cities", "zip_codes"):
        if parts := lists(location.get(column, "")):
            yield ", ".join(parts)


def phones_of(cells: Cells) -> Iterator[dict[str, str]]:
    """The lines of an organization, a location or a service."""
    about = {
        "phone_number": {},
        "toll-free_phone_number": {"description": "Toll free"},
        "tty_phone_number": {"type": "tty"},
    }
    for column in _LINES:
        if number := cells.get(column, ""):
            yield {"number": number, **about[column]}


def digits(number: str) -> str:
    """The digits of a number, by which two spellings of it are one."""
    return "".join(filter(str.isdigit, number))
