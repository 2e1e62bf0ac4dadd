"""Words that people who were hurt should not have to read are found as people write them, and only those."""

import json
import os
from pathlib import Path

import pytest

from directory.errors import SettingsError
from directory.settings import OWN_LANGUAGES
from web.plain_texts import in_the_site
from web.plain_words import bundled_words, findings, words_of
from web.wording import LANGUAGES


def _found(text: str, language: str = "en", path: str = "") -> list[tuple[str, str]]:
    return [(one.word, one.found) for one in findings(text, language, words_of(path))]


def _listed(tmp_path: Path, own: object) -> str:
    path = tmp_path / "words.json"
    path.write_text(json.dumps(own), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_words_and_those_of_the_vocabulary_hold_none_of_the_list(language: str) -> None:
    assert list(in_the_site(language, bundled_words())) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_of_the_list_is_found_in_its_language_with_what_to_say_instead(language: str) -> None:
    words = bundled_words()[language].entries
    assert len(words) >= (20 if language in OWN_LANGUAGES else 5)
    for word, entry in words.items():
        assert entry.say
        for form in (word, *entry.forms):
            found = findings(f"... {form.upper()}, ...", language, bundled_words())
            assert [one.word for one in found] == [word], form
            assert found[0].say == entry.say
        for phrase in entry.unless:
            assert findings(phrase, language, bundled_words()) == (), phrase


def test_a_word_is_found_whole_in_any_case_and_with_accents_or_without() -> None:
    assert _found("Rescuers saved 3 VICTIMS.") == [("rescue", "Rescuers"), ("victim", "VICTIMS")]
    assert _found("A wheelchair-bound or wheelchair bound man") == [
        ("wheelchair-bound", "wheelchair-bound"), ("wheelchair-bound", "wheelchair bound"),
    ]  # fmt: skip
    assert _found("Rescató a la victima", "es") == [("rescate", "Rescató"), ("víctima", "victima")]
    assert _found("RESCATO A LA VÍCTIMA", "es") == [("rescate", "RESCATO"), ("víctima", "VÍCTIMA")]
    assert _found("vi\u0301ctima", "es") == [("víctima", "vi\u0301ctima")]
    assert _found("slavery museum, Slavic, victimless, homeless, aliens.") == [
        ("slave", "slavery"), ("alien", "aliens"),
    ]  # fmt: skip
    assert _found("불법체류자는", "ko") == [("불법체류자", "불법체류자")]
    # Without its marks this is another word of Vietnamese.
    assert _found("nô lệ", "vi") == [("nô lệ", "nô lệ")]
    assert _found("no le", "vi") == []


def test_a_phrase_that_is_left_alone_hides_the_word_in_it_and_no_other() -> None:
    assert _found("Victims of Crime Act funds; victim advocate; crime victim.") == []
    assert _found("A victim advocate for victims") == [("victim", "victims")]
    assert _found("Are you sure? If you are not sure, ask.") == [("are you sure", "Are you sure")]


def test_what_is_filled_in_later_is_no_word_of_the_text() -> None:
    assert _found("{victim}: {rescue}") == []
    assert _found("{n} victims") == [("victim", "victims")]


def test_an_administrator_adds_words_and_takes_bundled_ones_away(tmp_path: Path) -> None:
    own = {"en": {"shelter resident": {"say": "guest", "forms": ["inmate"]}, "RESCUE": None}, "es": {"victima": None}}
    path = _listed(tmp_path, own)
    assert _found("The inmate was rescued, a victim", path=path) == [
        ("shelter resident", "inmate"),
        ("victim", "victim"),
    ]
    assert _found("víctima del rescate", "es", path) == [("rescate", "rescate")]
    assert _found("nô lệ", "vi", path) == [("nô lệ", "nô lệ")]


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b'{"en": {"rescue": {"say": "hel',
        b"[]",
        b'{"en": {"rescue": "help"}}',
        b'{"en": {"rescue": {"say": "help", "do": "rm"}}}',
        b'{"en": {"rescue": {"say": "\xff"}}}',
        b"[" * 100_000,
        b'{"en":' * 40_000,
        b'{"xx": {"rescue": {"say": "secret-value"}}}',
        b'{"en": {"...": {"say": "secret-value"}}}',
        b'{"en": {"rescue": {"say": "secret-value", "unless": [""]}}}',
        b'{"en": {"rescue": {"say": "\\u001b[2J secret-value"}}}',
        b'{"en": {"%s": {"say": "secret-value"}}}' % (b"a" * 1_000),
        b'{"en": {%s}}' % b",".join(b'"secret-value%d": null' % n for n in range(6_000)),
        b'{"en": {"rescue": {"say": "help"}}}' + b" " * 300_000,
    ],
)
def test_a_file_that_is_no_list_is_refused_in_one_line_that_names_the_setting(tmp_path: Path, written: bytes) -> None:
    path = tmp_path / "words.json"
    path.write_bytes(written)
    with pytest.raises(SettingsError, match="HANDRAIL_WORD_LIST") as refused:
        words_of(str(path))
    assert "secret-value" not in str(refused.value)
    assert str(tmp_path) not in str(refused.value)


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, tmp_path / "none", Path("/dev/zero"), "\0"):
        with pytest.raises(SettingsError, match="HANDRAIL_WORD_LIST"):
            words_of(str(path))
