"""Why a listing is believed as much as it is, in words: one short line on a card, whole sentences on its page.

Which reasons are told, and in which order, is decided in ``directory.freshness.told``. No probability is ever shown,
and nothing is said to be so without its day, or its month where the place is confidential.
"""

import datetime as dt

from directory.cards.card import Card
from directory.freshness.belief import State, state_on
from directory.freshness.reasons import Reason
from directory.freshness.told import in_order
from web.wording import Wording, lower_first

# What a card says beside its number: what speaks against it. The rest stands on the listing's page.
_AGAINST = frozenset({
    "not-working", "lookup-disconnected", "no-answer", "dropped", "site-gone", "feed-dropped", "link-withheld",
    "differs", "mail-gone",
})  # fmt: skip
# What its number's own line, and the note about reports, say already.
_SAID_ELSEWHERE = frozenset({"confirmed", "never-confirmed", "since", "reported"})
_OF_GROUPS = {"hours": "schedule", "intake": "eligibility", "languages": "language"}
_NAMED = frozenset({"phone", "schedule", "language", "eligibility", "address", "name", "url"})


class ReasonWords:
    """Puts the reasons of one card into words.

    Args:
        card: the card.
        today: the day there.
        t: the language.
    """

    def __init__(self, card: Card, *, today: dt.date, t: Wording) -> None:
        self._card = card
        self._today = today
        self._t = t
        self._reasons = [one for one in in_order(card.reasons, today.toordinal()) if one.code not in _SAID_ELSEWHERE]

    @property
    def state(self) -> State:
        """The state of the listing today."""
        return state_on(self._card, self._today.toordinal())

    def line(self) -> str:
        """The one thing that speaks against it most; empty if nothing does."""
        return next((self._said(one) for one in self._reasons if one.code in _AGAINST), "")

    def sentences(self) -> tuple[str, ...]:
        """All there is to know, but for what stands beside its number already."""
        told = [self._said(one) for one in self._reasons if one.code != "soft-old"]
        soft = [one for one in self._reasons if one.code == "soft-old"]
        told += [self._old(one) for one in soft if one.on]
        if never := [lower_first(self._field(one.field)) for one in soft if not one.on]:
            told.append(self._t("reason.never", fields=self._t.both(never)))
        if self.state == "stale":
            told.append(self._t("reason.stale"))
        return tuple(told)

    def _said(self, one: Reason) -> str:
        if one.code == "at-source":
            return self._t("reason.at-source", month=self._t.month(dt.date.fromordinal(one.on)))
        if one.code == "hours-odd":
            return self._t("reason.hours-odd")
        if one.code == "differs":
            return self._t("reason.differs", when=self._when(one.on), field=lower_first(self._field(one.field)))
        return self._t(f"reason.{one.code}", when=self._when(one.on))

    def _old(self, one: Reason) -> str:
        age = self._t.age(dt.date.fromordinal(one.on), today=self._today)
        return self._t("reason.old", field=self._field(one.field), age=age)

    def _field(self, field: str) -> str:
        name = _OF_GROUPS.get(field, field)
        return self._t(f"field.{name if name in _NAMED else 'name'}")

    def _when(self, on: int) -> str:
        day = dt.date.fromordinal(max(1, on))
        if self._card.block == "confidential":
            return self._t("reason.in_month", month=self._t.month(day))
        # What a machine saw is dated in UTC, which may be tomorrow here.
        return self._t.ago(min(day, self._today), today=self._today)
