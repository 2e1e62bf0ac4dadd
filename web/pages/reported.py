"""Something is wrong: a press that says what, and a page that says what happens next."""

from web.dependencies import Site
from web.pages.asking import LISTING, Asked
from web.wording import Wording


async def take_report(site: Site, t: Wording, asked: Asked, report: str, *, from_listing: str) -> bytes:
    """Count a report and thank for it, with the way back to what was asked.

    Args:
        site: the deployment.
        t: the language.
        asked: the question that the way back leads to.
        report: what a press sends: the reason, a colon, and the id of the listing.
        from_listing: the listing whose page the press was on; empty on a list of results.

    Raises:
        NotFoundError: there is no such listing, or nobody may find it (any longer).
        UnknownTermError: there is no such reason.
    """
    reason, _, listing = report.partition(":")
    await site.reports.count(listing, reason)
    kept = [*asked.hidden(), *([(LISTING, from_listing)] if from_listing else [])]
    return site.pages.page("reported", t, kept=kept, listing=from_listing, can_go_back=asked.is_searchable)
