"""What a program sees that was asked by letter: its own entry, as everybody sees it, with three answers.

The address in the letter shows one page, whatever its key, and asks nothing of the database: scanners of mail open it,
too. What follows are states of the front page that are posted, like everything else (SAFETY D1, I11).
"""

import re

from directory.confirming.closures import closed_until
from directory.confirming.service import Asked, ChangedMeanwhileError
from directory.errors import BadInputError, NotFoundError, RefusedError, UnknownTermError
from directory.listings.fields import decode_value
from web.dependencies import Site
from web.forms import Form
from web.pages.asking import ANSWER, KEY, SEEN, STANDS
from web.pages.choices import Choice, choices
from web.pages.evidence import today_in
from web.pages.listing import find_listing
from web.pages.listing_sheet import SheetWords
from web.pages.reliability_words import calls_row, with_calls
from web.pages.result_card import CardWords
from web.pages.said_by_letter import BadDaysError, closing_of, edits_of, reopening_of
from web.pages.term_words import language_words, term_words
from web.rendering import Pages
from web.wording import Wording

# 256 bits in the letters of addresses; a sealed address is far longer.
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")
RIGHT, CHANGED, AWAY, BACK, CLOSED, UNLISTED = "r", "c", "t", "o", "g", "n"
_THANKS = {
    RIGHT: "over.thanks.right",
    CHANGED: "over.thanks.changed",
    AWAY: "over.thanks.changed",
    BACK: "over.thanks.changed",
    CLOSED: "over.thanks.gone",
    UNLISTED: "over.thanks.gone",
}
# What can be ticked as right, one field each: what people ask about first.
_TICKED = ("phone", "schedule", "language", "kind", "eligibility", "barrier", "description", "url", "address")


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
        # A new letter can be asked for with what has the form of a key, whoever had it.
        return site.pages.page("look_over", t, stage="spent", kept=[(KEY, key)] if is_key(key) else [])


async def _answered(site: Site, t: Wording, form: Form, key: str, said: str) -> bytes:
    if said not in _THANKS:
        raise BadInputError("That is no answer.")
    shown = form.one(SEEN)
    try:
        match said:
            case "r":
                await site.confirmations.answer(key, "right", shown=shown)
            case "c" | "t" | "o":
                if not await _say(site, form, key, said, shown):
                    return await _entry(site, t, key, notice="over.nothing")
            case _:
                await site.confirmations.answer(key, "closed" if said == CLOSED else "do-not-list", shown=shown)
    except ChangedMeanwhileError:
        return await _entry(site, t, key, notice="over.changed")
    except BadDaysError:
        return await _entry(site, t, key, notice="over.days")
    except (BadInputError, RefusedError, UnknownTermError):
        # What was typed is not repeated, in the page no more than in an error.
        return await _entry(site, t, key, notice="over.nothing")
    return site.pages.page("look_over", t, stage="thanks", kept=[], thanks=t(_THANKS[said]))


async def _say(site: Site, form: Form, key: str, said: str, shown: str) -> bool:
    """Propose what is otherwise; whether anything was said."""
    asked = await site.confirmations.look(key)
    if said == CHANGED:
        edits, right = edits_of(site, form, asked.facts), set(form.all(STANDS)) & set(_TICKED)
    else:
        edits, right = (closing_of if said == AWAY else reopening_of)(site, form, asked.facts), set()
    if not edits and not right:
        return False
    await site.confirmations.answer(key, "changed", shown=shown, edits=edits, right=right, is_closed=said == AWAY)
    return True


async def _entry(site: Site, t: Wording, key: str, *, notice: str = "") -> bytes:
    # The digest is read before what is shown: what changes between the two is asked about once more.
    asked = await site.confirmations.look(key)
    found = await find_listing(site, asked.listing)
    now = site.clock()
    cards = CardWords(t, now=now, gazetteer=site.gazetteer)
    sheet = SheetWords(t, cards=cards, now=now).sheet(found.card, found.parts)
    sheet = with_calls(sheet, await calls_row(site, t, asked.listing, is_private=sheet.is_private))
    # The program sees what its callers told before readers do.
    calls = await calls_row(site, t, asked.listing, is_private=False, for_program=True)
    spoken = [
        Choice(fact.slot, language_words(decode_value("language", fact.value or "{}").tag, t))
        for fact in asked.facts
        if fact.field == "language"
    ]
    kinds = [term_words("kind", code, t) for code in found.card.kinds]
    held = {fact.field for fact in asked.facts}
    notice = notice or ("over.changed" if asked.is_changed else "")
    today = today_in(found.card.zone, now)
    return site.pages.page(
        "look_over", t, stage="entry", kept=[(KEY, key)], seen=asked.digest, listing=sheet, calls=calls,
        spoken=spoken,
        kinds=kinds, offered=choices(t), notice=t(notice) if notice else "", withheld=_withheld(asked, t),
        stands=[Choice(field, t(f"field.{field}")) for field in _TICKED if field in held], today=today.isoformat(),
        may_reopen=bool(closed_until(asked.facts, today=today)) or "alert" in held,
    )  # fmt: skip


def _withheld(asked: Asked, t: Wording) -> list[str]:
    """What is held of a program that is not shown to readers, by name and without values."""
    known = {
        "contact": t("over.held.contact"), "email": t("over.held.email"), "phone": t("field.phone"),
        "url": t("field.url"), "vetting": t("over.held.other"), "organization_identifier": t("over.held.other"),
    }  # fmt: skip
    return list(dict.fromkeys(known[field] for field in known if field in asked.withheld))
