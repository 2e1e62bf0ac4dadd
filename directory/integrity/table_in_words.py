"""The table of states for people: what ``table.judge`` decides, as rows of words. SECURITY.md's table is made of them.

Tests hold the rows against ``judge``: whatever no row names is refused.
"""

from typing import Literal

import msgspec

from directory.integrity.table import STATES, Action, State

Terms = Literal[
    "anybody", "a-source", "time", "keeper", "other-keeper", "keeper-or-partner", "keeper-or-neighbour",
    "keeper-or-proposer", "two-witnesses", "two", "two-and-one-key", "two-and-keys", "admin", "two-admins",
    "two-machines",
]  # fmt: skip

# Who has to stand behind something, and with what.
TERMS: dict[Terms, str] = {
    "anybody": "anybody",
    "a-source": "a source",
    "time": "the program, after 72 hours",
    "keeper": "one coordinator or admin",
    "other-keeper": "one coordinator or admin who did not enter it",
    "keeper-or-partner": "one coordinator, admin or partner",
    "keeper-or-neighbour": "one coordinator, admin or neighbour",
    "keeper-or-proposer": "one coordinator or admin, or whoever proposed it",
    "two-witnesses": "two callers, or a caller and a look-up that is not the caller's own",
    "two": "two people",
    "two-and-one-key": "two people and one key",
    "two-and-keys": "two people and the provider's word on the old number, or two keys of two kinds by two people",
    "admin": "one admin",
    "two-admins": "two admins",
    "two-machines": "the program, with two independent kinds of automatic evidence that nobody has contradicted since, "
    "where nine in ten such listings are closed or dead",
}


class Row(msgspec.Struct, frozen=True):
    """One thing that can be done.

    Attributes:
        action: of the table.
        what: the same in words.
        terms: who it takes, and with what.
        moves: the states in which it can be done, each with the state afterwards.
        is_held: whether the row is about a value that looks wrong.
    """

    action: Action
    what: str
    terms: Terms
    moves: dict[State, State]
    is_held: bool = False


def _moves(*states: State, **changed: State) -> dict[State, State]:
    """Stays in these states (all, if none is named), but for those that change."""
    moves: dict[State, State] = {state: state for state in states or STATES}
    return moves | {state: changed[state] for state in STATES if state in changed}


_CONFIRMED: tuple[State, ...] = ("verified", "pending", "disputed")
_LIVE: tuple[State, ...] = ("unverified", *_CONFIRMED, "hidden")
_ON_OLD_NUMBER = (
    "Approve a value in place of a confirmed one. It waits for 72 hours, unless the provider confirmed it on the old "
    "number or that line is proven dead, and always if it looks wrong"
)

TABLE: tuple[Row, ...] = (
    Row(
        "correct",
        "Correct a sensitive value, or close a listing for a time: ten in 72 hours at most and no hotline, others are "
        "proposed",
        "keeper", _moves("unverified"),
    ),
    Row("undo", "Undo such a correction", "keeper", _moves("unverified")),
    Row(
        "take-back",
        "Take back an import of more than three days ago, where more than ten listings would be gone; what is less, or "
        "came in since, one coordinator or admin takes back",
        "two", _moves(),
    ),
    Row("import", "Take another value from a source", "a-source", _moves("unverified", "closed", "do-not-list")),
    Row(
        "confirm", "Confirm a number by calling it", "other-keeper",
        _moves(*_LIVE, unverified="verified", disputed="verified"),
    ),
    Row("report", "Report that something is wrong", "anybody", _moves(verified="disputed")),
    Row(
        "dismiss", "Dismiss what readers reported, by a reason of a list; *it* is the number, where that is reported",
        "other-keeper", _moves(*_LIVE, disputed="verified"),
    ),
    Row("propose", "Propose a value", "keeper-or-partner", _moves(verified="pending", disputed="pending")),
    Row("add-key", "Bring a key for a proposal", "keeper-or-neighbour", _moves()),
    Row("decline", "Decline or withdraw a proposal", "keeper-or-proposer", _moves(pending="verified")),
    Row("approve", "Approve a value where nobody confirmed one", "two", _moves("unverified")),
    Row(
        "approve", "Approve one that looks wrong, where nobody confirmed one. It waits for 72 hours",
        "two-and-one-key", _moves("unverified"), is_held=True,
    ),
    Row(
        "approve", _ON_OLD_NUMBER, "two-and-keys",
        _moves(*STATES[1:], pending="verified", disputed="verified"),
    ),
    Row(
        "break-glass", "Ask that a proposal be applied without a key", "admin",
        _moves(verified="pending", disputed="pending"),
    ),
    Row(
        "approve", "Approve that: it is applied at once, and everybody is told", "two-admins",
        _moves(pending="verified", disputed="verified"),
    ),
    Row(
        "prove-dead", "Prove a line dead, which hides its number at once", "two-witnesses",
        _moves(verified="disputed", pending="disputed"),
    ),
    Row(
        "hide", "Hide a listing for 72 hours: not the same again within 14 days, and ten at once at most", "keeper",
        dict.fromkeys(("unverified", *_CONFIRMED), "hidden"),
    ),
    Row(
        "suspend",
        "The same without a person: never the last open one of a kind in its area, never again for the same evidence "
        "or within 14 days, and a call is due at once",
        "two-machines", dict.fromkeys(("unverified", *_CONFIRMED), "hidden"),
    ),
    Row("end-hiding", "Show it again, when nobody seconded that", "time", {"hidden": "verified"}),
    Row("second-hiding", "Second it, so that it stays hidden", "two", _moves("hidden")),
    Row("show-again", "Show again what was seconded", "two", {"hidden": "verified"}),
    Row(
        "close", "Close a listing that nobody confirmed: ten in 72 hours at most, more of them as the next row says",
        "keeper", {"unverified": "closed"},
    ),
    Row("close", "Close a listing", "two-and-one-key", dict.fromkeys((*_CONFIRMED, "hidden"), "closed")),
    Row(
        "do-not-list", "Put it on the do-not-list", "two-and-one-key",
        dict.fromkeys((*_LIVE, "closed"), "do-not-list"),
    ),
    Row("list", "List it again", "two-and-one-key", {"closed": "unverified", "do-not-list": "unverified"}),
    Row("open-location", "Open a confidential location, with a written authorization", "two", _moves()),
)  # fmt: skip


def as_markdown() -> str:
    """The table as SECURITY.md shows it."""
    lines = ["| What | Who, and with what | In which state, and which it becomes |", "|---|---|---|"]
    lines += [f"| {row.what} | {TERMS[row.terms]} | {_states(row)} |" for row in TABLE]
    return "\n".join(lines)


def _states(row: Row) -> str:
    if row.action in {"end-hiding", "show-again"}:
        return "hidden: the one before"
    moved: dict[State, list[State]] = {}
    for before, after in row.moves.items():
        if before != after:
            moved.setdefault(after, []).append(before)
    said = [f"{', '.join(before)}: {after}" for after, before in moved.items()]
    stays = [state for state in STATES if row.moves.get(state) == state]
    if stays:
        others = "any other" if moved else "any"
        said.append(f"{others if len(row.moves) == len(STATES) else ', '.join(stays)}: stays")
    return "; ".join(said)
