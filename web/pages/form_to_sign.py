"""The blank form that a person may sign, as a file: made of words alone, whoever asks for it."""

import asyncio

from litestar import Response

from directory.errors import UnknownTermError
from web.dependencies import Site
from web.forms import Form
from web.pages.asking import PAPER, TO_SIGN
from web.pages.to_keep import file_to_keep
from web.paper.drawing import paper_of
from web.paper.release_form import release_form_pdf, signed_in
from web.wording import Wording


async def form_to_sign(site: Site, t: Wording, form: Form) -> Response[bytes] | None:
    """The file; None when nothing here can draw it.

    Raises:
        UnknownTermError: it asks for a sheet that there is not.
    """
    if form.one(PAPER) != TO_SIGN:
        raise UnknownTermError("There is no such sheet.")
    if not site.can_print:
        return None
    drawn = await asyncio.to_thread(
        release_form_pdf, signed_in(t, site.pages.wording), paper=paper_of(site.settings.country)
    )
    return file_to_keep(drawn)
