"""What the desk seals with a key of its own: secrets of apps that make codes, and questions to passkeys.

The key lies in a file beside the database, not in it: whoever has only the database, or a backup of it, opens nothing.
"""

import datetime as dt
import os
import secrets
import tempfile
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from directory.errors import SettingsError

KEY_FILE = "desk.key"
_KEY_BYTES, _NONCE_BYTES = 32, 12


def desk_key(folder: Path) -> bytes:
    """The key of the desk, from ``desk.key`` in the data folder; made at first use, readable by its owner only.

    Raises:
        SettingsError: the file is there and holds no key.
    """
    file = folder / KEY_FILE
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        # Of a name that no other process has, in this container or another; its owner's alone.
        handle, name = tempfile.mkstemp(dir=folder)
        made = Path(name)
        with os.fdopen(handle, "wb") as opened:
            opened.write(secrets.token_bytes(_KEY_BYTES))
        try:
            # The first of several processes wins.
            file.hardlink_to(made)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    key = file.read_bytes()
    if len(key) != _KEY_BYTES:
        raise SettingsError(f"The file {KEY_FILE} in the data folder holds no key.")
    return key


def seal(key: bytes, secret: bytes, *, purpose: str) -> bytes:
    """Seal a secret for a purpose; only the same purpose opens it."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, secret, purpose.encode())


def open_sealed(key: bytes, sealed: bytes, *, purpose: str) -> bytes | None:
    """What was sealed for a purpose; None when it was not, or not with this key."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], purpose.encode())
    except (InvalidTag, ValueError):
        return None


class Ticket(msgspec.Struct, frozen=True):
    """What a page asks a browser to bring back: for whom, a secret, and until when."""

    about: int
    secret: bytes
    until: dt.datetime


def issue(key: bytes, *, purpose: str, about: int, secret: bytes, until: dt.datetime) -> str:
    """A sealed ticket, as text for a form."""
    return seal(key, msgspec.json.encode(Ticket(about, secret, until)), purpose=purpose).hex()


def redeem(key: bytes, text: str, *, purpose: str, now: dt.datetime) -> Ticket | None:
    """The ticket, if it was issued here for this purpose and is still good."""
    try:
        opened = open_sealed(key, bytes.fromhex(text), purpose=purpose)
    except ValueError:
        return None
    if opened is None:
        return None
    ticket = msgspec.json.decode(opened, type=Ticket)
    return ticket if now < ticket.until else None
