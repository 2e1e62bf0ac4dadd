"""A neighbour deployment as the second person: it gets a file, calls the old number, and signs what it found.

So a task force of one is not locked out, and still nobody alone changes a verified number (SAFETY I2).
"""

import base64
import binascii
import datetime as dt
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from sqlalchemy.orm import Session

from directory.errors import BadInputError, RefusedError
from directory.files import read_small
from directory.integrity.applying import digest_of
from directory.integrity.proposals import Approved, add_key, approve, open_change
from directory.integrity.queries import change_of
from directory.people.accounts import neighbour_of_key
from directory.people.actor import Actor

_GOOD_FOR = dt.timedelta(days=14)
_MOST_BYTES = 64 * 1024
_NO_WORD = "The file is no word of a neighbour."
_encoder = msgspec.json.Encoder(order="deterministic")


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a deployment asks its neighbour: to call the number that is listed, never the proposed one."""

    site: str
    change: int
    listing: str
    name: str
    wants: str
    call: str
    old: dict[str, object] | None
    new: dict[str, object] | None
    digest: str
    on: dt.date


class Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a neighbour found. ``outcome`` is ``confirmed`` or ``refused``; ``by`` is who called there."""

    change: int
    digest: str
    outcome: str
    called_on: dt.date
    by: str


class SignedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same with the neighbour's key and its signature over the canonical JSON of it, both in base64."""

    approval: Signed
    key: str
    signature: str


def request_file(session: Session, change_id: int, *, site: str, by: Actor, now: dt.datetime) -> bytes:
    """The file for a neighbour; raises ``NotFoundError`` when there is no such open proposal."""
    seen = change_of(session, change_id, by=by, now=now)
    asked = Asked(
        site, change_id, seen.listing, seen.name, seen.wants, seen.call, seen.old, seen.new, seen.shown, now.date()
    )
    return msgspec.json.format(_encoder.encode(asked), indent=2) + b"\n"


def sign_request(key: Ed25519PrivateKey, request: bytes, *, outcome: str, by_name: str, on: dt.date) -> bytes:
    """What a neighbour sends back, having called.

    Raises:
        BadInputError: the request is none, or the outcome is none.
    """
    if len(request) > _MOST_BYTES or outcome not in {"confirmed", "refused"}:
        raise BadInputError("That is no request, or no outcome.")
    try:
        asked = msgspec.json.decode(request, type=Asked)
    except msgspec.MsgspecError:
        raise BadInputError("The file is no request of a neighbour.") from None
    approval = Signed(asked.change, asked.digest, outcome, on, by_name.strip()[:80])
    return written(SignedFile(approval, *signed_with(key, approval)))


def signed_with(key: Ed25519PrivateKey, said: msgspec.Struct) -> tuple[str, str]:
    """The public key, and the signature over the canonical JSON of what is said, both in base64."""
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    return public, base64.b64encode(key.sign(_encoder.encode(said))).decode()


def signer_of(session: Session, said: msgspec.Struct, key: str, signature: str) -> tuple[Actor, bytes]:
    """The neighbour that signed what is said, and its signature.

    Raises:
        BadInputError: key or signature are none.
        RefusedError: the signature is another's, or nobody here knows the key.
    """
    try:
        public, signed = (base64.b64decode(one, validate=True) for one in (key, signature))
        Ed25519PublicKey.from_public_bytes(public).verify(signed, _encoder.encode(said))
    except (binascii.Error, ValueError):
        raise BadInputError(_NO_WORD) from None
    except InvalidSignature:
        raise RefusedError("The signature does not fit what the file says.") from None
    neighbour = neighbour_of_key(session, public)
    if neighbour is None:
        raise RefusedError("Nobody here knows that key. Whoever runs this site adds neighbours.")
    return neighbour, signed


def read_signing_key(file: Path) -> Ed25519PrivateKey:
    """The key with which this deployment signs for neighbours; raises ``BadInputError`` when the file holds none."""
    try:
        key = load_pem_private_key(read_small(file, what="The key"), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInputError("The key is no Ed25519 key in PEM without a password.")
    return key


def written(file: msgspec.Struct) -> bytes:
    """A file for a neighbour."""
    return msgspec.json.format(_encoder.encode(file), indent=2) + b"\n"


def accept_signed(session: Session, change_id: int, file: bytes, *, by: Actor, now: dt.datetime) -> Approved | None:
    """Take a neighbour's signed word as that of the second person.

    Returns whether the proposal was applied or waits; None when the provider refused it, which declines it.

    Raises:
        BadInputError: the file is none.
        NotFoundError: there is no such open proposal, or ``by`` does not work on it.
        RefusedError: nobody here knows the key, the signature or the proposal is another, it is too old, or something
            of the table of states is still missing.
    """
    if len(file) > _MOST_BYTES:
        raise BadInputError(_NO_WORD)
    try:
        signed = msgspec.json.decode(file, type=SignedFile)
    except msgspec.MsgspecError:
        raise BadInputError(_NO_WORD) from None
    neighbour, _ = signer_of(session, signed.approval, signed.key, signed.signature)
    change = open_change(session, change_id, by=by)
    said = signed.approval
    if said.change != change_id or said.digest != digest_of(session, change):
        raise RefusedError("The neighbour was asked about something else, or it has changed since.")
    if not dt.timedelta(0) <= now.date() - said.called_on <= _GOOD_FOR:
        raise RefusedError("The call was too long ago, or lies in the future.")
    key = "old-number" if said.outcome == "refused" else "neighbour"
    add_key(session, change_id, key, outcome=said.outcome, by=neighbour, now=now)
    if said.outcome == "refused":
        return None
    return approve(session, change_id, shown=digest_of(session, change), by=neighbour, now=now)
