"""A listing's facts as the desk shows them: what we say, how sure, who says so; and what can be done about each."""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.cards.queries import documents_of
from directory.integrity.protection import is_protected
from directory.integrity.reach import family, is_verified
from directory.listings.fields import Tier
from directory.listings.models import Change, Fact, Record
from directory.values.phone import grouped

# What a form of the desk can say; everything else comes by import or command.
TEXTS = (
    "name", "description", "url", "email", "application_process", "fees_description", "eligibility_description",
    "alert",
)  # fmt: skip
FIELD_WORDS = {
    "name": "Name", "alternate_name": "Other name", "description": "Description", "url": "Web", "email": "E-mail",
    "status": "Status", "application_process": "How to apply", "fees_description": "Cost in words",
    "eligibility_description": "Who is taken, in words", "alert": "Note to everybody", "phone": "Number",
    "schedule": "Hours", "language": "Language", "kind": "Kind", "barrier": "Made easier", "house_rule": "House rule",
    "required_document": "Papers", "cost_option": "Cost", "funding": "Funding", "disclosure": "Tells others",
    "eligibility": "Takes", "age": "Ages", "children": "Children", "trauma_informed": "Trauma-informed",
    "service_area": "Works in", "contact": "Whom to ask for", "greeting": "How it answers",
    "reach": "How it is reached",
    "accepts_from": "Accepts from", "group_size": "Group", "minor_consent": "Minors", "accessibility": "Access",
    "address": "Address", "point": "On the map", "transportation": "Getting there",
    "organization_identifier": "Official number", "vetting": "Vetting", "attribute": "Other",
}  # fmt: skip
_KINDS = {"organization": "organization", "service": "service", "listing": "this place", "location": "place"}


class ShownFact(msgspec.Struct, frozen=True):
    """A row of the table.

    Attributes:
        id: of the fact.
        record: public id of the record on which it stands.
        on: what that is, in words.
        field: HSDS's word.
        slot: its place within the field.
        word: the field in words.
        value: what is shown.
        raw: what a form begins with; empty where there is none.
        is_guarded: whether it changes by two people only.
        waiting: (id of a proposal, what it would say) of each that waits.
        said: who says so, since when.
        confirmed: when it was confirmed last, and how; empty if never.
        warned: whether the last look says that it is wrong.
    """

    id: int
    record: str
    on: str
    field: str
    slot: str
    word: str
    value: str
    raw: str
    is_guarded: bool
    waiting: tuple[tuple[int, str], ...]
    said: str
    confirmed: str
    warned: bool


def facts_of(session: Session, listing: Record, *, tier: Tier) -> list[ShownFact]:
    """All facts of a listing that a tier may see, those of the service first."""
    records = {
        str(one.public_id): one for one in family(session, listing) if one.kind != "listing" or one.id == listing.id
    }
    current = {
        (fact.record_id, fact.field, fact.slot): fact
        for fact in session.scalars(
            sa.select(Fact).where(Fact.record_id.in_([one.id for one in records.values()]), Fact.standing == "current")
        )
    }
    waiting = _waiting(session, [one.id for one in records.values()])
    verified = is_verified(session, listing)
    order = {"service": 0, "listing": 1, "location": 2, "organization": 3}
    shown = []
    for document in sorted(documents_of(session, listing, tier=tier), key=lambda one: order[one.kind]):
        record = records.get(document.id)
        if record is None:
            continue
        for one in document.facts:
            fact = current.get((record.id, one.field, one.slot))
            if fact is None:
                continue
            shown.append(
                ShownFact(
                    fact.id, document.id, _KINDS[document.kind], one.field, one.slot, FIELD_WORDS[one.field],
                    value_in_words(one.field, one.value), _raw(one.field, one.value),
                    verified and is_protected(one.field, one.slot),
                    tuple(waiting.get((record.id, one.field, one.slot), ())),
                    f"{one.source} {one.said}".strip(), f"{one.confirmed} {one.method}".strip(), one.warned,
                )
            )  # fmt: skip
    return shown


def value_in_words(field: str, value: Any) -> str:
    """A value in one line."""
    if not value:
        return "yes"
    if field == "phone":
        more = " ".join(str(value[part]) for part in ("ext", "keyword") if value.get(part))
        return f"{grouped(value['number'])} {more}".strip()
    if field == "schedule" and value.get("days"):
        return _hours(value["days"])
    if set(value) == {"text"}:
        return str(value["text"])
    return "; ".join(f"{key}: {part}" for key, part in value.items())


def _hours(days: dict[str, list[tuple[int, int]]]) -> str:
    """Opening hours by day; days with the same hours share a line."""
    alike: dict[str, list[str]] = {}
    for day, spans in days.items():
        hours = ", ".join(
            "all day" if (start, end) == (0, 1440) else f"{_clock(start)}-{_clock(end)}" for start, end in spans
        )
        alike.setdefault(hours, []).append(day)
    order = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    return "; ".join(f"{' '.join(sorted(named, key=order.index))} {hours}" for hours, named in alike.items())


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _raw(field: str, value: Any) -> str:
    if field in TEXTS:
        return str(value.get("text", ""))
    return grouped(value["number"]) if field == "phone" else ""


def _waiting(session: Session, record_ids: list[int]) -> dict[tuple[int, str, str], list[tuple[int, str]]]:
    found: dict[tuple[int, str, str], list[tuple[int, str]]] = {}
    rows = session.execute(
        sa.select(Fact.record_id, Fact.field, Fact.slot, Fact.value, Change.id)
        .join(Change, Change.id == Fact.change_id)
        .where(Fact.record_id.in_(record_ids), Fact.standing == "proposed", Change.state == "proposed")
        .order_by(Fact.id)
    )
    for record_id, field, slot, value, change_id in rows:
        said = value_in_words(field, msgspec.json.decode(value or "{}"))
        found.setdefault((record_id, field, slot), []).append((change_id, said))
    return found


def tier_of(role: str) -> Tier:
    """What a role may see without opening a contact: partners and law enforcement what everybody sees."""
    return "coordinator" if role in {"coordinator", "admin"} else "public"
