"""How calls to a listing went, in words: on its page, beside a number in hand, and for the program itself."""

import datetime as dt

import msgspec

from directory.handoff.queries import reading_told
from directory.handoff.reliability import Reliability, Told, reliability
from web.dependencies import Site
from web.pages.evidence import today_in
from web.pages.listing_sheet import ShownListing, ShownRow
from web.wording import Wording


async def calls_row(site: Site, t: Wording, listing: str, *, is_private: bool, for_program: bool = False) -> ShownRow:
    """The row that says how calls to a listing went, as readers see it, or before them ``for_program``."""
    told: tuple[Told, ...] = await site.reader.run(reading_told(listing))
    found = reliability(told, today=today_of_weeks(site.clock()), for_program=for_program)
    return row_of(found, t, is_private=is_private)


def with_calls(sheet: ShownListing, row: ShownRow) -> ShownListing:
    """The page of a listing with that row, last in its section about the call."""
    replace = msgspec.structs.replace
    sections = [replace(one, rows=(*one.rows, row)) if one.id == "call" else one for one in sheet.sections]
    return replace(sheet, sections=tuple(sections))


def today_of_weeks(now: dt.datetime) -> dt.date:
    """The day by which weeks are over: they are counted in UTC."""
    return today_in("UTC", now)


def row_of(found: Reliability | None, t: Wording, *, is_private: bool, heading: str = "") -> ShownRow:
    """What calls came to as a row; of a confidential listing months are told and no days (SAFETY L8)."""
    heading = heading or t("row.reliability")
    if found is None:
        return ShownRow(heading, (t("reliability.few"),))
    texts = [
        t("reliability.answered", answered=found.answered, n=found.tries)
        if found.answered
        else t("reliability.never", n=found.tries)
    ]
    if found.usual:
        texts.append(t(f"reliability.usual.{found.usual}"))
    if found.full:
        texts.append(t("reliability.full", n=found.full))
    first, last = (t.month(day) if is_private else day for day in (found.first, found.last))
    return ShownRow(heading, (" ".join(texts),), t("reliability.weeks", first=first, last=last))
