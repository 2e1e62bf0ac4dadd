"""Mapping files: what the words of a source mean in the directory's vocabulary. They are data that people review.

The form is explained in ``importers/mappings/hsds-kinds.toml``.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import msgspec

from directory.errors import BadInputError, UnknownTermError
from directory.listings.disclosure import default_disclosure
from directory.values.language import language
from directory.values.plain_text import folded
from directory.vocabulary.terms import BARRIER, KIND, POPULATION, barrier, find_term, kind, population
from importers.sheets.mapping_file import TableRules, check_rules
from importers.sheets.mapping_lines import line_of_section, place_of
from importers.shelter_words import Sheltering, shelter_in_name

SHIPPED = Path(__file__).parent / "mappings" / "hsds-kinds.toml"

_LONGEST_PHRASE = 100
# Phrases of [not-a-kind] that win over shelters too; the others do not.
_BESIDE_SHELTERS = "beside-shelters"
_NEVER = re.compile(r"(?!)")


class _File(TableRules, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The sections of a mapping file, those about columns among them; each may be left out."""

    kinds: dict[str, list[str]] = {}
    not_a_kind: dict[str, list[str]] = {}
    not_a_shelter: dict[str, list[str]] = {}
    who: dict[str, list[str]] = {}
    not_a_population: dict[str, list[str]] = {}
    barriers: dict[str, list[str]] = {}
    languages: dict[str, str] = {}


class TaxonomyName(msgspec.Struct, frozen=True):
    """A name from a source's taxonomy. Codes are not kept: they belong to whoever sells the taxonomy."""

    name: str
    is_population: bool = False


class Meaning(msgspec.Struct, frozen=True):
    """What the taxonomy names of one service mean.

    Attributes:
        kinds: of the service; empty where no name says one.
        who: populations.
        barriers: that it removes.
        has_shelter_words: a name speaks of a place where people are sheltered, whatever kind it is of.
        is_known: the phrases of a mapping file say its kind. A name that is only a term of the vocabulary, such as
            "Housing", gives the kind, and makes no place that words say is a shelter's less confidential.
    """

    kinds: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    barriers: tuple[str, ...] = ()
    has_shelter_words: bool = False
    is_known: bool = False


class _Section:
    """Slugs and the phrases that stand for them."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        self._patterns = {slug: _pattern(words) for slug, words in phrases.items()}

    def slugs(self, name: str) -> tuple[str, ...]:
        return tuple(slug for slug, pattern in self._patterns.items() if pattern.search(name))

    def without(self, name: str) -> str:
        for pattern in self._patterns.values():
            name = pattern.sub(" ", name)
        return name


class _Rules:
    """One mapping file, compiled."""

    def __init__(self, file: _File) -> None:
        self.kinds = _Section(file.kinds)
        self.not_a_kind = _Section(file.not_a_kind)
        self.not_a_shelter = _Section(file.not_a_shelter)
        self.who = _Section(file.who)
        self.not_a_population = _Section(file.not_a_population)
        self.barriers = _Section(file.barriers)


class HsdsMapping:
    """The shipped mapping, with what a deployment's own file says before it."""

    def __init__(self, files: Iterable[_File]) -> None:
        files = list(files)
        self._rules = [_Rules(file) for file in files]
        # What a deployment says itself; the shipped file comes last.
        self._own = self._rules[:-1]
        self.languages: dict[str, str] = {}
        for file in reversed(files):
            self.languages |= file.languages
        self._known: dict[TaxonomyName, Meaning] = {}

    def meaning(self, names: Iterable[TaxonomyName]) -> Meaning:
        """What the names of one service mean together; kinds and populations in the order of the vocabulary."""
        found = [self._one(name) for name in names]
        kinds = {slug for one in found for slug in one.kinds}
        if len(kinds) > 1:
            kinds.discard("other")
        return Meaning(
            kinds=tuple(sorted(kinds, key=lambda slug: kind(slug).bit)),
            who=tuple(sorted({slug for one in found for slug in one.who}, key=lambda slug: population(slug).bit)),
            barriers=tuple(
                sorted({slug for one in found for slug in one.barriers}, key=lambda slug: barrier(slug).bit)
            ),
            has_shelter_words=any(one.has_shelter_words for one in found),
            is_known=any(one.is_known for one in found),
        )

    def shelter_in_name(self, name: str, *, is_kind_known: bool = True) -> Sheltering:
        """What a name says of sheltering people; see ``shelter_words.shelter_in_name``."""
        words = folded(name)
        for rules in self._rules:
            words = rules.not_a_shelter.without(words)
        return shelter_in_name(words, is_kind_known=is_kind_known)

    def _one(self, name: TaxonomyName) -> Meaning:
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def _read(self, name: TaxonomyName) -> Meaning:
        words = folded(name.name)
        barriers = self._first(words, lambda rules: rules.barriers)
        if name.is_population:
            return self._read_people(words, barriers)
        said = self._read_phrases(words, barriers)
        stated = find_term(KIND, words)
        # "Other" is what people write who know no better, and is asked about.
        is_said_otherwise = any(rules.kinds.slugs(words) or rules.not_a_kind.slugs(words) for rules in self._own)
        if stated is None or is_said_otherwise or words == "other":
            return said
        return msgspec.structs.replace(said, kinds=(stated,), who=())

    def _read_people(self, words: str, barriers: tuple[str, ...]) -> Meaning:
        own = next(filter(None, (rules.who.slugs(words) for rules in self._own)), ())
        stated = () if own else tuple(filter(None, (find_term(POPULATION, words),)))
        removed = tuple(filter(None, (find_term(BARRIER, words),)))
        barriers = barriers if set(removed) <= set(barriers) else (*barriers, *removed)
        if not (own or stated) and self._first(words, lambda rules: rules.not_a_population):
            return Meaning(barriers=barriers)
        return Meaning(who=own or stated or self._first(words, lambda rules: rules.who), barriers=barriers)

    def _read_phrases(self, words: str, barriers: tuple[str, ...]) -> Meaning:
        shelter = self.shelter_in_name(words)
        for rules in self._rules:
            not_a_kind, kinds = rules.not_a_kind.slugs(words), rules.kinds.slugs(words)
            # A shelter that takes pets is a shelter, whatever the phrase about pets says.
            is_closed = default_disclosure(kinds) != "public"
            if _BESIDE_SHELTERS in not_a_kind or (not_a_kind and not is_closed):
                kinds = ("other",)
            if kinds:
                return Meaning(kinds, barriers=barriers, has_shelter_words=bool(shelter), is_known=True)
        if shelter := self.shelter_in_name(words, is_kind_known=False):
            return Meaning((shelter,), barriers=barriers, has_shelter_words=True, is_known=True)
        return Meaning(who=self._first(words, lambda rules: rules.who), barriers=barriers)

    def _first(self, words: str, section: Callable[[_Rules], _Section]) -> tuple[str, ...]:
        """What the first file that knows the words says about them."""
        return next(filter(None, (section(rules).slugs(words) for rules in self._rules)), ())


def load_mapping(path: Path | None = None, *, text: str = "") -> HsdsMapping:
    """Load the shipped mapping and, before it, a deployment's own: a file, or the text of one.

    Raises:
        BadInputError: the file cannot be read as a mapping.
        UnknownTermError: it names a kind, population, barrier or language that the vocabulary does not have.
    """
    files = [_shipped()]
    if path is not None:
        files.insert(0, _read_file(path))
    elif text:
        files.insert(0, _read(text))
    return HsdsMapping(files)


def table_rules(text: str) -> TableRules:
    """What the text of a mapping file says of columns. Raises as ``load_mapping`` does."""
    return _read(text)


@cache
def _shipped() -> _File:
    return _read_file(SHIPPED)


def _read_file(path: Path) -> _File:
    return _read(mapping_text(path))


def mapping_text(path: Path) -> str:
    """The text of a mapping file. Raises ``BadInputError`` where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadInputError("The mapping file cannot be read; see the shipped one for its form.") from None


def _read(text: str) -> _File:
    try:
        read: Any = tomllib.loads(text)
        file = msgspec.convert(read, _File)
    except tomllib.TOMLDecodeError as error:
        raise BadInputError(
            f'The mapping cannot be read{_line_in(error)}: texts stand in quotes, as in "Tel" = "phone".'
        ) from None
    except msgspec.ValidationError as error:
        raise BadInputError(_misshapen(error, text)) from None
    check_rules(file, text)
    lists = (("kinds", file.kinds, kind), ("who", file.who, population), ("barriers", file.barriers, barrier))
    for section, slugs, look_up in lists:
        for slug in slugs:
            _check_term(text, section, slug, partial(look_up, slug))
    for name, tag in file.languages.items():
        _check_term(text, "languages", name, partial(language, tag))
    return file


def _check_term(text: str, section: str, key: str, look_up: Callable[[], object]) -> None:
    try:
        look_up()
    except UnknownTermError as error:
        raise UnknownTermError(f"The mapping, {place_of(text, section, key)}: {error}") from None


def _line_in(error: tomllib.TOMLDecodeError) -> str:
    found = re.search(r"line ([0-9]+)", str(error))
    return f", line {found[1]}" if found else ""


def _misshapen(error: msgspec.ValidationError, text: str) -> str:
    """What is wrong with the form of a mapping, without what stands in it."""
    path = re.search(r"at `\$\.?([^`]*)`", str(error))
    where = path[1] if path else ""
    if "unknown field" not in str(error):
        section = where.removesuffix("[...]")
        return f"The mapping, [{section}]: a text in quotes, or a list of such, is needed here."
    if not where:
        known = [field.encode_name for field in msgspec.structs.fields(_File)]
        named = re.search(r"unknown field `([^`]*)`", str(error))
        place = f", {line_of_section(text, named[1])}" if named else ""
        return f"The mapping{place}: there is no such section. There are: {', '.join(known)}."
    return f"The mapping, [{where.removesuffix('[...]')}]: something stands here that has no meaning."


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """All phrases of one slug in one pattern over folded names."""
    parts = []
    for phrase in phrases:
        if len(phrase) > _LONGEST_PHRASE:
            raise BadInputError("A phrase of the mapping file is too long.")
        is_whole = phrase.startswith("=")
        words = [
            rf"{re.escape(folded(word.strip('*')))}{r'[^ ]*' if word.endswith('*') else ''}"
            for word in phrase.strip("=").split()
        ]
        body = " ".join(words)
        parts.append(
            f"^{body}(?: .*)?$"
            if is_whole and phrase.endswith("*")
            else f"^{body}$"
            if is_whole
            else rf"\b{body}(?!\w)"
        )
    return re.compile("|".join(parts)) if parts else _NEVER
