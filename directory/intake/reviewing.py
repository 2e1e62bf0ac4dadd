"""The review of an import: what a document would change as lines that people decide, one by one or many at once. Pure.

A line is one value of something that is here, or something that is new as a whole. Its number is made of what it says,
so what was decided of it holds wherever it stands in a later plan, and for nothing else.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from directory.intake.deciding import OF_LIKES, VERDICTS, Decided, ValueKey, Verdict
from directory.intake.plan import WHY, Difference, Like, NewRow, Plan, RowChange
from directory.people.actor import Actor

# fills: nothing stands there; replaces: what its own source said before; differs: what others said or entered;
# two-people: it becomes a proposal; new: an organization with its services, or a service; nothing: nobody is asked.
# alike: the same as new, but it looks like something here.
Kind = Literal["fills", "replaces", "differs", "two-people", "alike", "new", "nothing"]
KINDS: dict[Kind, str] = {
    "fills": "Fills a blank",
    "replaces": "The source has changed what it said",
    "differs": "Others say something else",
    "two-people": "Two people have to decide",
    "alike": "Looks like one we have",
    "new": "New",
    "nothing": "Nothing to decide",
}
_OF_EFFECT: Mapping[str, Kind] = {"added": "fills", "follows": "replaces", "waits": "differs"}
_NO_CHOICE = {
    "withdrawn": "It becomes confidential: its place is deleted for good, and that waits for nobody",
    "gone": "The source has it no longer. A list cannot close a listing: it stays, with a mark",
    "returned": "The source has it again",
    "closed": "Closed here or not to be listed: nothing of it is touched",
    "unchanged": "Ours stays",
    "changed": "Its source keeps it from the public now",
}
# number -> what was decided, and the code of a reason.
Decisions = dict[str, tuple[Verdict, str]]


# What comes in.
_TAKEN: tuple[Verdict, ...] = ("take", "same", "other")


class Line(msgspec.Struct, frozen=True):
    """One thing to decide, or to know.

    Attributes:
        number: 18 digits that stand for what is decided: the row, the listing, and both values.
        name: of the listing, or of what is new.
        listing: public id of the first listing that it is about; empty where none is.
        field: and ``slot``; empty for something new.
        ours: what stands, and ``ours_by`` how it is known.
        theirs: what the source says, and ``theirs_by`` when.
        kind: see ``KINDS``.
        to_know: further words.
        key: of the value.
        rows: keys of what is new.
        likes: of those that look like something here the key, and that.
    """

    number: str
    name: str
    listing: str
    field: str
    slot: str
    ours: str
    ours_by: str
    theirs: str
    theirs_by: str
    kind: Kind
    to_know: str
    key: ValueKey | None = None
    rows: tuple[str, ...] = ()
    likes: tuple[tuple[str, Like], ...] = ()

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What may be said of it."""
        return OF_LIKES if self.likes else VERDICTS

    @property
    def is_open(self) -> bool:
        """Whether somebody has to decide it."""
        return self.kind != "nothing"


class Counts(msgspec.Struct, frozen=True):
    """How many lines there are to decide, how many are decided, how many come in, and how many tell only."""

    of: int
    decided: int
    taken: int
    nothing: int


def lines_of(plan: Plan) -> list[Line]:
    """All lines of a plan: those about one listing stand together, what is new stands last."""
    return [
        msgspec.structs.replace(line, number=_number(line)) for line in (*_of_rows(plan.rows), *_of_new(plan.new_rows))
    ]


def mark_of(lines: Iterable[Line]) -> str:
    """Tells whether a page shows what is to be decided now."""
    return _digits([line.number for line in lines if line.is_open])


def counts_of(lines: Iterable[Line], decisions: Decisions) -> Counts:
    """How far a review is."""
    all_lines = list(lines)
    to_decide = [line for line in all_lines if line.is_open]
    said = [decisions.get(line.number, ("later", ""))[0] for line in to_decide]
    taken = sum(verdict in _TAKEN for verdict in said)
    return Counts(len(to_decide), len(said) - said.count("later"), taken, len(all_lines) - len(said))


def decided_by(lines: Iterable[Line], decisions: Decisions, by: Actor) -> Decided:
    """What was decided, as an import takes it."""
    values: dict[ValueKey, tuple[Verdict, str]] = {}
    rows: dict[str, Verdict] = {}
    likes: dict[str, tuple[str, str, bool]] = {}
    for line in lines:
        verdict, reason = decisions.get(line.number, ("later", ""))
        if line.key is not None:
            values[line.key] = verdict, reason
        rows |= dict.fromkeys(line.rows, "take" if verdict in _TAKEN else verdict)
        if verdict in {"same", "other"}:
            likes |= {key: (one.record, one.kind, verdict == "same") for key, one in line.likes}
    return Decided(by, values, rows, likes)


def _number(line: Line) -> str:
    new: tuple[object, ...] = (line.rows, line.theirs) if line.rows else ()
    new += tuple((key, like.record) for key, like in line.likes)
    return _digits([line.listing, line.name, line.kind, line.to_know, line.key, new])


def _digits(said: object) -> str:
    digest = hashlib.sha256(msgspec.json.encode(said)).digest()
    return f"{int.from_bytes(digest[:8]) % 10**18:018}"


def _of_rows(rows: Iterable[RowChange]) -> Iterator[Line]:
    for row in rows:
        told = [_line(row, one) for one in row.differences]
        if row.effect in {"withdrawn", "gone", "returned", "closed"}:
            told.insert(0, _told(row))
        yield from told


def _line(row: RowChange, one: Difference) -> Line:
    listing = row.listings[0] if row.listings else ""
    why = "; ".join(WHY.get(code, code) for code in one.why)
    kind: Kind = _OF_EFFECT.get(one.effect, "nothing")
    # What a run proposes about a listing as a whole has no row of its own.
    key: ValueKey | None = None
    if one.row and kind != "nothing":
        key = ValueKey(one.row, one.field, one.slot, one.ours, one.theirs, one.mark)
    if key is None:
        kind = "nothing"
        why = why or {"gone": "No longer said; it stays, with a mark"}.get(one.effect, _NO_CHOICE["changed"])
    elif one.is_guarded:
        kind = "two-people"
    return Line(
        "", row.name, listing, one.field, one.slot, one.ours, one.ours_by, one.theirs, one.theirs_by, kind, why, key
    )


def _told(row: RowChange) -> Line:
    listing = row.listings[0] if row.listings else ""
    return Line("", row.name, listing, "", "", "", "", "", "", "nothing", _NO_CHOICE[row.effect])


def _of_new(rows: Sequence[NewRow]) -> Iterator[Line]:
    services: dict[str, list[NewRow]] = defaultdict(list)
    owners = {row.key: row for row in rows if not row.organization}
    for row in rows:
        if row.organization:
            services[row.organization].append(row)
    for key, owner in owners.items():
        yield _new_line(owner.name, [owner, *services.pop(key, [])])
    # Of organizations that are here.
    for many in services.values():
        for one in many:
            yield _new_line(one.name, [one])


def _new_line(name: str, rows: Sequence[NewRow]) -> Line:
    offered = [row for row in rows if row.organization]
    facts = sum(row.facts for row in rows)
    told = f"{facts} facts" + (f", {len(offered)} service{'s' * (len(offered) != 1)}" if len(rows) > 1 else "")
    private = "Kept private: of its place only the area is held" if any(row.is_confidential for row in rows) else ""
    names = ", ".join(dict.fromkeys(row.name for row in offered if row.name and row.name != name))
    keys = tuple(row.key for row in rows)
    likes = tuple((row.key, row.like) for row in rows if row.like is not None)
    # What is like another is told by what differs, numbers among it.
    numbers = _numbers(rows) if offered and not likes else ""
    to_know = "; ".join(filter(None, (names[:120], numbers, private)))
    if not likes:
        return Line("", name, "", "", "", "", "", told, "", "new", to_know, None, keys)
    # What is known of a service leads to its page best.
    listing = next((like.listing for _, like in likes if like.kind == "service"), likes[0][1].listing)
    return Line("", name, listing, "", "", "", "", told, "", "alike", to_know, None, keys, likes)


def _numbers(rows: Sequence[NewRow]) -> str:
    """The numbers that would come in, so that nobody takes in unseen what people will call."""
    numbers = list(dict.fromkeys(number for row in rows for number in row.numbers))
    more = f" and {len(numbers) - 3} more" if len(numbers) > 3 else ""
    return ", ".join(numbers[:3]) + more or "no number of its own"
