"""A result as it is shown: number, who answers now, why it fits, how we know. Words are chosen here, never stored."""

import datetime as dt
from collections.abc import Sequence
from typing import Literal

import msgspec

from directory.cards.card import Card, CardPhone
from directory.cards.lines import is_unplaced, offered, reasons_of_line
from directory.places.areas import area_by_id
from directory.places.gazetteer import Gazetteer
from directory.places.regions import country, region
from directory.search.answer import NeedAnswer, Question, Result
from directory.settings import OWN_LANGUAGES
from directory.values.phone import RELAY_CODE, grouped
from directory.vocabulary.terms import ask_about
from web.locales import country_name
from web.pages.evidence import number_confirmed, only_said, reported_on, said_on, today_in
from web.pages.limits import Limits
from web.pages.need_words import NeedWords
from web.pages.opening import Opening, hours_of_each, opening
from web.pages.reason_words import ReasonWords
from web.pages.term_words import language_words, term_words
from web.wording import Borrowed, Wording

# So many languages are named on a card; the rest stand on the listing's page.
_MOST_LANGUAGES = 4

Mark = Literal["yes", "said", "ask", "no", "warn"]


class ShownLine(msgspec.Struct, frozen=True):
    """A number to read aloud: what stands before it ("Text"), its digits, and what to do after dialling.

    ``told`` says which line it is and when it is answered, where that is known.
    """

    digits: str
    before: str = ""
    after: str = ""
    told: str = ""


class ShownNeed(msgspec.Struct, frozen=True):
    """One need against one listing: shape, word, why, and what to ask when it is not a yes."""

    mark: Mark
    label: str
    word: str
    why: str = ""
    question: str = ""


class ShownTrauma(msgspec.Struct, frozen=True):
    """What is known of trauma-informed practice."""

    lead: str
    detail: str = ""


class ShownCard(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a template needs of one result.

    ``note`` says that its number may not work, and then the others stand before it. ``doubt`` is what else speaks
    against it most; ``call_first`` stands beside a number that was confirmed, but so that readers are warned.
    """

    id: str
    name: str
    under: str
    far: str
    line: ShownLine | None
    line_slot: str = ""
    others: tuple[ShownLine, ...]
    opening: Opening
    number_mark: Mark
    number_text: str
    call_first: str = ""
    note: str
    doubt: str = ""
    reported: str
    languages: str
    languages_mark: Mark
    needs: tuple[ShownNeed, ...] = ()
    folded: tuple[ShownNeed, ...] = ()
    folded_label: str = ""
    folded_mark: Mark = "yes"
    trauma: ShownTrauma
    limits: tuple[str, ...]
    source: tuple[str, ...]


class CardWords:
    """Puts results into words, in one language, as of one instant.

    Args:
        t: the language.
        now: when it is read.
        gazetteer: knows the names of counties.
        question: what was asked, if anything; needs are named as they stand in it.
    """

    def __init__(self, t: Wording, *, now: dt.datetime, gazetteer: Gazetteer, question: Question | None = None) -> None:
        self._t = t
        self._now = now
        self._gazetteer = gazetteer
        self._limits = Limits(t, area=self.area)
        self.need = NeedWords(t, question, area=self.area)

    def today(self, zone: str) -> dt.date:
        """The day on which it is read, by the clock of a zone."""
        return today_in(zone, self._now)

    def result(self, result: Result) -> ShownCard:
        """A result of a search."""
        by = result.by if any(one.need == "open:tonight" for one in result.needs) else ""
        shown = self.card(result.card, distance_km=result.distance_km, more_sites=result.more_sites, by=by)
        # Whether they can talk to each other comes first, then whether there is somebody at this hour.
        answers = sorted(result.needs, key=lambda answer: _FIRST_ASKED.get(answer.need.partition(":")[0], 2))
        needs = [self._need(answer, result.card) for answer in answers]
        doubtful = tuple(sorted((one for one in needs if one.mark in ("ask", "no")), key=lambda one: one.mark != "no"))
        sure = tuple(one for one in needs if one.mark not in ("ask", "no"))
        if not doubtful:
            return msgspec.structs.replace(shown, needs=sure)
        mark, known = self._known(answers)
        return msgspec.structs.replace(shown, needs=doubtful, folded=sure, folded_label=known, folded_mark=mark)

    def card(self, card: Card, *, distance_km: float | None = None, more_sites: int = 0, by: str = "") -> ShownCard:
        """A card by itself, without needs; ``by`` is the schedule that was asked about, empty for all of them."""
        t = self._t
        today = today_in(card.zone, self._now)
        opens = opening(card, now=self._now, t=t, by=by)
        first, *others = self._lines(card, opens.slot)
        mark, text = self._number(card, first, today)
        told = told_of_lines(card, t) if others else {}
        reasons = ReasonWords(msgspec.structs.replace(card, reasons=reasons_of_line(card, first)), today=today, t=t)
        names = [part for part in (self._organization(card), self._place(card)) if part]
        sites = [t.count("card.more_sites", more_sites)] if more_sites else []
        return ShownCard(
            id=card.id,
            name=card.name,
            under=" · ".join([*names, *sites]),
            far=self._far(card, distance_km),
            line=shown_line(first, t, told=which_line(card, first, t, opens=opens.slot)) if first else None,
            line_slot=first.slot if first else "",
            others=tuple(shown_line(line, t, told=told.get(line.slot, "")) for line in others if line is not None),
            opening=opens,
            number_mark=mark,
            number_text=text,
            note=t("card.may_not_work") if card.may_not_work and first is card.phones[0] else "",
            call_first=t("reason.stale") if reasons.state == "stale" else "",
            doubt=reasons.line(),
            reported=reported_on(card.reported, today=today, t=t) if card.reported else "",
            languages=self._languages(card),
            languages_mark="said" if card.languages else "ask",
            trauma=self._trauma(card),
            limits=self._limits.all(card),
            source=self._source(card),
        )

    def area(self, code: str) -> str:
        """The name of an area served or published: a nation, a state, a county, a confidential area."""
        if code.isdigit():
            county = self._gazetteer.county(code)
            return county.label if county else ""
        area = area_by_id(code)
        if area is not None:
            return area.label(self._t.language)
        nation, _, part = code.partition("-")
        found = region(part, nation) if part else country(nation)
        if found is None:
            return ""
        if self._t.language == "es":
            return found.name_es
        named = "" if part else country_name(self._t.language, self._t.country, nation)
        return found.name if self._t.language == "en" else named or found.name

    def _organization(self, card: Card) -> str:
        return card.organization if card.organization.casefold() != card.name.casefold() else ""

    def _place(self, card: Card) -> str:
        return card.place if card.block == "site" else self.area(card.place)

    def _far(self, card: Card, distance_km: float | None) -> str:
        parts = [self._t("card.practice")] if card.practice else []
        if distance_km is not None:
            parts.append(self._t.distance(distance_km, card.country))
        return self._t("list.comma").join(parts)

    def _lines(self, card: Card, slot: str) -> list[CardPhone | None]:
        """First the line to call, that of the hours to go by (None if there is no voice), then the others."""
        lines = offered(card, slot)
        first = next((phone for phone in lines if phone.kind == "voice"), None)
        return [first, *(phone for phone in lines if phone is not first and phone.kind != "fax")]

    def _number(self, card: Card, line: CardPhone | None, today: dt.date) -> tuple[Mark, str]:
        t = self._t
        if line is None:
            return "ask", t("number.none")
        if line.confirmed:
            is_fresh = today.toordinal() <= card.fresh_until or line is not card.phones[0]
            text = number_confirmed(line.confirmed, line.method, today=today, t=t)
            return ("yes", text) if is_fresh and not (card.may_not_work and line is card.phones[0]) else ("ask", text)
        return "ask", " ".join(filter(None, (t("number.unconfirmed"), only_said(card.source, line.said, t=t))))

    def _languages(self, card: Card) -> str:
        if not card.languages:
            return self._t("languages.unknown")
        return languages_in_words(card.languages, self._t, most=_MOST_LANGUAGES)

    def _need(self, answer: NeedAnswer, card: Card) -> ShownNeed:
        t = self._t
        what = self.need(answer.need)
        question = "" if answer.state == "yes" else self._question(answer.need)
        limits = self._limits.of_need(answer.need, card)
        if answer.state == "ask":
            why = " ".join(filter(None, (self._below(answer), limits)))
            return ShownNeed("ask", what, t("state.ask"), why, question)
        when = said_on(answer.as_of or "", t)
        how = t(f"how.{answer.how}") if answer.state == "yes" and answer.how in _HOWS else ""
        dated = (t("why.asked", date=when) if answer.verified else t("why.said", date=when)) if when else ""
        why = " ".join(filter(None, (how, limits, dated)))
        if answer.state == "no":
            return ShownNeed("no", what, t("state.no"), why, question)
        if answer.verified:
            return ShownNeed("yes", what, t("state.yes"), why)
        return ShownNeed("said", what, t("state.said"), why)

    def _question(self, need: str) -> str:
        # The vocabulary has its questions in our own languages only.
        if self._t.language in OWN_LANGUAGES:
            return ask_about(need, self._t.language)
        lender = self._t.lender if self._t.lender in OWN_LANGUAGES else "en"
        return Borrowed(ask_about(need, lender), lender)

    def _known(self, answers: Sequence[NeedAnswer]) -> tuple[Mark, str]:
        """What is a yes, in one line; "confirmed" only when all of it is."""
        sure = [answer for answer in answers if answer.state == "yes"]
        names = self._t.both([self.need(answer.need, inside=True) for answer in sure])
        if all(answer.verified for answer in sure):
            return "yes", self._t("needs.confirmed", needs=names)
        return "said", self._t("needs.said", needs=names)

    def _below(self, answer: NeedAnswer) -> str:
        """Evidence of trauma-informed practice below the level that was asked for."""
        is_below = answer.need == "trauma-informed" and answer.how
        return self._t.sentence(trauma_lead(answer.how or "", self._t)) if is_below else ""

    def _trauma(self, card: Card) -> ShownTrauma:
        t, known = self._t, card.trauma_informed
        if known is None:
            return ShownTrauma(t.sentence(trauma_lead("none-known", t)))
        lead = t.sentence(trauma_lead(known.level, t))
        if known.level == "attested":
            return ShownTrauma(lead, t("trauma.nobody_else"))
        parts = [
            t("trauma.by", who=known.by) if known.by else "",
            t("trauma.on", date=said_on(known.on, t)) if known.on else "",
            t("trauma.until", date=said_on(known.expires_on, t)) if known.expires_on else "",
        ]
        return ShownTrauma(lead, t.sentence(t("list.comma").join(filter(None, parts))))

    def _source(self, card: Card) -> tuple[str, ...]:
        t = self._t
        kinds = t.both([term_words("kind", code, t) for code in card.kinds])
        texts = [
            t("source.kinds", kinds=kinds) if kinds else "",
            t("source.practice") if card.practice else "",
            only_said(card.source, card.said, t=t),
            t("source.private") if card.block == "confidential" else "",
        ]
        return tuple(filter(None, texts))


_FIRST_ASKED = {"language": 0, "open": 1}
_HOWS = frozenset({"exclusive", "welcomes", "does-not-exclude", "staff", "interpreter"})


def told_of_lines(card: Card, t: Wording) -> dict[str, str]:
    """Slot of a line -> which line it is and when it is answered: "Crisis line: 24 hours a day".

    The only line to speak on is that of all hours, so nothing is told of it.
    """
    is_several = sum(phone.kind == "voice" for phone in card.phones) > 1
    hours = hours_of_each(card, t)
    found = {}
    for phone in card.phones:
        if phone.kind == "voice" and not is_several:
            continue
        names, said = which_line(card, phone, t), hours.get(phone.slot, "")
        found[phone.slot] = t("hours.of", slot=names, text=said) if names and said else names or said
    return found


def which_line(card: Card, phone: CardPhone, t: Wording, *, opens: str = "") -> str:
    """What a line is for: "Crisis line"; empty where nobody says so.

    The only line to speak on needs no name, unless somebody answers by a schedule (``opens``) that is not known as its.
    """
    if sum(other.kind == "voice" for other in card.phones) < 2 and not is_unplaced(card, opens):
        return ""
    return t.both([term_words("schedule-kind", role, t, inside=place > 0) for place, role in enumerate(phone.roles)])


def shown_line(phone: CardPhone, t: Wording, *, told: str = "") -> ShownLine:
    """A line as it is read aloud: "Text HELLO to 305 555 0102", "TTY 711", "305 555 0142, then 12"."""
    before = "" if phone.kind == "voice" else term_words("phone-kind", phone.kind, t)
    if phone.kind == "text":
        before = t("line.keyword", word=phone.keyword) if phone.keyword else t("line.text")
    if phone.kind == "tty":
        before = t("line.relay") if phone.number == RELAY_CODE else t("line.tty")
    after = [phone.hours] if phone.hours else []
    if phone.ext.startswith("OPT"):
        after.insert(0, t("line.choice", digits=phone.ext.removeprefix("OPT")))
    elif phone.ext:
        after.insert(0, t("line.extension", digits=phone.ext))
    return ShownLine(grouped(phone.number), before, t("list.comma").join(after), told)


def languages_in_words(spoken: dict[str, str], t: Wording, *, most: int | None = None) -> str:
    """Who speaks what: "Spanish and English; others by interpreter". At most so many languages are named."""

    def named(by: str) -> list[str]:
        tags = (tag for tag, how in spoken.items() if how == by and tag != "any")
        names = sorted(language_words(tag, t, inside=True) for tag in tags)
        if most is not None and len(names) > most:
            return [*names[: most - 1], t.count("languages.more", len(names) - most + 1)]
        return names

    names, through = named("staff"), named("interpreter")
    parts = [t("languages.staff", names=t.both(names))] if names else []
    if "any" in spoken:
        parts.append(t("languages.any"))
    elif through:
        parts.append(t("languages.interpreter", names=t.both(through)))
    return " ".join(parts)


def trauma_lead(level: str, t: Wording) -> str:
    """What a level of evidence says, in half a sentence."""
    return t("trauma.level", level=term_words("trauma-informed", level, t, inside=True))


def shown_all(results: Sequence[Result], words: CardWords) -> tuple[ShownCard, ...]:
    """Several results, in their order."""
    return tuple(words.result(result) for result in results)
