"""What the form of a listing says, as edits: what nobody typed into stays, and what cannot be kept is told beside it.

A value counts as changed when a box holds something else than it did when the form was made. Where somebody else said
something there meanwhile, the change is refused in words, and what was typed stays in its box.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from sqlalchemy.orm import Session

from directory.errors import BadInputError, RefusedError, UnknownTermError
from directory.integrity.as_kept import refuse_what_is_not_kept
from directory.integrity.service import Edit
from directory.listings.drafts import FactDraft
from directory.listings.fields import FIELDS, decode_plain, decode_value
from directory.listings.models import Fact
from directory.listings.notes_screen import refuse_client_details, refuse_other_ways
from directory.people.policy import SHARES_CONTACTS, SHARES_CONTACTS_WITH_LAW_ENFORCEMENT
from directory.values.plain_text import one_line
from directory.vocabulary import terms
from importers.places_of_rows import Places
from web.desk.boxes import new_slot, shown, value_of
from web.desk.entries import ENTRIES, Entry
from web.desk.hours_typed import hours_of, shown_hours
from web.desk.spots import NEW, Sheet, Spot, Typed
from web.desk.texts import same

ANSWER, ON, ADD, END = "answer", "on", "add", "end"
CHANGED: Final = "Somebody has said something else there meanwhile"
# Parts of a note that are codes, figures or addresses rather than words.
_NO_WORDS: Final = frozenset(
    {"zone", "number", "keyword", "amount", "currency", "identifier", "scheme", "type", "url", "tag"}
)
SHARES: Final = (SHARES_CONTACTS, SHARES_CONTACTS_WITH_LAW_ENFORCEMENT)


class Asked(msgspec.Struct):
    """What a form asks for: edits with the place of each, and what is wrong by place, in words."""

    edits: list[tuple[Spot, Edit]]
    wrong: dict[Spot, str]
    conflicts: set[Spot]

    def by_record(self) -> dict[str, list[Edit]]:
        """The edits by the letter of their record."""
        found: dict[str, list[Edit]] = {}
        for spot, one in self.edits:
            found.setdefault(spot.letter, []).append(one)
        return found


def read(session: Session, sheet: Sheet, typed: Typed, *, places: Places) -> Asked:
    """The edits that a form asks for, each tried whether it may be kept.

    Args:
        session: any session.
        sheet: what may be said, and what is said now.
        typed: the form.
        places: reads numbers of its country, and finds where an address and an area are.
    """
    return _Reading(session, sheet, typed, places).read()


class _Reading:
    def __init__(self, session: Session, sheet: Sheet, typed: Typed, places: Places) -> None:
        self._session, self._sheet, self._typed, self._places = session, sheet, typed, places
        self._asked = Asked([], {}, set())
        self._taken = {(spot.letter, spot.field, spot.slot) for spot in sheet.current}
        self._standing = {fact.match_key or "" for spot, fact in sheet.current.items() if spot.field == "phone"}
        self._numbers = set(self._standing)

    def read(self) -> Asked:
        for spot in self._spots():
            entry = ENTRIES[spot.field]
            try:
                match entry.shape:
                    case "terms":
                        self._term(entry, spot)
                    case "needs":
                        self._need(entry, spot)
                    case "hours":
                        self._hours(spot)
                    case _:
                        self._boxes(entry, spot)
            except (BadInputError, RefusedError, UnknownTermError) as error:
                self._asked.wrong[spot] = str(error)
        return self._asked

    def _spots(self) -> Iterator[Spot]:
        """Every place that the form had, those of numbers first: notes may name them."""
        every = {*self._typed.parts, *self._typed.seen}
        kept = [spot for spot in every if self._sheet.may_hold(spot.letter, spot.field)]
        yield from sorted(kept, key=lambda one: (one.field != "phone", one))

    # Shapes

    def _boxes(self, entry: Entry, spot: Spot) -> None:
        if spot not in self._typed.parts:
            return
        names = {part.name for part in entry.parts}
        said = {part: values[-1] for part, values in self._typed.parts[spot].items() if part in names}
        held = self._held(spot)
        before = shown(entry, decode_plain(held.value or "{}") if held else None)
        ends = bool(self._typed.one(spot, END)) or self._is_emptied(entry, said, before)
        if not ends and all(same(text, before[part]) for part, text in said.items()):
            return
        if ends:
            self._end(spot, held)
            return
        if held is None and self._is_blank(entry, said):
            return
        base = None if held is None or entry.is_closed else decode_value(entry.field, held.value or "{}")
        value = value_of(entry, said, base, country=self._places.home)
        if entry.field == "address":
            self._address(spot, value, held)
            return
        slot = spot.slot
        if slot == NEW:
            slot = new_slot(entry, value, lambda name: (spot.letter, spot.field, name) in self._taken, "")
            if (spot.letter, spot.field, slot) in self._taken:
                raise RefusedError("That stands here already. Change it there.")
        self._say(spot, FactDraft(spot.field, value, slot), held)

    def _hours(self, spot: Spot) -> None:
        if spot not in self._typed.parts:
            return
        held = self._held(spot)
        if self._typed.one(spot, END):
            self._end(spot, held)
            return
        today = self._session.info["now"].date()
        before = shown_hours(decode_plain(held.value or "{}") if held else None, today=today)
        said = {part: values[-1] for part, values in self._typed.parts[spot].items() if part in before}
        if all(same(text, before[part]) for part, text in said.items()):
            return
        base = decode_value("schedule", held.value or "{}") if held else None
        value = hours_of(said, before, base, country=self._places.home, today=today)
        if value is not None:
            self._say(spot, FactDraft("schedule", value, spot.slot), held)
        elif held is not None:
            self._end(spot, held)

    @staticmethod
    def _is_emptied(entry: Entry, said: Mapping[str, str], before: Mapping[str, str]) -> bool:
        """Whether what names the value was taken out, or all of it."""
        if not said or entry.is_closed or not any(before.values()):
            return False
        first = entry.parts[0].name
        if entry.field in {"age", "children"}:
            return not any({**before, **said}.values())
        return first in said and not said[first] and bool(before[first])

    @staticmethod
    def _is_blank(entry: Entry, said: Mapping[str, str]) -> bool:
        """Whether a place for something new was left as it was; what is chosen beforehand says nothing."""
        first = entry.parts[0].name
        if entry.shape == "many" and entry.field in {"phone", "language", "trauma_informed", "disclosure", "greeting"}:
            return not said.get(first)
        return not any(said.values())

    def _need(self, entry: Entry, spot: Spot) -> None:
        if not self._typed.one(spot, ANSWER):
            return
        terms.term(entry.scheme, spot.slot)
        answer = self._typed.one(spot, ANSWER)
        held = self._held(spot)
        if answer == "ask":
            if held is not None:
                self._end(spot, held)
            return
        if answer not in {"yes", "no"}:
            raise BadInputError("Yes, no, or ask.")
        base = decode_value(spot.field, held.value or "{}") if held else None
        said = {part: self._typed.one(spot, part) for part in ("how", "note") if part in self._typed.parts[spot]}
        how = said.get("how", base.how if base and spot.field == "eligibility" else "")
        if base is None or base.answer != answer:
            how = how or "welcomes"
        plain = {"answer": answer, "note": said.get("note", base.note if base else "")}
        if spot.field == "eligibility":
            plain["how"] = how if answer == "yes" else ""
        try:
            value = msgspec.convert(plain, FIELDS[spot.field].value)
        except msgspec.ValidationError:
            raise BadInputError("Choose one of the words.") from None
        if value != base:
            self._say(spot, FactDraft(spot.field, value, spot.slot), held)

    def _term(self, entry: Entry, spot: Spot) -> None:
        """Ticks: one that was there and is gone ends the value, one that is new says it."""
        if spot.slot == NEW:
            for written in self._typed.parts.get(spot, {}).get(ADD, ()):
                if written:
                    self._add(entry, spot, written)
            return
        is_on = bool(self._typed.one(spot, ON))
        if spot in self._typed.seen:
            if not is_on and spot in self._sheet.current:
                self._end(spot, self._held(spot))
        elif is_on and spot not in self._sheet.current:
            self._add(entry, spot, spot.slot)

    def _add(self, entry: Entry, spot: Spot, written: str) -> None:
        slot, value = self._term_of(entry, written)
        if (spot.letter, spot.field, slot) not in self._taken:
            self._say(spot, FactDraft(spot.field, value, slot), None)

    def _term_of(self, entry: Entry, written: str) -> tuple[str, Any]:
        kind = FIELDS[entry.field].value
        if entry.scheme:
            return terms.term(entry.scheme, written).code, kind()
        if entry.field == "attribute":
            if written not in SHARES:
                raise BadInputError("Choose one of the words.")
            return written, kind()
        area = self._places.service_area(written) or self._places.service_area(f"{written}, {self._places.home}")
        if area is None:
            raise BadInputError("There is no such state, county or nation. Write a county with its state.")
        code, extent, name = area
        return code, kind(extent=extent, name=name) if entry.field == "service_area" else kind()

    def _address(self, spot: Spot, value: Any, held: Fact | None) -> None:
        """An address with its place on the map, which moves with it."""
        plain: dict[str, str] = {name: one for name, one in msgspec.to_builtins(value).items() if one}
        placed = self._places.place(plain)
        self._say(spot, FactDraft("address", placed.address), held)
        point = Spot(spot.letter, "point", "")
        stood = self._sheet.current.get(point)
        if placed.point is not None:
            self._asked.edits.append((spot, Edit(FactDraft("point", placed.point))))
        elif stood is not None:
            self._asked.edits.append((spot, Edit(fact_id=stood.id)))

    # One place

    def _held(self, spot: Spot) -> Fact | None:
        return self._sheet.held(self._session, spot, self._typed.seen.get(spot))

    def _end(self, spot: Spot, held: Fact | None) -> None:
        if held is None:
            return
        if spot.field == "name" and spot.letter in "so":
            raise BadInputError("A listing and its organization need names.")
        if self._still(spot, held):
            self._asked.edits.append((spot, Edit(fact_id=held.id)))

    def _say(self, spot: Spot, draft: FactDraft, held: Fact | None) -> None:
        if not self._still(spot, held):
            return
        record = self._sheet.records[spot.letter]
        if held is not None:
            # Whoever sees the old value sees the new one, and nobody else.
            draft = msgspec.structs.replace(draft, tier=held.tier)
            if draft.stored == held.value:
                return
        self._refuse_notes(draft)
        refuse_what_is_not_kept(self._session, record, draft)
        self._taken.add((spot.letter, draft.field, draft.slot))
        self._asked.edits.append((spot, Edit(draft)))

    def _still(self, spot: Spot, held: Fact | None) -> bool:
        """Whether what stands there is still what the form was made from; else that it is not is noted."""
        now = self._sheet.current.get(spot)
        if (now.id if now else None) == (held.id if held else None):
            return True
        self._asked.wrong[spot] = f"{CHANGED}. What you typed is kept here; save again to put it in its place."
        self._asked.conflicts.add(spot)
        return False

    def _refuse_notes(self, draft: FactDraft) -> None:
        if draft.field == "phone":
            self._numbers.add(draft.value.number)
        if not ENTRIES[draft.field].is_note:
            return
        for part in ENTRIES[draft.field].parts:
            words = getattr(draft.value, part.name, "")
            if part.look == "line" and part.name not in _NO_WORDS and isinstance(words, str):
                # As it will be shown: an entity in the middle of an address hides it only until then.
                words = one_line(words, len(words))
                refuse_client_details(words, known_phones=self._numbers)
                if draft.field == "alert":
                    # One that was typed just now may wait for a second person, and everybody reads this at once.
                    refuse_other_ways(words, known_phones=self._standing)
