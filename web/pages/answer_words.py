"""The answer to a search as a page: a headline, the blocks, and what would help when nothing fits."""

import msgspec

from directory.search.answer import Answer, Result
from web.pages.asking import Asked
from web.pages.closed import ShownClosed, closed_in_words
from web.pages.result_card import CardWords, ShownCard, shown_all
from web.pages.term_words import term_words
from web.wording import Wording


class ShownBlock(msgspec.Struct, frozen=True):
    """A group of results under a heading."""

    id: str
    heading: str
    remark: str
    cards: tuple[ShownCard, ...]


class Change(msgspec.Struct, frozen=True):
    """A button that asks again a little differently: field, value, words."""

    field: str
    value: str
    words: str


class ShownAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a template needs of an answer."""

    headline: str
    remark: str
    asked_label: str
    asked_words: str
    asks_language: bool
    blocks: tuple[ShownBlock, ...]
    wider: tuple[Change, ...]
    nothing_fits: bool
    farther: tuple[Change, ...]
    fewer: tuple[Change, ...]
    closed: tuple[ShownClosed, ...] = ()


class AnswerWords:
    """Puts an answer into words.

    Args:
        t: the language.
        cards: puts single results into words.
        country: of the deployment; decides the unit of the radius.
    """

    def __init__(self, t: Wording, *, cards: CardWords, country: str) -> None:
        self._t = t
        self._cards = cards
        self._country = country

    def answer(
        self, asked: Asked, answer: Answer, *, farther: tuple[Change, ...] = (), fewer: tuple[Change, ...] = ()
    ) -> ShownAnswer:
        """The page of an answer. ``farther`` and ``fewer`` are changes that would bring numbers, when nothing fits."""
        t, near = self._t, answer.question.near
        place = near.label if near else ""
        headline, remarks = self._headline(asked, answer, place)
        return ShownAnswer(
            headline=headline,
            remark=" ".join(remarks),
            asked_label=self._asked_label(asked, answer),
            asked_words=self._asked(asked, answer),
            asks_language=bool(asked.language),
            blocks=tuple(block for block in self._blocks(answer, place) if block.cards),
            wider=tuple(self.farther(radius) for radius in asked.farther()[:1]) if near else (),
            nothing_fits=answer.total == 0,
            farther=farther,
            fewer=fewer,
            closed=tuple(closed_in_words(one, self._cards, t) for one in answer.closed),
        )

    def farther(self, radius: int, total: int | None = None) -> Change:
        """A button for a wider radius, with the number of answers there if it is known."""
        words = self._t("change.within", radius=self._t.radius(radius, self._country))
        return Change("k", str(radius), self._with_total(words, total))

    def fewer(self, need: str, total: int) -> Change:
        """A button that leaves one need out."""
        words = self._t("change.without", need=self._cards.need(need, inside=True))
        return Change("d", need, self._with_total(words, total))

    def _with_total(self, words: str, total: int | None) -> str:
        return words if total is None else self._t("change.total", words=words, total=total)

    def _headline(self, asked: Asked, answer: Answer, place: str) -> tuple[str, tuple[str, ...]]:
        t = self._t
        needs = asked.count()
        fitting = [result for result in answer.results if result.block != "near-miss"]
        missed = len(answer.results) - len(fitting)
        sure = sum(all(need.state == "yes" for need in result.needs) for result in fitting)
        remarks = []
        if not fitting:
            radius = t.radius(asked.radius, self._country)
            headline = t.count("headline.none" if place else "headline.none_anywhere", needs, radius=radius)
        elif needs == 1:
            headline = t.count("headline.one_need" if place else "headline.anywhere", answer.total, place=place)
        elif sure:
            is_all = answer.total == len(fitting)
            headline = t.count("headline.sure" if is_all else "headline.least", sure, needs=self._all_needs(needs))
            if is_all and len(fitting) > sure:
                remarks.append(t.count("remark.may_fit", len(fitting) - sure))
        else:
            headline = t.count("headline.may_fit", answer.total)
            remarks.append(t("remark.nobody_sure"))
        if answer.total > len(fitting):
            more = "remark.shown" if needs == 1 or not sure else "remark.more"
            remarks.append(t(more, shown=len(fitting), total=answer.total))
        if missed:
            remarks.append(t.count("remark.missed", missed))
        return headline, tuple(remarks)

    def _all_needs(self, needs: int) -> str:
        if needs == 2:
            return self._t("needs.both")
        return self._t("needs.all", number=self._t(f"number_word.{needs}")) if needs < 10 else self._t("needs.many")

    def _asked_label(self, asked: Asked, answer: Answer) -> str:
        near = answer.question.near
        if near is None:
            return self._t.count("asked.needs_anywhere", asked.count())
        return self._t.count("asked.needs", asked.count(), place=near.postal or near.label)

    def _asked(self, asked: Asked, answer: Answer) -> str:
        """Everything that was asked, so that a slip of the hand shows."""
        t, question = self._t, answer.question
        names = [term_words("kind", asked.need, t, inside=True)] if asked.need else []
        names += [self._cards.need("name", inside=True)] if asked.name else []
        names += [self._cards.need(need, inside=True) for need in asked.needs()]
        sentences = [t.sentence(t.both(names))]
        if question.near:
            sentences.append(t("asked.within", radius=t.radius(asked.radius, self._country)))
        if question.away_from:
            far = t.radius(asked.beyond, self._country)
            sentences.append(t("asked.beyond", far=far, place=question.away_from.label))
        return " ".join(sentences)

    def _blocks(self, answer: Answer, place: str) -> tuple[ShownBlock, ...]:
        t = self._t
        near = t("block.near", place=place) if place else t("block.anywhere")
        return (
            self._block(answer.block("near"), "near", near, ""),
            self._block(answer.block("wide"), "wide", t("block.wide"), t("block.wide.why")),
            self._block(answer.block("confidential"), "private", t("block.private"), t("block.private.why")),
            self._block(answer.block("near-miss"), "miss", t("block.miss"), t("block.miss.why")),
        )

    def _block(self, results: tuple[Result, ...], name: str, heading: str, remark: str) -> ShownBlock:
        return ShownBlock(name, heading, remark, shown_all(results, self._cards))
