"""At a listing: how calls to it went, and who sees it before readers do."""

import msgspec
from sqlalchemy.orm import Session

from directory.handoff.outcomes import speaks_for
from directory.handoff.queries import told_of
from directory.handoff.reliability import reliability
from directory.listings.models import Record
from directory.people.actor import Actor
from directory.people.policy import KEEPERS
from web.calls_in_words import calls_in_words
from web.desk.guards import PARTNERS
from web.wording import Wording

_ENGLISH = Wording("en")


class CallsShown(msgspec.Struct, frozen=True):
    """How calls to a listing went, as the page of the listing shows it.

    Attributes:
        readers: what readers see, and over which weeks.
        program: what the program sees before them; empty for whoever neither keeps nor speaks for the listing.
        is_own: whether they speak for it.
        may_tell: whether they may say what came of a call, at the page of the call.
    """

    readers: tuple[str, str]
    program: tuple[str, str] | None
    is_own: bool
    may_tell: bool


def calls_shown(session: Session, listing: Record, *, by: Actor) -> CallsShown:
    """What somebody sees of how calls to a listing went."""
    told, today = told_of(session, listing.id), session.info["now"].date()
    is_own = speaks_for(session, listing, by=by)

    def said(*, for_program: bool) -> tuple[str, str]:
        found = reliability(told, today=today, for_program=for_program)
        return calls_in_words(found, _ENGLISH, is_private=listing.location_disclosure != "public" and not for_program)

    return CallsShown(
        readers=said(for_program=False),
        program=said(for_program=True) if is_own or by.role in KEEPERS else None,
        is_own=is_own,
        may_tell=by.role in PARTNERS and not is_own,
    )
