"""What a call to a program about somebody is made of, as codes and figures. Pure; words are chosen where it is shown.

Nothing that anybody typed goes in, and nothing that tells who somebody is comes out: no name, no status, no story, and
no word that says to an unknown voice what this is about. What the person alone may tell is ``held``.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

import msgspec

from directory.cards.card import Card
from directory.vocabulary.terms import expand_kind

# What a call is about. ``status`` is help of lawyers with immigration; ``report`` is whoever takes reports, or works
# with the police.
Matter = Literal["report", "exam", "room", "status", "lawyer", "care", "interpreter", "hotline", "help"]

_KINDS: tuple[tuple[Matter, tuple[str, ...]], ...] = (
    ("report", ("reporting", "law-enforcement-unit", "tip-line-law-enforcement", "child-advocacy-center",
                "multidisciplinary-team")),
    ("exam", ("sane",)),
    ("room", ("shelter", "housing")),
    ("status", ("immigration-relief",)),
    ("lawyer", ("legal",)),
    ("care", ("health",)),
    ("interpreter", ("interpretation",)),
    ("hotline", ("hotline",)),
)  # fmt: skip
# What is asked of people and ends stays, in the order in which it is told; the last two are asked for at the door.
COMMITMENTS = (
    "phone-held", "documents-held", "money-held", "blackout", "searches", "police-duty", "no-return", "notice",
    "faith", "therapy", "story-asked", "photos-asked",
)  # fmt: skip
# What nobody has said of a room is asked about; whether a story or photos are asked for comes later.
_ASKED_OF_ROOMS = COMMITMENTS[:10]
# The need that says the contrary of what is asked of people.
_FREED = {"phone-held": "phone-kept"}
# What of those who are looked after may be told, because whether there is room for them depends on it.
_TOLD = frozenset({"adults", "minors", "older-adults", "couples", "families", "with-children"})
# So long is waited before a second call; then somebody else is called.
WAIT_MINUTES = 20
_ROLES = ("clinician", "advocate", "attorney", "police")


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """What a page still holds of a question, in general terms.

    Attributes:
        reader: the role of whoever calls; empty where they have not said.
        need: the kind of service that was looked for.
        who: the populations that were asked about.
        minor_age: the age of somebody under 18.
        children: how many come along.
        group: how many people there are together.
        language: the tag of the language that was asked for.
        tonight: whether it is for tonight, or for now.
    """

    reader: str = ""
    need: str = ""
    who: tuple[str, ...] = ()
    minor_age: int | None = None
    children: int = 0
    group: int | None = None
    language: str = ""
    tonight: bool = False


class Phrase(msgspec.Struct, frozen=True):
    """A sentence, by its code; ``n`` is the figure in it, ``language`` the tag of one that it names."""

    code: str
    n: int | None = None
    language: str = ""


class Rules(msgspec.Struct, frozen=True):
    """What is asked of people, as codes of the vocabulary.

    Attributes:
        asked: what ends stays, and is stated.
        freed: what is stated not to be asked.
        others: what else is stated.
        unknown: what nobody has said.
    """

    asked: tuple[str, ...]
    freed: tuple[str, ...]
    others: tuple[str, ...]
    unknown: tuple[str, ...]


def matter_of(kinds: Collection[str], need: str = "") -> Matter:
    """What a call to a service of these kinds is about.

    Whoever also takes reports is spoken to as such, whatever was looked for: what they hear may have to be passed on.
    """
    offered = set(kinds)
    wanted = offered & expand_kind(need) if need else offered
    for matter, roots in _KINDS:
        under = frozenset[str]().union(*map(expand_kind, roots))
        if (offered if matter == "report" else wanted or offered) & under:
            return matter
    return "help"


def ask_for(card: Card, *, role: str) -> str:
    """Whom to ask for where nobody has said: the code of whoever answers by hours of this ``role`` of a line."""
    return role if role in ("intake", "office", "crisis-line") else "intake" if "intake" in card.weeks else "any"


def say(matter: Matter, caller: Caller) -> tuple[Phrase, ...]:
    """What to say, sentence by sentence; to whoever takes reports it is what to ask first."""
    by = [Phrase(f"by.{caller.reader}")] if caller.reader in _ROLES else []
    if matter == "report":
        return (*by, Phrase("report.who"), Phrase("report.passes"), Phrase("report.next"))
    speaks = caller.language and caller.language not in ("en", "any") and matter != "interpreter"
    return (
        *by,
        _with(caller),
        *_children(caller),
        _need(matter, caller),
        *([Phrase("language", language=caller.language)] if speaks else []),
        Phrase("asked"),
        *_questions(matter, caller),
    )


def held(caller: Caller) -> tuple[str, ...]:
    """The populations of the question that the words leave out: the person says so, or lets it be said."""
    return tuple(code for code in caller.who if code not in _TOLD)


def they_ask(matter: Matter, card: Card, caller: Caller) -> tuple[Phrase, ...]:
    """What is usually asked in such a call, so that the answers are at hand."""
    codes = _ASKED[matter]
    has_children = bool(caller.children) or "with-children" in caller.who or "families" in caller.who
    phrases = []
    for code in codes:
        if code == "people" and (has_children or (matter == "room" and card.children)):
            phrases.append(Phrase("people_ages"))
            boys_to = card.children[1] if card.children else None
            phrases += [Phrase("boys", boys_to)] if boys_to is not None else []
        elif code != "age" or matter != "room" or card.age:
            phrases.append(Phrase(code))
    return tuple(phrases)


def house_rules(stated: Sequence[str], *, eased: Mapping[str, str] | Collection[str], matter: Matter) -> Rules:
    """What is asked of people, what ends stays first.

    Args:
        stated: the rules that are stated.
        eased: the barriers that are stated to be removed.
        matter: what the call is about; only of a room it is told what nobody has said.
    """
    asked = tuple(code for code in COMMITMENTS if code in stated)
    freed = tuple(barrier for code, barrier in _FREED.items() if barrier in eased and code not in stated)
    known = {*stated, *(code for code, barrier in _FREED.items() if barrier in eased)}
    return Rules(
        asked=asked,
        freed=freed,
        others=tuple(code for code in stated if code not in COMMITMENTS),
        unknown=tuple(code for code in _ASKED_OF_ROOMS if code not in known) if matter == "room" else (),
    )


_NEEDS: dict[Matter, str] = {
    "status": "need.lawyer", "interpreter": "need.any_interpreter", "hotline": "need.help",
}  # fmt: skip
_ASKED: dict[Matter, tuple[str, ...]] = {
    "room": ("people", "age", "hurt", "followed", "way", "needs"),
    "lawyer": ("deadline", "papers", "lawyer", "names"),
    "status": ("deadline", "papers", "lawyer", "names"),
    "exam": ("age", "hurt", "wants", "beside"),
    "care": ("hurt", "age", "insurance"),
    "hotline": ("danger", "freely", "town"),
    "interpreter": ("variety", "how", "about", "whom"),
    "report": ("you", "where", "seen"),
    "help": ("first", "people", "town"),
}


def _with(caller: Caller) -> Phrase:
    """Who is there, as far as it decides: never what somebody is, only how many and of age or not."""
    who = caller.who
    if caller.group:
        return Phrase("with.group", caller.group)
    for code, word in (("families", "family"), ("couples", "couple")):
        if code in who:
            return Phrase(f"with.{word}")
    if "minors" in who or caller.minor_age is not None:
        return Phrase("with.minor")
    return Phrase("with.adult" if {"adults", "older-adults"} & set(who) else "with.someone")


def _children(caller: Caller) -> tuple[Phrase, ...]:
    if caller.children:
        return (Phrase("with.children", caller.children),)
    return (Phrase("with.children_too"),) if "with-children" in caller.who else ()


def _need(matter: Matter, caller: Caller) -> Phrase:
    if matter == "room":
        return Phrase("need.room_tonight" if caller.tonight else "need.room")
    if matter == "interpreter" and caller.language not in ("", "en", "any"):
        return Phrase("need.interpreter", language=caller.language)
    # Which papers somebody has is nobody's business before they say so.
    return Phrase(_NEEDS.get(matter, f"need.{matter}"))


def _questions(matter: Matter, caller: Caller) -> tuple[Phrase, ...]:
    if matter == "room":
        if caller.children or "with-children" in caller.who or "families" in caller.who:
            return (Phrase("ask.family_room"),)
        return (Phrase("ask.together" if caller.group or "couples" in caller.who else "ask.room"),)
    if matter == "status":
        return Phrase("ask.lawyer"), Phrase("ask.licence")
    return (Phrase(f"ask.{matter}"),)
