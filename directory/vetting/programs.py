"""Which program somebody vets, and whether they may."""

import datetime as dt

from sqlalchemy.orm import Session

from directory.errors import NotFoundError, RefusedError
from directory.integrity.reach import require_scope
from directory.integrity.table import MISSING, Case, judge
from directory.listings.models import Record
from directory.listings.queries import get_record
from directory.people.actor import Actor


def program_of(session: Session, organization_id: int, *, by: Actor, now: dt.datetime) -> Record:
    """The record of a program that somebody vets.

    Raises:
        NotFoundError: there is no such organization, or ``by`` does not work on it.
        RefusedError: ``by`` is neither coordinator nor admin, or it was merged into another.
    """
    program = get_record(session, organization_id)
    require_scope(session, program, by=by)
    if program.kind != "organization":
        raise NotFoundError("There is no such program.")
    verdict = judge(Case(state="unverified", action="correct", actor=by, now=now))
    if not verdict.is_allowed:
        raise RefusedError(MISSING[verdict.missing[0]].capitalize() + ".")
    if program.standing == "merged":
        raise RefusedError("This program was merged into another; vet that one.")
    return program
