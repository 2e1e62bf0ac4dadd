"""Compare two parties: which signs speak for it that they are one, which against it, and what follows."""

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec
from rapidfuzz import fuzz

from importers.matching.common import Common
from importers.matching.names import Relation, compare_names, name_words
from importers.matching.party import Party
from importers.matching.policy import (
    ABOVE_ALL,
    ASKED,
    AUTO,
    LEAST_TEXT,
    OF_SERVICE,
    PRIOR,
    REVIEW,
    SPREAD,
    STRONG,
    TEXT_DIFFERS,
    TEXT_SAME,
    TWO,
    TWO_IN_ONE_LIST,
    WEIGHTS,
    WORDS,
    Verdict,
)

Owners = Literal["same", "perhaps", "different", "unknown"]
_NAMES: dict[Relation, str] = {
    "same": "name-same",
    "but-for-place": "name-same-but-for-place",
    "near": "name-nearly-same",
    "acronym": "name-acronym",
    "part": "name-part",
    "other": "name-differs",
}
_OWNERS: dict[Owners, str] = {
    "same": "owner-same", "perhaps": "owner-perhaps-same", "different": "owner-differs",
}  # fmt: skip
# With one of these names, what else two go by is looked at too.
_FAR: frozenset[Relation] = frozenset({"acronym", "part", "other"})


class Match(msgspec.Struct, frozen=True):
    """A verdict on a pair: ``score`` per mille, ``why`` the codes of the signs (``policy.WEIGHTS``)."""

    verdict: Verdict
    score: int
    why: tuple[str, ...]


def compare(one: Party, other: Party, *, common: Common, owners: Owners = "unknown") -> Match:
    """Whether two organizations, or two services, are one.

    Args:
        one: a party.
        other: another of the same kind.
        common: what many have.
        owners: of services, how their organizations stand to each other.
    """
    why = tuple(dict.fromkeys(_signs(one, other, common, owners)))
    weights = WEIGHTS | OF_SERVICE if one.kind == "service" else WEIGHTS
    total = PRIOR + sum(weights[code] for code in why)
    score = round(1000 / (1 + 2 ** (-total / SPREAD)))
    return Match(_verdict(one, other, why, total), score, why)


def _verdict(one: Party, other: Party, why: tuple[str, ...], total: float) -> Verdict:
    signs = set(why)
    if TWO & signs and ABOVE_ALL not in signs:
        return "no"
    if one.kind == "service":
        # Each program of an organization has a row of its own in its list, at one address and with one number.
        is_one_list = bool(one.sources & other.sources)
        if "name-differs" in signs or (is_one_list and "owner-same" in signs and TWO_IN_ONE_LIST & signs):
            return "no"
        if "name-of-place" in signs and "owner-same" not in signs:
            return "no"
        if is_one_list and total >= REVIEW:
            return "review"
    if total >= AUTO and STRONG & signs and not ASKED & signs:
        return "auto"
    return "review" if total >= REVIEW else "no"


def _signs(one: Party, other: Party, common: Common, owners: Owners) -> Iterator[str]:
    if one.kind == "service" and owners in _OWNERS:
        yield _OWNERS[owners]
    yield _name_sign(one, other)
    yield from _numbers(one, other, common)
    if not (one.is_confidential or other.is_confidential):
        yield from _same_or_not(one.identifiers, other.identifiers, "identifier-same", "identifier-differs")
        if one.kind != "service":
            # The site of a service is mostly that of its organization.
            yield from _sites(one, other, common)
        yield from _places(one, other)
        yield from _texts(one.description, other.description)
    yield from _same_or_not(one.states, other.states, "state-same", "state-differs")
    if one.kind == "service":
        yield from _same_or_not(one.kinds, other.kinds, "kind-shared", "kind-differs")
    if one.is_confidential != other.is_confidential:
        yield "one-is-confidential"


def _name_sign(one: Party, other: Party) -> str:
    """The sign of the names. What else somebody goes by is mostly what it belongs to, so it says less."""
    places = one.place_words | other.place_words
    if any(set(name_words(party.names[0])) <= party.place_words for party in (one, other)):
        return "name-of-place"
    relation = compare_names(one.names[:1], other.names[:1], places)
    if relation in _FAR and one.kind != "service":
        also = (
            compare_names(one.names[:1], other.names[1:], places),
            compare_names(one.names[1:], other.names[:1], places),
        )
        if not _FAR.issuperset(also):
            return "name-also-known"
    return _NAMES[relation]


def _numbers(one: Party, other: Party, common: Common) -> Iterator[str]:
    own, others_own = common.own_phones(one), common.own_phones(other)
    if own & others_own:
        yield "phone-shared"
    elif one.phones & common.weak_phones(other):
        yield "phone-shared-by-few"
    elif own and others_own:
        yield "phone-differs"


def _sites(one: Party, other: Party, common: Common) -> Iterator[str]:
    own, others_own = common.own_domains(one), common.own_domains(other)
    if own & others_own:
        yield "domain-shared"
    elif one.domains & common.weak_domains(other):
        yield "domain-of-authority"
    elif own and others_own:
        yield "domain-differs"


def _places(one: Party, other: Party) -> Iterator[str]:
    if one.streets & other.streets:
        yield "address-same"
    elif one.streets and other.streets:
        yield "address-differs"
    if one.postals & other.postals:
        yield "postal-same"
    if one.towns & other.towns:
        yield "town-same"
    elif one.towns and other.towns and not one.postals & other.postals:
        yield "town-differs"
    yield from _same_or_not(one.counties, other.counties, "county-same", "county-differs")


def _texts(one: str, other: str) -> Iterator[str]:
    if min(len(one), len(other)) < LEAST_TEXT:
        return
    if fuzz.ratio(one, other) >= TEXT_SAME:
        yield "description-same"
    elif fuzz.token_set_ratio(one, other) < TEXT_DIFFERS:
        yield "description-differs"


def _same_or_not(one: frozenset[str], other: frozenset[str], same: str, differs: str) -> Iterator[str]:
    if one & other:
        yield same
    elif one and other:
        yield differs


def in_words(why: Iterable[str]) -> str:
    """The signs as a person reads them: what speaks for it, and then what speaks against it."""
    known = [code for code in why if code in WORDS]
    speaking = [WORDS[code] for code in known if WEIGHTS.get(code, 1) > 0]
    against = [WORDS[code] for code in known if WEIGHTS.get(code, 1) <= 0]
    said = "; ".join(speaking) or "nothing speaks for it"
    return f"{said}. Against it: {'; '.join(against)}." if against else f"{said}."
