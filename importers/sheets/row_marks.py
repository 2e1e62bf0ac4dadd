"""What a row says of being confidential, and streets that stand anywhere in it. All of it only ever raises."""

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from directory.values.plain_text import folded
from importers.sheets.cell_shapes import answer
from importers.sheets.entries import Entry
from importers.shelter_words import says_withheld

WITHHELD = "confidential"

_LONGEST_LOOKED_AT = 5_000
_NOT_MARKED = frozenset({"no", "not confidential", "public", "n"})
_PUBLIC = frozenset({"ok", "public", "all", "oui", "si", "yes"})
_PLACES = frozenset({"address", "street", "unit", "city", "mailing", "site", "postal", "latitude", "longitude"})
_HIDDEN = (
    r"(?:confidential|undisclosed|withheld|unlisted|secret|not (?:public|published|disclosed|listed|shared)"
    r"|confidencial|confidentielle?)"
)
_STREETS = re.compile(
    r"\b[0-9]{1,6}[a-z]?(?:-[0-9]{1,4})? (?:[\w.'-]+ ){1,4}?(?:st|street|ave?|avenue|rd|road|blvd|boulevard|dr|drive"
    r"|ln|lane|way|hwy|highway|pkwy|parkway|ct|court|pl|place|cir|circle|sq|square|ter|terrace|trail|trl)\b",
    re.IGNORECASE,
)
# Of any text: that a place is hidden. "Free and confidential" says nothing of a place.
_MARKED = re.compile(
    rf"\b(?:address|location|site|shelter|house|facility|place|direccion|ubicacion|adresse|lieu)\b.{{0,40}}?\b{_HIDDEN}\b"
    rf"|^(?:strictly |kept )?{_HIDDEN}(?: (?:location|address|site|shelter))?$"
)
# In the place of an address: that there is one, and it is not told.
_NOT_TOLD = re.compile(
    r"^(?:address |location )?(?:conf|confid|private|unlisted|unpublished|hidden|secreta?|undisclosed"
    r"|not (?:listed|public|published|disclosed)|non (?:divulguee?|publiee?)|no publicad[ao])\b"
    r"|\bcall .{0,30}\b(?:location|address|directions)\b|\b(?:confidentiel(?:le)?|confidencial|confidential)\b"
)


_SIGNED = frozenset({"organization", "program", "site", "address", "street", "city", "notes", ""})
_LEGEND = re.compile(
    r"\s*[\"'(\[]?(?P<sign>\*{1,3}|[\u2020\u2021\u00b9\u00b2\u25b2\u25a0#+^~]|\([A-Z]{1,2}\))[\"')\]]?\s*[=:\-\u2013]?\s*\w"
)
_MARKED_SOMEHOW = re.compile(rf"\b{_HIDDEN}\b")


class Marks(msgspec.Struct, frozen=True):
    """What a row says of its place being a secret.

    Attributes:
        is_withheld: it says that it is.
        is_excluded: it says that nothing of it is to be published.
        traces: further addresses of it.
        mentions: streets in its texts.
    """

    is_withheld: bool
    is_excluded: bool
    traces: tuple[str, ...]
    mentions: tuple[str, ...]

    def kept_from(self, *, has_street: bool) -> tuple[str, ...]:
        """What a site of the row carries, so that nothing tells it. Where no cell says where it is, a text may."""
        told = dict.fromkeys((*self.traces, *(() if has_street and not self.is_withheld else self.mentions)))
        return (*told, WITHHELD) if self.is_withheld else tuple(told)


def signs_in(remarks: Iterable[str]) -> tuple[str, ...]:
    """The signs of which a remark says that they mark confidential places: "* Confidential location"."""
    found = (_LEGEND.match(remark) for remark in remarks if _MARKED_SOMEHOW.search(folded(remark)))
    return tuple(dict.fromkeys(sign for one in found if one for sign in (one["sign"],)))


def marks_of_row(entry: Entry, constants: Mapping[str, str], signs: Sequence[str] = ()) -> Marks:
    """Look through a row for marks. A mark that is not understood counts.

    Args:
        entry: the row.
        constants: of the mapping file.
        signs: that mark confidential places.
    """
    constant = constants.get("confidential", "")
    is_withheld = bool(constant) and answer(constant) is not False
    traces: list[str] = []
    mentions: list[str] = []
    for one in entry.said:
        is_withheld |= _says_withheld(one.column.meaning, one.text)
        is_withheld |= one.column.meaning in _SIGNED and any(sign in one.text for sign in signs)
        if one.column.meaning == "mailing":
            traces.append(one.text)
        elif one.column.meaning not in ("address", "street") and any(sign.isdigit() for sign in one.text):
            mentions += _STREETS.findall(one.text[:_LONGEST_LOOKED_AT])
    is_excluded = any(answer(text) is not False for text in entry.all("exclude"))
    return Marks(is_withheld or is_excluded, is_excluded, tuple(traces), tuple(mentions))


def _says_withheld(meaning: str, text: str) -> bool:
    words = folded(text[:_LONGEST_LOOKED_AT])
    if meaning == "confidential":
        return answer(text) is not False and words not in _NOT_MARKED
    if meaning == "publishable":
        return answer(text) is not True and words not in _PUBLIC
    if meaning in _PLACES:
        return _NOT_TOLD.search(words) is not None
    return _MARKED.search(words) is not None or says_withheld(text)
