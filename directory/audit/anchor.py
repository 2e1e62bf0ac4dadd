"""An anchor: where the chain once ended, kept where whoever holds the database cannot reach.

It goes out as a file, as mail, or as one line that can be read aloud, written on paper or sent as a text message. It
names a seal, so it holds nothing of what was done.
"""

import datetime as dt
import re
from pathlib import Path
from typing import Annotated

import msgspec

from directory.audit.signing import Seal
from directory.errors import BadInputError, DirectoryError
from directory.files import read_small, write_whole

# Crockford's alphabet: no I, L, O or U, so that what is heard or read is not taken for another.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_HEARD = str.maketrans("ILO", "110")
_SIGNS = 20
_GROUP = 4
_SPOKEN = re.compile(rf"([1-9][0-9]{{0,11}})([{_ALPHABET}]{{{_SIGNS}}})([{_ALPHABET}])")
# x^5 + x^2 + 1: with it the 32 signs are a field, in which a check finds every wrong sign and every two exchanged.
_FIELD = 0b100101

_Seq = Annotated[int, msgspec.Meta(ge=1, le=999_999_999_999)]
_Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
_Fingerprint = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}$")]
_Signature = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{128}$")]


class Anchor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A seal as it is kept elsewhere.

    Attributes:
        seq: the number of its entry.
        at: when it was put.
        hash: of its entry, in hexadecimal digits.
        key: the fingerprint of the key that signed it.
        signature: over the hash, in hexadecimal digits.
    """

    seq: _Seq
    at: Annotated[dt.datetime, msgspec.Meta(tz=True)]
    hash: _Digest
    key: _Fingerprint
    signature: _Signature

    def fits(self, digest: bytes) -> bool:
        """Whether an entry with this hash is the one that was anchored."""
        return digest.hex() == self.hash


class SpokenAnchor(msgspec.Struct, frozen=True):
    """A seal as one line holds it: the number of its entry and the first 100 bits of its hash."""

    seq: int
    signs: str

    def fits(self, digest: bytes) -> bool:
        """Whether an entry with this hash is the one that was anchored."""
        return _signs(digest) == self.signs


def anchor_of(seal: Seal) -> Anchor:
    """The anchor that a seal makes; raises ``DirectoryError`` when the seal cannot be one."""
    made = {
        "seq": seal.seq, "at": seal.at, "hash": seal.hash.hex(), "key": seal.key, "signature": seal.signature.hex(),
    }  # fmt: skip
    try:
        return msgspec.convert(made, Anchor)
    except msgspec.ValidationError:
        raise DirectoryError("The last seal is damaged. Run: handrail audit verify") from None


def write_anchor(file: Path, anchor: Anchor) -> None:
    """Write an anchor to a file; raises ``DirectoryError`` when it cannot be. It is no secret."""
    write_whole(file, msgspec.json.format(msgspec.json.encode(anchor)) + b"\n", what="The anchor", mode=0o644)


def read_anchor(file: Path) -> Anchor:
    """The anchor in a file; raises ``BadInputError`` when it holds something else, half of one, or cannot be read."""
    content = read_small(file, what="The file of the anchor")
    try:
        return msgspec.json.decode(content, type=Anchor)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise BadInputError("The file of the anchor is damaged, or is none.") from None


def spoken(anchor: Anchor) -> str:
    """An anchor as one line: the number of the entry, 20 signs in groups of four, and a sign that checks them."""
    signs = _signs(bytes.fromhex(anchor.hash))
    groups = [signs[start : start + _GROUP] for start in range(0, _SIGNS, _GROUP)]
    return f"{anchor.seq} {' '.join(groups)} {_check(str(anchor.seq) + signs)}"


def read_spoken(line: str) -> SpokenAnchor:
    """The anchor in a line that somebody typed, whatever its case and however it is grouped.

    Raises:
        BadInputError: it is no such line, or a sign in it is wrong.
    """
    typed = re.sub(r"[\s.,:-]", "", line[:200]).upper().translate(_HEARD)
    found = _SPOKEN.fullmatch(typed)
    if found is None:
        raise BadInputError("An anchor is the number of an entry, five groups of four signs, and one sign more.")
    number, signs, check = found.groups()
    if _check(number + signs) != check:
        raise BadInputError("A sign of the anchor is wrong. Read it again, slowly.")
    return SpokenAnchor(int(number), signs)


def _signs(digest: bytes) -> str:
    bits = int.from_bytes(digest[:13]) >> 4
    return "".join(_ALPHABET[bits >> 5 * place & 31] for place in reversed(range(_SIGNS)))


def _check(signs: str) -> str:
    total = 0
    for sign in signs:
        total = _doubled(total ^ _ALPHABET.index(sign))
    return _ALPHABET[total]


def _doubled(value: int) -> int:
    value <<= 1
    return value ^ _FIELD if value & 32 else value
