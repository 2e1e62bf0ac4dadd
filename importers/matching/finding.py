"""Find the pairs among many parties that are one, or may be: block, compare, and let no chain join two that are two."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from zlib import crc32

import msgspec

from importers.matching.blocking import keys_of, name_keys, pairs_of
from importers.matching.common import Common, count_common
from importers.matching.party import Key, Party
from importers.matching.scoring import Match, Owners, compare

# A group that would grow beyond this is looked at by people.
LARGEST_GROUP = 12


class Found(msgspec.Struct, frozen=True):
    """A pair that is one, or may be."""

    one: Key
    other: Key
    match: Match


def common_of(organizations: Iterable[Party]) -> Common:
    """What many of these organizations have."""
    listed = list(organizations)
    return Common(
        count_common((number, party.names[0]) for party in listed for number in party.phones),
        count_common((domain, party.names[0]) for party in listed for domain in party.domains),
    )


def find_organizations(parties: Mapping[Key, Party], common: Common, new: Collection[Key] | None = None) -> list[Found]:
    """Pairs of organizations, the surest first; with ``new`` only those with one of them."""
    return _find(parties, keys_of, common, lambda *_: "unknown", new)


def find_services(
    parties: Mapping[Key, Party],
    common: Common,
    found: Iterable[Found] = (),
    *,
    nameless: Collection[Key] = frozenset(),
    new: Collection[Key] | None = None,
) -> list[Found]:
    """Pairs of services of one organization, or of organizations that may be one, the surest first.

    Args:
        parties: the services.
        common: what many organizations have.
        found: pairs of organizations, by the keys that are the services' owners.
        nameless: owners that stand for organizations which a source does not name; they may be any.
        new: only pairs with one of these.
    """
    groups = Groups(pair for pair in found if pair.match.verdict == "auto")
    perhaps = {
        frozenset((groups.of(pair.one), groups.of(pair.other))) for pair in found if pair.match.verdict == "review"
    }

    def owners(one: Party, other: Party) -> Owners:
        mine, theirs = (groups.of(party.owner or party.key) for party in (one, other))
        if mine == theirs:
            return "same"
        if {one.owner, other.owner} & {None, *nameless}:
            return "unknown"
        return "perhaps" if frozenset((mine, theirs)) in perhaps else "different"

    def keys(party: Party) -> Iterable[str]:
        if party.owner is None or party.owner in nameless:
            return keys_of(party)
        # Whoever offers it is the best key there is; of organizations that may be one, number or street.
        places = {f"at {groups.of(party.owner)}", *party.phones, *party.streets}
        return {f"{key} {place}" for key in name_keys(party.names) for place in places}

    return _find(parties, keys, common, owners, new)


def _find(
    parties: Mapping[Key, Party],
    keys: Callable[[Party], Iterable[str]],
    common: Common,
    owners: Callable[[Party, Party], Owners],
    new: Collection[Key] | None,
) -> list[Found]:
    listed = list(parties)
    wanted = None if new is None else [number for number, key in enumerate(listed) if key in new]
    # Short numbers for long keys: two that happen to have one number only cost a comparison.
    keyed = {number: {crc32(one.encode()) for one in keys(parties[key])} for number, key in enumerate(listed)}
    found = []
    for one, other in pairs_of(keyed, wanted):
        left, right = parties[listed[one]], parties[listed[other]]
        match = compare(left, right, common=common, owners=owners(left, right))
        if match.verdict != "no":
            found.append(Found(left.key, right.key, match))
    found.sort(key=lambda pair: (-pair.match.score, str(pair.one), str(pair.other)))
    return settled(found, parties, common, owners)


def settled(
    found: Iterable[Found], parties: Mapping[Key, Party], common: Common, owners: Callable[[Party, Party], Owners]
) -> list[Found]:
    """The pairs as they were found, but for those that would join two, by way of others, that are not one.

    Those wait for people.
    """
    groups = Groups()
    kept = []
    for pair in _unmistakable(list(found), parties):
        if pair.match.verdict == "auto" and not _join(pair, groups, parties, common, owners):
            pair = _asked(pair)  # noqa: PLW2901
        kept.append(pair)
    return kept


def _unmistakable(found: list[Found], parties: Mapping[Key, Party]) -> list[Found]:
    """The pairs, but for services that could as well be another of the same list: which, only people can tell."""
    scores: dict[tuple[Key, str], list[int]] = defaultdict(list)
    certain = [pair for pair in found if pair.match.verdict == "auto" and parties[pair.one].kind == "service"]
    for pair in certain:
        for place in _in_lists(pair, parties):
            scores[place].append(pair.match.score)
    doubtful = {
        frozenset((pair.one, pair.other))
        for pair in certain
        for place in _in_lists(pair, parties)
        if scores[place].count(max(scores[place])) > 1 or pair.match.score < max(scores[place])
    }
    return [_asked(pair) if frozenset((pair.one, pair.other)) in doubtful else pair for pair in found]


def _in_lists(pair: Found, parties: Mapping[Key, Party]) -> Iterable[tuple[Key, str]]:
    """Each of a pair, with the lists in which the other stands."""
    for key, other in ((pair.one, pair.other), (pair.other, pair.one)):
        yield from ((key, source) for source in parties[other].sources)


def _asked(pair: Found) -> Found:
    return Found(pair.one, pair.other, msgspec.structs.replace(pair.match, verdict="review"))


def _join(pair: Found, groups: "Groups", parties: Mapping[Key, Party], common: Common, owners: Any) -> bool:
    ones, others = groups.members(pair.one), groups.members(pair.other)
    if groups.of(pair.one) == groups.of(pair.other):
        return True
    if len(ones) + len(others) > LARGEST_GROUP:
        return False
    for one in ones:
        for other in others:
            left, right = parties[one], parties[other]
            if compare(left, right, common=common, owners=owners(left, right)).verdict == "no":
                return False
            if left.kind == "service" and left.sources & right.sources:
                # Nobody joins two of one list by way of a third.
                return False
    groups.join(pair.one, pair.other)
    return True


class Groups:
    """Which keys have become one."""

    def __init__(self, pairs: Iterable[Found] = ()) -> None:
        self._group: dict[Key, list[Key]] = {}
        for pair in pairs:
            self.join(pair.one, pair.other)

    def of(self, key: Key) -> Key:
        """The first of a group, by which it is known."""
        return self._group.get(key, [key])[0]

    def members(self, key: Key) -> list[Key]:
        """All keys of the group."""
        return self._group.get(key, [key])

    def join(self, one: Key, other: Key) -> None:
        """Make one group of two; the first of ``one`` goes on as the first."""
        ones, others = self._group.setdefault(one, [one]), self._group.setdefault(other, [other])
        if ones is not others:
            ones.extend(others)
            for member in others:
                self._group[member] = ones
