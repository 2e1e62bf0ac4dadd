"""What may be written into a protocol: steps and where the paper lies, and nothing by which anybody could be found.

Steps name no number, so one person may write them (SAFETY I1): a number that people call stands on the listing, where
it changes by two. What is refused is written nowhere, and no error repeats it.
"""

import re
import unicodedata
from collections.abc import Collection
from urllib.parse import unquote, urlsplit

from directory.errors import BadInputError, RefusedError
from directory.handoff.models import LONGEST_REFERENCE, LONGEST_STEP, MOST_STEPS
from directory.values.plain_text import one_line
from directory.values.web_address import normalise_url
from directory.worklist.notes import refuse_what_tells

_READ = 4_000
# Where papers lie, although somebody is called so.
_KEPT_IN = frozenset({"binder"})
# A step names no number of any listing, so figures in a row are one whatever stands between them. Times as people agree
# on them are none; "06:17 05:55 12:34" is.
_NUMBER = re.compile(r"(?:\d[\W_]{0,4}){7}")
_TIME = re.compile(r"(?<!\d)(?:[01]?\d|2[0-4]):[0-5][05](?!\d)")
_FILE = re.compile(r"\.(?:pdf|docx?|odt)$", re.IGNORECASE)
_SITE = re.compile(r"\w+://|www\.", re.IGNORECASE)


def steps_of(text: str, *, known: Collection[str], year: int) -> str:
    """Agreed steps, one a line, as they are kept.

    Args:
        text: as somebody wrote it; empty lines do not count.
        known: folded words that name nobody: those of the names of both organizations.
        year: the present one.

    Raises:
        RefusedError: there is none, there are too many, or one says what none may say.
    """
    lines = [one_line(line, _READ) for line in text.splitlines()]
    steps = [line for line in lines if line]
    if not 1 <= len(steps) <= MOST_STEPS:
        raise RefusedError(f"Write one to {MOST_STEPS} steps, one a line.")
    for number, step in enumerate(steps, 1):
        if len(step) > LONGEST_STEP:
            raise RefusedError(f"Step {number} is too long: at most {LONGEST_STEP} letters.")
        _refuse_numbers(step, f"Step {number}: ")
        try:
            refuse_what_tells(step, known=known, year=year)
        except RefusedError as error:
            raise RefusedError(f"Step {number}: {error}") from None
    kept = "\n".join(steps)
    # Nor does one stand across two steps.
    _refuse_numbers(kept)
    return kept


def reference_of(text: str, *, known: Collection[str]) -> str:
    """Where the paper lies, as it is kept: a few words, or an address that begins with ``https://``.

    Raises:
        RefusedError: it is empty, too long, tells of a person or a place, or is another kind of address.
    """
    written = one_line(text, _READ)
    if not 1 <= len(written) <= LONGEST_REFERENCE:
        raise RefusedError(f"Say where the paper lies, in at most {LONGEST_REFERENCE} letters.")
    if _SITE.match(written):
        return _address_of(written, known=known)
    # The ending of a file is no site.
    _refuse(_FILE.sub("", written), known=known)
    return written


def _address_of(written: str, *, known: Collection[str]) -> str:
    try:
        address = normalise_url(written)
    except BadInputError:
        address = ""
    parts = urlsplit(address)
    if parts.scheme != "https" or "@" in written or parts.query or len(address) > LONGEST_REFERENCE:
        raise RefusedError("The address of the paper begins with https:// and has no question mark in it.")
    host, _, _ = (parts.hostname or "").rpartition(".")
    _refuse(re.sub(r"[^\w]|_", " ", f"{host} {_FILE.sub('', unquote(parts.path))}"), known=known)
    return address


def _refuse_numbers(text: str, where: str = "") -> None:
    if _NUMBER.search(_TIME.sub(" ", unicodedata.normalize("NFKC", text))):
        raise RefusedError(f"{where}There seems to be a number. Those that people call stand on the listing.")


def _refuse(words: str, *, known: Collection[str]) -> None:
    try:
        refuse_what_tells(words, known=_KEPT_IN.union(known))
    except RefusedError as error:
        raise RefusedError(f"Where the paper lies: {error}") from None
