"""The list of a pack's files, signed: whoever has a file and the list can tell whether it is as it was made.

The key is the deployment's own, that which seals the audit (``directory.audit.signing``): commands of its owner read
it, and no page. What is signed begins with a purpose of its own, so that no seal fits and no pack is one.
"""

import binascii
import datetime as dt
import hashlib
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from directory.audit.signing import PublicKey
from directory.errors import BadInputError
from directory.files import read_if_there, read_small

MANIFEST = "manifest.json"
State = Literal["valid", "expired", "changed", "unknown-key"]
# No file of a pack is as large: forty listings and their fonts.
MOST_BYTES = 16 * 1024 * 1024
_WHAT = "The list of the pack's files (manifest.json)"
_PURPOSE = b"handrail pack 1\n"
_encoder = msgspec.json.Encoder(order="deterministic")


class ListedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file: its name, and SHA-256 of its bytes in hexadecimal."""

    name: str
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is signed of a pack."""

    serial: str
    made_on: dt.date
    good_until: dt.date
    area: str
    languages: tuple[str, ...]
    files: tuple[ListedFile, ...]


class Verdict(msgspec.Struct, frozen=True):
    """What became of a file or a whole folder.

    Attributes:
        state: ``changed`` also of a file that the list does not name, or that is not there.
        serial: empty unless the list is signed by a known key and as it was.
        good_until: likewise None.
        files: names of those that are not as they were.
    """

    state: State
    serial: str = ""
    good_until: dt.date | None = None
    files: tuple[str, ...] = ()


class _Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: str
    value: str


class _Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pack: msgspec.Raw
    signature: _Signature


def listed(files: Mapping[str, bytes]) -> tuple[ListedFile, ...]:
    """The files as a list has them, by name."""
    return tuple(ListedFile(name, hashlib.sha256(files[name]).hexdigest()) for name in sorted(files))


def signed_manifest(manifest: Manifest, key: Ed25519PrivateKey) -> bytes:
    """The list with its signature, as a file."""
    value = key.sign(_signed(msgspec.to_builtins(manifest)))
    half = key.public_key().public_bytes_raw()
    signature = _Signature(b64encode(half).decode(), b64encode(value).decode())
    return msgspec.json.format(_encoder.encode({"pack": manifest, "signature": signature}), indent=2) + b"\n"


def verify(path: Path, keys: Iterable[PublicKey], *, today: dt.date) -> Verdict:
    """Say whether a file of a pack, or a folder with all of them, is as it was made by somebody whose key is known.

    Args:
        path: the file, with the list beside it; or the folder, or the list itself.
        keys: those that are known.
        today: the day.

    Raises:
        BadInputError: there is no list, or it is none.
    """
    folder = path if path.is_dir() else path.parent
    content = read_small(folder / MANIFEST, what=_WHAT)
    try:
        envelope = msgspec.json.decode(content, type=_Envelope)
        raw, value = (b64decode(one, validate=True) for one in (envelope.signature.key, envelope.signature.value))
        whole = msgspec.json.decode(envelope.pack)
        manifest = msgspec.convert(whole, Manifest, strict=False)
    except (msgspec.MsgspecError, binascii.Error, ValueError, RecursionError):
        raise BadInputError(f"{_WHAT} is none, or half written.") from None
    if raw not in {known.raw for known in keys}:
        return Verdict("unknown-key")
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(value, _signed(whole))
    except (InvalidSignature, ValueError):
        return Verdict("changed", files=(MANIFEST,))
    is_whole = path.is_dir() or path.name == MANIFEST
    wanted = {one.name: one.sha256 for one in manifest.files if is_whole or one.name == path.name}
    wrong = [name for name, digest in wanted.items() if _digest_of(folder, name) != digest]
    if is_whole:
        wrong += _put_beside(folder, wanted)
    elif not wanted:
        wrong.append(path.name)
    state: State = "changed" if wrong else "expired" if manifest.good_until < today else "valid"
    return Verdict(state, manifest.serial, manifest.good_until, tuple(wrong))


def _put_beside(folder: Path, wanted: Collection[str]) -> list[str]:
    """What lies in the folder and nobody signed: whoever opens it takes it for a part of the pack.

    What an operating system hides there is nobody's to open.
    """
    beside = {one.name for one in folder.iterdir()} - {*wanted, MANIFEST}
    return sorted(name for name in beside if not name.startswith("."))


def _digest_of(folder: Path, name: str) -> str:
    if Path(name).name != name:
        return ""
    try:
        content = read_if_there(folder / name, what="A file of the pack", most=MOST_BYTES)
    except BadInputError:
        # A folder in its place, or more than any file of a pack: it is not as it was made.
        content = None
    return "" if content is None else hashlib.sha256(content).hexdigest()


def _signed(whole: Any) -> bytes:
    return _PURPOSE + _encoder.encode(whole)
