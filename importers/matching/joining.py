"""What a run does once its rows are stored: finds which of what it brought is one with something, and joins it.

Only records that the run brought are looked at, each beside a bounded number of others. What is certain is merged, as a
change of the run, so that undoing the run takes it back too; what only may be one waits for people.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec
from sqlalchemy.orm import Session

from directory.bootstrap import working_network
from directory.db import Database, in_portions
from directory.intake.matches import FoundPair, join_pairs, merged_names
from directory.intake.pairs import open_pairs_of_source
from directory.listings.changes import Author
from directory.listings.drafts import OrganizationDraft, ServiceDraft
from directory.listings.queries import joined_ids
from directory.people.service import command_line_person
from directory.places.gazetteer import Gazetteer
from importers.matching.blocking import keys_of
from importers.matching.common import Common
from importers.matching.finding import Found, Groups, common_of, find_organizations, find_services
from importers.matching.gathering import Drafted, Gatherer
from importers.matching.party import Key, Party
from importers.matching.scoring import Match, in_words
from importers.matching.stored import (
    every_organization,
    new_records,
    owners_of,
    read_organizations,
    read_services,
    services_of,
    survivors_of,
    unnamed_organizations,
)

# So many pairs are merged or remembered in one transaction.
_PORTION = 200
# The services of so many organizations are read at once.
_OWNERS = 300
# A run that would merge more has something wrong with it, and nobody decides about more pairs than that.
MOST_MERGES = 2_000
MOST_ASKED = 5_000
_MAYBE = Match("review", 500, ())


class ReviewPair(msgspec.Struct, frozen=True):
    """Two rows, by their keys, that may be one: a score per cent, and why in words."""

    one: str
    other: str
    score: float
    why: str


class Joined(msgspec.Struct, frozen=True):
    """What became one: public id -> public id of what it goes by now. What may be one, for people."""

    same: Mapping[str, str] = {}
    review: tuple[ReviewPair, ...] = ()


def join_run(database: Database, run_id: int, source_id: int, *, unnamed: str) -> Joined:
    """Join what a run brought with what is there and with each other.

    Args:
        database: the directory's.
        run_id: the run, whose rows are stored.
        source_id: its source.
        unnamed: the name of organizations that a source does not name; they are never joined by it.
    """
    with Gazetteer() as gazetteer:
        gatherer = Gatherer(gazetteer)
        organizations, common = _organizations(database, run_id, gatherer, unnamed)
        writer = _Writer(database, run_id)
        writer.write(organizations)
        for found in _services(database, run_id, gatherer, organizations, common, unnamed=unnamed):
            writer.write(found)
    with database.reading() as session:
        review = tuple(_review(one) for one in open_pairs_of_source(session, source_id))
        return Joined(merged_names(session), review)


def _organizations(database: Database, run_id: int, gatherer: Gatherer, unnamed: str) -> tuple[list[Found], Common]:
    with database.reading() as session:
        new = new_records(session, run_id, "organization")
        if not new:
            return [], Common()
        brought = {one.key: one for one in read_organizations(session, new, gatherer) if one.names[0] != unnamed}
        network = working_network(session).id
        others = set(every_organization(session, network)) - set(new)
        wanted = {key for party in brought.values() for key in keys_of(party)} if others else set()
        # Of the rest of the directory only those stay in memory that share something with what came.
        beside = {
            one.key: one
            for one in read_organizations(session, others, gatherer)
            if one.names[0] != unnamed and not wanted.isdisjoint(keys_of(one))
        }
    parties: dict[Key, Party] = brought | beside
    common = common_of(parties.values())
    return find_organizations(parties, common, brought.keys()), common


def _services(
    database: Database, run_id: int, gatherer: Gatherer, organizations: list[Found], common: Common, *, unnamed: str
) -> Iterator[list[Found]]:
    """Pairs of services, some organizations at a time."""
    with database.reading() as session:
        new = set(new_records(session, run_id, "service"))
        owners = owners_of(session, new)
        nameless = unnamed_organizations(session, set(owners.values()), unnamed)
        roots = survivors_of(session, {int(one) for pair in organizations for one in (pair.one, pair.other)})
    perhaps = _perhaps(organizations, roots)
    for portion in in_portions(sorted(set(owners.values()) - nameless), _OWNERS):
        beside = {other for one in portion for other in perhaps.get(one, ())}
        with database.reading() as session:
            ids = services_of(session, joined_ids(session, {*portion, *beside}))
            parties: dict[Key, Party] = {one.key: one for one in read_services(session, ids, gatherer)}
        may_be_one = [Found(one, other, _MAYBE) for one in portion for other in perhaps.get(one, ())]
        yield find_services(parties, common, may_be_one, new=new & parties.keys())
    strangers = [one for one, owner in owners.items() if owner in nameless]
    if strangers:
        with database.reading() as session:
            found = _of_nobody(session, strangers, gatherer, common)
        yield found


def _of_nobody(session: Session, ids: list[int], gatherer: Gatherer, common: Common) -> list[Found]:
    """Pairs of services whose source names no organization, each after that of what stands in its place."""
    services: dict[Key, Party] = {one.key: one for one in read_services(session, ids, gatherer)}
    nameless = {one.owner for one in services.values() if one.owner is not None}
    pairs = []
    for found in find_services(services, common, nameless=nameless):
        owners = [services[key].owner for key in (found.one, found.other)]
        if owners[0] is not None and owners[1] is not None and owners[0] != owners[1]:
            pairs.append(Found(owners[0], owners[1], found.match))
        pairs.append(found)
    return pairs


def _perhaps(organizations: Iterable[Found], roots: Mapping[int, int]) -> dict[int, set[int]]:
    """Of each organization those that may be one with it, by what they go by now."""
    found: dict[int, set[int]] = defaultdict(set)
    for pair in organizations:
        one, other = roots[int(pair.one)], roots[int(pair.other)]
        if one != other:
            found[one].add(other)
            found[other].add(one)
    return found


class _Writer:
    """Writes pairs in short transactions, and no more of them than people could ever look at."""

    def __init__(self, database: Database, run_id: int) -> None:
        self._database, self._run_id = database, run_id
        self._merges, self._asked = MOST_MERGES, MOST_ASKED

    def write(self, found: Iterable[Found]) -> None:
        pairs = [
            FoundPair(int(one.one), int(one.other), one.match.score, one.match.why, one.match.verdict == "auto")
            for one in found
        ]
        for portion in in_portions(pairs, _PORTION):
            certain = [pair for pair in portion if pair.is_certain][: self._merges]
            asked = [pair for pair in portion if not pair.is_certain][: self._asked]
            with self._database.transaction() as session:
                now = session.info["now"]
                by = command_line_person(session, now=now).id
                author = Author("merge", "a source says the same twice", by, self._run_id)
                self._merges -= join_pairs(session, [*certain, *asked], author=author, now=now)
                self._asked -= len(asked)


def _review(one: tuple[str, str, int, tuple[str, ...]]) -> ReviewPair:
    mine, theirs, score, why = one
    return ReviewPair(mine, theirs, score / 1000, in_words(why))


def join_drafts(
    drafts: Mapping[str, OrganizationDraft | ServiceDraft],
    *,
    source: str,
    unnamed: str,
    provisional: Callable[[str], Sequence[str]],
) -> Joined:
    """The same for a dry run: what would become one, or be asked about, among the rows of one document.

    Args:
        drafts: the rows by source key.
        source: who says them.
        unnamed: as in ``join_run``.
        provisional: the public ids that a dry run gives an organization, or the listings of a service, by source key.
    """
    with Gazetteer() as gazetteer:
        drafted = Drafted(Gatherer(gazetteer), source, unnamed)
        for draft in drafts.values():
            drafted.add(draft)
        organizations = drafted.organizations()
    common = common_of(organizations.values())
    owners = find_organizations(organizations, common)
    found = [*owners, *find_services(drafted.services(), common, owners, nameless=drafted.nameless())]
    groups = Groups(pair for pair in found if pair.match.verdict == "auto")
    same: dict[str, str] = {}
    for pair in found:
        for key in (str(pair.one), str(pair.other)):
            stays = provisional(str(groups.of(key)))
            if groups.of(key) != key and stays:
                same |= dict.fromkeys(provisional(key), stays[0])
    review = tuple(
        _review((str(pair.one), str(pair.other), pair.match.score, pair.match.why))
        for pair in found
        if pair.match.verdict == "review" and groups.of(pair.one) != groups.of(pair.other)
    )
    return Joined(same, review)
