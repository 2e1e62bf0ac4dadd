"""Who acts: what every rule about people needs to know of somebody, read once."""

import datetime as dt
from typing import Literal

import msgspec

Role = Literal["partner", "coordinator", "admin", "law-enforcement", "neighbour"]
ROLES: tuple[Role, ...] = ("partner", "coordinator", "admin", "law-enforcement", "neighbour")


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who acts on the directory.

    Attributes:
        id: of the person.
        public_id: what others may see of it.
        name: as colleagues know them.
        role: what they may do at most.
        invited_by: who invited them; None for those whom the command line invited or who came first.
        vouched_by: others who said that they know them.
        created_at: when the account was made.
        has_key: whether they have a credential of their own. The command line has none.
        scopes: what they work on, as (kind, key).
        organization_id: the record of the organization that they speak for, if any.
        stepped_up: whether they proved within the last minutes, beyond the session, that it is them.
    """

    id: int
    public_id: str
    name: str
    role: Role
    invited_by: int | None = None
    vouched_by: frozenset[int] = frozenset()
    created_at: dt.datetime
    has_key: bool = True
    scopes: frozenset[tuple[str, str]] = frozenset()
    organization_id: int | None = None
    stepped_up: bool = False
