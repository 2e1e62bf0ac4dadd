"""A value as a line that a person can read and type: what a partner's own list would hold. Pure."""

from collections.abc import Callable
from typing import Any

from directory.errors import UnknownTermError
from directory.vocabulary.terms import BARRIER, KIND, POPULATION, label

_SCHEMES = {"kind": KIND, "eligibility": POPULATION, "barrier": BARRIER}
_ADDRESS = ("address_1", "address_2", "city", "state_province", "postal_code", "country")


def in_a_line(field: str, slot: str, value: dict[str, Any] | None) -> str:
    """The value as a line; empty where nothing is said."""
    if value is None:
        return ""
    if field in _WRITERS:
        return _WRITERS[field](value)
    if set(value) == {"text"}:
        return str(value["text"])
    name = _term(field, slot) if field in _SCHEMES else slot
    rest = "; ".join(f"{key}: {part}" for key, part in value.items() if part not in (None, "", []))
    return f"{name} ({rest})" if name and rest else name or rest or "yes"


def _address(value: dict[str, Any]) -> str:
    return ", ".join(str(value[part]) for part in _ADDRESS if value.get(part))


def _point(value: dict[str, Any]) -> str:
    return f"{value.get('lat')}, {value.get('lon')}"


def _phone(value: dict[str, Any]) -> str:
    parts = [
        str(value["number"]), f"ext. {value['ext']}" if value.get("ext") else "",
        f"text {value['keyword']}" if value.get("keyword") else "",
        f"({value['kind']})" if value.get("kind", "voice") != "voice" else "", str(value.get("description", "")),
    ]  # fmt: skip
    return " ".join(filter(None, parts))


def _schedule(value: dict[str, Any]) -> str:
    days = [
        f"{day} {', '.join(f'{_clock(start)}-{_clock(end)}' for start, end in spans)}"
        for day, spans in value.get("days", {}).items()
    ]
    zone = f"({value['zone']})" if value.get("zone") and days else ""
    said = str(value.get("text", "")) if not days else ""
    closed = f"closed {', '.join(value['closed'])}" if value.get("closed") else ""
    return " ".join(filter(None, ["; ".join(days), zone, said, closed]))


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _term(field: str, slot: str) -> str:
    try:
        return label(_SCHEMES[field], slot, "en")
    except UnknownTermError:
        return slot


_WRITERS: dict[str, Callable[[dict[str, Any]], str]] = {
    "phone": _phone, "schedule": _schedule, "address": _address, "point": _point,
}  # fmt: skip
