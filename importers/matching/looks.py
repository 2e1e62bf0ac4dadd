"""Which rows of a document look like something that is here, before any of it comes in.

It is what the matcher would find once they were stored (``importers.matching.joining``), so the review of an import and
the pairs afterwards say the same.
"""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import in_portions
from directory.intake.plan import Like, in_words
from directory.integrity.queries import listing_of, name_of
from directory.integrity.reach import family
from directory.listings.drafts import OrganizationDraft, ServiceDraft
from directory.listings.models import Record
from directory.listings.queries import current_facts, get_record, joined_ids, survivors_of
from directory.people.models import Network
from directory.people.policy import WORKING_NETWORK
from directory.places.gazetteer import Gazetteer
from directory.sources.models import SourceRecord
from importers.matching.blocking import keys_of
from importers.matching.finding import Found, common_of, find_organizations, find_services
from importers.matching.gathering import Drafted, Gatherer
from importers.matching.party import Key, Party
from importers.matching.stored import every_organization, read_organizations, read_services, services_of

# Of a document with more that is new nobody decides row by row; its pairs are found when it has come in.
MOST_LOOKED_AT = 5_000
_KNOWN_BY = ("name", "phone", "url", "email", "kind")


def looks_like(
    session: Session, drafts: Mapping[str, OrganizationDraft | ServiceDraft], *, source_id: int, unnamed: str
) -> dict[str, Like]:
    """What the new rows of a document look like, by source key: of each the likeliest.

    Args:
        session: any session.
        drafts: the rows, by source key; without those that are here already.
        source_id: whose document it is; 0 for a new source.
        unnamed: the name of organizations that the source does not name.
    """
    if not drafts or len(drafts) > MOST_LOOKED_AT:
        return {}
    with Gazetteer() as gazetteer:
        gatherer = Gatherer(gazetteer)
        drafted = Drafted(gatherer, str(source_id), unnamed)
        for draft in drafts.values():
            drafted.add(draft)
        # Organizations that only services name are here already, or are named nowhere.
        brought = {key: one for key, one in drafted.organizations().items() if key in drafts}
        owners = _known_owners(session, drafts, source_id)
        stored = _stored_organizations(session, brought.values(), gatherer)
        common = common_of([*brought.values(), *stored.values()])
        found = find_organizations({**brought, **stored}, common, brought.keys())
        services = {key: _of(one, owners) for key, one in drafted.services().items()}
        near = {int(key) for pair in found for key in (pair.one, pair.other) if isinstance(key, int)}
        beside = services_of(session, joined_ids(session, near | set(owners.values())))
        theirs: dict[Key, Party] = {one.key: one for one in read_services(session, beside, gatherer)}
        found += find_services(
            {**services, **theirs}, common, found, nameless=drafted.nameless() - owners.keys(), new=services.keys()
        )
    return _likeliest(session, found, drafts)


def _known_owners(
    session: Session, drafts: Mapping[str, OrganizationDraft | ServiceDraft], source_id: int
) -> dict[Key, int]:
    """The organizations of the services that are here from earlier, by source key."""
    wanted = {one.organization_key for one in drafts.values() if isinstance(one, ServiceDraft)} - drafts.keys()
    found: dict[str, int] = {}
    for portion in in_portions(sorted(wanted)):
        rows = session.execute(
            sa.select(SourceRecord.source_key, SourceRecord.record_id).where(
                SourceRecord.source_id == source_id, SourceRecord.source_key.in_(portion),
                SourceRecord.record_id.is_not(None),
            )
        )  # fmt: skip
        found.update((key, record_id or 0) for key, record_id in rows)
    survivors = survivors_of(session, found.values())
    return {key: survivors[record_id] for key, record_id in found.items()}


def _stored_organizations(session: Session, brought: Iterable[Party], gatherer: Gatherer) -> dict[Key, Party]:
    """The organizations here that share something with one of the document."""
    wanted = {key for party in brought for key in keys_of(party)}
    network = session.scalar(sa.select(Network.id).where(Network.key == WORKING_NETWORK))
    if not wanted or network is None:
        return {}
    ids = every_organization(session, network)
    parties = read_organizations(session, ids, gatherer)
    return {one.key: one for one in parties if not wanted.isdisjoint(keys_of(one))}


def _of(service: Party, owners: Mapping[Key, int]) -> Party:
    owner = owners.get(service.owner) if service.owner is not None else None
    return service if owner is None else service.of(owner)


def _likeliest(
    session: Session, found: Iterable[Found], drafts: Mapping[str, OrganizationDraft | ServiceDraft]
) -> dict[str, Like]:
    """Of each new row the pair with something here that has the highest score; told in words and public ids."""
    best: dict[str, Found] = {}
    for pair in found:
        new = [key for key in (pair.one, pair.other) if isinstance(key, str)]
        if len(new) == 1 and (new[0] not in best or pair.match.score > best[new[0]].match.score):
            best[new[0]] = pair
    told = {}
    for key, pair in best.items():
        record = get_record(session, next(int(one) for one in (pair.one, pair.other) if isinstance(one, int)))
        told[key] = Like(
            str(record.public_id), record.kind, name_of(session, record), listing_of(session, record),
            pair.match.score, pair.match.why, pair.match.verdict == "auto", _differs(session, record, drafts[key]),
        )  # fmt: skip
    return told


def _differs(
    session: Session, record: Record, draft: OrganizationDraft | ServiceDraft
) -> tuple[tuple[str, str, str], ...]:
    """What the two say otherwise of what people know them by."""
    ids = [one.id for one in family(session, record)] if record.kind == "service" else [record.id]
    ours: dict[str, dict[str, None]] = {field: {} for field in _KNOWN_BY}
    theirs: dict[str, dict[str, None]] = {field: {} for field in _KNOWN_BY}
    for facts in current_facts(session, ids).values():
        for fact in facts:
            if fact.field in ours and (record.kind != "service" or fact.record_kind != "organization"):
                ours[fact.field][in_words(fact.field, fact.slot, fact.value)] = None
    drafted = [
        *draft.facts,
        *(fact for site in getattr(draft, "sites", ()) for fact in (*site.location, *site.listing)),
    ]
    for one in drafted:
        if one.field in theirs:
            theirs[one.field][in_words(one.field, one.slot, one.stored)] = None
    return tuple(
        (field, ", ".join(ours[field]), ", ".join(theirs[field]))
        for field in _KNOWN_BY
        if theirs[field] and theirs[field].keys() - ours[field].keys()
    )
