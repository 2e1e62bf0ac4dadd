"""How much of a feed cleaning understands: ``python -m tests.benchmarks.cleaning --feed FOLDER [--json]``.

Reads, redacts and cleans a whole feed in memory, stores nothing, and prints for every field how many rows have it and
what became of it. With ``--sample N --seed S`` it prints N random services beside what their source says, for a person
to read; of confidential ones only what redaction left.
"""

import argparse
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import msgspec

from directory.listings.drafts import FactDraft, ServiceDraft
from directory.listings.fields import Schedule
from directory.places.gazetteer import Gazetteer
from importers.cleaning import Cleaned, Cleaning
from importers.confidential import look_for_confidential
from importers.keys import NeutralKeys
from importers.mapping import load_mapping
from importers.packages import open_package
from importers.places_of_rows import Places
from importers.readers.hsds import HsdsReader
from importers.record import Cells, SourceRecord
from importers.redaction import Redacted, Redaction

_LONGEST_SHOWN = 900
# What the row is counted as; the first that holds.
_OUTCOMES = ("questioned", "repaired", "as is", "raw")
_LABELS = {"questioned": "asked", "repaired": "repaired", "as is": "as is", "raw": "text only"}

# Which rules are about which field, by how their names begin.
_RULES_OF = {
    "name": ("name-",),
    "url": ("url-", "several-urls", "words-around-url", "email-in-the-url-cell"),
    "email": ("email-", "several-emails", "words-around-email", "mailto-", "url-in-the-email-cell"),
    "phone": ("phone", "extension", "short-code", "letters-to", "several-ext", "several-phones", "text-", "mexican-"),
    "schedule": ("hours", "schedule", "day", "time", "closed", "holiday"),
    "language": ("language", "source-language", "interpreter", "sign-language", "markers"),
    "kind": ("kind-from", "kind-not", "perhaps-a-shelter", "shelter-words"),
    "eligibility": ("who-",),
    "barrier": ("barrier-",),
    "age": ("age", "ages-"),
    "children": ("children-", "boys-", "number-of-children"),
    "group_size": ("group-",),
    "accepts_from": ("accepts-from",),
    "service_area": ("service-area",),
    "status": ("status-",),
    "address": (
        "address-", "state", "city-", "postal-", "post-office", "country-", "place-not-stated", "site-without",
    ),
    "point": ("point-",),
}  # fmt: skip
# Fields whose value is the text that the source wrote.
_TEXTS = ("name", "alternate_name", "description", "application_process", "eligibility_description", "fees_description")
_ONLY_FROM_WORDS = ("eligibility", "barrier", "age", "children", "group_size", "accepts_from")


class FieldCount(msgspec.Struct):
    """What became of one field: rows that have it, by outcome; repairs by rule; questions by rule."""

    field: str
    rows: int = 0
    outcomes: dict[str, int] = {}
    rules: dict[str, int] = {}
    questions: dict[str, int] = {}


class Row(msgspec.Struct, frozen=True):
    """A service of the feed: as redaction left it, and cleaned."""

    redacted: Redacted
    cleaned: Cleaned


def cleaned_rows(feed: Path, *, max_mb: int = 50) -> Iterator[Row]:
    """Every service of a feed, cleaned as an import would clean it."""
    mapping = load_mapping()
    with open_package(feed, max_mb=max_mb) as package, Gazetteer() as gazetteer:
        document, places = NeutralKeys(HsdsReader.of(package)), Places(gazetteer)
        confidential = look_for_confidential(chain(document.services(), document.leftovers()), mapping, places)
        redaction, cleaning = Redaction(confidential, places), Cleaning(mapping, places)
        for record in document.services():
            if not isinstance(record, SourceRecord):
                continue
            redacted = redaction.redact(record)
            if isinstance(redacted, Redacted):
                yield Row(redacted, cleaning.clean(redacted, organization_key="organization:0"))


def count_fields(rows: Iterable[Row]) -> tuple[int, list[FieldCount]]:
    """How many services there are, and what became of each of their fields."""
    counts: dict[str, FieldCount] = {}
    total = 0
    for row in rows:
        total += 1
        facts = _facts_by_field(row.cleaned)
        rules, questions = _by_field(row.cleaned)
        stated = _stated(row.redacted.record) | facts.keys() | questions.keys()
        for field in stated:
            count = counts.setdefault(field, FieldCount(field, outcomes={}, rules={}, questions={}))
            count.rows += 1
            outcome = _outcome(field, facts.get(field, []), rules.get(field, []), questions.get(field, []))
            count.outcomes[outcome] = count.outcomes.get(outcome, 0) + 1
            for rule in rules.get(field, []):
                count.rules[rule] = count.rules.get(rule, 0) + 1
            for rule in questions.get(field, []):
                count.questions[rule] = count.questions.get(rule, 0) + 1
    order = list(dict.fromkeys((*_TEXTS, *_RULES_OF)))
    known = {field: number for number, field in enumerate(order)}
    return total, sorted(counts.values(), key=lambda count: (known.get(count.field, len(order)), count.field))


def _outcome(field: str, facts: list[FactDraft], rules: list[str], questions: list[str]) -> str:
    if questions:
        return "questioned"
    values = [fact.value for fact in facts]
    if not values or (field == "schedule" and not any(isinstance(one, Schedule) and one.days for one in values)):
        return "raw"
    return "repaired" if rules else "as is"


def _facts_by_field(cleaned: Cleaned) -> dict[str, list[FactDraft]]:
    found: dict[str, list[FactDraft]] = defaultdict(list)
    draft = cleaned.draft
    facts = list(draft.facts)
    if isinstance(draft, ServiceDraft):
        for site in draft.sites:
            # A site has a name and a description of its own; they are not the service's.
            facts += [fact for fact in site.location if fact.field not in _TEXTS]
            facts += site.listing
    for fact in facts:
        found[fact.field].append(fact)
    return found


def _by_field(cleaned: Cleaned) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Repairs and questions of a row, by field. The rule of a question is no repair."""
    questions: dict[str, list[str]] = defaultdict(list)
    for question in cleaned.questions:
        questions[question.field].append(question.rule)
    asked = {question.rule for question in cleaned.questions}
    rules: dict[str, list[str]] = defaultdict(list)
    for rule in cleaned.rules:
        if rule not in asked:
            rules[_field_of(rule)].append(rule)
    return rules, questions


def _field_of(rule: str) -> str:
    """The field that a rule is about: of those whose beginnings fit, the longest."""
    fitting = [(len(start), field) for field, starts in _RULES_OF.items() for start in starts if rule.startswith(start)]
    return max(fitting)[1] if fitting else ""


def _stated(record: SourceRecord) -> set[str]:
    """The fields that a source row has a cell for. Those that only words say count where they say something."""
    cells = record.cells
    stated = {field for field in (*_TEXTS, "url", "email", "status") if field in cells} | {"kind"}
    if record.phones or any(site.phones for site in record.sites):
        stated.add("phone")
    if record.schedules or any(site.schedules for site in record.sites):
        stated.add("schedule")
    if record.languages or "interpretation_services" in cells:
        stated.add("language")
    if record.service_areas:
        stated.add("service_area")
    if {"minimum_age", "maximum_age"} & cells.keys():
        stated.add("age")
    if any("address_1" in site.cells or "city" in site.cells for site in record.sites):
        stated |= {"address", "point"}
    stated |= {
        column for site in record.sites for column in ("accessibility", "transportation") if column in site.cells
    }
    return stated


def table(total: int, counts: Iterable[FieldCount]) -> str:
    """The table for people, with a sentence on how to read it."""
    lines = [
        f"{total} services. Share of the rows that have a field: taken as it is, repaired, asked about, kept as text.",
        f"{'field':24}{'rows':>6} {'as is':>7}{'repaired':>9}{'asked':>7}{'text only':>10}  rules (rows)",
    ]
    for count in counts:
        shares = {outcome: 100 * count.outcomes.get(outcome, 0) / count.rows for outcome in _OUTCOMES}
        asked = {f"?{rule}": number for rule, number in count.questions.items()}
        most = sorted({**count.rules, **asked}.items(), key=_most)
        rules = ", ".join(f"{rule} {number}" for rule, number in most[:7])
        mark = "*" if count.field in _ONLY_FROM_WORDS else ""
        lines.append(
            f"{count.field + mark:24}{count.rows:>6} {shares['as is']:>6.1f}%{shares['repaired']:>8.1f}%"
            f"{shares['questioned']:>6.1f}%{shares['raw']:>9.1f}%  {rules}"
        )
    lines.append("* mostly from words: rows are those where something is said. A rule with ? is a question.")
    return "\n".join(lines)


def _most(one: tuple[str, int]) -> tuple[int, str]:
    return -one[1], one[0]


def sheet(row: Row) -> str:
    """One service beside its source, to be read."""
    record, cleaned = row.redacted.record, row.cleaned
    lines = [f"== {record.key}  {'CONFIDENTIAL' if row.redacted.is_closed else ''}", "source:"]
    lines += [f"  {name}: {_shown(cell)}" for name, cell in record.cells.items()]
    lines.append(f"  taxonomy: {'; '.join(name.name + ('*' if name.is_population else '') for name in record.names)}")
    lines += [f"  eligibility: {_shown(text)}" for text in record.eligibility]
    lines += [f"  language: {_shown(text)}" for text in record.languages]
    lines += [f"  phone: {_cells(phone)}" for phone in record.phones]
    lines += [f"  hours: {text}" for text in dict.fromkeys(one.get("original_text", "") for one in record.schedules)]
    lines += [f"  site: {_cells(_without_texts(site.cells, record.cells))}" for site in record.sites]
    lines.append("cleaned:")
    for field, facts in _facts_by_field(cleaned).items():
        if field not in _TEXTS:
            lines.append(f"  {field}: {' | '.join(_fact(fact) for fact in facts)}")
    lines.append(f"  rules: {', '.join(cleaned.rules)}")
    lines += [f"  ? {question.field} {question.rule}: {question.text}" for question in cleaned.questions]
    return "\n".join(lines)


def _without_texts(cells: Cells, own: Cells) -> Cells:
    return {name: cell for name, cell in cells.items() if cell != own.get(name)}


def _cells(cells: Cells) -> str:
    return "; ".join(f"{name}={_shown(cell)}" for name, cell in cells.items())


def _fact(fact: FactDraft) -> str:
    value = fact.stored
    return fact.slot + (f" {value}" if value != "{}" else "")


def _shown(text: str) -> str:
    shown = text.replace("\n", " / ")
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--feed", type=Path, required=True, help="An HSDS package: a folder or a zip.")
    asked.add_argument("--json", action="store_true", help="The table as JSON.")
    asked.add_argument(
        "--sample", type=int, default=0, help="Print so many random services beside their source instead."
    )
    asked.add_argument("--seed", type=int, default=1, help="Another seed gives other services.")
    options = asked.parse_args()
    rows = list(cleaned_rows(options.feed))
    if options.sample:
        chosen = random.Random(options.seed).sample(rows, min(options.sample, len(rows)))  # noqa: S311  to be read
        sys.stdout.write("\n\n".join(map(sheet, chosen)) + "\n")
        return
    total, counts = count_fields(rows)
    if options.json:
        statuses = Counter("confidential" if row.redacted.is_closed else "public" for row in rows)
        report = {"services": total, **statuses, "fields": counts}
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report)).decode() + "\n")
    else:
        sys.stdout.write(table(total, counts) + "\n")


if __name__ == "__main__":
    main()
