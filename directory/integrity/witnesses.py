"""What machines alone say against a listing: which independent kinds of them say that it is closed or dead. Pure.

A look at the own site and a look for the number on it have one origin, and so has mail under the same registered name:
who loses that name loses all three at once. Copies of a list are one origin too, so all lists together are one kind.
What readers report is no witness, whatever its number.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Literal, NamedTuple

Kind = Literal["lookup", "site", "feed", "mx"]
# Method -> outcomes that say it is closed or dead, and outcomes that say it is there. Others say nothing.
_SAYS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "lookup": (frozenset({"disconnected"}), frozenset({"in-service"})),
    "website": (frozenset({"gone", "expired", "parked", "taken-over"}), frozenset({"live", "moved"})),
    "corroboration": (frozenset({"gone"}), frozenset({"seen"})),
    "feed": (frozenset({"dropped", "gone"}), frozenset({"still-said"})),
    "mx": (frozenset({"gone", "refuses", "bounced"}), frozenset({"accepts"})),
}
METHODS = tuple(_SAYS)
# Of what a look never found, none can say that it went.
_ONLY_AFTER_SEEN = frozenset({"website", "corroboration"})


class Look(NamedTuple):
    """One look of a machine at one fact.

    Attributes:
        at: when.
        fact_id: at which fact.
        field: of the fact.
        method: one of ``METHODS``; others are left out.
        outcome: its code.
        lineage: whose word it is in the end, if somebody's.
    """

    at: dt.datetime
    fact_id: int
    field: str
    method: str
    outcome: str
    lineage: str = ""


def speaks_against(method: str, outcome: str) -> bool:
    """Whether an outcome of a machine says that something is closed or dead."""
    return outcome in _SAYS.get(method, (frozenset(), frozenset()))[0]


def speaking(
    looks: Iterable[Look],
    *,
    lines: Collection[int],
    after: dt.datetime | None = None,
    mail_is_of_site: bool = True,
) -> dict[Kind, dt.datetime]:
    """The kinds that say without a break that a listing is closed or dead, each with since when it does.

    Args:
        looks: at the facts of the listing, in any order.
        lines: its numbers, as ids of facts; a kind that is about numbers has to say it of each of them.
        after: when a person last stood up for the listing; a kind that said it before that already says nothing.
        mail_is_of_site: whether mail goes to the same registered name as its site.
    """
    runs = _runs(looks)
    found: dict[Kind, dt.datetime] = {}
    by_method: dict[str, dict[tuple[int, str, str], dt.datetime | None]] = defaultdict(dict)
    for (method, fact_id, field, lineage), since in runs.items():
        by_method[method][fact_id, field, lineage] = since
    if since := _all_of({key[0]: one for key, one in by_method["lookup"].items()}, lines):
        found["lookup"] = since
    site = [
        _every(by_method["website"].values()),
        _all_of({key[0]: one for key, one in by_method["corroboration"].items() if key[1] == "phone"}, lines),
        _every(one for key, one in by_method["corroboration"].items() if key[1] == "name"),
    ]
    mail = _every(by_method["mx"].values())
    site += [mail] if mail_is_of_site else []
    if told := [one for one in site if one is not None]:
        found["site"] = min(told)
    if mail is not None and not mail_is_of_site:
        found["mx"] = mail
    if since := _every(by_method["feed"].values()):
        found["feed"] = since
    return {kind: since for kind, since in found.items() if after is None or since > after}


def _runs(looks: Iterable[Look]) -> dict[tuple[str, int, str, str], dt.datetime | None]:
    """What was looked at -> since when it is said to be dead; None where the last word is that it is there."""
    runs: dict[tuple[str, int, str, str], dt.datetime | None] = {}
    for look in sorted(looks):
        dead, there = _SAYS.get(look.method, (frozenset(), frozenset()))
        key = (look.method, look.fact_id, look.field, look.lineage if look.method == "feed" else "")
        if look.outcome in there:
            runs[key] = None
        elif look.outcome in dead:
            if key not in runs and look.method in _ONLY_AFTER_SEEN:
                continue
            runs[key] = runs.get(key) or look.at
    return runs


def _all_of(runs: dict[int, dt.datetime | None], facts: Collection[int]) -> dt.datetime | None:
    """Since when it is said of all these facts; None if it is not, or there are none."""
    told = [runs.get(fact_id) for fact_id in facts]
    return _every(told)


def _every(runs: Iterable[dt.datetime | None]) -> dt.datetime | None:
    """Since when all of these say it; None if one of them does not, or there are none."""
    told = list(runs)
    since = [one for one in told if one is not None]
    return max(since) if since and len(since) == len(told) else None
