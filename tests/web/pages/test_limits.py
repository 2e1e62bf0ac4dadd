"""Whom a card takes, in figures."""

from directory.cards.card import Card
from web.pages.limits import Limits, ages, children, group, origins
from web.wording import Wording

T, ES = Wording("en"), Wording("es")
AREAS = {"US-TX": "Texas", "MX": "Mexico"}


def _limits(t: Wording = T) -> Limits:
    return Limits(t, area=lambda code: AREAS.get(code, ""))


def _card(**fields: object) -> Card:
    return Card(id="1", service="1", name="Practice", **fields)  # type: ignore[arg-type]


def test_ages_children_groups_and_origins_are_said_plainly() -> None:
    assert [ages(age, T) for age in ((18, 24), (18, None), (None, 17), (None, None))] == [
        "18 to 24 years", "From 18 years", "Up to 17 years", "",
    ]  # fmt: skip
    assert children((3, 12), T) == ("Up to 3 children", "Boys up to 12 years")
    assert children((None, None), T) == ()
    assert group(14, T) == "Up to 14 people together"
    assert (
        origins(["US-TX", "abroad", "US-ZZ"], T, area=lambda code: AREAS.get(code, "")) == "Texas and other countries"
    )


def test_a_card_without_limits_has_none_and_a_road_is_none() -> None:
    assert _limits().all(_card()) == ()
    assert _limits().all(_card(reach="road")) == ()


def test_a_card_says_all_of_its_limits() -> None:
    card = _card(age=(18, None), children=(2, 10), group=6, accepts_from=["MX", "US-TX"], reach="ferry")
    assert _limits().all(card) == (
        "Age: from 18 years.",
        "Children: up to 2 children; boys up to 10 years.",
        "A group: up to 6 people together.",
        "Takes people from: Mexico and Texas.",
        "Getting there: by ferry.",
    )
    assert _limits(ES).all(card)[2] == "Un grupo: hasta 6 personas juntas."


def test_each_need_has_its_own_limit() -> None:
    card = _card(age=(12, 17), children=(2, 10), group=6, accepts_from=["US-TX"])
    said = {need: _limits().of_need(need, card) for need in ("minors", "with-children", "group", "accepts-from", "men")}
    assert said == {
        "minors": "12 to 17 years.", "with-children": "Up to 2 children. Boys up to 10 years.",
        "group": "Up to 6 people together.", "accepts-from": "Texas.", "men": "",
    }  # fmt: skip
    assert [_limits().of_need(need, _card()) for need in said] == [""] * 5
