"""A whole listing as it is shown: everything that is public about it, and how each thing is known."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from directory.cards.card import Card, ShownFact
from directory.cards.documents import Composition
from directory.cards.lines import reasons_of_line
from directory.handoff.script import house_rules, matter_of
from directory.values.phone import grouped
from web.pages import limits
from web.pages.evidence import fact_confirmed, only_said, said_on, today_in
from web.pages.opening import week_in_words
from web.pages.reason_words import ReasonWords
from web.pages.result_card import CardWords, ShownCard, ShownLine, languages_in_words, shown_line, told_of_lines
from web.pages.term_words import language_words, term_words
from web.pages.vetted import vetted_in_words
from web.wording import Wording, lower_first

# Facts that a person could confirm in one breath, in the order in which people ask about them.
_KNOWN_IN_ORDER = (
    "phone", "schedule", "language", "kind", "eligibility", "age", "children", "barrier", "trauma_informed",
    "house_rule", "disclosure", "grievance_path",
    "ask_for", "intake_question", "greeting", "application_process", "eligibility_description",
    "fees_description", "required_document", "service_area", "accepts_from", "group_size", "reach", "minor_consent",
    "address", "accessibility", "transportation", "description", "name", "url",
)  # fmt: skip

# Fields whose slot is a term of the vocabulary, and those whose slot is an area.
_SCHEMES = {
    "schedule": "schedule-kind", "kind": "kind", "eligibility": "population", "barrier": "barrier",
    "house_rule": "house-rule",
}  # fmt: skip
_AREAS = frozenset({"service_area", "accepts_from"})
# Where people go themselves.
_GONE_TO = frozenset({"room", "exam", "care"})


class ShownRow(msgspec.Struct, frozen=True):
    """A heading with what belongs under it.

    ``why`` is said small. ``lines`` are numbers to call. ``said`` are the sentences that are spoken, before the texts
    that belong to them; ``steps`` come one after the other.
    """

    heading: str
    texts: tuple[str, ...] = ()
    why: str = ""
    lines: tuple[ShownLine, ...] = ()
    said: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()


class ShownSection(msgspec.Struct, frozen=True):
    """Rows under a heading."""

    id: str
    heading: str
    rows: tuple[ShownRow, ...]


class ShownListing(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a template needs of a listing."""

    card: ShownCard
    reasons: tuple[str, ...]
    description: str
    alert: str
    sections: tuple[ShownSection, ...]
    folds: tuple[ShownSection, ...]
    is_private: bool
    vetted: str = ""


class SheetWords:
    """Puts a listing's public documents into words.

    Args:
        t: the language.
        cards: puts its card into words.
        now: when it is read.
    """

    def __init__(self, t: Wording, *, cards: CardWords, now: dt.datetime) -> None:
        self._t = t
        self._cards = cards
        self._now = now

    def sheet(self, card: Card, parts: Composition, *, call: Sequence[ShownRow] | None = None) -> ShownListing:
        """The page of a listing.

        Args:
            card: the listing.
            parts: its public documents.
            call: how somebody is handed over, first of what is said of the call; None where only facts are shown.
        """
        t = self._t
        handing = self._stated_of_call(parts) if call is None else call
        sections = (
            ShownSection("call", t("sheet.call"), (*handing, *self._call(card, parts))),
            ShownSection("who", t("sheet.who"), tuple(self._who(parts))),
            ShownSection("rules", t("sheet.rules"), tuple(self._rules(card, parts))),
            ShownSection("tell", t("sheet.tell"), tuple(self._tell(parts))),
            ShownSection("hours", t("sheet.hours"), tuple(self._hours(card, parts))),
        )
        folds = (
            ShownSection("cost", t("sheet.cost"), tuple(self._cost(card, parts))),
            ShownSection("known", t("sheet.known"), tuple(self._known(card, parts))),
        )
        shown = self._cards.card(card)
        first = next((phone for phone in card.phones if phone.slot == shown.line_slot), None)
        beside = msgspec.structs.replace(card, reasons=reasons_of_line(card, first))
        reasons = ReasonWords(beside, today=today_in(card.zone, self._now), t=t)
        return ShownListing(
            # What speaks against it stands among the sentences.
            card=msgspec.structs.replace(shown, doubt="", call_first=""),
            reasons=reasons.sentences(),
            description=str(parts.value("description").get("text", "")),
            # That it is closed for a time comes before what always holds.
            alert="\n".join(str(fact.value["text"]) for _, fact in sorted(parts.facts("alert").items(), reverse=True)),
            sections=tuple(section for section in sections if section.rows),
            folds=tuple(section for section in folds if section.rows),
            is_private=card.block == "confidential",
            vetted=vetted_in_words(parts.organization.vetted, today=today_in(card.zone, self._now), t=t),
        )

    def _stated_of_call(self, parts: Composition) -> Iterator[ShownRow]:
        """Whom to ask for and what is asked, as far as the program states it."""
        yield from self._text(parts, "ask_for", "row.ask_for")
        if questions := parts.facts("intake_question"):
            texts = tuple(str(fact.value["text"]) for _, fact in sorted(questions.items()))
            yield ShownRow(self._t("row.they_ask"), steps=texts)

    def _call(self, card: Card, parts: Composition) -> Iterator[ShownRow]:
        t = self._t
        yield from self._greeting(parts)
        yield from self._text(parts, "application_process", "row.apply")
        if len(card.phones) > 1:
            told = told_of_lines(card, t)
            lines = tuple(shown_line(phone, t, told=told.get(phone.slot, "")) for phone in card.phones)
            yield ShownRow(t("row.numbers"), lines=lines)
        yield ShownRow(
            t("row.languages"),
            (languages_in_words(card.languages, t) if card.languages else t("languages.unknown"), *self._notes(parts)),
        )

    def _greeting(self, parts: Composition) -> Iterator[ShownRow]:
        t = self._t
        for fact in parts.facts("greeting").values():
            texts = [term_words("answers-as", fact.value["answers_as"], t)]
            texts += [t("greeting.voicemail", text=fact.value["voicemail"])] if fact.value.get("voicemail") else []
            texts += [t("greeting.caller_id", text=fact.value["caller_id"])] if fact.value.get("caller_id") else []
            checked = fact.value.get("checked_on", "")
            why = t("row.checked", date=said_on(checked, t)) if checked else ""
            yield ShownRow(t("row.greeting"), tuple(texts), why)

    def _notes(self, parts: Composition) -> Iterator[str]:
        """What was noted about a language: the variety, the home town, how an interpreter is reached."""
        for fact in parts.facts("language").values():
            if fact.value.get("note"):
                yield f"{language_words(fact.value['tag'], self._t)}: {fact.value['note']}"

    def _who(self, parts: Composition) -> Iterator[ShownRow]:
        t = self._t
        stated = sorted(parts.facts("eligibility").items(), key=lambda one: term_words("population", one[0], t))
        for answer, heading in (("yes", "row.takes"), ("no", "row.takes_not")):
            names = [
                self._noted(term_words("population", code, t, inside=True), fact, how=answer == "yes")
                for code, fact in stated
                if fact.value.get("answer") == answer
            ]
            if names:
                yield ShownRow(t(heading), (t.sentence(t.both(names)),))
        if age := parts.value("age"):
            yield ShownRow(t("row.age"), (limits.ages((age.get("minimum"), age.get("maximum")), t),))
        if children := parts.value("children"):
            taken = children.get("most"), children.get("boys_to")
            yield ShownRow(t("row.children"), limits.children(taken, t))
        yield from self._text(parts, "eligibility_description", "row.eligibility")
        if minor := parts.value("minor_consent"):
            yield ShownRow(t("row.minor_consent"), (str(minor["text"]),))
        if group := parts.value("group_size"):
            yield ShownRow(t("row.group"), (limits.group(int(group["most"]), t),))
        for field, heading in (("service_area", "row.service_area"), ("accepts_from", "row.accepts_from")):
            if areas := limits.origins(sorted(parts.facts(field)), t, area=self._cards.area):
                yield ShownRow(t(heading), (areas,))

    def _rules(self, card: Card, parts: Composition) -> Iterator[ShownRow]:
        """What ends stays, before what is only a rule; then what nobody has said."""
        t = self._t
        stated = parts.facts("house_rule")
        rules = house_rules(sorted(stated), eased=card.yes, matter=matter_of(card.kinds))
        for heading, codes in (("row.asked_there", rules.asked), ("row.other_rules", rules.others)):
            if codes:
                yield ShownRow(t(heading), tuple(self._rule(code, stated[code]) for code in codes))
        if rules.freed:
            yield ShownRow(t("row.easier"), tuple(t.sentence(term_words("barrier", code, t)) for code in rules.freed))
        if rules.unknown:
            yield ShownRow(t("row.not_said"), (t.sentence(t.both([t(f"rule.{code}") for code in rules.unknown])),))
        if path := parts.value("grievance_path"):
            yield ShownRow(t("row.grievance"), (str(path["text"]),), self._policy_of(path))

    def _rule(self, code: str, fact: ShownFact) -> str:
        """What is asked of people, with what was noted: "They keep phones: first night only."."""
        t, name = self._t, term_words("house-rule", code, self._t)
        return t("limit", name=name, text=fact.value["note"]) if fact.value.get("note") else t.sentence(name)

    def _tell(self, parts: Composition) -> Iterator[ShownRow]:
        """What the police and immigration are told is said also where nobody knows it."""
        t = self._t
        stated = parts.facts("disclosure")
        for slot in (*stated, *(party for party in ("police", "immigration") if party not in stated)):
            value = stated[slot].value if slot in stated else {"policy": "unknown"}
            policy = term_words("reporting-policy", value["policy"], t)
            yield ShownRow(self._told(slot), (policy,), self._policy_of(value))
        yield ShownRow(t("tell.consent"), (t("tell.consent.text"),))

    def _policy_of(self, value: Mapping[str, Any]) -> str:
        """On which day a program said so; empty if that is not known."""
        return self._t("row.policy_of", date=said_on(value["on"], self._t)) if value.get("on") else ""

    def _hours(self, card: Card, parts: Composition) -> Iterator[ShownRow]:
        t = self._t
        today = today_in(card.zone, self._now).isoformat()
        for slot, fact in parts.facts("schedule").items():
            texts = [t.sentence(week_in_words(fact.value["days"], t))] if fact.value.get("days") else []
            texts += [t("hours.quoted", text=fact.value["text"])] if fact.value.get("text") else []
            closed = [said_on(day, t) for day in sorted(fact.value.get("closed", [])) if day >= today]
            texts += [t("hours.closed_on", days=t.both(closed))] if closed else []
            zone = str(fact.value.get("zone", ""))
            why = t("hours.zone", zone=zone.rpartition("/")[2].replace("_", " ")) if zone else ""
            if texts:
                yield ShownRow(self._schedule(slot, parts), tuple(texts), why)

    def _schedule(self, slot: str, parts: Composition) -> str:
        """The name of a schedule; one of a single line is named by its number."""
        if not slot.startswith("line:"):
            return term_words("schedule-kind", slot, self._t) if slot else self._t("row.hours")
        phone = parts.facts("phone").get(slot.removeprefix("line:"))
        return grouped(phone.value["number"]) if phone else self._t("row.hours")

    def _cost(self, card: Card, parts: Composition) -> Iterator[ShownRow]:
        t = self._t
        yield from self._text(parts, "fees_description", "row.cost")
        for field, heading in (("cost_option", "row.cost"), ("required_document", "row.papers")):
            if texts := noted(parts, field):
                yield ShownRow(t(heading), texts)
        barriers = parts.facts("barrier").items()
        for answer, heading in (("yes", "row.easier"), ("no", "row.not_easier")):
            names = [
                self._noted(term_words("barrier", code, t, inside=True), fact)
                for code, fact in barriers
                if fact.value.get("answer", "yes") == answer
            ]
            if names:
                yield ShownRow(t(heading), (t.sentence(t.both(names)),))
        if address := parts.value("address"):
            parts_of_it = [address.get(name, "") for name in ("address_1", "address_2", "city")]
            last = " ".join(filter(None, (address.get("state_province", ""), address.get("postal_code", ""))))
            yield ShownRow(t("row.address"), (", ".join(filter(None, (*parts_of_it, last))),))
        if reach := parts.value("reach"):
            yield ShownRow(t("row.reach"), (limits.reach(reach["by"], t),))
        yield from self._text(parts, "transportation", "row.transportation")
        yield from self._text(parts, "accessibility", "row.accessibility")
        yield from self._not_known(card, parts)
        if url := parts.value("url").get("text") or parts.organization.text("url"):
            yield ShownRow(t("row.website"), (str(url).removeprefix("https://").removeprefix("http://").rstrip("/"),))

    def _not_known(self, card: Card, parts: Composition) -> Iterator[ShownRow]:
        """What decides whether somebody can come and nobody has said, with what to ask."""
        t, stated = self._t, {*card.yes, *card.no}
        costs = parts.value("fees_description") or parts.facts("cost_option") or stated & {"free", "sliding-fee"}
        if not costs:
            yield ShownRow(t("row.cost"), (t("call.cost_unknown"),))
        if card.reach != "remote-only" and matter_of(card.kinds) in _GONE_TO:
            if not (parts.value("transportation") or "transport" in stated):
                yield ShownRow(t("row.transportation"), (t("call.way_unknown"),))
            if not (parts.value("accessibility") or "accessible" in stated):
                yield ShownRow(t("row.accessibility"), (t("call.access_unknown"),))

    def _known(self, card: Card, parts: Composition) -> Iterator[ShownRow]:
        """Fact by fact: who confirmed it and when; then, of the others, who says so since when."""
        t = self._t
        today = today_in(card.zone, self._now)
        unconfirmed: dict[str, dict[str, list[str]]] = {}
        for field in _KNOWN_IN_ORDER:
            for slot, fact in parts.facts(field).items():
                name, detail = t(f"field.{field}"), self._detail(field, slot, fact)
                said = only_said(fact.source, fact.said, t=t)
                if not fact.confirmed and not fact.warned:
                    unconfirmed.setdefault(said, {}).setdefault(name, []).append(detail)
                    continue
                texts = [fact_confirmed(fact.confirmed, fact.method, today=today, t=t)] if fact.confirmed else []
                texts += [t("fact.warned")] if fact.warned else []
                yield ShownRow(_named(name, [detail]), tuple(texts), said)
        for said, fields in unconfirmed.items():
            yield ShownRow(t("fact.unconfirmed"), tuple(_named(name, found) for name, found in fields.items()), said)

    def _detail(self, field: str, slot: str, fact: ShownFact) -> str:
        """Which of several facts of a field this is; empty where a field has only one."""
        t, detail = self._t, ""
        if field in _SCHEMES and slot and not slot.startswith("line:"):
            detail = term_words(_SCHEMES[field], slot, t, inside=True)
        elif field in _AREAS:
            detail = limits.origins([slot], t, area=self._cards.area)
        elif field == "phone":
            detail = grouped(fact.value["number"])
        elif field == "language":
            detail = language_words(fact.value["tag"], t, inside=True)
        elif field == "trauma_informed":
            detail = term_words("trauma-informed", fact.value["level"], t, inside=True)
        elif field == "disclosure":
            detail = lower_first(self._told(slot))
        return detail

    def _told(self, slot: str) -> str:
        return self._t(f"tell.{slot}" if slot in {"police", "immigration"} else "tell.anyone")

    def _noted(self, name: str, fact: ShownFact, *, how: bool = False) -> str:
        """A term with how it holds and what was noted: "Trans women (welcomes; own room)"."""
        said = fact.value.get("how", "") if how else ""
        remarks = [self._t(f"noted.{said}")] if said else []
        remarks += [str(fact.value["note"])] if fact.value.get("note") else []
        return f"{name} ({'; '.join(remarks)})" if remarks else name

    def _text(self, parts: Composition, field: str, heading: str) -> Iterator[ShownRow]:
        if text := parts.value(field).get("text"):
            yield ShownRow(self._t(heading), (str(text),))


def noted(parts: Composition, field: str) -> tuple[str, ...]:
    """What was noted of each fact of a field, or else what its code says: "proof of income"."""
    return tuple(str(fact.value.get("note") or slot.replace("-", " ")) for slot, fact in parts.facts(field).items())


def _named(name: str, details: Iterable[str]) -> str:
    """A field with what distinguishes its facts: "Who: adults, men"."""
    written = ", ".join(dict.fromkeys(filter(None, details)))
    return f"{name}: {written}" if written else name
