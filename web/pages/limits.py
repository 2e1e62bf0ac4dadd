"""Whom a service takes, in figures and in words: ages, children who come along, groups, origins, how it is reached."""

from collections.abc import Callable, Iterable, Sequence

from directory.cards.card import Card
from directory.search.postings import ABROAD
from web.pages.term_words import term_words
from web.wording import Wording, lower_first

Pair = tuple[int | None, int | None]


def ages(age: Pair, t: Wording) -> str:
    """Lowest and highest age: "18 to 24 years"."""
    low, high = age
    if low is not None and high is not None:
        return t("age.between", low=low, high=high)
    if low is not None:
        return t("age.from", low=low)
    return t("age.to", high=high) if high is not None else ""


def children(taken: Pair, t: Wording) -> tuple[str, ...]:
    """How many children may come along, and up to what age boys may."""
    most, boys_to = taken
    texts = (
        t.count("children.most", most) if most is not None else "",
        t("children.boys_to", age=boys_to) if boys_to is not None else "",
    )
    return tuple(filter(None, texts))


def group(most: int, t: Wording) -> str:
    """The largest group that is taken together."""
    return t.count("group.most", most)


def origins(codes: Iterable[str], t: Wording, *, area: Callable[[str], str]) -> str:
    """Where people may come from: "Texas and other countries"."""
    return t.both([name for code in codes if (name := t("area.abroad") if code == ABROAD else area(code))])


def reach(by: str, t: Wording) -> str:
    """How the place is reached."""
    return term_words("reach", by, t)


class Limits:
    """What a card says of whom it takes, need by need and altogether.

    Args:
        t: the language.
        area: gives the name of an area's code.
    """

    def __init__(self, t: Wording, *, area: Callable[[str], str]) -> None:
        self._t = t
        self._area = area

    def of_need(self, need: str, card: Card) -> str:
        """What the card says about one need, as sentences; empty when it says nothing in figures."""
        match need:
            case "minors":
                return self._t.sentence(ages(card.age, self._t)) if card.age else ""
            case "with-children":
                return self._sentences(children(card.children, self._t)) if card.children else ""
            case "group":
                return self._t.sentence(group(card.group, self._t)) if card.group else ""
            case "accepts-from":
                return self._t.sentence(self._origins(card))
        return ""

    def all(self, card: Card) -> tuple[str, ...]:
        """Everything of this kind, a line each; that a place is reached by road goes without saying."""
        t = self._t
        found = (
            (t("row.age"), lower_first(ages(card.age, t)) if card.age else ""),
            (t("row.children"), "; ".join(map(lower_first, children(card.children, t))) if card.children else ""),
            (t("row.group"), lower_first(group(card.group, t)) if card.group else ""),
            (t("row.accepts_from"), self._origins(card)),
            (t("row.reach"), lower_first(reach(card.reach, t)) if card.reach not in ("", "road") else ""),
        )
        return tuple(t("limit", name=name, text=text) for name, text in found if text)

    def _origins(self, card: Card) -> str:
        return origins(card.accepts_from, self._t, area=self._area)

    def _sentences(self, texts: Sequence[str]) -> str:
        return " ".join(map(self._t.sentence, texts))
