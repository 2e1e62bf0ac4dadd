"""Values of listings in one line of English, as the desk shows them."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, Final

from directory.errors import UnknownTermError
from directory.people.policy import SHARES_CONTACTS, SHARES_CONTACTS_WITH_LAW_ENFORCEMENT
from directory.search.written import wide_area_name
from directory.values import language as languages
from directory.values.phone import grouped
from directory.vocabulary import terms

FIELD_WORDS: Final = {
    "name": "Name", "alternate_name": "Other name", "description": "Description", "url": "Web", "email": "E-mail",
    "status": "Status", "application_process": "How to apply", "fees_description": "Cost in words",
    "eligibility_description": "Who is taken, in words", "alert": "Note to everybody", "phone": "Number",
    "schedule": "Hours", "language": "Language", "kind": "Kind", "barrier": "Made easier", "house_rule": "House rule",
    "required_document": "Papers", "cost_option": "Cost", "funding": "Funding", "disclosure": "Tells others",
    "grievance_path": "Where to complain", "ask_for": "Ask for, in public", "intake_question": "What they ask",
    "eligibility": "Takes", "age": "Ages", "children": "Children", "trauma_informed": "Trauma-informed",
    "service_area": "Works in", "contact": "Whom to ask for", "greeting": "How it answers",
    "reach": "How it is reached", "accepts_from": "Accepts from",
    "group_size": "Group", "minor_consent": "Minors", "accessibility": "Access",
    "address": "Address", "point": "On the map", "transportation": "Getting there",
    "organization_identifier": "Official number", "vetting": "Vetting", "attribute": "Other",
}  # fmt: skip
# What somebody wants of a listing as a whole.
WANTS: Final = {
    "close": "Close the listing", "do-not-list": "Put it on the do-not-list", "list": "List it again",
    "show-again": "Show it again", "open-location": "Make its location public",
}  # fmt: skip
# Where the slot names a term of the vocabulary, and of which list.
_SCHEMES: Final = {"kind": "kind", "barrier": "barrier", "house_rule": "house-rule", "eligibility": "population"}
_ATTRIBUTES: Final = {
    SHARES_CONTACTS: "Lets partners see whom to ask for",
    SHARES_CONTACTS_WITH_LAW_ENFORCEMENT: "Lets law enforcement see whom to ask for",
}
_DAYS: Final = {"MO": "Mon", "TU": "Tue", "WE": "Wed", "TH": "Thu", "FR": "Fri", "SA": "Sat", "SU": "Sun"}
_WHOLE_DAY: Final = (0, 1440)


def value_in_words(field: str, value: Any, slot: str = "") -> str:
    """A value (plain JSON of its field) in one line; ``slot`` is its place within the field."""
    if field in _SAYS_OF_SLOT:
        return _SAYS_OF_SLOT[field](value, slot)
    if field in _SAYS:
        return _SAYS[field](value)
    if field in _SCHEMES:
        answer = "no: " if value.get("answer") == "no" else ""
        return _with(answer + _term(_SCHEMES[field], slot), value.get("note", ""))
    if field == "attribute" and slot in _ATTRIBUTES:
        return _with(_ATTRIBUTES[slot], value.get("note", ""))
    if set(value) <= {"text", "note"}:
        return _with(str(value.get("text", slot)), value.get("note", "")) or "yes"
    rest = ", ".join(f"{part.replace('_', ' ')} {said}" for part, said in value.items() if said not in ("", [], None))
    return f"{slot}: {rest}" if slot else rest


def slot_in_words(field: str, slot: str) -> str:
    """What a slot adds to the name of its field; empty where the value says it already."""
    if field == "schedule":
        return _term("schedule-kind", slot) if slot else ""
    if field == "disclosure":
        return slot.replace("-", " ")
    return slot.replace("-", " ") if field == "phone" and slot != "voice" else ""


def _phone(value: dict[str, Any]) -> str:
    parts = [grouped(value["number"])]
    parts += [f"ext. {value['ext']}"] if value.get("ext") else []
    parts += [f"text {value['keyword']}"] if value.get("keyword") else []
    kind = value.get("kind", "voice")
    parts += [f"({_term('phone-kind', kind).lower()})"] if kind != "voice" else []
    return _with(" ".join(parts), value.get("description", ""))


def _hours(value: dict[str, Any]) -> str:
    """Opening hours by day; days with the same hours share a line."""
    alike: dict[str, list[str]] = {}
    days = value.get("days", {})
    for day, name in _DAYS.items():
        if spans := days.get(day):
            hours = ", ".join("all day" if tuple(span) == _WHOLE_DAY else "-".join(map(_clock, span)) for span in spans)
            alike.setdefault(hours, []).append(name)
    week = "; ".join(f"{' '.join(named)} {hours}" for hours, named in alike.items()) or str(value.get("text", ""))
    closed = spans_of_days(value.get("closed", ()))
    return "; ".join(filter(None, [week, f"closed {', '.join(closed)}" if closed else ""]))


def spans_of_days(days: Iterable[str]) -> list[str]:
    """ISO days, those that follow one another as one: "2026-12-01 to 2026-12-14"."""
    spans: list[tuple[dt.date, dt.date]] = []
    for day in sorted(map(dt.date.fromisoformat, days)):
        if spans and day - spans[-1][1] == dt.timedelta(days=1):
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return [first.isoformat() if first == last else f"{first} to {last}" for first, last in spans]


def _language(value: dict[str, Any]) -> str:
    try:
        name = languages.label(value["tag"], "en")
    except UnknownTermError:
        name = "Many languages" if value["tag"] == "any" else value["tag"]
    return _with(f"{name}: {_term('language-how', value.get('how', 'staff')).lower()}", value.get("note", ""))


def _contact(value: dict[str, Any]) -> str:
    said = [value.get(part, "") for part in ("name", "title", "department")]
    said += [_phone(phone) for phone in value.get("phones", [])]
    return ", ".join(filter(None, [*said, value.get("email", "")]))


def _address(value: dict[str, Any]) -> str:
    parts = ("address_1", "address_2", "city", "state_province", "postal_code")
    return ", ".join(filter(None, (value.get(part, "") for part in parts)))


def _ages(value: dict[str, Any]) -> str:
    low, high = value.get("minimum"), value.get("maximum")
    if low is None:
        return f"up to {high}" if high is not None else "any"
    return f"{low} to {high}" if high is not None else f"{low} and older"


def _trauma(value: dict[str, Any]) -> str:
    until = f"until {value['expires_on']}" if value.get("expires_on") else ""
    said = [_term("trauma-informed", value["level"]), value.get("by", ""), value.get("on", ""), until]
    return ", ".join(filter(None, said))


def _step(value: dict[str, Any], step: str) -> str:
    until = f"until {value['expires_on']}" if value.get("expires_on") else ""
    said = [_term("vetting", step), value.get("on", ""), until, value.get("by", ""), value.get("reference", "")]
    return ", ".join(filter(None, said))


_SAYS: Final[dict[str, Callable[[dict[str, Any]], str]]] = {
    "phone": _phone, "schedule": _hours, "language": _language, "contact": _contact, "address": _address, "age": _ages,
    "trauma_informed": _trauma,
    "grievance_path": lambda value: _dated(str(value["text"]), value),
    "disclosure": lambda value: _dated(_term("reporting-policy", value["policy"]), value),
    "greeting": lambda value: _term("answers-as", value["answers_as"]),
    "reach": lambda value: _term("reach", value["by"]),
}  # fmt: skip


def _area(value: dict[str, Any], code: str) -> str:
    return _with(str(value.get("name") or wide_area_name(code) or f"county {code}"), value.get("note", ""))


# Where the slot says a part of the value.
_SAYS_OF_SLOT: Final[dict[str, Callable[[dict[str, Any], str], str]]] = {
    "vetting": _step, "service_area": _area, "accepts_from": _area,
}  # fmt: skip


def _term(scheme: str, code: str) -> str:
    try:
        return terms.label(scheme, code, "en")
    except UnknownTermError:
        return code.replace("-", " ")


def _dated(said: str, value: dict[str, Any]) -> str:
    """With the day on which the program said so."""
    return _with(said, f"as they said on {value['on']}" if value.get("on") else "")


def _with(said: str, note: str) -> str:
    return f"{said}, {note}" if note else said


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
