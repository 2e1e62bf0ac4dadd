"""Words of trauma-informed practice: which words texts should do without, and what to say instead.

The list comes with the program (``plain_words.json``); the administrator of a deployment may add to it, or take from
it, by a file of the same shape (HANDRAIL_WORD_LIST). In both an entry is a word or a phrase of one language, with what
to say instead. It is met whole, in any case, with accents or without, and in the forms that the entry lists; and not
inside the phrases that it leaves alone.
"""

import re
import stat
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path

import msgspec

from directory.errors import SettingsError
from web.wording import LANGUAGES

SETTING = "HANDRAIL_WORD_LIST"
_MOST_BYTES = 262_144
_MOST_ENTRIES = 5_000
_MOST_LETTERS = 200
# Chinese and Korean write no blank between all words, so each of their signs stands for itself. Marks above and below
# letters (Latin, Arabic) belong to their word.
_TOKEN = re.compile(r"[\u3400-\u9fff\uac00-\ud7a3]|(?:[^\W_\u3400-\u9fff\uac00-\ud7a3]|[\u0300-\u036f\u064b-\u065f])+")
_PLACE = re.compile(r"\{\w*\}")
# Their marks are no accents: without them it is another word.
_KEEPS_ACCENTS = frozenset({"vi"})


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to say instead of a word, or why not to say it.

    Attributes:
        say: for people who write texts.
        forms: the word's other forms; also other spellings.
        unless: phrases in which it may stand (the name of a law, an office, a treatment).
    """

    say: str
    forms: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class Words(msgspec.Struct, frozen=True):
    """The words of one language.

    Attributes:
        entries: by the word, as the list has it.
        phrases: every phrase by its tokens: the word that it is a form of, or None where it is left alone.
        longest: how many tokens the longest phrase has.
    """

    entries: Mapping[str, Entry]
    phrases: Mapping[tuple[str, ...], str | None]
    longest: int


WordList = Mapping[str, Words]


class Finding(msgspec.Struct, frozen=True):
    """A word of the list that a text holds: as the list has it, as the text has it, and what to say instead."""

    word: str
    found: str
    say: str


def findings(text: str, language: str, words: WordList) -> tuple[Finding, ...]:
    """The words of the list that a text of a language holds, in their order; what is filled in later is passed over."""
    if language not in words:
        return ()
    listed = words[language]
    tokens = list(_TOKEN.finditer(_PLACE.sub(lambda place: " " * len(place[0]), text)))
    bare = tuple(_bare(token[0], language) for token in tokens)
    found: list[Finding] = []
    at = 0
    while at < len(tokens):
        # The longest phrase counts, so a phrase that is left alone hides the word inside it.
        lengths = range(min(listed.longest, len(tokens) - at), 0, -1)
        length = next((length for length in lengths if bare[at : at + length] in listed.phrases), 0)
        word = listed.phrases[bare[at : at + length]] if length else None
        if word is not None:
            as_written = text[tokens[at].start() : tokens[at + length - 1].end()]
            found.append(Finding(word, as_written, listed.entries[word].say))
        at += max(length, 1)
    return tuple(found)


def _words(language: str, entries: Mapping[str, Entry]) -> Words:
    phrases: dict[tuple[str, ...], str | None] = {}
    for word, entry in entries.items():
        phrases |= {_tokens(form, language): word for form in (word, *entry.forms)}
    for entry in entries.values():
        phrases |= {_tokens(phrase, language): None for phrase in entry.unless}
    return Words(entries, phrases, max(map(len, phrases), default=0))


def _tokens(text: str, language: str) -> tuple[str, ...]:
    return tuple(_bare(token[0], language) for token in _TOKEN.finditer(text))


def _bare(token: str, language: str) -> str:
    """A word as it is compared: in small letters, without accents."""
    folded = unicodedata.normalize("NFC", token.casefold())
    if language in _KEEPS_ACCENTS:
        return folded
    parts = unicodedata.normalize("NFKD", folded)
    return unicodedata.normalize("NFC", "".join(sign for sign in parts if not unicodedata.combining(sign)))


@cache
def bundled_words() -> WordList:
    """The list that comes with the program."""
    read = resources.files("web").joinpath("plain_words.json").read_bytes()
    entries = msgspec.json.decode(read, type=dict[str, dict[str, Entry]])
    return {language: _words(language, of_it) for language, of_it in entries.items()}


def words_of(path: str) -> WordList:
    """The list that comes with the program, with what the file at ``path`` adds to it or takes away (``null``).

    Without a path it is the bundled list.

    Raises:
        SettingsError: the file cannot be read or used; names the setting, never what the file holds.
    """
    if not path:
        return bundled_words()
    own = _read(Path(path))
    _check(own)
    changed = {language: _words(language, _changed(language, of_it)) for language, of_it in own.items()}
    return {**bundled_words(), **changed}


def _changed(language: str, own: Mapping[str, Entry | None]) -> dict[str, Entry]:
    """A language's bundled entries with the administrator's own, which win however a word is written."""
    bundled = bundled_words()[language].entries if language in bundled_words() else {}
    replaced = {_tokens(word, language) for word in own}
    kept = {word: entry for word, entry in bundled.items() if _tokens(word, language) not in replaced}
    return kept | {word: entry for word, entry in own.items() if entry is not None}


def _read(path: Path) -> dict[str, dict[str, Entry | None]]:
    try:
        # Whoever opens a pipe waits for the other end.
        if not stat.S_ISREG(path.stat().st_mode):
            raise SettingsError(f"{SETTING} must name a file.")
        with path.open("rb") as file:
            read = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError):
        raise SettingsError(f"The file that {SETTING} names cannot be read.") from None
    if len(read) > _MOST_BYTES:
        raise SettingsError(f"The file that {SETTING} names is larger than {_MOST_BYTES // 1024} kB.")
    try:
        return msgspec.json.decode(read, type=dict[str, dict[str, Entry | None]])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise SettingsError(
            f'The file that {SETTING} names must be whole JSON such as {{"en": {{"rescue": {{"say": "help"}}}}}}.'
        ) from None


def _check(own: Mapping[str, Mapping[str, Entry | None]]) -> None:
    if not own.keys() <= set(LANGUAGES):
        raise SettingsError(f"The file that {SETTING} names has a language that the site does not speak.")
    if sum(map(len, own.values())) > _MOST_ENTRIES:
        raise SettingsError(f"The file that {SETTING} names has more than {_MOST_ENTRIES} entries.")
    for language, entries in own.items():
        for word, entry in entries.items():
            phrases = (word, *(entry.forms + entry.unless if entry else ()))
            texts = (*phrases, *((entry.say,) if entry else ()))
            # A sign that cannot be shown could command the terminal it is shown on.
            if not all(text.isprintable() and len(text) <= _MOST_LETTERS for text in texts):
                raise SettingsError(
                    f"The file that {SETTING} names has a text that cannot be shown or is longer than "
                    f"{_MOST_LETTERS} letters."
                )
            if not all(_tokens(phrase, language) for phrase in phrases):
                raise SettingsError(f"The file that {SETTING} names has an entry without a word.")
