"""A blank form on which a person may say who may tell whom what: printed empty, filled in by hand, never seen by us.

It names no house, no topic and no site.
"""

from collections.abc import Callable, Sequence

from web.paper.drawing import Paper, draw_sheet
from web.wording import Wording


def release_form_pdf(languages: Sequence[Wording], *, paper: Paper) -> bytes:
    """One sheet, with every text in each of one or two languages beside each other, and one line to fill in.

    Whoever signs has to understand it, and so has whoever asks for the signature: give the person's language first.
    """
    return draw_sheet("release_form", paper=paper, languages=languages)


def signed_in(t: Wording, wording: Callable[[str], Wording]) -> tuple[Wording, ...]:
    """The languages of a form: that of a page where a person has read it, else the one that lends to it; and English.

    Nobody signs words that nobody has read.
    """
    return tuple(wording(language) for language in dict.fromkeys((t.lender, "en")))
