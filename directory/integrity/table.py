"""The table of states: who may move a listing from where to where, and with which keys. Pure; the one place (SAFETY I).

``judge`` decides one case; ``table_in_words`` says the same for people, and SECURITY.md shows it. Verbs ask ``judge``
and repeat none of it; triggers of the database hold the core of it once more.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Literal, get_args

import msgspec

from directory.people.actor import Actor
from directory.people.policy import KEEPERS, SEASONED_AFTER, is_seasoned

State = Literal["unverified", "verified", "pending", "disputed", "hidden", "closed", "do-not-list"]
Action = Literal[
    "correct", "confirm", "report", "dismiss", "import", "propose", "add-key", "approve", "decline", "prove-dead",
    "hide", "suspend", "second-hiding", "end-hiding", "show-again", "close", "do-not-list", "list", "open-location",
    "undo", "break-glass", "take-back",
]  # fmt: skip
KeyKind = Literal["old-number", "independent-number", "own-site", "provider", "lookup", "neighbour", "dead-line"]
STATES: tuple[State, ...] = get_args(State)
ACTIONS: tuple[Action, ...] = get_args(Action)
KEY_KINDS: tuple[KeyKind, ...] = get_args(KeyKind)

# An account this old may second others without a third person's word.
SEASONED = SEASONED_AFTER
# A change that nobody confirmed on the old number waits, so that somebody may object.
DELAY = dt.timedelta(hours=72)
HIDDEN_FOR = dt.timedelta(hours=72)
# So long one person cannot hide the same listing again, and so many they may hide at once without a second.
REST = dt.timedelta(days=14)
MOST_HIDINGS = 10
# So many independent kinds of automatic evidence hide a listing together, from this doubt on (FRESHNESS 3.3).
LEAST_WITNESSES = 2
LEAST_DOUBT = 0.9

_SHOWN: frozenset[State] = frozenset({"unverified", "verified", "pending", "disputed"})
_GUARDED: frozenset[State] = frozenset({"verified", "pending", "disputed", "hidden"})
# Keys from another source than the old line; two of different kinds stand for its word.
_INDEPENDENT: frozenset[KeyKind] = frozenset({"independent-number", "own-site", "provider", "lookup", "neighbour"})
_FOR_CLOSING: frozenset[KeyKind] = frozenset({"old-number", "dead-line", "own-site", "independent-number", "neighbour"})

MISSING: dict[str, str] = {
    "another-person": "somebody else has to decide",
    "coordinator": "a coordinator has to do it",
    "admin": "an admin has to do it",
    "key-of-own": "whoever decides needs a passkey or a password with codes of their own",
    "fresh-proof": "whoever decides has to show once more that it is them",
    "seasoned": "an account younger than seven days needs the word of a third person first",
    "seasoned-proposer": "the account that proposed it is younger than seven days and nobody else knows it",
    "not-a-guest": "one of the two invited the other, so they do not count as two",
    "proposal": "it has to be proposed and decided by another person",
    "two-people": "two people have to stand behind it",
    "old-number-or-two-keys": "a call to the old number, or two keys from different sources by two people",
    "two-keys": "two keys from different sources, by two people",
    "one-key": "one key, such as a call to the old number",
    "second-caller": "a second caller, or a look-up of the number that the caller did not make",
    "rest": "the same person hid it less than fourteen days ago",
    "fewer-hidings": "ten listings are hidden by this person already that nobody seconded",
    "state": "it cannot be done in this state",
    "two-witnesses": "two independent kinds of automatic evidence have to say that it is closed or dead",
    "doubt": "nine in ten such listings have to be closed or dead",
    "new-evidence": "it was hidden for this already, and nobody seconded it",
    "another-open": "it is the last open listing of its kind in its area, so a person has to decide",
}


class Key(msgspec.Struct, frozen=True):
    """Something that speaks for a change: what kind, and who brought it (id of a person)."""

    kind: KeyKind
    by: int


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be decided.

    Attributes:
        state: of the listing.
        action: what somebody wants to do. ``approve`` is about values; the approval of a proposal to close, not list,
            list, show again or open a location is that action itself.
        actor: who wants to.
        now: the present.
        proposer: who proposed it, or said the value that is confirmed or reported; None for a source or the program.
        keys: what speaks for it so far.
        holds: codes of what looks wrong with the value.
        old_line_is_dead: whether the number that is replaced was proven dead.
        confirmed_on_old_number: whether the provider confirmed it on the old number (a key says the same).
        other_hidings: how many listings the actor hides that nobody seconded.
        hidden_before: whether the actor hid this listing less than ``REST`` ago.
        before_hiding: the state from which a hidden listing was hidden.
        closes: how many listings the actor would have closed alone within ``HIDDEN_FOR``, for good or for a time, with
            this; 0 where it closes none.
        is_hotline: whether one of those that it closes is a hotline.
        needs_key: whether it was proposed on the terms that a key speaks for it.
        emergency: whether two admins break the glass.
        approved_at: when it was approved, if it waits.
        witnesses: independent kinds of automatic evidence that say it is closed or dead, none of which a person has
            contradicted since (``witnesses.speaking``).
        doubt: the probability that it cannot be reached, without what readers reported.
        is_last: whether it is the last open listing of one of its kinds in its area.
        is_known: whether it was hidden for the same evidence before.
    """

    state: State
    action: Action
    actor: Actor
    now: dt.datetime
    proposer: Actor | None = None
    keys: tuple[Key, ...] = ()
    holds: tuple[str, ...] = ()
    old_line_is_dead: bool = False
    confirmed_on_old_number: bool = False
    other_hidings: int = 0
    hidden_before: bool = False
    before_hiding: State = "verified"
    closes: int = 0
    is_hotline: bool = False
    needs_key: bool = False
    emergency: bool = False
    approved_at: dt.datetime | None = None
    witnesses: frozenset[str] = frozenset()
    doubt: float = 0.0
    is_last: bool = True
    is_known: bool = False


class Verdict(msgspec.Struct, frozen=True):
    """Whether it may be done; what is missing (codes of ``MISSING``); the state afterwards; when at the earliest."""

    is_allowed: bool
    missing: tuple[str, ...]
    becomes: State
    not_before: dt.datetime | None = None


def judge(case: Case) -> Verdict:
    """Decide one case of the table."""
    missing = tuple(dict.fromkeys(_missing(case)))
    if missing:
        return Verdict(False, missing, case.state)  # noqa: FBT003 - the first field of the struct
    return Verdict(True, (), _becomes(case), _not_before(case))  # noqa: FBT003


def _missing(case: Case) -> Iterable[str]:  # noqa: C901, PLR0912, PLR0915 - one branch for each row of the table
    match case.action:
        case "report":
            return
        case "import":
            if case.state in _GUARDED or case.holds:
                yield "proposal"
        case "end-hiding":
            if case.state != "hidden":
                yield "state"
        case "correct" | "undo":
            yield from _keeper(case)
            if case.state in _GUARDED or case.holds:
                yield "proposal"
            elif case.state != "unverified":
                yield "state"
            elif case.closes and (case.is_hotline or case.closes > MOST_HIDINGS):
                yield "proposal"
        case "confirm" | "dismiss":
            yield from _keeper(case)
            if case.proposer is not None and case.proposer.id == case.actor.id:
                yield "another-person"
            if case.state in {"closed", "do-not-list"}:
                yield "state"
        case "propose":
            if case.actor.role not in {*KEEPERS, "partner"}:
                yield "coordinator"
        case "add-key":
            if case.actor.role != "neighbour":
                yield from _keeper(case)
        case "approve":
            yield from _second(case)
            yield from _keys_of_value(case)
        case "decline":
            is_own = case.proposer is not None and case.proposer.id == case.actor.id
            if not is_own:
                yield from _keeper(case)
        case "prove-dead":
            yield from _keeper(case)
            callers = {key.by for key in case.keys if key.kind == "dead-line"}
            # Whoever called is no second witness by entering a look-up too.
            witnesses = callers | {key.by for key in case.keys if key.kind == "lookup"}
            if not callers or len(witnesses) < 2:
                yield "second-caller"
        case "hide":
            yield from _keeper(case)
            if case.state not in _SHOWN:
                yield "state"
            if case.hidden_before:
                yield "rest"
            if case.other_hidings >= MOST_HIDINGS:
                yield "fewer-hidings"
        case "suspend":
            if case.state not in _SHOWN:
                yield "state"
            if case.hidden_before:
                yield "rest"
            if len(case.witnesses) < LEAST_WITNESSES:
                yield "two-witnesses"
            if not case.doubt >= LEAST_DOUBT:
                yield "doubt"
            if case.is_known:
                yield "new-evidence"
            if case.is_last:
                yield "another-open"
            if case.other_hidings >= MOST_HIDINGS:
                yield "fewer-hidings"
        case "second-hiding" | "show-again":
            if case.state != "hidden":
                yield "state"
            yield from _second(case)
        case "close" | "do-not-list":
            if case.state in {"do-not-list", *({"closed"} if case.action == "close" else ())}:
                yield "state"
            elif case.state == "unverified" and case.action == "close" and case.closes <= MOST_HIDINGS:
                yield from _keeper(case)
                if case.needs_key:
                    yield from _one_key(case, _FOR_CLOSING)
            else:
                yield from _second(case)
                yield from _one_key(case, _FOR_CLOSING)
        case "list":
            if case.state not in {"closed", "do-not-list"}:
                yield "state"
            yield from _second(case)
            yield from _one_key(case, _FOR_CLOSING - {"dead-line"})
        case "open-location" | "take-back":
            yield from _second(case)
        case "break-glass":
            if case.actor.role != "admin":
                yield "admin"
            if not case.actor.stepped_up:
                yield "fresh-proof"


def _keeper(case: Case) -> Iterable[str]:
    if case.actor.role not in KEEPERS:
        yield "coordinator"


def _second(case: Case) -> Iterable[str]:
    """What is missing of a second person."""
    actor, proposer = case.actor, case.proposer
    is_neighbour = actor.role == "neighbour"
    if case.emergency and not (actor.role == "admin" and proposer is not None and proposer.role == "admin"):
        yield "admin"
    if not is_neighbour:
        yield from _keeper(case)
    if not actor.has_key:
        yield "key-of-own"
    # A neighbour signs what it approves, which is the fresh proof.
    if not actor.stepped_up and not is_neighbour:
        yield "fresh-proof"
    if not is_seasoned(actor, now=case.now, apart_from=() if proposer is None else (proposer.id,)):
        yield "seasoned"
    yield from _first(case) if proposer is None else _apart(case, proposer)


def _first(case: Case) -> Iterable[str]:
    """What a source says is nobody's word: somebody else has to have brought a key."""
    if not {key.by for key in case.keys} - {case.actor.id}:
        yield "two-people"


def _apart(case: Case, proposer: Actor) -> Iterable[str]:
    """Whether the one who decides and the one who proposed are two."""
    actor = case.actor
    if proposer.id == actor.id:
        yield "another-person"
    if not is_seasoned(proposer, now=case.now, apart_from=(actor.id,)):
        yield "seasoned-proposer"
    two = {actor.id, proposer.id}
    # A coordinator invites partners, who may propose: nobody gets a second voice by inviting one. Colleagues whom an
    # admin invited have a voice of their own against that admin, or two who begin together could do nothing.
    is_host = proposer.invited_by == actor.id and proposer.role not in KEEPERS and not proposer.vouched_by - two
    if is_host or (actor.invited_by == proposer.id and not actor.vouched_by - two):
        yield "not-a-guest"


def _keys_of_value(case: Case) -> Iterable[str]:
    if case.emergency:
        return
    if case.state == "unverified":
        if case.holds and not case.keys:
            yield "one-key"
        return
    if case.old_line_is_dead:
        if not _has_two_keys(case):
            yield "two-keys"
    elif not _is_confirmed_on_old_number(case) and not _has_two_keys(case):
        yield "old-number-or-two-keys"


def _one_key(case: Case, kinds: frozenset[KeyKind]) -> Iterable[str]:
    if not any(key.kind in kinds for key in case.keys):
        yield "one-key"


def _is_confirmed_on_old_number(case: Case) -> bool:
    return case.confirmed_on_old_number or any(key.kind == "old-number" for key in case.keys)


def _has_two_keys(case: Case) -> bool:
    keys = [key for key in case.keys if key.kind in _INDEPENDENT]
    return len({key.kind for key in keys}) >= 2 and len({key.by for key in keys}) >= 2


def _not_before(case: Case) -> dt.datetime | None:
    """When an approved change may happen at the earliest; None = at once."""
    if case.action != "approve" or case.emergency:
        return None
    waits = bool(case.holds) or (
        case.state != "unverified" and not _is_confirmed_on_old_number(case) and not case.old_line_is_dead
    )
    return (case.approved_at or case.now) + DELAY if waits else None


# What an action makes of each state; a state that is not named stays. What is approved and waits, stays too.
_BECOMES: dict[Action, dict[State, State]] = {
    "report": {"verified": "disputed"},
    "confirm": {"unverified": "verified", "disputed": "verified"},
    "dismiss": {"disputed": "verified"},
    "propose": {"verified": "pending", "disputed": "pending"},
    "break-glass": {"verified": "pending", "disputed": "pending"},
    "approve": {"pending": "verified", "disputed": "verified"},
    "decline": {"pending": "verified"},
    "prove-dead": {"verified": "disputed", "pending": "disputed"},
    "hide": dict.fromkeys(_SHOWN, "hidden"),
    "suspend": dict.fromkeys(_SHOWN, "hidden"),
    "close": dict.fromkeys(STATES, "closed"),
    "do-not-list": dict.fromkeys(STATES, "do-not-list"),
    "list": {"closed": "unverified", "do-not-list": "unverified"},
}


def _becomes(case: Case) -> State:
    if case.action in {"end-hiding", "show-again"}:
        return case.before_hiding
    waits = _not_before(case)
    if waits is not None and waits > case.now:
        return case.state
    return _BECOMES.get(case.action, {}).get(case.state, case.state)
