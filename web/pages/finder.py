"""The front page and everything that a press on it brings: one address, ``/``, and states of it that are posted.

Nothing of a search ever stands in an address, so all of it comes and goes in the bodies of forms (SAFETY D1).
"""

from typing import Any

import msgspec
from litestar import Controller, MediaType, Request, Response, get, post

from directory.errors import NotFoundError
from directory.forensic.nearest import holds_all_open, is_about_exams
from directory.search.answer import Answer, Question
from directory.search.service import plan_for
from web.dependencies import Site, SiteHere
from web.forms import Form, read_form
from web.pages.aloud import read_aloud
from web.pages.answer_words import AnswerWords, Change
from web.pages.asking import (
    AGREED,
    AWAY,
    FIELDS,
    HAND,
    KEY,
    LISTING,
    ORIGIN,
    OURS,
    OUTCOME,
    PAPER,
    PLACE,
    REPORT,
    SHOW,
    SPEAK,
    SPEAK_HERE,
    Asked,
)
from web.pages.card_to_carry import card_to_carry
from web.pages.choices import Choice, choices
from web.pages.closed import show_closed
from web.pages.exam import ShownExam, shown_exam
from web.pages.form_to_sign import form_to_sign
from web.pages.guides import GUIDES, show_guide
from web.pages.listing import show_listing
from web.pages.look_over import look_over
from web.pages.ours import ours
from web.pages.reported import take_report
from web.pages.result_card import CardWords
from web.pages.told import take_outcome
from web.pages.where import UnclearPlaceError, Where
from web.wording import Wording

# The value of the field ``x`` that asks for the form with what was chosen so far; other values are those of guides.
_EDIT = "e"
# Whose hours are not known may stand before whoever is open: among so many the nearest of those is looked for.
_MOST_LOOKED_THROUGH = 200
# What each field of a place is called in the ids of words and in the state of the form.
_PLACES = {PLACE: "place", AWAY: "away", ORIGIN: "origin"}
Page = Response[bytes]


class Finder(Controller):
    """Finding a number."""

    path = "/"

    @get()
    async def start(self, site: SiteHere) -> Page:
        """The form, empty but for the deployment's own area."""
        return _form(site, site.pages.wording(site.settings.language), _fresh(site))

    @post(status_code=200)
    async def ask(self, request: Request[Any, Any, Any], site: SiteHere) -> Page:
        """Numbers, a listing, or the form again: whatever was asked for, in place."""
        form = read_form(await request.body(), request.headers.get("content-type", ""), fields=FIELDS)
        t = site.pages.wording(form.one(SPEAK_HERE) or form.one(SPEAK))
        if form.values.keys() <= {SPEAK}:
            return _form(site, t, _fresh(site))
        if form.one(KEY) and not (form.one(SHOW) or form.one(HAND)):
            return html(await look_over(site, t, form))
        if form.one(PAPER) and (sheet := await form_to_sign(site, t, form)):
            return sheet
        asked = Asked.read(form)
        if form.one(SPEAK_HERE) or form.one(SHOW) == _EDIT:
            return _form(site, t, asked, is_open=asked.is_detailed)
        try:
            return await _page(site, t, asked, form)
        except NotFoundError:
            # Whoever still holds what was closed meanwhile is told so, whatever they ask of it.
            return html(await show_closed(site, t, asked, _listing_of(form)))


def _listing_of(form: Form) -> str:
    """The listing that a press is about."""
    if pressed := form.one(REPORT) or form.one(OUTCOME):
        return pressed.split(":")[1] if ":" in pressed else ""
    return form.one(HAND).partition(":")[0] or form.one(LISTING)


async def _page(site: Site, t: Wording, asked: Asked, form: Form) -> Page:
    """The page that a press on another page asks for, or the numbers."""
    from_listing, in_hand = form.one(LISTING), form.one(HAND)
    if (guide := form.one(SHOW)) in GUIDES:
        return html(show_guide(site.pages, t, asked, guide, from_listing=from_listing, in_hand=in_hand))
    if guide == OURS:
        return html(await ours(site, t, asked, form))
    if form.one(REPORT) or form.one(OUTCOME):
        return html(await _counted(site, t, asked, form))
    if in_hand:
        card = await card_to_carry(site, t, form) if form.one(AGREED) else None
        return card or html(await read_aloud(site, t, asked, in_hand, from_listing=from_listing))
    if from_listing:
        return html(await show_listing(site, t, asked, from_listing))
    return await _numbers(site, t, asked)


async def _counted(site: Site, t: Wording, asked: Asked, form: Form) -> bytes:
    """The thanks for a press that is counted: that something is wrong, or what came of a call."""
    from_listing = form.one(LISTING)
    if report := form.one(REPORT):
        return await take_report(site, t, asked, report, from_listing=from_listing)
    return await take_outcome(
        site, t, asked, form.one(OUTCOME), from_listing=from_listing, in_hand=form.one(HAND)
    )  # fmt: skip


def html(page: bytes) -> Page:
    """A page as an answer."""
    return Response(page, media_type=MediaType.HTML)


def _fresh(site: Site) -> Asked:
    return Asked(place=site.settings.default_area)


def _form(site: Site, t: Wording, asked: Asked, *, notice: str = "", is_open: bool = False) -> Page:
    return html(site.pages.page("finder", t, asked=asked, choices=choices(t), notice=notice, is_open=is_open))


async def _numbers(site: Site, t: Wording, asked: Asked) -> Page:
    """The answer to a question, or what has to be cleared up first: where, and what."""
    if not asked.place:
        asked = msgspec.structs.replace(asked, place=site.settings.default_area)
    try:
        where = _where(site, asked)
    except UnclearPlaceError as unclear:
        return _clear_up(site, t, asked, unclear)
    # A name can be looked for everywhere, anything else only near somewhere.
    if where.near is None and not asked.name:
        return _form(site, t, asked, notice=t("finder.where"), is_open=asked.is_detailed)
    if not asked.is_searchable:
        place = where.near.label if where.near else ""
        return _form(site, t, asked, notice=t("finder.what", place=place), is_open=asked.is_detailed)
    question = asked.question(where, country=site.settings.country)
    answer = await _answer(site, question)
    cards = CardWords(t, now=site.clock(), gazetteer=site.gazetteer, question=question)
    words = AnswerWords(t, cards=cards, country=site.settings.country)
    farther, fewer = await _what_would_help(site, asked, where, words) if answer.total == 0 else ((), ())
    shown = words.answer(asked, answer, farther=farther, fewer=fewer)
    exam = await _exam(site, t, answer, cards) if is_about_exams(question) else None
    reasons = choices(t).reasons
    return html(site.pages.page("results", t, answer=shown, exam=exam, kept=asked.hidden(), reasons=reasons))


async def _exam(site: Site, t: Wording, answer: Answer, cards: CardWords) -> ShownExam:
    """What to know first, with who answers now: looked for once more only where the answer may not hold them all."""
    if not holds_all_open(answer):
        open_now = msgspec.structs.replace(answer.question, open="now", limit=_MOST_LOOKED_THROUGH)
        answer = await _answer(site, open_now, tells_closed=False)
    return shown_exam(t, answer.question, answer.results, cards=cards)


def _where(site: Site, asked: Asked) -> Where:
    return Where(
        near=site.places.nearby(asked.place, field=PLACE),
        away=site.places.anywhere(asked.away, field=AWAY),
        origin=site.places.origin(asked.origin, field=ORIGIN),
    )


def _clear_up(site: Site, t: Wording, asked: Asked, unclear: UnclearPlaceError) -> Page:
    """Which of several places is meant; or the form again, without the place that is not known."""
    part = _PLACES[unclear.field]
    if unclear.candidates:
        written = [(site.places.written(place), place.label) for place in unclear.candidates]
        offered = [Choice(text, label) for text, label in written if text]
        kept = [field for field in asked.hidden() if field[0] != unclear.field]
        page = site.pages.page(
            "which_place", t, places=offered, field=unclear.field, about=t(f"which.{part}"), kept=kept
        )  # fmt: skip
        return html(page)
    unplaced = msgspec.structs.replace(asked, **{part: ""})
    return _form(site, t, unplaced, notice=t(f"finder.unknown.{part}"), is_open=asked.is_detailed)


async def _answer(site: Site, question: Question, *, tells_closed: bool = True) -> Answer:
    if site.attention.since() is not None:
        question = msgspec.structs.replace(question, only_confirmed=True)
    plan = plan_for(question, gazetteer=site.gazetteer, now=site.clock(), tells_closed=tells_closed)
    answer: Answer = await site.reader.run(plan)
    return answer


async def _what_would_help(
    site: Site, asked: Asked, where: Where, words: AnswerWords
) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """Changes of the question that would bring numbers: a wider radius, or one need fewer.

    To come nearer to a place that somebody keeps away from is never among them.
    """

    async def total(changed: Asked) -> int:
        # A need that is left out may take its place with it.
        kept = where if changed.origin else msgspec.structs.replace(where, origin="")
        question = changed.question(kept, country=site.settings.country)
        return (await _answer(site, msgspec.structs.replace(question, limit=1), tells_closed=False)).total

    farther, most = [], 0
    for radius in asked.farther() if where.near else ():
        found = await total(msgspec.structs.replace(asked, radius=radius))
        # To look farther for the same numbers helps nobody.
        if found > most:
            farther.append(words.farther(radius, found))
            most = found
    needs = (*asked.needs(), *(("name",) if asked.need and asked.name else ()))
    fewer = [words.fewer(need, found) for need in needs if (found := await total(asked.without(need)))]
    return tuple(farther), tuple(fewer)
