"""The registry of fields: which facts exist, what their values look like, on which records they may stand.

Values are HSDS objects without their ids, in HSDS's words. A value crosses every door as the struct named here and is
stored as its canonical JSON, so equal values have equal bytes.
"""

from functools import cache
from typing import Any, Literal

import msgspec

RecordKind = Literal["organization", "service", "location", "listing"]
Tier = Literal["public", "partner", "coordinator"]
TIERS: tuple[Tier, ...] = ("public", "partner", "coordinator")

_encoder = msgspec.json.Encoder(order="deterministic")


class _Value(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    pass


class _Worded(_Value, frozen=True):
    """A value with a word that is left out where it is the usual one.

    Whether it is, is decided by identity when it is written, and a word that was read or computed is equal only.
    """

    def __post_init__(self) -> None:
        for name, usual in _usual_words(type(self)):
            if getattr(self, name) == usual:
                msgspec.structs.force_setattr(self, name, usual)


@cache
def _usual_words(kind: type[_Value]) -> tuple[tuple[str, str], ...]:
    fields = msgspec.structs.fields(kind)
    return tuple((one.name, one.default) for one in fields if isinstance(one.default, str) and one.default)


class Text(_Value, frozen=True):
    """Plain text, already cleaned of markup and control characters."""

    text: str


class Note(Text, frozen=True):
    """A note to everybody. ``until`` is the last day (ISO) on which it is shown; empty = until somebody ends it."""

    until: str = ""


class GrievancePath(Text, frozen=True):
    """Who hears a complaint about a program and is not the program; ``on`` is the day (ISO) on which that was said.

    Words alone: a number that is to be called is a line of an entry of its own, and kept right as such.
    """

    on: str = ""


class Phone(_Worded, frozen=True):
    """A line. ``number`` is E.164 or a short code; ``ext`` is text (an extension may start with 0)."""

    number: str
    kind: Literal["voice", "text", "tty", "whatsapp", "chat", "fax"] = "voice"
    ext: str = ""
    keyword: str = ""
    description: str = ""
    languages: list[str] = []
    message_safe: bool | None = None


class Schedule(_Value, frozen=True):
    """Opening times. ``days`` maps MO..SU to minutes of the local day; ``text`` is what the source wrote."""

    zone: str = ""
    days: dict[str, list[tuple[int, int]]] = {}
    closed: list[str] = []
    text: str = ""


class Language(_Worded, frozen=True):
    """A language and how it is available. ``tag`` is BCP 47, or ``any`` for "interpreters in many languages"."""

    tag: str
    how: Literal["staff", "interpreter", "website"] = "staff"
    proficiency: str = ""
    channel: str = ""
    note: str = ""


class TermValue(_Value, frozen=True):
    """That a term of the vocabulary holds (a kind of service, a house rule, a required document ...)."""

    note: str = ""


class CostOption(_Value, frozen=True):
    """What it costs: ``note`` says for whom, ``description`` for what. ``amount`` is as the source writes it."""

    note: str = ""
    amount: str = ""
    currency: str = ""
    description: str = ""
    valid_from: str = ""
    valid_to: str = ""


class Barrier(_Worded, frozen=True):
    """Whether a barrier is removed. Unknown is the absence of the fact; ``no`` is stated."""

    answer: Literal["yes", "no"] = "yes"
    note: str = ""


class Eligibility(_Value, frozen=True):
    """Whether a population is taken. Unknown is the absence of the fact; ``no`` is stated."""

    answer: Literal["yes", "no"]
    how: Literal["", "exclusive", "welcomes", "does-not-exclude"] = ""
    note: str = ""


class Age(_Value, frozen=True):
    """Ages taken, in whole years; None = not stated."""

    minimum: int | None = None
    maximum: int | None = None


class Children(_Value, frozen=True):
    """Children who may come along: how many, and up to what age boys."""

    most: int | None = None
    boys_to: int | None = None


class TraumaInformed(_Value, frozen=True):
    """Evidence of trauma-informed practice: who says so, since when, until when (ISO dates)."""

    level: Literal["attested", "trained", "assessed", "certified", "survivor-reviewed"]
    by: str = ""
    on: str = ""
    expires_on: str = ""
    url: str = ""


class ServiceArea(_Value, frozen=True):
    """Where people may come from or be served: a nation (``US``), a state (``US-FL``) or a county (FIPS ``12086``).

    ``note`` is what the source says where it names no such area; the area then is the widest that can be meant.
    """

    extent: Literal["nation", "state", "county"]
    name: str = ""
    note: str = ""


class Disclosure(_Value, frozen=True):
    """What a program tells the police or immigration authorities."""

    policy: Literal["always", "mandated-only", "never-without-consent", "unknown"]
    on: str = ""


class Contact(_Value, frozen=True):
    """A person or role to ask for. Never public."""

    name: str = ""
    title: str = ""
    phones: list[Phone] = []
    department: str = ""
    email: str = ""


class Greeting(_Value, frozen=True):
    """How a line answers."""

    answers_as: Literal["neutral", "names-service", "names-topic", "unknown"]
    voicemail: str = ""
    caller_id: str = ""
    checked_on: str = ""


class Reach(_Value, frozen=True):
    """How the place is reached."""

    by: Literal["road", "ferry", "air", "remote-only"]


class GroupSize(_Value, frozen=True):
    """The largest group taken together."""

    most: int


class MinorConsent(_Value, frozen=True):
    """Who consents for a minor, and when parents are told."""

    text: str


class Address(_Worded, frozen=True):
    """A street address of a public location."""

    address_1: str = ""
    address_2: str = ""
    city: str = ""
    state_province: str = ""
    postal_code: str = ""
    country: str = "US"


class Point(_Worded, frozen=True):
    """WGS 84 degrees of a public location, and where they come from."""

    lat: float
    lon: float
    source: Literal["source", "postal", "city"] = "source"


class Identifier(_Value, frozen=True):
    """An official number of an organization; joins to public registries that hold addresses (SAFETY L7)."""

    identifier: str
    type: str = ""
    scheme: str = ""


class Vetting(_Value, frozen=True):
    """A step of vetting (the slot): on which day, until when it holds, by whom where no person here took it.

    ``reference`` says where the paper lies ("binder 3, MOU 2026-02"). Papers themselves are never kept (SAFETY L15).
    """

    on: str = ""
    by: str = ""
    expires_on: str = ""
    reference: str = ""


class Field(msgspec.Struct, frozen=True):
    """One kind of fact.

    Attributes:
        name: HSDS's word.
        value: the struct of its value.
        records: on which kinds of record it may stand.
        tier: who sees it unless the fact says otherwise.
        is_sensitive: a verified value changes only by two people (SAFETY I1).
        is_text: free text, screened wherever a location is confidential (SAFETY L9).
        dropped_unless_public: never kept for a service whose location is not public (SAFETY L7).
        names_nobody: public words in which somebody might name a person or another number; people who write them are
            refused that (``integrity.as_kept``). It is passed on to nobody, because nobody else screens it so.
    """

    name: str
    value: type[_Value]
    records: frozenset[str]
    tier: Tier = "public"
    is_sensitive: bool = False
    is_text: bool = False
    dropped_unless_public: bool = False
    names_nobody: bool = False


_PROVIDER = frozenset({"organization", "service"})
_OFFER = frozenset({"organization", "service", "listing"})
_SERVICE = frozenset({"service", "listing"})
_PLACE = frozenset({"location"})
_ANY = frozenset({"organization", "service", "location", "listing"})

FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("name", Text, _ANY, is_sensitive=True),
        Field("alternate_name", Text, _ANY, is_text=True),
        Field("description", Text, _ANY, is_text=True),
        Field("url", Text, _PROVIDER | _PLACE, is_sensitive=True),
        Field("email", Text, _PROVIDER, is_sensitive=True),
        Field("status", Text, _SERVICE, is_sensitive=True),
        Field("application_process", Text, _SERVICE, is_text=True),
        Field("fees_description", Text, _SERVICE, is_text=True),
        Field("eligibility_description", Text, _SERVICE, is_text=True),
        Field("alert", Note, _SERVICE, is_text=True),
        Field("phone", Phone, _ANY, is_sensitive=True),
        Field("schedule", Schedule, frozenset({"service", "listing", "location"})),
        Field("language", Language, _OFFER),
        Field("kind", TermValue, _SERVICE),
        Field("barrier", Barrier, _OFFER),
        Field("house_rule", TermValue, _SERVICE),
        Field("required_document", TermValue, _SERVICE),
        Field("cost_option", CostOption, _SERVICE, is_text=True),
        Field("funding", TermValue, _PROVIDER, is_text=True),
        Field("disclosure", Disclosure, _SERVICE),
        Field("ask_for", Text, _SERVICE, is_text=True, names_nobody=True),
        Field("intake_question", Text, _SERVICE, is_text=True, names_nobody=True),
        Field("grievance_path", GrievancePath, _OFFER, is_text=True),
        Field("eligibility", Eligibility, _OFFER),
        Field("age", Age, _SERVICE),
        Field("children", Children, _SERVICE),
        Field("trauma_informed", TraumaInformed, _OFFER),
        Field("service_area", ServiceArea, _SERVICE),
        Field("contact", Contact, _OFFER, tier="partner", is_sensitive=True),
        Field("greeting", Greeting, _SERVICE),
        Field("reach", Reach, _SERVICE),
        Field("accepts_from", TermValue, _SERVICE),
        Field("group_size", GroupSize, _SERVICE),
        Field("minor_consent", MinorConsent, _SERVICE, is_text=True),
        Field("accessibility", Text, _PLACE, is_text=True, dropped_unless_public=True),
        Field("address", Address, _PLACE, dropped_unless_public=True),
        Field("point", Point, _PLACE, dropped_unless_public=True),
        Field("transportation", Text, _PLACE, is_text=True, dropped_unless_public=True),
        Field("organization_identifier", Identifier, _PROVIDER, tier="coordinator", dropped_unless_public=True),
        Field("vetting", Vetting, _OFFER, tier="coordinator"),
        Field("attribute", TermValue, _ANY),
    )
}


def encode_value(value: Any) -> str:
    """A value's canonical JSON: sorted keys, no blanks, defaults left out."""
    return _encoder.encode(value).decode()


def decode_value(field: str, text: str) -> Any:
    """The struct of a stored value; ``KeyError`` for an unknown field, ``msgspec`` errors for a foreign value."""
    return msgspec.json.decode(text, type=FIELDS[field].value)


def decode_plain(text: str) -> dict[str, Any]:
    """A stored value as plain JSON objects (for documents)."""
    value: dict[str, Any] = msgspec.json.decode(text)
    return value
