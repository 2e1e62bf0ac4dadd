"""The call about somebody, in words: whom to ask for, the line of this hour, what to say, what they will ask.

Decided in ``directory.handoff`` from the listing and from what the page still holds of the question. Nothing that was
typed comes into these words, and no named person of the program: those are for partners, at the desk.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from directory.cards.card import Card
from directory.cards.documents import Composition
from directory.handoff.line_now import LineNow, line_now
from directory.handoff.script import WAIT_MINUTES, Caller, Matter, Phrase, ask_for, held, matter_of, say, they_ask
from directory.pinned import PinnedLine
from directory.places.place import Place
from directory.reporting.this_hour import WIDE
from directory.values.phone import grouped
from web.dependencies import Site
from web.pages.asking import Asked
from web.pages.listing_sheet import ShownRow, noted
from web.pages.opening import opens_in_words, until_in_words
from web.pages.result_card import ShownLine, shown_line
from web.pages.term_words import language_words, term_words
from web.wording import Wording, wording

# Where papers decide whether somebody is taken.
_ASKS_PAPERS = frozenset({"room", "lawyer", "status", "care", "exam"})
# What the button "A bed tonight" looks for.
_TONIGHT = "shelter"
_NAMED = frozenset({"intake", "office", "crisis-line"})


def caller_of(asked: Asked) -> Caller:
    """What a question says in general terms: no place, no name, no age of a child."""
    return Caller(
        reader=asked.reader,
        need=asked.need,
        who=asked.who,
        minor_age=asked.minor_age,
        children=len(asked.children),
        group=asked.group,
        language=asked.language,
        # Its button says so.
        tonight=bool(asked.open) or asked.need == _TONIGHT,
    )


def zones_of(site: Site, place: Place | None) -> tuple[str, ...]:
    """The zones that a place lies in; empty without one."""
    if place is None:
        return ()
    return tuple(site.gazetteer.zones(place)) if place.kind in WIDE else (place.zone,)


class HandoffWords:
    """Puts the call to a listing into words.

    Args:
        t: the language.
        caller: what is known of the call.
        now: when it is read.
        here: the zones of the place that was asked about.
        pinned: the lines of every page, for whoever reaches nobody.
    """

    def __init__(
        self, t: Wording, *, caller: Caller, now: dt.datetime, here: Sequence[str], pinned: Sequence[PinnedLine]
    ) -> None:
        self._t = t
        # What is filled into a sentence that is lent stands in the language of the sentence.
        self._lent = wording(t.lender, country=t.country, lent="") if t.is_partial else t
        self._caller = caller
        self._now = now
        self._here = here
        self._pinned = pinned

    def rows(self, card: Card, parts: Composition) -> tuple[ShownRow, ...]:
        """What belongs into the call, in the order in which it is needed. What is known of outcomes may follow."""
        found = line_now(card, self._now, here=self._here)
        matter = matter_of(card.kinds, self._caller.need)
        return (
            self._whom(card, parts, found),
            self._hour(card, found),
            self._say(matter),
            self._asks(matter, card, parts),
            *self._ready(matter, card, parts),
            self._no_answer(card, parts, found),
            self._call_back(parts),
        )

    def _whom(self, card: Card, parts: Composition, found: LineNow) -> ShownRow:
        t = self._t
        stated = str(parts.value("ask_for").get("text", ""))
        return ShownRow(t("row.ask_for"), (stated or t(f"call.whom.{ask_for(card, role=found.role)}"),))

    def _hour(self, card: Card, found: LineNow) -> ShownRow:
        t = self._t
        lines = [shown_line(found.phone, t)] if found.phone else []
        if found.needs_another:
            lines += self._any_hour(card, t("call.meanwhile"))
        doubt = (t("card.may_not_work"),) if found.is_doubted else ()
        return ShownRow(t("row.this_hour"), (*self._hour_texts(card, found), *doubt), lines=tuple(lines))

    def _hour_texts(self, card: Card, found: LineNow) -> Iterator[str]:
        t = self._t
        match found.state:
            case "unknown":
                yield t("hours.as_written") if found.written else t("hours.unknown")
                if found.written:
                    yield found.written
                return
            case "open":
                yield t("open.now")
            case "which":
                yield t("open.which")
            case "beside":
                yield t("call.beside")
                if found.opens:
                    yield self._named("intake" if "intake" in card.weeks else "", self._opens(found))
            case "closed":
                yield t("closed.now")
                yield self._named(found.role, self._opens(found)) if found.opens else t("closed.unknown")
        if found.state != "closed":
            yield self._named(found.role, self._until(found))
        if found.written:
            yield t("hours.quoted", text=found.written)

    def _named(self, role: str, text: str) -> str:
        t = self._t
        return t.sentence(t("hours.of", slot=t(f"slot.{role}"), text=text) if role in _NAMED else text)

    def _until(self, found: LineNow) -> str:
        if found.until is None:
            return self._t("hours.always")
        zone_name = self._zone_name(found, found.until)
        return until_in_words(found.until, self._now, self._t, zone=found.zone, zone_name=zone_name)

    def _opens(self, found: LineNow) -> str:
        at = found.opens or self._now
        return opens_in_words(at, self._now, self._t, zone=found.zone, zone_name=self._zone_name(found, at))

    @staticmethod
    def _zone_name(found: LineNow, at: dt.datetime) -> str:
        return (at.astimezone(ZoneInfo(found.zone)).tzname() or "") if found.names_zone else ""

    def _say(self, matter: Matter) -> ShownRow:
        t = self._t
        kept = [] if matter == "report" else list(held(self._caller))
        notes = [t("call.report_note" if matter == "report" else "call.note")]
        if kept:
            names = self._lent.both([term_words("population", code, self._lent, inside=True) for code in kept])
            notes.append(t("call.held", needs=names))
        said = tuple(self._phrase("say", one) for one in say(matter, self._caller))
        return ShownRow(t("row.say"), tuple(notes), said=said)

    def _asks(self, matter: Matter, card: Card, parts: Composition) -> ShownRow:
        """What they ask: what the program states, then what is usual."""
        stated = [str(fact.value["text"]) for _, fact in sorted(parts.facts("intake_question").items())]
        usual = [self._phrase("asks", one) for one in they_ask(matter, card, self._caller)]
        return ShownRow(self._t("row.they_ask"), steps=tuple(dict.fromkeys((*stated, *usual))))

    def _phrase(self, prefix: str, one: Phrase) -> str:
        t, text_id = self._t, f"{prefix}.{one.code}"
        if one.language:
            return t(text_id, language=language_words(one.language, self._lent, inside=True))
        return t(text_id) if one.n is None else t.count(text_id, one.n)

    def _ready(self, matter: Matter, card: Card, parts: Composition) -> Iterator[ShownRow]:
        t = self._t
        papers = noted(parts, "required_document")
        if not papers and "no-documents" in card.yes:
            papers = (t("call.no_papers"),)
        if papers or matter in _ASKS_PAPERS:
            yield ShownRow(t("row.ready"), papers or (t("call.papers_unknown"),))

    def _no_answer(self, card: Card, parts: Composition, found: LineNow) -> ShownRow:
        t = self._t
        fact = parts.facts("phone").get(found.phone.slot) if found.phone else None
        is_safe = fact.value.get("message_safe") if fact else None
        message = {None: "call.no_name", False: "call.no_message", True: "call.message"}[is_safe]
        wait = [] if found.state == "closed" else [t("call.wait", minutes=WAIT_MINUTES)]
        return ShownRow(t("row.no_answer"), (*wait, t(message)), lines=tuple(self._any_hour(card, t("call.then"))))

    def _any_hour(self, card: Card, before: str) -> list[ShownLine]:
        """The pinned line, unless this is its own listing."""
        own = {phone.number for phone in card.phones}
        return [ShownLine(grouped(line.number), before) for line in self._pinned if line.number not in own][:1]

    def _call_back(self, parts: Composition) -> ShownRow:
        t = self._t
        known = any(fact.value.get("caller_id") for fact in parts.facts("greeting").values())
        unknown = () if known else (t("call.back_unknown"),)
        return ShownRow(t("row.call_back"), (t("call.back"), t("call.word"), *unknown))
