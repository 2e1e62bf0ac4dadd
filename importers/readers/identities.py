"""What things are called whose source gives them no id of their own, or one that it gives to many.

A name is no identity: two towns have a food pantry each, and one list says one name for every court. So two rows are
about one thing only where something else that belongs to it agrees too; and where several things share a name, each
also goes by its number, so that none of them is taken for another when the list is read again. No key holds a place.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence

import msgspec

from directory.values.plain_text import folded

_SIGNS = re.compile(r"[^a-z0-9]+")
_WHOLE_NUMBER = re.compile(r"(?<!\d)(?:\+?1[ .-]*)?\(?(\d{3})\)?[ ./-]*(\d{3})[ .-]*(\d{4})(?!\d)", re.ASCII)


class Mention(msgspec.Struct, frozen=True):
    """One row's word for a thing.

    Attributes:
        plain: what the thing is called if nothing else has this name.
        marks: two rows of one name that share one of these are about one thing; those that share none are not.
        numbers: digits of the numbers by which it is reached.
        rank: the order of things with one name that no number tells apart; what tells no place comes first.
    """

    plain: str
    marks: frozenset[Hashable] = frozenset()
    numbers: frozenset[str] = frozenset()
    rank: tuple[str, ...] = ()


def told_apart(mentions: Sequence[Mention]) -> Iterator[tuple[str, list[int]]]:
    """Each thing's key, and the mentions of it by their indices, in the order in which it is first mentioned.

    The keys and the order within a thing do not depend on the order of the mentions.
    """
    by_name: dict[str, list[int]] = defaultdict(list)
    for index, mention in enumerate(mentions):
        by_name[mention.plain].append(index)
    found: list[tuple[str, list[int]]] = []
    for plain, group in by_name.items():
        things = [sorted(thing, key=lambda index: mentions[index].rank) for thing in _things(group, mentions)]
        if len(things) == 1:
            found.append((plain, things[0]))
            continue
        # None of several keeps the plain name: in the next list it could be that of another.
        things.sort(key=lambda thing: mentions[thing[0]].rank)
        numbers = [
            min((number for index in thing for number in mentions[index].numbers), default="") for thing in things
        ]
        seen: Counter[str] = Counter()
        for thing, number in zip(things, numbers, strict=True):
            seen[number] += 1
            is_alone = number and numbers.count(number) == 1
            found.append((f"{plain}={number}" if is_alone else f"{plain}={number or 'nn'}.{seen[number]}", thing))
    return iter(sorted(found, key=lambda one: min(one[1])))


def slug(text: str, longest: int) -> str:
    """The words of a text as a part of a key."""
    return _SIGNS.sub("-", folded(text)).strip("-")[:longest].strip("-")


def whole_numbers(texts: Iterable[str]) -> frozenset[str]:
    """The digits of the ten-digit numbers in these texts; shorter ones are everybody's."""
    return frozenset("".join(found) for text in texts for found in _WHOLE_NUMBER.findall(text))


def _things(group: list[int], mentions: Sequence[Mention]) -> list[list[int]]:
    """The mentions of one name, taken apart by what they share."""
    things: list[list[int]] = []
    thing_of: dict[Hashable, list[int]] = {}
    for index in group:
        shared = {id(thing): thing for mark in mentions[index].marks if (thing := thing_of.get(mark)) is not None}
        joined = [index, *(other for thing in shared.values() for other in thing)]
        things = [thing for thing in things if id(thing) not in shared]
        things.append(joined)
        for other in joined:
            thing_of |= dict.fromkeys(mentions[other].marks, joined)
    return things
