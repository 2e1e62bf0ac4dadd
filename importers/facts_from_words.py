"""Facts about kinds, people, ages and origins: what taxonomy names and cells say, then what words say where they don't.

Words never make anything less confidential: disclosure was decided before, from every row, and nothing here changes it.
How an answer sounds, how a place is reached, its house rules and what it tells authorities are never read from words.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

import msgspec

from directory.listings.drafts import FactDraft
from directory.listings.fields import Age, Barrier, Eligibility, ServiceArea, TermValue
from directory.values.plain_text import folded
from directory.vocabulary.terms import BARRIER, KIND, POPULATION, expand_kind, label
from importers.accepted_from import AcceptedFrom, read_accepted_from
from importers.age_words import AgesRead, Origin, read_ages, whole_years
from importers.kind_words import shipped_kind_words
from importers.mapping import Meaning
from importers.need_words import NeedsRead, Unclear, shipped_need_words
from importers.places_of_rows import Places
from importers.record import SourceRecord
from importers.redaction import Redacted
from importers.shelter_words import Sheltering

KIND_FROM_WORDS = "kind-from-words"
SHELTER_IN_NAME = "shelter-in-name"
EXAM_IN_WORDS = "exam-in-words"
PERHAPS_AN_EXAM = "perhaps-an-exam"
_PERHAPS_AN_EXAM = "sexual assault treatment"
# The word alone asks, and is no evidence of anything: a therapist works with such nurses too.
_SANE = re.compile(r"\bsane\b")
KIND_NOT_KNOWN = "kind-not-known"
PERHAPS_A_SHELTER = "perhaps-a-shelter"
_SHELTERING = frozenset({"shelter", "transitional-housing"})
_GROWN_PEOPLE = frozenset(
    {"adults", "women", "men", "older-adults", "couples", "families", "pregnant", "with-children"}
)
_ORIGINS: Mapping[str, Origin] = {
    "eligibility_description": "eligibility",
    "application_process": "application",
    "fees_description": "application",
    "fees": "application",
    "description": "description",
}


class Asked(msgspec.Struct, frozen=True):
    """Something for people: a field, a rule, a sentence, and words of the source, which may have to be left out."""

    field: str
    rule: str
    text: str
    quoted: str = ""


class FactsFromWords(msgspec.Struct, frozen=True):
    """Facts about what a service is and whom it takes.

    Attributes:
        kinds: slugs of its kinds.
        facts: kinds, populations, barriers, ages, children, group size, origins.
        served: areas that it says it serves, by code; for services without a place.
        rules: repairs and derivations, by name.
        asked: questions.
    """

    kinds: tuple[str, ...]
    facts: list[FactDraft]
    served: Mapping[str, ServiceArea]
    rules: tuple[str, ...]
    asked: tuple[Asked, ...]


class WordReading:
    """Reads the words of the records of one source."""

    def __init__(self, places: Places) -> None:
        self._look_up = lru_cache(maxsize=2_000)(places.service_area)

    def read(self, redacted: Redacted, meaning: Meaning, sheltering: Sheltering, region: str) -> FactsFromWords:
        """Everything that names, cells and words of a service say.

        Args:
            redacted: the record; nothing is read that redaction took out.
            meaning: of its taxonomy names.
            sheltering: what names and descriptions say of sheltering people where no taxonomy name says a kind.
            region: code of the state in which a county is meant that no state is named with.
        """
        record = redacted.record
        reading = _Reading(redacted, meaning)
        kinds = reading.kinds(sheltering)
        texts = _texts(record)
        needs = shipped_need_words().read(texts)
        reading.people(needs)
        reading.barriers(needs)
        grown = reading.takes_grown_people()
        reading.ages(read_ages(texts, is_one_program=bool(meaning.kinds), takes_grown_people=grown))

        def look_up(name: str) -> tuple[str, str, str] | None:
            return (self._look_up(f"{name}, {region}") if region else None) or self._look_up(name)

        served = reading.origins(read_accepted_from(texts, look_up))
        return FactsFromWords(kinds, reading.facts, served, tuple(reading.rules), tuple(reading.asked))


class _Reading:
    """One record being read."""

    def __init__(self, redacted: Redacted, meaning: Meaning) -> None:
        self._redacted = redacted
        self._record = redacted.record
        self._meaning = meaning
        self.facts: list[FactDraft] = []
        self.rules: dict[str, None] = {}
        self.asked: list[Asked] = []

    def kinds(self, sheltering: Sheltering) -> tuple[str, ...]:
        if self._meaning.has_shelter_words:
            self.rules["shelter-words"] = None
        kinds = self._meaning.kinds or self._kinds_from_words(sheltering)
        if self._meaning.kinds and sheltering:
            # Its taxonomy names say only what it gives besides a bed.
            self.rules[SHELTER_IN_NAME] = None
            kinds = (sheltering, *kinds)
        if self._meaning.kinds and self._examines():
            self.rules[EXAM_IN_WORDS] = None
            kinds = ("sane", *kinds)
        exam = _name(KIND, "sane")
        is_asked = any(exam in one.text for one in self.asked)
        if not (is_asked or set(kinds) & expand_kind("sane")) and self._may_examine():
            # Who looks for an exam has hours, not days.
            self._ask("kind", PERHAPS_AN_EXAM, f"Is this done here: {exam}?")
        self.facts += [FactDraft("kind", TermValue(), slug) for slug in kinds]
        return kinds

    def _may_examine(self) -> bool:
        """Whether words speak of an exam by a forensic nurse; they may only propose it, whatever else was found."""
        cells = self._record.cells
        taxonomy = [name.name for name in self._record.names if not name.is_population]
        texts = [cells.get("description", "")]
        if any(_SANE.search(folded(text)) for text in (cells["name"], *taxonomy, *texts)):
            return True
        return "sane" in shipped_kind_words().read(cells["name"], taxonomy=taxonomy, texts=texts).perhaps

    def _examines(self) -> bool:
        """Whether a taxonomy name that is said of therapists and of examiners is borne out by the service's words."""
        names = {folded(name.name) for name in self._record.names}
        if _PERHAPS_AN_EXAM not in names or set(self._meaning.kinds) & expand_kind("sane"):
            return False
        cells = self._record.cells
        return shipped_kind_words().read(cells["name"], texts=[cells.get("description", "")]).proposed == "sane"

    def _kinds_from_words(self, sheltering: Sheltering) -> tuple[str, ...]:
        if sheltering:
            self._ask("kind", KIND_NOT_KNOWN, "What kind of service is this?")
            return (sheltering,)
        cells = self._record.cells
        taxonomy = [name.name for name in self._record.names if not name.is_population]
        texts = [cells.get("description", ""), cells.get("eligibility_description", ""), *self._record.eligibility]
        read = shipped_kind_words().read(cells["name"], taxonomy=taxonomy, texts=texts)
        if read.proposed in _SHELTERING and self._redacted.disclosure == "public":
            self._ask("kind", PERHAPS_A_SHELTER, "Does this shelter people? Its place is shown, and must not be then.")
        if read.kinds:
            self.rules[KIND_FROM_WORDS] = None
            return read.kinds
        likely = f" Perhaps: {label(KIND, read.proposed, 'en')}." if read.proposed else ""
        self._ask("kind", KIND_NOT_KNOWN, f"What kind of service is this?{likely}")
        return ("other",)

    def people(self, needs: NeedsRead) -> None:
        """Populations: what a taxonomy name says is a welcome, words may say more, and a contradiction is asked."""
        said: dict[str, Eligibility] = {slug: Eligibility("yes", "welcomes") for slug in self._meaning.who}
        for slug, value in needs.who.items():
            if value.answer == "no" and slug in said:
                del said[slug]
                self._ask("eligibility", "who-contradicts", f"Are they taken: {_name(POPULATION, slug)}?")
                continue
            self.rules["who-from-words"] = None
            said[slug] = value
        self._ask_unclear(needs.unclear_who, said, "eligibility", "who-not-clear", POPULATION)
        self.facts += [FactDraft("eligibility", value, slug) for slug, value in said.items()]

    def takes_grown_people(self) -> bool:
        """Whether populations that are read so far are of grown people."""
        return any(fact.field == "eligibility" and fact.slot in _GROWN_PEOPLE for fact in self.facts)

    def barriers(self, needs: NeedsRead) -> None:
        """Barriers, the same way; that a place is accessible was seen before its words were taken out."""
        said = {slug: Barrier("yes") for slug in self._meaning.barriers}
        if self._redacted.is_accessible:
            said["accessible"] = Barrier("yes")
        for slug, value in needs.barriers.items():
            if value.answer == "no" and slug in said:
                del said[slug]
                self._ask("barrier", "barrier-contradicts", f"Is it so: {_name(BARRIER, slug)}?")
                continue
            self.rules["barrier-from-words"] = None
            said[slug] = value
        self._ask_unclear(needs.unclear_barriers, said, "barrier", "barrier-not-clear", BARRIER)
        self.facts += [FactDraft("barrier", value, slug) for slug, value in said.items()]

    def _ask_unclear(self, unclear: Iterable[Unclear], said: Iterable[str], field: str, rule: str, scheme: str) -> None:
        known = set(said)
        for one in unclear:
            if one.slug not in known:
                self._ask(field, rule, f"What is said of this: {_name(scheme, one.slug)}", one.sentence)

    def ages(self, read: AgesRead) -> None:
        """Ages: cells of their own first, words where there are none; children and groups from words alone."""
        cells = {column: self._age_cell(column) for column in ("minimum_age", "maximum_age")}
        low, high = cells["minimum_age"], cells["maximum_age"]
        if low is not None and high is not None and low > high:
            self._ask("age", "ages-reversed", "The lowest age is above the highest", f"{low}, {high}")
            low = high = None
        elif low is not None or high is not None:
            if read.age is not None and (read.age.minimum, read.age.maximum) != (low, high):
                self._ask("age", "age-differs", "The text names other ages", _span(read.age))
            self.facts.append(FactDraft("age", Age(low, high)))
        elif read.age is not None:
            self.rules["age-from-words"] = None
            self.facts.append(FactDraft("age", read.age))
        if read.children is not None:
            self.rules["children-from-words"] = None
            self.facts.append(FactDraft("children", read.children))
        if read.group is not None:
            self.rules["group-from-words"] = None
            self.facts.append(FactDraft("group_size", read.group))
        for rule, field, quoted in read.questions:
            if field != "age" or (low is None and high is None):
                self._ask(field, rule, "Which ages, or how many, are meant", quoted)

    def _age_cell(self, column: str) -> int | None:
        written = self._record.cells.get(column)
        if written is None:
            return None
        years = whole_years(written)
        if years is None:
            self._ask("age", "age-not-readable", "This is no age in years", written)
        elif not written.strip().removesuffix(".0").isdigit():
            self.rules["age-cell-in-words"] = None
        return years

    def origins(self, read: AcceptedFrom) -> dict[str, ServiceArea]:
        """From where people are taken; gives the areas that are served as a whole."""
        is_withheld = self._redacted.disclosure == "withheld"
        areas = {}
        for code, (extent, name) in (read.only or read.served).items():
            if not (is_withheld and extent == "county"):
                areas[code] = ServiceArea(extent, name)  # type: ignore[arg-type]
        if read.only and areas:
            self.rules["accepts-from-words"] = None
            self.facts += [FactDraft("accepts_from", TermValue(), code) for code in areas]
        for sentence in read.unclear:
            self._ask("accepts_from", "accepts-from-not-known", "From which county or state are people taken", sentence)
        return areas

    def _ask(self, field: str, rule: str, text: str, quoted: str = "") -> None:
        self.asked.append(Asked(field, rule, text, quoted))


def _texts(record: SourceRecord) -> list[tuple[Origin, str]]:
    """The texts of a service in which words count, and what each of them is about."""
    cells = record.cells
    found = [(origin, cells[column]) for column, origin in _ORIGINS.items() if column in cells]
    return [*found, *(("eligibility", text) for text in record.eligibility)]


def _name(scheme: str, slug: str) -> str:
    return label(scheme, slug, "en")


def _span(age: Age) -> str:
    low = "" if age.minimum is None else str(age.minimum)
    high = "" if age.maximum is None else str(age.maximum)
    return f"{low}-{high}"
