"""What the columns of a table mean: their headers, what their cells look like, and what a person said.

Each column gets one meaning and how sure it is. Where header and cells say different things, or two meanings are alike,
the column stays a question and its cells are kept as notes.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from directory.values.language import find_named_language
from directory.values.plain_text import folded
from importers.sheets.cell_shapes import Shape, is_filler, is_time, shapes_of, shares_of
from importers.sheets.column import NAME_LIKE, Column, by_letter
from importers.sheets.column_names import header_of, label_of, names_of
from importers.sheets.crosses import LANGUAGE, SCHEMES, is_term, parted, words_for
from importers.sheets.header_words import Meant, read_header
from importers.sheets.rows_below import Header
from importers.sheets.settled_columns import settled

NOTES = "notes"
UNSURE = "column-not-sure"

_SAMPLE = 400
_SURE = 0.45
_MARKS = 0.85
_RARELY = 0.2
_WELL_KNOWN = 0.8
_LONGEST_CROSS = 5  # words
# What cells of a column must look like, at least so often, or its header is not believed.
_MUST: Mapping[str, tuple[tuple[Shape, ...], float]] = {
    "phone": (("phone", "number"), 0.2),
    "email": (("email", "url"), 0.2),
    "url": (("url", "email", "address"), 0.2),
    "postal": (("postal", "number"), 0.3),
    "latitude": (("number",), 0.5),
    "longitude": (("number",), 0.5),
    "verified-on": (("date", "number"), 0.3),
}
# What cells that look so mean where no header says anything.
_BY_SHAPE: tuple[tuple[Shape, str, float], ...] = (
    ("email", "email", 0.8), ("url", "url", 0.8), ("phone", "phone", 0.7), ("postal", "postal", 0.8),
    ("address", "address", 0.6), ("hours", "hours", 0.6), ("language", "languages", 0.6), ("state", "state", 0.8),
)  # fmt: skip
_OF_CONTACTS: tuple[Shape, ...] = ("phone", "email", "url", "address")
# Meanings of words: figures in such a column mean something else.
_WORDY = frozenset(
    {
        "organization",
        "program",
        "name",
        "site",
        "alternate-name",
        "description",
        "kinds",
        "populations",
        "city",
        "county",
    }
    | {"languages", "person", "eligibility", "application", "service-area", "interpreter"}
)
# A header above several columns says what kind of thing they are.
_CROSS_GROUPS = (
    ("cross:language", re.compile(r"\b(?:languages?|idiomas?|langues?|bilingual)\b")),
    ("cross:county", re.compile(r"\b(?:count(?:y|ies)|condados?|areas? served|service areas?|coverage|parishes)\b")),
    ("cross:population", re.compile(r"\b(?:populations?|clients?|serves|eligib\w+|who|clientele|gender)\b")),
    ("cross:kind", re.compile(r"\b(?:services?|programs?|types?|kinds?|servicios|needs|assistance|legal|practice)\b")),
)
_CROSSES_IN_TURN = ("cross:population", "cross:kind", "cross:barrier")
_DIGIT = re.compile(r"[0-9]")
_DIGITS = re.compile(r"[0-9]{3}")
_ABOUT_SECRETS = re.compile(
    r"\b(?:confidential\w*|undisclosed|withheld|secret|confidencial\w*|confidentiel\w*)\b"
    r"|\b(?:not|never|dont) (?:be )?(?:publish|share|disclose|list|release|public)\w*\b"
)
_COUNTY = re.compile(r"\b(?:county|parish|condado|comte)\b")
_ASIDE = re.compile(r"\([^()]*\)")


# Headers such as "Shelter" may head names, and crosses as well.
_OF_WORDS = frozenset({*NAME_LIKE, "kinds", "populations", "notes"})

# Tells whether a header names a kind of service, and whether it names a population.
Speaks = Callable[[str], bool]


def propose(
    header: Header | None,
    rows: Sequence[Sequence[str]],
    *,
    said: Mapping[str, str],
    is_kind: Speaks,
    is_population: Speaks,
    may_show: Speaks,
    is_barrier: Speaks = lambda _: False,
    is_language: Speaks = lambda _: True,
    languages: Collection[str] = (),
) -> tuple[Column, ...]:
    """Say what each column of a table means.

    Args:
        header: what stands above.
        rows: the cells below.
        said: meanings by header, as a mapping file gives them: the header itself, or its letter.
        is_kind: whether a header names a kind of service.
        is_population: whether it names a population.
        may_show: whether a header may be repeated: one that could place something may not.
        is_barrier: whether a header names a barrier that is removed.
        is_language: whether a header under "Languages" can be read as one.
        languages: further names of languages, as ``folded`` writes them.
    """
    width = max((len(row) for row in rows), default=0)
    if header is not None:
        width = max(width, len(header.labels))
    names = names_of(header, width, may_show)
    by_name = {folded(name): meaning for name, meaning in said.items()}
    speaks = _Speaking(is_kind, is_population, is_barrier, is_language)
    found: list[Column] = []
    for index in range(width):
        label, group = label_of(header, index)
        cells = [row[index] for row in rows if index < len(row) and row[index] and not is_filler(row[index])]
        if not cells:
            continue
        column = _Judging(index, names[index], label=label, group=group, cells=cells, languages=languages)
        asked = next((by_name[name] for name in spellings(header, index, names[index]) if name in by_name), "")
        found.append(column.as_said(asked) if asked else column.judged(speaks, has_header=header is not None))
    fixed = frozenset(folded(column.header) for column in found if column.is_given)
    return settled(found, rows, has_header=header is not None, fixed=fixed)


def spellings(header: Header | None, index: int, name: str) -> tuple[str, ...]:
    """What a mapping file may call a column, folded: what it is named to people, its whole header, its letter."""
    return tuple(filter(None, map(folded, (name, header_of(header, index), by_letter(index)))))


class _Speaking(msgspec.Struct, frozen=True):
    """What headers speak of."""

    is_kind: Speaks
    is_population: Speaks
    is_barrier: Speaks
    is_language: Speaks

    def knows(self, cross: str, label: str) -> bool:
        """Whether a cross of this meaning says anything under this label."""
        match cross:
            case "cross:language":
                return self.is_language(label)
            case "cross:kind":
                return self.is_kind(label)
            case "cross:population":
                return self.is_population(label) or self.is_barrier(label)
        return True


class _Judging:
    """One column, its header and its cells."""

    def __init__(
        self, index: int, name: str, *, label: str, group: str, cells: Sequence[str], languages: Collection[str]
    ) -> None:
        self._languages = languages
        self._index, self._name, self._label, self._group = index, name, label, group
        self._cells, self._filled = cells[:_SAMPLE], len(cells)
        self._shares = shares_of(self._cells)
        # What crosses seem to be about whose header says nothing that is known.
        self._unresolved = ""

    def as_said(self, meaning: str) -> Column:
        """The column with what a person said of it."""
        meant = self._header()
        cross, _ = parted(meaning)
        said = self._column(cross, 1.0, which=meant.which if meant else "")
        label = words_for(meaning) or said.label
        return msgspec.structs.replace(said, is_given=True, label=label, said=meaning if cross != meaning else "")

    def judged(self, speaks: _Speaking, *, has_header: bool) -> Column:
        """The column with what it seems to mean."""
        if has_header and (of_crosses := self._of_crosses(speaks)) is not None:
            return of_crosses
        meant = self._header() or Meant("", 0)
        if meant.share < _WELL_KNOWN and self._asks_about_secrets():
            return self._column("confidential", 0.6)
        shape, likely = ("languages", 0.7) if self._lists_languages(meant) else self._by_shape()
        if meant.meaning and not self._fits(meant.meaning):
            # The header says one thing and the cells another.
            return self._column("", 0.3, which=meant.which, maybe=shape or meant.meaning)
        if meant.share >= _SURE:
            sure = min(0.99, 0.5 * meant.share + 0.5 * self._agreement(meant.meaning))
            return self._column(self._refined(meant.meaning), sure, which=meant.which)
        if shape and self._filled >= 2:
            return self._column(shape, likely, which=meant.which)
        return self._column("", 0.0, maybe=meant.meaning)

    def _of_crosses(self, speaks: _Speaking) -> Column | None:
        """A column of crosses: a question where its header among others is not known; None for any other column."""
        if crosses := self._crosses(speaks):
            return self._column(crosses, 0.9)
        own = read_header(self._label)
        is_known = own is not None and own.share >= _WELL_KNOWN
        return None if is_known or not self._unresolved else self._column("", 0.0, maybe=self._unresolved)

    def _asks_about_secrets(self) -> bool:
        """Whether a long header asks in its own words if a place is a secret. In doubt it does."""
        is_of_lines = any(self._shares.get(shape, 0) > _RARELY for shape in ("phone", "email", "url"))
        return not is_of_lines and _ABOUT_SECRETS.search(folded(f"{self._group} {self._label}")) is not None

    def _lists_languages(self, meant: Meant) -> bool:
        """Whether a column such as "Other" beside crosses for languages names more of them."""
        is_beside = bool(self._group) and _says(self._group, "cross:language") and not self._shares.get("mark", 0)
        return is_beside and meant.share < _WELL_KNOWN and self._shares.get("language", 0) >= _SURE

    def _header(self) -> Meant | None:
        """What the header means: with what stands above it, or alone."""
        own = read_header(self._label)
        both = read_header(f"{self._group} {self._label}") if self._group else None
        if both is not None and (own is None or own.share < _SURE or both.share > own.share or _is_narrower(both, own)):
            return both
        return own

    def _crosses(self, speaks: _Speaking) -> str:
        """What a column of crosses says; empty for any other."""
        name = _language(_ASIDE.sub(" ", self._label).strip())
        is_language = find_named_language(name) is not None or folded(name) in self._languages
        if is_language:
            # Beside crosses, words such as "by phone" may stand there too; or the number of a line.
            is_else = any(self._shares.get(shape, 0) > _RARELY for shape in (*_OF_CONTACTS, "long"))
            return "" if is_else else "cross:language"
        if self._shares.get("mark", 0) < _MARKS:
            return ""
        label = _ASIDE.sub(" ", self._label).strip()
        meant = read_header(self._label)
        means_else = meant is not None and meant.share >= 0.9 and meant.meaning not in _OF_WORDS
        if not label or (means_else and not self._group):
            return ""
        return self._cross_of(label, speaks)

    def _cross_of(self, label: str, speaks: _Speaking) -> str:
        """What a cross under this label says of the row: what its group says, else what its own words do."""
        words = folded(label).split()
        if len(words) > 1 and _COUNTY.search(" ".join(words)):
            return "cross:county"
        group = next((meaning for meaning, _ in _CROSS_GROUPS if self._group and _says(self._group, meaning)), "")
        # A term of the vocabulary needs no group to say which.
        of_terms = next((cross for cross in (group, *_CROSSES_IN_TURN) if is_term(cross, label)), "")
        if of_terms or (group and speaks.knows(group, label)):
            return of_terms or group
        self._unresolved = group
        if len(words) > _LONGEST_CROSS:
            return ""
        if speaks.is_kind(label):
            return "cross:kind"
        return (
            "cross:population" if speaks.is_population(label) else "cross:barrier" if speaks.is_barrier(label) else ""
        )

    def _fits(self, meaning: str) -> bool:
        needed = _MUST.get(meaning.partition(":")[0])
        if meaning in ("latitude", "longitude"):
            return all(_is_degrees(cell) for cell in self._cells[:20])
        if needed is None or len(self._cells) < 3:
            return True
        return max(self._shares.get(shape, 0) for shape in needed[0]) >= needed[1] or _is_alike(self._cells)

    def _agreement(self, meaning: str) -> float:
        needed = _MUST.get(meaning.partition(":")[0])
        if needed is None or not self._cells:
            return 1.0
        return max(self._shares.get(shape, 0) for shape in needed[0])

    def _refined(self, meaning: str) -> str:
        """A meaning that the cells make another: what they look like decides between two that a header may have."""
        share = self._shares.get
        if meaning.startswith("phone:") and share("phone", 0) < 0.2:
            return self._no_line(meaning)
        holds_places = meaning in ("site", "city", "county") and share("address", 0) >= 0.5
        others = {
            NOTES: (meaning in _WORDY or meaning == "hours") and share("number", 0) > 0.8,
            "address": holds_places or (meaning == "street" and self._has_whole_addresses()),
            "phone": meaning in ("organization", "row-number") and share("phone", 0) >= 0.6 and not self._are_cards(),
            "contact": meaning == "person" and max(share("phone", 0), share("email", 0)) >= 0.5,
            "person": meaning == "contact" and not any(share(shape, 0) > 0.1 for shape in _OF_CONTACTS),
            # No mark, but what must not be told: its row is kept without a place.
            "confidential": meaning == "exclude" and share("mark", 0) < 0.5,
            "status": meaning == "opens" and share("mark", 0) >= _MARKS,
            "hours": meaning in ("opens", "closes") and self._name_hours(),
        }
        return next((other for other, is_so in others.items() if is_so), meaning)

    def _are_cards(self) -> bool:
        """Whether cells begin with a name, whatever else they hold."""
        begin = [re.split(r"[\n,;|]", cell, maxsplit=1)[0] for cell in self._cells]
        return sum(not _DIGIT.search(one) and len(one) > 2 for one in begin) >= 0.5 * len(begin)

    def _no_line(self, meaning: str) -> str:
        """What a column of lines is that holds no numbers: "Hotline" may head its hours."""
        if self._shares.get("hours", 0) >= 0.5:
            return {"phone:hotline": "hours:crisis-line", "phone:intake": "hours:intake"}.get(meaning, "hours")
        with_digits = sum(_DIGITS.search(cell) is not None for cell in self._cells)
        return meaning if with_digits >= 0.5 * len(self._cells) else NOTES

    def _name_hours(self) -> bool:
        """Whether cells say more than when something opens: days, from when to when, "24/7"."""
        return sum(not is_time(cell) and "hours" in shapes_of(cell) for cell in self._cells) >= 0.3 * len(self._cells)

    def _has_whole_addresses(self) -> bool:
        ends = [
            cell
            for cell in self._cells
            if re.search(r"\b(?:[0-9]{5}(?:-[0-9]{4})?|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9])$", cell.strip())
        ]
        return len(ends) >= 0.5 * len(self._cells) > 0

    def _by_shape(self) -> tuple[str, float]:
        for shape, meaning, least in _BY_SHAPE:
            if self._shares.get(shape, 0) >= least:
                return meaning, round(0.75 * self._shares[shape], 2)
        return "", 0.0

    def _column(self, meaning: str, confidence: float, *, which: str = "", maybe: str = "") -> Column:
        label = self._label
        if meaning == "cross:county" and not _COUNTY.search(folded(label)):
            label = f"{label} County"
        if meaning == LANGUAGE:
            label = _language(label)
        bare = _ASIDE.sub(" ", label).strip()
        if meaning in SCHEMES and not is_term(meaning, label) and is_term(meaning, bare):
            label = bare
        return Column(
            self._index,
            self._name,
            meaning,
            round(confidence, 2),
            label,
            which,
            self._filled,
            maybe,
            f"{self._group} {self._label}".strip(),
        )


def _is_degrees(cell: str) -> bool:
    try:
        return -180 <= float(cell) <= 180
    except ValueError:
        return False


def _is_narrower(both: Meant, own: Meant) -> bool:
    """Whether what stands above says which of several the column is: "Phone" over "Office"."""
    return (
        both.meaning != own.meaning and both.meaning.startswith(("phone:", "hours:", "mailing")) and both.share >= 0.8
    )


def _says(group: str, meaning: str) -> bool:
    return any(one == meaning and words.search(folded(group)) for one, words in _CROSS_GROUPS)


def _language(label: str) -> str:
    """The name of a language in a header: "Spanish Speaking", "Speaks Spanish", "Spanish?"."""
    bare = re.sub(
        r"\b(?:speaking|speaks?|speakers?|spoken|staff|language|fluent|available|idioma|langue)\b|[?*:]",
        " ",
        label,
        flags=re.IGNORECASE,
    )
    bare = " ".join(bare.split())
    return bare if find_named_language(bare) else label


def _is_alike(cells: Sequence[str]) -> bool:
    """Whether hardly anything is said, so that nothing can be held against the header."""
    return len({folded(cell) for cell in cells}) <= 1
