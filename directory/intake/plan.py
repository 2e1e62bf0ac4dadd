"""What an import would change, or has changed: a list that a person reads in a minute and a page can show.

The plan is what happened when the changed rows were carried out in a transaction that was rolled back, so it cannot
differ from what happens when they are carried out for good. Nothing of it tells a place: of an address it says only
that it differs.
"""

import datetime as dt
from typing import Any, Literal

import msgspec

from directory.listings.fields import decode_plain
from directory.listings.models import EXACT_FIELDS
from directory.values.phone import grouped

# added: nothing was said there; follows: the source's value takes the place of ours; waits: for people; kept: ours
# stays, for people have decided against theirs; gone: the source says it no longer, and it stands with a mark.
Effect = Literal["added", "follows", "waits", "kept", "gone"]
RowEffect = Literal["changed", "withdrawn", "gone", "returned", "closed", "unchanged"]
_LONGEST = 80
_BEFORE = 20
_PLACE = "the place"
# What a value is where nothing is stored of it.
_UNSAID = {"kind": "voice"}
_NAMES = {"ext": "extension", "description": "label", "number": "number"}
WHY: dict[str, str] = {
    "confirmed": "somebody confirmed ours",
    "entered": "a person entered ours",
    "removed": "a person took theirs away",
    "higher-source": "a source that counts for more says ours",
    "other-source": "another source says ours",
    "verified": "the listing is verified",
    "looks-wrong": "theirs looks wrong",
    "declined": "people declined theirs",
}


class Difference(msgspec.Struct, frozen=True):
    """One value on which a source and the directory differ.

    Attributes:
        field: and ``slot``, where it stands.
        effect: what becomes of it.
        ours: what is held, in words; empty where nothing is.
        ours_by: how it is known, such as "confirmed by phone 12 March".
        theirs: what the source says; empty where it says nothing any more.
        theirs_by: who says it, such as "county-211, retrieved 3 May".
        why: codes of ``WHY``.
        is_verified_phone: whether it is about a number of a verified listing.
        row: the source's own key of the row, or of the place within it.
        is_guarded: whether two people have to decide.
        mark: tells the two values from others that are the same in words.
    """

    field: str
    slot: str
    effect: Effect
    ours: str = ""
    ours_by: str = ""
    theirs: str = ""
    theirs_by: str = ""
    why: tuple[str, ...] = ()
    is_verified_phone: bool = False
    row: str = ""
    is_guarded: bool = False
    mark: str = ""

    @property
    def is_change(self) -> bool:
        """Whether the directory differs by it."""
        return self.effect != "kept"

    @property
    def sentence(self) -> str:
        """It in words: "phone voice: ours ... / theirs ..., waits for people: somebody confirmed ours"."""
        where = f"{self.field} {self.slot}".strip().replace("_", " ")
        ours = f"ours {self.ours}" + (f" ({self.ours_by})" if self.ours_by else "")
        theirs = f"theirs {self.theirs}" + (f" ({self.theirs_by})" if self.theirs_by else "")
        why = f": {'; '.join(WHY.get(code, code) for code in self.why)}" if self.why else ""
        match self.effect:
            case "added":
                return f"{where}: new {self.theirs} ({self.theirs_by})"
            case "follows":
                return f"{where}: {ours} / {theirs}, changes to theirs"
            case "gone":
                return f"{where}: {ours}, no longer said ({self.theirs_by}), stays with a mark"
            case "kept":
                return f"{where}: {ours} / {theirs}, ours stays{why}"
        return f"{where}: {f'{ours} / ' if self.ours else ''}{theirs}, waits for people{why}"


class RowChange(msgspec.Struct, frozen=True):
    """One row of the source about something that the directory holds.

    Attributes:
        key: the source's own key of the row.
        name: of the organization or service.
        effect: changed; withdrawn (it becomes confidential); gone (missing at the source); returned; closed (closed or
            not to be listed here, and therefore not touched); unchanged (both stay as they are, though they differ).
        listings: public ids of the listings that it is about.
        differences: value by value.
    """

    key: str
    name: str
    effect: RowEffect
    listings: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()


class Like(msgspec.Struct, frozen=True):
    """Something here that a new row looks like.

    Attributes:
        record: its public id.
        kind: organization or service.
        name: of it.
        listing: public id of the listing that shows it best.
        score: per mille.
        why: codes of signs.
        is_certain: whether an import would make the two one without asking.
        differs: fields of which the two say something else: the field, ours and theirs in words. Never a place.
    """

    record: str
    kind: str
    name: str
    listing: str
    score: int
    why: tuple[str, ...]
    is_certain: bool
    differs: tuple[tuple[str, str, str], ...] = ()


class NewRow(msgspec.Struct, frozen=True):
    """An organization or service that is not here yet: its key at the source, its name, and how many facts it has.

    ``organization`` is the key of the organization that a service belongs to; empty for an organization. ``like`` is
    what it looks like, as far as that was asked. ``numbers`` are its own, in words.
    """

    key: str
    name: str
    facts: int
    organization: str = ""
    is_confidential: bool = False
    like: Like | None = None
    numbers: tuple[str, ...] = ()


class Plan(msgspec.Struct, frozen=True):
    """What a document would change.

    Attributes:
        source: key of the source.
        on: day of the plan (ISO).
        new: names of organizations and services that come in.
        rows: everything else that is not as it was.
        unchanged: how many rows say what they said before.
        existing: how many listings the source has brought that are listed.
        touched: how many of those would change or are missing; what becomes confidential is not among them.
        phones: how many numbers of verified listings it would have otherwise.
        is_whole: whether it was read whole; else nothing is said to be missing.
        holds: codes of why the run waits for people (``directory.intake.breaker``).
        new_organizations: how many of what is new are organizations.
        new_rows: the same as ``new``, one by one.
    """

    source: str
    on: str
    new: tuple[str, ...] = ()
    rows: tuple[RowChange, ...] = ()
    unchanged: int = 0
    existing: int = 0
    touched: int = 0
    phones: int = 0
    is_whole: bool = True
    holds: tuple[str, ...] = ()
    new_organizations: int = 0
    new_rows: tuple[NewRow, ...] = ()

    def of(self, effect: RowEffect) -> tuple[RowChange, ...]:
        """The rows with this effect."""
        return tuple(row for row in self.rows if row.effect == effect)

    def counts(self) -> dict[str, int]:
        """How many rows and values of each kind, those that are none left out."""
        effects = [one.effect for row in self.rows for one in row.differences]
        found = {
            "new": len(self.new),
            "changed": len(self.of("changed")),
            "waits": effects.count("waits"),
            "missing": len(self.of("gone")),
            "returned": len(self.of("returned")),
            "withdrawn": len(self.of("withdrawn")),
            "closed": len(self.of("closed")),
            "unchanged": self.unchanged,
        }
        return {name: number for name, number in found.items() if number}

    def figures(self) -> dict[str, str]:
        """The same in words; organizations, which are no rows of a list, are told apart from services."""
        found = {name: str(number) for name, number in self.counts().items()}
        if self.new_organizations:
            services = len(self.new) - self.new_organizations
            found["new"] += f" ({_number(services, 'service')}, {_number(self.new_organizations, 'organization')})"
        return found


def _number(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def differing(field: str, slot: str, ours: str | None, theirs: str | None) -> tuple[str, str]:
    """Two stored values in a few words, and in those in which they differ where the usual ones are alike.

    One that is None is empty. Nothing more is said of a place.
    """
    told = tuple("" if value is None else in_words(field, slot, value) for value in (ours, theirs))
    if field in EXACT_FIELDS or told[0] != told[1] or ours is None or theirs is None:
        return told[0], told[1]
    one, other = decode_plain(ours), decode_plain(theirs)
    keys = [key for key in {**one, **other} if one.get(key) != other.get(key)]
    return _with_these(told[0], keys, one, other), _with_these(told[1], keys, other, one)


def _with_these(words: str, keys: list[str], value: dict[str, Any], other: dict[str, Any]) -> str:
    said = []
    for key in keys:
        told = _excerpt(value.get(key, _UNSAID.get(key)), other.get(key, _UNSAID.get(key)))
        said.append(f"{_NAMES.get(key, key.replace('_', ' '))} {told}")
    return f"{words} ({', '.join(said)})" if said else words


def _excerpt(value: Any, other: Any) -> str:
    """A value, of a long text the part around the first sign that differs."""
    words, others = ("; ".join(_parts(one)) for one in (value, other))
    if not words:
        return "none"
    if len(words) <= _LONGEST:
        return words
    same = next((at for at, (one, two) in enumerate(zip(words, others, strict=False)) if one != two), len(others))
    start = max(0, min(same, len(words)) - _BEFORE)
    return f"…{words[start : start + _LONGEST]}…"


def in_words(field: str, slot: str, stored: str | None) -> str:
    """A stored value in a few words. Of a place nothing is said but that it is one (SAFETY L17)."""
    if field in EXACT_FIELDS:
        return _PLACE
    value = decode_plain(stored or "{}")
    if field == "phone":
        extension = f" ext. {value['ext']}" if value.get("ext") else ""
        return grouped(str(value.get("number", ""))).replace(" ", "-") + extension
    words = ", ".join(_parts(value)) or slot or "yes"
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1].rstrip()}…"


def _parts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [part for name, inner in value.items() for part in _named(name, inner)]
    if isinstance(value, list):
        return [part for inner in value for part in _parts(inner)]
    return [str(value)] if value not in (None, "") else []


def _named(name: str, value: Any) -> list[str]:
    parts = _parts(value)
    if isinstance(value, bool):
        return [name if value else f"not {name}"]
    return [f"{name} {' '.join(parts)}"] if isinstance(value, dict | list) and parts else parts


def day(at: dt.date, *, today: dt.date) -> str:
    """A day as people say it: "12 March", with the year where it is another one."""
    return f"{at.day} {at:%B}" + ("" if at.year == today.year else f" {at.year}")
