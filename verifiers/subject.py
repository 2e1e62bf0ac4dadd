"""What a verifier may know of the fact it looks at."""

import datetime as dt
from typing import Any

import msgspec


class Known(msgspec.Struct, frozen=True):
    """One current fact, with what its records say besides as far as a look needs it.

    Attributes:
        fact_id: the fact.
        field: of ``directory.listings.fields``.
        slot: its place in the field.
        value: plain JSON of the field's struct.
        kinds: slugs of the services it belongs to.
        is_confidential: whether any service of its organization is not public: nothing of it may reach a host that the
            organization does not run.
        organization: name.
        service: name; empty for a fact of the organization.
        phones: E.164 or short codes of its public lines.
        emails: public addresses.
        urls: public web addresses.
        city: of a public place.
        region: code of its state or province.
        country: ISO code.
        point: latitude and longitude of a public place.
        verified_at: when a person or the provider stood up for the fact last.
        memory: what this verifier noted the last time: digests, an ETag, matched tokens; at most 1 KiB as JSON.
    """

    fact_id: int
    field: str
    value: dict[str, Any]
    slot: str = ""
    kinds: frozenset[str] = frozenset()
    is_confidential: bool = False
    organization: str = ""
    service: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    city: str = ""
    region: str = ""
    country: str = "US"
    point: tuple[float, float] | None = None
    verified_at: dt.datetime | None = None
    memory: dict[str, Any] = {}
