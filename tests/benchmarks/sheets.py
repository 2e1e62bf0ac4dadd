"""How well any spreadsheet is read: awkward files with keys, row by row, or a folder of files with keys of their own.

python -m tests.benchmarks.sheets [--json]
"""

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from directory.listings.drafts import ServiceDraft
from directory.places.gazetteer import Gazetteer
from directory.values.plain_text import folded
from importers.cleaning import Cleaning
from importers.confidential import look_for_confidential
from importers.keys import NeutralKeys
from importers.mapping import load_mapping
from importers.places_of_rows import Places
from importers.readers.file import FileReader
from importers.record import SourceRecord
from importers.redaction import Redacted, Redaction
from importers.run import import_package
from importers.sheets.opening import open_grids
from tests.importers.sheets.layouts import ALL, SECRET, Awkward, Want

_COMES_IN = ("accepted", "repaired")


class Score(msgspec.Struct):
    """Counts of one file, or of all. Pairs are what was found rightly, wanted, found."""

    file: str
    rows: int = 0
    accounted: int = 0
    status_right: int = 0
    secrets_stored: int = 0
    services: int = 0
    names: int = 0
    confidential: int = 0
    phones: tuple[int, int, int] = (0, 0, 0)
    languages: tuple[int, int, int] = (0, 0, 0)
    kinds: tuple[int, int] = (0, 0)
    city_postal: tuple[int, int] = (0, 0)
    hours: tuple[int, int] = (0, 0)
    pairs_right: int = 0
    pairs: int = 0
    wrong: list[str] = []


def score(awkward: Awkward, folder: Path) -> Score:
    """Write a file, read it through the door that everybody uses, and hold every row against its key."""
    path, report = folder / awkward.name, folder / "report.json"
    awkward.write(path, awkward.pages)
    import_package(None, "file", path, source="benchmark", report=report)
    told = report.read_bytes()
    rows: dict[tuple[str | None, Any], dict[str, Any]] = {}
    for row in msgspec.json.decode(told)["rows"]:
        rows.setdefault((row["sheet"], row["row"]), row)
    result = Score(awkward.name, wrong=[])
    result.secrets_stored = told.decode().lower().count(SECRET.lower())
    hours = dict(_hours(path))
    owners: dict[str, list[str]] = defaultdict(list)
    is_text = path.suffix.lower() in (".csv", ".tsv")
    for page in awkward.pages:
        for number, line in enumerate(page.lines, 1):
            place = (None if is_text else page.name, number)
            row = rows.get(place)
            result.rows += 1
            result.accounted += row is not None
            if row is None:
                _wrong(result, place, "missing")
                continue
            is_in = row["status"] in _COMES_IN
            result.status_right += is_in == (line.want is not None) or awkward.name == "side.xlsx"
            if line.want is not None and is_in:
                _judge(result, place, row, line.want, hours.get(place, {}))
                if line.want.one:
                    owners[line.want.one].append(row["organization"])
            elif is_in != (line.want is not None):
                _wrong(result, place, f"status {row['status']}")
    _judge_owners(result, owners)
    return result


def _judge(result: Score, place: object, row: dict[str, Any], want: Want, minutes: dict[str, int]) -> None:
    result.services += 1
    phones = {f"{line['e164'] or line['short']} {line['kind']}" for line in row["phones"]}
    result.phones = _counted(result.phones, phones, want.phones)
    languages = set(row["languages"])
    result.languages = _counted(result.languages, languages, want.languages)
    checks = {
        "name": folded(row["name"] or "") == folded(want.name),
        "confidential": row["confidential"] == want.confidential,
        "phones": phones == want.phones,
        "languages": languages == want.languages,
        "hours": want.minutes is None or minutes == want.minutes,
    }
    result.names += checks["name"]
    result.confidential += checks["confidential"]
    if want.kinds is not None:
        checks["kinds"] = want.kinds <= set(row["kinds"])
        result.kinds = (result.kinds[0] + checks["kinds"], result.kinds[1] + 1)
    if want.minutes is not None:
        result.hours = (result.hours[0] + checks["hours"], result.hours[1] + 1)
    for field in ("city", "postal"):
        wanted = getattr(want, field)
        if wanted is not None:
            checks[field] = folded(row[field] or "") == folded(wanted)
            result.city_postal = (result.city_postal[0] + checks[field], result.city_postal[1] + 1)
    for field, is_right in checks.items():
        if not is_right:
            _wrong(result, place, f"{field}: {row.get(field, minutes)}")


def _judge_owners(result: Score, owners: dict[str, list[str]]) -> None:
    labelled = [(label, owner) for label, found in owners.items() for owner in found]
    for number, (label, owner) in enumerate(labelled):
        for other, further in labelled[number + 1 :]:
            result.pairs += 1
            result.pairs_right += (label == other) == (owner == further)
            if (label == other) != (owner == further):
                result.wrong.append(f"{label} and {other} are {'apart' if label == other else 'one'}")


def _counted(counts: tuple[int, int, int], found: set[str], wanted: frozenset[str]) -> tuple[int, int, int]:
    return counts[0] + len(found & wanted), counts[1] + len(wanted), counts[2] + len(found)


def _wrong(result: Score, place: object, what: str) -> None:
    result.wrong.append(f"{place}: {what}")


def _hours(path: Path) -> Iterator[tuple[tuple[str | None, Any], dict[str, int]]]:
    """Minutes of the week by schedule, of every row."""
    words = load_mapping()
    opened = open_grids(path, max_mb=20)
    with Gazetteer() as gazetteer:
        document, places = NeutralKeys(FileReader(opened.grids, opened.left)), Places(gazetteer)
        confidential = look_for_confidential(chain(document.services(), document.leftovers()), words, places)
        redaction, cleaning = Redaction(confidential, places), Cleaning(words, places)
        for record in document.services():
            for part in (record.parts or (record,)) if isinstance(record, SourceRecord) else ():
                redacted = redaction.redact(part)
                if isinstance(redacted, Redacted):
                    draft = cleaning.clean(redacted, organization_key="organization:0").draft
                    yield (part.position.sheet, part.position.row), _minutes(draft)


def _minutes(draft: Any) -> dict[str, int]:
    facts = (
        [*draft.facts, *(fact for site in draft.sites for fact in site.listing)]
        if isinstance(draft, ServiceDraft)
        else []
    )
    return {
        fact.slot: sum(end - start for spans in fact.value.days.values() for start, end in spans)
        for fact in facts
        if fact.field == "schedule"
    }


def total(scores: list[Score]) -> Score:
    """All files together."""
    summed = Score("all", wrong=[])
    for one in scores:
        for name in Score.__struct_fields__:
            value, more = getattr(summed, name), getattr(one, name)
            if isinstance(value, int):
                setattr(summed, name, value + more)
            elif isinstance(value, tuple):
                setattr(summed, name, tuple(a + b for a, b in zip(value, more, strict=True)))
    return summed


def figures(one: Score) -> dict[str, float]:
    """The figures that are held against bars."""
    hit, wanted, found = one.languages
    right, all_wanted, all_found = one.phones
    return {
        "rows accounted for": _share(one.accounted, one.rows),
        "rows of the right sort": _share(one.status_right, one.rows),
        "confidential addresses told": one.secrets_stored,
        "confidential rightly": _share(one.confidential, one.services),
        "phones": _share(2 * right, all_wanted + all_found),
        "languages F1": _share(2 * hit, wanted + found),
        "names": _share(one.names, one.services),
        "kinds": _share(*one.kinds),
        "hours": _share(*one.hours),
        "city and postal code": _share(*one.city_postal),
        "pairs of organizations": _share(one.pairs_right, one.pairs),
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 1.0


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scores = [score(make(), Path(folder)) for make in ALL]
    everything = total(scores)
    if asked.json:
        told = {one.file: {**figures(one), "wrong": one.wrong} for one in scores} | {"all": figures(everything)}
        print(msgspec.json.format(msgspec.json.encode(told)).decode())  # noqa: T201
        return
    for one in scores:
        print(f"{one.file:24} {one.rows:3} rows, {one.services:3} services")  # noqa: T201
        for wrong in one.wrong:
            print(f"    {wrong}")  # noqa: T201
    for name, value in figures(everything).items():
        print(f"{name:30} {value}")  # noqa: T201


if __name__ == "__main__":
    main()
