"""What may be passed on of what a source says, and how far a command may trust one. Pure.

Facts of a source stay under its terms after they came in. Whatever leaves this directory as a copy asks here first, for
each fact by itself (``directory.sources.passing_on``); nothing else decides it.
"""

from collections.abc import Iterable

import msgspec

from directory.people.actor import Actor
from directory.sources.models import SHARING

# From the word that counts most to the one that counts least (SAFETY I7).
TRUST = ("pinned", "provider", "human", "partner", "feed")
# As far as a command may raise a source: beyond it stands what a person or the program itself has confirmed.
HIGHEST_BY_COMMAND = "partner"
# What each word of ``SHARING`` allows, for people.
SHARING_WORDS = {
    "free": "may be passed on",
    "attribution": "may be passed on with its name",
    "share-alike": "may be passed on with its name and under the same licence",
    "none": "may not be passed on",
    "not-stated": "nobody has said; it stays with the people of this deployment",
}


class SourceTerms(msgspec.Struct, frozen=True):
    """What a source allows. ``sharing`` is one of ``models.SHARING``."""

    id: int
    key: str
    owner: str = ""
    licence: str = ""
    sharing: str = "not-stated"


class Receiver(msgspec.Struct, frozen=True):
    """For whom a copy is made.

    Attributes:
        is_outside: somebody else, who may publish it; else the people of this deployment, who see its pages anyway.
        source_id: the source that gets it back, if it is one.
        licence: under which that source publishes.
    """

    is_outside: bool = True
    source_id: int | None = None
    licence: str = ""


class AddedBy(msgspec.Struct, frozen=True):
    """Who made a source known: the person, and the organization that they speak for, if any."""

    id: int
    organization_id: int | None = None


OWN_PEOPLE = Receiver(is_outside=False)


def may_pass_on(terms: SourceTerms, to: Receiver) -> bool:
    """Whether what a source says may be in a copy for this receiver.

    A source always gets back its own words. Where nobody has stated the terms, people of the deployment may print what
    its pages show them; to everybody else it is as if the source had forbidden it.
    """
    if terms.id == to.source_id or terms.sharing in ("free", "attribution"):
        return True
    if terms.sharing == "share-alike":
        return not to.is_outside or (bool(terms.licence) and terms.licence.casefold() == to.licence.casefold())
    return terms.sharing == "not-stated" and not to.is_outside


def attribution(terms: SourceTerms) -> str:
    """The line that names a source beside its facts: "County 211 (CC BY 4.0)"."""
    name = terms.owner or terms.key
    return f"{name} ({terms.licence})" if terms.licence else name


def allowed(sources: Iterable[SourceTerms], to: Receiver) -> list[SourceTerms]:
    """The sources whose words may be in a copy for this receiver."""
    return [terms for terms in sources if may_pass_on(terms, to)]


def may_set_trust(held: str, wanted: str) -> bool:
    """Whether a command may give a source this trust: less than it has always, more only up to a partner's.

    What stands above is earned fact by fact, by a provider's answer or a person's call, never by a list as a whole.
    """
    return TRUST.index(wanted) >= min(TRUST.index(held), TRUST.index(HIGHEST_BY_COMMAND))


def is_sharing(word: str) -> bool:
    """Whether a word says what a licence allows."""
    return word in SHARING


def is_of_lists(trust: str) -> bool:
    """Whether documents can come in under a source: what counts for more is earned value by value (SAFETY I7)."""
    return may_set_trust(HIGHEST_BY_COMMAND, trust)


def may_bring_in(by: Actor, trust: str, added_by: AddedBy | None) -> bool:
    """Whether somebody may bring a document in, at the desk, as the word of a source (SAFETY I7, I12).

    Args:
        by: a coordinator or an admin.
        trust: of the source.
        added_by: who made it known at the desk or the command line; None where an import did.
    """
    if by.role == "admin" or not is_of_lists(trust):
        return is_of_lists(trust)
    if trust != TRUST[-1] or added_by is None:
        return False
    is_of_theirs = by.organization_id is not None and by.organization_id == added_by.organization_id
    return added_by.id == by.id or is_of_theirs
