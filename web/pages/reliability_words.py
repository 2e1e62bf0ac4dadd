"""The row that says how calls to a listing went: on its page, beside a number in hand, and for the program itself."""

import datetime as dt

import msgspec

from directory.handoff.queries import reading_told
from directory.handoff.reliability import Told, reliability
from web.calls_in_words import calls_in_words
from web.dependencies import Site
from web.pages.listing_sheet import ShownListing, ShownRow
from web.wording import Wording


async def calls_row(
    site: Site, t: Wording, listing: str, *, is_private: bool, for_program: bool = False
) -> ShownRow:  # fmt: skip
    """How calls to a listing went, as readers see it, or before them ``for_program``."""
    told: tuple[Told, ...] = await site.reader.run(reading_told(listing))
    # Weeks are counted in UTC.
    found = reliability(told, today=site.clock().astimezone(dt.UTC).date(), for_program=for_program)
    said, weeks = calls_in_words(found, t, is_private=is_private)
    return ShownRow(t("row.reliability"), (said,), weeks)


def with_calls(sheet: ShownListing, row: ShownRow) -> ShownListing:
    """The page of a listing with that row, last in its section about the call."""
    replace = msgspec.structs.replace
    sections = [replace(one, rows=(*one.rows, row)) if one.id == "call" else one for one in sheet.sections]
    return replace(sheet, sections=tuple(sections))
