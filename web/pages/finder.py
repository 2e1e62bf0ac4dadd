"""The front page and everything that a press on it brings: one address, ``/``, and states of it that are posted.

Nothing of a search ever stands in an address, so all of it comes and goes in the bodies of forms (SAFETY D1).
"""

from typing import Any

import msgspec
from litestar import Controller, MediaType, Request, Response, get, post

from directory.errors import UnknownTermError
from directory.places.place import Place, SeveralPlacesError
from directory.search.answer import Answer, Question
from directory.search.service import plan_for
from web.dependencies import Site, SiteHere
from web.forms import read_form
from web.pages.answer_words import AnswerWords, Change
from web.pages.asking import FIELDS, LISTING, PLACE, SHOW, SPEAK, SPEAK_HERE, Asked
from web.pages.choices import Choice
from web.pages.listing import show_listing
from web.pages.result_card import CardWords
from web.wording import Wording

# The value of the field ``x`` that asks for the form with what was chosen so far.
_EDIT = "e"
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
        asked = Asked.read(form)
        if form.one(SPEAK_HERE) or form.one(SHOW) == _EDIT:
            return _form(site, t, asked, is_open=asked.is_detailed)
        if listing := form.one(LISTING):
            return html(await show_listing(site, t, asked, listing))
        return await _numbers(site, t, asked)


def html(page: bytes) -> Page:
    """A page as an answer."""
    return Response(page, media_type=MediaType.HTML)


def _fresh(site: Site) -> Asked:
    return Asked(place=site.settings.default_area)


def _form(site: Site, t: Wording, asked: Asked, *, notice: str = "", is_open: bool = False) -> Page:
    choices = site.choices[t.language]
    return html(site.pages.page("finder", t, asked=asked, choices=choices, notice=notice, is_open=is_open))


async def _numbers(site: Site, t: Wording, asked: Asked) -> Page:
    """The answer to a question, or what has to be cleared up first: where, and what."""
    if not asked.place:
        asked = msgspec.structs.replace(asked, place=site.settings.default_area)
    if not asked.place:
        return _form(site, t, asked, notice=t("finder.where"), is_open=asked.is_detailed)
    try:
        near = site.gazetteer.find(asked.place, country=site.settings.country, near_region=site.region)
    except SeveralPlacesError as several:
        return _which_place(site, t, asked, several.candidates)
    except UnknownTermError:
        unplaced = msgspec.structs.replace(asked, place="")
        return _form(site, t, unplaced, notice=t("finder.unknown_place"), is_open=asked.is_detailed)
    if not asked.need:
        return _form(site, t, asked, notice=t("finder.what", place=near.label), is_open=asked.is_detailed)
    question = asked.question(near, country=site.settings.country)
    answer = await _answer(site, question)
    cards = CardWords(t, now=site.clock(), gazetteer=site.gazetteer)
    words = AnswerWords(t, cards=cards, country=site.settings.country)
    farther, fewer = await _what_would_help(site, asked, near, words) if answer.total == 0 else ((), ())
    shown = words.answer(asked, answer, farther=farther, fewer=fewer)
    return html(site.pages.page("results", t, answer=shown, kept=asked.hidden()))


def _which_place(site: Site, t: Wording, asked: Asked, candidates: list[Place]) -> Page:
    places = [Choice(place.label, place.label) for place in candidates]
    kept = [field for field in asked.hidden() if field[0] != PLACE]
    return html(site.pages.page("which_place", t, places=places, kept=kept))


async def _answer(site: Site, question: Question) -> Answer:
    answer: Answer = await site.reader.run(plan_for(question, gazetteer=site.gazetteer, now=site.clock()))
    return answer


async def _what_would_help(
    site: Site, asked: Asked, near: Place, words: AnswerWords
) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """Changes of the question that would bring numbers: a wider radius, or one need fewer."""

    async def total(changed: Asked) -> int:
        question = changed.question(near, country=site.settings.country)
        return (await _answer(site, msgspec.structs.replace(question, limit=1))).total

    farther = [
        words.farther(radius, found)
        for radius in asked.farther()
        if (found := await total(msgspec.structs.replace(asked, radius=radius)))
    ]
    fewer = [words.fewer(need, found) for need in asked.needs() if (found := await total(asked.without(need)))]
    return tuple(farther), tuple(fewer)
