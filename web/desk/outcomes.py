"""At a listing: how calls to it went, and one press for who called just now."""

from typing import Any, Final

import msgspec
from litestar import Controller, Request, Response, post
from litestar.params import FromPath, RawBody
from sqlalchemy.orm import Session

from directory.handoff.outcomes import speaks_for, tell
from directory.handoff.policy import BANDS, OUTCOMES, REASONS
from directory.handoff.queries import told_of
from directory.handoff.reliability import reliability
from directory.listings.models import Record
from directory.people.actor import Actor
from directory.people.policy import KEEPERS
from web.calls_in_words import calls_in_words
from web.desk.app import By, DeskHere
from web.desk.forms import desk_form
from web.desk.guards import PARTNERS, opens_to
from web.desk.one_listing import LISTINGS, back_to, listing_here
from web.wording import Wording

_ENGLISH = Wording("en")
_REPLY: Final = dict(
    zip(BANDS, ("not noted", "within 20 minutes", "within an hour", "within four hours", "later"), strict=True)
)


class CallsShown(msgspec.Struct, frozen=True):
    """How calls to a listing went, as the page of the listing shows it.

    Attributes:
        readers: what readers see, and over which weeks.
        program: what the program sees before them; empty for whoever neither keeps nor speaks for the listing.
        is_own: whether they speak for it.
        may_tell: whether they may say what came of a call.
        outcomes: what it can come to; ``reasons`` what was missing, ``replies`` how long it took: value and words.
    """

    readers: tuple[str, str]
    program: tuple[str, str] | None
    is_own: bool
    may_tell: bool
    outcomes: dict[str, str]
    reasons: dict[str, str]
    replies: dict[int, str]


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
        outcomes={code: _ENGLISH(f"went.{code}") for code in OUTCOMES},
        reasons={code: _ENGLISH(f"missing.{code}") for code in REASONS},
        replies=_REPLY,
    )


class Outcomes(Controller):
    """One button of the page of a listing."""

    path = f"{LISTINGS}/{{listing:str}}/outcome"

    @post("/", opt=opens_to(PARTNERS), sync_to_thread=True)
    def tell(
        self, request: Request[Any, Any, Any], body: RawBody, listing: FromPath[str], desk: DeskHere, by: By
    ) -> Response[Any]:
        """Count what came of a call; who called is kept nowhere."""
        form = desk_form(request, body, {"outcome", "reason", "reply"})
        outcome = form.one("outcome")
        with desk.database.transaction() as session:
            tell(
                session, listing_here(session, listing, by).id, outcome=outcome, by=by, now=session.info["now"],
                # The list stands beside every button, and says something with a no alone.
                reason=form.one("reason") if outcome == "declined" else "", reply_band=form.number("reply") or 0,
            )  # fmt: skip
        return back_to(listing, "went")
