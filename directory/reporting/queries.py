"""The reminders that hold for a reader in a country, and which languages are interpreted in a way of their own.

They come from one dated file. It names the law or says that it is the practice of this field; whether and to whom
somebody reports is decided by law and by people, never here. The words are those of the page.
"""

import datetime as dt
from functools import cache
from importlib import resources

import msgspec

# Who reads, besides those who have not said so (the empty text).
READERS = ("clinician", "advocate", "attorney", "police", "other")


class Reminder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line to remember.

    Attributes:
        id: names its words.
        readers: for whom it holds; empty for everybody.
        countries: where it holds (ISO 3166, two letters); empty for everywhere.
        in_place_of: the id of the reminder that it makes more exact, which is left out then.
        is_about_minors: whether it speaks of people under 18.
        is_state_law: whether the law of each state decides.
        citations: laws and guidance, as they are cited; the practice of the field where there are none and no state
            law either.
        as_of: the day as of which it is stated.
    """

    id: str
    readers: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    in_place_of: str = ""
    is_about_minors: bool = False
    is_state_law: bool = False
    citations: tuple[str, ...] = ()
    as_of: dt.date


class _Varieties(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Indigenous languages of the Americas, by tag. Those of Latin America often meet English only through Spanish."""

    through_spanish: frozenset[str]
    others: frozenset[str]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    territories: dict[str, str]
    reminders: tuple[Reminder, ...]
    varieties: _Varieties


def reminders(reader: str, *, country: str, about_minors: bool) -> tuple[Reminder, ...]:
    """What a reader should remember, the most pressing first.

    Args:
        reader: one of ``READERS``; any other text means that nothing is known of the reader.
        country: where the listing is; a territory has the law of its nation, and where no law is known here only what
            holds everywhere is given.
        about_minors: whether people under 18 are, or may be, concerned. What is said of them then comes first, with
            what the reader's own law says of them; otherwise only the line for everybody is given, in its place.
    """
    nation = _file().territories.get(country, country)
    holding = [
        one
        for one in _file().reminders
        if (not one.readers or (reader in one.readers and (about_minors or not one.is_about_minors)))
        and (not one.countries or nation in one.countries)
    ]
    made_exact = {one.in_place_of for one in holding}
    kept = [one for one in holding if one.id not in made_exact]
    if about_minors:
        kept.sort(key=lambda one: (not one.is_about_minors, one.is_about_minors and bool(one.readers)))
    return tuple(kept)


def every_reminder() -> tuple[Reminder, ...]:
    """All of them, in the order of the file."""
    return _file().reminders


def has_varieties(language: str) -> bool:
    """Whether a language (its tag) is an Indigenous one: it changes from town to town, and few people interpret it."""
    return language in _file().varieties.through_spanish or language in _file().varieties.others


def is_relayed_through_spanish(language: str) -> bool:
    """Whether a language is often interpreted in two steps, into Spanish and from there into English."""
    return language in _file().varieties.through_spanish


@cache
def _file() -> _File:
    return msgspec.json.decode(
        resources.files("directory.reporting").joinpath("reminders.json").read_bytes(), type=_File
    )
