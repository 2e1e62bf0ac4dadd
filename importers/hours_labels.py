"""What words beside hours say: whose hours these are, whether they limit them, or nothing.

Intake, office and crisis line are three schedules. A recorded message or a visiting hour is none, and what only a
single activity keeps ("Food pantry", "After school") is not when somebody is there for everything else.
"""

import re
from collections.abc import Iterable
from typing import Literal

from directory.values.line_words import CRISIS, INTAKE, OFFICE

Label = Literal["", "office", "main", "intake", "crisis-line", "machine", "visiting", "season", "activity"]

_NOISE_WORDS = (
    "open opens hours hour hrs operation operating from the is are of on at in between available availability every"
    " each time times day days we our us normal regular usual standard schedule and by for only service services its"
    " this these you your to be will can may also please note abierto abierta abrimos horario horarios hora horas de"
    " del el la los las desde por du des le les ouvert ouverte heures st standing am pm monday-friday fully local"
    " business-hours hours-of-operation phone answered staff staffed operated live"
)  # fmt: skip
_MAIN = re.compile(
    r"\b(?:clinics?|health ?care|health|medical|cent(?:er|re)s?|facility|building|agency|programs?|main|general|site"
    r"|residential|shelter|store|centro|clinica|programa|hospital)\b"
)
_WALK_IN = re.compile(
    r"\b(?:walk[- ]?ins?|registrations?|registro|enroll?ments?|check[- ]?ins?|sign[- ]?ups?|new (?:clients?|patients?)"
    r"|drop[- ]?ins?)\b"
)
_MACHINE = re.compile(
    r"\b(?:recorded|recordings?|automated|voice ?-?mail|answering (?:machine|service)|messages?|online|on-line"
    r"|web ?site|web|internet|e-?mail|text-only)\b"
)
_VISITING = re.compile(r"\b(?:visiting|visitation|visitors?|visitas)\b")
_SEASON = re.compile(
    r"\b(?:summer(?:time)?|winter|spring|fall|autumn|(?:school|academic) year|semesters?|seasons?|seasonal(?:ly)?"
    r"|verano|invierno|ramadan|hypothermia|cold weather|january|february|march|april|june|july|august|september|october"
    r"|november|december|jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec)\b"
)
_LIMIT_WORDS = (
    "only not no until before after unless must notice advance within prior ahead during if when limited some except"
    " subject rotating approximately about usually generally often starting begins ends starts beginning ending solo"
    " cut-off last first arrive closes new"
)
_NOISE = frozenset(_NOISE_WORDS.split())
_LIMITS = frozenset(_LIMIT_WORDS.split())
_NIGHT = re.compile(r"\b(?:over ?nights?|nights?|nightly|evenings?|noches?|sleep\w*|shelter|beds?)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


def words_of(text: str) -> list[str]:
    """The words of a text that say something."""
    return [word for word in _WORD.findall(text.lower()) if word not in _NOISE]


def label_of(text: str) -> Label:
    """Whose hours the words beside them say these are; empty if they say nothing."""
    said = " ".join(text.lower().split())
    rest = " ".join(words_of(said))
    if not rest and not CRISIS.search(said):
        return ""
    for form, label in ((_MACHINE, "machine"), (_VISITING, "visiting"), (CRISIS, "crisis-line"), (INTAKE, "intake")):
        if form.search(said):
            return label  # type: ignore[return-value]
    for form, label in ((_SEASON, "season"), (_WALK_IN, "intake"), (OFFICE, "office"), (_MAIN, "main")):
        # "Walk-in" is intake; "Food pantry walk-in" and "Summer camp" are activities.
        if form.search(said):
            return label if not _left(said) else "activity"  # type: ignore[return-value]
    return "activity"


def limits(text: str) -> bool:
    """Whether words beside hours take some of them back ("by 3:30 only", "call 24 hours in advance")."""
    said = words_of(text)
    return any(word in _LIMITS or word.isdigit() for word in said) or (bool(said) and "only" in text.lower().split())


def speaks_of_night(texts: Iterable[str]) -> bool:
    """Whether words beside hours speak of evenings or nights, so that "7-9" may be none of the day's."""
    return any(_NIGHT.search(text) for text in texts)


def _left(said: str) -> bool:
    """Whether more is said than the label itself."""
    for form in (_SEASON, _WALK_IN, OFFICE, _MAIN):
        said = form.sub(" ", said)
    return any(word not in _LIMITS for word in words_of(said))
