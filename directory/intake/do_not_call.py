"""Who asked not to be called: a mark on an organization that no source can set, see or take away.

It holds for all that the organization offers, for what it was merged with, and for whatever has one of its numbers,
under whatever name it comes in. Whatever plans calls asks ``may_be_called`` first.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import in_portions
from directory.errors import BadInputError
from directory.listings.changes import Author, OpenChange
from directory.listings.drafts import FactDraft
from directory.listings.fields import TermValue
from directory.listings.models import Fact, Record
from directory.listings.queries import get_record, joined_ids
from directory.listings.service import touch

DO_NOT_CALL = "handrail:do-not-call"


def say_do_not_call(session: Session, organization_id: int, *, by: int | None, reason: str, now: dt.datetime) -> None:
    """Note that an organization does not want to be called; said again, it changes nothing.

    Raises:
        NotFoundError: there is no such record.
        BadInputError: it is no organization.
    """
    organization = get_record(session, organization_id)
    if organization.kind != "organization":
        raise BadInputError("Only an organization can ask not to be called.")
    if not _is_marked(session, {organization_id}):
        change = OpenChange(session, Author("edit", reason, by), subject_id=organization_id, now=now)
        change.add(organization, FactDraft("attribute", TermValue(), slot=DO_NOT_CALL, tier="coordinator"))
        change.close()
        touch(session, organization_id)


def may_be_called(session: Session, record: Record) -> bool:
    """Whether nobody of a record's organization, and nobody with one of its numbers, asked not to be called.

    The same as ``not_to_be_called`` says, read by the indexes of one record's numbers.
    """
    owners = joined_ids(session, [record.organization_id or record.id])
    family = sa.select(Record.id).where(sa.or_(Record.id.in_(owners), Record.organization_id.in_(owners)))
    numbers = sa.select(Fact.match_key).where(
        Fact.record_id.in_(family), Fact.field == "phone", Fact.match_key.is_not(None), Fact.standing == "current"
    )
    others = session.scalars(
        sa.select(sa.func.coalesce(Record.organization_id, Record.id))
        .join(Fact, Fact.record_id == Record.id)
        .where(Fact.field == "phone", Fact.match_key.in_(numbers), Fact.standing.in_(("current", "past")))
        .distinct()
    )
    return not _is_marked(session, owners | joined_ids(session, others))


def not_to_be_called(session: Session) -> set[int]:
    """The organizations that asked not to be called, and those that have a number of one of them.

    Whatever one of these was merged with is among them.
    """
    marked = joined_ids(
        session,
        session.scalars(
            sa.select(Fact.record_id).where(
                Fact.field == "attribute", Fact.slot == DO_NOT_CALL, Fact.standing == "current"
            )
        ),
    )
    owner = sa.func.coalesce(Record.organization_id, Record.id)
    found = set(marked)
    for portion in in_portions(sorted(marked)):
        # A number that they gave up is still theirs: whoever has it now has it from a list that is old.
        theirs = (
            sa.select(Fact.match_key)
            .join(Record, Record.id == Fact.record_id)
            .where(
                owner.in_(portion), Fact.field == "phone", Fact.match_key.is_not(None),
                Fact.standing.in_(("current", "past")),
            )
        )  # fmt: skip
        found.update(
            session.scalars(
                sa.select(owner)
                .select_from(Fact)
                .join(Record, Record.id == Fact.record_id)
                .where(Fact.field == "phone", Fact.standing == "current", Fact.match_key.in_(theirs))
                .distinct()
            )
        )
    return joined_ids(session, found)


def _is_marked(session: Session, organization_ids: set[int]) -> bool:
    marked = sa.select(Fact.id).where(
        Fact.record_id.in_(organization_ids), Fact.field == "attribute", Fact.slot == DO_NOT_CALL,
        Fact.standing == "current",
    )  # fmt: skip
    return session.scalar(marked.limit(1)) is not None
