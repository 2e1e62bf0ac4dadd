"""Candidates for the tests of the plan."""

from functools import cache
from typing import Any

from directory.freshness.belief import model_of
from directory.freshness.chances import Chances
from directory.freshness.parameters import parameters
from directory.planning.worth import Candidate

TODAY = 740_000
_KINDS = {"hotline": "hotline", "shelter": "shelter", "health": "sane", "legal": "legal", "other": "food"}


@cache
def chances_after(group: str, days: int) -> Chances:
    """What is believed so many days after a call, if nothing was heard."""
    model = model_of(frozenset({_KINDS[group]}))
    assert model.group.code == group
    return model.after(model.confirmed, days)


def candidate(listing: int, *, group: str = "legal", days: int = 100, **known: Any) -> Candidate:
    """A listing that was confirmed in full so many days ago."""
    return Candidate(
        **{
            "listing": listing,
            "organization": None,
            "group": group,
            "chances": chances_after(group, days),
            "confirmed_on": TODAY - days,
            "full_on": TODAY - days,
            "since": TODAY - 2_000,
            "kinds": frozenset({_KINDS[group]}),
            **known,
        }
    )


def groups() -> list[str]:
    """Codes of the groups that ``candidate`` knows."""
    return [group.code for group in parameters().groups if group.code in _KINDS]
