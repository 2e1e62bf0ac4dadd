"""Whether a mapping fits the file that is read by it: what it says of columns and sheets that are not there is told."""

from collections.abc import Collection, Iterable, Sequence

from directory.errors import BadInputError
from directory.places.regions import find_region
from directory.values.plain_text import folded
from importers.keys import could_be_address
from importers.kind_items import items_of
from importers.kind_words import shipped_kind_words
from importers.language_cells import read_languages
from importers.mapping import HsdsMapping, TaxonomyName
from importers.sheets.column import Column
from importers.sheets.crosses import LANGUAGE, SCHEMES
from importers.sheets.language_spellings import in_english
from importers.sheets.mapping_file import TableRules
from importers.sheets.mapping_lines import line_of_section, place_of
from importers.sheets.row_records import known_kind

_MOST_NAMED = 8
_DATE_ORDERS = ("month-first", "day-first")


def resolves(words: HsdsMapping, cross: str, label: str) -> bool:
    """Whether anything is known of what a cross of this meaning says under this label. Counties are found by row."""
    if cross == LANGUAGE:
        return bool(read_languages([in_english(label)], aliases=words.languages).facts)
    if cross == "cross:kind":
        meaning = words.meaning([TaxonomyName(label)])
        read = shipped_kind_words().read("", taxonomy=[label])
        return bool(
            meaning.kinds or meaning.has_shelter_words or known_kind(words, label) or read.kinds or read.proposed
        )
    if cross in SCHEMES:
        meaning = words.meaning([TaxonomyName(label, is_population=True)])
        return bool(meaning.who or meaning.barriers)
    return True


def check_crosses(columns: Iterable[Column], words: HsdsMapping) -> None:
    """Raise ``BadInputError`` where a mapping says that a column is one of crosses and nobody knows of what."""
    for column in columns:
        if column.is_given and not resolves(words, column.meaning, column.label):
            scheme = SCHEMES.get(column.meaning, "language")
            raise BadInputError(
                f'The mapping says {column.meaning} of the column "{column.header}", and its header names no {scheme}. '
                f"Say which one is meant, as in {column.meaning}:{_EXAMPLES[column.meaning]}, or call it notes."
            )


_EXAMPLES = {"cross:kind": "food", "cross:population": "women", "cross:barrier": "free", LANGUAGE: "es"}


def check_sheets(rules: TableRules, sheets: Collection[str], text: str) -> None:
    """Raise ``BadInputError`` where a mapping has a section about a sheet that the file has not."""
    for name in rules.sheets:
        if name not in sheets:
            shown = [sheet for sheet in sheets if sheet and not could_be_address(sheet)]
            there = f"It has: {', '.join(shown[:_MOST_NAMED])}." if shown else "It has no sheets with names."
            place = line_of_section(text, f"sheets.{name}")
            raise BadInputError(f"The mapping, {place}: the file has no such sheet. {there}")


def check_constants(rules: TableRules, words: HsdsMapping, text: str) -> None:
    """Raise ``BadInputError`` where a constant is none of the states, kinds or languages that there are."""
    every = [("constants", rules.constants)]
    every += [(f"sheets.{name}.constants", one.constants) for name, one in rules.sheets.items()]
    for section, constants in every:
        for name, value in constants.items():
            if problem := _problem(name, value, words):
                raise BadInputError(f"The mapping, {place_of(text, section, name)}: {problem}")


def _problem(name: str, value: str, words: HsdsMapping) -> str:
    if name == "state" and not any(find_region(value, country) for country in ("US", "CA", "MX")):
        return "there is no such state or province."
    if name == "date-order" and value not in _DATE_ORDERS:
        return f"there is no such order. There are: {', '.join(_DATE_ORDERS)}."
    if name == "kinds" and not all(resolves(words, "cross:kind", item) for item in items_of(value) if item):
        return "there is no such kind of service. A label of the vocabulary or its code will do, as in: legal."
    if name == "languages" and read_languages([in_english(value)], aliases=words.languages).unknown:
        return "there is no such language."
    return ""


class Fit:
    """What a mapping says, against the columns that a file turned out to have."""

    def __init__(self, rules: TableRules) -> None:
        self._rules = rules
        self._seen: dict[str | None, set[str]] = {}

    def add(self, sheet: str | None, spelled: Iterable[Sequence[str]]) -> None:
        """A table has columns that go by these names, folded."""
        self._seen.setdefault(sheet, set()).update(name for names in spelled for name in names)

    def is_used(self, header: str) -> bool:
        """Whether a column of any sheet goes by this header."""
        return any(folded(header) in names for names in self._seen.values())

    def remarks(self) -> tuple[str, ...]:
        """What the mapping says of columns that are not there, in a line for people; empty where it fits."""
        headers = [*self._rules.columns, *(self._rules.layout.fill_down or ())]
        missing = [header for header in headers if not self.is_used(header)]
        for sheet, rules in self._rules.sheets.items():
            there = self._seen.get(sheet, set())
            missing += [header for header in rules.columns if rules.use and folded(header) not in there]
        missing = list(dict.fromkeys(missing))
        if not missing:
            return ()
        shown = [f'"{header}"' if not could_be_address(header) else "one that may be an address" for header in missing]
        more = f" and {len(shown) - _MOST_NAMED} more" if len(shown) > _MOST_NAMED else ""
        one = len(missing) == 1
        lines = "1 line of the mapping names" if one else f"{len(missing)} lines of the mapping name"
        return (f"{lines} no column of this file: {', '.join(shown[:_MOST_NAMED])}{more}.",)
