"""When people under 18 are, or may be, concerned."""

from directory.cards.card import Card

OF_AGE = 18
_ABOUT_MINORS = frozenset({"child-protection", "child-advocacy-center", "sane-pediatric"})


def concerns_minors(card: Card) -> bool:
    """Whether a listing says that it takes people under 18, by its population, its ages or its kind.

    What it does not say is no reason to put their reminder first: it is given in any case.
    """
    if "minors" in card.yes or not _ABOUT_MINORS.isdisjoint(card.kinds):
        return True
    if "minors" in card.no:
        return False
    return any(age is not None and age < OF_AGE for age in card.age or ())
