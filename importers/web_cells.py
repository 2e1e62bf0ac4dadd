"""Cells with addresses of websites and mailboxes: several in one, words around them, each in the other's cell."""

import re
from collections.abc import Iterator

import msgspec

from directory.values.web_address import (
    NotAnEmailError,
    NotAWebAddressError,
    normalise_email,
    normalise_url,
)

_LONGEST_CELL = 4_096

_ONE_SLASH = re.compile(r"^(https?):/(?!/)", re.IGNORECASE)
_SCHEME_SLIPS = re.compile(
    r"^(?:https?:?//|https?;//|ht+ps?://|hhtps?://|https?:\.)(?:https?://)?(?=[\w.])", re.IGNORECASE
)
_WWW_SLIPS = re.compile(r"^(https?://)?(?:w{2,4}[,;:. ]|www(?=\w+\.\w+))\s?", re.IGNORECASE)
_BEFORE_HOST = re.compile(r"^[a-z]{1,10}[:;]?/+", re.IGNORECASE)
_AROUND_AT = re.compile(
    r"\s*(?:\[\s*at\s*\]|\(\s*at\s*\)|\{\s*at\s*\}|(?<=\w)\s+at\s+(?=[\w.-]{1,64}(?:\.|\s*[\[(]?dot)))\s*",
    re.IGNORECASE,
)
_AROUND_DOT = re.compile(r"\s*(?:\[\s*dot\s*\]|\(\s*dot\s*\)|(?<=\w)\s+dot\s+(?=\w{2,10}\b))\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s;,|]+|(?<=[a-z0-9/])(?=https?://)", re.IGNORECASE)
_LABEL = re.compile(r"^(?:e-?mail|website|web ?site|web|site|url|correo|sitio|p[aá]gina)s?\s*:\s*(?!//)", re.IGNORECASE)
_LOOSE = ".,;:()<>[]{}\"'“”\u2018\u2019"
_NOTHING = frozenset(
    ("none", "n/a", "na", "no", "ninguno", "no website", "no email", "not available", "unknown", "tbd", "-", "--")
)


class WebRead(msgspec.Struct, frozen=True):
    """A website and a mailbox of one record, the repairs, and the cells in which nothing usable stands."""

    url: str | None = None
    email: str | None = None
    rules: tuple[str, ...] = ()
    unreadable: tuple[tuple[str, str], ...] = ()


def read_web(url_cell: str, email_cell: str) -> WebRead:
    """The first usable address of each kind; one in the other's cell counts where its own cell has none."""
    rules: dict[str, None] = {}
    url, mailbox_among_urls = _first(url_cell, "url", rules)
    email, url_among_mailboxes = _first(email_cell, "email", rules)
    if url is None and url_among_mailboxes is not None:
        url = url_among_mailboxes
        rules["url-in-the-email-cell"] = None
    if email is None and mailbox_among_urls is not None:
        email = mailbox_among_urls
        rules["email-in-the-url-cell"] = None
    unreadable = []
    for field, cell, of_cell in (
        ("url", url_cell, url if not url_among_mailboxes else _first(url_cell, "url", {})[0]),
        ("email", email_cell, email if not mailbox_among_urls else _first(email_cell, "email", {})[0]),
    ):
        moved = mailbox_among_urls if field == "url" else url_among_mailboxes
        if not cell or of_cell is not None or moved is not None:
            continue
        if cell.strip(" .").lower() in _NOTHING:
            rules[f"{field}-none-written"] = None
        else:
            unreadable.append((field, cell))
    return WebRead(url, email, tuple(rules), tuple(unreadable))


def _first(cell: str, field: str, rules: dict[str, None]) -> tuple[str | None, str | None]:
    """The first address of the kind that belongs into a cell, and the first of the other kind, if there is any."""
    own: str | None = None
    own_part = ""
    other: str | None = None
    found: dict[str, None] = {}
    first_rules: tuple[str, ...] = ()
    cell = cell[:_LONGEST_CELL]
    for part in _parts(cell):
        # A mailbox passes for the name before a host; it must be tried first.
        email = _email(part)
        url = None if email else _url(part)
        mine, theirs = (url, email) if field == "url" else (email, url)
        if mine is not None:
            found.setdefault(mine[0])
            if own is None:
                own, first_rules, own_part = mine[0], mine[1], part
        if theirs is not None and other is None:
            other = theirs[0]
    rules |= dict.fromkeys(first_rules)
    if len(found) > 1:
        rules[f"several-{field}s-first-kept"] = None
    elif own is not None and not first_rules and own_part != cell.strip():
        rules[f"words-around-{field}-removed"] = None
    return own, other


def _parts(cell: str) -> Iterator[str]:
    """The cell as a whole, which may be one address with blanks in it, or its parts."""
    whole = _LABEL.sub("", cell.strip())
    if not whole:
        return
    if _WWW_SLIPS.match(whole) and len(whole.split()) <= 2 and _url(whole) is not None:
        yield whole
        return
    spelled = _AROUND_DOT.sub(".", _AROUND_AT.sub("@", whole)) if "@" not in whole else whole
    if spelled != whole and len(spelled.split()) == 1:
        yield whole
        return
    for part in _BETWEEN.split(spelled):
        if part and (bare := part.strip(_LOOSE)):
            yield _LABEL.sub("", bare)


def _url(part: str) -> tuple[str, tuple[str, ...]] | None:
    if "@" in _BEFORE_HOST.sub("", part).partition("/")[0]:
        # Half a mailbox; what stands before an "@" is part of no website's name.
        return None
    tidied = _ONE_SLASH.sub(r"\1://", part.strip().replace("\\", "/"))
    tidied = _SCHEME_SLIPS.sub(lambda found: "https://" if "s" in found[0].lower() else "http://", tidied)
    tidied = _WWW_SLIPS.sub(r"\1www.", tidied)
    if "." not in tidied or ("://" not in tidied and " " in tidied):
        return None
    try:
        url = normalise_url(tidied)
    except NotAWebAddressError:
        return None
    if tidied != part.strip():
        return url, ("url-tidied",)
    return url, () if "://" in part else ("url-scheme-added",)


def _email(part: str) -> tuple[str, tuple[str, ...]] | None:
    spelled = _AROUND_DOT.sub(".", _AROUND_AT.sub("@", part)) if "@" not in part else part
    # "example.org/@name" is a page.
    if "@" not in spelled or "/" in spelled:
        return None
    try:
        email = normalise_email(spelled)
    except NotAnEmailError:
        return None
    if spelled != part:
        return email, ("email-spelled-out",)
    return email, ("mailto-removed",) if part[:7].lower() == "mailto:" else ()
