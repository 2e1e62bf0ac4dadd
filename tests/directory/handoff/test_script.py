"""What a call about somebody is made of: by what it is about and by whom, and never what somebody is."""

import pytest

from directory.cards.card import Card
from directory.handoff.script import COMMITMENTS, Caller, Phrase, ask_for, held, house_rules, matter_of, say, they_ask
from directory.values.hours import WEEK_MINUTES
from directory.vocabulary.terms import kinds, terms

CARD = Card(id="1", service="1", name="Practice")


def _codes(phrases: tuple[Phrase, ...]) -> list[str]:
    return [one.code for one in phrases]


@pytest.mark.parametrize(
    ("kinds_of_it", "need", "matter"),
    [
        (["emergency-shelter"], "", "room"),
        (["transitional-housing", "legal-civil"], "", "room"),
        (["transitional-housing", "legal-civil"], "legal", "lawyer"),
        (["legal-civil", "immigration-t-visa"], "", "status"),
        (["legal-civil", "immigration-t-visa"], "legal", "lawyer"),
        (["sane-adult", "emergency-care"], "health", "care"),
        (["sane-adult", "emergency-care"], "", "exam"),
        (["interpretation-phone"], "interpretation", "interpreter"),
        (["hotline", "case-management"], "", "hotline"),
        (["case-management"], "shelter", "help"),
        ([], "", "help"),
        # Whoever also takes reports is spoken to as such, whatever was looked for.
        (["emergency-shelter", "law-enforcement-unit"], "shelter", "report"),
        (["hotline", "child-protection"], "hotline", "report"),
        (["tip-line-law-enforcement"], "", "report"),
        (["child-advocacy-center"], "", "report"),
    ],
)
def test_what_a_call_is_about(kinds_of_it: list[str], need: str, matter: str) -> None:
    assert matter_of(kinds_of_it, need) == matter


def test_every_kind_of_service_has_words_and_questions() -> None:
    for kind in kinds():
        matter = matter_of([kind.code])
        assert len(say(matter, Caller())) >= 3, kind.code
        assert len(they_ask(matter, CARD, Caller())) >= 3, kind.code


def test_a_room_for_tonight_is_asked_for_with_who_comes_and_in_which_language() -> None:
    asked = Caller(
        reader="clinician", who=("adults", "trans-women", "with-children"), children=1, language="es", tonight=True
    )
    said = say("room", asked)
    assert _codes(said) == [
        "by.clinician", "with.adult", "with.children", "need.room_tonight", "language", "asked", "ask.family_room",
    ]  # fmt: skip
    assert (said[2].n, said[4].language) == (1, "es")


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        (Caller(), ["with.someone", "need.room", "asked", "ask.room"]),
        (Caller(who=("minors",), reader="other"), ["with.minor", "need.room", "asked", "ask.room"]),
        (Caller(minor_age=16), ["with.minor", "need.room", "asked", "ask.room"]),
        (Caller(who=("older-adults",)), ["with.adult", "need.room", "asked", "ask.room"]),
        (Caller(who=("couples",)), ["with.couple", "need.room", "asked", "ask.together"]),
        (Caller(group=14), ["with.group", "need.room", "asked", "ask.together"]),
        (Caller(who=("families",)), ["with.family", "need.room", "asked", "ask.family_room"]),
        (
            Caller(who=("with-children",)),
            ["with.someone", "with.children_too", "need.room", "asked", "ask.family_room"],
        ),
        (Caller(language="en"), ["with.someone", "need.room", "asked", "ask.room"]),
        (Caller(language="any"), ["with.someone", "need.room", "asked", "ask.room"]),
    ],
)
def test_words_follow_the_question(asked: Caller, codes: list[str]) -> None:
    assert _codes(say("room", asked)) == codes


def test_nothing_that_somebody_is_comes_into_the_words_whatever_was_asked() -> None:
    """Every population of the vocabulary: only how many there are, and of age or not, changes what is said."""
    told = {"adults", "minors", "older-adults", "couples", "families", "with-children"}
    plain = say("room", Caller())
    for one in terms("population"):
        asked = Caller(who=(one.code,))
        if one.code in told:
            assert held(asked) == ()
        else:
            assert say("room", asked) == plain, one.code
            assert held(asked) == (one.code,)


def test_help_with_status_is_asked_for_as_a_lawyer_whose_licence_is_asked_about() -> None:
    codes = _codes(say("status", Caller(who=("undocumented",))))
    assert codes == ["with.someone", "need.lawyer", "asked", "ask.lawyer", "ask.licence"]


def test_whoever_takes_reports_is_asked_first_and_told_nothing() -> None:
    said = say("report", Caller(reader="advocate", who=("minors",), children=2, language="es", tonight=True))
    assert _codes(said) == ["by.advocate", "report.who", "report.passes", "report.next"]


def test_an_interpreter_is_asked_for_by_language() -> None:
    said = say("interpreter", Caller(language="mam"))
    assert [(one.code, one.language) for one in said if one.language] == [("need.interpreter", "mam")]
    assert "need.any_interpreter" in _codes(say("interpreter", Caller()))


def test_ages_are_asked_for_where_they_decide() -> None:
    children = Card(id="1", service="1", name="x", children=(2, 10))
    assert they_ask("room", children, Caller())[:2] == (Phrase("people_ages"), Phrase("boys", 10))
    assert "age" not in _codes(they_ask("room", CARD, Caller()))
    assert "age" in _codes(they_ask("room", Card(id="1", service="1", name="x", age=(18, 24)), Caller()))
    assert _codes(they_ask("room", CARD, Caller()))[0] == "people"
    assert _codes(they_ask("room", CARD, Caller(children=1)))[0] == "people_ages"


def test_what_ends_stays_comes_first_and_what_nobody_said_is_unknown() -> None:
    rules = house_rules(["curfew", "therapy", "phone-held"], eased=(), matter="room")
    assert rules.asked == ("phone-held", "therapy")
    assert rules.others == ("curfew",)
    assert rules.unknown == ("documents-held", "money-held", "blackout", "searches", "police-duty", "no-return",
                             "notice", "faith")  # fmt: skip
    assert house_rules([], eased=("phone-kept",), matter="room").freed == ("phone-kept",)
    assert "phone-held" not in house_rules([], eased=("phone-kept",), matter="room").unknown
    # Where both are stated, what ends stays is told.
    both = house_rules(["phone-held"], eased=("phone-kept",), matter="room")
    assert (both.asked, both.freed) == (("phone-held",), ())
    assert house_rules([], eased=(), matter="lawyer").unknown == ()


def test_every_rule_of_the_vocabulary_has_its_place() -> None:
    assert {one.code for one in terms("house-rule")} == set(COMMITMENTS)


def test_whom_to_ask_for_follows_whose_hours_they_are() -> None:
    assert ask_for(CARD, role="office") == "office"
    assert ask_for(CARD, role="") == "any"
    night = Card(id="1", service="1", name="x", weeks={"intake": [(0, WEEK_MINUTES)]})
    assert ask_for(night, role="") == "intake"
