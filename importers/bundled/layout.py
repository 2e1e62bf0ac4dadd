"""How a bundled directory is written down: one fact on a line, so that a review sees each change by itself."""

from typing import Any

import msgspec

from importers.bundled.bundle import Bundle

_encoder = msgspec.json.Encoder()


def laid_out(bundle: Bundle) -> bytes:
    """The bundle's file, always the same bytes for the same bundle."""
    return _written(msgspec.json.decode(msgspec.json.encode(bundle)), "").encode() + b"\n"


def _written(value: Any, indent: str) -> str:
    """Objects and lists of objects are spread over lines; facts and plain values stand on one."""
    deeper = indent + " "
    if isinstance(value, dict) and any(isinstance(part, list) for part in value.values()):
        parts = [f"{_flat(key)}: {_written(part, deeper)}" for key, part in value.items()]
        return "{" + f",\n{deeper}".join(parts) + "}"
    if isinstance(value, list) and value and isinstance(value[0], dict | list):
        lines = [deeper + (_written(part, deeper) if isinstance(part, dict) else _row(part)) for part in value]
        return "[\n" + ",\n".join(lines) + "]"
    return _flat(value)


def _row(value: list[Any]) -> str:
    """A fact or an observation, without the tier that most facts do not state."""
    return _flat(value[:-1] if value[-1] is None else value)


def _flat(value: Any) -> str:
    return _encoder.encode(value).decode()
