"""Whoever runs a listing says so, and asks for a letter: a page that says what that does, and one that thanks.

Nothing is typed: a letter goes to the mailbox that is held and was verified, or somebody calls. Both pages are the same
whether or not one is held, and whatever comes of it (SAFETY A7, I11).
"""

from web.dependencies import Site
from web.forms import Form
from web.pages.asking import AGREED, KEY, LISTING, OURS, SHOW, Asked
from web.pages.look_over import is_key
from web.wording import Wording


async def ours(site: Site, t: Wording, asked: Asked, form: Form) -> bytes:
    """What a press on "do you run this" brings.

    Raises:
        NotFoundError: there is no such listing, or nobody may find it (any longer).
    """
    key, listing = form.one(KEY), form.one(LISTING)
    about = [(KEY, key)] if key else [(LISTING, listing)]
    kept = [*asked.hidden(), *about, (SHOW, OURS)]
    if not form.one(AGREED):
        return site.pages.page("ours", t, kept=kept, is_noted=False, listing="" if key else listing)
    if not key:
        await site.confirmations.wish(listing)
    elif is_key(key):
        await site.confirmations.wish_again(key)
    return site.pages.page("ours", t, kept=kept, is_noted=True, listing="" if key else listing)
