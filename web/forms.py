"""Reading a form that a page of ours sent: small, of one kind, and without a field that the page does not have.

The framework's own reading refuses what browsers send in good faith (one tick of several as a single value, an empty
number); this refuses what no page of ours sends. Errors never repeat what came.
"""

import re
from collections.abc import Container, Mapping
from urllib.parse import parse_qsl

import msgspec
from litestar.exceptions import ClientException, HTTPException

MOST_BYTES = 64 * 1024
MOST_FIELDS = 200
_LONGEST_VALUE = 200
_KIND = "application/x-www-form-urlencoded"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CONTROL_IN_LINES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


class WrongKindOfFormError(HTTPException):
    """The body is not an urlencoded form."""

    status_code = 415


class Form(msgspec.Struct, frozen=True):
    """The fields of a form, each with its values in their order."""

    values: Mapping[str, tuple[str, ...]]

    def one(self, field: str) -> str:
        """The value of a field that is given once. When a pressed button repeats a hidden field, the button wins."""
        return self.values.get(field, ("",))[-1]

    def all(self, field: str) -> tuple[str, ...]:
        """The values of a field that may be ticked several times: each once, without empty ones."""
        return tuple(dict.fromkeys(filter(None, self.values.get(field, ()))))

    def number(self, field: str) -> int | None:
        """A whole number of at most six digits; None when the field is empty, missing or no such number."""
        value = self.one(field)
        return int(value) if re.fullmatch(r"[0-9]{1,6}", value) else None


def read_form(
    body: bytes,
    content_type: str,
    *,
    fields: Container[str],
    longest: int = _LONGEST_VALUE,
    lines: bool = False,
    most_fields: int = MOST_FIELDS,
) -> Form:
    """Read an urlencoded body that may have these fields, of at most ``longest`` letters each, and no other.

    Values have one line each unless ``lines`` says otherwise. A body has at most ``most_fields`` values.

    Raises:
        WrongKindOfFormError: it is another kind of body.
        ClientException: it is not UTF-8, is too long in some part, or has a field that no page of ours sends.
    """
    if content_type.partition(";")[0].strip().lower() != _KIND:
        raise WrongKindOfFormError
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=most_fields,
            strict_parsing=bool(body),
        )
    except ValueError:
        raise ClientException from None
    values: dict[str, tuple[str, ...]] = {}
    control = _CONTROL_IN_LINES if lines else _CONTROL
    for field, value in pairs:
        if field not in fields or len(value) > longest:
            raise ClientException
        values[field] = (*values.get(field, ()), control.sub(" ", value).strip())
    return Form(values)
