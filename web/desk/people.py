"""Who works here: inviting, vouching, roles, recovery, and letting go."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery, RawBody
from litestar.response import Redirect

from directory.errors import BadInputError
from directory.people import accounts, recovery
from directory.people.invitations import invite
from directory.people.knowing import known_to
from directory.people.policy import KEEPERS
from directory.people.queries import list_people
from web.desk.app import By, Desk, DeskHere
from web.desk.forms import desk_form
from web.desk.guards import ADMINS, opens_to
from web.doors import DESK

_SAID = {
    "invited": "The invitation is on its way, if nobody with that address works here yet. It is good for seven days.",
    "vouched": "Your word is noted.",
    "changed": "Changed. Everybody who has to know gets a letter.",
    "removed": "They work here no longer.",
    "asked": "Asked for. Another admin has to second it within three days.",
    "seconded": "Seconded. They get a link that is good for one day.",
}
_NO_MAIL = (
    "No mail server is set (HANDRAIL_MAIL_SERVER), so the letter waits until one is. To hand the address over "
    "yourself, remove the invitation and run: handrail people invite"
)
_PEOPLE = f"{DESK}/people"


def _notice(desk: Desk, said: str) -> str:
    notice = _SAID.get(said, "")
    return f"{notice} {_NO_MAIL}" if said == "invited" and not desk.settings.mail_server else notice


class People(Controller):
    """Pages about who works here."""

    path = _PEOPLE

    @get("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def show(
        self, request: Request[Any, Any, Any], desk: DeskHere, by: By, said: FromQuery[str] = ""
    ) -> Response[bytes]:
        """Everybody, and what can be done about them."""
        with desk.database.reading() as session:
            people = list_people(session)
            known = known_to(session, by, now=session.info["now"])
            waiting = recovery.open_requests(session, now=session.info["now"])
        return desk.pages.page(
            "people", request, people=people, known=known, waiting=waiting, notice=_notice(desk, said),
            names={person.id: person.name for person in people},
        )  # fmt: skip

    @post("/invite", opt=opens_to(KEEPERS, proved=True), sync_to_thread=True)
    def invite(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[Any]:
        """Invite somebody."""
        form = desk_form(request, body, {"email", "name", "role", "kind", "key"})
        scopes = _scopes(form.one("kind"), form.one("key"))
        role: Any = form.one("role")
        with desk.database.transaction() as session:
            invite(
                session, email=form.one("email"), name=form.one("name"), role=role, scopes=scopes, by=by,
                now=session.info["now"],
            )  # fmt: skip
        return _back("invited")

    @post("/{person:str}/vouch", opt=opens_to(KEEPERS, proved=True), sync_to_thread=True)
    def vouch(self, person: FromPath[str], desk: DeskHere, by: By) -> Response[Any]:
        """Say that one knows somebody."""
        with desk.database.transaction() as session:
            accounts.vouch(session, person, by=by, now=session.info["now"])
        return _back("vouched")

    @post("/{person:str}/role", opt=opens_to(ADMINS, proved=True), sync_to_thread=True)
    def change_role(
        self, request: Request[Any, Any, Any], body: RawBody, person: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Give somebody another role."""
        role: Any = desk_form(request, body, {"role"}).one("role")
        with desk.database.transaction() as session:
            accounts.change_role(session, person, role, by=by, now=session.info["now"])
        return _back("changed")

    @post("/{person:str}/scope", opt=opens_to(ADMINS, proved=True), sync_to_thread=True)
    def set_scope(
        self, request: Request[Any, Any, Any], body: RawBody, person: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Say anew what somebody works on."""
        form = desk_form(request, body, {"kind", "key"})
        scopes = _scopes(form.one("kind"), form.one("key"))
        with desk.database.transaction() as session:
            accounts.set_scopes(session, person, scopes, by=by, now=session.info["now"])
        return _back("changed")

    @post("/{person:str}/remove", opt=opens_to(ADMINS, proved=True), sync_to_thread=True)
    def remove(self, person: FromPath[str], desk: DeskHere, by: By) -> Response[Any]:
        """Let somebody work here no longer."""
        with desk.database.transaction() as session:
            accounts.remove(session, person, by=by, now=session.info["now"])
        return _back("removed")

    @post("/{person:str}/recover", opt=opens_to(ADMINS, proved=True), sync_to_thread=True)
    def ask_recovery(self, person: FromPath[str], desk: DeskHere, by: By) -> Response[Any]:
        """Ask that somebody who lost their keys may come back."""
        with desk.database.transaction() as session:
            recovery.ask_recovery(session, person, by=by, now=session.info["now"])
        return _back("asked")

    @post("/recoveries/{number:int}/second", opt=opens_to(ADMINS, proved=True), sync_to_thread=True)
    def second_recovery(self, number: FromPath[int], desk: DeskHere, by: By) -> Response[Any]:
        """Second it."""
        with desk.database.transaction() as session:
            recovery.second_recovery(session, number, by=by, now=session.info["now"])
        return _back("seconded")


def _scopes(kind: str, key: str) -> frozenset[tuple[str, str]]:
    if not key:
        return frozenset()
    if kind not in {"network", "area", "organization"}:
        raise BadInputError("There is no such kind of scope.")
    return frozenset({(kind, key)})


def _back(said: str) -> Response[Any]:
    return Redirect(f"{_PEOPLE}?said={said}", status_code=303)
