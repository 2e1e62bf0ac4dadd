"""How the bytes of a feed become text. Real feeds mix encodings within one file, and nothing of them is lost.

Text is UTF-8, or UTF-16 with or without a byte order mark. A byte that is no UTF-8 is read as Windows-1252, which is
what such bytes nearly always are, and a mark behind it says so until the cell is read (``tables.plain_cell``).
"""

import codecs

MIXED = "handrail-mixed"
# A noncharacter: no text may hold it, so it can only come from here.
READ_AS_WINDOWS = "\U0010ffff"


def encoding_of(start: bytes) -> str:
    """The encoding of a text that begins with these four bytes."""
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if len(start) >= 4:
        if start[1] == start[3] == 0 and start[0] and start[2]:
            return "utf-16-le"
        if start[0] == start[2] == 0 and start[1] and start[3]:
            return "utf-16-be"
    return "utf-8-sig"


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if not error.encoding.startswith("utf-8"):
        return "\ufffd", error.end
    text = error.object[error.start : error.end].decode("cp1252", errors="replace")
    return f"{text}{READ_AS_WINDOWS}", error.end


codecs.register_error(MIXED, _as_windows)
