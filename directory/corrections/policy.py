"""Why a value here is another than a source's, in codes and in words, and what may be told of it. Pure.

Nobody is named: of people only their role is told. Of what is confidential no text is told, no date finer than a month,
and nothing that a place could be read from.
"""

from typing import Any, Literal

import msgspec

from directory.listings.disclosure import FREE_TEXT_PARTS, UNNAMED, may_hold
from directory.listings.fields import FIELDS

Why = Literal[
    "answered", "provider", "own-site", "looked-up", "neighbour", "dead", "other-source", "person", "put-back", "ended",
    "closed", "not-listed", "same-as", "confirmed",
]  # fmt: skip
WORDS: dict[str, dict[str, str]] = {
    "answered": {
        "en": "Confirmed by phone on {date}.",
        "es": "Confirmado por teléfono el {date}.",
    },
    "provider": {"en": "The provider said so on {date}.", "es": "Quien presta el servicio lo dijo el {date}."},
    "own-site": {
        "en": "The service's own site said so on {date}.",
        "es": "El sitio web del servicio lo decía el {date}.",
    },
    "looked-up": {
        "en": "A look-up showed it on {date}.",
        "es": "Se comprobó en un registro el {date}.",
    },
    "neighbour": {
        "en": "A neighbouring directory called on {date} and found it so.",
        "es": "Un directorio vecino llamó el {date} y lo encontró así.",
    },
    "dead": {
        "en": "What you say was found not to work on {date}.",
        "es": "Lo que usted publica no funcionaba el {date}.",
    },
    "other-source": {"en": "Another list says so since {date}.", "es": "Otra lista lo dice desde el {date}."},
    "person": {
        "en": "Somebody who keeps this directory changed it on {date}.",
        "es": "Alguien que cuida este directorio lo cambió el {date}.",
    },
    "put-back": {
        "en": "Somebody who keeps this directory put it back on {date}.",
        "es": "Alguien que cuida este directorio lo restableció el {date}.",
    },
    "ended": {
        "en": "Somebody who keeps this directory found on {date} that it does not hold any more.",
        "es": "Alguien que cuida este directorio vio el {date} que ya no es así.",
    },
    "closed": {"en": "Closed; noted here on {date}.", "es": "Cerrado; anotado aquí el {date}."},
    "not-listed": {"en": "Not listed here since {date}.", "es": "No figura aquí desde el {date}."},
    "same-as": {
        "en": "The same as another of your entries; joined here on {date}.",
        "es": "Es lo mismo que otra de sus entradas; se unieron aquí el {date}.",
    },
    "confirmed": {"en": "Found right on {date}.", "es": "Se comprobó el {date} que es correcto."},
}
# How a piece of evidence came about, as a reason. What sources say of themselves is none.
BY_METHOD: dict[str, Why] = {
    "call": "answered", "callback": "answered", "provider": "provider", "website": "own-site", "lookup": "looked-up",
    "peer": "neighbour",
}  # fmt: skip
BY_KIND: dict[str, Why] = {"import": "other-source", "undo": "put-back"}
# What is told of a confidential service, or of an organization that has one: what is neither text nor an address.
_OF_CONFIDENTIAL = frozenset(
    {
        "phone", "language", "eligibility", "kind", "barrier", "age", "children", "group_size", "schedule",
        "accepts_from", "service_area",
    }
)  # fmt: skip
# Codes of other people's taxonomies are not ours to pass on.
_NEVER = frozenset({"attribute", "contact", "vetting", "organization_identifier"})


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is otherwise here than a source says, or that was found to be so.

    Attributes:
        key: the source's own key of its row.
        service: public id of the service it is about, or of the organization.
        record: public id of the record on which it stands.
        record_kind: of that record.
        name: of the service or organization, as shown here.
        field: HSDS's word; empty where it is about the row as a whole.
        slot: which of several.
        theirs: the value that the source says; None where it is about the row.
        ours: the value that is shown here; None where nothing is said any more.
        as_of: since when the source says it, as far as it was read (ISO date).
        why: a code of ``WORDS``.
        on: day (ISO) of what is known; of confidential services its month.
        role: of whoever found it out or brought it: ``coordinator``, ``admin``, ``source``, ``program`` ...
    """

    key: str
    service: str
    record: str
    record_kind: str
    name: str
    field: str = ""
    slot: str = ""
    theirs: dict[str, Any] | None = None
    ours: dict[str, Any] | None = None
    as_of: str = ""
    why: Why
    on: str
    role: str


def in_words(correction: Correction, language: str) -> str:
    """The reason as a sentence in English or Spanish."""
    words = WORDS[correction.why]
    return words.get(language, words["en"]).format(date=correction.on)


def may_tell(field: str, *, is_confidential: bool) -> bool:
    """Whether anything is told of a field of a record."""
    if field in _NEVER or FIELDS[field].tier != "public":
        return False
    return not is_confidential or (field in _OF_CONFIDENTIAL and may_hold(field, "area_only"))


def told(field: str, value: dict[str, Any], *, is_confidential: bool) -> dict[str, Any] | None:
    """What is told of a value; None where that is nothing (a name that is not shown, a point that was computed)."""
    if field == "name" and value.get("text") == UNNAMED:
        return None
    if field == "point" and value.get("source", "source") != "source":
        return None
    if is_confidential:
        value = {key: part for key, part in value.items() if key not in FREE_TEXT_PARTS}
    return value


def day(on: str, *, is_confidential: bool) -> str:
    """A date as it may be told."""
    return on[:7] if is_confidential else on


def is_since(on: str, since: str) -> bool:
    """Whether a date, or a month, is not before a day."""
    return on >= since[: len(on)]
