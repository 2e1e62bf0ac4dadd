"""The words by which pages are known: not found, for sale, behind a wall, of somebody else, for contact."""

from functools import cache
from importlib import resources

import msgspec

from directory.values.plain_text import folded


class Signs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shipped lists; ``marks`` are looked for in the page's own text, in lower case, all others in folded text.

    Attributes:
        not_found: in titles and headings of pages that are not there.
        parked: in the text of a domain that nobody uses.
        parking_hosts: registered domains of those who park; also of name servers.
        parking_marks: scripts of theirs.
        challenge: in the title or the few words of a wall.
        challenge_marks: scripts of walls; ordinary pages load some of them too.
        stranger: what lapsed domains are bought for.
        contact: how links to a page for contact are called.
        platforms: hosts that an organization does not run, though its pages stand there.
    """

    dated: str
    about: str
    not_found: tuple[str, ...]
    parked: tuple[str, ...]
    parking_hosts: frozenset[str]
    parking_marks: tuple[str, ...]
    challenge: tuple[str, ...]
    challenge_marks: tuple[str, ...]
    stranger: tuple[str, ...]
    contact: frozenset[str]
    platforms: frozenset[str]


@cache
def signs() -> Signs:
    """The lists, folded where texts are."""
    content = resources.files("verifiers.pages").joinpath("signs.json").read_bytes()
    told = msgspec.json.decode(content, type=Signs)
    return msgspec.structs.replace(
        told,
        not_found=_folded(told.not_found),
        parked=_folded(told.parked),
        challenge=_folded(told.challenge),
        stranger=_folded(told.stranger),
        contact=frozenset(_folded(told.contact)),
    )


def said_in(text: str, phrases: tuple[str, ...]) -> tuple[str, ...]:
    """Which phrases stand in a folded text: whole words, or anywhere in scripts that put no blanks between words."""
    spaced = f" {text} "
    return tuple(one for one in phrases if (f" {one} " in spaced if one.isascii() else one in text))


def _folded(texts: "tuple[str, ...] | frozenset[str]") -> tuple[str, ...]:
    return tuple(map(folded, texts))
