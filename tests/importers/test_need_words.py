"""Words say whom a service takes and which barriers it removes; what is not understood whole is asked about."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.errors import BadInputError, UnknownTermError
from directory.vocabulary.terms import barrier, population
from importers.need_words import NeedsRead, Origin, load_need_words, shipped_need_words

_WORDS = shipped_need_words()


def _read(text: str, origin: Origin = "eligibility") -> NeedsRead:
    return _WORDS.read([(origin, text)])


@pytest.mark.parametrize(
    ("text", "slug", "how"),
    [
        ("Women only", "women", "exclusive"),
        ("Solo mujeres", "women", "exclusive"),
        ("Men 18+", "men", "welcomes"),
        ("Women and children", "women", "welcomes"),
        ("Women and children", "with-children", "welcomes"),
        ("Trans women welcome", "trans-women", "welcomes"),
        ("LGBTQ friendly", "lgbtq", "welcomes"),
        ("Pregnant women", "pregnant", "welcomes"),
        ("Mujeres embarazadas", "pregnant", "welcomes"),
        ("Seniors 60+", "older-adults", "welcomes"),
        ("Serves survivors including men", "men", "welcomes"),
        ("Undocumented immigrants are welcome", "undocumented", "welcomes"),
        ("Regardless of immigration status", "undocumented", "does-not-exclude"),
        ("Survivors of human trafficking", "labor-trafficking", "welcomes"),
        ("Pets are welcome", "with-pets", "welcomes"),
    ],
)
def test_who_is_taken_is_read(text: str, slug: str, how: str) -> None:
    fact = _read(text).who[slug]
    assert (fact.answer, fact.how) == ("yes", how)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Males not accepted", "men"),
        ("We do not accept men.", "men"),
        ("No se aceptan hombres", "men"),
        ("No children", "with-children"),
        ("No pets", "with-pets"),
        ("No se aceptan mascotas", "with-pets"),
        ("Must be a U.S. citizen", "undocumented"),
        ("No criminal record", "criminal-record"),
        ("Must be sober", "active-substance-use"),
    ],
)
def test_a_stated_no_is_read(text: str, slug: str) -> None:
    assert _read(text).who[slug].answer == "no"


@pytest.mark.parametrize(
    ("text", "slug", "answer"),
    [
        ("No insurance required", "no-insurance", "yes"),
        ("No ID required", "no-documents", "yes"),
        ("I.D. is required", "no-documents", "no"),
        ("Must have ID", "no-documents", "no"),
        ("Proof of income required", "no-documents", "no"),
        ("Fees are on a sliding scale", "sliding-fee", "yes"),
        ("Free of charge", "free", "yes"),
        ("No fee", "free", "yes"),
        ("Sin costo", "free", "yes"),
        ("Walk-ins welcome", "walk-in", "yes"),
        ("No walk-ins are accepted", "walk-in", "no"),
        ("By appointment only", "walk-in", "no"),
        ("Sin cita", "walk-in", "yes"),
        ("Wheelchair accessible", "accessible", "yes"),
        ("Not wheelchair accessible", "accessible", "no"),
        ("Transportation provided", "transport", "yes"),
        ("Transportation is not provided", "transport", "no"),
        ("Childcare provided", "childcare-on-site", "yes"),
        ("No sobriety requirement", "no-sobriety", "yes"),
        ("Must be sober", "no-sobriety", "no"),
        ("Regardless of immigration status", "any-status", "yes"),
        ("Must be a US citizen or legal resident", "any-status", "no"),
    ],
)
def test_barriers_are_read(text: str, slug: str, answer: str) -> None:
    assert _read(text, "application").barriers[slug].answer == answer


@pytest.mark.parametrize(
    "text",
    [
        "Statistics on men",
        "A workshop to end violence against women",
        "Our volunteers are women",
        "Veterans",
        "Call for more information",
        "Smoke free building",
        "Call the toll-free line",
    ],
)
def test_a_mere_mention_says_nothing(text: str) -> None:
    read = _read(text, "description")
    assert (read.who, read.barriers, read.unclear_who, read.unclear_barriers) == ({}, {}, (), ())


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Males not accepted unless under 12", "men"),
        ("We are not a program for women who are homeless", "women"),
        ("May be able to serve victims of human trafficking", "sex-trafficking"),
        ("Sex offenders are screened", "criminal-record"),
    ],
)
def test_a_sentence_that_is_not_understood_is_asked_about(text: str, slug: str) -> None:
    read = _read(text)
    assert slug not in read.who
    assert slug in {one.slug for one in read.unclear_who}


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Transportation is available to those who qualify", "transport"),
        ("Free of charge. A registration fee of $25 applies.", "free"),
        ("Walk-ins welcome. By appointment only.", "walk-in"),
        ("Interested in sliding scale: must bring photo ID", "no-documents"),
    ],
)
def test_a_condition_or_a_contradiction_is_asked_about(text: str, slug: str) -> None:
    read = _read(text, "application")
    assert slug not in read.barriers
    assert slug in {one.slug for one in read.unclear_barriers}


def test_bare_words_count_only_where_the_cell_says_who_is_taken() -> None:
    assert "men" in _read("Men").who
    assert "men" not in _read("Men", "description").who


def test_what_is_free_further_down_is_perhaps_only_a_part() -> None:
    text = "Summer camp with field trips. Offers free tutoring on Mondays."
    assert "free" not in _read(text, "description").barriers
    assert "free" in _read("Offers free tutoring on Mondays.", "description").barriers


def test_a_group_for_men_only_does_not_close_the_rest_to_women() -> None:
    text = "Group therapy sessions and dialectical behavior therapy for adolescents and adult men only"
    assert "men" not in _read(text, "description").who


def test_one_part_for_women_and_one_for_men_excludes_nobody() -> None:
    who = _read("Women only\nMen only").who
    assert {slug: fact.how for slug, fact in who.items()} == {"women": "welcomes", "men": "welcomes"}


_PHRASES = st.sampled_from(
    [
        *(
            "no",
            "not",
            "women",
            "men",
            "only",
            "free",
            "of charge",
            "sliding scale",
            "walk-ins",
            "welcome",
            "must have",
        ),
        *("id", "required", "unless", "children", "without", "insurance", "may", "pets", "sober", "hombres", "sin"),
        *("costo", "regardless of", "immigration status", "except", ".", ";", "\n"),
    ]
)


@given(st.lists(_PHRASES, max_size=40).map(" ".join), st.sampled_from(["eligibility", "application", "description"]))
def test_any_words_give_known_terms_each_answered_once(text: str, origin: Origin) -> None:
    read = _read(text, origin)
    assert [population(slug).code for slug in read.who] == list(read.who)
    assert [barrier(slug).code for slug in read.barriers] == list(read.barriers)
    assert not {one.slug for one in read.unclear_who} & read.who.keys()
    assert not {one.slug for one in read.unclear_barriers} & read.barriers.keys()


@given(st.sampled_from(["Women", "Men", "Children", "Walk-ins welcome", "Pets are welcome", "Free of charge"]))
def test_a_negation_that_nothing_explains_never_leaves_a_fact(text: str) -> None:
    for negated in (f"Nobody can say never that {text}", f"{text} except on Sundays"):
        read = _read(negated)
        assert (read.who, read.barriers) == ({}, {})


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ("[who.martians]\nyes = ['martians']\n[barriers]\n", UnknownTermError),
        ("[who]\n[barriers.toll]\nyes = ['x']\n", UnknownTermError),
        ("[who]\n[barriers.free]\nperhaps = ['x']\n", BadInputError),
    ],
)
def test_rules_that_cannot_be_used_are_refused(change: str, error: type[Exception], tmp_path: Path) -> None:
    path = tmp_path / "needs.toml"
    marks = "".join(
        f"{name} = []\n" for name in ("negations", "harmless", "silent", "doubts", "conditions", "elsewhere")
    )
    path.write_text(f"[sentence]\n{marks}{change}", encoding="utf-8")
    with pytest.raises(error):
        load_need_words(path)
