"""The truth table of yes, no and unknown over organization, service and site: the nearest that states it decides."""

import itertools
from typing import Literal

import pytest

from directory.cards.queries import card_of
from directory.db import Database
from directory.listings.drafts import FactDraft, SiteDraft
from directory.listings.fields import Barrier, Eligibility
from directory.places.gazetteer import Gazetteer
from directory.search.service import check_question, search
from tests import makers
from tests.conftest import NOW

State = Literal["yes", "no", "unknown"]
STATES: tuple[State, ...] = ("yes", "no", "unknown")


def facts(state: State) -> list[FactDraft]:
    """That women are taken and walk-ins are, or neither, or nothing about it."""
    if state == "unknown":
        return []
    return [FactDraft("eligibility", Eligibility(state), "women"), FactDraft("barrier", Barrier(state), "walk-in")]


def at_site(state: State) -> SiteDraft:
    site = makers.site()
    return SiteDraft(site.source_key, site.location, facts(state))


@pytest.mark.parametrize(("organization", "service", "site"), list(itertools.product(STATES, repeat=3)))
def test_the_nearest_that_states_it_decides(
    sqlite_database: Database, organization: State, service: State, site: State
) -> None:
    expected = next((state for state in (site, service, organization) if state != "unknown"), "unknown")
    with sqlite_database.transaction() as session:
        owner = makers.make_organization(session, "Practice House", *facts(organization))
        made = makers.make_service(
            session, makers.kind("food"), *facts(service), organization_id=owner, sites=[at_site(site)]
        )
    with sqlite_database.reading() as session:
        card = card_of(session, made.listings[0][1])
    assert card is not None
    with Gazetteer() as gazetteer:
        question = check_question(need="food", near="33130", who=["women"], barriers=["walk-in"], gazetteer=gazetteer)
        [result] = search(sqlite_database, question, gazetteer=gazetteer, now=NOW).results
    for code in ("women", "walk-in"):
        assert (code in card.yes, code in card.no) == (expected == "yes", expected == "no")
    shown = {"yes": "yes", "no": "no", "unknown": "ask"}[expected]
    assert {answer.state for answer in result.needs} == {shown}
    assert result.block == ("near-miss" if expected == "no" else "near")
    assert result.missing == (("women", "walk-in") if expected == "no" else ())
