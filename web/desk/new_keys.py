"""Setting up what somebody signs in with: a passkey, or a password with an app that makes codes.

The secret of a new app goes with the form, sealed for its owner, and is written down when the app shows its digits.
"""

import datetime as dt
import uuid
from typing import Any

import msgspec
from litestar import Request
from markupsafe import Markup
from sqlalchemy.orm import Session

from directory.errors import RefusedError
from directory.people.codes import address_of, new_secret, picture_of, sealed_secret, step_of
from directory.people.passkeys import add_passkey, ask_to_register
from directory.people.passwords import check_password, hash_of
from directory.people.sealing import issue, redeem
from directory.people.signing_in import set_password
from web.desk.app import Desk
from web.forms import Form

# Long enough to install an app and type fifteen letters twice.
_SECRET_HOLDS = dt.timedelta(minutes=30)
_PURPOSE = "new app"
PASSWORD_FIELDS = frozenset({"sealed", "password", "code"})
PASSKEY_FIELDS = frozenset({"token", "credential"})


class Owner(msgspec.Struct, frozen=True):
    """Whose keys they will be."""

    id: int
    public_id: str
    name: str
    email: str


class NewPassword(msgspec.Struct, frozen=True):
    """The hash of a password that is good enough, with the secret of an app that showed its digits at this step."""

    hashed: bytes
    secret: str
    step: int


def offered(request: Request[Any, Any, Any], desk: Desk, owner: Owner, *, secret: str = "") -> dict[str, Any]:
    """What the forms need: ``options``, ``token`` of a passkey; ``sealed``, ``written``, ``picture`` of an app."""
    secret = secret or new_secret()
    with desk.database.reading() as session:
        question = ask_to_register(
            session, desk.place(request), person_id=owner.id, handle=uuid.UUID(owner.public_id).bytes, name=owner.name,
            desk_key=desk.key, now=desk.clock(),
        )  # fmt: skip
    sealed = issue(
        desk.key, purpose=_PURPOSE, about=owner.id, secret=secret.encode(), until=desk.clock() + _SECRET_HOLDS
    )
    address = address_of(secret, name=owner.email, site=desk.settings.site_name)
    return {
        "options": question.options,
        "token": question.token,
        "sealed": sealed,
        "written": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        # The picture is made here, of shapes alone.
        "picture": Markup(picture_of(address)),  # noqa: S704
    }


def secret_in(desk: Desk, form: Form, owner: Owner) -> str:
    """The secret that a form brings back; empty when its time is over or it is somebody else's."""
    ticket = redeem(desk.key, form.one("sealed"), purpose=_PURPOSE, now=desk.clock())
    return "" if ticket is None or ticket.about != owner.id else ticket.secret.decode()


def new_password(desk: Desk, form: Form, owner: Owner) -> NewPassword:
    """The password and the app of a form; raises ``RefusedError``, in words for whoever filled it in."""
    secret = secret_in(desk, form, owner)
    if not secret:
        raise RefusedError("That took too long. Start again.")
    step = step_of(secret, form.one("code"), now=desk.clock())
    about = (owner.name, owner.email, desk.settings.site_name)
    password = check_password(form.one("password"), about=about)
    if step is None:
        raise RefusedError("Those are not the digits of this app.")
    return NewPassword(hash_of(password), secret, step)


def give_password(session: Session, desk: Desk, owner: Owner, new: NewPassword, *, now: dt.datetime) -> None:
    """Let it take the place of the one they had."""
    sealed = sealed_secret(new.secret, person_id=owner.id, desk_key=desk.key)
    set_password(session, owner.id, hashed=new.hashed, sealed_totp=sealed, first_step=new.step, now=now)


def give_passkey(
    session: Session, request: Request[Any, Any, Any], desk: Desk, owner: Owner, form: Form, *, now: dt.datetime
) -> None:
    """Add the passkey of a form to those they have; raises ``RefusedError`` for an answer that is none."""
    is_added = add_passkey(
        session, form.one("credential"), form.one("token"), person_id=owner.id, place=desk.place(request),
        desk_key=desk.key, now=now,
    )  # fmt: skip
    if not is_added:
        raise RefusedError("That passkey could not be set up. Try again.")
