"""The one form of the desk that carries a file: read in memory, because what is uploaded is not redacted yet."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from io import BytesIO

import msgspec
from litestar.exceptions import ClientException
from litestar.types import Scope
from multipart import MultipartError, MultipartParser, parse_options_header

from web.doors import DESK
from web.forms import MOST_BYTES, WrongKindOfFormError

UPLOAD = f"{DESK}/imports/upload"
WITH_FILE = "multipart/form-data"
# A file, what 150 columns mean, and a few fields more.
_MOST_PARTS = 170
_LONGEST_VALUE = 400


class UploadForm(msgspec.Struct, frozen=True):
    """The fields of the form, and the file with its name; both empty where none was chosen."""

    values: Mapping[str, str]
    name: str = ""
    content: bytes = b""


def is_upload(scope: Scope) -> bool:
    """Whether a request is for the page that takes files."""
    return str(scope["path"]).rstrip("/") == UPLOAD


def read_upload(body: bytes, content_type: str, *, fields: AbstractSet[str], file: str) -> UploadForm:
    """Read a body that may have these fields and one file, and nothing else.

    Raises:
        WrongKindOfFormError: it is another kind of body.
        ClientException: it is broken, or has a field that no page of ours sends.
    """
    kind, options = parse_options_header(content_type)
    if kind != WITH_FILE or not options.get("boundary"):
        raise WrongKindOfFormError
    values: dict[str, str] = {}
    name, content = "", b""
    most = len(body) + 1
    try:
        parser = MultipartParser(
            BytesIO(body), options["boundary"], len(body), strict=True, part_limit=_MOST_PARTS, memory_limit=most,
            spool_limit=most,
        )  # fmt: skip
        for part in parser:
            if part.name == file and part.filename is not None:
                name, content = part.filename, part.raw
            elif part.name in fields and part.filename is None and part.size <= _LONGEST_VALUE:
                values[part.name] = part.value.strip()
            else:
                raise ClientException
    except (MultipartError, UnicodeDecodeError):
        raise ClientException from None
    return UploadForm(values, name, content)


def mark_in(body: bytes, content_type: str, field: str) -> str:
    """The mark of a form with a file: its first part, so that nothing else has to be read to refuse it."""
    kind, options = parse_options_header(content_type)
    if kind != WITH_FILE or not options.get("boundary"):
        return ""
    try:
        parser = MultipartParser(BytesIO(body[:MOST_BYTES]), options["boundary"], part_limit=1)
        part = next(iter(parser), None)
        return str(part.value) if part is not None and part.name == field else ""
    except (MultipartError, UnicodeDecodeError):
        return ""
