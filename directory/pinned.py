"""The national line of a country and its emergency number: on every page, and out of reach of everything that edits.

They come from one dated file inside the program. No importer, no setting and no row of the database can change them
(SAFETY I4), so that whoever takes over a deployment still cannot change the number that people are told first.
"""

import datetime as dt
from functools import cache
from importlib import resources
from typing import Annotated

import msgspec

_E164 = Annotated[str, msgspec.Meta(pattern=r"^\+[1-9][0-9]{6,14}$")]
_Code = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{3,6}$")]
_CodeOrNothing = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{3,6})?$")]
_Words = dict[str, str]


class TextCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to send a text message: the digits to type, and the word they spell on a keypad (empty if none)."""

    code: _Code
    spelled: str = ""


class PinnedLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line that is shown on every page.

    Texts are by language of the page: ``en``, ``es``.

    Attributes:
        name: what it calls itself. Names the topic: for the inside of an answer, never for a page's first screen.
        label: neutral words for the public page (SAFETY D6, D11).
        number: E.164.
        text: None when no number for texts is known.
        tty: the relay code for deaf callers; empty when none is known.
        always_open: whether it answers at any hour. False says only that this is not known.
        languages: which languages, and how.
        run_by: who answers.
        source: where these figures come from.
    """

    name: _Words
    label: _Words
    number: _E164
    text: TextCode | None = None
    tty: _CodeOrNothing = ""
    always_open: bool = False
    languages: _Words = {}
    run_by: str = ""
    source: str


class PinnedLines(msgspec.Struct, frozen=True):
    """What is pinned in one country.

    Attributes:
        lines: its national lines; empty when none is known.
        emergency: the number for police, fire and ambulance; empty when it is not known.
        dated: the day of the file.
    """

    lines: tuple[PinnedLine, ...]
    emergency: str
    dated: dt.date


class _Country(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    emergency: _Code
    lines: tuple[PinnedLine, ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    dated: dt.date
    countries: dict[str, _Country]
    territories: dict[str, str]


def pinned_lines(country: str) -> PinnedLines:
    """What is pinned in a country (ISO 3166, two letters); a territory has the lines of its nation.

    A country that the file does not know has none: a wrong number there would be worse than an empty place.
    """
    file = _file()
    known = file.countries.get(file.territories.get(country, country))
    if known is None:
        return PinnedLines((), "", file.dated)
    return PinnedLines(known.lines, known.emergency, file.dated)


@cache
def _file() -> _File:
    return msgspec.json.decode(resources.files("directory").joinpath("pinned.json").read_bytes(), type=_File)
