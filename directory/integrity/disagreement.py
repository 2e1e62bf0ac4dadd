"""When two numbers, or two uses of one, cannot both be right: the rule. Pure.

An official page once printed a state's elder abuse line as its line for children. Nobody notices such a thing by
looking at either page alone, so a person is asked to call.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Literal

import msgspec

# Lines that answer for one thing and are wrong for another, whoever runs them.
FUNCTIONS = frozenset(
    {
        "child-protection",
        "adult-protection",
        "disabled-protection",
        "injury-report",
        "sexual-crime-report",
        "tip-line-law-enforcement",
    }
)


class Use(msgspec.Struct, frozen=True):
    """That an organization gives a number out for something.

    Attributes:
        number: E.164 or a short code.
        ext: its extension.
        organization: the record of the organization; one that was merged counts as the one it was merged into.
        service: the record of the service.
        functions: those of ``FUNCTIONS`` that the service has.
        is_confirmed: a call or the provider has confirmed the number there.
    """

    number: str
    ext: str
    organization: int
    service: int
    functions: frozenset[str]
    is_confirmed: bool = False


class Saying(msgspec.Struct, frozen=True):
    """That a source says a number of a line.

    Attributes:
        line: the record and the slot of the line.
        source: id of the source.
        number: what it says.
        since: ISO date.
        service: the record of the service.
        is_confirmed: a call or the provider has confirmed it.
    """

    line: tuple[int, str]
    source: int
    number: str
    since: str
    service: int
    is_confirmed: bool = False


class Clash(msgspec.Struct, frozen=True):
    """Uses of one number, or sayings about one line, that do not go together."""

    kind: Literal["two-functions", "two-sources"]
    uses: tuple[Use, ...] = ()
    sayings: tuple[Saying, ...] = ()


def two_functions(uses: Iterable[Use]) -> Iterator[Clash]:
    """Numbers that different organizations give out for different things.

    One switchboard for everything that an organization does is no clash, nor is a line that answers for several things
    where others know it for one of them. Where each use was confirmed by a call, somebody has looked.
    """
    by_number: dict[tuple[str, str], list[Use]] = defaultdict(list)
    for use in uses:
        if use.functions:
            by_number[use.number, use.ext].append(use)
    for _, group in sorted(by_number.items()):
        functions: dict[int, frozenset[str]] = defaultdict(frozenset)
        for use in group:
            functions[use.organization] |= use.functions
        apart = {
            organization
            for one, other in combinations(functions, 2)
            if not functions[one] & functions[other]
            for organization in (one, other)
        }
        found = tuple(use for use in group if use.organization in apart)
        if found and not all(use.is_confirmed for use in found):
            yield Clash("two-functions", uses=found)


def two_sources(sayings: Iterable[Saying]) -> Iterator[Clash]:
    """Lines of which two sources say different numbers, though neither gives the other's for anything of the service.

    ``sayings`` are what is held or waits; what people have decided about is not among them.
    """
    by_line: dict[tuple[int, str], list[Saying]] = defaultdict(list)
    known: dict[tuple[int, int], set[str]] = defaultdict(set)
    for said in sayings:
        by_line[said.line].append(said)
        known[said.service, said.source].add(said.number)
    for _, group in sorted(by_line.items()):
        found = {
            said
            for one, other in combinations(group, 2)
            if one.source != other.source
            and one.number not in known[other.service, other.source]
            and other.number not in known[one.service, one.source]
            for said in (one, other)
        }
        if found and not all(said.is_confirmed for said in found):
            yield Clash("two-sources", sayings=tuple(sorted(found, key=lambda said: (said.source, said.number))))
