"""The card as a file: the second choice, because a file stays on the device. What the page prints leaves none."""

import asyncio

from litestar import Response

from directory.errors import UnknownTermError
from web.dependencies import Site
from web.forms import Form
from web.pages.aloud import card_numbers, find_number
from web.pages.asking import HAND, LABEL, NUMBER, SIZE, TOLD
from web.pages.to_keep import file_to_keep
from web.paper.card import LABELS, SIZES, card_pdf
from web.wording import Wording


async def card_to_carry(site: Site, t: Wording, form: Form) -> Response[bytes] | None:
    """The file; None when it must not be made.

    That is when no number was chosen, when a line says its name and nobody told the person so, or when nothing here can
    draw it. That the person agreed is seen before; neither is kept.

    Raises:
        NotFoundError: there is no such number, or nobody may see it (any longer).
        UnknownTermError: the label or the size is none that the page offers.
    """
    label, size = form.one(LABEL), form.one(SIZE)
    if label not in LABELS or size not in SIZES:
        raise UnknownTermError("There is no such card.")
    offered = card_numbers(await find_number(site, t, form.one(HAND)))
    chosen = [number for place, number in enumerate(offered) if str(place) in form.all(NUMBER)]
    is_said = bool(form.one(TOLD)) or all(number.is_neutral for number in chosen)
    if not chosen or not is_said or not site.can_print:
        return None
    words = "" if label == "blank" else t(f"card_label.{label}")
    digits = [number.digits for number in chosen]
    drawn = await asyncio.to_thread(card_pdf, words, digits, size=size, direction=t.direction)
    return file_to_keep(drawn)
