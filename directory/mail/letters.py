"""The words of letters, from the file beside this module.

Subject and body tell nobody what this is about, because mail is read on screens that others see: a test holds them to
the list of telling words, and every place in the program that puts a letter out to the fields that it needs.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from directory.errors import BadInputError

_FOOT = """

Nothing in this letter has to be clicked: type the address of {site} yourself, and ask a colleague when in doubt.
"""


class Letter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A subject and a body with ``{fields}``; ``{desk}`` is the address of the desk, ``{site}`` the site's name."""

    subject: str
    body: str

    def filled(self, fields: Mapping[str, Any]) -> tuple[str, str]:
        """Subject and body; raises ``KeyError`` for a field that is not given."""
        return self.subject.format_map(fields), self.body.format_map(fields) + _FOOT.format_map(fields)


def letter(template: str) -> Letter:
    """The letter of this name; raises ``BadInputError`` when there is none."""
    found = letters().get(template)
    if found is None:
        raise BadInputError("There is no such letter.")
    return found


@cache
def letters() -> dict[str, Letter]:
    """All letters by name."""
    file = resources.files("directory.mail").joinpath("letters.json")
    return msgspec.json.decode(file.read_bytes(), type=dict[str, Letter])
