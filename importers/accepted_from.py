"""From where a service takes people: "residents of Miami-Dade County only", "must live in Florida".

Only what is said as a condition counts. Whom a place happens to serve is read too, but only says how wide a service is
that has no place of its own. Names that are no county, state or country of the gazetteer become a question.
"""

import re
from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from importers.phrases import LONGEST_READ, sentences

Origin = Literal["eligibility", "application", "description"]
# The code, the extent and the name of an area, where a text is one.
LookUp = Callable[[str], tuple[str, str, str] | None]

_RESIDENTS = r"residents?|residentes|citizens|ciudadanos"
_CONDITION = re.compile(
    r"\b(?:must (?:be |currently )?(?:an? )?(?:\w{1,12} ){0,2}?"
    r"(?:residents? of|reside in|live in|residing in|living in)"
    r"|only (?:for |open to |available to |serves? |to )?(?:the )?(?:residents of|people living in|those living in)"
    r"|(?:limited|restricted|open only|available only) to (?:the )?residents of"
    r"|debe(?:n)? (?:vivir|residir) en|(?:solo|solamente|[uú]nicamente) (?:para )?(?:los )?residentes de"
    r"|proof of residency in)\s+",
    re.IGNORECASE,
)
_WHOLE_LINE = re.compile(r"^\W*(?:an? )?(?:residents? of|residentes del?)\s+", re.IGNORECASE)
_RESIDENTS_OF = re.compile(
    r"\b(?:residents of|residentes del?|people (?:living|residing) in|those residing in)\s+", re.IGNORECASE
)
_RESIDENTS_ONLY = re.compile(rf"\s(?:{_RESIDENTS})\s+only\b|\bonly\s+(?:\S+\s+){{1,4}}?residents\b", re.IGNORECASE)
_ONLY_BEHIND = re.compile(r"^\W{0,3}only\b", re.IGNORECASE)
_SERVES = re.compile(
    r"\b(?:serves|serving|services|sirve|atiende)\s+(?:all of\s+)?(?:the\s+)?(?:residents of\s+)?", re.IGNORECASE
)
_NEGATED = re.compile(r"\b(?:not|non|outside|no need|regardless|volunteer\w*)\b", re.IGNORECASE)
_WORTH_READING = re.compile(r"resid|liv(?:e|ing) in|serv|vivir|atiende", re.IGNORECASE)
_TOKEN = re.compile(r"[^\s,;.:()*!?/&]+|[,/&]|[;.:()*!?]")
_BETWEEN = frozenset(
    {"and", "or", "of", "the", "county", "counties", "state", ",", "/", "&"}
    | {"y", "o", "e", "del", "de", "condado", "condados", "estado"}
)
_SPLIT = re.compile(r"\s*(?:[,/&]|\b(?:and|or|y|o)\b)\s*")
_BEFORE_NAME = re.compile(r"^(?:the |all |unincorporated |state of |estado de |condado de |county of )+", re.IGNORECASE)
_COUNTIES = re.compile(r"\b(?:counties|condados)\b", re.IGNORECASE)
_COUNTY = re.compile(r"\s*\b(?:county|counties|condados?)\b\s*", re.IGNORECASE)
# Shorter ones are codes of countries that nobody means.
_SHORTEST_NAME = 4
_MOST_TOKENS = 24
_LONGEST_SENTENCE = 1_000


class AcceptedFrom(msgspec.Struct, frozen=True):
    """Areas by code with extent and name.

    Attributes:
        only: people must be from one of these.
        served: areas that it says it serves.
        unclear: sentences with a condition of which no area is known.
    """

    only: dict[str, tuple[str, str]] = {}
    served: dict[str, tuple[str, str]] = {}
    unclear: tuple[str, ...] = ()


def read_accepted_from(texts: Iterable[tuple[Origin, str]], look_up: LookUp) -> AcceptedFrom:
    """The areas that the texts of one service name."""
    only: dict[str, tuple[str, str]] = {}
    served: dict[str, tuple[str, str]] = {}
    unclear: list[str] = []
    for origin, text in texts:
        if _WORTH_READING.search(text[:LONGEST_READ]) is None:
            continue
        for sentence in sentences(text):
            line = sentence.text[:_LONGEST_SENTENCE]
            if named := _condition(line, origin):
                found, is_whole = _areas(named, look_up)
                if found and is_whole and not _NEGATED.search(line):
                    only |= found
                else:
                    unclear.append(line)
            elif (start := _SERVES.search(line) or _RESIDENTS_OF.search(line)) is not None and not _NEGATED.search(
                line
            ):
                found, is_whole = _areas(_names_at(line, start.end()), look_up)
                served |= found if is_whole else {}
    return AcceptedFrom(only, served, tuple(unclear))


def _condition(line: str, origin: Origin) -> str:
    """The names of places behind, or before, words that make them a condition."""
    if start := _CONDITION.search(line):
        return _names_at(line, start.end())
    if origin != "description" and (start := _WHOLE_LINE.search(line)):
        return _names_at(line, start.end())
    if start := _RESIDENTS_OF.search(line):
        names = _names_at(line, start.end())
        behind = line[start.end() + len(names) :]
        return names if names and _ONLY_BEHIND.search(behind) else ""
    if end := _RESIDENTS_ONLY.search(line):
        return _names_before(line[: end.start()]) if end[0].lower().rstrip().endswith("only") else ""
    return ""


def _names_at(line: str, position: int) -> str:
    """The names of places that begin here: capitalised words and what stands between them."""
    end = position
    for number, token in enumerate(_TOKEN.finditer(line, position)):
        if number >= _MOST_TOKENS or not _is_of_name(token[0]):
            break
        end = token.end()
    return line[position:end]


def _names_before(line: str) -> str:
    """The names of places that end here."""
    tokens = list(_TOKEN.finditer(line))[-_MOST_TOKENS:]
    start = len(line)
    for token in reversed(tokens):
        if not _is_of_name(token[0]) or token[0] == "the":
            break
        start = token.start()
    return line[start:]


def _is_of_name(token: str) -> bool:
    return token[0].isupper() or token.lower() in _BETWEEN


def _areas(names: str, look_up: LookUp) -> tuple[dict[str, tuple[str, str]], bool]:
    """The areas of a list of names, and whether every name is one."""
    are_counties = _COUNTIES.search(names) is not None
    found: dict[str, tuple[str, str]] = {}
    is_whole = True
    parts = [part for part in _SPLIT.split(names) if part.strip()]
    for part in parts:
        name = _BEFORE_NAME.sub("", part.strip()).strip()
        bare = _COUNTY.sub("", name)
        if not bare:
            continue
        is_county = are_counties or bare != name
        known = look_up(f"{bare} County" if is_county else bare) if len(bare) >= _SHORTEST_NAME else None
        if known is None:
            is_whole = False
        else:
            found[known[0]] = known[1], known[2]
    return found, is_whole and bool(found)
