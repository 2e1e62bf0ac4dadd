import re
import string
from collections.abc import Callable
from pathlib import Path

import pytest

import directory.vocabulary
from directory.errors import UnknownTermError
from directory.values.language import all_languages
from directory.vocabulary.terms import (
    BARRIER_BITS,
    KIND_BITS,
    POPULATION_BITS,
    Term,
    ask_about,
    barrier,
    expand_kind,
    kind,
    kind_mask,
    kinds,
    label,
    needs_mask,
    population,
    schemes,
    term,
    terms,
    trauma_level,
)

KINDS = """
emergency-shelter transitional-housing long-term-housing safe-house public-walk-in-shelter bridge-hotel hotline
case-management safety-planning basic-needs food clothing transportation financial-help employment
vocational-training education esl life-skills childcare documents-recovery legal-civil legal-criminal-relief
legal-family legal-labor wage-claim worker-center immigration-t-visa immigration-u-visa continued-presence
immigration-vawa immigration-sijs immigration-asylum immigration-other victim-advocacy peer-support survivor-led
repatriation family-support sane-adult sane-pediatric tele-sane emergency-care primary-care reproductive-care
dental sti-hiv immunization cancer-screening mental-health trauma-therapy psychiatry substance-use mat
interpretation-in-person interpretation-phone interpretation-video law-enforcement-unit child-protection
adult-protection disabled-protection child-advocacy-center multidisciplinary-team provider-training
tip-line-law-enforcement staff-support tribal-program injury-report sexual-crime-report other
"""

PARENTS = {
    "shelter": "emergency-shelter safe-house public-walk-in-shelter bridge-hotel",
    "housing": "transitional-housing long-term-housing",
    "legal": "legal-civil legal-criminal-relief legal-family legal-labor wage-claim",
    "immigration-relief": "immigration-t-visa immigration-u-visa continued-presence immigration-vawa immigration-sijs "
    "immigration-asylum immigration-other",
    "sane": "sane-adult sane-pediatric tele-sane",
    "health": "emergency-care primary-care reproductive-care dental sti-hiv immunization cancer-screening "
    "mental-health substance-use",
    "mental-health": "trauma-therapy psychiatry",
    "substance-use": "mat",
    "basic-needs": "food clothing",
    "interpretation": "interpretation-in-person interpretation-phone interpretation-video",
    "reporting": "child-protection adult-protection disabled-protection injury-report sexual-crime-report",
}

OTHERS = {
    "population": "adults minors women men trans-women trans-men nonbinary lgbtq pregnant with-children couples "
    "families older-adults deaf disabled undocumented in-detention labor-trafficking sex-trafficking "
    "familial-trafficking organ-trafficking no-id uninsured active-substance-use on-mat with-pets criminal-record",
    "barrier": "transport any-status no-insurance no-documents childcare-on-site interpreter-free free sliding-fee "
    "walk-in no-sobriety phone-kept accessible",
    "trauma-informed": "none-known attested trained assessed certified survivor-reviewed",
    "house-rule": "documents-held phone-held money-held story-asked photos-asked faith therapy police-duty blackout "
    "searches notice no-return",
    "phone-kind": "voice text tty whatsapp chat fax",
    "schedule-kind": "intake office crisis-line",
    "reach": "road ferry air remote-only",
    "answers-as": "neutral names-service names-topic unknown",
    "reporting-policy": "always mandated-only never-without-consent unknown",
    "vetting": "recruited screened trained agreement-signed active paused removed",
    "report-reason": "wrong-number no-answer closed moved wrong-hours turned-away",
    "reader": "clinician advocate attorney police other",
    "freshness": "unverified verified due stale unreachable suspended closed do-not-list",
    "language-how": "staff interpreter website unknown",
    "block": "near wide confidential near-miss",
    "outcome": "answered voicemail disconnected full declined accepted",
    "location-disclosure": "public area_only withheld",
    "welcome": "exclusive welcomes does-not-exclude",
    "need-state": "yes ask no",
}

EVERY_TERM = [entry for scheme in schemes() for entry in terms(scheme)]

# Bits stand in every posting: none of these lines may ever change. New kinds go on after them.
KIND_ORDER = """
shelter emergency-shelter safe-house public-walk-in-shelter bridge-hotel housing transitional-housing
long-term-housing hotline case-management safety-planning basic-needs food clothing transportation financial-help
employment vocational-training education esl life-skills childcare documents-recovery legal legal-civil
legal-criminal-relief legal-family legal-labor wage-claim worker-center immigration-relief immigration-t-visa
immigration-u-visa continued-presence immigration-vawa immigration-sijs immigration-asylum immigration-other
victim-advocacy peer-support survivor-led repatriation family-support sane sane-adult sane-pediatric tele-sane
health emergency-care primary-care reproductive-care dental sti-hiv immunization cancer-screening mental-health
trauma-therapy psychiatry substance-use mat interpretation interpretation-in-person interpretation-phone
interpretation-video law-enforcement-unit reporting child-protection adult-protection disabled-protection
injury-report sexual-crime-report child-advocacy-center multidisciplinary-team provider-training
tip-line-law-enforcement staff-support tribal-program other
"""


def test_the_kinds_are_those_that_others_rely_on() -> None:
    assert {entry.code for entry in kinds()} == {*KINDS.split(), *PARENTS}
    assert len(kinds()) == len({*KINDS.split(), *PARENTS})


@pytest.mark.parametrize("scheme", OTHERS)
def test_the_other_lists_are_those_that_others_rely_on(scheme: str) -> None:
    assert [entry.code for entry in terms(scheme)] == OTHERS[scheme].split()


def test_there_is_no_list_that_nothing_checks() -> None:
    assert set(schemes()) == {"kind", *OTHERS}


def test_bits_are_permanent() -> None:
    assert [entry.code for entry in sorted(kinds(), key=lambda entry: entry.bit)] == KIND_ORDER.split()
    assert [entry.bit for entry in kinds()] == list(range(len(KIND_ORDER.split())))
    assert [entry.bit for entry in terms("population")] == list(range(27))
    assert [entry.bit for entry in terms("barrier")] == list(range(40, 52))
    assert [entry.bit for entry in terms("trauma-informed")] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("scheme", schemes())
def test_bits_are_unique_and_in_their_range(scheme: str) -> None:
    bits = [entry.bit for entry in terms(scheme)]
    allowed = {"kind": range(KIND_BITS), "population": POPULATION_BITS, "barrier": BARRIER_BITS}.get(scheme, range(63))
    assert len(set(bits)) == len(bits)
    assert all(bit in allowed for bit in bits)


def test_a_parent_stands_for_its_children_and_theirs() -> None:
    children: dict[str, set[str]] = {}
    for entry in kinds():
        if entry.parent is not None:
            children.setdefault(entry.parent, set()).add(entry.code)
    assert children == {parent: set(codes.split()) for parent, codes in PARENTS.items()}
    assert expand_kind("shelter") == {"shelter", *PARENTS["shelter"].split()}
    assert expand_kind("health") >= {"health", "mental-health", "psychiatry", "substance-use", "mat", "dental"}
    assert expand_kind("food") == {"food"}


def test_no_kind_is_its_own_ancestor() -> None:
    for entry in kinds():
        line = [entry.code]
        while (parent := kind(line[-1]).parent) is not None:
            assert parent not in line
            line.append(parent)


def test_places_that_must_stay_unknown_are_area_only_until_their_provider_says_otherwise() -> None:
    closed = {entry.code for entry in kinds() if entry.default_disclosure == "area_only"}
    # A listing may carry the parent alone, and then it may be any of them.
    assert closed == {"shelter", "emergency-shelter", "safe-house", "bridge-hotel", "transitional-housing"}


@pytest.mark.parametrize("entry", EVERY_TERM, ids=lambda entry: f"{entry.scheme}:{entry.code}")
def test_every_term_has_words_in_english_and_spanish(entry: Term) -> None:
    for language in ("en", "es"):
        words = label(entry.scheme, entry.code, language)
        assert 0 < len(words) <= 60
        assert words == words.strip()
        assert words[0].isupper() or words[0].isdigit()
        assert not re.search(r"rescue|victim|rescat|víctim", words.lower())
    assert set(entry.labels) == {"en", "es"}


@pytest.mark.parametrize("scheme", schemes())
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_two_terms_of_a_list_read_the_same(scheme: str, language: str) -> None:
    labels = [entry.labels[language] for entry in terms(scheme)]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("entry", [*terms("population"), *terms("barrier")], ids=lambda entry: entry.code)
def test_every_need_has_a_question_in_english_and_spanish(entry: Term) -> None:
    assert ask_about(entry.code, "en").endswith("?")
    spanish = ask_about(entry.code, "es")
    assert spanish.startswith("¿")
    assert spanish.endswith("?")
    assert spanish.count("¿") == spanish.count("?")
    # The question speaks of people in general, never of one who is waiting.
    for question in entry.question.values():
        assert not re.search(r"\b(my|our|client|she|her|his|cliente|clienta)\b", question.lower())


def test_questions_about_the_other_needs_name_what_was_asked() -> None:
    assert "Haitian Creole" in ask_about("language:ht", "en")
    assert "criollo haitiano" in ask_about("language:ht", "es")
    for need in ("open:now", "open:tonight", "group", "accepts-from", "trauma-informed"):
        for language in ("en", "es"):
            question = ask_about(need, language)
            assert question.endswith("?")
            assert not set(question) & set("{}")
    for entry in all_languages():
        assert entry.labels["es"] in ask_about(f"language:{entry.tag}", "es")


def test_words_in_a_language_that_has_none_are_english() -> None:
    assert label("kind", "food", "vi") == "Food"
    assert ask_about("pregnant", "vi") == ask_about("pregnant", "en")


def test_masks_hold_a_bit_for_each_code() -> None:
    assert kind_mask([]) == (0, 0)
    assert kind_mask(["shelter", "emergency-shelter"]) == (0b11, 0)
    assert kind_mask(["interpretation-phone"]) == (1 << 62, 0)
    assert kind_mask(["interpretation-video", "shelter"]) == (1, 1)
    assert needs_mask(["adults", "with-children", "transport", "adults"]) == 1 | 1 << 9 | 1 << 40
    whole = kind_mask(entry.code for entry in kinds())
    assert all(0 < word < 1 << 63 for word in whole)
    assert needs_mask([*OTHERS["population"].split(), *OTHERS["barrier"].split()]) < 1 << 63


def test_no_population_has_the_code_of_a_barrier() -> None:
    assert not {entry.code for entry in terms("population")} & {entry.code for entry in terms("barrier")}


def test_trauma_levels_rise() -> None:
    assert [trauma_level(code) for code in OTHERS["trauma-informed"].split()] == [0, 1, 2, 3, 4, 5]


LOOK_UPS: list[Callable[[str], object]] = [
    kind,
    population,
    barrier,
    trauma_level,
    expand_kind,
    terms,
    lambda code: kind_mask([code]),
    lambda code: needs_mask([code]),
    lambda code: label("kind", code, "en"),
    lambda code: term(code, "food"),
    lambda code: ask_about(code, "en"),
    lambda code: ask_about(f"language:{code}", "en"),
]


@pytest.mark.parametrize("look_up", LOOK_UPS)
def test_an_unknown_code_is_refused_without_being_repeated(look_up: Callable[[str], object]) -> None:
    for code in ("", "12 Secret Street", "Food", string.ascii_lowercase):
        with pytest.raises(UnknownTermError) as refusal:
            look_up(code)
        assert not code or code not in str(refusal.value)


def test_the_licence_lies_beside_the_data() -> None:
    notice = Path(directory.vocabulary.__file__).parent / "LICENSE-CC-BY-4.0.md"
    assert "https://creativecommons.org/licenses/by/4.0/" in notice.read_text(encoding="utf-8")
