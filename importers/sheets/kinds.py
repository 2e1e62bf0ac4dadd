"""What a file is, by what it begins with. Its name is not asked: an XLS is often a page, a CSV or an XLSX."""

import re
from typing import Literal

from directory.errors import BadInputError, RefusedError

Kind = Literal["zip", "ole", "page", "text"]
HEAD_BYTES = 4096

_OTHERS: dict[bytes, str] = {
    b"%PDF": "a PDF",
    b"{\\rtf": "a text document (RTF)",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"SQLite format 3\x00": "a database",
    b"\x00\x01\x00\x00Standard": "a database (Access)",
}
_ARCHIVES = (
    b"\x1f\x8b",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!",
    b"\xfd7zXZ\x00",
    b"BZh",
    b"\x28\xb5\x2f\xfd",
    b"\x04\x22\x4d\x18",
)
_OLD_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
# Marks of Unicode and blanks. Zeros, which UTF-16 puts between signs, are taken out before.
_BEFORE = b"\xef\xbb\xbf\xfe\xff \t\r\n"
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|meta|body|table|div|style|center|font)\b", re.IGNORECASE)
_DOCUMENT = re.compile(rb"[\[{]\s*(?:[\[{]\s*){0,20}(?:\"|[\]}])")


def kind_of(head: bytes) -> Kind:
    """What begins with these bytes.

    Raises:
        BadInputError: it is empty, or something that holds no table.
        RefusedError: it is an archive of a kind that is not opened.
    """
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    if head.startswith(_ARCHIVES):
        raise RefusedError("This is an archive. Take the spreadsheet out of it and import that.")
    if head.startswith(_OLD_EXCEL):
        raise BadInputError("This spreadsheet is of a very old kind. Open it and save it as XLSX.")
    for sign, name in _OTHERS.items():
        if head.startswith(sign):
            raise BadInputError(f"This is {name}, not a spreadsheet.")
    return _kind_of_text(head.replace(b"\0", b"").lstrip(_BEFORE))


def _kind_of_text(start: bytes) -> Kind:
    if not start:
        raise BadInputError("The file is empty.")
    if start[:13].lower() == b"mime-version:":
        raise BadInputError("This is a page saved with all its parts (MHTML). Open it and save it as XLSX.")
    if _PAGE.match(start) or (start.startswith((b"<?xml", b"<!--")) and _PAGE.search(start)):
        return "page"
    if start.startswith(b"<?xml"):
        raise BadInputError("This is XML, not a spreadsheet. Open it and save it as XLSX.")
    if _DOCUMENT.match(start):
        raise BadInputError("This is JSON, not a spreadsheet. If it is HSDS, use: handrail import hsds")
    return "text"
