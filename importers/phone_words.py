"""The words that stand beside phone numbers: which kind of line they name, and which of them may be kept.

A cell of a phone number is no place for free text, and whatever stands in it is shown to everybody. So only words of
a closed list are kept (``mappings/phone-words.toml``, for people to review): no street, no building and no person's
name is among them. All others are asked about.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from directory.errors import UnknownTermError
from directory.values.language import find_language
from directory.values.phone import PhoneKind
from directory.values.plain_text import folded

# "F" is a fax beside a number, and Friday in "M-F 9-5".
_INITIALS = frozenset("vpf")
# "Voice mail" is no kind of line, "fax on demand" is called, and "hard of hearing" is no hardship.
_OTHER_SPELLINGS = re.compile(r"\b(?:voice ?mail|fax on demand|video phone|whats app)\b")
_SPELLED_ELSEWHERE = {"video phone": "videophone", "whats app": "whatsapp"}

_CLOCK = r"[0-9]{1,2}(?::[0-9]{2})?"
_HALF = r"(?:[ap]\.?m\b\.?|[ap]\b)"
_HOURS_AND_MENUS = re.compile(
    r"\b24 ?/ ?7(?: ?/ ?365)?\b|\b(?:24|7|365)[- ]?(?:h|hs|hrs?|hours?|horas|days?|d[ií]as)\b"
    r"|\b(?:option|opt|press|opci[oó]n|oprima)[ .]{0,2}[0-9]\b"
    rf"|\b{_CLOCK} ?{_HALF}|\b[0-9]{{1,2}}:[0-9]{{2}}\b",
    re.IGNORECASE,
)
# "9-5" may be a house as well; beside a day of the week it is not.
_BARE_RANGE = re.compile(r"\b[0-9]{1,2} ?(?:-|to|a) ?[0-9]{1,2}\b", re.IGNORECASE)
# "MA Relay", "Florida Relay Service": which state's, the number tells.
_STATE_RELAY = re.compile(r"(?:[a-z]{2,15} ){0,2}relay(?: services?)?")
_STATE_ONLY = re.compile(r"(?:in )?[A-Z]{2}(?: residents| callers)? only", re.ASCII)
_TRAILING_FILLER = re.compile(r" (?:to|at|al|el)$", re.IGNORECASE)
_PUNCTUATION = " \t\n.,;:()[]#=-/&*\"'"

Said = Literal["nothing", "kept", "not-understood"]


class Words(msgspec.Struct, frozen=True):
    """What the words beside a number say.

    ``kinds`` of line they name, in the order voice, text, tty, whatsapp, chat, fax. ``text`` is what may be kept, and
    ``languages`` are the tags where the words are the names of languages and nothing else.
    """

    said: Said
    kinds: tuple[PhoneKind, ...] = ()
    text: str = ""
    languages: tuple[str, ...] = ()


class _Lists(msgspec.Struct, frozen=True):
    kinds: dict[PhoneKind, frozenset[str]]
    saying_nothing: frozenset[str]
    kept: frozenset[str]
    weekdays: frozenset[str]


def kinds_named(text: str) -> tuple[PhoneKind, ...]:
    """The kinds of line that a label names ("TTY/TDD", "Voice or text"); none where it names none."""
    lists = _lists()
    words = set(_spelled_alike(text).split())
    if words - lists.saying_nothing - frozenset().union(*lists.kinds.values()):
        words -= _INITIALS
    return tuple(kind for kind, named in lists.kinds.items() if words & named)


def words_beside(text: str, *, aliases: Mapping[str, str]) -> Words:
    """Judge one phrase beside a number. ``aliases`` are a source's own names of languages."""
    phrase = " ".join(text.strip(_PUNCTUATION).split())
    kinds = kinds_named(phrase)
    if not phrase or _STATE_RELAY.fullmatch(folded(phrase)):
        return Words("nothing", kinds)
    if languages := _languages(phrase, aliases):
        return Words("nothing", kinds, languages=languages)
    words = _spelled_alike(_without_hours(phrase)).split()
    telling = [word for word in words if not _says_nothing(word)]
    if _STATE_ONLY.fullmatch(phrase) is None and any(not _may_be_kept(word, aliases) for word in telling):
        return Words("not-understood", kinds, phrase)
    if telling or not words or _HOURS_AND_MENUS.search(phrase):
        return Words("kept", kinds, _TRAILING_FILLER.sub("", phrase))
    return Words("nothing", kinds)


@cache
def _lists() -> _Lists:
    with (Path(__file__).parent / "mappings" / "phone-words.toml").open("rb") as file:
        written = tomllib.load(file)
    lists = {name: frozenset(words.split()) for name, words in written["words"].items()}
    return _Lists(
        kinds={kind: frozenset(words.split()) for kind, words in written["kinds"].items()},
        saying_nothing=lists["saying-nothing"],
        kept=frozenset().union(*lists.values()),
        weekdays=lists["weekdays"],
    )


def _spelled_alike(text: str) -> str:
    return _OTHER_SPELLINGS.sub(lambda found: _SPELLED_ELSEWHERE.get(found[0], " "), folded(text))


def _without_hours(phrase: str) -> str:
    hours_gone = _HOURS_AND_MENUS.sub(" ", phrase)
    if set(folded(phrase).split()) & _lists().weekdays:
        hours_gone = _BARE_RANGE.sub(" ", hours_gone)
    return hours_gone


def _says_nothing(word: str) -> bool:
    return word in _lists().saying_nothing or any(word in named for named in _lists().kinds.values())


def _may_be_kept(word: str, aliases: Mapping[str, str]) -> bool:
    return word in _lists().kept or _language(word, aliases) is not None


def _languages(phrase: str, aliases: Mapping[str, str]) -> tuple[str, ...]:
    """The languages of a phrase that is nothing but their names: "Spanish Line", "En Español", "English or French"."""
    beside = ("hotline", "helpline", "speaking", "speakers", "language", "spoken")
    words = [word for word in folded(phrase).split() if not _says_nothing(word) and word not in beside]
    whole = _language(" ".join(words), aliases)
    if whole is not None:
        return (whole,)
    each = [_language(word, aliases) for word in words]
    return tuple(dict.fromkeys(tag for tag in each if tag is not None)) if None not in each else ()


def _language(name: str, aliases: Mapping[str, str]) -> str | None:
    # Tags and other names of two letters are ordinary words ("is", "so", "to") far more often.
    if len(name) < 3:
        return None
    try:
        return find_language(name, extra=aliases)
    except UnknownTermError:
        return None
