"""Who works here: inviting, vouching, roles, recovery, and letting go."""

import shlex
from typing import Any, Final

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery, RawBody
from litestar.response import Redirect
from sqlalchemy.orm import Session

from directory.errors import BadInputError, RefusedError
from directory.people import accounts, recovery
from directory.people.actor import Actor
from directory.people.invitations import invite
from directory.people.knowing import known_to
from directory.people.policy import KEEPERS, Scopes
from directory.people.queries import ListedPerson, list_people
from web.desk.app import By, Desk, DeskHere
from web.desk.forms import desk_form
from web.desk.guards import ADMINS, opens_to
from web.desk.scopes import choices, in_words, scopes_of
from web.doors import DESK
from web.forms import Form

_SAID = {
    "vouched": "Your word is noted.",
    "changed": "Changed. Everybody who has to know gets a letter.",
    "removed": "They work here no longer.",
    "asked": "Asked for. Another admin has to second it within three days.",
    "seconded": "Seconded. They get a link that is good for one day.",
}
_INVITED = "The invitation is on its way, if nobody with that address works here yet. It is good for seven days."
# Without a mail server nobody gets a letter, and no page shows the address: whoever saw it could join in their place.
_BY_HAND = (
    "Noted, if nobody with that address works here yet. No mail server is set (HANDRAIL_MAIL_SERVER), so no letter "
    "goes out: whoever runs the server prints the address that opens once, by the command beside their name."
)
ROLES: Final = {
    "partner": "sees what everybody sees, and proposes changes that a coordinator decides about",
    "coordinator": "keeps listings: calls, enters, brings lists in, decides what others propose",
    "admin": "does all that everywhere, and says who works here",
    "law-enforcement": "sees public listings alone, but for what a program lets them see",
}
_FIELDS = ("email", "name", "role", "kind", "key")
_PEOPLE = f"{DESK}/people"


class People(Controller):
    """Pages about who works here."""

    path = _PEOPLE

    @get("/", opt=opens_to(KEEPERS), sync_to_thread=True)
    def show(
        self, request: Request[Any, Any, Any], desk: DeskHere, by: By, said: FromQuery[str] = ""
    ) -> Response[bytes]:
        """Everybody, and what can be done about them."""
        by_hand = _INVITED if desk.settings.mail_server else _BY_HAND
        return _page(request, desk, by, notice=by_hand if said == "invited" else _SAID.get(said, ""))

    @post("/invite", opt=opens_to(KEEPERS, proved=True), sync_to_thread=True)
    def invite(self, request: Request[Any, Any, Any], body: RawBody, desk: DeskHere, by: By) -> Response[Any]:
        """Invite somebody, unless something is wrong: then the form comes back as it was."""
        form = desk_form(request, body, set(_FIELDS))
        role: Any = form.one("role")
        try:
            with desk.database.transaction() as session:
                invite(
                    session, email=form.one("email"), name=form.one("name"), role=role,
                    scopes=_scopes(session, desk, form), by=by, now=session.info["now"],
                )  # fmt: skip
        except (BadInputError, RefusedError) as error:
            status = 400 if isinstance(error, BadInputError) else 409
            return _page(request, desk, by, wrong=str(error), form=form, status=status)
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
        with desk.database.transaction() as session:
            accounts.set_scopes(session, person, _scopes(session, desk, form), by=by, now=session.info["now"])
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


def _scopes(session: Session, desk: Desk, form: Form) -> Scopes:
    return scopes_of(
        session, form.one("kind"), form.one("key"), gazetteer=desk.gazetteer, country=desk.settings.country
    )


def _page(
    request: Request[Any, Any, Any],
    desk: Desk,
    by: Actor,
    *,
    notice: str = "",
    wrong: str = "",
    form: Form | None = None,
    status: int = 200,
) -> Response[bytes]:
    with desk.database.reading() as session:
        now = session.info["now"]
        people = list_people(session)
        words = {one.id: [_works_on(session, desk, scope) for scope in one.scopes] for one in people}
        values: dict[str, Any] = {
            "people": people, "works_on_words": words, "known": known_to(session, by, now=now),
            "waiting": recovery.open_requests(session, now=now),
            "commands": {one.id: _command(one) for one in people if one.standing == "invited"},
            "choices": choices(session, by, gazetteer=desk.gazetteer),
        }  # fmt: skip
    roles = ROLES if by.role == "admin" else {"partner": ROLES["partner"]}
    typed = {field: form.one(field) if form else "" for field in _FIELDS}
    return desk.pages.page(
        "people", request, status=status, notice=notice, wrong=wrong, typed=typed, roles=roles, all_roles=ROLES,
        sends_letters=bool(desk.settings.mail_server), names={one.id: one.name for one in people}, **values,
    )  # fmt: skip


def _command(person: ListedPerson) -> str:
    """What whoever runs the server types to print the address of an invitation; what a name holds is quoted."""
    said = ["handrail", "people", "invite", person.email, "--name", person.name, "--role", person.role]
    for scope in person.scopes:
        kind, _, key = scope.partition(" ")
        said += [f"--{kind}", key]
    return shlex.join(said)


def _works_on(session: Session, desk: Desk, scope: str) -> str:
    kind, _, key = scope.partition(" ")
    return in_words(session, kind, key, desk.gazetteer)


def _back(said: str) -> Response[Any]:
    return Redirect(f"{_PEOPLE}?said={said}", status_code=303)
