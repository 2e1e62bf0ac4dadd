"""Which pairs are looked at at all: those that share a key, and a key that too many have is none.

So the work grows with the number of records and not with its square. A pair that shares nothing rare, neither number,
site, street nor a rare word of its name, would not be found to be one either.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from importers.matching.common import carries_weight
from importers.matching.names import also_called, as_acronym, initials, name_words
from importers.matching.party import Party

# A block of more is a common word, a switchboard or a large building.
LARGEST_BLOCK = 40
# So many others each record is compared with at most, those first that share the most keys.
MOST_OTHERS = 40
_LEAST_WORD, _BEGINNING = 3, 4


def keys_of(party: Party) -> frozenset[str]:
    """The keys of a party. Two that are one mostly share several."""
    keys = set(name_keys(party.names))
    keys.update(f"phone {number}" for number in party.phones if carries_weight(number))
    keys.update(f"site {domain}" for domain in party.domains)
    keys.update(f"number {identifier}" for identifier in party.identifiers)
    keys.update(f"street {street}" for street in party.streets)
    for place in party.postals or party.towns:
        keys.update(f"{key} in {place}" for key in _word_keys(party.names))
    return frozenset(keys)


def name_keys(names: Iterable[str]) -> Iterator[str]:
    """Keys of names: all words, each pair of neighbouring words by their beginnings, first letters."""
    for name in {one for whole in names for one in also_called(whole)}:
        words = name_words(name)
        yield f"name {' '.join(sorted(words))}"
        beginnings = [word[:_BEGINNING] for word in words]
        yield from (f"words {one} {other}" for one, other in itertools.pairwise(beginnings))
        yield from (f"words {word}" for word in words if len(words) == 1 or len(word) >= 2 * _BEGINNING)
        yield from (f"letters {letters}" for letters in initials(name))
        if letters := as_acronym(name):
            yield f"letters {letters}"


def _word_keys(names: Iterable[str]) -> set[str]:
    words = {word for name in names for word in name_words(name)}
    return {f"word {word[:_BEGINNING]}" for word in words if len(word) >= _LEAST_WORD}


def pairs_of(keyed: Mapping[int, Iterable[int]], new: Iterable[int] | None = None) -> list[tuple[int, int]]:
    """The pairs to look at, the smaller number first, in order.

    Args:
        keyed: a number for each record, and those of its keys.
        new: only pairs with one of these.
    """
    blocks: dict[int, list[int]] = defaultdict(list)
    for number in sorted(keyed):
        for key in keyed[number]:
            blocks[key].append(number)
    shared: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    wanted = set(keyed if new is None else new)
    for block in blocks.values():
        if not 1 < len(block) <= LARGEST_BLOCK:
            continue
        rarity = 1.0 / len(block)
        for number in block:
            if number in wanted:
                mine = shared[number]
                for other in block:
                    if other != number:
                        mine[other] += rarity
    found: set[tuple[int, int]] = set()
    for number, others in shared.items():
        nearest = sorted(others, key=lambda other: (-others[other], other))[:MOST_OTHERS]
        found.update((min(number, other), max(number, other)) for other in nearest)
    return sorted(found)
