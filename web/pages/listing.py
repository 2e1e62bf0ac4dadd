"""A listing's page: a state of the front page, like everything else."""

from directory.clock import day_number
from directory.errors import NotFoundError
from directory.forensic.nearest import exam_kinds
from directory.freshness.policy import KEPT_DAYS
from directory.places.place import Place
from directory.search.answer import Question
from directory.search.queries import ListingPage, reading_listing
from web.dependencies import Site
from web.pages.asking import LISTING, PLACE, Asked
from web.pages.choices import choices
from web.pages.exam import shown_exam
from web.pages.handoff_rows import HandoffWords, caller_of, zones_of
from web.pages.listing_sheet import SheetWords
from web.pages.reliability_words import calls_row
from web.pages.reminders import interpreter_notes, notes_for
from web.pages.report_lines import report_lines
from web.pages.result_card import CardWords
from web.pages.where import UnclearPlaceError
from web.wording import Wording


async def show_listing(site: Site, t: Wording, asked: Asked, listing: str) -> bytes:
    """The page of a listing, with the way back to what was asked.

    Raises:
        NotFoundError: there is no such listing, or nobody may see it (any longer).
    """
    found = await find_listing(site, listing)
    now = site.clock()
    cards = CardWords(t, now=now, gazetteer=site.gazetteer)
    near = _near(site, asked)
    handing = HandoffWords(
        t, caller=caller_of(asked), now=now, here=zones_of(site, near), pinned=site.pages.pinned().shown
    )
    calls = await calls_row(site, t, listing, is_private=found.card.block == "confidential")
    call = (*handing.rows(found.card, found.parts), calls)
    exams = Question(need="sane", near=near, minor_age=asked.minor_age)
    return site.pages.page(
        "listing",
        t,
        listing=SheetWords(t, cards=cards, now=now).sheet(found.card, found.parts, call=call),
        exam=shown_exam(t, exams, None, cards=cards) if exam_kinds(found.card) else None,
        kept=[*asked.hidden(), (LISTING, listing)],
        can_go_back=asked.is_searchable,
        reasons=choices(t).reasons,
        notes=notes_for(t, asked, found.card, country=site.settings.country),
        interpreter=interpreter_notes(found.card, t, language=asked.language),
        reporting=await report_lines(site, t, asked),
    )


def _near(site: Site, asked: Asked) -> Place | None:
    """Where the search started, or else the deployment's own area: there the person is."""
    try:
        return site.places.nearby(asked.place or site.settings.default_area, field=PLACE)
    except UnclearPlaceError:
        return None


async def find_listing(site: Site, listing: str) -> ListingPage:
    """A listing as anybody may see it.

    Raises:
        NotFoundError: there is no such listing, nobody may see it (any longer), or nobody looks after this deployment
            and nobody confirmed the listing within a year.
    """
    found: ListingPage = await site.reader.run(reading_listing(listing))
    if site.attention.since() is not None and (found.card.confirmed_on <= day_number(site.clock()) - KEPT_DAYS):
        raise NotFoundError("There is no such listing.")
    return found
