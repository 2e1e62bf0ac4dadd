"""What is known of a record that could show that it is another, or that it is not. Never a value of a secret place."""

from typing import Literal

import msgspec

from importers.matching.names import name_words

Kind = Literal["organization", "service", "site"]
Key = int | str


class Party(msgspec.Struct, frozen=True):
    """An organization, a service or a site, as far as it can be told from others.

    Attributes:
        key: of the record, or in a dry run of the row.
        kind: which.
        names: its name and other names.
        phones: numbers, E.164 or short.
        domains: registrable domains of its site and mailbox.
        streets: house number and street in all spellings (``listings.streets``), each after a postal code or town.
        postals, towns, counties, states: where it is: "33130", "miami", FIPS codes, "US-FL".
        identifiers: official numbers, where nothing of it is confidential.
        kinds: of service.
        owner: the organization of a service, None where its source names none; of a site its service.
        description: the beginning of what it says about itself.
        sources: the lists that say all this, and that told of what was merged into it.
        is_confidential: it is, or has, something whose place is secret: then there is nothing here but names, numbers,
            kinds and states.
    """

    key: Key
    kind: Kind
    names: tuple[str, ...]
    phones: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    streets: frozenset[str] = frozenset()
    postals: frozenset[str] = frozenset()
    towns: frozenset[str] = frozenset()
    counties: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    identifiers: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    owner: Key | None = None
    description: str = ""
    sources: frozenset[str] = frozenset()
    is_confidential: bool = False

    def of(self, owner: Key) -> "Party":
        """The same as a service of this organization."""
        return msgspec.structs.replace(self, owner=owner)

    @property
    def place_words(self) -> frozenset[str]:
        """Words of where it is that may stand in a name or not."""
        return frozenset(word for town in self.towns for word in name_words(town))


def closed(party: Party) -> Party:
    """The party without anything but names, numbers, kinds and states."""
    empty: frozenset[str] = frozenset()
    return msgspec.structs.replace(
        party, domains=empty, streets=empty, postals=empty, towns=empty, counties=empty, identifiers=empty,
        description="", is_confidential=True,
    )  # fmt: skip
