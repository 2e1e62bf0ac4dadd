"""Who is told when something happens to a listing: everybody who could have done it, but whoever did (SAFETY A8)."""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy.orm import Session

from directory.mail.service import put_out
from directory.people.letters import addresses_of


def tell_keepers(
    session: Session, letter: str, fields: Mapping[str, str], *, now: dt.datetime, apart_from: int = 0
) -> None:
    """Put a letter out for every active coordinator and admin but one; ``fields`` hold ids only."""
    for email in addresses_of(session, roles=("coordinator", "admin"), apart_from=apart_from):
        put_out(session, email, letter, {"when": now.date().isoformat(), **fields}, now=now)
