"""Forms of the desk: read like any other, with the mark of the session, which the entrance has looked at already."""

from collections.abc import Container
from typing import Any

from litestar import Request

from directory.errors import NotFoundError
from web.desk.entrance import MARK
from web.forms import MOST_FIELDS, Form, read_form

# Longer than a note of 280 letters or a password.
_LONGEST = 400


# The largest id that a database can hold.
_MOST = 2**63 - 1


def row(number: int) -> int:
    """A number in an address as the id of a row; raises ``NotFoundError`` for one that no row can have."""
    if not 0 < number <= _MOST:
        raise NotFoundError("There is nothing here.")
    return number


def desk_form(
    request: Request[Any, Any, Any],
    body: bytes,
    fields: Container[str],
    *,
    longest: int = _LONGEST,
    lines: bool = False,
    most_fields: int = MOST_FIELDS,
) -> Form:
    """The form that was posted (``body`` as the framework hands it to a handler), with these fields and no other.

    What it raises: see ``web.forms.read_form``.
    """
    return read_form(
        body, request.headers.get("content-type", ""), fields=_WithMark(fields), longest=longest, lines=lines,
        most_fields=most_fields,
    )  # fmt: skip


class _WithMark(Container[str]):
    def __init__(self, fields: Container[str]) -> None:
        self._fields = fields

    def __contains__(self, field: object) -> bool:
        return field == MARK or field in self._fields
