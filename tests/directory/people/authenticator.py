"""A passkey made of nothing but arithmetic: it answers what a page asks, as a browser with a device would."""

import base64
import hashlib
import json
import secrets
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from directory.people.passkeys import Place, Question

PLACE = Place("localhost", "http://localhost:8321", "Practice")
_PRESENT, _VERIFIED, _BRINGS_KEY = 0x01, 0x04, 0x40


class Authenticator:
    """A device with one passkey.

    Args:
        place: where its browser believes to be.
        is_verified: whether it asks for a finger or a number first.
        handle: the id of its passkey.
    """

    def __init__(self, place: Place = PLACE, *, is_verified: bool = True, handle: bytes = b"") -> None:
        self.place = place
        self.flags = _PRESENT | (_VERIFIED if is_verified else 0)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.handle = handle or secrets.token_bytes(32)
        self.counter = 0

    def make(self, question: Question) -> str:
        """The answer to a question for a new passkey."""
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        brought = bytes(16) + len(self.handle).to_bytes(2) + self.handle + public
        told = self._told(self.flags | _BRINGS_KEY) + brought
        response = {
            "clientDataJSON": _text(self._client("webauthn.create", question)),
            "attestationObject": _text(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": told})),
        }
        return self._answer(response)

    def answer(self, question: Question) -> str:
        """The answer to a question who somebody is."""
        self.counter += 1
        told, client = self._told(self.flags), self._client("webauthn.get", question)
        signature = self.key.sign(told + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": _text(client), "authenticatorData": _text(told), "signature": _text(signature),
        }  # fmt: skip
        return self._answer(response)

    def _told(self, flags: int) -> bytes:
        return hashlib.sha256(self.place.host.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4)

    def _client(self, kind: str, question: Question) -> bytes:
        asked: dict[str, Any] = json.loads(question.options)
        said = {"type": kind, "challenge": asked["challenge"], "origin": self.place.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, response: dict[str, str]) -> str:
        handle = _text(self.handle)
        return json.dumps({"id": handle, "rawId": handle, "type": "public-key", "response": response})


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
