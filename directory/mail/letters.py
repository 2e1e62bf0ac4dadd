"""The words of letters in the languages that a deployment speaks, from the files beside this module.

Subject and body tell nobody what this is about, because mail is read on screens that others see. Nothing in them has to
be clicked, so that nobody gets used to it.
"""

import string
from collections.abc import Mapping
from functools import cache
from importlib import resources

import msgspec

from directory.errors import BadInputError

# What every letter is given when it is sent: the site's name, the address of its desk, where that is, and where the
# pages are that everybody may open.
GIVEN_WHEN_SENT = frozenset({"site", "desk", "desk_root", "open_root"})
_ROLE = "role"


class Letter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A subject, and a body with ``{fields}``; ``foot`` ends it in place of what ends every other letter."""

    subject: str
    body: str
    foot: str = ""


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All words of one language: what ends every letter, what roles are called in them, and the letters by name."""

    foot: str
    roles: dict[str, str]
    letters: dict[str, Letter]


@cache
def words(language: str) -> Words:
    """The words of one of ``settings.OWN_LANGUAGES``."""
    file = resources.files("directory.mail").joinpath(f"letters_{language}.json")
    return msgspec.json.decode(file.read_bytes(), type=Words)


@cache
def fields_of(template: str) -> frozenset[str]:
    """What has to be given when a letter is put out; raises ``BadInputError`` when there is no such letter."""
    body = _letter("en", template).body
    return frozenset(name for _, name, _, _ in string.Formatter().parse(body) if name) - GIVEN_WHEN_SENT


def filled(template: str, fields: Mapping[str, str], *, language: str) -> tuple[str, str]:
    """Subject and body of a letter.

    Raises:
        BadInputError: there is no such letter.
        KeyError: a field is missing, or a role has no name.
    """
    spoken = words(language)
    written = _letter(language, template)
    named = dict(fields)
    if _ROLE in named:
        named[_ROLE] = spoken.roles[named[_ROLE]]
    return written.subject, f"{written.body}\n\n{written.foot or spoken.foot}\n".format_map(named)


def _letter(language: str, template: str) -> Letter:
    found = words(language).letters.get(template)
    if found is None:
        raise BadInputError("There is no such letter.")
    return found
