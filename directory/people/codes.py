"""Codes of six digits from an app (TOTP): each is good once."""

import datetime as dt
import io
import re

import pyotp
import segno
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.people.models import Credential
from directory.people.sealing import open_sealed, seal

STEP_SECONDS = 30
_AROUND = 1  # clocks of telephones are this many steps wrong at most


def new_secret() -> str:
    """A secret for an app, in base32."""
    return pyotp.random_base32()


def address_of(secret: str, *, name: str, site: str) -> str:
    """What an app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=site)


def picture_of(address: str) -> str:
    """The picture as SVG that stands in a page; shapes and attributes only."""
    written = io.BytesIO()
    segno.make(address, error="m").save(
        written, kind="svg", scale=5, border=2, xmldecl=False, svgns=True, omitsize=False, dark="#000", light="#fff"
    )
    return written.getvalue().decode()


def step_of(secret: str, code: str, *, now: dt.datetime) -> int | None:
    """The step of time for which a code is right; None if it is right for none."""
    digits = re.sub(r"\s", "", code)
    if not re.fullmatch(r"[0-9]{6}", digits):
        digits = "-"
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // STEP_SECONDS
    found = None
    # All of them are looked at, so that no answer comes sooner than another.
    for step in range(current - _AROUND, current + _AROUND + 1):
        if pyotp.utils.strings_equal(digits, totp.generate_otp(step)):
            found = step
    return found


def sealed_secret(secret: str, *, person_id: int, desk_key: bytes) -> bytes:
    """The secret as it is stored."""
    return seal(desk_key, secret.encode(), purpose=f"totp {person_id}")


def use_code(session: Session, credential: Credential | None, code: str, *, desk_key: bytes, now: dt.datetime) -> bool:
    """Whether a code is right, and was not used before: then it is used up, also for whoever tries at the same time."""
    opened = None
    if credential is not None:
        opened = open_sealed(desk_key, credential.secret, purpose=f"totp {credential.person_id}")
    step = step_of(opened.decode() if opened else pyotp.random_base32(), code, now=now)
    if credential is None or opened is None or step is None:
        return False
    used = session.execute(
        sa.update(Credential)
        .where(
            Credential.id == credential.id,
            Credential.retired_at.is_(None),
            sa.or_(Credential.counter.is_(None), Credential.counter < step),
        )
        .values(counter=step)
        .returning(Credential.id)
    ).first()
    return used is not None
