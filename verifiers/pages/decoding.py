"""The text of a body, in whatever letters it came."""

import codecs
import re

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_STATED = re.compile(r"charset\s{0,5}=\s{0,5}[\"']?(?P<name>[A-Za-z0-9_.:\-]{2,40})", re.IGNORECASE)
_HEAD = 1024
# What begins so is no page, whatever the answer calls it.
_FILES = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0")


def text_of(body: bytes, content_type: str) -> str | None:
    """The text of a page; None for what is no page."""
    kind = content_type.partition(";")[0].strip().lower()
    if body.startswith(_FILES) or not (kind in ("", "application/xhtml+xml", "application/xml") or kind[:5] == "text/"):
        return None
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    head = body[:_HEAD].decode("ascii", "replace")
    for where in (content_type, head):
        stated = _STATED.search(where)
        if stated is not None and _is_known(stated["name"]):
            return body.decode(stated["name"], "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def _is_known(name: str) -> bool:
    """Whether a name stands for letters; some codecs unpack or run what they read."""
    try:
        codec = codecs.lookup(name)
    except LookupError:
        return False
    return bool(getattr(codec, "_is_text_encoding", True)) and codec.name.replace("-", "_") not in (
        "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem",
    )  # fmt: skip
