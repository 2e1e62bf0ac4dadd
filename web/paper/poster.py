"""A poster for a room in which somebody is alone: a number to learn, in calm words that name no topic.

The number is the pinned one and no other. Strips to tear off hold its digits alone, because they leave the room.
"""

from collections.abc import Sequence

from directory.errors import NothingFitsError
from directory.pinned import PinnedLines
from directory.values.phone import grouped, is_toll_free
from web.paper.drawing import MEASURES, Paper, draw_sheet
from web.wording import Wording

MOST_LANGUAGES = 3
STRIPS = 10
# Of the number over the whole width, in points; a digit is about six tenths as wide as it is high.
_MOST_POINTS, _DIGIT, _SPARE_MM = 66, 0.6, 36


def strip_mm(languages: int) -> int:
    """How long the strips of a poster are."""
    return 58 if languages == 1 else 48


def poster_pdf(languages: Sequence[Wording], pinned: PinnedLines, *, paper: Paper) -> bytes:
    """One sheet in one to three languages that a person has read.

    Raises:
        NothingFitsError: no line is pinned in this country, or it is being checked.
    """
    if not pinned.shown:
        raise NothingFitsError("There is no poster where no line is pinned, or while it is being checked.")
    line = pinned.shown[0]
    digits = grouped(line.number)
    width_points = (MEASURES[paper][0] - _SPARE_MM) * 72 / 25.4
    return draw_sheet(
        "poster",
        paper=paper,
        languages=languages[:MOST_LANGUAGES],
        line=line,
        digits=digits,
        points=min(_MOST_POINTS, int(width_points / (_DIGIT * len(digits)))),
        is_free=is_toll_free(line.number),
        emergency=pinned.emergency,
        strips=STRIPS,
        long=strip_mm(len(languages)),
    )
