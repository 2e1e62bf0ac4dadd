"""Verbs of networks and people."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.people.models import Network, Person

COMMAND_LINE = "command line"


def command_line_person(session: Session, *, now: dt.datetime) -> Person:
    """Return the person that commands act as, made at first use, so that the audit names an actor for them."""
    person = session.scalar(
        sa.select(Person).where(Person.name == COMMAND_LINE, Person.email.is_(None), Person.standing == "active")
    )
    if person is None:
        person = Person(public_id=session.info["new_id"](), name=COMMAND_LINE, role="admin", created_at=now)
        session.add(person)
        session.flush()
    return person


def ensure_network(session: Session, *, key: str, name: str, kind: str) -> Network:
    """Return the network with this key, made (``working`` or ``practice``) if it does not exist."""
    network = session.scalar(sa.select(Network).where(Network.key == key))
    if network is None:
        network = Network(key=key, name=name, kind=kind)
        session.add(network)
        session.flush()
    return network
