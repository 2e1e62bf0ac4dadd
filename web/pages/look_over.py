"""What a program sees that was asked by letter: its own entry, as everybody sees it, with three answers.

The address in the letter shows one page, whatever its key, and asks nothing of the database: scanners of mail open it,
too. What follows are states of the front page that are posted, like everything else (SAFETY D1, I11).
"""

import datetime as dt
import re

import msgspec

from directory.confirming.service import ChangedMeanwhileError
from directory.errors import BadInputError, NotFoundError, RefusedError, UnknownTermError
from directory.integrity.service import Edit
from directory.listings.drafts import FactDraft
from directory.listings.fields import Language, Phone, Schedule, Text, decode_value
from directory.listings.models import Fact
from directory.listings.notes_screen import refuse_client_details
from directory.values import language as languages
from directory.values.phone import parse_phone
from directory.values.plain_text import one_line
from importers.hours_cells import read_hours
from web.dependencies import Site
from web.forms import Form
from web.pages.asking import ANSWER, KEY, LANGUAGE, LEAVE_OUT, NEW_HOURS, NEW_NUMBER, REFERRALS, SEEN
from web.pages.choices import Choice, choices
from web.pages.listing import find_listing
from web.pages.listing_sheet import SheetWords
from web.pages.result_card import CardWords
from web.pages.term_words import language_words, term_words
from web.rendering import Pages
from web.wording import Wording

# 256 bits in the letters of addresses; a sealed address is far longer.
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")
RIGHT, CHANGED, CLOSED, UNLISTED = "r", "c", "g", "n"
_THANKS = {
    RIGHT: "over.thanks.right",
    CHANGED: "over.thanks.changed",
    CLOSED: "over.thanks.gone",
    UNLISTED: "over.thanks.gone",
}
YES, NO = "y", "n"
_LONGEST_HOURS = 200


def is_key(token: str) -> bool:
    """Whether something has the form of a key."""
    return _KEY.fullmatch(token) is not None


def begin(pages: Pages, t: Wording, key: str) -> bytes:
    """The page at the address in a letter: the same for every key."""
    return pages.page("look_over", t, stage="begin", kept=[(KEY, key)])


async def look_over(site: Site, t: Wording, form: Form) -> bytes:
    """The entry that a link asks about, or what follows on an answer. Whatever is wrong with a link looks alike."""
    key, said = form.one(KEY), form.one(ANSWER)
    try:
        if not said:
            return await _entry(site, t, key)
        return await _answered(site, t, form, key, said)
    except NotFoundError:
        return site.pages.page("look_over", t, stage="spent", kept=[])


async def _answered(site: Site, t: Wording, form: Form, key: str, said: str) -> bytes:
    if said not in _THANKS:
        raise BadInputError("That is no answer.")
    shown = form.one(SEEN)
    try:
        match said:
            case "r":
                await site.confirmations.answer(key, "right", shown=shown)
            case "c":
                asked = await site.confirmations.look(key)
                edits = _edits(site, form, asked.facts)
                if not edits:
                    return await _entry(site, t, key, notice="over.nothing")
                await site.confirmations.answer(key, "changed", shown=shown, edits=edits)
            case _:
                await site.confirmations.answer(key, "closed" if said == CLOSED else "do-not-list", shown=shown)
    except ChangedMeanwhileError:
        return await _entry(site, t, key, notice="over.changed")
    except (BadInputError, RefusedError, UnknownTermError):
        # What was typed is not repeated, in the page no more than in an error.
        return await _entry(site, t, key, notice="over.nothing")
    return site.pages.page("look_over", t, stage="thanks", kept=[], thanks=t(_THANKS[said]))


async def _entry(site: Site, t: Wording, key: str, *, notice: str = "") -> bytes:
    # The digest is read before what is shown: what changes between the two is asked about once more.
    asked = await site.confirmations.look(key)
    found = await find_listing(site, asked.listing)
    now = site.clock()
    cards = CardWords(t, now=now, gazetteer=site.gazetteer)
    sheet = SheetWords(t, cards=cards, now=now).sheet(found.card, found.parts)
    spoken = [
        Choice(fact.slot, language_words(decode_value("language", fact.value or "{}").tag, t))
        for fact in asked.facts
        if fact.field == "language"
    ]
    kinds = [term_words("kind", code, t) for code in found.card.kinds]
    notice = notice or ("over.changed" if asked.is_changed else "")
    return site.pages.page(
        "look_over", t, stage="entry", kept=[(KEY, key)], seen=asked.digest, listing=sheet, spoken=spoken,
        kinds=kinds, tongues=choices(t).languages, notice=t(notice) if notice else "",
    )  # fmt: skip


def _edits(site: Site, form: Form, facts: tuple[Fact, ...]) -> list[Edit]:
    """What a form says that is otherwise than what was shown.

    Raises:
        BadInputError: a number is none.
        UnknownTermError: a language is none.
        RefusedError: the hours seem to tell of somebody.
    """
    edits = [
        _number(form.one(NEW_NUMBER), facts, country=site.settings.country),
        _hours(form.one(NEW_HOURS), facts, today=site.clock().date(), country=site.settings.country),
        _language(form.one(LANGUAGE), facts),
        _referrals(form.one(REFERRALS), facts, said=str(site.pages.wording(site.settings.language)("over.alert"))),
    ]
    gone = [Edit(fact_id=fact.id) for fact in facts if fact.field == "language" and fact.slot in form.all(LEAVE_OUT)]
    return [edit for edit in edits if edit is not None] + gone


def _number(written: str, facts: tuple[Fact, ...], *, country: str) -> Edit | None:
    if not written:
        return None
    read = parse_phone(written, country=country)
    phones = [fact for fact in facts if fact.field == "phone"]
    held = min(phones, key=lambda fact: (fact.slot != "voice", fact.id), default=None)
    before = decode_value("phone", held.value or "{}") if held is not None else Phone("")
    value = msgspec.structs.replace(before, number=read.number, ext=read.ext or "")
    return Edit(FactDraft("phone", value, slot=held.slot if held else "voice", match_key=read.number))


def _hours(written: str, facts: tuple[Fact, ...], *, today: dt.date, country: str) -> Edit | None:
    text = one_line(written, _LONGEST_HOURS)
    if not text:
        return None
    refuse_client_details(text)
    held = [fact for fact in facts if fact.field == "schedule" and not fact.slot.startswith("line:")]
    before = decode_value("schedule", held[0].value or "{}") if held else Schedule()
    read = read_hours((), texts=(text,), zone=before.zone or None, is_hotline=False, today=today, country=country)
    days = read.facts[0][1].days if len(read.facts) == 1 else {}
    # The words stay where they were not understood as a whole.
    value = Schedule(zone=before.zone, days=days, text="" if days and not read.questions else text)
    return Edit(FactDraft("schedule", value, slot=held[0].slot if held else "office"))


def _language(tag: str, facts: tuple[Fact, ...]) -> Edit | None:
    slot = f"{tag}:staff"
    if not tag or any(fact.field == "language" and fact.slot == slot for fact in facts):
        return None
    return Edit(FactDraft("language", Language(languages.language(tag).tag), slot=slot))


def _referrals(answer: str, facts: tuple[Fact, ...], *, said: str) -> Edit | None:
    """A note to everybody that nobody new is taken, or its end."""
    held = next((fact for fact in facts if fact.field == "alert"), None)
    before = decode_value("alert", held.value or "{}").text if held is not None else ""
    if answer == NO and said not in before:
        return Edit(FactDraft("alert", Text(f"{said} {before}".strip())))
    if answer == YES and held is not None and before.startswith(said):
        rest = before.removeprefix(said).strip()
        return Edit(FactDraft("alert", Text(rest))) if rest else Edit(fact_id=held.id)
    return None
