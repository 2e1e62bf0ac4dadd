"""People who work here, as tests need them: with keys that cost nothing, and signed in without a page."""

import datetime as dt
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import httpx
import pyotp
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from directory.people import sessions
from directory.people.actor import Actor, Role
from directory.people.codes import sealed_secret
from directory.people.models import Credential, Person, Scope
from directory.people.passwords import hash_of
from directory.people.queries import actor_of
from directory.people.signing_in import set_password
from web.desk.entrance import MARK

# Of ``tests.services.serve``.
DESK_KEY = bytes(32)
PASSWORD = "seven quiet herons wade upstream"  # noqa: S105 - of nobody
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
COOKIE = "__Secure-desk"


def make_person(
    session: Session,
    name: str,
    role: Role = "coordinator",
    *,
    days: int = 30,
    invited_by: int | None = None,
    scopes: tuple[tuple[str, str], ...] = (("network", "main"),),
    has_key: bool = True,
) -> int:
    """Somebody who has worked here for some days, with a password and codes; their id."""
    now: dt.datetime = session.info["now"]
    person = Person(
        public_id=session.info["new_id"](), name=name, email=f"{name.lower()}@example.org", role=role,
        invited_by=invited_by, created_at=now - dt.timedelta(days=days),
    )  # fmt: skip
    session.add(person)
    session.flush()
    session.add_all([Scope(person_id=person.id, kind=kind, key=key) for kind, key in scopes])
    if has_key:
        sealed = sealed_secret(SECRET, person_id=person.id, desk_key=DESK_KEY)
        hashed = hash_of(PASSWORD, hasher=CHEAP)
        set_password(session, person.id, hashed=hashed, sealed_totp=sealed, first_step=0, now=now)
    return person.id


def acting(session: Session, person_id: int, *, stepped_up: bool = True) -> Actor:
    """Somebody as verbs know them, with a fresh proof."""
    session.flush()
    return actor_of(session, person_id, stepped_up=stepped_up)


def code_at(now: dt.datetime) -> str:
    """What the app of everybody in these tests shows."""
    return pyotp.TOTP(SECRET).at(now)


def keys_of(session: Session, person_id: int) -> list[Credential]:
    """The keys of somebody."""
    return list(session.query(Credential).filter_by(person_id=person_id))


def seated(session: Session, person_id: int) -> str:
    """The key of a session of somebody who has just signed in."""
    return sessions.begin(session, person_id, now=session.info["now"])


class Desk:
    """Asks the desk as a browser does in which somebody may be signed in."""

    def __init__(self, client: httpx.Client, key: str = "") -> None:
        self._client = client
        self.key = key

    def get(self, path: str, **more: Any) -> httpx.Response:
        """Open a page."""
        return self._client.get(path, headers=self._headers(), **more)

    def post(self, path: str, form: Mapping[str, str | list[str]] | None = None, /, **headers: str) -> httpx.Response:
        """Press a button of a page of ours."""
        sent = {"sec-fetch-site": "same-origin"} | headers
        return self._client.post(path, data=self.marked(form or {}), headers=self._headers() | sent)

    def upload(self, path: str, content: bytes, *, field: str, name: str, form: dict[str, str]) -> httpx.Response:
        """Send a file with a form of ours."""
        fields: dict[str, Any] = {key: (None, value) for key, value in ({MARK: self.mark} | form).items()}
        sent = self._headers() | {"sec-fetch-site": "same-origin"}
        return self._client.post(path, files=fields | {field: (name, content, "text/csv")}, headers=sent)

    def ask(self, method: str, path: str) -> httpx.Response:
        """Ask in any way; where something is sent, as a page of ours sends it."""
        if method == "GET":
            return self.get(path)
        if method == "POST":
            return self.post(path)
        sent = self._headers() | {"sec-fetch-site": "same-origin"}
        return self._client.request(method, path, data=self.marked({}), headers=sent)

    def marked(self, form: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
        """A form with the mark that pages put into it."""
        return {**form, **({MARK: self.mark} if self.key else {})}

    @cached_property
    def mark(self) -> str:
        """The mark, as it stands in a page."""
        found = re.search(rf'name="{MARK}" value="([0-9a-f]+)"', self.get("/desk/own").text)
        return found[1] if found else ""

    def _headers(self) -> dict[str, str]:
        return {"cookie": f"{COOKIE}={self.key}"} if self.key else {}
