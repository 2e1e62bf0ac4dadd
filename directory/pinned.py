"""The national line of a country and its emergency number: on every page, and out of reach of everything that edits.

They come from one dated, signed file: the one inside the program, or a newer one that ``handrail pinned update`` put
into the data folder. Both count only with a signature by a key of ``pinned_keys.json``. No importer, no setting and no
row of the database can change them (SAFETY I4), so that whoever takes over a deployment still cannot change the number
that people are told first.
"""

import base64
import binascii
import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import msgspec
import phonenumbers
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from directory.errors import BadInputError, DirectoryError, RefusedError
from directory.files import read_if_there
from directory.settings import data_folder

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
        being_checked: places in ``lines`` whose number no page shows at present (``directory.suspended``).
    """

    lines: tuple[PinnedLine, ...]
    emergency: str
    dated: dt.date
    being_checked: frozenset[int] = frozenset()

    @property
    def shown(self) -> tuple[PinnedLine, ...]:
        """The lines whose numbers pages show."""
        return tuple(line for place, line in enumerate(self.lines) if place not in self.being_checked)


class _Country(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    emergency: _Code
    lines: tuple[PinnedLine, ...]


class PinnedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is pinned, by country (ISO 3166); a territory has the lines of its nation."""

    dated: dt.date
    countries: dict[str, _Country]
    territories: dict[str, str]


class _Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: str
    value: str


class _Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pinned: msgspec.Raw
    signature: _Signature


class _Key(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: str
    name: str
    since: dt.date


FILE, WHAT = "pinned.json", "The file of pinned lines"
MOST_BYTES = 256 * 1024
# Every line has its words in the program's own languages.
_LANGUAGES = ("en", "es")
_MOST_LETTERS = 300
_encoder = msgspec.json.Encoder(order="deterministic")


def pinned_lines(country: str) -> PinnedLines:
    """What is pinned in a country (ISO 3166, two letters); a territory has the lines of its nation.

    A country that the file does not know has none: a wrong number there would be worse than an empty place.
    """
    file = file_in_use()
    known = file.countries.get(nation_of(country))
    if known is None:
        return PinnedLines((), "", file.dated)
    return PinnedLines(known.lines, known.emergency, file.dated)


def nation_of(country: str) -> str:
    """The country whose lines are pinned in a country: that of a territory is its nation."""
    return file_in_use().territories.get(country, country)


@cache
def file_in_use() -> PinnedFile:
    """The newest file that is signed: the bundled one, or that of the data folder. Read once; a restart reads anew."""
    own, brought = bundled(), brought_along(data_folder())
    return brought if brought is not None and brought.dated > own.dated else own


def bundled() -> PinnedFile:
    """The file inside the program."""
    return read_signed(resources.files("directory").joinpath(FILE).read_bytes())


def brought_along(folder: Path) -> PinnedFile | None:
    """The file in a data folder; None when there is none, or none that counts (``problem_of`` tells why)."""
    with suppress(DirectoryError):
        content = read_if_there(folder / FILE, what=WHAT, most=MOST_BYTES)
        return None if content is None else checked(read_signed(content))
    return None


def problem_of(folder: Path) -> str:
    """Why the file in a data folder does not count, in words that are safe to show; empty when it does, or is not."""
    try:
        content = read_if_there(folder / FILE, what=WHAT, most=MOST_BYTES)
        if content is not None:
            checked(read_signed(content))
    except DirectoryError as error:
        return str(error)
    return ""


def read_signed(content: bytes) -> PinnedFile:
    """What a signed file pins.

    Raises:
        BadInputError: it is no such file.
        RefusedError: nobody whose key is known signed it, or not what stands there now.
    """
    if len(content) > MOST_BYTES:
        raise BadInputError(f"{WHAT} is too large to be one.")
    try:
        envelope = msgspec.json.decode(content, type=_Envelope)
        key, value = (
            base64.b64decode(one, validate=True) for one in (envelope.signature.key, envelope.signature.value)
        )
        whole = msgspec.json.decode(envelope.pinned)
        file = msgspec.convert(whole, PinnedFile)
    except (msgspec.MsgspecError, binascii.Error, ValueError, RecursionError):
        raise BadInputError("The file is none of pinned lines, or half written.") from None
    if envelope.signature.key not in {known.key for known in _keys()}:
        raise RefusedError("Nobody whose key this program knows signed the file.")
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(value, signed_bytes(whole))
    except (InvalidSignature, ValueError):
        raise RefusedError("The signature does not fit what the file says.") from None
    return file


def checked(file: PinnedFile) -> PinnedFile:
    """The file, if pages can show it: its numbers can exist, and its words are there in both languages.

    Raises:
        BadInputError: a number cannot exist (of a line, for texts, relay or an emergency), or words are missing.
    """
    for code, country in file.countries.items():
        short = [country.emergency]
        for line in country.lines:
            if not _is_number(line.number, None, phonenumbers.is_valid_number):
                raise BadInputError("A number in the file cannot exist.")
            words = [words.get(tag, "") for words in (line.name, line.label) for tag in _LANGUAGES]
            if not all(0 < len(one) <= _MOST_LETTERS and one.isprintable() for one in words):
                raise BadInputError("Words of a line are missing in the file, or too long.")
            short += [line.text.code if line.text else "", line.tty]
        if not all(_is_number(one, code, phonenumbers.is_valid_short_number) for one in short if one):
            raise BadInputError("A short number in the file cannot exist.")
    return file


def _is_number(text: str, country: str | None, is_valid: Callable[[phonenumbers.PhoneNumber], bool]) -> bool:
    try:
        return is_valid(phonenumbers.parse(text, country))
    except phonenumbers.NumberParseException:
        return False


def signed_bytes(whole: Any) -> bytes:
    """What is signed: canonical JSON of what is pinned, however the file is laid out."""
    return b"handrail pinned lines 1\n" + _encoder.encode(whole)


@cache
def _keys() -> tuple[_Key, ...]:
    file = resources.files("directory").joinpath("pinned_keys.json")
    return tuple(msgspec.json.decode(file.read_bytes(), type=list[_Key]))
