"""What the words of a header mean: phrases from ``mappings/sheet-columns.toml``, which people review."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from directory.values.plain_text import folded

SHIPPED = Path(__file__).parents[1] / "mappings" / "sheet-columns.toml"

# A header says what its column means; a sentence in its place does not.
LONGEST_HEADER = 120
_CAMELS = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Za-z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Z]{3})(?=[0-9])")
_SIGNS = re.compile(r"[_/|.]+")
_NUMBER_SIGNS = frozenset({"#", "\u2116", "No.", "Nr."})
_LEADING_NUMBER = re.compile(r"^\(?[0-9]{1,2}[.)]\s+")
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
# Lines of these names are called and talked to, like any phone.
_SPOKEN_LINES = frozenset({"phone:hotline", "phone:office", "phone:toll-free", "phone:after-hours", "phone:intake"})
# Behind the name of a thing: which of several it is.
_WHICH = re.compile(r"(?<![0-9])[0-9]{1,2}(?![0-9])")


class Meant(msgspec.Struct, frozen=True):
    """What a header means.

    Attributes:
        meaning: a name of ``[meanings]``.
        share: how much of the header says so, from 0 to 1.
        which: the number of the column among its like ("Phone 2"); empty if it has none.
    """

    meaning: str
    share: float
    which: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    silent: list[str]
    meanings: dict[str, list[str]]
    statuses: dict[str, list[str]]


def meanings() -> tuple[str, ...]:
    """Every meaning that a column can have."""
    return tuple(_file().meanings)


@lru_cache(maxsize=10_000)
def read_header(header: str) -> Meant | None:
    """What a header means by the shipped words; None where it is not known."""
    if not header.strip() or len(header) > LONGEST_HEADER:
        return None
    whole = words_of(header)
    spellings = [whole]
    if (without := words_of(_ASIDE.sub(" ", header))) and without != whole:
        spellings.append(without)
    found = [meant for words in spellings for meant in (_read(words),) if meant is not None]
    if (twice := _in_two_languages(header)) is not None:
        found.append(twice)
    return max(found, key=lambda meant: meant.share) if found else None


def words_of(header: str) -> str:
    """The words of a header, folded, however they are run together."""
    if header.strip() in _NUMBER_SIGNS:
        return "row number"
    apart = _SIGNS.sub(" ", _CAMELS.sub(" ", _LEADING_NUMBER.sub("", header.strip())))
    return folded(apart.replace("#", " number "))


def status_of(written: str) -> str | None:
    """What HSDS calls a status; None where that is not known."""
    return _statuses().get(folded(written))


def _in_two_languages(header: str) -> Meant | None:
    """What a header means that says it more than once: "City / Ville", "Call / 24h / crisis"."""
    parts = [_read(words_of(part)) for part in header.split("/")]
    found = [part for part in parts if part is not None]
    if len(parts) < 2 or len(found) < len(parts) or len({one.meaning.partition(":")[0] for one in found}) > 1:
        return None
    narrower = {one.meaning for one in found if ":" in one.meaning}
    if len(narrower) > 1 or not narrower <= _SPOKEN_LINES:
        # "Phone / Fax" holds both.
        return None
    meaning = narrower.pop() if narrower else found[0].meaning
    return Meant(meaning, min(one.share for one in found), found[0].which)


def _read(words: str) -> Meant | None:
    number = _WHICH.findall(words)
    which = number[-1] if number else ""
    best: tuple[float, int] = (0.0, 0)
    meaning = ""
    within: set[str] = set()
    for spelling in dict.fromkeys((words, " ".join(_WHICH.sub(" ", words).split()))):
        telling = [word for word in spelling.split() if word not in _silent()]
        for whole, share in ((spelling, 1.0), (" ".join(telling), 0.97)):
            if (exact := _exact().get(whole)) is not None:
                # Of two headers of one meaning, the one whose phrase stands first in the file says it better.
                return Meant(exact[0], share - exact[1] / 1000, which)
        for start in range(len(telling)):
            for end in range(len(telling), start, -1):
                known = _anywhere().get(" ".join(telling[start:end]))
                if known is None:
                    continue
                within.add(known)
                # What stands last is what is named: "agency phone" is a phone.
                rank = ((end - start) / len(telling), end)
                if rank > best:
                    best, meaning = rank, known
                break
    # "Hotline phone number" says which line, besides that it is one.
    narrower = sorted(one for one in within if one.startswith(f"{meaning}:")) if meaning else []
    if narrower:
        return Meant(narrower[0], 0.9, which)
    return Meant(meaning, round(0.9 * best[0], 2), which) if meaning else None


@cache
def _file() -> _File:
    return msgspec.convert(tomllib.loads(SHIPPED.read_text(encoding="utf-8")), _File)


@cache
def _silent() -> frozenset[str]:
    return frozenset(_file().silent)


@cache
def _exact() -> Mapping[str, tuple[str, int]]:
    """Whole headers: their meaning, and how far down in its list the phrase stands."""
    known: dict[str, tuple[str, int]] = {}
    for meaning, phrases in _file().meanings.items():
        for place, phrase in enumerate(phrases):
            known.setdefault(folded(phrase.removeprefix("=")), (meaning, place))
    for meaning, phrases in _file().meanings.items():
        for place, phrase in enumerate(phrases):
            # As headers are read: "24h" is "24 h".
            known.setdefault(words_of(phrase.removeprefix("=")), (meaning, place))
    for phrase, meant in list(known.items()):
        known.setdefault(" ".join(word for word in phrase.split() if word not in _silent()), meant)
    known.pop("", None)
    return known


@cache
def _anywhere() -> Mapping[str, str]:
    """Phrases that count within a longer header too."""
    whole = {
        spelled
        for phrases in _file().meanings.values()
        for phrase in phrases
        if phrase[0] == "="
        for spelled in (folded(phrase[1:]), words_of(phrase[1:]))
    }
    return {phrase: meaning for phrase, (meaning, _) in _exact().items() if phrase not in whole}


@cache
def _statuses() -> Mapping[str, str]:
    return {folded(word): status for status, words in _file().statuses.items() for word in words}
