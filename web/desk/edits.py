"""What a form of the desk says of one value, as an edit: what it does not name stays as it was."""

from collections.abc import Collection
from typing import Any, Final

import msgspec
from sqlalchemy.orm import Session

from directory.errors import BadInputError, RefusedError
from directory.integrity.as_kept import as_plain
from directory.integrity.service import Edit
from directory.listings.drafts import FactDraft
from directory.listings.fields import Eligibility, Phone, Text, decode_value
from directory.listings.models import Fact, Record
from directory.listings.notes_screen import LONGEST_NOTE, refuse_client_details
from directory.listings.queries import current_facts
from directory.values.phone import parse_phone
from directory.vocabulary import terms
from web.forms import Form

LONGEST_TEXT: Final = 4_000
# What a form of the desk can say; everything else comes by import. Those of the second list have lines.
LINES: Final = ("name", "url", "email")
TEXTS: Final = ("description", "application_process", "fees_description", "eligibility_description", "alert")
# ``kind`` says that a number is one more line; ``seen`` is the fact that stood there when the form was made.
FIELDS: Final = frozenset({"record", "field", "slot", "kind", "value", "seen", "reason"})


def edit_of(
    session: Session, target: Record, form: Form, *, country: str, known_phones: Collection[str]
) -> Edit | None:
    """The edit that a form asks for; None when it would change nothing.

    Args:
        session: any session.
        target: the record on which the value stands.
        form: with ``FIELDS``.
        country: whose numbers are read.
        known_phones: numbers that a note about the listing may name.

    Raises:
        BadInputError: the value cannot be read, or the field is none that the desk changes.
        RefusedError: somebody changed it meanwhile, nothing is written, or a note to everybody tells of a client.
    """
    field, value, slot = form.one("field"), form.one("value"), form.one("slot")
    current = {(fact.field, fact.slot): fact for fact in current_facts(session, [target.id])[target.id]}
    if field == "eligibility":
        return _answer(terms.population(slot).code, value, current)
    if field not in {"phone", *LINES, *TEXTS}:
        raise BadInputError("That is changed by an import, not here.")
    if field == "phone":
        slot = _free_line(form.one("kind"), current) if form.one("kind") else slot or "voice"
    held = current.get((field, slot))
    if "seen" in form.values and form.one("seen") != (str(held.id) if held else ""):
        raise RefusedError("Somebody has said something else there meanwhile. Look again, and change that.")
    said = _phone(value, form.one("kind"), held, country) if field == "phone" else Text(value)
    [draft] = as_plain([FactDraft(field, said, slot)])
    if field == "alert":
        if len(draft.value.text) > LONGEST_NOTE:
            raise BadInputError(f"A note to everybody has at most {LONGEST_NOTE} letters.")
        refuse_client_details(draft.value.text, known_phones=known_phones)
    if held is None:
        return Edit(draft)
    # Whoever sees the old value sees the new one, and nobody else.
    tier: Any = held.tier
    return None if held.value == draft.stored else Edit(msgspec.structs.replace(draft, tier=tier))


def _phone(value: str, kind: str, held: Fact | None, country: str) -> Phone:
    number = parse_phone(value, country=country)
    if held is None:
        return Phone(number.number, kind=kind or number.kind, ext=number.ext or "")  # type: ignore[arg-type]
    # The hours and languages of a line, and what it is for, are not what is changed here.
    kept: Phone = msgspec.structs.replace(_held(held), number=number.number, ext=number.ext or "")
    return kept


def _free_line(kind: str, current: Collection[tuple[str, str]]) -> str:
    kind = terms.term("phone-kind", kind).code
    places = (kind, *(f"{kind}-{number}" for number in range(2, 100)))
    return next(place for place in places if ("phone", place) not in current)


def _answer(code: str, value: str, current: dict[tuple[str, str], Fact]) -> Edit | None:
    held = current.get(("eligibility", code))
    if value == "ask":
        return Edit(fact_id=held.id) if held else None
    if value not in {"yes", "no"}:
        raise BadInputError("Yes, no, or ask.")
    if held is not None and _held(held).answer == value:
        # How they are taken (only they, or they too) stays as it was.
        return None
    how = "welcomes" if value == "yes" else ""
    return Edit(FactDraft("eligibility", Eligibility(value, how=how), slot=code))  # type: ignore[arg-type]


def _held(fact: Fact) -> Any:
    return decode_value(fact.field, fact.value or "{}")
