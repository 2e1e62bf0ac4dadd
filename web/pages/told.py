"""What came of a call: a press that says it, and a page that thanks for it (``directory.handoff.outcomes``)."""

from directory.errors import UnknownTermError
from directory.handoff.policy import OUTCOMES, REASONS
from web.dependencies import Site
from web.pages.asking import HAND, LISTING, Asked
from web.pages.choices import Choice
from web.wording import Wording


def outcome_choices(t: Wording) -> list[Choice]:
    """What a call can come to, one press each."""
    return [Choice(code, t(f"went.{code}")) for code in OUTCOMES]


async def take_outcome(site: Site, t: Wording, asked: Asked, told: str, *, from_listing: str, in_hand: str) -> bytes:
    """Count a press and thank for it; after a no, what was missing is one more press, for whoever likes.

    Args:
        site: the deployment.
        t: the language.
        asked: the question that the way back leads to.
        told: what a press sends: the outcome, a colon, the id of the listing; of a reason another colon and the reason.
        from_listing: the listing whose page led here; empty elsewhere.
        in_hand: the number that was read aloud, the value of the field ``HAND``.

    Raises:
        NotFoundError: there is no such listing, or nobody may find it (any longer).
        UnknownTermError: there is no such outcome or reason.
    """
    outcome, _, rest = told.partition(":")
    listing, has_reason, reason = rest.partition(":")
    if has_reason and outcome != "declined":
        raise UnknownTermError("There is no such answer.")
    await site.reports.tell(listing, outcome, reason if has_reason else None)
    asks_why = outcome == "declined" and not has_reason
    reasons = [Choice(f"declined:{listing}:{code}", t(f"missing.{code}")) for code in REASONS] if asks_why else []
    came_from = [(LISTING, from_listing)] if from_listing else []
    number = [(HAND, in_hand)] if in_hand else []
    return site.pages.page(
        "told", t, kept=[*asked.hidden(), *came_from, *number], reasons=reasons, in_hand=in_hand,
        listing=from_listing, can_go_back=asked.is_searchable,
    )  # fmt: skip
