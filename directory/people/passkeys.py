"""Passkeys (WebAuthn): a person's device answers a question that only it can answer.

A question is sealed into the form that brings the answer back, so nothing of it is kept; each is answered once (in one
process: a session begun twice within five minutes with the same answer would be the same person's).
"""

import datetime as dt
import json
import secrets
import struct
from typing import Any

import msgspec
import sqlalchemy as sa
import webauthn
from cryptography.exceptions import UnsupportedAlgorithm
from sqlalchemy.orm import Session
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from directory.people.models import Credential
from directory.people.sealing import issue, redeem

_QUESTION_HOLDS = dt.timedelta(minutes=5)
_answered: dict[bytes, dt.datetime] = {}
# What comes of reading something that only looks like an answer.
_NO_ANSWER = (
    WebAuthnException, UnsupportedAlgorithm, struct.error, ValueError, LookupError, TypeError, AttributeError,
    RecursionError, OverflowError,
)  # fmt: skip


class Place(msgspec.Struct, frozen=True):
    """Where the desk is: the host name that passkeys are bound to, the whole origin, and the site's name."""

    host: str
    origin: str
    site_name: str


class Question(msgspec.Struct, frozen=True):
    """What a page asks a browser: options as JSON, and a ticket to bring back."""

    options: str
    token: str


def ask_to_sign_in(place: Place, *, desk_key: bytes, now: dt.datetime, person_id: int = 0) -> Question:
    """Ask for a passkey. No account is named: the browser knows which passkeys it has for this place."""
    challenge = secrets.token_bytes(32)
    options = webauthn.generate_authentication_options(
        rp_id=place.host, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    return _question(options, challenge, "passkey sign-in", about=person_id, desk_key=desk_key, now=now)


def ask_to_register(
    session: Session, place: Place, *, person_id: int, handle: bytes, name: str, desk_key: bytes, now: dt.datetime
) -> Question:
    """Ask to make a passkey for somebody. ``handle`` is the person's public id as bytes."""
    challenge = secrets.token_bytes(32)
    held = session.scalars(
        # A device whose passkey was retired may make a new one.
        sa.select(Credential.handle).where(
            Credential.person_id == person_id, Credential.kind == "passkey", Credential.retired_at.is_(None)
        )
    )
    options = webauthn.generate_registration_options(
        rp_id=place.host,
        rp_name=place.site_name,
        user_name=name,
        user_id=handle,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=bytes(one)) for one in held if one is not None],
    )
    return _question(options, challenge, "passkey registration", about=person_id, desk_key=desk_key, now=now)


def person_of_answer(
    session: Session, answer: str, token: str, *, place: Place, desk_key: bytes, now: dt.datetime
) -> int | None:
    """Whose passkey answered; None when the answer is wrong, late or used, or nobody's."""
    ticket = redeem(desk_key, token, purpose="passkey sign-in", now=now)
    if ticket is None:
        return None
    try:
        handle = webauthn.base64url_to_bytes(json.loads(answer)["id"])
        credential = session.scalar(
            sa.select(Credential).where(
                Credential.handle == handle, Credential.kind == "passkey", Credential.retired_at.is_(None)
            )
        )
        if credential is None or ticket.about not in {0, credential.person_id}:
            return None
        verified = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=ticket.secret,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=bytes(credential.secret),
            credential_current_sign_count=credential.counter or 0,
            require_user_verification=True,
        )
    except _NO_ANSWER:
        return None
    if not _is_first_answer(ticket.secret, now):
        return None
    credential.counter = verified.new_sign_count
    session.flush()
    return credential.person_id


def add_passkey(
    session: Session, answer: str, token: str, *, person_id: int, place: Place, desk_key: bytes, now: dt.datetime
) -> bool:
    """Give somebody the passkey that their device made; False when the answer is wrong, late or used."""
    ticket = redeem(desk_key, token, purpose="passkey registration", now=now)
    if ticket is None or ticket.about != person_id:
        return False
    try:
        verified = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=ticket.secret,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except _NO_ANSWER:
        return False
    if not _is_first_answer(ticket.secret, now):
        return False
    if session.scalar(sa.select(Credential.id).where(Credential.handle == verified.credential_id)) is not None:
        return False
    session.add(
        Credential(
            person_id=person_id, kind="passkey", secret=verified.credential_public_key, handle=verified.credential_id,
            counter=verified.sign_count, created_at=now,
        )
    )  # fmt: skip
    session.flush()
    return True


def _question(
    options: Any, challenge: bytes, purpose: str, *, about: int, desk_key: bytes, now: dt.datetime
) -> Question:
    token = issue(desk_key, purpose=purpose, about=about, secret=challenge, until=now + _QUESTION_HOLDS)
    return Question(webauthn.options_to_json(options), token)


def _is_first_answer(challenge: bytes, now: dt.datetime) -> bool:
    for old in [one for one, until in _answered.items() if until <= now]:
        del _answered[old]
    return _answered.setdefault(challenge, until := now + _QUESTION_HOLDS) is until
