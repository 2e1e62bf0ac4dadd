"""How well matching tells who is one: ``python -m tests.benchmarks.matching [--half first|second|both] [--json]``.

Reads labelled pairs of invented records (``tests/importers/matching/pairs.toml``), lets matching find pairs among all
of them at once, and prints for each kind: of what it would merge unasked how much is one (precision), of what is one
how much it would merge (recall), or at least ask about (recall with review), and how many of those that only look alike
it would merge. A pair that nobody labelled counts as two. The second half was looked at only after the weights stood.
"""

import argparse
import json
import sys
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from directory.errors import BadInputError
from directory.listings.fields import Address, Identifier, Phone, Text
from directory.listings.streets import placed_streets
from directory.places.gazetteer import Gazetteer
from directory.values.phone import parse_phone
from directory.values.web_address import normalise_url
from importers.matching.finding import Found, common_of, find_organizations, find_services
from importers.matching.gathering import Fact, Gatherer
from importers.matching.party import Key, Party
from importers.matching.scoring import Match

Half = Literal["first", "second", "both"]
HALVES: tuple[Half, ...] = ("first", "second", "both")
_PAIRS = Path(__file__).parents[1] / "importers" / "matching" / "pairs.toml"
BARS = {"look-alikes merged": 0, "precision": 0.99, "recall with review": 0.85}


class Pair(msgspec.Struct, frozen=True):
    """Two records by their keys, whether they are one, and what makes it hard."""

    kind: str
    is_one: bool
    trap: str
    left: str
    right: str


class Score(msgspec.Struct):
    """What came of the pairs of one kind."""

    kind: str
    pairs: int = 0
    ones: int = 0
    merged_right: int = 0
    merged_wrong: int = 0
    asked_right: int = 0
    asked_wrong: int = 0
    # What went wrong, by what made it hard.
    missed: list[str] = []
    wrong: list[str] = []

    @property
    def figures(self) -> dict[str, float]:
        """Precision of what is merged, recall without and with what people are asked."""
        merged = self.merged_right + self.merged_wrong
        return {
            "precision": 1.0 if not merged else self.merged_right / merged,
            "recall": self.merged_right / max(1, self.ones),
            "recall with review": (self.merged_right + self.asked_right) / max(1, self.ones),
        }


def read_pairs(half: Half) -> tuple[list[Pair], dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """The labelled pairs of a half, their records by key, and records that nobody asks about."""
    content = tomllib.loads(_PAIRS.read_text(encoding="utf-8"))
    pairs: list[Pair] = []
    records: dict[str, dict[str, Any]] = {}
    for kind in ("organization", "service", "site"):
        for number, (said, trap, one, other) in enumerate(content[kind]):
            if half != "both" and (number % 2 == 0) != (half == "first"):
                continue
            left, right = f"{kind} {number} left", f"{kind} {number} right"
            pairs.append(Pair(kind, said == "one", trap, left, right))
            records |= {left: one, right: other}
    return pairs, records, content["background"]


def found_in(half: Half) -> tuple[list[Pair], dict[frozenset[Key], Match]]:
    """The labelled pairs of a half, and all pairs that matching finds among their records."""
    pairs, records, background = read_pairs(half)
    with Gazetteer() as gazetteer:
        gatherer = Gatherer(gazetteer)
        organizations = [
            _party(gatherer, one, "organization", records[one])
            for pair in pairs
            if pair.kind == "organization"
            for one in (pair.left, pair.right)
        ]
        others = [
            _party(gatherer, f"background {number}", "organization", one) for number, one in enumerate(background)
        ]
        services, owners = _services(gatherer, pairs, records)
    common = common_of([*organizations, *others])
    found = find_organizations({one.key: one for one in organizations}, common)
    found += find_services({one.key: one for one in services}, common, owners)
    matches = {frozenset((one.one, one.other)): one.match for one in found}
    for pair in pairs:
        if pair.kind == "site" and _streets(records[pair.left]) & _streets(records[pair.right]):
            matches[frozenset((pair.left, pair.right))] = Match("auto", 1000, ("address-same",))
    return pairs, matches


def measure(half: Half) -> dict[str, Score]:
    """What matching makes of the pairs of a half, by kind."""
    pairs, matches = found_in(half)
    scores: dict[str, Score] = defaultdict(lambda: Score(""))
    labelled = {frozenset((pair.left, pair.right)) for pair in pairs}
    for pair in pairs:
        score = scores.setdefault(pair.kind, Score(pair.kind))
        match = matches.get(frozenset((pair.left, pair.right)))
        verdict = "no" if match is None else match.verdict
        score.pairs += 1
        score.ones += pair.is_one
        if verdict == "auto":
            score.merged_right += pair.is_one
            score.merged_wrong += not pair.is_one
        elif verdict == "review":
            score.asked_right += pair.is_one
            score.asked_wrong += not pair.is_one
        if pair.is_one and verdict == "no":
            score.missed.append(f"{pair.trap} ({pair.left})")
        if not pair.is_one and verdict == "auto":
            score.wrong.append(f"{pair.trap} ({pair.left})")
    for keys, match in matches.items():
        if match.verdict == "auto" and keys not in labelled:
            one = min(map(str, keys))
            scores[one.split()[0]].merged_wrong += 1
            scores[one.split()[0]].wrong.append(f"strangers ({' and '.join(sorted(map(str, keys)))})")
    return dict(scores)


def _party(gatherer: Gatherer, key: str, kind: Any, said: Mapping[str, Any], owner: str | None = None) -> Party:
    facts: list[Fact] = [("name", "", Text(said["name"]))]
    numbers = filter(None, said.get("phone", "").split("|"))
    facts += [("phone", number, Phone(parse_phone(number, country="US").number)) for number in numbers]
    if "site" in said:
        facts.append(("url", "", Text(normalise_url(said["site"]))))
    if "email" in said:
        facts.append(("email", "", Text(said["email"])))
    if "ein" in said:
        facts.append(("organization_identifier", "tax-id", Identifier(said["ein"])))
    if "text" in said:
        facts.append(("description", "", Text(said["text"])))
    facts += [("kind", one, None) for one in said.get("kinds", "").split()]
    if "at" in said:
        facts.append(("address", "", _address(said["at"])))
    source = said.get("list", key)
    confidential = said.get("confidential", False)
    return gatherer.party(key, kind, facts, owner=owner, sources=(source,), is_confidential=confidential)


def _address(written: str) -> Address:
    """An address from "street, town, STATE postal", of which the street may be missing."""
    *street, town, last = (part.strip() for part in written.split(","))
    state, _, postal = last.partition(" ")
    country = "CA" if state in {"ON", "QC", "BC"} else "US"
    return Address(", ".join(street), city=town, state_province=state, postal_code=postal, country=country)


def _streets(said: Mapping[str, Any]) -> frozenset[str]:
    address = _address(said["at"])
    return placed_streets(address.address_1, address.city, address.postal_code)


def _services(
    gatherer: Gatherer, pairs: Sequence[Pair], records: Mapping[str, Mapping[str, Any]]
) -> tuple[list[Party], list[Found]]:
    """The services, and which of their organizations may be one."""
    services: list[Party] = []
    perhaps: list[Found] = []
    for pair in pairs:
        if pair.kind != "service":
            continue
        owner = records[pair.left].get("owner", "same")
        owners: dict[str, str | None] = {pair.left: f"owner of {pair.left}", pair.right: f"owner of {pair.left}"}
        if owner in ("perhaps", "other"):
            owners[pair.right] = f"owner of {pair.right}"
        elif owner == "unknown":
            owners = {pair.left: None, pair.right: None}
        if owner == "perhaps":
            perhaps.append(Found(owners[pair.left] or "", owners[pair.right] or "", Match("review", 500, ())))
        services += [_party(gatherer, one, "service", records[one], owners[one]) for one in (pair.left, pair.right)]
    return services, perhaps


def main() -> None:
    """Measure and print; exit 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=HALVES, default="both")
    parser.add_argument("--json", action="store_true", dest="as_json")
    asked = parser.parse_args()
    try:
        scores = measure(asked.half)
    except BadInputError as error:
        sys.exit(str(error))
    if asked.as_json:
        told = {kind: msgspec.to_builtins(one) | one.figures for kind, one in scores.items()}
        sys.stdout.write(json.dumps(told, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(line for one in scores.values() for line in _lines(one)) + "\n")
    sys.exit(0 if all(map(is_good, scores.values())) else 1)


def _lines(score: Score) -> list[str]:
    return [
        f"{score.kind}: {score.pairs} pairs, {score.ones} of them one",
        "  " + ", ".join(f"{name} {value:.3f}" for name, value in score.figures.items()),
        f"  merged wrongly {score.merged_wrong}, asked about although two {score.asked_wrong}",
        *(f"  {what}: {line}" for what, some in (("missed", score.missed), ("wrong", score.wrong)) for line in some),
    ]


def is_good(score: Score) -> bool:
    """Whether a kind meets the bars."""
    figures = score.figures
    return (
        score.merged_wrong <= BARS["look-alikes merged"]
        and figures["precision"] >= BARS["precision"]
        and figures["recall with review"] >= BARS["recall with review"]
    )


if __name__ == "__main__":
    main()
