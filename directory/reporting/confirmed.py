"""Lines that take reports as this directory holds them itself: listings whose number people have called and confirmed.

Such a listing is told beside what the files say, and after a line of theirs that answers too; where both have the same
number, a coordinator's call counts for more than an old page: it is told in place of the doubt. Pure: what a search
found goes in.
"""

from collections.abc import Iterable, Sequence

import msgspec

from directory.cards.card import Card, CardPhone
from directory.cards.lines import offered
from directory.places.place import Place
from directory.reporting.lines import Kind, Line
from directory.search.answer import Question, Result

_KIND = "reporting"
# Who tells of a call about somebody got through, too: else that alone would take the line away that they called.
_CALLED = frozenset({"call", "callback", "handoff"})
# Readers are warned of neither.
_HOLDS = frozenset({"verified", "due"})
_HEARD = frozenset({"voice", "tty", "text"})
# More than any state has.
_MOST = 60


class OwnLine(msgspec.Struct, frozen=True, kw_only=True):
    """A listing that takes reports.

    Attributes:
        card: what anybody may see of it.
        phones: its numbers that people have called and confirmed, the one to call at this hour first.
        open_now: whether somebody answers, as the search found it; None where that is not known.
    """

    card: Card
    phones: tuple[CardPhone, ...]
    open_now: bool | None = None


def question_of(place: Place) -> Question:
    """What to search for: whatever takes reports at a place, of any kind."""
    return Question(need=_KIND, near=place, limit=_MOST)


def own_lines(results: Iterable[Result], kind: Kind, place: Place) -> tuple[OwnLine, ...]:
    """Listings of a kind for a place: in its state, or for its county, state or nation as a whole.

    Nothing that is confidential is among them: it has no say in what is told of a place. Nothing that is invented is:
    nobody reports to a number for practice.
    """
    return tuple(
        OwnLine(card=one.card, phones=phones, open_now=one.open_now)
        for one in results
        if kind in one.card.kinds
        and (one.block == "wide" or (one.block == "near" and _is_in(one.card, place)))
        and one.freshness in _HOLDS
        and not (one.card.may_not_work or one.card.practice)
        and (phones := _called(one))
    )


def same_number(own: Sequence[OwnLine], line: Line) -> tuple[OwnLine, CardPhone] | None:
    """The listing that has a number of this line, with that number; None where none has."""
    numbers = {phone.number for phone in line.phones}
    return next(((one, phone) for one in own for phone in one.phones if phone.number in numbers), None)


def others(own: Sequence[OwnLine], lines: Sequence[Line]) -> tuple[OwnLine, ...]:
    """The listings of which none of these lines has a number."""
    numbers = {phone.number for line in lines for phone in line.phones}
    return tuple(one for one in own if numbers.isdisjoint(phone.number for phone in one.phones))


def _is_in(card: Card, place: Place) -> bool:
    return card.country == place.country and card.place.rpartition(", ")[2] == place.region


def _called(result: Result) -> tuple[CardPhone, ...]:
    told = offered(result.card, result.by)
    return tuple(one for one in told if one.kind in _HEARD and one.confirmed and one.method in _CALLED)
