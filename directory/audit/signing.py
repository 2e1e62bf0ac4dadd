"""Seals: entries of the chain that are signed with a key which the serving program should not be able to read.

Whoever can write the whole database can write a whole chain anew, with every hash right. They cannot sign it.
The key lies in a PEM file, its public half beside it in ``audit.pub``. On a server the key belongs to another user than
the one that serves, and that user runs ``handrail audit seal`` once a day.
"""

import datetime as dt
import hashlib
import stat
from collections.abc import Iterable
from pathlib import Path

import msgspec
import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from sqlalchemy.orm import Session

from directory.audit.models import AuditEntry
from directory.audit.service import Act, head, record
from directory.errors import BadInputError, DirectoryError
from directory.files import read_small, write_whole
from directory.settings import Settings, data_folder

SEALED = "audit.sealed"
# What is signed is a hash of ours and nothing else, so that no signature made for another purpose fits.
_PURPOSE = b"handrail audit seal\0"
_KEY = "The key that seals the audit"
_END_OF_KEY = b"-----END PUBLIC KEY-----"


class PublicKey(msgspec.Struct, frozen=True):
    """A key that seals may be signed with. ``fingerprint`` names it: 16 hexadecimal digits."""

    fingerprint: str
    raw: bytes

    def has_signed(self, digest: bytes, signature: object) -> bool:
        """Whether a signature is this key's over the hash of an entry."""
        if not isinstance(signature, bytes):
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, _PURPOSE + digest)
        except InvalidSignature:
            return False
        return True


class Seal(msgspec.Struct, frozen=True):
    """A seal that was just put: where it stands, its hash, the key and its signature."""

    seq: int
    at: dt.datetime
    hash: bytes
    key: str
    signature: bytes


def key_file(settings: Settings) -> Path:
    """Where the private key is: what ``HANDRAIL_AUDIT_KEY`` says, or ``audit.key`` in the data folder."""
    return Path(settings.audit_key) if settings.audit_key else data_folder() / "audit.key"


def public_key_file(settings: Settings) -> Path:
    """Where the public keys are: beside the private one."""
    return key_file(settings).with_suffix(".pub")


def ensure_key(settings: Settings) -> bool:
    """Make a key that its owner alone can read, and its public half, unless there is one; return whether it was made.

    Raises:
        DirectoryError: there is a public key without the private one, or the folder cannot be written.
    """
    file, public = key_file(settings), public_key_file(settings)
    if file.exists():
        return False
    if public.exists():
        # A new key in place of a lost one would look like the key of somebody else.
        raise DirectoryError(
            "The key that seals the audit is not where it should be, but its public half is. Bring the key back; or, "
            "if it is lost, keep the .pub file elsewhere and move it away, so that a new key can be made."
        )
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_whole(file, private, what=_KEY, makes_folder=True)
    half = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    write_whole(public, half, what=_KEY, mode=0o644)
    return True


def read_key(file: Path) -> Ed25519PrivateKey:
    """The private key in a PEM file.

    Raises:
        BadInputError: it cannot be read, is no Ed25519 key, or others may read the file.
    """
    content = read_small(file, what=_KEY)
    if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise BadInputError("Others may use the key that seals the audit: its file must be its owner's alone (0600).")
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInputError("The key that seals the audit is no Ed25519 key in PEM without a password.")
    return key


def read_public_keys(file: Path) -> tuple[PublicKey, ...]:
    """The public keys in a PEM file: one, or one beneath the other when the key was ever replaced.

    Raises:
        BadInputError: it cannot be read, or something in it is no Ed25519 key.
    """
    content = read_small(file, what="The file of public keys")
    blocks = [block + _END_OF_KEY for block in content.split(_END_OF_KEY)[:-1]]
    try:
        keys = [load_pem_public_key(block.lstrip()) for block in blocks]
    except ValueError:
        keys = []
    if not keys or not all(isinstance(key, Ed25519PublicKey) for key in keys):
        raise BadInputError("The file of public keys holds something else than Ed25519 keys in PEM.")
    return tuple(_named(key) for key in keys if isinstance(key, Ed25519PublicKey))


def _named(key: Ed25519PublicKey) -> PublicKey:
    raw = key.public_bytes_raw()
    return PublicKey(hashlib.sha256(raw).hexdigest()[:16], raw)


def public_half(key: Ed25519PrivateKey) -> PublicKey:
    """The public half of a private key."""
    return _named(key.public_key())


def seal(session: Session, key: Ed25519PrivateKey, *, now: dt.datetime) -> Seal:
    """Append an entry that names the end of the chain and is signed.

    Whoever calls has verified the chain against the last seal that the key made, for a seal vouches for all before it
    (``directory.audit.verification``).
    """
    end = head(session)
    name = public_half(key).fingerprint
    body = {"seq": end.seq, "hash": end.hash.hex(), "key": name}
    record(session, [Act(SEALED, str(end.seq), body)], now=now, sign=lambda digest: key.sign(_PURPOSE + digest))
    sealed = last_seal(session)
    if sealed is None:
        raise DirectoryError("The seal could not be written.")
    return sealed


def last_seal(session: Session) -> Seal | None:
    """The last seal in the chain, as it stands there; None while there is none."""
    entry = session.scalar(
        sa.select(AuditEntry).where(AuditEntry.verb == SEALED).order_by(AuditEntry.seq.desc()).limit(1)
    )
    if entry is None:
        return None
    try:
        name = str(msgspec.json.decode(entry.body)["body"]["key"])
    except (msgspec.MsgspecError, KeyError, TypeError):
        raise DirectoryError("The last seal cannot be read. Run: handrail audit verify") from None
    return Seal(entry.seq, entry.at, bytes(entry.hash), name, bytes(entry.signature or b""))


def key_named(keys: Iterable[PublicKey], fingerprint: object) -> PublicKey | None:
    """The key with this name; None when it is not among them."""
    return next((key for key in keys if key.fingerprint == fingerprint), None)
