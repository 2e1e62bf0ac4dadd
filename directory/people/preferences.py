"""What people who work here chose for themselves: how many minutes they have in a month, and which letters."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import BadInputError
from directory.people.actor import Actor
from directory.people.models import Person, Preference
from directory.people.policy import KEEPERS

# Nobody calls for more than a hundred hours in a month.
MOST_MINUTES = 6_000


def minutes_of(session: Session, person_id: int) -> int | None:
    """How many minutes somebody has in a month; None where they did not say."""
    return session.scalar(sa.select(Preference.minutes).where(Preference.person_id == person_id))


def minutes_of_all(session: Session) -> dict[int, int]:
    """The minutes of all who keep listings now and said how many they have, by person."""
    rows = session.execute(
        sa.select(Preference.person_id, Preference.minutes)
        .join(Person, Person.id == Preference.person_id)
        .where(Person.role.in_(KEEPERS), Person.standing == "active", Preference.minutes > 0)
        .order_by(Preference.person_id)
    )
    return {person: minutes for person, minutes in rows if minutes is not None}


def set_minutes(session: Session, minutes: int, *, by: Actor) -> None:
    """Keep how many minutes somebody has in a month; 0 = none for now.

    Raises:
        BadInputError: nobody has so many.
    """
    if not 0 <= minutes <= MOST_MINUTES:
        raise BadInputError(f"Say how many minutes you have in a month, {MOST_MINUTES} at most.")
    _own(session, by.id).minutes = minutes
    session.flush()


def wants_weekly(session: Session, person_id: int) -> bool:
    """Whether somebody wants a letter each week that says how much is due."""
    return bool(session.scalar(sa.select(Preference.weekly).where(Preference.person_id == person_id)))


def set_weekly(session: Session, *, wanted: bool, by: Actor) -> None:
    """Keep whether somebody wants it."""
    _own(session, by.id).weekly = wanted
    session.flush()


def _own(session: Session, person_id: int) -> Preference:
    found = session.get(Preference, person_id)
    if found is None:
        found = Preference(person_id=person_id, weekly=False)
        session.add(found)
    return found
