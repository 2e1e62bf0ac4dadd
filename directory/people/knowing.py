"""Who knows whom: whose word for an account counts, who gave theirs, and from when an account needs nobody's."""

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.people.actor import Actor
from directory.people.models import Person, Vouch
from directory.people.policy import KEEPERS, SEASONED_AFTER, is_seasoned
from directory.people.queries import actor_of


class Known(msgspec.Struct, frozen=True):
    """What there is to say about the word of one person for another.

    Attributes:
        said_on: the day (UTC) on which the word was given; None where it was not.
        refusal: why it would not count, in words; empty where it would.
        counts_from: the day from which who keeps listings counts as a second person by themselves; None where they do
            now, and for others.
    """

    said_on: dt.date | None
    refusal: str
    counts_from: dt.date | None


def known_to(session: Session, by: Actor, *, now: dt.datetime) -> dict[str, Known]:
    """Of everybody else who works here, by public id."""
    said = {one.person_id: one.at.date() for one in session.scalars(sa.select(Vouch).where(Vouch.by_id == by.id))}
    people = session.scalars(
        sa.select(Person)
        .where(Person.standing != "removed", Person.id != by.id)
        .where(sa.or_(Person.email.is_not(None), Person.role == "neighbour"))
    )
    return {
        str(one.public_id): Known(
            said.get(one.id), why_no_vouch(session, one, by=by, now=now), _counts_from(session, one, now=now)
        )
        for one in people.all()
    }


def why_no_vouch(session: Session, person: Person, *, by: Actor, now: dt.datetime) -> str:
    """Why the word of somebody for a person does not count, in words; empty where it does."""
    if by.id in {person.id, person.invited_by}:
        return "A third person has to do that: not the one invited, nor the one who invited."
    hosts = {person.id, *_hosts(session, person.invited_by)}
    if now - by.created_at < SEASONED_AFTER and _hosts(session, by.invited_by) & hosts:
        # Else somebody could invite two, and let one speak for the other on the same day.
        return "You came by the same invitation. Your word counts when you have been here for a week."
    return ""


def _counts_from(session: Session, person: Person, *, now: dt.datetime) -> dt.date | None:
    if person.role not in KEEPERS or is_seasoned(actor_of(session, person.id), now=now):
        return None
    return (person.created_at + SEASONED_AFTER).date()


def _hosts(session: Session, host: int | None) -> set[int]:
    """Who invited somebody, who invited them, and so on."""
    hosts: set[int] = set()
    while host is not None and host not in hosts:
        hosts.add(host)
        host = session.scalar(sa.select(Person.invited_by).where(Person.id == host))
    return hosts
