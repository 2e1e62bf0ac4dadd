"""What a program, or a person on the telephone, is asked about: the facts that anybody sees of a listing."""

import hashlib
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.cards.queries import documents_of
from directory.errors import RefusedError
from directory.integrity.reach import family
from directory.listings.fields import Tier
from directory.listings.models import Fact, Record

# What the page of a listing shows. An organization's other facts are its own.
SHOWN_FIELDS = frozenset({
    "name", "status", "phone", "schedule", "language", "kind", "eligibility", "age", "children", "barrier",
    "trauma_informed", "house_rule", "disclosure", "greeting", "application_process", "eligibility_description",
    "fees_description", "required_document", "cost_option", "service_area", "accepts_from", "group_size", "reach",
    "minor_consent", "ask_for", "intake_question", "grievance_path",
    "address", "accessibility", "transportation", "description", "url", "alert",
})  # fmt: skip
# What a program is told of that readers are not shown. The others are shown in another way, or are no word of theirs.
_WITHHELD = frozenset({"phone", "url", "email", "contact", "vetting", "organization_identifier"})
_OF_ORGANIZATION = frozenset({"name", "url"})
_NOT_INHERITED = frozenset({"name", "phone", "description"})
# From the nearest on: what a nearer record says goes before.
_NEAREST = ("listing", "location", "service", "organization")


def shown_facts(
    session: Session, listing: Record, *, tier: Tier = "public", fields: Iterable[str] = SHOWN_FIELDS
) -> list[Fact]:
    """The current facts of these fields that a tier sees of a listing, the nearest of each place in a field.

    Read by the cards' own documents, so that nothing is here that may not be shown. Of a listing that was merged, what
    belongs to others is left out: nobody was asked about that.
    """
    asked = frozenset(fields)
    records = {str(one.public_id): one for one in family(session, listing)}
    current = {
        (fact.record_id, fact.field, fact.slot): fact
        for fact in session.scalars(
            sa.select(Fact).where(Fact.record_id.in_([one.id for one in records.values()]), Fact.standing == "current")
        )
    }
    found: list[Fact] = []
    taken: set[tuple[str, str]] = set()
    for document in sorted(documents_of(session, listing, tier=tier), key=lambda one: _NEAREST.index(one.kind)):
        record = records.get(document.id)
        if record is None:
            continue
        for one in document.facts:
            fact = current.get((record.id, one.field, one.slot))
            is_own = document.kind == "organization" and one.field in _NOT_INHERITED | _OF_ORGANIZATION
            if fact is None or one.field not in asked or (is_own and one.field not in _OF_ORGANIZATION):
                continue
            if is_own or (one.field, one.slot) not in taken:
                found.append(fact)
            taken.add((one.field, one.slot))
    return found


def withheld_fields(session: Session, listing: Record) -> frozenset[str]:
    """The fields of a listing that people who work here see and readers do not. No value is among them.

    A link may be in somebody else's hands: whoever has it learns that a name is held, and no name.
    """
    shown = {(one.id, fact.field, fact.slot) for one in documents_of(session, listing, tier="public")
             for fact in one.facts if fact.field in SHOWN_FIELDS}  # fmt: skip
    return frozenset(
        fact.field
        for one in documents_of(session, listing, tier="coordinator")
        for fact in one.facts
        if (one.id, fact.field, fact.slot) not in shown and fact.field in _WITHHELD
    )


def is_offered(facts: Sequence[Fact]) -> Fact:
    """The fact that says that there is such a service at all: its status, or else its name.

    Raises:
        RefusedError: there is neither.
    """
    for field in ("status", "name"):
        for fact in facts:
            if fact.field == field and fact.record_kind != "organization":
                return fact
    raise RefusedError("There is nothing here that anybody could have been asked about.")


def digest_of_shown(facts: Iterable[Fact]) -> bytes:
    """What stands for values that somebody is shown: made of their ids alone, because a fact is never rewritten.

    So no value can be guessed from it, and it may be kept (SAFETY L17).
    """
    ids = ",".join(str(number) for number in sorted(fact.id for fact in facts))
    return hashlib.sha256(ids.encode()).digest()
