"""Equal values have equal bytes, whatever way their words came to be."""

from collections.abc import Iterator
from multiprocessing.reduction import ForkingPickler
from typing import Any

import msgspec
import pytest

from directory.listings.fields import FIELDS, Address, Phone, Point, encode_value


def _structs(kind: type[Any]) -> Iterator[type[Any]]:
    """A value's struct and those within it."""
    yield kind
    for field in msgspec.structs.fields(kind):
        for part in (field.type, *getattr(field.type, "__args__", ())):
            if isinstance(part, type) and issubclass(part, msgspec.Struct):
                yield from _structs(part)


_WORDED = sorted(
    {
        (kind, field.name, field.default)
        for one in FIELDS.values()
        for kind in _structs(one.value)
        for field in msgspec.structs.fields(kind)
        if isinstance(field.default, str) and field.default
    },
    key=str,
)


@pytest.mark.parametrize(("kind", "name", "usual"), _WORDED, ids=lambda one: getattr(one, "__name__", one))
def test_the_usual_word_is_left_out_however_it_was_made(kind: type[Any], name: str, usual: str) -> None:
    plain = {str: "x", float: 1.0, int: 1, bool: True}
    others = {one.name: plain.get(one.type, "x") for one in msgspec.structs.fields(kind) if one.required}
    made = "".join([usual[:1], usual[1:]])
    assert made is not usual
    assert encode_value(kind(**others, **{name: made})) == encode_value(kind(**others))


@pytest.mark.parametrize(
    "value", [Phone("+12025550143"), Point(1.0, 2.0), Address("1 Main St", "Miami"), Phone("911", kind="text", ext="0")]
)
def test_a_value_that_went_to_another_process_has_the_same_bytes(value: Any) -> None:
    assert encode_value(ForkingPickler.loads(ForkingPickler.dumps(value))) == encode_value(value)
