"""The needs that are looked for as gaps: reviewed data in ``needs.toml``, checked when they are read."""

import tomllib
from functools import lru_cache
from importlib import resources

import msgspec

from directory.errors import UnknownTermError
from directory.freshness.parameters import group_of
from directory.planning.figures import figures
from directory.vocabulary.terms import expand_kind, need, needs_mask


class Need(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of service for somebody in particular.

    Attributes:
        code: permanent name.
        words: what it is, as the rest of a sentence.
        kinds: any of these kinds of service, or one under them.
        who: populations and barriers; all of them have to be taken or removed.
    """

    code: str
    words: str
    kinds: tuple[str, ...]
    who: tuple[str, ...] = ()

    @property
    def slugs(self) -> frozenset[str]:
        """The kinds with all that are under them."""
        return frozenset().union(*(expand_kind(kind) for kind in self.kinds))

    @property
    def mask(self) -> int:
        """``who`` as bits."""
        return needs_mask(self.who)

    @property
    def weight(self) -> float:
        """Harm of a wrong answer times how often such a service is looked for, as calls are planned by."""
        return figures().of_group(group_of(self.kinds)).weight


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    need: tuple[Need, ...]


@lru_cache(maxsize=1)
def needs() -> tuple[Need, ...]:
    """All of them.

    Raises:
        UnknownTermError: one names a kind, a population or a barrier that the vocabulary has not.
        ValueError: two have one code.
    """
    text = resources.files("directory.coverage").joinpath("needs.toml").read_text("utf-8")
    found = msgspec.convert(tomllib.loads(text), _File).need
    if len({one.code for one in found}) < len(found):
        raise ValueError("Two needs have one code.")
    for one in found:
        for kind in one.kinds:
            expand_kind(kind)
        for who in one.who:
            need(who)
    return found


def need_of(code: str) -> Need:
    """One of them; raises ``UnknownTermError``."""
    found = next((one for one in needs() if one.code == code), None)
    if found is None:
        raise UnknownTermError("There is no such need.")
    return found
