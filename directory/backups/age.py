"""Encryption of a backup with age (https://age-encryption.org), for a key or for a passphrase.

Whoever holds the file and the key needs nothing of this program: ``age --decrypt`` opens it too.
"""

from typing import Literal

import msgspec
import pyrage  # type: ignore[import-untyped]
from pyrage import passphrase as by_passphrase
from pyrage import x25519

from directory.errors import BadInputError, SettingsError

_MAGIC = b"age-encryption.org/v1\n"
_IS_FOR_PASSPHRASE = b"-> scrypt "
Way = Literal["key", "passphrase", "plain"]


class Recipient(msgspec.Struct, frozen=True):
    """A public key (``age1...``): only whoever has the other half reads the backup."""

    key: str


class Passphrase(msgspec.Struct, frozen=True):
    """Words that close a backup and open it again."""

    words: str


class Identity(msgspec.Struct, frozen=True):
    """What stands in a file of secret keys, as ``age-keygen`` and ``new_identity`` write it."""

    text: str


class Plain(msgspec.Struct, frozen=True):
    """No encryption at all."""


Closing = Recipient | Passphrase | Plain
Opening = Identity | Passphrase | Plain


def check_closing(closing: Closing) -> None:
    """Raise ``SettingsError`` if a recipient is no public key, before anything is made for it."""
    if isinstance(closing, Recipient):
        _public(closing)


def close(content: bytes, closing: Closing) -> bytes:
    """The content, encrypted; raises ``SettingsError`` if the recipient is no public key."""
    if isinstance(closing, Plain):
        return content
    closed: bytes
    if isinstance(closing, Passphrase):
        closed = by_passphrase.encrypt(content, closing.words)
    else:
        closed = pyrage.encrypt(content, [_public(closing)])
    return closed


def way_of(content: bytes) -> Way:
    """What opens a file: a secret key, a passphrase, or nothing because it is not encrypted."""
    if not content.startswith(_MAGIC):
        return "plain"
    return "passphrase" if content.startswith(_IS_FOR_PASSPHRASE, len(_MAGIC)) else "key"


def open_closed(content: bytes, opening: Opening) -> bytes:
    """The content of a backup.

    Raises:
        BadInputError: the key or passphrase is another, the file is damaged or cut off, or asks for absurdly much work.
    """
    if way_of(content) == "plain":
        return content
    opened: bytes
    try:
        if isinstance(opening, Passphrase):
            opened = by_passphrase.decrypt(content, opening.words)
        else:
            opened = pyrage.decrypt(content, _secrets(opening))
    except pyrage.DecryptError:
        raise BadInputError("The backup cannot be opened: another key or passphrase, or a damaged file.") from None
    return opened


def new_identity() -> tuple[Identity, Recipient]:
    """A new pair of keys: what to keep far from the server, and what the server needs."""
    secret = x25519.Identity.generate()
    public = str(secret.to_public())
    return Identity(f"# public key: {public}\n{secret}\n"), Recipient(public)


def _public(recipient: Recipient) -> x25519.Recipient:
    try:
        return x25519.Recipient.from_str(recipient.key.strip())
    except pyrage.RecipientError:
        raise SettingsError("The recipient of backups must be a public key of age: age1...") from None


def _secrets(opening: Opening) -> list[x25519.Identity]:
    lines = opening.text.splitlines() if isinstance(opening, Identity) else []
    written = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    try:
        secrets = [x25519.Identity.from_str(line) for line in written]
    except pyrage.IdentityError:
        raise BadInputError("The file of the key holds no secret key of age: AGE-SECRET-KEY-1...") from None
    if not secrets:
        raise BadInputError("This backup opens with the secret key of its recipient: give --identity FILE.")
    return secrets
