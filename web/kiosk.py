"""Whether the browser of a shared screen is set so that one person leaves nothing for the next: ``doctor --kiosk``.

It reads what a browser says about itself: the file that ``edge://policy`` or ``chrome://policy`` exports, a file of
managed policies on Linux, or ``policies.json`` of Firefox. Which policies matter, and why, stands in ``kiosk.json``;
their names are those of the makers. Nothing of a file is ever shown but the names that are known here.
"""

import codecs
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import msgspec

from directory.errors import BadInputError
from web.doctor import Finding

Browser = Literal["edge", "chrome", "firefox"]
Wanted = dict[str, Any]

# Real exports have up to a few hundred kilobytes.
_MOST_BYTES = 4 * 1024 * 1024
_NAMES: dict[Browser, str] = {"edge": "Edge", "chrome": "Chrome", "firefox": "Firefox"}
_NOT_POLICIES = (
    "This is no file of browser policies. Export one again: edge://policy or chrome://policy, Export to JSON."
)
# What an extension is told stands beside the browser's own policies, under the extension's id.
_EXTENSION = re.compile(r"[a-p]{32}")


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that a browser can be told.

    Attributes:
        subject: what it is about.
        unmet: what it means when a browser is not told.
        why: what happens to people then.
        wanted: by browser, the policies that are enough, by name with their values: all of one entry, of any entry.
    """

    subject: str
    unmet: Literal["warn", "fail"]
    why: str
    wanted: dict[Browser, list[Wanted]]


class Kiosk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What matters on a shared screen: policies, and what no file shows."""

    policies: tuple[Policy, ...]
    checklist: tuple[str, ...]


class _Told(msgspec.Struct, frozen=True):
    """What a browser is told: the value of a policy, and whether people cannot change it."""

    value: Any
    is_mandatory: bool = True


@cache
def kiosk() -> Kiosk:
    """What matters on a shared screen."""
    return msgspec.json.decode(resources.files("web").joinpath("kiosk.json").read_bytes(), type=Kiosk)


def examine_kiosk(file: Path) -> Iterator[Finding]:
    """Look at what the browser of a shared screen is told.

    Raises:
        BadInputError: the file cannot be read, or holds no policies.
    """
    browser, told = _policies(_document(file))
    count = "1 policy" if len(told) == 1 else f"{len(told)} policies"
    yield Finding("browser", "ok", f"The file is read as that of {_NAMES[browser]}, with {count}.")
    for policy in kiosk().policies:
        if browser in policy.wanted:
            yield _judged(policy, policy.wanted[browser], told)


def _judged(policy: Policy, ways: list[Wanted], told: Mapping[str, _Told]) -> Finding:
    met = next((way for way in ways if all(_is_told(told, name, value) for name, value in way.items())), None)
    if met is None:
        # The first way is the usual one; of what it asks for, only what is missing.
        missing = {name: value for name, value in ways[0].items() if not _is_told(told, name, value)}
        settings = " and ".join(f"{name} to {_written(value)}" for name, value in missing.items())
        return Finding(policy.subject, policy.unmet, f"{policy.why} Set {settings}.")
    if loose := [name for name in met if not told[name].is_mandatory]:
        names = " and ".join(loose)
        return Finding(policy.subject, "warn", f"{policy.why} {names} is only recommended: make it mandatory.")
    return Finding(policy.subject, "ok", f"{' and '.join(met)} is set.")


def _is_told(told: Mapping[str, _Told], name: str, value: Any) -> bool:
    return name in told and _holds(told[name].value, value)


def _holds(is_set: Any, wanted: Any) -> bool:
    """Whether a value is the one that is wanted; of lists and objects it may hold more."""
    if type(is_set) is not type(wanted):
        # Browsers refuse 1 where true is meant.
        return False
    if isinstance(wanted, dict):
        return all(key in is_set and _holds(is_set[key], value) for key, value in wanted.items())
    if isinstance(wanted, list):
        return all(value in is_set for value in wanted)
    return bool(is_set == wanted)


def _written(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _document(file: Path) -> Mapping[str, Any]:
    """What stands in a file, whatever wrote it: browsers write UTF-8, Windows adds a mark or writes UTF-16."""
    try:
        # A pipe or a device may have no end.
        if not file.is_file():
            raise BadInputError("There is no such file.")
        with file.open("rb") as opened:
            content = opened.read(_MOST_BYTES + 1)
    except (OSError, ValueError):
        raise BadInputError("The file cannot be read.") from None
    if len(content) > _MOST_BYTES:
        raise BadInputError(f"The file is too large: an export of policies has less than {_MOST_BYTES >> 20} MB.")
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        document = msgspec.json.decode(content.decode("utf-16" if is_wide else "utf-8-sig"))
    except (UnicodeDecodeError, msgspec.DecodeError, RecursionError):
        raise BadInputError("The file is no JSON, or only a part of it. Export it again.") from None
    if not isinstance(document, dict):
        raise BadInputError(_NOT_POLICIES)
    return document


def _policies(document: Mapping[str, Any]) -> tuple[Browser, dict[str, _Told]]:
    """Whose policies a document holds, and which."""
    sections = document.get("policyValues")
    if isinstance(sections, dict):
        exported: dict[str, Any] = {}
        for name, section in sections.items():
            if isinstance(section, dict) and not _EXTENSION.fullmatch(name):
                exported |= _object(section.get("policies", {}))
        return _maker(document, exported), _exported(exported)
    for key in ("edgePolicies", "chromePolicies"):
        if key in document:
            exported = _object(document[key])
            return _maker(document, exported), _exported(exported)
    if isinstance(document.get("policies"), dict):
        return "firefox", {name: _Told(value) for name, value in document["policies"].items()}
    if not any(_known(browser) & document.keys() for browser in _NAMES):
        raise BadInputError(_NOT_POLICIES)
    return _maker(document, document), {name: _Told(value) for name, value in document.items()}


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadInputError(_NOT_POLICIES)
    return value


def _exported(policies: Mapping[str, Any]) -> dict[str, _Told]:
    """The policies that are in force; a browser also exports those that it ignores."""
    return {
        name: _Told(entry["value"], is_mandatory=entry.get("level", "mandatory") == "mandatory")
        for name, entry in policies.items()
        if isinstance(entry, dict) and "value" in entry and not entry.get("ignored")
    }


def _maker(document: Mapping[str, Any], policies: Mapping[str, Any]) -> Browser:
    """Which browser exported a document, or else which one knows more of the names in it."""
    if {"edgeMetadata", "edgePolicies"} & document.keys():
        return "edge"
    about = document.get("chromeMetadata")
    if isinstance(about, dict) and isinstance(application := about.get("application"), str):
        return "edge" if "edge" in application.casefold() else "chrome"
    return max(("chrome", "edge"), key=lambda browser: len(_known(browser) & policies.keys()))


@cache
def _known(browser: Browser) -> frozenset[str]:
    ways = [way for policy in kiosk().policies for way in policy.wanted.get(browser, [])]
    return frozenset(name for way in ways for name in way)
