"""The pages that tell people what to know before they rely on this site: states of the front page, like all."""

from collections.abc import Mapping
from types import MappingProxyType

from web.exclusions import reasons_in_words
from web.pages.asking import HAND, LISTING, SHOW, Asked
from web.rendering import Pages
from web.wording import Wording

# Values of the field ``x`` and the pages that they open.
GUIDES: Mapping[str, str] = MappingProxyType({"s": "safety", "b": "beside", "p": "entries"})


def show_guide(pages: Pages, t: Wording, asked: Asked, guide: str, *, from_listing: str, in_hand: str = "") -> bytes:
    """A page of ``GUIDES``, with the way back to where the reader was.

    Args:
        pages: renders it.
        t: the language.
        asked: the question, which the page hands on so that the list or the form comes back as it was.
        guide: the value of ``x``, a key of ``GUIDES``.
        from_listing: the listing that the reader came from; empty for the list, the form, or the other guide.
        in_hand: the number that the reader was reading aloud, if any.
    """
    came_from = [(name, value) for name, value in ((LISTING, from_listing), (HAND, in_hand)) if value]
    # The page itself is kept too, so that a change of language stays on it; the button that leads back says otherwise.
    kept = [*asked.hidden(), *came_from, (SHOW, guide)]
    return pages.page(
        GUIDES[guide], t, kept=kept, listing=from_listing, in_hand=in_hand, can_go_back=asked.is_searchable,
        reasons=reasons_in_words(t),
    )  # fmt: skip
