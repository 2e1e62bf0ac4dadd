"""The form of a listing as its template needs it: sections of rows, each with its boxes and how sure we are of it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from sqlalchemy.orm import Session

from directory.errors import UnknownTermError
from directory.integrity.protection import is_protected
from directory.integrity.reach import is_verified
from directory.listings.fields import FIELDS, RecordKind, Tier, decode_plain
from directory.listings.models import Fact
from directory.places.gazetteer import Gazetteer
from directory.search.written import area_name
from directory.vocabulary import terms
from web.desk import hours_sheet
from web.desk.boxes import shown
from web.desk.edits import ADD, ANSWER, END, ON, SHARES
from web.desk.entries import ENTRIES, OF_ORGANIZATION, PARTIES, SECTIONS, Entry, Options, Part, blank_value
from web.desk.facts_shown import ShownFact, facts_of
from web.desk.hours_typed import ZONE, shown_hours
from web.desk.spots import NEW, Sheet, Spot, Typed
from web.desk.texts import same
from web.desk.value_words import FIELD_WORDS, slot_in_words, value_in_words
from web.desk.week_picture import Week

_ON: Final = {"s": "", "l": "of this listing alone", "p": "of the place", "o": "of the organization"}
_KINDS: Final[dict[str, RecordKind]] = {"s": "service", "l": "listing", "p": "location", "o": "organization"}
_NEW_WORDS: Final = {
    "phone": "Another line", "language": "Another language", "cost_option": "Another price",
    "required_document": "Another paper", "trauma_informed": "More evidence", "contact": "Somebody else to ask for",
    "intake_question": "Another question",
    "funding": "Another source of money", "organization_identifier": "Another number",
}  # fmt: skip
_NOT_SAID: Final = ("", "not said")


class Box(msgspec.Struct, frozen=True):
    """One box: the name of its field, what is written above it, how it looks, what it holds."""

    key: str
    label: str
    look: str
    value: str
    options: Options = ()
    longest: int = 200


class Tick(msgspec.Struct, frozen=True):
    """One tick of a list, with how sure we are of it."""

    key: str
    label: str
    is_on: bool
    seen: str = ""
    fact: ShownFact | None = None


class Row(msgspec.Struct, frozen=True):
    """One value, or a list of ticks.

    Attributes:
        id: its place on the page.
        label: the field in words.
        on: whose it is, where it is not the service's own.
        boxes: of its parts.
        ticks: of a list of terms.
        answer: yes, ask or no, of a need; empty for everything else.
        answer_key: the name of that field.
        seen: what tells which fact the form was made from.
        fact: how sure we are; None where nothing is said.
        wrong: what is wrong with what was typed.
        hint: what to know before typing.
        is_guarded: whether a change of it is only proposed.
        end_key: the name of the tick that ends it; empty where there is none.
        is_new: whether it is a place for something more.
        is_week: whether its boxes are those of a week.
    """

    id: str
    label: str
    on: str = ""
    boxes: tuple[Box, ...] = ()
    ticks: tuple[Tick, ...] = ()
    answer: str = ""
    answer_key: str = ""
    seen: str = ""
    fact: ShownFact | None = None
    wrong: str = ""
    hint: str = ""
    is_guarded: bool = False
    end_key: str = ""
    is_new: bool = False
    is_week: bool = False


class Section(msgspec.Struct, frozen=True):
    """Rows under one heading: those that say something or are usual, and places for more; hours with their picture."""

    code: str
    title: str
    rows: tuple[Row, ...]
    more: tuple[Row, ...]
    week: Week | None = None


def sections(
    session: Session,
    sheet: Sheet,
    *,
    tier: Tier,
    gazetteer: Gazetteer,
    typed: Typed | None = None,
    wrong: Mapping[Spot, str] | None = None,
) -> list[Section]:
    """The form, with what was typed into it before in its boxes, and what was wrong with that beside them."""
    making = _Making(session, sheet, tier=tier, gazetteer=gazetteer, typed=typed, wrong=wrong or {})
    rows: dict[str, list[Row]] = {code: [] for code in SECTIONS}
    for entry in ENTRIES.values():
        for spot, row in making.rows(entry):
            of_organization = spot.letter == "o" and entry.field in OF_ORGANIZATION
            rows["organization" if of_organization else entry.section].append(row)
    return [
        Section(
            code, SECTIONS[code], tuple(one for one in many if not one.is_new),
            tuple(one for one in many if one.is_new), hours_sheet.week(sheet) if code == "hours" else None,
        )
        for code, many in rows.items()
        if many
    ]  # fmt: skip


class _Making:
    def __init__(
        self,
        session: Session,
        sheet: Sheet,
        *,
        tier: Tier,
        gazetteer: Gazetteer,
        typed: Typed | None,
        wrong: Mapping[Spot, str],
    ) -> None:
        self._session, self._sheet, self._gazetteer = session, sheet, gazetteer
        self._typed = typed or Typed({}, {})
        self._wrong = wrong
        letters = {str(one.public_id): letter for letter, one in sheet.records.items()}
        self._facts = {
            Spot(letters[one.record], one.field, one.slot): one
            for one in facts_of(session, sheet.listing, tier=tier)
            if one.record in letters
        }
        self._is_verified = is_verified(session, sheet.listing)
        self._today: dt.date = session.info["now"].date()

    def rows(self, entry: Entry) -> Iterable[tuple[Spot, Row]]:
        """The rows of one field, with where each stands."""
        match entry.shape:
            case "needs":
                return [self._need(entry, term.code) for term in terms.terms(entry.scheme)]
            case "terms":
                return self._ticks(entry)
        return [(spot, self._row(entry, spot)) for spot in self._spots(entry)]

    def _spots(self, entry: Entry) -> list[Spot]:
        said = [spot for spot in self._sheet.of_field(entry.field) if self._sheet.may_hold(spot.letter, spot.field)]
        said += [spot for spot in self._wrong if spot.field == entry.field and spot not in said and spot.slot != NEW]
        blank = [
            Spot(letter, entry.field, slot)
            for letter, record in self._sheet.records.items()
            if record.kind in entry.blank_on and self._sheet.may_hold(letter, entry.field)
            for slot in self._blank_slots(entry)
        ]
        return said + [spot for spot in blank if spot not in said]

    def _blank_slots(self, entry: Entry) -> Iterable[str]:
        if entry.shape == "hours":
            return hours_sheet.unsaid(self._sheet)
        if entry.field == "greeting":
            lines = [spot for spot in self._sheet.of_field("phone") if spot.letter in "sl"]
            answered = {spot.slot for spot in self._sheet.of_field("greeting")}
            return [spot.slot for spot in lines if spot.slot not in answered]
        if entry.field == "disclosure":
            return [slot for slot, _ in PARTIES]
        return (NEW,) if entry.shape == "many" else ("",)

    # Rows

    def _row(self, entry: Entry, spot: Spot) -> Row:
        held = self._sheet.shown.get(spot)
        # One blank week is enough to begin with.
        is_one_more = entry.shape == "hours" and not (spot.slot == "office" and not self._sheet.of_field(entry.field))
        is_new = spot.slot == NEW or (held is None and is_one_more)
        plain = decode_plain(held.value or "{}") if held is not None else blank_value(entry.field) if is_new else None
        begins = self._begins(entry, plain)
        if entry.shape == "hours" and held is None:
            begins[ZONE] = hours_sheet.zone_of(self._sheet, self._gazetteer)
        names_slot = entry.field in {"language", "trauma_informed"} and not is_new
        boxes = tuple(
            self._box(spot, part, begins[part.name]) for part in entry.parts if not (names_slot and part.names_slot)
        )
        return Row(
            id=self._id(spot, held), label=_label(entry, spot, plain), on=self._on(spot, entry), boxes=boxes,
            seen=_seen(spot, held), fact=self._facts.get(spot), wrong=self._wrong.get(spot, ""), hint=entry.hint,
            is_guarded=self._is_guarded(spot),
            end_key=spot.key(END) if held and entry.shape in {"many", "hours"} else "",
            is_new=is_new and spot not in self._wrong, is_week=entry.shape == "hours",
        )  # fmt: skip

    def _begins(self, entry: Entry, plain: Mapping[str, Any] | None) -> dict[str, str]:
        return shown_hours(plain, today=self._today) if entry.shape == "hours" else shown(entry, plain)

    def _box(self, spot: Spot, part: Part, begins: str) -> Box:
        value = self._kept(spot, part.name, begins)
        options = part.options
        if part.look == "choice":
            options = (_NOT_SAID, *options) if part.name != "kind" or not begins else options
            if value and value not in dict(options):
                options = (*options, (value, value))
        return Box(spot.key(part.name), part.label, part.look, value, options, part.longest)

    def _kept(self, spot: Spot, part: str, begins: str) -> str:
        """What a box holds: what was typed, if it was something else than the form began with."""
        if part not in self._typed.parts.get(spot, {}):
            return begins
        text = self._typed.one(spot, part)
        was = self._sheet.held(self._session, spot, self._typed.seen.get(spot))
        entry = ENTRIES[spot.field]
        began = self._begins(entry, decode_plain(was.value or "{}") if was else blank_value(entry.field) or None)
        return begins if same(text, began.get(part, "")) else text

    def _need(self, entry: Entry, code: str) -> tuple[Spot, Row]:
        stated = [spot for spot in self._sheet.of_field(entry.field) if spot.slot == code]
        nearest = [spot for letter in "lso" for spot in stated if spot.letter == letter]
        spot = nearest[0] if nearest else Spot("s", entry.field, code)
        held = self._sheet.shown.get(spot)
        plain = decode_plain(held.value or "{}") if held else {}
        answer = str(plain.get("answer", "yes")) if held else "ask"
        begins = {part.name: str(plain.get(part.name, "")) for part in entry.parts}
        kept = self._typed.one(spot, ANSWER) or answer
        boxes = tuple(self._box(spot, part, begins[part.name]) for part in entry.parts if part.name != ANSWER)
        return spot, Row(
            id=self._id(spot, held), label=_term(entry.scheme, code), on=self._on(spot, entry), boxes=boxes,
            answer=kept if kept in {"yes", "ask", "no"} else answer, answer_key=spot.key(ANSWER),
            seen=_seen(spot, held), fact=self._facts.get(spot), wrong=self._wrong.get(spot, ""),
        )  # fmt: skip

    def _ticks(self, entry: Entry) -> list[tuple[Spot, Row]]:
        said = self._sheet.of_field(entry.field)
        if entry.field == "attribute":
            said = [spot for spot in said if spot.slot in SHARES]
        codes: tuple[str, ...] = SHARES if entry.field == "attribute" else ()
        if entry.scheme == "house-rule":
            codes = tuple(term.code for term in terms.terms(entry.scheme))
        stated = {spot.slot for spot in said}
        more = [Spot("s", entry.field, code) for code in codes if code not in stated]
        ticks = tuple(self._tick(entry, spot) for spot in (*said, *more))
        new = Spot("s", entry.field, NEW)
        wrong = next((words for spot, words in self._wrong.items() if spot.field == entry.field), "")
        row = Row(
            id=f"n{entry.field}", label=FIELD_WORDS[entry.field], ticks=ticks, hint=entry.hint, wrong=wrong,
            boxes=(self._adding(entry, new),) if entry.field not in {"house_rule", "attribute"} else (),
            is_guarded=self._is_guarded(Spot("s", entry.field, SHARES[0])) if entry.field == "attribute" else False,
        )  # fmt: skip
        return [(new, row)]

    def _tick(self, entry: Entry, spot: Spot) -> Tick:
        held = self._sheet.shown.get(spot)
        is_on = held is not None
        if spot in self._typed.seen or spot in self._typed.parts:
            was_on = self._sheet.held(self._session, spot, self._typed.seen.get(spot)) is not None
            typed_on = bool(self._typed.one(spot, ON))
            is_on = typed_on if typed_on != was_on else is_on
        words = area_name(spot.slot, self._gazetteer) if entry.field in {"service_area", "accepts_from"} else ""
        label = words or value_in_words(spot.field, decode_plain(held.value or "{}") if held else {}, spot.slot)
        on = self._on(spot, entry)
        return Tick(spot.key(ON), f"{label} ({on})" if on else label, is_on, _seen(spot, held), self._facts.get(spot))

    def _adding(self, entry: Entry, new: Spot) -> Box:
        value = self._typed.one(new, ADD)
        if entry.scheme:
            kinds = sorted(((one.code, one.labels["en"]) for one in terms.terms(entry.scheme)), key=lambda one: one[1])
            return Box(new.key(ADD), "One more", "choice", value, (("", "none"), *kinds))
        return Box(new.key(ADD), "One more", "line", value, longest=80)

    # Words

    @staticmethod
    def _id(spot: Spot, held: Fact | None) -> str:
        if held is not None:
            return f"f{held.id}"
        return "n" + "".join(letter for letter in f"{spot.letter}_{spot.field}_{spot.slot}" if letter.isalnum())

    @staticmethod
    def _on(spot: Spot, entry: Entry) -> str:
        if spot.letter == "p" and FIELDS[entry.field].records == frozenset({"location"}):
            return ""
        return "" if spot.letter == "o" and entry.field in OF_ORGANIZATION else _ON[spot.letter]

    def _is_guarded(self, spot: Spot) -> bool:
        return self._is_verified and is_protected(spot.field, spot.slot)


def _label(entry: Entry, spot: Spot, plain: Mapping[str, Any] | None) -> str:
    word = FIELD_WORDS[entry.field]
    if spot.slot == NEW:
        return _NEW_WORDS.get(entry.field, word)
    match entry.field:
        case "language" | "trauma_informed" if plain:
            part = value_in_words(entry.field, {**plain, "note": ""})
        case "disclosure":
            part = f"Tells {dict(PARTIES).get(spot.slot, spot.slot)}"
        case "schedule":
            part = hours_sheet.schedule_in_words(spot)
        case "greeting" if spot.slot:
            part = f"How the line {hours_sheet.line_in_words(spot.slot)} answers"
        case "contact":
            part = f"{word}: {spot.slot.replace('-', ' ')}"
        case _:
            slot = slot_in_words(spot.field, spot.slot)
            part = f"{word}, {slot}" if slot else word
    return part


def _seen(spot: Spot, held: Fact | None) -> str:
    return f"{spot.letter}~{spot.field}~{spot.slot}={held.id}" if held is not None else ""


def _term(scheme: str, code: str) -> str:
    try:
        return terms.label(scheme, code, "en")
    except UnknownTermError:
        return code
