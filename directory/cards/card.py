"""The card: what anyone may see of a listing, as codes and dates.

Never a word in a language, a relative time or a state: those are computed when it is shown, so a stored card cannot go
stale by time passing. Never a point: the card of a place names its town, the card of a confidential listing its area.
"""

from typing import Any, Literal

import msgspec

from directory.cards.vetted import Vetted
from directory.freshness.reasons import Reason
from directory.listings.fields import RecordKind, Tier


class CardPhone(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line.

    ``said`` and ``confirmed`` are ISO dates; ``method`` says how it was confirmed last. ``roles`` are the schedules
    that its label names (``crisis-line``, ``intake``, ``office``). ``week`` are its own hours as ``Card.weeks`` has
    them, ``hours`` what the source wrote of them.
    """

    number: str
    kind: str = "voice"
    ext: str = ""
    keyword: str = ""
    slot: str = "voice"
    hours: str = ""
    said: str = ""
    confirmed: str = ""
    method: str = ""
    roles: list[str] = []
    week: list[tuple[int, int]] = []


class CardTrauma(msgspec.Struct, frozen=True, omit_defaults=True):
    """The best unexpired evidence of trauma-informed practice (ISO dates)."""

    level: str
    by: str = ""
    on: str = ""
    expires_on: str = ""


class Confirmed(msgspec.Struct, frozen=True, array_like=True):
    """When a fact was last confirmed (ISO date) and how (a method of evidence)."""

    on: str
    method: str


class Card(msgspec.Struct, frozen=True, omit_defaults=True):
    """A searchable listing.

    Attributes:
        id: public id of the listing.
        service: public id of its service, by which several sites are shown once.
        name: of the service.
        organization: name of the organization; empty when the source did not state it.
        block: ``site`` (has a public point), ``area`` (works for a whole area), ``confidential``.
        place: ``City, ST`` of a site; else the published area or the widest area served, as an id (``US-FL-331``,
            ``US-FL``, ``US``).
        country: ISO code, decides miles or kilometres.
        zone: IANA zone of its hours.
        phones: public lines, the voice lines first.
        kinds: slugs.
        languages: BCP 47 tag (or ``any``) -> ``staff`` or ``interpreter``. Empty = none stated.
        yes: population or barrier slug -> how (may be empty).
        no: population and barrier slugs that are stated not to be taken.
        age: lowest and highest age in years.
        children: the most children who may come along, and the age up to which boys may.
        group: the largest group taken together.
        reported: the day (ISO; of a confidential listing its month) of the last report that something on it is wrong,
            if its first line was not confirmed since.
        weeks: schedule slot (``intake``, ``office``, ``crisis-line``) -> spans of minutes of the week from Monday.
        hours_text: schedule slot -> what the source wrote, where there is no span.
        closed: schedule slot (also ``line:`` with that of a line) -> day numbers, from yesterday on, on which that
            schedule does not hold.
        confirmed: field or ``field/slot`` -> best evidence.
        confirmed_on: day number of the last word of a person or the provider; 0 if there was none.
        due_on: day number from which on a call is due, if nothing is heard; 0 if it was never confirmed.
        fresh_until: the last day number on which readers are not warned, if nothing is heard; 0 if it was never
            confirmed.
        unreachable: calls found that nobody is reached under its number.
        may_not_work: unreachable, or the last evidence about its first line says that it does not work.
        reasons: why, as codes and dates (``freshness.reasons``).
        service_areas: area codes served as a whole (``US``, ``US-FL``, ``12086``).
    """

    id: str
    service: str
    name: str
    organization: str = ""
    block: Literal["site", "area", "confidential"] = "site"
    place: str = ""
    country: str = "US"
    zone: str = ""
    phones: list[CardPhone] = []
    kinds: list[str] = []
    languages: dict[str, str] = {}
    yes: dict[str, str] = {}
    no: list[str] = []
    age: tuple[int | None, int | None] | None = None
    children: tuple[int | None, int | None] | None = None
    group: int | None = None
    weeks: dict[str, list[tuple[int, int]]] = {}
    hours_text: dict[str, str] = {}
    closed: dict[str, list[int]] = {}
    trauma_informed: CardTrauma | None = None
    confirmed: dict[str, Confirmed] = {}
    confirmed_on: int = 0
    due_on: int = 0
    fresh_until: int = 0
    unreachable: bool = False
    may_not_work: bool = False
    reasons: list[Reason] = []
    reported: str = ""
    source: str = ""
    said: str = ""
    practice: bool = False
    answers_as: str = "unknown"
    reach: str = ""
    accepts_from: list[str] = []
    service_areas: list[str] = []

    @property
    def state(self) -> str:
        """What evidence says whatever day it is; ``freshness.belief.state_on`` tells the state on a day."""
        if self.unreachable:
            return "unreachable"
        return "verified" if self.fresh_until else "unverified"

    @property
    def stale_on(self) -> int:
        """The day number from which on readers are warned."""
        return self.fresh_until + 1


class ShownFact(msgspec.Struct, frozen=True, omit_defaults=True):
    """A fact as a document shows it: value, since when which source says it, when and how it was confirmed.

    ``warned`` = an observation says that it does not work, and none since that it does.
    """

    field: str
    value: Any
    slot: str = ""
    said: str = ""
    source: str = ""
    confirmed: str = ""
    method: str = ""
    warned: bool = False


class Document(msgspec.Struct, frozen=True, omit_defaults=True):
    """One record's own facts in HSDS's words, cut to a tier; a whole listing is composed from several documents.

    ``closed_in`` is the month (``2026-03``) in which people closed it; empty unless its standing is ``closed``.
    ``vetted`` is what anybody is told of how an organization was looked at.
    """

    id: str
    kind: RecordKind
    tier: Tier
    facts: list[ShownFact]
    standing: str = "listed"
    location_disclosure: str = "public"
    published_area: str = ""
    closed_in: str = ""
    vetted: list[Vetted] = []

    def all(self, field: str) -> list[ShownFact]:
        """The facts of one field."""
        return [fact for fact in self.facts if fact.field == field]

    def text(self, field: str) -> str:
        """The text of a text field; empty if it is not stated."""
        return next((str(fact.value["text"]) for fact in self.facts if fact.field == field), "")


_card_encoder = msgspec.json.Encoder(order="deterministic")
_card_decoder = msgspec.json.Decoder(Card)
_document_decoder = msgspec.json.Decoder(Document)


def encode(value: Card | Document) -> bytes:
    """Canonical JSON bytes: equal content, equal bytes."""
    return _card_encoder.encode(value)


def decode_card(blob: bytes) -> Card:
    """The card in a stored blob."""
    return _card_decoder.decode(blob)


def decode_document(blob: bytes) -> Document:
    """The document in a stored blob."""
    return _document_decoder.decode(blob)
