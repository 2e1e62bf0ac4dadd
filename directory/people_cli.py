"""Commands about who works here: ``people invite|list|revoke|recover|add-neighbour``.

Whoever may run them runs the program itself, so they need no session; everybody who has to know gets a letter.
"""

import base64
import binascii
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy.orm import Session

from directory.bootstrap import open_ready
from directory.errors import BadInputError, NothingFitsError
from directory.json_output import write_json
from directory.people import accounts, recovery
from directory.people.actor import Role
from directory.people.invitations import invite_from_shell
from directory.people.queries import list_people
from directory.people.service import command_line_person
from directory.settings import Settings, load_settings

_ROLES = ("partner", "coordinator", "admin", "law-enforcement")
_MOST_KEY_BYTES = 4_096
T = TypeVar("T")


def desk_address(settings: Settings) -> str:
    """Where people reach the desk, as far as the settings tell."""
    host = settings.desk_host or settings.public_host
    return f"https://{host}" if host else f"http://localhost:{settings.port}"


@click.group()
def people() -> None:
    """Say who works here: invite, list, revoke, recover; and neighbours that may second a change."""


@people.command()
@click.argument("email")
@click.option("--name", required=True, help="As colleagues know them.")
@click.option("--role", required=True, type=click.Choice(_ROLES))
@click.option("--network", multiple=True, help="Key of a network they work on.")
@click.option("--area", multiple=True, help="Code of an area they work on, such as US-FL or US-FL-331.")
@click.option("--organization", multiple=True, help="Id of an organization they work on.")
def invite(
    email: str,
    name: str,
    role: Role,
    *,
    network: tuple[str, ...],
    area: tuple[str, ...],
    organization: tuple[str, ...],
) -> None:
    """Invite somebody. Prints an address that is good once, for seven days; it is mailed to them, too."""
    kinds = (("network", network), ("area", area), ("organization", organization))
    scopes = frozenset((kind, key) for kind, keys in kinds for key in keys)

    def verb(session: Session, by: int) -> str:
        return invite_from_shell(
            session, email=email, name=name, role=role, scopes=scopes, by=by, now=session.info["now"]
        )

    settings = load_settings()
    click.echo(f"{desk_address(settings)}/desk/join/{_act(settings, verb)}")


@people.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one object per person.")
def list_(*, as_json: bool) -> None:
    """List who works here, or is invited."""
    database = open_ready(load_settings())
    try:
        with database.reading() as session:
            found = list_people(session)
    finally:
        database.dispose()
    if not found:
        raise NothingFitsError("Nobody works here yet. Begin with: handrail init --admin EMAIL")
    if as_json:
        write_json(found)
        return
    for person in found:
        click.echo(f"{person.standing:<8} {person.role:<15} {person.email or '-':<30} {person.name}")


@people.command()
@click.argument("email")
def revoke(email: str) -> None:
    """Let somebody work here no longer: sessions end, their keys are retired. What they did stays."""
    _act(
        load_settings(), lambda session, by: accounts.remove_from_shell(session, email, by=by, now=session.info["now"])
    )
    click.echo("They work here no longer.")


@people.command()
@click.argument("email")
def recover(email: str) -> None:
    """Let somebody who lost their keys come back. Prints an address that is good once, for a day; admins are told."""
    settings = load_settings()
    key = _act(
        settings, lambda session, by: recovery.recover_from_shell(session, email, by=by, now=session.info["now"])
    )
    click.echo(f"{desk_address(settings)}/desk/join/{key}")


@people.command("add-neighbour")
@click.argument("name")
@click.option("--key", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def add_neighbour(name: str, key: Path) -> None:
    """Know another deployment by the public KEY with which it signs approvals (a PEM file, or base64)."""
    public = _public_key(key)
    _act(
        load_settings(),
        lambda session, by: (
            accounts.add_neighbour(session, name=name, public_key=public, by=by, now=session.info["now"]).id
        ),
    )
    click.echo("The neighbour is known. In seven days it may second changes, or when a coordinator vouches for it.")


def _act(settings: Settings, verb: Callable[[Session, int], T]) -> T:
    database = open_ready(settings)
    try:
        with database.transaction() as session:
            by = command_line_person(session, now=session.info["now"])
            return verb(session, by.id)
    finally:
        database.dispose()


def _public_key(file: Path) -> bytes:
    content = file.read_bytes()[:_MOST_KEY_BYTES]
    try:
        if content.lstrip().startswith(b"-----BEGIN"):
            key = load_pem_public_key(content)
            if isinstance(key, Ed25519PublicKey):
                return key.public_bytes_raw()
        else:
            return base64.b64decode(content.strip(), validate=True)
    except (ValueError, UnsupportedAlgorithm, binascii.Error):
        pass
    raise BadInputError("The file holds no Ed25519 public key.")


commands: list[click.Command] = [people]
